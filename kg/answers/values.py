"""The parts answers are made of: references, statements as evidence, paths, coverage and meta.

Owns their fields. Must not know how they are computed.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "Count",
    "Coverage",
    "Delivery",
    "Hop",
    "HopRule",
    "Meta",
    "Path",
    "Ref",
    "SourceInfo",
    "StatementInfo",
    "StatementSummary",
]


@dataclass(frozen=True, slots=True)
class Ref:
    """An entity: its IRI, its id (the slug, or class/slug where the slug is shared), class and label."""

    iri: str
    id: str
    class_: str
    label: str


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """A document: IRI, title, address, EDTF date of publication (blank where the document gives none), its own licence (blank where
    none was found) and how that is known. Facts are cited from it; its licence is not that of the statement."""

    iri: str
    title: str
    url: str
    published: str
    licence: str
    rights: str


@dataclass(frozen=True, slots=True)
class StatementInfo:
    """A statement as evidence. Dates are EDTF; `source` is null for an unverified one, which says where to check it."""

    iri: str
    status: str
    passage: str
    quote: str
    note: str
    valid_from: str
    valid_until: str
    known_from: str
    source: SourceInfo | None
    to_check_in: str
    derived_from: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HopRule:
    """A rule that bears on a delivery. `finding`: applies; undetermined (it may apply: `missing` would decide); pointed at (the policy names the
    exporter, the buyer, the item or the destination, and its scope is on record in words only). `codified` and `enforced` are its policy's state on
    the date (blank where no ladder decides); `policy` is null for a list entry; `names` says what a policy names: the exporter, the buyer,
    the item, the destination."""

    label: str
    finding: str
    text: str
    names: tuple[str, ...]
    policy: Ref | None
    item: Ref | None
    citation: str
    codified: str
    enforced: str
    review_policy: str
    missing: tuple[str, ...]
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A hop as an export: who delivers what to whom. `buyer` is null where none stands above on the path and none was named; `items` are empty where
    the item is not on record. `status` (over enforced rules) and `status_as_codified` are status words of the licence question over the
    rules of the hop; `no_requirement_found` is no statement that the delivery is free. `missing` would decide."""

    exporter: Ref
    buyer: Ref | None
    items: tuple[Ref, ...]
    origins: tuple[Ref, ...]
    destinations: tuple[Ref, ...]
    status: str
    status_as_codified: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a path: `from` depends on `to`.

    `relation` is the first of `relations`; `reading` says the hop in words; of a requirement,
    `necessity` (required, typical, optional), `alternative_group` (any one of the group suffices) and `applies_to` hedge it;
    `share` is in percent, null if unknown, and `share_period` (EDTF) says when it was observed;
    where rules were asked for, `delivery` says who exports what to whom and whether a licence is required (null for a hop that is no delivery),
    and `rules` which rules block it or may.
    """

    from_: str
    to: str
    relation: str
    relations: tuple[str, ...]
    reading: str
    necessity: str
    alternative_group: str
    applies_to: str
    share: float | None
    share_period: str
    verified: bool
    statements: tuple[StatementInfo, ...]
    delivery: Delivery | None = None
    rules: tuple[HopRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """Nodes from source to target and the hops between them."""

    length: int
    nodes: tuple[Ref, ...]
    hops: tuple[Hop, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much is known of a node: suppliers and other dependencies recorded, the share (percent) the newest observation of
    its suppliers sums to, the newest source, and how many statements are unverified."""

    node: Ref
    dependencies: int
    suppliers: int
    share_sum: float | None
    newest_source: str
    unverified: int


@dataclass(frozen=True, slots=True)
class Count:
    """How many of a kind."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class StatementSummary:
    """Counts over the statements an answer rests on."""

    total: int
    unverified: int
    derived: int
    sources: int


@dataclass(frozen=True, slots=True)
class Meta:
    """What every answer carries: which release and dates it is of, what it rests on, what is missing from it."""

    release: str
    as_of: str
    known_on: str
    data_licence: str | None
    verified_only: bool
    statements: StatementSummary
    oldest_source: str
    newest_source: str
    unknown_dates: int
    left_out_by_licence: int
    left_out_unverified: int
    coverage: tuple[Coverage, ...]
    truncated: bool
    notices: tuple[str, ...]
