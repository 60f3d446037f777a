"""Small cases of feasibility by hand: what worlds leave out, and what was once otherwise than the design says."""

from __future__ import annotations

from typing import Any

import pytest

from kg.store.dataset import Dataset
from tests.helpers import ask
from tests.properties.feasible_looking import Build, verdicts
from tests.properties.feasible_worlds import TODAY, Row, World

THREE = dict.fromkeys("xyz", "Tool")
HELD, LOST, NEVER = ("available",) * 2, ("lost",) * 2, ("unavailable",) * 2
STRICT = ("available", "lost")


def made(
    classes: dict[str, str],
    *rows: tuple[str, dict[str, str]] | tuple[str, dict[str, str], str],
    nodes: dict[str, str] | None = None,
) -> World:
    """A world of rows: file, cells, and how it lives; `source` in the cells is taken out."""
    found = []
    for n, (file, cells, *life) in enumerate(rows):
        own = tuple((k, v) for k, v in cells.items() if k != "source")
        found.append(Row(n, file, own, life[0] if life else "live", cells.get("source", "s1")))
    return World(classes, found, nodes or {})


def needs(part: str, item: str = "x", **cells: str) -> tuple[str, dict[str, str]]:
    return "Requirement", {"item": item, "requires": part, **cells}


def by(firm: str, item: str = "x", **cells: str) -> tuple[str, dict[str, str]]:
    return "Provision", {"item": item, "provider": firm, **cells}


def kind(variant: str, substitutable: str, item: str = "x") -> tuple[str, dict[str, str]]:
    return "Variant", {"item": item, "variant": variant, "substitutable": substitutable}


def supply(customer: str, supplier: str, part: str) -> tuple[str, dict[str, str]]:
    return "Supply", {"customer": customer, "supplier": supplier, "supplied_item": part}


def said(subject: str, property_: str, object_: str) -> tuple[str, dict[str, str]]:
    return "facts", {"subject": subject, "property": property_, "object": object_}


def answer(dataset: Dataset, *removed: str, **raw: Any) -> Any:
    return ask(dataset, "feasibility", item="x", removed=list(removed), **TODAY, **raw).answer


# ---- as the design says ------------------------------------------------------------------------------------------------


def test_a_cycle_stands_until_it_is_touched(build: Build) -> None:
    ring = made(dict.fromkeys("xyz", "Tool"), needs("y"), needs("z", "y"), needs("x", "z"), by("acme", "z"), by("bolt"))
    assert verdicts(build(ring)) == ("available", "available")
    assert verdicts(build(ring), "acme") == ("lost", "lost")


@pytest.mark.parametrize(
    ("classes", "rows", "removed", "expected"),
    [
        pytest.param(THREE, [needs("y", necessity="optional")], ["y"], HELD, id="optional"),
        pytest.param(THREE, [needs("y", necessity="typical")], ["y"], STRICT, id="typical"),
        pytest.param(THREE, [needs("y", applies_to="a die")], ["y"], STRICT, id="a part"),
        pytest.param(THREE, [needs("y", alternative_group="g", applies_to="a die")], ["y"], LOST, id="a part in a group"),
        pytest.param(THREE, [(*needs("y"), "stopped")], [], NEVER, id="ended"),
        pytest.param(THREE, [(*needs("y"), "dropped"), by("acme")], [], HELD, id="dropped"),
        pytest.param(THREE, [(*needs("y"), "future")], ["y"], HELD, id="not begun"),
        pytest.param(THREE, [(*needs("y", necessity="optional"), "ended")], [], HELD, id="optional and ended"),
        pytest.param(THREE, [by("acme", production_status="not in production")], [], NEVER, id="not in production"),
        pytest.param(THREE, [(*by("acme"), "ended")], [], NEVER, id="the only maker gave it up"),
        pytest.param(THREE, [(*by("acme"), "dropped")], [], HELD, id="a maker that never was"),
        pytest.param({"x": "Chip"}, [("Fabrication", {"item": "x", "fabricator": "acme"}, "ended")], [], NEVER, id="a role given up"),
        pytest.param({"x": "Chip"}, [("Fabrication", {"item": "x", "fabricator": "acme"}, "ended"), ("Fabrication", {"item": "x", "fabricator": "bolt"})], ["acme"], HELD, id="a role taken over"),
        pytest.param(THREE, [by("various")], ["various"], HELD, id="a pseudo-provider is nobody"),
        pytest.param(THREE, [kind("y", "yes"), by("bolt", "y"), by("acme")], ["acme"], HELD, id="second view of a market"),
        pytest.param({"x": "Stock", "y": "Tool"}, [needs("y"), by("acme")], ["y", "acme"], HELD, id="a stock is there"),
    ],
)  # fmt: skip
def test_needs_by_hand(
    build: Build, classes: dict[str, str], rows: list[Any], removed: list[str], expected: Any
) -> None:
    assert verdicts(build(made(classes, *rows)), *removed) == expected


