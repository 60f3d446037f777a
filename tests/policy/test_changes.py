"""Changes between two dates: worlds and ladders judged by brute force, and cases with their answers written out.

The worlds, and what of them is known and may be used, are those of `tests.properties.worlds`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.answers.trust import ChangesAnswer
from kg.errors import BadArgument
from kg.facts.model import Batch, Facts
from kg.facts.reader import read_facts
from kg.operations import Answered
from kg.schema import Schema
from kg.store.dataset import Dataset
from kg.store.release import Release
from tests.helpers import FactsFolder, ask, dataset_of, iri_of, text_of
from tests.properties.worlds import ALLOWED, DAYS, EXTENTS, LICENCES, Question, World, questions, worlds

Opened = Callable[[FactsFolder], Dataset]
TODAY = {"asOf": "2026-11-24", "knownOn": "2026-11-24"}
KINDS = {
    **dict.fromkeys(("effective", "compliance due"), "begins"),
    **dict.fromkeys(("suspended", "not enforced"), "suspended"),
    **dict.fromkeys(("superseded", "expired", "withdrawn", "vacated", "rescinded"), "ends"),
    **dict.fromkeys(("announced", "published", "amended", "rescission announced"), "event"),
    "reinstated": "revives",
    "suspension ends": "may revive",
    "scheduled end": "may end",
}
"""What each kind of event is to a policy."""

Found = tuple[str, str, str, frozenset[str], bool | None]
"""Date, kind, what, statements, scheduled (None where readings differ)."""


def asked(dataset: Dataset, start: object, end: object, **more: Any) -> Answered:
    return ask(dataset, "changes", **{"from": start, "to": end}, **{**TODAY, **more})


def found_in(answer: ChangesAnswer) -> list[Found]:
    return [(c.date, c.kind, c.what, frozenset(s.iri for s in c.statements), c.scheduled) for c in answer.changes]


def alike(found: list[Found], expected: list[Found]) -> bool:
    """Whether the same changes are in both; `scheduled` is compared where it is expected."""
    open_ = {e[:4] for e in expected if e[4] is None}
    return Counter((*f[:4], None if f[:4] in open_ else f[4]) for f in found) == Counter(expected)


def holds_together(answered: Answered, day_of: Callable[[Any], dt.date]) -> None:
    """What every answer must satisfy: sums, order, statements used, limits."""
    answer = answered.answer
    assert answer.total == len(answer.changes) == sum(c.count for c in answer.by_kind)
    assert {c.key: c.count for c in answer.by_kind} == Counter(c.kind for c in answer.changes)
    counts = [(-c.count, c.key) for c in answer.by_kind]
    assert counts == sorted(counts)
    days = [day_of(c) for c in answer.changes]
    assert days == sorted(days)
    cited = set(re.findall(r"/statement/[0-9a-f]+", text_of(answered)))
    assert answered.meta.statements.total == len(cited)
    assert answered.meta.truncated is False
    assert any("no legal advice" in n for n in answered.meta.notices)


# ---- worlds -----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    return tmp_path_factory.mktemp("changes")


@pytest.fixture
def build(scratch: Path, schema: Schema, tiny_release: Release) -> Callable[[World], Dataset]:
    return lambda world: dataset_of(schema, world.facts(schema, Path(tempfile.mkdtemp(dir=scratch))), tiny_release)


def without_periods_of_events(world: World) -> World:
    """The world with events that hold on any day (`test_an_event_is_read_whatever_the_day` is about the others)."""
    rows, seen = [], set()
    events = set()
    for row in world.rows:
        if row.file == "PolicyEvent":
            row = dataclasses.replace(row, valid_from="", valid_until="")
            key = (row["event_kind"], row["event_date"], row.source or row.n)
            if key in seen:
                cells = tuple(c for c in row.cells if c[0] != "derived_from")
                row = dataclasses.replace(row, cells=cells, source="", status="unverified")
            seen.add(key)
            events.add(row.n)
        rows.append(row)
    return World(world.published, rows, [c for c in world.changes if c.kind or c.row not in events])


def expected_of(world: World, q: Question, start: dt.date, end: dt.date) -> list[Found]:
    """Changes by the meaning of rows, ends and corrections."""
    found: list[Found] = []

    def usable(row: Any) -> bool:
        return not (q.verified_only and row.status == "unverified")

    def scheduled(text: str) -> bool | None:
        first, last = EXTENTS[text]
        return (first > q.as_of) if first and last and (first > q.as_of) == (last > q.as_of) else None

    events = defaultdict(set)
    for row in world.rows:
        if not world.believed(row, q) or not usable(row):
            continue
        iri = world.iris[row.n]
        if row.file == "PolicyEvent":
            first = EXTENTS[row["event_date"]][0]
            if first and start < first <= end:
                events[row["event_date"], row["event_kind"]].add(iri)
        elif row.file != "Claim":
            stops = [row.valid_until]
            stops += [
                c.date for c in world.changes if not c.kind and c.row == row.n and world.change_known(c) <= q.known_on
            ]
            stop = min((s for s in stops if EXTENTS[s][1]), key=lambda s: EXTENTS[s][1], default="")
            first, last = EXTENTS[row.valid_from][0], EXTENTS[stop][1]
            if first and start < first <= end:
                known = (first > q.as_of) if row.valid_from else None
                found.append((row.valid_from, "begins", "fact", frozenset({iri}), known))
            if last and start < last <= end:
                found.append((stop, "ends", "fact", frozenset({iri}), scheduled(stop)))
    for (date, kind), iris in events.items():
        found.append((date, KINDS[kind], "policy", frozenset(iris), EXTENTS[date][0] > q.as_of))
    for change in world.changes:
        row, known = world.rows[change.row], world.change_known(change)
        free = LICENCES[row.batch] in ALLOWED[q.data_licence] and world.known(row) <= q.known_on
        if change.kind and free and usable(row) and start < known <= min(end, q.known_on):
            found.append((known.isoformat(), "corrected", "fact", frozenset({world.iris[row.n]}), None))
    return found


@settings(max_examples=80)
@given(
    world=worlds().map(without_periods_of_events),
    q=questions,
    span=st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)).map(sorted),
)
def test_changes_are_those_of_the_span(
    world: World, q: Question, span: list[dt.date], build: Callable[[World], Dataset]
) -> None:
    dataset = build(world)
    start, end = span
    # the drawn question, one with all known, and the widest span
    for question, begin, stop in (
        (q, start, end),
        (Question(q.as_of, DAYS[-1], None, False), start, end),
        (Question(q.as_of, DAYS[-1], None, q.verified_only), DAYS[0], DAYS[-1]),
    ):
        answered = asked(dataset, begin, stop, limit=5000, **question.raw)
        expected = expected_of(world, question, begin, stop)
        assert alike(found_in(answered.answer), expected), (found_in(answered.answer), expected)

        def day_of(change: Any) -> dt.date:
            first, last = EXTENTS.get(change.date) or (dt.date.fromisoformat(change.date),) * 2
            return last if change.kind == "ends" and change.what == "fact" else first

        holds_together(answered, day_of)
        assert (answered.answer.from_, answered.answer.to) == (begin.isoformat(), stop.isoformat())
        few = asked(dataset, begin, stop, limit=2, **question.raw)
        assert few.answer.changes == answered.answer.changes[:2]
        assert (few.answer.total, few.answer.by_kind) == (answered.answer.total, answered.answer.by_kind)
        assert few.meta.truncated == (len(expected) > 2)
    assert asked(dataset, end, end, **q.raw).answer.total == 0
    if start < end:
        with pytest.raises(BadArgument):
            asked(dataset, end, start, **q.raw)


@settings(max_examples=40)
@given(
    world=worlds().map(without_periods_of_events),
    q=questions,
    days=st.lists(st.sampled_from(DAYS), min_size=3, max_size=3),
)
def test_two_spans_make_one(world: World, q: Question, days: list[dt.date], build: Callable[[World], Dataset]) -> None:
    dataset = build(world)
    a, b, c = sorted(days)
    parts = [found_in(asked(dataset, *span, limit=5000, **q.raw).answer) for span in ((a, b), (b, c), (a, c))]
    assert Counter(parts[0] + parts[1]) == Counter(parts[2])


# ---- ladders ----------------------------------------------------------------------------------------------------------------

EVENT_DATES = {
    "2024-03-01": ("2024-03-01", "2024-03-01"),
    "2024-03": ("2024-03-01", "2024-03-31"),
    "2024": ("2024-01-01", "2024-12-31"),
    "2025-01-15": ("2025-01-15", "2025-01-15"),
    "2026-11-10": ("2026-11-10", "2026-11-10"),
    "2026-12": ("2026-12-01", "2026-12-31"),
}
"""First and last possible day."""
EDGES = sorted({d for pair in EVENT_DATES.values() for d in pair} | {"2023-12-31", "2024-02-29", "2026-11-09"})


@settings(max_examples=60)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(("rule-a", "rule-b")),
            st.sampled_from(sorted(KINDS)),
            st.sampled_from(sorted(EVENT_DATES)),
            st.sampled_from(("", "", "one clause")),
            st.sampled_from(("early", "late")),
        ),
        unique_by=lambda r: (r[0], r[1], r[2], r[4]),
        max_size=8,
    ),
    as_of=st.sampled_from(EDGES),
    known_on=st.sampled_from(("2022-12-31", "2023-01-01", "2025-06-30", "2025-07-01")),
    span=st.tuples(st.sampled_from(EDGES), st.sampled_from(EDGES)).map(sorted),
)
def test_every_event_of_a_ladder(
    rows: list[tuple[str, ...]], as_of: str, known_on: str, span: list[str], scratch: Path, opened: Opened
) -> None:
    small = FactsFolder(Path(tempfile.mkdtemp(dir=scratch)))
    small.source("early", published="2023-01-01")
    small.source("late", published="2025-07-01")
    small.entities("Policy", "rule-a", "rule-b")
    for policy, kind, date, scope, source in rows:
        small.relation("PolicyEvent", policy=policy, event_kind=kind, event_date=date, scope=scope, source=source)
    answered = asked(opened(small), *span, asOf=as_of, knownOn=known_on)
    start, end = span
    expected = set()
    for policy, kind, date, scope, source in rows:
        first, last = EVENT_DATES[date]
        day = last if kind in ("suspension ends", "scheduled end") else first
        published = "2023-01-01" if source == "early" else "2025-07-01"
        if start < day <= end and published <= known_on:
            text = f"{policy.replace('-', ' ').title()}: {kind}" + (f" ({scope})" if scope else "")
            doubtful = (first > as_of) != (day > as_of)
            expected.add((date, KINDS[kind], policy, text, None if doubtful else first > as_of))
    open_ = {e[:4] for e in expected if e[4] is None}
    found = [(c.date, c.kind, c.entities[0].id, c.text, c.scheduled) for c in answered.answer.changes]
    found = [(*f[:4], None if f[:4] in open_ else f[4]) for f in found]
    assert sorted(found, key=repr) == sorted(expected, key=repr)
    assert all(c.what == "policy" and len(c.entities) == 1 for c in answered.answer.changes)

    def day_of(change: Any) -> dt.date:
        return dt.date.fromisoformat(EVENT_DATES[change.date][change.kind in ("may revive", "may end")])

    holds_together(answered, day_of)


# ---- by hand ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def shop(folder: FactsFolder) -> FactsFolder:
    folder.entities("Policy", "rule-x")
    folder.entities("Company", "acme", "bolt")
    folder.entities("Chip", "chip-a")
    folder.entities("Country", "NLD", "CHN")
    for id_, published in (("s2023", "2023-02-01"), ("s2025", "2025-05"), ("s2026", "2026-01-01")):
        folder.source(id_, published=published)
    return folder


def event(folder: FactsFolder, date: str, kind: str, **more: str) -> str:
    return folder.relation("PolicyEvent", policy="rule-x", event_kind=kind, event_date=date, **more)


def lines(answered: Answered) -> list[tuple[str, str, str, bool]]:
    return [(c.date, c.kind, c.text, c.scheduled) for c in answered.answer.changes]


def test_a_suspension_that_ended(shop: FactsFolder, opened: Opened) -> None:
    event(shop, "2024-02-01", "effective")
    event(shop, "2025-11-10", "suspended")
    event(shop, "2026-11-10", "suspension ends")
    event(shop, "2026-11-20", "reinstated", scope="one clause")
    dataset = opened(shop)
    assert lines(asked(dataset, "2024-02-01", "2026-11-20")) == [
        ("2025-11-10", "suspended", "Rule X: suspended", False),
        ("2026-11-10", "may revive", "Rule X: suspension ends", False),
        ("2026-11-20", "revives", "Rule X: reinstated (one clause)", False),
    ]
    before = asked(dataset, "2024-01-31", "2026-11-20", asOf="2025-11-10")
    assert [c.scheduled for c in before.answer.changes] == [False, False, True, True]
    assert [(c.key, c.count) for c in before.answer.by_kind] == [
        ("begins", 1),
        ("may revive", 1),
        ("revives", 1),
        ("suspended", 1),
    ]
    assert [e.id for c in before.answer.changes for e in c.entities] == ["rule-x"] * 4


def test_one_event_from_two_sources_is_one_change(shop: FactsFolder, opened: Opened) -> None:
    event(shop, "2024-02-01", "effective", source="s2023")
    event(shop, "2024-02-01", "effective", source="s2025")
    dataset = opened(shop)
    (change,) = asked(dataset, "2024-01-01", "2024-12-31").answer.changes
    assert [s.source.published for s in sorted(change.statements, key=lambda s: s.known_from)] == [
        "2023-02-01",
        "2025-05",
    ]
    (change,) = asked(dataset, "2024-01-01", "2024-12-31", knownOn="2025-05-30").answer.changes
    assert [s.source.published for s in change.statements] == ["2023-02-01"]


def test_facts_begin_and_end(shop: FactsFolder, opened: Opened) -> None:
    shop.plain("acme", "headquarteredIn", "NLD", source="s2023", valid_from="2024-06-15", valid_until="2025-05-13")
    shop.relation("Design", item="chip-a", designer="acme", source="s2023", valid_from="2024-07")
    dataset = opened(shop)
    answered = asked(dataset, "2024-06-14", "2025-05-13")
    assert lines(answered) == [
        ("2024-06-15", "begins", "Acme headquartered in Nld", False),
        ("2024-07", "begins", "design: Chip A – Acme", False),
        ("2025-05-13", "ends", "Acme headquartered in Nld", False),
    ]
    assert [{e.id for e in c.entities} for c in answered.answer.changes] == [
        {"acme", "NLD"},
        {"chip-a", "acme"},
        {"acme", "NLD"},
    ]
    # after `from` and not after `to`
    assert [c.date for c in asked(dataset, "2024-06-15", "2025-05-12").answer.changes] == ["2024-07"]


def test_an_end_learnt_later(shop: FactsFolder, opened: Opened, read: Callable[[FactsFolder], Facts]) -> None:
    origin = shop.plain("acme", "headquarteredIn", "NLD", source="s2023", valid_until="2026-06-01")
    shop.end(iri_of(read(shop), origin), "2024-06-15", "s2025", origin="test:end")
    dataset = opened(shop)
    span = ("2024-01-01", "2026-12-31")
    assert [c.date for c in asked(dataset, *span, knownOn="2025-05-30").answer.changes] == ["2026-06-01"]
    assert [c.date for c in asked(dataset, *span, knownOn="2025-05-31").answer.changes] == ["2024-06-15"]


def test_a_correction_that_replaced_shows_both(
    shop: FactsFolder, opened: Opened, read: Callable[[FactsFolder], Facts]
) -> None:
    wrong = shop.plain("chip-a", "dieArea", "100", source="s2023")
    right = shop.plain("chip-a", "dieArea", "120", source="s2025")
    facts = read(shop)
    a, b = iri_of(facts, wrong), iri_of(facts, right)
    shop.correction(a, "replaced", "s2025", replacement=b, note="A misprint.", origin="test:correction")
    dataset = opened(shop)
    answered = asked(dataset, "2025-01-01", "2025-12-31")
    (change,) = answered.answer.changes
    assert (change.date, change.kind, change.what, change.scheduled) == ("2025-05-31", "corrected", "fact", False)
    assert {s.iri for s in change.statements} == {a, b}
    assert change.text == "replaced: Chip A die area 100 (A misprint.)"
    assert answered.meta.statements.total == 2
    # the day on which it could be known decides
    assert asked(dataset, "2025-05-31", "2025-12-31").answer.total == 0
    assert asked(dataset, "2025-01-01", "2025-05-30").answer.total == 0
    assert asked(dataset, "2025-01-01", "2025-12-31", knownOn="2025-05-30").answer.total == 0


def test_what_was_withdrawn_shows_itself_alone(
    shop: FactsFolder, opened: Opened, read: Callable[[FactsFolder], Facts]
) -> None:
    origin = shop.plain("acme", "headquarteredIn", "NLD", source="s2023", valid_from="2024-01-01")
    iri = iri_of(read(shop), origin)
    shop.correction(iri, "withdrawn", "s2025", origin="test:correction")
    dataset = opened(shop)
    span = ("2023-01-01", "2026-01-01")
    (change,) = asked(dataset, *span).answer.changes  # it never began
    assert (change.kind, [s.iri for s in change.statements]) == ("corrected", [iri])
    assert change.text.startswith("withdrawn: Acme ")
    assert [c.kind for c in asked(dataset, *span, knownOn="2025-05-30").answer.changes] == ["begins"]


def test_a_correction_of_what_is_not_yet_known(
    shop: FactsFolder, opened: Opened, read: Callable[[FactsFolder], Facts]
) -> None:
    origin = shop.plain("acme", "headquarteredIn", "NLD", source="s2026")
    shop.correction(iri_of(read(shop), origin), "withdrawn", "s2023", origin="test:correction")
    dataset = opened(shop)
    assert asked(dataset, "2023-01-01", "2026-01-01", knownOn="2025-12-31").answer.total == 0
    assert asked(dataset, "2023-01-01", "2026-01-01", knownOn="2026-01-01").answer.total == 1


def test_a_correction_names_its_entities(
    shop: FactsFolder, opened: Opened, read: Callable[[FactsFolder], Facts]
) -> None:
    """`entities` of a correction is empty, so that nothing leads from it to what was corrected."""
    origin = shop.plain("acme", "headquarteredIn", "NLD", source="s2023")
    shop.correction(iri_of(read(shop), origin), "withdrawn", "s2025", origin="test:correction")
    (change,) = asked(opened(shop), "2023-06-01", "2026-01-01").answer.changes
    assert {e.id for e in change.entities} == {"acme", "NLD"}


def test_an_event_is_read_whatever_the_day(shop: FactsFolder, opened: Opened) -> None:
    """an event whose row has a valid period is not told where `asOf` lies outside it, though events are read "whatever
    asOf": a scheduled one with `valid_from` on its day cannot be seen before, when it would be marked as scheduled."""
    event(shop, "2025-02-01", "effective", source="s2023", valid_from="2025-02-01")
    dataset = opened(shop)
    for as_of, scheduled in (("2025-02-01", False), ("2025-01-31", True)):
        answered = asked(dataset, "2024-01-01", "2026-01-01", asOf=as_of)
        assert lines(answered) == [("2025-02-01", "begins", "Rule X: effective", scheduled)]


