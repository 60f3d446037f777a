"""Chokepoints: networks judged by walking every way, items by removing every actor, and cases with their answers written out."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import BadArgument, WrongClass
from kg.schema import Schema
from kg.store.dataset import Dataset
from kg.store.release import Release
from tests.analysis.supply_worlds import CLASS_OF, COUNTRIES, Row, facts_of, ways
from tests.analysis.supply_worlds import worlds as networks
from tests.analysis.test_exposure import iri
from tests.helpers import FactsFolder, ask, dataset_of, origins
from tests.properties.feasible_making import worlds
from tests.properties.feasible_worlds import COUNTRIES as PLACES
from tests.properties.feasible_worlds import FIRMS, TODAY, Removal, World, struck

Opened = Callable[[FactsFolder], Dataset]
Made = Callable[[list[Row] | World], Dataset]
READINGS = ("lenient", "strict")
ENDS = st.sampled_from(tuple(CLASS_OF))


@pytest.fixture
def made(tmp_path: Path, schema: Schema, tiny_release: Release) -> Made:
    def make(world: list[Row] | World) -> Dataset:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        facts = world.facts(schema, folder) if isinstance(world, World) else facts_of(world, schema, folder)
        return dataset_of(schema, facts, tiny_release)

    return make


# ---- between two --------------------------------------------------------------------------------------------------------------


def cuts(paths: list[tuple[str, ...]]) -> list[set[str]]:
    """The smallest sets of inner nodes that every path has one of."""
    inner = sorted({n for p in paths for n in p[1:-1]})
    for size in range(len(inner) + 1):
        found = [set(c) for c in combinations(inner, size) if all(set(c) & set(p[1:-1]) for p in paths)]
        if found:
            return found
    return []


@settings(max_examples=300)
@given(
    rows=networks(),
    source=ENDS,
    target=ENDS,
    relation=st.sampled_from([(), ("Supply", "headquarteredIn", "Provision", "Fabrication")]),
)
def test_every_path_passes_them_and_no_other_node(
    made: Made, rows: list[Row], source: str, target: str, relation: tuple[str, ...]
) -> None:
    if source == target:
        return
    dataset = made(rows)
    raw = {"source": source, "target": target, "relation": list(relation), **TODAY}
    answered = ask(dataset, "chokepoints", **raw)
    answer = answered.answer
    counted = [r for r in rows if not relation or r.relation in relation]
    paths = [w for w in ways(counted, {source}, len(CLASS_OF)) if w[-1] == target]
    assert answer.complete
    assert not answered.meta.truncated
    assert answer.verdict == ("documented" if paths else "undocumented")
    assert answer.shortest == min((len(p) - 1 for p in paths), default=None)
    assert answer.direct == ((source, target) in paths)
    assert answer.reverse == (not paths and any(w[-1] == source for w in ways(counted, {target}, len(CLASS_OF))))
    on_all = set.intersection(*(set(p[1:-1]) for p in paths)) if paths else set()
    assert {c.node.id for c in answer.nodes} == on_all
    assert [c.depth for c in answer.nodes] == [min(p.index(c.node.id) for p in paths) for c in answer.nodes]
    assert [c.depth for c in answer.nodes] == sorted({c.depth for c in answer.nodes})
    for each in answer.nodes:
        seats = {r.head for r in rows if r.relation == "headquarteredIn" and r.tail == each.node.id}
        assert {c.id for c in each.countries} == seats
    if not paths:
        assert (answer.stretches, answer.cut) == ((), None)
        assert {c.node.id for c in answered.meta.coverage} == {source, target}
        assert any("not absent" in n for n in answered.meta.notices)
        return
    first = min(paths, key=lambda p: (len(p), [iri(n) for n in p]))
    stops = [source, *(c.node.id for c in answer.nodes), target]
    assert [(s.nodes[0].id, s.nodes[-1].id) for s in answer.stretches] == list(pairwise(stops))
    assert (source, *(n.id for s in answer.stretches for n in s.nodes[1:])) == first
    assert [(h.from_, h.to) for s in answer.stretches for h in s.hops] == list(pairwise(first))
    for stretch in answer.stretches:
        assert stretch.length == len(stretch.hops) == len(stretch.nodes) - 1
        assert all(h.statements and (not relation or set(h.relations) <= set(relation)) for h in stretch.hops)
    assert answered.meta.statements.total == len(
        {s.iri for p in answer.stretches for h in p.hops for s in h.statements}
    )
    if answer.direct:
        assert answer.cut is None
        assert any("directly" in n for n in answered.meta.notices)
    else:
        assert answer.cut is not None
        assert {n.id for n in answer.cut.nodes} in cuts(paths)
        assert answer.cut.size == len(answer.cut.nodes)
        assert answer.nodes == () or answer.cut.nodes == (answer.nodes[0].node,), "the nearest to the source"


@settings(max_examples=60)
@given(rows=networks(), budget=st.integers(0, 900))
def test_a_budget_leaves_out_and_never_invents(made: Made, rows: list[Row], budget: int) -> None:
    dataset = made(rows)
    raw = {"source": "chip-a", "target": "NLD", **TODAY}
    whole, part = ask(dataset, "chokepoints", **raw), ask(dataset, "chokepoints", budget, **raw)
    answer = part.answer
    assert (answer.verdict, answer.shortest) == (whole.answer.verdict, whole.answer.shortest)
    if answer.complete and answer.stretches:
        assert answer.nodes == whole.answer.nodes
        assert answer.cut == whole.answer.cut
    else:
        assert part.meta.truncated or not whole.answer.stretches
        assert answer.cut is None
        assert set(answer.nodes) <= set(whole.answer.nodes)
    assert not any("maxLength" in n for n in part.meta.notices)


def test_evidence_stands_on_each_stretch(folder: FactsFolder, opened: Opened) -> None:
    folder.entities("Chip", "chip-a")
    folder.entities("Component", "part-a", "part-b", "glass")
    folder.entities("Company", "acme")
    folder.entities("Country", "NLD")
    rows = [
        folder.relation("Requirement", item="chip-a", requires="part-a"),
        folder.relation("Requirement", item="part-a", requires="glass", status="unverified"),
        folder.relation("Requirement", item="chip-a", requires="part-b"),
        folder.relation("Requirement", item="part-b", requires="glass"),
        folder.relation("Provision", item="glass", provider="acme", share="60"),
        folder.plain("acme", "headquarteredIn", "NLD"),
    ]
    dataset = opened(folder)
    answered = ask(dataset, "chokepoints", source="chip-a", target="NLD", **TODAY)
    answer = answered.answer
    assert [(c.node.id, c.depth, [x.id for x in c.countries]) for c in answer.nodes] == [
        ("glass", 2, []),
        ("acme", 3, ["NLD"]),
    ]
    assert [[n.id for n in s.nodes] for s in answer.stretches] == [
        ["chip-a", "part-a", "glass"],
        ["glass", "acme"],
        ["acme", "NLD"],
    ]
    shown = [dataset.facts.statements[s.iri] for p in answer.stretches for h in p.hops for s in h.statements]
    assert origins(shown) == {rows[0], rows[1], rows[4], rows[5]}
    assert answered.meta.statements.unverified == 1
    assert (answer.cut.size, [n.id for n in answer.cut.nodes]) == (1, ["glass"])
    verified = ask(dataset, "chokepoints", source="chip-a", target="NLD", verifiedOnly=True, **TODAY).answer
    assert [c.node.id for c in verified.nodes] == ["part-b", "glass", "acme"]
    half = ask(dataset, "chokepoints", source="chip-a", target="NLD", minShare=70, **TODAY)
    assert half.answer.verdict == "undocumented"
    assert any(n.startswith("minShare left out 1 edges") for n in half.meta.notices)
    backwards = ask(dataset, "chokepoints", source="NLD", target="chip-a", **TODAY)
    assert (backwards.answer.verdict, backwards.answer.reverse) == ("undocumented", True)
    assert any("other way round" in n for n in backwards.meta.notices)
    ends = ask(dataset, "chokepoints", source="acme", target="NLD", **TODAY).answer
    assert (ends.direct, ends.cut, ends.nodes) == (True, None, ())


@pytest.mark.parametrize(
    ("relation", "on_all", "cut"),
    [
        ([], [], ["bolt", "part-a"]),
        (["Fabrication", "Supply"], ["bolt"], ["bolt"]),
        (["Requirement", "Provision"], ["part-a"], ["part-a"]),
        (["Requirement", "Fabrication"], [], None),
    ],
)
def test_only_edges_of_the_relations_asked_for_count(
    relation: list[str], on_all: list[str], cut: list[str] | None, shop: FactsFolder, opened: Opened
) -> None:
    shop.relation("Fabrication", item="chip-a", fabricator="bolt")
    shop.relation("Supply", customer="bolt", supplier="acme", supplied_item="")
    shop.relation("Requirement", item="chip-a", requires="part-a")
    shop.relation("Provision", item="part-a", provider="acme")
    answered = ask(opened(shop), "chokepoints", source="chip-a", target="acme", relation=relation, **TODAY)
    assert [c.node.id for c in answered.answer.nodes] == on_all
    assert (answered.answer.cut and [n.id for n in answered.answer.cut.nodes]) == cut
    assert any(n.startswith("No node lies on every path") for n in answered.meta.notices) == (len(cut or []) > 1)


# ---- of an item ---------------------------------------------------------------------------------------------------------------


def roots(world: World, actor: str, locate: str, reading: str) -> set[str]:
    """The items at the root of the item's failure: had before, and failing for want of a maker and not of an item."""
    before = struck(world.compiled("item-0", Removal((), locate), reading))
    removal = Removal((actor,), locate)
    after = struck(world.compiled("item-0", removal, reading))
    found, reached = set(), [world.point("item-0")]
    for point in reached:
        for need in world.needs(point, removal, reading):
            if not need.holds(after):
                found |= {point[0]} if not need.points and point in before else set()
                reached += [p for p in sorted(need.points) if p not in reached]
    return found


