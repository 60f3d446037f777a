"""The operations that ask what can still be made, and who holds a market: a part of the table in `kg.operations`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kg.analysis.chokepoints import ACTORS, chokepoints_between, chokepoints_of
from kg.analysis.common_suppliers import common_suppliers
from kg.analysis.concentration import BY, concentration, concentration_line
from kg.analysis.cuts import criticality, cut_sets
from kg.analysis.desk import Desk
from kg.analysis.exposure import TO, exposure
from kg.analysis.feasibility import feasibility
from kg.analysis.lookup import page
from kg.analysis.removal import REMOVABLE
from kg.analysis.self_sufficiency import GROUPS, self_sufficiency, self_sufficiency_line
from kg.analysis.sufficiency_measures import MEASURES
from kg.answers import feasible, sufficiency, supply
from kg.answers.chokepoints import ChokepointsAnswer
from kg.arguments import Argument
from kg.errors import BadArgument
from kg.operation import AFTER, FIRST, MIN_SHARE, RELATION, Arguments, Operation, page_of
from kg.policy.blocking import rules_for
from kg.policy.ladder import NO_ADVICE
from kg.policy.policy_state import policy_state
from kg.terms import camel_case, content_hash

__all__ = ["DEPENDENCY_OPERATIONS"]

_REMOVED = Argument(
    "removed",
    "id",
    "What is taken away: organisations, countries, alliances (their members), items, and relations by one of their statements. Repeatable.",
    many=True,
    classes=REMOVABLE,
    relations=True,
)
_LOCATE = Argument(
    "locate",
    "word",
    "What a country takes with it: organisations with their seat there (headquarters), or what is made there (site).",
    default="headquarters",
    choices=("headquarters", "site"),
)
_BY = Argument("by", "word", "Whose removal is looked at.", default="company", choices=("company", "country"))
_READING = Argument(
    "reading",
    "word",
    "lenient: typical requirements do not count, unknown variants are alternatives; strict: they count, and all are needed.",
    default="lenient",
    choices=("lenient", "strict"),
)


def _concentration(desk: Desk, a: Arguments) -> Any:
    if a["item"] is not None:
        return concentration(desk, a["item"], a["by"])
    shown, total, next_ = page_of(desk, a, "Item", "concentration")
    return supply.ConcentrationTable(tuple(concentration_line(desk, iri, a["by"]) for iri in shown), total, next_)


_BETWEEN = ("source", "target", "relation", "min_share")
_OF = ("item", "by", "locate")


def _chokepoints(desk: Desk, a: Arguments) -> ChokepointsAnswer:
    """Which of the two forms is asked: between two nodes, or of an item. Raises BadArgument where it is neither or both."""
    given = {name for name in (*_BETWEEN, *_OF) if a[name]}
    mixed = [n for n in (_BETWEEN if "item" in given else _OF) if n in given]
    if mixed and given & {"item", "source", "target"}:
        other = "item" if "item" in given else "source and target"
        name = camel_case(mixed[0])
        raise BadArgument(
            f"{name}: does not go with {other}; give source and target (with relation, minShare), or item (with by, locate)",
            code="conflicting-arguments",
            detail={"argument": name},
        )
    if "item" in given:
        return chokepoints_of(desk, a["item"], a["by"], a["locate"] or "headquarters")
    for name in ("source", "target"):
        if name not in given:
            raise BadArgument(
                f"{name}: missing; expected source and target, or item",
                code="missing-argument",
                detail={"argument": name},
            )
    return chokepoints_between(desk, a["source"], a["target"], a["relation"], a["min_share"])


def _self_sufficiency(desk: Desk, a: Arguments) -> Any:
    group = tuple(dict.fromkeys((a["group"], *a["also"])))
    if a["item"] is not None:
        return self_sufficiency(desk, group, a["item"], a["measure"], a["locate"], a["limit"])
    products = [e for name in ("Chip", "System") for e in desk.snapshot.entities(name)]
    key = content_hash(["self-sufficiency", desk.snapshot.dataset.release.hash, *group, a["measure"], a["locate"]], 12)
    shown, next_ = page(products, a["first"], a["after"], key)
    rows: list[sufficiency.SelfSufficiencyLine] = []
    for each in shown:
        if rows and not desk.spend(1):
            next_ = page(products, len(rows), a["after"], key)[1]
            break
        rows.append(self_sufficiency_line(desk, group, each.iri, a["measure"], a["locate"]))
    return sufficiency.SelfSufficiencyTable(tuple(rows), len(products), next_)


def _feasibility(desk: Desk, a: Arguments) -> feasible.FeasibilityAnswer:
    """Feasibility, with policies put to a buyer where they are asked for. Raises BadArgument for one without the other."""
    if bool(a["policy"]) != (a["buyer"] is not None):
        given, other = ("policy", "buyer") if a["policy"] else ("buyer", "policy")
        raise BadArgument(
            f"{given}: goes with {other} only; give {other} too",
            code="conflicting-arguments",
            detail={"argument": given},
        )
    rules = rules_for(desk, tuple(dict.fromkeys(a["policy"])), a["buyer"]) if a["policy"] else None
    return feasibility(desk, a["item"], a["removed"], a["locate"], a["unknown_providers"], a["limit"], rules)


def _exposure(desk: Desk, a: Arguments) -> supply.ExposureAnswer:
    state = None
    if desk.snapshot.entity(a["to"]).class_name == "Policy":
        state = policy_state(desk, a["to"])
        desk.notice(NO_ADVICE)
    return exposure(desk, a["organisation"], a["to"], a["max_depth"], a["limit"], state)


DEPENDENCY_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "chokepoints",
        "The nodes on every dependency path between two entities; or the companies and countries whose loss alone stops an item.",
        (
            Argument("source", "id", "What depends; with target."),
            Argument("target", "id", "What is depended on; with source."),
            Argument("item", "id", "An item, instead of source and target.", classes=("Item",)),
            RELATION,
            MIN_SHARE,
            Argument(
                "by", "word", "Whose removal is looked at; of companies and countries where left out.", choices=ACTORS
            ),
            replace(_LOCATE, default=None, doc=f"{_LOCATE.doc} headquarters where left out."),
        ),
        ChokepointsAnswer,
        _chokepoints,
    ),
    Operation(
        "feasibility",
        "Whether an item can still be had when organisations, countries, alliances, items or relations are taken away, with proof.",
        (
            Argument("item", "id", "The item.", required=True, classes=("Item",)),
            _REMOVED,
            _LOCATE,
            Argument(
                "unknown_providers",
                "word",
                "assumed: where no maker is known one without a name stands in; none: nobody does.",
                default="assumed",
                choices=("assumed", "none"),
            ),
            Argument("limit", "integer", "Failing needs shown at most.", default=200, minimum=1, maximum=5000),
            Argument(
                "policy",
                "id",
                "With buyer: a policy whose rules take deliveries away, to the buyer and to the makers on the way, as it stands on the date. Repeatable.",
                many=True,
                classes=("Policy",),
            ),
            Argument(
                "buyer",
                "id",
                "With policy: the organisation, or the country, that the item goes to; every input goes to the maker of what needs it.",
                classes=("Organisation", "Country"),
            ),
        ),
        feasible.FeasibilityAnswer,
        _feasibility,
        subject="item",
    ),
    Operation(
        "cut-sets",
        "Minimal sets of companies or countries whose removal stops an item, smallest first.",
        (
            Argument("item", "id", "The item.", required=True, classes=("Item",)),
            _BY,
            _LOCATE,
            Argument("max_size", "integer", "Actors in a set at most.", default=3, minimum=1, maximum=4),
            _READING,
        ),
        feasible.CutSetsAnswer,
        lambda desk, a: cut_sets(desk, a["item"], a["by"], a["locate"], a["max_size"], a["reading"]),
        subject="item",
    ),
    Operation(
        "criticality",
        "Companies or countries by what is lost when each alone is removed, gravest first.",
        (
            Argument("item", "id", "The item.", required=True, classes=("Item",)),
            _BY,
            _LOCATE,
            _READING,
            Argument("limit", "integer", "Actors shown at most.", default=50, minimum=1, maximum=500),
        ),
        feasible.CriticalityAnswer,
        lambda desk, a: criticality(desk, a["item"], a["by"], a["locate"], a["reading"], a["limit"]),
        subject="item",
    ),
    Operation(
        "concentration",
        "How few companies or countries hold an item's market: Herfindahl-Hirschman index, CR1, CR4, the shares.",
        (
            Argument("item", "id", "The item; a table over all items where left out.", classes=("Item",)),
            Argument("by", "word", "Whose shares: company or country.", default="company", choices=BY),
            FIRST,
            AFTER,
        ),
        supply.ConcentrationAnswer,
        _concentration,
        subject="item",
        table=supply.ConcentrationTable,
    ),
    Operation(
        "self-sufficiency",
        "How far a country or alliance can make an item by itself: inputs it covers, gaps, the weakest link, targets beside it.",
        (
            Argument("group", "id", "The country or alliance (its members).", required=True, classes=GROUPS),
            Argument("item", "id", "The item; a table over chips and systems where left out.", classes=("Item",)),
            Argument(
                "also",
                "id",
                "Further countries and alliances that count to the group. Repeatable.",
                many=True,
                classes=GROUPS,
            ),
            Argument(
                "measure",
                "word",
                "count: covered inputs in percent of covered ones and gaps; value: the mean documented share of their supply.",
                default="count",
                choices=MEASURES,
            ),
            Argument(
                "locate",
                "word",
                "Who belongs to a country: organisations with their seat there (headquarters), or what is made there (site).",
                default="headquarters",
                choices=("headquarters", "site"),
            ),
            Argument("limit", "integer", "Inputs shown at most of each list.", default=100, minimum=1, maximum=2000),
            FIRST,
            AFTER,
        ),
        sufficiency.SelfSufficiencyAnswer,
        _self_sufficiency,
        subject="item",
        table=sufficiency.SelfSufficiencyTable,
    ),
    Operation(
        "exposure",
        "By which ways an organisation depends on a country, on another or on what a policy names, tier by tier.",
        (
            Argument("organisation", "id", "The organisation.", required=True, classes=("Organisation",)),
            Argument("to", "id", "The country, organisation or policy.", required=True, classes=TO),
            Argument("max_depth", "integer", "Tiers at most.", default=3, minimum=1, maximum=20),
            Argument("limit", "integer", "Routes shown at most.", default=200, minimum=1, maximum=5000),
        ),
        supply.ExposureAnswer,
        _exposure,
    ),
    Operation(
        "common-suppliers",
        "Organisations that all of a set depend on, with depth, share and evidence for each of the set.",
        (
            Argument("ids", "id", "The entities, two or more. Repeatable.", required=True, many=True),
            Argument("max_depth", "integer", "Hops at most from each to a supplier.", default=3, minimum=1, maximum=20),
            Argument("limit", "integer", "Suppliers shown at most.", default=200, minimum=1, maximum=5000),
        ),
        supply.CommonSuppliersAnswer,
        lambda desk, a: common_suppliers(desk, a["ids"], a["max_depth"], a["limit"]),
    ),
)
"""What is lost when something is taken away; whose market it is; who depends on whom in common."""
