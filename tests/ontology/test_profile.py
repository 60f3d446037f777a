"""The ontology is OWL 2 DL and consistent, and the checkers can fail."""

from __future__ import annotations

from pathlib import Path

import owl2dl
import pytest
from owltools import hermit_classpath, owl_api_classpath, run_java
from rdflib import Graph

PREFIXES = """
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
BASE = (
    PREFIXES
    + """
<http://example.org/o> a owl:Ontology .
:A a owl:Class . :B a owl:Class .
:p a owl:ObjectProperty . :q a owl:ObjectProperty . :r a owl:ObjectProperty .
:d a owl:DatatypeProperty . :n a owl:AnnotationProperty .
:x a owl:NamedIndividual, :A . :y a owl:NamedIndividual, :B .
"""
)

#: name -> (the rule broken, what is added to BASE)
BAD = {
    "object-and-data-property": ("punning", ":p a owl:DatatypeProperty ."),
    "object-and-annotation-property": ("punning", ":p a owl:AnnotationProperty ."),
    "class-and-datatype": ("punning", ":A a rdfs:Datatype ."),
    "undeclared-class": ("undeclared", ":A rdfs:subClassOf :Missing ."),
    "undeclared-property": ("undeclared", ":x :missing :y ."),
    "undeclared-domain": ("undeclared", ":p rdfs:domain :Missing ."),
    "date-range": ("datatype", ":d rdfs:range xsd:date ."),
    "time-literal": ("datatype", ':x :d "10:00:00"^^xsd:time .'),
    "malformed-number": ("datatype", ':x :d "many"^^xsd:integer .'),
    "reserved-class": ("reserved", "owl:Gadget a owl:Class . :A rdfs:subClassOf owl:Gadget ."),
    "reserved-property": ("reserved", "rdfs:gadget a owl:ObjectProperty . :x rdfs:gadget :y ."),
    "literal-of-object-property": ("value", ':x :p "text" .'),
    "node-of-data-property": ("value", ":x :d :y ."),
    "mixed-sub-property": ("property", ":d rdfs:subPropertyOf :p ."),
    "transitive-data-property": ("property", ":d a owl:TransitiveProperty ."),
    "functional-transitive": ("simple", ":p a owl:TransitiveProperty, owl:FunctionalProperty ."),
    "functional-above-transitive": (
        "simple",
        ":p a owl:TransitiveProperty ; rdfs:subPropertyOf :q . :q a owl:FunctionalProperty .",
    ),
    "cardinality-of-transitive": (
        "simple",
        ":p a owl:TransitiveProperty . :A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ;"
        ' owl:maxCardinality "1"^^xsd:nonNegativeInteger ] .',
    ),
    "disjoint-chain": ("simple", ":p owl:propertyChainAxiom ( :q :r ) ; owl:propertyDisjointWith :q ."),
    "cyclic-chains": ("chain", ":p owl:propertyChainAxiom ( :q :r ) . :q owl:propertyChainAxiom ( :p :r ) ."),
    "anonymous-cycle": ("anonymous", "_:a a :A ; :p _:b . _:b a :A ; :p _:c . _:c a :A ; :p _:a ."),
    "anonymous-same-as": ("anonymous", "_:a a :A ; owl:sameAs :x ."),
    "union-of-one": ("class", ":A rdfs:subClassOf [ a owl:Class ; owl:unionOf ( :B ) ] ."),
}
#: The same traps, avoided.
GOOD = {
    "base": "",
    "class-and-individual": ":A a owl:NamedIndividual, :B .",
    "annotation-of-anything": ':n rdfs:domain :A . :A :n :x, "text", 1 .',
    "literal-range": ":d rdfs:range rdfs:Literal .",
    "left-recursive-chain": ":p owl:propertyChainAxiom ( :p :q ) .",
    "transitive-by-chain": ":p owl:propertyChainAxiom ( :p :p ) .",
    "transitive": ":p a owl:TransitiveProperty . :q a owl:FunctionalProperty ; rdfs:subPropertyOf :p .",
    "anonymous-tree": "_:a a :A ; :p _:b, _:c . _:b a :B . _:c a :B .",
    "union-domain": ":p rdfs:domain [ a owl:Class ; owl:unionOf ( :A :B ) ] .",
    "cardinality": ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ;"
    ' owl:maxCardinality "1"^^xsd:nonNegativeInteger ] .',
}
#: What the OWL API lets pass, in one of its versions at least, with the reason.
OWL_API_ACCEPTS = {
    "anonymous-cycle": "its profile checker does not look at anonymous individuals",
    "anonymous-same-as": "its profile checker does not look at anonymous individuals",
    "object-and-data-property": "version 5 drops one of the two declarations while it reads RDF",
    "object-and-annotation-property": "version 5 drops one of the two declarations while it reads RDF",
    "date-range": "version 3 counts xsd:date among the built-in datatypes",
    "time-literal": "version 3 counts xsd:time among the built-in datatypes",
}


def mini(body: str) -> Graph:
    return Graph().parse(data=BASE + body, format="turtle")


def test_ontology_is_owl_2_dl(kg: Graph) -> None:
    assert owl2dl.check(kg) == []


def test_ontology_with_alignments_is_owl_2_dl(merged: Graph) -> None:
    assert owl2dl.check(merged) == []


@pytest.mark.parametrize("name", BAD)
def test_checker_finds(name: str) -> None:
    rule, body = BAD[name]
    assert rule in owl2dl.rules(owl2dl.check(mini(body)))


@pytest.mark.parametrize("name", GOOD)
def test_checker_accepts(name: str) -> None:
    assert owl2dl.check(mini(GOOD[name])) == []


def test_checker_wants_one_header() -> None:
    assert owl2dl.rules(owl2dl.check(Graph())) == {"header"}


def test_owl_api_agrees(kg: Graph, merged: Graph, tmp_path: Path) -> None:
    """The OWL API's own profile checker gives the same verdict, on good and bad."""
    graphs = {"kg": kg, "merged": merged}
    graphs |= {f"good-{name}": mini(body) for name, body in GOOD.items()}
    graphs |= {f"bad-{name}": mini(body) for name, (_, body) in BAD.items()}
    verdicts = run_java("OwlProfile.java", owl_api_classpath(), graphs, tmp_path)
    assert set(verdicts) == set(graphs)
    accepted = {name for name, verdict in verdicts.items() if verdict[0] == "in"}
    good = {name for name in graphs if not name.startswith("bad-")}
    assert {name: verdicts[name] for name in good - accepted} == {}
    assert accepted - good <= {f"bad-{name}" for name in OWL_API_ACCEPTS}


def test_consistent(kg: Graph, merged: Graph, tmp_path: Path) -> None:
    """HermiT finds a model in which every class has members; a contradiction it finds."""
    clash = mini(":A owl:disjointWith :B . :x a :B .")
    empty = mini(":A owl:disjointWith :B . :C a owl:Class ; rdfs:subClassOf :A, :B .")
    graphs = {"kg": kg, "merged": merged, "clash": clash, "empty": empty}
    verdicts = run_java("OwlConsistency.java", hermit_classpath(), graphs, tmp_path)
    assert verdicts == {
        "kg": ["consistent"],
        "merged": ["consistent"],
        "clash": ["inconsistent"],
        "empty": ["consistent", "http://example.org/C"],
    }
