"""Chokepoints: what every dependency path passes, and whose loss alone stops an item.

Owns the two forms of the question. Between two nodes it is one of the dependency network: the nodes on every path are the dominators of the
target from the source (T. Lengauer and R. E. Tarjan 1979, "A fast algorithm for finding dominators in a flowgraph"), and beside them stands
a minimum vertex cut (K. Menger 1927). A path is evidence of a dependency and not a recipe: what a node on every path takes with it
is asked of the item, whose form uses the cut sets of one actor. Must not know how dominators, cuts and availability are computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from kg.analysis.cuts import cut_sets
from kg.analysis.desk import Desk
from kg.analysis.failing import root_causes
from kg.analysis.feasibility import bill_of, states
from kg.analysis.paths import find_paths
from kg.analysis.removal import removal_of
from kg.answers.chokepoints import Chokepoint, ChokepointsAnswer, StoppingActor, Trial, VertexCut
from kg.answers.feasible import FailedItem
from kg.answers.shapes import PathsAnswer
from kg.answers.values import Path
from kg.network.kernels.cut import bounded_vertex_cut
from kg.network.kernels.dominators import dominators, dominators_between
from kg.network.needs import READINGS

__all__ = ["ACTORS", "chokepoints_between", "chokepoints_of"]

ACTORS = ("company", "country")
"""Kinds of actors that are tried."""

_EDGES_A_STEP = 50
"""Edges that a kernel looks at in the time an analysis takes for one step of the budget, or less."""


def chokepoints_between(
    desk: Desk, source: str, target: str, relation: Sequence[str] = (), min_share: float = 0.0
) -> ChokepointsAnswer:
    """The nodes on every dependency path from source to target, with a shortest path as evidence, and a minimum vertex cut.

    Parameters
    ----------
    source, target : IRIs of two different entities.
    relation, min_share : which edges count, as in `paths`.

    Raises
    ------
    BadArgument
        Source and target are the same.
    """
    apart = Desk(desk.snapshot, desk.budget)
    shortest = find_paths(apart, source, target, "k-shortest", 1, 1, relation, min_share, 1).shortest
    found = find_paths(desk, source, target, "k-shortest", 1, shortest, relation, min_share, 1)
    direct = found.shortest == 1
    on_all, cut, complete = _search(desk, found, relation, min_share)
    if direct:
        desk.notice(
            f"{found.source.label} depends on {found.target.label} directly: no node lies between, and the removal of others does not cut "
            "them apart."
        )
    elif found.shortest is not None and complete and not on_all:
        desk.notice(f"No node lies on every path from {found.source.label} to {found.target.label}.")
    path = found.paths[0] if found.paths else None
    return ChokepointsAnswer(
        source=found.source,
        target=found.target,
        item=None,
        verdict=found.verdict,
        reverse=found.reverse,
        direct=direct,
        shortest=found.shortest,
        nodes=tuple(_chokepoint(desk, path, iri) for iri in on_all) if path else (),
        stretches=tuple(_stretches(path, on_all)) if path else (),
        cut=cut,
        locate="",
        trials=(),
        actors=(),
        complete=complete,
    )


def _search(
    desk: Desk, found: PathsAnswer, relation: Sequence[str], min_share: float
) -> tuple[list[str], VertexCut | None, bool]:
    """The nodes on every path in order, the cut, and whether the budget sufficed."""
    if found.shortest is None:
        return [], None, True
    network = desk.network
    mask = network.mask(relation, min_share)
    csr, source, target = network.csr, network.number[found.source.iri], network.number[found.target.iri]
    if not found.paths or not desk.spend(1 + csr.edges // _EDGES_A_STEP):
        return [], None, False
    on_all = [network.nodes[n] for n in dominators_between(dominators(csr, source, mask), source, target)]
    cut = bounded_vertex_cut(csr, source, target, mask, max(desk.budget.left, 0) * _EDGES_A_STEP)
    if cut is None:
        return on_all, None, True
    complete = desk.spend(1 + cut.steps // _EDGES_A_STEP) and cut.nodes is not None
    nodes = tuple(desk.ref(network.nodes[n]) for n in cut.nodes or ())
    return on_all, VertexCut(len(nodes), nodes) if complete else None, complete


def _chokepoint(desk: Desk, path: Path, iri: str) -> Chokepoint:
    """A node on every path, so on this shortest one, and there at its least depth."""
    (depth,) = [place for place, ref in enumerate(path.nodes) if ref.iri == iri]
    plain = {p.name for p in desk.snapshot.schema.edge_properties if p.range == "Country"}
    placed = [e for e in desk.network.out_edges(iri) if e.relation in plain]
    countries = tuple(desk.ref(c) for c in sorted({e.head for e in placed}))
    return Chokepoint(path.nodes[depth], depth, countries, desk.infos(s for e in placed for s in e.statements))


def _stretches(path: Path, on_all: Sequence[str]) -> list[Path]:
    """A path cut at the nodes all paths pass."""
    places = [0, *(n for n, ref in enumerate(path.nodes) if ref.iri in on_all), path.length]
    return [Path(high - low, path.nodes[low : high + 1], path.hops[low:high]) for low, high in pairwise(places)]


def chokepoints_of(desk: Desk, item: str, by: str | None = None, locate: str = "headquarters") -> ChokepointsAnswer:
    """The companies and countries whose removal alone makes an item unavailable, in both readings, with the root causes.

    Parameters
    ----------
    item : IRI of the item.
    by : `company` or `country`; both where left out.
    locate : what a country takes, as in `feasibility`.
    """
    trials: list[Trial] = []
    stopping: dict[tuple[str, str], list[str]] = {}
    for kind in ACTORS if by is None else (by,):
        for reading in READINGS:
            found = cut_sets(desk, item, kind, locate, 1, reading)
            alone = [s.actors[0].iri for s in found.sets]
            trials.append(Trial(reading, kind, found.baseline, found.actors, len(alone), found.complete))
            for actor in alone:
                stopping.setdefault((kind, actor), []).append(reading)
    actors = []
    for (kind, actor), readings in sorted(stopping.items(), key=lambda s: (s[0][0], READINGS[0] not in s[1], s[0][1])):
        if not desk.spend(1):
            break
        actors.append(
            StoppingActor(kind, desk.ref(actor), tuple(readings), _causes(desk, item, actor, readings, locate))
        )
    if not actors and all(t.complete and t.baseline for t in trials):
        desk.notice(f"No {' and no '.join(dict.fromkeys(t.by for t in trials))} stops {desk.ref(item).label} alone.")
    return ChokepointsAnswer(
        source=None,
        target=None,
        item=desk.ref(item),
        verdict="",
        reverse=None,
        direct=None,
        shortest=None,
        nodes=(),
        stretches=(),
        cut=None,
        locate=locate,
        trials=tuple(trials),
        actors=tuple(actors),
        complete=all(t.complete for t in trials) and len(actors) == len(stopping),
    )


def _causes(desk: Desk, item: str, actor: str, readings: Sequence[str], locate: str) -> tuple[FailedItem, ...]:
    """The root causes that an actor's removal brings in some readings."""
    removal = removal_of(desk, (actor,), locate, "assumed")
    bill = bill_of(desk)
    causes = tuple(c for r in readings for c in root_causes(desk, *states(desk, bill, item, removal, r)))
    for each in dict.fromkeys(c.item.iri for c in causes):
        desk.cover(each)
    return causes
