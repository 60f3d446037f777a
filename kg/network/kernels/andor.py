"""AND/OR programs solved: what survives a removal, and what every single removal costs.

Source: W. F. Dowling and J. H. Gallier, "Linear-time algorithms for testing the satisfiability of propositional Horn formulae", Journal of
Logic Programming 1(3), 1984, read for failure.
"""

from __future__ import annotations

from collections import deque
from itertools import pairwise

import numpy as np

from kg.network.program import Bools, Int32s, Program

__all__ = ["single_losses", "surviving"]


def surviving(program: Program, dead_sources: Bools | None = None, removed_items: Int32s | None = None) -> Bools:
    """The items that hold when sources and items are gone: the greatest set in which every clause of each has a living literal."""
    offsets, users, owners = program.user_offsets.tolist(), program.users.tolist(), program.owners.tolist()
    left, alive = program.lengths.tolist(), [True] * program.items
    queue = deque[int]()

    def fail(item: int) -> None:
        if alive[item]:
            alive[item] = False
            queue.append(item)

    def lose(row: int) -> None:
        for clause in users[offsets[row] : offsets[row + 1]]:
            left[clause] -= 1
            if left[clause] == 0:
                fail(owners[clause])

    for clause, length in enumerate(left):
        if length == 0:
            fail(owners[clause])
    for item in [] if removed_items is None else removed_items.tolist():
        fail(item)
    for source in [] if dead_sources is None else np.flatnonzero(dead_sources).tolist():
        lose(program.items + source)
    while queue:
        lose(queue.popleft())
    return np.array(alive, dtype=np.bool_)


def single_losses(
    program: Program, actor_offsets: Int32s, actor_sources: Int32s, target: int
) -> tuple[list[int], list[bool]]:
    """(items that hold in the baseline and are lost, whether the target is) for the removal of each actor's sources."""
    base = surviving(program)
    lost, stops = [], []
    for low, high in pairwise(actor_offsets):
        dead = np.zeros(program.sources, dtype=np.bool_)
        dead[actor_sources[low:high]] = True
        gone = base & ~surviving(program, dead)
        lost.append(int(gone.sum()))
        stops.append(bool(gone[target]))
    return lost, stops
