"""Tests of control paragraphs: limits on both sides, completions against brute force, monotony of the rules."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.policy.verdicts import (
    AREA,
    DENSITY,
    MEETS,
    MISSES,
    PARTS,
    SEGMENT,
    TPP,
    UNDETERMINED,
    UNITS,
    Clause,
    Limit,
    ParagraphTest,
    dependent,
    met,
    points,
    verdict,
    worlds,
)


def limit(figure: str, operator: str, low: str, high: str | None = None) -> Limit:
    return Limit(figure, operator, Fraction(low), None if high is None else Fraction(high))


NOTE_2 = Clause("note 2", (limit(TPP, "less than", "4800"), limit(SEGMENT, "less than", "1")))
A = ParagraphTest(
    (
        (Clause("a.1", (limit(TPP, "at least", "4800"),)),),
        (Clause("a.2", (limit(TPP, "at least", "1600"), limit(DENSITY, "at least", "5.92"))),),
    ),
    (NOTE_2,),
)
B = ParagraphTest(
    (
        (Clause("b.1", (limit(TPP, "between", "2400", "4800"), limit(DENSITY, "between", "1.6", "5.92"))),),
        (Clause("b.2", (limit(TPP, "at least", "1600"), limit(DENSITY, "between", "3.2", "5.92"))),),
    ),
    (NOTE_2,),
)
RATE = "rate"
CHAPEAU = Clause("chapeau", (limit(RATE, "at least", "600"),))
PART = [Clause(f"a.{n}", (limit(part, "at least", "4800"),)) for n, part in enumerate(PARTS, 1)]
OLD = ParagraphTest(tuple((CHAPEAU, c) for c in (*PART, Clause("a.4", (limit(TPP, "at least", "4800"),)))))

numbers = st.fractions(min_value=Fraction(1, 10), max_value=20_000, max_denominator=100)
areas = st.fractions(min_value=1, max_value=3_000, max_denominator=10)


def outcome(tpp: Fraction, area: Fraction, data_centre: bool = True) -> str:
    known = {TPP: (tpp,), AREA: (area,), SEGMENT: (Fraction(int(data_centre)),)}
    (world,) = worlds((A, B), known)
    return "a" if met(A, world) else "b" if met(B, world) else "none"


@pytest.mark.parametrize(
    ("tpp", "density", "data_centre", "expected"),
    [
        # the first limb of .a: 4,800, on it and just under it; a thin die so that density decides nothing
        ("4800", "1", True, "a"),
        ("4799.99", "1", True, "none"),
        # the second limb: 1,600 and 5.92
        ("1600", "5.92", True, "a"),
        ("1599.99", "5.92", True, "none"),
        ("1600", "5.9199", True, "b"),
        # .b.1: from 2,400 to below 4,800, from 1.6 to below 5.92
        ("2400", "1.6", True, "b"),
        ("2399.99", "1.6", True, "none"),
        ("2400", "1.5999", True, "none"),
        ("4799.99", "1.6", True, "b"),
        ("2400", "5.9199", True, "b"),
        ("2400", "5.92", True, "a"),
        # .b.2: 1,600 and from 3.2 to below 5.92
        ("1600", "3.2", True, "b"),
        ("1600", "3.1999", True, "none"),
        ("1599.99", "3.2", True, "none"),
        # Note 2: below 4,800 an item that is not for data centres is out
        ("4799.99", "100", False, "none"),
        ("4800", "100", False, "a"),
        ("2400", "1.6", False, "none"),
    ],
)
def test_limits_on_both_sides(tpp: str, density: str, data_centre: bool, expected: str) -> None:
    assert outcome(Fraction(tpp), Fraction(tpp) / Fraction(density), data_centre) == expected


@pytest.mark.parametrize(
    ("operator", "below", "on", "above"),
    [
        ("at least", False, True, True),
        ("more than", False, False, True),
        ("less than", True, False, False),
        ("up to", True, True, False),
        ("equal", False, True, False),
    ],
)
def test_operators(operator: str, below: bool, on: bool, above: bool) -> None:
    held = limit("x", operator, "2")
    assert [held.holds(Fraction(n)) for n in ("1.999", "2", "2.001")] == [below, on, above]
    assert not held.holds(None)


def test_between_has_its_start_and_not_its_end() -> None:
    held = limit("x", "between", "2", "3")
    assert [held.holds(Fraction(n)) for n in ("1.999", "2", "2.999", "3")] == [False, True, True, False]


@pytest.mark.parametrize(
    ("tpp", "rate", "expected"),
    [("4800", "600", True), ("4799", "600", False), ("4800", "599", False), ("20000", "900", True)],
)
def test_the_first_rule_needs_both(tpp: str, rate: str, expected: bool) -> None:
    found = {met(OLD, w) for w in worlds((OLD,), {TPP: (Fraction(tpp),), RATE: (Fraction(rate),)})}
    assert found == {expected}, "whichever kind of unit the throughput comes from"


def test_which_kind_of_unit_is_not_known_but_the_sum_is() -> None:
    single = ParagraphTest(((PART[0],),))
    assert verdict(met(single, w) for w in worlds((single,), {TPP: (Fraction(5000),)})) == UNDETERMINED
    assert verdict(met(single, w) for w in worlds((single,), {TPP: (Fraction(4000),)})) == MISSES
    found = [(w, met(OLD, w)) for w in worlds((OLD,), {TPP: (Fraction(5000),)})]
    assert dependent(found) == (RATE,)
    assert UNITS in found[0][0]


order = {"none": 0, "b": 1, "a": 2}


@given(numbers, numbers, areas, st.booleans())
def test_more_throughput_on_the_same_die_never_leaves_control(
    tpp: Fraction, more: Fraction, area: Fraction, data_centre: bool
) -> None:
    assert order[outcome(tpp, area, data_centre)] <= order[outcome(tpp + more, area, data_centre)]


@given(numbers, areas, areas, st.booleans())
def test_more_area_never_enters_control(tpp: Fraction, area: Fraction, more: Fraction, data_centre: bool) -> None:
    assert order[outcome(tpp, area + more, data_centre)] <= order[outcome(tpp, area, data_centre)]


@given(
    st.one_of(st.none(), st.sampled_from([Fraction(n) for n in (100, 1599, 1600, 2399, 2400, 3000, 4799, 4800, 9000)])),
    st.one_of(st.none(), st.sampled_from([Fraction(n) for n in (50, 300, 500, 814, 1500, 4000)])),
    st.one_of(st.none(), st.booleans()),
)
def test_undetermined_exactly_where_completions_differ(
    tpp: Fraction | None, area: Fraction | None, data_centre: bool | None
) -> None:
    """Against a dense grid of completions that knows nothing of limits. It is finer than every region the limits cut out."""
    known = {
        name: (value,)
        for name, value in ((TPP, tpp), (AREA, area), (SEGMENT, None if data_centre is None else Fraction(data_centre)))
        if value is not None
    }
    found = {"a" if met(A, w) else "b" if met(B, w) else "none" for w in worlds((A, B), known)}
    grid = product(
        [tpp] if tpp is not None else _GRID_TPP,
        [area] if area is not None else _GRID_AREA,
        [data_centre] if data_centre is not None else [True, False],
    )
    assert found == {_by_hand(*each) for each in grid}


_GRID_TPP = [Fraction(n) for n in range(40, 6_000, 40)] + [Fraction(4_799), Fraction(50_000)]
_GRID_AREA = [Fraction(n) for n in range(10, 1_500, 15)] + [Fraction(3_000), Fraction(8_000), Fraction(1, 2)]


def _by_hand(tpp: Fraction, area: Fraction, data_centre: bool) -> str:
    """The rule of October 2023, written out."""
    density = tpp / area
    if tpp < 4800 and not data_centre:
        return "none"
    if tpp >= 4800 or (tpp >= 1600 and density >= Fraction("5.92")):
        return "a"
    if tpp >= 2400 and Fraction("1.6") <= density < Fraction("5.92"):
        return "b"
    return "b" if tpp >= 1600 and Fraction("3.2") <= density < Fraction("5.92") else "none"


@given(numbers, areas, st.booleans())
def test_the_tests_are_the_rule_written_out(tpp: Fraction, area: Fraction, data_centre: bool) -> None:
    assert outcome(tpp, area, data_centre) == _by_hand(tpp, area, data_centre)


def test_a_high_total_decides_without_an_area() -> None:
    found = [(w, met(A, w)) for w in worlds((A,), {TPP: (Fraction(4800),)})]
    assert verdict(o for _, o in found) == MEETS
    assert dependent(found) == ()


def test_what_is_missing_is_named() -> None:
    found = [(w, met(A, w)) for w in worlds((A,), {TPP: (Fraction(4000),)})]
    assert verdict(o for _, o in found) == UNDETERMINED
    assert set(dependent(found)) == {AREA, SEGMENT}


def test_a_chip_on_planar_dies_only_has_no_density() -> None:
    found = {met(A, w) for w in worlds((A,), {TPP: (Fraction(2000),), AREA: (Fraction(0),), SEGMENT: (Fraction(1),)})}
    assert found == {False}


def test_a_clause_whose_text_is_not_on_record_may_be_met_or_not() -> None:
    unknown = ParagraphTest(((Clause("lost", known=False),),))
    assert verdict(met(unknown, w) for w in worlds((unknown,), {})) == UNDETERMINED


def test_several_values_are_all_looked_at() -> None:
    known = {TPP: (Fraction(4799), Fraction(4800)), AREA: (Fraction(5000),), SEGMENT: (Fraction(1),)}
    found = [(w, met(A, w)) for w in worlds((A,), known)]
    assert verdict(o for _, o in found) == UNDETERMINED
    assert dependent(found) == (TPP,)


@given(st.lists(numbers, min_size=1, max_size=6))
def test_points_lie_on_between_and_on_both_sides_of_cuts(cuts: list[Fraction]) -> None:
    found = points(cuts)
    assert set(cuts) <= set(found)
    assert found[0] < min(cuts)
    assert found[-1] > max(cuts)
    assert all(any(a < p < b for p in found) for a, b in zip(sorted(set(cuts)), sorted(set(cuts))[1:], strict=False))
