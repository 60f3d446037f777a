"""Made-up multigraphs for tests of the kernels, and oracles that know nothing of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, permutations

import networkx as nx
import numpy as np
from hypothesis import strategies as st

from kg.network.csr import Csr


@dataclass(frozen=True)
class Made:
    """A graph, the rows it was made of (tail, head, relation, share), and which of its edges pass (all where None)."""

    nodes: int
    rows: tuple[tuple[int, int, int, float | None], ...]
    kept: tuple[bool, ...] | None

    @property
    def csr(self) -> Csr:
        return csr_of(self.nodes, self.rows)

    @property
    def mask(self) -> np.ndarray | None:
        """In the order of the arrays: by tail, head, relation, then as given."""
        if self.kept is None:
            return None
        order = sorted(range(len(self.rows)), key=lambda n: self.rows[n][:3])
        return np.array([self.kept[n] for n in order], np.bool_)

    @property
    def pairs(self) -> set[tuple[int, int]]:
        """Hops that pass."""
        kept = self.kept if self.kept is not None else (True,) * len(self.rows)
        return {(u, v) for (u, v, _, _), k in zip(self.rows, kept, strict=True) if k}

    @property
    def graph(self) -> nx.DiGraph:
        """What passes, in networkx."""
        graph = nx.DiGraph()
        graph.add_nodes_from(range(self.nodes))
        graph.add_edges_from(self.pairs)
        return graph


def csr_of(nodes: int, rows: tuple[tuple[int, int, int, float | None], ...]) -> Csr:
    tails, heads, relations = (np.array([r[n] for r in rows], np.int64) for n in range(3))
    return Csr.of(tails, heads, relations, [np.nan if r[3] is None else r[3] for r in rows], nodes)


@st.composite
def multigraphs(draw: st.DrawFn, most_nodes: int = 6, most_edges: int = 22) -> Made:
    """Multigraphs with cycles, loops, parallel edges, what nothing reaches, or no edges at all."""
    size = draw(st.integers(2, most_nodes))
    node = st.integers(0, size - 1)
    rows = draw(
        st.lists(
            st.tuples(node, node, st.integers(0, 2), st.sampled_from((None, 5.0, 70.5))),
            max_size=most_edges,
        )
    )
    kept = draw(st.none() | st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)).map(tuple))
    return Made(size, tuple(rows), kept)


def simple_paths_by_hand(made: Made, source: int, target: int, longest: int) -> list[tuple[int, ...]]:
    """Every order of every choice of nodes between, kept where each hop is an edge."""

    def every() -> Iterator[tuple[int, ...]]:
        pairs = made.pairs
        between = [n for n in range(made.nodes) if n not in (source, target)]
        for count in range(min(len(between), longest - 1) + 1):
            for middle in permutations(between, count):
                path = (source, *middle, target)
                if all(hop in pairs for hop in pairwise(path)):
                    yield path

    return sorted(every(), key=lambda path: (len(path), path)) if longest > 0 else []


def hops_by_hand(made: Made, sources: list[int], reverse: bool) -> list[int | None]:
    """Least hops by relaxing every edge until nothing changes (Bellman and Ford)."""
    found: list[int | None] = [0 if n in sources else None for n in range(made.nodes)]
    pairs = [(v, u) if reverse else (u, v) for u, v in made.pairs]
    for _ in range(made.nodes):
        for u, v in pairs:
            if found[u] is not None and (found[v] is None or found[v] > found[u] + 1):
                found[v] = found[u] + 1
    return found


def large(seed: int, nodes: int, degree: int = 10) -> Csr:
    """A random graph with hubs: some nodes have most of the edges that come in."""
    rng = np.random.default_rng(seed)
    count = nodes * degree
    heads = np.where(
        rng.random(count) < 0.5, rng.integers(0, nodes, count), (nodes * rng.random(count) ** 4).astype(np.int64)
    )
    return Csr.of(
        rng.integers(0, nodes, count), heads, rng.integers(0, 5, count), rng.random(count).astype(np.float32), nodes
    )
