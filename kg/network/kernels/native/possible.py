"""What single actors can bring down, compiled: a program without all that no actor alone can bring down.

Owns two steps, each of which keeps every item's set of fatal actors (L): `possible` estimates it from above, `reduced` leaves out what has
none and puts actors in the place of sources. Must not know how the losses are counted.

In the reduced program a literal from 0 is an item, a negative one is actor `~literal`; L of an item is the union over its clauses of the
intersection over their literals (the least solution).
"""

from __future__ import annotations

import numpy as np

from kg.network.kernels.native.jit import INTS, MASK, compiled, inner
from kg.network.program import Bools, Int32s

__all__ = ["possible", "reduced"]

_NONE, _MANY = -1, -2
_RESCANS = 16
_NEVER, _KEPT, _LONE, _LOOKS = 2**30, 2**20, 2**21, 2**20 - 1


@inner
def _within(names: Int32s, first: int, last: int, name: int) -> bool:
    for at in range(first, last):  # noqa: SIM110 - compiled: a loop
        if names[at] == name:
            return True
    return False


@inner
def _joined(one: int, other: int) -> int:
    """The intersection of two estimates: with any the other stays, two different actors have nothing in common."""
    if one == _MANY:
        return other
    if other == _MANY:
        return one
    return one if one == other else _NONE


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
    # a clause's record stands in one place, since clauses are met in no order: literals to go, what its sources say, its item, looks
    records = np.empty((clauses, 4), dtype=np.int32)
    waiting, counted = np.zeros(items, dtype=np.bool_), np.zeros(items, dtype=np.bool_)
    queue = np.empty(
        items + 1, dtype=np.int32
    )  # a ring: first in, first out lets most items rise before their one turn
    head, tail = 0, 0
    for clause in range(clauses):
        owner = owners[clause]
        found = _MANY if alive[owner] else _NONE
        first, last = literal_offsets[clause], literal_offsets[clause + 1]
        left = 0
        for at in range(first, last):
            if found == _NONE:
                break
            literal = literals[at]
            if literal < 0:
                if not dead[~literal]:
                    found = _NONE if said[~literal] == _NONE else _joined(found, said[~literal])
            elif alive[literal] and not (lengths[clause] < last - first and _within(literals, first, at, literal)):
                left += 1
        record = records[clause]
        record[0], record[1], record[2], record[3] = left, found, owner, _LONE if left == 1 else 0
        if found == _NONE:
            record[0] = _NEVER
        elif left == 0:
            record[3] = _KEPT
            if known[owner] != found and known[owner] != _MANY:
                known[owner] = found if known[owner] == _NONE else _MANY
                if not waiting[owner]:
                    waiting[owner] = True
                    queue[tail] = owner
                    tail = tail + 1 if tail < items else 0
    while head != tail:
        item = queue[head]
        head = head + 1 if head < items else 0
        waiting[item] = False
        first_time = not counted[item]
        counted[item] = True
        for at in range(user_offsets[item], user_offsets[item + 1]):
            clause = users[at]
            record = records[clause]
            if first_time:
                record[0] -= 1
            if record[0] != 0:
                continue
            found, owner, looks = record[1], record[2], record[3]
            if looks & _KEPT and known[owner] == _MANY:
                continue
            if looks & _LONE:
                found = _joined(found, known[item])
            elif (looks & _LOOKS) >= _RESCANS and lengths[clause] > _RESCANS:
                found = _MANY
            else:
                record[3] = looks + 1
                for place in range(literal_offsets[clause], literal_offsets[clause + 1]):
                    literal = literals[place]
                    if literal >= 0 and alive[literal]:
                        found = _joined(found, known[literal])
                        if found == _NONE:
                            break
            if found == _NONE:
                continue
            record[3] |= _KEPT
            if known[owner] != found and known[owner] != _MANY:
                known[owner] = found if known[owner] == _NONE else _MANY
                if not waiting[owner]:
                    waiting[owner] = True
                    queue[tail] = owner
                    tail = tail + 1 if tail < items else 0
    kept = np.empty(clauses, dtype=np.bool_)
    for clause in range(clauses):
        kept[clause] = records[clause, 3] & _KEPT != 0
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
