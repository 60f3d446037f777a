"""Reach: least hops against relaxation by hand and networkx, the same in both versions."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.network.csr import Csr
from kg.network.kernels.dispatch import using
from kg.network.kernels.reach import reach
from tests.network.graphs import Made, hops_by_hand, large, multigraphs

VERSIONS = pytest.mark.parametrize("compiled", [False, True])


@VERSIONS
@given(multigraphs(), st.lists(st.integers(0, 1), max_size=3), st.booleans(), st.none() | st.integers(0, 4))
def test_least_hops(compiled: bool, made: Made, sources: list[int], reverse: bool, longest: int | None) -> None:
    with using(compiled):
        depths = reach(made.csr, sources, made.mask, reverse, longest)
    expected = [
        -1 if hops is None or (longest is not None and hops > longest) else hops
        for hops in hops_by_hand(made, sources, reverse)
    ]
    assert depths.tolist() == expected
    assert depths.dtype == np.int32


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("longest", [None, 2])
@pytest.mark.parametrize("seed", [1, 2])
def test_versions_agree_on_large_graphs_and_with_networkx(
    seed: int, longest: int | None, masked: bool, reverse: bool
) -> None:
    csr = large(seed, 7_000)
    mask = np.random.default_rng(seed).random(csr.edges) < 0.6 if masked else None
    found = []
    for compiled in (False, True):
        with using(compiled):
            found.append(reach(csr, [5, 6], mask, reverse, longest))
    np.testing.assert_array_equal(*found)
    kept = slice(None) if mask is None else mask
    graph = nx.DiGraph(zip(csr.tails()[kept].tolist(), csr.heads[kept].tolist(), strict=True))
    graph.add_edges_from([("start", 5), ("start", 6)] if not reverse else [(5, "start"), (6, "start")])
    seen = graph.reverse(copy=False) if reverse else graph
    cutoff = None if longest is None else longest + 1
    expected = nx.single_source_shortest_path_length(seen, "start", cutoff)
    assert {n: d + 1 for n, d in enumerate(found[1].tolist()) if d >= 0} == {
        n: d for n, d in expected.items() if n != "start"
    }


@VERSIONS
def test_closed_forms(compiled: bool) -> None:
    size = 200
    chain, ring = Csr.of(range(size - 1), range(1, size)), Csr.of(range(size), [*range(1, size), 0])
    star = Csr.of([0] * (size - 1), range(1, size))
    with using(compiled):
        assert reach(chain, [0]).tolist() == list(range(size))
        assert reach(chain, [0], reverse=True).tolist() == [0] + [-1] * (size - 1)
        assert reach(ring, [7]).tolist() == [(n - 7) % size for n in range(size)]
        assert reach(star, [0]).tolist() == [0] + [1] * (size - 1)
        assert reach(star, [5, 9], reverse=True).tolist() == [1] + [0 if n in (5, 9) else -1 for n in range(1, size)]


def test_what_is_no_node_is_refused() -> None:
    csr = Csr.of([0], [1])
    for sources in ([2], [-1], [0, 5]):
        with pytest.raises(ValueError, match="node numbers from 0 to 1"):
            reach(csr, sources)
    with pytest.raises(ValueError, match="longest"):
        reach(csr, [0], longest=-1)
    with pytest.raises(ValueError, match="one boolean"):
        reach(csr, [0], np.ones(5, np.bool_))
