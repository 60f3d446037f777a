"""Worlds seen from a group, with an oracle that says what of them the group makes, lacks and can have by itself.

The oracle is written on the rows, from the meaning of self-sufficiency alone (design, semantics, section 3.8): what stands outside the group is
lost, one maker of one item at a time. Worlds are those of feasibility, with more needs and more makers, so that few are trivial.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

from hypothesis import strategies as st

from tests.properties.feasible_making import worlds
from tests.properties.feasible_worlds import COUNTRIES, FIRMS, PACT, ROLES, Point, Removal, Row, World, available

Key = tuple[str, str]
"""An item and the role of a chip."""


@st.composite
def lively_worlds(draw: st.DrawFn, most: int = 6) -> World:
    """A world in which the first item needs most of the others, by groups of its own, and most are made by somebody with a seat."""
    world = draw(worlds(most=most, rows=12))
    pick = lambda *values: draw(st.sampled_from(values))  # noqa: E731 (a shorthand)
    extra: list[Row] = []

    def add(file: str, source: str, **cells: str) -> None:
        extra.append(
            Row(len(world.rows) + len(extra), file, tuple((k, v) for k, v in cells.items() if v), "live", source)
        )

    items = list(world.classes)
    necessity = {group: pick("required", "required", "typical") for group in ("p", "q")}
    kinds = {r[end] for r in world.rows if r.file == "Variant" for end in ("item", "variant")}
    for item in items[1:]:
        group = pick("p", "q", f"alone-{item}", f"alone-{item}", "")
        if group:
            add(
                "Requirement", pick("s1", "s2", ""), item=pick(items[0], items[0], *items[: items.index(item)]), requires=item,
                alternative_group=group, necessity=necessity.get(group, "required"),
            )  # fmt: skip
    for item in items:
        for firm in draw(st.lists(st.sampled_from(tuple(FIRMS)), max_size=2, unique=True)):
            if world.classes[item] == "Chip":
                add("Fabrication", pick("s1", ""), item=item, fabricator=firm, die="top die")
            elif item not in kinds:
                add("Provision", pick("s1", ""), item=item, provider=firm, share_basis="of its own")
    held = {(r["subject"], r["property"], r["object"]) for r in world.rows if r.file == "facts"}
    for firm in FIRMS:
        country = pick("", *COUNTRIES)
        if country and (firm, "headquarteredIn", country) not in held:
            add("facts", pick("s1", ""), subject=firm, property="headquarteredIn", object=country)
    return replace(world, rows=[*world.rows, *extra])


@dataclass
class Home(World):
    """A world seen from a group: all that stands outside it is lost."""

    members: frozenset[str] = frozenset()
    locate: str = "headquarters"

    def places(self, maker: str, item: str) -> set[str]:
        if maker in COUNTRIES:
            return {maker}
        sites = self.sites(maker, item) if self.locate == "site" else set()
        return sites or self.said(maker, "headquarteredIn")

    def standing(self, maker: str, item: str) -> str:
        places = self.places(maker, item)
        if maker in self.members or places & self.members:
            return "home"
        return "away" if places else "unknown"

    def lost(self, maker: str, item: str, removal: Removal) -> bool:
        return bool(removal.ids) and self.standing(maker, item) == "away"

    def status(self, item: str, making: Any) -> str:
        standing = {self.standing(m, item) for m in making.makers}
        if not standing:
            return "undocumented" if making.nameless else "gap"
        return "covered" if "home" in standing else "undocumented" if "unknown" in standing else "gap"

    def items(self) -> list[str]:
        """What the first item may need, itself among it."""
        return list(dict.fromkeys(item for item, _ in self.closure("item-0")))

    def inputs(self) -> dict[Key, str]:
        found = {}
        for item in self.items():
            for making, _ in self.makings(item):
                role, _, die = making.role.partition(" ")
                found[item, role.lower() + (f" of {die}" if die else "")] = self.status(item, making)
        return found

    def alive(self, reading: str, gone: tuple[str, ...]) -> frozenset[Point]:
        return available(self.compiled("item-0", Removal(gone), reading))

    def binding(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for reading, word in (("lenient", "yes"), ("strict", "strict")):
            alive = self.alive(reading, ("all",))
            reached = [] if self.point("item-0") in alive else [self.point("item-0")]
            for point in reached:
                found.setdefault(point[0], word)
                for need in self.needs(point, Removal(("all",)), reading):
                    reached += [p for p in sorted(need.points) if not need.holds(alive) and p not in reached]
        return found

    def depth(self) -> dict[str, int]:
        found, now, n = {"item-0": 0}, {"item-0"}, 0
        while now:
            n += 1
            now = {i for each in now for i in self.direct(each)} - set(found)
            found |= dict.fromkeys(now, n)
        return found

    def direct(self, item: str) -> set[str]:
        return {i for g in self.groups(item) if not g.ended for i in g.alternatives} | set(self.variants(item))

    def others(self, item: str) -> int:
        """How many others could take an item's place, in the use that leaves fewest."""
        left = []
        for user in self.items():
            left += [len(g.alternatives) - 1 for g in self.groups(user) if item in g.alternatives and not g.ended]
            kinds = self.variants(user)
            if item in kinds:
                left.append(0 if kinds[item] == "no" else sum(s != "no" for s in kinds.values()) - 1)
        return min(left, default=0)

    def is_seen(self, maker: str, item: str, role: str) -> bool:
        """Whether a source says that a maker makes an item, and, where that counts, that its seat is in the group."""
        if role:
            name, _, die = role.partition(" of ")
            file = name.capitalize()
            making = [r for r in self.live(file, item=item) if (r[ROLES[file]], r["die"]) == (maker, die)]
        elif maker in COUNTRIES:
            making = self.live("CountryShare", item=item, country=maker)
        else:
            making = [
                r
                for r in self.live("Provision", item=item, provider=maker)
                if r["production_status"] != "not in production"
            ]
        by_seat = maker not in (*self.members, *COUNTRIES) and not (self.locate == "site" and self.sites(maker, item))
        seats = self.live("facts", subject=maker, property="headquarteredIn")
        seats = [r for r in seats if r["object"] in self.members]
        return any(r.source for r in making) and (not by_seat or any(r.source for r in seats))


def home(world: World, group: Iterable[str], locate: str) -> Home:
    members = frozenset(m for g in group for m in (world.pact if g == PACT else (g,)))
    return Home(**{f.name: getattr(world, f.name) for f in fields(world)}, members=members, locate=locate)
