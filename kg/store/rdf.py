"""Facts as RDF and back.

Owns the layout of a release: each statement is a named graph under its own IRI that holds what it says; what is said
*about* it (status, source, dates, qualifiers) and the identity of entities, sources and batches stand in the default
graph. Triples of foreign vocabularies stand in graphs of their batch (`kg.facts.foreign`). The two directions are inverse
to each other. Must not know snapshots.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice

import pyoxigraph as ox

from kg.facts.foreign import split_foreign_graph
from kg.facts.model import Batch, Correction, End, Entity, Facts, Source, Statement
from kg.schema import Schema
from kg.terms import (
    BASE,
    CK,
    RDF_TYPE,
    RDFS_LABEL,
    SKOS_ALT_LABEL,
    XSD,
    Literal,
    Value,
    content_hash,
    local_name,
    split_entity_iri,
    to_oxigraph,
    to_value,
)

__all__ = [
    "DCT_LICENSE",
    "DCT_TITLE",
    "SCHEMA_URL",
    "assertion",
    "facts_from_quads",
    "facts_to_quads",
    "foreign_quads",
    "metadata",
]

DCT_TITLE, DCT_LICENSE = "http://purl.org/dc/terms/title", "http://purl.org/dc/terms/license"
DCT_PUBLISHER, DCT_RIGHTS = "http://purl.org/dc/terms/publisher", "http://purl.org/dc/terms/rights"
SCHEMA_URL = "https://schema.org/url"

Triple = tuple[str, str, Value]

_CHUNK = 10_000
"""Lines of foreign triples that are parsed at once."""

_TEXTS = {
    "status": "status",
    "to_check_in": "toCheckIn",
    "passage": "passage",
    "quote": "quote",
    "note": "note",
    "valid_from": "validFrom",
    "valid_until": "validUntil",
    "first_public": "firstPublic",
}
"""Text fields of a statement by their property in the release."""


def _text(value: str) -> Literal:
    return Literal(value)


def _day(day: dt.date) -> Literal:
    return Literal(day.isoformat(), XSD + "date")


def batch_iri(batch: str) -> str:
    """The IRI of a batch by its id."""
    return f"{BASE}batch/{batch}"


def assertion(schema: Schema, statement: Statement) -> list[Triple]:
    """The triples a statement asserts: itself if plain; else its node's properties and the direct
    property between its ends."""
    if not statement.class_name:
        return [(statement.subject, statement.property, statement.object)]
    found: list[Triple] = [(statement.subject, RDF_TYPE, statement.object)]
    for name, values in statement.node.items():
        found += [(statement.subject, schema.properties[name].iri, value) for value in values]
    cls = schema.classes[statement.class_name]
    rule = cls.direct
    if rule and not (rule.unless and statement.text(rule.unless[0]) == rule.unless[1]):
        tail, head = statement.one(rule.tail), statement.one(rule.head)
        if isinstance(tail, str) and isinstance(head, str):
            found.append((tail, rule.direct_property, head))
    return found


def metadata(
    schema: Schema,
    statement: Statement,
    until: str | None = None,
    qualifiers: Mapping[str, tuple[Value, ...]] | None = None,
) -> list[Triple]:
    """What is said about a statement; a snapshot gives its end and its qualifiers as they were on its dates."""
    if until is not None and until != statement.valid_until:
        statement = replace(statement, valid_until=until)
    s = statement.iri
    found: list[Triple] = [
        (s, RDF_TYPE, CK + "Statement"),
        (s, CK + "subject", statement.subject),
        (s, CK + "predicate", statement.property),
        (s, CK + "object", statement.object),
        (s, CK + "batch", batch_iri(statement.batch)),
    ]
    found += [
        (s, CK + name, _text(getattr(statement, field))) for field, name in _TEXTS.items() if getattr(statement, field)
    ]
    if statement.recorded:
        found.append((s, CK + "recorded", Literal(statement.recorded, XSD + "date")))
    if statement.source:
        found.append((s, CK + "source", statement.source))
    if statement.first_public_source:
        found.append((s, CK + "firstPublicSource", statement.first_public_source))
    if statement.known:
        found.append((s, CK + "knownFrom", _day(statement.known)))
    found += [(s, CK + "derivedFrom", _text(each)) for each in statement.derived_from]
    found += [(s, CK + "origin", _text(each)) for each in statement.origin]
    for name, values in (statement.qualifiers if qualifiers is None else qualifiers).items():
        found += [(s, schema.properties[name].iri, value) for value in values]
    return found


def identity(entity: Entity) -> list[Triple]:
    """What says who an entity is."""
    found: list[Triple] = [
        (entity.iri, RDF_TYPE, CK + entity.class_name),
        (entity.iri, RDFS_LABEL, _text(entity.label)),
        (entity.iri, CK + "batch", batch_iri(entity.batch)),
    ]
    found += [(entity.iri, SKOS_ALT_LABEL, _text(alias)) for alias in entity.aliases]
    if entity.origin:
        found.append((entity.iri, CK + "origin", _text(entity.origin)))
    return found


def source_triples(source: Source) -> list[Triple]:
    """What is known of a source."""
    s = source.iri
    found: list[Triple] = [
        (s, RDF_TYPE, CK + "Source"),
        (s, DCT_TITLE, _text(source.title)),
        (s, CK + "batch", batch_iri(source.batch)),
    ]
    if source.url:
        found.append((s, SCHEMA_URL, Literal(source.url, XSD + "anyURI")))
    pairs = (
        (CK + "published", source.published),
        (DCT_PUBLISHER, source.publisher),
        (DCT_LICENSE, source.licence),
        (DCT_RIGHTS, source.rights),
        (CK + "note", source.note),
    )
    found += [(s, property_, _text(value)) for property_, value in pairs if value]
    if source.series:
        series = f"{BASE}series/{source.series}"
        found += [
            (s, CK + "inSeries", series),
            (series, RDF_TYPE, CK + "Series"),
            (series, RDFS_LABEL, _text(source.series)),
        ]
        if source.supersedes_series:
            found.append((series, CK + "supersedesWhole", Literal("true", XSD + "boolean")))
    return found


def _batch(batch: Batch) -> list[Triple]:
    s = batch_iri(batch.id)
    return [
        (s, RDF_TYPE, CK + "Batch"),
        (s, DCT_TITLE, _text(batch.title)),
        (s, DCT_LICENSE, _text(batch.licence)),
        (s, CK + "recorded", _day(batch.recorded)),
    ]


def _end(end: End) -> list[Triple]:
    s = f"{BASE}end/{content_hash([end.statement, end.date, end.source])}"
    pairs = (("changeDate", end.date), ("note", end.note), ("origin", end.origin))
    found: list[Triple] = [
        (s, RDF_TYPE, CK + "End"),
        (s, CK + "batch", batch_iri(end.batch)),
        (s, CK + "concerns", end.statement),
        (s, CK + "source", end.source),
    ]
    found += [(s, CK + name, _text(value)) for name, value in pairs if value]
    return found + ([(s, CK + "knownFrom", _day(end.known))] if end.known else [])


def _correction(correction: Correction) -> list[Triple]:
    c = correction
    s = f"{BASE}correction/{content_hash([c.statement, c.kind, c.date, c.source])}"
    pairs = (("changeKind", c.kind), ("changeDate", c.date), ("note", c.note), ("origin", c.origin))
    found: list[Triple] = [
        (s, RDF_TYPE, CK + "Correction"),
        (s, CK + "batch", batch_iri(c.batch)),
        (s, CK + "concerns", c.statement),
        (s, CK + "source", c.source),
    ]
    found += [(s, CK + name, _text(value)) for name, value in pairs if value]
    if c.replacement:
        found.append((s, CK + "replacement", c.replacement))
    return found + ([(s, CK + "knownFrom", _day(c.known))] if c.known else [])


def facts_to_quads(schema: Schema, facts: Facts) -> Iterator[ox.Quad]:
    """All quads of a release, without the ontology's."""
    for batch in facts.batches.values():
        yield from _quads(_batch(batch), None)
    for source in facts.sources.values():
        yield from _quads(source_triples(source), None)
    for entity in facts.entities.values():
        yield from _quads(identity(entity), None)
    for statement in facts.statements.values():
        yield from _quads(assertion(schema, statement), statement.iri)
        yield from _quads(metadata(schema, statement), None)
    for end in facts.ends:
        yield from _quads(_end(end), None)
    for correction in facts.corrections:
        yield from _quads(_correction(correction), None)
    for name in facts.foreign:
        yield from foreign_quads(facts, name)


