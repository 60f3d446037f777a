"""The JSON-LD context, derived from the ontology (JSON-LD 1.1, section 3.1)."""

from __future__ import annotations

from typing import Any

from kg.schema import Schema, literal_datatype
from kg.terms import BASE, CK, XSD

__all__ = ["jsonld_context"]


def jsonld_context(schema: Schema) -> dict[str, Any]:
    """Terms for every class and property: object properties take IRIs, data properties their datatype."""
    terms: dict[str, Any] = {
        "@version": 1.1,
        "@base": BASE,
        "ck": CK,
        "xsd": XSD,
        "id": "@id",
        "type": "@type",
        "label": "http://www.w3.org/2000/01/rdf-schema#label",
        "altLabel": "http://www.w3.org/2004/02/skos/core#altLabel",
        "title": "http://purl.org/dc/terms/title",
        "license": "http://purl.org/dc/terms/license",
        "url": {"@id": "https://schema.org/url", "@type": "xsd:anyURI"},
    }
    for name in sorted(schema.classes):
        terms[name] = f"ck:{name}"
    for name, prop in sorted(schema.properties.items()):
        datatype = "@id" if prop.is_object else f"xsd:{literal_datatype(prop).removeprefix(XSD)}"
        terms[name] = f"ck:{name}" if datatype == "xsd:string" else {"@id": f"ck:{name}", "@type": datatype}
    return {"@context": terms}
