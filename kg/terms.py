"""Names: namespaces, identifiers, literals, and the only conversion between rdflib's and pyoxigraph's terms.

Owns how an IRI is made and read back. Must not know the ontology or any fact.

An entity's IRI is `<base>id/<class>/<slug>`; its *id* in answers is the slug, and `<class>/<slug>` where two classes share
a slug. `<class>` is the class's local name in lower case with hyphens (`ProcessNode` → `process-node`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

import pyoxigraph as ox
import rdflib

__all__ = [
    "BASE",
    "CK",
    "RDFS_LABEL",
    "RDF_TYPE",
    "SKOS_ALT_LABEL",
    "XSD",
    "Literal",
    "Value",
    "camel_case",
    "content_hash",
    "entity_iri",
    "kebab_case",
    "local_name",
    "snake_case",
    "split_entity_iri",
    "to_oxigraph",
    "to_rdflib",
    "to_value",
]

BASE = "https://w3id.org/chokepoint/"
CK = BASE + "ontology#"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
SKOS_ALT_LABEL = "http://www.w3.org/2004/02/skos/core#altLabel"


_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,2})?\Z")


@dataclass(frozen=True, slots=True, order=True)
class Literal:
    """An RDF literal without language: lexical form and datatype IRI."""

    lexical: str
    datatype: str = XSD + "string"

    @property
    def python(self) -> str | int | float | bool:
        """The value as a Python scalar; dates and EDTF stay text."""
        kind = self.datatype.removeprefix(XSD)
        if kind == "integer":
            return int(self.lexical)
        if kind in ("decimal", "double"):
            number = Decimal(self.lexical)
            return int(number) if number == number.to_integral_value() else float(number)
        if kind == "boolean":
            return self.lexical == "true"
        return self.lexical

    @classmethod
    def decimal(cls, text: str) -> Literal:
        """A canonical `xsd:decimal` of a number's text. Raises ValueError for anything else, also NaN and infinity."""
        if not _NUMBER.match(text):
            raise ValueError(f"{text!r} is no number")
        number = Decimal(text)
        plain = format(number, "f")
        if "." in plain:
            plain = plain.rstrip("0").rstrip(".")
        return cls("0" if plain in ("-0", "") else plain, XSD + "decimal")


Value: TypeAlias = str | Literal
"""A node of the graph: an IRI as `str`, or a `Literal`."""


def kebab_case(name: str) -> str:
    """`ProcessNode` → `process-node`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def snake_case(name: str) -> str:
    """`denseFp16Throughput` → `dense_fp16_throughput`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def camel_case(name: str) -> str:
    """`max_depth` or `max-depth` → `maxDepth`; a trailing underscore (Python keywords) is dropped."""
    head, *tail = re.split(r"[_-]", name.rstrip("_"))
    return head + "".join(part[:1].upper() + part[1:] for part in tail)


def local_name(iri: str) -> str:
    """The part after the last `#` or `/`."""
    return re.split(r"[#/]", iri)[-1]


def entity_iri(class_name: str, slug: str) -> str:
    """The IRI of an entity of a class (by its local name)."""
    return f"{BASE}id/{kebab_case(class_name)}/{slug}"


def split_entity_iri(iri: str) -> tuple[str, str] | None:
    """(class segment, slug) of an entity's IRI, or None for any other IRI."""
    prefix = BASE + "id/"
    if not iri.startswith(prefix):
        return None
    segment, _, slug = iri[len(prefix) :].partition("/")
    return (segment, slug) if segment and slug else None


def content_hash(parts: Iterable[str], length: int = 20) -> str:
    """Hexadecimal SHA-256 over the parts, each preceded by its length, cut to `length` digits."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode()
        digest.update(f"{len(raw)}:".encode())
        digest.update(raw)
    return digest.hexdigest()[:length]


def to_oxigraph(value: Value) -> ox.NamedNode | ox.Literal:
    """A value as a pyoxigraph term."""
    if isinstance(value, str):
        return ox.NamedNode(value)
    return ox.Literal(value.lexical, datatype=ox.NamedNode(value.datatype))


def to_value(term: object) -> Value:
    """A pyoxigraph term as a value. Raises TypeError for blank nodes and triple terms, which no release holds."""
    if isinstance(term, ox.NamedNode):
        return term.value
    if isinstance(term, ox.Literal):
        return Literal(term.value, term.datatype.value)
    raise TypeError(f"no value: {term!r}")


def to_rdflib(term: object) -> rdflib.term.Node:
    """A pyoxigraph term as an rdflib term."""
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        datatype = term.datatype.value
        return rdflib.Literal(term.value, datatype=None if datatype == XSD + "string" else rdflib.URIRef(datatype))
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    raise TypeError(f"no RDF 1.1 term: {term!r}")
