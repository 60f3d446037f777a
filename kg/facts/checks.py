"""Checks that need more than one row.

Owns what a single row cannot show: shares of one item that pass 100 percent. Must not read files.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from kg.facts.mistakes import Mistakes
from kg.facts.model import Statement
from kg.schema import Schema

__all__ = ["check_statements"]

_ROUNDING = 1.0
"""Percentage points by which a sum of rounded shares may pass 100."""


def check_statements(
    schema: Schema, statements: Iterable[Statement], places: Mapping[str, tuple[str, int]], mistakes: Mistakes
) -> None:
    """Shares that one source states of one item, period and basis are parts of one whole: they sum to at most 100."""
    sums: dict[tuple[str, ...], list[Statement]] = defaultdict(list)
    for statement in statements:
        if not statement.class_name or not statement.text("share"):
            continue
        rule = schema.classes[statement.class_name].edge
        tail = rule.tail if rule else schema.classes[statement.class_name].ends[0]
        keys = [
            f"{name}={statement.text(name)}"
            for name in schema.classes[statement.class_name].keys
            if name != "siteCountry"
        ]
        group = (statement.class_name, statement.text(tail), statement.source or statement.to_check_in, *keys)
        sums[group].append(statement)
    for rows in sums.values():
        total = sum(float(s.text("share")) for s in rows)
        if total > 100 + _ROUNDING:
            last = max(rows, key=lambda s: places[s.iri])
            file, line = places[last.iri]
            others = ", ".join(f"{places[s.iri][0]}:{places[s.iri][1]}" for s in rows if s is not last)
            mistakes.add(
                file,
                line,
                "share",
                f"with {others} the shares sum to {total:g} percent",
                "at most 100 for one item, source, period and basis",
            )
