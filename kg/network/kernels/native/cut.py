"""Minimum vertex cut, compiled: ways that share no node, found one by one.

Ford and Fulkerson 1956, "Maximal flow through a network", in the network whose nodes are split into an entrance and an exit (Even and Tarjan
1975, "Network flow and testing graph connectivity"). The split network is never built: a *place* is twice a node's number, and one more at its
exit, and the flow is two numbers a node. Each way is searched for from both ends, the smaller rim first (Pohl 1971, "Bi-directional search"), so that
a small cut touches little of a large network. Must not know what a node stands for.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from kg.network.csr import Ints, Mask
from kg.network.kernels.native.jit import INTS, LONG, MASK, compiled, inner

__all__ = ["nearest_cut"]

_WORK = types.Array(types.int32, 1, "C")


@inner
def _passes(offsets: Ints, heads: Ints, passed: Mask, tail: int, head: int) -> bool:
    """Whether an edge that counts leads from one node to another, which some edge does."""
    if len(passed) == 0:
        return True
    low, high = offsets[tail], offsets[tail + 1]
    edge = low + np.searchsorted(heads[low:high], head)
    while edge < high and heads[edge] == head:
        if passed[edge]:
            return True
        edge += 1
    return False


@inner
def _inside(place: int, before: Ints) -> int:
    """Where a place leads without an edge, by what can still flow: through its node while no way passes there; else back along that way."""
    node = place >> 1
    if before[node] == 0:
        return place if place & 1 else place + 1
    return place - 1 if place & 1 else 2 * (before[node] - 1) + 1


@inner
def _outside(place: int, onward: Ints) -> int:
    """From where a place is reached without an edge: `_inside` turned round."""
    node = place >> 1
    if onward[node] == 0:
        return place - 1 if place & 1 else place
    return 2 * (onward[node] - 1) if place & 1 else place + 1


@inner
def _meet(
    rows: Any, passed: Mask, source: int, target: int, onward: Ints, before: Ints, work: Any, most: int
) -> tuple[int, int, int, int]:
    """One search from both ends: the place where they meet (-1: they do not; -2: `most` ended it), how many places stand in `front` and in
    `back`, and the edges looked at."""
    offsets, heads, reverse_offsets, reverse_tails = rows
    ahead, behind, front, back = work
    every = len(passed) == 0
    start, goal = 2 * source + 1, 2 * target
    front[0], back[0] = start, goal
    ahead[start], behind[goal] = start + 1, goal + 1
    done, reached, undone, known, looked = 0, 1, 0, 1, 0
    while done < reached and undone < known:
        if looked > most:
            return -2, reached, known, looked
        if reached - done <= known - undone:
            place = front[done]
            done += 1
            node = place >> 1
            other = place if place == start else _inside(place, before)
            if ahead[other] == 0:
                ahead[other] = place + 1
                front[reached] = other
                reached += 1
                if behind[other] != 0:
                    return other, reached, known, looked
            if place & 1:
                looked += offsets[node + 1] - offsets[node]
                for edge in range(offsets[node], offsets[node + 1]):
                    head = heads[edge]
                    other = 2 * head
                    if ahead[other] == 0 and head != source and (every or passed[edge]):
                        ahead[other] = place + 1
                        front[reached] = other
                        reached += 1
                        if behind[other] != 0:
                            return other, reached, known, looked
        else:
            place = back[undone]
            undone += 1
            node = place >> 1
            other = place if place == goal else _outside(place, onward)
            if behind[other] == 0:
                behind[other] = place + 1
                back[known] = other
                known += 1
                if ahead[other] != 0:
                    return other, reached, known, looked
            if place & 1 == 0:
                looked += reverse_offsets[node + 1] - reverse_offsets[node]
                for position in range(reverse_offsets[node], reverse_offsets[node + 1]):
                    tail = reverse_tails[position]
                    other = 2 * tail + 1
                    if behind[other] == 0 and tail != target and _passes(offsets, heads, passed, tail, node):
                        behind[other] = place + 1
                        back[known] = other
                        known += 1
                        if ahead[other] != 0:
                            return other, reached, known, looked
    return -1, reached, known, looked


@inner
def _add_way(meeting: int, source: int, target: int, onward: Ints, before: Ints, ahead: Ints, behind: Ints) -> None:
    """Let one more way flow, over the meeting. What it takes back from others goes first, then what it adds."""
    start, goal = 2 * source + 1, 2 * target
    place = meeting
    while place != start:  # the part before the meeting, turned round, so that `behind` leads from start to goal
        earlier = ahead[place] - 1
        behind[earlier] = place + 1
        place = earlier
    while place != goal:
        later = behind[place] - 1
        if place & 1 == 0 and place >> 1 != later >> 1:
            before[place >> 1] = 0
            if later >> 1 != source:
                onward[later >> 1] = 0
        place = later
    place = start
    while place != goal:
        later = behind[place] - 1
        if place & 1 and place >> 1 != later >> 1:
            if place >> 1 != source:
                onward[place >> 1] = (later >> 1) + 1
            if later >> 1 != target:
                before[later >> 1] = (place >> 1) + 1
        place = later


@inner
def _flood(rows: Any, passed: Mask, source: int, before: Ints, ahead: Ints, front: Ints, most: int) -> tuple[int, int]:
    """All places that can still be reached from the source, into `front` and `ahead`; how many (-1 where `most` ended it), and the edges
    looked at."""
    offsets, heads = rows[0], rows[1]
    every = len(passed) == 0
    start = 2 * source + 1
    front[0], ahead[start] = start, start + 1
    done, reached, looked = 0, 1, 0
    while done < reached:
        if looked > most:
            return -1, looked
        place = front[done]
        done += 1
        node = place >> 1
        other = place if place == start else _inside(place, before)
        if ahead[other] == 0:
            ahead[other] = place + 1
            front[reached] = other
            reached += 1
        if place & 1:
            looked += offsets[node + 1] - offsets[node]
            for edge in range(offsets[node], offsets[node + 1]):
                other = 2 * heads[edge]
                if ahead[other] == 0 and heads[edge] != source and (every or passed[edge]):
                    ahead[other] = place + 1
                    front[reached] = other
                    reached += 1
    return reached, looked


@compiled(INTS, INTS, INTS, INTS, MASK, LONG, LONG, _WORK, _WORK, _WORK, _WORK, _WORK, _WORK, LONG)
def nearest_cut(
    offsets: Ints,
    heads: Ints,
    reverse_offsets: Ints,
    reverse_tails: Ints,
    passed: Mask,
    source: int,
    target: int,
    onward: Ints,
    before: Ints,
    ahead: Ints,
    behind: Ints,
    front: Ints,
    back: Ints,
    most: int,
) -> tuple[int, int]:
    """The minimum cut nearest to the source, written to the head of `back`.

    Parameters
    ----------
    passed : which edges count; all where it is empty.
    source, target : no edge that counts leads from the one to the other.
    onward, before : zeros, one a node: afterwards one more than the next and the last node of the way through each.
    ahead, behind : zeros, two a node: one more than the place each was reached from.
    front, back : room for two numbers a node.
    most : edges looked at, at most.

    Returns
    -------
    tuple
        How many nodes the cut has, -1 where `most` ended the search; the edges looked at.
    """
    rows = (offsets, heads, reverse_offsets, reverse_tails)
    work = (ahead, behind, front, back)
    total = 0
    while True:
        meeting, reached, known, looked = _meet(rows, passed, source, target, onward, before, work, most - total)
        total += looked
        if meeting >= 0:
            _add_way(meeting, source, target, onward, before, ahead, behind)
        for k in range(reached):
            ahead[front[k]] = behind[front[k]] = 0
        for k in range(known):
            ahead[back[k]] = behind[back[k]] = 0
        if meeting == -2:
            return -1, total
        if meeting == -1:
            break
    reached, looked = _flood(rows, passed, source, before, ahead, front, most - total)
    total += looked
    size = 0
    for k in range(reached):
        place = front[k]
        if place & 1 == 0 and ahead[place + 1] == 0:
            back[size] = place >> 1
            size += 1
    return (size if reached >= 0 else -1), total
