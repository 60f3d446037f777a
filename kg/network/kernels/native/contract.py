"""Contraction, compiled: a program made small before the losses of every single actor are counted.

Owns the two rules of `contracted`, which keep every item's set of fatal actors (see `kernels.native.possible`, whose program over actors
this is about). Must not know how the losses are counted.
"""

from __future__ import annotations

import numpy as np

from kg.network.kernels.native.jit import INTS, LONG, compiled, inner
from kg.network.program import Int32s

__all__ = ["contracted"]

_EMPTY = -(2**31)
_NEAR = 32
_ROUNDS, _WORTH = 8, 0.8


@inner
def _within(names: Int32s, first: int, last: int, name: int) -> bool:
    for at in range(first, last):  # noqa: SIM110 - compiled: a loop
        if names[at] == name:
            return True
    return False


@inner
def _components(offsets: Int32s, edges: Int32s) -> tuple[Int32s, Int32s]:
    """(nodes, each component's together and after what it points to; the component of each node). Edges below 0 are passed over.

    R. Tarjan, "Depth-first search and linear graph algorithms", SIAM Journal on Computing 1(2), 1972; with a stack of its own.
    """
    size = len(offsets) - 1
    order, component = np.empty(size, dtype=np.int32), np.full(size, -1, dtype=np.int32)
    low, index = np.zeros(size, dtype=np.int32), np.zeros(size, dtype=np.int32)
    cursor = offsets[:-1].copy()
    path, pending = np.empty(size, dtype=np.int32), np.empty(size, dtype=np.int32)
    clock, ordered, count, waiting = 0, 0, 0, 0
    for root in range(size):
        if index[root]:
            continue
        depth = 1
        path[0] = root
        clock += 1
        index[root] = low[root] = clock
        pending[waiting] = root
        waiting += 1
        while depth > 0:
            node = path[depth - 1]
            if cursor[node] < offsets[node + 1]:
                head = edges[cursor[node]]
                cursor[node] += 1
                if head < 0:
                    continue
                if index[head] == 0:
                    clock += 1
                    index[head] = low[head] = clock
                    pending[waiting] = head
                    waiting += 1
                    path[depth] = head
                    depth += 1
                elif component[head] < 0:
                    low[node] = min(low[node], index[head])
            else:
                depth -= 1
                if depth > 0:
                    low[path[depth - 1]] = min(low[path[depth - 1]], low[node])
                if low[node] == index[node]:
                    while True:
                        waiting -= 1
                        each = pending[waiting]
                        component[each] = count
                        order[ordered] = each
                        ordered += 1
                        if each == node:
                            break
                    count += 1
    return order, component


@inner
def _stands_for(node: int, rep: Int32s) -> int:
    """What an item or actor has been made one with: an item, an actor (below 0), or `_EMPTY` (nobody brings it down)."""
    if node < 0:
        return node
    last = node
    while last >= 0 and rep[last] != last:
        last = rep[last]
    while node >= 0 and rep[node] != node:
        after = rep[node]
        rep[node] = last
        node = after
    return last


@inner
def _tidy(
    item: int,
    clauses: tuple[int, int],
    heads: Int32s,
    literals: Int32s,
    rep: Int32s,
    into: Int32s,
    ends: Int32s,
    origin: int,
    kept: int,
) -> int:
    """Write clauses of an item in their simplest form behind the `kept` ones already written, of which those from `origin` are the
    item's too; gives how many there are then. Names are resolved and none stands twice; a clause that names the item itself, or what
    nobody brings down, goes, and so does one that another of a single literal makes idle."""
    for clause in range(clauses[0], clauses[1]):
        start = ends[kept - 1] if kept > 0 else 0
        end = start
        good = True
        for at in range(heads[clause], heads[clause + 1]):
            name = _stands_for(literals[at], rep)
            good = name != item and name != _EMPTY
            if not good:
                break
            again = False
            for before in range(start, min(end, start + _NEAR)):
                if into[before] == name:
                    again = True
                    break
            if not again:
                into[end] = name
                end += 1
        if not good:
            continue
        for other in range(max(origin, kept - _NEAR), kept):
            begin = ends[other - 1] if other > 0 else 0
            if ends[other] == begin + 1 and _within(into, start, min(end, start + _NEAR), into[begin]):
                good = False
                break
        if good:
            ends[kept] = end
            kept += 1
    return kept


