"""Holdings: what one release holds, in memory, and what follows from it for every snapshot.

Owns the look-ups that do not depend on a date. Must not know snapshots.
"""

from __future__ import annotations

import datetime as dt
from functools import cached_property

from kg.facts.dates import earliest, latest
from kg.facts.index import EntityIndex
from kg.facts.model import Facts
from kg.schema import Schema
from kg.store.release import Release

__all__ = ["Holdings"]


class Holdings:
    """A release's schema and facts, with the index of its entities; nothing of it changes."""

    def __init__(self, release: Release, schema: Schema, facts: Facts) -> None:
        self.release, self.schema, self.facts = release, schema, facts
        self.index = EntityIndex(schema, facts.entities.values())

    @cached_property
    def valid_breaks(self) -> list[dt.date]:
        """Days on which what is valid changes."""
        texts = {
            t
            for s in self.facts.statements.values()
            for t in (s.valid_from, s.valid_until, s.text("period"), s.text("eventDate"))
        }
        texts.update(e.date for e in self.facts.ends)
        days = {d for t in texts if t for d in (earliest(t), latest(t)) if d}
        return sorted(days | {d + dt.timedelta(days=1) for d in days if d < dt.date.max})

    @cached_property
    def known_breaks(self) -> list[dt.date]:
        """Days on which what is known changes."""
        found = {s.known for s in self.facts.statements.values()} | {e.known for e in self.facts.ends}
        found |= {c.known for c in self.facts.corrections}
        found |= {latest(s.published) for s in self.facts.sources.values() if s.published}
        found |= {self.facts.batches[name].recorded for name in self.facts.foreign}
        return sorted(d for d in found if d)

    @cached_property
    def first_dated(self) -> dt.date | None:
        """The earliest day any statement's period or event begins; before it a question is answered with a notice."""
        starts = [
            earliest(t)
            for s in self.facts.statements.values()
            for t in (s.valid_from, s.text("eventDate"), s.text("period"))
            if t
        ]
        return min((d for d in starts if d), default=None)

    @cached_property
    def rows_known(self) -> dict[str, dt.date]:
        """By source, the day from which one of its statements was known."""
        found: dict[str, dt.date] = {}
        for statement in self.facts.statements.values():
            if statement.source and statement.known:
                found[statement.source] = min(statement.known, found.get(statement.source, statement.known))
        return found

    @cached_property
    def first_known(self) -> dt.date | None:
        """The earliest day on which any statement was known."""
        return min((s.known for s in self.facts.statements.values() if s.known), default=None)
