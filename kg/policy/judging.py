"""Judging: what the rules in force on a day make of one chip, system or memory. The core of classification, without its words.

Owns the outcome (the first paragraph met, `none`, `undetermined`, `not launched`, `no rule`), over all completions of what is missing or
disputed, and the reading of a system as what it contains. Must not know how an answer is laid out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product

from kg.facts.dates import earliest, latest
from kg.facts.model import Statement
from kg.policy.chip_figures import ChipFigure, figures_of, memory_figures_of, unique
from kg.policy.control_rules import DRAM, RATE
from kg.policy.memory import is_memory, named_by
from kg.policy.rules_in_force import InForce, rules_in_force
from kg.policy.verdicts import (
    AREA,
    DENSITY,
    SEGMENT,
    STACK_AREA,
    STACK_BANDWIDTH,
    TPP,
    UNDETERMINED,
    World,
    dependent,
    met,
    worlds,
)
from kg.store.snapshot import Snapshot
from kg.terms import Literal

__all__ = [
    "NONE",
    "NOT_LAUNCHED",
    "NO_RULE",
    "Judged",
    "Part",
    "assume",
    "completions",
    "figures_for",
    "judge",
    "launch_of",
    "outcome_of",
    "parts_of",
]

NONE, NOT_LAUNCHED, NO_RULE = "none", "not launched", "no rule"
_MOST_PARTS = 4096
_BASE = (TPP, AREA, RATE, DRAM, SEGMENT, STACK_BANDWIDTH, STACK_AREA)
_MEMORY = ("memory", "exception")


@dataclass(frozen=True, slots=True)
class Part:
    """A chip that a system requires: alone, or one of the `group`."""

    chip: str
    group: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What came out: the outcome, those that remain possible, the sets of paragraphs met in some completion, on which missing and which
    disputed figures it hangs; the figures, and the parts of a system with what each came to; `named` is the agency's word that a memory is meant."""

    outcome: str
    possible: tuple[str, ...]
    sets: frozenset[frozenset[str]]
    missing: tuple[str, ...]
    disputed: tuple[str, ...]
    figures: Mapping[str, ChipFigure]
    parts: tuple[tuple[Part, Judged], ...] = ()
    launch: str = ""
    launched: str = "unknown"
    named: tuple[Statement, ...] = ()

    @property
    def evidence(self) -> tuple[Statement, ...]:
        """The statements it rests on: the figures' that count, and of a system what it requires and the figures of that."""
        own = [s for name in _BASE if (f := self.figures.get(name)) is not None for s in f.rests_on]
        parts = [s for part, judged in self.parts for s in (*part.statements, *judged.evidence)]
        return unique([*own, *parts, *self.named])

    def certain(self, label: str) -> bool | None:
        """Whether a paragraph is met in all completions (True), in none (False) or in some (None)."""
        found = {label in each for each in self.sets}
        return found.pop() if len(found) == 1 else None


def launch_of(snapshot: Snapshot, item: str) -> tuple[str, str, tuple[Statement, ...]]:
    """The launch date (EDTF, blank if unknown), whether it had come by the snapshot's day (yes, no, unknown), its statements."""
    statements = tuple(sorted(snapshot.plain(item, "launchDate"), key=lambda s: (s.status == "unverified", s.iri)))
    if not statements:
        return "", "unknown", ()
    value = statements[0].object
    text = value.lexical if isinstance(value, Literal) else ""
    first, last = earliest(text), latest(text)
    day = snapshot.key.as_of
    if first is not None and first > day:
        return text, "no", statements
    return text, "yes" if last is not None and last <= day else "unknown", statements


def assume(figures: Mapping[str, ChipFigure], tpp: float | None, data_centre: bool | None) -> Mapping[str, ChipFigure]:
    """Figures with what a question assumes in place of what is on record; the density follows from an assumed TPP."""
    found = dict(figures)
    if tpp is not None:
        value = Fraction(str(tpp))
        found[TPP] = ChipFigure(TPP, (value,), False, "assumed by the question")
        area = found[AREA]
        found[DENSITY] = ChipFigure(
            DENSITY,
            tuple(dict.fromkeys(value / a for a in area.values if a)),
            True,
            "assumed TPP / applicable die area",
            area.rests_on,
        )
    if data_centre is not None:
        found[SEGMENT] = ChipFigure(SEGMENT, (Fraction(int(data_centre)),), False, "assumed by the question")
    return found


def parts_of(snapshot: Snapshot, system: str) -> tuple[Part, ...]:
    """The chips that an item requires, without optional and typical ones."""
    found: dict[tuple[str, str], list[Statement]] = {}
    for row in snapshot.relations(system, "Requirement", "item"):
        chip = row.one("requires")
        counts = row.text("necessity") in ("", "required")
        if isinstance(chip, str) and counts and snapshot.entity(chip).class_name == "Chip":
            found.setdefault((row.text("alternativeGroup"), chip), []).append(row)
    return tuple(Part(chip, group, tuple(rows)) for (group, chip), rows in sorted(found.items()))


def figures_for(snapshot: Snapshot, item: str) -> Mapping[str, ChipFigure]:
    """The figures by which an item is judged: a chip's, a memory's; none of a system, which is judged by what it contains."""
    if snapshot.entity(item).class_name == "System":
        return {}
    return memory_figures_of(snapshot, item) if is_memory(snapshot, item) else figures_of(snapshot, item)


