"""Minimum vertex cuts: both versions against every subset, against networkx, and on graphs whose answer is known."""

from __future__ import annotations

from itertools import combinations, pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kg.network.csr import Csr
from kg.network.kernels import dispatch
from kg.network.kernels.cut import Cut, bounded_vertex_cut, vertex_cut
from tests.network.test_dominators import SIZE, Pairs, both, graph_of, mask_over, pairs

__all__ = ["both"]

TARGET = SIZE - 1


def reaches(edges: Pairs, source: int, target: int, without: set[int]) -> bool:
    found = {source}
    while True:
        more = {v for u, v in edges if u in found and v not in without} - found
        if not more:
            return target in found
        found |= more


def smallest_cuts(edges: Pairs, source: int, target: int, size: int = SIZE) -> list[set[int]]:
    """All cuts of the least size, by trying every set."""
    others = [v for v in range(size) if v not in (source, target)]
    for count in range(len(others) + 1):
        found = [set(c) for c in combinations(others, count) if not reaches(edges, source, target, set(c))]
        if found:
            return found
    raise AssertionError("adjacent")


@pytest.mark.usefixtures("both")
@settings(max_examples=400)
@given(pairs)
def test_the_cut_is_a_smallest_one_and_the_nearest_to_the_source(edges: Pairs) -> None:
    csr = graph_of(edges)
    if (0, TARGET) in edges:
        assert vertex_cut(csr, 0, TARGET) is None
        return
    found = vertex_cut(csr, 0, TARGET)
    assert found is not None
    cuts = smallest_cuts(edges, 0, TARGET)
    assert set(found) in cuts
    assert list(found) == sorted(set(found))

    def side(cut: set[int]) -> set[int]:
        return {v for v in range(SIZE) if v not in cut and reaches(edges, 0, v, cut)}

    assert all(side(set(found)) <= side(cut) for cut in cuts), "no other leaves less on the source's side"


@pytest.mark.usefixtures("both")
@given(pairs, st.sets(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)), max_size=12))
def test_a_mask_is_the_smaller_graph(edges: Pairs, dropped: set[tuple[int, int]]) -> None:
    csr = graph_of(edges)
    smaller = graph_of([e for e in edges if e not in dropped])
    assert vertex_cut(csr, 0, TARGET, mask_over(csr, dropped)) == vertex_cut(smaller, 0, TARGET)


@pytest.mark.usefixtures("both")
@given(pairs, st.integers(0, 80))
def test_a_bounded_search_answers_right_or_not_at_all(edges: Pairs, most: int) -> None:
    assume((0, TARGET) not in edges)
    csr = graph_of(edges)
    whole = bounded_vertex_cut(csr, 0, TARGET)
    assert whole is not None
    found = bounded_vertex_cut(csr, 0, TARGET, most=most)
    assert isinstance(found, Cut)
    assert found.nodes in (None, whole.nodes)
    assert found.nodes is not None or found.steps > most, "it gives up only when the bound is passed"
    exact = bounded_vertex_cut(csr, 0, TARGET, most=whole.steps)
    assert exact == whole


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize("seed", range(25))
def test_as_networkx(seed: int) -> None:
    graph = nx.gnp_random_graph(60, (1.5 + seed / 4) / 60, seed=seed, directed=True)
    graph.remove_edges_from([(0, 59), (59, 0)])  # networkx gives nothing for neighbours, in either direction
    found = vertex_cut(Csr.of_networkx(graph), 0, 59)
    assert found is not None
    expected = nx.minimum_node_cut(graph, 0, 59) if nx.has_path(graph, 0, 59) else set()
    assert len(found) == len(expected)
    graph.remove_nodes_from(found)
    assert not nx.has_path(graph, 0, 59)


def test_both_versions_agree_on_large_graphs() -> None:
    """Hubs on both ends, so that there are many ways and earlier ones are taken back."""
    n = 3_000
    rng = np.random.default_rng(3)
    for fan, middle in ((40, 4_000), (12, 9_000), (150, 2_600)):
        tails = np.concatenate([np.zeros(fan, np.int64), rng.integers(1, n - 1, middle), rng.integers(1, n - 1, fan)])
        heads = np.concatenate([rng.integers(1, n - 1, fan), rng.integers(1, n - 1, middle), np.full(fan, n - 1)])
        csr = Csr.of(tails, heads, nodes=n)
        mask = rng.random(csr.edges) < 0.9
        answers = []
        for compiled in (False, True):
            with dispatch.using(compiled=compiled):
                answers.append((vertex_cut(csr, 0, n - 1), vertex_cut(csr, 0, n - 1, mask)))
        assert answers[0] == answers[1]
        assert len(answers[0][0]) > 5


