"""The questions of the network benchmark, and what it takes for two sides to have answered the same.

Owns the choice of nodes that are asked about (by a seed), the form answers are compared in, and the comparison. What it finds out about a
network by itself (distances, whether a cut cuts) it does with plain numpy, so no side checks itself. Must not know how sides are run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.measure import Wrong
from benchmarks.supply import AndOr, Supply

__all__ = ["HOPS", "PATHS", "Ground", "Question", "about_bills", "about_graphs", "normal"]

PATHS, HOPS = 10, 4
"""How many shortest simple paths, and how long the paths are of which all are wanted."""

_PAIRS = 3
"""A question about paths is asked for so many pairs; a sample is their sum."""

_RANK = 9
"""The country asked about: the tenth by organisations with a seat in it."""

Longs = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Question:
    """A question.

    Attributes
    ----------
    name : what the table shows.
    method : the method of the sides.
    arguments : what it is called with.
    check : raises `Wrong` unless the answers, by side and in the form of `normal`, are the same and right; says what they are.
    """

    name: str
    method: str
    arguments: tuple[Any, ...]
    check: Callable[[Mapping[str, Any]], str]


class Ground:
    """A network for looking things up in: neighbours of nodes, distances."""

    def __init__(self, supply: Supply) -> None:
        self.supply = supply
        self.offsets = np.searchsorted(supply.tails, np.arange(supply.nodes + 1))

    def neighbours(self, nodes: Longs) -> Longs:
        """Heads of the edges of some nodes, each once."""
        starts, counts = self.offsets[nodes], self.offsets[nodes + 1] - self.offsets[nodes]
        before = np.repeat(np.cumsum(counts) - counts, counts)
        marked = np.zeros(self.supply.nodes, dtype=np.bool_)
        marked[self.supply.heads[np.repeat(starts, counts) + np.arange(counts.sum()) - before]] = True
        return np.flatnonzero(marked)

    def distances(self, source: int, without: Sequence[int] = ()) -> Longs:
        """Hops to every node, -1 where there is no way."""
        found = np.full(self.supply.nodes, -1, dtype=np.int64)
        found[list(without)] = -2
        found[source] = hops = 0
        front = np.array([source])
        while len(front):
            hops += 1
            front = self.neighbours(front)
            front = front[found[front] == -1]
            found[front] = hops
        return found

    def is_path(self, nodes: Sequence[int]) -> bool:
        """Whether each node has an edge to the next, and none comes twice."""
        return len(set(nodes)) == len(nodes) and all(
            b in self.supply.heads[self.offsets[a] : self.offsets[a + 1]] for a, b in pairwise(nodes)
        )


def normal(question: str, answer: Any) -> Any:
    """The form in which answers are compared; small enough to be sent between processes.

    closure: node numbers, ascending (int64); shortest: a tuple of node numbers a pair; k_shortest and simple: a list a pair, of tuples of
    node numbers or, where a side gives no more, of lengths (int); dominators: int64 a node, -1 where it cannot be reached, the source its
    own; cut: a sorted list of node numbers a pair or, where a side gives no more, their number; removal: bool an item; singles: int64 a source.
    """
    if question == "closure":
        return np.sort(np.fromiter(answer, dtype=np.int64) if isinstance(answer, set) else np.asarray(answer, np.int64))
    if question == "shortest":
        return [tuple(map(int, path)) for path in answer]
    if question in ("k_shortest", "simple"):
        return [[p if isinstance(p, int) else tuple(map(int, p)) for p in paths] for paths in answer]
    if question == "cut":
        return [each if isinstance(each, int) else sorted(map(int, each)) for each in answer]
    return np.asarray(answer, dtype=np.bool_ if question == "removal" else np.int64)


# ---- graphs -------------------------------------------------------------------------------------------------------------


def about_graphs(supply: Supply, seed: int) -> list[Question]:
    """Questions about paths and what lies on all of them."""
    ground, random = Ground(supply), np.random.default_rng(seed)
    chips, firms = supply.of_class("Chip"), supply.of_class("Company")
    source = int(random.choice(supply.of_class("System")))
    popularity = np.bincount(supply.heads, minlength=supply.nodes)
    pairs: list[tuple[int, int]] = []
    for chip in random.permutation(chips).tolist():
        away = ground.distances(chip)[firms]
        near = firms[away == HOPS - 1]
        if len(near):
            weight = popularity[near] / popularity[near].sum()  # who is asked about is who many depend on
            pairs.append((chip, int(random.choice(near, p=weight))))
        if len(pairs) == _PAIRS:
            break
    even: list[tuple[int, int]] = []
    for chip in random.permutation(chips).tolist():
        near = firms[ground.distances(chip)[firms] == HOPS - 1]
        if len(near):
            even.append((chip, int(random.choice(near))))
        if len(even) == _PAIRS:
            break
    seats = np.bincount(supply.seats[supply.seats >= 0], minlength=supply.nodes)
    country = int(np.argsort(-seats, kind="stable")[_RANK])
    far = [(chip, country) for chip, _ in pairs if ground.distances(chip)[country] > 0]
    cut = pairs[:1]
    found = [
        Question("everything upstream", "closure", (source,), lambda a: _closure(ground, source, a)),
        Question("dominators", "dominators", (source,), lambda a: _dominators(ground, source, a)),
    ]
    several = []
    for ends, to in ((pairs, "a company"), (even, "a company drawn evenly"), (far, "a country")):
        asked = f"chip to {to}, {len(ends)} pairs"
        found += [
            Question(f"one shortest path ({asked})", "shortest", (ends,), _shortest_of(ground, ends)),
            Question(
                f"all simple paths of at most {HOPS} hops ({asked})", "simple", (ends, HOPS), _all_of(ground, ends)
            ),
        ]
        name = f"{PATHS} shortest simple paths ({asked})"
        several.append(Question(name, "k_shortest", (ends, PATHS), _several(ground, ends, PATHS)))
    # last what native sides are killed over, so that they are not built again for more
    last = Question("minimum vertex cut (chip to a company)", "cut", (cut,), lambda a: _cut(ground, cut, a))
    return [*found, last, *several]


def _equal(name: str, answers: Mapping[str, Any]) -> Any:
    """The answer that all sides gave."""
    (first, wanted), *others = answers.items()
    for side, given in others:
        if isinstance(wanted, np.ndarray):
            same = wanted.shape == np.shape(given) and bool((wanted == given).all())
        else:
            same = wanted == given
        if not same:
            raise Wrong(f"{name}: {first} and {side} differ: {str(wanted)[:200]} and {str(given)[:200]}")
    return wanted


def _closure(ground: Ground, source: int, answers: Mapping[str, Any]) -> str:
    without = {side: given[given != source] for side, given in answers.items()}
    found = _equal("everything upstream", without)
    reached = ground.distances(source)
    if not np.array_equal(found, np.flatnonzero(reached > 0)):
        raise Wrong(
            f"everything upstream: {next(iter(answers))} has {len(found)} nodes, {(reached > 0).sum()} can be reached"
        )
    return f"{len(found):,} nodes"


def _dominators(ground: Ground, source: int, answers: Mapping[str, Any]) -> str:
    found = _equal("dominators", answers)
    reached = ground.distances(source) >= 0
    if found[source] != source or not np.array_equal(found >= 0, reached):
        raise Wrong(f"dominators: {next(iter(answers))} does not give one for each node that can be reached")
    return f"{int(reached.sum()):,} nodes, {len(np.unique(found[reached])):,} of them dominate another"


def _check_path(name: str, ground: Ground, side: str, path: Sequence[int], ends: tuple[int, int]) -> None:
    if (path[0], path[-1]) != ends or not ground.is_path(path):
        raise Wrong(f"{name}: {side} gives what is no simple path from {ends[0]} to {ends[1]}: {path}")


def _shortest_of(ground: Ground, ends: list[tuple[int, int]]) -> Callable[[Mapping[str, Any]], str]:
    def check(answers: Mapping[str, Any]) -> str:
        wanted = [int(ground.distances(s)[t]) for s, t in ends]
        for side, paths in answers.items():
            for path, pair in zip(paths, ends, strict=True):
                _check_path("shortest path", ground, side, path, pair)
            if [len(path) - 1 for path in paths] != wanted:
                raise Wrong(f"shortest path: {side} has {[len(p) - 1 for p in paths]} hops, the least are {wanted}")
        return f"{'/'.join(map(str, wanted))} hops"

    return check


def _several(ground: Ground, ends: list[tuple[int, int]], most: int) -> Callable[[Mapping[str, Any]], str]:
    def check(answers: Mapping[str, Any]) -> str:
        lengths: dict[str, list[list[int]]] = {}
        for side, given in answers.items():
            lengths[side] = [[p if isinstance(p, int) else len(p) - 1 for p in paths] for paths in given]
            for paths, pair in zip(given, ends, strict=True):
                named = [p for p in paths if not isinstance(p, int)]
                for path in named:
                    _check_path("shortest simple paths", ground, side, path, pair)
                if len(set(named)) != len(named) or len(paths) > most:
                    raise Wrong(f"shortest simple paths: {side} gives a path twice, or too many")
        found = _equal("shortest simple paths", lengths)  # which of the paths of one length are the last is open
        if any(each != sorted(each) for each in found):
            raise Wrong("shortest simple paths: not in order of length")
        return "hops " + ", ".join(f"{each[0]}-{each[-1]}" for each in found)

    return check


def _all_of(ground: Ground, ends: list[tuple[int, int]]) -> Callable[[Mapping[str, Any]], str]:
    def check(answers: Mapping[str, Any]) -> str:
        found = _equal(
            "all simple paths", {side: [sorted(paths) for paths in given] for side, given in answers.items()}
        )
        for paths, pair in zip(found, ends, strict=True):
            for path in paths[:100]:
                _check_path("all simple paths", ground, next(iter(answers)), path, pair)
        return f"{'/'.join(str(len(paths)) for paths in found)} paths"

    return check


def _cut(ground: Ground, ends: list[tuple[int, int]], answers: Mapping[str, Any]) -> str:
    sizes = {side: [c if isinstance(c, int) else len(c) for c in cuts] for side, cuts in answers.items()}
    found = _equal("vertex cut", sizes)
    for side, cuts in answers.items():
        for cut, (source, target) in zip(cuts, ends, strict=True):
            if not isinstance(cut, int) and ground.distances(source, cut)[target] >= 0:
                raise Wrong(f"vertex cut: {side}'s nodes {cut} leave a way from {source} to {target}")
    return f"{'/'.join(map(str, found))} nodes"


# ---- AND/OR -------------------------------------------------------------------------------------------------------------


def about_bills(and_or: AndOr) -> list[Question]:
    """Questions about what is lost."""
    found = []
    ranked = np.argsort(-np.bincount(and_or.countries[and_or.countries >= 0]), kind="stable")
    for rank, name in ((0, "the largest country"), (_RANK, "the tenth country")):
        found.append(_remove(name, and_or.countries == ranked[rank]))
    found.append(Question("remove each company alone", "singles", (), _singles))
    return found


def _remove(name: str, dead: npt.NDArray[np.bool_]) -> Question:
    def check(answers: Mapping[str, Any]) -> str:
        held = _equal(f"remove {name}", answers)
        return f"{int(dead.sum()):,} companies go, {int((~held).sum()):,} of {len(held):,} items are lost"

    return Question(f"remove {name}", "removal", (dead,), check)


def _singles(answers: Mapping[str, Any]) -> str:
    lost = _equal("each company alone", answers)
    return f"{len(lost):,} companies, {int((lost > 0).sum()):,} take something with them, {int(lost.sum()):,} items in all, {int(lost.max()):,} at most"
