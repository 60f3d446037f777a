"""The four files of an edition, opened and read in turn; the control list in a stream."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import ijson

from kg.facts.model import Batch, Entity
from kg.importers.ear.countries import CHART_NOTE, chart, chart_columns, groups
from kg.importers.ear.edition import Edition
from kg.importers.ear.entries import entry
from kg.importers.ear.names import Countries
from kg.importers.files import check_depth, find_file, json_document, refuse
from kg.importers.making import Maker
from kg.importers.records import Importer, Options, Progress, Reading, Record
from kg.schema import Schema

__all__ = ["EAR", "read_ear"]

_LIST, _GROUPS, _CHART, _CATALOGUE = (
    "ccl.json",
    "country-groups.json",
    "country-chart.json",
    "license-exception-catalog.json",
)
_HEAD = ("citation", "source", "ecfrIssueDate")
_KEYS = {
    _GROUPS: (*_HEAD, "groups", "byCountry", "labels", "notes"),
    _CHART: (
        *_HEAD,
        "columns",
        "columnLabels",
        "countryCount",
        "countries",
        "embargoed",
        "footnotes",
        "territoryInheritance",
        "allDestinationsEntries",
        "oddities",
    ),
    _CATALOGUE: (*_HEAD, "count", "exceptions"),
}
_TITLES = {
    _LIST: ("ear-774-supp-1", "15 CFR part 774, Supplement No. 1 (Commerce Control List)"),
    _GROUPS: ("ear-740-supp-1", "15 CFR part 740, Supplement No. 1 (Country Groups)"),
    _CHART: ("ear-738-supp-1", "15 CFR part 738, Supplement No. 1 (Commerce Country Chart)"),
    _CATALOGUE: ("ear-740", "15 CFR part 740 (License Exceptions)"),
}
_ENTRY_KEYS = (
    "eccn",
    "heading",
    "reasonForControl",
    "countryChart",
    "licenceExceptionFlags",
    "staSpecialConditions",
    "relatedControls",
)


def read_ear(schema: Schema, path: Path, options: Options, progress: Progress) -> Reading:
    """Read the four files of an edition; see the package."""
    if path.is_file():
        refuse(path.name, "one file only", f"the folder that holds {', '.join(EAR.files)}")
    files = {name: find_file(path, name) for name in EAR.files}
    documents = {name: json_document(files[name], keys) for name, keys in _KEYS.items()}
    check_depth(files[_LIST])
    documents[_LIST] = _head(files[_LIST])
    dates = {name: _date(name, document) for name, document in documents.items()}
    newest = max(dates.values())
    for name, date in dates.items():
        wanted = options.edition or newest.isoformat()
        if date.isoformat() != wanted:
            refuse(
                name, f"the eCFR issue is that of {date}", f"the issue of {wanted}, as of the other files or the option"
            )
    batch = Batch("ear", "Export Administration Regulations", EAR.licence, newest)
    return Reading(batch, _records(Maker(schema, batch), files[_LIST], documents, progress), most_refused=_MOST_OPEN)


_MOST_OPEN = 0.4
"""Part of the rows that may be refused: many a paragraph of the control list cannot be placed in its outline."""


def _date(name: str, document: Mapping[str, Any]) -> dt.date:
    if not isinstance(document["source"], Mapping) or "url" not in document["source"]:
        refuse(name, "source has no url", "an object with the address of the eCFR issue")
    try:
        return dt.date.fromisoformat(str(document["ecfrIssueDate"]))
    except ValueError:
        refuse(name, f"ecfrIssueDate {document['ecfrIssueDate']!r} is no day", "YYYY-MM-DD")


def _records(
    maker: Maker, control_list: Path, documents: Mapping[str, Mapping[str, Any]], progress: Progress
) -> Iterator[Record]:
    editions = {
        name: Edition(maker, name, slug, title, documents[name], CHART_NOTE if name == _CHART else "")
        for name, (slug, title) in _TITLES.items()
    }
    countries = Countries(maker)
    columns = chart_columns(maker, documents[_CHART])
    exceptions: dict[str, Entity] = {}
    parts = {
        _CATALOGUE: _catalogue(editions[_CATALOGUE], documents[_CATALOGUE], exceptions, progress),
        _GROUPS: groups(editions[_GROUPS], documents[_GROUPS], countries, progress),
        _CHART: chart(editions[_CHART], documents[_CHART], columns, countries, progress),
        _LIST: _control_list(editions[_LIST], control_list, _count(documents[_LIST]), columns, exceptions, progress),
    }
    for name, records in parts.items():
        try:
            yield from records
        except (AttributeError, KeyError, TypeError) as error:
            refuse(name, f"not laid out as expected ({type(error).__name__}: {error})", "the file as published")


def _count(document: Mapping[str, Any]) -> int:
    """How many entries the control list says it has."""
    count = document["entryCount"]
    if not isinstance(count, int) or count < 1:
        refuse(_LIST, f"entryCount is {str(count)[:40]!r}", "the number of its entries")
    return count


def _control_list(
    edition: Edition,
    path: Path,
    count: int,
    columns: Mapping[str, Entity],
    exceptions: Mapping[str, Entity],
    progress: Progress,
) -> Iterator[Record]:
    yield edition.source
    for found in _entries(path, count, progress):
        yield from entry(edition, found, columns, exceptions)


def _catalogue(
    edition: Edition, document: Mapping[str, Any], exceptions: dict[str, Entity], progress: Progress
) -> Iterator[Record]:
    """The licence exceptions of part 740; a section may hold two."""
    if document["count"] != len(document["exceptions"]):
        refuse(edition.file, f"{len(document['exceptions'])} exceptions", f"{document['count']}, as the file says")
    yield edition.source
    for each in document["exceptions"]:
        progress.row()
        number, title = str(each["sectionNumber"]), str(each["title"]).removeprefix("License Exception ")
        for symbol in each["symbols"]:
            named = re.search(rf"(?:^|\) and )([^()]+?) \({symbol}\)", title)
            exceptions[symbol] = edition.maker.entity(
                "LicenceException",
                symbol.lower(),
                f"License Exception {symbol}",
                (symbol, f"{named[1]} ({symbol})" if named else title),
                edition.origin(number),
            )
            yield exceptions[symbol]
            yield edition.plain(
                exceptions[symbol].iri,
                "citation",
                f"15 CFR {number}",
                "LicenceException",
                number,
                f"Section {number} is headed: {title}.",
            )


def _head(path: Path) -> Mapping[str, Any]:
    """What stands before the entries of the control list."""
    found: dict[str, Any] = {}
    with path.open("rb") as stream:
        try:
            for prefix, event, value in ijson.parse(stream):
                if prefix == "entries" and event == "start_array":
                    break
                if event in ("string", "number"):
                    found[prefix] = value
        except (ijson.JSONError, UnicodeDecodeError) as error:
            _broken(path, error)
    for key in ("citation", "source.url", "ecfrIssueDate", "entryCount"):
        if key not in found:
            refuse(
                path.name,
                f"the key {key!r} is missing before the entries",
                "an object with citation, source, ecfrIssueDate, entryCount and entries",
            )
    return {**found, "source": {"url": found["source.url"]}}


def _entries(path: Path, expected: int, progress: Progress) -> Iterator[Mapping[str, Any]]:
    """The entries of the control list, one at a time."""
    size, count = path.stat().st_size, 0
    seen: set[str] = set()
    with path.open("rb") as stream:
        try:
            for found in ijson.items(stream, "entries.item"):
                count += 1
                progress.row()
                progress(min(stream.tell(), size), size)
                missing = [key for key in _ENTRY_KEYS if key not in found]
                if missing:
                    refuse(path.name, f"entry {count} has no {missing[0]!r}", f"an entry with {', '.join(_ENTRY_KEYS)}")
                if found["eccn"] in seen:
                    refuse(path.name, f"entry {found['eccn']} stands twice", "each entry once, as published")
                seen.add(found["eccn"])
                yield found
        except (ijson.JSONError, UnicodeDecodeError) as error:
            _broken(path, error)
    if count != expected:
        refuse(path.name, f"{count} entries", f"{expected}, as the file says (is it cut short?)")


def _broken(path: Path, error: Exception) -> NoReturn:
    first = str(error).splitlines()[0]
    if isinstance(error, UnicodeDecodeError) or "UTF8" in first:
        refuse(path.name, "not UTF-8", "the file as published, in UTF-8")
    refuse(path.name, f"no valid JSON: {first}", "the file as published (is it cut short?)")


EAR = Importer(
    name="ear",
    title="Export Administration Regulations",
    licence="CC0-1.0",
    homepage="https://www.ecfr.gov/current/title-15/subtitle-B/chapter-VII/subchapter-C",
    doc="a folder with ccl.json, country-groups.json, country-chart.json and license-exception-catalog.json of one eCFR issue",
    function=read_ear,
    files=(_LIST, _GROUPS, _CHART, _CATALOGUE),
)
