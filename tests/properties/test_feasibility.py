"""What can still be had, whose loss stops it, and what each loss takes with it: against an oracle that tries every subset.

Worlds are made and judged by `tests.properties.feasible_worlds`; what failed, and what worlds leave out, is planted in
`tests.properties.test_feasibility_planted`.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import BadArgument, UnknownId, WrongClass
from kg.schema import Schema
from kg.store.dataset import Dataset
from kg.store.release import Release
from tests.helpers import FactsFolder, ask, dataset_of
from tests.properties.feasible_making import removals, worlds
from tests.properties.feasible_worlds import COUNTRIES, FIRMS, TODAY, Removal, World, available, struck

READINGS = ("lenient", "strict")
PLACES = ("headquarters", "site")
ACTORS = {"company": tuple(FIRMS), "country": COUNTRIES}
Build = Callable[[World], Dataset]


@pytest.fixture
def build(tmp_path: Path, schema: Schema, tiny_release: Release) -> Build:
    return lambda world: dataset_of(schema, world.facts(schema, Path(tempfile.mkdtemp(dir=tmp_path))), tiny_release)


def ids(refs: Iterable[Any]) -> set[str]:
    return {r.id for r in refs}


def comparable(world: World, item: str, makers: Iterable[str]) -> dict[str, float]:
    """The shares of makers that may be put together: those of the newest year there is."""
    known = {m: found for m in makers if (found := world.share(item, m)) is not None}
    newest = max((year for year, _ in known.values()), default="")
    return {m: share for m, (year, share) in known.items() if year == newest}


def summed(world: World, item: str, makers: Iterable[str]) -> float | None:
    known = comparable(world, item, makers)
    return sum(known.values()) if known else None


# ---- feasibility ------------------------------------------------------------------------------------------------------


@settings(max_examples=200)
@given(data=st.data(), world=worlds())
def test_verdicts_and_their_proof(build: Build, data: st.DataObject, world: World) -> None:
    dataset, closure = build(world), world.closure("item-0")
    for _ in range(3):
        removal = data.draw(removals(world))
        answer = ask(dataset, "feasibility", item="item-0", **TODAY, **removal.raw).answer
        assert (answer.items, ids(answer.removed)) == (len(closure), set(removal.ids))
        assert (answer.locate, answer.unknown_providers) == (removal.locate, removal.unknown)
        nameless = {i for i in closure for m in world.makings(i) if m.nameless and not m.makers}
        assert ids(answer.assumed_providers) == (nameless if removal.unknown == "assumed" else set())
        assert {u.iri for u in answer.unverified} <= {world.iris[r.n] for r in world.rows if not r.source}
        in_parts = defaultdict(list)
        for row in (r for i in closure for r in world.live("Requirement", item=i) if world.classes[i] != "Stock"):
            if not row["alternative_group"] and row["necessity"] != "optional":
                in_parts[row["item"], row["requires"]].append(bool(row["applies_to"]))
        listed = {(s.item.id, s.choice.id) for s in answer.assumed_applicable}
        assert (
            {k for k, parts in in_parts.items() if all(parts)} <= listed <= {k for k, p in in_parts.items() if any(p)}
        )
        for verdict in answer.verdicts:
            untouched = Removal((), removal.locate, removal.unknown)
            before, after = (available(world.compiled("item-0", r, verdict.reading)) for r in (untouched, removal))
            word = "available" if "item-0" in after else "lost" if "item-0" in before else "unavailable"
            assert (verdict.verdict, verdict.lost_items) == (word, len(before - after))
            assert (verdict.baseline, verdict.after) == ("item-0" in before, "item-0" in after)
            check_failed(
                world,
                removal,
                verdict.reading,
                before,
                after,
                [f for f in answer.failed if f.reading == verdict.reading],
            )
        check_shares(world, removal, closure, answer.shares)


def check_failed(
    world: World, removal: Removal, reading: str, before: frozenset[str], after: frozenset[str], rows: list[Any]
) -> None:
    """Every failing need of every failed item on the way down, and nothing else."""
    expected: dict[tuple[str, str], tuple[set[str], set[str]]] = {}
    reached = [] if "item-0" in after else ["item-0"]
    for item in reached:
        for need in world.needs(item, removal, reading):
            if not need.holds(after):
                because, lost = expected.setdefault((item, need.cause), (set(), set()))
                because |= need.items
                lost |= need.makers
                reached += [i for i in sorted(need.items) if i not in reached]
    found: dict[tuple[str, str], tuple[set[str], set[str]]] = {}
    for row in rows:
        because, lost = found.setdefault((row.item.id, row.cause), (set(), set()))
        because |= ids(row.because)
        lost |= ids(row.lost)
        assert row.root == (not row.because)
        assert row.in_baseline == (row.item.id in before)
    assert found == expected


def check_shares(world: World, removal: Removal, closure: list[str], shares: tuple[Any, ...]) -> None:
    """The items that lose a maker, and the shares of their makers before and after."""
    makers = {i: set().union(*(m.makers for m in world.makings(i))) for i in closure}
    lost = {i: {m for m in makers[i] if world.lost(m, i, removal)} for i in closure}
    assert ids(s.item for s in shares) == {i for i in closure if lost[i]}
    for row in shares:
        item = row.item.id
        left = makers[item] - lost[item]
        assert ids(row.lost) == lost[item]
        assert row.makers == len(makers[item])
        assert row.before == pytest.approx(summed(world, item, makers[item]))
        known = comparable(world, item, makers[item])
        kept = [known[m] for m in left if m in known]
        assert row.after == (pytest.approx(sum(kept)) if known and (kept or not left) else None)


@settings(max_examples=150)
@given(data=st.data(), world=worlds())
def test_plans_can_be_replayed(build: Build, data: st.DataObject, world: World) -> None:
    dataset = build(world)
    for _ in range(3):
        removal = data.draw(removals(world))
        answer = ask(dataset, "feasibility", item="item-0", **TODAY, **removal.raw).answer
        plan, held = answer.plan, [v.reading for v in answer.verdicts if v.after]
        assert answer.plan_reading == (held[-1] if held else "")
        needs = world.compiled("item-0", removal, answer.plan_reading or "lenient")
        alive = struck(needs)
        chosen = ["item-0"] if "item-0" in alive else []
        for item in chosen:
            assert item in alive
            steps = [s for s in plan if s.item.id == item]
            choices = {k: {s.choice.id for s in steps if s.kind == k} for k in ("requirement", "variant", "maker")}
            offered: dict[str, set[str]] = {k: set() for k in choices}
            for need in needs[item]:
                kind = {"requirement": "requirement", "variants": "variant"}.get(need.cause, "maker")
                offered[kind] |= need.items | need.left
                assert need.met or (need.items | need.left) & choices[kind]
            assert all(choices[k] <= offered[k] for k in choices)
            assert sum(s.kind == "assumed" for s in steps) == sum(n.met for n in needs[item])
            chosen += [i for i in sorted(choices["requirement"] | choices["variant"]) if i not in chosen]
        assert {s.item.id for s in plan} <= set(chosen)


# ---- cut sets and criticality -----------------------------------------------------------------------------------------


def outcomes(world: World, by: str, reading: str, locate: str) -> dict[tuple[str, ...], frozenset[str]]:
    """What is available when each set of up to three actors is gone; () is the baseline."""
    return {
        gone: struck(world.compiled("item-0", Removal(gone, locate), reading))
        for size in range(4)
        for gone in combinations(ACTORS[by], size)
    }


def minimal(after: dict[tuple[str, ...], frozenset[str]]) -> set[frozenset[str]]:
    stops = {frozenset(gone) for gone, alive in after.items() if "item-0" not in alive}
    return set() if frozenset() in stops else {s for s in stops if not any(t < s for t in stops)}


def sole(world: World, closure: list[str], actor: str, locate: str) -> set[str]:
    """Items of which an actor, or those it takes along, are the only makers."""
    gone = Removal((actor,), locate)
    makings = ((i, m) for i in closure for m in world.makings(i) if m.makers)
    return {i for i, m in makings if all(world.lost(maker, i, gone) for maker in m.makers)}


asked = st.tuples(st.sampled_from(tuple(ACTORS)), st.sampled_from(READINGS), st.sampled_from(PLACES))


@settings(max_examples=150)
@given(world=worlds(most=6, rows=18), questions=st.sets(asked, min_size=2, max_size=4))
def test_cut_sets_and_criticality(build: Build, world: World, questions: set[tuple[str, str, str]]) -> None:
    dataset, closure = build(world), world.closure("item-0")
    for by, reading, locate in sorted(questions):
        after = outcomes(world, by, reading, locate)
        how = {"item": "item-0", "by": by, "reading": reading, "locate": locate, **TODAY}
        cuts = ask(dataset, "cut-sets", **how).answer
        found = [frozenset(ids(s.actors)) for s in cuts.sets]
        assert set(found) == minimal(after)
        assert len(found) == len(set(found))
        assert (cuts.complete, cuts.baseline) == (True, "item-0" in after[()])
        assert [s.size for s in cuts.sets] == sorted(map(len, found))
        for each in cuts.sets:
            alive = after[tuple(a for a in ACTORS[by] if a in ids(each.actors))]
            assert ids(each.failed)
            assert not ids(each.failed) & alive
        critical = ask(dataset, "criticality", **how).answer
        lost = {a: after[()] - after[(a,)] for a in ACTORS[by]}
        only = {a: sole(world, closure, a, locate) for a in ACTORS[by]}
        rows = {r.actor.id: (r.stops, r.lost_items, ids(r.sole_maker_of)) for r in critical.actors}
        expected = {a: ("item-0" in lost[a], len(lost[a]), only[a]) for a in ACTORS[by] if lost[a] or only[a]}
        assert rows == expected
        assert (critical.total, critical.items) == (len(rows), len(closure))
        grave = [(r.stops, r.lost_items) for r in critical.actors]
        assert grave == sorted(grave, reverse=True)
        for row in critical.actors:
            gone = Removal((row.actor.id,), locate)
            taken = [
                sum(s for m, s in comparable(world, i, {m for g in world.makings(i) for m in g.makers}).items() if world.lost(m, i, gone))
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
        assert found == minimal(after) if cuts.answer.complete else found <= minimal(after)
        assert cuts.answer.complete or cuts.meta.truncated
        critical = ask(dataset, "criticality", budget, **how)
        assert set(critical.answer.actors) <= set(right)
        assert critical.meta.truncated or critical.answer.actors == right
        assert critical.answer.total == len(critical.answer.actors)
        again = ask(dataset, "feasibility", budget, item="item-0", removed=["acme", "NLD"], **TODAY)
        assert again.answer.verdicts == verdicts


# ---- closed forms -----------------------------------------------------------------------------------------------------


def verdicts(dataset: Dataset, *removed: str, **raw: Any) -> tuple[str, ...]:
    answer = ask(dataset, "feasibility", **{"item": "x", "removed": list(removed), **TODAY, **raw}).answer
    return tuple(v.verdict for v in answer.verdicts)


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


def test_a_route_that_ends_is_failed_when_its_end_is_known(opened: Any, folder: FactsFolder) -> None:
    folder.source("late", published="2026-03-01")
    folder.entities("Chip", "x")
    folder.entities("Stock", "bank")
    folder.relation("Requirement", item="x", requires="bank", valid_until="2025-06-01", source="report")
    assert verdicts(opened(folder), asOf="2025-01-01") == ("available", "available")
    assert verdicts(opened(folder)) == ("unavailable", "unavailable")


# ---- what is refused --------------------------------------------------------------------------------------------------


def test_what_cannot_be_asked_says_what_can(opened: Any, folder: FactsFolder) -> None:
    folder.entities("Tool", "x")
    folder.entities("Company", "acme")
    folder.entities("Policy", "rule")
    folder.entities("Tier", "tier-one")
    folder.entities("Facility", "fab")
    folder.relation("Provision", item="x", provider="acme")
    folder.claim("boast", "x")
    dataset = opened(folder)
    for operation in ("feasibility", "cut-sets", "criticality"):
        with pytest.raises(BadArgument) as refused:
            ask(dataset, operation, item="x", verifiedOnly=True, **TODAY)
        assert refused.value.error_code == "not-applicable"
        with pytest.raises(WrongClass, match="item"):
            ask(dataset, operation, item="acme", **TODAY)
        with pytest.raises(UnknownId):
            ask(dataset, operation, item="no-such-thing", **TODAY)
    for wrong in ("rule", "boast", "tier-one", "fab"):
        with pytest.raises(WrongClass, match=r"organisation.*country.*alliance.*item"):
            ask(dataset, "feasibility", item="x", removed=["acme", wrong], **TODAY)
    with pytest.raises(UnknownId):
        ask(dataset, "feasibility", item="x", removed=["no-such-thing"], **TODAY)
    assert verdicts(dataset, "x", "x") == ("lost", "lost")
