"""Batches: joined, replaced, removed whole; the difference between two releases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import ImportRefused, UnknownBatch
from kg.facts.model import Batch, Correction, End, Facts, Statement
from kg.importers.making import Maker
from kg.schema import Schema
from kg.store.batches import check_fall, list_batches, with_batch, without_batch
from kg.store.difference import difference
from kg.store.rdf import facts_from_quads, facts_to_quads
from kg.terms import entity_iri

FIRMS = ("one", "two", "three", "four")
COUNTRIES = {"NLD": "Netherlands", "JPN": "Japan", "USA": "United States"}

Seats = Mapping[str, str]
"""Country by firm: what a batch says."""


def made(schema: Schema, name: str, seats: Seats, published: str = "2025-01-01", note: str = "") -> Facts:
    """A batch that says where firms of its own sit; it brings the countries it names and a source all batches share."""
    batch = Batch(name, f"Batch {name}", "CC-BY-4.0", dt.date(2025, 1, 1))
    maker = Maker(schema, batch)
    source = maker.source("register", f"Register, as {name} has it", "https://example.org/register", published)
    firms = [maker.entity("Company", f"{name}-{firm}", firm.title()) for firm in seats]
    places = [maker.entity("Country", code, f"{COUNTRIES[code]} ({name})") for code in sorted(set(seats.values()))]
    said = [
        maker.plain(
            entity_iri("Company", f"{name}-{firm}"),
            "headquarteredIn",
            entity_iri("Country", code),
            "Company",
            source=source,
            origin=f"{name}:{n}",
            note=note,
        )
        for n, (firm, code) in enumerate(seats.items())
    ]
    return Facts(
        {name: batch},
        {source.iri: source} if said else {},
        {e.iri: e for e in (*firms, *places)},
        {s.iri: s for s in said},
    )


SEATS = st.dictionaries(st.sampled_from(FIRMS), st.sampled_from(sorted(COUNTRIES)), min_size=1)
EMPTY = Facts({}, {}, {}, {})


@given(SEATS, SEATS, SEATS)
def test_whatever_the_order_of_import_the_release_is_the_same(schema: Schema, a: Seats, b: Seats, c: Seats) -> None:
    batches = [made(schema, "seed", a), made(schema, "alpha", b), made(schema, "beta", c)]
    found = []
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
        facts = EMPTY
        for n in order:
            facts = with_batch(facts, batches[n])
        found.append(facts)
    assert found[0] == found[1] == found[2]
    assert {e.batch for e in found[0].entities.values() if e.slug in a.values()} == {"seed"}


@given(SEATS, SEATS)
def test_a_batch_goes_as_it_came(schema: Schema, a: Seats, b: Seats) -> None:
    seed = with_batch(EMPTY, made(schema, "seed", a))
    assert without_batch(with_batch(seed, made(schema, "alpha", b)), "alpha") == seed


@given(SEATS, SEATS)
def test_what_others_use_stays_when_its_batch_goes(schema: Schema, a: Seats, b: Seats) -> None:
    alpha = made(schema, "alpha", b)
    left = without_batch(with_batch(made(schema, "seed", a), alpha), "seed")
    assert list(left.batches) == ["alpha"]
    assert set(left.statements) == set(alpha.statements)
    assert {e.iri for e in left.entities.values()} == set(alpha.entities)
    assert {e.batch for e in left.entities.values()} | {s.batch for s in left.sources.values()} == {"alpha"}


@given(SEATS, SEATS, SEATS)
def test_a_batch_replaces_its_former_import(schema: Schema, a: Seats, b: Seats, c: Seats) -> None:
    seed, old, new = made(schema, "seed", a), made(schema, "alpha", b), made(schema, "alpha", c)
    assert with_batch(with_batch(seed, old), new) == with_batch(seed, new)
    once = with_batch(seed, new)
    assert with_batch(once, new) == once


@given(SEATS, SEATS)
def test_a_joined_release_reads_back(schema: Schema, a: Seats, b: Seats) -> None:
    facts = with_batch(made(schema, "seed", a), made(schema, "alpha", b))
    assert facts_from_quads(schema, facts_to_quads(schema, facts)) == facts


def test_a_statement_about_nothing_is_refused(schema: Schema) -> None:
    alpha = made(schema, "alpha", {"one": "NLD"})
    lost = replace(alpha, entities={i: e for i, e in alpha.entities.items() if e.class_name != "Country"})
    with pytest.raises(ImportRefused, match=r"alpha:0: names .*/id/country/NLD, which is no entity"):
        with_batch(EMPTY, lost)


def test_ends_and_corrections_go_with_what_they_are_about(schema: Schema) -> None:
    seed, alpha = made(schema, "seed", {"one": "NLD"}), made(schema, "alpha", {"one": "JPN"})
    (own,), (other,) = seed.statements, alpha.statements
    source = next(iter(seed.sources))
    day = dt.date(2025, 1, 1)
    ends = [
        End(other, "2025-02-01", source, "", day, "x:1", "seed"),
        End(own, "2025-02-01", source, "", day, "x:2", "seed"),
    ]
    corrections = [Correction(other, "withdrawn", "2025-03-01", "", source, "", day, "x:3", "seed")]
    facts = with_batch(replace(seed, ends=ends, corrections=corrections), alpha)
    assert [e.origin for e in facts.ends] == ["x:1", "x:2"] if other < own else ["x:2", "x:1"]
    left = without_batch(facts, "alpha")
    assert [e.origin for e in left.ends] == ["x:2"]
    assert list(left.corrections) == []


def test_a_batch_that_is_not_there_is_named_with_the_nearest(schema: Schema) -> None:
    facts = with_batch(made(schema, "seed", {"one": "NLD"}), made(schema, "alpha", {"one": "NLD"}))
    with pytest.raises(UnknownBatch, match="nearest: alpha") as error:
        without_batch(facts, "alfa")
    assert error.value.detail["nearest"] == ["alpha"]


def test_batches_are_listed_with_the_seed_first(schema: Schema) -> None:
    facts = with_batch(made(schema, "alpha", {"one": "NLD", "two": "JPN"}), made(schema, "seed", {"one": "NLD"}))
    lines = list_batches(facts)
    assert [(x.id, x.statements, x.entities, x.sources) for x in lines] == [("seed", 1, 2, 1), ("alpha", 2, 3, 0)]


# ---- falls ------------------------------------------------------------------------------------------------------------------


def _many(schema: Schema, count: int) -> Facts:
    """A batch of so many firms, all in one place."""
    batch = Batch("list", "List", "CC0-1.0", dt.date(2025, 1, 1))
    maker = Maker(schema, batch)
    source = maker.source("list", "List", "https://example.org/list", "2025-01-01")
    place = maker.entity("Country", "NLD", "Netherlands")
    firms = [maker.entity("Company", f"firm-{n}", f"Firm {n}") for n in range(count)]
    said = [
        maker.plain(f.iri, "headquarteredIn", place.iri, "Company", source=source, origin=f"list:{n}")
        for n, f in enumerate(firms)
    ]
    return Facts({"list": batch}, {source.iri: source}, {e.iri: e for e in (place, *firms)}, {s.iri: s for s in said})


def _group(statement: Statement) -> str:
    return statement.property.rpartition("#")[2]


@pytest.mark.parametrize(("before", "now", "refused"), [(20, 15, False), (20, 14, True), (9, 1, False), (10, 1, True), (0, 5, False), (5, 20, False)])  # fmt: skip
def test_a_fall_beyond_the_share_is_refused(schema: Schema, before: int, now: int, refused: bool) -> None:
    old = _many(schema, before) if before else EMPTY
    if refused:
        with pytest.raises(ImportRefused, match=rf"headquarteredIn: {now} statements, {before} in the import before"):
            check_fall(old, _many(schema, now), _group, 0.25)
    else:
        assert check_fall(old, _many(schema, now), _group, 0.25) == {"headquarteredIn": (before, now)}


def test_only_the_former_import_of_the_same_batch_is_compared(schema: Schema) -> None:
    old = with_batch(EMPTY, made(schema, "alpha", {"one": "NLD", "two": "NLD"}))
    assert check_fall(old, _many(schema, 1), _group, 0.0) == {"headquarteredIn": (0, 1)}


# ---- differences ------------------------------------------------------------------------------------------------------------


@given(SEATS, SEATS)
def test_the_difference_says_what_came_and_went(schema: Schema, a: Seats, b: Seats) -> None:
    old, new = made(schema, "alpha", a), made(schema, "alpha", b)
    found = difference(old, new)
    assert {s.origin for s in found.came.values()} == {
        (f"alpha:{n}",) for n, pair in enumerate(b.items()) if pair not in a.items()
    }
    assert len(found.went) == len([p for p in a.items() if p not in b.items()])
    assert {i: n for i, n in found.changed.items() if n != ("origin",)} == {}
    back = difference(new, old)
    assert (back.came, back.went) == (found.went, found.came)


def test_a_mended_statement_has_changed(schema: Schema) -> None:
    old, new = made(schema, "alpha", {"one": "NLD"}), made(schema, "alpha", {"one": "NLD"}, note="seen again")
    found = difference(old, new)
    assert list(found.changed.values()) == [("note",)]
    assert [(x.batch, x.source, x.class_name, x.came, x.went, x.changed) for x in found.lines] == [
        ("alpha", "register", "plain", 0, 0, 1)
    ]
    assert difference(old, old).lines == ()