@pytest.mark.parametrize(
    ("classes", "rows", "expected"),
    [
        pytest.param({}, [needs("y"), supply("acme", "bolt", "y")], STRICT, id="directly"),
        pytest.param({}, [needs("y"), supply("acme", "bolt", "y"), supply("acme", "lab", "y")], HELD, id="another is left"),
        pytest.param({}, [needs("y", necessity="optional"), supply("acme", "bolt", "y")], HELD, id="an optional part"),
        pytest.param({"s": "ProcessStep"}, [needs("s"), needs("y", "s"), supply("acme", "bolt", "y")], STRICT, id="by a step"),
        pytest.param({"s": "Tool"}, [needs("s"), needs("y", "s"), supply("acme", "bolt", "y")], HELD, id="not by a tool"),
        pytest.param({}, [needs("y"), (*supply("acme", "bolt", "y"), "ended")], HELD, id="supply that ended"),
    ],
)  # fmt: skip
def test_a_maker_without_a_part_makes_nothing_in_the_strict_reading(
    build: Build, classes: dict[str, str], rows: list[Any], expected: Any
) -> None:
    assert verdicts(build(made({**THREE, **classes}, by("acme"), *rows)), "bolt") == expected


def test_two_seats_are_lost_together(build: Build) -> None:
    """The design does not say what two known seats mean; as with sites, all of them must be lost."""
    seats = [said("acme", "headquarteredIn", "CHN"), said("acme", "headquarteredIn", "USA")]
    dataset = build(made(THREE, by("acme"), *seats))
    assert [verdicts(dataset, *c) for c in (["CHN"], ["CHN", "USA"])] == [HELD, LOST]


# ---- what was once otherwise ------------------------------------------------------------------------------------------


def world_of_an_unverified(row: tuple[str, dict[str, str]], *others: Any) -> World:
    return made(THREE, (row[0], {**row[1], "source": ""}), *others)


@pytest.mark.parametrize(
    ("world", "removed"),
    [
        (world_of_an_unverified(needs("y"), by("acme", "y")), "acme"),
        (world_of_an_unverified(said("acme", "headquarteredIn", "CHN"), by("acme")), "CHN"),
        (world_of_an_unverified(supply("acme", "bolt", "y"), by("acme"), needs("y")), "bolt"),
        (world_of_an_unverified(("Membership", {"alliance": "pact", "member": "acme"}), by("acme")), "pact"),
    ],
    ids=["requirement", "seat", "supply", "membership"],
)
def test_a_lost_verdict_lists_its_unverified_statements(build: Build, world: World, removed: str) -> None:
    found = answer(build(world), removed)
    assert {u.iri for u in found.unverified} == {world.iris[0]}


@pytest.mark.parametrize(
    ("rows", "removed", "locate"),
    [
        ([supply("acme", "bolt", "y"), by("acme"), needs("y")], "bolt", "headquarters"),
        ([("Membership", {"alliance": "pact", "member": "acme"}), by("acme")], "pact", "headquarters"),
        ([said("fab-one", p, o) for p, o in (("locatedIn", "CHN"), ("operator", "acme"), ("produces", "x"))] + [by("acme")],
         "CHN", "site"),
    ],
    ids=["supply", "membership", "site"],
)  # fmt: skip
def test_failures_show_what_they_rest_on(build: Build, rows: list[Any], removed: str, locate: str) -> None:
    world = made(THREE, *rows)
    found = answer(build(world), removed, locate=locate)
    assert world.iris[0] in {s.iri for f in found.failed for s in f.statements}


