"""The network: arrays agree with edges, masks with their filters, networkx with both."""

from __future__ import annotations

from collections.abc import Callable

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.network import Edge, Network
from kg.network.csr import Csr
from kg.schema import Schema
from kg.store.dataset import Dataset
from tests.helpers import FactsFolder, day, origins
from tests.network.graphs import Made, multigraphs


@pytest.fixture(scope="module")
def network(seed: Dataset) -> Network:
    return Network.of(seed.as_of(day("2026-11-24"), day("2026-11-24")))


def test_arrays_agree_with_edges(network: Network) -> None:
    keys = [(e.tail, e.head, e.relation) for e in network.edges]
    assert keys == sorted(set(keys))
    assert list(network.nodes) == sorted({n for t, h, _ in keys for n in (t, h)})
    assert [network.nodes[n] for n in network.tails] == [t for t, _, _ in keys]
    assert [network.nodes[n] for n in network.heads] == [h for _, h, _ in keys]
    assert [network.relation_names[n] for n in network.relations] == [r for _, _, r in keys]
    for share, edge in zip(network.shares.tolist(), network.edges, strict=True):
        assert (np.isnan(share) and edge.share is None) or share == pytest.approx(edge.share)
    for iri in network.nodes:
        assert network.out_edges(iri) == tuple(e for e in _out(network)[iri])
        assert network.in_edges(iri) == tuple(e for e in _in(network)[iri])
    assert network.out_edges("https://example.org/none") == network.in_edges("https://example.org/none") == ()


def _out(network: Network) -> dict[str, list[object]]:
    return network.snapshot.shared(
        "test out", lambda: {n: [e for e in network.edges if e.tail == n] for n in network.nodes}
    )


def _in(network: Network) -> dict[str, list[object]]:
    return network.snapshot.shared(
        "test in", lambda: {n: [e for e in network.edges if e.head == n] for n in network.nodes}
    )


def test_edges_rest_on_statements_of_their_relation(network: Network, schema: Schema) -> None:
    for edge in network.edges:
        assert edge.statements
        for statement in edge.statements:
            assert statement.iri in network.snapshot.statements
            if statement.class_name:
                rule = schema.classes[edge.relation].edge
                assert (statement.one(rule.tail), statement.one(rule.head)) == (edge.tail, edge.head)
                assert statement.text("productionStatus") != "not in production"
            else:
                assert (statement.subject, statement.object) == (edge.tail, edge.head)
    count = sum(
        1
        for s in network.snapshot.statements.values()
        if (s.class_name and schema.classes[s.class_name].edge and s.text("productionStatus") != "not in production")
        or (not s.class_name and s.property in {p.iri for p in schema.edge_properties})
    )
    assert count == sum(len(e.statements) for e in network.edges)


@pytest.mark.parametrize(
    "relations", [(), ("Provision",), ("Requirement", "headquarteredIn"), ("Variant",), ("nonsense",)]
)
@pytest.mark.parametrize("min_share", [0.0, 10.0, 50.0, 100.0])
def test_mask_is_its_filter(relations: tuple[str, ...], min_share: float, network: Network) -> None:
    carrying = {"Provision", "CountryShare", "Supply"}
    expected = [
        (not relations or e.relation in relations)
        and (not min_share or e.relation not in carrying or (e.share is not None and e.share >= min_share))
        for e in network.edges
    ]
    mask = network.mask(relations, min_share)
    assert mask.tolist() == expected
    successors, predecessors = network.successors(mask), network.predecessors(mask)
    passed = [e for e, keep in zip(network.edges, expected, strict=True) if keep]
    pairs = {(network.number[e.tail], network.number[e.head]) for e in passed}
    assert {(u, v) for u, vs in enumerate(successors) for v in vs} == pairs
    assert {(u, v) for v, us in enumerate(predecessors) for u in us} == pairs
    assert all(vs == sorted(set(vs)) for vs in successors + predecessors)
    for edge in passed[:50]:
        assert edge in network.between(network.number[edge.tail], network.number[edge.head], mask)


def test_networkx_is_the_same(network: Network) -> None:
    graph = network.to_networkx()
    assert isinstance(graph, nx.MultiDiGraph)
    assert set(graph) == set(network.nodes)
    assert graph.number_of_edges() == len(network.edges)
    for edge in network.edges:
        data = graph.edges[edge.tail, edge.head, edge.relation]
        assert data["relation"] == edge.relation
        assert data["share"] == edge.share
        assert data["statements"] == tuple(s.iri for s in edge.statements)
        assert (data["status"] == "verified") == any(s.status == "verified" for s in edge.statements)
    index = network.snapshot.index
    for iri, data in graph.nodes(data=True):
        entity = index.by_iri[iri]
        assert data == {"id": index.id_of(iri), "label": entity.label, "class": entity.class_name}
        assert index.resolve(data["id"]).iri == iri
    assert graph.graph == {
        "release": network.snapshot.dataset.release.id,
        "as_of": "2026-11-24",
        "known_on": "2026-11-24",
    }


