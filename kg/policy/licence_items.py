"""Items as the licence question sees them: what they may be classified as, and which letters, reviews and exceptions their figures reach.

Owns the reading of an item, apart from where it goes and to whom. Must not know requirements, nor how an answer is worded.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.policy.judging import NO_RULE, NONE, NOT_LAUNCHED, Judged, completions, judge
from kg.policy.licence_rules import RULES
from kg.policy.memory import is_classified, is_memory
from kg.policy.rules_in_force import policy_iri, rules_in_force
from kg.policy.truth import Truth, all_of, any_of
from kg.policy.verdicts import MEETS, MISSES, SEGMENT, dependent, met, verdict, worlds
from kg.store.snapshot import Snapshot

__all__ = ["ONLY", "Item", "item_of"]

ONLY = "only chips, systems and high-bandwidth memory are classified here"
"""What is said of any other item."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item as the rules see it: outcomes of classification that remain, whether it is for data centres, which lines of letters, reviews and exceptions it meets,
    and the figures on which a line of an exception hangs."""

    iri: str
    judged: Judged | None
    outcomes: tuple[str, ...]
    data_centre: Truth
    lines: dict[str, Truth]
    named_by: frozenset[str]
    lacking: tuple[str, ...] = ()


def item_of(snapshot: Snapshot, item: str) -> Item:
    """An item as the rules see it on the day."""
    return snapshot.shared_on_day(f"licence item {item}", lambda: _item(snapshot, item))


def _item(snapshot: Snapshot, item: str) -> Item:
    if not is_classified(snapshot, item):
        return Item(item, None, (NONE,), None, {}, _naming(snapshot, (item,)))
    judged = judge(snapshot, item)
    # a letter on a circuit covers the systems that incorporate it (Nvidia, Form 8-K of 2022-08-31)
    named = _naming(snapshot, (item, *(p.chip for p, _ in judged.parts)))
    outcomes = tuple(dict.fromkeys(NONE if o in (NO_RULE, NOT_LAUNCHED) else o for o in judged.possible))
    if is_memory(snapshot, item):
        lines, lacking = _memory_lines(snapshot, judged)
        return Item(item, judged, outcomes or (NONE,), None, lines, named, lacking)
    parts = [j for _, j in judged.parts] or [judged]
    lines = {}
    for rule in rules_in_force(snapshot):
        if rule.line.kind in ("letter", "review"):
            tests = [rule.test]
            if rule.line.requires:
                tests += [r.test for r in rules_in_force(snapshot) if r.line.label == rule.line.requires]
            words = []
            for part in parts:
                known = {name: figure.values for name, figure in part.figures.items()}
                words.append(verdict(all(met(t, w) for t in tests) for w in worlds(tests, known)))
            truths = [{MEETS: True, MISSES: False}.get(w) for w in words]
            met_by_all = all_of(truths) if rule.line.kind == "review" else any_of(truths)
            lines[rule.line.label] = met_by_all if _addressed(snapshot, item, judged, rule.line.of) else False
    segments = [f.value for p in parts if (f := p.figures.get(SEGMENT)) is not None]
    centre: Truth = None
    if segments and None not in segments:
        centre = any(bool(v) for v in segments)
    return Item(item, judged, outcomes or (NONE,), centre, lines, named)


def _naming(snapshot: Snapshot, items: tuple[str, ...]) -> frozenset[str]:
    """Policies of letters and arrangements that name one of some items."""
    return frozenset(
        r.policy
        for r in RULES
        if r.test in ("named", "arrangement", "letter")
        and any(s.object in items for s in snapshot.plain(policy_iri(r.policy), "controlledItem"))
    )


def _memory_lines(snapshot: Snapshot, judged: Judged) -> tuple[dict[str, Truth], tuple[str, ...]]:
    """Whether a memory keeps the limits of exceptions, taken that it meets the paragraph they are for; and the figures on which that hangs."""
    rules = rules_in_force(snapshot)
    lines: dict[str, Truth] = {}
    lacking: list[str] = []
    for rule in rules:
        if rule.line.kind == "exception":
            paragraph = [r for r in rules if r.line.label == rule.line.requires]
            found = [(w, met(rule.test, w)) for w in completions([rule], judged.figures, paragraph)]
            lines[rule.line.label] = {MEETS: True, MISSES: False}.get(verdict(held for _, held in found))
            for figure in dependent(found):
                known = judged.figures[figure].values if figure in judged.figures else ()
                lacking.append(f"{figure} (sources differ)" if known else figure)
    return lines, tuple(dict.fromkeys(lacking))


def _addressed(snapshot: Snapshot, item: str, judged: Judged, designers: tuple[str, ...]) -> bool:
    """Whether an item, or a chip in it, is by one of the designers a letter is addressed to; where none is named, it is to all."""
    found = {
        snapshot.entity(d).slug
        for each in (item, *(p.chip for p, _ in judged.parts))
        for s in snapshot.relations(each, "Design", "item")
        if isinstance(d := s.one("designer"), str)
    }
    return not designers or bool(found & set(designers))
