"""Restricted parties: small worlds against an oracle that reads the rows as they were written, and cases worked out by hand."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from kg.answers.restricted import RestrictedParties
from kg.errors import BadArgument, BadCursor, UnknownId, WrongClass
from kg.facts.reader import read_facts
from kg.schema import Schema
from kg.store.dataset import Dataset
from kg.store.release import Release
from tests.helpers import FactsFolder, ask, dataset_of

Opened = Callable[[FactsFolder], Dataset]

COUNTRIES = ("CHN", "NLD", "USA")
FIRMS = ("firm-a", "firm-b")
DAYS = ("2020-01-10", "2020-02-10", "2020-03-10", "2020-04-10", "2020-05-10")
BETWEEN = ("2020-01-09", *DAYS, "2020-03-20", "2020-06-01")
BINDING = ("is-informed letter", "directive", "security review")
LAW = ("entity listing", "list", "order")
RULES = ("rule", "final rule", "interim final rule", "statute")
IDLE = ("subsidy", "deal", "guidance", "announcement", "licensing arrangement", "bill", "draft")
KINDS = ("published", "effective", "suspended", "reinstated", "rescinded", "scheduled end")


@dataclass(frozen=True)
class Entry:
    """A row of a list entry; `known` is the day of its source."""

    firm: str
    party_list: int
    citation: str
    start: str
    end: str
    known: str


@dataclass(frozen=True)
class Measure:
    """A policy: who made it, its instrument, whether something controlled is on record, events by day with the day they were known, and whom it names."""

    issuer: str
    instrument: str
    controls: bool
    events: tuple[tuple[str, str, str], ...]
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class World:
    """Lists by the country that keeps them (blank where it is not on record) and the day that was known, entries, measures."""

    lists: tuple[tuple[str, str], ...]
    entries: tuple[Entry, ...]
    measures: tuple[Measure, ...]


@st.composite
def ladders(draw: st.DrawFn) -> tuple[tuple[str, str, str], ...]:
    """Events by day with the day they were known: mostly begun in one of the first days, then whatever may come."""
    days, early = st.sampled_from(DAYS), st.sampled_from(DAYS[:2])
    begun = draw(st.sampled_from((("published", "effective"),) * 4 + (("effective",), ("published",), ())))
    first = [(kind, draw(early), draw(early)) for kind in begun]
    later = draw(st.lists(st.tuples(st.sampled_from(KINDS[2:]), days, days), max_size=2, unique_by=lambda e: e[0]))
    return (*first, *later)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    early = st.sampled_from(DAYS[:2])
    lists = draw(st.lists(st.tuples(st.sampled_from((*COUNTRIES, "USA", "CHN", "")), early), min_size=1, max_size=3))
    entry = st.builds(
        Entry,
        st.sampled_from(FIRMS),
        st.integers(0, len(lists) - 1),
        st.sampled_from(("1 FR 1", "2 FR 2")),
        st.sampled_from(("", *DAYS[:3])),
        st.sampled_from(("", "", *DAYS[3:])),
        early,
    )
    measure = st.builds(
        Measure,
        st.sampled_from(COUNTRIES),
        st.sampled_from((*BINDING, *LAW, *RULES, *IDLE)),
        st.booleans(),
        ladders(),
        st.lists(st.tuples(st.sampled_from(FIRMS), early), min_size=1, max_size=2, unique_by=lambda n: n[0]).map(tuple),
    )
    entries = draw(
        st.lists(entry, max_size=6, unique_by=lambda e: (e.firm, e.party_list, e.citation, e.start, e.known))
    )
    return World(tuple(lists), tuple(entries), tuple(draw(st.lists(measure, max_size=5))))


def written(world: World, path: Path) -> FactsFolder:
    folder = FactsFolder(path)
    folder.source("report", published="2019-01-01")
    for each in DAYS:
        folder.source(f"of-{each}", published=each)
    folder.entities("Country", *COUNTRIES)
    folder.entities("Company", *FIRMS)
    for number, (country, known) in enumerate(world.lists):
        folder.entity("PartyList", f"list-{number}")
        if country:
            folder.plain(f"list-{number}", "jurisdiction", country, source=f"of-{known}")
    for entry in world.entries:
        folder.relation(
            "ListEntry",
            party=entry.firm,
            party_list=f"list-{entry.party_list}",
            citation=entry.citation,
            valid_from=entry.start,
            valid_until=entry.end,
            source=f"of-{entry.known}",
        )
    for number, measure in enumerate(world.measures):
        slug = folder.entity("Policy", f"policy-{number}")
        folder.plain(slug, "issuerCountry", measure.issuer)
        folder.plain(slug, "instrumentType", measure.instrument)
        if measure.controls:
            folder.plain(slug, "controlledItemNote", "some tools")
        for kind, day, known in measure.events:
            folder.relation("PolicyEvent", policy=slug, event_kind=kind, event_date=day, source=f"of-{known}")
        for firm, known in measure.names:
            folder.plain(slug, "targetOrganisation", firm, source=f"of-{known}")
    return folder


# ---- the oracle: nothing of the package is used ----------------------------------------------------------------------------------


def state(measure: Measure, as_of: str, known_on: str) -> tuple[str, str]:
    """Codified and enforced by the words of the design: what has come is replayed; ISO dates compare as text."""
    told = sorted((day, ORDER.index(kind), kind) for kind, day, known in measure.events if known <= known_on)
    has = {kind for _, _, kind in told}
    come = [(day, kind) for day, _, kind in told if day <= as_of]
    kinds = [kind for _, kind in come]
    ended = suspended = False
    for kind in kinds:
        if kind == "rescinded":
            ended = True
        if kind == "reinstated":
            ended = suspended = False
        if kind == "suspended":
            suspended = True
    open_ended = bool(come) and come[-1][1] == "scheduled end" and as_of > come[-1][0]
    if measure.instrument in BINDING:
        law = "no"
        acts = "effective" in kinds if "effective" in has else _told(come, as_of)
        force = "yes" if acts and not ended else "no"
    elif measure.instrument in (*LAW, *RULES):
        law = "unknown" if "published" not in has else "yes" if "published" in kinds else "no"
        law = law if "effective" in kinds and not ended else "no"
        if law == "yes" and open_ended:
            law = "unknown"
        force = law
    else:
        law = force = "no"
    if force != "no" and open_ended:
        return law, "unknown"
    return law, "no" if force != "no" and suspended else force


ORDER = ("scheduled end", "published", "effective", "suspended", "rescinded", "reinstated")


def _told(come: list[tuple[str, str]], as_of: str) -> bool:
    """Whether any event has counted: a scheduled end counts from the day after."""
    return any(kind != "scheduled end" or as_of > day for day, kind in come)


def expected(
    world: World, by: tuple[str, ...], as_of: str, known_on: str
) -> dict[str, tuple[str, dict[str, set[tuple[str, str]]]]]:
    """For each firm: whether all enforce something, and by country what restricts it, with its state (blank for entries)."""
    held: dict[str, dict[str, set[tuple[str, str]]]] = {f: {c: set() for c in by} for f in FIRMS}
    for entry in world.entries:
        country, keeper_known = world.lists[entry.party_list]
        holds = entry.start <= as_of and (not entry.end or as_of < entry.end)
        if country in by and holds and max(entry.known, keeper_known) <= known_on:
            held[entry.firm][country].add((f"list-{entry.party_list} {entry.citation}", ""))
    for number, measure in enumerate(world.measures):
        acts = measure.instrument in (*BINDING, *LAW) or (measure.instrument in RULES and measure.controls)
        law, force = state(measure, as_of, known_on)
        if measure.issuer in by and acts and (law, force) != ("no", "no"):
            for firm, known in measure.names:
                if known <= known_on:
                    held[firm][measure.issuer].add((f"policy-{number} ", force))
    found = {}
    for firm, sides in held.items():
        if all(sides.values()):
            best = [max(RANK[force] for _, force in side) for side in sides.values()]
            found[firm] = (("no", "unknown", "yes")[min(best)], sides)
    return found


RANK = {"no": 0, "unknown": 1, "yes": 2, "": 2}


def given_by(answer: RestrictedParties) -> dict[str, tuple[str, dict[str, set[tuple[str, str]]]]]:
    return {
        p.party.id: (
            p.enforced,
            {
                j.jurisdiction.id: {
                    (f"{(r.party_list or r.policy).id} {r.citation}", r.enforced)  # type: ignore[union-attr]
                    for r in j.restrictions
                }
                for j in p.jurisdictions
            },
        )
        for p in answer.parties
    }


@settings(max_examples=300)
@given(
    worlds(),
    st.sampled_from([c for n in (1, 1, 2, 2, 3) for c in itertools.permutations(COUNTRIES, n)]),
    st.sampled_from(BETWEEN),
    st.sampled_from((*BETWEEN, *BETWEEN[3:])),
)
def test_who_is_restricted_is_what_the_rows_say(
    schema: Schema, tiny_release: Release, world: World, by: tuple[str, ...], as_of: str, known_on: str
) -> None:
    with tempfile.TemporaryDirectory() as place:
        facts = read_facts(written(world, Path(place) / "facts").write(), schema)
    dataset = dataset_of(schema, facts, tiny_release)
    for day in (*DAYS, as_of):  # one dataset: a day's answer is not another's
        raw: dict[str, Any] = {"by": list(by), "asOf": day, "knownOn": known_on}
        answer: RestrictedParties = ask(dataset, "restricted-parties", **raw).answer
        found = expected(world, by, day, known_on)
        assert given_by(answer) == found
    event(f"{len(by)} countries, {len(found)} firms")
    assert answer.total == len(found)
    assert {c.key: c.count for c in answer.counts} == {
        w: n for w in ("no", "unknown", "yes") if (n := sum(f[0] == w for f in found.values()))
    }
    for party in answer.parties:
        assert [j.jurisdiction.id for j in party.jurisdictions] == list(by)
        for restriction in (r for j in party.jurisdictions for r in j.restrictions):
            assert all(s.known_from <= known_on for s in restriction.statements), "nothing that came out later"
    pages, after = [], None
    while True:
        page: RestrictedParties = ask(dataset, "restricted-parties", **raw, first=1, after=after).answer
        pages += page.parties
        after = page.next
        if after is None:
            break
    assert [p.party for p in pages] == [p.party for p in answer.parties]


# ---- cases -----------------------------------------------------------------------------------------------------------------------


def parties(seed: Dataset, as_of: str, *by: str, **raw: Any) -> dict[str, str]:
    asked = {"by": list(by), "asOf": as_of, "knownOn": "2026-11-24", "first": 500, **raw}
    return {p.party.id: p.enforced for p in ask(seed, "restricted-parties", **asked).answer.parties}


@pytest.mark.parametrize(
    ("as_of", "by", "found"),
    [
        ("2026-11-24", ("USA", "CHN"), {"amd": "yes", "nvidia": "yes"}),
        ("2026-11-24", (), {"amd": "yes", "nvidia": "yes"}),
        ("2025-06-30", ("USA", "CHN"), {}),
        # the directive on data centres is of November 2025, the rule that names AMD of January 2026
        ("2025-12-31", ("USA", "CHN"), {}),
        ("2026-11-24", ("USA", "TWN"), {"huawei": "yes", "smic": "yes"}),
        ("2025-06-09", ("USA", "TWN"), {}),
        # suspended, not withdrawn; after its last possible day it is unknown
        ("2025-11-18", ("USA", "NLD"), {"wingtech": "yes"}),
        ("2026-01-15", ("USA", "NLD"), {"wingtech": "no"}),
        ("2026-11-24", ("USA", "NLD"), {"wingtech": "unknown"}),
        ("2023-06-01", ("CHN",), {"micron": "yes"}),
        ("2023-05-20", ("CHN",), {}),
    ],
)
def test_cases(seed: Dataset, as_of: str, by: tuple[str, ...], found: dict[str, str]) -> None:
    assert parties(seed, as_of, *by) == found


def test_what_was_not_known_then_is_not_told(seed: Dataset) -> None:
    assert parties(seed, "2026-11-24", "USA", "CHN", knownOn="2026-01-12") == {}
    assert "smic" not in parties(seed, "2026-11-24", "USA", knownOn="2020-12-17")


def test_a_grant_or_a_licence_is_no_restriction(seed: Dataset) -> None:
    """Micron, Amkor and Samsung have subsidies, Tencent stands in a licensing arrangement, TSMC in a tax law of Taiwan."""
    found = parties(seed, "2026-11-24", "USA")
    assert not {"micron", "amkor", "samsung-electronics", "tencent"} & set(found)
    assert "tsmc" not in parties(seed, "2026-11-24", "TWN")


def test_an_entry_shows_its_citation_and_start(seed: Dataset) -> None:
    answer = ask(seed, "restricted-parties", by=["USA"], asOf="2026-11-24", knownOn="2026-11-24", first=500).answer
    huawei = next(p for p in answer.parties if p.party.id == "huawei")
    entry, *measures = huawei.jurisdictions[0].restrictions
    assert (entry.kind, entry.party_list.id, entry.citation, entry.starts, entry.ends) == (
        "list entry",
        "us-entity-list",
        "84 FR 22961",
        "2019-05-16",
        "",
    )
    assert (entry.codified, entry.enforced, entry.state) == ("", "", "")
    assert entry.text == "For all items subject to the EAR"
    assert entry.hedges
    assert entry.statements
    assert {m.kind for m in measures} == {"measure"}
    assert {m.policy.id: m.starts for m in measures}["us-2019-05-huawei"] == "2019-05-16"


def test_doubt_about_a_measure_is_said(seed: Dataset) -> None:
    (wingtech,) = ask(
        seed, "restricted-parties", by=["NLD", "USA"], asOf="2026-01-15", knownOn="2026-11-24"
    ).answer.parties
    (order,) = wingtech.jurisdictions[0].restrictions
    assert (order.codified, order.enforced, order.ends) == ("yes", "no", "2026-09-30")
    assert "not enforced on the day: suspended" in order.hedges
    both = ask(seed, "restricted-parties", asOf="2026-11-24", knownOn="2026-11-24").answer
    h200 = next(
        r for p in both.parties for j in p.jurisdictions for r in j.restrictions if r.policy.id == "cn-2026-h200"
    )
    assert any(h.startswith("amended 2026-08: Eased") for h in h200.hedges)


def test_ownership_is_not_counted_and_the_answer_says_so(folder: FactsFolder, opened: Opened) -> None:
    folder.entities("Country", "USA")
    folder.entities("PartyList", "a-list")
    folder.entities("Company", "parent", "child")
    folder.plain("a-list", "jurisdiction", "USA")
    folder.relation("ListEntry", party="parent", party_list="a-list", citation="1 FR 1")
    folder.relation("Ownership", owner="parent", owned="child", percent="100")
    answered = ask(opened(folder), "restricted-parties", by=["USA"])
    assert [p.party.id for p in answered.answer.parties] == ["parent"]
    assert any("Ownership is not" in n for n in answered.meta.notices)


@pytest.mark.parametrize(
    ("raw", "error", "words"),
    [
        ({"by": ["Chnia"]}, UnknownId, "nearest: CHN"),
        ({"by": ["nvidia"]}, WrongClass, "expected a country"),
        ({"by": ["USA"], "first": 0}, BadArgument, "out of range"),
        ({"by": ["USA"], "after": "nonsense"}, BadCursor, "no cursor"),
        ({"to": ["USA"]}, BadArgument, "no argument"),
    ],
)
def test_bad_input_is_named(seed: Dataset, raw: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        ask(seed, "restricted-parties", **raw)


def test_a_cursor_of_other_countries_is_refused(seed: Dataset) -> None:
    cursor = ask(seed, "restricted-parties", by=["USA"], first=1).answer.next
    with pytest.raises(BadCursor):
        ask(seed, "restricted-parties", by=["CHN"], after=cursor)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"by": ["FRA"]}, "No list and no measure of France"),
        ({"by": ["USA"], "asOf": "2016-05-01"}, "before 2018-01-01 are not collected"),
        ({"by": ["USA"], "asOf": "2026-11-24", "knownOn": "2025-01-01"}, "What happened after 2025-01-01"),
        ({"by": ["FRA", "USA"]}, "no finding that none is"),
    ],
)
def test_an_empty_answer_says_what_it_rests_on(seed: Dataset, raw: dict[str, Any], words: str) -> None:
    assert any(words in n for n in ask(seed, "restricted-parties", **raw).meta.notices)


def test_without_countries_a_release_that_has_not_both_asks_for_them(folder: FactsFolder, opened: Opened) -> None:
    folder.entities("Country", "NLD")
    with pytest.raises(BadArgument, match="by: missing"):
        ask(opened(folder), "restricted-parties")
