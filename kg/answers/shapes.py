"""The answers of the operations, one class each.

Owns their fields; `answers.schema.json` is derived from them. Must not know how they are computed.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.answers.values import Count, Path, Ref, StatementInfo

__all__ = [
    "ClaimInfo",
    "ClaimsAnswer",
    "CompareAnswer",
    "Contest",
    "Contradiction",
    "EntityAnswer",
    "EntityLine",
    "EventInfo",
    "Fact",
    "Figure",
    "FigureValue",
    "KnowledgeEnd",
    "ListAnswer",
    "Match",
    "PathsAnswer",
    "PolicyStateAnswer",
    "PolicyStateTable",
    "ReachAnswer",
    "Reached",
    "RelationFact",
    "SearchAnswer",
    "TierAnswer",
    "TierLine",
    "TierTable",
    "Value",
]


@dataclass(frozen=True, slots=True)
class Match:
    """One entity a search found, by which of its names, and how well (0 to 1)."""

    iri: str
    id: str
    class_: str
    label: str
    alias: str
    score: float


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """Entities whose label or alias is like the text, best first."""

    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class EntityLine:
    """An entity in a list, with its aliases."""

    iri: str
    id: str
    class_: str
    label: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListAnswer:
    """Entities of a class, a page of them; `next` is the cursor of the following page, null on the last."""

    entities: tuple[EntityLine, ...]
    total: int
    next: str | None


@dataclass(frozen=True, slots=True)
class Value:
    """A value: an entity, or text with (where it is one) the number and its unit."""

    text: str
    number: float | None
    unit: str
    entity: Ref | None


@dataclass(frozen=True, slots=True)
class Fact:
    """What is said of an entity by a property; each differing value is a fact of its own."""

    property: str
    label: str
    value: Value
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class RelationFact:
    """A relation the entity takes part in: at which end, with whom, and what each statement says of it."""

    relation: str
    label: str
    end: str
    others: tuple[Fact, ...]
    details: tuple[Fact, ...]
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class EntityAnswer:
    """All that is held of an entity on the date: facts, relations both ways, claims about it."""

    entity: EntityLine
    facts: tuple[Fact, ...]
    relations: tuple[RelationFact, ...]
    inverse: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What speaks against a claim: a claim or a policy, or text where only that is known, each with its own statement."""

    kind: str
    entity: Ref | None
    text: str
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class ClaimInfo:
    """A claim: who says what of whom, how sure, and what contradicts or overtook it."""

    iri: str
    id: str
    label: str
    kind: str
    about: Ref | None
    metric: str
    metric_property: str
    value: float | None
    value_text: str
    comparator: str
    compared_with: Ref | None
    unit: str
    period: str
    claimed_by: Ref | None
    claimed_by_text: str
    relayed_by: str
    date: str
    hedge: str
    confidence: str
    text: str
    contradicted_by: tuple[Contradiction, ...]
    overtaken_by: tuple[Contradiction, ...]
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class ClaimsAnswer:
    """Claims that match, in id order."""

    claims: tuple[ClaimInfo, ...]
    total: int


@dataclass(frozen=True, slots=True)
class PathsAnswer:
    """Dependency paths from source to target. `verdict` is `documented` or `undocumented`, never a bare no; `reverse` says
    whether the dependency is documented the other way round."""

    source: Ref
    target: Ref
    mode: str
    verdict: str
    shortest: int | None
    paths: tuple[Path, ...]
    reverse: bool


@dataclass(frozen=True, slots=True)
class Reached:
    """A node reached, by how many hops at the least, from which node before it (the first by IRI) and by which statements."""

    depth: int
    node: Ref
    via: Ref | None
    countries: tuple[Ref, ...]
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class ReachAnswer:
    """Everything upstream or downstream of a node, nearest first, with roll-ups by class and by country."""

    root: Ref
    direction: str
    nodes: tuple[Reached, ...]
    total: int
    by_depth: tuple[Count, ...]
    by_class: tuple[Count, ...]
    by_country: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class EventInfo:
    """One rung of a policy's ladder. `counted` says whether it had come (and was known) on the date."""

    kind: str
    date: str
    scope: str
    counted: bool
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class Contest:
    """Somebody who says something else of a policy than its ladder does. `kind` is state (whether it is codified or enforced), event (when something
    came or comes), contradiction (two claims about it cannot hold together) or overtaken (what was said before an event went otherwise).
    `property` names what is contested; `said` is what is said of it and `ladder` what the ladder says, or, of the last two kinds, what the claim is set
    against. `about` is the policy, or one that modifies it; `claim` is null where two sources of the ladder differ. `date` (EDTF) is when it was said."""

    kind: str
    property: str
    ladder: str
    said: str
    by: str
    date: str
    hedge: str
    text: str
    about: Ref
    claim: Ref | None
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class KnowledgeEnd:
    """Where what is known of a policy ends: `date` (EDTF) of the newest source about that policy, no later than `knownOn`, blank where none is dated;
    `text` says it in words, with what was scheduled between it and `asOf`; `scheduled` are these events; `statements` rest on the newest source."""

    date: str
    text: str
    scheduled: tuple[EventInfo, ...]
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class PolicyStateAnswer:
    """A policy on a date: `codified` and `enforced` are yes, no or unknown; `label` is the last event that counted;
    `scheduled` are the events still to come; `related` the policies it supersedes or modifies and those that do so to it;
    `claims` what is claimed about it; `contested` who says something else than the ladder, empty where nobody is on record as
    doing so; `knowledge_ends` the newest source about it."""

    policy: Ref
    instrument_type: str
    codified: str
    enforced: str
    label: str
    explanation: str
    events: tuple[EventInfo, ...]
    scheduled: tuple[EventInfo, ...]
    related: tuple[Fact, ...]
    claims: tuple[ClaimInfo, ...]
    contested: tuple[Contest, ...]
    knowledge_ends: KnowledgeEnd


@dataclass(frozen=True, slots=True)
class PolicyStateTable:
    """The state of every policy, a page of them."""

    rows: tuple[PolicyStateAnswer, ...]
    total: int
    next: str | None


@dataclass(frozen=True, slots=True)
class TierAnswer:
    """A country's tier under a policy and the policy's state on the date. `tier` is null where none holds."""

    country: Ref
    policy: Ref
    tier: Ref | None
    level: int | None
    basis: str
    caps: tuple[Fact, ...]
    statements: tuple[StatementInfo, ...]
    state: PolicyStateAnswer


@dataclass(frozen=True, slots=True)
class TierLine:
    """A country's tier in a table."""

    country: Ref
    tier: Ref | None
    level: int | None
    basis: str
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class TierTable:
    """The tier of every country, a page of them, and the state of the policy once."""

    policy: Ref
    state: PolicyStateAnswer
    rows: tuple[TierLine, ...]
    total: int
    next: str | None


@dataclass(frozen=True, slots=True)
class FigureValue:
    """What is said of one entity by one figure: statements' values first, then claims that give another."""

    entity: Ref
    values: tuple[Fact, ...]
    claims: tuple[ClaimInfo, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure side by side. `ratio` is first entity over second, where both have one number."""

    metric: str
    label: str
    unit: str
    computed: bool
    ratio: float | None
    entities: tuple[FigureValue, ...]


@dataclass(frozen=True, slots=True)
class CompareAnswer:
    """Figures of several entities side by side, and the claims that compare them with one another."""

    entities: tuple[Ref, ...]
    figures: tuple[Figure, ...]
    claims: tuple[ClaimInfo, ...]
