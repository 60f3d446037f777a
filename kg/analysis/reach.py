"""Upstream and downstream: everything a node depends on, and everything that depends on it.

Owns what a closure shows: least depths, the hop by which a node was reached, and roll-ups by depth, class and country. Must not know
how it is searched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kg.analysis.desk import Desk
from kg.answers.shapes import ReachAnswer, Reached
from kg.answers.values import Count, Ref, StatementInfo
from kg.network.csr import Mask
from kg.network.kernels import reach as kernel

__all__ = ["reach"]

_EDGES_A_STEP = 16
"""Edges that a closure passes in the time of a step: it looks at each once, in order."""


def reach(
    desk: Desk,
    root: str,
    direction: str,
    max_depth: int | None = None,
    relation: Sequence[str] = (),
    class_: str | None = None,
) -> ReachAnswer:
    """The nodes upstream (that the root depends on) or downstream (that depend on it).

    Parameters
    ----------
    root : an entity's IRI.
    direction : `upstream` or `downstream`.
    max_depth : hops at most; no limit where left out.
    relation : relations an edge may have; all where empty. Filters apply on the way, so a node behind a filtered edge is
        not reached over it.
    class_ : class of the nodes shown; what is passed on the way may be of any.

    Notes
    -----
    The nearest nodes are shown first; where the budget ends, the rest are counted only, and `truncated` says so.
    """
    network, schema = desk.network, desk.snapshot.schema
    found: dict[str, int] = {}
    depths: list[int] = []
    mask = network.mask(relation)
    if root in network.number:
        desk.spend(len(network.edges) // _EDGES_A_STEP)
        start, against = [network.number[root]], direction == "downstream"
        depths = kernel.reach(network.csr, start, mask, against, max_depth).tolist()
        found = {network.nodes[n]: depth for n, depth in enumerate(depths) if depth > 0}
    if class_:
        found = {
            iri: depth for iri, depth in found.items() if schema.is_a(desk.snapshot.entity(iri).class_name, class_)
        }
    desk.cover(root)
    if not found:
        desk.notice(
            f"Nothing {direction} of {desk.ref(root).label} is documented here. Undocumented is not absent: see coverage."
        )
    nodes = []
    by_country: Counter[str] = Counter()
    plain = {p.name for p in schema.edge_properties if p.range == "Country"}
    for iri, depth in sorted(found.items(), key=lambda pair: (pair[1], pair[0])):
        countries = tuple(sorted({e.head for e in network.out_edges(iri) if e.relation in plain}))
        by_country.update(countries)
        if not desk.spend(1):
            continue  # counted below, not shown
        via, statements = _via(desk, iri, direction, depths, mask)
        nodes.append(Reached(depth, desk.ref(iri), via, tuple(desk.ref(c) for c in countries), statements))
    by_depth = Counter(found.values())
    classes = Counter(desk.snapshot.entity(iri).class_name for iri in found)
    labels = {c.name: c.label for c in schema.classes.values()}
    return ReachAnswer(
        root=desk.ref(root),
        direction=direction,
        nodes=tuple(nodes),
        total=len(found),
        by_depth=tuple(Count(str(d), f"{d} hop{'s' if d > 1 else ''}", n) for d, n in sorted(by_depth.items())),
        by_class=tuple(Count(c, labels[c], n) for c, n in sorted(classes.items(), key=lambda p: (-p[1], p[0]))),
        by_country=tuple(
            Count(desk.ref(c).id, desk.ref(c).label, n)
            for c, n in sorted(by_country.items(), key=lambda p: (-p[1], p[0]))
        ),
    )


def _via(
    desk: Desk, iri: str, direction: str, depths: Sequence[int], mask: Mask
) -> tuple[Ref | None, tuple[StatementInfo, ...]]:
    """The node before this one on a shortest way from the root (the first by IRI), and the statements of that hop."""
    network = desk.network
    number = network.number[iri]
    before = depths[number] - 1
    edges = network.in_edges(iri) if direction == "upstream" else network.out_edges(iri)
    others = [network.number[e.tail if direction == "upstream" else e.head] for e in edges]
    near = sorted(n for n in set(others) if depths[n] == before)
    for other in near:
        pair = (other, number) if direction == "upstream" else (number, other)
        between = network.between(*pair, mask)
        if between:
            return desk.ref(network.nodes[other]), desk.infos(
                {s.iri: s for e in between for s in e.statements}.values()
            )
    return None, ()
