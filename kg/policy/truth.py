"""Three-valued truth, and the levels of a licence answer as intervals.

Owns the tables of Kleene's strong logic (S. C. Kleene, Introduction to Metamathematics, 1952, section 64) over True, False and None
(unknown), and how requirements join: the strictest counts, and what is unknown widens the interval upwards only. Must not know rules of law.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["LEVELS", "UNDETERMINED", "Interval", "Truth", "all_of", "any_of", "negated", "truth_of"]

Truth = bool | None
"""True, False, or None where it is not known."""

LEVELS = ("no_requirement_found", "exception_available", "licence_required")
"""The status words in order of strictness; an answer that may be several of them is undetermined."""

UNDETERMINED = "undetermined"


def all_of(parts: Iterable[Truth]) -> Truth:
    """Conjunction: False where one is False, else unknown where one is unknown."""
    found: Truth = True
    for part in parts:
        if part is False:
            return False
        if part is None:
            found = None
    return found


def any_of(parts: Iterable[Truth]) -> Truth:
    """Disjunction: True where one is True, else unknown where one is unknown."""
    found: Truth = False
    for part in parts:
        if part is True:
            return True
        if part is None:
            found = None
    return found


def negated(part: Truth) -> Truth:
    """Negation; of what is unknown, unknown."""
    return None if part is None else not part


def truth_of(word: str) -> Truth:
    """The state of a rule (yes, no, unknown) as a truth."""
    return {"yes": True, "no": False}.get(word)


@dataclass(frozen=True, slots=True)
class Interval:
    """Levels that remain possible, from `low` to `high`, as positions in `LEVELS`."""

    low: int = 0
    high: int = 0

    def joined(self, other: Interval) -> Interval:
        """Both requirements at once: the stricter counts."""
        return Interval(max(self.low, other.low), max(self.high, other.high))

    def either(self, other: Interval) -> Interval:
        """One of two cases, it is not known which."""
        return Interval(min(self.low, other.low), max(self.high, other.high))

    @property
    def possible(self) -> tuple[str, ...]:
        """The words that remain, mildest first."""
        return LEVELS[self.low : self.high + 1]

    @property
    def word(self) -> str:
        """The status word: the one that remains, or undetermined."""
        return LEVELS[self.low] if self.low == self.high else UNDETERMINED

    @staticmethod
    def of_requirement(applies: Truth, excepted: Truth) -> Interval:
        """The interval of one requirement: whether it applies, and whether an exception to it can be used."""
        if applies is False:
            return Interval()
        low, high = (1, 1) if excepted else (1, 2) if excepted is None else (2, 2)
        return Interval(low if applies else 0, high)
