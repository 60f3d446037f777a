"""What a rule takes from a buyer, hop by hop: against an oracle that walks through every plan."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.answers.feasible import FeasibilityAnswer
from kg.facts.reader import read_facts
from kg.schema import Schema
from kg.store.dataset import Dataset
from kg.store.release import Release
from tests.helpers import ask, dataset_of
from tests.policy.rule_oracle import SURE, Oracle, questions
from tests.policy.rule_worlds import BEFORE, FIRST, LAST, LATER, Rule, World, worlds

READINGS = ("lenient", "strict")


@pytest.fixture
def build(tmp_path: Path, schema: Schema, tiny_release: Release) -> Any:
    def make(world: World) -> Dataset:
        folder = world.write(Path(tempfile.mkdtemp(dir=tmp_path)))
        return dataset_of(schema, read_facts(folder.write(), schema), tiny_release)

    return make


def answer(dataset: Dataset, asked: Oracle) -> FeasibilityAnswer:
    put = {"policy": list(asked.policies), "buyer": asked.buyer} if asked.policies else {}
    found: FeasibilityAnswer = ask(
        dataset,
        "feasibility",
        item="item-0",
        removed=sorted(asked.removed),
        unknownProviders="assumed" if asked.assumed else "none",
        asOf=asked.day,
        knownOn="2026-11-24",
        **put,
    ).answer
    return found


def after(found: FeasibilityAnswer) -> dict[str, bool]:
    return {v.reading: v.after for v in found.verdicts}


@settings(max_examples=200)
@given(data=st.data(), world=worlds())
def test_verdicts_and_hops_are_those_of_all_plans(build: Any, data: st.DataObject, world: World) -> None:
    dataset = build(world)
    for _ in range(3):
        asked = data.draw(questions(world))
        found = answer(dataset, asked)
        assert after(found) == {r: asked.can(r) for r in READINGS}, asked
        unruled = replace(asked, policies=(), removed=frozenset())
        assert {v.reading: v.baseline for v in found.verdicts} == {r: unruled.can(r) for r in READINGS}
        blocked = {(b.item.id, b.provider.id, b.recipient.id): b for b in found.blocked}
        for reading in READINGS:
            named = frozenset(hop for hop, b in blocked.items() if reading in b.readings)
            assert named == asked.met(reading), asked
            assert asked.can(reading, named) == after(found)[reading], "the hops that are named explain the verdict"
        for (item, maker, to), hop in blocked.items():
            bearing = asked.bears(item, maker, to)
            taking = {p for p, how in bearing.items() if how == SURE or "strict" in hop.readings}
            assert {r.policy.id for r in hop.rules if r.policy} == taking
            assert all(r.statements for r in hop.rules)
            assert all(r.missing for r in hop.rules if r.finding != "applies")


@settings(max_examples=100)
@given(data=st.data(), world=worlds())
def test_before_its_date_a_rule_takes_nothing(build: Any, data: st.DataObject, world: World) -> None:
    dataset, asked = build(world), data.draw(questions(world, (BEFORE,)))
    with_rule, without = answer(dataset, asked), answer(dataset, replace(asked, policies=()))
    assert with_rule.blocked == ()
    assert with_rule.verdicts == without.verdicts


@settings(max_examples=100)
@given(data=st.data(), world=worlds())
def test_a_plan_takes_no_delivery_that_is_stopped(build: Any, data: st.DataObject, world: World) -> None:
    """Of an item that goes to the buyer alone: what the plan chooses for it is none of the hops that are named."""
    dataset, asked = build(world), data.draw(questions(world, (FIRST, LATER, LAST)))
    found = answer(dataset, asked)
    chosen = {s.choice.id for s in found.plan if s.kind == "maker" and s.choice and s.item.id == "item-0"}
    stopped = {b.provider.id for b in found.blocked if b.item.id == "item-0" and found.plan_reading in b.readings}
    ring = any(part == "item-0" for _, part, _, _ in world.needs)
    assert ring or world.kinds["item-0"] == "ProcessNode" or not chosen & stopped


@settings(max_examples=60)
@given(data=st.data(), world=worlds())
def test_one_more_policy_never_makes_more_possible(build: Any, data: st.DataObject, world: World) -> None:
    dataset, asked = build(world), data.draw(questions(world, (LATER,)))
    both = answer(dataset, replace(asked, policies=("rule", "us-2023-10-acs")))
    for policy in asked.policies:
        one = answer(dataset, replace(asked, policies=(policy,)))
        assert all(after(both)[r] <= after(one)[r] for r in READINGS)


# ---- what was once otherwise ------------------------------------------------------------------------------------------

SEATS = {"acme": "USA", "bolt": "NLD", "crown": "CHN", "delta": "CHN"}
MACHINES = Rule("NLD", "rule", frozenset({"bolt"}), frozenset(), frozenset(), True, "")
TO_CHINA = replace(MACHINES, countries=frozenset({"CHN"}))
ELSEWHERE = {"delta": "TWN"}
HELD, STRICT, LOST = (True, True), (True, False), (False, False)


def small(
    kinds: dict[str, str], needs: list[tuple[str, str]], makes: set[tuple[str, str]], rule: Rule = MACHINES, **more: Any
) -> World:
    """A world in which everything is required."""
    seats = {f: frozenset({c} if c else ()) for f, c in {**SEATS, **more.pop("seats", {})}.items()}
    rows = [(a, b, "", "required") for a, b in needs]
    return World(
        kinds, more.pop("chips", {}), seats, rows, frozenset(makes), frozenset(), frozenset(), frozenset(), rule
    )


def holds(build: Any, world: World, **more: Any) -> tuple[bool, ...]:
    asked = Oracle(world, LATER, **{"policies": ("rule",), "buyer": "crown", **more})
    found = tuple(after(answer(build(world), asked)).values())
    assert found == tuple(asked.can(r) for r in READINGS)
    return found


@pytest.mark.parametrize(
    ("removed", "expected"), [(frozenset(), HELD), (frozenset({"delta"}), STRICT), (frozenset({"crown"}), HELD)]
)
def test_a_rule_takes_the_inputs_of_the_only_maker_that_is_left(build: Any, removed: Any, expected: Any) -> None:
    """The buyer and another make it; without the other, what the buyer needs for it is stopped."""
    kinds = {"item-0": "Component", "item-1": "Tool"}
    makes = {("item-0", "crown"), ("item-0", "delta"), ("item-1", "bolt")}
    world = small(kinds, [("item-0", "item-1")], makes, TO_CHINA, seats=ELSEWHERE)
    assert holds(build, world, removed=removed) == expected
    found = answer(build(world), Oracle(world, LATER, ("rule",), "crown", removed))
    assert [(b.item.id, b.provider.id, b.recipient.id) for b in found.blocked] == [("item-1", "bolt", "crown")]
    roots = {(f.item.id, f.cause) for f in found.failed if f.root}
    assert roots == ({("item-1", "makers")} if expected == STRICT else set())


def test_a_plan_of_the_buyer_beside_others_takes_what_reaches_the_buyer(build: Any) -> None:
    kinds = {"item-0": "Component", "item-1": "Tool", "item-2": "Tool"}
    world = small(kinds, [], {("item-0", "crown"), ("item-0", "delta"), ("item-1", "bolt"), ("item-2", "acme")})
    world.needs += [("item-0", "item-1", "g", "required"), ("item-0", "item-2", "g", "required")]
    found = answer(build(world), Oracle(world, LATER, ("rule",), "crown", frozenset({"delta"})))
    assert found.plan_reading == "strict"
    assert {s.choice.id for s in found.plan if s.choice and s.kind == "requirement"} == {"item-2"}


@pytest.mark.parametrize(
    ("run_by", "expected"), [((), STRICT), (("crown",), STRICT), (("crown", "delta"), STRICT), (("delta",), HELD)]
)
def test_what_a_node_needs_goes_to_the_buyer_unless_others_run_it(
    build: Any, run_by: tuple[str, ...], expected: Any
) -> None:
    makes = {("item-1", "bolt"), *(("item-0", firm) for firm in run_by)}
    world = small({"item-0": "ProcessNode", "item-1": "Tool"}, [("item-0", "item-1")], makes, TO_CHINA, seats=ELSEWHERE)
    assert holds(build, world) == expected


def test_an_exporter_of_unknown_seat_that_a_rule_names_may_be_under_it(build: Any) -> None:
    world = small({"item-0": "Tool"}, [], {("item-0", "bolt")}, seats={"bolt": ""})
    assert holds(build, world) == STRICT


@pytest.mark.parametrize(("aimed", "expected"), [("CHN", STRICT), ("TWN", HELD)])
def test_a_rule_that_reaches_abroad_is_held_to_its_destinations_too(build: Any, aimed: str, expected: Any) -> None:
    rule = Rule("USA", "rule", frozenset(), frozenset({"item-0"}), frozenset({aimed}), False, "")
    assert holds(build, small({"item-0": "Tool"}, [], {("item-0", "bolt")}, rule)) == expected


@pytest.mark.parametrize(("aimed", "expected"), [("NLD", STRICT), ("USA", HELD)])
def test_an_import_measure_is_held_to_the_countries_it_aims_at(build: Any, aimed: str, expected: Any) -> None:
    rule = Rule("CHN", "order", frozenset(), frozenset({"item-0"}), frozenset({aimed}), False, "")
    assert holds(build, small({"item-0": "Tool"}, [], {("item-0", "bolt")}, rule)) == expected


def test_a_country_that_names_a_firm_of_its_own_means_what_it_sends(build: Any) -> None:
    rule = Rule("CHN", "order", frozenset({"crown"}), frozenset(), frozenset(), True, "")
    assert holds(build, small({"item-0": "Tool"}, [], {("item-0", "bolt")}, rule)) == HELD


@pytest.mark.parametrize(
    ("chip", "expected"), [("over", LOST), ("consumer", STRICT), ("middle", STRICT), ("small", HELD)]
)
def test_what_an_exception_may_let_through_is_not_under_denial(build: Any, chip: str, expected: Any) -> None:
    world = small({"item-0": "Chip"}, [], {("item-0", "acme")}, chips={"item-0": chip})
    assert holds(build, world, policies=("us-2023-10-acs",)) == expected


def test_a_card_for_consumers_is_not_lost_to_china_in_the_lenient_reading(seed: Dataset) -> None:
    """The RTX 4090: License Exception NAC is open to it, as the licence question says."""
    raw = {"policy": ["us-2023-10-acs"], "buyer": "CHN", "asOf": "2024-06-01", "knownOn": "2026-11-24"}
    found = ask(seed, "feasibility", item="nvidia-rtx4090", **raw).answer
    assert tuple(v.after for v in found.verdicts) == STRICT
    assert any(r.review_policy.startswith("NAC") for b in found.blocked for r in b.rules)


def test_a_rule_that_is_suspended_is_not_told_among_those_that_take(build: Any) -> None:
    rule = Rule("USA", "rule", frozenset({"acme"}), frozenset(), frozenset(), True, "suspended")
    world = small({"item-0": "Chip"}, [], {("item-0", "acme")}, rule, chips={"item-0": "over"})
    for day, expected in ((LATER, {"rule", "us-2023-10-acs"}), (LAST, {"us-2023-10-acs"})):
        (hop,) = answer(build(world), Oracle(world, day, ("rule", "us-2023-10-acs"), "crown")).blocked
        assert {r.policy.id for r in hop.rules if r.policy} == expected


@pytest.mark.parametrize(("percent", "expected"), [(49, STRICT), (50, HELD)])
def test_what_the_buyer_takes_from_its_own_no_rule_stops(build: Any, percent: int, expected: Any) -> None:
    world = small({"item-0": "Tool"}, [], {("item-0", "bolt")})
    world.owns = frozenset({("crown", "bolt", percent)})
    assert holds(build, world) == expected


@pytest.mark.parametrize(("maker", "expected"), [("delta", STRICT), ("acme", HELD)])
def test_a_rule_takes_what_goes_to_the_maker_of_what_the_buyer_takes(build: Any, maker: str, expected: Any) -> None:
    """The recipient of an input is who makes something of it, not the buyer of the whole (design, semantics, 3.4)."""
    kinds = {"item-0": "Component", "item-1": "Tool"}
    world = small(kinds, [("item-0", "item-1")], {("item-0", maker), ("item-1", "bolt")}, TO_CHINA)
    assert holds(build, world, buyer="crown") == expected
    assert holds(build, world, buyer="acme") == expected
