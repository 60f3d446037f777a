"""Countries by any of their codes, and those that are no more: what an unknown id is answered with."""

from __future__ import annotations

import pytest

from kg.errors import UnknownId
from kg.facts.countries import alpha3, withdrawn
from kg.facts.index import EntityIndex
from kg.facts.model import Entity
from kg.schema import Schema
from kg.terms import entity_iri

NAMES = {"CHN": "China", "CAN": "Canada", "IRN": "Iran", "SUR": "Suriname", "YEM": "Yemen"}


@pytest.fixture
def index(schema: Schema) -> EntityIndex:
    entities = [Entity(entity_iri("Country", code), "Country", code, name) for code, name in NAMES.items()]
    return EntityIndex(schema, [*entities, Entity(entity_iri("Company", "cann"), "Company", "cann", "Cann")])


def refused(index: EntityIndex, text: str, within: str = "Country") -> UnknownId:
    with pytest.raises(UnknownId) as caught:
        index.resolve(text, within, "country")
    return caught.value


@pytest.mark.parametrize("text", ["CN", "cn", "chn", "China", "156"])
def test_another_code_of_a_country_leads_to_it_alone(index: EntityIndex, text: str) -> None:
    assert refused(index, text).detail["nearest"] == ["CHN"]


def test_a_country_the_release_does_not_hold_is_not_suggested(index: EntityIndex) -> None:
    assert alpha3("NL") == "NLD"
    assert "NLD" not in refused(index, "NL").detail["nearest"]


def test_where_no_country_is_meant_its_code_means_nothing(index: EntityIndex) -> None:
    assert refused(index, "CN", "Company").detail["nearest"] == ["cann"]


@pytest.mark.parametrize(
    ("text", "day"), [("YUG", "2003-07-23"), ("SUN", "1992-08-30"), ("CSK", "1993-06-15")]
)
def test_a_country_that_no_longer_exists_is_told_as_such(index: EntityIndex, text: str, day: str) -> None:
    said = withdrawn(text)
    assert "withdrawn from ISO 3166-1" in said
    assert day in said
    assert said in refused(index, text).message


def test_a_withdrawn_code_that_is_given_again_means_the_country_of_today(index: EntityIndex) -> None:
    """`YE` was listed as withdrawn with Democratic Yemen's `YD`; a code in use is never told as withdrawn."""
    assert refused(index, "YE").detail["nearest"] == ["YEM"]
    assert "withdrawn" not in refused(index, "YE").message


def test_neither_code_nor_name(index: EntityIndex) -> None:
    assert (alpha3(""), withdrawn(""), alpha3("Atlantis"), withdrawn("Atlantis")) == ("", "", "", "")
