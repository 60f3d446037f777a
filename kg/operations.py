"""The one table of operations: every surface reads its names, arguments and answers from here.

REST writes a name as `/v1/policy-state?policy=`, GraphQL as `policyState(policy:)`, the command line as
`policy-state POLICY`. An operation whose one id is left out answers a table over the class (`table`), where it has one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kg.analysis.claims import select_claims
from kg.analysis.compare import compare
from kg.analysis.coverage import cover, coverage_line
from kg.analysis.desk import Budget, Desk
from kg.analysis.disagreements import disagreements
from kg.analysis.lookup import describe, list_entities, search
from kg.analysis.paths import MODES, Ruling, find_paths
from kg.analysis.reach import reach
from kg.answers import shapes, trust
from kg.answers.values import Meta
from kg.arguments import COMMON, Argument, read_arguments
from kg.dependency_operations import DEPENDENCY_OPERATIONS
from kg.errors import BadArgument, OverBudget
from kg.licence_operations import LICENCE_OPERATIONS
from kg.operation import AFTER, FIRST, MIN_SHARE, RELATION, Arguments, Operation, page_of
from kg.policy.changes import changes
from kg.policy.hop_rules import rules_on
from kg.policy.policy_state import policy_state
from kg.policy.tiers import tier_of, tier_table
from kg.policy_operations import POLICY_OPERATIONS
from kg.store.dataset import Dataset
from kg.store.snapshot import Snapshot

__all__ = ["OPERATIONS", "Answered", "Operation", "by_name", "run", "snapshot_of"]


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer with what it rests on, and the snapshot it was read from."""

    answer: Any
    meta: Meta
    snapshot: Snapshot


_PER_ANSWER = 10_000
"""Steps that each answer takes from a budget that several share, whatever it asks."""

_DEPTH = Argument("max_depth", "integer", "Hops at most; no limit where left out.", minimum=1, maximum=50)


def _reach(direction: str) -> Callable[[Desk, Arguments], shapes.ReachAnswer]:
    return lambda desk, a: reach(desk, a["id"], direction, a["max_depth"], a["relation"], a["class"])


def _tier(desk: Desk, a: Arguments) -> Any:
    if a["country"] is not None:
        return tier_of(desk, a["country"], a["policy"])
    return tier_table(desk, *page_of(desk, a, "Country", "tier"), a["policy"])


def _policy_state(desk: Desk, a: Arguments) -> Any:
    if a["policy"] is not None:
        return policy_state(desk, a["policy"])
    shown, total, next_ = page_of(desk, a, "Policy", "policy-state")
    return shapes.PolicyStateTable(tuple(policy_state(desk, iri) for iri in shown), total, next_)


def _coverage(desk: Desk, a: Arguments) -> Any:
    if a["id"] is not None:
        return cover(desk, a["id"], a["older_than"])
    class_ = a["class"] or "Item"
    desk.spend(100 * sum(1 for _ in desk.snapshot.entities(class_)))
    lines = {e.iri: coverage_line(desk, e.iri, a["older_than"]) for e in desk.snapshot.entities(class_)}
    shown, total, next_ = page_of(desk, {**a, "class": class_}, class_, "coverage")
    sums = {
        n: sum(getattr(x, n) for x in lines.values())
        for n in ("statements", "unverified", "single_source", "uncited", "older")
    }
    return trust.CoverageTable(rows=tuple(lines[i] for i in shown), total=total, next=next_, **sums)


