"""The data sets that importers are measured on: the publishers' files, or made-up ones of the same layout where they are not here.

Owns where files lie: the folder `CHOKEPOINT_DATA`, else `../shared/data` beside the project. RDF is a Turtle file of what the seed's
release says. Nothing here is timed.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from benchmarks.enlarge import enlarge
from benchmarks.memory import ROOT
from kg.importers.epoch_figures import REQUIRED
from kg.importers.records import Importer, Options, Progress, Reading
from kg.importers.registry import IMPORTERS
from kg.schema import Schema
from kg.store.release import Release
from kg.terms import BASE, CK, XSD

__all__ = ["BLANK", "DATA", "DataSet", "find_all", "former_issues", "read"]

DATA = Path(os.environ.get("CHOKEPOINT_DATA", ROOT.parent / "shared" / "data"))
"""Where the publishers' files lie, if they do."""

BLANK = "rdf, blank nodes"
"""The Turtle file whose relation nodes have no names."""

_FIXTURES = ROOT / "tests" / "importers" / "fixtures"
_FOLDERS = {
    "eto": ("eto-2026-08", ""),
    "epoch": ("epoch-ml-hardware", ""),
    "csl": ("csl-2026-07", "2026-07-31"),
    "ear": ("ear-2026-07", ""),
    "athena": ("athena-chip-map", ""),
    "lists": ("cn-1260h-lists", ""),
}
"""Folder and edition of each data set."""

_MADE_UP = 50
"""Made-up files are so small that they are written so many times over."""


@dataclass(frozen=True, slots=True)
class DataSet:
    """One data set on disk.

    Attributes
    ----------
    name : what it is called here: the importer's name, but for RDF with blank nodes.
    path : what the importer is given.
    edition : the option, where the files do not tell.
    origin, times : what an enlargement is made from, and how many times over `path` holds it.
    """

    name: str
    path: Path
    edition: str
    origin: Path
    times: int = 1

    @property
    def importer(self) -> Importer:
        """The importer that reads it."""
        return IMPORTERS[self.name.partition(",")[0]]

    def files(self, path: Path | None = None) -> list[Path]:
        """The files that are read, of the data set or of an enlargement of it."""
        place = path or self.path
        return [place] if place.is_file() else [place / name for name in self.importer.files]

    def enlarged(self, folder: Path, times: int) -> Path:
        """Write an enlargement, in a process of its own; what the importer is to be given."""
        command = [sys.executable, "-m", "benchmarks.enlarge", self.importer.name, str(self.origin), str(folder)]
        done = subprocess.run(
            [*command, str(times * self.times)], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
        )
        return Path(done.stdout.strip())


def read(schema: Schema, importer: Importer, path: Path, edition: str, progress: Progress) -> Reading:
    """Open a reading with the options its files need."""
    if importer.name == "rdf":
        options = Options(title="The seed as RDF", licence="CC0-1.0", published="2026-08-31")
    else:
        options = Options(edition=edition)
    return importer.function(schema, path, options, progress)


def find_all(data: Path, release: Release, folder: Path) -> tuple[list[DataSet], list[str]]:
    """Every data set, and a line for each that is not the publisher's, with the reason.

    Parameters
    ----------
    data : the folder of the publishers' files.
    release : the seed's, for RDF.
    folder : an empty one for what is made up.
    """
    found, told = [], []
    for name, (place, edition) in _FOLDERS.items():
        lacking = [f for f in IMPORTERS[name].files if not (data / place / f).is_file()]
        if not lacking:
            found.append(DataSet(name, data / place, edition, data / place))
            continue
        told.append(
            f"{name}: made-up files, {data / place} has no {lacking[0]} (CHOKEPOINT_DATA or --data names the folder)"
        )
        small, edition = _made_up(name, folder / f"{name}-small")
        large = folder / name
        large.mkdir()
        found.append(DataSet(name, enlarge(name, small, large, _MADE_UP), edition, small, _MADE_UP))
    for name, file in (("rdf", "seed.ttl"), (BLANK, "blank.ttl")):
        path = folder / file
        path.write_bytes(_turtle(release, blank=name == BLANK))
        found.append(DataSet(name, path, "", path))
    return found, told


def former_issues(data: Path) -> list[DataSet]:
    """The earlier issues of the ETO data set, which a release of all batches holds too."""
    folders = (data / name for name in ("eto-2022", "eto-2025-07"))
    return [DataSet("eto", folder, "", folder) for folder in folders if (folder / "inputs.csv").is_file()]


def _turtle(release: Release, blank: bool) -> bytes:
    """What the statements of a release say, and the names of entities; without what is said about statements."""
    relation, statement, entity = f"{BASE}relation/", f"{BASE}statement/", f"{BASE}id/"

    def node(iri: str) -> ox.NamedNode | ox.BlankNode:
        if blank and iri.startswith(relation):
            return ox.BlankNode("r" + "".join(filter(str.isalnum, iri.removeprefix(relation))))
        return ox.NamedNode(iri)

    triples: dict[ox.Triple, None] = {}  # two statements may say the same
    for quad in release.quads():
        subject, graph = quad.subject, quad.graph_name
        if isinstance(subject, ox.NamedNode) and (
            graph.value.startswith(statement) if isinstance(graph, ox.NamedNode) else subject.value.startswith(entity)
        ):
            triples[ox.Triple(node(subject.value), quad.predicate, quad.object)] = None
    prefixes = {"ck": CK, "rdfs": "http://www.w3.org/2000/01/rdf-schema#", "xsd": XSD}
    return ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b""


# ---- made up ------------------------------------------------------------------------------------------------------------


def _made_up(name: str, folder: Path) -> tuple[Path, str]:
    """A small data set of the layout, and its edition: a fixture of the tests, or written here."""
    if name == "eto":
        return _FIXTURES / "eto" / "2023-05", "2023-05"
    if name in ("athena", "lists"):
        return _FIXTURES / name, ""
    folder.mkdir()
    if name == "ear":
        from tests.importers import ear_sample  # needed only where the regulations are not here

        return ear_sample.write(folder), ""
    if name == "epoch":
        with (folder / "ml_hardware.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, REQUIRED, restval="")
            writer.writeheader()
            writer.writerows(_CHIPS)
        return folder, ""
    document = {"total": len(_PARTIES), "sources": [], "results": _PARTIES}
    (folder / "consolidated.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return folder, "2026-07-31"


_CHIPS = [
    {
        "Hardware name": f"Acme Turbo {letter}",
        "Manufacturer": "Acme",
        "Foundry": "Forge, Anvil",
        "Release date": "2024-03-05",
        "Last modified": "2025-05-01 08:00:00+00:00",
        "Tensor-FP16/BF16 performance (FLOP/s)": "989400000000000.0",
        "Memory size per board (Byte)": "287500000000.0",
        "TDP (W)": "700",
    }
    for letter in "ABC"
]
_PARTIES = [
    {
        "source": "Entity List (EL) - Bureau of Industry and Security",
        "name": f"Lotus Gate {kind} Co., Ltd.",
        "alt_names": [f"Lotus {kind}"],
        "addresses": [{"country": "CN"}],
        "federal_register_notice": "85 FR 90001",
    }
    for kind in ("Microsystems", "Optics", "Metals")
]