def test_the_period_of_an_event_is_no_fact(shop: FactsFolder, opened: Opened) -> None:
    event(shop, "2025-02-01", "announced", valid_from="2025-02-01")
    assert lines(asked(opened(shop), "2024-01-01", "2026-01-01")) == [
        ("2025-02-01", "event", "Rule X: announced", False)
    ]


@pytest.mark.parametrize(("as_of", "scheduled"), [("2025-12-31", True), ("2026-05-01", True), ("2026-12-31", False)])
@pytest.mark.parametrize("what", ["fact", "policy"])
def test_a_partial_end_is_scheduled_until_its_last_day(
    what: str, as_of: str, scheduled: bool, shop: FactsFolder, opened: Opened
) -> None:
    """an end of 2026 is put on the year's last day (and the fact holds until then), but is no longer marked as scheduled
    from the year's first day on."""
    if what == "fact":
        shop.plain("acme", "headquarteredIn", "NLD", source="s2023", valid_until="2026")
    else:
        event(shop, "2026", "scheduled end", source="s2023")
    dataset = opened(shop)
    assert asked(dataset, "2026-01-01", "2026-12-30", asOf=as_of).answer.total == 0
    (change,) = asked(dataset, "2026-12-30", "2026-12-31", asOf=as_of).answer.changes
    assert (change.what, change.date) == (what, "2026")
    assert change.scheduled == scheduled


