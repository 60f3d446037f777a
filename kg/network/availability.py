"""Availability: which items of a bill can still be had when something is removed.

Owns the greatest fixpoint: everything counts as available until a need of it fails, so a loss runs round a cycle of requirements and an
untouched cycle stands. Linear in the alternatives touched. Must not know how a verdict is shown.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kg.network.bill import Bill, Group, Maker, Making, VariantOf

__all__ = ["READINGS", "Failure", "Removal", "Starved", "available", "failures", "is_lost", "starved"]

Starved = frozenset[tuple[str, str]]
"""Pairs of a maker and an item it can no longer make, since every documented supplier of a part is lost."""

READINGS = ("lenient", "strict")
"""Lenient: typical requirements do not count, unknown variants are alternatives. Strict: they count, unknown variants are all needed,
and who has lost every documented supplier of a part makes nothing from it."""


@dataclass(frozen=True, slots=True)
class Removal:
    """What is taken away: organisations, countries and items (IRIs). `locate` says whether a country takes what has its seat there
    (headquarters) or what is made there (site); `assume` whether a maker without a name stands in where none is known."""

    organisations: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    locate: str = "headquarters"
    assume: bool = True


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an item cannot be had: `kind` is removed, requirement, ended, variants, makers, not in production or undocumented;
    `needs` are the failed items behind it, `makers` those that were lost."""

    kind: str
    role: str = ""
    group: Group | None = None
    variants: tuple[VariantOf, ...] = ()
    making: Making | None = None
    needs: tuple[str, ...] = field(default=())


def is_lost(bill: Bill, maker: Maker, removal: Removal) -> bool:
    """Whether a maker of an item is gone: it is removed itself, or its place is. By site it is lost when every known site that makes
    the item is; where no site is known its seat stands in. A seat that is not known is lost to no country."""
    if maker.iri in removal.organisations or maker.iri in removal.countries:
        return True
    if not removal.countries:
        return False
    places: frozenset[str] = maker.sites if removal.locate == "site" else frozenset()
    if not places:
        places = frozenset(s.object for s in bill.headquarters(maker.iri) if isinstance(s.object, str))
    return bool(places) and places <= removal.countries


def failures(
    bill: Bill, item: str, alive: frozenset[str] | set[str], removal: Removal, reading: str, hungry: Starved
) -> tuple[Failure, ...]:
    """The needs of an item that fail, given which items are available."""
    if item in removal.items:
        return (Failure("removed"),)
    found = []
    for group in bill.groups.get(item, ()):
        if group.typical and reading == "lenient":
            continue
        if not group.alternatives:
            found.append(Failure("ended", group=group))
        elif not any(a.item in alive for a in group.alternatives):
            found.append(Failure("requirement", group=group, needs=tuple(a.item for a in group.alternatives)))
    found += _variant_failures(bill.variants.get(item, ()), alive, reading)
    for making in bill.makings.get(item, ()):
        if making.assumed:
            if not removal.assume:
                found.append(Failure("undocumented", making.role, making=making))
        elif not making.makers:
            found.append(Failure("not in production", making.role, making=making))
        elif all(is_lost(bill, m, removal) or (m.iri, item) in hungry for m in making.makers):
            found.append(Failure("makers", making.role, making=making))
    return tuple(found)


def _variant_failures(variants: Sequence[VariantOf], alive: frozenset[str] | set[str], reading: str) -> list[Failure]:
    free = [v for v in variants if v.substitutable == "yes" or (v.substitutable == "unknown" and reading == "lenient")]
    needed = [v for v in variants if v not in free]
    found = []
    if free and not any(v.item in alive for v in free):
        found.append(Failure("variants", variants=tuple(free), needs=tuple(v.item for v in free)))
    gone = tuple(v for v in needed if v.item not in alive)
    if gone:
        found.append(Failure("variants", variants=gone, needs=tuple(v.item for v in gone)))
    return found


def starved(bill: Bill, items: Iterable[str], removal: Removal) -> Starved:
    """Who makes nothing any more from a part: for a part *i* and a customer all of whose documented suppliers of *i* are lost, every
    item that requires *i* directly or by way of steps and nodes."""
    pool = set(items)
    users: dict[str, set[str]] = defaultdict(set)
    for item in pool:
        for need in bill.needs(item):
            users[need].add(item)
    found = set()
    for (customer, part), suppliers in sorted(bill.supplies.items()):
        if part in pool and all(is_lost(bill, m, removal) for m in suppliers):
            queue, seen = deque(users[part]), set[str]()
            while queue:
                each = queue.popleft()
                if each in seen:
                    continue
                seen.add(each)
                found.add((customer, each))
                if bill.is_step(each):
                    queue.extend(users[each])
    return frozenset(found)


def available(bill: Bill, items: Sequence[str], removal: Removal, reading: str) -> frozenset[str]:
    """The items of a closure that can be had: the greatest set in which every counted need of each is met."""
    alive = set(items)
    hungry = starved(bill, items, removal) if reading == "strict" else frozenset()
    users: dict[str, list[str]] = defaultdict(list)
    for item in items:
        for need in bill.needs(item):
            users[need].append(item)
    queue = deque(items)
    waiting = set(items)
    while queue:
        item = queue.popleft()
        waiting.discard(item)
        if item in alive and failures(bill, item, alive, removal, reading, hungry):
            alive.discard(item)
            for user in users[item]:
                if user in alive and user not in waiting:
                    waiting.add(user)
                    queue.append(user)
    return frozenset(alive)
