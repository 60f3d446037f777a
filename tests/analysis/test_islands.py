"""Reach class by class and cycles of requirements: a toy network by hand, and random ones against brute force."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.analysis.islands import ClassReach, Cycle, class_reach, requirement_cycles
from kg.store.dataset import Dataset
from kg.store.snapshot import Snapshot
from tests.helpers import FactsFolder, day

Opened = Callable[[FactsFolder], Dataset]
TODAY = day("2026-11-24")


def taken(dataset: Dataset, as_of: str = "2026-11-24", **more: object) -> Snapshot:
    return dataset.as_of(day(as_of), TODAY, **more)


# ---- by hand ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def toy(folder: FactsFolder) -> FactsFolder:
    """A chip that leads to all, a part to a material alone, a part that ends nowhere, two islands."""
    folder.entities("Chip", "chip-a", "chip-island")
    folder.entities("Component", "part-a", "part-b", "part-c", "part-island")
    folder.entities("Material", "gallium")
    folder.entities("Company", "acme", "bolt")
    folder.entities("Country", "NLD", "CHN")
    folder.relation("Requirement", item="chip-a", requires="part-a")
    folder.relation("Requirement", item="chip-a", requires="part-b")
    folder.relation("Requirement", item="part-a", requires="gallium")
    folder.relation("Requirement", item="part-b", requires="part-c")
    folder.relation("Design", item="chip-a", designer="acme")
    folder.plain("acme", "headquarteredIn", "NLD")
    folder.plain("chip-island", "dieArea", "100")  # a figure is no edge
    return folder


def test_reach_of_a_toy_network(toy: FactsFolder, opened: Opened) -> None:
    snapshot = taken(opened(toy))
    assert class_reach(snapshot, ("Chip", "Component", "Material", "Company", "Country")) == (
        # class, entities, in the network, to an organisation, to a material, to a country, islands
        ClassReach("Chip", 2, 1, 1, 1, 1, ("chip-island",)),
        ClassReach("Component", 4, 3, 0, 1, 0, ("part-island",)),
        ClassReach("Material", 1, 1, 0, 1, 0, ()),
        ClassReach("Company", 2, 1, 1, 0, 1, ("bolt",)),
        ClassReach("Country", 2, 1, 0, 0, 1, ("CHN",)),
    )
    (items,) = class_reach(snapshot, ["Item"])
    assert (items.entities, items.connected, items.to_organisation, items.to_material) == (7, 5, 1, 3)
    assert items.islands == ("chip-island", "part-island")
    assert class_reach(snapshot, ()) == ()


def test_reach_follows_the_direction_of_dependence(toy: FactsFolder, opened: Opened) -> None:
    toy.relation("Provision", item="part-c", provider="bolt")
    toy.plain("bolt", "headquarteredIn", "CHN", valid_from="2025-01-01")
    dataset = opened(toy)
    (parts,) = class_reach(taken(dataset), ["Component"])
    assert (parts.to_organisation, parts.to_country, parts.to_material) == (2, 2, 1)  # part-b and part-c, not part-a
    (parts,) = class_reach(taken(dataset, "2024-12-31"), ["Component"])
    assert (parts.to_organisation, parts.to_country) == (2, 0)
    (firms,) = class_reach(taken(dataset), ["Organisation"])
    assert firms == ClassReach("Organisation", 2, 2, 2, 0, 2, ())  # a firm does not depend on what it provides


def test_what_is_not_in_production_is_an_island(toy: FactsFolder, opened: Opened) -> None:
    toy.relation("Provision", item="part-island", provider="bolt", production_status="not in production")
    (parts, firms) = class_reach(taken(opened(toy)), ["Component", "Company"])
    assert (parts.islands, firms.islands) == (("part-island",), ("bolt",))


def test_an_island_by_its_full_id_where_the_slug_is_shared(folder: FactsFolder, opened: Opened) -> None:
    folder.entity("Component", "gallium")
    folder.entity("Material", "gallium")
    assert class_reach(taken(opened(folder)), ["Material"])[0].islands == ("material/gallium",)


def test_no_cycle_in_a_chain(toy: FactsFolder, opened: Opened) -> None:
    toy.relation("Requirement", item="part-c", requires="gallium")  # two ways to one item are no cycle
    assert requirement_cycles(taken(opened(toy))) == ()


def needs(folder: FactsFolder, *rows: tuple[str, str, str], **tail: str) -> None:
    for item, required, necessity in rows:
        folder.relation("Requirement", item=item, requires=required, necessity=necessity, **tail)


@pytest.fixture
def parts(folder: FactsFolder) -> FactsFolder:
    folder.entities("Component", *(f"p{n}" for n in range(8)))
    folder.entities("Company", "acme", "bolt")
    folder.source("other", published="2021")
    return folder


def test_a_cycle_without_soft_edges(parts: FactsFolder, opened: Opened) -> None:
    needs(parts, ("p0", "p1", "required"), ("p1", "p2", "required"), ("p2", "p0", "required"), ("p2", "p3", "optional"))
    assert requirement_cycles(taken(opened(parts))) == (Cycle(("p0", "p1", "p2"), ()),)


def test_a_cycle_that_soft_edges_close(parts: FactsFolder, opened: Opened) -> None:
    needs(parts, ("p0", "p1", "required"), ("p1", "p0", "typical"))
    needs(parts, ("p2", "p3", "required"), ("p3", "p4", "optional"), ("p4", "p2", "required"), ("p0", "p5", "optional"))
    assert requirement_cycles(taken(opened(parts))) == (
        Cycle(("p2", "p3", "p4"), (("p3", "p4", "optional"),)),  # the largest first
        Cycle(("p0", "p1"), (("p1", "p0", "typical"),)),
    )


def test_sources_that_call_an_edge_differently(parts: FactsFolder, opened: Opened) -> None:
    needs(parts, ("p0", "p1", "required"), ("p1", "p0", "typical"))
    needs(parts, ("p1", "p0", "optional"), source="other")
    needs(parts, ("p2", "p3", "required"), ("p3", "p2", "typical"))
    needs(parts, ("p3", "p2", "required"), source="other")
    assert requirement_cycles(taken(opened(parts))) == (
        Cycle(("p0", "p1"), (("p1", "p0", "optional/typical"),)),
        Cycle(("p2", "p3"), ()),
    )


def test_a_requirement_without_a_word_is_not_soft(parts: FactsFolder, opened: Opened) -> None:
    """an edge whose necessity is blank is listed as "typical or optional only"."""
    needs(parts, ("p0", "p1", "required"), ("p1", "p0", ""))
    assert requirement_cycles(taken(opened(parts))) == (Cycle(("p0", "p1"), ()),)


def test_only_requirements_make_requirement_cycles(parts: FactsFolder, opened: Opened) -> None:
    needs(parts, ("p0", "p1", "required"))
    parts.relation("Variant", item="p1", variant="p0", substitutable="yes")
    parts.relation("Ownership", owned="acme", owner="bolt")
    parts.relation("Ownership", owned="bolt", owner="acme")
    assert requirement_cycles(taken(opened(parts))) == ()


def test_a_cycle_stands_while_its_edges_do(parts: FactsFolder, opened: Opened) -> None:
    needs(parts, ("p0", "p1", "required"))
    needs(parts, ("p1", "p0", "required"), valid_until="2025-01-01")
    needs(parts, ("p2", "p3", "required"))
    needs(parts, ("p3", "p2", "required"), status="unverified")
    dataset = opened(parts)
    one, two = Cycle(("p0", "p1"), ()), Cycle(("p2", "p3"), ())
    assert requirement_cycles(taken(dataset, "2024-12-31")) == (one, two)
    assert requirement_cycles(taken(dataset)) == (two,)
    assert requirement_cycles(taken(dataset, verified_only=True)) == ()


# ---- against brute force ----------------------------------------------------------------------------------------------------

ITEMS = ("p0", "p1", "p2", "p3", "p4", "raw")
FIRMS, COUNTRIES = ("acme", "bolt"), ("CHN", "NLD")
NODES = (*ITEMS, *FIRMS, *COUNTRIES)


@pytest.fixture
def build(tmp_path: Path, opened: Opened) -> Callable[..., Snapshot]:
    def make(
        requirements: dict[tuple[str, str], str], provisions: set[tuple[str, str]], seats: set[tuple[str, str]]
    ) -> Snapshot:
        small = FactsFolder(Path(tempfile.mkdtemp(dir=tmp_path)))
        small.entities("Component", *ITEMS[:-1])
        small.entities("Material", ITEMS[-1])
        small.entities("Company", *FIRMS)
        small.entities("Country", *COUNTRIES)
        needs(small, *((a, b, word) for (a, b), word in requirements.items()))
        for item, firm in sorted(provisions):
            small.relation("Provision", item=item, provider=firm)
        for firm, country in sorted(seats):
            small.plain(firm, "headquarteredIn", country)
        return taken(opened(small))

    return make


def closure(edges: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Pairs with a way of one step or more, by Warshall."""
    found = set(edges)
    for k, a, b in product(NODES, NODES, NODES):  # the middle outermost
        if (a, k) in found and (k, b) in found:
            found.add((a, b))
    return found


