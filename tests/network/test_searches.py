"""Paths and closures against networkx on random graphs."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.analysis.desk import Desk
from kg.analysis.paths import find_paths
from kg.analysis.reach import reach
from kg.errors import BadArgument
from kg.facts.model import Entity, Facts
from kg.network import Edge, Network
from kg.schema import Schema
from kg.store.dataset import Dataset
from kg.store.release import Release
from kg.terms import entity_iri
from tests.helpers import FactsFolder, ask, day

SIZE = 7
NODES = [entity_iri("Component", f"n{n}") for n in range(SIZE)]
RELATIONS = ("Requirement", "Provision", "Variant")
CARRIES_SHARE = {"Provision"}

edges = st.dictionaries(
    st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1), st.sampled_from(RELATIONS)).filter(
        lambda e: e[0] != e[1]
    ),
    st.sampled_from((None, 5.0, 30.0, 70.5)),
    max_size=24,
)
filters = st.tuples(
    st.sampled_from(((), ("Requirement",), ("Provision", "Variant"))), st.sampled_from((0.0, 0.0, 30.0, 60.0))
)
Triples = dict[tuple[int, int, str], float | None]


@pytest.fixture(scope="module")
def empty(schema: Schema, tiny_release: Release) -> Dataset:
    entities = {iri: Entity(iri, "Component", f"n{n}", f"Node {n}") for n, iri in enumerate(NODES)}
    return Dataset(tiny_release, schema, Facts({}, {}, entities, {}))


@pytest.fixture
def desk(empty: Dataset) -> Callable[..., Desk]:
    """A desk over a made-up network."""

    def make(found: Triples, budget: int = 1_000_000) -> Desk:
        empty._kept.clear()
        snapshot = empty.as_of(day("2026-01-01"), day("2026-01-01"))
        laid = [
            Edge(tail=NODES[u], head=NODES[v], relation=r, share=share, share_period="", statements=())
            for (u, v, r), share in sorted(found.items())
        ]
        network = Network(snapshot, laid)
        snapshot.shared("network", lambda: network)
        assert Network.of(snapshot) is network
        return Desk(snapshot, budget)

    return make


def simple_graph(found: Triples, relations: tuple[str, ...], min_share: float) -> nx.DiGraph:
    """What passes the filters, by brute force."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(SIZE))
    for (u, v, relation), share in found.items():
        if relations and relation not in relations:
            continue
        if min_share and relation in CARRIES_SHARE and (share is None or share < min_share):
            continue
        graph.add_edge(u, v)
    return graph


def all_paths(graph: nx.DiGraph, cutoff: int) -> list[tuple[int, ...]]:
    """Simple paths from the first to the last node, by length and then by nodes."""
    return sorted(map(tuple, nx.all_simple_paths(graph, 0, SIZE - 1, cutoff)), key=lambda p: (len(p), p))


def shown(answer: object) -> list[tuple[int, ...]]:
    return [tuple(NODES.index(n.iri) for n in p.nodes) for p in answer.paths]


Make = Callable[..., Desk]


@given(edges, filters, st.integers(1, SIZE))
def test_all_paths(desk: Make, found: Triples, filter_: tuple[tuple[str, ...], float], cutoff: int) -> None:
    graph = simple_graph(found, *filter_)
    at = desk(found)
    answer = find_paths(at, NODES[0], NODES[-1], "all", 10, cutoff, *filter_, limit=10_000)
    expected = all_paths(graph, cutoff)
    assert shown(answer) == expected
    assert not at.truncated
    assert [p.length for p in answer.paths] == [len(p) - 1 for p in expected]
    reachable = nx.has_path(graph, 0, SIZE - 1)
    assert answer.verdict == ("documented" if reachable else "undocumented")
    assert answer.shortest == (nx.shortest_path_length(graph, 0, SIZE - 1) if reachable else None)
    assert answer.reverse == (not expected and nx.has_path(graph, SIZE - 1, 0))
    for path, nodes in zip(answer.paths, expected, strict=True):
        for hop, (u, v) in zip(path.hops, pairwise(nodes), strict=True):
            relations, least = filter_
            own = [
                r
                for (a, b, r), share in sorted(found.items())
                if (a, b) == (u, v)
                and (not relations or r in relations)
                and (not least or r not in CARRIES_SHARE or (share is not None and share >= least))
            ]
            assert list(hop.relations) == own
            assert (hop.from_, hop.to, hop.relation) == (f"n{u}", f"n{v}", own[0])


@given(edges, filters)
def test_shortest_paths(desk: Make, found: Triples, filter_: tuple[tuple[str, ...], float]) -> None:
    graph = simple_graph(found, *filter_)
    answer = find_paths(desk(found), NODES[0], NODES[-1], "shortest", 10, None, *filter_)
    expected = sorted(map(tuple, nx.all_shortest_paths(graph, 0, SIZE - 1))) if nx.has_path(graph, 0, SIZE - 1) else []
    assert shown(answer) == expected


