"""Common suppliers: the organisations that all of a set depend on.

Owns their order: the greatest depth over the set, the sum of depths, the IRI. A supplier is any organisation upstream of every id
over the dependency network (`kg.network`) that is no pseudo-provider; an owner is upstream too, and its last hop says so. An id is no
supplier of itself, so an organisation of the set is none of the answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.analysis.desk import Desk
from kg.analysis.hop_share import hop_share
from kg.analysis.paths import hop
from kg.analysis.tiers import Tiers, search
from kg.answers.supply import CommonSupplier, CommonSuppliersAnswer, SupplyLink
from kg.errors import BadArgument

__all__ = ["common_suppliers"]

DEPTH = 3
"""Hops at most where nothing else is asked."""


def common_suppliers(desk: Desk, ids: Sequence[str], max_depth: int = DEPTH, limit: int = 200) -> CommonSuppliersAnswer:
    """The organisations upstream of every id, nearest first.

    Parameters
    ----------
    ids : IRIs of two or more different entities.
    max_depth : hops at most from each id to a supplier.
    limit : suppliers shown at most; `truncated` says when there are more.

    Raises
    ------
    BadArgument
        Fewer than two different ids.
    """
    roots = tuple(dict.fromkeys(ids))
    if len(roots) < 2:
        raise BadArgument("ids: two or more different entities are needed", detail={"argument": "ids"})
    network, snapshot = desk.network, desk.snapshot
    successors = network.successors()
    reached: dict[str, Tiers] = {}
    for root in roots:
        starts = [network.number[root]] if root in network.number else []
        reached[root] = search(successors.__getitem__, starts, max_depth, desk.spend)
        desk.cover(root)
    shared = set.intersection(*({n for n, d in tiers.depth.items() if d} for tiers in reached.values()))
    found, groups = [], 0
    for node in shared:
        class_name = snapshot.entity(network.nodes[node]).class_name
        if snapshot.schema.is_a(class_name, "OrganisationGroup"):
            groups += 1
        elif snapshot.schema.is_a(class_name, "Organisation"):
            depths = [tiers.depth[node] for tiers in reached.values()]
            found.append((max(depths), sum(depths), node))
    found.sort()
    shown: list[CommonSupplier] = []
    for depth, depth_sum, node in found[:limit]:
        if not desk.spend(len(roots)):
            break
        shown.append(_supplier(desk, node, depth, depth_sum, reached))
    if len(found) > limit:
        desk.limited(limit, len(found))
    verdict = "documented" if found else "undetermined" if desk.truncated else "undocumented"
    _explain(desk, roots, shown, len(found), groups, max_depth)
    return CommonSuppliersAnswer(
        entities=tuple(desk.ref(r) for r in roots),
        max_depth=max_depth,
        verdict=verdict,
        suppliers=tuple(shown),
        total=len(found),
    )


def _supplier(desk: Desk, node: int, depth: int, depth_sum: int, reached: dict[str, Tiers]) -> CommonSupplier:
    network = desk.network
    iri = network.nodes[node]
    links = []
    for root, tiers in reached.items():
        edges = network.between(tiers.before[node], node)
        share, period, basis = hop_share(desk.snapshot, edges)
        links.append(SupplyLink(desk.ref(root), tiers.depth[node], share, period, basis, hop(desk, edges)))
    countries = sorted({e.head for e in network.out_edges(iri) if e.relation == "headquarteredIn"})
    return CommonSupplier(desk.ref(iri), depth, depth_sum, tuple(desk.ref(c) for c in countries), tuple(links))


def _explain(
    desk: Desk, roots: Sequence[str], shown: Sequence[CommonSupplier], total: int, groups: int, max_depth: int
) -> None:
    if not total and not desk.truncated:
        names = ", ".join(desk.ref(r).label for r in roots)
        desk.notice(
            f"No organisation upstream of all of {names} within {max_depth} hops is documented here. "
            "Undocumented is not absent: see coverage."
        )
    if groups:
        desk.notice(f"{groups} pseudo-providers upstream of all are left out: they are several firms, or unnamed ones.")
    owners = [s.supplier.id for s in shown if all(set(x.hop.relations) == {"Ownership"} for x in s.links)]
    if owners:
        desk.notice(f"Owners and not suppliers, by the hops shown: {', '.join(owners)}.")
