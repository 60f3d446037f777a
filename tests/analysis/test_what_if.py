"""What-if questions beyond firms and countries: node classes, relations that are cut, and the facts a verdict hangs on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kg.errors import UnknownId, WrongClass
from kg.store.dataset import Dataset
from tests.helpers import FactsFolder, ask

Opened = Callable[[FactsFolder], Dataset]
DAY = {"asOf": "2026-11-24", "knownOn": "2026-11-24"}
HELD, LOST, NEVER = ("available", "available"), ("lost", "lost"), ("unavailable", "unavailable")


def answer(dataset: Dataset, item: str, *removed: str, **more: Any) -> Any:
    return ask(dataset, "feasibility", item=item, removed=removed, **more, **DAY).answer


def verdicts(dataset: Dataset, item: str, *removed: str, **more: Any) -> tuple[str, ...]:
    return tuple(v.verdict for v in answer(dataset, item, *removed, **more).verdicts)


@pytest.fixture
def mill(folder: FactsFolder) -> FactsFolder:
    """Two nodes that need one tool, of which one firm serves the coarse node only, and another of whom nothing is said."""
    folder.entities("Country", "CHN", "NLD")
    folder.entities("Company", "fine", "coarse")
    folder.entities("ProcessNode", "fine-node", "coarse-node", "memory-node")
    folder.entities("Tool", "scanner")
    folder.entities("Chip", "chip", "controller")
    folder.plain("fine-node", "nodeClass", "5 nm")
    folder.plain("coarse-node", "nodeClass", "28 nm")
    for node in ("fine-node", "coarse-node", "memory-node"):
        folder.relation("Requirement", item=node, requires="scanner")
    folder.relation("Requirement", item="chip", requires="fine-node")
    folder.relation("Provision", item="scanner", provider="fine")
    folder.relation("Provision", item="scanner", provider="coarse", node_class="28 nm", capability="28 nm and above")
    return folder


# ---- capability --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "expected"),
    [("fine-node", LOST), ("chip", LOST), ("coarse-node", HELD), ("memory-node", HELD), ("scanner", HELD)],
)
def test_a_maker_counts_down_to_the_class_it_serves(
    mill: FactsFolder, opened: Opened, item: str, expected: tuple[str, str]
) -> None:
    assert verdicts(opened(mill), item, "fine") == expected


def test_the_nearest_node_above_gives_the_class(mill: FactsFolder, opened: Opened) -> None:
    """A part of the scanner needs a chip of a coarse node: what lies below that node is asked for at 28 nm, what lies beside it at 5 nm."""
    mill.relation("Requirement", item="scanner", requires="controller")
    mill.relation("Requirement", item="controller", requires="coarse-node")
    dataset = opened(mill)
    assert verdicts(dataset, "chip", "fine") == LOST
    assert verdicts(dataset, "controller", "fine") == HELD
    lost = {(f.item.id, f.node_class, f.cause) for f in answer(dataset, "chip", "fine").failed}
    assert lost == {("chip", "", "requirement"), ("fine-node", "5 nm", "requirement"), ("scanner", "5 nm", "makers")}


def test_where_all_are_known_to_be_short_the_baseline_says_so(mill: FactsFolder, opened: Opened) -> None:
    mill.entities("Tool", "track")
    mill.relation("Requirement", item="fine-node", requires="track")
    mill.relation("Provision", item="track", provider="coarse", node_class="over 28 nm")
    dataset = opened(mill)
    assert verdicts(dataset, "chip") == NEVER
    (root,) = {f.text for f in answer(dataset, "chip").failed if f.root}
    assert "5 nm" in root
    assert "over 28 nm" in root
    assert verdicts(dataset, "track") == HELD


def test_whose_capability_is_unknown_counts_and_is_listed(mill: FactsFolder, opened: Opened) -> None:
    found = answer(opened(mill), "chip")
    assert [(s.item.id, s.choice.id, s.node_classes) for s in found.assumed_capable] == [("scanner", "fine", ("5 nm",))]
    assert found.assumed_capable_total == 1
    assert answer(opened(mill), "scanner").assumed_capable_total == 0


def test_of_several_sources_the_finest_class_counts(mill: FactsFolder, opened: Opened) -> None:
    mill.source("later", published="2026-01-01")
    mill.relation("Provision", item="scanner", provider="coarse", node_class="5 nm", source="later")
    assert verdicts(opened(mill), "chip", "fine") == HELD


# ---- relations that are cut --------------------------------------------------------------------------------------------


@pytest.fixture
def bench(folder: FactsFolder) -> FactsFolder:
    folder.entities("Country", "CHN")
    folder.entities("Company", "acme", "bolt")
    folder.entities("Tool", "x", "y", "z")
    folder.relation("Provision", item="y", provider="acme")
    folder.relation("Provision", item="z", provider="bolt")
    folder.relation("Requirement", item="x", requires="y", alternative_group="way")
    folder.relation("Requirement", item="x", requires="z", alternative_group="way")
    return folder


def said(dataset: Dataset, class_name: str, **ends: str) -> str:
    """The statement of a relation, as answers name it."""
    found = [
        s
        for s in dataset.facts.statements.values()
        if s.class_name == class_name and all(str(s.one(k)).endswith("/" + v) for k, v in ends.items())
    ]
    return found[0].iri


def test_a_relation_that_is_cut_is_no_way_any_more(bench: FactsFolder, opened: Opened) -> None:
    dataset = opened(bench)
    way = said(dataset, "Requirement", requires="y")
    made = said(dataset, "Provision", item="z")
    assert verdicts(dataset, "x", way) == HELD
    assert verdicts(dataset, "x", made) == HELD
    assert verdicts(dataset, "x", way, made) == LOST
    assert verdicts(dataset, "x", way, "bolt") == LOST
    found = answer(dataset, "x", way, made)
    assert [(r.class_, r.id.split("/")[0]) for r in found.removed] == [
        ("Requirement", "relation"),
        ("Provision", "relation"),
    ]
    assert {s.iri for f in found.failed for s in f.statements} >= {way, made}
    assert [(s.item.id, s.lost[0].id) for s in found.shares] == [("z", "bolt")]


def test_a_relation_may_be_named_by_its_own_iri_or_shortly(bench: FactsFolder, opened: Opened) -> None:
    dataset = opened(bench)
    iri = said(dataset, "Provision", item="z")
    node = dataset.facts.statements[iri].subject
    for name in (iri, node, iri.removeprefix("https://w3id.org/chokepoint/"), node.removeprefix("https://w3id.org/chokepoint/")):
        assert verdicts(dataset, "z", name) == LOST


def test_the_need_stays_when_its_only_way_is_cut(bench: FactsFolder, opened: Opened) -> None:
    bench.relation("Requirement", item="y", requires="z")
    dataset = opened(bench)
    assert verdicts(dataset, "y", said(dataset, "Requirement", item="y", requires="z")) == LOST


def test_a_supplier_that_no_longer_supplies_starves_its_customer(bench: FactsFolder, opened: Opened) -> None:
    bench.relation("Requirement", item="y", requires="z")
    bench.relation("Supply", customer="acme", supplier="bolt", supplied_item="z")
    dataset = opened(bench)
    found = answer(dataset, "y", said(dataset, "Supply", customer="acme"))
    assert [v.verdict for v in found.verdicts] == ["available", "lost"]
    assert any("is without z of bolt" in f.text.lower() for f in found.failed)


def test_what_cannot_be_cut_is_refused(bench: FactsFolder, opened: Opened) -> None:
    bench.plain("acme", "headquarteredIn", "CHN")
    ended = bench.relation("Provision", item="y", provider="bolt", valid_until="2020-01-01")
    dataset = opened(bench)
    seat = next(s.iri for s in dataset.facts.statements.values() if s.property.endswith("headquarteredIn"))
    with pytest.raises(WrongClass, match="Provision"):
        answer(dataset, "x", seat)
    gone = next(s.iri for s in dataset.facts.statements.values() if ended in s.origin)
    for unknown in ("statement/0123456789abcdef0123", gone):
        with pytest.raises(UnknownId, match="valid on this date"):
            answer(dataset, "x", unknown)


# ---- what a verdict hangs on -------------------------------------------------------------------------------------------


DOUBT = {"status": "unverified", "to_check_in": "a paper", "source": ""}


def test_the_last_way_that_no_source_confirms_is_a_hinge(bench: FactsFolder, opened: Opened) -> None:
    bench.entities("Tool", "w")
    bench.relation("Requirement", item="x", requires="w", alternative_group="way", **DOUBT)
    dataset = opened(bench)
    assert answer(dataset, "x").hinges == ()
    hinges = answer(dataset, "x", "acme", "bolt").hinges
    assert [(h.item.id, h.kind, h.choice.id) for h in hinges] == [("x", "requirement", "w")]
    assert hinges[0].statements[0].status == "unverified"


def test_a_doubtful_maker_of_what_can_be_replaced_is_no_hinge(bench: FactsFolder, opened: Opened) -> None:
    bench.entities("Tool", "w", "v")
    bench.entities("Company", "cask")
    bench.relation("Requirement", item="x", requires="w")
    bench.relation("Provision", item="w", provider="cask", **DOUBT)
    bench.relation("Provision", item="v", provider="cask", **DOUBT)
    bench.relation("Requirement", item="x", requires="v", alternative_group="way")
    hinges = answer(opened(bench), "x").hinges
    assert [(h.item.id, h.choice.id) for h in hinges] == [("w", "cask")]


def test_a_limit_on_what_failed_is_said(mill: FactsFolder, opened: Opened) -> None:
    dataset = opened(mill)
    whole = ask(dataset, "feasibility", item="chip", removed=["fine"], **DAY)
    cut = ask(dataset, "feasibility", item="chip", removed=["fine"], limit=2, **DAY)
    assert not whole.meta.truncated
    assert cut.meta.truncated
    assert cut.answer.failed == whole.answer.failed[:2]
    assert cut.answer.unverified == whole.answer.unverified
