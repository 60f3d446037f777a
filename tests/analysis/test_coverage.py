"""Coverage: worlds judged by brute force, and cases with their answers written out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import BadArgument, BadCursor, BadDate, UnknownId
from kg.schema import Schema
from kg.store.dataset import Dataset
from tests.analysis.trust_worlds import (
    CLAIMS,
    CLASS_OF,
    LAST,
    TODAY,
    Fact,
    Opened,
    Question,
    Row,
    World,
    questions,
    worlds,
)
from tests.helpers import FactsFolder, ask

# ---- coverage: worlds -------------------------------------------------------------------------------------------------------


def within(number: int, judged: Iterable[bool | None]) -> bool:
    """Whether a count fits what is judged: exactly, where nothing is left open."""
    found = list(judged)
    return found.count(True) <= number <= found.count(True) + found.count(None)


def newest(rows: Iterable[Row], choose: Callable[..., str] = max) -> str:
    return choose((r.published for r in rows if r.published), key=LAST.__getitem__, default="")


def sourced_as(line: Any, facts: list[Fact], older_than: dt.date | None) -> None:
    """The counts of a line, a kind or an answer are those of the facts."""
    rows = [r for f in facts for r in f.rows]
    assert line.statements == len(rows)
    assert line.sources == len({r.source for r in rows} - {""})
    assert line.unverified == sum(r.status == "unverified" for r in rows)
    assert within(line.single_source, (f.single for f in facts))
    assert within(line.older, (f.older(older_than) for f in facts))
    assert line.newest_source == newest(rows)


def supplied_as(line: Any, world: World, entity: str, q: Question) -> None:
    assert line.suppliers == (len(world.suppliers(entity, q)) if CLASS_OF.get(entity) in ("Chip", "Component") else 0)
    shares = [each[0][-1] for each in world.shares(entity, q).values()]
    assert line.share_sum == (pytest.approx(sum(shares)) if shares else None)


@settings(max_examples=100)
@given(world=worlds(), q=questions)
def test_coverage_counts_what_is_said(world: World, q: Question, build: Callable[[World], Dataset]) -> None:
    dataset = build(world)
    whole = Question(None, False)
    for entity in CLASS_OF:
        answered = ask(dataset, "coverage", id=entity, older_than=q.older_than, **q.raw)
        answer, facts = answered.answer, world.facts_of(entity, q)
        sourced_as(answer, facts, q.older_than)
        supplied_as(answer, world, entity, q)
        rows = [r for f in facts for r in f.rows]
        assert (answer.node.id, answer.oldest_source) == (entity, newest(rows, min))
        assert answer.older_than == (q.older_than.isoformat() if q.older_than else "")
        assert answer.left_out == sum(len(f.rows) for f in world.facts_of(entity, whole)) - len(rows)
        # by kind
        assert [k.kind for k in answer.by_kind] == sorted({f.kind for f in facts})
        for kind in answer.by_kind:
            sourced_as(kind, [f for f in facts if f.kind == kind.kind], q.older_than)
        item = {k.kind: k for k in answer.by_kind}.get("Provision.item")
        shares = world.shares(entity, q)
        if item and all(len({s[-1] for s in each}) == 1 for each in shares.values()):
            assert item.share_sum == (pytest.approx(sum(e[0][-1] for e in shares.values())) if shares else None)
        # the weakest are shown with all their statements
        shown = {frozenset(s.iri for s in f.statements) for f in answer.weakest}
        for fact in facts:
            weak = [fact.unverified, fact.single, fact.older(q.older_than)]
            if True in weak or None not in weak:
                assert (frozenset(world.iris[r.n] for r in fact.rows) in shown) == (True in weak)
        assert len(shown) == len(answer.weakest)
        # what the answer rests on
        assert answered.meta.verified_only == q.verified_only
        assert [c.node.id for c in answered.meta.coverage] == [entity]
        assert answered.meta.statements.total >= len({s.iri for f in answer.weakest for s in f.statements})


@settings(max_examples=50)
@given(world=worlds(), q=questions)
def test_missing_is_what_most_of_the_class_have(
    world: World, q: Question, build: Callable[[World], Dataset], schema: Schema
) -> None:
    def label(kind: str) -> str:
        name, dot, end = kind.partition(".")
        return (
            f"{schema.classes[name].label} ({schema.properties[end].label})" if dot else schema.properties[name].label
        )

    dataset = build(world)
    for entity, class_name in CLASS_OF.items():
        peers = [e for e in CLASS_OF if CLASS_OF[e] == class_name and world.visible(e, q)]
        held = {e: {f.kind for f in world.facts_of(e, q)} for e in (*peers, entity)}
        kinds = {k for e in peers for k in held[e] if sum(k in held[p] for p in peers) * 2 > len(peers)}
        answer = ask(dataset, "coverage", id=entity, **q.raw).answer
        assert list(answer.missing) == sorted(label(k) for k in kinds - held[entity])


@settings(max_examples=60)
@given(
    world=worlds(), q=questions, size=st.integers(1, 4), class_name=st.sampled_from(("Item", "Entity", "Chip", None))
)
def test_the_table_sums_its_rows(
    world: World, q: Question, size: int, class_name: str | None, build: Callable[[World], Dataset]
) -> None:
    dataset = build(world)
    rows: list[Any] = []
    sums, after = set(), None
    while True:
        arguments = {"class": class_name, "older_than": q.older_than, "first": size, "after": after}
        page = ask(dataset, "coverage", **arguments, **q.raw).answer
        rows += page.rows
        assert 0 < len(page.rows) <= size or page.total == 0
        sums.add((page.total, page.statements, page.unverified, page.single_source, page.older))
        after = page.next
        if after is None:
            break
    added = (sum(getattr(r, n) for r in rows) for n in ("statements", "unverified", "single_source", "older"))
    assert sums == {(len(rows), *added)}
    wanted = {"Item": ("Chip", "Component"), None: ("Chip", "Component"), "Chip": ("Chip",)}.get(class_name)
    pool = [e for e, c in CLASS_OF.items() if not wanted or c in wanted] + ([] if wanted else list(CLAIMS))
    assert sorted(r.node.id for r in rows) == sorted(e for e in pool if world.visible(e, q))
    assert [r.node.iri for r in rows] == sorted(r.node.iri for r in rows)
    for row in rows:
        if row.node.id in CLASS_OF:
            sourced_as(row, world.facts_of(row.node.id, q), q.older_than)
            supplied_as(row, world, row.node.id, q)


# ---- coverage: by hand ------------------------------------------------------------------------------------------------------


def covered(dataset: Dataset, id_: str, **more: Any) -> Any:
    return ask(dataset, "coverage", id=id_, **{**TODAY, **more}).answer


def test_a_fact_of_two_sources_is_not_single(shop: FactsFolder, opened: Opened) -> None:
    shop.plain("chip-a", "dieArea", "100", source="old")
    shop.plain("chip-a", "dieArea", "100.0", source="new")
    shop.plain("chip-b", "dieArea", "100", source="old")
    shop.plain("chip-b", "dieArea", "120", source="new")
    dataset = opened(shop)
    both = covered(dataset, "chip-a")
    assert (both.statements, both.sources, both.single_source, both.unverified, both.weakest) == (2, 2, 0, 0, ())
    assert (both.oldest_source, both.newest_source) == ("2019-05", "2025-03-04")
    each = covered(dataset, "chip-b")
    assert (each.statements, each.sources, each.single_source) == (2, 2, 2)
    assert sorted(f.value.number for f in each.weakest) == [100, 120]


def test_two_passages_of_one_source_are_a_single_source(shop: FactsFolder, opened: Opened) -> None:
    shop.plain("chip-a", "dieArea", "100", source="old", valid_from="2020")
    shop.plain("chip-a", "dieArea", "100", source="old", valid_from="2021")
    answer = covered(opened(shop), "chip-a")
    assert (answer.statements, answer.sources, answer.single_source) == (2, 1, 1)


@pytest.mark.parametrize("other", ["unverified", "derived"])
def test_a_source_not_seen_is_no_second_source(other: str, shop: FactsFolder, opened: Opened) -> None:
    """a fact that one source says, and an unverified (or derived) statement repeats, is not counted as of a single source:
    `_is_single` counts the document to check it in (or the blank of a derived statement) as a source. The answer then says
    `sources` 1 and `singleSource` 0."""
    shop.plain("chip-a", "dieArea", "100", source="old")
    shop.plain("chip-a", "dieArea", "100", status=other)
    answer = covered(opened(shop), "chip-a")
    assert (answer.statements, answer.sources) == (2, 1)
    assert answer.single_source == 1


def test_unverified_only(shop: FactsFolder, opened: Opened) -> None:
    shop.plain("chip-a", "dieArea", "100", status="unverified")
    dataset = opened(shop)
    answered = ask(dataset, "coverage", id="chip-a", older_than="2030-01-01", **TODAY)
    answer = answered.answer
    assert (answer.statements, answer.unverified, answer.sources, answer.single_source, answer.older) == (1, 1, 0, 1, 0)
    assert (answer.oldest_source, answer.newest_source, answer.left_out) == ("", "", 0)
    (fact,) = answer.weakest
    assert (fact.property, fact.value.number, fact.statements[0].source) == ("dieArea", 100, None)
    assert (answered.meta.statements.total, answered.meta.statements.unverified) == (1, 1)
    verified = ask(dataset, "coverage", id="chip-a", verifiedOnly=True, **TODAY)
    assert (verified.answer.statements, verified.answer.left_out, verified.answer.weakest) == (0, 1, ())
    assert verified.meta.left_out_unverified == 1


@pytest.mark.parametrize(
    ("older_than", "chip_a", "chip_b", "part_a"),
    [
        (None, 0, 0, 0),
        ("2019-05-31", 0, 0, 0),  # the last possible day of 2019-05 is not before itself
        ("2019-06-01", 1, 0, 0),
        ("2024-12-31", 1, 0, 0),
        ("2025-01-01", 1, 0, 1),  # an old source about 2024 is of 2024
        ("2025-03-04", 1, 0, 1),
        ("2025-03-05", 1, 1, 1),
    ],
)
def test_facts_older_than_a_day(
    older_than: str | None, chip_a: int, chip_b: int, part_a: int, shop: FactsFolder, opened: Opened
) -> None:
    shop.plain("chip-a", "dieArea", "100", source="old")
    shop.plain("chip-b", "dieArea", "100", source="old")
    shop.plain("chip-b", "dieArea", "100", source="new")
    shop.plain("chip-c", "dieArea", "100", source="undated")
    shop.relation("Provision", item="part-a", provider="acme", share="10", period="2024", source="old")
    dataset = opened(shop)
    more = {"older_than": older_than}
    counts = {e: covered(dataset, e, **more).older for e in ("chip-a", "chip-b", "chip-c", "part-a")}
    assert counts == {"chip-a": chip_a, "chip-b": chip_b, "chip-c": 0, "part-a": part_a}
    table = ask(dataset, "coverage", **more, **TODAY).answer
    assert {r.node.id: r.older for r in table.rows} == counts
    assert table.older == sum(counts.values())


def test_missing_kinds(shop: FactsFolder, opened: Opened) -> None:
    for chip in ("chip-a", "chip-b"):
        shop.plain(chip, "dieArea", "100")
        shop.relation("Design", item=chip, designer="acme")
    shop.plain("chip-a", "memoryType", "HBM3")
    shop.relation("Requirement", item="chip-c", requires="part-a")
    dataset = opened(shop)
    assert covered(dataset, "chip-c").missing == ("design (item concerned)", "die area")
    assert covered(dataset, "chip-b").missing == ()
    assert covered(dataset, "part-a").missing == ()


def test_kinds_and_the_end_an_entity_stands_at(shop: FactsFolder, opened: Opened) -> None:
    shop.relation("Ownership", owned="acme", owner="bolt")
    shop.relation("Ownership", owned="bolt", owner="acme")
    shop.plain("acme", "headquarteredIn", "NLD")
    dataset = opened(shop)
    assert [(k.kind, k.statements) for k in covered(dataset, "acme").by_kind] == [
        ("Ownership.owned", 1),
        ("Ownership.owner", 1),
        ("headquarteredIn", 1),
    ]
    assert [(k.kind, k.statements) for k in covered(dataset, "bolt").by_kind] == [
        ("Ownership.owned", 1),
        ("Ownership.owner", 1),
    ]


def test_the_share_sum_is_of_the_newest_observations(shop: FactsFolder, opened: Opened) -> None:
    shop.relation("Provision", item="part-a", provider="acme", share="40", period="2023", source="old")
    shop.relation("Provision", item="part-a", provider="acme", share="60", period="2024", source="old")
    shop.relation("Provision", item="part-a", provider="bolt", share="30", period="2024", source="old")
    shop.relation("Provision", item="part-a", provider="bolt", source="new")
    answer = covered(opened(shop), "part-a")
    assert (answer.suppliers, answer.share_sum, answer.statements, answer.single_source) == (2, 90, 4, 1)
    (kind,) = answer.by_kind
    assert (kind.kind, kind.share_sum, kind.newest_source) == ("Provision.item", 90, "2025-03-04")


@pytest.mark.parametrize("swapped", [False, True])
def test_a_kinds_share_sum_takes_the_newest_of_two_sources(swapped: bool, shop: FactsFolder, opened: Opened) -> None:
    """the share sum of a kind takes the statement of the smallest IRI of each relation, where it says (and the sum of
    the whole answer takes) the newest observation: one of the two cases fails."""
    a, b = ("new", "old") if swapped else ("old", "new")
    shop.relation("Provision", item="part-a", provider="acme", share="10", period="2022", source=a)
    shop.relation("Provision", item="part-a", provider="acme", share="50", period="2024", source=b)
    answer = covered(opened(shop), "part-a")
    assert answer.share_sum == 50
    assert [k.share_sum for k in answer.by_kind] == [50]


def test_a_future_observation_is_not_told_by_its_age(shop: FactsFolder, opened: Opened) -> None:
    """the period of an observation that had not begun on `asOf` still keeps a fact from being old: what was observed in
    it is left out everywhere else (`Snapshot.qualifiers`)."""
    shop.relation("Provision", item="part-a", provider="acme", share="50", period="2024", source="old")
    dataset = opened(shop)
    assert covered(dataset, "part-a", asOf="2022-01-01", older_than="2021-01-01").older == 1


def test_more_weak_facts_than_are_shown(shop: FactsFolder, opened: Opened) -> None:
    for n in range(53):
        shop.plain("chip-a", "itemNote", f"note {n}", status="unverified" if n > 50 else "verified")
    answered = ask(opened(shop), "coverage", id="chip-a", **TODAY)
    assert (answered.answer.single_source, len(answered.answer.weakest)) == (53, 50)
    assert [f.statements[0].status for f in answered.answer.weakest[:3]] == ["unverified", "unverified", "verified"]
    assert any("53 facts" in n and "50" in n for n in answered.meta.notices)


def test_coverage_rests_on_the_statements_it_counts(shop: FactsFolder, opened: Opened) -> None:
    """`meta` counts the statements of the weakest facts only: for an entity all of whose facts have two sources it says
    that the answer rests on no statement and no source."""
    shop.plain("chip-a", "dieArea", "100", source="old")
    shop.plain("chip-a", "dieArea", "100", source="new")
    answered = ask(opened(shop), "coverage", id="chip-a", **TODAY)
    assert answered.answer.statements == 2
    assert (answered.meta.statements.total, answered.meta.statements.sources) == (2, 2)
    assert (answered.meta.oldest_source, answered.meta.newest_source) == ("2019-05", "2025-03-04")


def test_nothing_known_is_said_so(shop: FactsFolder, opened: Opened) -> None:
    """coverage of an entity of which nothing is held is a row of zeros without a notice (no bare "no")."""
    answered = ask(opened(shop), "coverage", id="chip-c", **TODAY)
    assert (answered.answer.statements, answered.answer.sources, answered.answer.by_kind) == (0, 0, ())
    assert [c.node.id for c in answered.meta.coverage] == ["chip-c"]
    assert answered.meta.notices


def test_the_table_refuses_the_cursor_of_another_table(shop: FactsFolder, opened: Opened) -> None:
    dataset = opened(shop)
    next_ = ask(dataset, "coverage", first=1, **TODAY).answer.next
    assert ask(dataset, "coverage", first=1, after=next_, **TODAY).answer.rows
    for other in ({"class": "Chip"}, {"older_than": "2024-01-01"}):
        with pytest.raises(BadCursor):
            ask(dataset, "coverage", first=1, after=next_, **other, **TODAY)


def test_what_coverage_refuses(shop: FactsFolder, opened: Opened) -> None:
    dataset = opened(shop)
    with pytest.raises(UnknownId):
        ask(dataset, "coverage", id="chip-z")
    with pytest.raises(BadDate):
        ask(dataset, "coverage", id="chip-a", older_than="last year")
    with pytest.raises(BadArgument):
        ask(dataset, "coverage", **{"class": "Nonsense"})
