"""The table for people and the JSON for programs."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.measure import Measurement

__all__ = ["Growth", "environment", "print_growth", "print_run", "print_table", "write_json"]

_PACKAGES = ("networkx", "rdflib", "pyoxigraph", "strawberry-graphql", "graphql-core", "fastapi", "numpy")


@dataclass(frozen=True, slots=True)
class Growth:
    """What walking an importer's records took on the files as they are and on the enlarged ones.

    Both have `bytes` of the files, `rows`, `statements`, `refused`, `seconds` of the processor, and in kB the size of the process
    `before` the walk and its `peak`.
    """

    name: str
    plain: dict[str, float]
    large: dict[str, float]

    @property
    def kept_a_row(self) -> float:
        """Bytes by which the peak grows with each further row."""
        return (self.large["peak"] - self.plain["peak"]) * 1024 / (self.large["rows"] - self.plain["rows"])


def environment(packages: Sequence[str] = _PACKAGES) -> dict[str, Any]:
    """Where the run took place, with the versions of some packages that are installed."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "cores": cores,
        "load_before": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "packages": {name: number for name in packages if (number := _version(name))},
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


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


def print_growth(console: Console, found: Sequence[Growth]) -> None:
    """One row an importer: speed and memory on the files as they are, and on the enlarged ones."""
    table = Table(title="Importers: records walked and dropped, in a fresh process", title_justify="left")
    table.add_column("importer")
    half = ("files", "rows/s", "statements/s", "peak")
    for name in (*half, *half, "files ×", "memory ×", "kept a row"):
        table.add_column(name, justify="right", overflow="fold")
    for each in found:
        plain, large = each.plain, each.large
        table.add_row(
            each.name,
            *_walk(plain),
            *_walk(large),
            *(_number(large[name] / plain[name]) for name in ("bytes", "peak")),
            f"{max(0, each.kept_a_row):.0f} B",
        )
    console.print(table)
    if found:
        bare = max(each.plain["before"] for each in found) / 1024
        console.print(
            f"Seconds of the processor. A peak includes {_number(bare)} MB for interpreter, imports and ontology. Rows of rdf are triples."
        )


def _walk(walk: dict[str, float]) -> tuple[str, str, str, str]:
    rows, statements = (f"{walk[name] / walk['seconds']:,.0f}" for name in ("rows", "statements"))
    return f"{_number(walk['bytes'] / 1e6)} MB", rows, statements, f"{_number(walk['peak'] / 1024)} MB"


def print_run(console: Console, where: dict[str, Any], repeat: int, seconds: float, told: Sequence[str] = ()) -> None:
    """Where and how long, and what was not measured on real files."""
    packages = ", ".join(f"{name} {number}" for name, number in where["packages"].items())
    console.print(
        f"Python {where['python']}, {where['platform']}, {where['cores']} cores, load {where['load_before']}; {packages}"
    )
    console.print(f"{repeat} round{'s' if repeat > 1 else ''}, {seconds:.0f} s")
    for line in told:
        console.print(line)


def _number(value: float) -> str:
    """Three significant digits, without an exponent."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value >= 1 else f"{value:.2g}"


def write_json(
    path: Path,
    environment: dict[str, Any],
    repeat: int,
    seconds: float,
    found: Sequence[Measurement],
    growth: Sequence[Growth] = (),
) -> None:
    """Everything measured, for comparison between runs."""
    body = {
        "environment": environment,
        "repeat": repeat,
        "seconds": round(seconds, 1),
        "measurements": [asdict(m) for m in found],
        "growth": [asdict(g) for g in growth],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
