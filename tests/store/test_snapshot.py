"""Snapshots: the cache and its breakpoints, licences, verified only, what is echoed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import BadArgument
from kg.network import Network
from kg.store.dataset import Dataset
from kg.store.licences import LICENCES, allowed_licences, strictest
from kg.store.materialise import to_rdflib_dataset
from kg.store.snapshot import Snapshot, SnapshotKey, take_snapshot
from tests.helpers import FactsFolder, day, origins

DAYS = st.dates(dt.date(2010, 1, 1), dt.date(2030, 1, 1)) | st.sampled_from((dt.date.min, dt.date.max))


def content(snapshot: Snapshot) -> tuple[object, ...]:
    found = snapshot.statements
    return (
        list(found),
        [snapshot.until(s) for s in found.values()],
        [snapshot.has_unknown_dates(s) for s in found.values()],
        [snapshot.share(s) for s in found.values()],
        [e.iri for e in snapshot.entities()],
        dict(snapshot.left_out),
    )


@settings(max_examples=60)
@given(
    as_of=DAYS,
    known_on=DAYS,
    verified=st.booleans(),
    moves=st.tuples(st.integers(-2, 2), st.integers(-2, 2)),
    data=st.data(),
)
def test_a_day_is_the_same_as_the_breakpoint_before_it(
    seed: Dataset, as_of: dt.date, known_on: dt.date, verified: bool, moves: tuple[int, int], data: st.DataObject
) -> None:
    if data.draw(st.booleans()):  # near a breakpoint is where it goes wrong
        near = [data.draw(st.sampled_from(b)) for b in (seed.valid_breaks, seed.known_breaks)]
        as_of, known_on = (d + dt.timedelta(days=n) for d, n in zip(near, moves, strict=True))
    taken = take_snapshot(seed, SnapshotKey(as_of, known_on, None, verified), seed._other, to_rdflib_dataset)
    cached = seed.as_of(as_of, known_on, None, verified)
    assert content(cached) == content(taken)
    assert cached.key == taken.key


@pytest.fixture
def firm(folder: FactsFolder) -> FactsFolder:
    folder.entities("Country", "NLD", "CHN")
    folder.entities("Company", "acme")
    return folder


def test_dates_that_were_asked_are_echoed(firm: FactsFolder, opened: Callable[[FactsFolder], Dataset]) -> None:
    firm.plain("acme", "headquarteredIn", "NLD", valid_from="2020-01-01")
    dataset = opened(firm)
    for text in ("2025-01-20", "2025-01-21"):
        key = dataset.as_of(day(text), day(text)).key
        assert (key.as_of, key.known_on) == (day(text), day(text))
    today = dt.datetime.now(dt.UTC).date()
    assert today <= dataset.as_of().key.as_of <= today + dt.timedelta(days=1)


def test_networkx_echoes_the_dates_that_were_asked(firm: FactsFolder, opened: Callable[[FactsFolder], Dataset]) -> None:
    """Regression: the network is shared by all days that see the same and keeps the dates of the first that asked."""
    firm.plain("acme", "headquarteredIn", "NLD", valid_from="2020-01-01")
    dataset = opened(firm)
    for text in ("2025-01-20", "2025-03-21"):
        graph = Network.of(dataset.as_of(day(text), day(text))).to_networkx()
        assert (graph.graph["as_of"], graph.graph["known_on"]) == (text, text)


def test_snapshots_are_kept_and_the_oldest_is_dropped(
    firm: FactsFolder, opened: Callable[[FactsFolder], Dataset]
) -> None:
    for year in range(2000, 2020):
        firm.plain("acme", "ticker", f"T{year}", valid_from=f"{year}-01-01")
    dataset = opened(firm)
    for year in range(2000, 2020):
        found = dataset.as_of(dt.date(year, 6, 1))
        assert len(found.statements) == year - 1999
        assert found.statements is dataset.as_of(dt.date(year, 6, 2)).statements
    assert len(dataset._kept) == 8


def test_verified_only(firm: FactsFolder, opened: Callable[[FactsFolder], Dataset]) -> None:
    kinds = {s: firm.plain("acme", "ticker", s, status=s) for s in ("verified", "unverified", "derived")}
    firm.plain("acme", "ticker", "ended", status="unverified", valid_until="2021")
    dataset = opened(firm)
    assert origins(dataset.as_of(day("2026-01-01")).statements.values()) == set(kinds.values())
    only = dataset.as_of(day("2026-01-01"), verified_only=True)
    assert origins(only.statements.values()) == {kinds["verified"], kinds["derived"]}
    assert only.left_out["unverified"] == 1


def test_licences_from_free_to_strict() -> None:
    assert allowed_licences("CC-BY-4.0") == {"CC0-1.0", "CC-BY-4.0"}
    assert allowed_licences("cc by 4.0") == allowed_licences("attribution") == allowed_licences("CC-BY-4.0")
    assert allowed_licences("commercial") == {"CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0"}
    assert allowed_licences("public-domain") == {"CC0-1.0"}
    assert allowed_licences("any") == set(LICENCES)
    assert allowed_licences("only-CC-BY-NC-4.0") == allowed_licences("only cc by nc 4.0") == {"CC-BY-NC-4.0"}
    with pytest.raises(BadArgument, match="or only- and an id"):
        allowed_licences("only-commercial")
    with pytest.raises(BadArgument) as caught:
        allowed_licences("CC-BY-5.0")
    assert "CC-BY-4.0" in caught.value.detail["nearest"]
    assert strictest({"CC-BY-4.0", "CC-BY-NC-4.0", "CC0-1.0"}) == "CC-BY-NC-4.0"
    assert strictest({"CC-BY-4.0", "proprietary"}) == "proprietary"
    assert strictest(set()) == ""


@pytest.mark.parametrize("licence", ["CC0-1.0", "CC-BY-4.0", "CC-BY-NC-4.0", "proprietary"])
def test_licence_filter(licence: str, firm: FactsFolder, opened: Callable[[FactsFolder], Dataset]) -> None:
    firm.batch["licence"] = licence
    firm.plain("acme", "ticker", "A")
    dataset = opened(firm)
    for wanted in LICENCES:
        found = dataset.as_of(day("2026-01-01"), None, wanted)
        free = licence in LICENCES and LICENCES.index(licence) <= LICENCES.index(wanted)
        assert (len(found.statements), found.left_out["licence"]) == ((1, 0) if free else (0, 1))
    with pytest.raises(BadArgument):
        dataset.as_of(None, None, "CC-BY-5.0")
