"""A snapshot: what was valid on one date as far as it was known on another.

Owns the two-date rule (semantics of `as_of` and `known_on`), ends, corrections, series and observations. Everything a
surface answers is read from here, so nothing that is not valid on the one date, or not known on the other, can reach an
answer. Must not know networks, analyses or surfaces.

Rules
-----
1. A statement counts if its batch's licence is allowed, it is known by `known_on`, and its valid period, half-open,
   contains `as_of`. A partial date counts from its first possible day as a start and to its last as an end; in between,
   and where the start is blank, the statement is valid and counted under `unknown_dates`.
2. An end or a correction applies from its own source's date: what was learnt later does not change what was believed.
3. Of a series whose issues supersede one another whole, only the newest issue known counts.
4. An observation (a statement with a `period`) describes that period. Per source series, item and basis the newest one
   not after `as_of` is *current*; the others are history: their relation stands, their share does not.
5. Records that a valid identity link ties to an entity answer as that entity: statements about them are read as statements
   about it (`kg.store.merging`). Without the link, or where it may not be used, they stand apart.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from kg.facts.dates import earliest
from kg.facts.index import EntityIndex
from kg.facts.model import Entity, Facts, Source, Statement
from kg.schema import Schema
from kg.store.holdings import Holdings
from kg.store.licences import allowed_licences
from kg.store.memo import Memo
from kg.store.merging import LINK, redirected, representatives
from kg.store.selection import believed, holds, mentions, visible
from kg.terms import Literal, Value

if TYPE_CHECKING:
    import rdflib

__all__ = ["Snapshot", "SnapshotKey", "take_snapshot"]

T = TypeVar("T")

_OBSERVED = ("share", "quantity", "quantityUnit", "period", "shareBasis")
"""Qualifiers that hold an observation and its period."""


@dataclass(frozen=True, slots=True)
class SnapshotKey:
    """What selects a snapshot; with the release's hash it is the key of every cache."""

    as_of: dt.date
    known_on: dt.date
    data_licence: str | None = None
    verified_only: bool = False


@dataclass(frozen=True)
class _Content:
    """The selected statements and their look-ups, shared by every day that sees the same."""

    statements: Mapping[str, Statement]
    plain: Mapping[str, tuple[Statement, ...]]
    inverse: Mapping[str, tuple[Statement, ...]]
    relations: Mapping[str, tuple[Statement, ...]]
    nodes: Mapping[str, tuple[Statement, ...]]
    until: Mapping[str, str]
    unknown_dates: frozenset[str]
    current: frozenset[str]
    visible: frozenset[str]
    left_out: Mapping[str, int]
    stands_for: Mapping[str, str] = field(default_factory=dict)
    merged: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unnamed: frozenset[str] = frozenset()
    memo: Memo = field(default_factory=Memo)