def test_a_name_that_may_not_be_used_is_not_told(shop: FactsFolder, schema: Schema, tiny_release: Release) -> None:
    """`text` holds the label of an entity whose batch `dataLicence` leaves out; everywhere else its slug stands
    (`Snapshot.label`)."""
    shop.entity("Company", "firm-z", "A Name Under Licence")
    shop.plain("firm-z", "headquarteredIn", "NLD", source="s2023", valid_from="2024-01-01")
    facts = read_facts(shop.write(), schema)
    entities = {
        i: dataclasses.replace(e, batch="other") if e.slug == "firm-z" else e for i, e in facts.entities.items()
    }
    other = Batch("other", "Other", "CC-BY-NC-4.0", dt.date(2026, 11, 24))
    facts = dataclasses.replace(facts, entities=entities, batches={**facts.batches, "other": other})
    dataset = dataset_of(schema, facts, tiny_release)
    assert "A Name Under Licence" in text_of(asked(dataset, "2023-01-01", "2025-01-01"))
    answered = asked(dataset, "2023-01-01", "2025-01-01", dataLicence="CC-BY-4.0")
    (change,) = answered.answer.changes
    assert [e.label for e in change.entities] == ["firm-z", "Nld"]
    assert "A Name Under Licence" not in change.text
    assert "A Name Under Licence" not in text_of(answered)


