"""Searches nobody should ask for: they end soon, with an error that says why or an answer that says what it left out."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise, permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.analysis.desk import Desk
from kg.analysis.paths import find_paths
from kg.analysis.reach import reach
from kg.errors import BadArgument, UnknownId
from kg.facts.model import Entity, Facts
from kg.network import Edge, Network
from kg.schema import Schema
from kg.store.dataset import Dataset
from kg.store.release import Release
from kg.terms import entity_iri
from tests.helpers import ask, day

SIZE = 40
NODES = [entity_iri("Component", f"n{n:02}") for n in range(SIZE)]


@pytest.fixture
def dense(schema: Schema, tiny_release: Release) -> Callable[[int], Desk]:
    """Desks over a network in which everything depends on everything, twice."""
    entities = {iri: Entity(iri, "Component", f"n{n:02}", f"Node {n}") for n, iri in enumerate(NODES)}
    dataset = Dataset(tiny_release, schema, Facts({}, {}, entities, {}))
    snapshot = dataset.as_of(day("2026-01-01"), day("2026-01-01"))
    laid = [Edge(u, v, r, None, "", ()) for u, v in permutations(NODES, 2) for r in ("Requirement", "Variant")]
    network = Network(snapshot, sorted(laid, key=lambda e: (e.tail, e.head, e.relation)))
    snapshot.shared("network", lambda: network)
    return lambda budget: Desk(snapshot, budget)


@settings(max_examples=25)
@given(
    st.sampled_from(("shortest", "k-shortest", "all")),
    st.integers(1, 1_000),
    st.none() | st.integers(1, 20),
    st.integers(1, 10_000),
    st.sampled_from((0, 10, 1_000, 30_000)),
)
def test_whatever_is_asked_ends_within_the_budget(
    dense: Callable[[int], Desk], mode: str, k: int, max_length: int | None, limit: int, budget: int
) -> None:
    desk = dense(budget)
    answer = find_paths(desk, NODES[0], NODES[-1], mode, k, max_length, limit=limit)
    spent = budget - desk.budget.left
    assert spent <= budget + 2 * SIZE
    assert len(answer.paths) <= min(limit, budget + 1)
    assert (answer.verdict, answer.shortest) == ("documented", 1)
    found = [tuple(NODES.index(ref.iri) for ref in path.nodes) for path in answer.paths]
    assert found == sorted(set(found), key=lambda path: (len(path), path))
    for path in found:
        assert len(set(path)) == len(path)
        assert (path[0], path[-1]) == (0, SIZE - 1)
        assert all(u != v for u, v in pairwise(path))
    wanted = min(k, limit) if mode == "k-shortest" else limit
    most = max_length or {"shortest": 1, "k-shortest": 12, "all": 6}[mode]
    there = 1 if mode == "shortest" or most == 1 else 1 + (SIZE - 2) if most == 2 else 10**9
    if len(found) < min(wanted, there) or (mode != "k-shortest" and there > limit):
        assert desk.truncated
    assert desk.meta().truncated == desk.truncated


def test_a_closure_is_counted_where_it_cannot_be_shown(dense: Callable[[int], Desk]) -> None:
    whole, cut = dense(10**6), dense(SIZE * SIZE * 2 // 16 + 10)
    full, part = (reach(desk, NODES[3], "upstream") for desk in (whole, cut))
    assert (len(full.nodes), whole.truncated) == (SIZE - 1, False)
    assert (part.total, part.by_depth, part.by_class) == (full.total, full.by_depth, full.by_class)
    assert cut.truncated
    assert 0 < len(part.nodes) < len(full.nodes)
    assert part.nodes == full.nodes[: len(part.nodes)]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"k": 0}, "k: "),
        ({"k": 1_000_000}, "k: "),
        ({"k": -3}, "k: "),
        ({"maxLength": 0}, "maxLength: "),
        ({"maxLength": 21}, "maxLength: "),
        ({"limit": 10**9}, "limit: "),
        ({"mode": "longest"}, "mode: "),
        ({"minShare": 101}, "minShare: "),
        ({"relation": "Bogus"}, "relation: "),
        ({"target": "huawei-ascend-910c"}, "same entity"),
        ({"target": "nobody-knows"}, "nobody-knows"),
    ],
)
def test_what_cannot_be_meant_is_said(given: dict[str, Any], message: str, seed: Dataset) -> None:
    arguments = {"source": "huawei-ascend-910c", "target": "NLD", "mode": "all", **given}
    with pytest.raises((BadArgument, UnknownId), match=message):
        ask(seed, "paths", **arguments)


def test_the_ends_of_a_search_differ(dense: Callable[[int], Desk]) -> None:
    with pytest.raises(BadArgument, match="same entity"):
        find_paths(dense(10), NODES[0], NODES[0])
