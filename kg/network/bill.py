"""The bill of materials as AND and OR: what an item needs, which kinds of it there are, and who provides it.

Owns the reading of a snapshot's relations by their role in feasibility (the ontology's `ck:feasibilityRole`): requirement groups,
variants, providers, countries, roles of a chip, sites. A filter or a removal never rebuilds it. Must not know verdicts.

Rules (design, semantics, sections 2 and 3.4)
---------------------------------------------
- The rows of one item with one `alternativeGroup` are alternatives; a row without a group stands for itself. `optional` rows are no
  alternatives; a group is *typical*, and counts in the strict reading only, when none of its rows is required, or when it is a single
  row that applies to a part (`appliesTo`).
- A group all of whose rows have ended is failed, not gone.
- A provision that is not in production is no provider; an item of which only such are known has none, and none is assumed.
- An organisation group is never a provider. Countries provide only where no organisation does.
- Where a variant has a known provider, the item's own provider rows are a second view of its market and do not count.
- Steps, nodes, chips and groupings need no provider of their own; a chip's are its roles (design, fabrication, packaging), each of
  which needs one; a part of several dies has one fabrication a die. A stock is there: what it was made of is history.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.facts.dates import earliest, latest
from kg.facts.model import Statement
from kg.store.snapshot import Snapshot

__all__ = ["Alternative", "Bill", "Group", "Maker", "Making", "VariantOf"]

_NO_PROVIDER_NEEDED = frozenset({"ProcessStep", "ProcessNode", "Chip", "FacilityType"})
_STOCK = "Stock"
_PSEUDO = "OrganisationGroup"
_ROLES = {"Design": "designer", "Fabrication": "fabricator", "Packaging": "packager"}
_NOT_MADE = "not in production"


@dataclass(frozen=True, slots=True)
class Alternative:
    """One item that meets a requirement, and the statements that say so."""

    item: str
    applies_to: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Alternatives of which one is needed; none where all its rows have ended (`ended` holds them)."""

    name: str
    alternatives: tuple[Alternative, ...]
    typical: bool
    ended: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class VariantOf:
    """A kind of an item: `substitutable` is yes, no or unknown."""

    item: str
    substitutable: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Maker:
    """Who provides: an organisation or, where none is known, a country; with the share it has (percent, None if unknown) and the
    countries of the sites where it makes the item."""

    iri: str
    share: float | None
    capability: str
    sites: frozenset[str]
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Making:
    """One thing that needs a maker: the item itself (`role` blank), or a role of a chip. `assumed`: none is known, so one without a
    name is assumed."""

    role: str
    makers: tuple[Maker, ...]
    assumed: bool = False
    dead: tuple[Statement, ...] = ()