def test_the_label_of_a_claim_not_yet_known_is_not_told(shop: FactsFolder, opened: Opened) -> None:
    """Regression: the label of a claim not known on `knownOn` tells what it says."""
    shop.claim("k0", "chip-a", source="s2023")
    shop.claim("k1", "chip-a", source="s2026", label="Sales will double")
    shop.plain("k0", "contradicts", "k1", source="s2023", valid_from="2024-01-01")
    dataset = opened(shop)
    answered = asked(dataset, "2023-06-01", "2024-06-01", knownOn="2025-01-01")
    (change,) = answered.answer.changes
    assert [e.label for e in change.entities] == ["claim k0", "k1"]
    assert "Sales will double" not in text_of(answered)


def test_claims_are_no_facts(shop: FactsFolder, opened: Opened) -> None:
    shop.claim("k", "chip-a", source="s2023", valid_from="2024-01-01", valid_until="2025-01-01")
    assert asked(opened(shop), "2023-01-01", "2026-01-01").answer.total == 0


def test_limit(shop: FactsFolder, opened: Opened) -> None:
    for month in range(1, 6):
        event(shop, f"2024-0{month}-01", "amended")
    dataset = opened(shop)
    all_ = asked(dataset, "2024-01-01", "2024-12-31")
    assert ([c.date for c in all_.answer.changes], all_.meta.truncated) == (
        [f"2024-0{m}-01" for m in range(2, 6)],
        False,
    )
    some = asked(dataset, "2024-01-01", "2024-12-31", limit=3)
    assert [c.date for c in some.answer.changes] == [f"2024-0{m}-01" for m in range(2, 5)]
    assert (some.answer.total, some.answer.by_kind, some.meta.truncated) == (4, all_.answer.by_kind, True)
    assert [n for n in some.meta.notices if {"3", "4"} <= set(re.findall(r"\d+", n))]
    assert asked(dataset, "2024-01-01", "2024-12-31", limit=4).meta.truncated is False


