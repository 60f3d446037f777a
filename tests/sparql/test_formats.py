"""Negotiation."""

from __future__ import annotations

import pytest

from kg.sparql import NotAcceptable
from kg.sparql.formats import Kind, negotiate

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("kind", "accept", "name", "content_type"),
    [
        ("results", None, "json", "application/sparql-results+json"),
        ("results", "*/*", "json", "application/sparql-results+json"),
        ("results", "", "json", "application/sparql-results+json"),
        ("results", "application/json", "json", "application/json"),
        ("results", "text/csv;q=0.5, text/tab-separated-values", "tsv", "text/tab-separated-values;charset=utf-8"),
        ("results", "text/*", "csv", "text/csv;charset=utf-8"),
        ("results", "*/*, application/sparql-results+json;q=0", "xml", "application/sparql-results+xml"),
        ("results", BROWSER, "xml", "application/xml"),
        ("results", "TEXT/CSV ; Q=1", "csv", "text/csv;charset=utf-8"),
        ("graph", None, "turtle", "text/turtle;charset=utf-8"),
        ("graph", "application/rdf+xml, text/turtle;q=0.9", "rdf-xml", "application/rdf+xml"),
        ("graph", "application/ld+json;profile=x", "json-ld", "application/ld+json"),
        ("graph", "text/plain", "n-triples", "text/plain;charset=utf-8"),
    ],
)
def test_negotiated(kind: Kind, accept: str | None, name: str, content_type: str) -> None:
    chosen, answered = negotiate(kind, accept=accept)
    assert (chosen.name, answered) == (name, content_type)


@pytest.mark.parametrize(
    ("kind", "accept"),
    [("results", "text/turtle"), ("graph", "text/csv"), ("results", "*/*;q=0"), ("graph", "image/png, x;q=zz")],
)
def test_not_acceptable(kind: Kind, accept: str) -> None:
    with pytest.raises(NotAcceptable) as refused:
        negotiate(kind, accept=accept)
    assert refused.value.detail["offered"]


def test_name_overrides_accept() -> None:
    assert negotiate("results", accept="text/turtle", name="csv")[0].name == "csv"
    with pytest.raises(NotAcceptable):
        negotiate("graph", name="csv")
