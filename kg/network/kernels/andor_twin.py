"""AND/OR programs in pure Python: the path for small programs, and the oracle of the compiled kernels.

Owns plain-Python versions of `surviving`, `single_losses` and `support`, written without looking like the compiled ones: all single
losses are found as sets (one bit an actor in Python's long integers), where the compiled kernel runs cascades. Arguments are checked by
`kg.network.kernels.andor`. Must not know numba.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from kg.network.program import Bools, Int32s, Program

__all__ = ["single_losses", "support", "surviving"]

_BLOCK, _SMALL_BLOCK = 2048, 64
"""Actors (bits) in one go, without and with a budget: a budget is kept between blocks."""

_MOST_BITS = 1 << 28
"""Bits held at a time, at most (32 MB and Python's overhead), so that a large program takes narrower blocks."""


def surviving(program: Program, dead: Bools, out: Bools) -> Bools:
    """The items that hold, with the sources `dead` and the items `out` gone (bool arrays over sources and items)."""
    owners, users, offsets = program.owners.tolist(), program.users.tolist(), program.user_offsets.tolist()
    left = program.lengths.tolist()
    lost = set(np.flatnonzero(out).tolist())
    lost.update(owners[c] for c, n in enumerate(left) if n == 0)
    queue = deque([*lost, *(program.items + s for s in np.flatnonzero(dead).tolist())])
    while queue:
        node = queue.popleft()
        for clause in users[offsets[node] : offsets[node + 1]]:
            left[clause] -= 1
            if left[clause] == 0 and owners[clause] not in lost:
                lost.add(owners[clause])
                queue.append(owners[clause])
    alive = np.ones(program.items, dtype=np.bool_)
    alive[list(lost)] = False
    return alive


def single_losses(
    program: Program,
    actor_offsets: Int32s,
    actor_sources: Int32s,
    target: int,
    dead: Bools,
    budget: int | None,
    groups: Sequence[int] | None = None,
) -> tuple[Int32s, Bools, Bools]:
    """(items lost, target lost, done) an actor; `target` -1 for none. With `groups` (a number an item, -1 for none) groups are counted of
    which an item is lost, each once.

    For each item the set of actors whose removal loses it is the least solution of: an item's set is the union over its clauses of the
    intersection over their literals, a source's is the actors that have it. A block of actors is one long integer an item.
    """
    actors = len(actor_offsets) - 1
    lost, stops, done = np.zeros(actors, np.int32), np.zeros(actors, np.bool_), np.zeros(actors, np.bool_)
    holds = surviving(program, dead, np.zeros(program.items, np.bool_))
    solver = _Sets(program, holds, dead)
    wide = _BLOCK if budget is None else _SMALL_BLOCK
    wide = max(8, min(wide, _MOST_BITS // max(1, program.items + program.sources)))
    for first in range(0, actors, wide):
        last = min(actors, first + wide)
        sets = solver.solve(actor_offsets, actor_sources, first, last, budget)
        if sets is None:
            break
        lost[first:last] = _columns(sets.values() if groups is None else _together(sets, groups), last - first)
        stops[first:last] = _unpacked(sets.get(target, 0), last - first)
        done[first:last] = True
    lost[~done] = -1
    return lost, stops, done


class _Sets:
    """The set-valued program over the items that hold, with the work done so far."""

    def __init__(self, program: Program, holds: Bools, dead: Bools) -> None:
        self._items, self._spent = program.items, 0
        offsets, literals = program.literal_offsets.tolist(), program.literals.tolist()
        gone = [False] * program.sources if not dead.any() else dead.tolist()
        alive = holds.tolist()
        self._clauses: list[list[list[int]]] = [[] for _ in range(program.items)]
        self._users: dict[int, list[int]] = {}
        for clause, owner in enumerate(program.owners.tolist()):
            if alive[owner]:
                said = {
                    x for x in literals[offsets[clause] : offsets[clause + 1]] if (alive[x] if x >= 0 else not gone[~x])
                }
                self._clauses[owner].append(list(said))
                for each in said:
                    self._users.setdefault(each, []).append(owner)

    def solve(
        self, actor_offsets: Int32s, actor_sources: Int32s, first: int, last: int, budget: int | None
    ) -> dict[int, int] | None:
        """The sets that are not empty, by item; None where the budget ends before."""
        sets: dict[int, int] = {}
        for bit, actor in enumerate(range(first, last)):
            for source in actor_sources[actor_offsets[actor] : actor_offsets[actor + 1]].tolist():
                if ~source in self._users:  # a source that is gone already stands in no clause
                    sets[~source] = sets.get(~source, 0) | 1 << bit
        queue = deque(dict.fromkeys(user for source in sets for user in self._users[source]))
        waiting = set(queue)
        while queue:
            item = queue.popleft()
            waiting.discard(item)
            found = before = sets.get(item, 0)
            for clause in self._clauses[item]:
                common = -1
                for literal in clause:
                    self._spent += 1
                    common &= sets.get(literal, 0)
                    if not common:
                        break
                found |= common
            if budget is not None and self._spent > budget:
                return None
            if found != before:
                sets[item] = found
                for user in self._users.get(item, ()):
                    if user not in waiting:
                        waiting.add(user)
                        queue.append(user)
        return {item: bits for item, bits in sets.items() if item >= 0}


def _together(sets: Mapping[int, int], groups: Sequence[int]) -> Iterable[int]:
    """The union of the sets of each group's items."""
    found: dict[int, int] = {}
    for item, bits in sets.items():
        if groups[item] >= 0:
            found[groups[item]] = found.get(groups[item], 0) | bits
    return found.values()


def _columns(sets: Iterable[int], width: int) -> Int32s:
    """How often each bit is set: addition with carry on bit planes, a plane a binary digit of all the counts."""
    planes: list[int] = []
    for bits in sets:
        carry, level = bits, 0
        while carry:
            if level == len(planes):
                planes.append(0)
            planes[level], carry = planes[level] ^ carry, planes[level] & carry
            level += 1
    total = np.zeros(width, dtype=np.int32)
    for level, plane in enumerate(planes):
        total += _unpacked(plane, width).astype(np.int32) << level
    return total


def _unpacked(bits: int, width: int) -> Bools:
    raw = np.frombuffer(bits.to_bytes((width + 7) // 8, "little"), dtype=np.uint8)
    return np.unpackbits(raw, count=width, bitorder="little").astype(np.bool_)


def support(program: Program, alive: Bools, dead: Bools, target: int) -> tuple[list[int], list[int]]:
    """(needed clauses, the literal chosen for each) in the order of a breadth-first search from the target; -1 stands beside the
    literals where a clause has none that lives."""
    clauses, chosen, seen = [], [], {target}
    queue = deque([target])
    while queue:
        item = queue.popleft()
        for clause in range(int(program.clause_offsets[item]), int(program.clause_offsets[item + 1])):
            living = (x for x in program.clause(clause) if (alive[x] if x >= 0 else not dead[~x]))
            literal = next(living, None)
            if literal is None:
                return [clause], []
            clauses.append(clause)
            chosen.append(literal)
            if literal >= 0 and literal not in seen:
                seen.add(literal)
                queue.append(literal)
    return clauses, chosen
