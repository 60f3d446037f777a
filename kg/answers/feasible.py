"""Answers about what can still be made: feasibility, cut sets, criticality.

Owns their fields. Must not know how they are computed.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.answers.values import HopRule, Ref, StatementInfo
from kg.answers.variants import MarketLeft

__all__ = [
    "BlockedHop",
    "CriticalActor",
    "CriticalityAnswer",
    "CutSet",
    "CutSetsAnswer",
    "FailedItem",
    "FeasibilityAnswer",
    "PlanStep",
    "ShareLeft",
    "Verdict",
]


@dataclass(frozen=True, slots=True)
class FailedItem:
    """An item that cannot be had in a reading, and why: `cause` is removed, requirement, ended, variants, makers, not in production, not
    capable or undocumented; `because` are the failed items behind it, `lost` everyone documented who cannot make it (gone, without
    a part, or known not to serve the node). `node_class` is that of the process
    node it is asked for (blank outside any). A root cause has no failed item behind it. `in_baseline`: it could be had before the removal."""

    reading: str
    item: Ref
    node_class: str
    cause: str
    text: str
    root: bool
    in_baseline: bool
    because: tuple[Ref, ...]
    lost: tuple[Ref, ...]
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One reading's verdict: `available`, `lost` (available before the removal, and not after) or `unavailable` (not even before), and how
    many of the items it may need are lost."""

    reading: str
    verdict: str
    baseline: bool
    after: bool
    lost_items: int


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One step of a plan by which the item can be made: what is chosen for which need, and by whom it is made. `kind` is requirement,
    variant, maker or assumed; of the last there is no choice but a maker without a name. `node_classes` are those of the process nodes the item
    is so made for, a blank one where it is made for use outside any node."""

    item: Ref
    node_classes: tuple[str, ...]
    kind: str
    need: str
    choice: Ref | None
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class ShareLeft:
    """How much of an item's known supply is left: the sum of the shares (percent) of its makers before and after, on one basis and of one
    year; null where no share is known of those who are left. How many makers there were, and who is gone."""

    item: Ref
    before: float | None
    after: float | None
    makers: int
    lost: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class BlockedHop:
    """A delivery that a policy asked for takes away: an item by a provider to a recipient, which is the buyer or a maker of something on the way (`readings` in
    which it is taken: lenient takes what a rule denies, strict also what needs a licence or may), with the rules that do so."""

    item: Ref
    provider: Ref
    recipient: Ref
    readings: tuple[str, ...]
    rules: tuple[HopRule, ...]


@dataclass(frozen=True, slots=True)
class FeasibilityAnswer:
    """Whether an item can still be had when something is removed: in both readings, against the baseline before the removal.

    `failed` leads from the item down to the root causes; `plan` can be checked step by step: it is that of `plan_reading`, the strictest
    reading in which the item is available (blank where it is in none). `assumed_providers` are items of which no maker is known,
    `assumed_capable` makers of which it is not known whether they serve the node (those of the plan, and those told of in words, of
    `assumed_capable_total`), `assumed_applicable` requirements of a part only, which count in strict. `unverified` are the unverified
    statements that the verdicts hang on: steps of the plan and of the failures that rest on no verified one; `hinges` are those steps of the
    plan among them of which each alone decides: the only one left of whom, or by what, a need is met.
    With `policies` and a `buyer`, `blocked` are the deliveries to the buyer, and to the makers on the way, that the rules take away.
    `markets` say what is left (in the lenient reading) of the items of which a kind is lost.
    """

    item: Ref
    removed: tuple[Ref, ...]
    policies: tuple[Ref, ...]
    buyer: Ref | None
    blocked: tuple[BlockedHop, ...]
    locate: str
    unknown_providers: str
    items: int
    verdicts: tuple[Verdict, ...]
    failed: tuple[FailedItem, ...]
    plan_reading: str
    plan: tuple[PlanStep, ...]
    hinges: tuple[PlanStep, ...]
    shares: tuple[ShareLeft, ...]
    markets: tuple[MarketLeft, ...]
    assumed_providers: tuple[Ref, ...]
    assumed_capable: tuple[PlanStep, ...]
    assumed_capable_total: int
    assumed_applicable: tuple[PlanStep, ...]
    unverified: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class CutSet:
    """Actors that together stop an item, none of whom can be left out."""

    actors: tuple[Ref, ...]
    size: int
    failed: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class CutSetsAnswer:
    """Minimal cut sets, smallest first; `complete` says that there is no other up to the size asked for."""

    item: Ref
    by: str
    locate: str
    reading: str
    max_size: int
    baseline: bool
    actors: int
    sets: tuple[CutSet, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class CriticalActor:
    """What is lost when one actor goes: whether the item itself, how many of the items it needs, of which it is the only maker, and the
    largest known share (percent) of one of them that goes with it, null where none is known."""

    actor: Ref
    stops: bool
    lost_items: int
    sole_maker_of: tuple[Ref, ...]
    share_lost: float | None


@dataclass(frozen=True, slots=True)
class CriticalityAnswer:
    """Actors by what their loss takes with it, gravest first."""

    item: Ref
    by: str
    locate: str
    reading: str
    baseline: bool
    items: int
    actors: tuple[CriticalActor, ...]
    total: int
