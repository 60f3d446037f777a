"""Mistakes: what is wrong with a row, where, what was expected, what is nearest.

Owns the wording and the collection of all mistakes of one run. Must not know how rows are read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

__all__ = ["Mistake", "Mistakes", "nearest", "with_article"]


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake. `line` counts from 1 with the header; `column` is the column's name, blank for a whole row or file."""

    file: str
    line: int
    column: str
    problem: str
    expected: str = ""
    nearest: tuple[str, ...] = ()

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" + (f":{self.column}" if self.column else "")
        text = f"{place}: {self.problem}"
        if self.expected:
            text += f"; expected {self.expected}"
        if self.nearest:
            text += f"; nearest: {', '.join(self.nearest)}"
        return text


class Mistakes:
    """Collects the mistakes of one run."""

    def __init__(self) -> None:
        self._found: list[Mistake] = []

    def add(
        self, file: str, line: int, column: str, problem: str, expected: str = "", near: Iterable[str] = ()
    ) -> None:
        """Note one mistake."""
        self._found.append(Mistake(file, line, column, problem, expected, tuple(near)))

    def __bool__(self) -> bool:
        return bool(self._found)

    def sorted(self) -> list[Mistake]:
        """All mistakes in file and line order."""
        return sorted(self._found)


def nearest(text: str, choices: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """Up to `limit` choices most like the text (Jaro–Winkler similarity of at least 0.75), best first."""
    scorer = JaroWinkler.normalized_similarity
    found = process.extract(
        text.lower(), list(choices), scorer=scorer, processor=str.lower, limit=limit, score_cutoff=0.75
    )
    return tuple(choice for choice, _, _ in found)


def with_article(label: str) -> str:
    """A class's label after its article: a company, an item."""
    return f"an {label}" if label[:1].lower() in "aeio" else f"a {label}"
