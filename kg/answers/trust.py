"""Answers about the data itself: coverage, disagreements, changes.

Owns their fields. Must not know how they are computed.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.answers.shapes import ClaimInfo, Fact
from kg.answers.values import Count, Ref, StatementInfo

__all__ = [
    "Change",
    "ChangesAnswer",
    "CoverageAnswer",
    "CoverageLine",
    "CoverageTable",
    "Disagreement",
    "DisagreementsAnswer",
    "Sourcing",
]


@dataclass(frozen=True, slots=True)
class Sourcing:
    """How one kind of thing said of an entity is sourced: statements, distinct sources, unverified ones, what rests on a single
    source, statements for which a data set that names its evidence row by row names none (`uncited`), what is older than the date asked for, the shares' sum (percent, newest observations) and the newest source."""

    kind: str
    label: str
    statements: int
    sources: int
    unverified: int
    single_source: int
    uncited: int
    older: int
    share_sum: float | None
    newest_source: str


@dataclass(frozen=True, slots=True)
class CoverageAnswer:
    """What is known of an entity, from how many sources, how old; and what is not. `uncited` counts statements for which a data set that
    names its evidence row by row names none."""

    node: Ref
    suppliers: int
    share_sum: float | None
    statements: int
    sources: int
    unverified: int
    single_source: int
    uncited: int
    older: int
    older_than: str
    oldest_source: str
    newest_source: str
    left_out: int
    by_kind: tuple[Sourcing, ...]
    missing: tuple[str, ...]
    weakest: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """The coverage of one entity in a table."""

    node: Ref
    suppliers: int
    share_sum: float | None
    statements: int
    sources: int
    unverified: int
    single_source: int
    uncited: int
    older: int
    newest_source: str


@dataclass(frozen=True, slots=True)
class CoverageTable:
    """The coverage of every entity of a class, a page of them, and the sums over the whole class."""

    rows: tuple[CoverageLine, ...]
    total: int
    statements: int
    unverified: int
    single_source: int
    uncited: int
    older: int
    next: str | None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Where sources differ on one thing: the values side by side, claims that give others, and the spread (greatest over
    least number, null where they are no positive numbers). `kind` is figure, value, share or claim; the entity of the last
    is the claim that is set against another."""

    kind: str
    entity: Ref
    property: str
    label: str
    unit: str
    spread: float | None
    values: tuple[Fact, ...]
    claims: tuple[ClaimInfo, ...]


@dataclass(frozen=True, slots=True)
class DisagreementsAnswer:
    """Disagreements, in entity and property order; `total` counts all there are."""

    disagreements: tuple[Disagreement, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed on a day: `kind` is begins, ends, suspended, revives, may revive, may end,
    corrected or event."""

    date: str
    kind: str
    what: str
    text: str
    entities: tuple[Ref, ...]
    scheduled: bool
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class ChangesAnswer:
    """What began, ended, was suspended, revived or was corrected after `from` and not after `to`, by date."""

    from_: str
    to: str
    changes: tuple[Change, ...]
    total: int
    by_kind: tuple[Count, ...]
