"""Rows of a CSV file with their line numbers, and what goes wrong before a cell means anything.

Owns encoding, separators, headers and cell counts. Must not know the schema.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.facts.mistakes import Mistakes, nearest

__all__ = ["Row", "read_rows"]


_TYPOGRAPHIC = ("\u201c", "\u201d", "\u201e", "\u2018", "\u2019")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its file (relative), first line, and cells by column with outer blanks kept off."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def many(self, column: str) -> list[str]:
        """A cell of several values, separated by ` | `."""
        return [part.strip() for part in self[column].split("|") if part.strip()]


def read_rows(
    path: Path, name: str, required: Sequence[str], allowed: Sequence[str], mistakes: Mistakes
) -> Iterator[Row]:
    """The rows of a file; `name` is how mistakes call it. Nothing is yielded from a file whose header is wrong."""
    raw = path.read_bytes()
    if raw.startswith(b"\xef\xbb\xbf"):
        mistakes.add(
            name,
            1,
            "",
            "the file begins with a byte-order mark",
            "UTF-8 without one (in a spreadsheet: 'CSV UTF-8' without BOM)",
        )
        raw = raw[3:]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        mistakes.add(
            name, line, "", f"not UTF-8 (byte {raw[error.start]:#04x})", "UTF-8; save the file with that encoding"
        )
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        header = next(reader, None)
        if header is None:
            mistakes.add(name, 1, "", "the file is empty", f"a header: {','.join(allowed)}")
            return
        if not _header_fits(header, name, required, allowed, mistakes):
            return
        while True:
            line = reader.line_num + 1
            cells = next(reader, None)
            if cells is None:
                return
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                mistakes.add(name, line, "", f"{len(cells)} cells", f"{len(header)} as in the header")
                continue
            for column, cell in zip(header, cells, strict=True):
                if cell[:1] in _TYPOGRAPHIC or cell[-1:] in _TYPOGRAPHIC:
                    mistakes.add(
                        name,
                        line,
                        column,
                        f"a typographic quotation mark at the edge of {cell[:30]!r}",
                        'no quotation mark, or the plain one ("): a word processor replaced it',
                    )
                if cell != cell.strip():
                    mistakes.add(name, line, column, "blanks before or after the value", "the value alone")
            yield Row(name, line, {c: cell.strip() for c, cell in zip(header, cells, strict=True)})
    except csv.Error as error:
        mistakes.add(name, line, "", f"no valid CSV: {error}", "cells with commas or quotes in double quotes")


def _header_fits(
    header: list[str], name: str, required: Sequence[str], allowed: Sequence[str], mistakes: Mistakes
) -> bool:
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        mistakes.add(name, 1, "", "cells are not separated by commas", "commas between cells")
        return False
    fits = True
    for column in header:
        if column not in allowed:
            mistakes.add(name, 1, column, f"unknown column {column!r}", ", ".join(allowed), nearest(column, allowed))
            fits = False
        elif header.count(column) > 1:
            mistakes.add(name, 1, column, f"column {column!r} stands twice", "each column once")
            fits = False
    for column in required:
        if column not in header:
            mistakes.add(name, 1, column, f"column {column!r} is missing", ", ".join(allowed))
            fits = False
    return fits
