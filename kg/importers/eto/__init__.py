"""The Advanced Semiconductor Supply Chain Dataset of CSET's Emerging Technology Observatory (CC BY-NC 4.0).

One folder is one release, in the layout of 2022 or the one used since 2025 (https://eto.tech/dataset-docs/chipexplorer/). A release
is a source of the series `eto` that supersedes its forerunners whole.

What the files say, and how it is read:

- `inputs.csv`, `stages.csv`: items; `description` becomes the item's note.
- `providers.csv`: organisations, with the country of their headquarters, and countries; further rows of an id are aliases.
  "Various countries", "Various companies" and "EUR" are pseudo-providers: organisation groups, never one supplier.
- `sequence.csv`: `goes_into` is a requirement, `is_type_of` a variant. Whether variants can stand in for each other is not in the
  data. The order of processes is coded like an input: such rows carry a note. Five `goes_into` rows mean `is_type_of`.
- `provision.csv`: observations of one year, in two views of one market: by company, and by country of headquarters. The views may
  disagree, and an item and its variants both have shares: neither is ever to be added to the other. Rows are joined on ids; names in
  them may be out of date.

The data set knows no chips, memory, foundries (since 2025) or policies; an answer from it alone shows that through its coverage.

- `market_share_chart_global_market_size_info` of inputs and stages: the size of the item's world market in a year, where the text is an amount
  of the item as a whole (`kg.importers.eto.sizes`).

Not imported: the other columns `market_share_chart_…` (caption of a chart; its source is told in the note of the size), `stage_name` and
`stage_id` beyond the passage of the item's note (the stages are no part of the chain of `sequence.csv`), and pictures' credits.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.facts.model import Batch, Source
from kg.importers.eto.chain import chain
from kg.importers.eto.entities import entities
from kg.importers.eto.releases import FILES, Release, folder_of, layout_of, recognise
from kg.importers.eto.shares import provisions
from kg.importers.eto.tables import Tables, read_tables
from kg.importers.making import Maker
from kg.importers.records import Importer, Options, Progress, Reading, Record
from kg.schema import Schema

__all__ = ["ETO", "read_eto"]

_TITLE = "ETO Advanced Semiconductor Supply Chain Dataset"
_HOME = "https://eto.tech/dataset-docs/chipexplorer/"
_NOTE_2022 = (
    "Mostly the market of 2019, as understood in early 2021. Shares between 0 and 1 % are rounded up to 1 %; a share is called negligible "
    "where its country has 2 % or less of the market, or by the report's words (technical notes of the data set)."
)
_NOTE = "Shares are of the global market and by headquarters; their years differ by item."


def read_eto(schema: Schema, path: Path, options: Options, progress: Progress) -> Reading:
    """Read the folder of one release; see the module. `options.edition` names an issue the files cannot tell apart."""
    folder = folder_of(path)
    layout = layout_of(folder)
    tables = read_tables(folder, layout, progress)
    release = recognise(folder, layout, tables, options.edition)
    batch = Batch(release.id, f"{_TITLE}, release of {release.published}", ETO.licence, release.recorded)
    return Reading(batch, _records(Maker(schema, batch), folder, release, tables, progress))


def _records(maker: Maker, folder: Path, release: Release, tables: Tables, progress: Progress) -> Iterator[Record]:
    source = _source(maker, release)
    yield source
    yield from entities(maker, source, folder, release.layout, tables, progress)
    yield from chain(maker, source, folder, tables, progress)
    yield from provisions(maker, source, folder, release.layout, tables, progress)


def _source(maker: Maker, release: Release) -> Source:
    return maker.source(
        release.id,
        maker.batch.title,
        _HOME,
        release.published,
        publisher="Emerging Technology Observatory, CSET, Georgetown University",
        licence="CC BY-NC 4.0",
        rights="LICENSE.md of the data set",
        series="eto",
        supersedes_series=True,
        note=_NOTE_2022 if release.layout == "2022" else _NOTE,
    )


ETO = Importer(
    name="eto",
    title=_TITLE,
    licence="CC-BY-NC-4.0",
    homepage=_HOME,
    doc="the folder of one release, with inputs.csv, providers.csv, provision.csv, sequence.csv and stages.csv",
    function=read_eto,
    files=FILES,
)
