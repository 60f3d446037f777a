"""Records that are linked answer as one entity, on every date and under every licence; without the link they stand apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.facts.model import Facts
from kg.facts.reader import read_facts
from kg.network import Network
from kg.schema import Schema
from kg.store.batches import with_batch, without_batch
from kg.store.dataset import Dataset
from kg.store.materialise import snapshot_store
from kg.store.merging import representatives
from kg.store.release import Release
from kg.terms import CK, RDF_TYPE, entity_iri
from tests.helpers import FactsFolder, ask, dataset_of, day

ASML, RECORD = entity_iri("Company", "asml"), entity_iri("Company", "data-p1")
TOOL, INPUT = entity_iri("Tool", "scanner"), entity_iri("Tool", "data-n1")


@pytest.fixture(scope="module")
def parts(schema: Schema, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Facts]:
    """A seed, a data set of another licence, and links between their records."""
    root = tmp_path_factory.mktemp("merging")
    seed = FactsFolder(root / "seed", batch="seed")
    seed.entity("Country", "NLD", "Netherlands")
    seed.entity("Company", "asml", "ASML", "阿斯麦")
    seed.entity("Tool", "scanner", "EUV scanner")
    seed.entity("Chip", "chip", "Chip")
    seed.relation("Requirement", item="chip", requires="scanner", necessity="required")
    seed.plain("asml", "headquarteredIn", "NLD")
    seed.relation("Provision", item="scanner", provider="asml", share="90", period="2023")
    data = FactsFolder(root / "data", batch="data", licence="CC-BY-NC-4.0")
    data.source("release", published="2025-06-01")
    data.entity("Company", "data-p1", "ASML Holding", "ASML Netherlands BV")
    data.entity("Tool", "data-n1", "EUV lithography tools")
    data.entity("Material", "data-n2", "Photoresist")
    data.relation("Provision", item="data-n1", provider="data-p1", share="100", period="2024", source="release")
    data.relation("Requirement", item="data-n1", requires="data-n2", necessity="required", source="release")
    facts = {name: read_facts(f.write(), schema) for name, f in (("seed", seed), ("data", data))}
    joined = with_batch(facts["seed"], facts["data"])
    links = FactsFolder(root / "links", batch="identity")
    links.source("judgement", published="2025-07-01")
    for class_name, slug, label in (
        ("Company", "asml", "ASML"),
        ("Company", "data-p1", "ASML Holding"),
        ("Tool", "scanner", "EUV scanner"),
        ("Tool", "data-n1", "EUV lithography tools"),
    ):
        links.entity(class_name, slug, label)
    for record, entity in (("data-p1", "asml"), ("data-n1", "scanner")):
        links.relation(
            "IdentityLink",
            record=record,
            identified_with=entity,
            match_decision="same",
            match_method="curated",
            match_score="1",
            match_evidence="looked at",
            source="judgement",
        )
    facts["all"] = with_batch(joined, read_facts(links.write(), schema))
    return facts


@pytest.fixture
def linked(schema: Schema, parts: dict[str, Facts], tiny_release: Release) -> Dataset:
    return dataset_of(schema, parts["all"], tiny_release)


def test_a_record_answers_as_its_entity(linked: Dataset) -> None:
    snapshot = linked.as_of(day("2026-01-01"), day("2026-01-01"))
    assert snapshot.representative(RECORD) == ASML
    assert snapshot.representative(ASML) == ASML
    assert snapshot.records(TOOL) == (INPUT,)
    edges = Network.of(snapshot).out_edges(TOOL)
    assert [(e.head, e.relation, e.share, e.share_period, len(e.statements)) for e in edges if e.relation == "Provision"] == [
        (ASML, "Provision", 100.0, "2024", 2)
    ]
    assert {e.slug for e in snapshot.entities("Company")} == {"asml"}
    assert snapshot.aliases(ASML) == ("ASML Holding", "ASML Netherlands BV", "阿斯麦")


def test_both_statements_keep_their_iris_and_describe_one_node(parts: dict[str, Facts], linked: Dataset) -> None:
    snapshot = linked.as_of(day("2026-01-01"), day("2026-01-01"))
    provisions = [s for s in snapshot.statements.values() if s.class_name == "Provision"]
    assert {s.subject for s in provisions} == {provisions[0].subject}
    assert {s.iri for s in provisions} == {
        s.iri for s in parts["all"].statements.values() if s.class_name == "Provision"
    }


def test_the_chip_reaches_what_only_the_data_set_knows(linked: Dataset) -> None:
    answered = ask(linked, "upstream", id="chip", as_of="2026-01-01", known_on="2026-01-01")
    assert {n.node.id for n in answered.answer.nodes} == {"scanner", "asml", "NLD", "data-n2"}


def test_a_record_asked_for_by_its_own_id_is_answered_with_a_notice(linked: Dataset) -> None:
    answered = ask(linked, "entity", id="data-p1", as_of="2026-01-01", known_on="2026-01-01")
    assert answered.answer.entity.id == "asml"
    assert any("data-p1 is linked to asml" in n for n in answered.meta.notices)
    assert "IdentityLink" in {r.relation for r in answered.answer.relations}


@pytest.mark.parametrize(
    ("known_on", "licence"),
    [
        pytest.param("2025-06-15", None, id="the link is not known yet"),
        pytest.param("2026-01-01", "CC-BY-4.0", id="the data set may not be used"),
    ],
)
def test_where_the_link_does_not_hold_nothing_is_merged(linked: Dataset, known_on: str, licence: str | None) -> None:
    snapshot = linked.as_of(day("2026-01-01"), day(known_on), licence)
    if licence is None:
        assert snapshot.representative(RECORD) == RECORD
        assert {e.slug for e in snapshot.entities("Company")} == {"asml", "data-p1"}
    else:
        assert [s for s in snapshot.statements.values() if s.class_name == "IdentityLink"] == []
        assert snapshot.left_out["licence"] == 4
    edge = next(e for e in Network.of(snapshot).out_edges(TOOL) if e.relation == "Provision")
    assert (edge.share, edge.share_period, len(edge.statements)) == (90.0, "2023", 1)
    assert snapshot.aliases(ASML) == ("阿斯麦",)


def test_dropping_the_links_takes_them_apart(schema: Schema, parts: dict[str, Facts], tiny_release: Release) -> None:
    apart = dataset_of(schema, without_batch(parts["all"], "identity"), tiny_release).as_of()
    assert {e.slug for e in apart.entities("Company")} == {"asml", "data-p1"}
    never = dataset_of(schema, with_batch(parts["seed"], parts["data"]), tiny_release).as_of()
    assert dict(apart.statements) == dict(never.statements)


def test_sparql_sees_the_merged_network(linked: Dataset) -> None:
    store = snapshot_store(linked.as_of(day("2026-01-01"), day("2026-01-01")))
    ask_ = f"SELECT ?c WHERE {{ ?c <{RDF_TYPE}> <{CK}Company> }}"
    assert [row["c"].value for row in store.query(ask_)] == [ASML]  # type: ignore[union-attr,index]
    both = f"ASK {{ <{TOOL}> <{CK}providedBy> <{ASML}> . <{RECORD}> <{CK}sameThingAs> <{ASML}> }}"
    assert bool(store.query(both))
    gone = f"ASK {{ ?x ?p <{RECORD}> FILTER(?p NOT IN (<{CK}record>)) }}"
    assert not bool(store.query(gone))


# ---- representatives against an oracle --------------------------------------------------------------------------------------

SLUGS = ("s-a", "s-b", "d-a", "d-b", "e-a", "e-b")


def _batch(slug: str) -> str:
    return {"s": "seed", "d": "data", "e": "extra"}[slug[0]]


@pytest.fixture(scope="module")
def linker(schema: Schema, tmp_path_factory: pytest.TempPathFactory) -> Callable[[list[tuple[str, str, str]]], Facts]:
    root = tmp_path_factory.mktemp("linker")

    def make(pairs: list[tuple[str, str, str]]) -> Facts:
        folder = FactsFolder(Path(str(root / str(abs(hash(tuple(pairs)))))), batch="identity")
        folder.entities("Company", *SLUGS)
        for one, other, decision in pairs:
            folder.relation(
                "IdentityLink", record=one, identified_with=other, match_decision=decision, match_method="curated"
            )
        return read_facts(folder.write(), schema)

    return make


PAIRS = st.lists(
    st.tuples(st.sampled_from(SLUGS), st.sampled_from(SLUGS), st.sampled_from(("same", "different"))).filter(
        lambda p: p[0] != p[1]
    ),
    unique_by=lambda p: p[:2],
    max_size=6,
)


@given(PAIRS)
def test_linked_records_have_one_representative(
    linker: Callable[..., Facts], pairs: list[tuple[str, str, str]]
) -> None:
    facts = linker(pairs)
    entities = {
        i: type(e)(e.iri, e.class_name, e.slug, e.label, e.aliases, _batch(e.slug)) for i, e in facts.entities.items()
    }
    found = representatives(facts.statements.values(), entities)
    groups = {slug: {slug} for slug in SLUGS}  # the oracle: join sets until nothing changes
    for one, other, decision in [p for _ in SLUGS for p in pairs]:
        if decision == "same":
            both = groups[one] | groups[other]
            for slug in both:
                groups[slug] = both
    for slug, members in groups.items():
        first = min(members, key=lambda s: ("sde".index(s[0]), s))
        iri = entity_iri("Company", slug)
        assert found.get(iri, iri) == entity_iri("Company", first)
