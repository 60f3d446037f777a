"""Country groups (15 CFR part 740, Supp. 1) and the Commerce Country Chart (part 738, Supp. 1).

A mark of the chart becomes a chart entry; a missing mark becomes nothing, because it permits nothing (15 CFR 738.4(a)(2)(ii)(B)).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kg.facts.model import Entity
from kg.importers.ear.edition import Edition
from kg.importers.ear.names import Countries
from kg.importers.files import refuse
from kg.importers.making import Maker, RowRefused
from kg.importers.records import Progress, Record, Refused

__all__ = ["CHART_NOTE", "chart", "chart_columns", "groups", "paragraph_entity"]

CHART_NOTE = (
    "No mark means no licence requirement for that reason and destination only where General Prohibitions Four to Ten do not apply and "
    "the entry refers to nothing else (15 CFR 738.4(a)(2)(ii)(B)). Cuba, Iran, North Korea and Syria have no marks: part 746 applies."
)
_LABELS_LEFT_OUT = {"A:5", "A:6"}
"""Groups whose label is the packager's, with a rank ("Tier 1") that another rule means otherwise."""

_NOTES = {
    "D:5": (
        "macau",
        "Macau is not in the group; a rule that means it names it beside the group. Where the State Department's notices of arms "
        "embargoes (22 CFR 126.1) differ, these prevail.",
    ),
}
_UAE = "License Exception STA reaches approved entities of Supp. 8 to part 740 only (15 CFR 740.2(a)(26))."
_CITED = re.compile(r"\d+ FR \d+|\b\d{3}\.\d+(?:\([a-z0-9]+\))*|Footnote \d+")
_ENTRY = re.compile(r"(?P<id>\d[A-E]\d{3}(?:\.[a-z0-9]+)*)(?: \((?P<part>.+)\))?\Z")


def groups(edition: Edition, document: Mapping[str, Any], countries: Countries, progress: Progress) -> Iterator[Record]:
    """Country groups and their members."""
    listed: dict[str, list[str]] = document["groups"]
    _same_turned_round(edition, document)
    yield edition.source
    for code, members in listed.items():
        said = str(document["labels"].get(code, ""))
        label = "" if code in _LABELS_LEFT_OUT or not said else f"{said} ({code})"
        name = f"Country Group {code}"
        slug = code.lower().replace(":", "-")
        group = edition.maker.entity("CountryGroup", slug, name, (code, f"Group {code}", label), edition.origin(code))
        yield group
        for place in members:
            progress.row()
            key, told = _NOTES.get(code, ("", ""))
            note = told if key in document["notes"] else ""
            if code == "A:5" and place == "United Arab Emirates" and "uae" in document["notes"]:
                note = _UAE
            try:
                yield from countries.new(place)
                yield edition.relation(
                    "GroupMembership",
                    {"country": countries.iri(place), "group": group.iri, "basis": f"15 CFR part 740, Supp. 1, {name}"},
                    f"{code}/{place}",
                    f"{name} lists {place}.",
                    note,
                )
            except RowRefused as error:
                yield Refused(edition.file, 0, f"{code}: {error.message}")


def _same_turned_round(edition: Edition, document: Mapping[str, Any]) -> None:
    """Refuse a file whose two tables of memberships differ."""
    turned: dict[str, set[str]] = {}
    for of_letter in document["byCountry"].values():
        for place, codes in of_letter.items():
            for code in codes:
                turned.setdefault(code, set()).add(place)
    for code, members in document["groups"].items():
        if code in turned and turned[code] != set(members):
            odd = ", ".join(sorted(turned[code] ^ set(members)))
            refuse(edition.file, f"groups and byCountry differ in {code}: {odd}", "the file as published, whole")


def chart_columns(maker: Maker, document: Mapping[str, Any]) -> dict[str, Entity]:
    """The columns of the chart by code (`NS 1`)."""
    return {
        code: maker.entity(
            "ControlColumn",
            code.lower().replace(" ", "-"),
            code.replace(" ", " Column "),
            (code,),
            f"country-chart:{code}",
        )
        for code in document["columns"]
    }


