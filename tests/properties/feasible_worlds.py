"""Small worlds of things that need one another, and an oracle that says what of them can still be had.

The oracle is written from the meaning of feasibility alone (design, semantics, sections 2 and 3.4) and works on the rows a world is
made of. Availability is the union of all sets of items that support themselves (Knaster and Tarski), found by trying every subset.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

from kg.facts.model import Facts
from kg.facts.reader import read_facts
from kg.schema import Schema
from tests.helpers import FactsFolder, iri_of

TODAY = {"asOf": "2026-11-24", "knownOn": "2026-11-24"}
COUNTRIES = ("CHN", "NLD", "USA")
FIRMS = {"acme": "Company", "bolt": "Company", "crown": "Company", "lab": "ResearchOrganisation"}
VARIOUS, PACT, SITES = "various", "pact", ("fab-one", "fab-two")
ROLES = {"Design": "designer", "Fabrication": "fabricator", "Packaging": "packager"}
UNMADE = {"ProcessStep", "ProcessNode", "Grouping", "FacilityType"}
"""Items that need no maker of their own; a grouping is a tool that is marked as one."""


@dataclass(frozen=True)
class Row:
    n: int
    file: str
    cells: tuple[tuple[str, str], ...]
    life: str = "live"
    """live, ended (in the row), stopped (in ends.csv), future, or dropped (corrections.csv)."""
    source: str = "s1"

    def __getitem__(self, name: str) -> str:
        return dict(self.cells).get(name, "")

    @property
    def origin(self) -> str:
        return f"world:{self.n}"

    @property
    def over(self) -> bool:
        return self.life in ("ended", "stopped")


@dataclass(frozen=True)
class Removal:
    ids: tuple[str, ...] = ()
    locate: str = "headquarters"
    unknown: str = "assumed"

    @property
    def raw(self) -> dict[str, Any]:
        return {"removed": list(self.ids), "locate": self.locate, "unknownProviders": self.unknown}


@dataclass(frozen=True)
class Group:
    """Alternatives of which one is needed; all of them gone where `ended`."""

    alternatives: frozenset[str]
    typical: bool
    ended: bool


@dataclass(frozen=True)
class Making:
    """What needs a maker: makers that are known, whether one without a name may stand in where there are none."""

    role: str
    makers: frozenset[str]
    nameless: bool


@dataclass(frozen=True)
class Need:
    """One need of an item in a reading: `items` of which one must be there, or a maker of whom one must be left."""

    cause: str
    items: frozenset[str] = frozenset()
    makers: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()
    met: bool = False

    def holds(self, alive: Iterable[str]) -> bool:
        return self.met or bool(self.left) or not self.items.isdisjoint(alive)


@dataclass
class World:
    classes: Mapping[str, str]
    """Item → kind."""
    rows: list[Row]
    iris: dict[int, str] = field(default_factory=dict)

    # ---- the bill -----------------------------------------------------------------------------------------------------

    def live(self, file: str, **cells: str) -> list[Row]:
        return [
            r for r in self.rows if r.file == file and r.life == "live" and all(r[k] == v for k, v in cells.items())
        ]

    def said(self, subject: str, property_: str) -> set[str]:
        return {r["object"] for r in self.live("facts", subject=subject, property=property_)}

    def groups(self, item: str) -> list[Group]:
        """What an item requires; a stock is there, whatever it was made of."""
        found: dict[tuple[str, str], list[Row]] = {}
        for row in self.rows:
            counted = row.file == "Requirement" and row["item"] == item and row["necessity"] != "optional"
            if counted and row.life in ("live", "ended", "stopped") and self.classes[item] != "Stock":
                name = row["alternative_group"]
                found.setdefault((name, "" if name else row["requires"]), []).append(row)
        groups = []
        for (name, _), rows in found.items():
            held = [r for r in rows if not r.over]
            typical = all(r["necessity"] == "typical" or (r["applies_to"] and not name) for r in held or rows)
            groups.append(Group(frozenset(r["requires"] for r in held), typical, not held))
        return groups

    def variants(self, item: str) -> dict[str, str]:
        """Kinds of an item, and whether each may stand in for the others."""
        if self.classes[item] == "Stock":
            return {}
        return {r["variant"]: r["substitutable"] for r in self.live("Variant", item=item)}

    def providers(self, item: str) -> frozenset[str]:
        """Who provides an item in production: firms, or countries where there is none."""
        rows = [r for r in self.live("Provision", item=item) if r["provider"] != VARIOUS]
        firms = {r["provider"] for r in rows if r["production_status"] != "not in production"}
        return frozenset(firms or {r["country"] for r in self.live("CountryShare", item=item)})

    def known(self, item: str) -> bool:
        """Whether a firm is known that provides an item."""
        return bool(self.providers(item) & set(FIRMS))

    def makings(self, item: str) -> list[Making]:
        """What of an item needs a maker."""
        kind = self.classes[item]
        if kind == "Stock":
            return []
        found = []
        for file, end in ROLES.items():
            rows = self.live(file, item=item) if kind == "Chip" else []
            for die in sorted({r["die"] for r in rows}):
                firms = frozenset(r[end] for r in rows if r["die"] == die and r[end] != VARIOUS)
                found.append(Making(f"{file} {die}".strip(), firms, True))
        if kind in UNMADE or kind == "Chip":
            return found
        if any(self.known(v) for v in self.variants(item)):
            return found
        rows, makers = self.live("Provision", item=item), self.providers(item)
        dead = not makers and bool(rows) and all(r["production_status"] == "not in production" for r in rows)
        if self.variants(item) and not makers and not dead:
            return found
        return [*found, Making("", makers, not dead)]

    def closure(self, item: str) -> list[str]:
        """An item and all it may need."""
        found = [item]
        for each in found:
            found += [i for g in self.groups(each) for i in sorted(g.alternatives) if i not in found]
            found += [v for v in self.variants(each) if v not in found]
        return list(dict.fromkeys(found))

    @cached_property
    def pact(self) -> frozenset[str]:
        return frozenset(r["member"] for r in self.live("Membership", alliance=PACT))

    def gone(self, removal: Removal) -> frozenset[str]:
        """What is taken away, alliances by their members."""
        return frozenset(chain.from_iterable(self.pact if i == PACT else (i,) for i in removal.ids))

    def sites(self, firm: str, item: str) -> set[str]:
        """Countries of the known sites where a firm makes an item."""
        found = {
            r["site_country"]
            for r in self.live("Provision", item=item, provider=firm)
            if r["production_status"] != "not in production"
        }
        for site in SITES:
            if firm in self.said(site, "operator") and item in self.said(site, "produces"):
                found |= self.said(site, "locatedIn")
        return found - {""}

    def lost(self, maker: str, item: str, removal: Removal) -> bool:
        """Whether a maker of an item is gone."""
        gone = self.gone(removal)
        places = self.sites(maker, item) if removal.locate == "site" else set()
        places = places or self.said(maker, "headquarteredIn")
        return maker in gone or (bool(places) and places <= gone)

    # ---- availability -------------------------------------------------------------------------------------------------

    def through_steps(self, item: str) -> set[str]:
        """What an item requires directly, or by way of steps and nodes."""
        found: set[str] = set()
        todo = [item]
        while todo:
            for group in self.groups(todo.pop()):
                for part in group.alternatives - found:
                    found.add(part)
                    todo += [part] if self.classes[part] in ("ProcessStep", "ProcessNode") else []
        return found

    def starves(self, maker: str, item: str, removal: Removal) -> bool:
        """Whether a maker has lost every documented supplier of a part of an item."""
        for part in self.through_steps(item):
            rows = self.live("Supply", customer=maker, supplied_item=part)
            firms = {r["supplier"] for r in rows} - {VARIOUS}
            if firms and all(self.lost(f, part, removal) for f in firms):
                return True
        return False

    def needs(self, item: str, removal: Removal, reading: str) -> list[Need]:
        strict = reading == "strict"
        if item in self.gone(removal):
            return [Need("removed")]
        found = [
            Need("ended" if g.ended else "requirement", g.alternatives)
            for g in self.groups(item)
            if strict or not g.typical
        ]
        kinds = self.variants(item)
        every = {v for v, s in kinds.items() if s == "no" or (strict and s != "yes")}
        found += [Need("variants", frozenset([v])) for v in sorted(every)]
        if set(kinds) - every:
            found.append(Need("variants", frozenset(set(kinds) - every)))
        for making in self.makings(item):
            left = {m for m in making.makers if not self.lost(m, item, removal)}
            left = {m for m in left if not (strict and self.starves(m, item, removal))}
            nameless = making.nameless and removal.unknown == "assumed" and not making.makers
            cause = "makers" if making.makers else "undocumented" if making.nameless else "not in production"
            found.append(Need(cause, frozenset(), making.makers, frozenset(left), nameless))
        return found

    def compiled(self, item: str, removal: Removal, reading: str) -> dict[str, list[Need]]:
        return {i: self.needs(i, removal, reading) for i in self.closure(item)}

    def share(self, item: str, maker: str) -> tuple[str, float] | None:
        """The year and share of a maker, unless its source has newer observations of the item."""
        for file, end in (("Provision", "provider"), ("CountryShare", "country")):
            rows = self.live(file, item=item)
            for row in rows:
                newest = max(r["period"] for r in rows if r.source == row.source)
                made = row["production_status"] != "not in production"
                if made and row[end] == maker and row["share"] and row["period"] in ("", newest):
                    return row["period"], float(row["share"])
        return None

    def facts(self, schema: Schema, folder: Path) -> Facts:
        """The world as a folder of facts, read by the package's reader."""

        def written(extra: bool) -> Path:
            small = FactsFolder(folder)
            for source, published in (("s1", "2020-05-01"), ("s2", "2021-05-01")):
                small.source(source, published=published)
            small.entities("Country", *COUNTRIES)
            for firm, class_name in FIRMS.items():
                small.entity(class_name, firm)
            small.entity("OrganisationGroup", VARIOUS)
            small.entity("Alliance", PACT)
            small.entities("Facility", *SITES)
            for item, kind in self.classes.items():
                small.entity("Tool" if kind == "Grouping" else kind, item)
                if kind == "Grouping":
                    small.plain(item, "isGrouping", "true")
            for row in self.rows:
                tail = {"origin": row.origin, "source": row.source}
                if row.source == "":
                    tail |= {"status": "unverified", "to_check_in": "a paper"}
                tail |= {"valid_until": "2025-01-01"} if row.life == "ended" else {}
                tail |= {"valid_from": "2027-01-01"} if row.life == "future" else {}
                small.relation(row.file, **dict(row.cells), **tail)
                if extra and row.life == "stopped":
                    small.end(self.iris[row.n], "2025-01-01")
                if extra and row.life == "dropped":
                    small.correction(self.iris[row.n], "dropped", date="2025-01-01")
            return small.write()

        read = read_facts(written(False), schema)
        self.iris = {r.n: iri_of(read, r.origin) for r in self.rows}
        return read_facts(written(True), schema) if any(r.life in ("stopped", "dropped") for r in self.rows) else read


def available(needs: Mapping[str, list[Need]]) -> frozenset[str]:
    """The greatest set of items each of whose needs it meets: the union of all such sets, every subset tried."""
    items = list(needs)
    bit = {item: 1 << n for n, item in enumerate(items)}
    clauses = [
        [sum(bit[i] for i in need.items) for need in needs[item] if not need.holds(())] for item in items
    ]  # 0 where nothing can meet a need
    best = 0
    for subset in range(1 << len(items)):
        if subset | best != best and all(
            all(clause & subset for clause in clauses[n]) for n in range(len(items)) if subset >> n & 1
        ):
            best |= subset
    return frozenset(i for i in items if bit[i] & best)


def struck(needs: Mapping[str, list[Need]]) -> frozenset[str]:
    """The same by striking out whatever fails, in no clever order."""
    alive = set(needs)
    while failing := {i for i in alive if not all(n.holds(alive) for n in needs[i])}:
        alive.remove(min(failing))
    return frozenset(alive)
