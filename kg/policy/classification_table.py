"""The table of classifications: every chip, system and memory on one day, a line each.

Owns the line of a table and the pool of what is classified. The verdicts are those of `kg.policy.judging`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kg.analysis.desk import Desk
from kg.answers.classification import ClassifyLine, ClassifyTable
from kg.answers.values import Count
from kg.facts.model import Statement
from kg.policy.chip_figures import unique
from kg.policy.classification import rule_state
from kg.policy.control_rules import DRAM, RATE
from kg.policy.figure_infos import number
from kg.policy.judging import Judged, judge, launch_of
from kg.policy.ladder import NO_ADVICE
from kg.policy.memory import PROCESSORS, memories
from kg.policy.verdicts import DENSITY, MEMORY_DENSITY, SEGMENT, TPP
from kg.store.snapshot import Snapshot

__all__ = ["CLASSIFIED", "classified", "classify_line", "classify_table", "figure_statements", "value_of"]

CLASSIFIED = (*PROCESSORS, "Component")
"""Classes whose members may be classified: all chips and systems, of components the high-bandwidth memories."""

_COST = 500
"""Steps a verdict takes from the budget."""


def classified(snapshot: Snapshot) -> tuple[str, ...]:
    """IRIs of all chips, systems and high-bandwidth memories, in order."""
    return tuple(sorted((*(e.iri for cls in PROCESSORS for e in snapshot.entities(cls)), *memories(snapshot))))


def value_of(judged: Judged, name: str) -> float | None:
    """A figure of what was judged; None where it is missing."""
    figure = judged.figures.get(name)
    return number(figure.value) if figure is not None else None


def figure_statements(desk: Desk, item: str, judged: Judged) -> tuple[Statement, ...]:
    """The statements that a verdict rests on: the figures', the launch's, of a system those of its parts."""
    return unique([*judged.evidence, *launch_of(desk.snapshot, item)[2]])


def classify_line(desk: Desk, item: str, judged: Judged) -> ClassifyLine:
    """A chip, system or memory as a line."""
    segment = judged.figures.get(SEGMENT)
    known = segment.value if segment is not None else None
    return ClassifyLine(
        chip=desk.ref(item),
        outcome=judged.outcome,
        possible=judged.possible,
        missing=judged.missing,
        disputed=judged.disputed,
        launch=judged.launch,
        tpp=value_of(judged, TPP),
        performance_density=value_of(judged, DENSITY),
        transfer_rate=value_of(judged, RATE),
        memory_bandwidth=value_of(judged, DRAM),
        memory_bandwidth_density=value_of(judged, MEMORY_DENSITY),
        data_centre="unknown" if known is None else "yes" if known else "no",
        statements=desk.infos(figure_statements(desk, item, judged)),
    )


def classify_table(desk: Desk, shown: Sequence[str], next_: str | None) -> ClassifyTable:
    """A page of the table: the items shown, the counts of outcomes over all, the cursor of the next page."""
    snapshot = desk.snapshot
    desk.notice(NO_ADVICE)
    items = classified(snapshot)
    desk.spend(_COST * len(items))
    judged = {item: judge(snapshot, item) for item in items}
    counts = Counter(j.outcome for j in judged.values())
    rule = rule_state(desk)
    if rule is None:
        desk.notice(
            f"On {snapshot.key.as_of} no control paragraph that classifies chips by performance was in force, as far as is known here."
        )
    return ClassifyTable(
        rule=rule,
        rows=tuple(classify_line(desk, item, judged[item]) for item in shown),
        counts=tuple(Count(k, k, n) for k, n in sorted(counts.items())),
        total=len(items),
        next=next_,
    )
