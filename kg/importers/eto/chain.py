"""The chain of the ETO data set: what goes into what, and what is a type of what (`sequence.csv`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from kg.facts.model import Source, Statement
from kg.importers.eto.tables import COLUMNS, Tables
from kg.importers.files import csv_rows
from kg.importers.making import Maker, RowRefused
from kg.importers.records import Progress, Record, Refused

__all__ = ["chain"]

_MEANT_AS_TYPE = {("N48", "N55"), ("N49", "N55"), ("N5", "N0"), ("N6", "N0"), ("N13", "N0")}
"""Rows that say `goes_into` and mean `is_type_of`: wet and dry etching tools are kinds of etch and clean tools, and the designs of three
classes of chip are kinds of chip design."""

_ORDER = "Both ends are processes: the data set codes the order of processes like an input."
_TYPE = "The row says goes_into; it is a kind of the other."


def chain(maker: Maker, source: Source, folder: Path, tables: Tables, progress: Progress) -> Iterator[Record]:
    """Requirements and variants of sequence.csv."""
    seen: dict[str, int] = {}
    for line, row in csv_rows(folder / "sequence.csv", COLUMNS["sequence.csv"], progress):
        try:
            statement = _edge(maker, source, row, line, tables)
            if statement.iri in seen:
                raise RowRefused(f"says the same as line {seen[statement.iri]}")
            seen[statement.iri] = line
            yield statement
        except RowRefused as error:
            yield Refused("sequence.csv", line, error.message)


def _edge(maker: Maker, source: Source, row: Mapping[str, str], line: int, tables: Tables) -> Statement:
    input_, into, type_of = row["input_id"], row["goes_into_id"], row["is_type_of_id"]
    if bool(into) == bool(type_of):
        raise RowRefused("one of goes_into_id and is_type_of_id must be given" + (", not both" if into else ""))
    whole = into or type_of
    for id_ in (input_, whole):
        if id_ not in tables.items:
            raise RowRefused(f"{id_!r} is no id of inputs.csv or stages.csv")
    if input_ == whole:
        raise RowRefused(f"{input_} is named as its own input")
    part, item = tables.items[input_], tables.items[whole]
    origin = f"sequence:{line}"
    if type_of or (input_, into) in _MEANT_AS_TYPE:
        return maker.relation(
            "Variant",
            {"item": item.iri, "variant": part.iri, "substitutable": "unknown"},
            source=source,
            origin=origin,
            passage=f"{part.label} is a type of {item.label}." if type_of else f"{part.label} goes into {item.label}.",
            note="" if type_of else _TYPE,
        )
    return maker.relation(
        "Requirement",
        {"item": item.iri, "requires": part.iri, "necessity": "required"},
        source=source,
        origin=origin,
        passage=f"{part.label} goes into {item.label}.",
        note=_ORDER if part.type == item.type == "process" else "",
    )
