"""Classification: what a chip, system or memory meets on a date, paragraph by paragraph, with the numbers compared.

Owns the words and the evidence of a verdict. Binding: semantics of *meets / does not meet / undetermined*; no verdict is legal advice, and
no answer says that an item is free of controls: `none` means that none of the paragraphs looked at is met.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from kg.analysis.claims import claim_info, claims_about
from kg.analysis.desk import Desk
from kg.answers.classification import (
    ClassifyAnswer,
    Comparison,
    Contained,
    ParagraphVerdict,
    RuleState,
)
from kg.facts.model import Statement
from kg.policy.chip_figures import UNITS_OF, ChipFigure, unique
from kg.policy.control_rules import TRANSISTORS
from kg.policy.figure_infos import METRICS, figure_infos, is_about, number, plain
from kg.policy.judging import (
    NO_RULE,
    NONE,
    NOT_LAUNCHED,
    Judged,
    assume,
    completions,
    figures_for,
    judge,
    launch_of,
)
from kg.policy.ladder import NO_ADVICE
from kg.policy.memory import is_memory, refuse_others
from kg.policy.rules_in_force import InForce, rules_in_force
from kg.policy.verdicts import (
    MEETS,
    MISSES,
    TPP,
    UNDETERMINED,
    Clause,
    Limit,
    ParagraphTest,
    dependent,
    met,
    verdict,
    worlds,
)
from kg.store.snapshot import Snapshot

__all__ = ["classify", "rule_state", "text_in_force"]


def text_in_force(snapshot: Snapshot, kind: str = "classification") -> InForce | None:
    """The newest text of the paragraphs that classify chips, or of those of another kind of line; None before the first."""
    texts = [r for r in rules_in_force(snapshot) if r.line.kind == kind]
    return texts[0] if texts else None


def rule_state(desk: Desk, snapshot: Snapshot | None = None, kind: str = "classification") -> RuleState | None:
    """The rule in force for chips (or for another kind of line), with its state; on the day of another snapshot if one is given."""
    rule = text_in_force(snapshot or desk.snapshot, kind)
    if rule is None:
        return None
    state = rule.state
    return RuleState(
        desk.ref(rule.policy),
        rule.since,
        rule.line.citation,
        state.codified,
        state.enforced,
        state.label,
        desk.infos(rule.events),
    )


def classify(desk: Desk, item: str, tpp: float | None = None, market: str | None = None) -> ClassifyAnswer:
    """Classify a chip, system or memory by the rules in force on the snapshot's day.

    Parameters
    ----------
    tpp : what would it be with this total processing performance.
    market : what would it be if designed or marketed for data centres (`data-centre`) or not (`other`).

    Raises
    ------
    BadArgument
        The item is of no kind that is classified.
    """
    snapshot = desk.snapshot
    refuse_others(snapshot, item)
    desk.notice(NO_ADVICE)
    rules = rules_in_force(snapshot)
    system, memory = snapshot.entity(item).class_name == "System", is_memory(snapshot, item)
    figures: Mapping[str, ChipFigure] = figures_for(snapshot, item)
    if not system and not memory:
        figures = assume(figures, tpp, None if market is None else market == "data-centre")
    elif tpp is not None or market is not None:
        desk.notice(
            "A memory is judged by its bandwidth and its area; tpp and market are not used."
            if memory
            else "A system is judged by the chips it contains; tpp and market are not used. Ask them of the chip."
        )
    judged = judge(snapshot, item, figures)
    lines = [] if judged.outcome == NOT_LAUNCHED else [_line(desk, r, item, judged) for r in rules]
    paragraphs = tuple(p for p in lines if p is not None)
    governing = next((p.paragraph for p in paragraphs if p.governs), None)
    _notices(desk, item, judged)
    claims = tuple(claim_info(desk, c) for c in claims_about(desk, item))
    return ClassifyAnswer(
        chip=desk.ref(item),
        outcome=judged.outcome,
        governing=governing,
        possible=judged.possible,
        missing=judged.missing,
        disputed=judged.disputed,
        explanation=_explain(desk, item, judged, paragraphs),
        launch=judged.launch,
        launched=judged.launched,
        rule=rule_state(desk, kind=_kind(snapshot, item)),
        paragraphs=paragraphs,
        inputs=figure_infos(desk, item, judged, claims),
        contains=tuple(
            Contained(desk.ref(p.chip), p.group, j.outcome, j.possible, desk.infos(unique(p.statements + j.evidence)))
            for p, j in judged.parts
        ),
        published=tuple(c for c in claims if c.metric in (*METRICS, "control paragraph") and is_about(c, item)),
    )


def _kind(snapshot: Snapshot, item: str) -> str:
    """The kind of line that is the text for an item."""
    return "memory" if is_memory(snapshot, item) else "classification"


def _notices(desk: Desk, item: str, judged: Judged) -> None:
    snapshot = desk.snapshot
    desk.infos(launch_of(snapshot, item)[2])
    day, name = snapshot.key.as_of, desk.ref(item).label
    if judged.outcome == NO_RULE:
        desk.notice(
            f"On {day} no control paragraph that classifies {'memories' if is_memory(snapshot, item) else 'chips by performance'} was in force, as far as is known here."
        )
    if judged.launched == "no":
        known = f": it was launched on {judged.launch}" if judged.launch else ": none of the chips it contains was"
        desk.notice(f"{name} does not exist yet on {day}{known}.")
    elif judged.launched == "unknown":
        known = f"its launch date is {judged.launch}" if judged.launch else "its launch date is not on record"
        desk.notice(f"Whether {name} existed on {day} is not known: {known}.")
    rule = text_in_force(snapshot, _kind(snapshot, item))
    if rule is not None and rule.state.codified == "no":
        label = snapshot.label(rule.policy)
        desk.notice(f"{label}: effective on {rule.since}, not yet printed in the Federal Register on {day}.")


# ---- lines ------------------------------------------------------------------------------------------------------------------


def _line(desk: Desk, rule: InForce, item: str, judged: Judged) -> ParagraphVerdict | None:
    """What one line says of the item; None where it does not speak of such an item."""
    snapshot, line = desk.snapshot, rule.line
    system, memory = snapshot.entity(item).class_name == "System", is_memory(snapshot, item)
    named: tuple[Statement, ...] = judged.named if line.kind == "memory" else ()
    if line.kind != "memory" and memory is not (line.kind == "exception"):
        return None
    if line.kind in ("classification", "memory", "presumption", "review", "letter") and system:
        return None
    if line.kind == "contains" and not system:
        return None
    if line.kind == "destination" and line.requires.startswith("4A090") is not system:
        return None
    if line.kind == "letter":
        designers = {
            snapshot.entity(d).slug
            for s in snapshot.relations(item, "Design", "item")
            if isinstance(d := s.one("designer"), str)
        }
        named = tuple(s for s in snapshot.plain(rule.policy, "controlledItem") if s.object == item)
        if designers and not designers & set(line.of):
            return None
        if not designers and not named:
            return None
    said, missing, disputed = _verdict(desk, rule, judged, named, memory)
    outside = line.kind == "memory" and not memory
    comparisons = () if outside or not rule.limits else _compare(desk, rule, judged)
    rows = rule.statements + rule.conditions
    texts = [c for r in rule.conditions if (c := _condition(r))]
    if outside:
        texts = ["memory that is packaged together with a processor is not covered"]
    elif line.kind == "memory":
        texts += [t for r in rule.statements if (t := r.text("scopeCondition"))]
    if line.kind in ("review", "exception"):
        texts.insert(0, f"only items that meet {line.requires}")
    if named:
        says = "the agency says that all memory in production exceeded the limit"
        texts.insert(0, says if line.kind == "memory" else "the item is named")
    return ParagraphVerdict(
        label=line.label,
        paragraph=desk.ref(rule.paragraph),
        kind=line.kind,
        verdict=said,
        governs=line.label == judged.outcome,
        missing=missing,
        disputed=disputed,
        comparisons=comparisons,
        conditions=tuple(dict.fromkeys(texts)),
        effect="; ".join(dict.fromkeys(t for r in rows if (t := r.text("licenceEffect")))),
        citation=line.citation,
        rule=desk.ref(rule.policy),
        since=rule.since,
        codified=rule.state.codified,
        enforced=rule.state.enforced,
        statements=desk.infos(unique(rows + named)),
    )


def _condition(row: Statement) -> str:
    """A limit that no figure decides, in words."""
    limit = " ".join(t for t in (row.text("thresholdOperator"), row.text("threshold"), row.text("thresholdUnit")) if t)
    scope = row.text("scopeCondition")
    return f"{row.text('parameter')}: {limit or scope}" + (f" ({scope})" if limit and scope else "")


def _verdict(
    desk: Desk, rule: InForce, judged: Judged, named: tuple[Statement, ...], memory: bool
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """(verdict, missing figures, disputed figures) of a line."""
    line = rule.line
    if line.kind == "memory" and not memory:
        return MISSES, (), ()
    if named and not memory:
        return MEETS, (), ()
    if line.kind in ("contains", "destination"):
        certain = judged.certain(line.requires if line.kind == "destination" else line.label)
        if certain is None:
            return UNDETERMINED, judged.missing, judged.disputed
        return MEETS if certain else MISSES, (), ()
    rules = [rule, *(r for r in rules_in_force(desk.snapshot) if line.requires and r.line.label == line.requires)]
    said = [r for r in rules if judged.named and r.line.kind == "memory"]
    known = {name: figure.values for name, figure in judged.figures.items()}
    found = [(w, all(met(r.test, w) for r in rules)) for w in completions(rules, judged.figures, said)]
    hang = dependent(found)
    return (
        verdict(outcome for _, outcome in found),
        tuple(f for f in hang if not known.get(f)),
        tuple(f for f in hang if known.get(f)),
    )


def _compare(desk: Desk, rule: InForce, judged: Judged) -> tuple[Comparison, ...]:
    """The item's figures against each limit of a line, by subparagraph."""
    known = {name: figure.values for name, figure in judged.figures.items()}
    found = []
    for (part, limit), rows in rule.limits.items():
        own = ParagraphTest(((Clause(part, (limit,)),),))
        holds = verdict(met(own, w) for w in worlds([own], known))
        figure = judged.figures.get(limit.figure, ChipFigure(limit.figure))
        value = figure.value if limit.figure in judged.figures else judged.figures.get(TPP, ChipFigure(TPP)).value
        if limit.figure == TRANSISTORS:
            value = None
        unit = next((r.text("thresholdUnit") for r in rows if r.text("thresholdUnit")), UNITS_OF.get(limit.figure, ""))
        distance = None if value is None else round(float((value - limit.low) / limit.low * 100), 3)
        found.append(
            Comparison(
                text=_text(limit, value, unit, distance),
                part=part,
                figure=limit.figure,
                value=number(value),
                operator=limit.operator,
                threshold=float(limit.low),
                threshold_upper=None if limit.high is None else float(limit.high),
                unit=unit,
                distance=distance,
                holds={MEETS: "yes", MISSES: "no"}.get(holds, "unknown"),
                statements=desk.infos(rows),
            )
        )
    return tuple(sorted(found, key=lambda c: (c.part, c.figure, c.threshold)))


