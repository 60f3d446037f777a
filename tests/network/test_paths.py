"""Paths: order, completeness and honesty about a budget, against permutations by hand, networkx and closed forms."""

from __future__ import annotations

import itertools
import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.network.csr import Csr
from kg.network.kernels.dispatch import using
from kg.network.kernels.paths import Paths, distance, shortest_path, simple_paths
from tests.network.graphs import Made, large, multigraphs, simple_paths_by_hand

VERSIONS = pytest.mark.parametrize("compiled", [False, True])
MANY = 10**6


def both(csr: Csr, *arguments: object) -> Paths:
    """What both versions find, checked to be the same to the step."""
    found = []
    for compiled in (False, True):
        with using(compiled):
            found.append(simple_paths(csr, *arguments))
    assert found[0] == found[1]
    return found[0]


@given(multigraphs(), st.integers(0, 7), st.integers(0, 12))
def test_all_and_the_first_few(made: Made, longest: int, most: int) -> None:
    expected = simple_paths_by_hand(made, 0, 1, longest)
    found = both(made.csr, 0, 1, longest, MANY, made.mask)
    assert list(found.paths) == expected
    assert (found.ended, found.truncated) == ("all", False)
    assert found.least == (len(expected[0]) - 1 if expected else None)
    first = both(made.csr, 0, 1, longest, most, made.mask)
    assert list(first.paths) == expected[:most]
    if len(expected) > most:
        assert first.ended == "most"


@given(multigraphs())
def test_the_shortest(made: Made) -> None:
    expected = simple_paths_by_hand(made, 0, 1, made.nodes)
    for compiled in (False, True):
        with using(compiled):
            path = shortest_path(made.csr, 0, 1, made.mask)
            hops = distance(made.csr, 0, 1, made.mask)
        assert path == (list(expected[0]) if expected else None)
        assert hops == (len(expected[0]) - 1 if expected else None)
    least = both(made.csr, 0, 1, None, MANY, made.mask)
    assert list(least.paths) == [p for p in expected if len(p) == len(expected[0])]
    if expected:
        assert nx.shortest_path_length(made.graph, 0, 1) == least.least


@given(multigraphs(), st.none() | st.integers(1, 6))
def test_a_budget_never_makes_a_wrong_claim(made: Made, longest: int | None) -> None:
    csr, mask = made.csr, made.mask
    whole = both(csr, 0, 1, longest, MANY, mask)
    for budget in range(-1, whole.steps + 2):
        found = both(csr, 0, 1, longest, MANY, mask, budget)
        assert found.paths == whole.paths[: len(found.paths)]
        assert found.truncated == (found.ended == "budget")
        assert found.least == whole.least
        if found.truncated:
            assert found.steps > budget
        else:
            assert found == whole
    assert whole.steps == 0 or both(csr, 0, 1, longest, MANY, mask, 0).truncated


def complete(size: int) -> Csr:
    return Csr.of(*zip(*itertools.permutations(range(size), 2), strict=True))


