"""Reach, compiled: a breadth-first search that changes direction with the size of its frontier.

After S. Beamer, K. Asanović and D. Patterson, Direction-Optimizing Breadth-First Search, SC 2012, with their constants. Must not know
what nodes stand for.
"""

from __future__ import annotations

import numpy as np

from kg.network.csr import Ints, Mask
from kg.network.kernels.native.jit import INT, INTS, MASK, compiled

__all__ = ["reach"]

_ALPHA, _BETA = 14, 24
"""Look backwards while the frontier has more than 1/14 of the edges left, until it holds fewer than 1/24 of the nodes."""


@compiled(INTS, INTS, INTS, INTS, MASK, INTS, INT)
def reach(
    offsets: Ints, ends: Ints, back_offsets: Ints, back_ends: Ints, mask: Mask, sources: Ints, longest: int
) -> Ints:
    """Least hops to each node along rows `offsets`, `ends`; `back_…` are the rows of the other direction; -1 if not reached."""
    size = len(offsets) - 1
    masked = len(mask) > 0
    depths = np.full(size, -1, np.int32)
    queue = np.empty(size, np.int32)
    filled = 0
    edges_left = len(ends)
    frontier_edges = 0
    for source in sources:
        depths[source] = 0
        queue[filled] = source
        filled += 1
        frontier_edges += offsets[source + 1] - offsets[source]
    done = 0
    hops = 0
    backwards = False
    while done < filled and hops < longest:
        hops += 1
        end = filled
        edges_left -= frontier_edges
        if masked:
            backwards = False  # the mask is in the order of one direction only
        elif backwards:
            backwards = end - done > size // _BETA
        else:
            backwards = frontier_edges > edges_left // _ALPHA and end - done > size // _BETA
        frontier_edges = 0
        if backwards:
            for node in range(size):
                if depths[node] < 0:
                    for e in range(back_offsets[node], back_offsets[node + 1]):
                        if depths[back_ends[e]] == hops - 1:
                            depths[node] = hops
                            queue[filled] = node
                            filled += 1
                            frontier_edges += offsets[node + 1] - offsets[node]
                            break
        else:
            for place in range(done, end):
                node = queue[place]
                for e in range(offsets[node], offsets[node + 1]):
                    other = ends[e]
                    if depths[other] < 0 and (not masked or mask[e]):
                        depths[other] = hops
                        queue[filled] = other
                        filled += 1
                        frontier_edges += offsets[other + 1] - offsets[other]
        done = end
    return depths
