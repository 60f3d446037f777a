"""The reader's mistakes: each is reported with file, line, column and what was expected; all of a run at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kg.errors import FactsRefused
from kg.facts.mistakes import Mistake
from kg.facts.reader import TAIL, read_facts
from kg.schema import Schema
from kg.store.opening import build_folder
from tests.helpers import TAIL as HELPER_TAIL
from tests.helpers import FactsFolder


@pytest.fixture
def good(folder: FactsFolder) -> FactsFolder:
    """A folder with nothing wrong in it."""
    folder.entities("Country", "NLD", "CHN")
    folder.entities("Company", "asml", "smic", "arm")
    folder.entity("Country", "ARM", "Armenia")
    folder.entities("Chip", "ascend-910c")
    folder.entities("Component", "hbm", "gallium")
    folder.entities("Material", "gallium")
    folder.plain("asml", "headquarteredIn", "NLD")
    folder.relation("Provision", item="hbm", provider="smic", share="10", period="2024")
    return folder


def mistakes(small: FactsFolder, schema: Schema) -> list[Mistake]:
    with pytest.raises(FactsRefused) as caught:
        read_facts(small.write(), schema)
    found = list(caught.value.mistakes)
    assert found == sorted(found)
    assert all(str(m) in str(caught.value) for m in found)
    return found


def test_good_folder_is_read(good: FactsFolder, schema: Schema) -> None:
    assert len(read_facts(good.write(), schema).statements) == 2
    assert TAIL == HELPER_TAIL


PLAIN, PROVISION = "statements/topic.csv", "statements/Provision.csv"

Break = Callable[[FactsFolder], object]
ROWS: dict[str, tuple[Break, str, int, str, str, str]] = {
    # name: (what is done, file, line, column, words of the problem, words of the expectation or of the nearest)
    "unknown id": (
        lambda f: f.plain("asmll", "ticker", "A"),
        PLAIN,
        3,
        "subject",
        "no entity has the id 'asmll'",
        "asml",
    ),
    "unknown object": (lambda f: f.plain("asml", "headquarteredIn", "NLDD"), PLAIN, 3, "object", "'NLDD'", "NLD"),
    "ambiguous id": (
        lambda f: f.relation("Provision", item="gallium", provider="smic"),
        PROVISION,
        3,
        "item",
        "several entities",
        "component/gallium, material/gallium",
    ),
    "wrong class": (
        lambda f: f.plain("asml", "headquarteredIn", "smic"),
        PLAIN,
        3,
        "object",
        "'smic' is a ",
        "expected a country",
    ),
    "wrong class of an end": (
        lambda f: f.relation("Provision", item="smic", provider="smic"),
        PROVISION,
        3,
        "item",
        "'smic' is a ",
        "expected a",
    ),
    "missing end": (
        lambda f: f.relation("Provision", item="hbm", provider=""),
        PROVISION,
        3,
        "provider",
        "missing",
        "provi",
    ),
    "bad date": (
        lambda f: f.plain("asml", "ticker", "A", valid_from="2025-02-30"),
        PLAIN,
        3,
        "valid_from",
        "no day of the calendar",
        "",
    ),
    "bad EDTF": (
        lambda f: f.plain("asml", "ticker", "A", valid_until="early 2025"),
        PLAIN,
        3,
        "valid_until",
        "no EDTF date",
        "2025-02",
    ),
    "bad EDTF qualifier": (
        lambda f: f.relation("Provision", item="hbm", provider="asml", period="2025 target"),
        PROVISION,
        3,
        "period",
        "no EDTF date",
        "2025-02",
    ),
    "first public is no day": (
        lambda f: f.plain("asml", "ticker", "A", first_public="2025"),
        PLAIN,
        3,
        "first_public",
        "no single day",
        "YYYY-MM-DD",
    ),
    "recorded is no day": (
        lambda f: f.plain("asml", "ticker", "A", recorded="2025-02"),
        PLAIN,
        3,
        "recorded",
        "no single day",
        "YYYY-MM-DD",
    ),
    "unknown source": (
        lambda f: f.plain("asml", "ticker", "A", source="reporrt"),
        PLAIN,
        3,
        "source",
        "no source 'reporrt'",
        "report",
    ),
    "unknown first public source": (
        lambda f: f.plain("asml", "ticker", "A", first_public_source="reporrt"),
        PLAIN,
        3,
        "first_public_source",
        "no source",
        "report",
    ),
    "verified without source": (
        lambda f: f.plain("asml", "ticker", "A", source=""),
        PLAIN,
        3,
        "source",
        "verified statement names its source",
        "sources.yaml",
    ),
    "verified with something to check": (
        lambda f: f.plain("asml", "ticker", "A", to_check_in="x"),
        PLAIN,
        3,
        "source",
        "nothing to check it in",
        "sources.yaml",
    ),
    "unverified with a source": (
        lambda f: f.plain("asml", "ticker", "A", status="unverified", source="report"),
        PLAIN,
        3,
        "to_check_in",
        "no source",
        "title",
    ),
    "unverified without a document": (
        lambda f: f.plain("asml", "ticker", "A", status="unverified", to_check_in=""),
        PLAIN,
        3,
        "to_check_in",
        "names what to check it in",
        "no document known",
    ),
    "derived without inputs": (
        lambda f: f.plain("asml", "ticker", "A", status="derived", derived_from=""),
        PLAIN,
        3,
        "derived_from",
        "names its inputs",
        " | ",
    ),
    "unknown status": (
        lambda f: f.plain("asml", "ticker", "A", status="verifed"),
        PLAIN,
        3,
        "status",
        "no status 'verifed'",
        "verified",
    ),
    "no origin": (
        lambda f: f.plain("asml", "ticker", "A", origin=""),
        PLAIN,
        3,
        "origin",
        "origin is missing",
        "chips:nv-h20",
    ),
    "one statement twice": (
        lambda f: f.plain("asml", "headquarteredIn", "NLD"),
        PLAIN,
        3,
        "",
        "the same statement as statements/topic.csv:2",
        "one row",
    ),
    "one statement in two files": (
        lambda f: f.plain("asml", "headquarteredIn", "NLD", topic="zopic"),
        "statements/zopic.csv",
        2,
        "",
        "statements/topic.csv:2",
        "one row",
    ),
    "unknown property": (
        lambda f: f.plain("asml", "headquarterdIn", "NLD"),
        PLAIN,
        3,
        "property",
        "no property 'headquarterdIn'",
        "headquarteredIn",
    ),
    "property of another class": (
        lambda f: f.plain("asml", "dieArea", "5"),
        PLAIN,
        3,
        "property",
        "'dieArea' is not said of a",
        "of its class",
    ),
    "direct edge stated": (
        lambda f: f.plain("hbm", "providedBy", "smic"),
        PLAIN,
        3,
        "property",
        "not said of",
        "of its class",
    ),
    "number with unit": (
        lambda f: f.plain("ascend-910c", "dieArea", "600 mm2"),
        PLAIN,
        3,
        "object",
        "'600 mm2' is no number",
        "in mm2",
    ),
    "number with separators": (
        lambda f: f.plain("ascend-910c", "dieArea", "1,600"),
        PLAIN,
        3,
        "object",
        "is no number",
        "separators",
    ),
    "number that is none": (
        lambda f: f.plain("ascend-910c", "dieArea", "NaN"),
        PLAIN,
        3,
        "object",
        "is no number",
        "number",
    ),
    "negative figure": (
        lambda f: f.plain("ascend-910c", "dieArea", "-1"),
        PLAIN,
        3,
        "object",
        "-1 is out of range",
        "0.0",
    ),
    "missing value": (lambda f: f.plain("ascend-910c", "dieArea", ""), PLAIN, 3, "object", "missing", ""),
    "unknown word": (
        lambda f: f.plain("ascend-910c", "marketSegment", "data center"),
        PLAIN,
        3,
        "object",
        "none of the values",
        "data centre",
    ),
    "step off the scale": (
        lambda f: f.relation("Provision", item="hbm", provider="asml", node_class="28nm"),
        PROVISION,
        3,
        "node_class",
        "none of the values",
        "28 nm",
    ),
    "no boolean": (
        lambda f: f.plain("component/gallium", "isGrouping", "yes"),
        PLAIN,
        3,
        "object",
        "neither true nor false",
        "true or false",
    ),
    "two values": (
        lambda f: f.plain("asml", "headquarteredIn", "NLD | CHN"),
        PLAIN,
        3,
        "object",
        "several values",
        "one",
    ),
    "share above 100": (
        lambda f: f.relation("Provision", item="hbm", provider="asml", share="120"),
        PROVISION,
        3,
        "share",
        "120 is out of range",
        "0.0 to 100.0",
    ),
    "share below 0": (
        lambda f: f.relation("Provision", item="hbm", provider="asml", share="-1"),
        PROVISION,
        3,
        "share",
        "-1 is out of range",
        "0.0 to 100.0",
    ),
    "shares over 100": (
        lambda f: f.relation("Provision", item="hbm", provider="asml", share="92", period="2024"),
        PROVISION,
        3,
        "share",
        "with statements/Provision.csv:2 the shares sum to 102 percent",
        "at most 100",
    ),
    "end before start": (
        lambda f: f.plain("asml", "ticker", "A", valid_from="2025", valid_until="2024"),
        PLAIN,
        3,
        "valid_until",
        "lies before valid_from '2025'",
        "later",
    ),
    "entity twice": (lambda f: f.entity("Chip", "ascend-910c"), "entities/Chip.csv", 3, "id", "stands twice", "once"),
    "no id": (lambda f: f.entity("Chip", "Ascend 910C"), "entities/Chip.csv", 3, "id", "is no id", "hyphens"),
    "no label": (lambda f: f.entity("Chip", "x", " "), "entities/Chip.csv", 3, "label", "missing", "name"),
    "unknown class of entities": (lambda f: f.entity("Chips", "x"), "entities/Chips.csv", 1, "", "no class", "Chip"),
    "abstract class of entities": (lambda f: f.entity("Item", "x"), "entities/Item.csv", 1, "", "no class", "class"),
    "unknown class of relations": (
        lambda f: f.relation("Provisions", item="hbm"),
        "statements/Provisions.csv",
        1,
        "",
        "no class",
        "Provision",
    ),
    "unknown statement ended": (
        lambda f: f.end("abcdef", "2025"),
        "ends.csv",
        2,
        "statement",
        "no statement 'abcdef'",
        "IRI",
    ),
    "unknown statement corrected": (
        lambda f: f.correction("abcdef", "dropped"),
        "corrections.csv",
        2,
        "statement",
        "no statement",
        "IRI",
    ),
    "unknown kind of correction": (
        lambda f: f.correction("abcdef", "droped"),
        "corrections.csv",
        2,
        "kind",
        "no kind 'droped'",
        "dropped",
    ),
    "replaced by nothing": (
        lambda f: f.correction("abcdef", "replaced", replacement=""),
        "corrections.csv",
        2,
        "replacement",
        "no statement",
        "IRI",
    ),
    "end without source": (
        lambda f: f.end("abcdef", "2025", "reporrt"),
        "ends.csv",
        2,
        "source",
        "no source",
        "report",
    ),
    "end without date": (lambda f: f.end("abcdef", ""), "ends.csv", 2, "date", "date is missing", "first day"),
    "end with a bad date": (lambda f: f.end("abcdef", "soon"), "ends.csv", 2, "date", "no EDTF date", "2025"),
    "bad publication date": (
        lambda f: f.source("x", published="spring"),
        "sources.yaml",
        0,
        "x",
        "no EDTF date",
        "2025",
    ),
    "source without title": (
        lambda f: f.source("x", title=""),
        "sources.yaml",
        0,
        "x",
        "title is missing",
        "own title",
    ),
    "unknown field of a source": (
        lambda f: f.source("x", publishd="2025"),
        "sources.yaml",
        0,
        "x",
        "unknown field 'publishd'",
        "published",
    ),
    "batch without licence": (lambda f: f.batch.pop("licence"), "batch.yaml", 1, "licence", "missing", "SPDX"),
    "batch of no day": (
        lambda f: f.batch.update(recorded="lately"),
        "batch.yaml",
        1,
        "recorded",
        "is no day",
        "YYYY-MM-DD",
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_mistake(name: str, good: FactsFolder, schema: Schema) -> None:
    break_, file, line, column, problem, expected = ROWS[name]
    break_(good)
    found = [m for m in mistakes(good, schema) if (m.file, m.column) == (file, column) and problem in m.problem]
    assert len(found) == 1, name
    assert found[0].line == line or not line
    assert expected in str(found[0])
    assert str(found[0]).startswith(f"{file}:{found[0].line}")


FILES: dict[str, tuple[Callable[[bytes], bytes], str, int, str]] = {
    "byte-order mark": (lambda raw: b"\xef\xbb\xbf" + raw, "byte-order mark", 1, ""),
    "semicolons": (lambda raw: raw.replace(b",", b";"), "not separated by commas", 1, ""),
    "tabs": (lambda raw: raw.replace(b",", b"\t"), "not separated by commas", 1, ""),
    "Latin-1": (lambda raw: raw.replace(b"test:1", "t\u00e9st".encode("latin-1")), "not UTF-8 (byte 0xe9)", 2, ""),
    "UTF-16": (lambda raw: raw.decode().encode("utf-16"), "not UTF-8", 1, ""),
    "empty": (lambda raw: b"", "the file is empty", 1, ""),
    "unknown column": (lambda raw: raw.replace(b"subject", b"subjekt"), "unknown column 'subjekt'", 1, "subjekt"),
    "missing column": (lambda raw: raw.replace(b"subject", b"subjekt"), "column 'subject' is missing", 1, "subject"),
    "column twice": (lambda raw: raw.replace(b"object", b"subject"), "column 'subject' stands twice", 1, "subject"),
    "too few cells": (lambda raw: raw.replace(b"asml,", b""), "5 cells", 2, ""),
    "too many cells": (lambda raw: raw.rstrip(b"\n") + b",x\n", "7 cells", 2, ""),
    "blanks": (lambda raw: raw.replace(b"asml,", b"asml ,"), "blanks before or after", 2, "subject"),
    "typographic quote": (
        lambda raw: raw.replace(b"asml,", "“asml”,".encode()),
        "typographic quotation mark",
        2,
        "subject",
    ),
    "open quote": (lambda raw: raw.replace(b"asml,", b'"asml,'), "no valid CSV", 2, ""),
}


@pytest.mark.parametrize("name", FILES)
def test_mistake_of_a_file(name: str, good: FactsFolder, schema: Schema) -> None:
    change, problem, line, column = FILES[name]
    path = good.write() / "statements/topic.csv"
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(FactsRefused) as caught:
        read_facts(good.path, schema)
    found = [m for m in caught.value.mistakes if m.file == "statements/topic.csv" and problem in m.problem]
    assert [(m.line, m.column) for m in found] in ([(line, column)], [(line, column)] * 2)
    assert found[0].expected


def test_lines_are_counted_over_cells_of_several_lines(good: FactsFolder, schema: Schema) -> None:
    good.plain("asml", "ticker", "A", note="one\ntwo\nthree")
    good.plain("asml", "ticker", "B", status="none")
    (found,) = mistakes(good, schema)
    assert (found.line, found.column) == (6, "status")


def test_all_mistakes_are_reported_at_once_and_nothing_is_built(
    good: FactsFolder, schema: Schema, tmp_path: Path
) -> None:
    good.plain("asmll", "ticker", "A")
    good.plain("asml", "ticker", "B", source="nowhere", valid_from="soon")
    good.relation("Provision", item="hbm", provider="smic", share="x")
    good.entity("Chip", "ascend-910c")
    good.source("x", published="spring")
    found = mistakes(good, schema)
    places = {(m.file, m.column) for m in found}
    assert places == {
        (PLAIN, "subject"),
        (PLAIN, "source"),
        (PLAIN, "valid_from"),
        (PROVISION, "share"),
        ("entities/Chip.csv", "id"),
        ("sources.yaml", "x"),
    }
    cache = tmp_path / "cache"
    cache.mkdir()
    with pytest.raises(FactsRefused, match=r"6 mistakes in the rows; nothing was built"):
        build_folder(good.path, cache)
    assert list(cache.iterdir()) == []


def test_missing_yaml_files(tmp_path: Path, schema: Schema) -> None:
    with pytest.raises(FactsRefused) as caught:
        read_facts(tmp_path, schema)
    assert {m.file for m in caught.value.mistakes} == {"batch.yaml", "sources.yaml"}


@pytest.mark.parametrize(
    ("text", "line"), [("a: {title: x}\na: {title: y}\n", 2), ("a: [\n", None), ("- a\n", 1), ("a: text\n", 1)]
)
def test_broken_yaml(text: str, line: int | None, good: FactsFolder, schema: Schema) -> None:
    (good.write() / "sources.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(FactsRefused) as caught:
        read_facts(good.path, schema)
    first = next(m for m in caught.value.mistakes if m.file == "sources.yaml")
    assert line is None or first.line == line


# ---- cases that found something -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["1_600", "１６００"])
def test_a_number_in_other_digits_is_refused(cell: str, good: FactsFolder, schema: Schema) -> None:
    """Regression: Python's underscores and full-width digits pass for plain numbers."""
    good.plain("ascend-910c", "dieArea", cell)
    assert [m.column for m in mistakes(good, schema)] == ["object"]


