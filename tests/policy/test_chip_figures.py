"""Figures of chips as the rules count them, in small worlds."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from kg.policy.chip_figures import BITS, figures_of
from kg.policy.control_rules import BOTH, DRAM, RATE
from kg.policy.judging import judge
from kg.policy.verdicts import AREA, DENSITY, SEGMENT, TPP
from kg.store.dataset import Dataset
from kg.store.snapshot import Snapshot
from tests.helpers import FactsFolder, ask, day
from tests.policy.limits import limits_of_october_2023

Opened = Callable[[FactsFolder], Dataset]
TODAY = day("2026-11-24")


def rule(folder: FactsFolder) -> None:
    """The rule of October 2023 with its limits, as the seed has it."""
    folder.entity("Policy", "us-2023-10-acs")
    folder.plain("us-2023-10-acs", "instrumentType", "interim final rule")
    for kind, date in (("published", "2023-10-25"), ("effective", "2023-11-17")):
        folder.relation("PolicyEvent", policy="us-2023-10-acs", event_kind=kind, event_date=date)
    limits_of_october_2023(folder)


@pytest.fixture
def chip(folder: FactsFolder) -> FactsFolder:
    """A chip without figures, and the rule."""
    folder.entity("Chip", "chip-a")
    rule(folder)
    return folder


def snapshot(opened: Opened, folder: FactsFolder) -> tuple[Snapshot, str]:
    taken = opened(folder).as_of(TODAY, TODAY)
    return taken, taken.index.resolve("chip-a").iri


def test_the_highest_precision_counts(chip: FactsFolder, opened: Opened) -> None:
    chip.plain("chip-a", "denseFp16Throughput", "100")
    chip.plain("chip-a", "denseInt8Throughput", "300")
    chip.plain("chip-a", "denseFp4Throughput", "500")
    taken, iri = snapshot(opened, chip)
    tpp = figures_of(taken, iri)[TPP]
    assert (tpp.values, tpp.computed, len(tpp.rests_on)) == ((Fraction(2400),), True, 1)
    assert len(tpp.others) == 2, "the other precisions are shown beside"


@pytest.mark.parametrize(("name", "bits"), sorted(BITS.items()))
def test_each_precision_by_its_bits(name: str, bits: int, chip: FactsFolder, opened: Opened) -> None:
    chip.plain("chip-a", name, "10")
    taken, iri = snapshot(opened, chip)
    assert figures_of(taken, iri)[TPP].value == 10 * bits


def test_decimals_are_exact(chip: FactsFolder, opened: Opened) -> None:
    """99.999…: a binary fraction would put 474.6 x 8 beside 3,796.8."""
    chip.plain("chip-a", "denseFp8Throughput", "474.6")
    chip.plain("chip-a", "dieArea", "641.3513513513513")
    taken, iri = snapshot(opened, chip)
    figures = figures_of(taken, iri)
    assert figures[TPP].value == Fraction("3796.8")
    assert figures[DENSITY].value == Fraction("3796.8") / Fraction("641.3513513513513")


def test_of_several_values_the_verified_then_the_newest_counts(chip: FactsFolder, opened: Opened) -> None:
    chip.source("newer", published="2022-01-01")
    chip.plain("chip-a", "dieArea", "100", status="unverified")
    chip.plain("chip-a", "dieArea", "200")
    chip.plain("chip-a", "dieArea", "300", source="newer")
    taken, iri = snapshot(opened, chip)
    area = figures_of(taken, iri)[AREA]
    assert area.values == (300, 200, 100)
    assert (len(area.rests_on), len(area.others)) == (1, 2)


def test_values_that_differ_leave_it_undetermined_only_where_they_matter(chip: FactsFolder, opened: Opened) -> None:
    chip.plain("chip-a", "marketSegment", "data centre")
    chip.plain("chip-a", "denseFp16Throughput", "200")  # TPP 3,200
    chip.plain("chip-a", "dieArea", "500")  # 6.4: .a
    chip.plain("chip-a", "dieArea", "600")  # 5.33: .b
    answer = ask(opened(chip), "classify", chip="chip-a").answer
    assert (answer.outcome, answer.possible) == ("undetermined", ("3A090.a", "3A090.b"))
    assert (answer.disputed, answer.missing) == (("die area",), ())
    others = next(i for i in answer.inputs if i.name == "die area").others
    assert {o.outcome for o in others} <= {"3A090.a", "3A090.b"}


def test_values_that_differ_on_one_side_of_a_limit_decide(chip: FactsFolder, opened: Opened) -> None:
    chip.plain("chip-a", "denseFp16Throughput", "400")
    chip.plain("chip-a", "denseFp16Throughput", "410")
    answer = ask(opened(chip), "classify", chip="chip-a").answer
    assert (answer.outcome, answer.disputed) == ("3A090.a", ())


@pytest.mark.parametrize(
    ("step", "area"), [("28 nm", Fraction(0)), ("over 28 nm", Fraction(0)), ("16 nm", Fraction(500))]
)
def test_planar_dies_count_for_nothing(step: str, area: Fraction, chip: FactsFolder, opened: Opened) -> None:
    chip.entity("ProcessNode", "node")
    chip.plain("node", "nodeClass", step)
    chip.relation("Requirement", item="chip-a", requires="node", necessity="required")
    chip.plain("chip-a", "dieArea", "500")
    chip.plain("chip-a", "denseFp16Throughput", "200")
    taken, iri = snapshot(opened, chip)
    figures = figures_of(taken, iri)
    assert figures[AREA].value == area
    assert bool(figures[DENSITY].values) is (area > 0)


def test_a_product_for_data_centres_and_something_else_is_for_data_centres(chip: FactsFolder, opened: Opened) -> None:
    chip.plain("chip-a", "marketSegment", "workstation")
    chip.plain("chip-a", "marketSegment", "data centre")
    taken, iri = snapshot(opened, chip)
    assert figures_of(taken, iri)[SEGMENT].value == 1


def test_bandwidths_are_added_where_both_are_known(chip: FactsFolder, opened: Opened) -> None:
    chip.plain("chip-a", "memoryBandwidth", "4000")
    chip.plain("chip-a", "interconnectBandwidth", "900")
    taken, iri = snapshot(opened, chip)
    figures = figures_of(taken, iri)
    assert (figures[DRAM].value, figures[RATE].value, figures[BOTH].value) == (4000, 900, 4900)


def test_one_of_a_group_of_chips_leaves_a_system_undetermined(chip: FactsFolder, opened: Opened) -> None:
    chip.entity("Chip", "chip-b")
    chip.entity("System", "rack")
    chip.plain("chip-a", "denseFp16Throughput", "1000")
    chip.plain("chip-b", "denseFp16Throughput", "1")
    for slug in ("4a090-a", "4a090-b"):
        chip.entity("ControlParagraph", slug)
    for each in ("chip-a", "chip-b"):
        chip.relation("Requirement", item="rack", requires=each, alternative_group="gpu", necessity="required")
    answer = ask(opened(chip), "classify", chip="rack").answer
    assert (answer.outcome, answer.possible) == ("undetermined", ("4A090.a", "none"))
    assert answer.missing == ("which of the chips it contains",)
    assert [(c.chip.id, c.outcome) for c in answer.contains] == [("chip-a", "3A090.a"), ("chip-b", "none")]


def test_a_system_with_one_controlled_chip_among_others_is_controlled(chip: FactsFolder, opened: Opened) -> None:
    chip.entity("Chip", "chip-b")
    chip.entity("System", "rack")
    chip.plain("chip-a", "denseFp16Throughput", "1000")
    for slug in ("4a090-a", "4a090-b"):
        chip.entity("ControlParagraph", slug)
    for each in ("chip-a", "chip-b"):
        chip.relation("Requirement", item="rack", requires=each, necessity="required")
    assert ask(opened(chip), "classify", chip="rack").answer.outcome == "4A090.a"


def test_a_limit_that_is_not_known_yet_leaves_it_undetermined(chip: FactsFolder, opened: Opened) -> None:
    """The rule's own text is missing where its rows are left out; nothing is guessed."""
    del chip.tables["statements/ControlThreshold.csv"]
    chip.plain("chip-a", "denseFp16Throughput", "1000")
    taken, iri = snapshot(opened, chip)
    assert judge(taken, iri).outcome == "undetermined"


def test_a_verified_value_from_an_undated_source_goes_before_unverified_ones(chip: FactsFolder, opened: Opened) -> None:
    chip.source("undated", published="")
    for value in range(1, 8):
        chip.plain("chip-a", "dieArea", str(100 + value), status="unverified")
    chip.plain("chip-a", "dieArea", "900", source="undated")
    taken, iri = snapshot(opened, chip)
    assert figures_of(taken, iri)[AREA].value == 900
