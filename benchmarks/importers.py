"""Importers: rows a second and peak memory on the publishers' files and on a hundredfold enlargement, beside rdflib.

`python -m benchmarks.importers [--data FOLDER] [--times 100] [--repeat N] [--json FILE]` runs this theme alone.

- Growth: each importer's records are walked and dropped in a fresh process, once for the files as they are and once for an
  enlargement (`enlarge.py`), which another process writes. Two run at a time, so seconds are of the processor.
- Comparison: reading the publisher's files and collecting their facts, beside rdflib parsing the N-Quads of the same batch, and
  beside the least an own script would do: the rows read by `csv` or `json` and the same triples added to an rdflib graph, what each
  row means being known already.
- All batches: see `joining.py`.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import rdflib
from rich.console import Console

from benchmarks.datasets import BLANK, DATA, DataSet, find_all, former_issues, read
from benchmarks.joining import measure_joining
from benchmarks.measure import Measurement, Side, Wrong, compare, same
from benchmarks.report import Growth, environment, print_growth, print_run, print_table, write_json
from benchmarks.walk import alone
from kg.facts.model import Facts
from kg.importers.collecting import Summary, collect
from kg.importers.records import Progress
from kg.schema import Schema, load_schema
from kg.store.opening import build_folder, packaged
from kg.store.rdf import facts_to_quads
from kg.store.release import Release

__all__ = ["Found", "main", "measure_importers"]

_AT_ONCE = 2
_KEPT = 0.9
"""Such a part of the statements must come out of each copy of an enlargement, or it is no enlargement."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was measured, how memory grows, and what had to be made up."""

    measurements: list[Measurement]
    growth: list[Growth]
    told: list[str]


def measure_importers(
    folder: Path, release: Release, repeat: int, say: Callable[[str], None], data: Path = DATA, times: int = 100
) -> Found:
    """The whole theme, in a new folder of the given one; `release` is the seed's."""
    folder = Path(tempfile.mkdtemp(prefix="importers-", dir=folder))
    sets, told = find_all(data, release, folder)
    for line in told:
        say(line)
    schema = load_schema(packaged("ontology"))
    quads: dict[str, Path] = {}
    measured: list[Measurement] = []
    for each in sets:
        if each.name != BLANK:
            say(f"importer {each.name}")
            quads[each.name] = folder / f"{each.name}.nq"
            measured += _beside_rdflib(schema, each, quads[each.name], repeat)
    say("all batches")
    joined = [*former_issues(data), *(each for each in sets if each.importer.name != "rdf")]
    measured += measure_joining(folder, joined)
    say(f"peak memory, and files {times} times as large")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        enlarged = {each.name: pool.submit(_enlarged, each, folder, times) for each in _largest_first(sets)}
        plain = {each.name: pool.submit(_walked, each, each.path) for each in sets}
        peaks = _peaks(pool, sets, quads)
        growth = [_growth(each, plain[each.name].result(), enlarged[each.name].result(), times) for each in sets]
        measured += peaks()
    return Found(measured, growth, told)


# ---- beside rdflib ------------------------------------------------------------------------------------------------------


def _beside_rdflib(schema: Schema, each: DataSet, path: Path, repeat: int) -> list[Measurement]:
    def own() -> tuple[Facts, Summary]:
        progress = Progress()
        return collect(read(schema, each.importer, each.path, each.edition, progress), progress)

    facts, summary = own()
    quads = list({str(quad): quad for quad in facts_to_quads(schema, facts)}.values())
    path.write_text("".join(f"{quad} .\n" for quad in quads), encoding="utf-8")
    triples = [_parts(quad) for quad in quads] if each.importer.name != "rdf" else []

    def parse() -> rdflib.Dataset:
        found = rdflib.Dataset()
        found.parse(str(path), format="nquads")
        return found

    def add() -> rdflib.Graph:
        _rows_read(each)
        graph = rdflib.Graph()
        for subject, predicate, value, datatype in triples:
            term = rdflib.URIRef(value) if datatype is None else rdflib.Literal(value, datatype=datatype)
            graph.add((rdflib.URIRef(subject), rdflib.URIRef(predicate), term))
        return graph

    if each.importer.name == "rdf":
        same(each.name, len(facts.foreign[summary.batch.id]), len(rdflib.Graph().parse(str(each.path))))
        others = [
            Side("rdflib: parse the Turtle", lambda: rdflib.Graph().parse(str(each.path))),
            Side("pyoxigraph: parse it (floor)", lambda: sum(1 for _ in ox.parse(path=str(each.path)))),
        ]
    else:
        same(each.name, len(quads), sum(1 for _ in parse().quads()))
        others = [Side("rdflib: parse the batch's N-Quads", parse), Side("by hand: rows read, triples added", add)]
    made = f"{summary.rows:,} rows, {len(facts.statements) or summary.foreign:,} statements, {len(quads):,} quads"
    return compare("importers", f"import {each.name}", Side("read and collect", own), others, repeat, made, warm=False)


