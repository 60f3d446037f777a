"""The project's side: `Csr` and its kernels, and the AND/OR program."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.supply import AndOr, Supply
from kg.network.csr import Csr
from kg.network.kernels import dispatch
from kg.network.kernels.andor import single_losses, surviving
from kg.network.kernels.cut import vertex_cut
from kg.network.kernels.dominators import dominators
from kg.network.kernels.paths import shortest_path, simple_paths
from kg.network.kernels.reach import reach
from kg.network.program import Program

__all__ = ["Side"]


class Side:
    """See `benchmarks.sides`."""

    def graph(self, supply: Supply) -> None:
        """Both directions, relations and shares included."""
        self.csr = Csr.of(supply.tails, supply.heads, supply.relations, supply.shares, supply.nodes)

    def bill(self, and_or: AndOr, supply: Supply) -> None:
        """The program; every source is an actor of its own."""
        del supply
        sources = len(and_or.sources)
        self.program = Program(
            len(and_or.items), sources, and_or.clause_offsets, and_or.literal_offsets, and_or.literals
        )
        self.actors = np.arange(sources + 1, dtype=np.int32), np.arange(sources, dtype=np.int32)

    def warm(self, edges: int) -> None:
        """Load the kernels, as the server does while it starts with a large network."""
        if edges >= dispatch.MANY_EDGES:
            dispatch.warm()

    def exact_bytes(self) -> float:
        """What the arrays take, a byte count an edge."""
        return self.csr.nbytes / self.csr.edges

    def closure(self, source: int) -> Any:
        """Depth of every node."""
        return reach(self.csr, [source])

    def shortest(self, pairs: list[tuple[int, int]]) -> Any:
        """One path a pair."""
        return [shortest_path(self.csr, *pair) for pair in pairs]

    def k_shortest(self, pairs: list[tuple[int, int]], most: int) -> Any:
        """The first paths a pair."""
        return [simple_paths(self.csr, *pair, self.csr.nodes, most) for pair in pairs]

    def simple(self, pairs: list[tuple[int, int]], longest: int) -> Any:
        """All paths of at most so many hops a pair."""
        return [simple_paths(self.csr, *pair, longest, 10_000_000) for pair in pairs]

    def dominators(self, source: int) -> Any:
        """The immediate dominator of every node."""
        return dominators(self.csr, source)

    def cut(self, pairs: list[tuple[int, int]]) -> Any:
        """A minimum vertex cut a pair."""
        return [vertex_cut(self.csr, *pair) for pair in pairs]

    def removal(self, dead: Any) -> Any:
        """The items that hold without some sources."""
        return surviving(self.program, dead)

    def singles(self) -> Any:
        """How many items each source takes with it."""
        return single_losses(self.program, *self.actors)

    def plain(self, question: str, answer: Any) -> Any:
        """See `benchmarks.questions`."""
        if question == "closure":
            return np.flatnonzero(answer >= 0)
        if question in ("k_shortest", "simple"):
            assert not any(found.truncated for found in answer)
            return [list(found.paths) for found in answer]
        if question == "singles":
            assert answer.done.all()
            return answer.lost
        return answer
