"""Contraction, compiled: a program made small before the losses of every single actor are counted.

Owns three steps, each of which keeps every item's set of fatal actors (L): `possible` finds what no single actor can bring down,
`reduced` leaves it out and puts actors in the place of sources, `contracted` makes one item of those that fail together. Must not know
how the losses are counted.

In the reduced program a literal from 0 is an item, a negative one is actor `~literal`; L of an item is the union over its clauses of the
intersection over their literals (the least solution).
"""

from __future__ import annotations

import numpy as np

from kg.network.kernels.native.jit import INTS, LONG, MASK, compiled, inner
from kg.network.program import Bools, Int32s

__all__ = ["contracted", "possible", "reduced"]

_NONE, _MANY = -1, -2
_RESCANS = 16
_NEAR = 32
_ROUNDS = 8
_NEVER = 2**30
_EMPTY = -(2**31)


@inner
def _within(names: Int32s, first: int, last: int, name: int) -> bool:
    for at in range(first, last):
        if names[at] == name:
            return True
    return False


@inner
def _joined(one: int, other: int) -> int:
    """The intersection of two estimates: with any the other stays, two different actors have nothing in common."""
    if one == _MANY or one == other:
        return other
    return one if other == _MANY else _NONE


@compiled(INTS, INTS, INTS, INTS, INTS, INTS, MASK, MASK, INTS, INTS)
def possible(
    literal_offsets: Int32s,
    literals: Int32s,
    user_offsets: Int32s,
    users: Int32s,
    owners: Int32s,
    lengths: Int32s,
    alive: Bools,
    dead: Bools,
    actor_offsets: Int32s,
    actor_sources: Int32s,
) -> tuple[Int32s, Int32s, Bools]:
    """(who may bring down an item, the same of a source: an actor, -1 none, -2 perhaps several; clauses somebody may bring down).

    An over-estimate of the sets L in which every set of two and more stands for all: the least solution over the lattice none < one
    actor < any. What the sources of a clause say is known at once and mostly settles it (two actors have nothing in common); the items
    in it are counted down as they get an estimate, and looked at when the last has one and whenever one rises to any. Of a long clause
    that is looked at often any is said, which is allowed, so that the work stays linear.
    """
    items, clauses = len(alive), len(owners)
    said = np.full(len(dead), _NONE, dtype=np.int32)
    for actor in range(len(actor_offsets) - 1):
        for at in range(actor_offsets[actor], actor_offsets[actor + 1]):
            source = actor_sources[at]
            if said[source] == _NONE:
                said[source] = actor
            elif said[source] != actor:
                said[source] = _MANY
    known = np.full(items, _NONE, dtype=np.int32)
    from_sources, left = np.empty(clauses, dtype=np.int32), np.zeros(clauses, dtype=np.int32)
    kept = np.zeros(clauses, dtype=np.bool_)
    waiting, counted = np.zeros(items, dtype=np.bool_), np.zeros(items, dtype=np.bool_)
    queue = np.empty(
        items + 1, dtype=np.int32
    )  # a ring: first in, first out lets most items rise before their one turn
    head, tail = 0, 0
    for clause in range(clauses):
        owner = owners[clause]
        found = _MANY if alive[owner] else _NONE
        first, last = literal_offsets[clause], literal_offsets[clause + 1]
        for at in range(first, last):
            if found == _NONE:
                break
            literal = literals[at]
            if literal < 0:
                if not dead[~literal]:
                    found = _NONE if said[~literal] == _NONE else _joined(found, said[~literal])
            elif alive[literal] and not (lengths[clause] < last - first and _within(literals, first, at, literal)):
                left[clause] += 1
        from_sources[clause] = found
        if found == _NONE:
            left[clause] = _NEVER
        elif left[clause] == 0:
            kept[clause] = True
            if known[owner] != found and known[owner] != _MANY:
                known[owner] = found if known[owner] == _NONE else _MANY
                if not waiting[owner]:
                    waiting[owner] = True
                    queue[tail] = owner
                    tail = tail + 1 if tail < items else 0
    scans = np.zeros(clauses, dtype=np.uint8)
    while head != tail:
        item = queue[head]
        head = head + 1 if head < items else 0
        waiting[item] = False
        first_time = not counted[item]
        counted[item] = True
        for at in range(user_offsets[item], user_offsets[item + 1]):
            clause = users[at]
            if first_time:
                left[clause] -= 1
            if left[clause] != 0:
                continue
            found, owner = from_sources[clause], owners[clause]
            if kept[clause] and known[owner] == _MANY:
                continue
            if lengths[clause] > _RESCANS and scans[clause] >= _RESCANS:
                found = _MANY
            else:
                scans[clause] += 1
                for place in range(literal_offsets[clause], literal_offsets[clause + 1]):
                    literal = literals[place]
                    if literal >= 0 and alive[literal]:
                        found = _joined(found, known[literal])
                        if found == _NONE:
                            break
            if found == _NONE:
                continue
            kept[clause] = True
            if known[owner] != found and known[owner] != _MANY:
                known[owner] = found if known[owner] == _NONE else _MANY
                if not waiting[owner]:
                    waiting[owner] = True
                    queue[tail] = owner
                    tail = tail + 1 if tail < items else 0
    return known, said, kept


