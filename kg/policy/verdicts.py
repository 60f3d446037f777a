"""Verdicts: three-valued tests of control paragraphs, decided by looking at every completion of what is not known.

Owns the comparison of a value with a limit and the meaning of *undetermined*: a figure that is missing, or that is given in several
values, takes every value it may have, and a test is undetermined exactly where two of these completions decide it differently
(S. C. Kleene, Introduction to Metamathematics, 1952, section 64, gives the tables for independent parts; looking at whole completions is
sharper where two limits concern one figure). Must not know chips, statements or rules of law.

Numbers are exact fractions, so that a value on a limit is on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product

__all__ = [
    "AREA",
    "DENSITY",
    "MEETS",
    "MEMORY_DENSITY",
    "MISSES",
    "PARTS",
    "RATIOS",
    "SEGMENT",
    "STACK_AREA",
    "STACK_BANDWIDTH",
    "TPP",
    "UNDETERMINED",
    "UNITS",
    "Clause",
    "Known",
    "Limit",
    "ParagraphTest",
    "World",
    "dependent",
    "met",
    "points",
    "verdict",
    "worlds",
]

MEETS, MISSES, UNDETERMINED = "meets", "does not meet", "undetermined"
"""The verdicts."""

TPP = "TPP"
AREA = "die area"
DENSITY = "performance density"
SEGMENT = "market segment"
"""Total processing performance, the applicable die area, the first divided by the second, and whether an item is designed or marketed for data
centres (1 or 0)."""

STACK_BANDWIDTH = "stack bandwidth"
STACK_AREA = "stack area"
MEMORY_DENSITY = "memory bandwidth density"
"""Of a memory: the bandwidth of a stack, the area of the stack or of its package, and the first divided by the second."""

RATIOS = {DENSITY: (TPP, AREA), MEMORY_DENSITY: (STACK_BANDWIDTH, STACK_AREA)}
"""Figures that are never given themselves but worked out: one figure divided by another."""

UNITS = "kind of processing units"
PARTS = (
    "performance of units that execute machine instructions",
    "performance of digital primitive units",
    "performance of analog, multi-value or multi-level units",
)
"""Parts of the total, by kind of unit. Which units a throughput comes from is not on record: a completion gives it to one kind whole."""

World = Mapping[str, Fraction | None]
"""A completion: a value for each figure; None where a figure does not exist (a density over no area)."""

Known = Mapping[str, tuple[Fraction, ...]]
"""The values on record for each figure; a figure that is left out, or has none, may have any value above 0."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What a rule says of one figure: `operator` is at least, more than, less than, up to, equal or between (from `low`, below `high`)."""

    figure: str
    operator: str
    low: Fraction
    high: Fraction | None = None

    def holds(self, value: Fraction | None) -> bool:
        """Whether a value is within the limit; a figure that does not exist is within none."""
        if value is None:
            return False
        match self.operator:
            case "at least":
                return value >= self.low
            case "more than":
                return value > self.low
            case "less than":
                return value < self.low
            case "up to":
                return value <= self.low
            case "between":
                return self.low <= value and (self.high is None or value < self.high)
            case _:
                return value == self.low


@dataclass(frozen=True, slots=True)
class Clause:
    """A subparagraph: all its limits must hold. Where its text is not on record (`known` is false) it may be met or not."""

    name: str
    limits: tuple[Limit, ...] = ()
    known: bool = True


@dataclass(frozen=True, slots=True)
class ParagraphTest:
    """A paragraph: met where all clauses of one of `alternatives` are, unless one of `unless` is; `negate` turns the whole round."""

    alternatives: tuple[tuple[Clause, ...], ...]
    unless: tuple[Clause, ...] = ()
    negate: bool = False

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """All clauses, each once."""
        return tuple(dict.fromkeys([c for each in self.alternatives for c in each] + list(self.unless)))

    @property
    def figures(self) -> tuple[str, ...]:
        """The figures it needs, in order; a density needs its two parts, a clause that is not on record stands for itself."""
        found: dict[str, None] = {}
        for clause in self.clauses:
            found |= {clause.name: None} if not clause.known else {}
            for limit in clause.limits:
                found |= dict.fromkeys(_parts(limit.figure))
        return tuple(found)


