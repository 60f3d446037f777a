"""Ends and corrections: rows about statements, each with a source of its own from whose date it applies.

Owns `ends.csv` (`statement,date,source,note,origin`) and `corrections.csv`
(`statement,kind,date,replacement,source,note,origin`). A statement is named by its IRI or the hash at its end.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kg.errors import BadDate
from kg.facts.dates import check_edtf
from kg.facts.mistakes import Mistakes, nearest
from kg.facts.model import Batch, Correction, End, Source, Statement, known_from
from kg.facts.rows import Row, read_rows
from kg.terms import BASE

__all__ = ["CORRECTION_KINDS", "read_corrections", "read_ends"]

CORRECTION_KINDS = ("withdrawn", "replaced", "dropped")
"""Withdrawn by its source; replaced by a better statement; a requirement dropped from a design."""

_END_COLUMNS = ("statement", "date", "source", "note", "origin")
_CORRECTION_COLUMNS = ("statement", "kind", "date", "replacement", "source", "note", "origin")


def read_ends(
    folder: Path, statements: Mapping[str, Statement], sources: Mapping[str, Source], batch: Batch, mistakes: Mistakes
) -> list[End]:
    """The ends of a folder, in statement order."""
    found = []
    for row in _rows(folder / "ends.csv", _END_COLUMNS, mistakes):
        statement, source = _statement(row, "statement", statements, mistakes), _source(row, sources, mistakes)
        if not row["date"]:
            mistakes.add(row.file, row.line, "date", "the date is missing", "the first day on which it no longer holds")
        if statement and source:
            known = known_from(source.published, "", batch.recorded)
            found.append(End(statement, row["date"], source.iri, row["note"], known, row["origin"], batch.id))
    return sorted(found, key=lambda e: (e.statement, e.date, e.source))


def read_corrections(
    folder: Path, statements: Mapping[str, Statement], sources: Mapping[str, Source], batch: Batch, mistakes: Mistakes
) -> list[Correction]:
    """The corrections of a folder, in statement order."""
    found = []
    for row in _rows(folder / "corrections.csv", _CORRECTION_COLUMNS, mistakes):
        statement, source = _statement(row, "statement", statements, mistakes), _source(row, sources, mistakes)
        if row["kind"] not in CORRECTION_KINDS:
            mistakes.add(
                row.file,
                row.line,
                "kind",
                f"no kind {row['kind']!r}",
                ", ".join(CORRECTION_KINDS),
                nearest(row["kind"], CORRECTION_KINDS),
            )
        replacement = ""
        if row["kind"] == "replaced":
            replacement = _statement(row, "replacement", statements, mistakes)
        if statement and source:
            known = known_from(source.published, "", batch.recorded)
            found.append(
                Correction(
                    statement,
                    row["kind"],
                    row["date"],
                    replacement,
                    source.iri,
                    row["note"],
                    known,
                    row["origin"],
                    batch.id,
                )
            )
    return sorted(found, key=lambda c: (c.statement, c.date, c.source))


def _rows(path: Path, columns: tuple[str, ...], mistakes: Mistakes) -> list[Row]:
    if not path.exists():
        return []
    rows = list(read_rows(path, path.name, ("statement", "source"), columns, mistakes))
    for row in rows:
        try:
            check_edtf(row["date"])
        except BadDate as error:
            mistakes.add(row.file, row.line, "date", error.message)
            row.cells["date"] = ""
    return rows


def _statement(row: Row, column: str, statements: Mapping[str, Statement], mistakes: Mistakes) -> str:
    text = row[column]
    iri = text if text.startswith("http") else f"{BASE}statement/{text.removeprefix('statement/')}"
    if iri in statements:
        return iri
    mistakes.add(
        row.file, row.line, column, f"no statement {text!r}", "a statement's IRI, as `chokepoint entity` prints it"
    )
    return ""


def _source(row: Row, sources: Mapping[str, Source], mistakes: Mistakes) -> Source | None:
    source = sources.get(row["source"])
    if source is None:
        mistakes.add(
            row.file,
            row.line,
            "source",
            f"no source {row['source']!r}",
            "an id of sources.yaml",
            nearest(row["source"], sources),
        )
    return source
