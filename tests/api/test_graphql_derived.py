"""The GraphQL schema is read from the ontology: a new class appears everywhere without a line of Python."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import rdflib

from kg.errors import FactsRefused
from kg.store.opening import build_folder, packaged
from tests.api.servers import BASE, ask, code_of, data, running
from tests.helpers import FactsFolder

CLASS = """
ck:Standard a owl:Class ;
    rdfs:subClassOf ck:Entity ;
    rdfs:label "standard"@en ;
    skos:definition "Document that fixes how products fit together, agreed by a body of many parties."@en ;
    skos:example "JESD238"@en ;
    rdfs:isDefinedBy <https://w3id.org/chokepoint/ontology> ;
    ck:pluralName "standards" .

ck:pinCount a owl:DatatypeProperty ;
    rdfs:domain ck:Standard ;
    rdfs:range xsd:decimal ;
    rdfs:label "pin count"@en ;
    skos:definition "Gives the number of pins that a standard asks for."@en ;
    skos:example "1024"@en ;
    rdfs:isDefinedBy <https://w3id.org/chokepoint/ontology> ;
    ck:unitOfMeasure "1" .

ck:standardisedBy a owl:ObjectProperty ;
    rdfs:domain ck:Standard ;
    rdfs:range ck:Organisation ;
    rdfs:label "standardised by"@en ;
    skos:definition "Links a standard to the body that agreed on it. Reading: STANDARD is standardised by BODY."@en ;
    skos:example "JESD238 is standardised by JEDEC"@en ;
    rdfs:isDefinedBy <https://w3id.org/chokepoint/ontology> ;
    ck:inverseField "standards" .
"""

SHAPE = """
ck:Standard a rdfs:Class, sh:NodeShape ;
    sh:nodeKind sh:IRI ;
    sh:property [
        sh:path ck:pinCount ;
        sh:name "pin count"@en ;
        sh:datatype xsd:decimal ;
        sh:minInclusive 0 ;
        sh:message "pin count must be a decimal number, not below 0"@en ] ;
    sh:property [
        sh:path ck:standardisedBy ;
        sh:name "standardised by"@en ;
        sh:nodeKind sh:IRI ;
        sh:class ck:Organisation ;
        sh:message "standardised by must be an organisation"@en ] .
"""


def _facts(path: Path) -> FactsFolder:
    folder = FactsFolder(path)
    folder.entity("Standard", "jesd238", "HBM3 DRAM (JESD238)", "高帯域幅メモリ")
    folder.entity("Standard", "jesd270", "HBM4 DRAM (JESD270)")
    folder.entity("Standard", "jesd79", "DDR SDRAM (JESD79)")
    folder.entity("ResearchOrganisation", "jedec", "JEDEC")
    folder.entity("Country", "USA", "United States")
    folder.plain("jesd238", "pinCount", "1024")
    folder.plain("jesd270", "pinCount", "2048")
    for slug in ("jesd238", "jesd270", "jesd79"):
        folder.plain(slug, "standardisedBy", "jedec")
    folder.plain("jedec", "headquarteredIn", "USA")
    return folder


@pytest.fixture(scope="module")
def ontology(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the ontology with one class and two properties more."""
    copy = tmp_path_factory.mktemp("model") / "ontology"
    shutil.copytree(packaged("ontology"), copy)
    for name, text in (("kg.ttl", CLASS), ("shapes.ttl", SHAPE)):
        with (copy / name).open("a", encoding="utf-8") as file:
            file.write(text)
    return copy


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory, ontology: Path) -> Iterator[httpx.Client]:
    """A client of a server whose release has the class."""
    folder = tmp_path_factory.mktemp("extended")
    release = build_folder(_facts(folder / "facts").write(), folder / "releases", ontology)
    with (
        running(folder / "run", folder / "cache", release=str(release.folder)) as server,
        httpx.Client(base_url=server.address, timeout=30) as client,
    ):
        yield client


def test_the_type_and_its_descriptions(extended: httpx.Client) -> None:
    asked = """{
      type: __type(name: "Standard") { kind description interfaces { name } fields { name description type { kind ofType { kind ofType { kind ofType { name } } } } } }
      filter: __type(name: "StandardFilter") { kind inputFields { name description type { name } } }
      order: __type(name: "StandardOrder") { kind enumValues { name } }
      connection: __type(name: "StandardConnection") { fields { name } }
      snapshot: __type(name: "Snapshot") { fields { name } }
      organisation: __type(name: "Organisation") { fields { name } }
    }"""
    found = data(extended, asked)
    assert found["type"]["kind"] == "OBJECT"
    assert found["type"]["description"].startswith("Document that fixes how products fit together")
    assert "JESD238" in found["type"]["description"]
    assert [i["name"] for i in found["type"]["interfaces"]] == ["Entity"]
    fields = {f["name"]: f for f in found["type"]["fields"]}
    assert {"id", "iri", "label", "aliases", "class", "facts", "statements", "pinCount", "standardisedBy"} <= set(
        fields
    )
    assert fields["pinCount"]["description"].startswith("Gives the number of pins")
    assert fields["standardisedBy"]["type"]["ofType"]["ofType"]["ofType"]["name"] == "Organisation"
    filters = {f["name"]: f["type"]["name"] for f in found["filter"]["inputFields"]}
    assert filters["pinCount"] == "NumberFilter"
    assert filters["not"] == "StandardFilter"
    by_entity = data(extended, f'{{ __type(name: "{filters["standardisedBy"]}") {{ inputFields {{ name }} }} }}')[
        "__type"
    ]
    assert {"id", "has"} <= {f["name"] for f in by_entity["inputFields"]}
    assert {"and", "or", "label"} <= set(filters)
    assert {"pinCount_ASC", "pinCount_DESC", "id_ASC", "label_DESC"} <= {
        v["name"] for v in found["order"]["enumValues"]
    }
    assert {f["name"] for f in found["connection"]["fields"]} == {"edges", "nodes", "pageInfo", "totalCount"}
    assert {"standard", "standards"} <= {f["name"] for f in found["snapshot"]["fields"]}
    assert "standards" in {f["name"] for f in found["organisation"]["fields"]}


