"""Exposure: by which ways an organisation depends on a country, on another organisation, or on what a policy names.

Owns what a target is and how routes are counted; `kg.analysis.routes` says what a route is. A policy stands for its targets: the
countries and organisations it names and the items it controls. Whether it is in force is said beside the answer, not decided by it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from kg.analysis.desk import Desk
from kg.analysis.hop_share import hop_share
from kg.analysis.paths import hop
from kg.analysis.routes import Finder, Route
from kg.analysis.tiers import search
from kg.answers.shapes import PolicyStateAnswer
from kg.answers.supply import ExposureAnswer, ExposureRoute, ExposureTarget, ExposureTier
from kg.answers.values import Path
from kg.errors import BadArgument
from kg.facts.model import Statement
from kg.network import Network

__all__ = ["TO", "exposure"]

DEPTH = 3
"""Tiers at most where nothing else is asked."""

TO = ("Country", "Organisation", "Policy")
"""Classes that exposure may be asked to."""

_NAMED = ("targetCountry", "targetOrganisation", "controlledItem")


def exposure(
    desk: Desk,
    organisation: str,
    to: str,
    max_depth: int = DEPTH,
    limit: int = 200,
    state: PolicyStateAnswer | None = None,
) -> ExposureAnswer:
    """The routes from an organisation to a country, an organisation or the targets of a policy, by tier.

    Parameters
    ----------
    organisation : IRI of an organisation.
    to : IRI of a country, another organisation or a policy.
    max_depth : tiers at most.
    limit : routes shown at most; all are counted.
    state : the policy's state on the date, to stand in the answer.

    Raises
    ------
    BadArgument
        The organisation is asked for its exposure to itself.
    """
    if organisation == to:
        raise BadArgument("organisation and to are the same; exposure needs two", detail={"argument": "to"})
    network = desk.network
    targets = _targets(desk, to)
    finder = Finder(desk, organisation, max_depth)
    found = sorted(
        r for target in targets if target.entity.iri in network.number for r in finder.routes(target.entity.iri)
    )
    shown: list[ExposureRoute] = []
    for route in found[:limit]:
        if not desk.spend(len(route.nodes)):
            break
        shown.append(_shown(desk, finder, route))
    if len(found) > limit:
        desk.limited(limit, len(found))
    desk.cover(organisation)
    if not found:
        for iri in finder.own:
            desk.cover(iri)
    verdict = "documented" if found else "undetermined" if desk.truncated else "undocumented"
    _explain(desk, organisation, to, targets, len(found), max_depth)
    return ExposureAnswer(
        organisation=desk.ref(organisation),
        to=desk.ref(to),
        max_depth=max_depth,
        verdict=verdict,
        nearest=found[0].tier if found else None,
        targets=targets,
        own=tuple(desk.ref(i) for i in finder.own),
        tiers=_by_tier(desk, network, found),
        routes=tuple(shown),
        total=len(found),
        state=state,
    )


def _targets(desk: Desk, to: str) -> tuple[ExposureTarget, ...]:
    snapshot = desk.snapshot
    if snapshot.entity(to).class_name != "Policy":
        return (ExposureTarget(desk.ref(to), "", ()),)
    named: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for property_ in _NAMED:
        for statement in snapshot.plain(to, property_):
            if isinstance(statement.object, str):
                named[property_, statement.object].append(statement)
    return tuple(ExposureTarget(desk.ref(iri), p, desk.infos(found)) for (p, iri), found in sorted(named.items()))


def _is_a(desk: Desk, iri: str, class_name: str) -> bool:
    return desk.snapshot.schema.is_a(desk.snapshot.entity(iri).class_name, class_name)


def _shown(desk: Desk, finder: Finder, route: Route) -> ExposureRoute:
    network = desk.network
    edges = [finder.between(*pair) for pair in pairwise(route.nodes)]
    hops = tuple(hop(desk, each) for each in edges)
    onto = edges[-1] if edges else ()
    if route.contact != route.target and len(edges) > 1 and hops[-1].share is None:
        onto = edges[-2]
    share, period, basis = hop_share(desk.snapshot, onto)
    return ExposureRoute(
        tier=route.tier,
        target=desk.ref(network.nodes[route.target]),
        contact=desk.ref(network.nodes[route.contact]),
        share=share,
        share_period=period,
        share_basis=basis,
        path=Path(len(hops), tuple(desk.ref(network.nodes[n]) for n in route.nodes), hops),
    )


def _by_tier(desk: Desk, network: Network, found: Sequence[Route]) -> tuple[ExposureTier, ...]:
    first: dict[int, int] = {}
    routes: dict[int, int] = defaultdict(int)
    for route in found:
        first.setdefault(route.contact, route.tier)
        routes[route.tier] += 1
    counts: dict[tuple[int, str], int] = defaultdict(int)
    for contact, tier in first.items():
        iri = network.nodes[contact]
        if not _is_a(desk, iri, "OrganisationGroup"):
            counts[tier, "Organisation" if _is_a(desk, iri, "Organisation") else "Item"] += 1
    return tuple(ExposureTier(t, n, counts[t, "Organisation"], counts[t, "Item"]) for t, n in sorted(routes.items()))


def _explain(
    desk: Desk, organisation: str, to: str, targets: Sequence[ExposureTarget], total: int, max_depth: int
) -> None:
    names = desk.ref(organisation).label, desk.ref(to).label
    if not targets:
        desk.notice(f"{names[1]} names no country, organisation or item here that exposure could be measured to.")
    if total or desk.truncated:
        return  # a search that was not ended says nothing of what there is not
    desk.notice(
        f"No exposure of {names[0]} to {names[1]} within {max_depth} tiers is documented here. "
        "Undocumented is not absent: see coverage."
    )
    network = desk.network
    if to in network.number and organisation in network.number:
        back = search(network.successors().__getitem__, [network.number[to]], len(network.nodes), desk.spend)
        if back.depth.get(network.number[organisation], 0):
            desk.notice(f"A dependency is documented the other way round: {names[1]} depends on {names[0]}.")
