"""The control rules in force on a day: which lines of the table count, with their limits read from the statements.

Owns the choice of the version. A line counts while its policy is codified (or, for a letter, while it binds), by the policy's ladder. A
text of a paragraph counts from its effective day even where the Federal Register printed it some days later, as the rules of October 2022
and December 2024 say of themselves; the state beside it still says that it was not yet codified. Of several versions of one paragraph the
last counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kg.facts.model import Statement
from kg.policy.chip_figures import figures_of
from kg.policy.control_rules import BOTH, DRAM, IO, LINES, PARAMETERS, Line
from kg.policy.ladder import Event, State, fold, ladder
from kg.policy.verdicts import SEGMENT, Clause, Limit, ParagraphTest
from kg.store.snapshot import Snapshot
from kg.terms import BASE, Literal

__all__ = ["CLASSIFYING", "InForce", "policy_iri", "rules_in_force"]

CLASSIFYING = ("classification", "memory", "contains")
"""Kinds of lines that are the text of a paragraph."""

_NOT_DATA_CENTRE = Limit(SEGMENT, "less than", Fraction(1))
"""What Note 2 says in words beside its limit: not designed or marketed for data centres."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A line in force: since when (EDTF), when its policy was first heard of, its policy's state, its test, the statement of each limit,
    the conditions that no figure decides, and its publication and effect."""

    line: Line
    policy: str
    paragraph: str
    since: str
    announced: str
    state: State
    test: ParagraphTest
    limits: Mapping[tuple[str, Limit], tuple[Statement, ...]]
    conditions: tuple[Statement, ...]
    statements: tuple[Statement, ...]
    events: tuple[Statement, ...]


def policy_iri(slug: str) -> str:
    """The IRI of a policy."""
    return f"{BASE}id/policy/{slug}"


def rules_in_force(snapshot: Snapshot) -> tuple[InForce, ...]:
    """The lines in force in a snapshot, in table order; none before the first rule."""
    return snapshot.shared_on_day("control rules in force", lambda: _select(snapshot))


def _select(snapshot: Snapshot) -> tuple[InForce, ...]:
    found: list[InForce] = []
    for line in LINES:
        policy = policy_iri(line.policy)
        if policy not in snapshot.index.by_iri or _paragraph(line) not in snapshot.index.by_iri:
            continue
        events = ladder(snapshot, policy)
        state = fold(events, snapshot.text_of(policy, "instrumentType"), snapshot.key.as_of)
        begun = [e for e in events if e.kind == "effective" and not e.scope and e.start <= snapshot.key.as_of]
        if _counts(line, state, events, begun):
            if line.kind in CLASSIFYING:
                found = [f for f in found if f.line.label != line.label]
            since = begun[0].date if begun else ""
            found.append(_read(snapshot, line, policy, (since, events[0].date), state, events))
    order = {line.label: number for number, line in reversed(list(enumerate(LINES)))}
    return tuple(sorted(found, key=lambda f: order[f.line.label]))


def _paragraph(line: Line) -> str:
    return f"{BASE}id/control-paragraph/{line.paragraph}"


def _counts(line: Line, state: State, events: tuple[Event, ...], begun: list[Event]) -> bool:
    if line.kind == "letter":
        return state.enforced != "no"
    printed = any(e.kind == "published" for e in events)
    text = line.kind in (*CLASSIFYING, "exception")
    return state.codified != "no" or (text and bool(begun) and printed and not state.ended)


def _read(
    snapshot: Snapshot, line: Line, policy: str, dates: tuple[str, str], state: State, events: Sequence[Event]
) -> InForce:
    """A line with its limits, as the statements of its policy give them."""
    rows: dict[str, list[Statement]] = {}
    for row in snapshot.relations(policy, "ControlThreshold", "ruleVersion"):
        paragraph = row.one("paragraph")
        if isinstance(paragraph, str):
            rows.setdefault(snapshot.entity(paragraph).slug, []).append(row)
    wanted = tuple(dict.fromkeys(s for each in line.alternatives for s in each)) + line.unless
    limits: dict[tuple[str, Limit], tuple[Statement, ...]] = {}
    conditions: list[Statement] = []
    for slug in wanted or (line.paragraph,):
        for row in sorted(rows.get(slug, ()), key=lambda r: r.iri):
            limit = _limit(row)
            if limit is None:
                conditions.append(row)
            else:
                limits[slug, limit] = (*limits.get((slug, limit), ()), row)
    like = _like(snapshot, line)
    limits |= {(line.paragraph, limit): statements for limit, statements in like.items()}

    def clauses(slug: str) -> tuple[Clause, ...]:
        """A subparagraph as one clause, or as one for each limit where one of them is enough."""
        own = tuple(limit for s, limit in limits if s == slug)
        segment = (_NOT_DATA_CENTRE,) if slug in line.unless else ()
        if not own:
            return (Clause(slug, known=False),)
        if line.any_limit:
            return tuple(Clause(slug, (each,)) for each in own)
        return (Clause(slug, own + segment),)

    if like:
        alternatives: tuple[tuple[Clause, ...], ...] = tuple((Clause(line.paragraph, (each,)),) for each in like)
    else:
        alternatives = tuple(each for way in line.alternatives for each in _ways([clauses(slug) for slug in way]))
    test = ParagraphTest(alternatives, tuple(c for slug in line.unless for c in clauses(slug)), line.negate)
    statements = tuple(s for same in limits.values() for s in same)
    return InForce(
        line,
        policy,
        _paragraph(line),
        *dates,
        state,
        test,
        limits,
        tuple(conditions),
        statements,
        tuple(s for e in events if e.kind in ("published", "effective") and not e.scope for s in e.statements),
    )


def _ways(parts: list[tuple[Clause, ...]]) -> list[tuple[Clause, ...]]:
    """Joined subparagraphs, each of which may have several sufficient clauses, as alternatives."""
    found: list[tuple[Clause, ...]] = [()]
    for choices in parts:
        found = [(*before, choice) for before in found for choice in choices]
    return found


def _limit(row: Statement) -> Limit | None:
    """A threshold as a limit of a figure; None where no figure of a chip is limited by a number."""
    figure = PARAMETERS.get(row.text("parameter"))
    low, high = row.one("threshold"), row.one("thresholdUpper")
    if figure is None or not isinstance(low, Literal):
        return None
    upper = Fraction(high.lexical) if isinstance(high, Literal) else None
    return Limit(figure, row.text("thresholdOperator"), Fraction(low.lexical), upper)


def _like(snapshot: Snapshot, line: Line) -> dict[Limit, tuple[Statement, ...]]:
    """Limits given by naming a chip: to reach one of its bandwidths, or their sum."""
    chip = f"{BASE}id/chip/{line.like}"
    if not line.like or chip not in snapshot.index.by_iri:
        return {}
    figures = figures_of(snapshot, chip)
    return {
        Limit(name, "at least", value): figures[name].rests_on
        for name in (DRAM, IO, BOTH)
        if (value := figures[name].value) is not None
    }
