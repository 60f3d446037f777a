"""Paths through nodes of some classes only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from kg.network import Network
from kg.store.dataset import Dataset
from tests.helpers import FactsFolder, ask

DAY = {"asOf": "2026-11-24", "knownOn": "2026-11-24"}
CLASSES = {"chip": "Chip", "step": "ProcessStep", "tool": "Tool", "firm": "Company", "lab": "ResearchOrganisation", "NLD": "Country"}


def world(folder: FactsFolder) -> None:
    for slug, class_name in CLASSES.items():
        folder.entity(class_name, slug)
    folder.relation("Requirement", item="chip", requires="step")
    folder.relation("Requirement", item="step", requires="tool")
    folder.relation("Requirement", item="chip", requires="tool")
    folder.relation("Provision", item="tool", provider="lab")
    folder.relation("Provision", item="step", provider="firm")
    folder.relation("Fabrication", item="chip", fabricator="firm")
    folder.relation("Supply", customer="firm", supplier="lab", supplied_item="tool")
    folder.plain("firm", "headquarteredIn", "NLD")
    folder.plain("lab", "headquarteredIn", "NLD")


def ways(answer: Any) -> list[tuple[str, ...]]:
    return [tuple(n.id for n in p.nodes) for p in answer.paths]


def test_only_nodes_of_the_classes_lie_between(opened: Callable[[FactsFolder], Dataset], folder: FactsFolder) -> None:
    world(folder)
    dataset = opened(folder)
    graph = nx.DiGraph(Network.of(dataset.as_of(None, None)).to_networkx())
    ids = nx.get_node_attributes(graph, "id")
    schema = dataset.schema

    @given(st.sets(st.sampled_from(["Chip", "Item", "Tool", "ProcessStep", "Company", "Organisation", "Country"])))
    def check(classes: set[str]) -> None:
        kept = [
            n for n, i in ids.items()
            if i in ("chip", "NLD") or not classes or any(schema.is_a(CLASSES[i], c) for c in classes)
        ]  # fmt: skip
        inside = graph.subgraph(kept)
        source, target = (next(n for n, i in ids.items() if i == x) for x in ("chip", "NLD"))
        expected = sorted(
            (tuple(ids[n] for n in p) for p in nx.all_simple_paths(inside, source, target, 6)), key=lambda p: (len(p), p)
        )
        answer = ask(dataset, "paths", source="chip", target="NLD", mode="all", **{"class": sorted(classes)}, **DAY)
        assert sorted(ways(answer.answer), key=lambda p: (len(p), p)) == expected
        assert bool(expected) or any("Without these filters" in n for n in answer.meta.notices)

    check()
