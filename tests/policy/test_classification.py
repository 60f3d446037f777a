"""Classification on the seed and on small worlds: published classifications, dates before a rule, differing values, systems, caps."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.answers.classification import ClassifyAnswer
from kg.errors import BadArgument
from kg.policy.control_rules import EXCEPTION, LINES
from kg.store.dataset import Dataset
from tests.helpers import ask

PUBLISHED = list(csv.DictReader((Path(__file__).parent / "published.csv").read_text(encoding="utf-8").splitlines()))
TODAY = "2026-11-24"


def classify(seed: Dataset, chip: str, day: str, **more: Any) -> ClassifyAnswer:
    answer = ask(seed, "classify", chip=chip, asOf=day, knownOn=TODAY, **more).answer
    assert isinstance(answer, ClassifyAnswer)
    return answer


def line(answer: ClassifyAnswer, label: str) -> str:
    return next((p.verdict for p in answer.paragraphs if p.label == label), "absent")


def agrees(answer: ClassifyAnswer, says: str) -> bool:
    """Whether an answer says what somebody published."""
    if says.startswith("TPP "):
        tpp = answer.inputs[0].value
        return tpp is not None and abs(tpp - float(says.removeprefix("TPP "))) < 1
    if says in ("controlled", "not controlled"):
        return (answer.outcome[:5] in ("3A090", "4A090")) if says == "controlled" else answer.outcome == "none"
    if says.startswith("3A090"):
        return answer.outcome == says
    return line(answer, says) == "meets"


@pytest.mark.parametrize("row", PUBLISHED, ids=[f"{r['item']}-{r['as_of']}-{r['says']}" for r in PUBLISHED])
def test_published_classifications(seed: Dataset, row: dict[str, str]) -> None:
    """What makers, counsel and trackers say. Where the file says that it disagrees, it must still: the reason is in its note."""
    assert agrees(classify(seed, row["item"], row["as_of"]), row["says"]) is (row["agrees"] == "yes"), row["note"]


def test_enough_is_published_and_each_disagreement_has_its_reason() -> None:
    assert len(PUBLISHED) >= 60
    assert all(r["note"] for r in PUBLISHED if r["agrees"] == "no")
    assert all(r["source"] and r["url"] for r in PUBLISHED)


FIRST_DAYS = {
    "us-2022-10": "2022-10-07",
    "us-2023-10-acs": "2023-11-17",
    "us-2024-12-fdp": "2024-12-02",
    "us-ai-diffusion-framework": "2025-01-15",
    "us-2025-01-foundry": "2025-01-16",
    "us-2025-04-h20": "2025-04-09",
    "us-2025-04-mi308": "2025-04-01",
    "us-2026-01-h200": "2026-01-15",
    "us-2026-uae": "2026-01-01",
}


def day_before(day: str) -> str:
    return (dt.date.fromisoformat(day) - dt.timedelta(days=1)).isoformat()


@pytest.mark.parametrize("line_", LINES, ids=[f"{x.label} {x.policy}" for x in LINES])
def test_a_rule_is_cited_from_its_first_day_and_not_before(seed: Dataset, line_: Any) -> None:
    chips = {"letter to Intel": "intel-gaudi2", "letter to AMD": "amd-mi300x", EXCEPTION: "hbm3"}
    system = line_.label.startswith("4A090")
    chip = "nvidia-dgx-h100" if system else chips.get(line_.label, "nvidia-a100-80")

    def cited(day: str) -> set[tuple[str, str]]:
        return {(p.label, p.rule.id) for p in classify(seed, chip, day).paragraphs}

    first = FIRST_DAYS[line_.policy]
    assert (line_.label, line_.policy) in cited(first)
    assert (line_.label, line_.policy) not in cited(day_before(first))


def test_every_rule_of_the_table_has_its_first_day_here() -> None:
    assert {x.policy for x in LINES} == set(FIRST_DAYS)


@given(st.dates(min_value=dt.date(2018, 1, 1), max_value=dt.date(2026, 11, 24)))
@settings(max_examples=15)
def test_no_date_cites_a_later_rule(seed: Dataset, day: dt.date) -> None:
    answer = classify(seed, "nvidia-a100-80", day.isoformat())
    assert all(day.isoformat() >= FIRST_DAYS[p.rule.id] for p in answer.paragraphs)
    assert (answer.rule is None) is (day.isoformat() < "2022-10-07")


def test_before_the_first_rule_there_is_no_paragraph(seed: Dataset) -> None:
    answered = ask(seed, "classify", chip="nvidia-a100-80", asOf="2022-10-06", knownOn=TODAY)
    assert (answered.answer.outcome, answered.answer.paragraphs, answered.answer.rule) == ("no rule", (), None)
    assert any("no control paragraph" in n for n in answered.meta.notices)


def test_a_chip_launched_later_does_not_exist_yet(seed: Dataset) -> None:
    answered = ask(seed, "classify", chip="nvidia-b200", asOf="2023-12-01", knownOn=TODAY)
    assert (answered.answer.outcome, answered.answer.launched) == ("not launched", "no")
    assert any("does not exist yet" in n for n in answered.meta.notices)


def test_a_chip_without_figures_is_undetermined_and_says_what_is_missing(seed: Dataset) -> None:
    answer = classify(seed, "huawei-ascend-920", TODAY)
    assert answer.outcome == "undetermined"
    assert set(answer.missing) == {"TPP", "die area", "market segment"}
    assert answer.possible == ("3A090.a", "3A090.b", "none")


def test_a_high_total_decides_without_a_die_area(seed: Dataset) -> None:
    answer = classify(seed, "huawei-ascend-910b", "2024-06-01")
    assert (answer.outcome, answer.missing) == ("3A090.a", ())


def test_several_paragraphs_are_shown_and_the_first_governs(seed: Dataset) -> None:
    answer = classify(seed, "amd-mi250x", "2024-06-01")
    assert (line(answer, "3A090.a"), line(answer, "3A090.b")) == ("meets", "meets")
    assert [p.label for p in answer.paragraphs if p.governs] == ["3A090.a"]


@pytest.mark.parametrize(
    ("tpp", "market", "expected"),
    [
        (4800, "other", "3A090.a"),
        (4799.9, "other", "none"),
        (4799.9, "data-centre", "3A090.b"),
        (814 * 5.92, "data-centre", "3A090.a"),
        (2399.9, "data-centre", "none"),
        (2400, "data-centre", "3A090.b"),
    ],
)
def test_what_would_it_be_if(seed: Dataset, tpp: float, market: str, expected: str) -> None:
    """The H20's die is 814 mm2: at 2,399.9 its density is 2.95, at 4,799.9 5.897."""
    answer = classify(seed, "nvidia-h20", "2024-06-01", tpp=tpp, market=market)
    assert answer.outcome == expected
    assert answer.inputs[0].assumed