@pytest.mark.parametrize(
    "shares",
    [
        (("acme", "70", "2023"), ("acme", "30", "2024")),
        (("acme", "70", "2023"), ("bolt", "30", "2023"), ("acme", "40", "2024"), ("bolt", "60", "2024")),
    ],
)
def test_shares_are_the_newest(build: Build, shares: tuple[tuple[str, str, str], ...]) -> None:
    rows = [by(f, share=s, period=p, source="s1" if p == "2023" else "s2") for f, s, p in shares]
    (left,) = answer(build(made(THREE, *rows)), "acme").shares
    assert left.before == sum(float(s) for _, s, p in shares if p == "2024")


def test_what_is_left_is_unknown_where_no_share_is(build: Build) -> None:
    (left,) = answer(build(made(THREE, by("acme", share="40"), by("bolt"))), "acme").shares
    assert (left.before, left.after, left.makers) == (40, None, 2)


def test_a_maker_of_two_roles_is_one(build: Build) -> None:
    roles = [("Design", {"item": "x", "designer": "acme"}), ("Fabrication", {"item": "x", "fabricator": "acme"})]
    (left,) = answer(build(made({"x": "Chip"}, *roles)), "acme").shares
    assert left.makers == 1


def test_of_a_firm_of_several_roles_the_loss_of_one_is_a_loss(build: Build) -> None:
    roles = [("Design", {"item": "x", "designer": "acme"}), ("Fabrication", {"item": "x", "fabricator": "acme"})]
    world = made({"x": "Chip"}, *roles)
    dataset = build(world)
    for cut in world.iris.values():
        (left,) = answer(dataset, cut).shares
        assert [m.id for m in left.lost] == ["acme"]


@pytest.mark.parametrize("other", ["yes", "unknown"])
def test_plans_hold_every_kind_that_is_needed(build: Build, other: str) -> None:
    dataset = build(made(THREE, kind("y", "no"), kind("z", other), by("acme", "y"), by("bolt", "z")))
    assert [verdicts(dataset, f) for f in ("acme", "bolt")] == [LOST, LOST]
    assert {s.choice.id for s in answer(dataset).plan} == {"y", "z", "acme", "bolt"}


def test_a_need_of_a_part_that_ended_counts_in_strict_only(build: Build) -> None:
    dataset = build(made(THREE, (*needs("y", applies_to="a die"), "ended")))
    assert verdicts(dataset) == ("available", "unavailable")


def test_an_optional_row_does_not_save_a_route_that_was_cut_off(build: Build) -> None:
    group = [(*needs("y", alternative_group="g"), "ended"), needs("z", alternative_group="g", necessity="optional")]
    assert verdicts(build(made(THREE, *group))) == NEVER


def test_an_end_makes_nothing_more_possible(build: Build) -> None:
    typical = needs("z", alternative_group="g", necessity="typical")
    before = made(THREE, needs("y", alternative_group="g"), typical)
    after = made(THREE, (*needs("y", alternative_group="g"), "ended"), typical)
    assert verdicts(build(before), "y", "z") == LOST
    assert verdicts(build(after), "z") == LOST


def test_a_pseudo_supplier_is_no_supplier(build: Build) -> None:
    rows = [by("acme"), needs("y"), supply("acme", "various", "y")]
    assert verdicts(build(made(THREE, *rows, supply("acme", "bolt", "y"))), "bolt") == STRICT


def test_a_pseudo_supplier_cannot_be_lost(build: Build) -> None:
    assert verdicts(build(made(THREE, by("acme"), needs("y"), supply("acme", "various", "y"))), "various") == HELD


def test_a_kind_is_not_required(build: Build) -> None:
    rows = [by("acme"), kind("y", "yes"), supply("acme", "bolt", "y")]
    assert verdicts(build(made(THREE, *rows)), "bolt") == HELD