def foreign_quads(facts: Facts, batch: str) -> Iterator[ox.Quad]:
    """The foreign quads of a batch, which stand in its own graphs. Raises ValueError for a line that does not."""
    lines = iter(facts.foreign[batch])
    while chunk := list(islice(lines, _CHUNK)):
        for quad in ox.parse("\n".join(chunk), format=ox.RdfFormat.N_QUADS):
            found = split_foreign_graph(quad.graph_name.value) if isinstance(quad.graph_name, ox.NamedNode) else None
            if found is None or found[0] != batch:
                raise ValueError(f"{quad} is in no graph of the batch {batch}")
            yield quad


def _quads(triples: Iterable[Triple], graph: str | None) -> Iterator[ox.Quad]:
    name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
    for subject, property_, object_ in triples:
        yield ox.Quad(ox.NamedNode(subject), ox.NamedNode(property_), to_oxigraph(object_), name)


def facts_from_quads(schema: Schema, quads: Iterable[ox.Quad]) -> Facts:
    """The facts of a release's quads. Quads of the ontology's graph are passed over."""
    about: dict[str, dict[str, list[Value]]] = {}
    graphs: dict[str, list[Triple]] = {}
    foreign: dict[str, list[str]] = {}
    for quad in quads:
        graph, property_ = quad.graph_name, quad.predicate.value
        if isinstance(graph, ox.DefaultGraph):
            subject = str(to_value(quad.subject))
            about.setdefault(subject, {}).setdefault(property_, []).append(to_value(quad.object))
        elif isinstance(graph, ox.NamedNode) and graph.value.startswith(BASE + "statement/"):
            graphs.setdefault(graph.value, []).append((str(to_value(quad.subject)), property_, to_value(quad.object)))
        elif isinstance(graph, ox.NamedNode) and (owner := split_foreign_graph(graph.value)):
            foreign.setdefault(owner[0], []).append(f"{quad} .")
    by_class: dict[str, list[str]] = {}
    for iri, values in about.items():
        by_class.setdefault(local_name(str(values[RDF_TYPE][0])), []).append(iri)
    reader = _Reader(schema, about)

    def take(name: str) -> list[str]:
        return sorted(by_class.get(name, ()))

    return Facts(
        batches={b.id: b for b in map(reader.batch, take("Batch"))},
        sources={i: reader.source(i) for i in take("Source")},
        entities={i: reader.entity(i) for i in sorted(about) if split_entity_iri(i)},
        statements={i: reader.statement(i, graphs[i]) for i in take("Statement")},
        ends=sorted(map(reader.end, take("End")), key=lambda e: (e.statement, e.date, e.source)),
        corrections=sorted(map(reader.correction, take("Correction")), key=lambda c: (c.statement, c.date, c.source)),
        foreign={name: sorted(lines) for name, lines in sorted(foreign.items())},
    )


