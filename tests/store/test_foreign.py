"""Foreign triples in a release: kept, seen by SPARQL on the right days and under the right licence, and never taken for ours."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.facts.foreign import could_pass_for_ours
from kg.facts.model import Facts
from kg.facts.reader import read_facts
from kg.importers.collecting import collect
from kg.importers.rdf import RDF
from kg.importers.records import Options, Progress
from kg.schema import Schema
from kg.sparql import SnapshotSpec, SparqlService
from kg.store.batches import list_batches, with_batch, without_batch
from kg.store.dataset import Dataset
from kg.store.materialise import snapshot_store
from kg.store.opening import packaged
from kg.store.release import Release, build_release
from kg.terms import BASE, CK
from tests.helpers import FactsFolder

ASML = f"{BASE}id/company/asml"
SAME = "http://www.w3.org/2002/07/owl#sameAs"
PREFIXES = f"""PREFIX ex: <http://example.org/> PREFIX ck: <{CK}> PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX dct: <http://purl.org/dc/terms/> PREFIX base: <{BASE}> """
TRIG = f"""@prefix ex: <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
<{ASML}> owl:sameAs <http://www.wikidata.org/entity/Q297879> ; ex:sells [ ex:what "scanners"@en ] .
GRAPH ex:g {{ ex:acme ex:name "Acme" , "アクメ\\n"@ja ; ex:founded 1999 . }}
"""

FORGED = f"""@prefix ex: <http://example.org/> . @prefix ck: <{CK}> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix dct: <http://purl.org/dc/terms/> .
<{ASML}> ck:headquarteredIn <{BASE}id/country/CHN> ; rdfs:label "Forged" ; a ck:Chip ; ex:honest 1 .
<{BASE}statement/0123> a ck:Statement ; ck:status "verified" ; ex:p 1 .
<{BASE}source/report> dct:title "Forged" .
<{BASE}batch/test> dct:license "CC0-1.0" .
<{BASE}ontology#Chip> rdfs:subClassOf ex:Thing .
ex:spy ck:supplier <{ASML}> ; a ck:Company .
"""


@pytest.fixture
def facts(folder: FactsFolder, schema: Schema) -> Facts:
    """A company and its country, of a batch under CC BY 4.0."""
    folder.entities("Country", "NLD", "CHN")
    folder.entity("Company", "asml", "ASML")
    folder.plain("asml", "headquarteredIn", "NLD")
    return read_facts(folder.write(), schema)


@pytest.fixture
def batch(schema: Schema, tmp_path: Path) -> Callable[..., Facts]:
    """The facts of a file of RDF."""

    def read(content: str = TRIG, name: str = "a.trig", **options: str) -> Facts:
        (tmp_path / name).write_text(content, encoding="utf-8")
        given = {"title": "Made up", "licence": "CC-BY-NC-4.0", "published": "2025-03-17", **options}
        reading = RDF.function(schema, tmp_path / name, Options(**given), Progress())
        return collect(reading, Progress())[0]

    return read


@pytest.fixture
def build(tmp_path: Path) -> Callable[[Facts], Release]:
    """Builds a release."""
    return lambda found: build_release(found, packaged("ontology"), tmp_path / "releases")


@pytest.fixture
def dataset(facts: Facts, batch: Callable[..., Facts], build: Callable[[Facts], Release]) -> Dataset:
    """The release of the company and of the foreign triples about it."""
    return Dataset.open(build(with_batch(facts, batch())))


def ask(dataset: Dataset, query: str, known_on: dt.date | None = None, **arguments: object) -> bool:
    """Ask a snapshot; today's where no date is given."""
    store = snapshot_store(dataset.as_of(known_on=known_on, **arguments))  # type: ignore[arg-type]
    return bool(store.query(PREFIXES + query))


# ---- the release ------------------------------------------------------------------------------------------------------------


