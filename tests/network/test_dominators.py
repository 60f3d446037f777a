"""Dominators: both versions against taking each node away, against networkx, and on graphs whose answer is known."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.network.csr import Csr
from kg.network.kernels import dispatch
from kg.network.kernels.dominators import dominators, dominators_between

SIZE = 8
Pairs = list[tuple[int, int]]

pairs = st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)), max_size=26)
"""Edges with self-loops, parallel ones, cycles and unreached nodes."""


def graph_of(edges: Pairs, size: int = SIZE) -> Csr:
    return Csr.of([u for u, _ in edges], [v for _, v in edges], nodes=size)


def mask_over(csr: Csr, dropped: set[tuple[int, int]]) -> np.ndarray:
    """A mask that leaves out all edges between some pairs."""
    ends = zip(csr.tails().tolist(), csr.heads.tolist(), strict=True)
    return np.array([e not in dropped for e in ends], dtype=np.bool_)


def reached(edges: Pairs, source: int, without: int | None = None) -> set[int]:
    """What a source reaches when a node is taken away."""
    found = {source} - {without}
    while True:
        more = {v for u, v in edges if u in found and v != without} - found
        if not more:
            return found
        found |= more


def by_removal(edges: Pairs, source: int, size: int = SIZE) -> list[int]:
    """Immediate dominators from the definition: those that cut a node off when taken away; the last is the one that all others cut off."""
    whole = reached(edges, source)
    cut_off = {d: whole - reached(edges, source, without=d) - {d} for d in whole}
    over = {v: {d for d in whole if v in cut_off[d]} for v in whole}
    answer = [-1] * size
    answer[source] = source
    for v in whole - {source}:
        (answer[v],) = [d for d in over[v] if over[d] | {d} == over[v] or (d == source and over[v] == {source})]
    return answer


@pytest.fixture(params=[False, True], ids=["twin", "compiled"])
def both(request: pytest.FixtureRequest):
    """Runs a test with each version."""
    with dispatch.using(compiled=request.param):
        yield


@pytest.mark.usefixtures("both")
@settings(max_examples=300)
@given(pairs, st.integers(0, SIZE - 1))
def test_a_dominator_is_what_cuts_off_when_taken_away(edges: Pairs, source: int) -> None:
    csr = graph_of(edges)
    expected = by_removal(edges, source)
    found = dominators(csr, source)
    assert found.dtype == np.int32
    assert found.tolist() == expected
    for target in range(SIZE):
        between = dominators_between(found, source, target)
        whole = reached(edges, source)
        assert set(between) == {
            d for d in whole - {source, target} if target in whole and target not in reached(edges, source, without=d)
        }


@pytest.mark.usefixtures("both")
@given(pairs, st.sets(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)), max_size=12))
def test_a_mask_is_the_smaller_graph(edges: Pairs, dropped: set[tuple[int, int]]) -> None:
    csr = graph_of(edges)
    smaller = graph_of([e for e in edges if e not in dropped])
    assert dominators(csr, 0, mask_over(csr, dropped)).tolist() == dominators(smaller, 0).tolist()


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize("seed", range(20))
def test_as_networkx(seed: int) -> None:
    graph = nx.gnp_random_graph(120, (0.5 + seed / 5) / 60, seed=seed, directed=True)
    graph.add_edges_from((v, v) for v in range(0, 120, 7))
    expected = nx.immediate_dominators(graph, 0) | {0: 0}
    found = dominators(Csr.of_networkx(graph), 0).tolist()
    assert found == [expected.get(v, -1) for v in range(120)]


def test_both_versions_agree_on_large_graphs() -> None:
    """Long chains with jumps back and forth, where ways are shortened over and over; and a random one with every fifth edge left out."""
    n = 30_000
    rng = np.random.default_rng(5)
    steps = np.arange(n - 1)
    jumps = rng.integers(0, n, (2, n // 3))
    for tails, heads in (
        (np.concatenate([steps, jumps[0]]), np.concatenate([steps + 1, np.minimum(jumps[0] + jumps[1] % 50, n - 1)])),
        (np.concatenate([steps, jumps[0]]), np.concatenate([steps + 1, np.maximum(jumps[0] - jumps[1] % 900, 0)])),
        (rng.integers(0, n, 2 * n), rng.integers(0, n, 2 * n)),
    ):
        csr = Csr.of(tails, heads, nodes=n)
        mask = rng.random(csr.edges) < 0.98
        mask[: csr.edges // 50] = True
        answers = []
        for compiled in (False, True):
            with dispatch.using(compiled=compiled):
                answers.append((dominators(csr, 0).tolist(), dominators(csr, 0, mask).tolist()))
        assert answers[0] == answers[1]
        assert max(answers[0][0]) > 0


@pytest.mark.usefixtures("both")
def test_known_graphs() -> None:
    n = 9
    path = [(v, v + 1) for v in range(n - 1)]
    assert dominators(graph_of(path, n), 0).tolist() == [0, *range(n - 1)]
    assert dominators(graph_of(path, n), 4).tolist() == [-1] * 4 + [4, 4, 5, 6, 7]
    ring = [*path, (n - 1, 0)]
    assert dominators(graph_of(ring, n), 0).tolist() == [0, *range(n - 1)]
    assert dominators_between(dominators(graph_of(ring, n), 5), 5, 2) == [6, 7, 8, 0, 1]
    bipartite = [(0, v) for v in (1, 2, 3)] + [(u, v) for u in (1, 2, 3) for v in (4, 5, 6)]
    assert dominators(graph_of(bipartite, 7), 0).tolist() == [0] * 7
    rungs = 5  # two rails; every step along or across: nothing but the source is on every way
    ladder = [(s + 2 * k, s + 2 * k + 2) for k in range(rungs - 1) for s in (0, 1)]
    ladder += [(2 * k, 2 * k + 1) for k in range(rungs)] + [(2 * k + 1, 2 * k) for k in range(rungs)]
    assert dominators(graph_of(ladder, 2 * rungs), 0).tolist() == [0, 0, 0] + [0] * (2 * rungs - 3)
    hourglass = [(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (3, 5), (4, 6), (5, 6), (6, 7)]
    assert dominators_between(dominators(graph_of(hourglass, 8), 0), 0, 7) == [3, 6]
    assert dominators(graph_of([], 1), 0).tolist() == [0]
    assert dominators(graph_of([(0, 0), (0, 0)], 2), 0).tolist() == [0, -1]


@pytest.mark.usefixtures("both")
def test_a_long_chain_is_no_recursion() -> None:
    n = 60_000
    csr = Csr.of(np.arange(n - 1), np.arange(1, n), nodes=n)
    assert dominators(csr, 0).tolist() == [0, *range(n - 1)]


@pytest.mark.usefixtures("both")
def test_bad_arguments() -> None:
    csr = graph_of([(0, 1)], 2)
    for source in (-1, 2):
        with pytest.raises(ValueError, match="none of 2"):
            dominators(csr, source)
    with pytest.raises(ValueError, match="mask"):
        dominators(csr, 0, np.ones(2, np.bool_))