class _Reader:
    """Reads values off the default graph, by subject and property."""

    def __init__(self, schema: Schema, about: dict[str, dict[str, list[Value]]]) -> None:
        self.schema, self.about = schema, about

    def one(self, iri: str, property_: str) -> str:
        values = self.about[iri].get(property_)
        if not values:
            return ""
        return values[0].lexical if isinstance(values[0], Literal) else values[0]

    def many(self, iri: str, property_: str) -> tuple[str, ...]:
        return tuple(sorted(v.lexical if isinstance(v, Literal) else v for v in self.about[iri].get(property_, ())))

    def supersedes(self, series: str) -> bool:
        return bool(series) and self.one(series, CK + "supersedesWhole") == "true"

    def day(self, iri: str) -> dt.date | None:
        text = self.one(iri, CK + "knownFrom")
        return dt.date.fromisoformat(text) if text else None

    def batch(self, iri: str) -> Batch:
        recorded = dt.date.fromisoformat(self.one(iri, CK + "recorded"))
        return Batch(local_name(iri), self.one(iri, DCT_TITLE), self.one(iri, DCT_LICENSE), recorded)

    def source(self, iri: str) -> Source:
        return Source(
            id=iri.removeprefix(BASE + "source/"),
            title=self.one(iri, DCT_TITLE),
            url=self.one(iri, SCHEMA_URL),
            published=self.one(iri, CK + "published"),
            publisher=self.one(iri, DCT_PUBLISHER),
            licence=self.one(iri, DCT_LICENSE),
            series=self.one(iri, CK + "inSeries").removeprefix(BASE + "series/"),
            supersedes_series=self.supersedes(self.one(iri, CK + "inSeries")),
            note=self.one(iri, CK + "note"),
            rights=self.one(iri, DCT_RIGHTS),
            batch=local_name(self.one(iri, CK + "batch")),
        )

    def entity(self, iri: str) -> Entity:
        class_name = local_name(self.one(iri, RDF_TYPE))
        slug = (split_entity_iri(iri) or ("", ""))[1]
        return Entity(
            iri,
            class_name,
            slug,
            self.one(iri, RDFS_LABEL),
            self.many(iri, SKOS_ALT_LABEL),
            local_name(self.one(iri, CK + "batch")),
            self.one(iri, CK + "origin"),
        )

    def statement(self, iri: str, graph: list[Triple]) -> Statement:
        subject, property_ = self.one(iri, CK + "subject"), self.one(iri, CK + "predicate")
        object_ = self.about[iri][CK + "object"][0]
        class_name = local_name(str(object_)) if property_ == RDF_TYPE else ""
        node: dict[str, tuple[Value, ...]] = {}
        qualifiers: dict[str, tuple[Value, ...]] = {}
        if class_name:
            said: dict[str, list[Value]] = {}
            for s, p, o in graph:
                if s == subject:
                    said.setdefault(p, []).append(o)
            for name in self.schema.classes[class_name].columns:
                prop = self.schema.properties[name]
                qualifies = class_name in prop.qualifies
                values = (self.about[iri] if qualifies else said).get(prop.iri)
                if values:
                    (qualifiers if qualifies else node)[name] = tuple(sorted(values, key=repr))
        return Statement(
            iri=iri,
            subject=subject,
            property=property_,
            object=object_,
            class_name=class_name,
            batch=local_name(self.one(iri, CK + "batch")),
            source=self.one(iri, CK + "source"),
            first_public_source=self.one(iri, CK + "firstPublicSource"),
            derived_from=self.many(iri, CK + "derivedFrom"),
            origin=self.many(iri, CK + "origin"),
            node=node,
            qualifiers=qualifiers,
            known=self.day(iri),
            recorded=self.one(iri, CK + "recorded"),
            **{field: self.one(iri, CK + name) for field, name in _TEXTS.items()},
        )

    def end(self, iri: str) -> End:
        names = ("concerns", "changeDate", "source", "note")
        statement, date, source, note = (self.one(iri, CK + name) for name in names)
        return End(statement, date, source, note, self.day(iri), *self._origin(iri))

    def correction(self, iri: str) -> Correction:
        names = ("concerns", "changeKind", "changeDate", "replacement", "source", "note")
        statement, kind, date, replacement, source, note = (self.one(iri, CK + name) for name in names)
        return Correction(statement, kind, date, replacement, source, note, self.day(iri), *self._origin(iri))

    def _origin(self, iri: str) -> tuple[str, str]:
        return self.one(iri, CK + "origin"), local_name(self.one(iri, CK + "batch"))
