"""The parts answers are made of: references, statements as evidence, paths, coverage and meta.

Owns their fields. Must not know how they are computed.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Count", "Coverage", "Hop", "Meta", "Path", "Ref", "SourceInfo", "StatementInfo", "StatementSummary"]


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
class Hop:
    """One step of a path: `from` depends on `to`.

    `relation` is the first of `relations`; `reading` says the hop in words; of a requirement,
    `necessity` (required, typical, optional), `alternative_group` (any one of the group suffices) and `applies_to` hedge it;
    `share` is in percent, null if unknown, and `share_period` (EDTF) says when it was observed;
    `rules` lists the rules that block the hop where that was asked.
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
    rules: tuple[str, ...] = ()


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