def _paths(desk: Desk, a: Arguments) -> shapes.PathsAnswer:
    """Paths, with the rules on their hops where that is asked. Raises BadArgument for a buyer without rules."""
    if a["buyer"] is not None and not a["rules"]:
        raise BadArgument(
            "buyer: goes with rules only; give rules too", code="conflicting-arguments", detail={"argument": "buyer"}
        )
    ruling: Ruling | None = (lambda edges, above: rules_on(desk, edges, above, a["buyer"])) if a["rules"] else None
    return find_paths(
        desk,
        a["source"],
        a["target"],
        a["mode"],
        a["k"],
        a["max_length"],
        a["relation"],
        a["min_share"],
        a["limit"],
        a["class"],
        ruling,
    )


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "search",
        "Entities by name or alias, in any script, forgiving of typing errors; best first.",
        (
            Argument("text", "text", "What to look for.", required=True),
            Argument("class", "class", "Class the entities must have; subclasses are included."),
            Argument("limit", "integer", "Matches at most.", default=10, minimum=1, maximum=100),
        ),
        shapes.SearchAnswer,
        lambda desk, a: search(desk, a["text"], a["class"], a["limit"]),
    ),
    Operation(
        "list",
        "Entities of a class that meet conditions, a page at a time.",
        (
            Argument("class", "class", "Class to list; subclasses are included.", required=True),
            Argument(
                "where",
                "text",
                "A condition 'property operator value' with = != < <= > >=, or 'property has'; also of a relation (onList = us-entity-list) or a batch. Repeatable.",
                many=True,
            ),
            Argument("order", "text", "id, label or a property; a leading - turns the order round.", default="id"),
            FIRST,
            AFTER,
        ),
        shapes.ListAnswer,
        lambda desk, a: list_entities(desk, a["class"], a["where"], a["order"], a["first"], a["after"]),
    ),
    Operation(
        "entity",
        "All that is held of one entity: facts, relations both ways, with their statements.",
        (Argument("id", "id", "The entity.", required=True),),
        shapes.EntityAnswer,
        lambda desk, a: describe(desk, a["id"]),
    ),
    Operation(
        "claims",
        "Claims, forecasts and targets: who says what, and what contradicts or overtook it.",
        (
            Argument("about", "id", "What the claim is about, or compares with."),
            Argument("metric", "text", "Words of the metric."),
            Argument("kind", "word", "Kind of claim.", choices=("observed", "claimed", "forecast", "target")),
            Argument("claimed_by", "text", "Words of the claimant's name."),
            Argument("text", "text", "Words that occur anywhere in the claim."),
            Argument("limit", "integer", "Claims at most.", default=100, minimum=1, maximum=500),
        ),
        shapes.ClaimsAnswer,
        lambda desk, a: select_claims(desk, a["about"], a["metric"], a["kind"], a["claimed_by"], a["text"], a["limit"]),
        subject="about",
    ),
    Operation(
        "paths",
        "Dependency paths from one entity to another, each hop with its evidence.",
        (
            Argument("source", "id", "Where the paths begin: what depends.", required=True),
            Argument("target", "id", "Where they end: what is depended on.", required=True),
            Argument(
                "mode",
                "word",
                "shortest (all of the least length), k-shortest, or all.",
                default="shortest",
                choices=MODES,
            ),
            Argument("k", "integer", "Paths wanted in mode k-shortest.", default=10, minimum=1, maximum=1000),
            Argument("max_length", "integer", "Hops at most; 6 in mode all where left out.", minimum=1, maximum=20),
            RELATION,
            MIN_SHARE,
            Argument("limit", "integer", "Paths shown at most.", default=100, minimum=1, maximum=10000),
            Argument(
                "class",
                "class",
                "Class of the nodes between source and target; subclasses are included. Repeatable.",
                many=True,
            ),
            Argument(
                "rules",
                "flag",
                "Also say of each hop what it delivers to whom, which rules block it on the date or may, and whether a licence is required.",
                default=False,
            ),
            Argument(
                "buyer",
                "id",
                "With rules: the organisation or country that takes what items need where no organisation stands above them on the path.",
                classes=("Organisation", "Country"),
            ),
        ),
        shapes.PathsAnswer,
        _paths,
    ),
    Operation(
        "upstream",
        "Everything an entity depends on, by depth, with roll-ups by class and country.",
        (
            Argument("id", "id", "The entity.", required=True),
            _DEPTH,
            RELATION,
            Argument("class", "class", "Class of the nodes shown; subclasses are included."),
        ),
        shapes.ReachAnswer,
        _reach("upstream"),
    ),
    Operation(
        "downstream",
        "Everything that depends on an entity, by depth, with roll-ups by class and country.",
        (
            Argument("id", "id", "The entity.", required=True),
            _DEPTH,
            RELATION,
            Argument("class", "class", "Class of the nodes shown; subclasses are included."),
        ),
        shapes.ReachAnswer,
        _reach("downstream"),
    ),
    *DEPENDENCY_OPERATIONS,
    Operation(
        "compare",
        "Figures of several entities side by side, with the claims that give other numbers.",
        (
            Argument("ids", "id", "The entities, two or more. Repeatable.", required=True, many=True),
            Argument(
                "metrics",
                "text",
                "Figure properties, for instance denseFp16Throughput; all that are known where left out. Repeatable.",
                many=True,
            ),
        ),
        shapes.CompareAnswer,
        lambda desk, a: compare(desk, a["ids"], a["metrics"]),
    ),
    Operation(
        "tier",
        "A country's tier under a policy, and the state of that policy, on the date.",
        (
            Argument("country", "id", "The country; a table over all countries where left out.", classes=("Country",)),
            Argument("policy", "id", "The policy; the one that has tiers where left out.", classes=("Policy",)),
            FIRST,
            AFTER,
        ),
        shapes.TierAnswer,
        _tier,
        subject="country",
        table=shapes.TierTable,
    ),
    Operation(
        "policy-state",
        "A policy's ladder of events, and whether it is codified and enforced on the date.",
        (
            Argument("policy", "id", "The policy; a table over all policies where left out.", classes=("Policy",)),
            FIRST,
            AFTER,
        ),
        shapes.PolicyStateAnswer,
        _policy_state,
        subject="policy",
        table=shapes.PolicyStateTable,
    ),
    *POLICY_OPERATIONS,
    *LICENCE_OPERATIONS,
    Operation(
        "coverage",
        "What is known of an entity, from how many sources, how old; and what is not.",
        (
            Argument("id", "id", "The entity; a table over a class where left out."),
            Argument("class", "class", "Class of the table; Item where left out."),
            Argument("older_than", "date", "Count facts all of whose sources lie before this day."),
            FIRST,
            AFTER,
        ),
        trust.CoverageAnswer,
        _coverage,
        subject="id",
        table=trust.CoverageTable,
    ),
    Operation(
        "disagreements",
        "Where sources differ: numbers, shares and claims side by side.",
        (
            Argument("id", "id", "The entity; all of a class where left out."),
            Argument("class", "class", "Class whose entities are looked at; all where left out."),
            Argument("limit", "integer", "Disagreements shown at most.", default=100, minimum=1, maximum=1000),
        ),
        trust.DisagreementsAnswer,
        lambda desk, a: disagreements(desk, a["id"], a["class"], a["limit"]),
        subject="id",
    ),
    Operation(
        "changes",
        "Rules and facts that began, ended, were suspended, revived or were corrected between two dates.",
        (
            Argument("from", "start", "Day after which; of a month or year, the whole counts.", required=True),
            Argument("to", "date", "Day up to which.", required=True),
            Argument("limit", "integer", "Changes shown at most.", default=200, minimum=1, maximum=5000),
        ),
        trust.ChangesAnswer,
        lambda desk, a: changes(desk, a["from"], a["to"], a["limit"]),
    ),
)
"""All operations, in the order in which they are listed."""


