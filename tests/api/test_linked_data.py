"""The project's IRIs on this host: as pages, and as RDF in four forms that say the same."""

from __future__ import annotations

import warnings
from decimal import Decimal

import httpx
import pytest
import rdflib
from rdflib.namespace import OWL, RDF, RDFS, SH

from tests.api.pages import parse_page
from tests.api.servers import BASE, problem

CK = rdflib.Namespace(BASE + "ontology#")
DCTERMS = rdflib.Namespace("http://purl.org/dc/terms/")
FORMS = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
}


def graph_of(client: httpx.Client, path: str, accept: str = "text/turtle") -> rdflib.Graph:
    response = client.get(path, headers={"Accept": accept})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].partition(";")[0] == accept
    assert "Accept" in response.headers["vary"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own JSON-LD reader uses what rdflib deprecates
        return rdflib.Graph().parse(data=response.content, format=FORMS[accept])


@pytest.fixture(scope="module")
def paths(client: httpx.Client) -> dict[str, str]:
    """Paths of an entity, a statement about it, that statement's source, and a record."""
    answer = client.get("/v1/entity", params={"id": "asml"}).json()["answer"]
    statement = next(s for f in answer["facts"] for s in f["statements"] if s["source"])
    claims = client.get("/v1/claims", params={"limit": "1"}).json()["answer"]["claims"]
    iris = {
        "entity": answer["entity"]["iri"],
        "statement": statement["iri"],
        "source": statement["source"]["iri"],
        "record": claims[0]["iri"],
    }
    assert all(iri.startswith(BASE) for iri in iris.values())
    return {name: "/" + iri.removeprefix(BASE) for name, iri in iris.items()}


@pytest.mark.parametrize("name", ["entity", "statement", "source", "record"])
def test_four_forms_say_the_same(client: httpx.Client, paths: dict[str, str], name: str) -> None:
    graphs = [graph_of(client, paths[name], accept) for accept in FORMS]
    subject = rdflib.URIRef(BASE + paths[name][1:])
    assert len(graphs[0]) > 2
    assert (subject, None, None) in graphs[0]
    first, *others = ({(str(s), str(p), _same(o)) for s, p, o in graph} for graph in graphs)
    for other in others:
        assert other - first == first - other == set()


def _same(term: rdflib.term.Node) -> tuple[object, str]:
    """A term, whatever way its value is written (`1.0` or `1` of the same number) and plain strings typed or not."""
    if not isinstance(term, rdflib.Literal):
        return str(term), "iri"
    numeric = isinstance(term.value, (int, float, Decimal)) and not isinstance(term.value, bool)
    return (float(term.value), "number") if numeric else (str(term), str(term.datatype or rdflib.XSD.string))


def test_what_an_entity_is(client: httpx.Client, paths: dict[str, str]) -> None:
    graph = graph_of(client, paths["entity"])
    subject = rdflib.URIRef(BASE + paths["entity"][1:])
    assert (subject, RDF.type, CK.Company) in graph
    assert [str(label) for label in graph.objects(subject, RDFS.label)] == ["ASML"]
    assert (subject, CK.headquarteredIn, rdflib.URIRef(BASE + "id/country/NLD")) in graph
    sources = set(graph.objects(None, CK.source))
    assert sources, "statements come with their sources"
    assert list(graph.subjects(CK.providedBy, subject)), "also what points at it"


def test_what_a_statement_and_a_source_are(client: httpx.Client, paths: dict[str, str]) -> None:
    statement = rdflib.URIRef(BASE + paths["statement"][1:])
    source = rdflib.URIRef(BASE + paths["source"][1:])
    graph = graph_of(client, paths["statement"])
    assert (statement, RDF.type, CK.Statement) in graph
    assert (statement, CK.source, source) in graph
    assert str(graph.value(statement, CK.status)) == "verified"
    assert graph.value(source, DCTERMS.title)
    assert graph_of(client, paths["source"]).value(source, DCTERMS.title) == graph.value(source, DCTERMS.title)


def test_dates_and_releases_of_a_description(client: httpx.Client) -> None:
    before, now = (graph_of(client, f"/id/country/IND{q}") for q in ("?asOf=2020-01-01", "?asOf=2025-01-20"))
    tier = (rdflib.URIRef(BASE + "id/country/IND"), CK.inTier, rdflib.URIRef(BASE + "id/tier/ai-diffusion-tier-2"))
    assert tier not in before
    assert tier in now
    verified = graph_of(client, "/id/company/asml?verifiedOnly=true")
    assert {str(s) for s in verified.objects(None, CK.status)} == {"verified"}
    problem(client.get("/id/company/asml?asOf=2025-13", headers={"Accept": "text/turtle"}), 400, "bad-date")
    problem(client.get("/id/company/asml?asOf=2025-13", headers={"Accept": "text/html"}), 400, "bad-date")
    problem(
        client.get("/id/company/asml?release=" + "f" * 64, headers={"Accept": "text/turtle"}), 404, "unknown-release"
    )


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/html", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("*/*", "text/html"),
        ("", "text/html"),
        ("text/turtle", "text/turtle"),
        ("Text/Turtle", "text/turtle"),
        ("text/html;q=0.5, text/turtle", "text/turtle"),
        ("application/rdf+xml;q=0.8, application/ld+json;q=0.9", "application/ld+json"),
        ("text/turtle;q=0.1, text/html", "text/html"),
        ("text/turtle;q=0, text/html", "text/html"),
        ("application/n-triples, */*;q=0.1", "application/n-triples"),
    ],
)
def test_negotiation(client: httpx.Client, accept: str, expected: str) -> None:
    """RFC 9110, 12.5.1: the quality says what is preferred, not the order."""
    response = client.get("/id/company/asml", headers={"Accept": accept})
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == expected


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "application/ld+json", "*/*"])
@pytest.mark.parametrize(
    "path",
    ["/id/company/nobody", "/id/nothing/asml", "/id/asml", "/id/", "/id/company/%ff", "/id/company/a%20b", "/id/company/a%3Cb%3E%22",
     "/id/%00", "/id/company/asml/x", "/id/company/" + "a" * 3000, "/statement/0000", "/statement/", "/source/none", "/source/%0a",
     "/source/x%5C%7B%7D%5E%60"],
)  # fmt: skip
def test_nothing_there(client: httpx.Client, path: str, accept: str) -> None:
    response = client.get(path, headers={"Accept": accept})
    code = response.json()["code"]
    assert (response.status_code, code) in ((404, "unknown-id"), (400, "bad-argument"), (400, "too-long"))
    document = problem(response, response.status_code, code)
    assert len(document["detail"]) < 1000


