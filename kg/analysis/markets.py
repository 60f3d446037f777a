"""Markets: which shares of an item may be put together.

Owns the views of a market, and which of them counts.

Rules
-----
1. Shares belong together in a *view*: what one series says of one stage in one year. Where it gives one actor several of them
   (imports of two gases, two quarters), each basis and period is a view of its own. Views are never added up.
2. The first view counts: of the newest observation, then of verified statements, then of the smallest statement IRI.
3. A pseudo-provider is several firms in unknown parts, so it stands apart from the shares. Its row belongs to the view of its series,
   stage and year: by country where the series gives country shares on its basis ("various countries"), else by company.
4. By country: the country shares; after them (alone, where there are none) each view by company, rolled up by its providers'
   headquarters. Of several headquarters one counts: verified first, then the smallest statement IRI.
5. An item's own rows only: the shares of its variants are a second view of the same market.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.facts.dates import earliest
from kg.facts.model import Statement
from kg.network import Edge, Network
from kg.store.snapshot import Snapshot

__all__ = ["Market", "Share", "View", "market"]


@dataclass(frozen=True, slots=True)
class Share:
    """An actor's share and the statements that give it; of a country that is rolled up, its providers."""

    actor: str
    share: float
    period: str
    statements: tuple[Statement, ...]
    providers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """Shares that belong together, largest first; `apart` are outside the index."""

    kind: str
    stage: str
    bases: tuple[str, ...]
    shares: tuple[Share, ...]
    apart: tuple[Share, ...]
    series: str


@dataclass(frozen=True, slots=True)
class Market:
    """The views of an item's market, the one that counts first, and pseudo-providers that belong to none of them."""

    views: tuple[View, ...]
    loose: tuple[Share, ...]
    actors: tuple[str, ...]
    split: tuple[str, ...]
    """Providers with headquarters in several countries, of which one counts."""


@dataclass(frozen=True, slots=True)
class _Row:
    actor: str
    share: float
    statement: Statement

    @property
    def basis(self) -> tuple[str, str]:
        return self.statement.text("shareBasis"), self.statement.text("period")

    @property
    def order(self) -> tuple[int, bool, str]:
        return -_day(self.statement), self.statement.status != "verified", self.statement.iri


def market(snapshot: Snapshot, item: str, by: str) -> Market:
    """The views of an item's market by company or by country."""
    network = Network.of(snapshot)
    edges = network.out_edges(item)
    provisions = [e for e in edges if e.relation == "Provision"]
    countries = [e for e in edges if e.relation == "CountryShare"]
    of_country = _country_bases(snapshot)
    groups = [e for e in provisions if _is_group(snapshot, e.head)]
    firms = [e for e in provisions if not _is_group(snapshot, e.head)]
    by_company = _views(snapshot, "provisions", firms)
    of_company = [r for r in _rows(snapshot, groups) if (_series(snapshot, r.statement), r.basis[0]) not in of_country]
    by_company, loose = _attached(snapshot, by_company, of_company)
    if by == "company":
        return Market(by_company, loose, tuple(e.head for e in firms), ())
    by_country = _views(snapshot, "country shares", countries)
    rest = [r for r in _rows(snapshot, groups) if r not in of_company]
    by_country, apart = _attached(snapshot, by_country, rest)
    homes = {e.head: _homes(network, e.head) for e in firms}
    rolled = tuple(v for view in by_company if (v := _rolled_up(view, homes)).shares)
    actors = [e.head for e in countries] if by_country else [h for edges in homes.values() for h in _first(edges)]
    split = sorted(firm for firm, edges in homes.items() if len(edges) > 1)
    return Market(by_country + rolled, apart + loose, tuple(dict.fromkeys(actors)), tuple(split))


def _is_group(snapshot: Snapshot, iri: str) -> bool:
    return snapshot.schema.is_a(snapshot.entity(iri).class_name, "OrganisationGroup")


def _day(statement: Statement) -> int:
    start = earliest(statement.text("period"))
    return start.toordinal() if start else 0


def _rows(snapshot: Snapshot, edges: Iterable[Edge]) -> Iterator[_Row]:
    """The shares that count on the date, by actor."""
    for edge in edges:
        for statement in edge.statements:
            share = snapshot.share(statement)
            if share is not None:
                yield _Row(edge.head, share, statement)


def _country_bases(snapshot: Snapshot) -> frozenset[tuple[str, str]]:
    """The bases on which a series gives country shares, of any item."""
    return snapshot.shared(
        "bases of country shares",
        lambda: frozenset(
            (_series(snapshot, s), basis)
            for s in snapshot.statements.values()
            if s.class_name == "CountryShare" and (basis := s.text("shareBasis"))
        ),
    )


def _series(snapshot: Snapshot, statement: Statement) -> str:
    source = snapshot.source(statement)
    return (source.series or source.id) if source else statement.to_check_in


