"""What persons decided: the packaged decisions, a user's own, and the file of doubtful links that a person edits.

All are CSV with `record`, `identified_with` (each `class/slug`), `decision` (`same`, `different` or, in a file under review, blank)
and `evidence`. Decisions win over scores in both directions.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import FactsRefused
from kg.facts.mistakes import Mistakes, nearest
from kg.facts.rows import Row, read_rows

__all__ = [
    "DIFFERENT",
    "SAME",
    "Decision",
    "ReviewRow",
    "in_force",
    "packaged_decisions",
    "read_decisions",
    "read_review",
    "write_review",
]

SAME, DIFFERENT = "same", "different"
_COLUMNS = ("record", "identified_with", "score", "evidence", "decision", "origin")
_REVIEW = ("record", "identified_with", "score", "evidence", "decision")


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's word on a pair.

    Attributes
    ----------
    record, identified_with : `class/slug` of the two; which is which matters only for the direction of the link.
    decision : `same` or `different`.
    evidence : why.
    origin : where it was decided.
    packaged : whether it comes with the project.
    """

    record: str
    identified_with: str
    decision: str
    evidence: str = ""
    origin: str = ""
    packaged: bool = False


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A doubtful link: scored too low to be made, too high to be passed over, or contested by another."""

    record: str
    identified_with: str
    score: float
    evidence: str
    decision: str = ""


def packaged_decisions() -> tuple[Decision, ...]:
    """The decisions that come with the project (`seed_data/identity/decisions*.csv`)."""
    root = Path(__file__).resolve().parent.parent
    inside = root / "_data" / "seed_data"
    folder = (inside if inside.is_dir() else root.parent / "seed_data") / "identity"
    return tuple(d for path in sorted(folder.glob("decisions*.csv")) for d in _read(path, packaged=True))


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """The decisions of a file, or of a review file that was filled in: rows without a decision are passed over.

    Raises
    ------
    FactsRefused
        With every mistake: an id of another form, a decision that is none, two decisions on one pair.
    """
    return _read(path, packaged=False)


def read_review(path: Path) -> tuple[ReviewRow, ...]:
    """The rows of a review file, decided or not. Raises FactsRefused."""
    mistakes = Mistakes()
    rows = [
        ReviewRow(row["record"], row["identified_with"], _score(row, mistakes), row["evidence"], row["decision"])
        for row in read_rows(path, path.name, _REVIEW, _COLUMNS, mistakes)
    ]
    if mistakes:
        raise FactsRefused(mistakes.sorted())
    return tuple(rows)


def write_review(path: Path, rows: Iterable[ReviewRow]) -> None:
    """Write doubtful links for a person to decide; the file appears whole."""
    part = path.with_name(f"{path.name}.part-{os.getpid()}")
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_REVIEW)
        writer.writerows((r.record, r.identified_with, f"{r.score:g}", r.evidence, r.decision) for r in rows)
    os.replace(part, path)


def _read(path: Path, packaged: bool) -> tuple[Decision, ...]:
    mistakes = Mistakes()
    found: dict[frozenset[str], tuple[Decision, int]] = {}
    for row in read_rows(path, path.name, ("record", "identified_with", "decision"), _COLUMNS, mistakes):
        pair = (row["record"], row["identified_with"])
        if row["decision"] not in (SAME, DIFFERENT, ""):
            near = nearest(row["decision"], (SAME, DIFFERENT))
            mistakes.add(
                path.name, row.line, "decision", f"{row['decision']!r} is no decision", "same, different or blank", near
            )
        for column, text in zip(("record", "identified_with"), pair, strict=True):
            if text.count("/") < 1:
                mistakes.add(
                    path.name,
                    row.line,
                    column,
                    f"{text!r} names no entity",
                    "class/slug, for instance company/eto-p313",
                )
        if pair[0] == pair[1]:
            mistakes.add(path.name, row.line, "", f"{pair[0]!r} is compared with itself", "two entities")
        if row["decision"]:
            _note(
                found, Decision(*pair, row["decision"], row["evidence"], row["origin"], packaged), row, path, mistakes
            )
    if mistakes:
        raise FactsRefused(mistakes.sorted())
    return tuple(decision for decision, _ in found.values())


def _note(
    found: dict[frozenset[str], tuple[Decision, int]], decision: Decision, row: Row, path: Path, mistakes: Mistakes
) -> None:
    pair = frozenset((decision.record, decision.identified_with))
    if pair in found:
        mistakes.add(
            path.name, row.line, "", f"this pair was decided in line {found[pair][1]}", "one decision on a pair"
        )
    found.setdefault(pair, (decision, row.line))


def _score(row: Row, mistakes: Mistakes) -> float:
    try:
        return float(row["score"] or 0)
    except ValueError:
        mistakes.add(row.file, row.line, "score", f"{row['score']!r} is no number", "0 to 1")
        return 0.0


def in_force(decisions: Sequence[Decision]) -> dict[frozenset[str], Decision]:
    """The decision on each pair: a user's wins over the packaged one, of several the last."""
    ordered = sorted(decisions, key=lambda d: not d.packaged)
    return {frozenset((d.record, d.identified_with)): d for d in ordered}