class Snapshot:
    """Immutable view of a dataset; made by `Dataset.as_of`."""

    def __init__(
        self,
        dataset: Holdings,
        key: SnapshotKey,
        content: _Content,
        other: Callable[[SnapshotKey], Snapshot],
        to_rdflib: Callable[[Snapshot], rdflib.Dataset],
    ) -> None:
        self.dataset = dataset
        self.key = key
        self._content = content
        self._other = other
        self._to_rdflib = to_rdflib

    def other(self, **changes: Any) -> Snapshot:
        """The snapshot whose key differs in the given fields of `SnapshotKey`."""
        return self._other(replace(self.key, **changes))

    def asked_for(self, key: SnapshotKey) -> Snapshot:
        """The same snapshot, echoing the dates that were asked."""
        other = copy.copy(self)
        other.key = key
        return other

    @property
    def schema(self) -> Schema:
        """The model."""
        return self.dataset.schema

    @property
    def index(self) -> EntityIndex:
        """All entities of the release by id, for resolving arguments."""
        return self.dataset.index

    @property
    def statements(self) -> Mapping[str, Statement]:
        """The valid statements by IRI, in IRI order."""
        return self._content.statements

    @property
    def left_out(self) -> Mapping[str, int]:
        """How many otherwise valid statements `dataLicence` and `verifiedOnly` left out, by reason."""
        return self._content.left_out

    def shared(self, name: str, make: Callable[[], T]) -> T:
        """A value derived from this snapshot's statements, made once and shared by every surface and every day that sees the same."""
        return self._content.memo.always(name, make)

    def shared_on_day(self, name: str, make: Callable[[], T]) -> T:
        """A value that hangs on the dates beside the statements (a rule comes into force without a new one), kept while its day is asked."""
        return self._content.memo.on_day(self.key.as_of, self.key.known_on, name, make)

    # ---- entities -------------------------------------------------------------------------------------------------------

    def entity(self, iri: str) -> Entity:
        """The entity with an IRI."""
        return self.index.by_iri[iri]

    def representative(self, iri: str) -> str:
        """The entity that answers for a record, by the valid identity links; the IRI itself where there is none."""
        return self._content.stands_for.get(iri, iri)

    def records(self, iri: str) -> tuple[str, ...]:
        """The records of data sets that an entity answers for, in IRI order."""
        return self._content.merged.get(iri, ())

    def is_visible(self, iri: str) -> bool:
        """Whether anything known on `known_on` speaks of the entity (or nothing ever does, beyond its identity)."""
        return iri in self._content.visible

    def label(self, iri: str) -> str:
        """The entity's label; its slug where the label is not to be shown: a record not known yet, whose label would tell what it
        says, or a name of a batch that `dataLicence` leaves out."""
        entity = self.index.by_iri[iri]
        return entity.slug if self._is_withheld(entity) else entity.label

    def aliases(self, iri: str) -> tuple[str, ...]:
        """The entity's other names and those of the records it answers for; none where its label is not to be shown."""
        entity = self.index.by_iri[iri]
        if self._is_withheld(entity):
            return ()
        records = [self.index.by_iri[i] for i in self.records(iri) if i not in self._content.unnamed]
        if not records:
            return entity.aliases
        names = {name for r in records for name in (r.label, *r.aliases)} | set(entity.aliases)
        return tuple(sorted(names - {entity.label}))

    def _is_withheld(self, entity: Entity) -> bool:
        if entity.iri in self._content.unnamed:
            return True
        if entity.iri in self._content.visible:
            return False
        return self.is_barred(entity) or self.schema.classes[entity.class_name].kind == "record"

    def is_barred(self, entity: Entity | str) -> bool:
        """Whether an entity came in with a batch that `dataLicence` leaves out."""
        entity = self.index.by_iri[entity] if isinstance(entity, str) else entity
        licence = self.dataset.facts.batches[entity.batch].licence
        return self.key.data_licence is not None and licence not in allowed_licences(self.key.data_licence)

    def entities(self, class_name: str = "Entity") -> Iterable[Entity]:
        """The visible entities of a class and its subclasses, in IRI order."""
        leaves = set(self.schema.leaves(class_name))
        return (e for i, e in self.index.by_iri.items() if e.class_name in leaves and i in self._content.visible)

    # ---- statements -----------------------------------------------------------------------------------------------------

    def plain(self, subject: str, property_: str | None = None) -> tuple[Statement, ...]:
        """Plain statements about a subject, by property name if given."""
        found = self._content.plain.get(subject, ())
        if property_ is None:
            return found
        iri = self.schema.properties[property_].iri
        return _matching(found, iri)

    def inverse(self, object_: str, property_: str | None = None) -> tuple[Statement, ...]:
        """Plain statements whose object is the entity."""
        found = self._content.inverse.get(object_, ())
        if property_ is None:
            return found
        iri = self.schema.properties[property_].iri
        return _matching(found, iri)

    def relations(self, entity: str, class_name: str | None = None, end: str | None = None) -> tuple[Statement, ...]:
        """Statements of relations (or records) that the entity takes part in, by class and by the end it stands at."""
        found = self._content.relations.get(entity, ())
        if class_name is not None:
            found = tuple(s for s in found if s.class_name == class_name)
        if end is not None:
            found = tuple(s for s in found if entity in s.node.get(end, ()))
        return found

    def about_node(self, node: str) -> tuple[Statement, ...]:
        """The statements that describe a relation node or a record."""
        return self._content.nodes.get(node, ())

    def text_of(self, subject: str, property_: str) -> str:
        """The first plain value of a property as text, blank if there is none."""
        for statement in self.plain(subject, property_):
            value = statement.object
            return value.lexical if isinstance(value, Literal) else value
        return ""

    def until(self, statement: Statement) -> str:
        """The statement's end as known on `known_on`."""
        return self._content.until.get(statement.iri, statement.valid_until)

    def has_unknown_dates(self, statement: Statement) -> bool:
        """Whether the statement is valid only if unknown dates fall the right way."""
        return statement.iri in self._content.unknown_dates

    def believed(self) -> Mapping[str, tuple[Statement, str]]:
        """What was held on `known_on` and may be used, whatever day it is valid for, with its end as then known."""

        def select() -> dict[str, tuple[Statement, str]]:
            licences = allowed_licences(self.key.data_licence) if self.key.data_licence else None
            facts = self.dataset.facts
            stands_for = self._content.stands_for
            return {
                iri: (redirected(self.schema, s, stands_for) if stands_for else s, end)
                for iri, (s, end) in believed(self.dataset, self.key.known_on).items()
                if (licences is None or _is_free(facts, s, licences))
                and not (self.key.verified_only and s.status == "unverified")
            }

        return self.shared("believed", select)

    def qualifiers(self, statement: Statement) -> Mapping[str, tuple[Value, ...]]:
        """A statement's qualifiers on this date: what was observed in a period that had not begun is left out."""
        start = earliest(statement.text("period"))
        if start is None or start <= self.key.as_of:
            return statement.qualifiers
        return {name: values for name, values in statement.qualifiers.items() if name not in _OBSERVED}

    def share(self, statement: Statement) -> float | None:
        """The share (percent) a statement gives on this date: None where it has none or a newer observation replaced it."""
        if statement.qualifiers.get("period") and statement.iri not in self._content.current:
            return None
        value = statement.one("share")
        return float(value.lexical) if isinstance(value, Literal) else None

    def source(self, statement: Statement) -> Source | None:
        """The statement's source."""
        return self.dataset.facts.sources.get(statement.source)

    def to_rdflib(self) -> rdflib.Dataset:
        """The snapshot as an rdflib dataset: valid and inferred triples and metadata in the default graph, each statement
        a named graph under its IRI. A copy: changing it changes nothing here."""
        return self._to_rdflib(self)


