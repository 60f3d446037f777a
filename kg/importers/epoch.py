"""Epoch AI, Data on Machine Learning Hardware (CC BY 4.0): one row of `ml_hardware.csv` is one chip or board.

Figures are imported exactly, in the ontology's units, with the column they come from; Epoch AI gives throughput for dense matrices
(its remarks on a row say where a maker's sparse figure was halved). `FP16` is the column Tensor-FP16/BF16 or, where that is blank,
FP16 (half precision); the other of the two stands in the note. The column INT4/FP4 does not say which of the two it means and is
not read. A cell that cannot hold is refused with its column, the rest of its row is kept; a figure known to be wrong at the source
is kept and contradicted by a claim (`epoch_doubts`).

Not imported: what Epoch AI computes (max performance, energy efficiency, price-performance, ML OP/s, total processing performance),
prices, clocks, memory buses, tensor cores, transistors, internode bandwidth, the type of processor and the models trained.

A launch shows that the product and its maker were public on that day; it proves nothing about when a figure was known.

The file has no date of its own: the edition is the option `edition`, else the newest day of its column `Last modified`.
Documentation: https://epoch.ai/data/machine-learning-hardware-documentation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

from kg.facts.dates import latest
from kg.facts.model import Batch, Entity, Source
from kg.facts.slugs import slug_of
from kg.importers.epoch_doubts import contradiction
from kg.importers.epoch_figures import DATE, FIGURES, NAME, REQUIRED, Figure
from kg.importers.files import csv_rows, find_file, refuse
from kg.importers.making import Maker, RowRefused
from kg.importers.records import Importer, Options, Progress, Reading, Record, Refused
from kg.schema import Schema

__all__ = ["EPOCH", "read_epoch"]

_FILE = "ml_hardware.csv"
_HOME = "https://epoch.ai/data/machine-learning-hardware"
_ALIASES = {"Kunlunxin Baidu": ("Kunlunxin",), "Moore Threads (Tencent)": ("Moore Threads",), "Amazon AWS": ("AWS",)}
"""Other names of makers whose cell holds two."""

_RESEARCH = {"National University of Defense Technology"}
"""Makers that are no company."""


def read_epoch(schema: Schema, path: Path, options: Options, progress: Progress) -> Reading:
    """Read `ml_hardware.csv`; see the module."""
    file = find_file(path, _FILE)
    edition = _edition(file, options.edition)
    day = latest(edition)
    if day is None:
        refuse(file.name, f"edition {edition!r} is no date", "a day, month or year")
    batch = Batch("epoch", "Epoch AI, Data on Machine Learning Hardware", EPOCH.licence, day)
    return Reading(batch, _records(Maker(schema, batch), file, edition, progress))


def _edition(file: Path, given: str) -> str:
    """The edition named by the caller, else the newest day on which a row was modified."""
    newest = ""
    for line, row in csv_rows(file, REQUIRED):
        modified = row["Last modified"][:10]
        try:
            newest = max(newest, dt.date.fromisoformat(modified).isoformat())
        except ValueError:
            refuse(file.name, f"Last modified: {modified!r} is no day", "YYYY-MM-DD with a time", line)
    if not newest:
        refuse(file.name, "there is no row in it", "rows of hardware below the header", 2)
    if given and (latest(given) or dt.date.max) < dt.date.fromisoformat(newest):
        refuse(
            file.name, f"a row was modified on {newest}", f"an edition of {given} or older rows: is it another release?"
        )
    return given or newest


def _records(maker: Maker, file: Path, edition: str, progress: Progress) -> Iterator[Record]:
    source = maker.source(
        f"epoch-{edition}",
        f"Epoch AI, Data on Machine Learning Hardware, {edition}",
        _HOME,
        edition,
        publisher="Epoch AI",
        licence="CC BY 4.0",
        rights=f"the publisher's page ({_HOME})",
        series="epoch",
        supersedes_series=True,
    )
    yield source
    lines: dict[str, int] = {}
    firms: dict[str, Entity] = {}
    for line, row in csv_rows(file, REQUIRED, progress):
        name = row[NAME]
        slug = f"epoch-{slug_of(name)}"
        if not name or slug in lines:
            reason = f"{name!r} has the id {slug!r} of line {lines[slug]}" if name else f"{NAME} is missing"
            yield Refused(file.name, line, reason)
            continue
        lines[slug] = line
        yield from _Row(maker, row, file.name, line, slug, source, firms).records()


class _Row:
    """One row on its way to records."""

    def __init__(
        self,
        maker: Maker,
        row: Mapping[str, str],
        file: str,
        line: int,
        slug: str,
        source: Source,
        firms: dict[str, Entity],
    ) -> None:
        self.maker, self.row, self.source, self.firms = maker, row, source, firms
        self.file, self.line, self.origin = file, line, f"ml_hardware:{line}"
        self.chip = maker.entity("Chip", slug, row[NAME], _names(row), origin=self.origin)
        self.launched = ""

    def records(self) -> Iterator[Record]:
        """The chip, its figures, its maker and its foundries."""
        yield self.chip
        for figure in FIGURES:
            yield from self._figure(figure)
        yield from self._launch()
        yield from self._role("Design", "designer", "Manufacturer", "manufacturer")
        yield from self._role("Fabrication", "fabricator", "Foundry", "foundry")

    def _figure(self, figure: Figure) -> Iterator[Record]:
        column = next((c for c in figure.columns if self.row[c]), "")
        if not column:
            return
        try:
            value = f"{_exact(self.row[column]) / figure.divisor:f}"
            text = f"{Decimal(value).normalize():f}{figure.suffix}"
            said = f"Epoch AI lists {text if figure.suffix else f'{text} {figure.unit}'} for the {self.chip.label} (column {column})."
            statement = self.maker.plain(
                self.chip.iri,
                figure.property,
                text,
                "Chip",
                source=self.source,
                origin=self.origin,
                passage=said,
                note=self._note(figure, column),
            )
        except RowRefused as error:
            yield Refused(self.file, self.line, f"column {column}: {error.message}")
            return
        yield statement
        yield from contradiction(self.maker, self.chip, figure.property, text, self.source, self.origin)

    def _note(self, figure: Figure, column: str) -> str:
        parts = [figure.note]
        for other in figure.columns:
            if other != column and self.row[other] and self.row[other] != self.row[column]:
                parts.append(f"The column {other} gives {self.row[other]}.")
        return " ".join(p for p in (*parts, self._behind(figure.performance)) if p)

    def _behind(self, with_remark: bool) -> str:
        """What Epoch AI names behind a row: its data sheets, and its remark where that concerns the value."""
        links, remark = " ".join(self.row["Link to datasheet"].split()), " ".join(self.row["Notes"].split())
        told = f"Behind it: {links}." if links else ""
        return f"{told} Remark on the row: {remark}".strip() if with_remark and remark else told

    def _launch(self) -> Iterator[Record]:
        day = self.row[DATE]
        if not day:
            return
        whole_year = " The first of January may stand for the year alone." if day.endswith("-01-01") else ""
        try:
            yield self.maker.plain(
                self.chip.iri,
                "launchDate",
                day,
                "Chip",
                source=self.source,
                origin=self.origin,
                passage=f"Epoch AI gives {day} as the release date of the {self.chip.label}.",
                note=f"{self._behind(True)}{whole_year}".strip(),
                first_public=day,
                first_public_source=self.source.iri,
            )
        except RowRefused as error:
            yield Refused(self.file, self.line, f"column {DATE}: {error.message}")
            return
        self.launched = day

    def _role(self, relation: str, end: str, column: str, word: str) -> Iterator[Record]:
        firms = [" ".join(f.split()) for f in self.row[column].split(",") if f.strip()]
        both = f"The row names {len(firms)} of them." if len(firms) > 1 else ""
        for name in firms:
            if name not in self.firms:
                kind = "ResearchOrganisation" if name in _RESEARCH else "Company"
                self.firms[name] = self.maker.entity(
                    kind, f"epoch-{slug_of(name)}", name, _ALIASES.get(name, ()), origin=self.origin
                )
                yield self.firms[name]
            public = self.launched if relation == "Design" else ""
            yield self.maker.relation(
                relation,
                {"item": self.chip.iri, end: self.firms[name].iri},
                source=self.source,
                origin=self.origin,
                passage=f"Epoch AI names {name} as {word} of the {self.chip.label}.",
                note=both,
                first_public=public,
                first_public_source=self.source.iri if public else "",
            )


def _exact(text: str) -> Decimal:
    """The number of a cell, without rounding; `inf` and `nan`, which the file knows, are refused."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise RowRefused(f"{text!r} is no number") from None
    if not number.is_finite():
        raise RowRefused(f"{text!r} is no number")
    return number


def _names(row: Mapping[str, str]) -> list[str]:
    """Other names of a chip: without its maker in front (`H100 SXM5 80GB`), and each with a mistyped `PCIe` mended."""
    name = row[NAME]
    makers = {w.strip("()").casefold() for w in row["Manufacturer"].split()} - {"of"}
    words = name.split()
    while len(words) > 1 and words[0].casefold() in makers:
        words = words[1:]
    short = " ".join(words)
    return [n.replace("PCle", "PCIe") for n in (name, short)] + [short]


EPOCH = Importer(
    name="epoch",
    title="Epoch AI, Data on Machine Learning Hardware",
    licence="CC-BY-4.0",
    homepage=_HOME,
    doc="ml_hardware.csv as downloaded from the publisher, or the folder that holds it",
    function=read_epoch,
    files=(_FILE,),
)
