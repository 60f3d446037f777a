"""The arrays: sorted, small, the same whatever order the edges come in, and clear about what they do not take."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.network.csr import Csr
from kg.network.kernels.dispatch import using
from tests.network.graphs import Made, large, multigraphs

ARRAYS = ("offsets", "heads", "relations", "shares", "reverse_offsets", "reverse_tails")
VERSIONS = pytest.mark.parametrize("compiled", [False, True])


def rows_of(csr: Csr) -> list[tuple[int, int, int, float | None]]:
    columns = (csr.tails().tolist(), csr.heads.tolist(), csr.relations.tolist(), csr.shares.tolist())
    return [(u, v, r, None if np.isnan(s) else s) for u, v, r, s in zip(*columns, strict=True)]


@VERSIONS
@given(multigraphs())
def test_edges_are_sorted_and_none_is_lost(compiled: bool, made: Made) -> None:
    with using(compiled):
        csr = made.csr
    assert rows_of(csr) == sorted(made.rows, key=lambda row: row[:3])  # those that are equal stay in the order given
    assert (csr.nodes, csr.edges) == (made.nodes, len(made.rows))
    back = [
        (u, v)
        for v in range(csr.nodes)
        for u in csr.reverse_tails[csr.reverse_offsets[v] : csr.reverse_offsets[v + 1]].tolist()
    ]
    assert back == sorted(((u, v) for u, v, _, _ in made.rows), key=lambda pair: (pair[1], pair[0]))


@VERSIONS
@given(multigraphs(), st.randoms(use_true_random=False))
def test_the_order_edges_come_in_does_not_matter(compiled: bool, made: Made, random: object) -> None:
    rows = list(dict.fromkeys((u, v, r, None) for u, v, r, _ in made.rows))
    shuffled = list(rows)
    random.shuffle(shuffled)
    with using(compiled):
        first, second = Made(made.nodes, tuple(rows), None).csr, Made(made.nodes, tuple(shuffled), None).csr
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))


@VERSIONS
@given(multigraphs())
def test_a_mask_is_read_both_ways(compiled: bool, made: Made) -> None:
    csr, mask = made.csr, made.mask
    with using(compiled):
        backwards = csr.mask_of(mask, reverse=True)
    if mask is None or mask.all():
        assert len(backwards) == len(csr.mask_of(mask)) == 0
        return
    edges = sorted(zip(csr.heads.tolist(), range(csr.edges), strict=True))
    assert backwards.tolist() == [bool(mask[e]) for _, e in edges]
    assert csr.mask_of(mask).tolist() == mask.tolist()


@given(multigraphs())
def test_rows_of_one_node_and_one_pair(made: Made) -> None:
    csr, mask = made.csr, made.mask
    rows = rows_of(csr)
    for v in range(made.nodes):
        assert csr.into(v) == [e for e, row in enumerate(rows) if row[1] == v]
        for u in range(made.nodes):
            assert list(range(*csr.span(u, v))) == [e for e, row in enumerate(rows) if row[:2] == (u, v)]
    ahead = [sorted({v for u, v in made.pairs if u == n}) for n in range(made.nodes)]
    behind = [sorted({u for u, v in made.pairs if v == n}) for n in range(made.nodes)]
    assert csr.neighbours(mask) == ahead
    assert csr.neighbours(mask, reverse=True) == behind


def test_rows_of_a_large_graph_are_made_when_asked_for() -> None:
    csr = large(3, 6_000)
    mask = np.random.default_rng(4).random(csr.edges) < 0.5
    for given_mask in (None, mask):
        for reverse in (False, True):
            rows = csr.neighbours(given_mask, reverse)
            assert not isinstance(rows, list)
            assert len(rows) == csr.nodes
            assert [rows[n] for n in range(csr.nodes)] == rows.lists()


@given(multigraphs())
def test_what_networkx_holds_becomes_arrays(made: Made) -> None:
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(made.nodes))
    for u, v, relation, share in dict.fromkeys(made.rows):
        graph.add_edge(u, v, key=relation, share=share)
    csr = Csr.of_networkx(graph)
    keys = sorted({k for _, _, k in graph.edges(keys=True)})
    assert rows_of(csr) == sorted((u, v, keys.index(k), s) for u, v, k, s in graph.edges(keys=True, data="share"))
    assert csr.nodes == made.nodes


def test_undirected_edges_become_two_and_an_order_is_kept() -> None:
    graph = nx.Graph([("b", "a"), ("c", "c")])
    assert [row[:2] for row in rows_of(Csr.of_networkx(graph, ["c", "b", "a"]))] == [(0, 0), (1, 2), (2, 1)]


def test_at_most_sixteen_bytes_an_edge_at_a_million_edges() -> None:
    csr = large(1, 100_000)
    assert csr.edges == 1_000_000
    assert csr.nbytes == sum(getattr(csr, name).nbytes for name in ARRAYS)
    assert csr.nbytes / csr.edges <= 16


def test_large_graphs_are_laid_out_alike() -> None:
    with using(compiled=False):
        plain = large(2, 8_000)
    with using(compiled=True):
        fast = large(2, 8_000)
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(plain, name), getattr(fast, name))


def test_arrays_cannot_be_changed() -> None:
    csr = Csr.of([0], [1])
    for name in ARRAYS:
        with pytest.raises(ValueError, match="read-only"):
            getattr(csr, name)[0] = 1


@VERSIONS
def test_no_edges_and_no_nodes(compiled: bool) -> None:
    with using(compiled):
        assert (Csr.of([], []).nodes, Csr.of([], []).edges) == (0, 0)
        assert Csr.of([], [], nodes=3).nodes == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0, 1], [1]), "one length"),
        (([0], [1], [0, 1]), "one length"),
        (([0], [1], None, [1.0, 2.0]), "one length"),
        (([-1], [1]), "tails must be whole numbers from 0"),
        (([0], [2**31]), "heads must be whole numbers from 0"),
        (([0.5], [1]), "tails must be whole numbers"),
        (([[0]], [[1]]), "one list"),
        (([0], [5], None, None, 5), "node 5 is not below the number of nodes, 5"),
        (([0], [1], [256]), "relations must be whole numbers from 0 to 255"),
    ],
)
def test_what_is_no_graph_is_refused(arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Csr.of(*arguments)


@pytest.mark.parametrize("mask", [np.ones(3, np.bool_), np.ones(2, np.int8), np.ones((2, 1), np.bool_)])
def test_what_is_no_mask_is_refused(mask: np.ndarray) -> None:
    with pytest.raises(ValueError, match="one boolean for each of the 2 edges"):
        Csr.of([0, 1], [1, 2]).mask_of(mask)
