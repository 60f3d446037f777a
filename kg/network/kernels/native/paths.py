"""Paths, compiled: simple paths in order of length, then of node numbers.

The method, the order and what counts as a step are those of `kernels.paths`. Must not know what nodes stand for.

A row of the table holds, for a node: hops from the source; hops to the target, of the ball round it; and hops to the target as known for
the length in question, which are made anew for each length and kept as their complement while the node is on the path.
"""

from __future__ import annotations

import numpy as np

from kg.network.csr import Ints, Mask
from kg.network.kernels.native import table as tables
from kg.network.kernels.native.jit import INT, INTS, LONG, MASK, compiled, inner

__all__ = ["simple_paths"]

_ALL, _MOST, _BUDGET = 0, 1, 2
_FROM, _TO, _LEFT = 1, 2, 3
_UNKNOWN = -1
_FIRST_SLOTS = 1024
_PER_STEP = 16  # as in `kernels.paths`

_new, _slot, _grown = tables.new, tables.slot, tables.grown


@inner
def _passes(offsets: Ints, heads: Ints, mask: Mask, tail: int, head: int) -> bool:
    """Whether an edge from one node to another passes the mask: by bisection, since a row is sorted."""
    low, high = offsets[tail], offsets[tail + 1]
    end = high
    while low < high:
        middle = (low + high) >> 1
        if heads[middle] < head:
            low = middle + 1
        else:
            high = middle
    while low < end and heads[low] == head:
        if mask[low]:
            return True
        low += 1
    return False


@inner
def _appended(values: Ints, count: int, value: int) -> Ints:
    """The array with a value put at `count`; one of twice the size where it was full."""
    if count == len(values):
        more = np.empty(2 * count, np.int32)
        for place in range(count):  # assigning a slice would take the compiler a second
            more[place] = values[place]
        values = more
    values[count] = value
    return values


@inner
def _level(
    offsets: Ints, heads: Ints, rows: Ints, ends: Ints, mask: Mask,
    found: Ints, used: int, queue: Ints, low: int, high: int, side: int, hops: int,
) -> tuple[Ints, int, Ints, int, bool]:  # fmt: skip
    """One level more on a side: the table, its used slots, the queue, its end, and whether the sides met."""
    masked = len(mask) > 0
    filled = high
    met = False
    for place in range(low, high):
        node = queue[place]
        last = -1
        for e in range(rows[node], rows[node + 1]):
            other = ends[e]
            if other == last:
                continue
            last = other
            at = _slot(found, other)
            if found[at, side] >= 0:
                continue
            tail, head = (node, other) if side == _FROM else (other, node)
            if masked and not _passes(offsets, heads, mask, tail, head):
                continue
            if found[at, 0] < 0:
                found[at, 0] = other
                used += 1
            found[at, side] = hops
            met = met or found[at, _FROM + _TO - side] >= 0
            queue = _appended(queue, filled, other)
            filled += 1
            if 2 * used > len(found):
                found = _grown(found)
    return found, used, queue, filled, met


@inner
def _cost(rows: Ints, queue: Ints, low: int, high: int) -> int:
    """Edges to go on over from a level."""
    cost = 0
    for place in range(low, high):
        cost += rows[queue[place] + 1] - rows[queue[place]]
    return cost


@inner
def _distances(
    offsets: Ints, heads: Ints, back_offsets: Ints, back_tails: Ints, mask: Mask,
    found: Ints, level: Ints, radius: int, ahead: Ints, length: int,
) -> int:  # fmt: skip
    """Fill `_LEFT` from the ball round the target on through the ball round the source; the greatest distance filled in.

    Each level is found by the cheaper of two ways: over the edges to the level before, or by asking the nodes round the source,
    which are in order of hops, for a successor in it.
    """
    masked = len(mask) > 0
    for place in range(len(found)):
        found[place, _LEFT] = found[place, _TO]
    hops = radius
    count = len(level)
    while count > 0 and hops < length:
        hops += 1
        following = np.empty(16, np.int32)
        filled = 0
        back_cost = _cost(back_offsets, level, 0, count)
        front_cost = 0
        candidates = 0
        while candidates < len(ahead) and front_cost <= back_cost:
            node = ahead[candidates]
            if found[_slot(found, node), _FROM] + hops > length:
                break
            front_cost += 1 + offsets[node + 1] - offsets[node]
            candidates += 1
        if front_cost <= back_cost:
            for place in range(candidates):
                node = ahead[place]
                at = _slot(found, node)
                if found[at, _LEFT] >= 0:
                    continue
                for e in range(offsets[node], offsets[node + 1]):
                    if (not masked or mask[e]) and found[_slot(found, heads[e]), _LEFT] == hops - 1:
                        found[at, _LEFT] = hops
                        following = _appended(following, filled, node)
                        filled += 1
                        break
        else:
            for place in range(count):
                node = level[place]
                for e in range(back_offsets[node], back_offsets[node + 1]):
                    tail = back_tails[e]
                    at = _slot(found, tail)
                    if found[at, _FROM] < 0 or found[at, _LEFT] >= 0 or found[at, _FROM] + hops > length:
                        continue
                    if masked and not _passes(offsets, heads, mask, tail, node):
                        continue
                    found[at, _LEFT] = hops
                    following = _appended(following, filled, tail)
                    filled += 1
        level = following[:filled]
        count = filled
        if count == 0:
            hops -= 1
    return hops


