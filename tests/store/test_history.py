"""Releases of a data set that supersede one another whole: what the newest known one still has keeps its earlier years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from hypothesis import given
from hypothesis import strategies as st

from kg.facts.model import Batch, Facts
from kg.importers.making import Maker
from kg.network import Network
from kg.schema import Schema
from kg.store.batches import with_batch
from kg.store.dataset import Dataset
from kg.store.release import Release
from kg.terms import entity_iri
from tests.helpers import FactsFolder, dataset_of, day, origins

ITEMS, MAKERS = ("tool-a", "tool-b"), ("x", "y")
YEARS = (2019, 2023, 2024, 2025)
RELEASES = {"r-2022": dt.date(2022, 12, 31), "r-2025": dt.date(2025, 7, 11), "r-2026": dt.date(2026, 8, 14)}

Shares = Mapping[tuple[str, str], tuple[int, int]]
"""By item and maker, the year observed and the share: what one release says."""


def released(schema: Schema, name: str, shares: Shares) -> Facts:
    """One release of the data set as a batch."""
    day_ = RELEASES[name]
    batch = Batch(name, name, "CC-BY-NC-4.0", day_)
    maker = Maker(schema, batch)
    source = maker.source(name, name, "https://example.org", day_.isoformat(), series="r", supersedes_series=True)
    entities = [maker.entity("Tool", i, i) for i in ITEMS] + [maker.entity("Company", m, m) for m in MAKERS]
    said = [
        maker.relation(
            "Provision",
            {
                "item": entity_iri("Tool", item),
                "provider": entity_iri("Company", firm),
                "share": str(share),
                "period": str(year),
            },
            source=source,
            origin=f"{name}:{item}:{firm}",
        )
        for (item, firm), (year, share) in shares.items()
    ]
    return Facts({name: batch}, {source.iri: source}, {e.iri: e for e in entities}, {s.iri: s for s in said})


@st.composite
def _release(draw: st.DrawFn) -> Shares:
    """No item mixes years within a release."""
    years = {item: draw(st.sampled_from(YEARS)) for item in ITEMS}
    pairs = draw(st.lists(st.sampled_from([(i, m) for i in ITEMS for m in MAKERS]), unique=True))
    return {pair: (years[pair[0]], draw(st.integers(1, 50))) for pair in pairs}


WORLDS = st.fixed_dictionaries({name: _release() for name in RELEASES})
KNOWN = st.sampled_from([d + dt.timedelta(days=n) for d in RELEASES.values() for n in (-1, 0, 1)])
AS_OF = st.sampled_from([dt.date(year, 6, 1) for year in (2018, 2019, *range(2022, 2027))])


def expected(world: Mapping[str, Shares], as_of: dt.date, known_on: dt.date) -> dict[tuple[str, str], int | None]:
    """By relation, its share; None where it has none on the day. Written from the meaning alone."""
    out = [n for n, d in RELEASES.items() if d <= known_on and world[n]]
    if not out:
        return {}
    newest = out[-1]
    found: dict[tuple[str, str], int | None] = {}
    for item in ITEMS:
        by_year: dict[int, dict[str, int]] = {}
        for name in out:  # later releases write over earlier ones
            for (i, firm), (year, share) in world[name].items():
                if i == item and (i, firm) in world[newest] and year <= as_of.year:
                    by_year.setdefault(year, {})[firm] = share
        for firm in MAKERS:
            if (item, firm) in world[newest]:
                found[item, firm] = by_year[max(by_year)].get(firm) if by_year else None
    return found


def shown(dataset: Dataset, as_of: dt.date, known_on: dt.date) -> dict[tuple[str, str], int | None]:
    edges = Network.of(dataset.as_of(as_of, known_on)).edges
    return {
        (e.tail.rpartition("/")[2], e.head.rpartition("/")[2]): None if e.share is None else int(e.share) for e in edges
    }


@given(WORLDS, AS_OF, KNOWN)
def test_shares_are_those_of_the_newest_year_among_the_releases_known(
    schema: Schema, tiny_release: Release, world: Mapping[str, Shares], as_of: dt.date, known_on: dt.date
) -> None:
    facts = Facts({}, {}, {}, {})
    for name, shares in world.items():
        if shares:
            facts = with_batch(facts, released(schema, name, shares))
    if facts.statements:
        assert shown(dataset_of(schema, facts, tiny_release), as_of, known_on) == expected(world, as_of, known_on)


def test_a_relation_that_was_dropped_is_gone_with_all_its_years(schema: Schema, tiny_release: Release) -> None:
    old = released(schema, "r-2025", {("tool-a", "x"): (2024, 40), ("tool-a", "y"): (2024, 30)})
    new = released(schema, "r-2026", {("tool-a", "x"): (2025, 45)})
    dataset = dataset_of(schema, with_batch(old, new), tiny_release)
    assert shown(dataset, day("2026-10-01"), day("2026-10-01")) == {("tool-a", "x"): 45}
    assert shown(dataset, day("2024-12-31"), day("2026-10-01")) == {("tool-a", "x"): 40}
    assert shown(dataset, day("2024-12-31"), day("2025-12-01")) == {("tool-a", "x"): 40, ("tool-a", "y"): 30}


def test_a_relation_without_a_period_is_never_history(
    folder: FactsFolder, opened: Callable[[FactsFolder], Dataset]
) -> None:
    folder.entities("Company", "asml")
    folder.entities("PartyList", "list")
    folder.source("list-1", published="2024-01-01", series="list", supersedes_series=True)
    folder.source("list-2", published="2025-01-01", series="list", supersedes_series=True)
    folder.relation("ListEntry", party="asml", party_list="list", citation="85 FR 1", source="list-1")
    kept = folder.relation("ListEntry", party="asml", party_list="list", citation="90 FR 2", source="list-2")
    assert origins(opened(folder).as_of().statements.values()) == {kept}
