"""No hygiene rule is broken, and every rule finds what it is for.

`BREAK` holds, for each rule on the ontology, an update that breaks it; `BREAK_DATA`
does so for the rules on data, which are run on a small correct snapshot together
with the ontology. A rule without such a proof fails the test.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import sample
from pyoxigraph import DefaultGraph, RdfFormat, Store
from sample import add, drop, swap

ONTOLOGY = Path(__file__).parents[2] / "ontology"
RULES = {path.stem: path for path in sorted((ONTOLOGY / "hygiene").glob("*.rq"))}
DATA_RULES = {path.stem: path for path in sorted((ONTOLOGY / "hygiene" / "data").glob("*.rq"))}


BREAK = {
    "undocumented-term": drop("ck:Chip", "skos:example"),
    "repeated-documentation": add('ck:Chip rdfs:label "accelerator"@en'),
    "upper-case-label": swap("ck:Chip", "rdfs:label", '"Chip"@en'),
    "label-language": swap("ck:Chip", "rdfs:label", '"chip"'),
    "shared-label": swap("ck:Chip", "rdfs:label", '"tool"@en'),
    "circular-definition": swap("ck:Chip", "skos:definition", '"A chip that is sold."@en'),
    "definition-form": swap("ck:designedBy", "skos:definition", '"Links an item to its designer."@en'),
    "property-without-domain-or-range": drop("ck:dieArea", "rdfs:range"),
    "class-without-shape": "DELETE DATA { ck:Chip a sh:NodeShape }",
    "shape-without-class": add("ck:Chipp a sh:NodeShape, rdfs:Class"),
    "property-without-shape": "DELETE { ?s sh:path ck:ticker } WHERE { ?s sh:path ck:ticker }",
    "path-without-property": add("[] sh:path ck:tickers"),
    "qualifier-path": add("ck:Provision sh:property [ sh:path ck:share ]"),
    "qualifier-without-shape": add("ck:die ck:qualifies ck:Design"),
    "shape-without-message": "DELETE { ?s sh:message ?m } WHERE { ?s sh:path ck:ticker ; sh:message ?m }",
    "range-against-shape": swap("ck:ticker", "rdfs:range", "xsd:decimal"),
    "abstract-without-subclass": add("ck:Chip ck:abstract true"),
    "concrete-with-subclass": add("ck:Stock rdfs:subClassOf ck:Material"),
    "class-without-plural": swap("ck:Chip", "ck:pluralName", '"tools"'),
    "sibling-not-disjoint": "DELETE { ?l rdf:first ck:Chip } WHERE { ?l rdf:first ck:Chip }",
    "relation-without-columns": drop("ck:Design", "ck:columns"),
    "column-missing": swap("ck:Fabrication", "ck:columns", '"item fabricator"'),
    "column-undeclared": swap("ck:Fabrication", "ck:columns", '"item fabricator die dye"'),
    "end-first": swap("ck:Fabrication", "ck:columns", '"die item fabricator"'),
    "end-not-functional": "DELETE DATA { ck:designer a owl:FunctionalProperty }",
    "edge-incomplete": drop("ck:Design", "ck:edgeVerb"),
    "edge-end-unknown": swap("ck:Design", "ck:edgeTo", "ck:provider"),
    "edge-not-under-depends-on": drop("ck:designedBy", "rdfs:subPropertyOf"),
    "depends-on-without-edge": add("ck:onList rdfs:subPropertyOf ck:dependsOn"),
    "direct-property-type": swap("ck:designedBy", "rdfs:range", "ck:Country"),
    "qualifier-without-class": drop("ck:die", "ck:qualifies"),
    "key-qualifier-unknown": add("ck:Design ck:keyQualifier ck:die"),
    "end-without-field": swap("ck:Design", "ck:endField", '"item=designers"'),
    "object-property-without-inverse-field": drop("ck:produces", "ck:inverseField"),
    "field-collision": swap("ck:produces", "ck:inverseField", '"variants"'),
    "figure-without-unit": drop("ck:dieArea", "ck:unitOfMeasure"),
    "edtf-range": add("ck:dieArea ck:edtf true"),
    "scale-against-shape": swap("ck:nodeClass", "ck:ordinalScale", '"28 nm|16 nm|10 nm|7 nm|5 nm|3 nm|2 nm"'),
    "annotation-undeclared": add("ck:Chip ck:pluralname 'chips'"),
}
BREAK_DATA = {
    "entity-without-label": drop("company:asml", "rdfs:label"),
    "entity-of-two-classes": add("company:asml a ck:ResearchOrganisation"),
    "instance-of-abstract-class": add('company:x a ck:Item ; rdfs:label "x"'),
    "identifiers-differ-by-case": add('company:ASML a ck:Company ; rdfs:label "ASML"'),
    "dangling-reference": add("company:smic ck:headquarteredIn country:XXX"),
    "statement-without-status": drop("st:s1", "ck:status"),
    "verified-without-source": drop("st:s1", "ck:source"),
    "unverified-with-source": add("st:s2 ck:source source:report"),
    "derived-without-inputs": drop("st:s5", "ck:derivedFrom"),
    "relation-without-statement": drop("st:s1", "ck:subject"),
    "qualifier-on-wrong-class": add('st:s1 ck:die "base die"'),
    "shares-above-hundred": add(
        "node:bb a ck:Provision ; ck:item tool:euv-scanner ; ck:provider company:smic . "
        "st:s9 ck:subject node:bb ; ck:share 5.0 ; ck:shareBasis 'units' ; ck:period '2024' ; "
        "ck:source source:report"
    ),
    "ends-before-it-begins": swap("st:s4", "ck:validUntilDate", '"2020-12-22"^^xsd:date'),
    "claim-without-about": drop("claim:c1", "ck:about"),
    "claim-without-author": drop("claim:c1", "ck:claimedByText"),
    "event-without-source": drop("st:s3", "ck:source"),
    "policy-without-event": drop("node:aa3", "ck:policy"),
    "source-without-title": drop("source:report", "dcterms:title"),
    "self-dependency": add("tool:euv-scanner ck:requiresItem tool:euv-scanner"),
}


def load(*files: str, turtle: str = "") -> Store:
    store = Store()
    for file in files:
        store.load(path=str(ONTOLOGY / file), format=RdfFormat.TURTLE, to_graph=DefaultGraph())
    if turtle:
        store.load(turtle.encode(), format=RdfFormat.TURTLE, to_graph=DefaultGraph())
    return store


def rows(store: Store, rule: Path) -> list[str]:
    solutions = store.query(rule.read_text(encoding="utf-8"))
    return [", ".join(str(value) for value in row) for row in solutions]  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def ontology() -> Store:
    return load("kg.ttl", "shapes.ttl")


@pytest.fixture(scope="module")
def snapshot() -> Store:
    return load("kg.ttl", turtle=sample.turtle(sample.SNAPSHOT))


@pytest.mark.parametrize("rule", RULES)
def test_ontology_is_clean(rule: str, ontology: Store) -> None:
    assert rows(ontology, RULES[rule]) == []


@pytest.mark.parametrize("rule", RULES)
def test_rule_can_fail(rule: str) -> None:
    store = load("kg.ttl", "shapes.ttl")
    store.update(sample.PREFIXES + BREAK[rule])
    assert rows(store, RULES[rule]) != []


def test_readme_example_is_complete() -> None:
    """The property that the README adds breaks no rule."""
    text = (ONTOLOGY / "README.md").read_text(encoding="utf-8")
    term, shape = (block.split("```")[0] for block in text.split("```turtle\n")[1:])
    shapes = "".join(f"ck:{name}\n{shape.rstrip().removesuffix(';')} .\n" for name in ("Chip", "System"))
    store = load("kg.ttl", "shapes.ttl", turtle=sample.turtle(term + shapes))
    assert {rule: found for rule, path in RULES.items() if (found := rows(store, path))} == {}


@pytest.mark.parametrize("rule", DATA_RULES)
def test_sample_is_clean(rule: str, snapshot: Store) -> None:
    assert rows(snapshot, DATA_RULES[rule]) == []


@pytest.mark.parametrize("rule", DATA_RULES)
def test_data_rule_can_fail(rule: str) -> None:
    store = load("kg.ttl", turtle=sample.turtle(sample.SNAPSHOT))
    store.update(sample.PREFIXES + BREAK_DATA[rule])
    assert rows(store, DATA_RULES[rule]) != []


def test_proofs_name_rules() -> None:
    assert set(BREAK) == set(RULES)
    assert set(BREAK_DATA) == set(DATA_RULES)


@pytest.mark.parametrize("path", [*RULES.values(), *DATA_RULES.values()], ids=lambda path: path.stem)
def test_rule_states_rule_and_reason(path: Path) -> None:
    first, second, *_ = path.read_text(encoding="utf-8").splitlines()
    assert first.startswith("# Rule: ")
    assert first.endswith(".")
    assert second.startswith("# Reason: ")
    assert second.endswith(".")
