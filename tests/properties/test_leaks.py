"""Nothing leaks: an answer on two dates holds what may be seen on them, all of it, and nothing else.

Worlds are made by hypothesis and judged by the oracle of `tests.properties.worlds`; the cases of which the rule was
learnt are planted below.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import networkx as nx
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import BadArgument
from kg.facts.model import Facts
from kg.network import Network
from kg.schema import Schema
from kg.store.dataset import Dataset
from kg.store.materialise import INFERRED, snapshot_quads
from kg.store.release import Release
from kg.terms import BASE, CK, entity_iri, kebab_case
from tests.helpers import FactsFolder, ask, dataset_of, day, iri_of, origins, text_of
from tests.properties.worlds import (
    CHIP,
    CLAIMS,
    COMPANIES,
    COUNTRIES,
    EXTENTS,
    ITEMS,
    POLICY,
    TIERS,
    Question,
    Row,
    World,
    questions,
    worlds,
)

CLASS_OF = {
    **dict.fromkeys(COUNTRIES, "Country"),
    **dict.fromkeys(COMPANIES, "Company"),
    **dict.fromkeys(ITEMS, "Component"),
    **dict.fromkeys(TIERS, "Tier"),
    **dict.fromkeys(CLAIMS, "Claim"),
    CHIP: "Chip",
    POLICY: "Policy",
}
OTHERS = [slug for slug in CLASS_OF if slug not in CLAIMS]


def iri(slug: str) -> str:
    return entity_iri(CLASS_OF[slug], slug)


def names(row: Row) -> set[str]:
    """The entities a row names."""
    return {v for k, v in row.cells if v in CLASS_OF and k not in ("label",)}


def cited(text: str) -> set[str]:
    """Statements that stand in an answer's text."""
    return set(re.findall(r"https://w3id.org/chokepoint/statement/[0-9a-f]+", text))


@pytest.fixture(scope="module")
def scratch() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp())
    yield path
    shutil.rmtree(path)


@pytest.fixture
def build(scratch: Path, schema: Schema, tiny_release: Release) -> Callable[[World], Dataset]:
    def make(world: World) -> Dataset:
        folder = Path(tempfile.mkdtemp(dir=scratch))
        facts = world.facts(schema, folder)
        shutil.rmtree(folder)
        dataset = dataset_of(schema, facts, tiny_release)
        assert dataset.facts == facts  # facts → quads → facts
        return dataset

    return make


class Case:
    """A world, a question about it, and what the oracle says may be seen."""

    def __init__(self, dataset: Dataset, world: World, question: Question) -> None:
        self.dataset, self.world, self.question = dataset, world, question
        self.seen = world.seen(question)
        self.iris = {world.iris[n] for n in self.seen}
        q = question
        self.snapshot = dataset.as_of(q.as_of, q.known_on, q.data_licence, q.verified_only)

    def ask(self, operation: str, **raw: object) -> tuple[object, str]:
        """The answer and its text, which holds no trace of a statement that may not be seen."""
        answered = ask(self.dataset, operation, **raw, **self.question.raw)
        text = text_of(answered)
        assert cited(text) <= self.iris, (operation, raw)
        for row in self.world.rows:
            if row.n not in self.seen:
                assert not [t for t in row.traces if t in text], (operation, raw)
        assert answered.meta.as_of == self.question.as_of.isoformat()
        assert answered.meta.known_on == self.question.known_on.isoformat()
        return answered.answer, text

    def rows(self, *files: str) -> list[Row]:
        return [r for r in self.seen.values() if r.file in files]

    def iris_of(self, rows: object) -> set[str]:
        return {self.world.iris[r.n] for r in rows}

    @property
    def claims(self) -> set[str]:
        """Claims one of whose own rows may be seen."""
        return {r["id"] for r in self.rows("Claim")}

    @property
    def edges(self) -> dict[tuple[str, str, str], tuple[frozenset[str], float | None]]:
        return {(iri(t), iri(h), r): v for (t, h, r), v in self.world.edges(self.seen, self.question).items()}


def check(test: Callable[[Case], None], examples: int) -> Callable[..., None]:
    """A property of every world and question."""

    @settings(max_examples=examples)
    @given(world=worlds(), asked=st.lists(questions, min_size=2, max_size=4))
    def body(build: Callable[[World], Dataset], world: World, asked: list[Question]) -> None:
        dataset = build(world)
        for question in asked:
            test(Case(dataset, world, question))

    return body


