"""Losses of every single actor, compiled: counted over a contracted program.

Owns the counting: `climbed` follows what has one consequence only, `cascades` brings down what a root brings down where that is little, and
`sweeps` counts the large ones, many roots at a time. Must not know how the program was contracted (`kernels.native.contract`).

Nodes are the items 0..m-1 and the actors m..m+a-1; in literals an actor is `~a`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kg.network.kernels.native.jit import INTS, LONG, compiled, inner
from kg.network.program import Bools, Int32s

Words = npt.NDArray[np.uint64]

__all__ = ["cascades", "climbed", "starts", "sweeps"]

_WORDS = 8
_BITS = 64 * _WORDS
_PLANES = 32


@compiled(INTS, INTS, INTS, INTS, LONG)
def climbed(
    rows: Int32s, heads: Int32s, literals: Int32s, weights: Int32s, target: int
) -> tuple[Int32s, Int32s, Int32s, Int32s, Int32s, Int32s, Bools]:
    """(owners, different literals a clause, user offsets, users, root, way, passed) of a program whose nodes weigh `weights`.

    A node that just one clause names, and names alone, loses what the owner of that clause loses, and itself. `root` is where such a
    climb ends, `way` the weight of the nodes before it, and `passed` says whether the target is one of them.
    """
    items, clauses, nodes = len(rows) - 1, len(heads) - 1, len(weights)
    owners, lengths = np.empty(clauses, dtype=np.int32), np.zeros(clauses, dtype=np.int32)
    for item in range(items):
        owners[rows[item] : rows[item + 1]] = item
    offsets = np.zeros(nodes + 1, dtype=np.int32)
    latest = np.full(nodes, -1, dtype=np.int32)
    for clause in range(clauses):
        for at in range(heads[clause], heads[clause + 1]):
            node = literals[at] if literals[at] >= 0 else items + ~literals[at]
            if latest[node] != clause:
                latest[node] = clause
                offsets[node + 1] += 1
                lengths[clause] += 1
    for node in range(nodes):
        offsets[node + 1] += offsets[node]
    users = np.empty(offsets[nodes], dtype=np.int32)
    cursor = offsets[:-1].copy()
    latest[:] = -1
    for clause in range(clauses):
        for at in range(heads[clause], heads[clause + 1]):
            node = literals[at] if literals[at] >= 0 else items + ~literals[at]
            if latest[node] != clause:
                latest[node] = clause
                users[cursor[node]] = clause
                cursor[node] += 1
    root, way, passed = (
        np.arange(nodes).astype(np.int32),
        np.zeros(nodes, dtype=np.int32),
        np.zeros(nodes, dtype=np.bool_),
    )
    for turn in range(nodes):
        # from the last item to the first, then the actors; a climb that would go down within a component ends there
        node = items - 1 - turn if turn < items else turn
        if offsets[node + 1] == offsets[node] + 1:
            clause = users[offsets[node]]
            after = owners[clause]
            if lengths[clause] == 1 and (after > node or node >= items):
                root[node] = root[after]
                way[node] = weights[node] + way[after]
                passed[node] = passed[after] or node == target
    return owners, lengths, offsets, users, root, way, passed


@compiled(INTS, INTS, INTS, INTS, INTS, INTS, LONG, LONG, LONG)
def cascades(
    owners: Int32s,
    lengths: Int32s,
    offsets: Int32s,
    users: Int32s,
    weights: Int32s,
    roots: Int32s,
    target: int,
    limit: int,
    budget: int,
) -> tuple[Int32s, Bools, int]:
    """(weight lost with each root, -1 where that takes more than `limit` clauses or the budget is spent; target lost; clauses seen).

    Counters and marks are laid over the program by stamps: a root's number as a stamp says that what stands there is of this
    cascade, so nothing is cleared between two.
    """
    total, hit = np.full(len(roots), -1, dtype=np.int32), np.zeros(len(roots), dtype=np.bool_)
    # What is met together stands together, since nodes and clauses are met in no order: of a clause its stamp, the literals to go, how
    # many there are and its item; of a node its stamp, its users and its weight. A clause of one literal is its item (~item) at once.
    clauses = np.empty((len(owners), 4), dtype=np.int32)
    for number in range(len(owners)):
        clauses[number, 0], clauses[number, 2], clauses[number, 3] = -1, lengths[number], owners[number]
    nodes = np.empty((len(weights), 4), dtype=np.int32)
    for number in range(len(weights)):
        nodes[number, 0], nodes[number, 1], nodes[number, 2] = -1, offsets[number], offsets[number + 1]
        nodes[number, 3] = weights[number]
    met = np.empty(len(users), dtype=np.int32)
    for at in range(len(users)):
        met[at] = ~owners[users[at]] if lengths[users[at]] == 1 else users[at]
    stack = np.empty(len(weights), dtype=np.int32)
    spent = 0
    for turn in range(len(roots)):
        if budget >= 0 and spent >= budget:
            break
        nodes[roots[turn], 0] = turn
        stack[0] = roots[turn]
        top, lost, seen = 1, 0, 0
        while top > 0 and seen <= limit:
            top -= 1
            node = nodes[stack[top]]
            lost += node[3]
            seen += node[2] - node[1]
            for at in range(node[1], node[2]):
                owner = ~met[at]
                if owner < 0:
                    clause = clauses[met[at]]
                    if clause[0] != turn:
                        clause[0], clause[1] = turn, clause[2]
                    clause[1] -= 1
                    if clause[1] > 0:
                        continue
                    owner = clause[3]
                if nodes[owner, 0] != turn:
                    nodes[owner, 0] = turn
                    stack[top] = owner
                    top += 1
        spent += seen
        if top == 0:
            total[turn] = lost
            hit[turn] = target >= 0 and nodes[target, 0] == turn
    return total, hit, spent


@compiled(INTS, INTS, INTS, INTS, INTS)
def starts(owners: Int32s, offsets: Int32s, users: Int32s, component: Int32s, roots: Int32s) -> Int32s:
    """The first item, in the order of the program, of the first component in which a root can bring an item down."""
    items = len(component)
    first = np.empty(items, dtype=np.int32)
    for item in range(items):
        first[item] = first[item - 1] if item > 0 and component[item] == component[item - 1] else item
    found = np.empty(len(roots), dtype=np.int32)
    for turn in range(len(roots)):
        least = roots[turn] if roots[turn] < items else items
        for at in range(offsets[roots[turn]], offsets[roots[turn] + 1]):
            least = min(least, owners[users[at]])
        found[turn] = first[least] if least < items else items
    return found


@inner
def _evaluated(
    item: int,
    rows: Int32s,
    heads: Int32s,
    literals: Int32s,
    items: int,
    bits: Words,
    value: Words,
    common: Words,
) -> bool:
    """Bring one item's bits up; whether they grew. Eight words side by side, so that a literal is one line of the processor's cache."""
    for word in range(_WORDS):
        value[word] = bits[item, word]
    for clause in range(rows[item], rows[item + 1]):
        first, last = heads[clause], heads[clause + 1]
        node = literals[first] if literals[first] >= 0 else items + ~literals[first]
        some = np.uint64(0)
        for word in range(_WORDS):
            common[word] = bits[node, word]
            some |= common[word]
        for at in range(first + 1, last):
            if some == 0:
                break
            node = literals[at] if literals[at] >= 0 else items + ~literals[at]
            some = np.uint64(0)
            for word in range(_WORDS):
                common[word] &= bits[node, word]
                some |= common[word]
        if some != 0:
            for word in range(_WORDS):
                value[word] |= common[word]
    grew = np.uint64(0)
    for word in range(_WORDS):
        grew |= value[word] ^ bits[item, word]
        bits[item, word] = value[word]
    return bool(grew != 0)


@inner
def _add(bits: Words, node: int, weight: int, planes: Words) -> None:
    """Add a weight to the count of every bit that is set: binary addition on planes, plane k the digit 2^k of all the counts."""
    for word in range(_WORDS):
        value = bits[node, word]
        if value == 0:
            continue
        rest, start = weight, 0
        while rest > 0:
            if rest & 1:
                carry, level = value, start
                while carry != 0:
                    digit = planes[level, word]
                    planes[level, word] = digit ^ carry
                    carry &= digit
                    level += 1
            rest >>= 1
            start += 1


@compiled(INTS, INTS, INTS, INTS, INTS, INTS, INTS, LONG, LONG)
def sweeps(
    rows: Int32s,
    heads: Int32s,
    literals: Int32s,
    component: Int32s,
    weights: Int32s,
    roots: Int32s,
    starts: Int32s,
    target: int,
    budget: int,
) -> tuple[Int32s, Bools, int]:
    """(weight lost with each root, -1 where the budget was spent; target lost; literals read) for many roots of large consequences.

    An item's set of fatal roots is 512 bits, brought up once an item in an order that puts its needs before it (a component that needs
    itself until it stands still). `starts`: the first item of the order that a root can bring down; roots come with falling starts, so
    that what stands before the start of a block is all zero.
    """
    items = len(rows) - 1
    bits = np.zeros((len(weights), _WORDS), dtype=np.uint64)
    planes = np.zeros((_PLANES, _WORDS), dtype=np.uint64)
    value, common = np.empty(_WORDS, dtype=np.uint64), np.empty(_WORDS, dtype=np.uint64)
    total, hit = np.full(len(roots), -1, dtype=np.int32), np.zeros(len(roots), dtype=np.bool_)
    spent = 0
    for first in range(0, len(roots), _BITS):
        if budget >= 0 and spent >= budget:
            break
        last = min(len(roots), first + _BITS)
        start = starts[last - 1]
        bits[start:items] = 0
        planes[:] = 0
        for turn in range(first, last):
            bit = turn - first
            bits[roots[turn], bit >> 6] |= np.uint64(1) << np.uint64(bit & 63)
        item = start
        while item < items:
            end = item + 1
            while end < items and component[end] == component[item]:
                end += 1
            again = True
            while again:
                again = False
                for each in range(item, end):
                    spent += heads[rows[each + 1]] - heads[rows[each]]
                    if _evaluated(each, rows, heads, literals, items, bits, value, common):
                        again = end > item + 1
            item = end
        for node in range(start, items):
            if weights[node] > 0:
                _add(bits, node, weights[node], planes)
        for turn in range(first, last):
            word, shift = (turn - first) >> 6, np.uint64((turn - first) & 63)
            count = 0
            for level in range(_PLANES):
                count |= int((planes[level, word] >> shift) & np.uint64(1)) << level
            if roots[turn] >= items:
                count += weights[roots[turn]]
            total[turn] = count
            if target >= 0:
                hit[turn] = (bits[target, word] >> shift) & np.uint64(1) != 0
        for turn in range(first, last):
            if roots[turn] >= items:
                bits[roots[turn]] = 0
    return total, hit, spent
