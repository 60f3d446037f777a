"""What is left of a market made of kinds when some of the kinds are lost.

Owns the fields. Must not know how they are computed.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.answers.values import Ref, StatementInfo

__all__ = ["KindLeft", "MarketLeft"]


@dataclass(frozen=True, slots=True)
class KindLeft:
    """One kind of an item: the size of its market (null where none is stated for the year), its part of the whole in percent, and
    the part of the whole that is lost with it (of a kind with kinds of its own, with those of them that are lost)."""

    item: Ref
    lost: bool
    size: float | None
    share: float | None
    share_lost: float | None
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class MarketLeft:
    """What is left of the market of an item that has kinds, some of them lost.

    `size` (in `unit`, of `year`) is the stated size of the whole or, where none is stated (`stated` is false), the sum of its kinds. `remaining`
    is the percent of it that is not lost, `unassigned` the percent that belongs to none of the kinds and counts as remaining;
    `remaining_of_kinds` is the percent of the sum of the kinds. They are null where a size they need is not stated; `kinds_left` of so many
    `kinds` can still be had in any case.
    """

    item: Ref
    unit: str
    year: str
    stated: bool
    size: float | None
    remaining: float | None
    remaining_of_kinds: float | None
    unassigned: float | None
    kinds_left: int
    kinds: tuple[KindLeft, ...]
    statements: tuple[StatementInfo, ...]
