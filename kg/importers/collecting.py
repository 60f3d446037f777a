"""A batch from the stream of an importer: its facts, and the summary of what was read.

Owns the counting of rows and the checks that need the whole batch (an IRI twice). Must not know releases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kg.errors import ImportRefused
from kg.facts.model import Batch, Correction, End, Entity, Facts, Source, Statement
from kg.importers.records import Passed, Progress, Reading, Refused

__all__ = ["Summary", "collect"]


_FEW = 10
"""So many wrong rows refuse no import, whatever part they are."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of the rows of a batch.

    Attributes
    ----------
    batch : whose rows.
    rows : rows of data read.
    statements : statements made, by class (`plain` for plain ones).
    entities, sources, foreign : how many were made; `foreign` counts triples kept as they are.
    passed : right rows that make nothing by rule, by kind.
    refused : wrong rows, with file, line and reason.
    """

    batch: Batch
    rows: int
    statements: Mapping[str, int]
    entities: int
    sources: int
    foreign: int
    passed: Mapping[str, int]
    refused: Sequence[Refused]


def _united(first: Entity, again: Entity) -> Entity:
    """An entity that several rows bring: the first label, the names of all."""
    names = {*first.aliases, again.label, *again.aliases} - {first.label}
    return replace(first, aliases=tuple(sorted(names)))


def collect(reading: Reading, progress: Progress) -> tuple[Facts, Summary]:
    """Walk a reading to its end.

    Raises
    ------
    ImportRefused
        A file is broken, or nothing at all came out of the files.
    """
    entities: dict[str, Entity] = {}
    sources: dict[str, Source] = {}
    statements: dict[str, Statement] = {}
    ends: list[End] = []
    corrections: list[Correction] = []
    foreign: list[str] = []
    refused: list[Refused] = []
    passed: Counter[str] = Counter()
    for record in reading.records:
        match record:
            case Entity():
                first_seen = entities.get(record.iri)
                entities[record.iri] = record if first_seen is None else _united(first_seen, record)
            case Source():
                sources.setdefault(record.iri, record)
            case Statement():
                first = statements.setdefault(record.iri, record)
                if first is not record:
                    place, _, line = record.origin[0].rpartition(":")
                    number = int(line) if line.isdigit() else 0
                    said = f"says the same as {', '.join(first.origin)}"
                    refused.append(Refused(place or record.origin[0], number, said))
            case End():
                ends.append(record)
            case Correction():
                corrections.append(record)
            case Refused():
                refused.append(record)
            case Passed():
                passed[record.kind] += 1
            case str():
                foreign.append(record)
    if not statements and not foreign:
        raise ImportRefused(
            f"{reading.batch.id}: no statement came out of {progress.rows} rows; nothing was imported"
            + (f". First reason: {refused[0]}" if refused else ""),
            detail={"refused": len(refused)},
        )
    if len(refused) > max(_FEW, reading.most_refused * progress.rows):
        raise ImportRefused(
            f"{reading.batch.id}: {len(refused)} of {progress.rows} rows are wrong, more than {reading.most_refused:.0%}; nothing was imported. "
            f"Are the files whole and of one release? First reason: {refused[0]}",
            detail={"refused": len(refused), "rows": progress.rows, "first": str(refused[0])},
        )
    batch = reading.batch
    facts = Facts(
        {batch.id: batch}, sources, entities, statements, ends, corrections, {batch.id: foreign} if foreign else {}
    )
    kinds = Counter(s.class_name or "plain" for s in statements.values())
    summary = Summary(
        batch,
        progress.rows,
        dict(kinds.most_common()),
        len(entities),
        len(sources),
        len(foreign),
        dict(passed.most_common()),
        tuple(refused),
    )
    return facts, summary