@VERSIONS
@pytest.mark.parametrize("size", [2, 3, 5, 7])
def test_complete_graphs(compiled: bool, size: int) -> None:
    """Of length *k* there are (n - 2)! / (n - 1 - k)! paths."""
    with using(compiled):
        found = simple_paths(complete(size), 0, size - 1, size, MANY)
    assert found.ended == "all"
    lengths = [len(path) - 1 for path in found.paths]
    for k in range(1, size):
        assert lengths.count(k) == math.factorial(size - 2) // math.factorial(size - 1 - k)
    assert len(lengths) == sum(math.factorial(size - 2) // math.factorial(n) for n in range(size - 1))
    assert list(found.paths) == sorted(set(found.paths), key=lambda path: (len(path), path))


@VERSIONS
@pytest.mark.parametrize("side", [1, 2, 5])
def test_grids_have_binomially_many_shortest_paths(compiled: bool, side: int) -> None:
    graph = nx.grid_2d_graph(side + 1, side + 1, create_using=nx.DiGraph)
    csr = Csr.of_networkx(graph)
    with using(compiled):
        found = simple_paths(csr, 0, csr.nodes - 1, None, MANY)
    assert (len(found.paths), found.least) == (math.comb(2 * side, side), 2 * side)


@VERSIONS
def test_chains_and_rings(compiled: bool) -> None:
    size = 500
    chain, ring = Csr.of(range(size - 1), range(1, size)), Csr.of(range(size), [*range(1, size), 0])
    with using(compiled):
        whole = tuple(range(size))
        assert simple_paths(chain, 0, size - 1, size, MANY).paths == (whole,)
        assert simple_paths(chain, 0, size - 1, size - 2, MANY) == Paths((), None, "all", 0)
        assert simple_paths(chain, size - 1, 0, size, MANY) == Paths((), None, "all", 0)
        assert simple_paths(ring, 3, 2, 10**9, MANY).paths == ((*range(3, size), *range(3)),)


@pytest.mark.parametrize("before", [0, 300])
def test_the_search_ends_where_there_can_be_no_longer_paths(before: int) -> None:
    """From the source a chain of three hundred nodes leads nowhere, and such a chain leads to it."""
    size = 300
    after, ahead = range(2, 2 + size), range(2 + size, 2 + size + before)
    chains = [[0, *after], [*ahead, 0]]
    edges = [(0, 1), *(pair for chain in chains for pair in itertools.pairwise(chain))]
    csr = Csr.of(*zip(*edges, strict=True))
    found = both(csr, 0, 1, 10**9, MANY, None, 10**6)
    assert (found.paths, found.ended) == (((0, 1),), "all")
    assert found.steps < (20 if before == 0 else 20_000)
    assert both(csr, 0, 1, 10**9, MANY, None, found.steps - 1).truncated


@VERSIONS
def test_what_explodes_is_cut_and_says_so(compiled: bool) -> None:
    """Forty nodes that all depend on each other have about 10³⁸ paths of up to twenty hops."""
    csr = complete(40)
    with using(compiled):
        found = simple_paths(csr, 0, 39, 20, MANY, None, 100_000)
        few = simple_paths(csr, 0, 39, 20, 1_000, None, 10**9)
    assert found.truncated
    assert found.steps <= 100_001
    assert 0 < len(found.paths) < 100_000
    assert (len(few.paths), few.ended) == (1_000, "most")
    assert few.paths == found.paths[:1_000]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_versions_agree_on_large_graphs_and_with_networkx(seed: int) -> None:
    csr = large(seed, 6_000)
    rng = np.random.default_rng(seed)
    mask = rng.random(csr.edges) < 0.4
    for masked in (None, mask):
        kept = slice(None) if masked is None else masked
        graph = nx.DiGraph(zip(csr.tails()[kept].tolist(), csr.heads[kept].tolist(), strict=True))
        graph.add_nodes_from(range(csr.nodes))
        for source, target in [*rng.integers(0, csr.nodes, (3, 2)).tolist(), [5_000, 0], [0, 5_000]]:
            if source == target:
                continue
            every = both(csr, source, target, 3, MANY, masked)
            expected = {tuple(p) for p in nx.all_simple_paths(graph, source, target, cutoff=3)}
            assert list(every.paths) == sorted(expected, key=lambda path: (len(path), path))
            ten = both(csr, source, target, 12, 10, masked)
            reached = nx.has_path(graph, source, target)
            lengths = itertools.islice(nx.shortest_simple_paths(graph, source, target), 10) if reached else []
            assert [len(p) for p in ten.paths] == [len(p) for p in lengths]
            assert ten.paths[: len(every.paths)] == every.paths[:10]
            for budget in (1, 17, 300):
                cut = both(csr, source, target, 12, 10, masked, budget)
                assert cut.paths == ten.paths[: len(cut.paths)]


def test_what_is_no_search_is_refused() -> None:
    csr = Csr.of([0], [1])
    with pytest.raises(ValueError, match="the same node"):
        simple_paths(csr, 1, 1, 3, 3)
    for ends in ((0, 2), (-1, 0)):
        with pytest.raises(ValueError, match="node numbers from 0 to 1"):
            simple_paths(csr, *ends, 3, 3)
    for longest, most in ((-1, 3), (3, -1)):
        with pytest.raises(ValueError, match="negative"):
            simple_paths(csr, 0, 1, longest, most)
    with pytest.raises(ValueError, match="one boolean"):
        simple_paths(csr, 0, 1, 3, 3, np.ones(5, np.bool_))