def statements_are_those_that_may_be_seen(case: Case) -> None:
    assert set(case.snapshot.statements) == case.iris
    for statement in case.snapshot.statements.values():
        row = case.seen[next(n for n, i in case.world.iris.items() if i == statement.iri)]
        start, end = EXTENTS[row.valid_from], [EXTENTS[row.valid_until]]
        changes = [c for c in case.world.changes if c.row == row.n and not c.kind]
        if changes:
            continue  # which of several partial ends counts is tested with `until`
        sure = bool(row.valid_from) and not (start[1] and case.question.as_of < start[1])
        sure &= not any(first and case.question.as_of >= first for first, _ in end)
        assert case.snapshot.has_unknown_dates(statement) == (not sure)


def network_holds_the_edges_that_may_be_seen(case: Case) -> None:
    found = {(e.tail, e.head, e.relation): (frozenset(s.iri for s in e.statements), e.share) for e in Network.of(case.snapshot).edges}
    assert found == case.edges


def quads_hold_what_may_be_seen(case: Case) -> None:
    default: set[tuple[str, str, str]] = set()
    graphs: dict[str, set[tuple[str, str, str]]] = {}
    for quad in snapshot_quads(case.snapshot):
        triple = (quad.subject.value, quad.predicate.value, getattr(quad.object, "value", ""))
        name = getattr(quad.graph_name, "value", "")
        if name == "":
            default.add(triple)
        elif name != BASE + "ontology":
            graphs.setdefault(name, set()).add(triple)
    hidden = {i for n, i in case.world.iris.items() if n not in case.seen}
    assert set(graphs) - {INFERRED} == case.iris
    everything = default.union(*graphs.values())
    assert not {t for t in everything if {t[0], t[2]} & hidden}
    assert {t[0] for t in default if t[1] == CK + "status"} == case.iris
    texts = "\n".join(t[2] for t in everything)
    for row in case.world.rows:
        here = row.marker in texts
        assert here == (row.n in case.seen), row
    # the default graph says what some seen statement says, and no more
    direct = {"Design": "designedBy", "Requirement": "requiresItem", "Provision": "providedBy", "headquarteredIn": "headquarteredIn"}
    assert {t for t in default if t[1].removeprefix(CK) in direct.values()} == {(t, CK + direct[r], h) for t, h, r in case.edges}
    assert {t[2] for t in default if t[1] == CK + "ticker"} == {r["object"] for r in case.rows("firms") if r["property"] == "ticker"}
    assert {t[2] for t in default if t[1] == CK + "text"} == {r["text"] for r in case.rows("Claim")}
    # what is inferred follows from what is said
    assert {(t[0], t[2]) for t in graphs.get(INFERRED, ()) if t[1] == CK + "dependsOn"} == {(t, h) for t, h, _ in case.edges}
    # the rdflib view is the same
    view = case.snapshot.to_rdflib()
    named = {str(g.identifier): g for g in view.graphs() if len(g)}
    assert {n for n in named if n.startswith(BASE + "statement/")} == case.iris
    for name in case.iris:
        assert {tuple(map(str, t)) for t in named[name]} == graphs[name]
    assert {tuple(map(str, t)) for t in view.default_graph if not isinstance(t[0], rdflib.BNode)} == default


def entity_shows_what_may_be_seen(case: Case) -> None:
    for slug in [*OTHERS, *sorted(case.claims)]:
        answer, text = case.ask("entity", id=f"{kebab_case(CLASS_OF[slug])}/{slug}")
        about = [r for r in case.seen.values() if slug in names(r)]
        assert cited(text) == case.iris_of(about), slug
        assert answer.entity.label.startswith("LABEL-" if slug in CLAIMS else slug.split("-")[0].title()[:3])


def claims_are_those_that_may_be_seen(case: Case) -> None:
    answer, text = case.ask("claims", limit=500)
    assert {c.id for c in answer.claims} == case.claims
    assert answer.total == len(case.claims)
    links = [r for r in case.rows("links") if names(r) & case.claims]
    assert cited(text) == case.iris_of([*case.rows("Claim"), *links])
    for slug in (CHIP, *COMPANIES):
        answer, _ = case.ask("claims", about=slug)
        assert {c.id for c in answer.claims} == {r["id"] for r in case.rows("Claim") if r["about"] == slug}


def hidden_claims_are_not_found(case: Case) -> None:
    listed, text = case.ask("list", **{"class": "Claim"}, first=500)
    linked = {r["subject"] for r in case.rows("links")}  # see test_a_claim_is_not_listed_because_something_else_speaks_of_it
    assert {e.id for e in listed.entities} - (linked - case.claims) == case.claims
    found, _ = case.ask("search", text="LABEL of a claim", limit=100)
    assert {m.id for m in found.matches} & set(CLAIMS) - (linked - case.claims) == case.claims
    assert not [c for c in set(CLAIMS) - case.claims - linked if f"LABEL-{c}" in text]


