"""SPARQL: through the service's worker processes, beside rdflib's engine on the same snapshot and pyoxigraph in process."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pyoxigraph as ox
import rdflib

from benchmarks.measure import Measurement, Side, compare, same
from benchmarks.world import World
from kg.sparql import SparqlService
from kg.store.materialise import snapshot_store

__all__ = ["measure_sparql"]

_PREFIX = "PREFIX ck: <https://w3id.org/chokepoint/ontology#>\n"
_QUERIES = {
    "look-up": _PREFIX + "SELECT ?p ?o { <https://w3id.org/chokepoint/id/chip/huawei-ascend-910c> ?p ?o }",
    "two-hop join": _PREFIX
    + "SELECT ?item ?provider ?country { ?item ck:providedBy ?provider . ?provider ck:headquarteredIn ?country }",
    "group by country": _PREFIX
    + "SELECT ?country (COUNT(DISTINCT ?item) AS ?items) "
    + "{ ?item ck:providedBy ?provider . ?provider ck:headquarteredIn ?country } GROUP BY ?country",
}


def measure_sparql(world: World, repeat: int, say: Callable[[str], None]) -> Iterator[Measurement]:
    """All lines of the theme."""
    store = snapshot_store(world.snapshot)
    say("SPARQL: starting the worker process")
    with SparqlService.for_release(world.release.folder) as service:
        service.query("ASK {}")  # waits until the snapshot is built
        for name, query in _QUERIES.items():
            say(f"SPARQL {name}")
            yield from _query(service, store, world.graph, name, query, repeat)


def _query(
    service: SparqlService, store: ox.Store, graph: rdflib.Graph, name: str, query: str, repeat: int
) -> Iterator[Measurement]:
    prepared = rdflib.plugins.sparql.prepareQuery(query)

    def through_worker() -> bytes:
        return service.query(query, format="json").body

    def in_process() -> bytes:
        found = store.query(query)
        assert isinstance(found, ox.QuerySolutions)
        return found.serialize(format=ox.QueryResultsFormat.JSON) or b""

    def by_rdflib() -> bytes:
        return graph.query(query).serialize(format="json") or b""

    def by_rdflib_prepared() -> bytes:
        return graph.query(prepared).serialize(format="json") or b""

    rows = _rows(through_worker())
    same(name, rows, _rows(in_process()), _rows(by_rdflib()), _rows(by_rdflib_prepared()))
    yield from compare(
        "sparql",
        name,
        Side("service: worker process", through_worker),
        [
            Side("rdflib", by_rdflib),
            Side("rdflib, query prepared", by_rdflib_prepared),
            Side("pyoxigraph in process", in_process),
        ],
        repeat,
        f"{len(rows)} rows, as JSON text",
    )


def _rows(body: bytes) -> list[tuple[tuple[str, str], ...]]:
    """The rows of a JSON result, in an order of their own."""
    found: dict[str, Any] = json.loads(body)
    return sorted(
        tuple(sorted((name, term["value"]) for name, term in row.items())) for row in found["results"]["bindings"]
    )
