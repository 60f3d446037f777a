"""What can still be had, and on what that rests: against an oracle that tries every subset.

Worlds are made and judged by `tests.properties.feasible_worlds`; what failed, and what worlds leave out, is planted in
`tests.properties.test_feasibility_planted`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.answers.json import to_json
from kg.errors import BadArgument, UnknownId, WrongClass
from tests.helpers import FactsFolder, ask
from tests.properties.feasible_looking import (
    Build,
    comparable,
    ids,
    items_of,
    makers_of,
    place,
    points_of,
    summed,
    verdicts,
)
from tests.properties.feasible_making import removals, worlds
from tests.properties.feasible_worlds import (
    FIRMS,
    SCALE,
    TODAY,
    Need,
    Point,
    Removal,
    World,
    available,
    struck,
)
from tests.properties.witness import Witness

# ---- feasibility ------------------------------------------------------------------------------------------------------


@settings(max_examples=200)
@given(data=st.data(), world=worlds())
def test_verdicts_and_their_proof(build: Build, data: st.DataObject, world: World) -> None:
    dataset, start = build(world), world.point("item-0")
    for _ in range(3):
        removal = data.draw(removals(world))
        answer = ask(dataset, "feasibility", item="item-0", limit=5000, **TODAY, **removal.raw(world)).answer
        reached = items_of(world.closure("item-0", removal))
        assert answer.items == len(reached)
        assert set(removal.ids) <= ids(answer.removed)
        assert len(answer.removed) == len(removal.ids) + len({r.relation for r in removal.cut})
        assert (answer.locate, answer.unknown_providers) == (removal.locate, removal.unknown)
        nameless = {i for i in reached for m, _ in world.makings(i) if m.nameless and not m.makers}
        assert ids(answer.assumed_providers) == (nameless if removal.unknown == "assumed" else set())
        check_assumed(world, world.closure("item-0", removal), answer)
        for verdict in answer.verdicts:
            untouched = Removal((), removal.locate, removal.unknown)
            before, after = (available(world.compiled("item-0", r, verdict.reading)) for r in (untouched, removal))
            word = "available" if start in after else "lost" if start in before else "unavailable"
            assert (verdict.verdict, verdict.lost_items) == (
                word,
                len({i for i in items_of(before - after) if i in reached}),
            )
            assert (verdict.baseline, verdict.after) == (start in before, start in after)
            failed = [f for f in answer.failed if f.reading == verdict.reading]
            check_failed(world, removal, verdict.reading, before, after, failed)
        check_shares(world, removal, reached, answer.shares)
        check_unverified(world, answer)


def check_assumed(world: World, closure: list[Point], answer: Any) -> None:
    """What is assumed of makers and of parts is listed."""
    in_parts = defaultdict(list)
    for row in (r for i in items_of(closure) for r in world.live("Requirement", item=i) if world.classes[i] != "Stock"):
        if not row["alternative_group"] and row["necessity"] != "optional":
            in_parts[row["item"], row["requires"]].append(bool(row["applies_to"]))
    listed = {(s.item.id, s.choice.id) for s in answer.assumed_applicable}
    assert {k for k, parts in in_parts.items() if all(parts)} <= listed <= {k for k, p in in_parts.items() if any(p)}
    unknown: dict[tuple[str, str], str] = {}
    for item, above in closure:
        for making, rows in world.makings(item):
            for maker in making.makers:
                asked = above and not making.role and maker in FIRMS
                if asked and world.capable([r for r in rows if r["provider"] == maker], above) is None:
                    unknown[item, maker] = max(unknown.get((item, maker), ""), above, key=("", *SCALE).index)
    told = {(s.item.id, s.choice.id): s.node_classes for s in answer.assumed_capable}
    assert told.items() <= {k: (above,) for k, above in unknown.items()}.items()
    assert {(s.item.id, s.choice.id) for s in answer.plan if s.kind == "maker"} & set(unknown) <= set(told)
    assert answer.assumed_capable_total == len(unknown)


def check_failed(
    world: World, removal: Removal, reading: str, before: frozenset[Point], after: frozenset[Point], rows: list[Any]
) -> None:
    """Every failing need of every failed item on the way down, what it rests on, and nothing else."""
    start = world.point("item-0")
    expected: dict[tuple[Point, str], list[Need]] = {}
    reached = [] if start in after else [start]
    for point in reached:
        for need in world.needs(point, removal, reading):
            if not need.holds(after):
                expected.setdefault((point, need.cause), []).append(need)
                reached += [p for p in sorted(need.points) if p not in reached]
    found: dict[tuple[Point, str], list[Any]] = {}
    for row in rows:
        found.setdefault((place(row), row.cause), []).append(row)
        assert row.root == (not row.because)
        assert row.in_baseline == (place(row) in before)
    assert found.keys() == expected.keys()
    for key, needs in expected.items():
        told = found[key]
        assert set().union(*(ids(f.because) for f in told)) == {i for n in needs for i, _ in n.points}
        lost = set().union(*(ids(f.lost) for f in told))
        assert lost == (set().union(*(n.makers for n in needs)) if key[1] != "not capable" else lost)
        shown = {s.iri for f in told for s in f.statements}
        assert shown == {s for n in needs for s in evidence(world, n)} | (
            shown & {world.iris[r.n] for r in world.rows if r.file in ("facts", "Supply", "Membership")}
        )
        assert {s for n in needs for s in places(world, removal, key[0][0], n)} <= shown


def evidence(world: World, need: Need) -> set[str]:
    """The statements of a need that fails: its alternatives, or whoever is known to make it."""
    return {world.iris[r.n] for r in need.rows if r.file != "Membership"}


def places(world: World, removal: Removal, item: str, need: Need) -> set[str]:
    """Where the makers that are lost with their seats have them."""
    gone = world.gone(removal)
    lost = {m for m in need.makers - gone if world.lost(m, item, removal) and not world.sites(m, item)}
    seats = [r for r in world.live("facts", property="headquarteredIn") if r["subject"] in lost]
    return {world.iris[r.n] for r in seats}


def check_unverified(world: World, answer: Any) -> None:
    """Whatever rests on unverified statements alone is listed, and nothing that neither plan nor failures show."""
    listed = {u.iri for u in answer.unverified}
    unseen = {world.iris[r.n] for r in world.rows if not r.source}
    shown = [{s.iri for s in step.statements} for step in (*answer.plan, *answer.failed)]
    assert listed <= unseen & set().union(*shown)
    assert all(step <= listed for step in shown[: len(answer.plan)] if step <= unseen)
    assert all(step <= listed for step in shown if len(step) == 1 and step <= unseen)


def check_shares(world: World, removal: Removal, items: list[str], shares: tuple[Any, ...]) -> None:
    """The items that lose a maker, and the shares of their makers before and after."""
    makers = {i: makers_of(world, i) for i in items}
    cut = {i: {m for m in makers[i] if is_cut(world, removal, i, m)} for i in items}
    lost = {i: {m for m in makers[i] if m in cut[i] or world.lost(m, i, removal)} for i in items}
    assert ids(s.item for s in shares) == {i for i in items if lost[i]}
    for row in shares:
        item = row.item.id
        left = makers[item] - lost[item]
        assert ids(row.lost) == lost[item]
        assert row.makers == len(makers[item])
        assert row.before == pytest.approx(summed(world, item, makers[item]))
        known = comparable(world, item, makers[item])
        kept = [known[m] for m in left if m in known]
        assert row.after == (pytest.approx(sum(kept)) if known and (kept or not left) else None)


def is_cut(world: World, removal: Removal, item: str, maker: str) -> bool:
    """Whether what a maker does for an item, in one of its roles, is cut."""
    for _, named in world.makings(item):
        rows = [r for r in named if maker in dict(r.cells).values()]
        if rows and all(r.relation in removal.relations for r in rows):
            return True
    return False


@settings(max_examples=150)
@given(data=st.data(), world=worlds())
def test_plans_can_be_replayed(build: Build, data: st.DataObject, world: World) -> None:
    dataset = build(world)
    start = world.point("item-0")
    for _ in range(3):
        removal = data.draw(removals(world))
        answer = ask(dataset, "feasibility", item="item-0", **TODAY, **removal.raw(world)).answer
        plan, held = answer.plan, [v.reading for v in answer.verdicts if v.after]
        assert answer.plan_reading == (held[-1] if held else "")
        needs = world.compiled("item-0", removal, answer.plan_reading or "lenient")
        alive = struck(needs)
        chosen = [start] if start in alive else []
        for point in chosen:
            assert point in alive
            steps = [s for s in plan if point in points_of(s)]
            choices: dict[str, set[Any]] = {k: set() for k in ("requirement", "variant", "maker")}
            for step in (s for s in steps if s.kind != "assumed"):
                choice = step.choice.id
                choices[step.kind].add(choice if step.kind == "maker" else world.point(choice, point[1]))
            offered: dict[str, set[Any]] = {k: set() for k in choices}
            for need in needs[point]:
                kind = {"requirement": "requirement", "variants": "variant"}.get(need.cause, "maker")
                offered[kind] |= need.points | need.left
                assert need.met or (need.points | need.left) & choices[kind]
            assert all(choices[k] <= offered[k] for k in choices)
            assert sum(s.kind == "assumed" for s in steps) == sum(n.met for n in needs[point])
            chosen += [p for p in sorted(choices["requirement"] | choices["variant"]) if p not in chosen]
        assert {p for s in plan for p in points_of(s)} <= set(chosen)
        read = Witness(world.folder, cut=[r.origin for r in removal.cut])
        assert not held or read.faults(to_json(answer)) == []
        hinges = world.hinges("item-0", removal, answer.plan_reading) if held else set()
        assert {(s.item.id, s.kind, s.choice.id) for s in answer.hinges} == hinges
        assert all(
            any(points_of(h) <= points_of(s) for s in plan if (s.kind, s.need, s.choice) == (h.kind, h.need, h.choice))
            for h in answer.hinges
        )


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
