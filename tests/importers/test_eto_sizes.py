"""Sizes of markets in the ETO data set: which texts are one, and what of them is kept."""

from __future__ import annotations

import datetime as dt

import pytest

from kg.facts.model import Batch, Statement
from kg.importers.eto.sizes import market_size
from kg.importers.eto.tables import Item
from kg.importers.making import Maker
from kg.schema import Schema
from kg.terms import Literal, entity_iri

COLUMN = "market_share_chart_global_market_size_info"
ITEM = Item(entity_iri("Tool", "eto-n19"), "Tool", "eto-n19", "Printers", "tool_resource", "inputs.csv", 2)


def sizes(schema: Schema, text: str, layout: str = "2025", **row: str) -> list[Statement]:
    maker = Maker(schema, Batch("eto", "ETO", "CC-BY-NC-4.0", dt.date(2026, 8, 31)))
    source = maker.source("eto", "ETO", "https://example.org/", "2026-08")
    return list(market_size(maker, source, {COLUMN: text, **row}, ITEM, "inputs:N19", layout))


@pytest.mark.parametrize(
    ("text", "dollars"),
    [
        ("$13 billion (2025)", "13000000000"),
        ("$40.1 million (2025)", "40100000"),
        ("$994 million (2025)", "994000000"),
        ("$1 (2025)", "1"),
        ("about $1 billion (2025)", "1000000000"),
    ],
)
def test_an_amount_is_kept_in_dollars_from_its_year_on(text: str, dollars: str, schema: Schema) -> None:
    (found,) = sizes(schema, text, year="2024")
    assert isinstance(found.object, Literal)
    assert (found.object.lexical, found.valid_from) == (dollars, "2025")
    assert ("approximate" in found.note) == text.startswith("about")
    assert text in found.passage


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Over $70 billion (2025)",
        "$1 billion (sputtering targets)",
        "$56.2 billion (microprocessors) (2025)",
        "13 billion",
        "$13 billions (2025)",
    ],
)
def test_a_bound_another_extent_or_no_amount_is_no_size(text: str, schema: Schema) -> None:
    assert sizes(schema, text) == []


def test_without_a_year_in_the_text_the_column_or_the_release_says_it(schema: Schema) -> None:
    assert [s.valid_from for s in sizes(schema, "$6 billion", year="2019")] == ["2019"]
    (old,) = sizes(schema, "$6 billion", layout="2022")
    assert old.valid_from == "2019"
    assert "mostly the market of 2019" in old.note
    assert [s.valid_from for s in sizes(schema, "$6 billion")] == [""]


def test_the_named_source_is_kept(schema: Schema) -> None:
    (found,) = sizes(schema, "$6 billion (2025)", market_share_chart_source="A market study.")
    assert found.note == "Named source: A market study."