def _views(snapshot: Snapshot, kind: str, edges: Sequence[Edge]) -> tuple[View, ...]:
    """The views that rows make, in the order of rule 2."""
    together: dict[tuple[str, str, int], list[_Row]] = defaultdict(list)
    for row in _rows(snapshot, edges):
        start = earliest(row.statement.text("period"))
        key = (_series(snapshot, row.statement), row.statement.text("stage"), start.year if start else 0)
        together[key].append(row)
    parts: list[tuple[tuple[str, str, int], list[_Row]]] = []
    for key, rows in together.items():
        if len({(r.actor, r.basis) for r in rows}) == len({r.actor for r in rows}):
            parts.append((key, rows))
            continue
        by_basis: dict[tuple[str, str], list[_Row]] = defaultdict(list)
        for row in rows:
            by_basis[row.basis].append(row)
        parts += [(key, same) for same in by_basis.values()]
    ordered = sorted(parts, key=lambda part: _order(part[1]))
    return tuple(v for (series, stage, _), rows in ordered for v in _made(kind, series, stage, rows))


def _order(rows: Sequence[_Row]) -> tuple[int, bool, str]:
    return (
        -max(_day(r.statement) for r in rows),
        any(r.statement.status != "verified" for r in rows),
        min(r.statement.iri for r in rows),
    )


def _made(kind: str, series: str, stage: str, rows: Sequence[_Row]) -> Iterator[View]:
    """The view of rows; what gives an actor another value (of another site, say) makes a further view."""
    while rows:
        shares, left = _shares(rows)
        bases = tuple(sorted({r.basis[0] for r in rows} - {""}))
        yield View(kind, stage, bases, shares, (), series)
        rows = left


def _shares(rows: Iterable[_Row]) -> tuple[tuple[Share, ...], list[_Row]]:
    """One share for each actor, largest first, and the rows that give the same actor another."""
    found: list[Share] = []
    left: list[_Row] = []
    by_actor: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        by_actor[row.actor].append(row)
    for actor, same in by_actor.items():
        best = min(same, key=lambda r: r.order)
        alike = tuple(r.statement for r in same if r.share == best.share)
        left += [r for r in same if r.share != best.share]
        found.append(Share(actor, best.share, best.basis[1], alike))
    return tuple(sorted(found, key=lambda s: (-s.share, s.actor))), left


def _attached(
    snapshot: Snapshot, views: tuple[View, ...], rows: Sequence[_Row]
) -> tuple[tuple[View, ...], tuple[Share, ...]]:
    """Pseudo-providers beside the view of their series and year (the first that has their basis, where one has); and those
    without one."""
    beside: dict[int, list[_Row]] = defaultdict(list)
    loose = []
    for row in rows:
        near = [
            n
            for n, view in enumerate(views)
            if view.series == _series(snapshot, row.statement)
            and view.stage == row.statement.text("stage")
            and _year(view.shares[0].period) == _year(row.basis[1])
        ]
        named = [n for n in near if row.basis[0] in views[n].bases]
        if near:
            beside[(named or near)[0]].append(row)
        else:
            loose.append(row)
    made = tuple(replace(view, apart=_shares(beside[n])[0]) if n in beside else view for n, view in enumerate(views))
    return made, _shares(loose)[0]


def _year(period: str) -> int:
    start = earliest(period)
    return start.year if start else 0


def _homes(network: Network, firm: str) -> tuple[Edge, ...]:
    """The countries of a firm's headquarters: verified ones first, then by the smallest statement IRI."""
    found = [e for e in network.out_edges(firm) if e.relation == "headquarteredIn"]
    return tuple(sorted(found, key=lambda e: min((s.status != "verified", s.iri) for s in e.statements)))


def _first(edges: Sequence[Edge]) -> tuple[str, ...]:
    return (edges[0].head,) if edges else ()


def _rolled_up(view: View, homes: Mapping[str, tuple[Edge, ...]]) -> View:
    """A view by company as one by country of headquarters; firms without known headquarters stand apart."""
    by_country: dict[str, list[Share]] = defaultdict(list)
    for share in view.shares:
        for country in _first(homes[share.actor]):
            by_country[country].append(share)
    shares = []
    for country, same in by_country.items():
        statements = [s for x in same for s in (*x.statements, *homes[x.actor][0].statements)]
        periods = "; ".join(sorted({x.period for x in same} - {""}))
        total = round(math.fsum(x.share for x in same), 6)
        shares.append(Share(country, total, periods, tuple(statements), tuple(x.actor for x in same)))
    homeless = tuple(s for s in view.shares if not homes[s.actor])
    ordered = tuple(sorted(shares, key=lambda s: (-s.share, s.actor)))
    return replace(view, kind="headquarters", shares=ordered, apart=view.apart + homeless)
