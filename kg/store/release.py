"""Releases: facts written once, in canonical order, under the hash of their content.

A release is a folder `<hash>/` with `release.nq` (N-Quads sorted by code point, one statement a named graph, the ontology
in a graph of its own with its blank nodes skolemised after RDFC-1.0) and `manifest.json`. The hash is the SHA-256 of
`release.nq`: it depends on the facts and the ontology alone, not on machine, order of rows or time of day. A release is
never changed; building again gives the same bytes. Must not know snapshots.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import ReleaseBroken
from kg.facts.model import Facts
from kg.schema import Schema, load_schema
from kg.store.rdf import facts_from_quads, facts_to_quads
from kg.terms import BASE

__all__ = ["FORMAT", "Release", "build_release", "read_release"]

FORMAT = "2"
"""Version of the layout of a release; a reader takes no other."""

_ONTOLOGY_GRAPH = BASE + "ontology"


@dataclass(frozen=True, slots=True)
class Release:
    """A release on disk: its folder, full hash and manifest."""

    folder: Path
    hash: str
    manifest: dict[str, Any]

    @property
    def id(self) -> str:
        """The hash's first 16 digits: what answers and citations carry."""
        return self.hash[:16]

    def quads(self) -> Iterator[ox.Quad]:
        """All quads, in canonical order."""
        yield from ox.parse(path=str(self.folder / "release.nq"), format=ox.RdfFormat.N_QUADS)

    def load(self) -> tuple[Schema, Facts]:
        """The schema and the facts.

        Raises
        ------
        ReleaseBroken
            The bytes are not those the manifest was written for.
        """
        path = self.folder / "release.nq"
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest != self.hash:
            raise ReleaseBroken(
                f"release {self.id}: release.nq was altered (its hash is {digest[:16]}); remove the folder and build again",
                detail={"release": self.id},
            )
        schema = load_schema(self.folder / "ontology")
        return schema, facts_from_quads(schema, self.quads())


def build_release(facts: Facts, ontology: Path, into: Path) -> Release:
    """Write a release of facts into the folder of releases and answer it; one that is there already is left as it is.

    The folder appears whole or not at all (it is renamed into place).
    """
    schema = load_schema(ontology)
    lines = {_line(quad) for quad in facts_to_quads(schema, facts)}
    lines.update(_ontology_lines(ontology))
    body = "".join(sorted(lines)).encode()
    digest = hashlib.sha256(body).hexdigest()
    target = into / digest[:16]
    if not _is_whole(target, digest):
        shutil.rmtree(target, ignore_errors=True)
        into.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=".part-", dir=into))
        try:
            (part / "release.nq").write_bytes(body)
            (part / "ontology").mkdir()
            for name in ("kg.ttl", "shapes.ttl", "alignments.ttl"):
                if (ontology / name).exists():
                    shutil.copyfile(ontology / name, part / "ontology" / name)
            manifest = json.dumps(
                _manifest(facts, schema, digest, len(lines)), indent=1, ensure_ascii=False, sort_keys=True
            )
            (part / "manifest.json").write_text(manifest + "\n", encoding="utf-8")
            part.chmod(0o755)
            os.replace(part, target)
        except OSError:
            shutil.rmtree(part, ignore_errors=True)
            if not _is_whole(target, digest):
                raise
    return read_release(target)


def _is_whole(folder: Path, digest: str) -> bool:
    """Whether a folder holds the release of a hash, with both its files."""
    try:
        return read_release(folder).hash == digest
    except ReleaseBroken:
        return False


def read_release(folder: Path) -> Release:
    """The release in a folder; its bytes are checked when they are loaded.

    Raises
    ------
    ReleaseBroken
        No manifest, or one of another format.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        hash_, format_ = str(manifest["sha256"]), str(manifest["format"])
    except FileNotFoundError:
        raise ReleaseBroken(f"{folder} holds no release (manifest.json is missing)") from None
    except (ValueError, KeyError, TypeError):
        raise ReleaseBroken(f"{folder}: manifest.json is no manifest of a release") from None
    if format_ != FORMAT:
        raise ReleaseBroken(
            f"release {hash_[:16]} has format {format_}; this version reads format {FORMAT}: build it again"
        )
    if not (folder / "release.nq").exists():
        raise ReleaseBroken(f"release {hash_[:16]}: release.nq is missing; remove the folder and build again")
    return Release(folder, hash_, manifest)


def _line(quad: ox.Quad) -> str:
    return f"{quad} .\n"


def _ontology_lines(ontology: Path) -> set[str]:
    """The ontology's triples as quads of its own graph, blank nodes named after RDFC-1.0 and skolemised (RDF 1.1, 3.5)."""
    dataset = ox.Dataset(
        ox.Quad(t.subject, t.predicate, t.object, ox.DefaultGraph())
        for name in ("alignments.ttl", "kg.ttl", "shapes.ttl")
        if (ontology / name).exists()
        for t in ox.parse(path=str(ontology / name), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    )
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    graph = ox.NamedNode(_ONTOLOGY_GRAPH)

    def name(term: Any) -> Any:
        return (
            ox.NamedNode(f"{BASE}.well-known/genid/ontology-{term.value}") if isinstance(term, ox.BlankNode) else term
        )

    return {_line(ox.Quad(name(q.subject), q.predicate, name(q.object), graph)) for q in dataset}


def _manifest(facts: Facts, schema: Schema, digest: str, quads: int) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "sha256": digest,
        "quads": quads,
        "ontology": schema.version,
        "batches": [
            {"id": b.id, "title": b.title, "licence": b.licence, "recorded": b.recorded.isoformat()}
            for b in sorted(facts.batches.values(), key=lambda b: b.id)
        ],
        "entities": dict(sorted(Counter(e.class_name for e in facts.entities.values()).items())),
        "statements": dict(sorted(Counter(s.class_name or "plain" for s in facts.statements.values()).items())),
        "status": dict(sorted(Counter(s.status for s in facts.statements.values()).items())),
        "sources": len(facts.sources),
    }
