"""Worlds for coverage and disagreements, and what their rows mean.

The oracle works on the rows a world is made of, never on what the package made of them: numbers are compared as numbers, a
fact is what its cells say, a date is looked up in a table. Where two readings are possible a world is judged only as far as
both agree; a case by hand then has the one that holds.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from kg.facts.model import Batch, Facts
from kg.facts.reader import read_facts
from kg.schema import Schema
from kg.store.dataset import Dataset
from tests.helpers import FactsFolder, iri_of

Opened = Callable[[FactsFolder], Dataset]
D = dt.date
TODAY = {"asOf": "2026-11-24", "knownOn": "2026-11-24"}
PUBLISHED = {"s1": "2021", "s2": "2023-06", "s3": "2025-03-04", "s4": ""}
LAST = {"2021": D(2021, 12, 31), "2023-06": D(2023, 6, 30), "2025-03-04": D(2025, 3, 4)}
LAST |= {"2023": D(2023, 12, 31), "2024": D(2024, 12, 31)}
"""Last possible day of the dates a world uses."""

CLASS_OF = {
    **dict.fromkeys(("chip-a", "chip-b"), "Chip"),
    **dict.fromkeys(("part-a", "part-b"), "Component"),
    **dict.fromkeys(("acme", "bolt"), "Company"),
    **dict.fromkeys(("CHN", "NLD"), "Country"),
}
CLAIMS = ("k0", "k1", "k2", "k3")
ENDS = {"Provision": ("item", "provider"), "Design": ("item", "designer"), "Requirement": ("item", "requires")}
ONE_AT_A_TIME = ("dieArea", "memoryCapacity", "memoryType", "headquarteredIn")
LICENCES = {"test": "CC-BY-4.0", "other": "CC-BY-NC-4.0"}


def value(text: str) -> str | float:
    """A cell's value: numbers in differing spelling are equal."""
    return float(text) if re.fullmatch(r"[0-9.]+", text) else text


@dataclass(frozen=True)
class Row:
    n: int
    file: str
    cells: tuple[tuple[str, str], ...]
    status: str
    cites: str
    """The source's id; the document to check it in where the status is unverified."""
    ended: bool
    batch: str

    def __getitem__(self, name: str) -> str:
        return dict(self.cells).get(name, "")

    @property
    def origin(self) -> str:
        return f"world:{self.n}"

    @property
    def source(self) -> str:
        return "" if self.status == "unverified" else self.cites

    @property
    def published(self) -> str:
        return PUBLISHED.get(self.source, "")

    @property
    def names(self) -> set[str]:
        return {v for k, v in self.cells if (v in CLASS_OF or v in CLAIMS) and k != "label"}

    def facts_of(self, entity: str) -> list[tuple[Any, ...]]:
        """(kind, what it says) of an entity, none where the row says nothing of it."""
        if self.file == "facts":
            return [(self["property"], value(self["object"]))] * (self["subject"] == entity)
        if self.file == "Claim":
            return [("Claim.about", self["id"])] if self["about"] == entity else []
        ends = ENDS[self.file]
        return [(f"{self.file}.{end}", *(self[e] for e in ends)) for end in ends if self[end] == entity][:1]


@dataclass(frozen=True)
class Fact:
    """What is said once: its rows, and whether it is single, old, weak (None where readings differ)."""

    kind: str
    rows: tuple[Row, ...]

    @property
    def single(self) -> bool | None:
        sources, documents = {r.source for r in self.rows} - {""}, {r.cites for r in self.rows}
        return len(documents) == 1 if (len(sources) <= 1) == (len(documents) == 1) else None

    def older(self, day: dt.date | None) -> bool | None:
        if day is None:
            return False
        dated = [LAST[r.published] for r in self.rows if r.published]
        dated += [LAST[r["period"]] for r in self.rows if r["period"]]
        old = bool(dated) and all(d < day for d in dated)
        return None if old and any(r.source and not r.published for r in self.rows) else old

    @property
    def unverified(self) -> bool:
        return all(r.status == "unverified" for r in self.rows)


@dataclass(frozen=True)
class Question:
    licence: str | None
    verified_only: bool
    older_than: dt.date | None = None

    @property
    def raw(self) -> dict[str, Any]:
        return {**TODAY, "dataLicence": self.licence or "", "verifiedOnly": self.verified_only}


