"""Table: numbers of nodes by hashing, for compiled searches that see a small part of a large graph.

Owns an open-addressing table with linear probing (D. E. Knuth, The Art of Computer Programming, volume 3, 2nd edition, 1998, section
6.4): three int32 values a node, -1 where unknown. An array over all nodes would cost more to clear than such a search takes.
"""

from __future__ import annotations

import numpy as np

from kg.network.csr import Ints
from kg.network.kernels.native.jit import inner

__all__ = ["grown", "new", "slot"]


@inner
def new(size: int) -> Ints:
    """An empty table of a power of two slots: rows of node and three values."""
    made = np.empty((size, 4), np.int32)
    for place in range(size):
        for column in range(4):
            made[place, column] = -1
    return made


@inner
def slot(table: Ints, node: int) -> int:
    """Where a node is, or the free slot where it belongs."""
    last = len(table) - 1
    mixed = np.int64(node) * 2654435769
    place = (mixed ^ (mixed >> 15)) & last
    while table[place, 0] != node and table[place, 0] >= 0:
        place = (place + 1) & last
    return int(place)


@inner
def grown(table: Ints) -> Ints:
    """The table with twice the slots."""
    made = new(2 * len(table))
    for place in range(len(table)):
        if table[place, 0] >= 0:
            at = slot(made, table[place, 0])
            for column in range(4):
                made[at, column] = table[place, column]
    return made