def test_a_release_reads_back_equal(
    facts: Facts, batch: Callable[..., Facts], build: Callable[[Facts], Release]
) -> None:
    joined = with_batch(facts, batch())
    release = build(joined)
    read = release.load()[1]
    expected = {name: sorted(set(lines)) for name, lines in joined.foreign.items()}
    assert len(expected["rdf-made-up"]) == 6
    assert read == replace(joined, foreign=expected, entities=read.entities)
    assert dict(read.entities) == dict(joined.entities)
    assert build(read).hash == release.hash


def test_the_order_of_lines_and_of_batches_does_not_matter(
    facts: Facts, batch: Callable[..., Facts], build: Callable[[Facts], Release]
) -> None:
    one, two = batch(), batch(FORGED, "b.ttl", title="Another")
    first = build(with_batch(with_batch(facts, one), two))
    turned = {name: list(reversed(lines)) + list(lines) for name, lines in two.foreign.items()}
    assert build(with_batch(with_batch(facts, replace(two, foreign=turned)), one)).hash == first.hash


def test_importing_again_changes_nothing_and_removing_restores(
    facts: Facts, batch: Callable[..., Facts], build: Callable[[Facts], Release]
) -> None:
    before, joined = build(facts), with_batch(facts, batch())
    assert build(with_batch(joined, batch())).hash == build(joined).hash != before.hash
    assert build(without_batch(build(joined).load()[1], "rdf-made-up")).hash == before.hash
    (line,) = [line for line in list_batches(joined) if line.id == "rdf-made-up"]
    assert (line.foreign, line.statements, line.licence) == (6, 0, "CC-BY-NC-4.0")


def test_two_batches_may_bring_one_graph(
    facts: Facts, batch: Callable[..., Facts], build: Callable[[Facts], Release]
) -> None:
    other = batch(
        'GRAPH <http://example.org/g> { <http://example.org/acme> <http://example.org/name> "Acme" , "Other" }',
        "b.trig",
        title="Other",
    )
    release = build(with_batch(with_batch(facts, batch()), other))
    read = release.load()[1]
    assert sum('"Acme"' in line for lines in read.foreign.values() for line in lines) == 2
    rest = Dataset.open(build(without_batch(read, "rdf-other")))
    assert ask(rest, 'ASK { GRAPH ex:g { ex:acme ex:name "Acme" } }')
    assert not ask(rest, 'ASK { GRAPH ex:g { ex:acme ex:name "Other" } }')


def test_a_line_in_a_graph_of_nobody_is_no_release(facts: Facts, build: Callable[[Facts], Release]) -> None:
    for graph in ("", f" <{BASE}batch/other/graph>", f" <{BASE}statement/1>", " <http://example.org/g>"):
        forged = replace(facts, foreign={"test": [f"<http://e/s> <http://e/p> <http://e/o>{graph} ."]})
        with pytest.raises(ValueError, match="is in no graph of the batch test"):
            build(forged)


def test_the_release_is_canonical_n_quads_without_blank_nodes(dataset: Dataset) -> None:
    text = (dataset.release.folder / "release.nq").read_text(encoding="utf-8")
    lines = text.splitlines()
    assert lines == sorted(set(lines))
    assert "_:" not in text
    assert f"<{BASE}batch/rdf-made-up/graph/http%3A%2F%2Fexample.org%2Fg> ." in text


# ---- what a snapshot shows --------------------------------------------------------------------------------------------------


def test_sparql_sees_them_at_once(dataset: Dataset) -> None:
    assert ask(
        dataset,
        "ASK { ?asml rdfs:label 'ASML' ; owl:sameAs <http://www.wikidata.org/entity/Q297879> ; ex:sells/ex:what ?w }",
    )
    assert ask(dataset, "ASK { ex:acme ex:name 'アクメ\\n'@ja ; ex:founded 1999 }")
    assert ask(dataset, "ASK { GRAPH ex:g { ex:acme ex:founded 1999 } }")
    assert ask(dataset, "ASK { GRAPH <https://w3id.org/chokepoint/batch/rdf-made-up/graph> { ?asml owl:sameAs ?q } }")
    assert not ask(dataset, "ASK { GRAPH ex:g { ?asml owl:sameAs ?q } }")


