"""Whose loss stops an item, and what each loss takes with it: against all removals of up to three actors, and closed forms."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers import FactsFolder, ask
from tests.properties.feasible_looking import (
    ACTORS,
    PLACES,
    READINGS,
    Build,
    comparable,
    ids,
    items_of,
    makers_of,
)
from tests.properties.feasible_making import worlds
from tests.properties.feasible_worlds import (
    TODAY,
    Point,
    Removal,
    World,
    struck,
)

# ---- cut sets and criticality -----------------------------------------------------------------------------------------


def outcomes(world: World, by: str, reading: str, locate: str) -> dict[tuple[str, ...], frozenset[Point]]:
    """What is available when each set of up to three actors is gone; () is the baseline."""
    return {
        gone: struck(world.compiled("item-0", Removal(gone, locate), reading))
        for size in range(4)
        for gone in combinations(ACTORS[by], size)
    }


def minimal(world: World, after: dict[tuple[str, ...], frozenset[Point]]) -> set[frozenset[str]]:
    stops = {frozenset(gone) for gone, alive in after.items() if world.point("item-0") not in alive}
    return set() if frozenset() in stops else {s for s in stops if not any(t < s for t in stops)}


def sole(world: World, closure: list[str], actor: str, locate: str) -> set[str]:
    """Items of which an actor, or those it takes along, are the only makers."""
    gone = Removal((actor,), locate)
    makings = ((i, m) for i in closure for m, _ in world.makings(i) if m.makers)
    return {i for i, m in makings if all(world.lost(maker, i, gone) for maker in m.makers)}


asked = st.tuples(st.sampled_from(tuple(ACTORS)), st.sampled_from(READINGS), st.sampled_from(PLACES))


@settings(max_examples=150)
@given(world=worlds(most=6, rows=18), questions=st.sets(asked, min_size=2, max_size=4))
def test_cut_sets_and_criticality(build: Build, world: World, questions: set[tuple[str, str, str]]) -> None:
    dataset, closure = build(world), items_of(world.closure("item-0"))
    start = world.point("item-0")
    for by, reading, locate in sorted(questions):
        after = outcomes(world, by, reading, locate)
        how = {"item": "item-0", "by": by, "reading": reading, "locate": locate, **TODAY}
        cuts = ask(dataset, "cut-sets", **how).answer
        found = [frozenset(ids(s.actors)) for s in cuts.sets]
        assert set(found) == minimal(world, after)
        assert len(found) == len(set(found))
        assert (cuts.complete, cuts.baseline) == (True, start in after[()])
        assert [s.size for s in cuts.sets] == sorted(map(len, found))
        for each in cuts.sets:
            alive = after[tuple(a for a in ACTORS[by] if a in ids(each.actors))]
            assert ids(each.failed)
            assert ids(each.failed) <= set(items_of(set(world.closure("item-0")) - alive))
        critical = ask(dataset, "criticality", **how).answer
        lost = {a: set(after[()] - after[(a,)]) for a in ACTORS[by]}
        only = {a: sole(world, closure, a, locate) for a in ACTORS[by]}
        rows = {r.actor.id: (r.stops, r.lost_items, ids(r.sole_maker_of)) for r in critical.actors}
        expected = {a: (start in lost[a], len(items_of(lost[a])), only[a]) for a in ACTORS[by] if lost[a] or only[a]}
        assert rows == expected
        assert (critical.total, critical.items) == (len(rows), len(closure))
        grave = [(r.stops, r.lost_items) for r in critical.actors]
        assert grave == sorted(grave, reverse=True)
        for row in critical.actors:
            gone = Removal((row.actor.id,), locate)
            taken = [
                sum(s for m, s in comparable(world, i, makers_of(world, i)).items() if world.lost(m, i, gone))
                for i in closure
            ]
            assert (row.share_lost or 0) == pytest.approx(max(taken))


@settings(max_examples=60)
@given(world=worlds(most=6, rows=24), question=asked, budgets=st.lists(st.integers(0, 400), min_size=3, max_size=5))
def test_a_budget_never_makes_a_wrong_claim(
    build: Build, world: World, question: tuple[str, str, str], budgets: list[int]
) -> None:
    dataset, (by, reading, locate) = build(world), question
    how = {"item": "item-0", "by": by, "reading": reading, "locate": locate, **TODAY}
    after = outcomes(world, by, reading, locate)
    right = ask(dataset, "criticality", **how).answer.actors
    verdicts = ask(dataset, "feasibility", item="item-0", removed=["acme", "NLD"], **TODAY).answer.verdicts
    for budget in (0, *budgets):
        cuts = ask(dataset, "cut-sets", budget, **how)
        found = {frozenset(ids(s.actors)) for s in cuts.answer.sets}
        assert found == minimal(world, after) if cuts.answer.complete else found <= minimal(world, after)
        assert cuts.answer.complete or cuts.meta.truncated
        critical = ask(dataset, "criticality", budget, **how)
        assert set(critical.answer.actors) <= set(right)
        assert critical.meta.truncated or critical.answer.actors == right
        assert critical.answer.total == len(critical.answer.actors)
        again = ask(dataset, "feasibility", budget, item="item-0", removed=["acme", "NLD"], **TODAY)
        assert again.answer.verdicts == verdicts


@pytest.mark.parametrize("n", [1, 2, 7, 30])
def test_each_maker_of_a_chain_is_a_cut_set_and_alternatives_make_one(opened: Any, folder: FactsFolder, n: int) -> None:
    firms, parts = [f"firm-{k}" for k in range(n)], [f"part-{k}" for k in range(n)]
    folder.entities("Company", *firms)
    folder.entities("Component", "whole", *parts, *(f"option-{k}" for k in range(n)))
    folder.entities("ProcessStep", "choice")
    for k in range(n):
        folder.relation("Provision", item=parts[k], provider=firms[k])
        folder.relation("Provision", item=f"option-{k}", provider=firms[k])
        folder.relation("Requirement", item="choice", requires=f"option-{k}", alternative_group="one")
        if k:
            folder.relation("Requirement", item=parts[k - 1], requires=parts[k])
    dataset = opened(folder)
    chain = ask(dataset, "cut-sets", item=parts[0], **TODAY).answer
    assert [ids(s.actors) for s in chain.sets] == [{f} for f in sorted(firms)]
    assert chain.complete
    (answer,) = (ask(dataset, "cut-sets", item="choice", max_size=4, **TODAY).answer,)
    assert [ids(s.actors) for s in answer.sets] == ([set(firms)] if n <= 4 else [])
    critical = ask(dataset, "criticality", item=parts[0], **TODAY).answer
    assert [(r.actor.id, r.lost_items) for r in critical.actors] == [(f"firm-{k}", k + 1) for k in reversed(range(n))]