def entities_are_listed_once_something_known_speaks_of_them(case: Case) -> None:
    known = set().union(*(names(r) for r in case.world.rows if case.world.believed(r, case.question)))
    ever = set().union(*(names(r) for r in case.world.rows))
    expected = {c for c in COMPANIES if c in known or c not in ever}
    listed, _ = case.ask("list", **{"class": "Company"})
    assert {e.id for e in listed.entities} == expected
    for slug in COMPANIES:
        found, _ = case.ask("search", text=slug.title())
        assert (slug in {m.id for m in found.matches}) == (slug in expected)


def paths_and_closures_follow_the_edges(case: Case) -> None:
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(map(iri, OTHERS))
    for tail, head, relation in case.edges:
        graph.add_edge(tail, head, relation)
    for country in COUNTRIES:
        answer, text = case.ask("paths", source=CHIP, target=country, mode="all", max_length=8)
        expected = {tuple(p) for p in nx.all_simple_paths(nx.DiGraph(graph), iri(CHIP), iri(country), cutoff=8)}
        assert {tuple(n.iri for n in p.nodes) for p in answer.paths} == expected
        for path in answer.paths:
            for (a, b), hop in zip(zip(path.nodes, path.nodes[1:], strict=False), path.hops, strict=True):
                own = {k: v for k, v in case.edges.items() if k[:2] == (a.iri, b.iri)}
                assert set(hop.relations) == {k[2] for k in own}
                assert {s.iri for s in hop.statements} == set().union(*(v[0] for v in own.values()))
        assert answer.verdict == ("documented" if expected else "undocumented")
    for root in (CHIP, "acme"):
        answer, _ = case.ask("upstream", id=root)
        depth = nx.single_source_shortest_path_length(graph, iri(root))
        assert {r.node.iri: r.depth for r in answer.nodes} == {k: v for k, v in depth.items() if v}
    answer, _ = case.ask("downstream", id="NLD")
    depth = nx.single_source_shortest_path_length(graph.reverse(), iri("NLD"))
    assert {r.node.iri: r.depth for r in answer.nodes} == {k: v for k, v in depth.items() if v}


def policies_and_tiers_rest_on_what_may_be_seen(case: Case) -> None:
    answer, text = case.ask("policy-state", policy=POLICY)
    events = case.rows("PolicyEvent")
    assert {(e.kind, e.date) for e in answer.events} == {(r["event_kind"], r["event_date"]) for r in events}
    assert case.iris_of(events) <= cited(text)
    came = [r for r in events if EXTENTS[r["event_date"]][0] <= case.question.as_of]
    assert {(e.kind, e.date) for e in answer.events if e.counted} == {(r["event_kind"], r["event_date"]) for r in came}
    kinds = {r["event_kind"] for r in came}
    if case.rows("policies"):
        expected = "yes" if {"published", "effective"} <= kinds else "no"
        if "effective" in kinds and not any(r["event_kind"] == "published" for r in events):
            expected = "unknown"
        assert answer.codified == ("no" if "rescinded" in kinds else expected)
    having = {r["subject"] for r in case.rows("tiers")}
    for country in COUNTRIES:
        try:
            answer, _ = case.ask("tier", country=country)
        except BadArgument:
            assert not having
            continue
        held = [r for r in case.rows("TierMembership") if r["country"] == country and r["tier"] in having and "rescinded" not in kinds]
        tiers = sorted({r["tier"] for r in held})
        assert (answer.tier.id if answer.tier else None) == (tiers[0] if tiers else None)
        assert {s.iri for s in answer.statements} == case.iris_of(r for r in held if r["tier"] == tiers[0])


test_statements = check(statements_are_those_that_may_be_seen, 150)
test_network = check(network_holds_the_edges_that_may_be_seen, 80)
test_quads = check(quads_hold_what_may_be_seen, 12)
test_entity = check(entity_shows_what_may_be_seen, 40)
test_claims = check(claims_are_those_that_may_be_seen, 40)
test_hidden_claims = check(hidden_claims_are_not_found, 40)
test_listed_entities = check(entities_are_listed_once_something_known_speaks_of_them, 40)
test_paths = check(paths_and_closures_follow_the_edges, 40)
test_policies = check(policies_and_tiers_rest_on_what_may_be_seen, 50)