def test_the_span(shop: FactsFolder, opened: Opened) -> None:
    event(shop, "2024-02-01", "effective")
    dataset = opened(shop)
    assert asked(dataset, "2024-02-01", "2024-02-01").answer.total == 0
    assert asked(dataset, "2024-01-31", "2024-02-01").answer.total == 1
    assert asked(dataset, "2024-02", "2024-02").answer.total == 1  # of a month or year the whole counts
    assert asked(dataset, "2024", "2024").answer.total == 1
    assert asked(dataset, "2023", "2024-01").answer.total == asked(dataset, "2024-03", "2024").answer.total == 0
    with pytest.raises(BadArgument) as caught:
        asked(dataset, "2024-02-02", "2024-02-01")
    assert caught.value.detail["argument"] == "to"
    for missing in ("from", "to"):
        with pytest.raises(BadArgument):
            ask(dataset, "changes", **{missing: "2024-02-01"})


def test_no_change_is_said_so(shop: FactsFolder, opened: Opened) -> None:
    """an answer without a change has no notice but that it is no legal advice (no bare "no")."""
    answered = asked(opened(shop), "2024-01-01", "2024-12-31")
    assert (answered.answer.total, answered.answer.changes, answered.answer.by_kind) == (0, (), ())
    assert [n for n in answered.meta.notices if "legal advice" not in n]
