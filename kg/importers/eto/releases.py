"""Which release of the ETO data set a folder holds.

The files name no release. The layout of 2022 is known by its columns, later ones by the newest year observed in `provision.csv`. A
known release is also known by the size of its files, so that a folder mixed of two releases, or a file cut between two rows, is
refused; an issue that is not known needs its edition said.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import BadDate
from kg.facts.dates import extent
from kg.facts.mistakes import nearest
from kg.importers.eto.tables import COLUMNS, Tables
from kg.importers.files import csv_header, csv_rows, find_file, refuse

__all__ = ["FILES", "RELEASES", "Release", "folder_of", "layout_of", "recognise"]

FILES = ("inputs.csv", "stages.csv", "providers.csv", "sequence.csv", "provision.csv")
"""The files of a release."""

_SINCE_2025 = {"inputs.csv": "year", "providers.csv": "alias", "provision.csv": "year"}
"""A column of each file that the layout of 2022 has not."""

_MOST_UNKNOWN = 0.02
_FEWEST_UNKNOWN = 5
"""So many rows, and such a part of all, may not name unknown ids: fewer are single mistakes."""

_MOST_UNLINKED = 0.1
_LEAST_ROWS = 0.98
_STAGES = 3


@dataclass(frozen=True, slots=True)
class Release:
    """A release: id, EDTF date of publication, its last day, layout, newest year observed; of a known one also the newest year of
    inputs.csv, the number of provider ids and the rows of files."""

    id: str
    published: str
    recorded: dt.date
    layout: str
    newest: int
    charts: int = 0
    providers: int = 0
    rows: Mapping[str, int] = field(default_factory=dict)


RELEASES = (
    Release(
        "eto-2022",
        "2022",
        dt.date(2022, 12, 31),
        "2022",
        2019,
        providers=294,
        rows={"inputs.csv": 79, "sequence.csv": 93, "provision.csv": 660},
    ),
    Release(
        "eto-2025-07",
        "2025-07-11",
        dt.date(2025, 7, 11),
        "2025",
        2024,
        charts=2024,
        providers=393,
        rows={"inputs.csv": 126, "sequence.csv": 139, "provision.csv": 1305},
    ),
    Release(
        "eto-2026-08",
        "2026-08-14",
        dt.date(2026, 8, 14),
        "2025",
        2025,
        charts=2025,
        providers=396,
        rows={"inputs.csv": 126, "sequence.csv": 139, "provision.csv": 1300},
    ),
)
"""The releases that are known, oldest first."""


def folder_of(path: Path) -> Path:
    """The folder that holds the files: the path, or `data` in a checkout of the publisher's repository. Raises ImportRefused."""
    if path.is_file():
        refuse(str(path), "a file", f"the folder of one release, with {', '.join(FILES)}")
    folder = path if not (path / "data" / FILES[0]).is_file() or (path / FILES[0]).is_file() else path / "data"
    for name in FILES:
        _check_end(find_file(folder, name))
    return folder


