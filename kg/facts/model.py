"""The values of the facts layer: entities, sources, statements, ends and corrections.

Owns identity: how the IRI of a statement and of a relation node is made (`statement_iri`, `relation_iri`). What a
statement *means* on a date is the snapshot's business.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kg.facts.dates import latest
from kg.terms import BASE, Literal, Value, content_hash

__all__ = [
    "Batch",
    "Correction",
    "End",
    "Entity",
    "Facts",
    "Source",
    "Statement",
    "relation_iri",
    "source_iri",
    "statement_iri",
]


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows that came in together: who answers for them, under which licence, recorded on which day."""

    id: str
    title: str
    licence: str
    recorded: dt.date


@dataclass(frozen=True, slots=True)
class Source:
    """A document. `published` is an EDTF date, blank when the document does not say; `series` names the publication it is
    an issue of, and `supersedes_series` says that a newer issue replaces an older one whole. `licence` is blank where none was found;
    `rights` says how the licence is known, or that none was found."""

    id: str
    title: str
    url: str
    published: str
    publisher: str = ""
    licence: str = ""
    series: str = ""
    supersedes_series: bool = False
    note: str = ""
    rights: str = ""
    batch: str = "seed"

    @property
    def iri(self) -> str:
        """The source's IRI."""
        return source_iri(self.id)


@dataclass(frozen=True, slots=True)
class Entity:
    """Identity only: IRI, class, preferred label, other names in any script."""

    iri: str
    class_name: str
    slug: str
    label: str
    aliases: tuple[str, ...] = ()
    batch: str = "seed"
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One row: what is said, when it holds, who says so.

    A plain statement is `subject property object`. A row of a relation or record class is a statement that its node *is*
    one (`property` is rdf:type); `node` then holds the node's own properties and `qualifiers` what belongs to this
    statement of it. `known` is the day from which it could be known, None if always.
    """

    iri: str
    subject: str
    property: str
    object: Value
    class_name: str
    status: str
    batch: str
    source: str = ""
    to_check_in: str = ""
    passage: str = ""
    quote: str = ""
    note: str = ""
    valid_from: str = ""
    valid_until: str = ""
    first_public: str = ""
    first_public_source: str = ""
    recorded: str = ""
    derived_from: tuple[str, ...] = ()
    origin: tuple[str, ...] = ()
    node: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    qualifiers: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    known: dt.date | None = None

    def one(self, name: str) -> Value | None:
        """The single (or first) value of a node property or qualifier, None where it has none."""
        values = self.node.get(name) or self.qualifiers.get(name)
        return values[0] if values else None

    def text(self, name: str) -> str:
        """`one` as text: a literal's lexical form, an IRI as it is, blank where there is none."""
        value = self.one(name)
        return value.lexical if isinstance(value, Literal) else value or ""


@dataclass(frozen=True, slots=True)
class End:
    """A source's word that a statement stopped holding: the first day on which it no longer does."""

    statement: str
    date: str
    source: str
    note: str
    known: dt.date | None
    origin: str = ""
    batch: str = "seed"


@dataclass(frozen=True, slots=True)
class Correction:
    """A source's word that a statement was wrong: `kind` is withdrawn, replaced or dropped; `replacement` a statement's IRI."""

    statement: str
    kind: str
    date: str
    replacement: str
    source: str
    note: str
    known: dt.date | None
    origin: str = ""
    batch: str = "seed"


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a release is made of. Keys are IRIs, batch keys their ids; `foreign` holds, by batch, lines of N-Quads in other
    vocabularies, kept as they are."""

    batches: Mapping[str, Batch]
    sources: Mapping[str, Source]
    entities: Mapping[str, Entity]
    statements: Mapping[str, Statement]
    ends: Sequence[End] = ()
    corrections: Sequence[Correction] = ()
    foreign: Mapping[str, Sequence[str]] = field(default_factory=dict)


def source_iri(slug: str) -> str:
    """The IRI of a source by its id."""
    return f"{BASE}source/{slug}"


def relation_iri(class_name: str, ends: Sequence[tuple[str, Value]]) -> str:
    """IRI of a relation node: hash of its class and its ends; two sources of one relation share the node."""
    parts = [class_name]
    for name, value in ends:
        parts += [name, _key(value)]
    return f"{BASE}relation/{content_hash(parts)}"


def statement_iri(
    subject: str,
    property_: str,
    object_: Value,
    evidence: str,
    valid_from: str,
    keys: Sequence[tuple[str, Sequence[Value]]],
) -> str:
    """IRI of a statement: hash of subject, property, object, source (or what to check it in), start and key qualifiers.

    Passage, end, note and status are no part of it: they may be mended without breaking a citation.
    """
    parts = [subject, property_, _key(object_), evidence, valid_from]
    for name, values in keys:
        parts += [name, *sorted(_key(v) for v in values)]
    return f"{BASE}statement/{content_hash(parts)}"


def _key(value: Value) -> str:
    return value if isinstance(value, str) else f"{value.lexical}\x1f{value.datatype}"


def known_from(published: str, first_public: str, recorded: dt.date | None) -> dt.date | None:
    """The day from which something could be known: the earliest of the last possible day of its source's publication, the
    day it was demonstrably public, and the day its row was recorded. Undated evidence leaves the others to decide."""
    days = [latest(text) for text in (published, first_public) if text.strip()]
    found = [day for day in (*days, recorded) if day is not None]
    return min(found) if found else None
