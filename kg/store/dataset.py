"""A dataset: one release in memory, ready to answer for any pair of dates.

Owns the cache of snapshots and the breakpoints that make most days the same snapshot. Must not know surfaces.
"""

from __future__ import annotations

import bisect
import datetime as dt
import threading
from collections import OrderedDict
from dataclasses import replace

from kg.facts.model import Facts
from kg.schema import Schema
from kg.store.holdings import Holdings
from kg.store.licences import allowed_licences
from kg.store.materialise import to_rdflib_dataset
from kg.store.release import Release
from kg.store.snapshot import Snapshot, SnapshotKey, take_snapshot

__all__ = ["Dataset"]


class Dataset(Holdings):
    """A release and the snapshots taken of it. Thread-safe; nothing of it changes but the cache.

    Parameters
    ----------
    release : the release the facts were read from.
    schema, facts : as `Release.load` answers them.
    snapshots : how many snapshots stay in memory.
    """

    def __init__(self, release: Release, schema: Schema, facts: Facts, snapshots: int = 8) -> None:
        super().__init__(release, schema, facts)
        self._kept: OrderedDict[SnapshotKey, Snapshot] = OrderedDict()
        self._limit = max(1, snapshots)
        self._lock = threading.Lock()

    @classmethod
    def open(cls, release: Release, snapshots: int = 8) -> Dataset:
        """Load a release."""
        schema, facts = release.load()
        return cls(release, schema, facts, snapshots)

    def as_of(
        self,
        as_of: dt.date | None = None,
        known_on: dt.date | None = None,
        data_licence: str | None = None,
        verified_only: bool = False,
    ) -> Snapshot:
        """What was valid on `as_of` as far as it was known on `known_on`.

        Parameters
        ----------
        as_of, known_on : days; today (UTC) where left out.
        data_licence : keeps only what may be used under this licence (SPDX id, or `commercial`).
        verified_only : leaves unverified statements out.

        Raises
        ------
        BadArgument
            A licence the project does not know.
        """
        today = dt.datetime.now(dt.UTC).date()
        asked = SnapshotKey(as_of or today, known_on or today, data_licence or None, verified_only)
        if data_licence:
            allowed_licences(data_licence)
        moved = replace(
            asked, as_of=_floor(self.valid_breaks, asked.as_of), known_on=_floor(self.known_breaks, asked.known_on)
        )
        with self._lock:
            found = self._kept.get(moved)
            if found is not None:
                self._kept.move_to_end(moved)
        if found is None:
            found = take_snapshot(self, moved, self._other, to_rdflib_dataset)
            with self._lock:
                found = self._kept.setdefault(moved, found)
                while len(self._kept) > self._limit:
                    self._kept.popitem(last=False)
        return found.asked_for(asked)

    def _other(self, key: SnapshotKey) -> Snapshot:
        return self.as_of(key.as_of, key.known_on, key.data_licence, key.verified_only)


def _floor(breaks: list[dt.date], day: dt.date) -> dt.date:
    """The last breakpoint not after the day; the day before all of them stands for every earlier day."""
    position = bisect.bisect_right(breaks, day)
    if position:
        return breaks[position - 1]
    return breaks[0] - dt.timedelta(days=1) if breaks and breaks[0] > dt.date.min else dt.date.min
