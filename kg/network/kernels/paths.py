"""Paths: the shortest path, and simple paths in order of length.

Owns the checks of the arguments, the values returned and the plain Python versions. Must not know what nodes stand for, nor whose
budget it is.

Order
-----
Paths are in order of length, then of their node numbers from the source on: a total order, the same on every run and in both versions.
Parallel edges between two nodes are one hop.

Method
------
Search from both ends, always on the side that is cheaper to go on from, until the two together span the length in question (I. Pohl,
Bi-directional Search, Machine Intelligence 6, 1971): then every node that lies on a walk of at most that length is known with its
distance to the target. A depth-first search for the paths of exactly that length goes only where the target is still within reach, so
it never wanders through what lies on no such walk; length after length (R. E. Korf, Depth-First Iterative-Deepening, Artificial
Intelligence 27, 1985), so that the first paths cost nothing of what the later ones would. Where the search for one length turned back
nowhere for want of hops, there are no longer paths, and it ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kg.network.csr import Csr, Mask, Neighbours
from kg.network.kernels import dispatch

__all__ = ["Paths", "distance", "shortest_path", "simple_paths"]

_NO_LIMIT = 2**62
_PER_STEP = 16
"""Nodes round the ends that are gone through, before each length, for a step."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Paths found.

    Attributes
    ----------
    paths : node numbers of each, from source to target.
    least : hops of the shortest path, None where there is none of at most the hops asked for.
    ended : why the search ended: `all` (there are no more of the lengths asked for), `most` (as many as were asked for; whether there
        are more was not looked at) or `budget`.
    steps : nodes opened and neighbours looked at by the depth-first search, hops of the paths found, and a sixteenth of the nodes round
        the ends for each length; more than the budget where that ended it.
    """

    paths: tuple[tuple[int, ...], ...]
    least: int | None
    ended: str
    steps: int

    @property
    def truncated(self) -> bool:
        """Whether the budget ended the search: the paths are the first of those there are."""
        return self.ended == "budget"


def simple_paths(
    csr: Csr,
    source: int,
    target: int,
    longest: int | None,
    most: int,
    mask: Mask | None = None,
    budget: int | None = None,
) -> Paths:
    """The first simple paths from source to target; all of at most `longest` hops where `most` is large enough.

    Parameters
    ----------
    longest : hops at most; where left out (None), only paths of the least length.
    most : paths at most.
    mask : edges that may be passed; all where left out.
    budget : steps the depth-first search may take; no limit where left out. Memory is bounded by the graph, and by the hops of the paths found.

    Raises
    ------
    ValueError
        Source and target are the same or no nodes, `longest` or `most` negative, a mask of another length.
    """
    _check(csr, source, target)
    if most < 0 or (longest is not None and longest < 0):
        raise ValueError("longest and most must not be negative")
    # a simple path has fewer hops than there are nodes
    hops = -1 if longest is None else min(longest, csr.nodes - 1)
    steps = _NO_LIMIT if budget is None else max(0, budget)
    compiled = dispatch.native("paths", csr.edges)
    if compiled is None:
        return _twin(csr, source, target, hops, most, mask, steps)
    passed = csr.mask_of(mask)
    flat, ends, least, ended, taken = compiled.simple_paths(
        *csr.rows(), *csr.rows(True), passed, source, target, hops, most, steps
    )
    nodes, stops = flat.tolist(), ends.tolist()
    return Paths(
        tuple(tuple(nodes[low:high]) for low, high in zip([0, *stops], stops, strict=False)),
        None if least < 0 else least,
        ("all", "most", "budget")[ended],
        taken,
    )


def shortest_path(csr: Csr, source: int, target: int, mask: Mask | None = None) -> list[int] | None:
    """The shortest path from source to target; of several the first by node numbers; None where there is none.

    Raises
    ------
    ValueError
        As `simple_paths`.
    """
    found = simple_paths(csr, source, target, None, 1, mask)
    return list(found.paths[0]) if found.paths else None


def distance(csr: Csr, source: int, target: int, mask: Mask | None = None) -> int | None:
    """Hops of the shortest path from source to target; None where there is none.

    Raises
    ------
    ValueError
        As `simple_paths`.
    """
    return simple_paths(csr, source, target, None, 0, mask).least


def _check(csr: Csr, source: int, target: int) -> None:
    if not (0 <= source < csr.nodes and 0 <= target < csr.nodes):
        raise ValueError(f"source and target must be node numbers from 0 to {csr.nodes - 1}")
    if source == target:
        raise ValueError("source and target are the same node; a path needs two")


Rows = Neighbours | Sequence[Sequence[int]]


class _Balls:
    """Nodes round both ends by hops, grown level by level."""

    def __init__(self, csr: Csr, mask: Mask | None, source: int, target: int) -> None:
        self.rows: tuple[Rows, Rows] = csr.neighbours(mask), csr.neighbours(mask, reverse=True)
        self.offsets = csr.offsets, csr.reverse_offsets
        self.hops: tuple[dict[int, int], dict[int, int]] = {source: 0}, {target: 0}
        self.edge = [[source], [target]]
        self.radius = [0, 0]

    def meet(self, longest: int) -> int | None:
        """Grow until the two meet; hops of the shortest path, None where it has more than `longest`."""
        while self.edge[0] and self.edge[1] and sum(self.radius) < longest:
            side = self._grow()
            if not self.hops[1 - side].keys().isdisjoint(self.edge[side]):
                return sum(self.radius)
        return None

    def span(self, length: int) -> None:
        """Grow until the radii make up a length, or one side is known whole."""
        while self.edge[0] and self.edge[1] and sum(self.radius) < length:
            self._grow()

    def _grow(self) -> int:
        side = 0 if self._cost(0) <= self._cost(1) else 1
        self.radius[side] += 1
        hops, following = self.hops[side], []
        for node in self.edge[side]:
            for each in self.rows[side][node]:
                if each not in hops:
                    hops[each] = self.radius[side]
                    following.append(each)
        self.edge[side] = following
        return side

    def _cost(self, side: int) -> int:
        """Edges to go on over, whether they pass the mask or not."""
        nodes = np.array(self.edge[side])
        return int((self.offsets[side][nodes + 1] - self.offsets[side][nodes]).sum())

    def to_target(self, length: int) -> tuple[dict[int, int], bool]:
        """Distance to the target of every node on a walk of at most `length` hops (behind the ball round the target only nodes of the
        ball round the source can lie on one), and whether nodes without one are known to have none."""
        found = dict(self.hops[1])
        level, hops = self.edge[1], self.radius[1]
        top = hops
        while level and hops < length:
            hops += 1
            following = []
            for node in level:
                for each in self.rows[1][node]:
                    if each not in found and self.hops[0].get(each, length) + hops <= length:
                        found[each] = top = hops
                        following.append(each)
            level = following
        return found, not self.edge[1] or (not self.edge[0] and self.radius[0] + top + 1 <= length)

    def __len__(self) -> int:
        return len(self.hops[0]) + len(self.hops[1])


def _twin(csr: Csr, source: int, target: int, longest: int, most: int, mask: Mask | None, budget: int) -> Paths:
    balls = _Balls(csr, mask, source, target)
    least = balls.meet(longest if longest >= 0 else csr.nodes)
    if least is None:
        return Paths((), None, "all", 0)
    ahead = balls.rows[0]
    found: list[tuple[int, ...]] = []
    steps = 0
    for length in range(least, (least if longest < 0 else longest) + 1):
        balls.span(length)
        steps += len(balls) // _PER_STEP
        if steps > budget:
            return Paths(tuple(found), least, "budget", steps)
        to_target, whole = balls.to_target(length)
        longer = False
        path, on_path = [source], {source}
        branches = [iter(ahead[source])]
        steps += 1
        while branches:
            if len(found) == most:
                return Paths(tuple(found), least, "most", steps)
            node = next(branches[-1], None)
            if node is None:
                branches.pop()
                on_path.discard(path.pop())
                continue
            steps += 1
            if steps > budget:
                return Paths(tuple(found), least, "budget", steps)
            left = length - len(path)
            if node == target:
                if left == 0:
                    found.append((*path, node))
                    steps += length
            elif node not in on_path:
                if to_target.get(node, length) <= left:
                    path.append(node)
                    on_path.add(node)
                    branches.append(iter(ahead[node]))
                    steps += 1
                else:
                    longer = longer or node in to_target or not whole
        if not longer:
            break
    return Paths(tuple(found), least, "most" if len(found) == most else "all", steps)