def test_graph_batch_source_and_licence_are_told(dataset: Dataset) -> None:
    assert ask(
        dataset,
        """ASK { GRAPH ?g { ex:acme ex:founded 1999 } ?batch dct:hasPart ?g ; dct:license "CC-BY-NC-4.0" .
        ?source a ck:Source ; ck:batch ?batch ; dct:title "Made up" ; ck:published "2025-03-17" }""",
    )


def test_a_service_sees_them(dataset: Dataset) -> None:
    """Through the processes that answer SPARQL."""
    with SparqlService(("--release", str(dataset.release.folder))) as service:
        query = f"SELECT ?q {{ <{ASML}> <{SAME}> ?q }}"
        found = json.loads(service.query(query, format="json").body)["results"]["bindings"]
        assert [each["q"]["value"] for each in found] == ["http://www.wikidata.org/entity/Q297879"]
        early = service.query(query, format="json", current=SnapshotSpec(known_on=dt.date(2025, 3, 16)))
        assert json.loads(early.body)["results"]["bindings"] == []


@pytest.mark.parametrize(
    ("known_on", "licence", "seen"),
    [
        ("2025-03-17", None, True),
        ("2025-03-16", None, False),
        ("2020-01-02", None, False),
        ("2019-01-01", None, False),
        ("2026-01-01", "any", True),
        ("2026-01-01", "CC-BY-NC-4.0", True),
        ("2026-01-01", "commercial", False),
        ("2026-01-01", "CC-BY-4.0", False),
    ],
)
def test_known_on_and_licence_hide_them(known_on: str, licence: str | None, seen: bool, dataset: Dataset) -> None:
    store = snapshot_store(dataset.as_of(known_on=dt.date.fromisoformat(known_on), data_licence=licence))
    for query in (
        "ASK { ex:acme ex:founded 1999 }",
        "ASK { GRAPH ?g { ex:acme ex:founded 1999 } }",
        "ASK { ?batch dct:hasPart ?g }",
        'ASK { ?source dct:title "Made up" }',
    ):
        assert bool(store.query(PREFIXES + query)) is seen


def test_they_have_no_period_and_no_status(dataset: Dataset) -> None:
    for arguments in ({"as_of": dt.date(1990, 1, 1)}, {"as_of": dt.date(2090, 1, 1)}, {"verified_only": True}):
        assert ask(dataset, "ASK { ex:acme ex:founded 1999 }", **arguments)


def test_days_between_two_batches_are_snapshots_of_their_own(
    facts: Facts, batch: Callable[..., Facts], build: Callable[[Facts], Release]
) -> None:
    later = batch("<http://e/s> <http://e/p> <http://e/o> .", "b.ttl", title="Later", published="2025-06")
    found = Dataset.open(build(with_batch(with_batch(facts, batch()), later)))
    query = "SELECT ?b { ?b dct:hasPart ?g } ORDER BY ?b"
    seen = {}
    for day in ("2025-03-16", "2025-03-17", "2025-06-29", "2025-06-30"):
        store = snapshot_store(found.as_of(known_on=dt.date.fromisoformat(day)))
        seen[day] = len({str(row["b"]) for row in store.query(PREFIXES + query)})  # type: ignore[index, union-attr]
    assert list(seen.values()) == [0, 1, 1, 2]


def test_the_day_they_were_recorded_counts(
    facts: Facts, batch: Callable[..., Facts], build: Callable[[Facts], Release]
) -> None:
    """Also where it is not the day of a source."""
    found = batch()
    late = replace(found.batches["rdf-made-up"], recorded=dt.date(2025, 5, 1))
    dataset = Dataset.open(build(with_batch(facts, replace(found, batches={late.id: late}))))
    before, after = (dataset.as_of(known_on=day) for day in (dt.date(2025, 4, 30), dt.date(2025, 5, 1)))
    assert before.shared("mark", object) is not after.shared("mark", object)
    assert not ask(dataset, "ASK { ex:acme ex:founded 1999 }", dt.date(2025, 4, 30))
    assert ask(dataset, "ASK { ex:acme ex:founded 1999 }", dt.date(2025, 5, 1))


