"""AND/OR programs, compiled: the greatest fixpoint and witnesses, over plain arrays.

Owns the cascade (Dowling and Gallier 1984: counters of the literals still alive, a stack of what has failed). Must not know what items
are. All arrays are those of `kg.network.program.Program`.
"""

from __future__ import annotations

import numpy as np

from kg.network.kernels.native.jit import INT, INTS, MASK, compiled
from kg.network.program import Bools, Int32s

__all__ = ["fixpoint", "fixpoint_within", "support"]


@compiled(INT, INTS, INTS, INTS, INTS, MASK, INTS)
def fixpoint(
    items: int, user_offsets: Int32s, users: Int32s, owners: Int32s, lengths: Int32s, dead: Bools, out: Int32s
) -> Bools:
    """Which items hold without the `dead` sources and the items `out` (each once; those with an empty clause too). Linear in the literals
    that name what is lost, after one copy of the counters."""
    gone = np.empty(len(out) + len(dead), dtype=np.int32)
    gone[: len(out)] = out
    count = len(out)
    for source in range(len(dead)):
        gone[count] = items + source
        count += dead[source]  # no branch, since none could be foretold
    left = lengths.copy()
    alive = np.ones(items, dtype=np.bool_)
    stack = np.empty(items + 1, dtype=np.int32)
    top = 0
    for node in out:
        alive[node] = False
    for start in gone[:count]:
        node = start
        while True:
            for at in range(user_offsets[node], user_offsets[node + 1]):
                clause = users[at]
                left[clause] -= 1
                if left[clause] == 0 and alive[owners[clause]]:
                    alive[owners[clause]] = False
                    stack[top] = owners[clause]
                    top += 1
            if top == 0:
                break
            top -= 1
            node = stack[top]
    return alive


@compiled(INTS, INTS, INTS, INTS, INTS, INTS, INTS, MASK, INTS)
def fixpoint_within(
    clause_offsets: Int32s,
    literal_offsets: Int32s,
    literals: Int32s,
    user_offsets: Int32s,
    users: Int32s,
    owners: Int32s,
    lengths: Int32s,
    dead: Bools,
    inside: Int32s,
) -> Bools:
    """The same for a few items, whose numbers are `inside`, each once; all others are gone. Reads the clauses of these and what uses
    those that fail, and nothing of the rest."""
    alive = np.zeros(len(clause_offsets) - 1, dtype=np.bool_)
    for item in inside:
        alive[item] = True
    left = np.empty(len(owners), dtype=np.int32)
    stack = np.empty(len(inside) + 1, dtype=np.int32)
    top = 0
    for item in inside:
        fails = False
        for clause in range(clause_offsets[item], clause_offsets[item + 1]):
            first, last = literal_offsets[clause], literal_offsets[clause + 1]
            repeats = lengths[clause] != last - first
            living = 0
            for at in range(first, last):
                literal = literals[at]
                # nothing inside is marked as failed before all are counted: a turn on the stack takes it off
                counts = alive[literal] if literal >= 0 else not dead[~literal]
                if counts and repeats:
                    for before in range(first, at):
                        if literals[before] == literal:
                            counts = False
                            break
                if counts:
                    living += 1
            left[clause] = living
            fails = fails or living == 0
        if fails:
            stack[top] = item
            top += 1
    for at in range(top):
        alive[stack[at]] = False
    while top > 0:
        top -= 1
        item = stack[top]
        for at in range(user_offsets[item], user_offsets[item + 1]):
            clause = users[at]
            owner = owners[clause]
            if alive[owner]:
                left[clause] -= 1
                if left[clause] == 0:
                    alive[owner] = False
                    stack[top] = owner
                    top += 1
    return alive


@compiled(INTS, INTS, INTS, MASK, MASK, INT)
def support(
    clause_offsets: Int32s, literal_offsets: Int32s, literals: Int32s, alive: Bools, dead: Bools, target: int
) -> tuple[Int32s, Int32s]:
    """(needed clauses, the first living literal of each), breadth first from the target. Where a clause has none: (that clause, none)."""
    seen = np.zeros(len(alive), dtype=np.bool_)
    queue = np.empty(len(alive), dtype=np.int32)
    queue[0] = target
    seen[target] = True
    head, tail, needed = 0, 1, 0
    room = 1024
    clauses, chosen = np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32)
    while head < tail:
        item = queue[head]
        head += 1
        for clause in range(clause_offsets[item], clause_offsets[item + 1]):
            at, last = literal_offsets[clause], literal_offsets[clause + 1]
            while at < last and not (alive[literals[at]] if literals[at] >= 0 else not dead[~literals[at]]):
                at += 1
            if at == last:
                return np.full(1, clause, dtype=np.int32), np.empty(0, dtype=np.int32)
            if needed == room:
                clauses = np.concatenate((clauses, np.empty(room, dtype=np.int32)))
                chosen = np.concatenate((chosen, np.empty(room, dtype=np.int32)))
                room *= 2
            clauses[needed], chosen[needed] = clause, literals[at]
            needed += 1
            if literals[at] >= 0 and not seen[literals[at]]:
                seen[literals[at]] = True
                queue[tail] = literals[at]
                tail += 1
    return clauses[:needed].copy(), chosen[:needed].copy()
