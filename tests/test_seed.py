"""The packaged seed: what it must hold, whatever else is added to it. Counts of paths come from a walk over the raw facts."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from kg.facts.dates import day_precise, latest
from kg.operations import OPERATIONS
from kg.store.dataset import Dataset
from tests.helpers import ask, day

KNOWN = {"knownOn": "2026-11-24"}


@pytest.mark.parametrize("known_on", ["2025-01-20", "2026-11-24"])
def test_every_country_has_a_tier(known_on: str, seed: Dataset) -> None:
    answer = ask(seed, "tier", first=500, asOf="2025-01-20", knownOn=known_on).answer
    assert answer.total == len(answer.rows) == 249
    assert Counter(r.level for r in answer.rows) == {1: 65, 2: 159, 3: 25}
    assert all(r.statements for r in answer.rows)
    assert (answer.policy.id, answer.state.codified, answer.state.enforced) == (
        "us-ai-diffusion-framework",
        "yes",
        "no",
    )
    assert {
        r.country.id: r.level
        for r in answer.rows
        if r.country.id in ("IND", "MYS", "SGP", "ARE", "CHN", "MAC", "KHM", "NLD")
    } == {
        **dict.fromkeys(("IND", "MYS", "SGP", "ARE"), 2),
        **dict.fromkeys(("CHN", "MAC", "KHM"), 3),
        "NLD": 1,
    }


@pytest.mark.parametrize(
    ("as_of", "codified", "labels"),
    [
        ("2025-01-14", "no", {"announced"}),
        ("2025-01-20", "yes", {"published"}),
        ("2025-05-14", "yes", {"not enforced", "rescission announced"}),
        ("2026-07-23", "yes", {"not enforced", "rescission announced"}),
    ],
)
@pytest.mark.parametrize("country", ["IND", "MYS", "SGP", "ARE"])
def test_a_tier_comes_with_the_state_of_its_rule(
    as_of: str, codified: str, labels: set[str], country: str, seed: Dataset
) -> None:
    answer = ask(seed, "tier", country=country, asOf=as_of, **KNOWN).answer
    assert answer.level == 2
    assert (answer.state.codified, answer.state.enforced) == (codified, "no")
    assert answer.state.label in labels


@pytest.mark.parametrize("policy", [None, "us-ai-diffusion-framework"])
def test_before_the_framework_a_tier_is_none_and_no_error(policy: str | None, seed: Dataset) -> None:
    answered = ask(seed, "tier", country="IND", policy=policy, asOf="2024-06-01", **KNOWN)
    assert answered.answer.tier is None
    assert answered.meta.notices


def test_claims_of_the_brief(seed: Dataset) -> None:
    claims = [e.slug for e in seed.as_of(day("2026-11-24"), day("2026-11-24")).entities("Claim")]
    assert len([c for c in claims if re.fullmatch(r"sc\d+", c)]) == 69


def test_nothing_comes_from_a_source_that_may_not_be_passed_on(seed: Dataset) -> None:
    facts = seed.facts
    assert {b.licence for b in facts.batches.values()} == {"CC-BY-4.0"}
    for source in facts.sources.values():
        text = " ".join((source.id, source.title, source.url, source.note, source.publisher, source.licence))
        assert "NC" not in source.licence
        assert not re.search(
            r"\bETO\b|eto\.tech|emerging technology observatory|cc[ -]by-nc|provision\.csv", text, re.I
        ), source.id
    for statement in facts.statements.values():
        text = " ".join(
            (
                statement.to_check_in,
                statement.note,
                statement.passage,
                statement.quote,
                *statement.derived_from,
                *statement.origin,
            )
        )
        assert not re.search(
            r"\bETO\b|emerging technology observatory|CC[ -]BY-NC|\bprovision\.csv|CSET provision", text, re.I
        ), statement.origin


def test_every_source_was_looked_at_for_its_licence(seed: Dataset) -> None:
    sources = list(seed.facts.sources.values())
    assert [s.id for s in sources if not s.rights] == []
    assert [s.id for s in sources if s.licence and (s.rights == "no licence found" or "reserves" in s.rights)] == []
    assert [s.id for s in sources if not s.licence and "licence" not in s.rights and "publisher" not in s.rights] == []
    assert sum(bool(s.licence) for s in sources) == 144


def test_evidence(seed: Dataset) -> None:
    for statement in seed.facts.statements.values():
        assert statement.origin, statement.iri
        if statement.status == "verified":
            assert statement.source in seed.facts.sources
            assert not statement.to_check_in
        elif statement.status == "unverified":
            assert statement.to_check_in
            assert not statement.source
        else:
            assert statement.status == "derived"
            assert statement.derived_from
        assert statement.known is not None
    for source in seed.facts.sources.values():
        assert source.title
        assert re.match(r"https?://\S+\Z", source.url) or not source.url, source.id
    for change in (*seed.facts.ends, *seed.facts.corrections):
        assert change.statement in seed.facts.statements
        assert change.source in seed.facts.sources


def test_an_announced_or_published_event_is_known_by_its_day(seed: Dataset) -> None:
    """Regression in the rows: an event's announced or published date is its first public day, which these leave blank.

    (A letter may say otherwise: it became public when its addressee disclosed it; then `first_public` is given.)
    """
    late = [
        s.origin[0]
        for s in seed.facts.statements.values()
        if s.class_name == "PolicyEvent"
        and s.text("eventKind") in ("announced", "published")
        and day_precise(s.text("eventDate"))
        and not s.first_public
        and s.known > latest(s.text("eventDate"))
    ]
    assert late == []


@pytest.mark.parametrize(
    ("as_of", "by_length"), [("2026-11-24", {3: 1, 4: 7, 5: 39, 6: 100}), ("2024-06-01", {3: 4, 4: 9, 5: 48, 6: 104})]
)
def test_paths_from_the_ascend_910c_to_the_netherlands(as_of: str, by_length: dict[int, int], seed: Dataset) -> None:
    raw = {"source": "huawei-ascend-910c", "target": "NLD", "asOf": as_of, **KNOWN}
    answered = ask(seed, "paths", mode="all", max_length=6, limit=1000, **raw)
    assert Counter(p.length for p in answered.answer.paths) == by_length
    assert answered.answer.shortest == 3
    assert not answered.meta.truncated
    assert len(ask(seed, "paths", **raw).answer.paths) == by_length[3]


def test_every_operation_answers_early_and_late(seed: Dataset) -> None:
    arguments = {
        "search": {"text": "huawei"},
        "list": {"class": "Entity"},
        "entity": {"id": "huawei-ascend-910c"},
        "paths": {"source": "huawei-ascend-910c", "target": "NLD"},
        "upstream": {"id": "huawei-ascend-910c"},
        "downstream": {"id": "asml"},
        "compare": {"ids": ["huawei-ascend-910c", "nvidia-h100-sxm"]},
        "chokepoints": {"source": "huawei-ascend-910c", "target": "NLD"},
        "feasibility": {"item": "huawei-ascend-910c", "removed": ["NLD"]},
        "cut-sets": {"item": "huawei-ascend-910c", "by": "country", "max_size": 1},
        "criticality": {"item": "hbm3"},
        "self-sufficiency": {"group": "CHN", "item": "huawei-ascend-910c"},
        "exposure": {"organisation": "huawei", "to": "CHN"},
        "common-suppliers": {"ids": ["huawei-ascend-910c", "nvidia-h100-sxm"]},
        "changes": {"from": "2025-01-01", "to": "2025-06-01"},
        "status-changes": {"from": "2022-10-07", "to": "2023-11-17"},
        "cap": {"chip": "nvidia-h100-sxm", "limit": 790_000_000},
    }
    for operation in OPERATIONS:
        if operation.name == "tier":
            continue  # see the test below
        for date in ("0001-01-01", "1990-01-01", "2025-01-20", "9999-12-31"):
            answered = ask(seed, operation.name, **arguments.get(operation.name, {}), asOf=date, knownOn=date)
            assert (answered.meta.as_of, answered.meta.known_on) == (date, date)
            if date == "1990-01-01":
                assert any("lies before" in n for n in answered.meta.notices)
    assert seed.as_of(day("1990-01-01"), day("1990-01-01")).statements == {}


@pytest.mark.parametrize("date", ["0001-01-01", "1990-01-01", "2025-01-20", "9999-12-31"])
@pytest.mark.parametrize("country", ["IND", None])
def test_a_tier_is_answered_on_any_date(date: str, country: str | None, seed: Dataset) -> None:
    """Regression: where no policy with tiers is known yet the answer is an error, though a question before the first dated
    statement is answered with a notice."""
    answered = ask(seed, "tier", country=country, asOf=date, knownOn=date)
    assert (answered.meta.as_of, answered.meta.known_on) == (date, date)
