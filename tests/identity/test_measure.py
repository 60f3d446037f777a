"""Figures of links held against labelled pairs."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import FactsRefused
from kg.identity.links import link_facts
from kg.identity.measure import Pair, measure, read_pairs, table
from tests.identity.making import World


def test_counts_and_shares(world: World) -> None:
    seed = world.firm("seed", "a", "Alpha Optics", at="DEU")
    found = world.firm("x", "x-1", "Alpha Optics GmbH", at="DEU")
    third = world.firm("y", "y-1", "Another Name", "Alpha Optics GmbH", at="DEU")
    asked = world.firm("z", "z-1", "Alpha Optics Systems", at="DEU")
    lost = world.firm("z", "z-2", "Something Else", at="DEU")
    pairs = [
        Pair(found, seed, True, group="x"),
        Pair(third, found, True, "linked through the entity", group="y"),
        Pair(asked, seed, True, group="z"),
        Pair(lost, seed, True, group="z"),
        Pair(third, seed, False, "say it were wrong", group="y"),
        Pair(lost, found, False, group="z"),
    ]
    figures = measure(pairs, link_facts(world.facts(), world.schema, packaged=False))
    assert (len(figures.found), len(figures.missed), len(figures.false), len(figures.kept_apart)) == (2, 2, 1, 1)
    assert figures.precision == pytest.approx(2 / 3)
    assert figures.recall == pytest.approx(1 / 2)
    assert figures.asked == 1
    assert figures.of("x").recall == 1.0
    assert figures.of("z").precision == 1.0


def test_figures_of_nothing(world: World) -> None:
    figures = measure([], link_facts(world.facts(), world.schema, packaged=False))
    assert (figures.precision, figures.recall) == (1.0, 1.0)


def test_the_table_has_a_row_a_group_and_one_of_all(world: World) -> None:
    seed = world.firm("seed", "a", "Alpha Optics", at="DEU")
    found = world.firm("x", "x-1", "Alpha Optics GmbH", at="DEU")
    figures = measure([Pair(found, seed, True, group="x")], link_facts(world.facts(), world.schema, packaged=False))
    assert list(table(figures))[2:] == [
        "| x | 1 | 1 | 0 | 0 | 1.000 | 1.000 |",
        "| all | 1 | 1 | 0 | 0 | 1.000 | 1.000 |",
    ]


def test_a_list_with_mistakes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("record,entity,label,why,group\na/b,c/d,maybe,,\nc/d,a/b,same,,\n", encoding="utf-8")
    with pytest.raises(FactsRefused) as caught:
        read_pairs(path)
    assert "pairs.csv:2:label: 'maybe' is no label" in str(caught.value)
    assert "pairs.csv:3: this pair stands twice" in str(caught.value)
