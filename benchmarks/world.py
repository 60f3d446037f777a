"""What is measured on: the packaged seed built once, its rdflib forms, and a made-up folder of exactly 100 × 10.

Owns the inputs every theme shares. Nothing here is timed.
"""

from __future__ import annotations

import csv
import gc
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import rdflib

from kg.store.dataset import Dataset
from kg.store.materialise import snapshot_quads, to_rdflib_dataset
from kg.store.opening import build_folder, packaged
from kg.store.release import Release
from kg.store.snapshot import Snapshot, SnapshotKey, take_snapshot

__all__ = ["COMPANIES", "PROVISIONS", "World", "load_quads", "make_world", "new_snapshot"]

COMPANIES, PROVISIONS = 100, 10


@dataclass(frozen=True, slots=True)
class World:
    """Inputs.

    Attributes
    ----------
    folder : a temporary folder, removed after the run.
    seed : the packaged rows.
    release, dataset, snapshot : the seed built, opened and taken as of today.
    quads : rdflib's Dataset of the release's N-Quads (all dates).
    graph : the default graph of the snapshot as a plain rdflib graph, which answers somewhat faster than a Dataset.
    nested : a dataset of 100 companies with 10 provisions each.
    """

    folder: Path
    seed: Path
    release: Release
    dataset: Dataset
    snapshot: Snapshot
    quads: rdflib.Dataset
    graph: rdflib.Graph
    nested: Dataset


def load_quads(release: Release) -> rdflib.Dataset:
    """A release in rdflib: what a user without the project does with its dump."""
    found = rdflib.Dataset()
    found.parse(str(release.folder / "release.nq"), format="nquads")
    return found


def new_snapshot(dataset: Dataset, key: SnapshotKey) -> Snapshot:
    """A snapshot taken anew, whatever the dataset keeps."""
    return take_snapshot(dataset, key, lambda other: new_snapshot(dataset, other), to_rdflib_dataset)


def make_world(folder: Path) -> World:
    """Build and load all of it; about ten seconds."""
    seed = packaged("seed_data")
    release = build_folder(seed, folder / "releases")
    dataset = Dataset.open(release)
    snapshot = dataset.as_of()
    nested = Dataset.open(build_folder(_nested_folder(folder / "nested"), folder / "nested-releases"))
    found = World(folder, seed, release, dataset, snapshot, load_quads(release), _default_graph(snapshot), nested)
    gc.collect()
    gc.freeze()  # the inputs of one side are not walked by the collector while the other is timed
    return found


def _default_graph(snapshot: Snapshot) -> rdflib.Graph:
    default = ox.DefaultGraph()
    triples = (q.triple for q in snapshot_quads(snapshot) if q.graph_name == default)
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    return rdflib.Graph().parse(data=text, format="nt")


def _nested_folder(folder: Path) -> Path:
    """A folder of facts: 100 companies, 100 materials, each company providing ten of them, 20 sources."""
    for name in ("entities", "statements"):
        (folder / name).mkdir(parents=True)
    (folder / "batch.yaml").write_text(
        "id: nested\ntitle: Made up for the benchmark\nlicence: CC0-1.0\nrecorded: 2026-01-01\n", encoding="utf-8"
    )
    (folder / "sources.yaml").write_text(
        "".join(
            f"source-{n}:\n  title: 'Title of source {n}'\n  url: https://example.org/{n}\n  published: 2025-01-01\n"
            for n in range(20)
        ),
        encoding="utf-8",
    )
    for class_name, slug in (("Company", "company"), ("Material", "material")):
        rows = ((f"{slug}-{n:03}", f"The {slug} {n}", f"made-up:{slug}-{n}") for n in range(COMPANIES))
        _write(folder / "entities" / f"{class_name}.csv", ("id", "label", "origin"), rows)
    provisions = (
        (
            f"material-{(n * 7 + k) % COMPANIES:03}",
            f"company-{n:03}",
            "verified",
            f"source-{(n + k) % 20}",
            f"passage {k}",
            f"made-up:{n}-{k}",
        )
        for n in range(COMPANIES)
        for k in range(PROVISIONS)
    )
    columns = ("item", "provider", "status", "source", "passage", "origin")
    _write(folder / "statements" / "Provision.csv", columns, provisions)
    return folder


def _write(path: Path, header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
