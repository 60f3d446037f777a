"""Build, start, snapshot of another date, look-up: beside rdflib, pyoxigraph and plain csv reading."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import rdflib
from rdflib.namespace import RDF

from benchmarks.measure import Measurement, Side, Wrong, compare, same
from benchmarks.world import World, load_quads, new_snapshot
from kg.operations import by_name, run
from kg.store.dataset import Dataset
from kg.store.materialise import snapshot_store
from kg.store.opening import build_folder
from kg.store.release import Release
from kg.store.snapshot import Snapshot, SnapshotKey
from kg.terms import CK

__all__ = ["measure_store"]

_CK = rdflib.Namespace(CK)
_DAY, _KNOWN = dt.date(2025, 1, 20), dt.date(2026, 12, 1)

_VALID = """
PREFIX ck: <https://w3id.org/chokepoint/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?s {
  ?s a ck:Statement .
  OPTIONAL { ?s ck:validFrom ?from } OPTIONAL { ?s ck:validUntil ?until } OPTIONAL { ?s ck:knownFrom ?known }
  FILTER(!BOUND(?from) || SUBSTR(?from, 1, 10) <= "DAY")
  FILTER(!BOUND(?until) || SUBSTR(CONCAT(?until, "-99-99"), 1, 10) > "DAY")
  FILTER(!BOUND(?known) || ?known <= "KNOWN"^^xsd:date)
  MINUS { ?e a ck:End ; ck:concerns ?s ; ck:changeDate ?end ; ck:knownFrom ?k .
          FILTER(SUBSTR(CONCAT(?end, "-99-99"), 1, 10) <= "DAY" && ?k <= "KNOWN"^^xsd:date) }
  MINUS { ?c a ck:Correction ; ck:concerns ?s ; ck:knownFrom ?k . FILTER(?k <= "KNOWN"^^xsd:date) }
}
"""
"""The two-date rule as a user would write it, over texts; see `_check_snapshot` for what it leaves out."""

_ABOUT = """
PREFIX ck: <https://w3id.org/chokepoint/ontology#>
SELECT DISTINCT ?st ?p ?o {
  { ?st ck:subject <ENTITY> } UNION { ?st ck:object <ENTITY> }
  UNION { ?node ?end <ENTITY> . ?st ck:subject ?node ; ck:predicate <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> }
  ?st ?p ?o
}
"""


def measure_store(world: World, repeat: int, say: Callable[[str], None]) -> Iterator[Measurement]:
    """All lines of the theme."""
    say("build and start")
    yield from _build_and_start(world, repeat)
    say("snapshot of another date")
    yield from _snapshot(world, repeat)
    for slug in ("huawei-ascend-910c", "tsmc"):
        say(f"look-up of {slug}")
        yield from _look_up(world, slug, repeat)


# ---- build and start ----------------------------------------------------------------------------------------------------


def _build_and_start(world: World, repeat: int) -> Iterator[Measurement]:
    path = world.release.folder / "release.nq"

    def load_pyoxigraph() -> ox.Store:
        store = ox.Store()
        store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
        return store

    def new_folder() -> Path:
        return Path(tempfile.mkdtemp(dir=world.folder))

    same("build", build_folder(world.seed, new_folder()).hash, world.release.hash)
    parse = Side("rdflib: parse release.nq", lambda: load_quads(world.release))
    found = compare(
        "store",
        "build and start",
        [
            Side("build", lambda into: build_folder(world.seed, into), new_folder),
            Side("open and snapshot", lambda: _start(world.release)),
        ],
        [
            parse,
            Side("csv: read the rows", lambda: _read_rows(world.seed)),
            Side("pyoxigraph: load release.nq", load_pyoxigraph),
        ],
        repeat,
    )
    build, start = "build the packaged seed", "start: open the release"
    notes = {
        "csv": "floor: no checking, no identity, nothing written",
        "rdflib": "parsing alone: no checking of rows, nothing written",
    }
    for each in found:
        is_build = each.ours == "build"
        if is_build and each.other.startswith("pyoxigraph"):
            continue
        if not is_build and each.other.startswith("csv"):
            continue
        note = notes.get(each.other.partition(":")[0], "") if is_build else ""
        yield each.renamed(build if is_build else start, note)


def _start(release: Release) -> Snapshot:
    return Dataset.open(release).as_of()


def _read_rows(folder: Path) -> int:
    count = 0
    for path in folder.rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            count += len(list(csv.DictReader(file)))
    return count


# ---- snapshot -----------------------------------------------------------------------------------------------------------


def _snapshot(world: World, repeat: int) -> Iterator[Measurement]:
    days = itertools.cycle([_DAY, _DAY + dt.timedelta(days=1)])
    source = world.quads.default_graph
    key = lambda: SnapshotKey(next(days), _KNOWN)  # noqa: E731 (the argument of every side)

    def select(key: SnapshotKey) -> set[str]:
        query = _VALID.replace("DAY", key.as_of.isoformat()).replace("KNOWN", key.known_on.isoformat())
        return {str(row[0]) for row in source.query(query)}

    def choose(key: SnapshotKey) -> set[str]:
        return {str(name) for name in _valid(source, key)}

    def rebuild(key: SnapshotKey) -> rdflib.Graph:
        target = rdflib.Graph()
        for name in _valid(source, key):
            for triple in world.quads.graph(name):
                target.add(triple)
            for triple in source.triples((name, None, None)):
                target.add(triple)
        return target

    first = SnapshotKey(_DAY, _KNOWN)
    ours = set(new_snapshot(world.dataset, first).statements)
    same("snapshot", select(first), choose(first))
    note = _check_snapshot(ours, select(first))
    found = compare(
        "store",
        "snapshot of another date",
        [
            Side("snapshot, indexed", lambda k: new_snapshot(world.dataset, k), key),
            Side("snapshot and its SPARQL store", lambda k: snapshot_store(new_snapshot(world.dataset, k)), key),
        ],
        [
            Side("rdflib: SPARQL on the dates", select, key),
            Side("rdflib: dates read by value()", choose, key),
            Side("rdflib: that, and a new graph of them", rebuild, key),
        ],
        repeat,
        note,
    )
    yield from (m for m in found if m.ours == "snapshot, indexed" or "new graph" in m.other)


def _valid(graph: rdflib.Graph, key: SnapshotKey) -> list[Any]:
    """The same rule in Python over rdflib, which is faster than its SPARQL engine."""
    day, known = key.as_of.isoformat(), rdflib.Literal(key.known_on)

    def is_known(name: Any) -> bool:
        found = graph.value(name, _CK.knownFrom)
        return found is None or found.value <= known.value

    gone = {graph.value(c, _CK.concerns) for c in graph.subjects(RDF.type, _CK.Correction) if is_known(c)}
    for end in graph.subjects(RDF.type, _CK.End):
        if is_known(end) and _last(graph.value(end, _CK.changeDate)) <= day:
            gone.add(graph.value(end, _CK.concerns))
    found = []
    for name in graph.subjects(RDF.type, _CK.Statement):
        start, until = graph.value(name, _CK.validFrom), graph.value(name, _CK.validUntil)
        if name in gone or (start and str(start)[:10] > day) or (until and _last(until) <= day) or not is_known(name):
            continue
        found.append(name)
    return found


def _last(text: Any) -> str:
    return f"{text}-99-99"[:10]


def _check_snapshot(ours: set[str], theirs: set[str]) -> str:
    """What to say of the difference; text comparison does not read every EDTF form and knows no superseded series."""
    differ = len(ours ^ theirs)
    if differ * 100 > len(ours):
        raise Wrong(f"snapshot: {len(ours)} statements and {len(theirs)}, {differ} differ")
    return f"{len(ours)} statements, " + (f"{differ} differ" if differ else "the same on both sides")


# ---- look-up ------------------------------------------------------------------------------------------------------------


def _look_up(world: World, slug: str, repeat: int) -> Iterator[Measurement]:
    snapshot, graph = world.snapshot, world.graph
    iri = snapshot.index.resolve(slug).iri
    name = rdflib.URIRef(iri)
    query = _ABOUT.replace("ENTITY", iri)
    operation = by_name("entity")

    def indexed() -> dict[str, Any]:
        found = (*snapshot.plain(iri), *snapshot.inverse(iri), *snapshot.about_node(iri), *snapshot.relations(iri))
        return {s.iri: s for s in found}

    def triples() -> dict[str, Any]:
        found = {*graph.subjects(_CK.subject, name), *graph.subjects(_CK.object, name)}
        for node in graph.subjects(None, name):
            found.update(s for s in graph.subjects(_CK.subject, node) if (s, _CK.predicate, RDF.type) in graph)
        return {str(s): list(graph.predicate_objects(s)) for s in found}

    def sparql() -> dict[str, Any]:
        rows: dict[str, Any] = {}
        found: Any = graph.query(query)
        for s, p, o in found:
            rows.setdefault(str(s), []).append((p, o))
        return rows

    same(f"look-up of {slug}", set(indexed()), set(triples()), set(sparql()))
    yield from compare(
        "store",
        f"look-up of {slug}",
        [
            Side("index", indexed),
            Side("run('entity'): answer with evidence", lambda: run(world.dataset, operation, {"id": slug})),
        ],
        [Side("rdflib: triples()", triples), Side("rdflib: SPARQL", sparql)],
        repeat,
        f"{len(indexed())} statements with their metadata",
    )
