"""Lines of the network benchmark, what they are held against, and their tables.

Owns the requirements and their arithmetic. Must not know how anything is measured.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.sides import NETWORK_SIDES, OURS

__all__ = ["REQUIREMENTS", "Line", "Requirement", "print_lines", "verdicts", "write_lines", "write_markdown"]

_NATIVE = ("igraph", "rustworkx", "scipy")


@dataclass(frozen=True, slots=True)
class Line:
    """One question at one size.

    Attributes
    ----------
    name, nodes, note : the question, the size, what the answer was.
    unit : of the values.
    values : by side; None where there is none.
    states : by side, how many samples, or why there is no value: `-` for a library without such a function, `not finished in 60 s` …
    """

    name: str
    nodes: int
    note: str
    unit: str
    values: Mapping[str, float | None]
    states: Mapping[str, str]

    def ratio(self, side: str) -> float | None:
        """Instead / project."""
        ours, theirs = self.values.get(OURS), self.values.get(side)
        return theirs / ours if ours and theirs is not None else None

    def at_least(self, side: str) -> float | None:
        """A bound of the ratio where the side did not finish."""
        ours, state = self.values.get(OURS), self.states.get(side, "")
        if not ours or self.unit != "ms" or not state.startswith("not finished in "):
            return None
        return float(state.split()[3]) * 1000 / ours


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a line is held against.

    Attributes
    ----------
    name, nodes : of the lines: how the name begins, and the size; 0 for all sizes.
    kind : `faster` than a side by the bound; `near` the fastest native library, at most the bound times as long; `most` of the value itself.
    bound, side : see `kind`.
    """

    name: str
    nodes: int
    kind: str
    bound: float
    side: str = "networkx"

    @property
    def text(self) -> str:
        """For the table."""
        if self.kind == "faster":
            return f"≥ {self.bound:,.0f} × {self.side}"
        if self.kind == "near":
            return f"≤ {self.bound:g} × {'the fastest native' if self.side == 'networkx' else self.side}"
        return f"≤ {self.bound:g}"


REQUIREMENTS = (
    Requirement("everything upstream", 1_000_000, "faster", 30),
    Requirement("everything upstream", 1_000_000, "near", 1.3),
    Requirement("10 shortest simple paths (chip to a company", 1_000_000, "faster", 9),
    Requirement("all simple paths of at most 4 hops (chip to a company", 100_000, "faster", 1_000),
    Requirement("minimum vertex cut", 100_000, "faster", 1_000),
    Requirement("dominators", 1_000_000, "faster", 15),
    Requirement("remove the largest country", 100_000, "faster", 80),
    Requirement("all single removals beside one", 1_000_000, "most", 40),
    Requirement("bytes an edge", 0, "most", 16),
    Requirement("first query after a start", 1_000_000, "near", 3.0, "the plain version"),
)
"""What the project's engine is asked for."""


def verdicts(line: Line) -> list[tuple[str, str]]:
    """Each requirement of a line, and `reached`, `not reached` or `open` (the other side gave no figure to compare with)."""
    found = []
    for need in REQUIREMENTS:
        if line.name.startswith(need.name) and need.nodes in (0, line.nodes):
            met = _met(line, need)
            found.append((need.text, "open" if met is None else "reached" if met else "not reached"))
    return found


def _met(line: Line, need: Requirement) -> bool | None:
    ours = line.values.get(OURS)
    if ours is None:
        return False
    if need.kind == "most":
        return ours <= need.bound
    if need.kind == "near":
        others = [
            v for s in (_NATIVE if need.side == "networkx" else (need.side,)) if (v := line.values.get(s)) is not None
        ]
        return ours <= need.bound * min(others) if others else None
    ratio, least = line.ratio(need.side), line.at_least(need.side)
    if ratio is not None:
        return ratio >= need.bound
    return True if least is not None and least >= need.bound else None


def _number(value: float) -> str:
    """Three significant digits, without an exponent."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _cell(line: Line, side: str) -> str:
    """A side's figure and its ratio, or why there is none."""
    value = line.values.get(side)
    if value is None:
        state, least = line.states.get(side, "-"), line.at_least(side)
        return f"{state} (> {_number(least)} ×)" if least else state
    ratio = line.ratio(side)
    return f"{_number(value)} ({_number(ratio)} ×)" if ratio is not None and side != OURS else _number(value)


def _rows(found: Sequence[Line]) -> list[list[str]]:
    rows = []
    for line in sorted(found, key=lambda each: [x.name for x in found].index(each.name)):
        held = "; ".join(f"{text}: {met}" for text, met in verdicts(line))
        sides = [_cell(line, side) for side in NETWORK_SIDES]
        if "the plain version" in line.values:
            sides[1:] = [f"plain version: {_cell(line, 'the plain version')}", *[""] * (len(sides) - 2)]
        rows.append([line.name, f"{line.nodes:,}", line.unit, *sides, held, line.note])
    return rows


_HEADS = ("question", "nodes", "unit", *NETWORK_SIDES, "held against", "answer")


def print_lines(console: Console, found: Sequence[Line], where: Mapping[str, Any], seconds: float) -> None:
    """The table for people."""
    table = Table(
        title="The network beside what one would pick instead (ratio = instead / project)", title_justify="left"
    )
    for head in _HEADS:
        table.add_column(head, overflow="fold", justify="right" if head in NETWORK_SIDES else "left")
    before = ""
    for row in _rows(found):
        if row[0] != before:
            table.add_section()
        table.add_row(row[0] if row[0] != before else "", *row[1:])
        before = row[0]
    console.print(table)
    console.print(_where(where, seconds))


def _where(where: Mapping[str, Any], seconds: float) -> str:
    packages = ", ".join(f"{name} {number}" for name, number in where["packages"].items())
    load = f"{where['cores']} cores, load {where['load_before']} before"
    return f"Python {where['python']}, {where['platform']}, {load}; {packages}; {seconds:.0f} s"


def write_markdown(path: Path, found: Sequence[Line], where: Mapping[str, Any], seconds: float) -> None:
    """The table for a page."""
    lines = ["| " + " | ".join(_HEADS) + " |", "|---|--:|---|" + "--:|" * len(NETWORK_SIDES) + "---|---|"]
    lines += ["| " + " | ".join(row) + " |" for row in _rows(found)]
    path.write_text("\n".join([*lines, "", _where(where, seconds), ""]), encoding="utf-8")


def write_lines(path: Path, found: Sequence[Line], where: Mapping[str, Any], seconds: float) -> None:
    """Everything measured, for programs."""
    lines = [{**asdict(line), "held": verdicts(line)} for line in found]
    body = {"environment": dict(where), "seconds": round(seconds, 1), "lines": lines}
    path.write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
