"""Variant shares: which part of a market made of kinds is left when some of the kinds are lost.

Owns the weighing of kinds by the sizes of their markets (`marketSize`). Must not know why a kind is lost.

Rules
-----
1. Sizes weigh against one another only within one year: the newest for which the item itself has a size or, where it has none,
   for which all its kinds have one. A kind without a size of that year has the sum of its own kinds' sizes, if all of them have one.
2. Of several sizes of an item for one year the verified one counts, then the smallest statement IRI.
3. A kind that is lost takes its whole size with it; one that is not takes what its own lost kinds take.
4. Shares of providers are not looked at: that part of a kind's makers is lost is said elsewhere, and the two are never multiplied.
5. A whole may be larger than the sum of its kinds (it holds things the data do not list as kinds): the rest counts as remaining and is
   shown. It may be smaller by rounding, or because the kinds overlap: what remains is then never below zero.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from kg.analysis.desk import Desk
from kg.answers.variants import KindLeft, MarketLeft
from kg.facts.model import Statement
from kg.store.snapshot import Snapshot
from kg.terms import Literal

__all__ = ["markets_left"]

SIZE = "marketSize"


_DEEPEST = 50
"""Levels of kinds of kinds that are looked at; what lies deeper has no known size."""


@dataclass(frozen=True, slots=True)
class _Size:
    """An amount, None where it is not known, and the statements it rests on."""

    amount: float | None
    statements: tuple[Statement, ...] = ()


def markets_left(desk: Desk, items: Iterable[str], lost: Collection[str]) -> tuple[MarketLeft, ...]:
    """What is left of the markets of those items that have kinds, one of them (or of their kinds) lost; the least first.

    Parameters
    ----------
    items : IRIs of items, for instance all an item may need; those without a lost kind are passed over.
    lost : IRIs of the items that cannot be had.
    """
    touched = _touched(desk.snapshot, lost)
    scales: dict[str, _Scale] = {}
    found = [
        _left(desk, item, kinds, lost, scales)
        for item in items
        if not touched.isdisjoint(kinds := _kinds(desk.snapshot, item)) and desk.spend(1 + len(kinds))
    ]
    return tuple(sorted(found, key=lambda m: (m.remaining is None, m.remaining or 0.0, m.item.iri)))


def _left(
    desk: Desk, item: str, kinds: tuple[str, ...], lost: Collection[str], scales: dict[str, _Scale]
) -> MarketLeft:
    snapshot = desk.snapshot
    year = _year(snapshot, item, kinds)
    scale = scales.setdefault(year, _Scale(snapshot, year, lost))
    own = scale.stated(item)
    sizes = {kind: scale.size(kind) for kind in kinds}
    gone = {kind: scale.lost(kind) for kind in kinds}
    together = _sum(size.amount for size in sizes.values())
    whole = own.amount if own.amount is not None else together
    loss = _sum(gone.values())
    return MarketLeft(
        item=desk.ref(item),
        unit=snapshot.schema.properties[SIZE].unit,
        year=year,
        stated=own.amount is not None,
        size=whole,
        remaining=_percent(whole - loss, whole) if whole and loss is not None else None,
        remaining_of_kinds=_percent(together - loss, together) if together and loss is not None else None,
        unassigned=_percent(whole - together, whole) if whole and together is not None else None,
        kinds_left=sum(kind not in lost for kind in kinds),
        kinds=tuple(
            KindLeft(
                item=desk.ref(kind),
                lost=kind in lost,
                size=(amount := sizes[kind].amount),
                share=_percent(amount, whole) if whole and amount is not None else None,
                share_lost=_percent(taken, whole) if whole and (taken := gone[kind]) is not None else None,
                statements=desk.infos(sizes[kind].statements),
            )
            for kind in kinds
        ),
        statements=desk.infos(own.statements),
    )


def _kinds(snapshot: Snapshot, item: str) -> tuple[str, ...]:
    """The kinds of an item, each once, by IRI."""
    return tuple(sorted({str(s.one("variant")) for s in snapshot.relations(item, "Variant", "item")}))


def _touched(snapshot: Snapshot, lost: Collection[str]) -> frozenset[str]:
    """The lost items and all of which they are kinds, directly or through others."""
    queue = sorted(lost)
    found = set(queue)
    for each in queue:
        for statement in snapshot.relations(each, "Variant", "variant"):
            above = str(statement.one("item"))
            if above not in found:
                found.add(above)
                queue.append(above)
    return frozenset(found)


def _year(snapshot: Snapshot, item: str, kinds: tuple[str, ...]) -> str:
    """The year in which sizes are compared, blank where there is none."""
    own = _years(snapshot, item)
    if own or not kinds:
        return max(own, default="")
    candidates = sorted({year for kind in _below(snapshot, kinds) for year in _years(snapshot, kind)}, reverse=True)
    whole = (y for y in candidates if all(_Scale(snapshot, y, ()).size(k).amount is not None for k in kinds))
    return next(whole, candidates[0] if candidates else "")


def _years(snapshot: Snapshot, item: str) -> set[str]:
    return {s.valid_from[:4] for s in snapshot.plain(item, SIZE)}


def _below(snapshot: Snapshot, kinds: Iterable[str]) -> tuple[str, ...]:
    """Kinds and the kinds below them."""
    found = dict.fromkeys(kinds)
    queue = list(found)
    for each in queue:
        for kind in _kinds(snapshot, each):
            if kind not in found:
                found[kind] = None
                queue.append(kind)
    return tuple(found)


class _Scale:
    """The sizes of one year. What is asked twice is computed once; a kind that is met on the way to itself has no known size."""

    def __init__(self, snapshot: Snapshot, year: str, lost: Collection[str]) -> None:
        self._snapshot, self._year, self._gone = snapshot, year, lost
        self._sizes: dict[str, _Size] = {}
        self._losses: dict[str, float | None] = {}

    def stated(self, item: str) -> _Size:
        """The size that is stated of an item."""
        found = [(s, s.object) for s in self._snapshot.plain(item, SIZE) if s.valid_from[:4] == self._year]
        if not found:
            return _Size(None)
        best, value = min(found, key=lambda f: (f[0].status != "verified", f[0].iri))
        return _Size(float(value.lexical) if isinstance(value, Literal) else None, (best,))

    def size(self, item: str, depth: int = 0) -> _Size:
        """An item's size: as stated, else the sum of its kinds' sizes."""
        if item in self._sizes:
            return self._sizes[item]
        self._sizes[item] = _Size(None)
        found = self.stated(item)
        kinds = _kinds(self._snapshot, item) if found.amount is None and depth < _DEEPEST else ()
        if kinds:
            parts = [self.size(kind, depth + 1) for kind in kinds]
            found = _Size(_sum(p.amount for p in parts), tuple(s for p in parts for s in p.statements))
        self._sizes[item] = found
        return found

    def lost(self, item: str, depth: int = 0) -> float | None:
        """What of an item's size is lost, None where that is not known."""
        if item in self._losses:
            return self._losses[item]
        self._losses[item] = None
        if item in self._gone:
            found = self.size(item).amount
        elif depth >= _DEEPEST:
            found = None
        else:
            found = _sum(self.lost(kind, depth + 1) for kind in _kinds(self._snapshot, item))
        self._losses[item] = found
        return found


def _sum(amounts: Iterable[float | None]) -> float | None:
    """The sum, None where one is not known; of nothing 0."""
    known = list(amounts)
    return None if None in known else math.fsum(a for a in known if a is not None)


def _percent(part: float, whole: float) -> float:
    return round(max(0.0, 100 * part / whole), 4)
