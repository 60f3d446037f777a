"""The stores of snapshots: which stay alive, and what may be built."""

from __future__ import annotations

import datetime as dt

import pytest
from pyoxigraph import Store

from kg.sparql.dataset import SnapshotSpec
from kg.sparql.stores import SnapshotStores, TooManyBuilds


def test_many_dates_lock_nobody_out_of_today() -> None:
    """Regression: dates asked for by one client drove the current snapshot out, and the budget they used up kept it out."""
    made: list[SnapshotSpec] = []

    def make(spec: SnapshotSpec) -> Store:
        made.append(spec)
        return Store()

    stores = SnapshotStores(make, snapshots=2, builds_per_minute=3, clock=lambda: 0.0)
    stores.warm()
    current = made[0]
    for day in (1, 2, 3):
        stores.snapshot(SnapshotSpec(as_of=dt.date(2020, 1, day)))
    with pytest.raises(TooManyBuilds):
        stores.snapshot(SnapshotSpec(as_of=dt.date(2020, 1, 4)))
    stores.snapshot(current)
    assert made.count(current) == 1
    assert len(made) == 4