def _matching(found: Iterable[Statement], property_: str) -> tuple[Statement, ...]:
    return tuple(s for s in found if s.property == property_)


def take_snapshot(
    dataset: Holdings,
    key: SnapshotKey,
    other: Callable[[SnapshotKey], Snapshot],
    to_rdflib: Callable[[Snapshot], rdflib.Dataset],
) -> Snapshot:
    """Select what is valid and known; see the rules of the module. `other` takes another snapshot of the same dataset, `to_rdflib`
    makes the RDF view; both are the dataset's."""
    facts = dataset.facts
    licences = allowed_licences(key.data_licence) if key.data_licence else None
    left_out = {"licence": 0, "unverified": 0}
    kept: dict[str, Statement] = {}
    unknown: set[str] = set()
    until: dict[str, str] = {}
    told = [s for s in facts.statements.values() if s.class_name != LINK]  # a link tells of no entity by itself
    ever = {v for s in told for v in mentions(s)}
    now = set[str]()
    for iri, (statement, end_text) in believed(dataset, key.known_on).items():
        free = licences is None or _is_free(facts, statement, licences)
        if free and statement.class_name != LINK:
            now.update(mentions(statement))
        valid, sure = holds(statement.valid_from, end_text, key.as_of)
        if not valid:
            continue
        if not free:
            left_out["licence"] += 1
            continue
        if key.verified_only and statement.status == "unverified":
            left_out["unverified"] += 1
            continue
        kept[iri] = statement
        if end_text != statement.valid_until:
            until[iri] = end_text
        if not sure:
            unknown.add(iri)
    links = [s for s in kept.values() if s.class_name == LINK]
    stands_for = representatives(links, facts.entities) if links else {}
    shown = visible(dataset, kept, ever, now, licences)
    unnamed = frozenset(v for s in links for vs in s.node.values() for v in vs if isinstance(v, str)) - shown
    if stands_for:
        kept = {iri: redirected(dataset.schema, s, stands_for) for iri, s in kept.items()}
        shown = frozenset(stands_for.get(iri, iri) for iri in shown)
        unnamed -= shown
    content = _index(dataset.schema, facts.sources, kept, until, unknown, shown, left_out, key.as_of, stands_for)
    content = replace(content, stands_for=stands_for, merged=_merged(stands_for), unnamed=unnamed)
    return Snapshot(dataset, key, content, other, to_rdflib)


