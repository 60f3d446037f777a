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
from itertools import pairwise
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
    ALLOWED,
    CHIP,
    CLAIMS,
    COMPANIES,
    COUNTRIES,
    EXTENTS,
    ITEMS,
    LICENCES,
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

    @property
    def named(self) -> bool:
        """Whether the names of the entities, which came through the first batch, may be used."""
        return LICENCES[0] in ALLOWED[self.question.data_licence]

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
    found = {
        (e.tail, e.head, e.relation): (frozenset(s.iri for s in e.statements), e.share)
        for e in Network.of(case.snapshot).edges
    }
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
    direct = {
        "Design": "designedBy",
        "Requirement": "requiresItem",
        "Provision": "providedBy",
        "headquarteredIn": "headquarteredIn",
    }
    assert {t for t in default if t[1].removeprefix(CK) in direct.values()} == {
        (t, CK + direct[r], h) for t, h, r in case.edges
    }
    assert {t[2] for t in default if t[1] == CK + "ticker"} == {
        r["object"] for r in case.rows("firms") if r["property"] == "ticker"
    }
    assert {t[2] for t in default if t[1] == CK + "text"} == {r["text"] for r in case.rows("Claim")}
    labelled = {t[0] for t in default if t[1] == str(rdflib.RDFS.label)}
    linked = {
        r["subject"] for r in case.rows("links")
    }  # see test_a_claim_is_not_listed_because_something_else_speaks_of_it
    assert {c for c in CLAIMS if iri(c) in labelled} - (linked - case.claims) == case.claims
    # what is inferred follows from what is said
    assert {(t[0], t[2]) for t in graphs.get(INFERRED, ()) if t[1] == CK + "dependsOn"} == {
        (t, h) for t, h, _ in case.edges
    }
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
        if case.named:
            assert answer.entity.label.startswith("LABEL-" if slug in CLAIMS else slug.split("-")[0].title()[:3])
        else:
            assert answer.entity.label == slug


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
    linked = {
        r["subject"] for r in case.rows("links")
    }  # see test_a_claim_is_not_listed_because_something_else_speaks_of_it
    assert {e.id for e in listed.entities} - (linked - case.claims) == case.claims
    found, _ = case.ask("search", text="LABEL of a claim", limit=100)
    assert {m.id for m in found.matches} & set(CLAIMS) - (linked - case.claims) == case.claims
    assert not [c for c in set(CLAIMS) - case.claims - linked if f"LABEL-{c}" in text]


def entities_are_listed_once_something_known_speaks_of_them(case: Case) -> None:
    known = set().union(*(names(r) for r in case.world.rows if case.world.believed(r, case.question)))
    ever = set().union(*(names(r) for r in case.world.rows))
    expected = {c for c in COMPANIES if case.named and (c in known or c not in ever)}
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
        answer, _ = case.ask("paths", source=CHIP, target=country, mode="all", max_length=8)
        expected = {tuple(p) for p in nx.all_simple_paths(nx.DiGraph(graph), iri(CHIP), iri(country), cutoff=8)}
        assert {tuple(n.iri for n in p.nodes) for p in answer.paths} == expected
        for path in answer.paths:
            for (a, b), hop in zip(pairwise(path.nodes), path.hops, strict=True):
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
        held = [
            r
            for r in case.rows("TierMembership")
            if r["country"] == country and r["tier"] in having and "rescinded" not in kinds
        ]
        tiers = sorted({r["tier"] for r in held})
        assert (answer.tier.id if answer.tier else None) == (tiers[0] if tiers else None)
        assert {s.iri for s in answer.statements} == case.iris_of(r for r in held if r["tier"] == tiers[0])


def other_operations_cite_only_what_may_be_seen(case: Case) -> None:
    for slug in (CHIP, POLICY, *COMPANIES, *ITEMS):
        case.ask("coverage", id=f"{kebab_case(CLASS_OF[slug])}/{slug}")
        case.ask("disagreements", id=f"{kebab_case(CLASS_OF[slug])}/{slug}")
    case.ask("coverage", **{"class": "Entity"})
    case.ask("disagreements")
    case.ask("compare", ids=[CHIP, POLICY])


