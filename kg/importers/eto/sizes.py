"""Sizes of markets in the ETO data set: what the world buys of an item in a year (`inputs.csv`, `stages.csv`).

The column is text for a chart: "$40.1 million (2025)". An amount counts where it is one of the item as a whole. A bound ("Over $70 billion")
and an amount of something narrower or named otherwise ("$1 billion (sputtering targets)") are no size of the item and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from kg.facts.model import Source, Statement
from kg.importers.eto.tables import Item
from kg.importers.making import Maker

__all__ = ["market_size"]

_COLUMN = "market_share_chart_global_market_size_info"
_AMOUNT = re.compile(
    r"(?P<about>about )?\$(?P<number>\d+(?:\.\d+)?)(?: (?P<scale>million|billion))?(?: \((?P<year>\d{4})\))?"
)
_SCALE = {"million": Decimal(10) ** 6, "billion": Decimal(10) ** 9, None: Decimal(1)}
_ABOUT_2019 = "2019"
_NO_YEAR = "No year is given: the release describes mostly the market of 2019."


def market_size(
    maker: Maker, source: Source, row: Mapping[str, str], item: Item, origin: str, layout: str
) -> Iterator[Statement]:
    """The size of an item's world market in US dollars, from the year it describes on; nothing where the row gives none."""
    text = row.get(_COLUMN, "")
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return
    notes = ["An approximate figure."] if found["about"] else []
    year = found["year"] or row.get("year", "")
    if not year and layout == "2022":
        year = _ABOUT_2019
        notes.append(_NO_YEAR)
    if row.get("market_share_chart_source"):
        notes.append(f"Named source: {row['market_share_chart_source']}")
    yield maker.plain(
        item.iri,
        "marketSize",
        f"{(Decimal(found['number']) * _SCALE[found['scale']]).normalize():f}",
        item.class_name,
        source=source,
        origin=origin,
        valid_from=year,
        passage=f"Gives the world market of {item.label} as {text}.",
        note=" ".join(notes),
    )