@inner
def _search(
    offsets: Ints, heads: Ints, mask: Mask, found: Ints, whole: bool, source: int, target: int,
    length: int, most: int, budget: int, flat: Ints, ends: Ints, paths: int, steps: int,
) -> tuple[Ints, Ints, int, int, int, bool]:  # fmt: skip
    """Depth-first search for the simple paths of exactly one length; also whether there may be longer ones."""
    masked = len(mask) > 0
    path = np.empty(length + 1, np.int32)
    edge = np.empty(length + 1, np.int32)
    path[0], edge[0] = source, offsets[source]
    at = _slot(found, source)
    found[at, _LEFT] = ~found[at, _LEFT]
    depth = 0
    steps += 1
    longer = False
    while depth >= 0:
        if paths == most:
            return flat, ends, paths, steps, _MOST, longer
        node = path[depth]
        e = edge[depth]
        last = heads[e - 1] if e > offsets[node] else -1  # the search went on from there, or found a path
        left = length - depth - 1
        going = False
        while e < offsets[node + 1] and not going:
            other = heads[e]
            e += 1
            if other == last or (masked and not mask[e - 1]):
                continue
            last = other
            steps += 1
            if steps > budget:
                return flat, ends, paths, steps, _BUDGET, longer
            if other == target:
                if left == 0:
                    end = ends[paths - 1] if paths > 0 else 0
                    for place in range(depth + 1):
                        flat = _appended(flat, end + place, path[place])
                    flat = _appended(flat, end + depth + 1, target)
                    ends = _appended(ends, paths, end + depth + 2)
                    paths += 1
                    steps += length
                    going = True
                continue
            at = _slot(found, other)
            far = found[at, _LEFT]
            if far == _UNKNOWN:
                longer = longer or not whole
            elif far > left:
                longer = True
            elif far >= 0:
                found[at, _LEFT] = ~far
                edge[depth] = e
                depth += 1
                path[depth], edge[depth] = other, offsets[other]
                steps += 1
                going = True
        if path[depth] == node:
            edge[depth] = e
        if not going:
            at = _slot(found, node)
            found[at, _LEFT] = ~found[at, _LEFT]
            depth -= 1
    return flat, ends, paths, steps, _ALL, longer


@compiled(INTS, INTS, INTS, INTS, MASK, INT, INT, LONG, LONG, LONG)
def simple_paths(
    offsets: Ints, heads: Ints, back_offsets: Ints, back_tails: Ints, mask: Mask,
    source: int, target: int, longest: int, most: int, budget: int,
) -> tuple[Ints, Ints, int, int, int]:  # fmt: skip
    """Nodes of all paths one after another, where each ends, the least length (-1: none within `longest`), why the search ended, and steps; a negative
    `longest` asks for those of the least length."""
    flat, ends = np.empty(64, np.int32), np.empty(8, np.int32)
    found = _new(_FIRST_SLOTS)
    at = _slot(found, source)
    found[at, 0], found[at, _FROM] = source, 0
    at = _slot(found, target)
    found[at, 0], found[at, _TO] = target, 0
    used = 2
    ahead, behind = np.empty(64, np.int32), np.empty(64, np.int32)
    ahead[0], behind[0] = source, target
    ahead_low, ahead_high, behind_low, behind_high = 0, 1, 0, 1
    ahead_cost, behind_cost = -1, -1  # not known
    ahead_hops, behind_hops = 0, 0
    paths, steps, ended = 0, 0, _ALL
    least, length = -1, longest if longest >= 0 else len(offsets)
    while True:
        while ahead_low < ahead_high and behind_low < behind_high and ahead_hops + behind_hops < length:
            if ahead_cost < 0:
                ahead_cost = _cost(offsets, ahead, ahead_low, ahead_high)
            if behind_cost < 0:
                behind_cost = _cost(back_offsets, behind, behind_low, behind_high)
            forward = ahead_cost <= behind_cost
            ahead_hops += forward
            behind_hops += not forward
            found, used, queue, filled, met = _level(
                offsets,
                heads,
                offsets if forward else back_offsets,
                heads if forward else back_tails,
                mask,
                found,
                used,
                ahead if forward else behind,
                ahead_low if forward else behind_low,
                ahead_high if forward else behind_high,
                _FROM if forward else _TO,
                ahead_hops if forward else behind_hops,
            )  # written once for both sides, since each call makes the compiler's work longer
            if forward:
                ahead, ahead_low, ahead_high, ahead_cost = queue, ahead_high, filled, -1
            else:
                behind, behind_low, behind_high, behind_cost = queue, behind_high, filled, -1
            if least < 0 and met:
                least = ahead_hops + behind_hops
                length = least
        if least < 0:
            break
        if longest < 0:
            longest = least
        steps += (ahead_high + behind_high) // _PER_STEP
        if steps > budget:
            ended = _BUDGET
            break
        top = _distances(
            offsets, heads, back_offsets, back_tails, mask,
            found, behind[behind_low:behind_high], behind_hops, ahead[:ahead_high], length,
        )  # fmt: skip
        whole = behind_low == behind_high or (ahead_low == ahead_high and ahead_hops + top + 1 <= length)
        flat, ends, paths, steps, ended, longer = _search(
            offsets, heads, mask, found, whole, source, target, length, most, budget, flat, ends, paths, steps
        )
        if ended != _ALL or not longer or length >= longest:
            break
        length += 1
    if ended == _ALL and least >= 0 and paths == most:
        ended = _MOST
    return flat[: ends[paths - 1] if paths > 0 else 0], ends[:paths], least, ended, steps
