"""Stores for the tests: a small world that changes with the day asked for."""

from __future__ import annotations

from datetime import date

from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.sparql import SnapshotSpec

BASE = "https://w3id.org/chokepoint/"
CK = BASE + "ontology#"
LISTED = {"alpha": date(2020, 1, 1), "beta": date(2023, 1, 1), "gamma": date(2025, 1, 1)}
"""Parties and the day from which they are listed. The statement about `beta` is unverified."""


def make_store(spec: SnapshotSpec) -> Store:
    """The parties listed on a day: the triple in the default graph and in its statement's graph, and its status."""
    if spec.data_licence == "nonsense":
        raise ValueError("no licence is called nonsense")
    day = spec.as_of or date.max
    store = Store()
    for party, since in LISTED.items():
        status = "unverified" if party == "beta" else "verified"
        if since > day or (spec.verified_only and status == "unverified"):
            continue
        statement = NamedNode(f"{BASE}statement/{party}")
        ends = NamedNode(f"{BASE}id/company/{party}"), NamedNode(CK + "onList"), NamedNode(f"{BASE}id/party-list/list")
        store.add(Quad(*ends))
        store.add(Quad(*ends, statement))
        store.add(Quad(statement, NamedNode(CK + "status"), Literal(status)))
    return store


def make_big_store(spec: SnapshotSpec) -> Store:
    """The same, with enough triples for a cross product that never ends."""
    store = make_store(spec)
    for number in range(2000):
        store.add(Quad(NamedNode(f"{BASE}id/item/{number}"), NamedNode(CK + "number"), Literal(number)))
    return store
