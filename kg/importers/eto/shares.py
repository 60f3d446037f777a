"""Shares of the ETO data set: who provides an item, and which part of its market (`provision.csv`).

A row is an observation of one year. It belongs to one of two views of the same market, by company or by country of headquarters; the
basis names the view and stays the same from release to release.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from kg.facts.model import Source, Statement
from kg.importers.eto.tables import COLUMNS, Item, Provider, Tables
from kg.importers.files import csv_rows
from kg.importers.making import Maker, RowRefused
from kg.importers.records import Passed, Progress, Record, Refused

__all__ = ["BY_COMPANY", "BY_COUNTRY", "provisions"]

BY_COMPANY = "global market of the item, by company"
BY_COUNTRY = "global market of the item, by country of headquarters"
_ABOUT_2019 = "2019~"
_NO_YEAR = "The release gives neither year nor source by row: it describes mostly the market of 2019."


def provisions(
    maker: Maker, source: Source, folder: Path, layout: str, tables: Tables, progress: Progress
) -> Iterator[Record]:
    """The observations of provision.csv. A row that repeats an earlier one is passed over; one that contradicts it is refused."""
    seen: dict[str, tuple[int, str]] = {}
    columns = (*COLUMNS["provision.csv"], *(("negligible_market_share",) if layout == "2022" else ("year", "source")))
    for line, row in csv_rows(folder / "provision.csv", columns, progress):
        try:
            statement = _provision(maker, source, row, line, layout, tables)
            said = "|".join((row["share_provided"], row.get("negligible_market_share", ""), row.get("source", "")))
            earlier, same = seen.setdefault(statement.iri, (line, said))
            if earlier == line:
                yield statement
            elif same == said:
                yield Passed("provision.csv", line, f"repeats line {earlier}")
            else:
                raise RowRefused(f"contradicts line {earlier}, of the same provider, item and year")
        except RowRefused as error:
            yield Refused("provision.csv", line, error.message)


def _provision(
    maker: Maker, source: Source, row: Mapping[str, str], line: int, layout: str, tables: Tables
) -> Statement:
    provider, item = tables.providers.get(row["provider_id"]), tables.items.get(row["provided_id"])
    if provider is None:
        raise RowRefused(f"provider {row['provider_id']!r} is no id of providers.csv")
    if item is None:
        raise RowRefused(f"provided item {row['provided_id']!r} is no id of inputs.csv or stages.csv")
    share, period, notes = _observed(row, layout)
    class_name, end = ("CountryShare", "country") if provider.class_name == "Country" else ("Provision", "provider")
    return maker.relation(
        class_name,
        {
            "item": item.iri,
            end: provider.iri,
            "share": share,
            "shareBasis": BY_COUNTRY if provider.by_country else BY_COMPANY,
            "period": period,
            "citedSource": row.get("source", ""),
        },
        source=source,
        origin=f"provision:{line}",
        valid_from=period[:4],
        passage=_passage(provider, item, share, period),
        note=" ".join(filter(None, (*notes, *_stale(row, provider, item), provider.pseudo))),
    )


def _observed(row: Mapping[str, str], layout: str) -> tuple[str, str, list[str]]:
    """Share, period, and what has to be known of them."""
    share, notes = row["share_provided"], []
    if layout == "2022":
        negligible = row["negligible_market_share"]
        if negligible not in ("", "negligible"):
            raise RowRefused(f"negligible_market_share: {negligible!r} is neither blank nor 'negligible'")
        if negligible and share:
            raise RowRefused(f"a share of {share} and 'negligible' in one row")
        share, period = share.removesuffix("%"), _ABOUT_2019
        if negligible:
            notes.append("Negligible market share.")
        elif not share:
            notes.append("A notable provider, share unknown.")
        return share, period, [*notes, _NO_YEAR]
    if not re.fullmatch(r"\d{4}", row["year"]):
        raise RowRefused(f"year: {row['year']!r} is no year")
    if not share:
        notes.append("A notable provider, share unknown.")
    elif re.fullmatch(r"0+(\.0+)?", share):
        notes.append("Rounded to 0: below 0.05 %.")
    if not row["source"]:
        notes.append("The data set names no source.")
    return share, row["year"], notes


def _stale(row: Mapping[str, str], provider: Provider, item: Item) -> Iterator[str]:
    """Names in a row that its ids no longer have."""
    for column, names in (("provider_name", (provider.name, *provider.aliases)), ("provided_name", (item.label,))):
        if row[column] and row[column] not in names:
            yield f"The row has the name {row[column]!r}, which its id does not have in this release."


def _passage(provider: Provider, item: Item, share: str, period: str) -> str:
    year = f"about {period[:4]}" if period.endswith("~") else period
    view = ", counted by headquarters" if provider.by_country else ""
    if share:
        return f"{provider.label}: {share} % of the global market of {item.label} in {year}{view}."
    return f"{provider.label} is among the providers of {item.label} in {year}{view}; no share is given."
