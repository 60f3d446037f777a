"""scipy: compressed sparse rows and `scipy.sparse.csgraph`; for AND/OR, products with a sparse matrix, round by round."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow, yen

from benchmarks.supply import AndOr, Supply

__all__ = ["Side"]


class Side:
    """See `benchmarks.sides`."""

    def graph(self, supply: Supply) -> None:
        """Ones; equal pairs are added up by scipy, and made ones again."""
        ones = np.ones(len(supply.tails), dtype=np.int32)
        self.net = coo_array((ones, (supply.tails, supply.heads)), shape=(supply.nodes, supply.nodes)).tocsr()
        self.net.data[:] = 1
        self.weighted: Any = None
        self.split: Any = None

    def bill(self, and_or: AndOr, supply: Supply) -> None:
        """Clauses by literals (items first, then sources), and the clauses' items."""
        del supply
        items = len(and_or.items)
        literal = np.where(and_or.literals >= 0, and_or.literals, items + ~and_or.literals)
        shape = (len(and_or.literal_offsets) - 1, items + len(and_or.sources))
        ones = np.ones(len(literal), dtype=np.int32)
        self.clauses: Any = csr_array((ones, literal, and_or.literal_offsets), shape=shape)
        self.owner = np.repeat(np.arange(items), np.diff(and_or.clause_offsets))
        self.items = items

    def closure(self, source: int) -> Any:
        """The nodes in the order of the search, the source among them."""
        return breadth_first_order(self.net, source, return_predecessors=False)

    def shortest(self, pairs: list[tuple[int, int]]) -> Any:
        """A whole search with predecessors, and the way back; its `shortest_path` weighs edges and takes longer."""
        found = []
        for source, target in pairs:
            _, before = breadth_first_order(self.net, source)
            path = [target]
            while path[-1] != source:
                path.append(int(before[path[-1]]))
            found.append(path[::-1])
        return found

    def k_shortest(self, pairs: list[tuple[int, int]], most: int) -> Any:
        """Yen's algorithm; lengths alone."""
        return [yen(self.net, s, t, most, unweighted=True) for s, t in pairs]

    def cut(self, pairs: list[tuple[int, int]]) -> Any:
        """The maximum flow through a network with each node split in two, which is made at the first call; its value is the size of the cut."""
        found = []
        for source, target in pairs:
            if self.split is None:
                self.split = self._split()
            found.append(int(maximum_flow(self.split, source + self.net.shape[0], target).flow_value))
        return found

    def _split(self) -> Any:
        """Node *n* is entered at *n* and left at *n* + nodes; each may be passed once."""
        nodes = self.net.shape[0]
        edges = self.net.tocoo()
        tails = np.concatenate([np.arange(nodes), edges.row + nodes])
        heads = np.concatenate([np.arange(nodes) + nodes, edges.col])
        ones = np.ones(len(tails), dtype=np.int32)
        return coo_array((ones, (tails, heads)), shape=(2 * nodes, 2 * nodes)).tocsr()

    def removal(self, dead: Any) -> Any:
        """Rounds until nothing more is lost."""
        alive = np.concatenate([np.ones(self.items, dtype=np.int32), (~np.asarray(dead)).astype(np.int32)])
        while True:
            failed = self.owner[self.clauses @ alive == 0]
            fallen = failed[alive[failed] > 0]
            if not len(fallen):
                return alive[: self.items] > 0
            alive[fallen] = 0

    def plain(self, question: str, answer: Any) -> Any:
        """See `benchmarks.questions`."""
        if question == "k_shortest":
            return [
                [int(hops) for hops in np.asarray(found).tolist()] for found in answer
            ]  # which paths, it does not say
        return answer
