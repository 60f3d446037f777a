"""Shortest path, all paths of at most six hops, everything upstream: beside networkx on `Network.to_networkx()`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import networkx as nx

from benchmarks.measure import Measurement, Side, compare, same
from benchmarks.world import World, new_snapshot
from kg.network import Network
from kg.network.kernels.paths import simple_paths
from kg.network.kernels.reach import reach
from kg.operations import by_name, run

__all__ = ["measure_paths"]

_SOURCE, _TARGET, _LONGEST = "huawei-ascend-910c", "NLD", 6


def measure_paths(world: World, repeat: int, say: Callable[[str], None]) -> Iterator[Measurement]:
    """All lines of the theme."""
    network = Network.of(world.snapshot)
    size = f"{len(network.nodes)} nodes, {len(network.edges)} edges"
    say(f"network: {size}")
    yield from _build(world, network, repeat, size)
    graph = nx.DiGraph(network.to_networkx())
    source, target = (world.snapshot.index.resolve(i).iri for i in (_SOURCE, _TARGET))
    say("shortest paths")
    yield from _shortest(world, network, graph, source, target, repeat)
    say("all paths of at most six hops")
    yield from _all(world, network, graph, source, target, repeat)
    say("upstream closure")
    yield from _upstream(world, network, graph, source, repeat)


def _build(world: World, network: Network, repeat: int, size: str) -> Iterator[Measurement]:
    edges: list[Any] = [
        (e.tail, e.head, e.relation, {"share": e.share, "statements": tuple(s.iri for s in e.statements)})
        for e in network.edges
    ]

    def build() -> nx.MultiDiGraph[str]:
        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        graph.add_edges_from(edges)
        return graph

    same("network", sorted(network.nodes), sorted(build()))
    yield from compare(
        "paths",
        "build the network",
        [
            Side("Network.of: from statements", Network.of, lambda: new_snapshot(world.dataset, world.snapshot.key)),
            Side("arrays alone, edges ready", lambda: Network(world.snapshot, network.edges)),
        ],
        [Side("networkx: MultiDiGraph, edges ready", build)],
        repeat,
        size,
    )


def _search(network: Network, source: str, target: str, longest: int | None) -> Callable[[], list[tuple[int, ...]]]:
    """The search as the operation does it; `longest` None for all of the least length."""
    ends = network.number[source], network.number[target]
    return lambda: list(simple_paths(network.csr, *ends, longest, 10_000, network.mask()).paths)


def _operation(world: World, name: str, **given: Any) -> Callable[[], Any]:
    operation = by_name(name)
    return lambda: run(world.dataset, operation, given).answer


def _sides(
    world: World, network: Network, source: str, target: str, longest: int | None, mode: str
) -> tuple[list[Side], list[list[str]]]:
    """Our two sides, and the paths they find as IRIs, checked to be the same."""
    search = _search(network, source, target, longest)
    answer = _operation(world, "paths", source=_SOURCE, target=_TARGET, mode=mode, limit=10_000)
    found = sorted([network.nodes[n] for n in path] for path in search())
    same(mode, found, sorted([ref.iri for ref in p.nodes] for p in answer().paths))
    sides = [
        Side("search as the operation does it", search),
        Side("run('paths'): answer with evidence", answer),
    ]
    return sides, found


def _shortest(
    world: World, network: Network, graph: nx.DiGraph[str], source: str, target: str, repeat: int
) -> Iterator[Measurement]:
    sides, found = _sides(world, network, source, target, None, "shortest")

    def every() -> list[list[str]]:
        return list(nx.all_shortest_paths(graph, source, target))

    def one() -> list[str]:
        return list(nx.shortest_path(graph, source, target))

    same("shortest", found, sorted(every()))
    same("shortest", True, one() in found)
    yield from compare(
        "paths",
        f"shortest paths {_SOURCE} → {_TARGET}",
        sides,
        [Side("networkx: all_shortest_paths", every), Side("networkx: shortest_path (only one)", one)],
        repeat,
        f"{len(found)} paths of {len(found[0]) - 1} hops",
    )


def _all(
    world: World, network: Network, graph: nx.DiGraph[str], source: str, target: str, repeat: int
) -> Iterator[Measurement]:
    sides, found = _sides(world, network, source, target, _LONGEST, "all")

    def every() -> list[list[str]]:
        return list(nx.all_simple_paths(graph, source, target, cutoff=_LONGEST))

    same("all paths", found, sorted(every()))
    yield from compare(
        "paths",
        f"all paths of at most {_LONGEST} hops",
        sides,
        [Side("networkx: all_simple_paths", every)],
        repeat,
        f"{len(found)} paths",
    )


def _upstream(
    world: World, network: Network, graph: nx.DiGraph[str], source: str, repeat: int
) -> Iterator[Measurement]:
    start = network.number[source]
    answer = _operation(world, "upstream", id=_SOURCE)

    def closure() -> list[int]:
        depths = reach(network.csr, [start], network.mask())
        return [n for n, depth in enumerate(depths.tolist()) if depth >= 0]

    def depths() -> dict[str, int]:
        return dict(nx.single_source_shortest_path_length(graph, source))

    wanted = nx.descendants(graph, source)
    same(
        "upstream",
        wanted,
        {network.nodes[n] for n in closure()} - {source},
        {each.node.iri for each in answer().nodes},
        set(depths()) - {source},
    )
    yield from compare(
        "paths",
        f"everything upstream of {_SOURCE}",
        [
            Side("search as the operation does it", closure),
            Side("run('upstream'): answer with evidence", answer),
        ],
        [
            Side("networkx: descendants", lambda: nx.descendants(graph, source)),
            Side("networkx: with depths", depths),
        ],
        repeat,
        f"{len(wanted)} nodes",
    )
