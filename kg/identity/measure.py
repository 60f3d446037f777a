"""How good the links are, measured on pairs that persons labelled.

Precision: of the labelled pairs that were linked, how many are one thing. Recall: of the labelled pairs that are one thing, how many
were linked. Two records linked through a third count as linked: in every answer they are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import FactsRefused
from kg.facts.mistakes import Mistakes
from kg.facts.rows import read_rows
from kg.identity.decisions import DIFFERENT, SAME
from kg.identity.links import LinkResult
from kg.terms import BASE

__all__ = ["Figures", "Pair", "measure", "read_pairs", "table"]


@dataclass(frozen=True, slots=True)
class Pair:
    """A labelled pair: the ids (`class/slug`) of a record and an entity, whether they are one thing, and why; `group` says which data
    sets it is of."""

    record: str
    entity: str
    same: bool
    why: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a measurement found.

    Attributes
    ----------
    found, missed : pairs of one thing that were linked; that were not.
    false, kept_apart : pairs of two things that were linked all the same; that were not.
    asked : of the missed, how many a person is asked about.
    """

    found: tuple[Pair, ...]
    missed: tuple[Pair, ...]
    false: tuple[Pair, ...]
    kept_apart: tuple[Pair, ...]
    asked: int = 0

    @property
    def precision(self) -> float:
        """The share of linked pairs that are right; 1 where nothing was linked."""
        linked = len(self.found) + len(self.false)
        return len(self.found) / linked if linked else 1.0

    @property
    def recall(self) -> float:
        """The share of true pairs that were linked; 1 where there are none."""
        true = len(self.found) + len(self.missed)
        return len(self.found) / true if true else 1.0

    def of(self, group: str) -> Figures:
        """The figures of one group."""
        found, missed, false, kept = (
            tuple(p for p in each if p.group == group)
            for each in (self.found, self.missed, self.false, self.kept_apart)
        )
        return Figures(found, missed, false, kept)


def read_pairs(path: Path) -> tuple[Pair, ...]:
    """The labelled pairs of a CSV file (`record,entity,label,why,group`).

    Raises
    ------
    FactsRefused
        With every mistake: a label that is none, a pair that stands twice.
    """
    mistakes, found, columns = Mistakes(), dict[frozenset[str], Pair](), ("record", "entity", "label", "why", "group")
    for row in read_rows(path, path.name, columns, columns, mistakes):
        key = frozenset((row["record"], row["entity"]))
        if row["label"] not in (SAME, DIFFERENT):
            mistakes.add(path.name, row.line, "label", f"{row['label']!r} is no label", "same or different")
        if key in found:
            mistakes.add(path.name, row.line, "", "this pair stands twice", "each pair once")
        found[key] = Pair(row["record"], row["entity"], row["label"] == SAME, row["why"], row["group"])
    if mistakes:
        raise FactsRefused(mistakes.sorted())
    return tuple(found.values())


def measure(pairs: Iterable[Pair], result: LinkResult) -> Figures:
    """Hold links against labelled pairs."""
    above: dict[str, str] = {}
    for link in result.links:
        record, entity = (link.text(end).removeprefix(f"{BASE}id/") for end in ("record", "identifiedWith"))
        above[record] = entity
    asked = {frozenset((row.record, row.identified_with)) for row in result.review}
    sorted_out: dict[tuple[bool, bool], list[Pair]] = {}
    for pair in pairs:
        linked = _root(pair.record, above) == _root(pair.entity, above)
        sorted_out.setdefault((pair.same, linked), []).append(pair)
    missed = sorted_out.get((True, False), [])
    return Figures(
        tuple(sorted_out.get((True, True), [])),
        tuple(missed),
        tuple(sorted_out.get((False, True), [])),
        tuple(sorted_out.get((False, False), [])),
        sum(frozenset((p.record, p.entity)) in asked for p in missed),
    )


def table(figures: Figures) -> Sequence[str]:
    """The figures as lines of a Markdown table, for the docs: one row a group, and one of all."""
    groups = sorted(
        {p.group for each in (figures.found, figures.missed, figures.false, figures.kept_apart) for p in each}
    )
    lines = [
        "| pairs of | one thing | linked | two things | linked all the same | precision | recall |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    rows = [*((group or "others", figures.of(group)) for group in groups), ("all", figures)]
    for name, each in rows:
        one, two = len(each.found) + len(each.missed), len(each.false) + len(each.kept_apart)
        lines.append(
            f"| {name} | {one} | {len(each.found)} | {two} | {len(each.false)} | {each.precision:.3f} | {each.recall:.3f} |"
        )
    return lines


def _root(id_: str, above: dict[str, str]) -> str:
    while id_ in above:
        id_ = above[id_]
    return id_
