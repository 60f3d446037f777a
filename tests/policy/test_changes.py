"""Changes between two dates: worlds and ladders judged by brute force.

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
from kg.operations import Answered
from kg.schema import Schema
from kg.store.dataset import Dataset
from kg.store.release import Release
from tests.helpers import FactsFolder, ask, dataset_of, text_of
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
