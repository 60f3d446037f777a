"""Three-valued truth and the intervals of a licence answer: Kleene's tables, and that one more requirement never loosens an answer."""

from __future__ import annotations

from functools import reduce
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.policy.truth import LEVELS, UNDETERMINED, Interval, Truth, all_of, any_of, negated

TRUTHS: tuple[Truth, ...] = (True, False, None)
truths = st.sampled_from(TRUTHS)
requirements = st.builds(Interval.of_requirement, truths, truths)


def completions(parts: tuple[Truth, ...]) -> list[tuple[bool, ...]]:
    """All ways to settle what is unknown."""
    return list(product(*((True, False) if p is None else (p,) for p in parts)))


@given(st.lists(truths, max_size=6).map(tuple))
def test_truth_is_what_all_completions_agree_on(parts: tuple[Truth, ...]) -> None:
    for joined, settled in ((all_of(parts), all), (any_of(parts), any)):
        outcomes = {settled(each) for each in completions(parts)}
        assert joined is (outcomes.pop() if len(outcomes) == 1 else None)


@pytest.mark.parametrize("part", TRUTHS)
def test_two_negations_cancel(part: Truth) -> None:
    assert negated(negated(part)) is part
    assert any_of((part,)) is all_of((part,)) is part


@given(truths, truths)
def test_a_requirement_covers_all_its_completions(applies: Truth, excepted: Truth) -> None:
    interval = Interval.of_requirement(applies, excepted)
    levels = {0 if not a else 1 if e else 2 for a, e in completions((applies, excepted))}
    assert (interval.low, interval.high) == (min(levels), max(levels))


@given(st.lists(requirements, max_size=5), requirements)
def test_one_more_requirement_never_loosens(before: list[Interval], more: Interval) -> None:
    was = reduce(Interval.joined, before, Interval())
    now = was.joined(more)
    assert now.low >= was.low
    assert now.high >= was.high


@given(requirements, requirements)
def test_either_holds_both(one: Interval, other: Interval) -> None:
    both = one.either(other)
    assert {*one.possible, *other.possible} <= set(both.possible)


@pytest.mark.parametrize(("low", "high"), [(0, 0), (1, 1), (2, 2), (0, 1), (1, 2), (0, 2)])
def test_the_word_is_undetermined_exactly_where_several_remain(low: int, high: int) -> None:
    interval = Interval(low, high)
    assert interval.word == (LEVELS[low] if low == high else UNDETERMINED)
    assert interval.possible == tuple(LEVELS[n] for n in range(low, high + 1))