def test_the_page_of_an_entity(client: httpx.Client) -> None:
    response = client.get("/id/company/asml", headers={"Accept": "text/html"})
    page = parse_page(response.text)
    assert page.title.startswith("ASML")
    assert "/id/country/NLD" in page.links
    assert any(link.startswith("/statement/") for link in page.links)
    assert page.scripts == 0
    for link in sorted(page.links)[:40]:
        assert client.get(link, headers={"Accept": "text/html"}).status_code == 200, link


def test_labels_are_text_and_no_markup(client: httpx.Client) -> None:
    for path in ("/id/policy/us-ai-diffusion-framework", "/id/alliance/huawei-coalition", "/id/country/CHN"):
        page = parse_page(client.get(path, headers={"Accept": "text/html"}).text)
        assert page.unclosed == []


def test_the_ontology(client: httpx.Client) -> None:
    response = client.get("/ontology")
    assert response.headers["content-type"].partition(";")[0] == "text/turtle"
    graph = rdflib.Graph().parse(data=response.content, format="turtle")
    assert (rdflib.URIRef(BASE + "ontology"), RDF.type, OWL.Ontology) in graph
    assert (CK.Chip, RDF.type, OWL.Class) in graph
    assert not list(graph.subjects(RDF.type, SH.NodeShape))
