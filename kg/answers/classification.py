"""Answers about control paragraphs: what a chip meets on a date, whose status changed, how many fit under a cap.

Owns their fields. Must not know how they are computed.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.answers.shapes import ClaimInfo
from kg.answers.values import Count, Ref, StatementInfo

__all__ = [
    "CapAnswer",
    "CapTable",
    "ChipFigureInfo",
    "ClassifyAnswer",
    "ClassifyLine",
    "ClassifyTable",
    "Comparison",
    "Contained",
    "NearMiss",
    "OtherValue",
    "ParagraphVerdict",
    "RuleState",
    "StatusChange",
    "StatusChangesAnswer",
]


@dataclass(frozen=True, slots=True)
class OtherValue:
    """Another value of a figure, and the outcome if it were the right one; of a claim, its id and who claims it."""

    value: float
    text: str
    outcome: str
    claim: Ref | None
    claimed_by: str
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class ChipFigureInfo:
    """A figure as the rules count it: `value` is null where it is missing; `computed` is worked out here from `statements`; `basis` says
    how. `others` are values that differ. `assumed`: the question gave it."""

    name: str
    value: float | None
    unit: str
    computed: bool
    assumed: bool
    basis: str
    statements: tuple[StatementInfo, ...]
    others: tuple[OtherValue, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure held against a limit. `holds` is yes, no or unknown; `distance` is how far above the limit (the lower one of a range) the
    value lies, in percent, below it negative. `part` is the subparagraph; `statements` are the limit's."""

    text: str
    part: str
    figure: str
    value: float | None
    operator: str
    threshold: float
    threshold_upper: float | None
    unit: str
    distance: float | None
    holds: str
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class ParagraphVerdict:
    """What one line of the rules says: `verdict` is meets, does not meet or undetermined; `missing` are the figures that would decide it,
    `disputed` those that have several values of which it hangs; `conditions` what no figure decides. `kind` is classification, memory, contains, destination,
    presumption, review, exception or letter; only the first three classify. `codified` and `enforced` are the state of the rule."""

    label: str
    paragraph: Ref
    kind: str
    verdict: str
    governs: bool
    missing: tuple[str, ...]
    disputed: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    conditions: tuple[str, ...]
    effect: str
    citation: str
    rule: Ref
    since: str
    codified: str
    enforced: str
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class Contained:
    """A chip that a system contains, and what it meets; one of `group` is in it where that is not blank."""

    chip: Ref
    group: str
    outcome: str
    possible: tuple[str, ...]
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class RuleState:
    """The rule whose text of the paragraphs is in force, from when, and its state on the date."""

    rule: Ref
    since: str
    citation: str
    codified: str
    enforced: str
    label: str
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class ClassifyAnswer:
    """What a chip, system or memory meets on a date. `outcome` is the paragraph that governs (the first that is met), `none`, `undetermined`,
    `not launched` or `no rule`; `possible` are the outcomes that remain, `missing` the figures that would decide. `launched` is yes, no or
    unknown. `published` are claims about the paragraph or the figures, to be held against what is computed."""

    chip: Ref
    outcome: str
    governing: Ref | None
    possible: tuple[str, ...]
    missing: tuple[str, ...]
    disputed: tuple[str, ...]
    explanation: str
    launch: str
    launched: str
    rule: RuleState | None
    paragraphs: tuple[ParagraphVerdict, ...]
    inputs: tuple[ChipFigureInfo, ...]
    contains: tuple[Contained, ...]
    published: tuple[ClaimInfo, ...]


@dataclass(frozen=True, slots=True)
class ClassifyLine:
    """A chip, system or memory in the table: the numbers compared, in TPP, TPP/mm2, GB/s, GB/s and (of a memory) GB/s/mm2; null where missing."""

    chip: Ref
    outcome: str
    possible: tuple[str, ...]
    missing: tuple[str, ...]
    disputed: tuple[str, ...]
    launch: str
    tpp: float | None
    performance_density: float | None
    transfer_rate: float | None
    memory_bandwidth: float | None
    memory_bandwidth_density: float | None
    data_centre: str
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class ClassifyTable:
    """All chips, systems and memories, a page of them, under the rule in force; `counts` are over all of them."""

    rule: RuleState | None
    rows: tuple[ClassifyLine, ...]
    counts: tuple[Count, ...]
    total: int
    next: str | None


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A chip or system judged by the rules of two days. `kind` is changed (both certain and different), perhaps (one is undetermined) or
    new rule (no rule on the first day)."""

    chip: Ref
    kind: str
    before: str
    after: str
    possible_before: tuple[str, ...]
    possible_after: tuple[str, ...]
    launch: str
    tpp: float | None
    performance_density: float | None
    transfer_rate: float | None
    missing: tuple[str, ...]
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A chip launched after a limit was announced, with a figure that lies under it by 5 % or less. `met` says whether the chip is
    nonetheless in the paragraph, or in another."""

    chip: Ref
    launch: str
    paragraph: str
    figure: str
    value: float
    threshold: float
    unit: str
    distance: float
    outcome: str
    rule: Ref
    announced: str
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class StatusChangesAnswer:
    """Chips and systems launched by `to` whose status differs between two days without a change of hardware, and chips just under a limit
    that came after it. `undecided` counts those that may have changed. `total` counts those judged."""

    from_: str
    to: str
    rule_before: RuleState | None
    rule_after: RuleState | None
    status_changes: tuple[StatusChange, ...]
    near_misses: tuple[NearMiss, ...]
    changed: int
    undecided: int
    total: int


@dataclass(frozen=True, slots=True)
class CapAnswer:
    """How many chips fit under a cap of total processing performance, rounded down; null where the TPP is not known. `left` is what
    remains of the cap; `others` the numbers by other values of the TPP."""

    chip: Ref
    limit: float
    unit: str
    fit: int | None
    left: float | None
    tpp: float | None
    basis: str
    text: str
    others: tuple[OtherValue, ...]
    caps: tuple[StatementInfo, ...]
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class CapTable:
    """How many of each chip fit under a cap, a page of them."""

    rows: tuple[CapAnswer, ...]
    total: int
    next: str | None
