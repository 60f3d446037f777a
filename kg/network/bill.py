"""The bill of materials as AND and OR: what an item needs, which kinds of it there are, and who provides it.

Owns the meaning of a snapshot's relations for what can still be made. Rows are read by `kg.network.bill_rows`. A filter or a removal never
rebuilds it. Must not know verdicts.

Rules (design, semantics, sections 2 and 3.4)
---------------------------------------------
- The rows of one item with one `alternativeGroup` are alternatives; a row without a group stands for itself. `optional` rows are no
  alternatives; a group is *typical*, and counts in the strict reading only, when none of its rows is required (those that have ended are
  looked at too: an end makes nothing more possible), or when all sources of a single row say that it applies to a part (`appliesTo`).
- A group all of whose counted rows have ended is failed, not gone.
- A provision that is not in production, or has ended, is no provider; an item of which only such are known has none, and none is
  assumed. Likewise a role of a chip that all have given up.
- An organisation group is never a provider, nor a documented supplier. Countries provide only where no organisation does.
- Where a variant has a known provider (an organisation, a country, or of a chip a role), the item's own provider rows are a second view of
  its market and do not count.
- Steps, nodes, chips and groupings need no provider of their own; a chip's are its roles (design, fabrication, packaging), each of
  which needs one; a part of several dies has one fabrication a die. The roles that are documented of a system are needed as well as its
  provider, and stand in for an unnamed one. A stock is there: what it was made of is history, and so are its kinds.
- A maker's share is that of the newest observation, then of a verified statement, then of the smallest IRI.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from kg.facts.model import Statement
from kg.network.bill_rows import ended_rows, grouped_rows, site_statements, supply_rows
from kg.network.projection import chosen_share
from kg.store.snapshot import Snapshot

__all__ = ["Alternative", "Bill", "Group", "Maker", "Making", "VariantOf"]

T = TypeVar("T")
_MOST_KEPT = 32
_NO_PROVIDER_NEEDED = frozenset({"ProcessStep", "ProcessNode", "Chip", "FacilityType"})
_STOCK = "Stock"
_PSEUDO = "OrganisationGroup"
_ROLES = {"Design": "designer", "Fabrication": "fabricator", "Packaging": "packager"}
_NOT_MADE = "not in production"


@dataclass(frozen=True, slots=True)
class Alternative:
    """One item that meets a requirement, and the statements that say so; `applies_to` is blank unless all of them tell of a part."""

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
    """Who provides: an organisation or, where none is known, a country. `share` is in percent, None if unknown; `capability` in words and
    `node_class` on the ontology's scale (blank if unknown) say down to which node it serves; `sites` are the countries where it makes
    the item, by `site_statements`."""

    iri: str
    share: float | None
    capability: str
    node_class: str
    sites: frozenset[str]
    statements: tuple[Statement, ...]
    site_statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Making:
    """One thing that needs a maker: the item itself (`role` blank), or a role of a chip. `assumed`: none is known, so one without a
    name is assumed; `dead` are provisions that are not in production."""

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
        self._ended = ended_rows(snapshot, ("Requirement", "Provision", *_ROLES))
        self.groups: Mapping[str, tuple[Group, ...]] = {
            i: found
            for i, name in self._class_of.items()
            if name != _STOCK and (found := _groups(snapshot, i, self._ended.get(("Requirement", i), ())))
        }
        self.variants: Mapping[str, tuple[VariantOf, ...]] = {
            i: kinds for i, name in self._class_of.items() if name != _STOCK and (kinds := _variants(snapshot, i))
        }
        self._sites = site_statements(snapshot)
        self._own = {i: self._providers(i) for i in self._class_of}
        self.supplies = self._supplies()
        self.makings: Mapping[str, tuple[Making, ...]] = {i: self._makings(i) for i in self._class_of}
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    @classmethod
    def of(cls, snapshot: Snapshot) -> Bill:
        """The bill of a snapshot, made once for all days that see the same."""
        return snapshot.shared("bill", lambda: cls(snapshot))

    def kept(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is derived from this bill, of which the most recently used are kept."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                kept: T = self._kept[key]
                return kept
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return made

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

    def providers(self, item: str) -> tuple[Maker, ...]:
        """The organisations that are documented to provide an item, whether or not it needs a provider."""
        return self._own[item][0] if item in self._own else ()

    def making_of(self, item: str) -> tuple[Making, ...]:
        """What of an item needs a maker. Of an item that nothing is known of yet, the making itself."""
        found = self.makings.get(item)
        if found is None:
            return () if self.is_step(item) or self._class(item) in (*_NO_PROVIDER_NEEDED, _STOCK) else _UNKNOWN
        return found

    def is_step(self, item: str) -> bool:
        """Whether an item is a process step or a process node."""
        return self._class(item) in ("ProcessStep", "ProcessNode")

    def is_node(self, item: str) -> bool:
        """Whether an item is a process node."""
        return self._class(item) == "ProcessNode"

    def node_class(self, item: str) -> str:
        """The class of a process node on the ontology's scale, blank where it has none."""
        return self.snapshot.text_of(item, "nodeClass") if self.scale and self.is_node(item) else ""

    def _class(self, item: str) -> str:
        return self._class_of.get(item) or self.snapshot.entity(item).class_name

    def headquarters(self, organisation: str) -> tuple[Statement, ...]:
        """What is said of the country of an organisation's seat."""
        return self.snapshot.plain(organisation, "headquarteredIn")

    def seats(self, organisation: str) -> frozenset[str]:
        """The countries of an organisation's seat."""
        return frozenset(s.object for s in self.headquarters(organisation) if isinstance(s.object, str))

    # ---- makers ---------------------------------------------------------------------------------------------------------

    def _providers(self, item: str) -> tuple[tuple[Maker, ...], tuple[Statement, ...], bool]:
        """(organisations that provide an item, provisions not in production, whether a group provides it)."""
        snapshot = self.snapshot
        rows: dict[str, list[Statement]] = defaultdict(list)
        dead: list[Statement] = list(self._ended.get(("Provision", item), ()))
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
        capability = next((t for each in statements if (t := each.text("capability"))), "")
        said = [s for s in statements if s.text("siteCountry")]
        places = {str(v) for each in said for v in each.qualifiers.get("siteCountry", ()) if isinstance(v, str)}
        for country, found in self._sites.get((organisation, item), {}).items():
            places.add(country)
            said += found
        return Maker(
            organisation,
            chosen_share(self.snapshot, statements)[0],
            capability,
            self._finest(statements),
            frozenset(places),
            _ordered(statements),
            _ordered({s.iri: s for s in said}.values()),
        )

    def _finest(self, statements: Iterable[Statement]) -> str:
        """The finest node class that statements give for a provider."""
        scale = self.scale
        given = {s.text("nodeClass") for s in statements} & set(scale)
        return max(given, key=scale.index) if given else ""

    @property
    def scale(self) -> tuple[str, ...]:
        """Node classes from the coarsest to the finest."""
        known = self.snapshot.schema.properties.get("nodeClass")
        return known.scale if known is not None else ()

    def _countries(self, item: str) -> tuple[Maker, ...]:
        rows: dict[str, list[Statement]] = defaultdict(list)
        for statement in self.snapshot.relations(item, "CountryShare", "item"):
            rows[str(statement.one("country"))].append(statement)
        return tuple(
            Maker(
                country,
                chosen_share(self.snapshot, found)[0],
                "",
                self._finest(found),
                frozenset({country}),
                _ordered(found),
            )
            for country, found in sorted(rows.items())
        )

    def _makings(self, item: str) -> tuple[Making, ...]:
        class_name = self._class_of[item]
        if class_name == _STOCK:
            return ()
        roles = self._roles(item)
        if class_name in _NO_PROVIDER_NEEDED or item in self._grouping:
            return roles
        if any(self._is_provided(v.item) for v in self.variants.get(item, ())):
            return roles
        makers, dead, grouped = self._own[item]
        if makers:
            return (*roles, Making("", makers))
        countries = self._countries(item)
        if countries:
            return (*roles, Making("", countries))
        if dead and not grouped:
            return (*roles, Making("", (), False, dead))
        if roles or self.variants.get(item):
            return roles
        return _UNKNOWN

    def _is_provided(self, item: str) -> bool:
        """Whether anybody is known who provides an item."""
        if self._class_of.get(item, _STOCK) == _STOCK:
            return False
        return bool(self._own[item][0] or self._countries(item) or any(making.makers for making in self._roles(item)))

    def _roles(self, item: str) -> tuple[Making, ...]:
        found = []
        for relation, end in _ROLES.items():
            rows: dict[str, dict[str, list[Statement]]] = defaultdict(lambda: defaultdict(list))
            for statement in self.snapshot.relations(item, relation, "item"):
                rows[statement.text("die")][str(statement.one(end))].append(statement)
            for die, past in sorted(self._past_roles(item, relation).items()):
                if die not in rows:
                    found.append(Making(_role(relation, die), (), False, past))
            for die, by_firm in sorted(rows.items()):
                role = _role(relation, die)
                real = {f: said for f, said in by_firm.items() if self.snapshot.entity(f).class_name != _PSEUDO}
                makers = tuple(self._maker(item, firm, said) for firm, said in sorted(real.items()))
                found.append(Making(role, makers, not makers))
        return tuple(found)

    def _past_roles(self, item: str, relation: str) -> dict[str, tuple[Statement, ...]]:
        """Ended roles by die."""
        found: dict[str, list[Statement]] = defaultdict(list)
        for statement in self._ended.get((relation, item), ()):
            found[statement.text("die")].append(statement)
        return {die: tuple(said) for die, said in found.items()}

    def _supplies(self) -> dict[str, dict[str, tuple[Maker, ...]]]:
        """Customer → item → the documented suppliers of it, a group being none."""
        found: dict[str, dict[str, tuple[Maker, ...]]] = defaultdict(dict)
        for (customer, part), by_firm in supply_rows(self.snapshot).items():
            made = []
            for firm, said in sorted(by_firm.items()):
                if self.snapshot.entity(firm).class_name == _PSEUDO:
                    continue
                own = next((m for m in self._own.get(part, ((), (), False))[0] if m.iri == firm), None)
                other = self._maker(part, firm, []) if own is None else own
                made.append(Maker(firm, None, "", "", other.sites, tuple(said), other.site_statements))
            if made:
                found[customer][part] = tuple(made)
        return found