def test_half_a_chip_is_refused(good: FactsFolder, schema: Schema) -> None:
    """Regression: an integer property takes a fraction; the literal is invalid and reading it as a number fails later."""
    good.plain("ascend-910c", "chipCount", "2.5")
    assert [m.column for m in mistakes(good, schema)] == ["object"]


@pytest.mark.parametrize(("name", "fields"), [("two words", {}), ("a<b", {}), ("x", {"series": "country groups"})])
def test_a_source_that_makes_no_iri_is_refused(
    name: str, fields: dict[str, str], good: FactsFolder, schema: Schema, tmp_path: Path
) -> None:
    """Regression: the id and series of a source become IRIs unchecked; the build ends in a ValueError."""
    good.source(name, **fields)
    good.plain("asml", "ticker", "A", source=name)
    with pytest.raises(FactsRefused):
        build_folder(good.write(), tmp_path / "cache")


def test_yaml_with_control_characters_is_a_mistake(good: FactsFolder, schema: Schema) -> None:
    """Regression: the YAML reader's own error has no line and escapes."""
    (good.write() / "sources.yaml").write_bytes(b"a: {title: 'x\x07y'}\n")
    with pytest.raises(FactsRefused):
        read_facts(good.path, schema)


@pytest.mark.parametrize("name", ["end.csv", "statements/Claim.CSV", "entities/Company.tsv"])
def test_a_file_that_is_not_read_is_reported(name: str, good: FactsFolder, schema: Schema) -> None:
    """Regression: a file whose name is misspelt is passed over in silence, and its rows are missing."""
    (good.write() / name).write_text("statement,date,source,note,origin\n", encoding="utf-8")
    with pytest.raises(FactsRefused):
        read_facts(good.path, schema)