def _parts(figure: str) -> tuple[str, ...]:
    """What a figure is worked out from: itself, where it is given."""
    return RATIOS.get(figure) or ((TPP, UNITS) if figure in PARTS else (figure,))


def met(test: ParagraphTest, world: World) -> bool:
    """Whether a test is met in a world that is complete for it."""
    found = any(all(_clause(c, world) for c in each) for each in test.alternatives)
    return (found and not any(_clause(c, world) for c in test.unless)) is not test.negate


def _clause(clause: Clause, world: World) -> bool:
    if not clause.known:
        return bool(world[clause.name])
    return all(limit.holds(world[limit.figure]) for limit in clause.limits)


def points(breaks: Iterable[Fraction]) -> tuple[Fraction, ...]:
    """One value below, on, between and above limits: whatever the limits tell apart is told apart by these. Needs limits above 0."""
    cuts = sorted({b for b in breaks if b > 0})
    if not cuts:
        return (Fraction(1),)
    between = [(a + b) / 2 for a, b in pairwise(cuts)]
    return tuple(sorted({cuts[0] / 2, *cuts, *between, cuts[-1] * 2}))


def worlds(tests: Sequence[ParagraphTest], known: Known) -> Iterator[dict[str, Fraction | None]]:
    """Completions of what is known that tell apart everything the tests can tell apart, each once."""
    figures = list(dict.fromkeys(f for t in tests for f in t.figures))
    domains = {figure: _domain(figure, tests, known) for figure in figures}
    for values in product(*domains.values()):
        world: dict[str, Fraction | None] = dict(zip(domains, values, strict=True))
        for ratio, (over, under) in RATIOS.items():
            above, below = world.get(over), world.get(under)
            world[ratio] = above / below if above is not None and below else None
        for number, part in enumerate(PARTS if UNITS in world else ()):
            world[part] = world[TPP] if world[UNITS] == number else Fraction(0)
        yield world


def _domain(figure: str, tests: Sequence[ParagraphTest], known: Known) -> tuple[Fraction, ...]:
    if known.get(figure):
        return known[figure]
    clauses = [c for t in tests for c in t.clauses]
    if figure == SEGMENT or any(c.name == figure for c in clauses):
        return Fraction(0), Fraction(1)
    if figure == UNITS:
        return tuple(Fraction(n) for n in range(len(PARTS)))
    limits = [limit for c in clauses for limit in c.limits]
    own = _cuts(limits, figure)
    if figure == TPP:
        own += [cut for part in PARTS for cut in _cuts(limits, part)]
    for ratio, (over, under) in RATIOS.items():
        density = _cuts(limits, ratio)
        if figure == over:
            scaled = [d * a for d in density for a in known.get(under, ())]
            # with both parts missing, and no limit on the first alone, several values of it show that it counts
            free = [Fraction(1)] if density and not (own or scaled) else []
            return points([*own, *scaled, *free])
        if figure == under:
            above = known.get(over) or _domain(over, tests, known)
            return points(t / d for d in density for t in above)
    return points(own)


def _cuts(limits: Iterable[Limit], figure: str) -> list[Fraction]:
    return [cut for limit in limits if limit.figure == figure for cut in (limit.low, limit.high) if cut is not None]


def verdict(outcomes: Iterable[bool]) -> str:
    """The verdict over the outcomes in all completions."""
    found = set(outcomes)
    return UNDETERMINED if len(found) > 1 else MEETS if found == {True} else MISSES


def dependent(found: Sequence[tuple[World, object]]) -> tuple[str, ...]:
    """The figures on which an outcome hangs: two completions differ in nothing else, and in the outcome. In order."""
    if len({outcome for _, outcome in found}) < 2:
        return ()
    base = [f for f in found[0][0] if f not in RATIOS and f not in PARTS]
    hang = []
    for figure in base:
        seen: dict[tuple[Fraction | None, ...], set[object]] = {}
        for world, outcome in found:
            seen.setdefault(tuple(world[f] for f in base if f != figure), set()).add(outcome)
        if any(len(outcomes) > 1 for outcomes in seen.values()):
            hang.append(figure)
    return tuple(hang)
