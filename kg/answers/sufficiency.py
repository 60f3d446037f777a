"""The answer about self-sufficiency: what a group of countries or organisations makes of what an item needs.

Owns its fields. Must not know how they are computed.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.answers.feasible import PlanStep, Verdict
from kg.answers.values import Count, Path, Ref, StatementInfo

__all__ = [
    "SelfSufficiencyAnswer",
    "SelfSufficiencyLine",
    "SelfSufficiencyTable",
    "SufficiencyMeasure",
    "SufficiencyTarget",
    "SupplyInput",
    "WeakestLink",
]


@dataclass(frozen=True, slots=True)
class SufficiencyMeasure:
    """Self-sufficiency by one measure: `percent` with what it lies between where the inputs it knows nothing of all count as the group's
    (`at_most`), or none (`at_least`); null where it rests on nothing. It is made of `inputs` inputs, of `unknown` nothing is known."""

    measure: str
    percent: float | None
    at_least: float | None
    at_most: float | None
    inputs: int
    unknown: int
    method: str


@dataclass(frozen=True, slots=True)
class SupplyInput:
    """What needs a maker: an item, or a role of a chip.

    `status` is covered, gap or undocumented; `cause` says why it is not covered (made elsewhere, not in production, nobody known, place
    unknown). `binding` of a gap: yes (the group has no way round it), strict (only where typical and unknown needs count), no. `alternatives`
    counts what else could take its place in the use that leaves fewest; `depth` the hops from the item asked for. `share` is the group's
    documented share of all supply (percent), `share_at_most` the most it can be, `known_supply` how much of all supply is known; null where
    that is not known; `share_basis` says of what market the share is, `share_period` when it was observed. `makers`
    are those of the group, `elsewhere` the largest of those outside (`elsewhere_total` in all), `unplaced` those whose place is not known.
    """

    item: Ref
    role: str
    status: str
    cause: str
    binding: str
    alternatives: int
    depth: int
    share: float | None
    share_at_most: float | None
    known_supply: float | None
    share_period: str
    share_basis: str
    makers: tuple[Ref, ...]
    elsewhere: tuple[Ref, ...]
    elsewhere_total: int
    unplaced: tuple[Ref, ...]
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class WeakestLink:
    """The input in which the group is weakest, and a shortest way to it from the item asked for."""

    input: SupplyInput
    text: str
    path: Path


@dataclass(frozen=True, slots=True)
class SufficiencyTarget:
    """What somebody aims at, forecasts or has laid down about the self-sufficiency of the group, beside the measure and not judged by it.

    `kind` is target, forecast, stated goal (of an alliance) or policy goal. `same_measure` says whether it speaks of what `measure` counts;
    `difference` says in words how it differs. `claim` is null for goals, which are plain facts about `about`."""

    kind: str
    about: Ref
    claim: Ref | None
    said_by: str
    metric: str
    value: float | None
    comparator: str
    unit: str
    period: str
    text: str
    same_measure: bool
    difference: str
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class SelfSufficiencyAnswer:
    """How far a group can make an item by itself.

    `percent`, `at_least`, `at_most` are those of the asked `measure`; `measures` holds both. `alone` is the verdict, in both readings, where
    everything outside the group is removed; where nobody is known a maker without a name is assumed, as in `feasibility`. `no_maker` counts items
    that need none, by class. `assumed_capable` are makers of the group whose capability is told in words: they count, and whether they
    serve the node in question is open. `unverified` are the statements on which alone covered inputs rest. `unplaced` are makers without a
    known place: neither in the group nor outside.
    """

    group: Ref
    also: tuple[Ref, ...]
    countries: tuple[Ref, ...]
    organisations: tuple[Ref, ...]
    item: Ref
    locate: str
    measure: str
    verdict: str
    percent: float | None
    at_least: float | None
    at_most: float | None
    measures: tuple[SufficiencyMeasure, ...]
    items: int
    inputs: int
    covered_inputs: int
    gap_inputs: int
    binding_gaps: int
    undocumented_inputs: int
    no_maker: tuple[Count, ...]
    weakest: WeakestLink | None
    alone: tuple[Verdict, ...]
    gaps: tuple[SupplyInput, ...]
    undocumented: tuple[SupplyInput, ...]
    covered: tuple[SupplyInput, ...]
    assumed_capable: tuple[PlanStep, ...]
    unverified_inputs: int
    unverified: tuple[StatementInfo, ...]
    unplaced: tuple[Ref, ...]
    targets: tuple[SufficiencyTarget, ...]


@dataclass(frozen=True, slots=True)
class SelfSufficiencyLine:
    """The self-sufficiency of the group for one item in a table; figures as in `SelfSufficiencyAnswer`. `alone` is the verdict in the lenient
    reading. `weakest` is null where no input is known; it is cited by the item's own answer."""

    node: Ref
    measure: str
    percent: float | None
    at_least: float | None
    at_most: float | None
    inputs: int
    covered_inputs: int
    gap_inputs: int
    binding_gaps: int
    undocumented_inputs: int
    alone: str
    weakest: Ref | None


@dataclass(frozen=True, slots=True)
class SelfSufficiencyTable:
    """The self-sufficiency of the group for every chip and system, a page of them."""

    rows: tuple[SelfSufficiencyLine, ...]
    total: int
    next: str | None
