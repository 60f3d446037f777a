"""The formats of answers and their negotiation.

It owns the table of media types and the reading of `Accept` (RFC 9110: q-values, the most specific range wins). It must
not know the engine or HTTP responses: a format is a name here, which the worker turns into the engine's writer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from kg.sparql.errors import NotAcceptable

__all__ = ["GRAPH_FORMATS", "RESULT_FORMATS", "Format", "Kind", "formats_for", "kind_of", "negotiate", "parse_accept"]

Kind = Literal["results", "graph"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its short name, its media type, other media types people ask for, and the IRI the W3C gave it."""

    name: str
    media_type: str
    aliases: tuple[str, ...]
    iri: str

    def content_type(self, asked: str | None = None) -> str:
        """The Content-Type to answer with: the alias that was asked for, else the format's own media type."""
        chosen = asked if asked in self.aliases else self.media_type
        return f"{chosen};charset=utf-8" if chosen.startswith("text/") else chosen


_W3C: Final = "http://www.w3.org/ns/formats/"

RESULT_FORMATS: Final[tuple[Format, ...]] = (
    Format("json", "application/sparql-results+json", ("application/json",), _W3C + "SPARQL_Results_JSON"),
    Format("xml", "application/sparql-results+xml", ("application/xml", "text/xml"), _W3C + "SPARQL_Results_XML"),
    Format("csv", "text/csv", (), _W3C + "SPARQL_Results_CSV"),
    Format("tsv", "text/tab-separated-values", (), _W3C + "SPARQL_Results_TSV"),
)
"""What SELECT and ASK can be answered in, preferred first."""

GRAPH_FORMATS: Final[tuple[Format, ...]] = (
    Format("turtle", "text/turtle", ("application/x-turtle", "application/turtle"), _W3C + "Turtle"),
    Format("n-triples", "application/n-triples", ("text/plain",), _W3C + "N-Triples"),
    Format("rdf-xml", "application/rdf+xml", ("application/xml", "text/xml"), _W3C + "RDF_XML"),
    Format("json-ld", "application/ld+json", ("application/json",), _W3C + "JSON-LD"),
    Format("trig", "application/trig", ("application/x-trig",), _W3C + "TriG"),
    Format("n-quads", "application/n-quads", ("text/x-nquads",), _W3C + "N-Quads"),
)
"""What CONSTRUCT and DESCRIBE can be answered in, preferred first."""


def kind_of(form: str) -> Kind:
    """Whether a query form answers with a result table or with a graph."""
    return "graph" if form in ("CONSTRUCT", "DESCRIBE") else "results"


def formats_for(kind: Kind) -> tuple[Format, ...]:
    """The formats of a kind of answer, preferred first."""
    return GRAPH_FORMATS if kind == "graph" else RESULT_FORMATS


def parse_accept(header: str) -> list[tuple[str, float]]:
    """The media ranges of an Accept header with their q-values, in the order written; parameters are ignored."""
    ranges: list[tuple[str, float]] = []
    for part in header.split(",")[:100]:
        name, *parameters = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                try:
                    quality = min(1.0, max(0.0, float(value)))
                except ValueError:
                    quality = 0.0
        if name:
            ranges.append((name.lower(), quality))
    return ranges


def negotiate(kind: Kind, *, accept: str | None = None, name: str | None = None) -> tuple[Format, str]:
    """Choose a format and the Content-Type to send.

    `name` (a short name or a media type) overrides `accept`. Raises `NotAcceptable` where nothing fits.
    """
    offers = formats_for(kind)
    if name:
        wanted = name.strip().lower()
        for offer in offers:
            if wanted == offer.name or wanted == offer.media_type or wanted in offer.aliases:
                return offer, offer.content_type(wanted)
        raise _not_acceptable(kind, f"the format {name!r}")
    if accept is None or not accept.strip():
        return offers[0], offers[0].content_type()
    ranges = parse_accept(accept)
    best: tuple[tuple[float, int, int, int], Format, str] | None = None
    for rank, offer in enumerate(offers):
        for media_type in (offer.media_type, *offer.aliases):
            quality, specificity, index = _quality(media_type, ranges)
            if media_type != offer.media_type and specificity < 2:
                continue
            key = (quality, specificity, -index, -rank)
            if quality > 0 and (best is None or key > best[0]):
                best = (key, offer, media_type)
    if best is None:
        raise _not_acceptable(kind, f"Accept: {accept}")
    return best[1], best[1].content_type(best[2])


def _quality(media_type: str, ranges: list[tuple[str, float]]) -> tuple[float, int, int]:
    major = media_type.split("/")[0]
    found = (0.0, -1, 0)
    for index, (name, quality) in enumerate(ranges):
        specificity = {media_type: 2, f"{major}/*": 1, "*/*": 0, "*": 0}.get(name, -1)
        if specificity > found[1]:
            found = (quality, specificity, index)
    return found


def _not_acceptable(kind: Kind, asked: str) -> NotAcceptable:
    offered = [offer.media_type for offer in formats_for(kind)]
    what = "a graph (CONSTRUCT, DESCRIBE)" if kind == "graph" else "a result table (SELECT, ASK)"
    return NotAcceptable(
        f"{asked} cannot be answered: {what} comes as {', '.join(offered)}.", detail={"offered": offered}
    )
