"""Who contests a policy's ladder, and where what is known of it ends: cases of the seed, small ladders, and what must hold of every policy."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from kg.answers.shapes import Contest, PolicyStateAnswer
from kg.facts.dates import earliest, latest
from kg.facts.reader import read_facts
from kg.schema import Schema
from kg.store.dataset import Dataset
from kg.store.release import Release
from tests.helpers import FactsFolder, ask, dataset_of

Opened = Callable[[FactsFolder], Dataset]
DIFFUSION = "us-ai-diffusion-framework"
MOFCOM = ("cn-2025-55", "cn-2025-56", "cn-2025-57", "cn-2025-58", "cn-2025-61", "cn-2025-62")


def state(dataset: Dataset, policy: str, as_of: str = "2026-11-24", known_on: str = "2026-11-24") -> PolicyStateAnswer:
    answer: PolicyStateAnswer = ask(dataset, "policy-state", policy=policy, asOf=as_of, knownOn=known_on).answer
    return answer


def told(found: tuple[Contest, ...], kind: str) -> set[tuple[str, str, str, str]]:
    return {(c.property, c.ladder, c.said, c.by) for c in found if c.kind == kind}


# ---- the seed ------------------------------------------------------------------------------------------------------------------


def test_headlines_say_rescinded_while_the_rule_is_in_the_code(seed: Dataset) -> None:
    answer = state(seed, DIFFUSION)
    assert (answer.codified, answer.enforced) == ("yes", "no")
    assert told(answer.contested, "state") == {
        ("codified", "yes", "no", "Alston & Bird"),
        ("codified", "yes", "no", "CDO Magazine"),
    }
    headline = next(c for c in answer.contested if c.by == "Alston & Bird")
    assert headline.claim is not None
    assert headline.hedge.startswith("headline only")
    assert [s.source.title for s in headline.statements if s.source] == ["Alston: Commerce rescinds AI Diffusion Rule"]


@pytest.mark.parametrize("as_of", ["2025-02-01", "2025-05-12"])
def test_nobody_contests_a_state_before_saying_so(seed: Dataset, as_of: str) -> None:
    assert told(state(seed, DIFFUSION, as_of).contested, "state") == set()


def test_what_was_said_is_told_only_once_it_is_known(seed: Dataset) -> None:
    assert told(state(seed, DIFFUSION, "2026-11-24", "2025-05-12").contested, "state") == set()
    early = {c.by for c in state(seed, DIFFUSION, "2025-06-30", "2025-05-20").contested if c.kind == "state"}
    assert early == {"CDO Magazine"}, "the other page gives the month only"


def test_the_effective_date_is_told_otherwise(seed: Dataset) -> None:
    expected = {("effective", "2025-01-13", "2025-01-15", "Bureau of Industry and Security")}
    assert told(state(seed, DIFFUSION, "2025-02-01").contested, "event") == expected


def test_a_forecast_that_went_otherwise_is_overtaken(seed: Dataset) -> None:
    before, after = (
        {c.claim.id for c in state(seed, DIFFUSION, d, d).contested if c.claim and c.kind == "overtaken"}
        for d in ("2025-05-12", "2025-06-30")
    )
    assert (before, after) == (set(), {"sc46", "sc47"})


@pytest.mark.parametrize("policy", MOFCOM)
def test_whether_the_truce_covers_the_suspension_is_contested(seed: Dataset, policy: str) -> None:
    """The claims are about announcement 70, which modifies each of the six."""
    answer = state(seed, policy)
    assert {c.about.id for c in answer.contested} == {"cn-2025-70"}
    assert {(c.kind, c.claim.id) for c in answer.contested if c.claim} == {
        ("event", "truce-covers-no-70-press"),
        ("event", "truce-keeps-rare-earth-supply-bessent"),
        ("contradiction", "truce-moved-no-instrument-analysts"),
    }
    assert state(seed, policy, "2026-09-22").contested == ()


def test_two_reasons_for_one_letter_contradict_one_another(seed: Dataset) -> None:
    found = state(seed, "us-2025-04-h20", "2025-06-01").contested
    assert {c.claim.id for c in found if c.claim} == {"sc21", "us-h20-licence-stated-reason"}
    assert {c.kind for c in found} == {"contradiction"}


def test_announced_after_it_is_effective_is_no_contradiction(seed: Dataset) -> None:
    assert state(seed, "tw-2025-shtc").contested == ()


def test_a_day_within_a_month_is_no_contradiction(seed: Dataset) -> None:
    assert state(seed, "my-2024-nss").contested == ()


@pytest.mark.parametrize("policy", MOFCOM)
def test_what_followed_the_end_of_the_suspension_is_not_known(seed: Dataset, policy: str) -> None:
    ends = state(seed, policy).knowledge_ends
    assert ends.date == "2026-08-02"
    assert ends.text.startswith("Scheduled to revive on 2026-11-10; what followed is not known here.")
    assert [e.date for e in ends.scheduled] == ["2026-11-10"]
    before = state(seed, policy, "2026-11-09").knowledge_ends
    assert (before.scheduled, "Scheduled" in before.text) == ((), False)


@pytest.mark.parametrize(
    ("policy", "as_of", "date", "words"),
    [
        (DIFFUSION, "2026-11-24", "2026-07-23", "nothing after it is known here"),
        (DIFFUSION, "2025-02-01", "2026-07-23", "Sources about this policy reach to 2026-07-23."),
        (
            "us-2025-09-aff",
            "2026-11-24",
            "2025-11",
            "Scheduled to revive on 2026-11-09; what followed is not known here.",
        ),
        ("cn-2025-70", "2026-11-24", "2026-09-24", "Scheduled to end on 2026-11-10; what followed is not known here."),
    ],
)
def test_knowledge_ends_with_the_newest_source_about_that_policy(
    seed: Dataset, policy: str, as_of: str, date: str, words: str
) -> None:
    ends = state(seed, policy, as_of).knowledge_ends
    assert ends.date == date
    assert words in ends.text
    assert any(s.source and s.source.published == date for s in ends.statements)


def test_an_end_of_one_clause_says_which(seed: Dataset) -> None:
    ends = state(seed, "cn-2024-46", "2026-12-01", "2026-12-01").knowledge_ends
    assert "revive on 2026-11-27 (Clause 2:" in ends.text


@pytest.mark.parametrize("known_on", ["2025-01-14", "2025-06-01", "2026-08-01", "2026-11-24"])
def test_of_every_policy_nothing_is_told_that_came_out_later(seed: Dataset, known_on: str) -> None:
    table = ask(seed, "policy-state", asOf=known_on, knownOn=known_on, first=500).answer
    day = dt.date.fromisoformat(known_on)
    for row in table.rows:
        last = latest(row.knowledge_ends.date) if row.knowledge_ends.date else None
        assert last is None or last <= day
        for contest in row.contested:
            said = earliest(contest.date) if contest.date else None
            assert said is None or said <= day
            assert contest.statements
            assert all(not s.known_from or s.known_from <= known_on for s in contest.statements)


# ---- small ladders -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def rule(folder: FactsFolder) -> FactsFolder:
    folder.source("gazette", published="2020-02-01")
    folder.source("press", published="2020-02-03")
    folder.entities("Policy", "rule", "notice")
    folder.plain("rule", "instrumentType", "rule")
    for kind in ("published", "effective"):
        folder.relation("PolicyEvent", policy="rule", event_kind=kind, event_date="2020-02-01", source="gazette")
    return folder


def claim(folder: FactsFolder, slug: str, said: str, value: str, about: str = "rule", **cells: str) -> None:
    folder.claim(slug, about, metric_property=said, value_text=value, source="press", **cells)


DAY = "2021-01-01"


def test_without_a_claim_nobody_contests(rule: FactsFolder, opened: Opened) -> None:
    assert state(opened(rule), "rule", DAY).contested == ()


@pytest.mark.parametrize(
    ("said", "value", "contests"),
    [("codified", "no", 1), ("codified", "yes", 0), ("enforced", "unknown", 1), ("dieArea", "no", 0)],
)
def test_a_claim_contests_where_it_says_another_state(
    rule: FactsFolder, opened: Opened, said: str, value: str, contests: int
) -> None:
    claim(rule, "k1", said, value, claim_date="2020-03-01")
    assert len(state(opened(rule), "rule", DAY).contested) == contests


def test_a_claim_about_an_earlier_state_contests_nothing(rule: FactsFolder, opened: Opened) -> None:
    claim(rule, "k1", "codified", "no", claim_date="2020-03-01")
    rule.relation(
        "PolicyEvent", policy="rule", event_kind="amended", event_date="2020-06-01", scope="one clause", source="press"
    )
    assert [c.kind for c in state(opened(rule), "rule", DAY).contested] == ["state"]
    rule.relation("PolicyEvent", policy="rule", event_kind="suspended", event_date="2020-07-01", source="press")
    assert [c.kind for c in state(opened(rule), "rule", "2020-06-30").contested] == ["state"]
    assert state(opened(rule), "rule", DAY).contested == ()


@pytest.mark.parametrize(
    ("date", "contests"), [("2020-02-01", 0), ("2020-02", 0), ("2020", 0), ("2020-03", 1), ("2020-02-02", 1)]
)
def test_a_claim_of_a_date_contests_where_it_cannot_be_the_same_day(
    rule: FactsFolder, opened: Opened, date: str, contests: int
) -> None:
    claim(rule, "k1", "eventDate", date, metric="effective")
    assert len(state(opened(rule), "rule", DAY).contested) == contests


def test_a_date_of_a_kind_that_the_ladder_lacks_contests_nothing(rule: FactsFolder, opened: Opened) -> None:
    claim(rule, "k1", "eventDate", "2020-05-01", metric="rescinded")
    assert state(opened(rule), "rule", DAY).contested == ()


def test_two_sources_that_date_one_event_apart(rule: FactsFolder, opened: Opened) -> None:
    rule.relation(
        "PolicyEvent", policy="rule", event_kind="published", event_date="2020-02-05", source="press", note="reported"
    )
    (found,) = state(opened(rule), "rule", DAY).contested
    assert (found.kind, found.property, found.ladder, found.said) == ("event", "published", "2020-02-01", "2020-02-05")
    assert (found.by, found.date, found.hedge, found.claim) == ("Title of press", "2020-02-03", "reported", None)
    assert state(opened(rule), "rule", "2020-02-04").contested == (), "the other date has not come"


def test_one_source_that_gives_two_dates_knows_them_apart(rule: FactsFolder, opened: Opened) -> None:
    rule.relation("PolicyEvent", policy="rule", event_kind="published", event_date="2020-02-05", source="gazette")
    assert state(opened(rule), "rule", DAY).contested == ()


def test_stopped_and_reinstated_on_one_day_by_two_sources(rule: FactsFolder, opened: Opened) -> None:
    for kind, source in (("suspended", "press"), ("reinstated", "gazette")):
        rule.relation("PolicyEvent", policy="rule", event_kind=kind, event_date="2020-05-01", source=source)
    (found,) = state(opened(rule), "rule", DAY).contested
    assert (found.property, found.ladder, found.said, found.by) == (
        "event kind",
        "reinstated",
        "suspended",
        "Title of press",
    )


def test_claims_about_a_policy_that_modifies_it_are_shown(rule: FactsFolder, opened: Opened) -> None:
    rule.plain("notice", "modifies", "rule")
    rule.plain("notice", "instrumentType", "order")
    rule.relation("PolicyEvent", policy="notice", event_kind="scheduled end", event_date="2020-06-01", source="gazette")
    claim(rule, "k1", "eventDate", "2020-09-01", about="notice", metric="scheduled end")
    dataset = opened(rule)
    (found,) = state(dataset, "rule", DAY).contested
    assert (found.about.id, found.ladder, found.said) == ("notice", "2020-06-01", "2020-09-01")
    assert len(state(dataset, "notice", DAY).contested) == 1


def test_knowledge_without_a_date_says_so(folder: FactsFolder, opened: Opened) -> None:
    folder.source("undated", published="")
    folder.entities("Policy", "rule")
    folder.plain("rule", "summary", "words", source="undated")
    ends = state(opened(folder), "rule", DAY).knowledge_ends
    assert (ends.date, ends.text) == ("", "No source about this policy has a date.")


def test_a_later_compilation_counts_with_the_day_it_was_public(folder: FactsFolder, opened: Opened) -> None:
    folder.source("compilation", published="2026-01-01")
    folder.entities("Policy", "rule")
    folder.plain("rule", "summary", "words", source="compilation", first_public="2020-05-01")
    dataset = opened(folder)
    assert state(dataset, "rule", DAY, DAY).knowledge_ends.date == "2020-05-01"
    assert state(dataset, "rule", DAY, "2026-11-24").knowledge_ends.date == "2026-01-01"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("suspension ends", "Scheduled to revive on 2020-06-01; what followed is not known here."),
        ("scheduled end", "Scheduled to end on 2020-06-01; what followed is not known here."),
        ("effective", "Scheduled to take effect on 2020-06-01; taken to have come, since no source says otherwise."),
        (
            "compliance due",
            "Scheduled to require compliance on 2020-06-01; taken to have come, since no source says otherwise.",
        ),
    ],
)
def test_what_was_scheduled_between_the_newest_source_and_the_day(
    folder: FactsFolder, opened: Opened, kind: str, words: str
) -> None:
    folder.source("gazette", published="2020-02-01")
    folder.entities("Policy", "rule")
    folder.relation("PolicyEvent", policy="rule", event_kind=kind, event_date="2020-06-01", source="gazette")
    dataset = opened(folder)
    assert state(dataset, "rule", "2020-06-01").knowledge_ends.text.startswith(words)
    assert state(dataset, "rule", "2020-05-31").knowledge_ends.scheduled == ()
    folder.source("later", published="2020-06-01")
    folder.plain("rule", "summary", "words", source="later")
    assert state(opened(folder), "rule", "2020-07-01").knowledge_ends.scheduled == ()


DAYS = ("2020-02-01", "2020-03-01", "2020-04-01", "2020-05-01")


@given(
    st.lists(
        st.tuples(st.sampled_from(DAYS), st.sampled_from(("", *DAYS)), st.sampled_from(("facts", "events", "claims"))),
        min_size=1,
        max_size=5,
        unique_by=lambda r: (r[0], r[2]),
    ),
    st.sampled_from(DAYS),
)
def test_the_end_of_knowledge_is_the_newest_of_what_is_known(
    schema: Schema, tiny_release: Release, rows: list[tuple[str, str, str]], known_on: str
) -> None:
    """Rows (published, first public, what) by brute force: a source no later than `knownOn`, else the day the statement was public."""
    with tempfile.TemporaryDirectory() as place:
        folder = FactsFolder(Path(place) / "facts")
        folder.entities("Policy", "rule")
        for each in DAYS:
            folder.source(f"of-{each}", published=each)
        for number, (published, public, what) in enumerate(rows):
            tail: dict[str, Any] = {"source": f"of-{published}"} | ({"first_public": public} if public else {})
            if what == "facts":
                folder.plain("rule", "summary", f"words {number}", **tail)
            elif what == "events":
                folder.relation(
                    "PolicyEvent", policy="rule", event_kind="amended", event_date=f"2019-01-0{number + 1}", **tail
                )
            else:
                folder.claim(f"k{number}", "rule", **tail)
        dataset = dataset_of(schema, read_facts(folder.write(), schema), tiny_release)
    days = [p if p <= known_on else public for p, public, _ in rows if p <= known_on or (public and public <= known_on)]
    event(f"{len(days)} of {len(rows)} known")
    assert state(dataset, "rule", "2021-01-01", known_on).knowledge_ends.date == max(days, default="")