@pytest.mark.parametrize("known_on", ["2015-01-01", "2026-11-24"])
def test_an_item_of_which_nothing_is_known_has_no_maker(build: Build, known_on: str) -> None:
    dataset = build(made(THREE, (*by("acme"), "live" if known_on < "2020" else "dropped")))
    raw = {"asOf": "2026-11-24", "knownOn": known_on}
    assert verdicts(dataset, unknownProviders="none", **raw) == NEVER


def test_a_stock_needs_none_of_its_kinds(build: Build) -> None:
    assert verdicts(build(made({"x": "Stock", "y": "Tool"}, kind("y", "no"))), "y") == HELD


@pytest.mark.parametrize(
    "row", [("CountryShare", {"item": "y", "country": "CHN"}), ("Design", {"item": "y", "designer": "bolt"})]
)
def test_a_kind_has_a_known_provider_in_a_country_or_a_role(build: Build, row: Any) -> None:
    world = made({"x": "Tool", "y": "Chip" if row[0] == "Design" else "Material"}, by("acme"), kind("y", "yes"), row)
    assert verdicts(build(world), "acme") == HELD


def test_roles_of_a_system_count(build: Build) -> None:
    dataset = build(made({"x": "System"}, ("Design", {"item": "x", "designer": "acme"})))
    assert verdicts(dataset, "acme") == LOST


def test_a_need_that_one_source_says_of_the_whole_is_not_assumed(build: Build) -> None:
    for part, whole in (("s1", "s2"), ("s2", "s1")):
        world = made(THREE, needs("y", applies_to="a die", source=part), needs("y", source=whole))
        assert not answer(build(world)).assumed_applicable


# ---- node classes and relations that are cut ---------------------------------------------------------------------------


def test_below_a_node_without_a_class_no_capability_is_tested(build: Build) -> None:
    kinds = {"x": "ProcessNode", "y": "ProcessNode", "z": "Tool"}
    ways = [needs("y"), needs("z", "y"), by("acme", "z", node_class="28 nm")]
    assert verdicts(build(made(kinds, *ways, nodes={"x": "5 nm"}))) == HELD
    assert verdicts(build(made(kinds, *ways, nodes={"x": "5 nm", "y": "5 nm"}))) == NEVER


def test_a_supplier_cut_off_is_lost_beside_one_that_is_gone(build: Build) -> None:
    world = made(THREE, by("acme"), needs("y"), supply("acme", "bolt", "y"), supply("acme", "lab", "y"))
    dataset = build(world)
    assert verdicts(dataset, world.iris[2]) == HELD
    assert verdicts(dataset, world.iris[2], "lab") == STRICT


# ---- hinges -----------------------------------------------------------------------------------------------------------


def hinged(found: Any) -> set[tuple[str, str, str]]:
    return {(s.item.id, s.kind, s.choice.id) for s in found.hinges}


def test_a_relation_decides_below_all_classes_at_once(build: Build) -> None:
    """Either node would do, and both need what only one firm makes: neither place of it decides alone, its relation does."""
    kinds = {"x": "Chip", "y": "ProcessNode", "z": "ProcessNode", "t": "Tool"}
    ways = [needs("y", alternative_group="die"), needs("z", alternative_group="die"), needs("t", "y"), needs("t", "z")]
    world = made(kinds, *ways, by("acme", "t", source=""), nodes={"y": "28 nm", "z": "5 nm"})
    found = answer(build(world))
    assert hinged(found) == {("t", "maker", "acme")}


@pytest.mark.parametrize(
    ("substitutable", "expected"),
    [("yes", {("x", "variant", "y")}), ("unknown", set()), ("no", set())],
)
def test_a_kind_that_is_needed_is_no_hinge(
    build: Build, substitutable: str, expected: set[tuple[str, str, str]]
) -> None:
    """The row that says it is needed is in doubt: without it nothing is lost. The plan is of the strict reading."""
    row = ("Variant", {"item": "x", "variant": "y", "substitutable": substitutable, "source": ""})
    assert hinged(answer(build(made(THREE, row, by("bolt", "y"))))) == expected


def test_a_relation_that_is_removed_twice_is_told_once(build: Build) -> None:
    world = made(THREE, by("acme"), by("acme", source="s2"))
    dataset = build(world)
    assert len(answer(dataset, *world.iris.values()).removed) == 1