def judge(
    snapshot: Snapshot,
    item: str,
    figures: Mapping[str, ChipFigure] | None = None,
    ever: bool = False,
    absent: frozenset[str] = frozenset(),
) -> Judged:
    """Judge a chip, a system or a memory by the rules in force on the snapshot's day.

    Parameters
    ----------
    figures : of a chip or memory, in place of those on record.
    ever : judge it though it was launched later.
    absent : chips that are not counted as parts of a system.
    """
    rules = rules_in_force(snapshot)
    system, memory = snapshot.entity(item).class_name == "System", is_memory(snapshot, item)
    if memory:
        rules = tuple(r for r in rules if r.line.kind in _MEMORY)
    if figures is None:
        figures = figures_for(snapshot, item)
    named = tuple(s for r in rules if memory and r.line.kind == "memory" for s in named_by(snapshot, r.policy, item))
    launch, launched, _ = launch_of(snapshot, item)
    whole = ever or launched == "yes"  # a system that exists has its chips, whatever day their own launch is given
    wanted = [p for p in parts_of(snapshot, item) if p.chip not in absent] if system else []
    parts = tuple((p, judge(snapshot, p.chip, ever=whole)) for p in wanted)
    if launched == "unknown" and parts and all(j.launched == "no" for _, j in parts):
        launched = "no"
    if not rules:
        return Judged(NO_RULE, (NO_RULE,), frozenset(), (), (), figures, parts, launch, launched)
    if launched == "no" and not ever:
        return Judged(NOT_LAUNCHED, (NOT_LAUNCHED,), frozenset(), (), (), figures, parts, launch, launched)
    if system:
        found = _system(rules, parts)
    else:
        found = _alone(rules, figures, ("memory",) if memory else ("classification",), bool(named))
    labels = [r.line.label for r in rules if r.line.kind in (("memory",) if memory else ("classification", "contains"))]
    outcomes = [(world, outcome_of(labels, labels_met)) for world, labels_met in found]
    possible = tuple(dict.fromkeys(o for o in (*labels, NONE) if any(o == outcome for _, outcome in outcomes)))
    hang = dependent(outcomes) if not system else _of_parts(parts)
    known = {name for name, figure in figures.items() if figure.values}
    missing = tuple(f for f in hang if f not in known)
    if system:
        missing = () if len(possible) < 2 else missing if parts else ("the chips it contains",)
        disputed = tuple(dict.fromkeys(d for _, j in parts for d in j.disputed)) if len(possible) > 1 else ()
    else:
        disputed = tuple(f for f in hang if f in known)
    return Judged(
        possible[0] if len(possible) == 1 else UNDETERMINED,
        possible,
        frozenset(frozenset(labels_met) for _, labels_met in found),
        missing,
        disputed,
        figures,
        parts,
        launch,
        launched,
        named,
    )


def outcome_of(labels: Sequence[str], labels_met: frozenset[str]) -> str:
    """The first of the labels that is met, or `none`."""
    return next((label for label in labels if label in labels_met), NONE)


_Found = list[tuple[World, frozenset[str]]]


def _alone(rules: Sequence[InForce], figures: Mapping[str, ChipFigure], kinds: tuple[str, ...], named: bool) -> _Found:
    """Each completion with the paragraphs met in it, of an item that is judged by its own figures."""
    texts = [r for r in rules if r.line.kind in kinds]
    return [
        (world, frozenset(r.line.label for r in texts if met(r.test, world)))
        for world in completions(texts, figures, texts if named else ())
    ]


def completions(
    rules: Sequence[InForce], figures: Mapping[str, ChipFigure], certain: Sequence[InForce] = ()
) -> list[dict[str, Fraction | None]]:
    """The completions of figures that tell apart what rules tell apart.

    Parameters
    ----------
    certain : rules of which it is said that the item meets them. Completions that contradict this are left out, unless all do: where figures
        on record say otherwise, they decide.
    """
    known = {name: figure.values for name, figure in figures.items()}
    found = list(worlds([r.test for r in (*rules, *certain)], known))
    kept = [world for world in found if all(met(r.test, world) for r in certain)]
    return kept or found


def _system(rules: Sequence[InForce], parts: Sequence[tuple[Part, Judged]]) -> _Found:
    """Each combination of what its chips may meet: all of those that stand alone, one of each group."""
    texts = [r for r in rules if r.line.kind == "contains"]
    if not parts:
        either = [frozenset[str](), *(frozenset({r.line.requires}) for r in texts)]
        return [({}, _containing(texts, each)) for each in either]
    groups: dict[tuple[str, str], list[frozenset[str]]] = {}
    for part, judged in parts:
        if judged.sets:  # a chip that is not launched is in no system yet
            groups.setdefault((part.group, "" if part.group else part.chip), []).extend(judged.sets)
    found: _Found = []
    for combination in islice(product(*groups.values()), _MOST_PARTS):
        found.append(({}, _containing(texts, frozenset().union(*combination))))
    return found


def _containing(texts: Sequence[InForce], contained: frozenset[str]) -> frozenset[str]:
    return frozenset(r.line.label for r in texts if r.line.requires in contained)


def _of_parts(parts: Sequence[tuple[Part, Judged]]) -> tuple[str, ...]:
    """What is missing of the chips a system contains, and which of several chips is in it."""
    found = list(dict.fromkeys(m for _, j in parts for m in j.missing))
    alternatives: dict[str, set[frozenset[frozenset[str]]]] = {}
    for part, judged in parts:
        if part.group:
            alternatives.setdefault(part.group, set()).add(judged.sets)
    if any(len(sets) > 1 for sets in alternatives.values()):
        found.append("which of the chips it contains")
    return tuple(found)
