"""Items, organisations and countries of the ETO data set, with what their rows say of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from kg.facts.model import Source
from kg.importers.eto.sizes import market_size
from kg.importers.eto.tables import COLUMNS, Item, Provider, Tables
from kg.importers.files import csv_rows
from kg.importers.making import Maker
from kg.importers.places import country, country_iri
from kg.importers.records import Progress, Record, Refused

__all__ = ["entities"]

_SCOPE = {
    "N29": "In the 2022 release this id is 'Electron-beam lithography tools', in later ones 'Mask exposure systems - e-beam': its scope "
    "may have changed."
}


def entities(
    maker: Maker, source: Source, folder: Path, layout: str, tables: Tables, progress: Progress
) -> Iterator[Record]:
    """The entities of inputs.csv, stages.csv and providers.csv, items with their description and the size of their market, companies with their country."""
    yield from tables.refused
    for name, key in (("inputs.csv", "input_id"), ("stages.csv", "stage_id")):
        for line, row in csv_rows(folder / name, COLUMNS[name], progress):
            item = tables.items.get(row[key])
            if item is not None and (item.file, item.line) == (name, line):
                yield from _item(maker, source, row, row[key], item, layout)
    places: set[str] = set()
    for id_, provider in tables.providers.items():
        yield from _provider(maker, source, id_, provider, places)


def _item(maker: Maker, source: Source, row: Mapping[str, str], id_: str, item: Item, layout: str) -> Iterator[Record]:
    origin = f"{item.file.removesuffix('.csv')}:{id_}"
    yield maker.entity(item.class_name, item.slug, item.label, origin=origin)
    yield from market_size(maker, source, row, item, origin, layout)
    if not row["description"]:
        return
    kind = item.type.replace("_", " ") if item.file == "inputs.csv" else "stage"
    stage = f" of the stage {row['stage_name']}" if item.file == "inputs.csv" and row["stage_name"] else ""
    yield maker.plain(
        item.iri,
        "itemNote",
        row["description"],
        item.class_name,
        source=source,
        origin=origin,
        passage=f"Describes {item.label} ({kind}{stage}).",
        note=" ".join(filter(None, (item.retyped, _SCOPE.get(id_, "")))),
    )


def _provider(maker: Maker, source: Source, id_: str, provider: Provider, places: set[str]) -> Iterator[Record]:
    origin = f"providers:{id_}"
    if provider.code and provider.code not in places:
        places.add(provider.code)
        yield country(maker, provider.code)
    if provider.class_name == "Country":
        return
    yield maker.entity(provider.class_name, provider.slug, provider.label, provider.aliases, origin=origin)
    if provider.class_name != "Company":
        return
    if provider.code:
        yield maker.plain(
            provider.iri,
            "headquarteredIn",
            country_iri(provider.code),
            "Company",
            source=source,
            origin=origin,
            passage=f"Gives the country of {provider.label} as {provider.country}.",
        )
    elif provider.country not in ("", "Various countries"):
        yield Refused("providers.csv", provider.line, f"country {provider.country!r} of {id_} is no code of ISO 3166-1")
