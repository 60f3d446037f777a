"""Dominators, compiled: Semi-NCA.

L. Georgiadis, Linear-Time Algorithms for Dominators and Related Problems, 2005, section 2.3: the semidominators of Lengauer and Tarjan
1979, "A fast algorithm for finding dominators in a flowgraph", then for each node the step up the tree of dominators from its parent
to the level of its semidominator. Nodes are numbered in preorder first, so that the rest reads its arrays nearly in order. Must not know
what a node stands for.
"""

from __future__ import annotations

import numpy as np

from kg.network.csr import Ints, Mask
from kg.network.kernels.native.jit import INTS, LONG, MASK, compiled, inner

__all__ = ["immediate"]


@inner
def _search(offsets: Ints, heads: Ints, passed: Mask, source: int, order: Ints, node_of: Ints, parent: Ints) -> int:
    """Depth-first search: `order` (node → preorder number), `node_of` the other way, `parent` by preorder numbers; how many were found. The
    way back is the chain of parents, so it needs no stack."""
    every = len(passed) == 0
    cursor = np.empty(len(order), np.int32)
    order[source], node_of[0], parent[0], cursor[0] = 0, source, 0, offsets[source]
    found, at = 1, 0
    while True:
        edge, end = cursor[at], offsets[node_of[at] + 1]
        while edge < end and (order[heads[edge]] >= 0 or not (every or passed[edge])):
            edge += 1
        if edge < end:
            head = heads[edge]
            cursor[at] = edge + 1
            order[head], node_of[found], parent[found], cursor[found] = found, head, at, offsets[head]
            at = found
            found += 1
        elif at == 0:
            return found
        else:
            cursor[at] = end
            at = parent[at]


@inner
def _semidominators(
    reverse_offsets: Ints,
    reverse_tails: Ints,
    reverse_passed: Mask,
    order: Ints,
    node_of: Ints,
    parent: Ints,
    found: int,
) -> Ints:
    """Semidominators, last found first. `up` is the forest of the nodes already done, its ways shortened as they are walked; `least` is
    the least semidominator on the part that was cut out."""
    every = len(reverse_passed) == 0
    up = parent[:found].copy()
    semi = np.arange(found).astype(np.int32)
    least = semi.copy()
    chain = np.empty(found, np.int32)
    for w in range(found - 1, 0, -1):
        best = parent[w]
        for place in range(reverse_offsets[node_of[w]], reverse_offsets[node_of[w] + 1]):
            v = order[reverse_tails[place]]
            if v < 0 or not (every or reverse_passed[place]):
                continue
            if v <= w:
                best = min(best, v)
                continue
            length = 0
            while up[v] > w:
                chain[length] = v
                length += 1
                v = up[v]
            value, top = least[v], up[v]
            for k in range(length - 1, -1, -1):
                v = chain[k]
                value = min(value, least[v])
                least[v], up[v] = value, top
            best = min(best, value)
        semi[w] = least[w] = best
    return semi


@compiled(INTS, INTS, MASK, INTS, INTS, MASK, LONG)
def immediate(
    offsets: Ints,
    heads: Ints,
    passed: Mask,
    reverse_offsets: Ints,
    reverse_tails: Ints,
    reverse_passed: Mask,
    source: int,
) -> Ints:
    """For each node its immediate dominator, the source its own, -1 where it is not reached. `passed` and `reverse_passed` say which edges
    count, in the order of either direction; all where they are empty."""
    count = len(offsets) - 1
    order = np.full(count, -1, np.int32)
    node_of = np.empty(count, np.int32)
    above = np.empty(count, np.int32)
    found = _search(offsets, heads, passed, source, order, node_of, above)
    semi = _semidominators(reverse_offsets, reverse_tails, reverse_passed, order, node_of, above, found)
    for w in range(1, found):
        v = above[w]
        while v > semi[w]:
            v = above[v]
        above[w] = v
    answer = order
    answer[:] = -1
    for v in range(found):
        answer[node_of[v]] = node_of[above[v]]
    return answer
