"""The shapes accept correct data, and each kind of constraint finds what breaks it."""

from __future__ import annotations

import re

import pyshacl
import pytest
import sample
from rdflib import OWL, RDF, SH, BNode, Graph, Namespace
from sample import add, drop, swap

CK = Namespace("https://w3id.org/chokepoint/ontology#")

#: what is broken -> (update that breaks it, words of the message)
BROKEN = {
    "two ends": (add("node:aa1 ck:provider company:smic"), "provider: exactly one"),
    "missing end": (drop("node:aa1", "ck:item"), "item concerned: exactly one"),
    "end of wrong class": (
        swap("node:aa1", "ck:provider", "country:NLD"),
        "must be an organisation",
    ),
    "share above 100": (
        add("st:s1 ck:share 120.0"),
        "share must be a decimal number from 0 to 100",
    ),
    "two shares of one statement": (
        add("st:s1 ck:share 90.0"),
        "a statement has at most one share",
    ),
    "share as text": (add('st:s2 ck:share "most"'), "share must be a decimal number"),
    "unknown word": (add('st:s1 ck:productionStatus "soon"'), "production status must be one of"),
    "node class off the scale": (add('st:s1 ck:nodeClass "10 nm"'), "node class must be one of: over 28 nm"),
    "process node off the scale": (
        add('<https://w3id.org/chokepoint/id/process-node/n7> a ck:ProcessNode ; rdfs:label "N7"@en ; ck:nodeClass "7"'),
        "node class must be one of: over 28 nm",
    ),
    "two node classes of one statement": (
        add('st:s1 ck:nodeClass "28 nm", "16 nm"'),
        "a statement has at most one node class",
    ),
    "site that is no country": (add("st:s1 ck:siteCountry company:asml"), "must be a country"),
    "event kind": (
        swap("node:aa3", "ck:eventKind", '"leaked"'),
        "must be one of: announced",
    ),
    "event date": (
        swap("node:aa3", "ck:eventDate", '"25 Oct"'),
        "must be a date in EDTF",
    ),
    "negative figure": (add('chip:example-100 ck:dieArea "-3.0"^^xsd:decimal'), "not below 0"),
    "label missing": (drop("company:asml", "rdfs:label"), "every entity has a label"),
    "country code": (add('country:nl a ck:Country ; rdfs:label "x"'), "must end in /id/country/"),
    "slug of another class": (
        add('tool:x a ck:Material ; rdfs:label "x"'),
        "must end in /id/material/",
    ),
    "headquarters": (
        add("company:smic ck:headquarteredIn company:asml"),
        "headquartered in must be a country",
    ),
    "computed state": (
        add('policy:rule ck:enforced "perhaps"'),
        "must be one of: yes, no, unknown",
    ),
    "status missing": (drop("st:s1", "ck:status"), "status: must be one of"),
    "status unknown": (
        swap("st:s1", "ck:status", '"sure"'),
        "verified, unverified, derived",
    ),
    "verified without source": (drop("st:s1", "ck:source"), "a verified statement has a source"),
    "verified without passage": (drop("st:s1", "ck:passage"), "says in its passage"),
    "verified and to check": (add('st:s1 ck:toCheckIn "x"'), "nothing left to check in"),
    "unverified with source": (
        add("st:s2 ck:source source:report"),
        "an unverified statement has no source",
    ),
    "unverified without document": (drop("st:s2", "ck:toCheckIn"), "names the document"),
    "derived without inputs": (
        drop("st:s5", "ck:derivedFrom"),
        "a derived statement names its inputs",
    ),
    "ends before it begins": (
        swap("st:s4", "ck:validUntilDate", '"2019-01-01"^^xsd:date'),
        "begins to hold before",
    ),
    "day that is no day": (add('st:s2 ck:validFromDate "2019"'), "must be a day"),
    "statement about nothing": (drop("st:s5", "ck:subject"), "subject: must be"),
    "claim about nothing": (drop("claim:c1", "ck:about"), "about: must be an entity; exactly one"),
    "claim kind": (
        swap("claim:c1", "ck:claimKind", '"rumour"'),
        "observed, claimed, forecast, target",
    ),
    "source without title": (drop("source:report", "dcterms:title"), "exactly one title"),
    "source date": (
        swap("source:report", "ck:published", '"last year"'),
        "must be a date in EDTF",
    ),
    "batch without licence": (drop("?b", "dcterms:license"), "a batch has exactly one licence"),
    "relation without statement": (
        drop("st:s4", "ck:subject"),
        "described by at least one statement",
    ),
}
EDTF_GOOD = [
    "2025",
    "2025-02",
    "2025-02-13",
    "2025~",
    "2025?",
    "2025-02%",
    "2024/2025",
    "2024/..",
    "../2022",
    "/2022",
    "2024/",
    "2025-34",
    "2025-41",
    "[2024..2025]",
    "[..2022]",
    "201X",
    "2004-06-XX",
    "2004-06~/2005?",
    "Y170000002",
    "1950S2",
]
EDTF_BAD = ["25 Oct 2023", "2025-Q2", "2025-2", "2024-2025", "n.d.", "until 2022", "..", "2025-02-13T00:00"]


@pytest.fixture(scope="module")
def data() -> Graph:
    return Graph().parse(data=sample.turtle(sample.SNAPSHOT), format="turtle")


def validate(data: Graph, shapes: Graph, kg: Graph) -> str:
    conforms, _, text = pyshacl.validate(data, shacl_graph=shapes, ont_graph=kg, inplace=False)
    return "" if conforms else str(text)


def test_sample_conforms(data: Graph, shapes: Graph, kg: Graph) -> None:
    assert validate(data, shapes, kg) == ""


@pytest.mark.parametrize("case", BROKEN)
def test_shape_finds(case: str, data: Graph, shapes: Graph, kg: Graph) -> None:
    update, words = BROKEN[case]
    broken = Graph() + data
    broken.update(sample.PREFIXES + update)
    assert set(broken) != set(data), "the update changes nothing"
    assert words in validate(broken, shapes, kg)


def test_shapes_are_valid_shacl(shapes: Graph) -> None:
    """The shapes conform to SHACL's own shapes for shapes."""
    pyshacl.validate(Graph(), shacl_graph=shapes, meta_shacl=True)


def test_every_concrete_class_targets_itself(shapes: Graph, kg: Graph) -> None:
    for term in kg.subjects(RDF.type, OWL.Class):
        if not isinstance(term, BNode):
            assert (term, RDF.type, SH.NodeShape) in shapes


@pytest.mark.parametrize("value", EDTF_GOOD)
def test_edtf_pattern_accepts(value: str, shapes: Graph) -> None:
    assert re.search(pattern(shapes), value)


@pytest.mark.parametrize("value", EDTF_BAD)
def test_edtf_pattern_refuses(value: str, shapes: Graph) -> None:
    assert not re.search(pattern(shapes), value)


def pattern(shapes: Graph) -> str:
    """The pattern on the launch date, which stands for all dates in EDTF."""
    constraint = next(shapes.subjects(SH.path, CK.launchDate))
    return str(shapes.value(constraint, SH.pattern))