def by_name(name: str) -> Operation:
    """The operation of a name. Raises KeyError."""
    return {o.name: o for o in OPERATIONS}[name]


def snapshot_of(dataset: Dataset, raw: Arguments) -> Snapshot:
    """The snapshot that the common arguments select; other arguments are an error."""
    arguments = read_arguments(COMMON, raw, dataset.schema, dataset.index)
    return dataset.as_of(*(arguments[c.name] for c in COMMON))


def _represented(arguments: tuple[Argument, ...], values: Arguments, desk: Desk) -> dict[str, Any]:
    """Ids of records that another entity answers for, replaced by that entity, with a notice."""
    found = dict(values)
    snapshot = desk.snapshot

    def instead(iri: str) -> str:
        other = snapshot.representative(iri)
        if other != iri:
            ids = snapshot.index.id_of(iri), snapshot.index.id_of(other)
            desk.notice(
                f"{ids[0]} is linked to {ids[1]}, which answers for it; the link is a statement and may be looked at there."
            )
        return other

    for argument in arguments:
        value = values.get(argument.name)
        if argument.kind == "id" and value and snapshot.key.data_licence:
            for iri in value if argument.many else (value,):
                if iri in snapshot.index.by_iri and snapshot.is_barred(iri):
                    desk.notice(
                        f"{snapshot.index.id_of(iri)} is of a batch that dataLicence leaves out: nothing of it is used here."
                    )
        if argument.kind == "id" and value:
            found[argument.name] = tuple(map(instead, value)) if argument.many else instead(value)
    return found


def run(dataset: Dataset, operation: Operation, raw: Arguments, budget: int | Budget = 2_000_000) -> Answered:
    """Answer an operation.

    Parameters
    ----------
    dataset : the release to answer from.
    operation : one of `OPERATIONS`.
    raw : arguments as a surface has them: text, lists of text, or typed values, by name.
    budget : steps the analysis may take; a `Budget` where several answers of one request share it.

    Raises
    ------
    OverBudget
        The shared budget is used up.
    KGError
        Whatever is wrong with the arguments.
    """
    if isinstance(budget, Budget):
        budget.left -= _PER_ANSWER
        if budget.left < 0:
            raise OverBudget(
                f"{operation.camel}: the request's work budget is used up; ask in several requests, or for less",
                detail={"setting": "CHOKEPOINT_WORK_BUDGET"},
            )
    names = {name for c in COMMON for name in (c.name, c.camel)}
    snapshot = snapshot_of(dataset, {name: value for name, value in raw.items() if name in names})
    arguments = read_arguments(operation.all_arguments, raw, dataset.schema, dataset.index, snapshot.is_visible)
    desk = Desk(snapshot, budget)
    arguments = _represented(operation.arguments, arguments, desk)
    answer = operation.function(desk, arguments)
    return Answered(answer, desk.meta(), snapshot)
