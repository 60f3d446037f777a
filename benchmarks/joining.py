"""A release of all batches: built from the publishers' files, opened, and taken on another date, beside rdflib loading it.

Each side runs alone in a fresh process (`walk.py`), which gives its seconds and its peak memory at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks.datasets import DataSet, read
from benchmarks.measure import Measurement, same
from benchmarks.walk import alone
from kg.facts.reader import read_facts
from kg.identity.links import link_facts
from kg.importers.collecting import collect
from kg.importers.records import Progress
from kg.importers.registry import IMPORTERS
from kg.schema import load_schema
from kg.store.batches import with_batch
from kg.store.opening import packaged
from kg.store.release import Release, build_release

__all__ = ["join", "measure_joining"]

_LOAD = "rdflib: parse release.nq"


def join(sets: Sequence[Sequence[str]], into: Path, lap: Callable[[str], None] = lambda name: None) -> Release:
    """The seed and data sets (importer, path, edition) read, joined, linked and written as one release; `lap` is told of each part."""
    schema = load_schema(packaged("ontology"))
    facts = read_facts(packaged("seed_data"), schema)
    lap("seed")
    for name, path, edition in sets:
        progress = Progress()
        batch, _ = collect(read(schema, IMPORTERS[name], Path(path), edition, progress), progress)
        facts = with_batch(facts, batch)
    lap("read and join")
    links = link_facts(facts, schema).facts
    facts = with_batch(facts, links) if links.statements else facts
    lap("link")
    release = build_release(facts, packaged("ontology"), into)
    lap("write")
    return release


def measure_joining(folder: Path, sets: Sequence[DataSet]) -> list[Measurement]:
    """Building, opening and another date, in time and memory: one round, since a round takes most of a minute."""
    given = ["\t".join((each.importer.name, str(each.path), each.edition)) for each in sets]
    built = alone("join", str(folder / "joined"), *given)
    (release,) = (folder / "joined").iterdir()
    opened, loaded = alone("open", str(release)), alone("rdflib", str(release / "release.nq"))
    same("quads of all batches", built["quads"], loaded["quads"])
    told = ", ".join(f"{name} {built[name]:.1f} s" for name in ("seed", "read and join", "link", "write"))
    build, begin, memory = "read, join, link, write", "open and snapshot", "peak memory of all batches"
    return [
        _seconds(f"build a release of the seed and {len(sets)} batches", build, built["seconds"], loaded, told),
        _seconds("open that release", begin, opened["seconds"], loaded, f"{built['quads']:,.0f} quads"),
        _seconds("another date", "snapshot, indexed", opened["another"], loaded, "rdflib has none: loading again"),
        _peak(memory, build, built, loaded),
        _peak(memory, begin, opened, loaded),
    ]


def _seconds(name: str, ours: str, own: float, loaded: Mapping[str, float], note: str) -> Measurement:
    other = loaded["seconds"]
    return Measurement("importers", name, ours, own * 1000, _LOAD, other * 1000, other / own, 1, note=note)


def _peak(name: str, ours: str, own: Mapping[str, float], loaded: Mapping[str, float]) -> Measurement:
    sizes = own["peak"] / 1024, loaded["peak"] / 1024
    ratio = sizes[1] / sizes[0]
    return Measurement("importers", name, ours, sizes[0], _LOAD, sizes[1], ratio, 1, "MB", "a fresh process each")