class Bill:
    """The bill of a snapshot. Get it by `Bill.of(snapshot)`."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._class_of = {e.iri: e.class_name for e in snapshot.entities("Item")}
        self._grouping = {i for i in self._class_of if snapshot.text_of(i, "isGrouping") == "true"}
        ended = _ended_requirements(snapshot)
        self.groups: Mapping[str, tuple[Group, ...]] = {
            i: found
            for i, name in self._class_of.items()
            if name != _STOCK and (found := _groups(snapshot, i, ended.get(i, ())))
        }
        self.variants: Mapping[str, tuple[VariantOf, ...]] = {
            i: kinds for i in self._class_of if (kinds := _variants(snapshot, i))
        }
        self._sites = _sites(snapshot)
        self._own = {i: self._providers(i) for i in self._class_of}
        self.supplies = _supplies(snapshot)
        self.makings: Mapping[str, tuple[Making, ...]] = {i: self._makings(i) for i in self._class_of}

    @classmethod
    def of(cls, snapshot: Snapshot) -> Bill:
        """The bill of a snapshot, made once for all days that see the same."""
        return snapshot.shared("bill", lambda: cls(snapshot))

    def needs(self, item: str) -> tuple[str, ...]:
        """The items an item may need: alternatives and variants, each once, in order."""
        found = [a.item for g in self.groups.get(item, ()) for a in g.alternatives]
        return tuple(dict.fromkeys([*found, *(v.item for v in self.variants.get(item, ()))]))

    def closure(self, item: str) -> tuple[str, ...]:
        """An item and everything it may need, in the order of a breadth-first search."""
        found = {item: None}
        queue = [item]
        for each in queue:
            for need in self.needs(each):
                if need not in found:
                    found[need] = None
                    queue.append(need)
        return tuple(found)

    def is_step(self, item: str) -> bool:
        """Whether an item is a process step or a process node."""
        return self._class_of.get(item) in ("ProcessStep", "ProcessNode")

    def headquarters(self, organisation: str) -> tuple[Statement, ...]:
        """What is said of the country of an organisation's seat."""
        return self.snapshot.plain(organisation, "headquarteredIn")

    def _providers(self, item: str) -> tuple[tuple[Maker, ...], tuple[Statement, ...], bool]:
        """(organisations that provide an item, provisions not in production, whether a group provides it)."""
        snapshot = self.snapshot
        rows: dict[str, list[Statement]] = defaultdict(list)
        dead: list[Statement] = []
        grouped = False
        for statement in snapshot.relations(item, "Provision", "item"):
            provider = str(statement.one("provider"))
            if statement.text("productionStatus") == _NOT_MADE:
                dead.append(statement)
            elif snapshot.entity(provider).class_name == _PSEUDO:
                grouped = True
            else:
                rows[provider].append(statement)
        makers = tuple(self._maker(item, provider, found) for provider, found in sorted(rows.items()))
        return makers, tuple(dead), grouped

    def _maker(self, item: str, organisation: str, statements: list[Statement]) -> Maker:
        shares = [s for each in statements if (s := self.snapshot.share(each)) is not None]
        capability = next((t for each in statements if (t := each.text("capability"))), "")
        places = {str(v) for each in statements for v in each.qualifiers.get("siteCountry", ()) if isinstance(v, str)}
        places |= self._sites.get((organisation, item), set())
        ordered = tuple(sorted(statements, key=lambda s: (s.status != "verified", s.iri)))
        return Maker(organisation, max(shares) if shares else None, capability, frozenset(places), ordered)

    def _countries(self, item: str) -> tuple[Maker, ...]:
        rows: dict[str, list[Statement]] = defaultdict(list)
        for statement in self.snapshot.relations(item, "CountryShare", "item"):
            rows[str(statement.one("country"))].append(statement)
        return tuple(
            Maker(
                country,
                max((s for each in found if (s := self.snapshot.share(each)) is not None), default=None),
                "",
                frozenset({country}),
                tuple(sorted(found, key=lambda s: s.iri)),
            )
            for country, found in sorted(rows.items())
        )

    def _makings(self, item: str) -> tuple[Making, ...]:
        class_name = self._class_of[item]
        if class_name == "Chip":
            return self._roles(item)
        if class_name in _NO_PROVIDER_NEEDED or class_name == _STOCK or item in self._grouping:
            return ()
        if any(self._own.get(v.item, ((), (), False))[0] for v in self.variants.get(item, ())):
            return ()
        makers, dead, grouped = self._own[item]
        if makers:
            return (Making("", makers),)
        countries = self._countries(item)
        if countries:
            return (Making("", countries),)
        if dead and not grouped:
            return (Making("", (), False, dead),)
        if self.variants.get(item):
            return ()
        return (Making("", (), True),)

    def _roles(self, item: str) -> tuple[Making, ...]:
        found = []
        for relation, end in _ROLES.items():
            rows: dict[str, dict[str, list[Statement]]] = defaultdict(lambda: defaultdict(list))
            for statement in self.snapshot.relations(item, relation, "item"):
                rows[statement.text("die")][str(statement.one(end))].append(statement)
            for die, by_firm in sorted(rows.items()):
                makers = tuple(self._maker(item, firm, said) for firm, said in sorted(by_firm.items()))
                role = f"{relation.lower()} of {die}" if die else relation.lower()
                pseudo = all(self.snapshot.entity(m.iri).class_name == _PSEUDO for m in makers)
                real = tuple(m for m in makers if self.snapshot.entity(m.iri).class_name != _PSEUDO)
                found.append(Making(role, real, pseudo))
        return tuple(found)