def test_the_h20_is_in_the_letter_and_in_no_paragraph(seed: Dataset) -> None:
    answer = classify(seed, "nvidia-h20", "2025-05-01")
    assert answer.outcome == "none"
    assert (line(answer, "letter to Nvidia"), line(answer, "letter to Intel")) == ("meets", "absent")
    after = classify(seed, "nvidia-h20", "2025-09-01")
    assert line(after, "letter to Nvidia") == "absent"


def test_the_window_of_2026_has_both_limits(seed: Dataset) -> None:
    verdicts = {
        c: line(classify(seed, c, "2026-02-01"), "case-by-case review")
        for c in ("nvidia-h200-sxm", "nvidia-b200", "nvidia-h20")
    }
    assert verdicts == {"nvidia-h200-sxm": "meets", "nvidia-b200": "does not meet", "nvidia-h20": "does not meet"}


def test_the_framework_is_codified_and_not_enforced(seed: Dataset) -> None:
    found = next(
        p for p in classify(seed, "nvidia-h100-sxm", "2026-02-01").paragraphs if p.label == "3A090.a worldwide"
    )
    assert (found.verdict, found.codified, found.enforced) == ("meets", "yes", "no")


def test_a_claim_gives_another_outcome_beside_and_decides_nothing(seed: Dataset) -> None:
    """The Ascend 910's processing die has 456 mm2; 1,228 mm2, listed for the whole package, would put it into .b."""
    answer = classify(seed, "huawei-ascend-910", "2024-06-01")
    area = next(i for i in answer.inputs if i.name == "die area")
    assert answer.outcome == "3A090.a"
    assert [(o.value, o.outcome) for o in area.others] == [(1228.0, "3A090.b")]


def test_published_claims_stand_beside(seed: Dataset) -> None:
    assert [c.value_text for c in classify(seed, "nvidia-h20", TODAY).published] == [
        "3A090.b.2",
        "2,368 / 814 = 2.91, below 3.2",
    ]
    tpp = classify(seed, "amd-mi325x", TODAY).inputs[0]
    assert tpp.value == 20919.2
    assert {o.value for o in tpp.others} == {20800.0, 20919.0}


def test_a_system_is_what_it_contains(seed: Dataset) -> None:
    assert classify(seed, "nvidia-dgx-h100", "2024-06-01").outcome == "4A090.a"
    assert classify(seed, "nvidia-hgx-h20", "2024-06-01").outcome == "none"
    assert classify(seed, "nvidia-dgx-h100", "2022-11-01").outcome == "4A090.a"
    empty = classify(seed, "eda-compute", "2024-06-01")
    assert (empty.outcome, empty.missing) == ("undetermined", ("the chips it contains",))