def test_there_and_back(network: Network) -> None:
    """networkx and the arrays hold the same multigraph: hubs, parallel edges, relations and shares."""
    csr = Csr.of_networkx(network.to_networkx(), network.nodes)
    for name in ("offsets", "heads", "relations", "shares", "reverse_offsets", "reverse_tails"):
        np.testing.assert_array_equal(getattr(csr, name), getattr(network.csr, name))
    pairs = [(e.tail, e.head) for e in network.edges]
    assert len(set(pairs)) < len(pairs)
    assert max(np.diff(network.csr.reverse_offsets)) > 100


@given(multigraphs(), st.integers(0, 3))
def test_evidence_stays_on_its_edge(network: Network, made: Made, hub: int) -> None:
    """Whatever the shape: parallel edges, loops, and a node that everything depends on."""
    names = network.nodes[: made.nodes]
    known = list(network.snapshot.statements.values())
    rows = {(u, v, f"r{r}"): share for u, v, r, share in made.rows}
    rows |= {(u, hub % made.nodes, "r9"): None for u in range(made.nodes)}
    edges = [
        Edge(names[u], names[v], relation, share, "", tuple(known[n : n + 1 + n % 3]))
        for n, ((u, v, relation), share) in enumerate(sorted(rows.items()))
    ]
    graph = Network(network.snapshot, edges).to_networkx()
    assert graph.number_of_edges() == len(edges)
    for edge in edges:
        data = graph.edges[edge.tail, edge.head, edge.relation]
        assert data["statements"] == tuple(s.iri for s in edge.statements)
        assert (data["relation"], data["share"]) == (edge.relation, edge.share)
        assert data["status"] == ("verified" if "verified" in {s.status for s in edge.statements} else "unverified")


def test_networkx_is_a_copy(network: Network) -> None:
    first = network.to_networkx()
    edge = next(iter(first.edges(keys=True)))
    first.edges[edge]["share"] = -1
    first.nodes[edge[0]]["label"] = "changed"
    first.graph["as_of"] = "changed"
    first.remove_node(edge[1])
    second = network.to_networkx()
    assert second.number_of_edges() == len(network.edges)
    assert second.edges[edge]["share"] != -1
    assert second.nodes[edge[0]]["label"] != "changed"
    assert second.graph["as_of"] == "2026-11-24"


@pytest.fixture
def chain(folder: FactsFolder) -> FactsFolder:
    folder.entities("Country", "NLD")
    folder.entities("Company", "acme", "bolt")
    folder.entities("Component", "hbm")
    return folder


def test_a_provision_not_in_production_is_no_edge(chain: FactsFolder, opened: Callable[[FactsFolder], Dataset]) -> None:
    chain.relation("Provision", item="hbm", provider="acme", production_status="not in production", share="5")
    kept = {
        chain.relation("Provision", item="hbm", provider="bolt", production_status="in production", source="report")
    }
    chain.source("other")
    chain.relation("Provision", item="hbm", provider="bolt", production_status="not in production", source="other")
    edges = Network.of(opened(chain).as_of(day("2026-01-01"))).edges
    assert [(e.head.rpartition("/")[2], origins(e.statements)) for e in edges] == [("bolt", kept)]


def test_which_share_is_shown(chain: FactsFolder, opened: Callable[[FactsFolder], Dataset]) -> None:
    for source in ("a", "b", "c"):
        chain.source(source)
    chain.relation("Provision", item="hbm", provider="acme", share="10", period="2023", source="a")
    chain.relation(
        "Provision", item="hbm", provider="acme", share="20", period="2024", status="unverified", to_check_in="x"
    )
    chain.relation("Provision", item="hbm", provider="acme", share="30", period="2024", source="b")
    chain.relation("Provision", item="hbm", provider="acme", share="40", source="c")
    dataset = opened(chain)
    for as_of, share in (("2022-01-01", 40), ("2023-01-01", 10), ("2025-01-01", 30)):
        (edge,) = Network.of(dataset.as_of(day(as_of))).edges
        assert edge.share == share


def test_an_empty_network(chain: FactsFolder, opened: Callable[[FactsFolder], Dataset]) -> None:
    network = Network.of(opened(chain).as_of())
    assert network.nodes == network.edges == ()
    assert network.mask(("Provision",), 5).tolist() == network.successors() == network.predecessors() == []
    assert len(network.to_networkx()) == 0
