"""The licence question in words: each step of the reasoning in order, with its statements, and the status word that follows.

Owns the steps and their sentences. The reasoning is that of `kg.policy.licensing`. Binding: the status words of the semantics; none says that
an export is free, and no answer is legal advice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kg.analysis.desk import Desk
from kg.answers.licence import LicenceAnswer, LicenceLine, LicenceTable
from kg.answers.values import Count
from kg.facts.dates import latest
from kg.policy.ladder import NO_ADVICE
from kg.policy.licence_steps import Steps, exception_step, item_steps, party_steps, place_steps, requirement_step
from kg.policy.licence_words import fired, missing_of, outcome_of, review_of, window_conditions
from kg.policy.licensing import VIEWS, Case, case_of, newest_source

__all__ = ["licence", "licence_line", "licence_table"]

_COST = 300
"""Steps one pair takes from the budget."""

_SCOPE = (
    "The answer holds for items subject to the Export Administration Regulations of the United States (made there, or abroad by the rules on "
    "foreign direct products and de minimis content: 15 CFR 734). Whether this item is was not judged. Controls for other reasons, other entries of "
    "the control list, end uses and the rules of other countries are not looked at."
)


def licence(desk: Desk, item: str, destination: str, end_user: str | None) -> LicenceAnswer:
    """Whether a licence is required for an item to a destination and end user on the snapshot's day, as far as is on record."""
    case = case_of(desk.snapshot, item, destination, end_user)
    desk.spend(_COST)
    _notices(desk, case)
    steps = Steps(desk)
    steps.add("question", "scope", "noted", _SCOPE, citation="15 CFR 734.3, 736.2")
    item_steps(desk, case, steps)
    place_steps(desk, case, steps)
    party_steps(desk, case, steps)
    for required in case.required:
        requirement_step(desk, case, required, steps)
    exceptions = {e.rule.key: e for view in VIEWS for e in case.usable(view)}
    for each in exceptions.values():
        exception_step(case, each, steps)
    reviews = {view: review_of(desk.snapshot, case, view) for view in VIEWS}
    intervals = {view: case.interval(view) for view in VIEWS}
    missing = missing_of(case)
    explanation = _explain(desk, case)
    for view in VIEWS:
        rules = f"{view} rules"
        steps.add(
            "result",
            f"over {rules}",
            "noted" if intervals[view].low == intervals[view].high else "undetermined",
            f"Over {rules}: {' or '.join(intervals[view].possible)}."
            + (f" Review: {reviews[view]}." if reviews[view] else ""),
            review=reviews[view],
            missing=missing if intervals[view].low != intervals[view].high else (),
        )
    conditions = [c for e in case.usable("enforced") for c in (f"{e.rule.key}: {t}" for t in e.rule.conditions)]
    return LicenceAnswer(
        item=desk.ref(item),
        destination=desk.ref(destination),
        end_user=desk.ref(end_user) if end_user else None,
        status=intervals["enforced"].word,
        status_as_codified=intervals["codified"].word,
        possible=intervals["enforced"].possible,
        possible_as_codified=intervals["codified"].possible,
        review_policy=reviews["enforced"],
        review_policy_as_codified=reviews["codified"],
        outcome=outcome_of(case),
        fired=fired(case, "enforced"),
        fired_as_codified=fired(case, "codified"),
        exceptions=tuple(e.rule.label for e in case.usable("enforced")),
        conditions=tuple(dict.fromkeys([*conditions, *window_conditions(desk.snapshot, case)])),
        missing=missing,
        explanation=explanation,
        newest_source=newest_source(desk.snapshot),
        steps=tuple(steps.found),
    )


def licence_line(desk: Desk, item: str, destination: str, end_user: str | None) -> LicenceLine:
    """One pair as a line of the table."""
    desk.spend(_COST)
    case = case_of(desk.snapshot, item, destination, end_user)
    return LicenceLine(
        desk.ref(item),
        desk.ref(destination),
        case.interval("enforced").word,
        case.interval("codified").word,
        outcome_of(case),
        review_of(desk.snapshot, case, "enforced"),
        fired(case, "enforced"),
        fired(case, "codified"),
        tuple(e.rule.label for e in case.usable("enforced")),
        missing_of(case),
    )


def licence_table(
    desk: Desk, pairs: Sequence[tuple[str, str]], end_user: str | None, total: int, next_: str | None
) -> LicenceTable:
    """A page of the table: pairs of an item and a destination."""
    desk.notice(NO_ADVICE)
    _age(desk)
    rows = tuple(licence_line(desk, item, destination, end_user) for item, destination in pairs)
    desk.notice("A line shows no statements: ask it with both its item and its destination for the derivation.")
    counts = Counter(r.status for r in rows)
    return LicenceTable(
        desk.ref(end_user) if end_user else None,
        rows,
        tuple(Count(k, k, n) for k, n in sorted(counts.items())),
        total,
        newest_source(desk.snapshot),
        next_,
    )


def _explain(desk: Desk, case: Case) -> str:
    """The result in a sentence or two."""
    snapshot = desk.snapshot
    enforced, codified = case.interval("enforced"), case.interval("codified")
    who = f", end user {snapshot.label(case.buyer)}" if case.buyer else ""
    head = f"{snapshot.label(case.item.iri)} to {snapshot.label(case.place.country)}{who}, {snapshot.key.as_of}"
    said = fired(case, "enforced")
    words = {
        "licence_required": "a licence is required",
        "exception_available": "a licence is required unless the conditions of an exception are met",
        "no_requirement_found": "no requirement was found among the rules looked at; others were not looked at",
        "undetermined": f"undetermined ({' or '.join(enforced.possible)})",
    }
    text = f"{head}: {words[enforced.word]}"
    if said:
        text += f" ({'; '.join(said)})"
    if codified.word != enforced.word:
        text += f". As codified: {codified.word}" + (
            f" ({'; '.join(fired(case, 'codified'))})" if fired(case, "codified") else ""
        )
    return text + "."


def _notices(desk: Desk, case: Case) -> None:
    desk.notice(NO_ADVICE)
    _age(desk)
    judged = case.item.judged
    if judged is not None and judged.launched == "unknown":
        desk.notice("The launch date of the item is not on record: whether it existed on the day is unknown.")
    if "no_requirement_found" in case.interval("enforced").possible and case.item.judged is not None:
        desk.notice(
            "No requirement found means: none among the rules listed here. It is not said that the export is free."
        )


def _age(desk: Desk) -> None:
    newest = newest_source(desk.snapshot)
    day, last = desk.snapshot.key.as_of, latest(newest) if newest else None
    if last is not None and last < day:
        desk.notice(f"The newest source on record is of {newest}: what changed after it is not known here.")