def changes_tell_nothing_that_was_not_known(case: Case) -> None:
    """What changed between two dates may have ended before `asOf`, but must have been known."""
    q = case.question
    answered = ask(case.dataset, "changes", **{"from": "2023-06-01", "to": "2026-06-01"}, limit=5000, **q.raw)
    believed = {case.world.iris[r.n] for r in case.world.rows if case.world.believed(r, q)}
    corrected = {
        case.world.iris[c.row] for c in case.world.changes if c.kind and case.world.change_known(c) <= q.known_on
    }
    text = text_of(answered)
    assert cited(text) <= believed | corrected
    known = {case.world.iris[r.n] for r in case.world.rows if case.world.known(r) <= q.known_on}
    assert cited(text) <= known


test_statements = check(statements_are_those_that_may_be_seen, 100)
test_network = check(network_holds_the_edges_that_may_be_seen, 50)
test_quads = check(quads_hold_what_may_be_seen, 8)
test_entity = check(entity_shows_what_may_be_seen, 40)
test_claims = check(claims_are_those_that_may_be_seen, 40)
test_hidden_claims = check(hidden_claims_are_not_found, 40)
test_listed_entities = check(entities_are_listed_once_something_known_speaks_of_them, 40)
test_paths = check(paths_and_closures_follow_the_edges, 40)
test_other_operations = check(other_operations_cite_only_what_may_be_seen, 25)
test_changes = check(changes_tell_nothing_that_was_not_known, 25)
test_policies = check(policies_and_tiers_rest_on_what_may_be_seen, 50)


# ---- planted cases ------------------------------------------------------------------------------------------------------

Opened = Callable[[FactsFolder], Dataset]


@pytest.fixture
def firm(folder: FactsFolder) -> FactsFolder:
    """A folder with a firm, two countries and a chip."""
    folder.entities("Country", "NLD", "CHN")
    folder.entities("Company", "acme", "bolt")
    folder.entities("Chip", "chip-x")
    return folder


def seen(dataset: Dataset, as_of: str, known_on: str, **more: object) -> set[str]:
    return origins(dataset.as_of(day(as_of), day(known_on), **more).statements.values())


def test_an_end_learnt_later_does_not_shorten_what_was_believed(
    firm: FactsFolder, read: Callable[[FactsFolder], Facts], opened: Opened
) -> None:
    row = firm.plain("acme", "headquarteredIn", "NLD", valid_from="2020")
    firm.source("later", published="2026-03-01")
    firm.end(iri_of(read(firm), row), "2025-01-01", "later")
    dataset = opened(firm)
    assert seen(dataset, "2025-06-01", "2025-06-01") == {row}
    assert seen(dataset, "2025-06-01", "2026-02-28") == {row}
    assert seen(dataset, "2025-06-01", "2026-03-01") == set()
    assert seen(dataset, "2024-12-31", "2026-03-01") == {row}
    before, after = (
        ask(dataset, "entity", id="acme", asOf="2024-06-01", knownOn=k) for k in ("2025-06-01", "2026-03-01")
    )
    assert before.answer.facts[0].statements[0].valid_until == ""
    assert after.answer.facts[0].statements[0].valid_until == "2025-01-01"


def test_a_claim_printed_in_december_is_not_known_in_may(firm: FactsFolder, opened: Opened) -> None:
    firm.source("paper", published="2025-12")
    firm.claim("k9", "chip-x", label="astonishing speed", source="paper")
    dataset = opened(firm)
    for known_on, expected in (("2025-05-31", 0), ("2025-12-30", 0), ("2025-12-31", 1)):
        dates = {"asOf": "2026-06-01", "knownOn": known_on}
        assert ask(dataset, "claims", about="chip-x", **dates).answer.total == expected
        assert ask(dataset, "list", **{"class": "Claim"}, **dates).answer.total == expected
        assert len(ask(dataset, "search", text="astonishing speed", **dates).answer.matches) == expected
        assert len(ask(dataset, "search", text="k9", **dates).answer.matches) == expected
        assert len(ask(dataset, "entity", id="chip-x", **dates).answer.relations) == expected


