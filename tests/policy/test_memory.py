"""High-bandwidth memory under 3A090.c: limits on both sides, the agency's word, monotony, and what a chip that contains it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.analysis.desk import Desk
from kg.answers.licence import LicenceAnswer
from kg.errors import BadArgument
from kg.policy.blocking import rules_for
from kg.policy.control_rules import EXCEPTION
from kg.policy.hop_rules import rules_of, seats_of
from kg.policy.judging import judge
from kg.policy.licence_items import item_of
from kg.policy.memory import memories
from kg.policy.pointing import Export
from kg.policy.rules_in_force import policy_iri
from kg.policy.verdicts import (
    MEETS,
    MEMORY_DENSITY,
    MISSES,
    RATIOS,
    STACK_AREA,
    STACK_BANDWIDTH,
    UNDETERMINED,
    Clause,
    Limit,
    ParagraphTest,
    met,
    verdict,
    worlds,
)
from kg.store.dataset import Dataset
from tests.helpers import FactsFolder, ask, day

Opened = Callable[[FactsFolder], Dataset]
RULE = "us-2024-12-fdp"
TODAY = "2026-11-24"
PARAGRAPH = ParagraphTest(((Clause("c", (Limit(MEMORY_DENSITY, "more than", Fraction(2)),)),),))
OPEN = ParagraphTest(((Clause("e", (Limit(MEMORY_DENSITY, "less than", Fraction("3.3")),)),),))

numbers = st.fractions(min_value=Fraction(1, 10), max_value=5_000, max_denominator=100)
areas = st.fractions(min_value=1, max_value=1_000, max_denominator=10)


def classify(dataset: Dataset, item: str, on: str, **raw: Any) -> Any:
    return ask(dataset, "classify", chip=item, asOf=on, knownOn=TODAY, **raw)


def licence(dataset: Dataset, item: str, destination: str, on: str, **raw: Any) -> LicenceAnswer:
    answer: LicenceAnswer = ask(
        dataset, "licence", item=item, destination=destination, asOf=on, knownOn=TODAY, **raw
    ).answer
    return answer


def lines(answer: Any) -> dict[str, str]:
    return {p.label: p.verdict for p in answer.paragraphs}


@pytest.fixture
def memory(folder: FactsFolder) -> FactsFolder:
    """A memory without figures, a cable, and the rule of December 2024 as the seed has it."""
    folder.entities("Component", "memory-a", "cable-a")
    folder.plain("memory-a", "memoryKind", "high-bandwidth memory")
    folder.entity("Policy", RULE)
    folder.plain(RULE, "instrumentType", "interim final rule")
    for kind, date in (("effective", "2024-12-02"), ("published", "2024-12-05"), ("compliance due", "2024-12-31")):
        folder.relation("PolicyEvent", policy=RULE, event_kind=kind, event_date=date)
    folder.entities("ControlParagraph", "3a090-c", "3a090-c-licence-exception")
    for paragraph, operator, threshold in (
        ("3a090-c", "more than", "2"),
        ("3a090-c-licence-exception", "less than", "3.3"),
    ):
        folder.relation(
            "ControlThreshold",
            paragraph=paragraph,
            rule_version=RULE,
            parameter="memory bandwidth density",
            threshold_operator=operator,
            threshold=threshold,
        )
    return folder


@pytest.mark.parametrize(
    ("bandwidth", "area", "paragraph", "exception"),
    [
        ("200", "100", MISSES, MISSES),  # on the limit: not more than 2
        ("200.01", "100", MEETS, MEETS),
        ("199.99", "100", MISSES, MISSES),
        ("329.99", "100", MEETS, MEETS),
        ("330", "100", MEETS, MISSES),  # on the limit: not less than 3.3
        ("330.01", "100", MEETS, MISSES),
    ],
)
def test_limits_on_both_sides(
    bandwidth: str, area: str, paragraph: str, exception: str, memory: FactsFolder, opened: Opened
) -> None:
    memory.plain("memory-a", "stackBandwidth", bandwidth)
    memory.plain("memory-a", "stackArea", area)
    answer = classify(opened(memory), "memory-a", "2025-06-01").answer
    assert lines(answer) == {"3A090.c": paragraph, EXCEPTION: exception}
    assert answer.outcome == ("3A090.c" if paragraph == MEETS else "none")
    density = next(i for i in answer.inputs if i.name == MEMORY_DENSITY)
    assert density.computed
    assert density.value == pytest.approx(float(bandwidth) / float(area))
    assert {s.iri for s in density.statements} == {
        s.iri for i in answer.inputs if i.name != MEMORY_DENSITY for s in i.statements
    }


def test_without_figures_it_is_undetermined_and_says_what_is_missing(memory: FactsFolder, opened: Opened) -> None:
    answer = classify(opened(memory), "memory-a", "2025-06-01").answer
    assert (answer.outcome, answer.possible) == (UNDETERMINED, ("3A090.c", "none"))
    assert set(answer.missing) == {STACK_BANDWIDTH, STACK_AREA}
    assert lines(answer) == {"3A090.c": UNDETERMINED, EXCEPTION: UNDETERMINED}


def named(folder: FactsFolder) -> FactsFolder:
    folder.plain(RULE, "controlledItem", "memory-a")
    return folder


def test_what_the_agency_says_decides_where_figures_are_missing(memory: FactsFolder, opened: Opened) -> None:
    memory.plain("memory-a", "stackBandwidth", "400")
    answer = classify(opened(named(memory)), "memory-a", "2025-06-01").answer
    assert lines(answer) == {"3A090.c": MEETS, EXCEPTION: UNDETERMINED}
    paragraph = next(p for p in answer.paragraphs if p.label == "3A090.c")
    assert any("agency" in c for c in paragraph.conditions)
    assert len(paragraph.statements) == 2, "the limit, and the word of the agency"


def test_figures_on_record_decide_against_what_the_agency_says(memory: FactsFolder, opened: Opened) -> None:
    memory.plain("memory-a", "stackBandwidth", "100")
    memory.plain("memory-a", "stackArea", "100")
    assert classify(opened(named(memory)), "memory-a", "2025-06-01").answer.outcome == "none"


def test_the_exception_is_asked_of_what_meets_the_paragraph(memory: FactsFolder, opened: Opened) -> None:
    """By its two areas the density is 1.5 or 4: where the paragraph is met, the exception is not open."""
    memory.plain("memory-a", "stackBandwidth", "300")
    for area in ("200", "75"):
        memory.plain("memory-a", "stackArea", area)
    snapshot = opened(memory).as_of(day("2025-06-01"), known_on=day(TODAY))
    found = item_of(snapshot, snapshot.index.resolve("memory-a").iri)
    assert found.judged is not None
    assert found.judged.outcome == UNDETERMINED
    assert (found.lines[EXCEPTION], found.lacking) == (False, ())


def test_an_item_that_is_no_memory_is_refused_with_a_reason(memory: FactsFolder, opened: Opened) -> None:
    with pytest.raises(BadArgument, match="no chip, no system and, as far as is on record, no high-bandwidth memory"):
        classify(opened(memory), "cable-a", "2025-06-01")


def test_assumptions_of_chips_are_not_used(memory: FactsFolder, opened: Opened) -> None:
    answered = classify(opened(memory), "memory-a", "2025-06-01", tpp=5000)
    assert any("tpp and market are not used" in n for n in answered.meta.notices)


# ---- the tests themselves -------------------------------------------------------------------------------------------------------


def outcome(bandwidth: Fraction, area: Fraction) -> tuple[bool, bool]:
    (world,) = worlds((PARAGRAPH, OPEN), {STACK_BANDWIDTH: (bandwidth,), STACK_AREA: (area,)})
    return met(PARAGRAPH, world), met(PARAGRAPH, world) and met(OPEN, world)


@given(numbers, numbers, areas)
def test_more_bandwidth_on_the_same_area_never_leaves_control(
    bandwidth: Fraction, more: Fraction, area: Fraction
) -> None:
    (before, open_before), (after, open_after) = outcome(bandwidth, area), outcome(bandwidth + more, area)
    assert before <= after
    assert open_after <= open_before or not before


@given(numbers, areas, areas)
def test_more_area_never_enters_control(bandwidth: Fraction, area: Fraction, more: Fraction) -> None:
    assert outcome(bandwidth, area + more)[0] <= outcome(bandwidth, area)[0]


@given(st.none() | numbers, st.none() | areas, st.sampled_from([PARAGRAPH, OPEN]))
def test_completions_say_what_a_fine_grid_says(
    bandwidth: Fraction | None, area: Fraction | None, test: ParagraphTest
) -> None:
    known = {k: (v,) for k, v in ((STACK_BANDWIDTH, bandwidth), (STACK_AREA, area)) if v is not None}
    grid = tuple(Fraction(2) ** k for k in range(-12, 15))
    over, under = known.get(STACK_BANDWIDTH, grid), known.get(STACK_AREA, grid)
    limit = test.alternatives[0][0].limits[0]
    wanted = verdict(limit.holds(a / b) for a, b in product(over, under))
    assert verdict(met(test, w) for w in worlds([test], known)) == wanted


def test_ratios_are_never_looked_for_themselves() -> None:
    (world, *_) = worlds([PARAGRAPH], {})
    assert set(RATIOS[MEMORY_DENSITY]) <= set(world)


# ---- the seed -------------------------------------------------------------------------------------------------------------------


@given(
    st.sampled_from(["hbm2", "hbm2e", "hbm3", "hbm-cn-domestic"]), st.dates(dt.date(2018, 1, 1), dt.date(2026, 11, 24))
)
@settings(max_examples=25)
def test_no_date_cites_the_rule_before_it_is_in_effect(seed: Dataset, item: str, on: dt.date) -> None:
    answer = classify(seed, item, on.isoformat()).answer
    began = on >= dt.date(2024, 12, 2)
    assert {p.rule.id for p in answer.paragraphs} == ({RULE} if began else set())
    assert (answer.outcome == "no rule") is not began
    found = licence(seed, item, "CHN", on.isoformat())
    cited = {s.rule.id for s in found.steps if s.rule is not None and s.stage in ("item", "requirement", "exception")}
    assert (RULE in cited) is began


def test_the_agency_speaks_of_what_was_in_production_in_2024(seed: Dataset) -> None:
    outcomes = {i: classify(seed, i, TODAY).answer.outcome for i in ("hbm2", "hbm2e", "hbm3", "hbm3e", "hbm4")}
    assert set(outcomes.values()) == {"3A090.c"}
    assert classify(seed, "hbm-cn-domestic", TODAY).answer.outcome == UNDETERMINED


@pytest.mark.parametrize("chip", ["nvidia-h20", "nvidia-h200-sxm", "huawei-ascend-910c"])
def test_a_chip_that_contains_memory_is_no_memory(chip: str, seed: Dataset) -> None:
    found = lines(classify(seed, chip, TODAY).answer)
    assert found["3A090.c"] == MISSES
    assert EXCEPTION not in found
    assert "3A090.c" not in judge(seed.as_of(day(TODAY), known_on=day(TODAY)), iri(seed, chip)).possible
    assert not [f for f in licence(seed, chip, "CHN", TODAY).fired if "3A090.c" in f]


def iri(seed: Dataset, slug: str) -> str:
    return seed.index.resolve(slug).iri


def test_tables_hold_every_memory(seed: Dataset) -> None:
    snapshot = seed.as_of(day(TODAY), known_on=day(TODAY))
    assert len(memories(snapshot)) == 8
    table = ask(seed, "classify", asOf=TODAY, knownOn=TODAY, first=500).answer
    rows = {r.chip.id: r for r in table.rows}
    assert rows["hbm3"].memory_bandwidth_density == pytest.approx(819 / 121, abs=1e-6)
    assert rows["nvidia-h20"].memory_bandwidth_density is None
    places = ask(seed, "licence", destination="CHN", asOf=TODAY, knownOn=TODAY, first=500).answer
    assert {r.item.id: r.status for r in places.rows}["hbm3"] == "licence_required"


def test_the_exception_comes_with_its_conditions_and_not_for_the_listed(seed: Dataset) -> None:
    answer = licence(seed, "hbm2", "CHN", TODAY)
    assert answer.possible == ("exception_available", "licence_required")
    assert "stack bandwidth (sources differ)" in answer.missing
    assert any("packaging sites" in c for c in answer.conditions)
    listed = licence(seed, "hbm2", "CHN", TODAY, endUser="huawei")
    assert (listed.status, listed.exceptions) == ("licence_required", ())


def test_a_hop_of_memory_to_a_chinese_chip_maker_names_the_rule(seed: Dataset) -> None:
    snapshot = seed.as_of(day(TODAY), known_on=day(TODAY))
    desk = Desk(snapshot)
    to_china = "3A090.c (high-bandwidth memory) to Country Group D:5 and Macau"
    for maker, buyer, finding in (
        ("micron", "huawei", "applies"),
        ("sk-hynix", "huawei", "undetermined"),
        ("sk-hynix", "nvidia", None),
        ("micron", "tsmc", None),
    ):
        export = Export(
            iri(seed, maker),
            iri(seed, buyer),
            (iri(seed, "hbm3e"),),
            seats_of(desk, iri(seed, maker)),
            seats_of(desk, iri(seed, buyer)),
        )
        found = [r for r in rules_of(desk, export)[1] if r.policy is not None and r.policy.id == RULE]
        assert {r.label: r.finding for r in found}.get(to_china) == finding, (maker, buyer)
        assert bool(found) is (finding is not None), (maker, buyer)


def test_the_rule_takes_memory_from_a_chinese_buyer_from_its_day_on(seed: Dataset) -> None:
    """By the lenient reading what comes from the United States, by the strict one also what may be subject to their rules; a maker in China delivers."""
    for on, lenient, strict in (
        ("2024-12-01", [], []),
        (TODAY, ["micron"], ["micron", "samsung-electronics", "sk-hynix"]),
    ):
        desk = Desk(seed.as_of(day(on), known_on=day(TODAY)))
        rules = rules_for(desk, [policy_iri(RULE)], iri(seed, "huawei"))
        makers = ("cxmt", "micron", "samsung-electronics", "sk-hynix")
        for reading, wanted in (("lenient", lenient), ("strict", strict)):
            stopped = rules.stopped(reading)
            item, buyer = iri(seed, "hbm3e"), stopped.buyer
            assert [m for m in makers if stopped.is_stopped(item, iri(seed, m), buyer)] == wanted, (on, reading)