@settings(max_examples=100)
@given(world=worlds(most=6, rows=18), locate=st.sampled_from((None, "site")))
def test_those_whose_removal_alone_stops_the_item(made: Made, world: World, locate: str | None) -> None:
    answered = ask(made(world), "chokepoints", item="item-0", locate=locate, **TODAY)
    answer = answered.answer
    place = locate or "headquarters"
    expected: dict[tuple[str, str], list[str]] = {}
    start = world.point("item-0")
    baselines = {r: start in struck(world.compiled("item-0", Removal((), place), r)) for r in READINGS}
    for kind, actors in (("company", FIRMS), ("country", PLACES)):
        for actor in actors:
            for reading in READINGS:
                alive = struck(world.compiled("item-0", Removal((actor,), place), reading))
                if baselines[reading] and start not in alive:
                    expected.setdefault((kind, actor), []).append(reading)
    assert {(a.kind, a.actor.id): list(a.readings) for a in answer.actors} == expected
    assert len(answer.actors) == len(expected)
    for each in answer.actors:
        for reading in READINGS:
            found = {c.item.id for c in each.causes if c.reading == reading}
            wanted = roots(world, each.actor.id, place, reading) if reading in each.readings else set()
            assert found == wanted
        assert all(c.root for c in each.causes)
    assert {(t.by, t.reading): (t.baseline, t.stopping) for t in answer.trials} == {
        (kind, r): (baselines[r], sum(r in found for (k, _), found in expected.items() if k == kind))
        for kind in ("company", "country")
        for r in READINGS
    }
    assert answer.complete
    assert (answer.verdict, answer.source, answer.cut, answer.nodes) == ("", None, None, ())
    cited = {s.iri for a in answer.actors for c in a.causes for s in c.statements}
    assert answered.meta.statements.total >= len(cited)


