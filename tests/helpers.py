"""What tests write small folders of facts with, and what they look at answers with."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kg.answers.json import to_json
from kg.facts.model import Facts
from kg.facts.reader import TAIL
from kg.operations import Answered, by_name, run
from kg.schema import Schema
from kg.store.dataset import Dataset
from kg.store.rdf import facts_from_quads, facts_to_quads
from kg.store.release import Release


class FactsFolder:
    """A folder of facts, filled by calls and written by `write` (the YAML files as JSON, which is YAML).

    Every statement has an origin (`test:1`, `test:2` …) and, unless it says otherwise, is verified by the source `report`
    of 2020-01-01.
    """

    def __init__(
        self, path: Path, *, batch: str = "test", licence: str = "CC-BY-4.0", recorded: str = "2026-11-24"
    ) -> None:
        self.path = path
        self.batch = {"id": batch, "title": f"Batch {batch}", "licence": licence, "recorded": recorded}
        self.sources: dict[str, dict[str, Any]] = {}
        self.tables: dict[str, list[dict[str, str]]] = {}
        self.rows = 0
        self.source("report", published="2020-01-01")

    def source(self, id_: str, **fields: Any) -> str:
        """A source; its title and address are made up."""
        self.sources[id_] = {"title": f"Title of {id_}", "url": f"https://example.org/{id_}", **fields}
        return id_

    def entity(self, class_name: str, slug: str, label: str = "", aliases: str = "") -> str:
        """An entity."""
        self._table(f"entities/{class_name}.csv").append(
            {"id": slug, "label": label or slug.replace("-", " ").title(), "aliases": aliases, "origin": f"test:{slug}"}
        )
        return slug

    def entities(self, class_name: str, *slugs: str) -> None:
        """Several entities of a class."""
        for slug in slugs:
            self.entity(class_name, slug)

    def plain(self, subject: str, property_: str, object_: str, topic: str = "topic", **tail: str) -> str:
        """A plain statement; answers its origin."""
        return self._statement(topic, {"subject": subject, "property": property_, "object": object_}, tail)

    def relation(self, class_name: str, **cells: str) -> str:
        """A row of a relation or record class; answers its origin."""
        tail = {k: cells.pop(k) for k in list(cells) if k in TAIL}
        return self._statement(class_name, cells, tail)

    def claim(self, slug: str, about: str, **cells: str) -> str:
        """A claim with all that is required of one; answers its origin."""
        given = {
            "id": slug,
            "label": f"claim {slug}",
            "about": about,
            "claimed_by_text": "somebody",
            "claim_kind": "claimed",
            "text": f"Somebody claims {slug}.",
        }
        return self.relation("Claim", **{**given, **cells})

    def end(self, statement: str, date: str, source: str = "report", **cells: str) -> None:
        """A row of ends.csv."""
        self._table("ends.csv").append({"statement": statement, "date": date, "source": source, **cells})

    def correction(self, statement: str, kind: str, source: str = "report", **cells: str) -> None:
        """A row of corrections.csv."""
        self._table("corrections.csv").append({"statement": statement, "kind": kind, "source": source, **cells})

    def write(self) -> Path:
        """Write the folder and answer its path."""
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / "batch.yaml").write_text(json.dumps(self.batch), encoding="utf-8")
        (self.path / "sources.yaml").write_text(
            json.dumps(self.sources, ensure_ascii=False, indent=1), encoding="utf-8"
        )
        for name, rows in self.tables.items():
            path = self.path / name
            path.parent.mkdir(exist_ok=True)
            header = list(dict.fromkeys(column for row in rows for column in row))
            header = [c for c in header if c not in TAIL] + [c for c in TAIL if c in header]
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, header, restval="", lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
        return self.path

    def _table(self, name: str) -> list[dict[str, str]]:
        return self.tables.setdefault(name, [])

    def _statement(self, file: str, cells: dict[str, str], tail: dict[str, str]) -> str:
        self.rows += 1
        full = {"status": "verified", "origin": f"test:{self.rows}", **tail}
        if full["status"] == "verified":
            full.setdefault("source", "report")
        elif full["status"] == "unverified":
            full.setdefault("to_check_in", "no document known")
        else:
            full.setdefault("derived_from", "test")
        full.setdefault("source", "")
        self._table(f"statements/{file}.csv").append({**cells, **full})
        return full["origin"]


def dataset_of(schema: Schema, facts: Facts, release: Release, snapshots: int = 8) -> Dataset:
    """A dataset of facts, which go through quads and back as they would in a release."""
    return Dataset(release, schema, facts_from_quads(schema, facts_to_quads(schema, facts)), snapshots)


def iri_of(facts: Facts, origin: str) -> str:
    """The IRI of the statement with an origin."""
    (found,) = [s.iri for s in facts.statements.values() if origin in s.origin]
    return found


def origins(statements: Iterable[Any]) -> set[str]:
    """The origins of statements."""
    return {o for s in statements for o in s.origin}


def ask(dataset: Dataset, operation: str, budget: int = 2_000_000, **raw: Any) -> Answered:
    """Answer an operation by its name."""
    return run(dataset, by_name(operation), raw, budget)


def text_of(answered: Answered) -> str:
    """All of an answer and its meta as JSON text."""
    return json.dumps([to_json(answered.answer), to_json(answered.meta)], ensure_ascii=False)


def day(text: str) -> dt.date:
    """`2025-01-20` as a date."""
    return dt.date.fromisoformat(text)
