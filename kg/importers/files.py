"""Files of public data sets, read in a stream and refused whole where they are not what they should be.

Owns encoding, headers, truncation and their messages. A file with one of these faults refuses the import (`ImportRefused`); a
single wrong row is the importer's to judge.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from kg.errors import ImportRefused
from kg.facts.mistakes import nearest
from kg.importers.records import Progress

__all__ = ["check_depth", "csv_header", "csv_rows", "find_file", "json_document", "refuse"]


_DEEPEST = 60


def refuse(file: str, problem: str, expected: str, line: int = 0) -> NoReturn:
    """Refuse the import: which file, what is wrong, what was expected."""
    place = f"{file}:{line}" if line else file
    raise ImportRefused(
        f"{place}: {problem}; expected {expected}; nothing was imported",
        detail={"file": file, "line": line, "expected": expected},
    )


def find_file(path: Path, name: str) -> Path:
    """The file of that name in a folder, or the path itself if it is a file."""
    if path.is_file():
        return path
    if not path.exists():
        refuse(str(path), "there is no such file or folder", f"the publisher's {name} or the folder that holds it")
    if not path.is_dir():
        refuse(str(path), "neither a file nor a folder", f"the publisher's {name} or the folder that holds it")
    found = path / name
    if not found.is_file():
        near = nearest(name, [p.name for p in path.iterdir() if p.is_file()])
        refuse(str(path), f"{name} is missing" + (f" (nearest: {', '.join(near)})" if near else ""), f"a file {name}")
    return found


class _Watched(io.RawIOBase):
    """Bytes of a file on their way, counted for the progress bar."""

    def __init__(self, path: Path, progress: Progress) -> None:
        self._file, self._progress = path.open("rb"), progress
        self._size, self._seen = path.stat().st_size, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self._file.readinto(buffer)
        self._seen += count
        self._progress(self._seen, self._size)
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


def csv_header(path: Path) -> list[str]:
    """The column names of a CSV file; a byte-order mark is passed over."""
    for _, row in csv_rows(path, ()):
        return list(row)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file), [])


def csv_rows(
    path: Path, required: Sequence[str], progress: Progress | None = None
) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells by column) of each row, blank ones passed over; outer blanks of cells are dropped.

    Raises
    ------
    ImportRefused
        Not UTF-8, no header, a missing column, no row at all, a row with another number of cells, a quotation or a last line that
        never ends (a file that was cut).
    """
    name = path.name
    rows = 0
    line = 1
    progress = progress or Progress()
    with io.TextIOWrapper(io.BufferedReader(_Watched(path, progress), 1 << 16), "utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            header = next(reader, None)
            if header is None:
                refuse(name, "the file is empty", f"a header with {', '.join(required)}")
            header = [column.strip() for column in header]
            missing = [column for column in required if column not in header]
            if missing:
                near = nearest(missing[0], header)
                hint = f" (nearest: {', '.join(near)})" if near else ""
                refuse(name, f"column {missing[0]!r} is missing{hint}", f"the columns {', '.join(required)}", 1)
            while True:
                line = reader.line_num + 1
                cells = next(reader, None)
                if cells is None:
                    break
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) != len(header):
                    refuse(
                        name, f"{len(cells)} cells", f"{len(header)} as in the header (is the file cut short?)", line
                    )
                rows += 1
                progress.row()
                yield line, {column: cell.strip() for column, cell in zip(header, cells, strict=True)}
        except UnicodeDecodeError as error:
            byte = f"{error.object[error.start]:#04x}"
            refuse(name, f"not UTF-8 (byte {byte})", "the file as published, in UTF-8", _undecodable(path))
        except csv.Error as error:
            refuse(name, f"no valid CSV: {error}", "the file as published (is it cut short?)", line)
    _check_end(path)
    if not rows and required:
        refuse(name, "it has a header and no row", "the file as published (is it cut short?)", line)


def _check_end(path: Path) -> None:
    """Refuse a file whose last line has no end: what publishers write ends with one."""
    with path.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        if size:
            file.seek(size - 1)
            if file.read(1) not in (b"\n", b"\r"):
                refuse(path.name, "the last line has no end", "the file as published (is it cut short?)")


def check_depth(path: Path) -> None:
    """Refuse a JSON file that nests deeper, in its first megabyte, than any data set does."""
    depth, quoted, escaped = 0, False, False
    with path.open("rb") as file:
        for byte in file.read(1 << 20):
            if quoted:
                quoted, escaped = (byte != 0x22 or escaped), (byte == 0x5C and not escaped)
            elif byte == 0x22:
                quoted = True
            elif byte in b"[{":
                depth += 1
                if depth > _DEEPEST:
                    refuse(path.name, f"lists in lists, more than {_DEEPEST} deep", "the file as published")
            elif byte in b"]}":
                depth -= 1


def _undecodable(path: Path) -> int:
    """The first line of a file that is not UTF-8."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return 0


def json_document(path: Path, keys: Sequence[str]) -> Mapping[str, Any]:
    """A small JSON document that is an object with the given keys. Raises ImportRefused."""
    check_depth(path)
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        refuse(path.name, f"not UTF-8 (byte {error.object[error.start]:#04x})", "the file as published, in UTF-8")
    except json.JSONDecodeError as error:
        refuse(path.name, f"no valid JSON: {error.msg}", "the file as published (is it cut short?)", error.lineno)
    if not isinstance(found, dict):
        refuse(path.name, "no JSON object", f"an object with {', '.join(keys)}")
    for key in keys:
        if key not in found:
            near = nearest(key, found)
            refuse(
                path.name,
                f"the key {key!r} is missing",
                f"an object with {', '.join(keys)}" + (f"; nearest: {', '.join(near)}" if near else ""),
            )
    return found
