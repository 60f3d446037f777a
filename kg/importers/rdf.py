"""RDF of any vocabulary: Turtle, TriG, N-Triples, N-Quads, RDF/XML and JSON-LD, as a batch with one declared source and licence.

The triples are kept as they are, as N-Quads in graphs of the batch (`kg.facts.foreign` names them); SPARQL sees them at once, the
analyses only what a mapping (`kg.importers.rdf_mapping`) lifts into the ontology. A foreign triple has no period of its own: it is
there from the day its document was published (or, of a partial date, its last day), whatever day is asked about.

This module, `rdf_names` and `rdf_mapping` are the only importers that use pyoxigraph: it holds the parsers that read a file of any
size in a stream, and the query engine a mapping runs on. Nothing is loaded from the network: neither a remote JSON-LD context nor an
external entity.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from kg.errors import BadDate
from kg.facts.dates import latest
from kg.facts.foreign import GENID, foreign_graph
from kg.facts.licences import LICENCES, spdx_id
from kg.facts.mistakes import nearest
from kg.facts.model import Batch, Entity, Statement
from kg.importers.files import refuse
from kg.importers.making import Maker, slug_of
from kg.importers.rdf_mapping import Mapping, read_mapping
from kg.importers.rdf_names import skolemised
from kg.importers.rdf_reading import FORMATS, ONLY_NAMED, read_quads
from kg.importers.records import Importer, Options, Passed, Progress, Reading, Record
from kg.schema import Schema
from kg.terms import BASE, content_hash

__all__ = ["RDF", "read_rdf"]

_BATCH = re.compile(r"rdf-[a-z0-9]+(-[a-z0-9]+)*\Z")
_CHUNK = 10_000


def read_rdf(schema: Schema, path: Path, options: Options, progress: Progress) -> Reading:
    """Read one file, or all files of a folder and its subfolders that have one of the suffixes, in the order of their names.

    Raises
    ------
    ImportRefused
        The title, the licence or the date is missing or unknown, there is no file, or (while the records are walked) a file is
        broken, holds triple terms of RDF 1.2, or names a graph under the base.
    """
    batch = _batch(options)
    files = _files(path)
    mapping = read_mapping(options.mapping) if options.mapping else None
    return Reading(batch, _records(Maker(schema, batch), path, files, options, mapping, progress))


def _batch(options: Options) -> Batch:
    if not options.title.strip():
        refuse("rdf", "the title of the document is missing", "a title (--title)")
    licence = spdx_id(options.licence)
    if not licence:
        given = options.licence.strip()
        near = nearest(given, LICENCES) if given else ()
        hint = f" (nearest: {', '.join(near)})" if near else ""
        problem = f"no licence {given[:40]!r} is known{hint}" if given else "the licence of the document is missing"
        refuse("rdf", problem, f"one of {', '.join(LICENCES)} (--licence; the public domain is CC0-1.0)")
    name = options.batch or f"rdf-{slug_of(options.title)}"
    if not _BATCH.match(name):
        refuse(
            "rdf",
            f"{name[:60]!r} is no id of a batch of RDF",
            f"small letters, digits and hyphens after `rdf-`, as in rdf-{slug_of(name)}",
        )
    return Batch(name, " ".join(options.title.split()), licence, _published(options))


def _published(options: Options) -> dt.date:
    text = options.published or options.edition
    try:
        day = latest(text) if text else None
    except BadDate as error:
        refuse("rdf", error.message, "the day, month or year the document was published (--published)")
    if day is None:
        refuse("rdf", "the date of the document is missing", "the day, month or year it was published (--published)")
    return day


def _files(path: Path) -> list[Path]:
    if path.is_file():
        if path.suffix.lower() not in FORMATS:
            near = nearest(path.suffix, FORMATS)
            hint = f" (nearest: {', '.join(near)})" if near else ""
            refuse(
                path.name, f"the suffix {path.suffix!r} is of no format of RDF{hint}", f"one of {', '.join(FORMATS)}"
            )
        return [path]
    if not path.exists():
        refuse(str(path), "there is no such file or folder", "a file of RDF or a folder that holds some")
    suffixes = set(FORMATS) - ONLY_NAMED
    found = [p for p in path.rglob("*") if p.suffix.lower() in suffixes and p.is_file()]
    if not found:
        refuse(
            str(path), "no file of RDF is in it", f"files ending in {', '.join(s for s in FORMATS if s in suffixes)}"
        )
    return sorted(found, key=lambda p: p.relative_to(path).as_posix())


def _records(
    maker: Maker, path: Path, files: list[Path], options: Options, mapping: Mapping | None, progress: Progress
) -> Iterator[Record]:
    batch = maker.batch
    published = options.published or options.edition
    source = maker.source(
        batch.id,
        batch.title,
        options.url,
        published,
        licence=batch.licence,
        rights="declared on import",
    )
    yield source
    store = ox.Store() if mapping else None
    waiting: list[ox.Quad] = []
    for file in files:
        alone = file == path
        name = file.name if alone else file.relative_to(path).as_posix()
        quads = read_quads(file, name, _base(options.url, "" if alone else name), progress)
        prefix = f"{GENID}{batch.id}-{content_hash(['' if alone else name], 8)}-"
        graphs: dict[object, ox.NamedNode] = {}
        count = 0
        for quad in skolemised(quads, prefix, labelled=file.suffix.lower() in (".nt", ".nq")):
            count += 1
            own = quad.graph_name
            graph = graphs.get(own) or graphs.setdefault(own, _graph(own, batch.id, prefix, name))
            yield f"{ox.Quad(quad.subject, quad.predicate, quad.object, graph)} ."
            if store is not None:
                waiting.append(quad)
                if len(waiting) >= _CHUNK:
                    store.bulk_extend(waiting)
                    waiting.clear()
        if not count and alone:
            refuse(
                name, "no triple came out of it", "a file with triples (is it empty, cut short or of another format?)"
            )
        if not count:
            yield Passed(name, 0, "file without a triple")
    if mapping and store is not None:
        store.bulk_extend(waiting)
        lifted = 0
        for record in mapping.lift(store, maker, source):
            lifted += isinstance(record, (Entity, Statement))
            yield record
        if not lifted and options.mapping:
            refuse(
                options.mapping.name,
                "it lifts nothing out of these triples",
                "a CONSTRUCT that matches them, in the ontology's terms",
            )


def _base(url: str, name: str) -> str | None:
    """What relative IRIs are resolved against (RFC 3986, section 5.1.3): the address of the document; of a file in a folder, that and
    the file's path."""
    if not url.startswith(("http://", "https://")):
        return None
    return f"{url.rstrip('/')}/{quote(name)}" if name else url


def _graph(graph: object, batch: str, blank: str, file: str) -> ox.NamedNode:
    """The release's graph for one of a file. A named graph may not bear a name of the project's own."""
    if not isinstance(graph, ox.NamedNode):
        return ox.NamedNode(foreign_graph(batch))
    if graph.value.startswith(BASE) and not graph.value.startswith(blank):
        expected = f"graphs outside {BASE}, whose names the project gives itself"
        refuse(file, f"it names the graph <{graph.value}>", expected)
    return ox.NamedNode(foreign_graph(batch, graph.value))


RDF = Importer(
    name="rdf",
    title="RDF of any vocabulary",
    licence="",
    homepage="https://www.w3.org/TR/rdf11-concepts/",
    doc="a file of Turtle, TriG, N-Triples, N-Quads, RDF/XML or JSON-LD, or a folder of them, with --title, --licence and --published",
    function=read_rdf,
)
