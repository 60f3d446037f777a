"""The batch of links: its statements, their sources, and how it joins and leaves a release."""

from __future__ import annotations

import pyshacl
import rdflib

from kg.identity.decisions import DIFFERENT, SAME, Decision
from kg.identity.links import IDENTITY, LinkResult, link_facts, reviewed
from kg.schema import Schema
from kg.store.batches import with_batch, without_batch
from kg.store.opening import packaged
from kg.store.rdf import facts_from_quads, facts_to_quads
from kg.terms import RDF_TYPE, Literal
from tests.identity.making import World


def linked(world: World, *decisions: Decision) -> LinkResult:
    world.firm("seed", "acm", "ACM Research", at="USA")
    world.firm("x", "x-1", "ACM Research, Inc.", at="USA")
    return link_facts(world.facts(), world.schema, decisions, packaged=False)


def test_a_link_by_rule_is_derived_and_names_its_inputs(world: World) -> None:
    (link,) = linked(world).links
    assert (link.class_name, link.property, link.batch, link.status) == ("IdentityLink", RDF_TYPE, IDENTITY, "derived")
    assert link.derived_from == ("company/acm", "company/x-1")
    assert link.node == {
        "record": ("https://w3id.org/chokepoint/id/company/x-1",),
        "identifiedWith": ("https://w3id.org/chokepoint/id/company/acm",),
    }
    assert link.text("matchDecision") == "same"
    assert link.text("matchMethod") == "name and country"
    assert link.qualifiers["matchScore"] == (Literal.decimal("0.98"),)
    assert link.text("matchEvidence").endswith("both are placed in USA")
    assert link.passage == "'ACM Research, Inc.' (x) and 'ACM Research' (seed) are judged to be one thing."


def test_a_link_holds_and_is_known_on_every_date(world: World) -> None:
    """It is a word on names, no news about the world."""
    (link,) = linked(world).links
    assert (link.valid_from, link.valid_until, link.known) == ("..", "", None)


def test_the_batch_is_complete_in_itself(world: World) -> None:
    found = linked(world)
    assert set(found.facts.batches) == {IDENTITY}
    assert found.facts.batches[IDENTITY].licence == "CC-BY-4.0"
    assert found.facts.entities == {}
    assert {s.source for s in found.facts.statements.values()} == set(found.facts.sources)
    assert all(s.batch == IDENTITY for s in found.facts.sources.values())
    (source,) = found.facts.sources.values()
    assert source.title == "Matching of names, chokepoint identity rules, version 1"
    assert source.published == "2026-11-24"


def test_decisions_are_statements_with_sources_of_their_own(world: World) -> None:
    world.firm("y", "y-1", "Another", at="FRA")
    world.firm("z", "z-1", "Third", at="FRA")
    given = (
        Decision("company/y-1", "company/acm", SAME, "renamed", "notes:1", packaged=True),
        Decision("company/z-1", "company/acm", DIFFERENT, "another firm"),
        Decision("company/x-1", "company/acm", SAME, "by hand"),
    )
    found = linked(world, *given)
    by_record = {s.text("record").rpartition("/")[2]: s for s in found.facts.statements.values()}
    assert {slug: s.source.rpartition("/")[2] for slug, s in by_record.items()} == {
        "x-1": "identity-review",
        "y-1": "identity-decisions-1",
        "z-1": "identity-review",
    }
    assert {s.status for s in by_record.values()} == {"verified"}
    assert by_record["y-1"].text("matchMethod") == "curated"
    assert by_record["y-1"].text("matchScore") == "1"
    assert by_record["y-1"].origin == ("notes:1",)
    assert by_record["z-1"].text("matchDecision") == "different"
    assert by_record["z-1"].text("matchScore") == ""
    assert len(found.links) == 2, "what is different is no link"


def test_a_users_decisions_are_kept_when_links_are_made_anew(world: World) -> None:
    world.firm("y", "y-1", "Another", at="FRA")
    mine = Decision("company/y-1", "company/acm", SAME, "renamed", "notes:1")
    packaged = Decision("company/x-1", "company/acm", DIFFERENT, "no", "them:1", packaged=True)
    found = linked(world, mine, packaged)
    joined = with_batch(world.facts(), found.facts)
    assert reviewed(joined) == (mine,)
    again = link_facts(without_batch(joined, IDENTITY), world.schema, reviewed(joined), packaged=False)
    assert [s.text("record") for s in again.links if s.text("matchMethod") == "curated"] == [
        "https://w3id.org/chokepoint/id/company/y-1"
    ]


def test_links_pass_through_a_release_and_are_not_matched_themselves(world: World, schema: Schema) -> None:
    found = linked(world)
    joined = with_batch(world.facts(), found.facts)
    back = facts_from_quads(schema, facts_to_quads(schema, joined))
    assert {i: s for i, s in back.statements.items() if s.batch == IDENTITY} == dict(found.facts.statements)
    again = link_facts(joined, schema, packaged=False)
    assert again.links == found.links


def test_links_conform_to_the_shapes(world: World, schema: Schema) -> None:
    world.firm("y", "y-1", "Another", at="FRA")
    world.firm("z", "z-1", "Third")
    given = (
        Decision("company/y-1", "company/acm", SAME, "renamed", "notes:1", packaged=True),
        Decision("company/z-1", "company/acm", DIFFERENT, "another firm"),
    )
    found = linked(world, *given)
    joined = with_batch(world.facts(), found.facts)
    graph = rdflib.Graph()
    for quad in facts_to_quads(schema, joined):
        graph.parse(data=f"{quad.subject} {quad.predicate} {quad.object} .", format="nt")
    shapes, model = (rdflib.Graph().parse(packaged("ontology") / name) for name in ("shapes.ttl", "kg.ttl"))
    conforms, _, text = pyshacl.validate(graph, shacl_graph=shapes, ont_graph=model, inference="none")
    assert conforms, text[:3000]


def test_dropping_the_batch_takes_the_records_apart_again(world: World) -> None:
    found = linked(world)
    joined = with_batch(world.facts(), found.facts)
    left = without_batch(joined, IDENTITY)
    assert set(left.statements) == set(world.facts().statements)


def test_the_package_counts_unless_left_out(world: World) -> None:
    assert linked(world).statistics.idle == 0
    assert link_facts(world.facts(), world.schema).statistics.idle > 300