@settings(max_examples=60)
@given(
    requirements=st.dictionaries(
        st.tuples(st.sampled_from(ITEMS), st.sampled_from(ITEMS)).filter(lambda p: p[0] != p[1]),
        st.sampled_from(("required", "required", "typical", "optional")),
        max_size=9,
    ),
    provisions=st.sets(st.tuples(st.sampled_from(ITEMS), st.sampled_from(FIRMS)), max_size=3),
    seats=st.sets(st.tuples(st.sampled_from(FIRMS), st.sampled_from(COUNTRIES)), max_size=2),
)
def test_random_networks(
    requirements: dict[tuple[str, str], str],
    provisions: set[tuple[str, str]],
    seats: set[tuple[str, str]],
    build: Callable[..., Snapshot],
) -> None:
    snapshot = build(requirements, provisions, seats)
    edges = set(requirements) | provisions | seats
    ways = closure(edges)
    inside = {n for edge in edges for n in edge}

    def reach(members: tuple[str, ...], targets: tuple[str, ...]) -> int:
        return sum(m in inside and any(m == t or (m, t) in ways for t in targets) for m in members)

    classes = {"Component": ITEMS[:-1], "Material": ITEMS[-1:], "Item": ITEMS, "Company": FIRMS, "Country": COUNTRIES}
    for name, members in classes.items():
        (row,) = class_reach(snapshot, [name])
        found = (row.entities, row.connected, row.to_organisation, row.to_material, row.to_country)
        wanted = tuple(reach(members, t) for t in (FIRMS, ITEMS[-1:], COUNTRIES))
        assert found == (len(members), sum(m in inside for m in members), *wanted)
        assert row.islands == tuple(sorted(m for m in members if m not in inside))
    round_ = closure(set(requirements))
    rings = {frozenset(b for b in ITEMS if (a, b) in round_ and (b, a) in round_) for a in ITEMS} - {frozenset()}
    cycles = requirement_cycles(snapshot)
    assert {frozenset(c.items) for c in cycles} == rings
    assert len(cycles) == len(rings)
    assert [len(c.items) for c in cycles] == sorted((len(r) for r in rings), reverse=True)
    for cycle in cycles:
        assert list(cycle.items) == sorted(cycle.items)
        soft = {(a, b, w) for (a, b), w in requirements.items() if w != "required" and {a, b} <= set(cycle.items)}
        assert list(cycle.soft) == sorted(soft)
