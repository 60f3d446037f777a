"""The table for people and the JSON for programs."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.measure import Measurement

__all__ = ["environment", "print_table", "write_json"]

_PACKAGES = ("networkx", "rdflib", "pyoxigraph", "strawberry-graphql", "graphql-core", "fastapi", "numpy")


def environment() -> dict[str, Any]:
    """Where the run took place."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "cores": cores,
        "load_before": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "packages": {name: version(name) for name in _PACKAGES},
    }


def print_table(console: Console, found: Sequence[Measurement]) -> None:
    """One row a comparison; a ratio below 1 (the project is slower or larger) is marked."""
    table = Table(title="The project beside what one would pick instead", title_justify="left")
    for name, justify in (
        ("measurement", "left"),
        ("project", "left"),
        ("", "right"),
        ("instead", "left"),
        ("", "right"),
        ("ratio", "right"),
    ):
        table.add_column(name, justify=justify, overflow="fold")  # type: ignore[arg-type]
    before = ("", "")
    for m in found:
        if before[0] and before[0] != m.name:
            table.add_section()
        title = f"{m.name}\n[dim]{m.note}[/dim]" if m.name != before[0] and m.note else m.name
        first = m.name != before[0]
        table.add_row(
            title if first else "",
            m.ours if (m.name, m.ours) != before else "",
            f"{_number(m.ours_value)} {m.unit}" if (m.name, m.ours) != before else "",
            m.other,
            f"{_number(m.other_value)} {m.unit}",
            f"[red]{_number(m.ratio)}[/red]" if m.ratio < 1 else _number(m.ratio),
        )
        before = (m.name, m.ours)
    console.print(table)
    console.print(
        "ratio = instead / project, median over rounds; above 1 the project is faster (smaller), red below 1."
    )


def _number(value: float) -> str:
    """Three significant digits, without an exponent."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value >= 1 else f"{value:.2g}"


def write_json(
    path: Path, environment: dict[str, Any], repeat: int, seconds: float, found: Sequence[Measurement]
) -> None:
    """Everything measured, for comparison between runs."""
    body = {
        "environment": environment,
        "repeat": repeat,
        "seconds": round(seconds, 1),
        "measurements": [asdict(m) for m in found],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
