"""What spreadsheets and word processors do to rows: each accident is named with its place and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import FactsRefused
from kg.facts.mistakes import Mistake
from kg.facts.reader import read_facts
from kg.schema import Schema
from tests.helpers import FactsFolder

TOPIC = "statements/firms.csv"


@pytest.fixture
def written(folder: FactsFolder) -> Path:
    """A good folder: two firms, a country, three plain rows."""
    folder.entity("Country", "NLD", "Netherlands")
    folder.entities("Company", "acme", "bolt")
    folder.plain("acme", "headquarteredIn", "NLD", topic="firms", valid_from="2025-01-20")
    folder.plain("bolt", "headquarteredIn", "NLD", topic="firms")
    folder.plain("bolt", "roleNote", "makes tools, and parts", topic="firms")
    return folder.write()


def mistakes(folder: Path, schema: Schema) -> list[Mistake]:
    with pytest.raises(FactsRefused) as refused:
        read_facts(folder, schema)
    return list(refused.value.mistakes)


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_folder_is_good(written: Path, schema: Schema) -> None:
    assert len(read_facts(written, schema).statements) == 3


def test_byte_order_mark(written: Path, schema: Schema) -> None:
    path = written / TOPIC
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    (found,) = mistakes(written, schema)
    assert (found.file, found.line) == (TOPIC, 1)
    assert "byte-order mark" in found.problem
    assert "UTF-8" in found.expected


def test_semicolons(written: Path, schema: Schema) -> None:
    path = written / TOPIC
    path.write_text(path.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    found = mistakes(written, schema)[0]
    assert "not separated by commas" in found.problem


@pytest.mark.parametrize("quote", ["“acme”", "„acme“", "‘acme’"])
def test_typographic_quotes(written: Path, schema: Schema, quote: str) -> None:
    change(written, TOPIC, "acme,", f"{quote},")
    found = mistakes(written, schema)
    assert any("typographic" in m.problem and m.column == "subject" and m.line == 2 for m in found)


@pytest.mark.parametrize(
    "date", ["20/01/2025", "1/20/2025", "20.01.2025", "45677", "Jan-25", "20-Jan-2025", "2025-01-20 00:00:00"]
)
def test_dates_a_spreadsheet_rewrote(written: Path, schema: Schema, date: str) -> None:
    change(written, TOPIC, "2025-01-20", date)
    (found,) = mistakes(written, schema)
    assert (found.line, found.column) == (2, "valid_from")
    assert "spreadsheet" in found.problem
    assert "column as text" in found.problem


def test_a_lost_column(written: Path, schema: Schema) -> None:
    path = written / TOPIC
    rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
    place = rows[0].index("status")
    path.write_text("\n".join(",".join(r[:place] + r[place + 1 :]) for r in rows[:3]) + "\n", encoding="utf-8")
    (found,) = mistakes(written, schema)
    assert (found.line, found.column) == (1, "status")
    assert "missing" in found.problem


def test_a_merged_cell(written: Path, schema: Schema) -> None:
    change(written, TOPIC, "bolt,headquarteredIn", ",headquarteredIn")
    (found,) = mistakes(written, schema)
    assert (found.line, found.column) == (3, "subject")
    assert "merged" in found.problem


def test_trailing_blanks(written: Path, schema: Schema) -> None:
    change(written, TOPIC, "acme,headquarteredIn", "acme ,headquarteredIn\t")
    found = mistakes(written, schema)
    assert {(m.line, m.column) for m in found} == {(2, "subject"), (2, "property")}
    assert all("blanks" in m.problem for m in found)


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_a_wrong_encoding(written: Path, schema: Schema, encoding: str) -> None:
    path = written / TOPIC
    path.write_bytes(path.read_text(encoding="utf-8").replace("makes", "fabriqué à").encode(encoding))
    found = mistakes(written, schema)[0]
    assert "not UTF-8" in found.problem
    assert "UTF-8" in found.expected


def test_a_workbook_instead_of_rows(written: Path, schema: Schema) -> None:
    (written / "statements" / "firms.xlsx").write_bytes(b"PK\x03\x04")
    (found,) = mistakes(written, schema)
    assert "would not be read" in found.problem


def test_a_hundred_thousand_rows(written: Path, schema: Schema) -> None:
    """A large table is read whole, and one slip at its end is found."""
    path = written / TOPIC
    text = path.read_text(encoding="utf-8")
    header, _, _ = text.partition("\n")
    tail = ["" for _ in header.split(",")[3:]]
    columns = header.split(",")[3:]

    def row(number: int, source: str = "report") -> str:
        cells = dict(zip(columns, tail, strict=True)) | {
            "status": "verified",
            "source": source,
            "passage": "x",
            "origin": f"test:{number}",
        }
        return ",".join(["acme", "roleNote", f"note {number}", *(cells[c] for c in columns)])

    lines = [row(n) for n in range(100_000)]
    path.write_text(text + "\n".join(lines) + "\n", encoding="utf-8")
    assert len(read_facts(written, schema).statements) == 100_003
    path.write_text(text + "\n".join([*lines, row(100_000, "reprot")]) + "\n", encoding="utf-8")
    (found,) = mistakes(written, schema)
    assert (found.line, found.column, found.nearest) == (100_005, "source", ("report",))