_UNKNOWN = (Making("", (), True),)


def _role(relation: str, die: str) -> str:
    return f"{relation.lower()} of {die}" if die else relation.lower()


def _ordered(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Verified statements first, then by IRI."""
    return tuple(sorted(statements, key=lambda s: (s.status != "verified", s.iri)))


def _groups(snapshot: Snapshot, item: str, ended: Iterable[Statement]) -> tuple[Group, ...]:
    rows = grouped_rows(snapshot.relations(item, "Requirement", "item"))
    gone = grouped_rows(ended)
    found = []
    for key in sorted({*rows, *gone}):
        said, past = rows.get(key, []), gone.get(key, [])
        by_item: dict[str, list[Statement]] = defaultdict(list)
        for statement in said:
            by_item[str(statement.one("requires"))].append(statement)
        alternatives = tuple(Alternative(need, _part(each), _ordered(each)) for need, each in sorted(by_item.items()))
        required = any(s.text("necessity") != "typical" for s in (*said, *past))
        partial = not key[0] and all(s.text("appliesTo") for s in (said or past))
        found.append(Group(key[0], alternatives, not required or partial, tuple(past) if not said else ()))
    return tuple(found)


def _part(statements: Iterable[Statement]) -> str:
    """The part a requirement applies to, in words; blank where one source says it of the whole."""
    words = [s.text("appliesTo") for s in statements]
    return "; ".join(sorted(set(words))) if all(words) else ""


def _variants(snapshot: Snapshot, item: str) -> tuple[VariantOf, ...]:
    rows: dict[str, list[Statement]] = defaultdict(list)
    for statement in snapshot.relations(item, "Variant", "item"):
        rows[str(statement.one("variant"))].append(statement)
    found = []
    for variant, said in sorted(rows.items()):
        words = {s.text("substitutable") or "unknown" for s in said}
        found.append(VariantOf(variant, words.pop() if len(words) == 1 else "unknown", _ordered(said)))
    return tuple(found)