def test_one_kind_of_actor_and_an_early_end(folder: FactsFolder, opened: Opened) -> None:
    folder.entities("Component", "part-a", "part-b")
    folder.entities("Company", "acme", "bolt")
    folder.entities("Country", "NLD")
    folder.relation("Requirement", item="part-a", requires="part-b")
    folder.relation("Provision", item="part-a", provider="acme")
    folder.relation("Provision", item="part-b", provider="bolt")
    folder.plain("acme", "headquarteredIn", "NLD")
    dataset = opened(folder)
    both = ask(dataset, "chokepoints", item="part-a", **TODAY).answer
    assert [(a.kind, a.actor.id, [c.item.id for c in a.causes]) for a in both.actors] == [
        ("company", "acme", ["part-a", "part-a"]),
        ("company", "bolt", ["part-b", "part-b"]),
        ("country", "NLD", ["part-a", "part-a"]),
    ]
    one = ask(dataset, "chokepoints", item="part-a", by="country", **TODAY).answer
    assert [a.actor.id for a in one.actors] == ["NLD"]
    assert {t.by for t in one.trials} == {"country"}
    for budget in (0, 5, 20, 150):
        short = ask(dataset, "chokepoints", budget, item="part-a", **TODAY)
        assert short.meta.truncated or short.answer == both
        assert short.answer.complete == (short.answer == both)
        assert {a.actor.id for a in short.answer.actors} <= {"acme", "bolt", "NLD"}


