"""The service description: what the SPARQL endpoint says about itself in RDF.

It owns the triples (SPARQL 1.1 Service Description, with the limits in words) and their writing. The text parsed here
is the project's own, never a stranger's. It must not know HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from kg.sparql.formats import GRAPH_FORMATS, RESULT_FORMATS, negotiate
from kg.sparql.pool import SparqlSettings

__all__ = ["describe_service"]

_SD = "http://www.w3.org/ns/sparql-service-description#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_VOID = "http://rdfs.org/ns/void#"
_WRITERS = {
    "turtle": RdfFormat.TURTLE,
    "n-triples": RdfFormat.N_TRIPLES,
    "rdf-xml": RdfFormat.RDF_XML,
    "json-ld": RdfFormat.JSON_LD,
    "trig": RdfFormat.TRIG,
    "n-quads": RdfFormat.N_QUADS,
}


def describe_service(
    endpoint: str,
    settings: SparqlSettings,
    *,
    accept: str | None = None,
    format: str | None = None,
    dump: str | None = None,
) -> tuple[bytes, str]:
    """The description of the service at an address, in the accepted format, with its Content-Type.

    `dump` is the address of the whole data. Raises `NotAcceptable`.
    """
    chosen, content_type = negotiate("graph", accept=accept, name=format)
    prefixes = {"sd": _SD, "rdfs": _RDFS, "void": _VOID}
    body = serialize(_triples(endpoint, settings, dump), format=_WRITERS[chosen.name], prefixes=prefixes)
    return body or b"", content_type


def _triples(endpoint: str, settings: SparqlSettings, dump: str | None) -> Iterator[Triple]:
    service, dataset, graph = (NamedNode(endpoint + part) for part in ("#service", "#dataset", "#default-graph"))
    kind, label, comment = NamedNode(_RDF + "type"), NamedNode(_RDFS + "label"), NamedNode(_RDFS + "comment")
    yield Triple(service, kind, NamedNode(_SD + "Service"))
    yield Triple(service, label, Literal("Chokepoint SPARQL endpoint", language="en"))
    yield Triple(service, comment, Literal(_limits(settings), language="en"))
    yield Triple(service, NamedNode(_SD + "endpoint"), NamedNode(endpoint))
    yield Triple(service, NamedNode(_SD + "supportedLanguage"), NamedNode(_SD + "SPARQL11Query"))
    for each in (*RESULT_FORMATS, *GRAPH_FORMATS):
        yield Triple(service, NamedNode(_SD + "resultFormat"), NamedNode(each.iri))
    if settings.allowed_services:
        yield Triple(service, NamedNode(_SD + "feature"), NamedNode(_SD + "BasicFederatedQuery"))
    yield Triple(service, NamedNode(_SD + "defaultDataset"), dataset)
    yield Triple(dataset, kind, NamedNode(_SD + "Dataset"))
    yield Triple(dataset, comment, Literal(_dataset(settings), language="en"))
    yield Triple(dataset, NamedNode(_SD + "defaultGraph"), graph)
    yield Triple(graph, kind, NamedNode(_SD + "Graph"))
    if dump:
        yield Triple(dataset, NamedNode(_VOID + "dataDump"), NamedNode(dump))


def _limits(settings: SparqlSettings) -> str:
    return (
        f"Read-only. A query may have {settings.shape.text_bytes:,} bytes, run {settings.timeout:g} seconds, use "
        f"{settings.memory_mb:,} MB and answer with {settings.max_rows:,} rows or {settings.max_bytes >> 20:,} MB; "
        f"beyond that the answer is an error, never cut off. {settings.workers} queries run at a time and "
        f"{settings.queue} may wait."
    )


def _dataset(settings: SparqlSettings) -> str:
    as_of = f"<{settings.base_url}as-of/2025-01-20>"
    return (
        "The default graph holds what is valid today and what is said about each statement; each valid statement is a "
        f"named graph. FROM {as_of} makes the snapshot of that day the default graph; FROM NAMED {as_of} offers it as "
        "a named graph, so that one query compares two days. ?known-on=, &data-licence= and &verified-only=true "
        "narrow it."
    )
