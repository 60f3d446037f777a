"""Availability: which items of a bill can still be had when something is removed.

Owns removals and the greatest fixpoint after one: everything counts as available until a need of it fails, so a loss runs round a cycle of
requirements and an untouched cycle stands. Must not know how a verdict is shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from kg.facts.model import Statement
from kg.network.bill import Bill, Maker
from kg.network.kernels.andor import surviving
from kg.network.needs import Need, Needs, Point, Source
from kg.network.program import Bools

__all__ = ["Failing", "Removal", "State", "available", "by_actor", "hits", "is_gone", "places", "without"]


@dataclass(frozen=True, slots=True)
class Removal:
    """What is taken away: organisations, countries, items and relations (IRIs). `locate` says whether a country takes what has its seat
    there (headquarters) or what is made there (site); `assume` whether a maker without a name stands in where none is known. `members`
    are the statements by which an alliance takes a member."""

    organisations: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    relations: frozenset[str] = frozenset()
    locate: str = "headquarters"
    assume: bool = True
    members: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Failing:
    """Why a point cannot be had: it is removed, or a need fails."""

    point: int
    need: Need

    @property
    def kind(self) -> str:
        """removed, or the kind of the need."""
        return self.need.kind


def places(bill: Bill, source: Source, locate: str) -> frozenset[str]:
    """The countries whose loss takes a maker: the sites where it makes the item; by headquarters, and where no site is known, its seats."""
    return (source.sites if locate == "site" else frozenset()) or bill.seats(source.maker)


def is_gone(bill: Bill, source: Source, removal: Removal) -> bool:
    """Whether a maker of an item is gone: it is removed itself, or all of its places are. A seat that is not known is lost to no country."""
    if source.maker in removal.organisations or source.maker in removal.countries:
        return True
    if not removal.countries:
        return False
    found = places(bill, source, removal.locate)
    return bool(found) and found <= removal.countries


class State:
    """What holds after a removal. `holds[p]` of a point (and of what else the program has), `dead[s]` of a source."""

    def __init__(self, needs: Needs, removal: Removal, holds: Bools, dead: Bools) -> None:
        self.needs, self.removal, self.holds, self.dead = needs, removal, holds, dead

    @property
    def answer(self) -> bool:
        """Whether the item asked for can be had."""
        return bool(self.holds[0])

    def lost_items(self, base: State) -> frozenset[str]:
        """The items that cannot be had where, in the baseline, they could."""
        return frozenset(
            point.item for number, point in enumerate(self.needs.points) if not self.holds[number] and base.could(point)
        )

    def could(self, point: Point) -> bool:
        """Whether a point can be had; True of one that nothing here needs."""
        number = self.needs.number(point)
        if number is None:  # where no rule stops anything, a point has no recipient
            number = self.needs.number(Point(point.item, point.node_class))
        return number is None or bool(self.holds[number])

    def failing(self, point: int) -> tuple[Failing, ...]:
        """Why a point cannot be had; empty where it can."""
        if self.needs.points[point].item in self.removal.items:
            return (Failing(point, Need("removed")),)
        return tuple(Failing(point, need) for need in self.needs.unmet(point, self.holds, self.dead))

    def is_lost(self, maker: Maker) -> bool:
        """Whether a maker is gone by the removal."""
        return is_gone(self.needs.bill, Source(maker.iri, maker.sites), self.removal)

    def behind(self, need: Need) -> tuple[int, ...]:
        """The points for want of which a need fails."""
        return self.needs.behind(need, self.holds)

    def options(self, need: Need) -> int:
        """How many ways are left to meet a need."""
        return sum(bool(self.holds[p]) for p in need.points) + len(self.left(need)) + need.assumed

    def left(self, need: Need) -> tuple[Maker, ...]:
        """The makers of a need that can still make."""
        slots = self.needs.slots
        return tuple(slots[s].maker for s in need.slots if self.needs.stands(s, self.holds, self.dead))


def available(needs: Needs, removal: Removal) -> State:
    """What can be had after a removal: the greatest set of points in which every need of each is met."""
    bill = needs.bill
    dead: Bools = np.fromiter((is_gone(bill, s, removal) for s in needs.sources), np.bool_, len(needs.sources))
    removed = [n for n, p in enumerate(needs.points) if p.item in removal.items] if removal.items else None
    holds = surviving(needs.program, dead, None if removed is None else np.array(removed, dtype=np.int32))
    return State(needs, removal, holds, dead)


def without(state: State, points: Collection[int]) -> State:
    """What can be had if, beside the removal, some points could not."""
    items = state.removal.items
    removed = [n for n, p in enumerate(state.needs.points) if n in points or p.item in items]
    holds = surviving(state.needs.program, state.dead, np.array(removed, dtype=np.int32))
    return State(state.needs, state.removal, holds, state.dead)


def by_actor(needs: Needs, by: str, locate: str) -> dict[str, list[int]]:
    """Every company (`by`), or country, in order, with the sources that are gone when it alone is removed. A country that takes
    nothing alone, but does together with another, has none."""
    bill = needs.bill
    schema = bill.snapshot.schema
    found: dict[str, list[int]] = defaultdict(list)
    for number, source in enumerate(needs.sources):
        class_name = bill.snapshot.entity(source.maker).class_name
        is_country = class_name == "Country"
        if by == "company":
            if schema.is_a(class_name, "Organisation"):
                found[source.maker].append(number)
            continue
        where = frozenset({source.maker}) if is_country else places(bill, source, locate)
        for country in where:
            found[country] += [number] if len(where) == 1 else []
    return dict(sorted(found.items()))


def hits(needs: Needs, source: int, by: str, locate: str) -> Sequence[str]:
    """The actors whose removal may take a source away."""
    each = needs.sources[source]
    if by == "company" or needs.bill.snapshot.entity(each.maker).class_name == "Country":
        return (each.maker,)
    return tuple(sorted(places(needs.bill, each, locate)))