def _check_end(path: Path) -> None:
    """Refuse a file whose last row does not end: all published ones do, so it was cut inside its last cell."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 1))
        if file.read() not in (b"\n", b""):
            refuse(path.name, "no line break at its end", "the file as published (is it cut short?)")


def layout_of(folder: Path) -> str:
    """`2022`, or `2025` for the layout since; files that do not agree are refused."""
    heads = {name: csv_header(folder / name) for name in _SINCE_2025}
    layout = "2022" if "negligible_market_share" in heads["provision.csv"] else "2025"
    for name, column in _SINCE_2025.items():
        if layout == "2022" and column in heads[name]:
            refuse(
                name, "wrong release: the layout since 2025, beside a provision.csv of 2022", "files of one release", 1
            )
        if layout == "2025" and name != "provision.csv" and not nearest(column, heads[name]):
            refuse(
                name,
                f"wrong release: no column {column!r}, as in 2022, beside a later provision.csv",
                "files of one release",
                1,
            )
    return layout


def recognise(folder: Path, layout: str, tables: Tables, edition: str) -> Release:
    """The release a folder holds. Raises ImportRefused where its files belong to several or to one that is not known."""
    newest, line, rows = _survey_provision(folder, layout, tables)
    release = _release(layout, newest, line, edition)
    linked = _survey_sequence(folder, tables)
    if not release.rows:
        return release
    charts, inputs = _survey_inputs(folder, layout)
    for other in RELEASES:
        if other.id != release.id and other.providers == len(tables.providers):
            refuse("providers.csv", f"wrong release: {other.providers} ids, as in {other.id}", f"those of {release.id}")
        if other.id != release.id and other.charts == charts != release.charts:
            refuse(
                "inputs.csv", f"wrong release: its newest year is {charts}, as in {other.id}", f"that of {release.id}"
            )
    if len(tables.providers) != release.providers:
        refuse(
            "providers.csv",
            f"{len(tables.providers)} ids, where the release {release.id} has {release.providers}",
            "the file as published (is it cut short?); another issue is named by its edition, YYYY-MM",
        )
    _check_stages(folder, release)
    for name, count in {"inputs.csv": inputs, "sequence.csv": linked, "provision.csv": rows}.items():
        if count < _LEAST_ROWS * release.rows[name]:
            refuse(
                name,
                f"{count} rows, where the release {release.id} has {release.rows[name]}",
                "the file as published (is it cut short?); another issue is named by its edition, YYYY-MM",
            )
    return release


def _survey_provision(folder: Path, layout: str, tables: Tables) -> tuple[int, int, int]:
    """The newest year, its first line, and the number of rows; refused where too many rows name unknown ids."""
    columns = (*COLUMNS["provision.csv"], *(("negligible_market_share",) if layout == "2022" else ("year", "source")))
    newest, at, count, unknown, first = (2019 if layout == "2022" else 0), 0, 0, 0, 0
    for line, row in csv_rows(folder / "provision.csv", columns):
        count += 1
        year = row.get("year", "")
        if re.fullmatch(r"\d{4}", year) and int(year) > newest:
            newest, at = int(year), line
        if row["provider_id"] not in tables.providers or row["provided_id"] not in tables.items:
            unknown, first = unknown + 1, first or line
    if not count or not newest:
        refuse("provision.csv", "no row" if not count else "no row with a year", "the file as published")
    if unknown >= max(_FEWEST_UNKNOWN, _MOST_UNKNOWN * count):
        refuse(
            "provision.csv",
            f"wrong release: {unknown} of {count} rows name an id that inputs.csv, stages.csv or providers.csv has not",
            "files of one release, none of them cut short",
            first,
        )
    return newest, at, count


def _check_stages(folder: Path, release: Release) -> None:
    """The three stages, told apart by how the first is described: as the design of logic chips in 2022, of semiconductors later."""
    stages = [row for _, row in csv_rows(folder / "stages.csv", ("stage_id", "description"))]
    if len(stages) != _STAGES:
        refuse("stages.csv", f"{len(stages)} rows", f"{_STAGES} stages")
    logic = stages[0]["description"].startswith("Logic")
    if logic != (release.layout == "2022"):
        refuse("stages.csv", "wrong release: its first stage is described as in another", f"that of {release.id}")


def _survey_sequence(folder: Path, tables: Tables) -> int:
    """The number of rows of sequence.csv; refused where too many ids are unknown or too many inputs stand in no row."""
    count, unknown, first = 0, 0, 0
    linked: set[str] = set()
    for line, row in csv_rows(folder / "sequence.csv", COLUMNS["sequence.csv"]):
        count += 1
        ends = {row[key] for key in ("input_id", "goes_into_id", "is_type_of_id")} - {""}
        if not ends <= tables.items.keys():
            unknown, first = unknown + 1, first or line
        linked |= ends & tables.items.keys()
    if unknown >= max(_FEWEST_UNKNOWN, _MOST_UNKNOWN * count):
        refuse(
            "sequence.csv",
            f"wrong release: {unknown} of {count} rows name an id inputs.csv has not",
            "files of one release",
            first,
        )
    inputs = {id_ for id_, item in tables.items.items() if item.file == "inputs.csv"}
    if len(inputs - linked) > _MOST_UNLINKED * len(inputs):
        refuse(
            "sequence.csv",
            f"{len(inputs - linked)} of {len(inputs)} inputs stand in no row",
            "the whole file (is it cut short?)",
        )
    return count


def _survey_inputs(folder: Path, layout: str) -> tuple[int, int]:
    """The newest year of inputs.csv (0 without), and the number of rows."""
    newest, count = 0, 0
    for _, row in csv_rows(folder / "inputs.csv", ("year",) if layout != "2022" else ()):
        count += 1
        if re.fullmatch(r"\d{4}", row.get("year", "")):
            newest = max(newest, int(row["year"]))
    return newest, count


def _release(layout: str, newest: int, line: int, edition: str) -> Release:
    """The release by its layout and newest year, or the one the edition names, if that is not against them."""
    past = [r for r in RELEASES if r.newest <= newest and r.layout <= layout]
    before = past[-1]
    after = next((r for r in RELEASES if r.newest > newest or r.layout > layout), None)
    same = before if (before.layout, before.newest) == (layout, newest) else None
    if not edition:
        if same:
            return same
        known = ", ".join(f"{r.newest} ({r.id})" for r in RELEASES)
        refuse(
            "provision.csv",
            f"the newest year is {newest}; the known releases end with {known}",
            "the edition of another release, YYYY-MM or YYYY-MM-DD",
            line,
        )
    if not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", edition):
        refuse("edition", f"{edition!r} is no date", "YYYY-MM or YYYY-MM-DD")
    try:
        first, last = extent(edition)
    except BadDate as error:
        refuse("edition", error.message, "YYYY-MM or YYYY-MM-DD")
    assert first is not None
    assert last is not None
    if same and first <= same.recorded <= last:
        return same
    if first <= before.recorded or (after and last >= after.recorded) or newest > last.year:
        between = f"after {before.published}" + (f" and before {after.published}" if after else "")
        refuse(
            "provision.csv",
            f"the edition {edition} contradicts the files: their layout is of {layout}, their newest year {newest}",
            (f"{same.published}, or " if same else "") + f"an edition {between}",
            line,
        )
    if len(edition) == 4:
        refuse("edition", f"{edition} is a year alone", "YYYY-MM or YYYY-MM-DD")
    return Release(f"eto-{edition}", edition, last, layout, newest)
