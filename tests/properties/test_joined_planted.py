"""Cases that the properties of `tests.properties.test_joined` found, or that they leave out: each fails until it is mended."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from kg.errors import UnknownId
from kg.facts.model import Correction, End, Facts
from kg.schema import Schema
from kg.store.batches import with_batch, without_batch
from kg.store.dataset import Dataset
from kg.store.release import Release
from tests.helpers import ask, dataset_of, day, text_of
from tests.properties.joined_worlds import BATCHES, Question, Row, World, iri, label, title

_STATEMENT = re.compile(r"https://w3id.org/chokepoint/statement/[0-9a-f]+")


@pytest.fixture
def opening(schema: Schema, tiny_release: Release) -> Callable[[World], Dataset]:
    return lambda world: dataset_of(schema, world.joined(schema), tiny_release)


@pytest.fixture
def joining(schema: Schema) -> Callable[..., Facts]:
    return lambda world: world.joined(schema)


NOW = Question(day("2026-11-24"), day("2026-11-24"), None, False)


def row(batch: str, kind: str, *ends: str, **more: str) -> Row:
    """A row of the first source of its batch; links are known always, and say `same`."""
    link = {"known": "always", "decision": "same"} if kind == "IdentityLink" else {}
    return Row(0, batch, kind, ends, next(iter(BATCHES[batch].sources)), **{**link, **more})


def world_of(batches: str, *rows: Row) -> World:
    return World(tuple(batches.split()), [replace(r, n=n) for n, r in enumerate(rows)], [])


def fails(reason: str) -> pytest.MarkDecorator:
    return pytest.mark.xfail(strict=True, raises=AssertionError, reason=reason)


Opening = Callable[[World], Dataset]


@pytest.mark.parametrize("decision", ["same", "different"])
def test_a_link_alone_does_not_tell_of_a_record(opening: Opening, decision: str) -> None:
    """`kg.identity.links`: a link is no news about the world; it is known always, what it links is not."""
    link = row("links-a", "IdentityLink", "x-firm", "s-firm", decision=decision)
    world = world_of("seed shut links-a", row("seed", "ticker", "s-firm"), row("shut", "ticker", "x-firm"), link)
    answer = ask(opening(world), "list", **{"class": "Company"}, knownOn="2020-01-01").answer
    assert {e.id for e in answer.entities} == {"s-works"}  # of which nothing is ever said


def test_a_link_that_may_not_be_used_hides_nothing(opening: Opening) -> None:
    world = world_of("seed shut links-c", row("links-c", "IdentityLink", "x-firm", "s-firm"))
    without = world.some(("seed", "shut"))
    asked = {"class": "Company", "dataLicence": "CC-BY-4.0"}
    assert (
        ask(opening(world), "list", **asked).answer.entities == ask(opening(without), "list", **asked).answer.entities
    )


def test_every_link_of_a_chain_is_shown_with_its_entity(opening: Opening) -> None:
    links = (row("links-a", "IdentityLink", "x-firm", "o-firm"), row("links-a", "IdentityLink", "o-firm", "s-firm"))
    world = world_of("seed open shut links-a", *links)
    text = text_of(ask(opening(world), "entity", id="x-firm"))
    assert set(_STATEMENT.findall(text)) == set(world.iris.values())


@fails("a relation whose two ends became one entity is shown at the first end, with nothing at the other")
def test_a_relation_of_a_thing_with_itself_names_both_ends(opening: Opening) -> None:
    need, link = row("r-3", "Requirement", "e-tool", "e-stuff"), row("links-a", "IdentityLink", "e-tool", "e-stuff")
    answer = ask(opening(world_of("r-3 links-a", need, link)), "entity", id="e-tool").answer
    (found,) = [r for r in answer.relations if r.relation == "Requirement"]
    assert [f.value.entity.id for f in found.others if f.value.entity] == [answer.entity.id]


@fails(
    "of a record that several batches bring one name is kept; where its batch may not be used, the name another gives is lost"
)
@pytest.mark.parametrize(
    ("batches", "licence", "owner"),
    [
        pytest.param("seed r-3", "only-CC-BY-NC-4.0", "r-3", id="one data set asked alone"),
        pytest.param("open shut", "CC0-1.0", "open", id="a free data set under the name of a stricter"),
    ],
)
def test_a_record_has_the_name_that_may_be_used(opening: Opening, batches: str, licence: str, owner: str) -> None:
    rows = [
        row(b, "hq", "e-firm" if b == "r-3" else f"{b[0]}-firm".replace("h-", "x-"), "NLD")
        for b in batches.split()
        if b != "shut"
    ]
    dataset = opening(world_of(batches, *rows))
    answer = ask(dataset, "list", **{"class": "Country"}, dataLicence=licence).answer
    assert (iri("NLD"), label(owner, "NLD")) in {(e.iri, e.label) for e in answer.entities}


@fails(
    "of a record that two releases bring the newest name is kept, and given in answers on days on which it was not known"
)
def test_a_record_has_the_name_that_was_known(opening: Opening) -> None:
    world = world_of("r-2 r-3", row("r-2", "ticker", "e-firm"), row("r-3", "ticker", "e-firm"))
    (found,) = ask(opening(world), "search", text="e-firm", knownOn="2025-12-01", asOf="2025-12-01").answer.matches
    assert found.label == label("r-2", "e-firm")


@fails("a record that others bring too keeps the name that the removed batch gave it, now under another's licence")
def test_a_record_that_others_bring_keeps_no_name_of_a_batch_that_went(joining: Callable[..., Facts]) -> None:
    world = world_of("open shut", row("open", "hq", "o-firm", "NLD"))
    left = without_batch(joining(world), "shut").entities[iri("NLD")]
    assert (left.batch, left.label) == ("open", label("open", "NLD"))


@fails("a record that others bring too goes with the batch whose name it has, unless a statement names it")
def test_a_record_that_others_bring_stays(joining: Callable[..., Facts]) -> None:
    world = world_of("open shut", row("open", "ticker", "o-firm"))
    assert iri("NLD") in without_batch(joining(world), "shut").entities


@fails("a record that a link names outlives its batch, as one of the batch of links, under the licence of that")
def test_a_linked_record_goes_with_its_batch(joining: Callable[..., Facts]) -> None:
    world = world_of("seed shut links-a", row("links-a", "IdentityLink", "x-firm", "s-firm"))
    assert iri("x-firm") not in without_batch(joining(world), "shut").entities


@pytest.mark.parametrize(
    "raw", [{"dataLicence": "CC-BY-4.0"}, {"knownOn": "2020-01-01"}], ids=["barred", "not yet known"]
)
@pytest.mark.parametrize("given", ["name", "id"])
def test_an_error_suggests_nothing_that_may_not_be_seen(opening: Opening, raw: dict[str, str], given: str) -> None:
    dataset = opening(world_of("seed shut", row("shut", "ticker", "x-firm")))
    with pytest.raises(UnknownId) as error:
        ask(dataset, "entity", id=label("shut", "x-firm") if given == "name" else "x-frm", **raw)
    assert "x-firm" not in json.dumps([error.value.message, error.value.detail["nearest"]])


@fails("a source that two batches share has the title that one of them gives it, also where that batch may not be used")
def test_a_shared_source_has_the_title_that_may_be_used(schema: Schema, tiny_release: Release) -> None:
    world = world_of("open shut", row("open", "ticker", "o-firm"), row("shut", "ticker", "x-firm"))
    parts = world.parts(schema)
    own = next(iter(parts["open"].sources.values()))
    (said,) = parts["shut"].statements.values()
    other = replace(own, title=title("shut-a"), batch="shut")
    parts["shut"] = replace(
        parts["shut"], sources={other.iri: other}, statements={said.iri: replace(said, source=other.iri)}
    )
    dataset = dataset_of(schema, with_batch(parts["open"], parts["shut"]), tiny_release)
    text = text_of(ask(dataset, "entity", id="o-firm", dataLicence="CC0-1.0"))
    assert title("open-a") in text
    assert title("shut-a") not in text


@fails("ends and corrections apply whatever the licence of the batch they came in with")
@pytest.mark.parametrize("kind", ["", "withdrawn"])
def test_an_end_of_a_batch_that_may_not_be_used_does_not_apply(
    schema: Schema, tiny_release: Release, kind: str
) -> None:
    world = world_of("seed shut", row("seed", "ticker", "s-firm"), row("shut", "ticker", "x-firm"))
    facts = world.joined(schema)
    source = next(s.iri for s in facts.sources.values() if s.batch == "shut")
    rest = {"source": source, "note": "", "known": day("2024-12-31"), "origin": "test", "batch": "shut"}
    if kind:
        facts = replace(facts, corrections=[Correction(world.iris[0], kind, "2025-01-01", "", **rest)])
    else:
        facts = replace(facts, ends=[End(world.iris[0], "2025-01-01", **rest)])
    dataset = dataset_of(schema, facts, tiny_release)
    assert world.iris[0] not in dataset.as_of(NOW.as_of, NOW.known_on).statements
    assert world.iris[0] in dataset.as_of(NOW.as_of, NOW.known_on, "CC-BY-4.0").statements
