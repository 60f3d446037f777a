"""What is left of a market of kinds: worked out by hand, and against a count over small trees of kinds."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.facts.reader import read_facts
from kg.schema import Schema
from kg.store.dataset import Dataset
from kg.store.release import Release
from tests.helpers import FactsFolder, ask, dataset_of

Opened = Callable[[FactsFolder], Dataset]
DAY = {"asOf": "2026-11-24", "knownOn": "2026-11-24"}


def markets(dataset: Dataset, item: str, *removed: str) -> dict[str, Any]:
    answer = ask(dataset, "feasibility", item=item, removed=removed, **DAY).answer
    return {m.item.id: m for m in answer.markets}


@pytest.fixture
def scanners(folder: FactsFolder) -> FactsFolder:
    """Scanners of three kinds; the third has two kinds of its own, and no size."""
    folder.entities("Company", "asml", "nikon")
    folder.entities("Tool", "scanner", "euv", "immersion", "maskless", "beam", "laser", "track")
    for kind in ("euv", "immersion", "maskless"):
        folder.relation("Variant", item="scanner", variant=kind, substitutable="unknown")
    for kind in ("beam", "laser"):
        folder.relation("Variant", item="maskless", variant=kind, substitutable="unknown")
    for kind in ("euv", "immersion", "beam", "laser"):
        folder.relation("Provision", item=kind, provider="asml" if kind == "euv" else "nikon")
    for item, size in (("scanner", 200), ("euv", 100), ("immersion", 50), ("beam", 20), ("laser", 5)):
        folder.plain(item, "marketSize", str(size), valid_from="2025")
    return folder


def test_a_lost_kind_takes_its_part_of_the_stated_whole(scanners: FactsFolder, opened: Opened) -> None:
    (market,) = markets(opened(scanners), "scanner", "immersion").values()
    assert (market.size, market.unit, market.year, market.stated) == (200, "USD", "2025", True)
    assert (market.remaining, market.unassigned) == (75, 12.5)  # 200 holds 25 that is none of the kinds
    assert market.remaining_of_kinds == 71.4286  # 125 of 175
    assert (market.kinds_left, len(market.kinds)) == (2, 3)
    assert {k.item.id: (k.lost, k.size, k.share, k.share_lost) for k in market.kinds} == {
        "euv": (False, 100, 50, 0),
        "immersion": (True, 50, 25, 25),
        "maskless": (False, 25, 12.5, 0),
    }
    assert [s.valid_from for s in market.statements] == ["2025"]
    assert [len(k.statements) for k in sorted(market.kinds, key=lambda k: k.item.id)] == [1, 1, 2]


def test_a_kind_of_a_kind_takes_its_part_at_every_level(scanners: FactsFolder, opened: Opened) -> None:
    found = markets(opened(scanners), "scanner", "beam")
    assert (found["scanner"].remaining, found["scanner"].kinds_left) == (90, 3)
    assert (found["maskless"].remaining, found["maskless"].stated, found["maskless"].size) == (20, False, 25)
    assert list(found) == ["maskless", "scanner"]


def test_a_kind_is_lost_with_its_only_maker(scanners: FactsFolder, opened: Opened) -> None:
    (market,) = markets(opened(scanners), "scanner", "asml").values()
    assert market.remaining == 50


def test_nothing_is_said_where_no_kind_is_lost(scanners: FactsFolder, opened: Opened) -> None:
    assert markets(opened(scanners), "scanner") == {}
    assert markets(opened(scanners), "scanner", "track") == {}


def test_without_a_size_of_a_lost_kind_the_share_is_null_and_the_count_stands(
    scanners: FactsFolder, opened: Opened
) -> None:
    scanners.tables["statements/topic.csv"] = [
        row for row in scanners.tables["statements/topic.csv"] if row["subject"] != "immersion"
    ]
    (market,) = markets(opened(scanners), "scanner", "immersion").values()
    assert (market.remaining, market.remaining_of_kinds, market.unassigned) == (None, None, None)
    assert (market.kinds_left, len(market.kinds)) == (2, 3)
    (other,) = markets(opened(scanners), "scanner", "euv").values()
    assert (other.remaining, other.remaining_of_kinds) == (50, None)


def test_sizes_of_two_years_are_not_weighed_against_each_other(scanners: FactsFolder, opened: Opened) -> None:
    scanners.plain("scanner", "marketSize", "300", valid_from="2026")
    (market,) = markets(opened(scanners), "scanner", "immersion").values()
    assert (market.year, market.size, market.remaining) == ("2026", 300, None)
    scanners.plain("immersion", "marketSize", "30", valid_from="2026")
    (later,) = markets(opened(scanners), "scanner", "immersion").values()
    assert (later.remaining, later.remaining_of_kinds) == (90, None)


def test_without_a_stated_whole_the_newest_year_of_all_kinds_counts(scanners: FactsFolder, opened: Opened) -> None:
    scanners.plain("beam", "marketSize", "30", valid_from="2026")
    (market,) = markets(opened(scanners), "maskless", "beam").values()
    assert (market.year, market.size, market.remaining) == ("2025", 25, 20)


def test_kinds_that_are_kinds_of_each_other_have_no_size_but_an_answer(folder: FactsFolder, opened: Opened) -> None:
    folder.entities("Tool", "one", "two", "three")
    for item, kind in (("one", "two"), ("two", "one"), ("one", "three")):
        folder.relation("Variant", item=item, variant=kind, substitutable="unknown")
    folder.plain("three", "marketSize", "10", valid_from="2025")
    found = markets(opened(folder), "one", "three")
    assert found["one"].remaining is None
    assert [(k.item.id, k.lost) for k in found["one"].kinds] == [("three", True), ("two", False)]


NAMES = tuple("abcdefg")


@st.composite
def trees(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, int], str]:
    """(parent of each kind, sizes of some, the item removed)."""
    parents = {name: draw(st.sampled_from(NAMES[:n])) for n, name in enumerate(NAMES) if n}
    sizes = {name: draw(st.integers(1, 50)) for name in NAMES if draw(st.booleans())}
    return parents, sizes, draw(st.sampled_from(NAMES[1:]))


def size_of(name: str, parents: dict[str, str], sizes: dict[str, int]) -> Fraction | None:
    below = [k for k, above in parents.items() if above == name]
    if name in sizes:
        return Fraction(sizes[name])
    parts = [size_of(k, parents, sizes) for k in below]
    return sum(parts, Fraction(0)) if below and None not in parts else None  # type: ignore[arg-type]


@settings(max_examples=150)
@given(tree=trees())
def test_what_is_left_is_the_whole_without_what_the_lost_kinds_take(
    tree: tuple[dict[str, str], dict[str, int], str], measure: Callable[..., dict[str, Any]]
) -> None:
    parents, sizes, removed = tree

    def kids(name: str) -> list[str]:
        return [kind for kind, above in parents.items() if above == name]

    def lost(name: str) -> bool:
        return name == removed or (bool(kids(name)) and all(map(lost, kids(name))))

    def loss(name: str) -> Fraction | None:
        if lost(name):
            return size_of(name, parents, sizes)
        parts = [loss(kind) for kind in kids(name)]
        return None if None in parts else sum(parts, Fraction(0))  # type: ignore[arg-type]

    found = measure(parents, sizes, removed)
    chain = [removed]
    while chain[-1] in parents:
        chain.append(parents[chain[-1]])
    assert set(found) == set(chain[1:])
    for above in chain[1:]:
        whole, losses = size_of(above, parents, sizes), [loss(kind) for kind in kids(above)]
        if not whole or None in losses:
            assert found[above].remaining is None
        else:
            left = 100 - 100 * sum(losses, Fraction(0)) / whole  # type: ignore[arg-type]
            assert found[above].remaining == pytest.approx(max(0.0, float(left)), abs=1e-4)


@pytest.fixture
def measure(tmp_path: Path, schema: Schema, tiny_release: Release) -> Callable[..., dict[str, Any]]:
    """Markets of a tree of kinds without one of them."""

    def made(parents: dict[str, str], sizes: dict[str, int], removed: str) -> dict[str, Any]:
        folder = FactsFolder(Path(tempfile.mkdtemp(dir=tmp_path)))
        folder.entities("Tool", *NAMES)
        for kind, above in parents.items():
            folder.relation("Variant", item=above, variant=kind, substitutable="yes")
        for name, size in sizes.items():
            folder.plain(name, "marketSize", str(size), valid_from="2025")
        return markets(dataset_of(schema, read_facts(folder.write(), schema), tiny_release), "a", removed)

    return made
