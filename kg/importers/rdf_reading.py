"""Files of RDF as quads, in a stream; a broken one is refused with its line and column.

Owns the formats and their faults. What the parsers let pass is checked here: XML that ends before its root does, entities that name
entities (they can grow without bound), triple terms and base directions of RDF 1.2, which RDF 1.1 and the release's readers lack.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, cast
from xml.parsers import expat

import pyoxigraph as ox

from kg.importers.files import refuse
from kg.importers.records import Progress

__all__ = ["FORMATS", "ONLY_NAMED", "read_quads"]

_F = ox.RdfFormat
FORMATS = MappingProxyType(
    {
        ".ttl": _F.TURTLE,
        ".nt": _F.N_TRIPLES,
        ".nq": _F.N_QUADS,
        ".trig": _F.TRIG,
        ".rdf": _F.RDF_XML,
        ".owl": _F.RDF_XML,
        ".xml": _F.RDF_XML,
        ".jsonld": _F.JSON_LD,
        ".json": _F.JSON_LD,
    }
)
"""Formats by suffix."""

ONLY_NAMED = frozenset({".xml", ".json"})
"""Suffixes that other files have too: read where the file itself is named, passed over in a folder."""

_BOM = b"\xef\xbb\xbf"


class _Bytes:
    """The bytes of a file on their way to the parser: counted, without a byte-order mark, and of XML checked beside."""

    def __init__(self, path: Path, progress: Progress, xml: bool) -> None:
        self._file, self._progress, self._size = path.open("rb"), progress, path.stat().st_size
        self._seen = 0
        self._expat = _checker() if xml else None
        self._ended = False

    def read(self, count: int = -1) -> bytes:
        first = not self._seen
        data = self._file.read(count)
        self._seen += len(data)
        self._progress(self._seen, self._size)
        if self._expat and not self._ended:
            self._ended = not data
            self._expat.Parse(data, self._ended)
        if first and data.startswith(_BOM):
            data = data[len(_BOM) :] or self.read(count)
        return data

    def close(self) -> None:
        self._file.close()


class _Entity(Exception):
    """An entity that names another, or a document elsewhere."""


def _checker() -> expat.XMLParserType:
    parser = expat.ParserCreate()

    def declared(
        name: str, parameter: bool, value: str | None, base: object, system: str | None, *rest: object
    ) -> None:
        if parameter or value is None or "&" in value or "%" in value:
            raise _Entity(name)

    parser.EntityDeclHandler = declared
    return parser


def read_quads(path: Path, name: str, base: str | None, progress: Progress) -> Iterator[ox.Quad]:
    """The quads of one file. `name` is what messages call it, `base` what relative IRIs are resolved against.

    Raises
    ------
    ImportRefused
        The file is broken.
    """
    format_ = FORMATS[path.suffix.lower()]
    data = _Bytes(path, progress, format_ == _F.RDF_XML)
    expected = f"{format_.name} as the standard has it (is the file cut short?)"
    try:
        for quad in ox.parse(cast(BinaryIO, data), format=format_, base_iri=base):
            if isinstance(quad.object, ox.Triple) or getattr(quad.object, "direction", None) is not None:
                what = "a triple term" if isinstance(quad.object, ox.Triple) else "a text with a base direction"
                refuse(name, f"{what} of RDF 1.2, as object of <{quad.predicate.value}>", "RDF 1.1")
            progress.row()
            yield quad
    except expat.ExpatError as error:
        refuse(
            name, f"column {error.offset + 1}: no valid XML: {expat.ErrorString(error.code)}", expected, error.lineno
        )
    except _Entity as error:
        refuse(name, f"the entity {error} names another entity or a document", "entities that are plain text")
    except SyntaxError as error:
        _explain(name, error, expected)
    except UnicodeDecodeError as error:
        refuse(name, f"not UTF-8: {error.reason}", "the file in UTF-8")
    finally:
        data.close()


def _explain(name: str, error: SyntaxError, expected: str) -> None:
    said = error.msg
    if "LoadDocumentCallback" in said:
        refuse(
            name,
            "it names a remote @context, which is not loaded (an importer uses no network)",
            "the context written into the file",
        )
    if said.startswith("Parser error at"):
        said = said.partition(": ")[2]
    if "No scheme found" in said:
        said += " (a relative IRI)"
        expected = "absolute IRIs, or the document's address (--url) to resolve relative ones against"
    place = f"column {error.offset}: " if error.offset else ""
    refuse(name, f"{place}{said}", expected, error.lineno or 0)
