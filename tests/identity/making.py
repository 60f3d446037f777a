"""Small facts for tests of links: a few records, where they sit, what they are called."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from typing import TypeVar

from kg.facts.model import Batch, Entity, Facts, Source, Statement, relation_iri, statement_iri
from kg.schema import Schema
from kg.terms import RDF_TYPE, Literal, Value, entity_iri

__all__ = ["World"]

DAY = dt.date(2026, 1, 1)
T = TypeVar("T")


class World:
    """Facts, filled by calls."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.entities: dict[str, Entity] = {}
        self.sources: dict[str, Source] = {}
        self.statements: dict[str, Statement] = {}

    def firm(
        self, batch: str, slug: str, label: str, *aliases: str, at: str = "", class_name: str = "Company", **plain: str
    ) -> str:
        """An organisation with its country and other plain properties; answers its id."""
        iri = self._entity(batch, class_name, slug, label, aliases)
        if at:
            self._entity("seed", "Country", at, at, ())
            self._plain(batch, iri, "headquarteredIn", entity_iri("Country", at))
        for name, text in plain.items():
            self._plain(batch, iri, name, Literal(text))
        return iri.partition("/id/")[2]

    def chip(
        self, batch: str, slug: str, label: str, *aliases: str, by: str = "", gb: float = 0, class_name: str = "Chip"
    ) -> str:
        """A chip (or another item) with its designer's name and its memory; answers its id."""
        iri = self._entity(batch, class_name, slug, label, aliases)
        if by:
            maker = self._entity(batch, "Company", f"{batch}-{by.lower().replace(' ', '-')}", by, ())
            node = {"item": (iri,), "designer": (maker,)}
            self._said(batch, relation_iri("Design", [("item", iri), ("designer", maker)]), "Design", node)
        if gb:
            self._plain(batch, iri, "memoryCapacity", Literal.decimal(str(gb)))
        return iri.partition("/id/")[2]

    def facts(self, shuffle: int | None = None) -> Facts:
        """The facts, in the order they were said or shuffled."""
        names = sorted({e.batch for e in self.entities.values()} | {"seed"})
        batches = {name: Batch(name, name, "CC-BY-4.0", DAY) for name in names}
        return Facts(
            batches, _mixed(self.sources, shuffle), _mixed(self.entities, shuffle), _mixed(self.statements, shuffle)
        )

    def series(self, batch: str, name: str) -> None:
        """Say that a batch is an issue of a series."""
        source = Source(
            f"{batch}-issue", batch, "https://example.org", "2026", series=name, supersedes_series=True, batch=batch
        )
        self.sources[source.iri] = source

    def _entity(self, batch: str, class_name: str, slug: str, label: str, aliases: Sequence[str]) -> str:
        iri = entity_iri(class_name, slug)
        self.entities.setdefault(iri, Entity(iri, class_name, slug, label, tuple(aliases), batch, f"test:{slug}"))
        return iri

    def _plain(self, batch: str, subject: str, name: str, value: Value) -> None:
        self._add(batch, subject, self.schema.properties[name].iri, value, "", {})

    def _said(self, batch: str, subject: str, class_name: str, node: dict[str, tuple[Value, ...]]) -> None:
        self._add(batch, subject, RDF_TYPE, self.schema.classes[class_name].iri, class_name, node)

    def _add(
        self,
        batch: str,
        subject: str,
        property_: str,
        value: Value,
        class_name: str,
        node: dict[str, tuple[Value, ...]],
    ) -> None:
        source = Source(f"of-{batch}", batch, "https://example.org", "2026", batch=batch)
        self.sources[source.iri] = source
        iri = statement_iri(subject, property_, value, source.iri, "", [])
        self.statements[iri] = Statement(
            iri,
            subject,
            property_,
            value,
            class_name,
            "verified",
            batch,
            source.iri,
            passage="Says so.",
            origin=("test",),
            node=node,
        )


def _mixed(things: dict[str, T], shuffle: int | None) -> dict[str, T]:
    keys = list(things)
    if shuffle is not None:
        random.Random(shuffle).shuffle(keys)
    return {key: things[key] for key in keys}
