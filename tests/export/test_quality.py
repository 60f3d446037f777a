"""The quality of the packaged facts: shapes and hygiene without a violation, no island among recent chips, figures that add up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib

from kg.analysis.islands import class_reach, requirement_cycles
from kg.export.quality import ladder_contradictions, measure, spelling_twins
from kg.facts.dates import latest
from kg.network import Network
from kg.store.dataset import Dataset
from kg.store.materialise import snapshot_quads, snapshot_store
from kg.store.opening import packaged
from kg.terms import to_rdflib
from tests.helpers import FactsFolder

ONTOLOGY = packaged("ontology")
RULES = sorted((ONTOLOGY / "hygiene" / "data").glob("*.rq"))
DAY = dt.date(2026, 11, 24)


@pytest.fixture(scope="module")
def store(seed: Dataset) -> ox.Store:
    """The snapshot with the ontology beside it, as the hygiene rules expect."""
    made = snapshot_store(seed.as_of(DAY, DAY))
    made.load(path=str(ONTOLOGY / "kg.ttl"), format=ox.RdfFormat.TURTLE)
    return made


@pytest.mark.parametrize("rule", RULES, ids=lambda p: p.stem)
def test_hygiene(store: ox.Store, rule: Path) -> None:
    rows = [" ".join(str(v) for v in row) for row in store.query(rule.read_text(encoding="utf-8"))]
    assert rows == []


def test_shapes(seed: Dataset) -> None:
    graph = rdflib.Graph()
    default = ox.DefaultGraph()
    for quad in snapshot_quads(seed.as_of(DAY, DAY)):
        if quad.graph_name == default:
            graph.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))
    shapes = rdflib.Graph().parse(ONTOLOGY / "shapes.ttl")
    model = rdflib.Graph().parse(ONTOLOGY / "kg.ttl")
    conforms, _, text = pyshacl.validate(graph, shacl_graph=shapes, ont_graph=model, inference="none")
    assert conforms, text[:3000]


def test_no_recent_chip_is_an_island(seed: Dataset) -> None:
    """Chips launched since 2020 (three generations and more) lead to an organisation, a material and a country."""
    snapshot = seed.as_of(DAY, DAY)
    network = Network.of(snapshot)
    recent = []
    for chip in snapshot.entities("Chip"):
        launched = latest(snapshot.text_of(chip.iri, "launchDate"))
        if launched is None or launched.year >= 2020:
            recent.append(chip.iri)
    assert len(recent) > 90
    assert [snapshot.index.id_of(c) for c in recent if not network.out_edges(c)] == []
    (row,) = class_reach(snapshot, ["Chip"])
    assert row.to_organisation == row.to_material == row.to_country == row.entities


def test_cycles_close_by_soft_requirements_only(seed: Dataset) -> None:
    """Without typical and optional requirements no cycle is left: all cycles are wanted ones."""
    import networkx as nx

    snapshot = seed.as_of(DAY, DAY)
    assert requirement_cycles(snapshot)
    hard = nx.DiGraph()
    for edge in Network.of(snapshot).edges:
        if edge.relation == "Requirement" and any(s.text("necessity") == "required" for s in edge.statements):
            hard.add_edge(edge.tail, edge.head)
    assert nx.is_directed_acyclic_graph(hard)


def test_figures_add_up(seed: Dataset) -> None:
    figures = measure(seed.as_of(DAY, DAY))
    total = next(f.count for f in figures if f.group == "statements")
    assert total == len(seed.facts.statements)
    for group in ("statements by class", "statements by status", "statements by age of source"):
        assert sum(f.count for f in figures if f.group == group) == total
    assert next(f.count for f in figures if f.group == "ids") == len(spelling_twins(seed.schema, seed.facts))


def test_every_ladder_is_looked_at(seed: Dataset) -> None:
    snapshot = seed.as_of(DAY, DAY)
    found = {p.slug: ladder_contradictions(snapshot, p.iri) for p in snapshot.entities("Policy")}
    assert len(found) >= 132
    assert {k: v for k, v in found.items() if v} == {
        "tw-2025-shtc": ("announced on 2025-06-14, after its publication on 2025-06-10",)
    }


def test_a_contradicting_ladder_is_reported(folder: FactsFolder, opened: Callable[[FactsFolder], Dataset]) -> None:
    folder.entity("Policy", "rule", "Rule")
    for kind, date in (
        ("published", "2024-01-01"),
        ("rescinded", "2024-06-01"),
        ("suspended", "2024-07-01"),
        ("effective", "2025-01-01"),
    ):
        folder.relation("PolicyEvent", policy="rule", event_kind=kind, event_date=date)
    snapshot = opened(folder).as_of(DAY)
    found = ladder_contradictions(snapshot, snapshot.index.resolve("rule").iri)
    assert "suspended on 2024-07-01 after rescinded on 2024-06-01" in found
    assert "effective on 2025-01-01 after rescinded on 2024-06-01" in found


def test_spelling_twins_are_found(folder: FactsFolder, opened: Callable[[FactsFolder], Dataset]) -> None:
    folder.entities("Company", "sk-hynix", "skhynix", "asml")
    dataset = opened(folder)
    assert [tuple(i.rpartition("/")[2] for i in pair) for pair in spelling_twins(dataset.schema, dataset.facts)] == [
        ("sk-hynix", "skhynix")
    ]
