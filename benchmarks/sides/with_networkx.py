"""networkx: a DiGraph without data on its edges (which is in networkx's favour), its functions, and the cascade one would write with it."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import Any

import networkx as nx
import numpy as np

from benchmarks.supply import AndOr, Supply

__all__ = ["Side"]


class Side:
    """See `benchmarks.sides`."""

    def graph(self, supply: Supply) -> None:
        """Nodes are ints."""
        self.net: nx.DiGraph[Any] = nx.DiGraph()
        self.net.add_nodes_from(range(supply.nodes))
        self.net.add_edges_from(zip(supply.tails.tolist(), supply.heads.tolist(), strict=True))

    def bill(self, and_or: AndOr, supply: Supply) -> None:
        """A graph along which a loss runs: source or item → clause → item. Items are their numbers, sources `~number`, clauses `("clause", n)`."""
        del supply
        self.items = len(and_or.items)
        self.net = nx.DiGraph()
        self.net.add_nodes_from(range(self.items))
        self.net.add_nodes_from(~n for n in range(len(and_or.sources)))
        literals, offsets = and_or.literals.tolist(), and_or.literal_offsets.tolist()
        for item in range(self.items):
            for clause in range(and_or.clause_offsets[item], and_or.clause_offsets[item + 1]):
                node = ("clause", clause)
                self.net.add_edge(node, item)
                self.net.add_edges_from((literal, node) for literal in literals[offsets[clause] : offsets[clause + 1]])
        self.sources = len(and_or.sources)

    def closure(self, source: int) -> Any:
        """As a set."""
        return nx.descendants(self.net, source)

    def shortest(self, pairs: list[tuple[int, int]]) -> Any:
        """From both ends."""
        return [nx.shortest_path(self.net, *pair) for pair in pairs]

    def k_shortest(self, pairs: list[tuple[int, int]], most: int) -> Any:
        """Yen's algorithm."""
        return [list(islice(nx.shortest_simple_paths(self.net, *pair), most)) for pair in pairs]

    def simple(self, pairs: list[tuple[int, int]], longest: int) -> Any:
        """Depth first."""
        return [list(nx.all_simple_paths(self.net, *pair, cutoff=longest)) for pair in pairs]

    def dominators(self, source: int) -> Any:
        """As a dict, in which the source has no place of its own from networkx 3.6 on."""
        return source, nx.immediate_dominators(self.net, source)

    def cut(self, pairs: list[tuple[int, int]]) -> Any:
        """As a set."""
        return [nx.minimum_node_cut(self.net, *pair) for pair in pairs]

    def removal(self, dead: Any) -> Any:
        """The lost items, breadth first, with a count of the living literals of each clause that is touched."""
        return self._lost([~n for n in np.flatnonzero(dead).tolist()])

    def singles(self) -> Any:
        """One cascade a source."""
        return [len(self._lost([~n])) for n in range(self.sources)]

    def _lost(self, begin: list[int]) -> set[int]:
        net, left, lost, queue = self.net, {}, set(), deque(begin)
        while queue:
            for clause in net.adj[queue.popleft()]:
                living = left[clause] = left.get(clause, net.in_degree(clause)) - 1
                if living == 0:
                    for item in net.adj[clause]:
                        if item not in lost:
                            lost.add(item)
                            queue.append(item)
        return lost

    def plain(self, question: str, answer: Any) -> Any:
        """See `benchmarks.questions`."""
        if question == "removal":
            held = np.ones(self.items, dtype=np.bool_)
            held[list(answer)] = False
            return held
        if question == "dominators":
            found = np.full(len(self.net), -1, dtype=np.int64)
            source, dominators = answer
            for node, dominator in {**dominators, source: source}.items():
                found[node] = dominator
            return found
        return answer