def _text(limit: Limit, value: Fraction | None, unit: str, distance: float | None) -> str:
    bound = f"from {plain(limit.low)} to below {plain(limit.high)}" if limit.high is not None else ""
    wanted = bound or f"{limit.operator} {plain(limit.low)}"
    if value is None:
        return f"{limit.figure}: not on record, wanted {wanted} {unit}"
    return f"{limit.figure} {plain(value)}, wanted {wanted} {unit} ({distance:+.1f} %)"


# ---- words ------------------------------------------------------------------------------------------------------------------


def _explain(desk: Desk, item: str, judged: Judged, paragraphs: Sequence[ParagraphVerdict]) -> str:
    """The outcome in a sentence or two."""
    day = desk.snapshot.key.as_of
    rule = text_in_force(desk.snapshot, _kind(desk.snapshot, item))
    if judged.outcome == NO_RULE or rule is None:
        return f"On {day} no such control paragraph was in force."
    if judged.outcome == NOT_LAUNCHED:
        return f"On {day} it did not exist yet."
    by = f"By the text of {rule.line.policy} (in force from {rule.since})"
    also = [
        p.label for p in paragraphs if p.kind in ("classification", "contains") and p.verdict == MEETS and not p.governs
    ]
    if judged.outcome == UNDETERMINED:
        what = f"{by} it may be {', '.join(judged.possible[:-1])} or {judged.possible[-1]}."
        if judged.missing:
            what += f" What would decide: {', '.join(judged.missing)}."
        if judged.disputed:
            what += f" It hangs on differing values of {', '.join(judged.disputed)}."
        return what
    if judged.outcome == NONE:
        return f"{by} it meets none of the paragraphs that classify such items. That says nothing of other rules."
    return f"{by} it is {judged.outcome}" + (f"; it also meets {', '.join(also)}, the first governs." if also else ".")
