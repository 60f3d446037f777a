"""Minimum vertex cut: the fewest nodes between two others whose removal leaves no way from the one to the other.

Their number is that of ways that share nothing but their ends (Menger 1927, "Zur allgemeinen Kurventheorie"). Of several minimum cuts the one
nearest to the source is given: the nodes whose entrance can still be reached from the source when nothing more can flow, and whose exit
cannot. It is the same set whatever ways were found (Picard and Queyranne 1980, "On the structure of all minimum cuts in a network"), so
the answer belongs to the graph and not to the search.

The twin builds the split network and finds the shortest way first (Edmonds and Karp 1972, "Theoretical improvements in algorithmic efficiency
for network flow problems"); the compiled version builds none and searches from both ends. Must not know what a node stands for.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from kg.network.csr import Csr, Mask
from kg.network.kernels import dispatch

__all__ = ["Cut", "bounded_vertex_cut", "vertex_cut"]

_NO_BOUND = 2**62


@dataclass(frozen=True, slots=True)
class Cut:
    """What a bounded search found: the nodes, ascending; None where `most` ended it first. `steps` are the edges it looked at."""

    nodes: tuple[int, ...] | None
    steps: int


def vertex_cut(csr: Csr, source: int, target: int, mask: Mask | None = None) -> tuple[int, ...] | None:
    """The minimum vertex cut nearest to the source.

    Parameters
    ----------
    source, target : numbers of two different nodes.
    mask : one boolean an edge; edges where it is False do not count.

    Returns
    -------
    tuple or None
        Node numbers, ascending, without the two; empty where no way leads from source to target; None where an edge does, since no
        other nodes cut that.

    Raises
    ------
    ValueError
        Source and target are the same or no nodes, or the mask does not fit.
    """
    found = bounded_vertex_cut(csr, source, target, mask)
    return found if found is None else found.nodes


def bounded_vertex_cut(
    csr: Csr, source: int, target: int, mask: Mask | None = None, most: int = _NO_BOUND
) -> Cut | None:
    """`vertex_cut` that gives up when it has looked at `most` edges; None where an edge leads from source to target."""
    if source == target:
        raise ValueError("source and target are the same node")
    for node in (source, target):
        if not 0 <= node < csr.nodes:
            raise ValueError(f"node {node} is none of {csr.nodes}")
    passed = csr.mask_of(mask)
    low, high = csr.span(source, target)
    if low < high and (mask is None or bool(mask[low:high].any())):
        return None
    compiled = dispatch.native("cut", csr.edges)
    if compiled is None:
        return _twin(csr, source, target, mask, most)
    onward, before = (np.zeros(csr.nodes, np.int32) for _ in range(2))
    ahead, behind, front, back = (np.zeros(2 * csr.nodes, np.int32) for _ in range(4))  # pages untouched cost nothing
    size, steps = compiled.nearest_cut(
        *csr.rows(), *csr.rows(reverse=True), passed, source, target, onward, before, ahead, behind, front, back, most
    )
    return Cut(None if size < 0 else tuple(sorted(back[:size].tolist())), int(steps))


def _twin(csr: Csr, source: int, target: int, mask: Mask | None, most: int) -> Cut:
    onward = csr.neighbours(mask)
    room: dict[tuple[int, str], dict[tuple[int, str], float]] = {}

    def join(tail: tuple[int, str], head: tuple[int, str], capacity: float) -> None:
        room.setdefault(tail, {})[head] = capacity
        room.setdefault(head, {}).setdefault(tail, 0)

    queue, seen = deque([source]), {source}
    steps = 0
    while queue and steps <= most:  # the part of the network that the source reaches
        node = queue.popleft()
        if node == target:
            continue
        if node != source:
            join((node, "entrance"), (node, "exit"), 1)
        for head in onward[node]:
            steps += 1
            if head not in (node, source):
                join((node, "exit"), (head, "entrance"), float("inf"))
                if head not in seen:
                    seen.add(head)
                    queue.append(head)
    start, goal = (source, "exit"), (target, "entrance")
    while steps <= most:
        last: dict[tuple[int, str], tuple[int, str]] = {start: start}
        places = deque([start])
        while places and goal not in last:
            place = places.popleft()
            for other, capacity in room.get(place, {}).items():
                steps += 1
                if capacity > 0 and other not in last:
                    last[other] = place
                    places.append(other)
        if goal not in last:
            nodes = sorted(n for n, side in last if side == "entrance" and (n, "exit") not in last)
            return Cut(tuple(nodes), steps)
        place = goal
        while place != start:
            earlier = last[place]
            room[earlier][place] -= 1
            room[place][earlier] += 1
            place = earlier
    return Cut(None, steps)
