"""Small supply networks for exposure and common suppliers, and what their rows mean.

The oracles work on the rows: hops are the rows' ends, ways are found by walking every one of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

from kg.facts.model import Facts
from kg.facts.reader import read_facts
from kg.schema import Schema
from tests.helpers import FactsFolder

CLASS_OF = {
    **dict.fromkeys(("chip-a", "chip-b"), "Chip"),
    **dict.fromkeys(("part-a", "part-b"), "Component"),
    **dict.fromkeys(("acme", "bolt", "cask", "dune"), "Company"),
    "various": "OrganisationGroup",
    **dict.fromkeys(("CHN", "NLD"), "Country"),
}
ITEMS = ("chip-a", "chip-b", "part-a", "part-b")
FIRMS = ("acme", "bolt", "cask", "dune")
ORGANISATIONS = (*FIRMS, "various")
COUNTRIES = ("CHN", "NLD")

KINDS = {
    "Requirement": ("item", "requires", ITEMS, ITEMS),
    "Variant": ("item", "variant", ("part-a",), ("part-b",)),
    "Provision": ("item", "provider", ("part-a", "part-b"), ORGANISATIONS),
    "Supply": ("customer", "supplier", ORGANISATIONS, ORGANISATIONS),
    "CountryShare": ("item", "country", ("part-a", "part-b"), COUNTRIES),
    "Design": ("item", "designer", ("chip-a", "chip-b"), FIRMS),
    "Fabrication": ("item", "fabricator", ("chip-a", "chip-b"), FIRMS),
    "Ownership": ("owned", "owner", FIRMS, FIRMS),
    "headquarteredIn": ("subject", "object", ORGANISATIONS, COUNTRIES),
}
"""Ends of each relation, and what may stand at them."""


@dataclass(frozen=True)
class Row:
    relation: str
    tail: str
    head: str
    die: str = ""
    share: str = ""

    @property
    def role(self) -> tuple[str, str] | None:
        """What the head does for the tail."""
        return (self.relation, self.die) if self.relation in ("Provision", "Design", "Fabrication") else None


@st.composite
def worlds(draw: st.DrawFn) -> list[Row]:
    pick = lambda values: draw(st.sampled_from(values))  # noqa: E731 (a shorthand)
    rows: dict[tuple[str, ...], Row] = {}
    for _ in range(draw(st.integers(0, 14))):
        relation = pick((*KINDS, "Requirement", "Provision", "Supply"))
        _, _, tails, heads = KINDS[relation]
        tail, head = pick(tails), pick(heads)
        if tail == head:
            continue
        die = pick(("", "compute", "io")) if relation == "Fabrication" else ""
        share = pick(("", "0", "10", "12.5")) if relation in ("Provision", "Supply", "CountryShare") else ""
        rows.setdefault((relation, tail, head, die), Row(relation, tail, head, die, share))
    return list(rows.values())


def facts_of(rows: list[Row], schema: Schema, folder: Path) -> Facts:
    small = FactsFolder(folder)
    for slug, class_name in CLASS_OF.items():
        small.entity(class_name, slug)
    for row in rows:
        tail_end, head_end, _, _ = KINDS[row.relation]
        if row.relation == "headquarteredIn":
            small.plain(row.tail, row.relation, row.head)
            continue
        cells = {tail_end: row.tail, head_end: row.head}
        cells |= {"die": row.die} if row.relation == "Fabrication" else {}
        cells |= {"share": row.share} if row.share else {}
        cells |= {"supplied_item": ""} if row.relation == "Supply" else {}
        small.relation(row.relation, **cells)
    return read_facts(small.write(), schema)


def ways(rows: list[Row], starts: set[str], longest: int) -> Iterator[tuple[str, ...]]:
    """Every way without a node twice that begins at a start, of at most so many hops."""

    def walk(way: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        yield way
        if len(way) <= longest:
            for following in sorted({r.head for r in rows if r.tail == way[-1]} - set(way)):
                yield from walk((*way, following))

    for start in sorted(starts):
        yield from walk((start,))
