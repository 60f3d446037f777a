"""Concentration: how much of an item's market few companies or few countries hold.

Owns what is computed from the known shares of a view (see `kg.analysis.markets`): the Herfindahl–Hirschman index (HHI, the sum of
squared percent shares, 0 to 10,000), CR1 and CR4, the actors that reach 75 %. After A. O. Hirschman, "The Paternity of an Index",
American Economic Review 54(5), 1964. The U.S. Department of Justice and the Federal Trade Commission call a market above 1,800 highly
concentrated (Merger Guidelines, 2023, guideline 1): cited, not applied, since an item of this graph is no antitrust market.

The unknown rest counts as 0, so that HHI, CR1 and CR4 are lower bounds; `hhi_at_most` counts the rest as one further actor.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.analysis.desk import Desk
from kg.analysis.markets import Market, Share, View, market
from kg.answers.supply import ConcentrationAnswer, ConcentrationLine, MarketShare, MarketView

__all__ = ["BY", "Figures", "concentration", "concentration_line", "figures"]

BY = ("company", "country")
"""By what a market may be divided."""

METHOD = (
    "HHI: sum of squared percent shares, 0 to 10,000; the unknown rest counts as 0 (a lower bound), in hhiAtMost as one further actor. "
    "For comparison: above 1,800 the Merger Guidelines of the U.S. Department of Justice and FTC (2023) call a market highly concentrated."
)
"""How the figures are made, as an answer says it."""

_REACHED = 75.0
_ROUNDING = 0.5
"""Percent by which rounded shares may sum to more than 100."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is computed from known shares."""

    hhi: float
    hhi_at_most: float
    cr1: float
    cr4: float
    actors_to_75: int | None
    share_sum: float


def figures(shares: Iterable[float]) -> Figures:
    """The figures of at least one known share (percent), the unknown rest counted as 0."""
    ordered = sorted(shares, reverse=True)
    total = math.fsum(ordered)
    hhi = math.fsum(s * s for s in ordered)
    rest = max(0.0, 100.0 - total)
    reaching = (n for n in range(1, len(ordered) + 1) if math.fsum(ordered[:n]) >= _REACHED - 1e-9)
    return Figures(
        round(hhi, 4),
        round(hhi + rest * rest, 4),
        ordered[0],
        round(math.fsum(ordered[:4]), 4),
        next(reaching, None),
        round(total, 4),
    )


def concentration(desk: Desk, item: str, by: str = "company") -> ConcentrationAnswer:
    """How concentrated an item's market is.

    Parameters
    ----------
    item : IRI of an item.
    by : `company` or `country`.
    """
    desk.spend(len(desk.network.out_edges(item)))
    desk.cover(item)
    found = market(desk.snapshot, item, by)
    first = found.views[0] if found.views else None
    known = figures(s.share for s in first.shares) if first else None
    apart = (*(first.apart if first else ()), *found.loose)
    shown = {s.actor for s in (*(first.shares if first else ()), *apart)}
    _explain(desk, item, by, found, known)
    return ConcentrationAnswer(
        item=desk.ref(item),
        by=by,
        verdict="documented" if first else "undocumented",
        kind=first.kind if first else "",
        basis="; ".join(first.bases) if first else "",
        stage=first.stage if first else "",
        period=_period(first) if first else "",
        verified=_verified(first) if first else False,
        computed=True,
        method=METHOD,
        hhi=known.hhi if known else None,
        hhi_at_most=known.hhi_at_most if known else None,
        cr1=known.cr1 if known else None,
        cr4=known.cr4 if known else None,
        actors_to_75=known.actors_to_75 if known else None,
        share_sum=known.share_sum if known else None,
        shares=_shown(desk, first.shares if first else ()),
        apart=_shown(desk, apart),
        without_share=tuple(desk.ref(a) for a in sorted(set(found.actors) - shown)),
        others=tuple(_other(desk, v) for v in found.views[1:]),
    )