def test_what_could_not_be_had_before_is_no_cause(shop: FactsFolder, opened: Opened) -> None:
    """Of two alternatives one was never in production: only the loss of the other is a cause."""
    shop.entities("Component", "part-b", "part-c")
    for part in ("part-b", "part-c"):
        shop.relation("Requirement", item="part-a", requires=part, alternative_group="either")
    shop.relation("Provision", item="part-a", provider="acme")
    shop.relation("Provision", item="part-b", provider="bolt")
    shop.relation("Provision", item="part-c", provider="acme", production_status="not in production")
    answer = ask(opened(shop), "chokepoints", item="part-a", by="company", **TODAY).answer
    assert {a.actor.id: {c.item.id for c in a.causes} for a in answer.actors} == {
        "acme": {"part-a"},
        "bolt": {"part-b"},
    }


# ---- what is asked wrongly ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "code", "argument"),
    [
        ({}, "missing-argument", "source"),
        ({"relation": ["Supply"]}, "missing-argument", "source"),
        ({"source": "acme"}, "missing-argument", "target"),
        ({"target": "acme"}, "missing-argument", "source"),
        ({"source": "acme", "target": "NLD", "item": "part-a"}, "conflicting-arguments", "source"),
        ({"target": "NLD", "item": "part-a"}, "conflicting-arguments", "target"),
        ({"item": "part-a", "min_share": 3}, "conflicting-arguments", "minShare"),
        ({"item": "part-a", "relation": ["Supply"]}, "conflicting-arguments", "relation"),
        ({"source": "acme", "target": "NLD", "by": "company"}, "conflicting-arguments", "by"),
        ({"source": "acme", "target": "NLD", "locate": "site"}, "conflicting-arguments", "locate"),
        ({"source": "acme", "target": "acme"}, "bad-argument", "target"),
        ({"item": "part-a", "by": "alliance"}, "bad-argument", "by"),
        ({"item": "part-a", "verifiedOnly": True}, "not-applicable", "verifiedOnly"),
    ],
)
def test_neither_form_or_both_is_an_error(
    raw: dict[str, object], code: str, argument: str, shop: FactsFolder, opened: Opened
) -> None:
    with pytest.raises(BadArgument) as caught:
        ask(opened(shop), "chokepoints", **raw, **TODAY)
    assert (caught.value.error_code, caught.value.detail["argument"]) == (code, argument)


def test_an_item_is_an_item(shop: FactsFolder, opened: Opened) -> None:
    with pytest.raises(WrongClass):
        ask(opened(shop), "chokepoints", item="acme", **TODAY)
    answered = ask(opened(shop), "chokepoints", source="acme", target=COUNTRIES[0], **TODAY)
    assert answered.answer.verdict == "undocumented"