def chart(
    edition: Edition,
    document: Mapping[str, Any],
    columns: Mapping[str, Entity],
    countries: Countries,
    progress: Progress,
) -> Iterator[Record]:
    """Columns, marks, footnotes, rows taken over, and entries to which the chart does not apply."""
    if document["countryCount"] != len(document["countries"]):
        refuse(edition.file, f"{len(document['countries'])} countries", f"{document['countryCount']}, as the file says")
    yield edition.source
    for code, column in columns.items():
        yield column
        reason = str(document["columnLabels"][code]).replace("- ", "-")
        yield edition.plain(
            column.iri, "columnReason", reason, "ControlColumn", code, f"The chart heads {column.label} with {reason}."
        )
    for rows in (document["countries"], document["embargoed"]):
        for place, row in rows.items():
            progress.row()
            try:
                yield from _row(edition, document, columns, countries, place, row)
            except RowRefused as error:
                yield Refused(edition.file, 0, f"{place}: {error.message}")
    for place, taken in document["territoryInheritance"].items():
        name = str(place).title()
        cited = ", ".join(_CITED.findall(taken["basis"]))
        yield from countries.new(name)
        yield edition.plain(
            countries.iri(name),
            "countryChartNote",
            f"Takes the row of {taken['row']}.",
            "Country",
            name,
            f"Licence requirements for {name} are those of the row of {taken['row']}.",
            f"Basis: {cited}." if cited else "",
        )
    yield from _beside_the_chart(edition, document["allDestinationsEntries"])
    for odd in document["oddities"]:
        yield Refused(edition.file, 0, f"the file itself calls it odd: {odd}")


def _row(
    edition: Edition,
    document: Mapping[str, Any],
    columns: Mapping[str, Entity],
    countries: Countries,
    place: str,
    row: Mapping[str, Any],
) -> Iterator[Record]:
    subject = countries.iri(place)
    yield from countries.new(place)
    for code in row.get("marks", ()):
        if code not in columns:
            yield Refused(edition.file, 0, f"{place}: {code!r} is none of the columns {', '.join(columns)}")
            continue
        yield edition.relation(
            "ChartEntry",
            {"country": subject, "chartColumn": columns[code].iri},
            f"{place}/{code}",
            f"The chart marks {place} in {columns[code].label}.",
        )
    notes = (
        [(row["pointer"], f"In place of marks the row of {place} refers to other parts.")] if "pointer" in row else []
    )
    for number in row["footnotes"]:
        if str(number) not in document["footnotes"]:
            yield Refused(edition.file, 0, f"{place}: there is no footnote {number}")
            continue
        notes.append((document["footnotes"][str(number)], f"Footnote {number} of the chart stands at {place}."))
    for text, passage in notes:
        yield edition.plain(subject, "countryChartNote", str(text), "Country", place, passage)


def _beside_the_chart(edition: Edition, entries: Mapping[str, Any]) -> Iterator[Record]:
    """Entries for which a licence is required to every destination (15 CFR 738.3(a)(1))."""
    every = "A licence is required to all destinations (15 CFR 738.3(a)(1));"
    kinds = (
        (entries["noLicenceExceptions"], f"{every} no licence exception may be used."),
        (
            entries["govOnly"]["entries"],
            f"{every} of the licence exceptions only GOV may be used, for official use by an agency of the US Government.",
        ),
    )
    for listed, text in kinds:
        for each in listed:
            found = _ENTRY.match(each)
            if not found:
                yield Refused(edition.file, 0, f"{each!r} is no entry of the Commerce Control List")
                continue
            paragraph = paragraph_entity(edition.maker, found["id"], edition.origin(found["id"]))
            yield paragraph
            part = f" This holds for {found['part'].removeprefix('for ')}." if found["part"] else ""
            yield edition.plain(
                paragraph.iri, "licenceNote", f"{text}{part}", "ControlParagraph", found["id"], f"{text}{part}"
            )


def paragraph_entity(maker: Maker, name: str, origin: str) -> Entity:
    """The entity of an entry or paragraph (`3A090.a.1` → `3a090-a-1`), the one that the curated seed uses."""
    slug = name.lower().replace(".", "-")
    return maker.entity("ControlParagraph", slug, name, (f"ECCN {name}",), origin)
