"""What an importer reads out of files, and what an importer is.

Owns the stream of records (`Source`, `Entity`, `Statement`, `End`, `Correction`, `Refused`) and the declaration of an importer.
Must not know stores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.facts.model import Batch, Correction, End, Entity, Source, Statement
from kg.schema import Schema
from kg.terms import local_name

__all__ = ["Importer", "Options", "Passed", "Progress", "Reading", "Record", "Refused", "by_class"]


class Progress:
    """How far a reading is. Called with the bytes read of a file and its size (None where that is not known); `row` counts one row of
    data read. A progress bar is a subclass."""

    def __init__(self) -> None:
        self.rows = 0

    def __call__(self, done: int, whole: int | None) -> None:
        """So many bytes of the file are read."""

    def row(self) -> None:
        """One more row was read."""
        self.rows += 1


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that makes no statement because it is wrong: its file (relative), line (from 1, the header counted; 0 where the format
    has none) and the reason."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}" if self.line else f"{self.file}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Passed:
    """A row that is right and makes no statement by the importer's rules (a natural person, a picture's credit): what it is."""

    file: str
    line: int
    kind: str


Record = Source | Entity | Statement | End | Correction | Refused | Passed | str
"""One thing read; a `str` is a line of N-Quads of a foreign vocabulary, kept as it is."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller says beside the path.

    Attributes
    ----------
    edition : which issue of the data set it is (EDTF, for instance `2026-08`), where the files do not tell.
    title, licence, published, url : of the document, for importers that cannot know them (`rdf`).
    mapping : a SPARQL CONSTRUCT file that lifts foreign RDF into the ontology.
    batch : id of the batch (`rdf`).
    """

    edition: str = ""
    title: str = ""
    licence: str = ""
    published: str = ""
    url: str = ""
    mapping: Path | None = None
    batch: str = ""


def by_class(statement: Statement) -> str:
    """The class of a statement, or the property of a plain one."""
    return statement.class_name or local_name(statement.property)


@dataclass(frozen=True, slots=True)
class Reading:
    """One batch being read: who answers for it, and its rows as a stream that can be walked once.

    `group` names the group (a list, a class) in which a statement is counted. Counts are compared with the batch's former import: a
    group that falls by more than `steepest_fall` of its size refuses the import, and so does a batch of whose rows more than
    `most_refused` are wrong: it is cut, or of another release.
    """

    batch: Batch
    records: Iterator[Record]
    steepest_fall: float = 0.25
    most_refused: float = 0.1
    group: Callable[[Statement], str] = by_class


@dataclass(frozen=True, slots=True)
class Importer:
    """One public data set: how it is named, under which licence it is published, and the function that reads it.

    `function(schema, path, options, progress)` reads one folder or file as the publisher gives it. It is pure: the same files give
    the same records, in the same order, and nothing else is touched.
    """

    name: str
    title: str
    licence: str
    homepage: str
    doc: str
    function: Callable[[Schema, Path, Options, Progress], Reading]
    files: Sequence[str] = ()
