"""Words of the licence question: review policies, conditions, what is missing, and truths as an answer spells them.

Owns what can be read off a case without showing evidence. Must not know steps or answers.
"""

from __future__ import annotations

from kg.policy.licence_rules import CASE_BY_CASE
from kg.policy.licensing import VIEWS, Case, Required
from kg.policy.places import force_of, reaches
from kg.policy.rules_in_force import rules_in_force
from kg.policy.truth import Truth, any_of
from kg.store.snapshot import Snapshot

__all__ = ["finding_of", "fired", "missing_of", "outcome_of", "review_of", "reviewed", "window_conditions", "word_of"]


def reviewed(snapshot: Snapshot, case: Case, required: Required) -> str:
    """The review policy of a requirement: the first that fits, with those that may come before it."""
    found: list[str] = []
    for review in required.reviews:
        truth: Truth = reaches(snapshot, case.place, review.where).truth
        if review.policy and truth is not False:
            force = force_of(snapshot, review.policy).enforced
            truth = False if force is False else truth if force else None
        if review.line and truth is not False:
            met = case.item.lines.get(review.line, False)
            truth = False if met is False else truth if met else None
        if truth is False:
            continue
        found.append(review.text)
        if truth:
            break
    return " or ".join(found) if found else "not on record"


def review_of(snapshot: Snapshot, case: Case, view: str) -> str:
    """The review policies of the requirements that apply in a view, each once; where none does for certain, of those that may."""
    if case.interval(view).high < 2:
        return ""
    over = {r.key: r.over(view) for r in case.required}
    sure = any(over.values())
    counted = [r for r in case.required if (over[r.key] if sure else over[r.key] is not False)]
    texts = [r.review or reviewed(snapshot, case, r) for r in counted]
    told = [t for t in dict.fromkeys(texts) if t != "not on record"]
    return "; ".join(told) or ("not on record" if texts else "")


def window_conditions(snapshot: Snapshot, case: Case) -> list[str]:
    """What the rule of January 2026 asks beside its limits, where its line decides the review of this destination."""
    asked = any(
        review.line and reaches(snapshot, case.place, review.where).truth is not False
        for required in case.required
        if required.over("enforced") is not False
        for review in required.reviews
    )
    if not asked or case.item.lines.get(CASE_BY_CASE) is not True:
        return []
    found = []
    for rule in rules_in_force(snapshot):
        if rule.line.kind == "review":
            found += [
                f"case-by-case review: {s.text('scopeCondition')}" for s in rule.statements if s.text("scopeCondition")
            ]
            found += [
                f"case-by-case review: {s.text('parameter')} {s.text('thresholdOperator')} {s.text('threshold')} {s.text('thresholdUnit')}"
                for s in rule.conditions
            ]
    return list(dict.fromkeys(found))


def fired(case: Case, view: str) -> tuple[str, ...]:
    """Labels of the requirements that apply in a view for certain."""
    return tuple(r.label for r in case.required if r.over(view))


def missing_of(case: Case) -> tuple[str, ...]:
    """What would decide, where something is undetermined."""
    if all(case.interval(view).low == case.interval(view).high for view in VIEWS):
        return ()
    found = list(case.beyond)
    judged = case.item.judged
    if judged is not None and len(case.item.outcomes) > 1:
        found += [*judged.missing, *(f"{d} (sources differ)" for d in judged.disputed)]
    for required in case.required:
        overs = [required.over(view) for view in VIEWS]
        if None not in overs:
            continue
        if any_of(required.facts.values()) is None:
            found += required.reached.missing
        if None in required.force_truths():
            found.append(f"whether {required.policy} was in force on the day")
    usable = [e.rule for view in VIEWS for e in case.usable(view)]
    if any(rule.market for rule in usable) and case.item.data_centre is None:
        found.append("whether the item is designed or marketed for data centres")
    if any(rule.line for rule in usable):
        found += case.item.lacking
    return tuple(dict.fromkeys(found))


def outcome_of(case: Case) -> str:
    """The outcome of classification, in its word."""
    return case.item.judged.outcome if case.item.judged is not None else "not classified"


def finding_of(truth: Truth) -> str:
    """A truth as the finding of a step."""
    return "undetermined" if truth is None else "applies" if truth else "does not apply"


def word_of(truth: Truth) -> str:
    """A truth as yes, no or unknown."""
    return "unknown" if truth is None else "yes" if truth else "no"