def _ended_requirements(snapshot: Snapshot) -> dict[str, tuple[Statement, ...]]:
    """Requirements that were believed and had ended by the day, by item."""
    found: dict[str, list[Statement]] = defaultdict(list)
    for iri, (statement, end) in snapshot.believed().items():
        if statement.class_name != "Requirement" or iri in snapshot.statements or not end:
            continue
        last, first = latest(end), earliest(statement.valid_from) if statement.valid_from else None
        if last is not None and last <= snapshot.key.as_of and (first is None or first <= snapshot.key.as_of):
            found[str(statement.one("item"))].append(statement)
    return {item: tuple(said) for item, said in found.items()}


def _groups(snapshot: Snapshot, item: str, ended: Iterable[Statement]) -> tuple[Group, ...]:
    rows: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for statement in snapshot.relations(item, "Requirement", "item"):
        name = statement.text("alternativeGroup")
        rows[name, "" if name else str(statement.one("requires"))].append(statement)
    gone: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for statement in ended:
        name = statement.text("alternativeGroup")
        gone[name, "" if name else str(statement.one("requires"))].append(statement)
    found = []
    for key in sorted({*rows, *gone}):
        said = [s for s in rows.get(key, []) if s.text("necessity") != "optional"]
        past = [s for s in gone.get(key, []) if s.text("necessity") != "optional"]
        if not said and not (past and not rows.get(key)):
            continue
        by_item: dict[str, list[Statement]] = defaultdict(list)
        for statement in said:
            by_item[str(statement.one("requires"))].append(statement)
        alternatives = tuple(
            Alternative(
                need, each[0].text("appliesTo"), tuple(sorted(each, key=lambda s: (s.status != "verified", s.iri)))
            )
            for need, each in sorted(by_item.items())
        )
        required = any(s.text("necessity") != "typical" for s in (said or past))
        partial = not key[0] and bool(said) and all(s.text("appliesTo") for s in said)
        found.append(Group(key[0], alternatives, not required or partial, tuple(past) if not said else ()))
    return tuple(found)


def _variants(snapshot: Snapshot, item: str) -> tuple[VariantOf, ...]:
    rows: dict[str, list[Statement]] = defaultdict(list)
    for statement in snapshot.relations(item, "Variant", "item"):
        rows[str(statement.one("variant"))].append(statement)
    found = []
    for variant, said in sorted(rows.items()):
        words = {s.text("substitutable") or "unknown" for s in said}
        found.append(VariantOf(variant, words.pop() if len(words) == 1 else "unknown", tuple(said)))
    return tuple(found)


def _supplies(snapshot: Snapshot) -> dict[tuple[str, str], tuple[Maker, ...]]:
    """The documented suppliers of an item to a customer, by (customer, item)."""
    rows: dict[tuple[str, str], dict[str, list[Statement]]] = defaultdict(lambda: defaultdict(list))
    for statement in snapshot.statements.values():
        if statement.class_name == "Supply" and statement.one("suppliedItem"):
            key = str(statement.one("customer")), str(statement.one("suppliedItem"))
            rows[key][str(statement.one("supplier"))].append(statement)
    return {
        key: tuple(Maker(firm, None, "", frozenset(), tuple(said)) for firm, said in sorted(by_firm.items()))
        for key, by_firm in rows.items()
    }


def _sites(snapshot: Snapshot) -> dict[tuple[str, str], set[str]]:
    """Countries of the sites where an organisation makes an item."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for facility in snapshot.entities("Facility"):
        places = {s.object for s in snapshot.plain(facility.iri, "locatedIn") if isinstance(s.object, str)}
        for made in snapshot.plain(facility.iri, "produces"):
            for run_by in snapshot.plain(facility.iri, "operator"):
                if isinstance(made.object, str) and isinstance(run_by.object, str):
                    found[run_by.object, made.object] |= places
    return found