def test_a_fact_is_known_from_its_first_public_day_or_its_day_of_record(firm: FactsFolder, opened: Opened) -> None:
    firm.source("paper", published="2026-01-10")
    early = firm.plain("acme", "ticker", "A", source="paper", first_public="2024-05-01")
    noted = firm.plain("acme", "ticker", "B", source="paper", recorded="2025-01-01")
    plain = firm.plain("acme", "ticker", "C", source="paper")
    undated = firm.plain("acme", "ticker", "D", source=firm.source("leaflet"))
    dataset = opened(firm)
    steps = [
        ("2024-04-30", set()),
        ("2024-05-01", {early}),
        ("2025-01-01", {early, noted}),
        ("2026-01-10", {early, noted, plain}),
    ]
    for known_on, expected in [*steps, ("2026-11-24", {early, noted, plain, undated})]:
        assert seen(dataset, "2026-11-24", known_on) == expected


def test_an_ended_hop_does_not_exist(firm: FactsFolder, opened: Opened) -> None:
    firm.relation("Design", item="chip-x", designer="acme", valid_until="2024-01-01")
    firm.plain("acme", "headquarteredIn", "NLD")
    dataset = opened(firm)
    for as_of, verdict in (
        ("2023-12-31", "documented"),
        ("2024-01-01", "undocumented"),
        ("2026-01-01", "undocumented"),
    ):
        assert (
            ask(dataset, "paths", source="chip-x", target="NLD", asOf=as_of, knownOn="2026-01-01").answer.verdict
            == verdict
        )


def test_a_correction_applies_from_the_date_of_its_source(
    firm: FactsFolder, read: Callable[[FactsFolder], Facts], opened: Opened
) -> None:
    wrong = firm.plain("acme", "headquarteredIn", "CHN")
    firm.source("erratum", published="2025-02-17")
    right = firm.plain("acme", "headquarteredIn", "NLD", source="erratum")
    facts = read(firm)
    firm.correction(iri_of(facts, wrong), "replaced", "erratum", replacement=iri_of(facts, right))
    dataset = opened(firm)
    assert seen(dataset, "2025-06-01", "2025-02-16") == {wrong}
    assert seen(dataset, "2025-06-01", "2025-02-17") == {right}
    assert seen(dataset, "2020-06-01", "2025-02-17") == {right}


def test_a_superseding_issue_replaces_the_older_whole(firm: FactsFolder, opened: Opened) -> None:
    firm.source("list-1", published="2024-01-01", series="list", supersedes_series=True)
    firm.source("list-2", published="2025-01-01", series="list", supersedes_series=True)
    firm.source("news-1", published="2024-01-01", series="news")
    firm.source("news-2", published="2025-01-01", series="news")
    old, dropped = (firm.plain("acme", "ticker", x, source="list-1") for x in "AB")
    new, both = firm.plain("acme", "ticker", "A", source="list-2"), {firm.plain("bolt", "ticker", "N", source="news-1")}
    later = firm.plain("bolt", "ticker", "M", source="news-2")
    dataset = opened(firm)
    assert seen(dataset, "2025-06-01", "2024-12-31") == {old, dropped} | both
    assert seen(dataset, "2025-06-01", "2025-01-01") == {new, later} | both


