"""Small worlds of things that need one another, and an oracle that says what of them can still be had.

The oracle is written from the meaning of feasibility alone (design, semantics, sections 2 and 3.4) and works on the rows a world is
made of. Availability is the union of all sets of points that support themselves (Knaster and Tarski), found by trying every subset;
a point is an item and the node class it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from pathlib import Path

from kg.facts.model import Facts
from kg.facts.reader import read_facts
from kg.schema import Schema
from tests.helpers import FactsFolder, iri_of
from tests.properties.feasible_rows import (
    COUNTRIES,
    ENDS,
    FIRMS,
    PACT,
    ROLES,
    SCALE,
    SITES,
    TODAY,
    UNMADE,
    VARIOUS,
    Group,
    Making,
    Need,
    Point,
    Removal,
    Row,
)

__all__ = [
    "COUNTRIES",
    "ENDS",
    "FIRMS",
    "PACT",
    "ROLES",
    "SCALE",
    "SITES",
    "TODAY",
    "UNMADE",
    "VARIOUS",
    "Group",
    "Making",
    "Need",
    "Point",
    "Removal",
    "Row",
    "World",
    "available",
    "struck",
]


@dataclass
class World:
    classes: Mapping[str, str]
    """Item → kind."""
    rows: list[Row]
    nodes: Mapping[str, str] = field(default_factory=dict)
    """Process node → its class, where it has one."""
    iris: dict[int, str] = field(default_factory=dict)
    folder: Path = Path()
    """Where its rows were written last."""

    # ---- the bill -----------------------------------------------------------------------------------------------------

    def live(self, file: str, **cells: str) -> list[Row]:
        return [
            r for r in self.rows if r.file == file and r.life == "live" and all(r[k] == v for k, v in cells.items())
        ]

    def ended(self, file: str, item: str) -> list[Row]:
        """Rows that held once and hold no more."""
        return [r for r in self.rows if r.file == file and r["item"] == item and r.over]

    def said(self, subject: str, property_: str) -> set[str]:
        return {r["object"] for r in self.live("facts", subject=subject, property=property_)}

    def point(self, item: str, above: str = "") -> Point:
        """An item as it is asked for below a class; a process node asks for its own, whatever lies above it."""
        return item, self.nodes.get(item, "") if self.classes[item] == "ProcessNode" else above

    def groups(self, item: str) -> list[Group]:
        """What an item requires; a stock is there, whatever it was made of. An end makes nothing more possible."""
        found: dict[tuple[str, str], list[Row]] = {}
        for row in self.rows:
            counted = row.file == "Requirement" and row["item"] == item and row["necessity"] != "optional"
            if counted and row.life in ("live", "ended", "stopped") and self.classes[item] != "Stock":
                name = row["alternative_group"]
                found.setdefault((name, "" if name else row["requires"]), []).append(row)
        groups = []
        for (name, _), rows in found.items():
            held = tuple(r for r in rows if not r.over)
            typical = all(r["necessity"] == "typical" or (r["applies_to"] and not name) for r in rows)
            groups.append(Group(name, held or tuple(rows), typical, not held))
        return groups

    def variants(self, item: str) -> dict[str, str]:
        """Kinds of an item, and whether each may stand in for the others."""
        if self.classes[item] == "Stock":
            return {}
        return {r["variant"]: r["substitutable"] for r in self.live("Variant", item=item)}

    def provisions(self, item: str) -> list[Row]:
        """Rows of firms, or of countries where there is no firm, that provide an item in production."""
        rows = [r for r in self.live("Provision", item=item) if r["provider"] != VARIOUS]
        firms = [r for r in rows if r["production_status"] != "not in production"]
        return firms or self.live("CountryShare", item=item)

    def providers(self, item: str) -> frozenset[str]:
        return frozenset(r["provider"] or r["country"] for r in self.provisions(item))

    def roles(self, item: str) -> list[tuple[str, str, list[Row]]]:
        """Roles of a chip or system: file, die and rows."""
        found = []
        for file in ROLES if self.classes[item] in ("Chip", "System") else ():
            rows = self.live(file, item=item)
            found += [(file, die, [r for r in rows if r["die"] == die]) for die in sorted({r["die"] for r in rows})]
        return found

    def known(self, item: str) -> bool:
        """Whether somebody is known who makes an item; what made a stock is history."""
        return self.classes[item] != "Stock" and (
            bool(self.providers(item)) or any(r[ROLES[f]] != VARIOUS for f, _, rows in self.roles(item) for r in rows)
        )

    def makings(self, item: str) -> list[tuple[Making, list[Row]]]:
        """What of an item needs a maker, and the rows that name some."""
        kind = self.classes[item]
        if kind == "Stock":
            return []
        found = []
        for file in ROLES if kind in ("Chip", "System") else ():
            live = {r["die"] for r in self.live(file, item=item)}
            past = self.ended(file, item)
            for die in sorted({r["die"] for r in past} - live):
                found.append(
                    (Making(f"{file} {die}".strip(), frozenset(), False), [r for r in past if r["die"] == die])
                )
        for file, die, rows in self.roles(item):
            named = [r for r in rows if r[ROLES[file]] != VARIOUS]
            firms = frozenset(r[ROLES[file]] for r in named)
            found.append((Making(f"{file} {die}".strip(), firms, True), named))
        if kind in UNMADE or any(self.known(v) for v in self.variants(item)):
            return found
        rows, makers = self.live("Provision", item=item), self.providers(item)
        dead = not makers and all(r["production_status"] == "not in production" for r in rows)
        rows += self.ended("Provision", item)
        dead = dead and bool(rows)
        if (found or self.variants(item)) and not makers and not dead:
            return found  # a system's makers are its roles where none is named beside them
        return [*found, (Making("", makers, not dead), rows if dead else self.provisions(item))]

    def closure(self, item: str, removal: Removal | None = None) -> list[Point]:
        """An item and all it may need (by relations that are not cut), each with the class it is asked for."""
        found, cut = [self.point(item)], removal.relations if removal else frozenset()
        for each in found:
            below = [r for g in self.groups(each[0]) if not g.ended for r in g.rows]
            below += self.live("Variant", item=each[0]) if self.variants(each[0]) else []
            for part in sorted({r["requires"] or r["variant"] for r in below if r.relation not in cut}):
                point = self.point(part, each[1])
                found += [point] if point not in found else []
        return found

    # ---- what is gone -------------------------------------------------------------------------------------------------

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

    def capable(self, rows: Iterable[Row], wanted: str) -> bool | None:
        """Whether a maker serves a node class: the finest class of its rows; None where none of them says one."""
        said = [SCALE.index(r["node_class"]) for r in rows if r["node_class"]]
        return None if not said else not wanted or max(said) >= SCALE.index(wanted)

    def through_steps(self, item: str) -> set[str]:
        """What an item requires directly, or by way of steps and nodes."""
        found: set[str] = set()
        todo = [item]
        while todo:
            for group in self.groups(todo.pop()):
                for part in (group.alternatives if not group.ended else frozenset()) - found:
                    found.add(part)
                    todo += [part] if self.classes[part] in ("ProcessStep", "ProcessNode") else []
        return found

    def starves(self, maker: str, item: str, removal: Removal) -> bool:
        """Whether a maker has lost every documented supplier of a part of an item."""
        for part in self.through_steps(item):
            rows = [r for r in self.live("Supply", customer=maker, supplied_item=part) if r["supplier"] != VARIOUS]
            if rows and all(r.relation in removal.relations or self.lost(r["supplier"], part, removal) for r in rows):
                return True
        return False

    # ---- needs --------------------------------------------------------------------------------------------------------

    def needs(self, point: Point, removal: Removal, reading: str) -> list[Need]:
        item, above = point
        strict = reading == "strict"
        if item in self.gone(removal):
            return [Need("removed", rows=tuple(r for r in self.rows if r.file == "Membership"))]
        found = []
        for group in self.groups(item):
            if group.typical and not strict:
                continue
            if group.ended:
                found.append(Need("ended", rows=group.rows))
            else:
                found.append(self._one_of("requirement", "requires", above, group.rows, removal, bool(group.name)))
        kinds = self.variants(item)
        every = {v for v, s in kinds.items() if s == "no" or (strict and s != "yes")}
        rows = self.live("Variant", item=item) if kinds else []
        for kind in sorted(every):
            same = [r for r in rows if r["variant"] == kind]
            found.append(self._one_of("variants", "variant", above, same, removal, False))
        if set(kinds) - every:
            free = [r for r in rows if r["variant"] not in every]
            found.append(self._one_of("variants", "variant", above, free, removal, True))
        for making, named in self.makings(item):
            left, end = set(), ROLES.get(making.role.split(" ")[0], "provider")
            for maker in making.makers:
                own = [r for r in named if (r[end] or r["country"]) == maker]
                kept = [r for r in own if r.relation not in removal.relations]
                short = self.capable(own, above) is False
                if kept and not short and not self.lost(maker, item, removal):
                    left |= set() if strict and self.starves(maker, item, removal) else {maker}
            nameless = making.nameless and removal.unknown == "assumed" and not making.makers
            short = {m for m in making.makers if self.capable([r for r in named if r["provider"] == m], above) is False}
            cause = "makers" if making.makers else "undocumented" if making.nameless else "not in production"
            cause = "not capable" if making.makers and short == making.makers else cause
            found.append(
                Need(cause, makers=making.makers, left=frozenset(left), met=nameless, rows=tuple(named), free=True)
            )
        return found

    def _one_of(self, cause: str, end: str, above: str, rows: Iterable[Row], removal: Removal, free: bool) -> Need:
        named = {r: self.point(r[end], above) for r in rows}
        kept = frozenset(p for r, p in named.items() if r.relation not in removal.relations)
        return Need(cause, points=kept, rows=tuple(named), free=free, named=frozenset(named.values()))

    def compiled(self, item: str, removal: Removal, reading: str) -> dict[Point, list[Need]]:
        return {p: self.needs(p, removal, reading) for p in self.closure(item)}

    def hinges(self, item: str, removal: Removal, reading: str) -> set[tuple[str, str, str]]:
        """Item, kind and choice of what provides, rests on unverified statements only, and without whose relation the item is not there."""
        start, whole = self.point(item), self.compiled(item, removal, reading)
        alive, found = struck(whole), set()
        for (part, _), needs in whole.items():
            for need in (n for n in needs if n.free and len(n.points & alive) + len(n.left) == 1):
                for relation in {r.relation for r in need.rows}:
                    rows = [r for r in need.rows if r.relation == relation]
                    kind = {"requirement": "requirement", "variants": "variant"}.get(need.cause, "maker")
                    if any(r.source for r in rows):
                        continue
                    if start not in struck(self.compiled(item, removal.without(rows[0]), reading)):
                        found.add((part, kind, relation[2]))
        return found

    # ---- shares -------------------------------------------------------------------------------------------------------

    def share(self, item: str, maker: str) -> tuple[str, float] | None:
        """The year and share of a maker: of each source the newest year of the item; of these the newest, then verified, then the smallest IRI."""
        found = []
        for file, end in (("Provision", "provider"), ("CountryShare", "country")):
            rows = self.live(file, item=item)
            for row in rows:
                newest = max(r["period"] for r in rows if r.source == row.source)
                made = row["production_status"] != "not in production"
                if made and row[end] == maker and row["share"] and row["period"] in ("", newest):
                    found.append((row["period"], bool(row.source), row))
        if not found:
            return None
        best = max((year, seen) for year, seen, _ in found)
        row = min((r for year, seen, r in found if (year, seen) == best), key=lambda r: self.iris[r.n])
        return row["period"], float(row["share"])

    def facts(self, schema: Schema, folder: Path) -> Facts:
        """The world as a folder of facts, read by the package's reader."""

        self.folder = folder

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
                if item in self.nodes:
                    small.plain(item, "nodeClass", self.nodes[item])
            for row in self.rows:
                tail = {"origin": row.origin, "source": row.source}
                if row.source == "":
                    tail |= {"status": "unverified", "to_check_in": "a paper"}
                tail |= {"valid_until": "2025-01-01"} if row.life == "ended" else {}
                tail |= {"valid_from": "2027-01-01"} if row.life == "future" else {}
                small.relation(row.file, **dict(row.cells), **tail)
                if extra and row.life == "stopped":
                    small.end(self.iris[row.n], "2025-01-01", origin=row.origin)
                if extra and row.life == "dropped":
                    small.correction(self.iris[row.n], "dropped", date="2025-01-01", origin=row.origin)
            return small.write()

        read = read_facts(written(False), schema)
        self.iris = {r.n: iri_of(read, r.origin) for r in self.rows}
        return read_facts(written(True), schema) if any(r.life in ("stopped", "dropped") for r in self.rows) else read


def available(needs: Mapping[Point, list[Need]]) -> frozenset[Point]:
    """The greatest set of points each of whose needs it meets: the union of all such sets, every subset tried."""
    points = list(needs)
    if len(points) > MOST:
        return struck(needs)
    bit = {point: 1 << n for n, point in enumerate(points)}
    clauses = [
        [sum(bit[p] for p in need.points) for need in needs[point] if not need.holds(())] for point in points
    ]  # 0 where nothing can meet a need
    best = 0
    for subset in range(1 << len(points)):
        if subset | best != best and all(
            all(clause & subset for clause in clauses[n]) for n in range(len(points)) if subset >> n & 1
        ):
            best |= subset
    return frozenset(p for p in points if bit[p] & best)


MOST = 10
"""Points of which every subset is tried; more are struck out one by one."""


def struck(needs: Mapping[Point, list[Need]]) -> frozenset[Point]:
    """The same by striking out whatever fails, in no clever order."""
    alive = set(needs)
    while failing := {p for p in alive if not all(n.holds(alive) for n in needs[p])}:
        alive.remove(min(failing))
    return frozenset(alive)
