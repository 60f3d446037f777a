"""A batch read whole, for tests to look at."""

from __future__ import annotations

from kg.facts.model import Entity, Source, Statement
from kg.importers.records import Passed, Reading, Record, Refused

__all__ = ["Batch"]


class Batch:
    """A batch read whole, with its records by kind."""

    def __init__(self, reading: Reading) -> None:
        self.batch = reading.batch
        self.records: list[Record] = list(reading.records)
        self.sources = [r for r in self.records if isinstance(r, Source)]
        self.entities = {r.iri: r for r in self.records if isinstance(r, Entity)}
        self.statements = [r for r in self.records if isinstance(r, Statement)]
        self.refused = [r for r in self.records if isinstance(r, Refused)]
        self.passed = [r for r in self.records if isinstance(r, Passed)]

    def of(self, name: str) -> list[Statement]:
        """Statements of a relation class, or plain ones of a property."""
        return [s for s in self.statements if name in (s.class_name, s.property.rpartition("#")[2])]

    def label(self, iri: object) -> str:
        """The label of an entity."""
        return self.entities[str(iri)].label
