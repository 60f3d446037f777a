"""What a snapshot holds of one IRI, as RDF.

Owns the choice of triples: those with the IRI as subject or object, and the metadata of the statements among them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pyoxigraph as ox

from kg.store.rdf import Triple, assertion, identity, metadata, source_triples
from kg.store.snapshot import Snapshot
from kg.terms import CK, to_oxigraph

__all__ = ["FORMATS", "describe_rdf"]

FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
"""Media types in which a description can be had."""

_PREFIXES = {
    "ck": CK,
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "schema": "https://schema.org/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def describe_rdf(snapshot: Snapshot, iri: str, media_type: str) -> bytes | None:
    """The description of an entity, statement or source in a media type of `FORMATS`; None if nothing is held of it."""
    triples = list(dict.fromkeys(_triples(snapshot, iri)))
    if not triples:
        return None
    made = [ox.Triple(ox.NamedNode(s), ox.NamedNode(p), to_oxigraph(o)) for s, p, o in triples]
    found = ox.serialize(
        made, format=FORMATS[media_type], prefixes=_PREFIXES if media_type != "application/n-triples" else None
    )
    return found if isinstance(found, bytes) else None


def _triples(snapshot: Snapshot, iri: str) -> Iterator[Triple]:
    if iri in snapshot.index.by_iri:
        yield from identity(replace(snapshot.entity(iri), label=snapshot.label(iri), aliases=snapshot.aliases(iri)))
        for statement in (
            *snapshot.plain(iri),
            *snapshot.about_node(iri),
            *snapshot.relations(iri),
            *snapshot.inverse(iri),
        ):
            yield from assertion(snapshot.schema, statement)
            yield from metadata(snapshot.schema, statement, snapshot.until(statement), snapshot.qualifiers(statement))
    elif iri in snapshot.statements:
        statement = snapshot.statements[iri]
        yield from metadata(snapshot.schema, statement, snapshot.until(statement), snapshot.qualifiers(statement))
        yield from assertion(snapshot.schema, statement)
        source = snapshot.source(statement)
        if source is not None:
            yield from source_triples(source)
    elif iri in snapshot.dataset.facts.sources:
        yield from source_triples(snapshot.dataset.facts.sources[iri])