def concentration_line(desk: Desk, item: str, by: str = "company") -> ConcentrationLine:
    """The concentration of one item for a table; the leader's share is cited, the others are counted."""
    desk.spend(1 + len(desk.network.out_edges(item)))
    found = market(desk.snapshot, item, by)
    first = found.views[0] if found.views else None
    known = figures(s.share for s in first.shares) if first else None
    leader = first.shares[0] if first else None
    return ConcentrationLine(
        node=desk.ref(item),
        by=by,
        kind=first.kind if first else "",
        period=_period(first) if first else "",
        hhi=known.hhi if known else None,
        hhi_at_most=known.hhi_at_most if known else None,
        cr1=known.cr1 if known else None,
        cr4=known.cr4 if known else None,
        actors_to_75=known.actors_to_75 if known else None,
        share_sum=known.share_sum if known else None,
        actors=len(first.shares) if first else 0,
        leader=desk.ref(leader.actor) if leader else None,
        leader_share=leader.share if leader else None,
        views=len(found.views),
        statements=desk.infos(leader.statements) if leader else (),
    )


def _period(view: View) -> str:
    return "; ".join(sorted({s.period for s in view.shares} - {""}))


def _verified(view: View) -> bool:
    return all(s.status == "verified" for x in view.shares for s in x.statements)


def _shown(desk: Desk, shares: Sequence[Share]) -> tuple[MarketShare, ...]:
    return tuple(
        MarketShare(
            actor=desk.ref(s.actor),
            share=s.share,
            period=s.period,
            providers=tuple(desk.ref(p) for p in s.providers),
            statements=desk.infos({each.iri: each for each in s.statements}.values()),
        )
        for s in shares
    )


def _other(desk: Desk, view: View) -> MarketView:
    known = figures(s.share for s in view.shares)
    return MarketView(
        kind=view.kind,
        basis="; ".join(view.bases),
        stage=view.stage,
        period=_period(view),
        verified=_verified(view),
        hhi=known.hhi,
        hhi_at_most=known.hhi_at_most,
        cr1=known.cr1,
        cr4=known.cr4,
        actors_to_75=known.actors_to_75,
        share_sum=known.share_sum,
        shares=_shown(desk, view.shares),
    )


def _explain(desk: Desk, item: str, by: str, found: Market, known: Figures | None) -> None:
    name = desk.ref(item).label
    variants = [e.head for e in desk.network.out_edges(item) if e.relation == "Variant"]
    provided = [v for v in variants if any(e.relation == "Provision" for e in desk.network.out_edges(v))]
    if provided:
        ids = ", ".join(desk.ref(v).id for v in provided)
        desk.notice(
            f"{name} has variants with providers of their own ({ids}): a second view of its market. Only its own rows count."
        )
    if found.loose or any(v.apart for v in found.views[:1]):
        desk.notice("Shares that stand apart are in no index: pseudo-providers, or firms without known headquarters.")
    if not found.views or known is None:
        desk.notice(f"No share of {name} by {by} is documented here. Undocumented is not even: see coverage.")
        return
    first, *others = found.views
    if first.kind == "headquarters":
        desk.notice(f"No country share of {name} is known: its providers' shares are rolled up by their headquarters.")
        if found.split:
            ids = ", ".join(desk.ref(f).id for f in found.split)
            desk.notice(f"Of several countries of headquarters one is counted, verified ones first: {ids}.")
    if not _verified(first):
        desk.notice("Shares that are counted are unverified.")
    if known.share_sum > 100 + _ROUNDING:
        desk.notice(f"The shares sum to {known.share_sum:g} %, more than there is: the figures are too high.")
    elif known.share_sum < 100 - _ROUNDING:
        desk.notice(f"The known shares sum to {known.share_sum:g} %; the rest counts as 0, so hhi is a lower bound.")
    if len(first.bases) > 1:
        desk.notice(f"One source words the basis differently for different actors: {'; '.join(first.bases)}.")
    if others:
        desk.notice("Other views of the market are shown beside the first; shares of different views are never added.")
        fullest = max(others, key=lambda v: math.fsum(s.share for s in v.shares))
        total = math.fsum(s.share for s in fullest.shares)
        if total > known.share_sum + _ROUNDING:
            desk.notice(
                f"An older or less certain view knows more of the market ({total:g} %, {_period(fullest) or 'undated'})."
            )
