"""Pointing: which policies name the exporter, the buyer, the item or the destination of a delivery, and their state on the day.

Owns whose rules bear on a delivery: those of the exporter's country; those of the buyer's country, which stop imports; and those of the United
States, which reach items made abroad (15 CFR 734.9, 734.4). A policy whose scope is on record in words only can point at a delivery and
never decide it. Must not know how an answer is worded, nor paths.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.facts.model import Statement
from kg.policy.chip_figures import unique
from kg.policy.ladder import fold, ladder
from kg.policy.licence_rules import HOME, RULES, Where
from kg.policy.memory import is_classified
from kg.policy.places import Force, place_of, reaches
from kg.policy.rules_in_force import policy_iri
from kg.policy.truth import truth_of
from kg.store.snapshot import Snapshot

__all__ = ["TOOL_RULES", "Export", "Pointed", "pointed_at"]

_NO_CONTROL = ("subsidy", "deal", "strategy", "report", "bill", "draft", "announcement", "licensing arrangement")
"""Instruments that forbid nothing by themselves."""

_LISTING = ("entity listing", "list")
"""Instruments that control what goes to whom they name; any other must say what it controls."""

_DENIED = Where(groups=("d-5",), targeted=True)

TOOL_RULES: tuple[tuple[str, Where], ...] = (
    ("us-2022-10", Where(targeted=True)),
    ("us-2023-10-sme", _DENIED),
    ("us-2024-12-fdp", _DENIED),
)
"""Rules on tools that make semiconductors, with their destinations (87 FR 62186; 88 FR 73424; 89 FR 96790). Which tools they mean is given by entries
of the control list that are not modelled, and by what the buyer makes with them."""

_TOOL = "Tool"
_NON_EU = "non-EU"
_EUROPEAN_UNION = (
    *("AUT", "BEL", "BGR", "HRV", "CYP", "CZE", "DNK", "EST", "FIN", "FRA", "DEU", "GRC", "HUN", "IRL"),
    *("ITA", "LVA", "LTU", "LUX", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN", "ESP", "SWE"),
)
"""Member states since 2020-02-01, alpha-3."""


@dataclass(frozen=True, slots=True)
class Export:
    """A delivery: exporter and buyer (IRIs; the buyer None where it is not known), items (none where not on record), and the countries it leaves and reaches."""

    exporter: str
    buyer: str | None
    items: tuple[str, ...]
    origins: tuple[str, ...]
    destinations: tuple[str, ...]

    @property
    def domestic(self) -> bool:
        """Whether it is known to stay in one country."""
        return len(self.origins) == 1 and self.origins == self.destinations


@dataclass(frozen=True, slots=True)
class Pointed:
    """A policy that points at a delivery: by what it names (nothing for certain where it is not known whether it reaches the destination), its state, its words
    for items and destinations, and what is missing to decide."""

    policy: str
    names: tuple[str, ...]
    force: Force
    words: tuple[str, ...]
    missing: tuple[str, ...]
    statements: tuple[Statement, ...]


def pointed_at(snapshot: Snapshot, export: Export) -> tuple[Pointed, ...]:
    """The policies that point at a delivery and are codified, enforced, or may be, on the day; in the order of their IRIs."""
    judged = any(is_classified(snapshot, i) for i in export.items)
    done = {policy_iri(r.policy) for r in RULES if r.policy} if judged else set()
    found = {p.policy: p for p in _tool_rules(snapshot, export)}
    named = {
        p
        for iri in (export.exporter, export.buyer)
        if iri is not None
        for p in _naming(snapshot, "targetOrganisation", iri)
    }
    named |= {p for item in export.items for p in _naming(snapshot, "controlledItem", item)}
    for policy in sorted(named - done - set(found)):
        made = _named(snapshot, export, policy)
        if made is not None:
            found[policy] = made
    return tuple(p for _, p in sorted(found.items()) if not (p.force.codified is False and p.force.enforced is False))


def _naming(snapshot: Snapshot, property_: str, iri: str) -> tuple[str, ...]:
    """Policies that name something."""

    def read() -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for policy in snapshot.entities("Policy"):
            for statement in snapshot.plain(policy.iri, property_):
                if isinstance(statement.object, str):
                    found.setdefault(statement.object, []).append(policy.iri)
        return {k: tuple(v) for k, v in found.items()}

    return snapshot.shared_on_day(f"policies by {property_}", read).get(iri, ())


def _objects(snapshot: Snapshot, policy: str, property_: str, wanted: Iterable[str]) -> list[Statement]:
    return [s for s in snapshot.plain(policy, property_) if s.object in set(wanted)]


def _named(snapshot: Snapshot, export: Export, policy: str) -> Pointed | None:
    """A policy that names a party or an item of a delivery; None where it does not bear on it."""
    instrument = snapshot.text_of(policy, "instrumentType")
    says = instrument in _LISTING or any(snapshot.plain(policy, p) for p in ("controlledItem", "controlledItemNote"))
    if instrument in _NO_CONTROL or not says:
        return None
    issuers = {s.object for s in snapshot.plain(policy, "issuerCountry") if isinstance(s.object, str)}
    american = any(snapshot.entity(i).slug == HOME for i in issuers)
    abroad = not export.domestic
    # a seat that is not known may be there: what is unknown widens what a policy may bear on
    leaves = abroad and (not export.origins or bool(issuers & set(export.origins)))
    reaches_in = abroad and bool(issuers & set(export.destinations))
    seller = _objects(snapshot, policy, "targetOrganisation", [export.exporter])
    taker = _objects(snapshot, policy, "targetOrganisation", [export.buyer] if export.buyer else [])
    things = _objects(snapshot, policy, "controlledItem", export.items)
    listed = [s for s in snapshot.plain(policy, "controlledItem") if isinstance(s.object, str)]
    if listed and export.items and not things:
        return None  # it names other items
    bears = (
        (seller and (leaves or reaches_in))
        or (taker and (leaves or american))  # of its own firms a country names those that send
        or (things and (leaves or reaches_in or american))
    )
    if not bears:
        return None
    where = _targets(snapshot, policy, export.destinations)
    aimed = any(isinstance(s.object, str) for s in snapshot.plain(policy, "targetCountry"))
    named_there = bool(not aimed or not export.destinations or where or taker)
    named_here = bool(not aimed or not export.origins or seller or _targets(snapshot, policy, export.origins))
    if not ((leaves or american) and named_there) and not (reaches_in and named_here):
        return None  # it names other destinations; as an import measure, other countries of origin
    words = _words(snapshot, policy)
    if leaves and any(_NON_EU in w for w in words) and _all_in_union(snapshot, export.destinations):
        return None
    missing = []
    if not things:
        what = "the item, which is not on record," if not export.items else "the item"
        missing.append(f"whether {what} is among those that the policy gives in words only")
    if not where and not taker:
        missing.append("whether the destination is among those that the policy gives in words only")
    if american and not _from_home(snapshot, export):
        missing.append("whether the item is subject to the Export Administration Regulations")
    if (listed or things) and not export.items:
        missing.append("the item")
    missing.append("what the policy asks for the item, the buyer and the use, which is not modelled")
    names = [
        label
        for label, said in (
            ("the exporter", seller),
            ("the buyer", taker),
            ("the item", things),
            ("the destination", where),
        )
        if said
    ]
    statements = unique([*seller, *taker, *things, *where])
    return _pointed(snapshot, policy, names, words, missing, statements)


def _tool_rules(snapshot: Snapshot, export: Export) -> Iterable[Pointed]:
    """The rules on tools, for what is a tool, or may be one since the item is not on record and its exporter provides tools."""
    if export.domestic or not (_are_tools(snapshot, export.items) if export.items else _makes_tools(snapshot, export)):
        return
    for slug, where in TOOL_RULES:
        policy = policy_iri(slug)
        if policy not in snapshot.index.by_iri:
            continue
        found = [reaches(snapshot, place_of(snapshot, d), where, slug) for d in export.destinations]
        if all(r.truth is False for r in found):
            continue
        missing = ["whether the tool is one of the entries of the control list that the rule names"]
        missing += ["whether the buyer makes advanced-node chips with it"]
        if not export.items:
            missing.append("the item")
        if not _from_home(snapshot, export):
            missing.append("whether the item is subject to the Export Administration Regulations")
        missing += [m for r in found for m in r.missing]
        held = [s for r in found for s in r.statements]
        names = ["the destination"] if any(r.truth for r in found) else []
        yield _pointed(snapshot, policy, names, _words(snapshot, policy), missing, unique(held))


def _pointed(
    snapshot: Snapshot,
    policy: str,
    names: Iterable[str],
    words: tuple[str, ...],
    missing: Iterable[str],
    statements: tuple[Statement, ...],
) -> Pointed:
    events = ladder(snapshot, policy)
    state = fold(events, snapshot.text_of(policy, "instrumentType"), snapshot.key.as_of)
    force = Force(truth_of(state.codified), truth_of(state.enforced), state.label)
    told = [s for e in events if e.start <= snapshot.key.as_of for s in e.statements]
    return Pointed(policy, tuple(names), force, words, tuple(dict.fromkeys(missing)), unique([*statements, *told]))


def _targets(snapshot: Snapshot, policy: str, countries: Iterable[str]) -> list[Statement]:
    places = [place_of(snapshot, c) for c in countries]
    return _objects(snapshot, policy, "targetCountry", [c for p in places for c in (p.country, p.row)])


def _words(snapshot: Snapshot, policy: str) -> tuple[str, ...]:
    said = (*snapshot.plain(policy, "controlledItemNote"), *snapshot.plain(policy, "targetNote"))
    return tuple(dict.fromkeys(s.object.lexical for s in said if not isinstance(s.object, str)))


def _all_in_union(snapshot: Snapshot, countries: Iterable[str]) -> bool:
    codes = {snapshot.entity(c).slug for c in countries}
    return bool(codes) and codes <= set(_EUROPEAN_UNION)


def _from_home(snapshot: Snapshot, export: Export) -> bool:
    return bool(export.origins) and all(snapshot.entity(c).slug == HOME for c in export.origins)


def _are_tools(snapshot: Snapshot, items: Iterable[str]) -> bool:
    return any(snapshot.schema.is_a(snapshot.entity(i).class_name, _TOOL) for i in items)


def _makes_tools(snapshot: Snapshot, export: Export) -> bool:
    said = snapshot.relations(export.exporter, "Provision", "provider")
    return _are_tools(snapshot, {i for s in said if isinstance(i := s.one("item"), str)})
