"""Layout, compiled: edges sorted into rows by counting, in time linear in the edges.

Least-significant-digit radix sort with counting (D. E. Knuth, The Art of Computer Programming, volume 3, 2nd edition, 1998, section
5.2.5). Must not know what the rows are searched for.
"""

from __future__ import annotations

import numpy as np

from kg.network.csr import Ints, Mask
from kg.network.kernels.native.jit import BYTES, INTS, LONG, MASK, compiled, inner

__all__ = ["lay_out", "reversed_mask"]


@inner
def _count(keys: Ints, size: int) -> Ints:
    offsets = np.zeros(size + 1, np.int32)
    for key in keys:
        offsets[key + 1] += 1
    for n in range(size):
        offsets[n + 1] += offsets[n]
    return offsets


@compiled(INTS, INTS, BYTES, LONG)
def lay_out(tails: Ints, heads: Ints, relations: Ints, size: int) -> tuple[Ints, Ints, Ints, Ints]:
    """The order of the edges by (tail, head, relation, place); offsets; reverse offsets; tails in the order of heads."""
    count = len(tails)
    offsets, reverse_offsets = _count(tails, size), _count(heads, size)
    order = np.empty(count, np.int32)
    next_ = _count(relations, 256)
    for place in range(count):
        order[next_[relations[place]]] = place
        next_[relations[place]] += 1
    by_head = np.empty(count, np.int32)
    cursor = reverse_offsets.copy()
    for place in range(count):
        e = order[place]
        by_head[cursor[heads[e]]] = e
        cursor[heads[e]] += 1
    cursor = offsets.copy()
    for place in range(count):
        e = by_head[place]
        order[cursor[tails[e]]] = e
        cursor[tails[e]] += 1
    reverse_tails = np.empty(count, np.int32)
    cursor = reverse_offsets.copy()
    for place in range(count):
        e = order[place]
        reverse_tails[cursor[heads[e]]] = tails[e]
        cursor[heads[e]] += 1
    return order, offsets, reverse_offsets, reverse_tails


@compiled(INTS, INTS, MASK)
def reversed_mask(heads: Ints, reverse_offsets: Ints, mask: Mask) -> Mask:
    """An edge mask in the order of the reverse rows: a row of those holds its edges in the order of their positions."""
    found = np.empty(len(heads), np.bool_)
    cursor = reverse_offsets.copy()
    for e in range(len(heads)):
        found[cursor[heads[e]]] = mask[e]
        cursor[heads[e]] += 1
    return found
