"""AND/OR programs solved: what survives a removal, what every single removal costs, and a witness that an item holds.

Owns the three public functions, their checks and the choice between compiled kernels and their twins. Must not know bills of materials.

Sources: the greatest fixpoint of a monotone function (A. Tarski, "A lattice-theoretical fixpoint theorem and its applications", Pacific
Journal of Mathematics 5(2), 1955), found by counting down the living literals of each clause (W. F. Dowling and J. H. Gallier, 1984; see
`kg.network.program`). An item is lost only if a clause of it is; so items that need one another in a circle stand until one falls.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from kg.network.kernels import andor_twin, dispatch
from kg.network.program import Bools, Int32s, Program

__all__ = ["SingleLosses", "Support", "single_losses", "support", "surviving"]

_MODULES = ("andor", "possible", "contract", "losses")
"""The compiled modules of `single_losses`."""

_NOBODY = -(2**31)
"""In a contracted program: what nobody brings down."""

_LEAST_CASCADE, _CASCADES_A_SWEEP = 512, 512
"""A cascade is given up, for a sweep, where it has seen this many clauses and this part of all literals: a sweep costs some four
passes over the literals and does 512 actors."""


class SingleLosses(NamedTuple):
    """What the removal of each actor alone costs.

    Attributes
    ----------
    lost : int32 an actor; how many items that hold in the baseline are lost with it, -1 where the budget ended before.
    stops : bool an actor; whether the target is one of them (false where there is no target or it does not hold in the baseline).
    done : bool an actor; whether it was done. What is done is exact.
    """

    lost: Int32s
    stops: Bools
    done: Bools


class Support(NamedTuple):
    """A witness: `literals[k]` is alive and so meets clause `clauses[k]`; both int32, breadth first from the target."""

    clauses: Int32s
    literals: Int32s


def surviving(
    program: Program,
    dead_sources: npt.ArrayLike | None = None,
    removed_items: npt.ArrayLike | None = None,
    within: npt.ArrayLike | None = None,
) -> Bools:
    """The items that hold when sources and items are gone: the greatest set in which every clause of each has a living literal.

    Linear in the literals that name what is lost, after one copy of the counters of all clauses; with `within`, linear in the literals
    of those items (and in one byte an item).

    Parameters
    ----------
    dead_sources, removed_items : a mask (bool) or numbers; none by default.
    within : a mask or numbers of items; all others are gone. For a set that holds with each item all that it may need, the answer
        within it is that of the whole program.

    Raises
    ------
    ValueError
        A mask has the wrong length, or a number is no item or source.
    """
    dead = _mask("dead_sources", dead_sources, program.sources)
    out = _mask("removed_items", removed_items, program.items)
    inside = None if within is None else _mask("within", within, program.items)
    compiled = dispatch.native("andor", len(program.literals))
    if compiled is None:
        return andor_twin.surviving(program, dead, out if inside is None else out | ~inside)
    p = program
    if inside is None:
        lost = p.empty if removed_items is None else np.union1d(np.flatnonzero(out), p.empty).astype(np.int32)
        alive: Bools = compiled.fixpoint(p.items, p.user_offsets, p.users, p.owners, p.lengths, dead, lost)
        return alive
    few = np.flatnonzero(inside & ~out).astype(np.int32)
    alive = compiled.fixpoint_within(
        p.clause_offsets, p.literal_offsets, p.literals, p.user_offsets, p.users, p.owners, p.lengths, dead, few
    )
    return alive


def single_losses(
    program: Program,
    actor_offsets: npt.ArrayLike,
    actor_sources: npt.ArrayLike,
    target: int | None = None,
    base_dead: npt.ArrayLike | None = None,
    budget: int | None = None,
    groups: Sequence[int] | None = None,
) -> SingleLosses:
    """What is lost with each actor alone: actor a takes the sources `actor_sources[actor_offsets[a]:actor_offsets[a + 1]]`.

    All actors in one call, exactly. The compiled version leaves out what no actor alone can bring down, makes one item of those that fail
    together (so all items of which one actor is the only provider become one with it), runs a cascade for every actor of small
    consequences, and counts the large ones 512 at a time. That is close to linear where most actors bring down little or much of the
    same. No bound holds for every program: where each clause has one literal, this is counting what each node of a graph reaches, for
    which nothing much better than the product of nodes and edges is known; 512 actors then cost about one pass over the literals. Give
    a budget where the program is a stranger's.

    Parameters
    ----------
    target : an item to watch.
    base_dead : sources that are gone to begin with (mask or numbers).
    budget : literals to read at most while actors are brought down, kept to within one block of actors; the linear preparation is not
        counted. Which actors were done then is not the same in both versions.
    groups : a number an item (-1 for none), where several items stand for one thing: then things are counted of which an item is lost.
        Answered in plain Python.

    Raises
    ------
    ValueError
        Offsets that do not rise from 0 to the number of sources named, a number that is no source or item, or a budget below 0.
    """
    offsets, sources = np.ascontiguousarray(actor_offsets), np.ascontiguousarray(actor_sources)
    if (
        offsets.ndim != 1
        or len(offsets) == 0
        or offsets[0] != 0
        or offsets[-1] != len(sources)
        or (np.diff(offsets) < 0).any()
    ):
        raise ValueError(
            f"actor_offsets: expected numbers that rise from 0 to {len(sources)}, the number of sources named"
        )
    if len(sources) and (sources.min() < 0 or sources.max() >= program.sources):
        raise ValueError(f"actor_sources: expected numbers from 0 to {program.sources - 1}")
    if budget is not None and budget < 0:
        raise ValueError(f"budget: expected 0 or more, not {budget}")
    dead = _mask("base_dead", base_dead, program.sources)
    watched = -1 if target is None else _item(program, target)
    offsets, sources = offsets.astype(np.int32), sources.astype(np.int32)
    if groups is not None:
        if len(groups) != program.items:
            raise ValueError(f"groups: expected {program.items} numbers, found {len(groups)}")
        return SingleLosses(*andor_twin.single_losses(program, offsets, sources, watched, dead, budget, groups))
    native = {name: dispatch.native(name, len(program.literals)) for name in _MODULES}
    if any(module is None for module in native.values()):
        return SingleLosses(*andor_twin.single_losses(program, offsets, sources, watched, dead, budget))
    return _contracted_losses(program, offsets, sources, watched, dead, budget, native)


def _contracted_losses(
    program: Program,
    offsets: Int32s,
    sources: Int32s,
    target: int,
    dead: Bools,
    budget: int | None,
    native: Mapping[str, Any],
) -> SingleLosses:
    """The compiled way: estimate, contract, cascades, sweeps. Arguments as for the twin, and the compiled modules by name."""
    first, contract, losses = native["possible"], native["contract"], native["losses"]
    p, actors = program, len(offsets) - 1
    alive = native["andor"].fixpoint(p.items, p.user_offsets, p.users, p.owners, p.lengths, dead, p.empty)
    known, said, kept = first.possible(
        p.literal_offsets, p.literals, p.user_offsets, p.users, p.owners, p.lengths, alive, dead, offsets, sources
    )
    rows, heads, literals, weights, places = first.reduced(
        p.clause_offsets, p.literal_offsets, p.literals, alive, dead, known, said, kept, offsets, sources
    )
    watch = np.array([places[target]] if target >= 0 and places[target] >= 0 else [_NOBODY], dtype=np.int32)
    rows, heads, literals, weights, component, watch, gains = contract.contracted(
        rows, heads, literals, weights, watch, actors
    )
    items = len(rows) - 1
    where = int(watch[0])
    node = -1 if where == _NOBODY else where if where >= 0 else items + ~where
    weights = np.concatenate((weights, gains))
    owners, lengths, user_offsets, users, root, way, passed = losses.climbed(rows, heads, literals, weights, node)
    roots, back = np.unique(root[items:], return_inverse=True)
    roots = roots.astype(np.int32)
    least = -1 if budget is None else budget
    limit = max(_LEAST_CASCADE, len(literals) // _CASCADES_A_SWEEP)
    total, hit, spent = losses.cascades(owners, lengths, user_offsets, users, weights, roots, node, limit, least)
    large = np.flatnonzero(total < 0)
    if len(large) and (budget is None or spent < budget):
        starts = losses.starts(owners, user_offsets, users, component, roots[large])
        order = np.argsort(-starts, kind="stable")
        large = large[order]
        total[large], hit[large], _ = losses.sweeps(
            rows,
            heads,
            literals,
            component,
            weights,
            roots[large],
            starts[order],
            node,
            least if budget is None else budget - spent,
        )
    done = total[back] >= 0
    lost = np.where(done, total[back] + way[items:], -1).astype(np.int32)
    return SingleLosses(lost, done & (hit[back] | passed[items:]), done)


def support(program: Program, alive: npt.ArrayLike, target: int, dead_sources: npt.ArrayLike | None = None) -> Support:
    """For each clause of each item the target needs, one living literal: the first in the order of the clause.

    Only what is reached from the target by the literals chosen is in it. Its items hold one another up (perhaps in a circle), so the
    witness can be checked by reading it: every clause of every item in it has a literal in it that is a living source or an item in it.
    Linear in the literals of the items reached.

    Parameters
    ----------
    alive : mask or numbers of the items that hold (`surviving`), with the same `dead_sources`.

    Raises
    ------
    ValueError
        The target does not hold, or `alive` is not a set that holds: one of its clauses has no living literal.
    """
    holds = _mask("alive", alive, program.items)
    dead = _mask("dead_sources", dead_sources, program.sources)
    if not holds[_item(program, target)]:
        raise ValueError(f"item {target} does not hold, so nothing supports it")
    p = program
    compiled = dispatch.native("andor", len(p.literals))
    if compiled is None:
        found = andor_twin.support(p, holds, dead, target)
        clauses, literals = np.array(found[0], dtype=np.int32), np.array(found[1], dtype=np.int32)
    else:
        clauses, literals = compiled.support(p.clause_offsets, p.literal_offsets, p.literals, holds, dead, target)
    if len(clauses) != len(literals):
        raise ValueError(f"alive: clause {clauses[0]} of item {p.owners[clauses[0]]} has no living literal")
    return Support(clauses, literals)


def _item(program: Program, number: int) -> int:
    if not 0 <= number < program.items:
        raise ValueError(f"target: there is no item {number}; there are {program.items}")
    return int(number)


def _mask(name: str, given: npt.ArrayLike | None, size: int) -> Bools:
    """A mask from a mask, numbers or nothing."""
    if given is None:
        return np.zeros(size, dtype=np.bool_)
    found = np.asarray(given)
    if found.dtype == np.bool_:
        if found.shape != (size,):
            raise ValueError(f"{name}: expected a mask of {size}, found one of {found.shape}")
        return np.ascontiguousarray(found)
    if found.size == 0:
        return np.zeros(size, dtype=np.bool_)
    if found.ndim != 1 or not np.issubdtype(found.dtype, np.integer) or found.min() < 0 or found.max() >= size:
        raise ValueError(f"{name}: expected a mask, or whole numbers from 0 to {size - 1}")
    mask = np.zeros(size, dtype=np.bool_)
    mask[found] = True
    return mask
