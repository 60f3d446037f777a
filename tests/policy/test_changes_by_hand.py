"""Changes between two dates, by hand: small folders of facts with their answers written out."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest

from kg.errors import BadArgument
from kg.facts.model import Batch, Facts
from kg.facts.reader import read_facts
from kg.operations import Answered
from kg.schema import Schema
from kg.store.dataset import Dataset
from kg.store.release import Release
from tests.helpers import FactsFolder, ask, dataset_of, iri_of, text_of

Opened = Callable[[FactsFolder], Dataset]
TODAY = {"asOf": "2026-11-24", "knownOn": "2026-11-24"}


def asked(dataset: Dataset, start: object, end: object, **more: Any) -> Answered:
    return ask(dataset, "changes", **{"from": start, "to": end}, **{**TODAY, **more})


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