def test_look_up_fields_and_relations(extended: httpx.Client) -> None:
    found = data(
        extended,
        """{ standard(id: "jesd238") {
          id class label aliases pinCount
          standardisedBy { __typename id headquarteredIn { id } standards(first: 10) { totalCount nodes { id } } }
          statements(property: "pinCount") { status source { title } }
        } }""",
    )["standard"]
    assert (found["id"], found["class"], found["pinCount"]) == ("jesd238", "Standard", [1024])
    assert found["aliases"] == ["高帯域幅メモリ"]
    (body,) = found["standardisedBy"]
    assert (body["__typename"], body["id"], body["headquarteredIn"]) == (
        "ResearchOrganisation",
        "jedec",
        [{"id": "USA"}],
    )
    assert [n["id"] for n in body["standards"]["nodes"]] == ["jesd238", "jesd270", "jesd79"]
    assert found["statements"] == [{"status": "verified", "source": {"title": "Title of report"}}]


def test_connection_filter_and_order(extended: httpx.Client) -> None:
    found = data(
        extended,
        """{
          down: standards(first: 10, orderBy: pinCount_DESC) { totalCount nodes { id pinCount } }
          many: standards(first: 10, filter: {pinCount: {gt: 1500}}) { nodes { id } }
          none: standards(first: 10, filter: {pinCount: {has: false}}) { nodes { id } }
          body: standards(first: 10, filter: {standardisedBy: {id: "jedec"}, not: {label: {contains: "ddr"}}}) { nodes { id } }
          page: standards(first: 1) { pageInfo { hasNextPage endCursor } }
          entities(first: 10, filter: {label: {contains: "HBM"}}) { nodes { __typename id } }
        }""",
    )
    assert [n["id"] for n in found["down"]["nodes"]] == ["jesd270", "jesd238", "jesd79"]
    assert found["down"]["totalCount"] == 3
    assert [n["id"] for n in found["many"]["nodes"]] == ["jesd270"]
    assert [n["id"] for n in found["none"]["nodes"]] == ["jesd79"]
    assert [n["id"] for n in found["body"]["nodes"]] == ["jesd238", "jesd270"]
    assert found["page"]["pageInfo"]["hasNextPage"] is True
    assert {n["__typename"] for n in found["entities"]["nodes"]} == {"Standard"}
    assert code_of(ask(extended, '{ standard(id: "jedec") { id } }')) == "wrong-class"
    assert code_of(ask(extended, '{ standard(id: "jesd239") { id } }')) == "unknown-id"


def test_every_other_surface_has_the_class_too(extended: httpx.Client) -> None:
    listed = extended.get("/v1/list", params={"class": "Standard", "where": "pinCount >= 2048"}).json()["answer"]
    assert [e["id"] for e in listed["entities"]] == ["jesd270"]
    openapi = extended.get("/openapi.json").json()
    classes = {p["name"]: p for p in openapi["paths"]["/v1/list"]["get"]["parameters"]}["class"]["schema"]["enum"]
    assert "Standard" in classes
    assert "type Standard implements Entity {" in extended.get("/schema.graphql").text
    query = (
        "PREFIX ck: <https://w3id.org/chokepoint/ontology#> SELECT ?n { ?s a ck:Standard ; ck:pinCount ?n } ORDER BY ?n"
    )
    rows = extended.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})
    assert rows.text.split() == ["n", "1024", "2048"]
    turtle = extended.get("/id/standard/jesd238", headers={"Accept": "text/turtle"})
    graph = rdflib.Graph().parse(data=turtle.text, format="turtle")
    pins = list(graph.objects(rdflib.URIRef(BASE + "id/standard/jesd238"), rdflib.URIRef(BASE + "ontology#pinCount")))
    assert [pin.toPython() for pin in pins] == [1024]
    assert "ck:pinCount" in extended.get("/ontology").text
    assert "pin count" in extended.get("/id/standard/jesd238", headers={"Accept": "text/html"}).text


def test_the_shape_is_held_against_rows(tmp_path: Path, ontology: Path) -> None:
    folder = _facts(tmp_path / "facts")
    folder.plain("jesd79", "pinCount", "-1")
    with pytest.raises(FactsRefused) as refused:
        build_folder(folder.write(), tmp_path / "releases", ontology)
    (mistake,) = refused.value.mistakes
    assert "-1" in mistake.problem
    assert not (tmp_path / "releases").exists()


def test_without_the_class_the_same_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FactsRefused, match="Standard"):
        build_folder(_facts(tmp_path / "facts").write(), tmp_path / "releases")


def test_no_module_names_a_class_of_the_domain_in_the_derivation() -> None:
    """The generic part of the surface is generic: it names the root class and nothing below it."""
    import api.graphql.entities as entities
    import api.graphql.filters as filters
    from kg.schema import load_schema

    schema = load_schema(packaged("ontology"))
    names = {c.name for c in schema.of_kind("entity", "record", "relation")} - {"Entity", "Relation"}
    for module in (entities, filters):
        text = Path(str(module.__file__)).read_text(encoding="utf-8")
        assert [n for n in sorted(names) if f'"{n}"' in text] == []