@dataclass
class World:
    rows: list[Row]

    def __post_init__(self) -> None:
        self.iris: dict[int, str] = {}

    def allowed(self, row: Row, q: Question) -> bool:
        return q.licence != "CC-BY-4.0" or row.batch == "test"

    def valid(self, q: Question) -> list[Row]:
        return [
            r
            for r in self.rows
            if not r.ended and self.allowed(r, q) and not (q.verified_only and r.status == "unverified")
        ]

    def visible(self, entity: str, q: Question) -> bool:
        if entity in CLAIMS:
            return any(r.file == "Claim" and r["id"] == entity for r in self.valid(q))
        naming = [r for r in self.rows if entity in r.names]
        return not naming or any(self.allowed(r, q) for r in naming)

    def facts_of(self, entity: str, q: Question) -> list[Fact]:
        found = defaultdict(list)
        for row in self.valid(q):
            for key in row.facts_of(entity):
                found[key].append(row)
        return [Fact(key[0], tuple(rows)) for key, rows in found.items()]

    def shares(self, item: str, q: Question) -> dict[str, list[tuple[Any, ...]]]:
        """By provider, the shares that count of an item, the one to show first."""
        rows = [r for r in self.valid(q) if r.file == "Provision" and r["item"] == item]
        found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for row in rows:
            same = [r["period"] for r in rows if r["period"] and r.cites == row.cites]
            if row["share"] and (not row["period"] or row["period"] == max(same)):
                order = (-int(row["period"] or 0), row.status != "verified", self.iris[row.n])
                found[row["provider"]].append((*order, float(row["share"])))
        return {provider: sorted(each) for provider, each in found.items()}

    def suppliers(self, item: str, q: Question) -> set[str]:
        """The organisations an entity depends on directly."""
        heads = {"Provision": "provider", "Design": "designer"}
        return {r[heads[r.file]] for r in self.valid(q) if r.file in heads and r["item"] == item}

    def facts(self, schema: Schema, folder: Path) -> Facts:
        small = FactsFolder(folder)
        for source, published in PUBLISHED.items():
            small.source(source, published=published)
        for slug, class_name in CLASS_OF.items():
            small.entity(class_name, slug)
        for row in self.rows:
            tail = {"status": row.status, "source": row.source, "origin": row.origin}
            if row.status == "unverified":
                tail["to_check_in"] = row.cites
            small.relation(row.file, **dict(row.cells), valid_until="2025-01-01" if row.ended else "", **tail)
        read = read_facts(small.write(), schema)
        self.iris.update({r.n: iri_of(read, r.origin) for r in self.rows})
        batch = {self.iris[r.n]: r.batch for r in self.rows}
        return dataclasses.replace(
            read,
            batches={b: Batch(b, b, licence, D(2026, 11, 24)) for b, licence in LICENCES.items()},
            statements={i: dataclasses.replace(s, batch=batch[i]) for i, s in read.statements.items()},
        )


_NUMBERS = ("100", "100.0", "0100.00", "120")
_CLAIM = {"label": "a claim", "claimed_by_text": "somebody", "claim_kind": "claimed", "text": "Somebody claims it."}


@st.composite
def worlds(draw: st.DrawFn) -> World:
    pick = lambda values: draw(st.sampled_from(values))  # noqa: E731 (a shorthand)
    rows: list[Row] = []
    taken = set()

    def add(file: str, key: tuple[Any, ...], **cells: str) -> None:
        status = pick(("verified", "verified", "unverified", "derived"))
        cites = pick(("paper A", "paper B") if status == "unverified" else tuple(PUBLISHED))
        if (file, key, cites) not in taken:
            taken.add((file, key, cites))
            more = {"derived_from": "inputs"} if status == "derived" else {}
            ended, batch = pick((False,) * 5 + (True,)), pick(("test", "test", "other"))
            rows.append(Row(len(rows), file, tuple((cells | more).items()), status, cites, ended, batch))

    def plain(subject: str, property_: str, object_: str) -> None:
        add("facts", (subject, property_, value(object_)), subject=subject, property=property_, object=object_)

    for _ in range(draw(st.integers(1, 12))):
        chip, part, firm = pick(("chip-a", "chip-a", "chip-b")), pick(("part-a", "part-b")), pick(("acme", "bolt"))
        match pick(("figure", "figure", "figure", "type", "note", "hq", "provision", "provision", "design", "needs")):
            case "figure":
                plain(chip, pick(("dieArea", "dieArea", "memoryCapacity")), pick(_NUMBERS))
            case "type":
                plain(chip, "memoryType", pick(("HBM2", "HBM3")))
            case "note":
                plain(chip, "itemNote", pick(("one", "two")))
            case "hq":
                plain(firm, "headquarteredIn", pick(("CHN", "NLD")))
            case "provision":
                period, share = pick(("", "2023", "2024")), pick(("", "10", "20", "20.0"))
                add("Provision", (part, firm, period), item=part, provider=firm, period=period, share=share)
            case "design":
                add("Design", (chip, firm), item=chip, designer=firm)
            case _:
                add("Requirement", (chip, part), item=chip, requires=part)
    claims = CLAIMS[: draw(st.integers(0, 4))]
    for slug in claims:
        metric = {"metric_property": pick(("dieArea", "dieArea", "memoryCapacity")), "value": pick((*_NUMBERS, "50"))}
        add("Claim", (slug,), id=slug, about=pick(("chip-a", "chip-b")), **metric, **_CLAIM)
    for _ in range(draw(st.integers(0, 2)) if len(claims) > 1 else 0):
        a, b = draw(st.permutations(claims))[:2]
        plain(a, "contradicts", b)
    return World(rows)


questions = st.builds(
    Question,
    st.sampled_from((None, None, "CC-BY-NC-4.0", "CC-BY-4.0")),
    st.booleans(),
    st.sampled_from((None, D(2020, 1, 1), D(2021, 12, 31), D(2022, 1, 1), D(2023, 7, 1), D(2024, 6, 1), D(2026, 1, 1))),
)
