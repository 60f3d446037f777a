"""igraph: its C library by its own Python package."""

from __future__ import annotations

from typing import Any

import igraph
import numpy as np

from benchmarks.supply import Supply

__all__ = ["Side"]


class Side:
    """See `benchmarks.sides`."""

    def graph(self, supply: Supply) -> None:
        """From an array of pairs, which it takes faster than a list of tuples."""
        pairs = np.stack([supply.tails, supply.heads], axis=1)
        self.net = igraph.Graph(supply.nodes, pairs, directed=True)
        self.net.simplify()  # parallel edges (other relations) double paths

    def closure(self, source: int) -> Any:
        """A list, the source among it."""
        return self.net.subcomponent(source, mode="out")

    def shortest(self, pairs: list[tuple[int, int]]) -> Any:
        """Without weights, so breadth first."""
        return [self.net.get_shortest_path(*pair) for pair in pairs]

    def k_shortest(self, pairs: list[tuple[int, int]], most: int) -> Any:
        """Yen's algorithm."""
        return [self.net.get_k_shortest_paths(s, t, k=most, mode="out", output="vpath") for s, t in pairs]

    def simple(self, pairs: list[tuple[int, int]], longest: int) -> Any:
        """All paths from the source, those to the target kept."""
        return [self.net.get_all_simple_paths(s, t, maxlen=longest, mode="out") for s, t in pairs]

    def dominators(self, source: int) -> Any:
        """-1 for the source, NaN or less for what cannot be reached."""
        return self.net.dominator(source, mode="out")

    def cut(self, pairs: list[tuple[int, int]]) -> Any:
        """How many nodes; it does not say which."""
        return [self.net.vertex_connectivity(*pair) for pair in pairs]

    def plain(self, question: str, answer: Any) -> Any:
        """See `benchmarks.questions`."""
        if question == "dominators":
            given = np.asarray(answer, dtype=np.float64)
            found = np.where(np.isnan(given) | (given < -1), -1, given).astype(np.int64)
            found[given == -1] = np.flatnonzero(given == -1)
            return found
        return answer
