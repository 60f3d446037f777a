"""Answers about chokepoints: the nodes on every path between two, and the actors whose loss alone stops an item.

Owns their fields. Must not know how they are computed.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.answers.feasible import FailedItem
from kg.answers.values import Path, Ref, StatementInfo

__all__ = ["Chokepoint", "ChokepointsAnswer", "StoppingActor", "Trial", "VertexCut"]


@dataclass(frozen=True, slots=True)
class Chokepoint:
    """A node on every path: how many hops from the source at least, and its countries with the statements that say so."""

    node: Ref
    depth: int
    countries: tuple[Ref, ...]
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class VertexCut:
    """The fewest nodes between two whose removal leaves no path; of several such sets the one nearest to the source."""

    size: int
    nodes: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """What was tried in a reading: whether the item is available before anything is removed, how many actors there are, how many of them stop
    it alone; `complete` says that the budget let all be tried."""

    reading: str
    by: str
    baseline: bool
    actors: int
    stopping: int
    complete: bool


@dataclass(frozen=True, slots=True)
class StoppingActor:
    """A company or country (`kind`) without which the item cannot be had, in which readings, and the root causes in each with their
    statements."""

    kind: str
    actor: Ref
    readings: tuple[str, ...]
    causes: tuple[FailedItem, ...]


@dataclass(frozen=True, slots=True)
class ChokepointsAnswer:
    """Chokepoints in one of two forms.

    Between `source` and `target`: `nodes` lie on every path that passes the filters, in order; `stretches` are shortest paths from the source
    to the first, between two that follow each other, and from the last to the target, as evidence. `cut` is null where there is no path,
    where the source depends on the target directly (`direct`: nothing between the two cuts that) and where the budget ended the search (`complete`
    is false). `verdict` is documented or undocumented; `reverse` says that there is a path the other way round.

    Of an `item`: `actors` are those whose removal alone makes it unavailable, `trials` what was tried, `locate` what a country takes; the fields of
    the other form are null or blank.
    """

    source: Ref | None
    target: Ref | None
    item: Ref | None
    verdict: str
    reverse: bool | None
    direct: bool | None
    shortest: int | None
    nodes: tuple[Chokepoint, ...]
    stretches: tuple[Path, ...]
    cut: VertexCut | None
    locate: str
    trials: tuple[Trial, ...]
    actors: tuple[StoppingActor, ...]
    complete: bool
