"""One side alone in a fresh process, for its peak memory: a reading walked, a batch collected, all batches joined, or rdflib.

`python -m benchmarks.walk SIDE …` prints one line of JSON. A walk drops every record as it comes; its seconds are of the processor
(two such processes run at a time), the median of walks that last a second together.
"""

from __future__ import annotations

import datetime as dt
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.memory import ROOT, peak

__all__ = ["alone"]

_SECONDS, _FEWEST = 1.0, 3
_DAYS = (dt.date(2024, 1, 20), dt.date(2025, 1, 20), dt.date(2025, 9, 1))


def alone(side: str, *arguments: str) -> dict[str, float]:
    """Run a side in a process of its own; what it measured."""
    command = [sys.executable, "-m", "benchmarks.walk", side, *arguments]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _walk(name: str, path: str, edition: str) -> dict[str, float]:
    """Rows, statements and what else came out, seconds, and the peak of the first walk with the size before it."""
    from benchmarks.datasets import read
    from kg.facts.model import Statement
    from kg.importers.records import Progress, Refused
    from kg.importers.registry import IMPORTERS
    from kg.schema import load_schema
    from kg.store.opening import packaged

    schema, importer = load_schema(packaged("ontology")), IMPORTERS[name]
    before, after, took = peak(), 0, list[float]()
    while sum(took) < _SECONDS or (len(took) < _FEWEST and sum(took) < _FEWEST * _SECONDS):
        statements, refused, progress = 0, 0, Progress()
        began = time.process_time()
        for record in read(schema, importer, Path(path), edition, progress).records:
            if isinstance(record, (Statement, str)):
                statements += 1
            elif isinstance(record, Refused):
                refused += 1
        took.append(time.process_time() - began)
        after = after or peak()
    return {
        "rows": progress.rows,
        "statements": statements,
        "refused": refused,
        "seconds": statistics.median(took),
        "before": before,
        "peak": after,
    }


def _collect(name: str, path: str, edition: str) -> dict[str, float]:
    from benchmarks.datasets import read
    from kg.importers.collecting import collect
    from kg.importers.records import Progress
    from kg.importers.registry import IMPORTERS
    from kg.schema import load_schema
    from kg.store.opening import packaged

    progress = Progress()
    kept = collect(read(load_schema(packaged("ontology")), IMPORTERS[name], Path(path), edition, progress), progress)
    return {"peak": peak(), "statements": len(kept[0].statements)}


def _rdflib(path: str) -> dict[str, float]:
    import rdflib

    began = time.perf_counter()
    kept = rdflib.Dataset()
    kept.parse(path, format="nquads")
    took = time.perf_counter() - began
    highest = peak()
    return {"peak": highest, "seconds": took, "quads": sum(1 for _ in kept.quads())}


def _open(folder: str) -> dict[str, float]:
    """Seconds until the first snapshot stands, and of one on another date (the median of three)."""
    from kg.store.dataset import Dataset
    from kg.store.release import read_release

    began = time.perf_counter()
    dataset = Dataset.open(read_release(Path(folder)))
    kept = dataset.as_of()
    took, others = time.perf_counter() - began, []
    for day in _DAYS:
        began = time.perf_counter()
        other = dataset.as_of(day)
        others.append(time.perf_counter() - began)
        assert 0 < len(other.statements) < len(kept.statements)
    return {"peak": peak(), "seconds": took, "another": statistics.median(others)}


def _join(into: str, *sets: str) -> dict[str, float]:
    from benchmarks.joining import join

    parts: dict[str, float] = {}
    began = time.perf_counter()

    def lap(name: str) -> None:
        parts[name] = time.perf_counter() - began - sum(parts.values())

    release = join([each.split("\t") for each in sets], Path(into), lap)
    return {**parts, "seconds": sum(parts.values()), "peak": peak(), "quads": release.manifest["quads"]}


_SIDES: dict[str, Callable[..., dict[str, Any]]] = {
    "walk": _walk,
    "collect": _collect,
    "rdflib": _rdflib,
    "open": _open,
    "join": _join,
}


if __name__ == "__main__":
    print(json.dumps(_SIDES[sys.argv[1]](*sys.argv[2:])))