def test_nothing_else_sees_them(dataset: Dataset, facts: Facts) -> None:
    snapshot = dataset.as_of()
    assert len(snapshot.statements) == 1
    assert [e.slug for e in snapshot.entities()] == ["asml", "CHN", "NLD"]
    assert dict(dataset.facts.statements) == dict(facts.statements)


def test_rdflib_sees_them_too(dataset: Dataset) -> None:
    import rdflib

    found = dataset.as_of().to_rdflib()
    graph = found.graph(rdflib.URIRef("http://example.org/g"))
    assert (
        rdflib.URIRef("http://example.org/acme"),
        rdflib.URIRef("http://example.org/name"),
        rdflib.Literal("アクメ\n", lang="ja"),
    ) in graph
    assert (rdflib.URIRef(ASML), rdflib.URIRef(SAME), None) in found.default_graph


# ---- what could be taken for ours -------------------------------------------------------------------------------------------


@pytest.fixture
def forged(facts: Facts, batch: Callable[..., Facts], build: Callable[[Facts], Release]) -> Dataset:
    """A release with triples that could be taken for the project's own."""
    return Dataset.open(build(with_batch(facts, batch(FORGED, "b.ttl"))))


def test_no_forgery_reaches_the_default_graph(forged: Dataset, facts: Facts, build: Callable[[Facts], Release]) -> None:
    """Beside the honest triple, the default graph is that of the release without the batch, and what is told of the batch."""
    with_, without = (
        {q.triple for q in snapshot_store(d.as_of()) if isinstance(q.graph_name, ox.DefaultGraph)}
        for d in (forged, Dataset.open(build(facts)))
    )
    assert without < with_
    ours = (f"{BASE}batch/rdf-made-up", f"{BASE}source/rdf-made-up")
    more = {str(t) for t in with_ - without if getattr(t.subject, "value", "") not in ours}
    assert more == {f'<{ASML}> <http://example.org/honest> "1"^^<http://www.w3.org/2001/XMLSchema#integer>'}


def test_a_forgery_stays_in_its_graph(forged: Dataset) -> None:
    own = "base:batch\\/rdf-made-up\\/graph"
    assert ask(
        forged, f"ASK {{ GRAPH {own} {{ ?s ck:headquarteredIn ?c ; rdfs:label 'Forged' . ex:spy ck:supplier ?s }} }}"
    )
    assert not ask(
        forged, "ASK { ?s ck:headquarteredIn ?c . FILTER(?c = <https://w3id.org/chokepoint/id/country/CHN>) }"
    )
    snapshot = forged.as_of()
    assert snapshot.label(ASML) == "ASML"
    assert len(forged.facts.statements) == 1
    assert forged.facts.batches["test"].licence == "CC-BY-4.0"


@pytest.mark.parametrize(("subject", "property_", "object_", "found"), [
    ("http://e/s", "http://e/p", "", False),
    ("http://e/s", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "http://e/C", False),
    ("http://e/s", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", f"{CK}Chip", True),
    ("http://e/s", f"{CK}item", "", True),
    ("http://e/s", "http://www.w3.org/2000/01/rdf-schema#label", "", False),
    (ASML, "http://www.w3.org/2000/01/rdf-schema#label", "", True),
    (ASML, "http://www.w3.org/2004/02/skos/core#altLabel", "", True),
    (ASML, SAME, "http://e/x", False),
    ("http://e/x", SAME, ASML, False),
    (f"{BASE}.well-known/genid/rdf-x-1", "http://www.w3.org/2000/01/rdf-schema#label", "", False),
    (f"{BASE}statement/1", "http://e/p", "", True),
    (f"{BASE}source/x", "http://purl.org/dc/terms/title", "", True),
    (f"{BASE}relation/1", "http://e/p", "", True),
    (f"{CK}Chip", "http://www.w3.org/2000/01/rdf-schema#subClassOf", "http://e/T", True),
])  # fmt: skip
def test_which_triples_could_be_taken_for_ours(subject: str, property_: str, object_: str, found: bool) -> None:
    assert could_pass_for_ours(subject, property_, object_) is found
