"""Status changes: whose classification differs between two days though the hardware is the same, and who came just under a limit.

Owns the comparison of two days. Figures are those of the later day for both, so that only the rule differs.
"""

from __future__ import annotations

import datetime as dt

from kg.analysis.desk import Desk
from kg.answers.classification import NearMiss, RuleState, StatusChange, StatusChangesAnswer
from kg.errors import BadArgument
from kg.facts.dates import earliest
from kg.policy.classification import rule_state
from kg.policy.classification_table import classified, figure_statements, value_of
from kg.policy.control_rules import RATE
from kg.policy.figure_infos import number
from kg.policy.judging import NO_RULE, Judged, figures_for, judge
from kg.policy.ladder import NO_ADVICE
from kg.policy.rules_in_force import InForce, rules_in_force
from kg.policy.verdicts import DENSITY, TPP, UNDETERMINED, Clause
from kg.store.snapshot import Snapshot

__all__ = ["NEAR", "status_changes"]

NEAR = 5
"""How far under a limit, in percent of it, a figure is called near."""

_COST = 1000
_NEW = "new rule"


def status_changes(desk: Desk, start: dt.date, end: dt.date) -> StatusChangesAnswer:
    """Chips and systems launched by `end`, judged by the rules of both days.

    Raises
    ------
    BadArgument
        `end` lies before `start`.
    """
    if end < start:
        raise BadArgument(f"to: {end} lies before from {start}", detail={"argument": "to"})
    desk.notice(NO_ADVICE)
    before, after = desk.snapshot.other(as_of=start), desk.snapshot.other(as_of=end)
    items = classified(after)
    desk.spend(_COST * len(items))
    changes: list[StatusChange] = []
    near: list[NearMiss] = []
    judged_count = 0
    for item in items:
        then = judge(after, item)
        if then.launched == "no":
            continue
        judged_count += 1
        system = after.entity(item).class_name == "System"
        absent = frozenset(part.chip for part, judged in then.parts if not judged.sets)
        first = judge(before, item, None if system else figures_for(after, item), ever=True, absent=absent)
        kind = _kind(first, then)
        if kind:
            changes.append(_change(desk, item, kind, first, then))
        if not system:
            near += _near(desk, after, item, then)
    for snapshot, day in ((before, start), (after, end)):
        if not rules_in_force(snapshot):
            desk.notice(
                f"On {day} no control paragraph that classifies chips by performance was in force, as far as is known here."
            )
    return StatusChangesAnswer(
        start.isoformat(),
        end.isoformat(),
        _rule(desk, before),
        _rule(desk, after),
        tuple(sorted(changes, key=lambda c: (_ORDER.index(c.kind), c.chip.iri))),
        tuple(sorted(near, key=lambda n: (-n.distance, n.chip.iri, n.figure))),
        sum(c.kind != _PERHAPS for c in changes),
        sum(c.kind == _PERHAPS for c in changes),
        judged_count,
    )


_CHANGED, _PERHAPS = "changed", "perhaps"
_ORDER = (_CHANGED, _NEW, _PERHAPS)


def _kind(first: Judged, then: Judged) -> str:
    """changed, perhaps, new rule; blank where nothing changed, or no rule was there to make a difference."""
    if first.outcome == then.outcome != UNDETERMINED:
        return ""
    if NO_RULE in (first.outcome, then.outcome):
        return _NEW if (first.outcome, then.outcome) != (NO_RULE, "none") else ""
    if UNDETERMINED not in (first.outcome, then.outcome):
        return _CHANGED
    return _PERHAPS if set(first.possible) != set(then.possible) or first.outcome != then.outcome else ""


def _rule(desk: Desk, snapshot: Snapshot) -> RuleState | None:
    return rule_state(desk, snapshot)


def _change(desk: Desk, item: str, kind: str, first: Judged, then: Judged) -> StatusChange:
    return StatusChange(
        chip=desk.ref(item),
        kind=kind,
        before=first.outcome,
        after=then.outcome,
        possible_before=first.possible,
        possible_after=then.possible,
        launch=then.launch,
        tpp=value_of(then, TPP),
        performance_density=value_of(then, DENSITY),
        transfer_rate=value_of(then, RATE),
        missing=tuple(dict.fromkeys((*first.missing, *then.missing, *first.disputed, *then.disputed))),
        statements=desk.infos(figure_statements(desk, item, then)),
    )


def _near(desk: Desk, snapshot: Snapshot, item: str, judged: Judged) -> list[NearMiss]:
    """Limits that a chip lies just under, of rules that were announced before it came; each figure and limit once."""
    launch = earliest(judged.launch) if judged.launch else None
    found: dict[tuple[str, float], NearMiss] = {}
    for rule in rules_in_force(snapshot):
        since = earliest(rule.announced)
        if rule.line.kind not in ("classification", "review") or launch is None or since is None or launch <= since:
            continue
        for clause in rule.test.clauses:
            for miss in _misses(desk, rule, clause, item, judged):
                found.setdefault((miss.figure, miss.threshold), miss)
    return list(found.values())


def _misses(desk: Desk, rule: InForce, clause: Clause, item: str, judged: Judged) -> list[NearMiss]:
    """Limits of one subparagraph that are missed, or kept, by little, where its other limits do not already decide."""
    found = []
    for limit in clause.limits:
        figure = judged.figures.get(limit.figure)
        value = figure.value if figure is not None else None
        others = [(o, f.value) for o in clause.limits if o is not limit and (f := judged.figures.get(o.figure))]
        if value is None or not limit.low > 1 or any(v is not None and not o.holds(v) for o, v in others):
            continue
        distance = (value - limit.low) / limit.low * 100
        if -NEAR <= distance < 0:
            rows = rule.limits.get((clause.name, limit), ())
            found.append(
                NearMiss(
                    chip=desk.ref(item),
                    launch=judged.launch,
                    paragraph=rule.line.label,
                    figure=limit.figure,
                    value=number(value) or 0.0,
                    threshold=float(limit.low),
                    unit=next((r.text("thresholdUnit") for r in rows), ""),
                    distance=round(float(distance), 3),
                    outcome=judged.outcome,
                    rule=desk.ref(rule.policy),
                    announced=rule.announced,
                    statements=desk.infos((*rows, *figure.rests_on)) if figure is not None else (),
                )
            )
    return found