def test_every_answer_says_that_it_is_no_advice(seed: Dataset) -> None:
    for name, raw in (
        ("classify", {"chip": "nvidia-h20"}),
        ("classify", {}),
        ("status-changes", {"from": "2022-10-07", "to": "2023-11-17"}),
        ("cap", {"chip": "nvidia-h20", "limit": 1}),
    ):
        meta = ask(seed, name, **raw).meta
        assert any("no legal advice" in n for n in meta.notices)
        assert meta.newest_source


def test_the_table_counts_all_and_shows_a_page(seed: Dataset) -> None:
    first = ask(seed, "classify", asOf="2024-06-01", knownOn=TODAY, first=3).answer
    second = ask(seed, "classify", asOf="2024-06-01", knownOn=TODAY, first=3, after=first.next).answer
    assert sum(c.count for c in first.counts) == first.total == second.total
    assert {r.chip.iri for r in first.rows}.isdisjoint(r.chip.iri for r in second.rows)


def test_the_table_says_what_single_answers_say(seed: Dataset) -> None:
    table = ask(seed, "classify", asOf="2024-06-01", knownOn=TODAY, first=200).answer
    for row in table.rows[::9]:
        assert classify(seed, row.chip.iri, "2024-06-01").outcome == row.outcome


def test_an_assumption_needs_a_chip(seed: Dataset) -> None:
    with pytest.raises(BadArgument, match="chip: missing"):
        ask(seed, "classify", tpp=5000)


@given(st.integers(min_value=0, max_value=10**9))
@settings(max_examples=20)
def test_a_cap_holds_what_fits_and_no_more(seed: Dataset, limit: int) -> None:
    answer = ask(seed, "cap", chip="nvidia-h100-sxm", limit=limit).answer
    assert answer.fit * 15832 <= limit < (answer.fit + 1) * 15832
    assert answer.left == limit - answer.fit * 15832


def test_a_cap_of_a_chip_without_figures_is_not_known(seed: Dataset) -> None:
    answered = ask(seed, "cap", chip="huawei-ascend-920", limit=1000)
    assert (answered.answer.fit, answered.answer.tpp) == (None, None)
    assert any("not on record" in n for n in answered.meta.notices)


def test_near_misses_came_after_the_rule(seed: Dataset) -> None:
    answer = ask(seed, "status-changes", **{"from": "2022-10-07", "to": "2024-06-01"}, knownOn=TODAY).answer
    assert {n.chip.id for n in answer.near_misses} == {
        "nvidia-h20", "nvidia-h20-141", "nvidia-l2", "nvidia-l20", "nvidia-rtx4090d",
    }  # fmt: skip
    assert all(-5 <= n.distance < 0 for n in answer.near_misses)


def test_dates_the_wrong_way_round_are_refused(seed: Dataset) -> None:
    with pytest.raises(BadArgument, match="lies before"):
        ask(seed, "status-changes", **{"from": "2023-11-17", "to": "2022-10-07"})


def test_a_letter_binds_its_addressee(seed: Dataset) -> None:
    letters = {
        chip: [(p.label, p.verdict) for p in classify(seed, chip, "2025-05-01").paragraphs if p.kind == "letter"]
        for chip in ("amd-mi308x", "amd-mi300x", "intel-gaudi2", "huawei-ascend-910b")
    }
    assert letters == {
        "amd-mi308x": [("letter to AMD", "meets")],
        "amd-mi300x": [("letter to AMD", "undetermined")],
        "intel-gaudi2": [("letter to Intel", "meets")],
        "huawei-ascend-910b": [],
    }


def test_the_rule_in_force_is_cited_with_its_events(seed: Dataset) -> None:
    rule = classify(seed, "nvidia-h20", "2024-06-01").rule
    assert rule is not None
    assert (rule.rule.id, rule.since, rule.codified, rule.enforced) == ("us-2023-10-acs", "2023-11-17", "yes", "yes")
    assert len(rule.statements) == 2


def test_a_text_in_effect_before_it_is_printed_says_so(seed: Dataset) -> None:
    answered = ask(seed, "classify", chip="nvidia-a100-80", asOf="2022-10-08", knownOn=TODAY)
    assert (answered.answer.outcome, answered.answer.rule.codified) == ("3A090.a", "no")
    assert any("not yet printed" in n for n in answered.meta.notices)


def test_a_system_cites_the_figures_of_its_chips(seed: Dataset) -> None:
    system = classify(seed, "nvidia-dgx-h100", "2024-06-01")
    chip = classify(seed, "nvidia-h100-sxm", "2024-06-01")
    cited = {s.iri for c in system.contains for s in c.statements}
    assert {s.iri for i in chip.inputs if i.name == "TPP" for s in i.statements} <= cited