def test_only_the_newest_observation_not_after_the_day_gives_the_share(firm: FactsFolder, opened: Opened) -> None:
    firm.entities("Component", "hbm")
    for year, share in (("2023", "40"), ("2024", "50"), ("2026", "60")):
        firm.relation("Provision", item="hbm", provider="acme", share=share, period=year)
    dataset = opened(firm)
    for as_of, expected in (("2022-06-01", None), ("2023-06-01", 40), ("2025-06-01", 50), ("2026-06-01", 60)):
        (edge,) = Network.of(dataset.as_of(day(as_of))).edges
        assert edge.share == expected
        assert len(edge.statements) == 3  # the relation stands


def test_an_observation_is_history_once_there_is_a_newer_of_its_series(firm: FactsFolder, opened: Opened) -> None:
    firm.entities("Component", "hbm")
    firm.entities("Company", "crown", "dime", "echo")
    firm.source("other")
    firm.relation("Provision", item="hbm", provider="acme", share="10", period="2023")
    firm.relation("Provision", item="hbm", provider="bolt", share="20", period="2024-34")
    firm.relation("Provision", item="hbm", provider="crown", share="30", period="2024")
    firm.relation("Provision", item="hbm", provider="dime", share="40", period="2023", share_basis="revenue")
    firm.relation("Provision", item="hbm", provider="echo", share="50", period="2023", source="other")
    dataset = opened(firm)

    def shares(as_of: str) -> dict[str, float | None]:
        return {e.head.rpartition("/")[2]: e.share for e in Network.of(dataset.as_of(day(as_of))).edges}

    others = {"dime": 40, "echo": 50}  # of another basis, of another source
    assert shares("2023-06-01") == {"acme": 10, "bolt": None, "crown": None} | others
    assert shares("2024-02-01") == {"acme": None, "bolt": None, "crown": 30} | others
    assert shares("2024-06-01") == {"acme": None, "bolt": 20, "crown": 30} | others


def test_the_rdf_names_no_claim_that_is_not_known(firm: FactsFolder, opened: Opened) -> None:
    firm.source("paper", published="2025-12")
    firm.claim("k9", "chip-x", label="astonishing speed", source="paper")
    dataset = opened(firm)
    for known_on, expected in (("2025-05-31", False), ("2025-12-31", True)):
        quads = [str(q) for q in snapshot_quads(dataset.as_of(day("2026-06-01"), day(known_on)))]
        assert any("astonishing" in q for q in quads) == expected
        assert any("claim/k9" in q for q in quads) == expected


def test_the_rdf_has_no_edge_for_what_is_not_in_production(firm: FactsFolder, opened: Opened) -> None:
    firm.entities("Component", "hbm")
    firm.relation("Provision", item="hbm", provider="acme", production_status="not in production")
    firm.relation("Provision", item="hbm", provider="bolt", production_status="in production")
    view = opened(firm).as_of(day("2026-06-01")).to_rdflib()
    heads = {str(o).rpartition("/")[2] for o in view.default_graph.objects(None, rdflib.URIRef(CK + "providedBy"))}
    assert heads == {"bolt"}


# ---- planted cases that found something -------------------------------------------------------------------------------------


def test_a_claim_is_not_listed_because_something_else_speaks_of_it(firm: FactsFolder, opened: Opened) -> None:
    """Regression: a claim whose own row is hidden is listed and found if a link from it may be seen."""
    firm.claim("k1", "chip-x", status="unverified", label="the hidden one")
    firm.claim("k2", "chip-x", label="the plain one")
    firm.plain("k1", "contradicts", "k2", topic="links")
    dataset = opened(firm)
    listed = ask(dataset, "list", **{"class": "Claim"}, verifiedOnly=True).answer
    assert [e.id for e in listed.entities] == ["k2"]
    assert not ask(dataset, "search", text="the hidden one", verifiedOnly=True, limit=1).answer.matches[:1] or (
        ask(dataset, "search", text="the hidden one", verifiedOnly=True, limit=1).answer.matches[0].id == "k2"
    )


