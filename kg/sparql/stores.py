"""The stores the zygote owns: snapshots and what is put together from several of them.

It owns how many stay alive (least recently used go first), how many may be built in a minute, and the copying of graphs
that a dataset plan asks for. It must not know processes, sockets or how a snapshot is made: `make_store` is passed in.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from kg.sparql.dataset import DatasetPlan, SnapshotSpec

__all__ = ["EngineDataset", "SnapshotStores", "TooManyBuilds", "pin_to_today"]

_GraphName = NamedNode | DefaultGraph


class TooManyBuilds(Exception):
    """Building one more store now would exceed the budget; `seconds` says when to ask again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"no snapshot can be built for another {seconds} seconds")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class EngineDataset:
    """A store with the graph arguments for the engine; None means all of the store's named graphs."""

    store: Store
    default_graphs: tuple[_GraphName, ...]
    named_graphs: tuple[NamedNode, ...] | None


def pin_to_today(spec: SnapshotSpec) -> SnapshotSpec:
    """Write today's date into a snapshot without one, so that a store is not taken for today's on the next day."""
    return spec if spec.as_of else replace(spec, as_of=datetime.now(UTC).date())


class SnapshotStores:
    """Makes, keeps and drops the stores.

    Parameters
    ----------
    make_store : builds the store of a snapshot.
    normalise : maps a snapshot to the one that stands for it (today's date written in, days without a change merged).
    snapshots : how many snapshot stores stay alive.
    combined : how many stores put together from several snapshots stay alive.
    builds_per_minute : how many stores may be built in a minute; None for no limit.
    """

    def __init__(
        self,
        make_store: Callable[[SnapshotSpec], Store],
        *,
        normalise: Callable[[SnapshotSpec], SnapshotSpec] = pin_to_today,
        snapshots: int = 3,
        combined: int = 2,
        builds_per_minute: int | None = 20,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make = make_store
        self._normalise = normalise
        self._capacity = {"snapshot": snapshots, "combined": combined}
        self._kept: dict[str, OrderedDict[Hashable, Store]] = {"snapshot": OrderedDict(), "combined": OrderedDict()}
        self._budget = builds_per_minute
        self._built: deque[float] = deque()
        self._clock = clock
        self._current: tuple[SnapshotSpec, Store] | None = None

    def warm(self) -> None:
        """Build the current snapshot; it does not count against the budget."""
        self.snapshot(self._normalise(SnapshotSpec()))

    def dataset(self, plan: DatasetPlan) -> EngineDataset:
        """The store and graph arguments of a plan. Raises `TooManyBuilds`."""
        plan = self._pinned(plan)
        if not plan.simple:
            return EngineDataset(self._combined(plan), (DefaultGraph(),), None)
        default: list[_GraphName] = [NamedNode(iri) for iri in plan.default_graphs]
        if plan.defaults:
            default.insert(0, DefaultGraph())
        named = None if plan.statements else tuple(NamedNode(iri) for iri in plan.named_graphs)
        return EngineDataset(self.snapshot(plan.home), tuple(default), named)

    def snapshot(self, spec: SnapshotSpec) -> Store:
        """The store of a snapshot, built where it is not alive. Raises `TooManyBuilds`.

        The current snapshot is always alive and takes from no budget: whoever asks for many dates locks nobody out.
        """
        if spec == self._normalise(SnapshotSpec()):
            if self._current is None or self._current[0] != spec:
                self._current = (spec, self._make(spec))
            return self._current[1]
        kept = self._find("snapshot", spec)
        if kept is not None:
            return kept
        self._spend()
        return self._keep("snapshot", spec, self._make(spec))

    def _pinned(self, plan: DatasetPlan) -> DatasetPlan:
        return replace(
            plan,
            home=self._normalise(plan.home),
            defaults=tuple(dict.fromkeys(self._normalise(spec) for spec in plan.defaults)),
            named=tuple((iri, self._normalise(spec)) for iri, spec in plan.named),
            statements=tuple(dict.fromkeys(self._normalise(spec) for spec in plan.statements)),
        )

    def _combined(self, plan: DatasetPlan) -> Store:
        kept = self._find("combined", plan)
        if kept is not None:
            return kept
        sources = {spec: self.snapshot(spec) for spec in plan.snapshots}
        self._spend()
        store = Store()
        for spec in plan.defaults:
            store.bulk_extend(_copy(sources[spec], DefaultGraph(), DefaultGraph()))
        for iri in plan.default_graphs:
            store.bulk_extend(_copy(sources[plan.home], NamedNode(iri), DefaultGraph()))
        for iri in plan.named_graphs:
            store.bulk_extend(_copy(sources[plan.home], NamedNode(iri), NamedNode(iri)))
        for iri, spec in plan.named:
            store.bulk_extend(_copy(sources[spec], DefaultGraph(), NamedNode(iri)))
        for spec in plan.statements:
            store.bulk_extend(quad for quad in sources[spec] if not isinstance(quad.graph_name, DefaultGraph))
        return self._keep("combined", plan, store)

    def _find(self, kind: str, key: Hashable) -> Store | None:
        kept = self._kept[kind].get(key)
        if kept is not None:
            self._kept[kind].move_to_end(key)
        return kept

    def _keep(self, kind: str, key: Hashable, store: Store) -> Store:
        alive = self._kept[kind]
        alive[key] = store
        while len(alive) > self._capacity[kind]:
            alive.popitem(last=False)
        return store

    def _spend(self) -> None:
        now = self._clock()
        while self._built and self._built[0] <= now - 60:
            self._built.popleft()
        if self._budget is not None and len(self._built) >= self._budget:
            raise TooManyBuilds(max(1, int(self._built[0] + 60 - now) + 1) if self._built else 60)
        self._built.append(now)


def _copy(source: Store, graph: _GraphName, name: _GraphName) -> Iterator[Quad]:
    """The quads of one graph of a store, under another graph name."""
    for quad in source.quads_for_pattern(None, None, None, graph):
        yield Quad(quad.subject, quad.predicate, quad.object, name)