def _parts(quad: ox.Quad) -> tuple[str, str, str, rdflib.URIRef | None]:
    subject, value = quad.subject, quad.object
    assert isinstance(subject, ox.NamedNode)
    assert isinstance(value, (ox.NamedNode, ox.Literal))
    datatype = rdflib.URIRef(value.datatype.value) if isinstance(value, ox.Literal) else None
    return subject.value, quad.predicate.value, value.value, datatype


def _rows_read(each: DataSet) -> list[Any]:
    found: list[Any] = []
    for path in each.files():
        if path.suffix == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                found += csv.DictReader(file)
        elif path.suffix == ".json":
            found.append(json.loads(path.read_bytes()))
    return found


# ---- memory -------------------------------------------------------------------------------------------------------------


def _size(each: DataSet, path: Path) -> int:
    return sum(file.stat().st_size for file in each.files(path))


def _largest_first(sets: Sequence[DataSet]) -> list[DataSet]:
    """In the order that leaves no process waiting for the longest at the end."""
    return sorted(sets, key=lambda each: -_size(each, each.path))


def _walked(each: DataSet, path: Path) -> dict[str, float]:
    return {**alone("walk", each.importer.name, str(path), each.edition), "bytes": _size(each, path)}


def _enlarged(each: DataSet, folder: Path, times: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(dir=folder) as place:
        return _walked(each, each.enlarged(Path(place), times))


def _growth(each: DataSet, plain: dict[str, float], large: dict[str, float], times: int) -> Growth:
    if large["statements"] < plain["statements"] * times * _KEPT:
        raise Wrong(f"{each.name}: {large['statements']:.0f} statements of {times} × {plain['statements']:.0f}")
    return Growth(each.name, plain, large)


def _peaks(
    pool: ThreadPoolExecutor, sets: Sequence[DataSet], quads: Mapping[str, Path]
) -> Callable[[], list[Measurement]]:
    """Start the processes that hold a batch whole; the lines when they are done."""
    work = [
        (
            each,
            pool.submit(alone, "collect", each.importer.name, str(each.path), each.edition),
            pool.submit(alone, "rdflib", str(quads[each.name])),
        )
        for each in sets
        if each.name in quads
    ]
    return lambda: [_memory(each.name, own.result()["peak"], other.result()["peak"]) for each, own, other in work]


def _memory(name: str, own: float, other: float) -> Measurement:
    parse, note = "rdflib: parse its N-Quads", "a fresh process each, interpreter and imports included"
    values = (own / 1024, parse, other / 1024, other / own, 1)
    return Measurement("importers", "peak memory of one batch", f"{name}: read and collect", *values, "MB", note)


# ---- alone --------------------------------------------------------------------------------------------------------------


def main(argv: Sequence[str] | None = None) -> int:
    """Run the theme; 0, or 1 where two sides gave different answers."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.importers", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--data", type=Path, default=DATA, help=f"folder of the publishers' files ({DATA})")
    parser.add_argument("--times", type=int, default=100, help="how many times larger the enlarged files are (100)")
    parser.add_argument("--repeat", type=int, default=2, help="rounds of each comparison (2; one for all batches)")
    parser.add_argument("--json", type=Path, help="also write the measurements to this file")
    given = parser.parse_args(argv)
    if given.repeat < 1 or not 1 < given.times <= 199:
        parser.error("expected --repeat of 1 or more, --times of 2 to 199")
    where, progress = environment(), Console(stderr=True)
    began = time.perf_counter()

    def say(text: str) -> None:
        progress.print(f"[dim]{time.perf_counter() - began:5.1f} s  {text}[/dim]")

    folder = Path(tempfile.mkdtemp(prefix="chokepoint-bench-"))
    try:
        say("building the seed")
        release = build_folder(packaged("seed_data"), folder / "releases")
        found = measure_importers(folder, release, given.repeat, say, given.data, given.times)
    except Wrong as error:
        progress.print(f"[red]{error}[/red]")
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    seconds = time.perf_counter() - began
    out = Console(width=None if sys.stdout.isatty() else 150)
    print_table(out, found.measurements)
    print_growth(out, found.growth)
    print_run(out, where, given.repeat, seconds, found.told)
    if given.json:
        write_json(given.json, where, given.repeat, seconds, found.measurements, found.growth)
    return 0


if __name__ == "__main__":
    sys.exit(main())
