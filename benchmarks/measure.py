"""How a measurement is taken: sides, rounds, medians, ratios.

Owns interleaving and the arithmetic. Must not know what is measured.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

__all__ = ["Measurement", "Side", "Wrong", "compare", "same"]

_SAMPLE_SECONDS = 0.01
"""A sample of something faster repeats it until it lasts about this long."""

_SLOW_SECONDS = 1.0
"""A side that takes longer is warmed up once."""

_MOST_SECONDS, _LEAST_ROUNDS = 12.0, 2
"""Rounds are cut, though not below two, where a comparison takes longer than this."""

_MOST_CALLS = 2_000


class Wrong(AssertionError):
    """Two sides that should give the same answer do not; nothing is timed then."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the things compared.

    Attributes
    ----------
    name : what it is.
    call : what is timed.
    prepare : makes the argument of a call, untimed; for calls that use something up (a snapshot not yet taken, say). A side
        with it is called once a sample.
    """

    name: str
    call: Callable[..., Any]
    prepare: Callable[[], Any] | None = None


@dataclass(frozen=True, slots=True)
class Measurement:
    """One line of the table: a value of the project's beside the alternative's.

    `ratio` is the median over rounds of alternative / project: above 1 the project is faster (or smaller).
    """

    theme: str
    name: str
    ours: str
    ours_value: float
    other: str
    other_value: float
    ratio: float
    rounds: int
    unit: str = "ms"
    note: str = ""

    def renamed(self, name: str, note: str) -> Measurement:
        """The same line under another name."""
        return replace(self, name=name, note=note)


def same(name: str, *answers: Any) -> None:
    """Check that all sides gave the same answer.

    Raises
    ------
    Wrong
        They did not.
    """
    for each in answers[1:]:
        if each != answers[0]:
            raise Wrong(f"{name}: the sides differ: {str(answers[0])[:200]!r} and {str(each)[:200]!r}")


def compare(
    theme: str,
    name: str,
    ours: Side | Sequence[Side],
    others: Sequence[Side],
    repeat: int,
    note: str = "",
    *,
    warm: bool = True,
) -> list[Measurement]:
    """Time sides in turn, `repeat` rounds after a warm-up, and answer a line for each pair of ours and another.

    Each round takes one sample of every side, in an order that turns from round to round, so that a slow minute of the
    machine falls on all of them. Without `warm` a side is called once a round, for sides
    whose answers the caller has just compared.
    """
    mine = [ours] if isinstance(ours, Side) else list(ours)
    sides = [*mine, *others]
    calls = _calibrate(sides) if warm else [1] * len(sides)
    samples: list[list[float]] = [[] for _ in sides]
    rounds, began = 0, time.perf_counter()
    for turn in range(repeat):
        if turn >= _LEAST_ROUNDS and time.perf_counter() - began > _MOST_SECONDS:
            break
        rounds += 1
        for k in range(len(sides)):
            n = (k + turn) % len(sides)
            samples[n].append(_sample(sides[n], calls[n]))
    found = []
    for m, own in enumerate(mine):
        for k, other in enumerate(others, start=len(mine)):
            ratios = [b / a for a, b in zip(samples[m], samples[k], strict=True)]
            found.append(
                Measurement(
                    theme,
                    name,
                    own.name,
                    statistics.median(samples[m]) * 1000,
                    other.name,
                    statistics.median(samples[k]) * 1000,
                    statistics.median(ratios),
                    rounds,
                    note=note,
                )
            )
    return found


def _calibrate(sides: Sequence[Side]) -> list[int]:
    """Calls a sample of each side; calling each twice is the warm-up (once where it is slow)."""
    calls = []
    for side in sides:
        took = _sample(side, 1)
        if took < _SLOW_SECONDS:
            took = _sample(side, 1)
        calls.append(1 if side.prepare else max(1, min(_MOST_CALLS, int(_SAMPLE_SECONDS / max(took, 1e-7)))))
    return calls


def _sample(side: Side, calls: int) -> float:
    """Seconds a call takes, over several calls. What earlier calls left is collected before, untimed."""
    arguments = [side.prepare()] if side.prepare else []
    call = side.call
    gc.collect()
    began = time.perf_counter()
    for _ in range(calls):
        kept = call(*arguments)
    took = time.perf_counter() - began
    del kept  # what is answered is let go after the clock has stopped
    return took / calls
