"""Reach of the network, class by class: which nodes lead anywhere, and which are islands.

Owns the report on connectedness and on requirement cycles (strongly connected components; R. Tarjan, "Depth-first search and
linear graph algorithms", SIAM J. Comput. 1(2), 1972, as networkx implements it).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import networkx as nx

from kg.network import Network
from kg.store.snapshot import Snapshot

__all__ = ["ClassReach", "Cycle", "class_reach", "requirement_cycles"]


@dataclass(frozen=True, slots=True)
class ClassReach:
    """Of the entities of a class: how many are in the network, lead to an organisation, a material and a country, and the ids of
    those that have no edge at all."""

    class_name: str
    entities: int
    connected: int
    to_organisation: int
    to_material: int
    to_country: int
    islands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cycle:
    """Items that require one another, and the requirements among them that are typical or optional only (a cycle that such an
    edge closes is wanted: a tool's electronics need chips). One whose necessity is not told counts as required."""

    items: tuple[str, ...]
    soft: tuple[tuple[str, str, str], ...]


def class_reach(snapshot: Snapshot, classes: Iterable[str]) -> tuple[ClassReach, ...]:
    """The reach of each class."""
    network = Network.of(snapshot)
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(network.nodes)
    graph.add_edges_from((e.tail, e.head) for e in network.edges)
    reversed_ = graph.reverse(copy=False)
    reaching = {}
    for name in ("Organisation", "Material", "Country"):
        targets = [n for n in graph if snapshot.schema.is_a(snapshot.entity(n).class_name, name)]
        found: set[str] = set(targets)
        stack = list(targets)
        while stack:
            for node in reversed_[stack.pop()]:
                if node not in found:
                    found.add(node)
                    stack.append(node)
        reaching[name] = found
    rows = []
    for name in classes:
        members = [e.iri for e in snapshot.entities(name)]
        inside = [m for m in members if m in graph]
        islands = tuple(sorted(snapshot.index.id_of(m) for m in members if m not in graph))
        organisation, material, country = (
            sum(m in reaching[c] for m in inside) for c in ("Organisation", "Material", "Country")
        )
        rows.append(ClassReach(name, len(members), len(inside), organisation, material, country, islands))
    return tuple(rows)


def requirement_cycles(snapshot: Snapshot) -> tuple[Cycle, ...]:
    """Cycles of requirements, largest first."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    necessity: dict[tuple[str, str], set[str]] = {}
    for edge in Network.of(snapshot).edges:
        if edge.relation == "Requirement":
            graph.add_edge(edge.tail, edge.head)
            necessity[edge.tail, edge.head] = {s.text("necessity") for s in edge.statements}
    index = snapshot.index
    found = []
    for component in nx.strongly_connected_components(graph):
        if len(component) < 2:
            continue
        soft = sorted(
            (index.id_of(u), index.id_of(v), "/".join(sorted(words)))
            for (u, v), words in necessity.items()
            if u in component and v in component and not words & {"required", ""}
        )
        found.append(Cycle(tuple(sorted(index.id_of(n) for n in component)), tuple(soft)))
    return tuple(sorted(found, key=lambda c: (-len(c.items), c.items)))
