"""How the figures of a chip are shown: the value that counts, what it rests on, the values that differ and what they would make of it.

Owns the reading of a claim as another value of a figure. A claim decides nothing: its outcome stands beside the verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from kg.analysis.desk import Desk
from kg.answers.classification import ChipFigureInfo, OtherValue
from kg.answers.shapes import ClaimInfo
from kg.facts.model import Statement
from kg.policy.chip_figures import BITS, UNITS_OF, ChipFigure
from kg.policy.control_rules import DRAM, RATE
from kg.policy.judging import NO_RULE, NOT_LAUNCHED, Judged, judge
from kg.policy.verdicts import AREA, DENSITY, MEMORY_DENSITY, SEGMENT, STACK_AREA, STACK_BANDWIDTH, TPP

__all__ = ["METRICS", "figure_infos", "is_about", "number", "plain", "told_by"]

METRICS = {
    "total processing performance": TPP,
    "performance density": DENSITY,
    "memory bandwidth density": MEMORY_DENSITY,
}
"""Metrics of claims that are no property of their own, and the figure they give."""

_FIGURE_OF = {"dieArea": AREA, "interconnectBandwidth": RATE, "memoryBandwidth": DRAM}
_SHOWN = (TPP, AREA, DENSITY, RATE, DRAM, SEGMENT, STACK_BANDWIDTH, STACK_AREA, MEMORY_DENSITY)
_WITH = (TPP, AREA, DENSITY, RATE, STACK_BANDWIDTH, STACK_AREA)


def number(value: Fraction | None) -> float | None:
    """A figure as JSON has it: to six decimals."""
    return None if value is None else round(float(value), 6)


def plain(value: Fraction | None) -> str:
    """A figure for people: to two decimals, with commas."""
    return "" if value is None else f"{round(float(value), 2):,.10g}"


def is_about(claim: ClaimInfo, item: str) -> bool:
    """Whether a claim is about the item, and does not only compare it."""
    return claim.about is not None and claim.about.iri == item


def figure_infos(desk: Desk, item: str, judged: Judged, claims: Sequence[ClaimInfo]) -> tuple[ChipFigureInfo, ...]:
    """The figures with their statements, the values that differ, and what they would make of it."""
    found = []
    for name in _SHOWN:
        figure = judged.figures.get(name)
        if figure is None:
            continue
        found.append(
            ChipFigureInfo(
                name=name,
                value=number(figure.value),
                unit=UNITS_OF[name],
                computed=figure.computed,
                assumed=figure.basis.startswith("assumed"),
                basis=figure.basis,
                statements=desk.infos(figure.rests_on),
                others=tuple(_other_values(desk, item, judged, figure, claims)),
            )
        )
    return tuple(found)


def _other_values(
    desk: Desk, item: str, judged: Judged, figure: ChipFigure, claims: Sequence[ClaimInfo]
) -> Iterable[OtherValue]:
    for value in figure.values[1:]:
        rows = [s for s in figure.others if _number_of(s) is None or figure.computed or _number_of(s) == value]
        yield OtherValue(
            float(value), plain(value), _with(desk, item, judged, figure.name, value), None, "", desk.infos(rows)
        )
    for claim in claims:
        told = told_by(claim, item, figure.name)
        if told is not None and told not in figure.values:
            yield OtherValue(
                float(told),
                claim.value_text or plain(told),
                _with(desk, item, judged, figure.name, told),
                desk.ref(claim.iri),
                claim.claimed_by_text,
                claim.statements,
            )


def _number_of(statement: Statement) -> Fraction | None:
    """The number that a plain statement gives; None where it is none."""
    try:
        return Fraction(getattr(statement.object, "lexical", ""))
    except ValueError:
        return None


def told_by(claim: ClaimInfo, item: str, figure: str) -> Fraction | None:
    """The value of an item's figure that a claim gives, or implies for the TPP by a throughput; None where it gives none."""
    if not is_about(claim, item):
        return None
    if claim.value is None or claim.compared_with is not None or claim.comparator in ("less than", "more than"):
        return None
    value = Fraction(str(claim.value))
    if figure == TPP and claim.metric_property in BITS:
        return value * BITS[claim.metric_property]
    named = _FIGURE_OF.get(claim.metric_property) or METRICS.get(claim.metric)
    return value if named == figure else None


def _with(desk: Desk, item: str, judged: Judged, name: str, value: Fraction) -> str:
    """The outcome if a figure had another value."""
    if judged.outcome in (NO_RULE, NOT_LAUNCHED) or name not in _WITH:
        return ""
    figures = dict(judged.figures)
    if name != DENSITY:
        figures[name] = ChipFigure(name, (value,))
        return judge(desk.snapshot, item, figures).outcome
    tpp = figures[TPP].value
    if tpp is None or not value:
        return ""
    figures[AREA] = ChipFigure(AREA, (tpp / value,))
    return judge(desk.snapshot, item, figures).outcome