def test_ways_that_give_back_what_they_took() -> None:
    """Many layers of few nodes with edges back: a later way runs against earlier ones, through whole nodes of theirs."""
    rng = np.random.default_rng(8)
    for _ in range(400):
        width, layers = int(rng.integers(2, 6)), int(rng.integers(3, 9))
        n = width * layers + 2
        inner = np.arange(1, n - 1)
        ahead = rng.integers(1, n - 1, (2, 2 * n))
        near = np.abs(ahead[0] - ahead[1]) <= width + 1
        firsts, lasts = inner[:width], inner[-width:]
        tails = np.concatenate([np.zeros(width, np.int64), ahead[0][near], lasts])
        heads = np.concatenate([firsts, ahead[1][near], np.full(width, n - 1)])
        csr = Csr.of(tails, heads, nodes=n)
        with dispatch.using(compiled=True):
            found = vertex_cut(csr, 0, n - 1)
        graph = nx.DiGraph(zip(tails.tolist(), heads.tolist(), strict=True))
        expected = len(nx.minimum_node_cut(graph, 0, n - 1)) if nx.has_path(graph, 0, n - 1) else 0
        assert found is not None
        assert len(found) == expected
        with dispatch.using(compiled=False):
            assert vertex_cut(csr, 0, n - 1) == found


def chain(*parts: str | tuple[str, int]) -> list[tuple[str, str]]:
    """The edges of a chain; `("x", 3)` stands for x1, x2, x3."""
    nodes = [n for p in parts for n in ([p] if isinstance(p, str) else [f"{p[0]}{k}" for k in range(1, p[1] + 1)])]
    return list(pairwise(nodes))


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize(("to_b", "from_b"), [(5, 14), (14, 5), (0, 0)])
@pytest.mark.parametrize("blind", [0, 6])
def test_a_node_given_back_can_be_used_again(to_b: int, from_b: int, blind: int) -> None:
    """The first way is s a b c t; the second comes in at c and leaves at a, so that b is free again; the third, if there is one, needs
    b. Blind alleys from the
    source make the search come from the target."""
    edges = chain("s", "a", "b", "c", "t") + chain("s", ("x", 3), "c") + chain("a", ("y", 3), "t")
    edges += chain("s", ("z", to_b), "b", ("w", from_b), "t") if to_b else []
    edges += [e for k in range(blind) for e in chain("s", (f"blind{k}-", 40))]
    names = sorted({n for e in edges for n in e})
    csr = Csr.of([names.index(u) for u, _ in edges], [names.index(v) for _, v in edges])
    found = vertex_cut(csr, names.index("s"), names.index("t"))
    assert found is not None
    assert [names[n] for n in found] == ["a", "x1", *(["z1"] if to_b else [])]


@pytest.mark.usefixtures("both")
def test_known_graphs() -> None:
    path = graph_of([(0, 1), (1, 2), (2, 3)], 4)
    assert vertex_cut(path, 0, 3) == (1,), "of the two the one nearer to the source"
    assert vertex_cut(path, 3, 0) == ()
    assert vertex_cut(path, 0, 1) is None
    ring = graph_of([(v, (v + 1) % 6) for v in range(6)], 6)
    assert vertex_cut(ring, 4, 2) == (5,)
    k = 5  # complete bipartite between source and target: one whole side must go, the source's
    left, right = range(1, 1 + k), range(1 + k, 1 + 2 * k)
    edges = [(0, u) for u in left] + [(u, v) for u in left for v in right] + [(v, 1 + 2 * k) for v in right]
    assert vertex_cut(graph_of(edges, 2 + 2 * k), 0, 1 + 2 * k) == tuple(left)
    rungs = 6  # a ladder of two rails between its two ends
    ladder = [(0, 1), (0, 2)] + [(s + 2 * r, s + 2 * r + 2) for r in range(rungs - 1) for s in (1, 2)]
    ladder += [(2 * r + 1, 2 * r + 2) for r in range(rungs)] + [(2 * r + 2, 2 * r + 1) for r in range(rungs)]
    ladder += [(2 * rungs - 1, 2 * rungs + 1), (2 * rungs, 2 * rungs + 1)]
    assert vertex_cut(graph_of(ladder, 2 * rungs + 2), 0, 2 * rungs + 1) == (1, 2)
    # The shortest way takes the middle of two others, and has to give it back.
    crossed = [(0, 1), (0, 2), (1, 3), (3, 4), (4, 9), (1, 4), (2, 5), (5, 3), (3, 6), (6, 9), (4, 6)]
    assert vertex_cut(graph_of(crossed, 10), 0, 9) == (1, 2)
    assert vertex_cut(graph_of([(0, 1), (0, 1), (1, 2), (1, 2), (0, 0)], 3), 0, 2) == (1,), "parallel edges are one"
    assert vertex_cut(graph_of([], 2), 0, 1) == ()


@pytest.mark.usefixtures("both")
def test_bad_arguments() -> None:
    csr = graph_of([(0, 1)], 2)
    with pytest.raises(ValueError, match="same node"):
        vertex_cut(csr, 1, 1)
    for target in (-1, 2):
        with pytest.raises(ValueError, match="none of 2"):
            vertex_cut(csr, 0, target)
    with pytest.raises(ValueError, match="mask"):
        vertex_cut(csr, 0, 1, np.ones(2, np.bool_))