def test_the_words_of_a_hidden_claim_are_nowhere(firm: FactsFolder, opened: Opened) -> None:
    """Regression: a claim's label is what is claimed; `entity` of a claim not yet known prints it (so do links to it)."""
    firm.source("paper", published="2025-12-01")
    firm.claim("k9", "chip-x", label="astonishing speed", source="paper")
    firm.claim("k8", "chip-x", label="modest speed")
    firm.plain("k8", "contradicts", "k9", topic="links")
    dataset = opened(firm)
    for id_ in ("k9", "k8"):
        try:
            text = text_of(ask(dataset, "entity", id=id_, asOf="2026-01-01", knownOn="2025-05-01"))
        except Exception as error:  # refusing is an answer too
            text = str(error)
        assert "astonishing" not in text, id_


def test_the_rdf_of_a_statement_gives_the_end_that_is_known(
    firm: FactsFolder, read: Callable[[FactsFolder], Facts], opened: Opened
) -> None:
    """Regression: an end of ends.csv is in JSON answers (`validUntil`) but not in the RDF of the same snapshot."""
    row = firm.plain("acme", "headquarteredIn", "NLD", valid_from="2020")
    firm.source("later", published="2024-03-01")
    iri_ = iri_of(read(firm), row)
    firm.end(iri_, "2025-01-01", "later")
    dataset = opened(firm)
    for known_on, expected in (("2023-01-01", set()), ("2024-06-01", {"2025-01-01"})):
        view = dataset.as_of(day("2024-06-01"), day(known_on)).to_rdflib()
        found = {str(o) for o in view.default_graph.objects(rdflib.URIRef(iri_), rdflib.URIRef(CK + "validUntil"))}
        assert found == expected


def test_left_out_by_licence_counts_only_what_is_valid(firm: FactsFolder, opened: Opened) -> None:
    """Regression: what `dataLicence` left out is counted before it is known to be valid."""
    firm.batch["licence"] = "CC-BY-NC-4.0"
    firm.plain("acme", "ticker", "OLD", valid_until="2021-01-01")
    firm.plain("acme", "ticker", "NOW")
    dataset = opened(firm)
    assert dataset.as_of(day("2026-01-01"), None, "CC-BY-4.0").left_out["licence"] == 1


def test_an_entity_of_a_batch_that_may_not_be_used_is_not_named(firm: FactsFolder, opened: Opened) -> None:
    """Regression: an identity row came through a batch too; of one under a stricter licence label and aliases are still given."""
    firm.batch["licence"] = "CC-BY-NC-4.0"
    firm.entity("Company", "secretive", "Secretive Holdings")
    dataset = opened(firm)
    assert ask(dataset, "search", text="Secretive Holdings").answer.matches
    assert not ask(dataset, "search", text="Secretive Holdings", dataLicence="CC-BY-4.0").answer.matches
    labels = dataset.as_of(None, None, "CC-BY-4.0").to_rdflib().default_graph.objects(None, rdflib.RDFS.label)
    assert "Secretive Holdings" not in set(map(str, labels))


def test_an_issue_is_known_when_its_rows_are(firm: FactsFolder, opened: Opened) -> None:
    """Regression: an issue published in '2026' and recorded on 2026-11-24 is known then, but counts as not yet out until its year
    ends: its rows vanish while those of the older issue stay."""
    firm.source("list-1", published="2024-01-01", series="list", supersedes_series=True)
    firm.source("list-2", published="2026", series="list", supersedes_series=True)
    old, new = (firm.plain("acme", "ticker", x, source=s) for x, s in (("A", "list-1"), ("B", "list-2")))
    dataset = opened(firm)
    assert seen(dataset, "2026-11-24", "2026-11-23") == {old}
    assert seen(dataset, "2026-11-24", "2026-11-24") == {new}


def test_answers_are_json(firm: FactsFolder, opened: Opened) -> None:
    """What the leak tests look through is all of the answer."""
    firm.claim("k9", "chip-x")
    assert json.loads(text_of(ask(opened(firm), "claims")))[0]["total"] == 1
