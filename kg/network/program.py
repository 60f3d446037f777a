"""A monotone AND/OR program as plain arrays: what each item needs, and which sources can give it.

Owns the layout, its checks and its reverse index. Must not know bills of materials, statements or what an item is; how a program is
solved belongs to `kg.network.kernels.andor`.

An item holds while each of its clauses holds; a clause holds while one of its literals does. Read for failure it is a propositional
Horn program (Dowling and Gallier, "Linear-time algorithms for testing the satisfiability of propositional Horn formulae", Journal of
Logic Programming 1(3), 1984): an item fails as soon as all literals of one of its clauses have failed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
import numpy.typing as npt

__all__ = ["Bools", "Int32s", "Program"]

Int32s = npt.NDArray[np.int32]
"""A one-dimensional array of 32-bit integers."""

Bools = npt.NDArray[np.bool_]
"""A one-dimensional array of truth values."""

_MOST = 2**31 - 1


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A program of `items` items and `sources` sources. An item without clauses always holds; an empty clause fails its item.

    Attributes
    ----------
    items, sources : how many there are; items are 0..items-1, sources 0..sources-1.
    clause_offsets : int32 (items + 1); the clauses of item i are `clause_offsets[i]` up to `clause_offsets[i + 1]`.
    literal_offsets : int32 (clauses + 1); the same for the literals of a clause.
    literals : int32; a number from 0 is an item, a negative one is source `~literal`, which is alive unless removed.
    owners : int32 (clauses); the item of a clause.
    lengths : int32 (clauses); the *different* literals of a clause (one that is repeated counts once).
    user_offsets, users : int32 (items + sources + 1) and int32; the clauses that name an item (row i) or a source (row items + s),
        ascending, each once.
    empty : int32; the items with an empty clause, ascending. This and the four before are made at construction, in time linear in the
        literals but for one sort (about a second at ten million).

    Raises
    ------
    ValueError
        An array has the wrong length, offsets do not rise from 0 to the end, or a literal names no item and no source.
    """

    items: int
    sources: int
    clause_offsets: Int32s
    literal_offsets: Int32s
    literals: Int32s
    owners: Int32s = field(init=False, repr=False)
    lengths: Int32s = field(init=False, repr=False)
    user_offsets: Int32s = field(init=False, repr=False)
    users: Int32s = field(init=False, repr=False)
    empty: Int32s = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.items < 0 or self.sources < 0:
            raise ValueError(f"a program has no fewer than 0 items and sources, not {self.items} and {self.sources}")
        if self.items + self.sources > _MOST or len(self.literals) > _MOST:
            raise ValueError(f"a program holds at most {_MOST:,} items and sources, and as many literals")
        _set(self, "clause_offsets", _offsets("clause_offsets", self.clause_offsets, self.items))
        clauses = int(self.clause_offsets[-1])
        _set(self, "literal_offsets", _offsets("literal_offsets", self.literal_offsets, clauses))
        _set(self, "literals", np.ascontiguousarray(self.literals, dtype=np.int32))
        if len(self.literals) != int(self.literal_offsets[-1]):
            raise ValueError(
                f"literal_offsets end at {int(self.literal_offsets[-1])}, but there are {len(self.literals)} literals"
            )
        _check_literals(self)
        _set(self, "owners", np.repeat(np.arange(self.items, dtype=np.int32), np.diff(self.clause_offsets)))
        _reverse(self, clauses)
        _set(self, "empty", np.unique(self.owners[self.lengths == 0]))

    @classmethod
    def of(cls, clauses: Sequence[Sequence[Sequence[int]]], sources: int) -> Program:
        """The program in which item i has the clauses `clauses[i]`, each a list of literals.

        Raises
        ------
        ValueError
            A literal names no item and no source (the message gives the item and the clause).
        """
        flat = [clause for rows in clauses for clause in rows]
        return cls(
            len(clauses),
            sources,
            _summed([len(rows) for rows in clauses]),
            _summed([len(clause) for clause in flat]),
            np.fromiter(chain.from_iterable(flat), dtype=np.int64).clip(-_MOST - 1, _MOST).astype(np.int32),
        )

    @property
    def clauses(self) -> int:
        """How many clauses there are."""
        return len(self.literal_offsets) - 1

    def clause(self, clause: int) -> list[int]:
        """The literals of a clause, as they were given."""
        return [int(x) for x in self.literals[self.literal_offsets[clause] : self.literal_offsets[clause + 1]]]


def _set(program: Program, name: str, value: object) -> None:
    object.__setattr__(program, name, value)  # the class is frozen; this is its constructor


def _summed(lengths: Sequence[int]) -> Int32s:
    total = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=total[1:])
    if total[-1] > _MOST:
        raise ValueError(f"a program holds at most {_MOST:,} clauses and literals, not {int(total[-1]):,}")
    return total.astype(np.int32)


def _offsets(name: str, given: Int32s, rows: int) -> Int32s:
    found = np.ascontiguousarray(given, dtype=np.int32)
    if found.ndim != 1 or len(found) != rows + 1:
        raise ValueError(f"{name}: expected {rows + 1} numbers, found {given.shape}")
    if found[0] != 0 or bool((found[1:] < found[:-1]).any()):
        raise ValueError(f"{name}: expected numbers that begin at 0 and never fall")
    return found


def _check_literals(program: Program) -> None:
    literals = program.literals
    bad = np.flatnonzero((literals >= program.items) | (literals < -program.sources))
    if len(bad) == 0:
        return
    clause = int(np.searchsorted(program.literal_offsets, bad[0], side="right")) - 1
    item = int(np.searchsorted(program.clause_offsets, clause, side="right")) - 1
    literal = int(literals[bad[0]])
    what = f"item {literal}" if literal >= 0 else f"source {~literal}"
    raise ValueError(
        f"item {item}, clause {clause - int(program.clause_offsets[item])} names {what}; "
        f"there are {program.items} items and {program.sources} sources"
    )


def _reverse(program: Program, clauses: int) -> None:
    """Make the reverse index by one sort of (name, clause) pairs packed into 64 bits (numpy sorts those several times faster than it
    finds an order). Equal pairs, a literal repeated in a clause, stand side by side and are dropped."""
    rows = program.items + program.sources
    pairs = np.where(program.literals >= 0, program.literals, program.items + ~program.literals).astype(np.int64)
    pairs <<= 32
    pairs |= np.repeat(np.arange(clauses, dtype=np.int64), np.diff(program.literal_offsets))
    pairs.sort()
    if len(pairs):
        once = np.ones(len(pairs), dtype=np.bool_)
        np.not_equal(pairs[1:], pairs[:-1], out=once[1:])
        if not once.all():
            pairs = pairs[once]
    users = (pairs & _MOST).astype(np.int32)
    pairs >>= 32
    offsets = np.zeros(rows + 1, dtype=np.int32)
    np.cumsum(np.bincount(pairs, minlength=rows), out=offsets[1:])
    _set(program, "user_offsets", offsets)
    _set(program, "users", users)
    _set(program, "lengths", np.bincount(users, minlength=clauses).astype(np.int32))