@inner
def _put_shared(
    own: int,
    head: int,
    end: int,
    said: Int32s,
    shared: Int32s,
    actor_offsets: Int32s,
    actor_sources: Int32s,
    rows: Int32s,
    heads: Int32s,
    found: Int32s,
) -> None:
    """Write the clauses of the sources of several actors, one of one literal for each, by counting."""
    made = len(rows) - 1
    for source in actor_sources:
        if said[source] == _MANY:
            rows[shared[source] + 1] += 1
    for row in range(own, made):
        rows[row + 1] += rows[row]
    cursor = rows[own:made].copy()
    for actor in range(len(actor_offsets) - 1):
        for at in range(actor_offsets[actor], actor_offsets[actor + 1]):
            source = actor_sources[at]
            if said[source] == _MANY:
                found[end + cursor[shared[source] - own] - head] = ~actor
                cursor[shared[source] - own] += 1
    for clause in range(head, rows[made]):
        heads[clause + 1] = heads[clause] + 1


@compiled(INTS, INTS, INTS, MASK, MASK, INTS, INTS, MASK, INTS, INTS)
def reduced(
    clause_offsets: Int32s,
    literal_offsets: Int32s,
    literals: Int32s,
    alive: Bools,
    dead: Bools,
    known: Int32s,
    said: Int32s,
    kept: Bools,
    actor_offsets: Int32s,
    actor_sources: Int32s,
) -> tuple[Int32s, Int32s, Int32s, Int32s, Int32s]:
    """(clause offsets, literal offsets, literals, weights, place of an item or -1) of the program over actors.

    A source of one actor is that actor; a source of several is an item of weight 0 with a clause for each.
    """
    items = len(alive)
    place = np.full(items, -1, dtype=np.int32)
    made, clauses, room, several = 0, 0, 0, 0
    for item in range(items):
        if alive[item] and known[item] != _NONE:
            place[item] = made
            made += 1
            for clause in range(clause_offsets[item], clause_offsets[item + 1]):
                if kept[clause]:
                    clauses += 1
                    room += literal_offsets[clause + 1] - literal_offsets[clause]
    own = made
    for at in range(len(actor_sources)):
        several += said[actor_sources[at]] == _MANY
    shared = np.zeros(len(dead) if several else 0, dtype=np.int32)  # the place of a source of several
    if several:
        for source in range(len(dead)):
            if said[source] == _MANY:
                shared[source] = made
                made += 1
    rows, heads = np.zeros(made + 1, dtype=np.int32), np.zeros(clauses + several + 1, dtype=np.int32)
    found, weights = np.empty(room + several, dtype=np.int32), np.zeros(made, dtype=np.int32)
    weights[:own] = 1
    row, head, end = 0, 0, 0
    for item in range(items):
        if place[item] < 0:
            continue
        for clause in range(clause_offsets[item], clause_offsets[item + 1]):
            if not kept[clause]:
                continue
            for at in range(literal_offsets[clause], literal_offsets[clause + 1]):
                literal = literals[at]
                if literal >= 0:
                    if alive[literal]:
                        found[end] = place[literal]
                        end += 1
                elif not dead[~literal]:
                    found[end] = shared[~literal] if said[~literal] == _MANY else ~said[~literal]
                    end += 1
            head += 1
            heads[head] = end
        row += 1
        rows[row] = head
    if several:
        _put_shared(own, head, end, said, shared, actor_offsets, actor_sources, rows, heads, found)
        head += several
        end += several
    return rows, heads[: head + 1].copy(), found[:end].copy(), weights, place


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
            if name == item or name == _EMPTY:
                good = False
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
        if len(weights) >= 0.9 * size:
            break
    return rows, heads, literals, weights, component, names, gains