@given(edges, st.integers(1, 12))
def test_k_shortest_paths(desk: Make, found: Triples, k: int) -> None:
    at = desk(found)
    answer = find_paths(at, NODES[0], NODES[-1], "k-shortest", k)
    assert shown(answer) == all_paths(simple_graph(found, (), 0), SIZE)[:k]
    assert not at.truncated


@given(edges, st.integers(1, 8), st.sampled_from(("all", "k-shortest")))
def test_a_limit_is_told(desk: Make, found: Triples, limit: int, mode: str) -> None:
    at = desk(found)
    answer = find_paths(at, NODES[0], NODES[-1], mode, 100, SIZE, limit=limit)
    expected = all_paths(simple_graph(found, (), 0), SIZE)
    assert shown(answer) == expected[:limit]
    assert at.truncated == (len(expected) > limit)


@given(edges, st.integers(0, 60))
def test_a_budget_is_told(desk: Make, found: Triples, budget: int) -> None:
    at = desk(found, budget)
    answer = find_paths(at, NODES[0], NODES[-1], "all", 10, SIZE, limit=10_000)
    expected = all_paths(simple_graph(found, (), 0), SIZE)
    got = shown(answer)
    assert got == expected[: len(got)]
    if len(got) < len(expected):
        assert at.truncated
    assert at.meta().truncated == at.truncated


@given(edges, st.randoms(use_true_random=False))
def test_order_is_stable(desk: Make, found: Triples, random: object) -> None:
    items = list(found.items())
    random.shuffle(items)
    first, second = (find_paths(desk(dict(f)), NODES[0], NODES[-1], "all", limit=50) for f in (found, items))
    assert first == second


@settings(max_examples=150)
@given(edges, st.sampled_from(((), ("Requirement",), ("Provision", "Variant"))), st.sampled_from((None, 1, 2, 3)))
def test_closures(desk: Make, found: Triples, relations: tuple[str, ...], depth: int | None) -> None:
    graph = simple_graph(found, relations, 0)
    for direction, seen in (("upstream", graph), ("downstream", graph.reverse())):
        answer = reach(desk(found), NODES[0], direction, depth, relations)
        expected = {v: d for v, d in nx.single_source_shortest_path_length(seen, 0, depth).items() if d}
        assert {NODES.index(n.node.iri): n.depth for n in answer.nodes} == expected
        assert [(n.depth, n.node.iri) for n in answer.nodes] == sorted((n.depth, n.node.iri) for n in answer.nodes)
        assert (
            answer.total
            == len(expected)
            == sum(c.count for c in answer.by_depth)
            == sum(c.count for c in answer.by_class)
        )


def test_a_path_needs_two_ends(desk: Make) -> None:
    with pytest.raises(BadArgument, match="same entity"):
        find_paths(desk({}), NODES[0], NODES[0])


def test_no_path_is_no_bare_no(desk: Make) -> None:
    at = desk({(SIZE - 1, 0, "Requirement"): None})
    answer = find_paths(at, NODES[0], NODES[-1])
    assert (answer.verdict, answer.reverse, answer.paths) == ("undocumented", True, ())
    meta = at.meta()
    assert [c.node.iri for c in meta.coverage] == [NODES[0], NODES[-1]]
    assert any("Undocumented is not absent" in n for n in meta.notices)
    assert any("the other way round" in n for n in meta.notices)


def test_a_path_longer_than_asked_is_said(desk: Make) -> None:
    at = desk({(0, 1, "Requirement"): None, (1, SIZE - 1, "Requirement"): None})
    answer = find_paths(at, NODES[0], NODES[-1], "all", max_length=1)
    assert (answer.verdict, answer.shortest, answer.paths) == ("documented", 2, ())
    assert any("shortest path has 2 hops" in n for n in at.meta().notices)


def test_countries_are_rolled_up(folder: FactsFolder, opened: Callable[[FactsFolder], Dataset]) -> None:
    folder.entities("Country", "NLD", "CHN")
    folder.entities("Company", "acme", "bolt", "crown")
    folder.entities("Component", "hbm")
    for company, country in (("acme", "NLD"), ("bolt", "NLD"), ("crown", "CHN")):
        folder.relation("Provision", item="hbm", provider=company)
        folder.plain(company, "headquarteredIn", country)
    answer = ask(opened(folder), "upstream", id="hbm", **{"class": "Organisation"}).answer
    assert [(c.key, c.count) for c in answer.by_country] == [("NLD", 2), ("CHN", 1)]
    assert [(c.key, c.count) for c in answer.by_depth] == [("1", 3)]
    assert [n.node.id for n in answer.nodes] == ["acme", "bolt", "crown"]
