"""Answers to the licence question: the status word, the rules that fired, and each step of the reasoning.

Owns their fields. Must not know how they are computed.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.answers.values import Count, Ref, StatementInfo

__all__ = ["LicenceAnswer", "LicenceLine", "LicenceStep", "LicenceTable"]


@dataclass(frozen=True, slots=True)
class LicenceStep:
    """One step of the reasoning, in order. `stage` is question, item, destination, end user, requirement, exception, review or result; `finding` is applies, does not
    apply, undetermined or noted; `text` says it in a sentence. `rule` is the policy whose state counts, `codified` and `enforced` that state
    (blank where no ladder decides). `missing` is what would decide an undetermined step."""

    number: int
    stage: str
    label: str
    finding: str
    text: str
    rule: Ref | None
    citation: str
    codified: str
    enforced: str
    review_policy: str
    conditions: tuple[str, ...]
    missing: tuple[str, ...]
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class LicenceAnswer:
    """Whether a licence is required for an item, a destination and an end user on a date. `status` is over enforced rules, `status_as_codified`
    over codified ones: licence_required, exception_available, no_requirement_found or undetermined; `possible` are the words that remain. `fired` are the
    labels of the enforced requirements that apply, `fired_as_codified` of the codified ones; `conditions` those of exceptions and of the review; `missing`
    is what would decide. No word says that an export is free."""

    item: Ref
    destination: Ref
    end_user: Ref | None
    status: str
    status_as_codified: str
    possible: tuple[str, ...]
    possible_as_codified: tuple[str, ...]
    review_policy: str
    review_policy_as_codified: str
    outcome: str
    fired: tuple[str, ...]
    fired_as_codified: tuple[str, ...]
    exceptions: tuple[str, ...]
    conditions: tuple[str, ...]
    missing: tuple[str, ...]
    explanation: str
    newest_source: str
    steps: tuple[LicenceStep, ...]


@dataclass(frozen=True, slots=True)
class LicenceLine:
    """One item and destination in a table."""

    item: Ref
    destination: Ref
    status: str
    status_as_codified: str
    outcome: str
    review_policy: str
    fired: tuple[str, ...]
    fired_as_codified: tuple[str, ...]
    exceptions: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LicenceTable:
    """Items (chips, systems, high-bandwidth memories) by destinations (all countries), a page of them; `counts` are of the statuses on the page, `total` counts all pairs."""

    end_user: Ref | None
    rows: tuple[LicenceLine, ...]
    counts: tuple[Count, ...]
    total: int
    newest_source: str
    next: str | None
