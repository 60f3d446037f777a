"""The difference between two releases: statements that came, went or changed.

Owns the comparison by IRI. A statement has changed when the same IRI (same subject, property, object, source, start and key
qualifiers) says something else beside: passage, end, note, status, another qualifier. Must not know surfaces.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields

from kg.facts.model import Facts, Statement

__all__ = ["DIFFERENCES", "Difference", "DifferenceLine", "difference"]

DIFFERENCES = ("came", "went", "changed")
"""What can become of a statement from one release to another."""

_FIELDS = tuple(f.name for f in fields(Statement) if f.name != "iri")


@dataclass(frozen=True, slots=True)
class DifferenceLine:
    """How many statements of a class and source came, went or changed."""

    batch: str
    source: str
    class_name: str
    came: int
    went: int
    changed: int


@dataclass(frozen=True, slots=True)
class Difference:
    """All of it: the statements by IRI, of changed ones the fields that differ, and the table by batch, source and class."""

    came: Mapping[str, Statement]
    went: Mapping[str, Statement]
    changed: Mapping[str, tuple[str, ...]]
    lines: tuple[DifferenceLine, ...]


def difference(before: Facts, after: Facts) -> Difference:
    """What came, went and changed from one release to another."""
    old, new = before.statements, after.statements
    came = {i: s for i, s in new.items() if i not in old}
    went = {i: s for i, s in old.items() if i not in new}
    changed = {i: names for i, s in new.items() if i in old and (names := _differing(old[i], s))}
    counts: Counter[tuple[tuple[str, str, str], str]] = Counter()
    for kind, statements in (("came", came), ("went", went), ("changed", {i: new[i] for i in changed})):
        counts.update(
            ((s.batch, s.source.rpartition("/")[2], s.class_name or "plain"), kind) for s in statements.values()
        )
    keys = sorted({key for key, _ in counts})
    lines = tuple(DifferenceLine(*key, *(counts[key, kind] for kind in DIFFERENCES)) for key in keys)
    return Difference(came, went, changed, lines)


def _differing(one: Statement, other: Statement) -> tuple[str, ...]:
    return tuple(name for name in _FIELDS if getattr(one, name) != getattr(other, name))
