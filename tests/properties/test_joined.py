"""Batches joined by identity links answer as one world, and nothing of a batch that may not be used, or is not known yet, leaks.

Worlds are made by hypothesis and judged by the oracle of `tests.properties.joined_worlds`; what failed is planted in
`tests.properties.test_joined_planted`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.facts.model import Facts
from kg.network import Network
from kg.schema import Schema
from kg.store.batches import without_batch
from kg.store.dataset import Dataset
from kg.store.materialise import snapshot_store
from kg.store.release import Release
from kg.store.selection import mentions
from kg.terms import BASE, CK, RDF_TYPE
from tests.helpers import ask, dataset_of, text_of
from tests.properties.joined_making import questions, worlds
from tests.properties.joined_worlds import (
    ABOVE,
    BATCHES,
    BRINGS,
    CLASS_OF,
    ENDS,
    Question,
    Row,
    World,
    alias,
    iri,
    label,
    title,
    word,
)

CLASSES = (*dict.fromkeys(CLASS_OF.values()), "Organisation", "Item")
_RELATIONS = ("Provision", "Requirement", "ListEntry")
_STATEMENT = re.compile(r"https://w3id.org/chokepoint/statement/[0-9a-f]+")


@pytest.fixture
def opening(schema: Schema, tiny_release: Release) -> Callable[[World], Dataset]:
    return lambda world: dataset_of(schema, world.joined(schema), tiny_release)


class Case:
    """A world, a question about it, and what the oracle says may be seen."""

    def __init__(self, dataset: Dataset, world: World, question: Question) -> None:
        q = self.question = question
        self.dataset, self.world = dataset, world
        self.seen = world.seen(q)
        self.groups = world.groups(self.seen.values())
        self.visible = world.visible(self.groups, q)
        self.told = world.told_of(q)
        self.edges = {(iri(t), iri(h), r): v for (t, h, r), v in world.edges(self.seen, self.groups, q).items()}
        self.snapshot = dataset.as_of(q.as_of, q.known_on, q.data_licence, q.verified_only)

    def members(self, head: str) -> set[str]:
        return {s for s, h in self.groups.items() if h == head}

    def names(self, head: str) -> tuple[str, set[str]]:
        """The label of an entity and its other names: those of records that something known speaks of."""
        own = self.world.owner(head)
        others = {
            word_
            for s in self.members(head)
            if s in self.told or s == head
            for word_ in (label(self.world.owner(s), s), alias(self.world.owner(s), s))
        }
        return label(own, head), others - {label(own, head)}

    def about(self, head: str) -> list[Row]:
        """The rows that speak of an entity or of one of the records it answers for."""
        members = self.members(head)
        return [r for r in self.seen.values() if members & set(r.ends)]

    def iris(self, rows: list[Row]) -> set[str]:
        return {self.world.iris[r.n] for r in rows}

    @property
    def claims(self) -> list[Row]:
        return [r for r in self.seen.values() if r.kind == "Claim"]

    def of_class(self, name: str) -> set[str]:
        return {s for s in self.visible if name in (CLASS_OF[s], ABOVE.get(CLASS_OF[s]))}

    def forbidden(self, asked: set[str] = frozenset()) -> dict[str, str]:  # type: ignore[assignment]
        """Words that may not stand in an answer, with what they are: of rows that are not seen, of sources of which no row is, of
        records whose batch may not be used or that are not to be listed, unless it was asked for them."""
        found = {w: f"row {r.n}" for r in self.world.rows if r.n not in self.seen for w in r.words}
        cited = {r.source for r in self.seen.values()} | {
            c.source for r in self.seen.values() for c in self.world.changed(r, self.question)
        }
        found |= {title(s): f"source {s}" for b in self.world.batches for s in BATCHES[b].sources if s not in cited}
        found |= {word("batch", b): f"batch {b}" for b in self.world.batches if not self.world.may(b, self.question)}
        for batch in self.world.batches:
            for slug in BRINGS.get(batch, ()):
                free = self.world.named(slug, self.question)
                head = self.groups[slug]
                shown = (head in self.visible and (slug in self.told or slug == head)) or head in asked
                if batch != self.world.owner(slug) or not free or not shown:
                    found |= {f(batch, slug): f"name of {slug} in {batch}" for f in (label, alias)}
        return found

    def ask(self, operation: str, asked: tuple[str, ...] = (), **raw: object) -> tuple[object, str]:
        """The answer and its text, in which no word is that may not be."""
        answered = ask(self.dataset, operation, **raw, **self.question.raw)
        text = text_of(answered).replace(str(raw.get("text", "\0")), "")  # an answer may repeat what was asked
        leaks = {what for word_, what in self.forbidden({self.groups[s] for s in asked}).items() if word_ in text}
        assert not leaks, (operation, raw)
        assert set(_STATEMENT.findall(text)) <= self.iris(list(self.seen.values())), (operation, raw)
        return answered.answer, text


def check(test: Callable[[Case], None], examples: int) -> Callable[..., None]:
    """A property of every world and question."""

    @settings(max_examples=examples)
    @given(world=worlds(), asked=st.lists(questions, min_size=3, max_size=5))
    def body(opening: Callable[[World], Dataset], world: World, asked: list[Question]) -> None:
        dataset = opening(world)
        for question in asked:
            test(Case(dataset, world, question))

    return body


def snapshots_hold_what_may_be_seen(case: Case) -> None:
    snapshot = case.snapshot
    assert set(snapshot.statements) == case.iris(list(case.seen.values()))
    assert {s: snapshot.representative(iri(s)) for s in case.groups} == {s: iri(h) for s, h in case.groups.items()}
    for name in CLASSES:
        assert {e.slug for e in snapshot.entities(name)} == case.of_class(name)
    nodes: dict[tuple[str, ...], set[str]] = {
        (r.kind, *(case.groups[e] for e in r.ends)): set() for r in case.seen.values() if r.kind in _RELATIONS
    }
    for r in case.seen.values():
        if r.kind in _RELATIONS:
            nodes[r.kind, *(case.groups[e] for e in r.ends)].add(snapshot.statements[case.world.iris[r.n]].subject)
    assert [len(found) for found in nodes.values()] == [1] * len(
        set().union(*nodes.values())
    )  # one node, however many say so
    for head in set(case.groups.values()):
        assert set(snapshot.records(iri(head))) == {iri(s) for s in case.members(head)} - {iri(head)}
        about = case.about(head)
        tickers = {r.own_word for r in about if r.kind == "ticker"}
        assert {getattr(s.object, "lexical", s.object) for s in snapshot.plain(iri(head), "ticker")} == tickers
        places = {iri(case.groups[r.ends[1]]) for r in about if r.kind == "hq" and head == case.groups[r.ends[0]]}
        assert {s.object for s in snapshot.plain(iri(head), "headquarteredIn")} == places
        if case.world.named(head, case.question):
            if head not in case.visible:  # known of nothing yet: a link alone does not tell its name
                continue
            assert (snapshot.label(iri(head)), set(snapshot.aliases(iri(head)))) == case.names(head)
        else:
            assert (snapshot.label(iri(head)), snapshot.aliases(iri(head))) == (head, ())
        for record in case.members(head) - {head}:
            assert not snapshot.plain(iri(record))
            assert {s.class_name for s in snapshot.relations(iri(record))} <= {"IdentityLink"}


def networks_hold_the_edges_that_may_be_seen(case: Case) -> None:
    found = {
        (e.tail, e.head, e.relation): (frozenset(s.iri for s in e.statements), e.share)
        for e in Network.of(case.snapshot).edges
    }
    assert found == case.edges


def lists_and_searches_find_what_may_be_seen(case: Case) -> None:
    for name in CLASSES:
        answer, _ = case.ask("list", **{"class": name}, first=500)
        assert {e.id for e in answer.entities} == case.of_class(name)
        assert {e.id: (e.label, set(e.aliases)) for e in answer.entities} == {
            s: case.names(s) for s in case.of_class(name)
        }
    answer, _ = case.ask("list", **{"class": "Claim"}, first=500)
    claims = {r.claim for r in case.claims if case.world.may(r.batch, case.question)}
    assert {e.id for e in answer.entities} == claims
    for slug, head in case.groups.items():
        for text in (slug, label(case.world.owner(slug), slug), alias(case.world.owner(slug), slug)):
            answer, _ = case.ask("search", (), text=text, limit=100)
            best = {m.id for m in answer.matches if m.score == 1}
            found = head in case.visible and (text == slug or slug in case.told or slug == head)
            assert best == ({head} if found else set()), (slug, text)


def entities_show_what_may_be_seen(case: Case) -> None:
    for slug, head in case.groups.items():
        answer, text = case.ask("entity", (slug,), id=slug)
        about = case.about(head)
        assert answer.entity.id == head
        assert set(_STATEMENT.findall(text)) == case.iris(about), slug
        assert {f.value.text for f in answer.facts if f.property == "ticker"} == {
            r.own_word for r in about if r.kind == "ticker"
        }
        found = {}
        for relation in answer.relations:
            others = tuple(sorted(f.value.entity.id for f in relation.others if f.value.entity))
            if not others or relation.relation in ("IdentityLink", "Claim"):
                continue  # of one thing with itself; see `test_a_relation_of_a_thing_with_itself_names_both_ends`
            found.setdefault((relation.relation, relation.end, others), set()).update(
                s.iri for s in relation.statements
            )
        expected: dict[tuple[str, str, tuple[str, ...]], set[str]] = {}
        for row in about:
            if row.kind in _RELATIONS:
                for n, end in enumerate(ENDS[row.kind]):
                    if case.groups[row.ends[n]] == head != case.groups[row.ends[1 - n]]:
                        key = (row.kind, end, (case.groups[row.ends[1 - n]],))
                        expected.setdefault(key, set()).add(case.world.iris[row.n])
        assert found == expected, slug


def closures_follow_the_edges(case: Case) -> None:
    graph = nx.DiGraph([(t, h) for t, h, _ in case.edges])
    for slug, head in case.groups.items():
        graph.add_node(iri(head))
        for operation, way in (("upstream", graph), ("downstream", graph.reverse())):
            answer, _ = case.ask(operation, (slug,), id=slug)
            depth = nx.single_source_shortest_path_length(way, iri(head))
            assert {r.node.iri: r.depth for r in answer.nodes} == {k: v for k, v in depth.items() if v}


def sparql_says_what_may_be_seen(case: Case) -> None:
    store = snapshot_store(case.snapshot)
    rows = case.seen.values()

    def pairs(property_: str) -> set[tuple[str, str]]:
        query = f"SELECT ?s ?o WHERE {{ ?s <{property_}> ?o }}"
        return {(r["s"].value, r["o"].value) for r in store.query(query)}  # type: ignore[union-attr,index]

    types = pairs(RDF_TYPE)
    for name in CLASSES:
        assert {s for s, o in types if o == CK + name} == {iri(s) for s in case.of_class(name)}
    assert {s for s, o in types if o == CK + "Claim"} == {iri(r.claim) for r in case.claims}
    labels = {(s, o) for s, o in pairs("http://www.w3.org/2000/01/rdf-schema#label") if s.startswith(BASE + "id/")}
    own = {(iri(m), label(case.world.owner(m), m)) for s in case.visible for m in case.members(s)}
    heads = {(iri(s), case.names(s)[0]) for s in case.visible}
    assert heads <= {p for p in labels if "/claim/" not in p[0]} <= own  # a record may go on saying its own name
    direct = {"Provision": "providedBy", "Requirement": "requiresItem", "hq": "headquarteredIn", "ListEntry": "onList"}
    for kind, property_ in direct.items():
        said = {tuple(iri(case.groups[e]) for e in r.ends) for r in rows if r.kind == kind}
        assert pairs(CK + property_) == said
    tickers = {(iri(case.groups[r.ends[0]]), r.own_word) for r in rows if r.kind == "ticker"}
    assert pairs(CK + "ticker") == tickers
    same = {(iri(r.ends[0]), iri(r.ends[1])) for r in rows if r.kind == "IdentityLink" and r.decision == "same"}
    assert pairs(CK + "sameThingAs") == same
    text = "\n".join(str(q) for q in store if str(q.graph_name) != f"<{BASE}ontology>")
    assert not {what for word_, what in case.forbidden().items() if word_ in text}


def no_answer_tells_more(case: Case) -> None:
    """Every operation, asked for everything."""
    there = list(case.groups)
    for slug in there:
        for operation in ("coverage", "disagreements"):
            case.ask(operation, (slug,), id=slug)
        case.ask("claims", (slug,), about=slug, limit=500)
    answer, text = case.ask("claims", limit=500)
    assert {c.id for c in answer.claims} == {r.claim for r in case.claims}
    assert {c.id: c.about.id for c in answer.claims} == {r.claim: case.groups[r.ends[0]] for r in case.claims}
    assert set(_STATEMENT.findall(text)) == case.iris(case.claims)
    case.ask("disagreements", limit=1000)
    case.ask("coverage", **{"class": "Entity"}, first=500)
    case.ask("list", **{"class": "Entity"}, first=500, order="-label")
    if len(set(case.groups.values())) > 1:
        one, other = sorted(set(case.groups.values()))[:2]
        case.ask("compare", (one, other), ids=[one, other])
        case.ask("paths", (one, other), source=one, target=other, mode="all")


def changes_tell_nothing_that_was_not_known(case: Case) -> None:
    q, world = case.question, case.world
    text = text_of(ask(case.dataset, "changes", **{"from": "2020-01-01", "to": "2030-01-01"}, limit=5000, **q.raw))
    told = {r.n for r in world.rows if world.known(r) <= q.known_on and world.may(r.batch, q)}
    leaks = {w: r for r in world.rows if r.n not in told for w in r.words}
    leaks |= {
        f(b, s): s for b in world.batches for s in BRINGS.get(b, ()) if not world.named(s, q) for f in (label, alias)
    }
    assert not {what for word_, what in leaks.items() if word_ in text}
    believed = {r.n for r in world.rows if world.believed(r, q)} | {
        c.row for r in world.rows for c in world.changed(r, q)
    }
    assert set(_STATEMENT.findall(text)) <= {world.iris[n] for n in believed & told}


test_snapshots = check(snapshots_hold_what_may_be_seen, 150)
test_networks = check(networks_hold_the_edges_that_may_be_seen, 120)
test_lists_and_searches = check(lists_and_searches_find_what_may_be_seen, 15)
test_entities = check(entities_show_what_may_be_seen, 20)
test_closures = check(closures_follow_the_edges, 20)
test_sparql = check(sparql_says_what_may_be_seen, 18)
test_changes = check(changes_tell_nothing_that_was_not_known, 40)
test_no_answer_tells_more = check(no_answer_tells_more, 12)


# ---- joining and taking apart -----------------------------------------------------------------------------------------------


@pytest.fixture
def joining(schema: Schema) -> Callable[..., Facts]:
    return lambda world, order=(): world.joined(schema, order)


@settings(max_examples=60)
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_joining_is_of_no_account(joining: Callable[..., Facts], world: World, random: Random) -> None:
    other = list(world.batches)
    random.shuffle(other)
    assert joining(world) == joining(world, other)


@settings(max_examples=100)
@given(worlds(), st.data())
def test_a_batch_that_went_was_never_there(joining: Callable[..., Facts], world: World, data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from([*(world.rows[c.row].batch for c in world.changes), *world.batches]))
    left = [b for b in world.batches if b != gone]
    brought = {s for b in left for s in BRINGS.get(b, ())}
    world.rows = [r if brought >= set(r.ends) or r.batch == gone else replace(r, batch="") for r in world.rows]
    world = world.some(world.batches)  # without the links to records that go
    found, never = without_batch(joining(world), gone), joining(world.some(left))
    assert replace(found, entities={}) == replace(never, entities={})
    named = {iri(s) for s in world.slugs if world.owner(s) == gone}  # see `test_joined_planted`
    assert {i: e for i, e in found.entities.items() if i not in named} == {
        i: e for i, e in never.entities.items() if i not in named
    }
    assert (
        named & {e for s in found.statements.values() for e in mentions(s)}
        <= set(found.entities)
        <= set(never.entities)
    )
