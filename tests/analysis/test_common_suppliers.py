"""Common suppliers: networks judged by multiplying matrices, and cases with their answers written out."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import BadArgument, KGError, UnknownId
from kg.schema import Schema
from kg.store.dataset import Dataset
from kg.store.release import Release
from tests.analysis.supply_worlds import CLASS_OF, FIRMS, Row, facts_of, worlds
from tests.helpers import FactsFolder, ask, dataset_of

Opened = Callable[[FactsFolder], Dataset]
TODAY = {"asOf": "2026-11-24", "knownOn": "2026-11-24"}
NAMES = tuple(CLASS_OF)


def depths(rows: list[Row]) -> dict[tuple[str, str], int]:
    """Least hops between any two, by powers of the adjacency matrix."""
    adjacent = np.zeros((len(NAMES), len(NAMES)), dtype=int)
    for row in rows:
        adjacent[NAMES.index(row.tail), NAMES.index(row.head)] = 1
    power, found = np.eye(len(NAMES), dtype=int), {}
    for length in range(len(NAMES) + 1):
        for i, j in zip(*np.nonzero(power), strict=True):
            found.setdefault((NAMES[i], NAMES[j]), length)
        power = (power @ adjacent > 0).astype(int)
    return found


@settings(max_examples=200)
@given(
    rows=worlds(),
    ids=st.lists(st.sampled_from(NAMES), min_size=2, max_size=4, unique=True),
    depth=st.integers(1, 5),
)
def test_suppliers(
    rows: list[Row], ids: list[str], depth: int, schema: Schema, tiny_release: Release, tmp_path: Path
) -> None:
    dataset = dataset_of(schema, facts_of(rows, schema, Path(tempfile.mkdtemp(dir=tmp_path))), tiny_release)
    far = depths(rows)
    wanted = []
    for firm in FIRMS:
        reached = [far.get((each, firm), 0) for each in ids]
        if all(0 < d <= depth for d in reached):
            wanted.append((max(reached), sum(reached), firm, reached))
    answered = ask(dataset, "common-suppliers", ids=ids, maxDepth=depth, **TODAY)
    answer = answered.answer
    got = [(s.depth, s.depth_sum, s.supplier.id, [x.depth for x in s.links]) for s in answer.suppliers]
    assert got == sorted(wanted)
    assert answer.total == len(wanted)
    assert [e.id for e in answer.entities] == ids
    assert answer.verdict == ("documented" if wanted else "undocumented")
    assert {c.node.id for c in answered.meta.coverage} == set(ids)
    for supplier in answer.suppliers:
        seats = {r.head for r in rows if r.relation == "headquarteredIn" and r.tail == supplier.supplier.id}
        assert {c.id for c in supplier.countries} == seats
        for link in supplier.links:
            assert far[link.entity.id, link.hop.from_] == link.depth - 1
            of = [r for r in rows if (r.tail, r.head) == (link.hop.from_, link.hop.to)]
            assert link.hop.to == supplier.supplier.id
            assert len(link.hop.statements) == len(of) > 0
            assert {link.share} - {None} <= {float(r.share) for r in of if r.share}
            assert (link.share is None) == (not any(r.share for r in of))
    owners = [s.supplier.id for s in answer.suppliers if {r for x in s.links for r in x.hop.relations} == {"Ownership"}]
    told = [n for n in answered.meta.notices if n.startswith("Owners")]
    assert bool(told) == bool(owners)
    assert all(owner in told[0] for owner in owners)


# ---- by hand ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def pair(folder: FactsFolder) -> FactsFolder:
    """Two chips of two makers, who both buy from cask; the one part they share has three providers."""
    folder.entities("Chip", "chip-a", "chip-b")
    folder.entities("Component", "part-a")
    folder.entities("Company", "acme", "bolt", "cask", "dune")
    folder.entities("OrganisationGroup", "various")
    folder.entities("Country", "NLD")
    for chip, maker in (("chip-a", "acme"), ("chip-b", "bolt")):
        folder.relation("Fabrication", item=chip, fabricator=maker)
        folder.relation("Requirement", item=chip, requires="part-a")
        folder.relation(
            "Supply", customer=maker, supplier="cask", supplied_item="", share="25", share_basis=f"sales to {maker}"
        )
    folder.relation("Provision", item="part-a", provider="dune", share="0")
    folder.relation("Provision", item="part-a", provider="various", share="100")
    return folder


def test_two_chips(pair: FactsFolder, opened: Opened) -> None:
    answered = ask(opened(pair), "common-suppliers", ids=["chip-a", "chip-b"], **TODAY)
    found = answered.answer.suppliers
    assert [(s.supplier.id, s.depth, s.depth_sum) for s in found] == [("cask", 2, 4), ("dune", 2, 4)]
    assert [(x.hop.from_, x.share, x.share_basis) for x in found[0].links] == [
        ("acme", 25, "sales to acme"),
        ("bolt", 25, "sales to bolt"),
    ]
    assert [(x.hop.from_, x.share) for x in found[1].links] == [("part-a", 0), ("part-a", 0)]
    assert any("1 pseudo-providers" in n for n in answered.meta.notices)
    assert ask(opened(pair), "common-suppliers", ids=["chip-a", "chip-b"], maxDepth=1, **TODAY).answer.total == 0


def test_a_member_of_the_set_is_none_of_its_suppliers(pair: FactsFolder, opened: Opened) -> None:
    dataset = opened(pair)
    assert [
        s.supplier.id for s in ask(dataset, "common-suppliers", ids=["chip-a", "acme"], **TODAY).answer.suppliers
    ] == ["cask"]
    answered = ask(dataset, "common-suppliers", ids=["acme", "cask"], **TODAY)
    assert (answered.answer.verdict, answered.answer.suppliers) == ("undocumented", ())
    assert any("Undocumented" in n for n in answered.meta.notices)


def test_order_and_limit(pair: FactsFolder, opened: Opened) -> None:
    pair.relation("Ownership", owned="cask", owner="dune")
    pair.relation("Supply", customer="acme", supplier="dune", supplied_item="")
    dataset = opened(pair)
    raw = {"ids": ["chip-b", "chip-a", "chip-b"], **TODAY}
    whole = ask(dataset, "common-suppliers", **raw)
    assert [e.id for e in whole.answer.entities] == ["chip-b", "chip-a"]
    assert [s.supplier.id for s in whole.answer.suppliers] == ["cask", "dune"]
    one = ask(dataset, "common-suppliers", limit=1, **raw)
    assert (one.answer.suppliers, one.answer.total) == (whole.answer.suppliers[:1], 2)
    assert one.meta.truncated
    assert not whole.meta.truncated


def test_the_budget_ends_it(seed: Dataset) -> None:
    raw = {"ids": ["nvidia-h100-sxm", "amd-mi300x"], **TODAY}
    whole = ask(seed, "common-suppliers", **raw)
    poor = ask(seed, "common-suppliers", budget=5_000, **raw)
    assert poor.meta.truncated
    assert len(poor.answer.suppliers) < len(whole.answer.suppliers)
    none = ask(seed, "common-suppliers", budget=1, **raw)
    assert none.meta.truncated
    assert none.answer.verdict == "undetermined"
    assert not any("documented here" in n for n in none.meta.notices)


@pytest.mark.parametrize(
    ("raw", "error", "words"),
    [
        ({"ids": ["hbm3", "nothing-like-it"]}, UnknownId, "nothing-like-it"),
        ({"ids": ["hbm3"]}, BadArgument, "two or more"),
        ({"ids": ["hbm3", "component/hbm3"]}, BadArgument, "two or more"),
        ({"ids": []}, BadArgument, "missing"),
        ({"ids": ["hbm3", "cowos-s"], "maxDepth": 0}, BadArgument, "out of range"),
        ({"ids": ["hbm3", "cowos-s"], "maxDepth": 21}, BadArgument, "out of range"),
        ({"ids": [f"x{n}" for n in range(101)]}, BadArgument, "101 values"),
    ],
)
def test_bad_input(raw: dict[str, Any], error: type[KGError], words: str, seed: Dataset) -> None:
    with pytest.raises(error, match=words):
        ask(seed, "common-suppliers", **raw)
