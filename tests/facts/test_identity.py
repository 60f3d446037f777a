"""Identity: what makes a statement and a relation node the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.facts.model import Facts, Statement
from tests.helpers import FactsFolder, iri_of

Read = Callable[[FactsFolder], Facts]


@pytest.fixture
def firm(folder: FactsFolder) -> FactsFolder:
    folder.entities("Country", "NLD", "CHN")
    folder.entities("Company", "asml", "smic")
    folder.entities("Component", "hbm")
    folder.entities("Chip", "chip-x")
    folder.source("other", published="2021")
    return folder


def provision(firm: FactsFolder, read: Read, **cells: str) -> Statement:
    """The statement of one provision row."""
    firm.tables.pop("statements/Provision.csv", None)
    origin = firm.relation("Provision", **{"item": "hbm", "provider": "smic", "period": "2024", **cells})
    facts = read(firm)
    return facts.statements[iri_of(facts, origin)]


@pytest.mark.parametrize(
    "cells",
    [
        {"passage": "It says so."},
        {"quote": "so"},
        {"note": "doubtful"},
        {"valid_until": "2026"},
        {"status": "derived", "source": "report"},
        {"first_public": "2019-01-01"},
        {"recorded": "2025-01-01"},
        {"origin": "elsewhere:1"},
        {"share": "40"},
        {"capability": "7 nm"},
        {"node_class": "7 nm"},
        {"production_status": "in production"},
    ],
    ids=str,
)
def test_what_may_be_mended(cells: dict[str, str], firm: FactsFolder, read: Read) -> None:
    assert provision(firm, read, **cells).iri == provision(firm, read).iri


@pytest.mark.parametrize(
    "cells",
    [
        {"source": "other"},
        {"valid_from": "2020"},
        {"period": "2025"},
        {"share_basis": "revenue"},
        {"site_country": "CHN"},
        {"site_country": "CHN | NLD"},
        {"status": "unverified", "to_check_in": "a document", "source": ""},
    ],
    ids=str,
)
def test_what_makes_another_statement_of_the_same_relation(
    cells: dict[str, str], firm: FactsFolder, read: Read
) -> None:
    other, plain = provision(firm, read, **cells), provision(firm, read)
    assert other.iri != plain.iri
    assert other.subject == plain.subject


@pytest.mark.parametrize("cells", [{"provider": "asml"}, {"item": "chip-x"}], ids=str)
def test_other_ends_make_another_relation(cells: dict[str, str], firm: FactsFolder, read: Read) -> None:
    other, plain = provision(firm, read, **cells), provision(firm, read)
    assert other.iri != plain.iri
    assert other.subject != plain.subject


def test_the_order_of_several_values_is_no_matter(firm: FactsFolder, read: Read) -> None:
    assert provision(firm, read, site_country="CHN | NLD").iri == provision(firm, read, site_country="NLD|CHN").iri


def test_unverified_statements_are_told_apart_by_what_to_check(firm: FactsFolder, read: Read) -> None:
    first, second = (provision(firm, read, status="unverified", to_check_in=d) for d in ("one document", "another"))
    assert first.iri != second.iri


def test_two_sources_share_a_relation_node(firm: FactsFolder, read: Read) -> None:
    for source in ("report", "other"):
        firm.relation("Provision", item="hbm", provider="smic", source=source)
    facts = read(firm)
    assert len(facts.statements) == 2
    assert len({s.subject for s in facts.statements.values()}) == 1


def test_text_with_a_bar_is_one_value(firm: FactsFolder, read: Read) -> None:
    origin = firm.plain("asml", "roleNote", "makes a | b")
    facts = read(firm)
    assert facts.statements[iri_of(facts, origin)].object.lexical == "makes a | b"


def test_an_identifier_does_not_depend_on_the_way_it_is_written(firm: FactsFolder, read: Read) -> None:
    iris = set()
    for subject in ("asml", "company/asml", "https://w3id.org/chokepoint/id/company/asml"):
        firm.tables.pop("statements/topic.csv", None)
        iris.add(_ticker(firm, read, subject))
    assert len(iris) == 1


def _ticker(firm: FactsFolder, read: Read, subject: str) -> str:
    origin = firm.plain(subject, "ticker", "A")
    return iri_of(read(firm), origin)