@inner
def _rebuilt(
    order: Int32s,
    merge: bool,
    rep: Int32s,
    rows: Int32s,
    heads: Int32s,
    literals: Int32s,
    weights: Int32s,
    names: Int32s,
    gains: Int32s,
) -> tuple[Int32s, Int32s, Int32s, Int32s, Int32s]:
    """(rows, heads, literals, weights, new place of an item) of what is left, in the given order. With `merge` the clauses of items
    that were made one are united (they stand together in the order); else those of an item that stands no more for itself are dropped.
    `names` (places of items to be followed) and `gains` (weight that went to an actor) are changed in place."""
    size = len(order)
    new = np.full(size, -1, dtype=np.int32)
    made = 0
    for item in order:
        stands = _stands_for(item, rep)
        if stands >= 0 and new[stands] < 0 and (merge or stands == item):
            new[stands] = made
            made += 1
    new_rows, new_weights = np.zeros(made + 1, dtype=np.int32), np.zeros(made, dtype=np.int32)
    ends, into = np.empty(len(heads), dtype=np.int32), np.empty(len(literals), dtype=np.int32)
    kept, origin, last = 0, 0, -1
    for item in order:
        stands = _stands_for(item, rep)
        if stands == _EMPTY:
            continue
        if stands < 0:
            gains[~stands] += weights[item]
            continue
        new_weights[new[stands]] += weights[item]
        if merge or stands == item:
            if stands != last:
                origin, last = kept, stands
            kept = _tidy(stands, (rows[item], rows[item + 1]), heads, literals, rep, into, ends, origin, kept)
            new_rows[new[stands] + 1] = kept
    end = ends[kept - 1] if kept > 0 else 0
    for at in range(end):
        if into[at] >= 0:
            into[at] = new[into[at]]
    new_heads = np.zeros(kept + 1, dtype=np.int32)
    new_heads[1:] = ends[:kept]
    for at in range(len(names)):
        if names[at] >= 0:
            stands = _stands_for(names[at], rep)
            names[at] = new[stands] if stands >= 0 else stands
    return new_rows, new_heads, into[:end].copy(), new_weights, new


@compiled(INTS, INTS, INTS, INTS, INTS, LONG)
def contracted(
    rows: Int32s, heads: Int32s, literals: Int32s, weights: Int32s, names: Int32s, actors: int
) -> tuple[Int32s, Int32s, Int32s, Int32s, Int32s, Int32s, Int32s]:
    """(rows, heads, literals, weights, component of an item, where the named items went, items that became one with an actor).

    Two rules, in turn until little changes: items that bring each other down one by one (a strongly connected component of the clauses
    of one literal) are one item; an item with one clause of one literal is what that literal is. So are all items that only one actor
    provides made one with it. The items come out with what they need before them, but within a component; a named item went to an item,
    to an actor (below 0) or to none (-2^31: nobody brings it down).
    """
    names, gains = names.copy(), np.zeros(actors, dtype=np.int32)
    rows, heads, literals, weights = rows.copy(), heads.copy(), literals.copy(), weights.copy()
    component = np.zeros(0, dtype=np.int32)
    for _ in range(_ROUNDS):
        size = len(weights)
        single_rows, singles = np.zeros(size + 1, dtype=np.int32), np.empty(len(heads), dtype=np.int32)
        end = 0
        for item in range(size):
            for clause in range(rows[item], rows[item + 1]):
                if heads[clause + 1] == heads[clause] + 1 and literals[heads[clause]] >= 0:
                    singles[end] = literals[heads[clause]]
                    end += 1
            single_rows[item + 1] = end
        order, component = _components(single_rows, singles[:end])
        if size > 0 and component[order[size - 1]] + 1 < size:
            rep = np.empty(size, dtype=np.int32)
            for at in range(size):
                same = at > 0 and component[order[at]] == component[order[at - 1]]
                rep[order[at]] = rep[order[at - 1]] if same else order[at]
            rows, heads, literals, weights, new = _rebuilt(
                order, True, rep, rows, heads, literals, weights, names, gains
            )
        order, component = _components(heads[rows], literals)
        rep = np.arange(len(weights)).astype(np.int32)
        into, ends = np.empty(len(literals), dtype=np.int32), np.empty(len(heads), dtype=np.int32)
        for item in order:
            kept = _tidy(item, (rows[item], rows[item + 1]), heads, literals, rep, into, ends, 0, 0)
            if kept == 0:
                rep[item] = _EMPTY
            elif kept == 1 and ends[0] == 1:
                rep[item] = into[0]
        rows, heads, literals, weights, new = _rebuilt(order, False, rep, rows, heads, literals, weights, names, gains)
        moved = np.empty(len(weights), dtype=np.int32)
        for item in range(len(new)):
            if new[item] >= 0:
                moved[new[item]] = component[item]
        component = moved
        if len(weights) >= _WORTH * size:
            break
    return rows, heads, literals, weights, component, names, gains
