"""AND/OR programs: both versions of the kernels against brute force, closed forms and each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.network.kernels import andor, dispatch
from kg.network.kernels.andor import single_losses, support, surviving
from kg.network.program import Program

Clauses = list[list[list[int]]]
Made = tuple[Clauses, int]


@pytest.fixture(params=[False, True], ids=["twin", "compiled"])
def version(request: pytest.FixtureRequest) -> Iterator[bool]:
    with dispatch.using(request.param):
        yield request.param


@st.composite
def programs(draw: st.DrawFn, most: int = 8) -> Made:
    """Small programs with circles, empty clauses, items without clauses, repeated literals, shared sources and self-support."""
    items, sources = draw(st.integers(1, most)), draw(st.integers(0, 5))
    literal = st.integers(-sources, items - 1)
    clause = st.lists(literal, max_size=4).filter(lambda c: bool(c) or draw(st.integers(0, 3)) == 0)
    return draw(st.lists(st.lists(clause, max_size=3), min_size=items, max_size=items)), sources


@st.composite
def removals(draw: st.DrawFn) -> tuple[Made, set[int], set[int]]:
    clauses, sources = draw(programs())
    dead = draw(st.sets(st.integers(0, sources - 1))) if sources else set()
    return (clauses, sources), dead, draw(st.sets(st.integers(0, len(clauses) - 1), max_size=2))


@st.composite
def actors(draw: st.DrawFn) -> tuple[Made, list[list[int]], set[int], int]:
    """A program, the sources of each actor (shared, repeated, none), sources gone to begin with, and a target."""
    clauses, sources = draw(programs())
    source = st.integers(0, sources - 1)
    owned = draw(st.lists(st.lists(source, max_size=3), min_size=1, max_size=6)) if sources else [[], []]
    gone = draw(st.sets(source, max_size=1)) if sources else set()
    return (clauses, sources), owned, gone, draw(st.integers(0, len(clauses) - 1))


def brute_force(clauses: Clauses, dead: set[int], out: set[int]) -> set[int]:
    """The union of all sets that support themselves, each tried."""
    found: set[int] = set()
    for bits in range(1 << len(clauses)):
        held = {i for i in range(len(clauses)) if bits >> i & 1} - out
        if all(any(x in held if x >= 0 else ~x not in dead for x in c) for i in held for c in clauses[i]):
            found |= held
    return found


def rows(owned: list[list[int]]) -> tuple[list[int], list[int]]:
    return np.cumsum([0, *map(len, owned)]).tolist(), [s for each in owned for s in each]


def alive(mask: np.ndarray) -> set[int]:
    return set(np.flatnonzero(mask).tolist())


def random_net(
    seed: int, items: int, *, alone: float, circles: float, companies: int
) -> tuple[Program, list[list[int]]]:
    """A large program: items need earlier ones (a few, later ones), `alone` of the clauses have one literal."""
    random = np.random.default_rng(seed)
    clauses: Clauses = []
    owned: list[list[int]] = [[] for _ in range(companies)]
    sources = 0
    for item in range(items):
        found = []
        for _ in range(int(random.integers(0, 4)) if item else 0):
            size = 1 if random.random() < alone else int(random.integers(2, 5))
            found.append([int(random.integers(items if random.random() < circles else item)) for _ in range(size)])
        made = [~(sources + k) for k in range(1 if random.random() < alone else 3)]
        sources += len(made)
        for each in made:
            owned[int(companies * random.random() ** 2)].append(~each)
            if random.random() < 0.05:
                owned[int(random.integers(companies))].append(~each)
        clauses.append([*found, made])
    return Program.of(clauses, sources), owned


# what survives


@given(removals(), st.booleans())
@settings(max_examples=150)
def test_what_survives_is_the_union_of_all_self_supporting_sets(
    given: tuple[Made, set[int], set[int]], compiled: bool
) -> None:
    (clauses, sources), dead, out = given
    with dispatch.using(compiled):
        found = surviving(Program.of(clauses, sources), sorted(dead), sorted(out))
    assert alive(found) == brute_force(clauses, dead, out)


@given(removals(), st.booleans())
@settings(max_examples=100)
def test_within_a_set_all_others_are_gone(given: tuple[Made, set[int], set[int]], compiled: bool) -> None:
    (clauses, sources), dead, inside = given
    outside = set(range(len(clauses))) - inside
    with dispatch.using(compiled):
        found = surviving(Program.of(clauses, sources), sorted(dead), within=sorted(inside))
    assert alive(found) == brute_force(clauses, dead, outside)


def test_within_and_removed_items_are_both_kept_to(version: bool) -> None:
    program = Program.of([[[1], [1]], [[2, 3]], [], []], 0)
    assert alive(surviving(program, None, [2], within=[0, 1, 2])) == set()
    assert alive(surviving(program, None, [2], within=[0, 1, 2, 3])) == {0, 1, 3}


@pytest.mark.parametrize("length", [1, 2, 50])
def test_a_chain_falls_as_far_as_it_is_above_the_loss(version: bool, length: int) -> None:
    program = Program.of([[[~i]] + ([[i - 1]] if i else []) for i in range(length)], length)
    for lost in range(length):
        assert alive(surviving(program, [lost])) == set(range(lost))


def test_a_ring_stands_until_one_falls_and_then_all_fall(version: bool) -> None:
    program = Program.of([[[(i + 1) % 20], [~i]] for i in range(20)], 20)
    assert surviving(program).all()
    for lost in range(20):
        assert not surviving(program, [lost]).any()


def test_a_fan_holds_while_one_of_its_alternatives_does(version: bool) -> None:
    program = Program.of([[[~s for s in range(30)]]], 30)
    assert surviving(program, range(29)).all()
    assert not surviving(program, range(30)).any()


def test_in_a_binary_tree_of_and_one_leaf_takes_its_ancestors_and_of_or_none(version: bool) -> None:
    depth = 6
    inner = 2**depth - 1
    leaves = [[[~k]] for k in range(2**depth)]
    both = Program.of([[[2 * i + 1], [2 * i + 2]] for i in range(inner)] + leaves, 2**depth)
    either = Program.of([[[2 * i + 1, 2 * i + 2]] for i in range(inner)] + leaves, 2**depth)
    offsets, sources = list(range(2**depth + 1)), list(range(2**depth))
    assert single_losses(both, offsets, sources, 0).lost.tolist() == [depth + 1] * 2**depth
    assert single_losses(both, offsets, sources, 0).stops.all()
    assert single_losses(either, offsets, sources, 0).lost.tolist() == [1] * 2**depth
    assert not single_losses(either, offsets, sources, 0).stops.any()


def test_a_repeated_literal_counts_once(version: bool) -> None:
    program = Program.of([[[-1, -1, -1]], [[0, 0]], [[1, -2, 1]]], 2)
    assert alive(surviving(program, [0])) == {2}
    assert alive(surviving(program, [0], within=[0, 1, 2])) == {2}


def test_an_empty_clause_fails_its_item_and_no_clause_none(version: bool) -> None:
    assert alive(surviving(Program.of([[[]], [], [[0]], [[1]]], 0))) == {1, 3}
    assert len(surviving(Program.of([], 0))) == 0


# every single loss


@given(actors(), st.booleans(), st.booleans())
@settings(max_examples=250)
def test_all_single_losses_are_those_of_one_removal_each(
    given: tuple[Made, list[list[int]], set[int], int], compiled: bool, wide: bool
) -> None:
    """`wide` gives every cascade up at once, so that the count of the large ones is what answers."""
    (clauses, sources), owned, gone, target = given
    with dispatch.using(compiled), pytest.MonkeyPatch.context() as patch:
        if wide:
            patch.setattr(andor, "_LEAST_CASCADE", 0)
        found = single_losses(Program.of(clauses, sources), *rows(owned), target, sorted(gone))
    before = brute_force(clauses, gone, set())
    after = [brute_force(clauses, gone | set(each), set()) for each in owned]
    assert found.lost.tolist() == [len(before - each) for each in after]
    assert found.stops.tolist() == [target in before - each for each in after]
    assert found.done.all()


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("alone", "circles"), [(0.2, 0.0), (0.6, 0.0), (0.6, 0.02), (0.9, 0.01)])
def test_on_large_programs_both_versions_agree(seed: int, alone: float, circles: float) -> None:
    program, owned = random_net(seed, 1500, alone=alone, circles=circles, companies=700)
    gone = np.random.default_rng(seed).integers(0, program.sources, 4)
    target = program.items - 1 - seed
    with dispatch.using(compiled=False):
        plain = single_losses(program, *rows(owned), target, gone)
        holds = surviving(program, gone)
    with dispatch.using(compiled=True):
        found = single_losses(program, *rows(owned), target, gone)
        assert (surviving(program, gone) == holds).all()
        for actor in range(0, len(owned), 50):
            lost = holds & ~surviving(program, [*gone, *owned[actor]])
            assert (found.lost[actor], found.stops[actor]) == (lost.sum(), lost[target])
    assert (found.lost == plain.lost).all()
    assert (found.stops == plain.stops).all()


def test_large_consequences_are_counted_in_sweeps_over_circles_too(version: bool) -> None:
    """A triangle of AND: actor k takes everything above k. Above it a circle of OR that two actors break only together."""
    size = 1200
    stairs: Clauses = [[[~i]] + ([[j] for j in (i - 1, i // 2) if j < i]) for i in range(size)]
    circle: Clauses = [[[size + 1, size - 1]], [[size, size - 1]]]
    program = Program.of(stairs + circle, size)
    found = single_losses(program, list(range(size + 1)), list(range(size)), size - 1)
    assert found.lost.tolist() == [size - k for k in range(size)]
    assert found.stops.all()


@pytest.mark.parametrize("budget", [0, 1, 500, 20_000, 10**9])
def test_a_budget_leaves_what_is_done_exact_and_says_what_is_not(version: bool, budget: int) -> None:
    program, owned = random_net(3, 1200, alone=0.8, circles=0.01, companies=900)
    whole = single_losses(program, *rows(owned), 1199)
    found = single_losses(program, *rows(owned), 1199, budget=budget)
    assert (found.lost[found.done] == whole.lost[found.done]).all()
    assert (found.stops[found.done] == whole.stops[found.done]).all()
    assert (found.lost[~found.done] == -1).all()
    assert not found.stops[~found.done].any()
    assert found.done.all() or budget < 10**9
    assert not found.done.all() or budget > 1


# witnesses


@given(removals(), st.booleans())
@settings(max_examples=150)
def test_a_support_can_be_checked_by_reading_it(given: tuple[Made, set[int], set[int]], compiled: bool) -> None:
    (clauses, sources), dead, out = given
    program = Program.of(clauses, sources)
    with dispatch.using(compiled):
        holds = surviving(program, sorted(dead), sorted(out))
        for target in alive(holds):
            found = support(program, holds, target, sorted(dead))
            chosen = dict(zip(found.clauses.tolist(), found.literals.tolist(), strict=True))
            members = {target} | {x for x in chosen.values() if x >= 0}
            assert {program.owners[c] for c in chosen} <= members
            for item in members:
                assert item not in out
                for place, clause in enumerate(clauses[item]):
                    literal = chosen[int(program.clause_offsets[item]) + place]
                    living = [x for x in clause if (holds[x] if x >= 0 else ~x not in dead)]
                    assert literal == living[0]


def test_the_support_of_what_does_not_hold_is_refused(version: bool) -> None:
    program = Program.of([[[-1]], [[0]]], 1)
    with pytest.raises(ValueError, match="item 1 does not hold"):
        support(program, surviving(program, [0]), 1)
    with pytest.raises(ValueError, match=r"clause 0 of item 0 has no living literal"):
        support(program, [0, 1], 1, dead_sources=[0])


# bad input


@pytest.mark.parametrize(
    ("clauses", "sources", "message"),
    [
        ([[], [[0], [2]]], 1, r"item 1, clause 1 names item 2; there are 2 items and 1 sources"),
        ([[[-1, -2]]], 1, r"item 0, clause 0 names source 1"),
        ([[[2**40]]], 1, r"item 0, clause 0 names item"),
    ],
)
def test_a_literal_that_names_nothing_is_an_error_that_says_where(clauses: Clauses, sources: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Program.of(clauses, sources)


def test_offsets_that_fall_or_do_not_fit_are_errors() -> None:
    def numbers(*n: int) -> np.ndarray:
        return np.array(n, dtype=np.int32)

    with pytest.raises(ValueError, match="clause_offsets: expected 3 numbers"):
        Program(2, 0, numbers(0, 1), numbers(0, 0), numbers())
    with pytest.raises(ValueError, match="literal_offsets: expected numbers that begin at 0 and never fall"):
        Program(1, 1, numbers(0, 2), numbers(0, 1, 0), numbers(-1))
    with pytest.raises(ValueError, match="literal_offsets end at 1, but there are 2 literals"):
        Program(1, 1, numbers(0, 1), numbers(0, 1), numbers(-1, -1))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p: surviving(p, [1]), "dead_sources: expected a mask, or whole numbers from 0 to 0"),
        (lambda p: surviving(p, None, np.zeros(3, bool)), "removed_items: expected a mask of 2"),
        (lambda p: surviving(p, within=[-1]), "within"),
        (lambda p: single_losses(p, [0, 2], [0]), "actor_offsets"),
        (lambda p: single_losses(p, [], []), "actor_offsets"),
        (lambda p: single_losses(p, [0, 1], [1]), "actor_sources"),
        (lambda p: single_losses(p, [0, 1], [0], 2), "there is no item 2"),
        (lambda p: single_losses(p, [0, 1], [0], budget=-1), "budget"),
    ],
)
def test_arguments_that_fit_no_program_are_errors(version: bool, call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call(Program.of([[[-1]], []], 1))  # type: ignore[operator]


def test_no_actors_is_an_empty_answer(version: bool) -> None:
    assert len(single_losses(Program.of([[[-1]]], 1), [0], [], 0).lost) == 0
