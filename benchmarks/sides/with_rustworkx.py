"""rustworkx: petgraph in Rust by its Python package."""

from __future__ import annotations

from typing import Any

import numpy as np
import rustworkx

from benchmarks.supply import Supply

__all__ = ["Side"]


class Side:
    """See `benchmarks.sides`."""

    def graph(self, supply: Supply) -> None:
        """No data on nodes and edges; equal pairs (other relations) given once, since looking for them as they come takes far longer."""
        pairs = np.stack([supply.tails, supply.heads], axis=1)
        pairs = pairs[np.concatenate([[True], (pairs[1:] != pairs[:-1]).any(axis=1)])]
        self.net: Any = rustworkx.PyDiGraph(multigraph=True, node_count_hint=supply.nodes, edge_count_hint=len(pairs))
        self.net.add_nodes_from([None] * supply.nodes)
        self.net.add_edges_from_no_data(list(map(tuple, pairs.tolist())))

    def closure(self, source: int) -> Any:
        """As a set."""
        return rustworkx.descendants(self.net, source)

    def shortest(self, pairs: list[tuple[int, int]]) -> Any:
        """Dijkstra's algorithm; it has no other for one pair."""
        return [rustworkx.dijkstra_shortest_paths(self.net, s, target=t)[t] for s, t in pairs]

    def simple(self, pairs: list[tuple[int, int]], longest: int) -> Any:
        """Its cutoff counts nodes."""
        return [rustworkx.all_simple_paths(self.net, s, t, 0, longest + 1) for s, t in pairs]

    def dominators(self, source: int) -> Any:
        """As a dict."""
        return rustworkx.immediate_dominators(self.net, source)

    def plain(self, question: str, answer: Any) -> Any:
        """See `benchmarks.questions`."""
        if question == "dominators":
            found = np.full(len(self.net), -1, dtype=np.int64)
            for node, dominator in answer.items():
                found[node] = dominator
            return found
        if question == "shortest":
            return [list(path) for path in answer]
        return answer