def _is_free(facts: Facts, statement: Statement, licences: frozenset[str]) -> bool:
    """Whether a statement may be used: its batch may, and, since a link tells the names of its ends, theirs may."""
    used = {statement.batch}
    if statement.class_name == LINK:
        ends = (v for vs in statement.node.values() for v in vs if isinstance(v, str))
        used |= {facts.entities[v].batch for v in ends if v in facts.entities}
    return all(facts.batches[batch].licence in licences for batch in used)


def _merged(stands_for: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for record, iri in sorted(stands_for.items()):
        found[iri].append(record)
    return {iri: tuple(records) for iri, records in found.items()}


def _freeze(found: Mapping[str, list[Statement]]) -> dict[str, tuple[Statement, ...]]:
    return {key: tuple(values) for key, values in found.items()}


def _index(
    schema: Schema,
    sources: Mapping[str, Source],
    kept: Mapping[str, Statement],
    until: Mapping[str, str],
    unknown: set[str],
    visible: frozenset[str],
    left_out: Mapping[str, int],
    as_of: dt.date,
    stands_for: Mapping[str, str],
) -> _Content:
    plain: dict[str, list[Statement]] = defaultdict(list)
    inverse: dict[str, list[Statement]] = defaultdict(list)
    relations: dict[str, list[Statement]] = defaultdict(list)
    nodes: dict[str, list[Statement]] = defaultdict(list)
    observations: dict[tuple[str, ...], list[tuple[dt.date, str]]] = defaultdict(list)
    for iri, statement in kept.items():
        if not statement.class_name:
            plain[statement.subject].append(statement)
            if isinstance(statement.object, str):
                inverse[statement.object].append(statement)
            continue
        nodes[statement.subject].append(statement)
        ends = {v for vs in statement.node.values() for v in vs if isinstance(v, str)}
        if statement.class_name == LINK:  # every link of a chain stands with the entity that answers for it
            ends |= {stands_for.get(v, v) for v in ends}
        for entity in sorted(ends):
            relations[entity].append(statement)
        period = statement.text("period")
        start = earliest(period) if period else None
        if start is not None and start <= as_of:
            source = sources.get(statement.source)
            series = (source.series or source.id) if source else statement.to_check_in
            cls = schema.classes[statement.class_name]
            item = statement.text(cls.edge.tail if cls.edge else cls.ends[0])
            basis = [statement.text(k) for k in cls.keys if k not in ("period", "siteCountry")]
            observations[(cls.name, series, item, *basis)].append((start, iri))
    current = {iri for found in observations.values() for start, iri in found if start.year == max(found)[0].year}
    return _Content(
        kept,
        _freeze(plain),
        _freeze(inverse),
        _freeze(relations),
        _freeze(nodes),
        until,
        frozenset(unknown),
        frozenset(current),
        visible,
        left_out,
    )
