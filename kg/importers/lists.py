"""Two lists kept by OpenSanctions: China's counter-measures and the section 1260H list of the US (CC BY-NC 4.0).

`cn_sanctions.csv` holds what authorities of China announced: the export control list and its watch list, the Unreliable Entity List, the
list of targets of countermeasures, measures under the Anti-Foreign Sanctions Law and others. `us_dod_1260H.csv` holds the yearly lists
of Chinese military companies of the Department of Defense, one row a company and list.

- Organisations only; rows of natural persons are passed.
- A party is one entity where names are equal but for case and punctuation (`Skydio Inc.`, `Skydio, Inc.`) and no two countries are told;
  it has a list entry for each row, from its day, and the announcement as citation.
- An entry was public from its day, by the announcement. Its end is a record of its own, known from the list that left the party out, else
  from the edition of the file. A company taken off a 1260H list is off for its earlier lists too, though only one row says so.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import BadDate
from kg.facts.countries import alpha3
from kg.facts.dates import check_edtf, latest
from kg.facts.mistakes import nearest
from kg.facts.model import Batch, End, Entity, Source, known_from
from kg.importers.csl import list_group
from kg.importers.files import csv_rows, find_file, refuse
from kg.importers.making import Maker, RowRefused, slug_of
from kg.importers.parties import organisation_class
from kg.importers.places import country, country_iri
from kg.importers.records import Importer, Options, Passed, Progress, Reading, Record, Refused
from kg.schema import Schema
from kg.terms import content_hash, entity_iri

__all__ = ["LISTS", "read_lists"]

_EDITION = "2026-08-22"
_HOME = "https://www.opensanctions.org/"
_CN, _US = "cn_sanctions.csv", "us_dod_1260H.csv"
_CN_COLUMNS = (
    "Type",
    "QID",
    "Name",
    "Alias",
    "Chinese name",
    "Country",
    "Body",
    "List",
    "Date",
    "End date",
    "Source URL",
)
_US_COLUMNS = (
    "Name",
    "Clean Name",
    "Alias",
    "Previous Name",
    "Parent Name",
    "Note",
    "Start date",
    "End date",
    "Source Url",
)
_DECISION = (
    "cn-mfa-decisions-on-military-industry",
    "Decisions on countermeasures against US military-industry enterprises",
)
_CN_LISTS = {
    "list of export controls": ("cn-export-control-list", "Export Control List of China", "出口管制管控名单"),
    "export control watch list": (
        "cn-export-control-watch-list",
        "Export Control Watch List of China",
        "出口管制关注名单",
    ),
    "uel": ("cn-unreliable-entity-list", "Unreliable Entity List of China", "不可靠实体清单"),
    "list of targets of countermeasures": (
        "cn-countermeasures-list",
        "List of Targets of Countermeasures of China",
        "反制清单",
    ),
    "afsl": ("cn-afsl-countermeasures", "Countermeasures under the Anti-Foreign Sanctions Law of China", "AFSL"),
    "decision on countermeasures against u.s. military-industry enterprises": (*_DECISION, ""),
    "decision on countermeasures against u.s. military-industry enterprises and senior managers": (*_DECISION, ""),
}
_CN_UNNAMED = {
    "ministry of foreign affairs": (
        "cn-mfa-sanctions",
        "Sanctions announced by the Ministry of Foreign Affairs of China",
        "",
    ),
    "taiwan affairs office of the state council": (
        "cn-tao-measures",
        "Measures of the Taiwan Affairs Office of China",
        "",
    ),
    "": ("cn-other-sanctions", "Sanctions of China on no list that is told", ""),
}
"""The lists of China by what the file calls them, or by the authority where it names none."""

_US_LIST = ("us-section-1260h-list", "Section 1260H list of Chinese military companies", "1260H list")
_DEFENSE = "US Department of Defense"
_PERSONS = {"person", "individual"}
_ORGANISATIONS = {"company", "organization", "legalentity", "publicbody"}
_QID = re.compile(r"Q[1-9][0-9]*\Z")
_EUROPEAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(20\d\d|\d\d)\Z")


def read_lists(schema: Schema, path: Path, options: Options, progress: Progress) -> Reading:
    """Read the folder of the two files; see the module."""
    edition = options.edition or _EDITION
    try:
        check_edtf(edition)
    except BadDate as error:
        refuse(str(path), f"edition: {error.message}", f"the day of the files, such as {_EDITION}")
    if path.is_file():
        refuse(str(path), "one file", f"the folder that holds {_CN} and {_US}: a batch is replaced whole")
    recorded = latest(edition)
    if recorded is None:
        refuse(str(path), f"the edition {edition!r} is no date", f"the day of the files, such as {_EDITION}")
    files = find_file(path, _CN), find_file(path, _US)
    batch = Batch("lists", "Lists of OpenSanctions: counter-measures of China, section 1260H", LISTS.licence, recorded)
    return Reading(batch, _Reader(Maker(schema, batch), edition, progress).records(*files), group=list_group)


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a row says: who is on which list, from when until when, by which announcement, in which words."""

    party: Entity
    on: tuple[str, str, str]
    by: str
    url: str
    start: str
    end: str
    passage: str
    note: str
    origin: str


class _Reader:
    """One reading of the two files: what was met so far."""

    def __init__(self, maker: Maker, edition: str, progress: Progress) -> None:
        self.maker, self.progress, self.edition = maker, progress, edition
        self.yielded: set[str] = set()
        self.public: dict[str, tuple[str, str, str]] = {}
        self.country: dict[str, str] = {}
        self.said: dict[str, str] = {}

    def records(self, cn: Path, us: Path) -> Iterator[Record]:
        """Everything the two files say, row by row."""
        source = self._source("cn-sanctions", "counter-measures of China", cn, "datasets/cn_sanctions/")
        yield source
        for line, row in csv_rows(cn, _CN_COLUMNS, self.progress):
            try:
                yield from self._measure(row, cn.name, line, source)
            except RowRefused as error:
                yield Refused(cn.name, line, error.message)
        yield from self._keepers("CHN", source)
        source = self._source("us-1260h", "section 1260H list", us, "datasets/us_dod_chinese_milcorps/")
        yield source
        vintages = _Vintages(us)
        for line, row in csv_rows(us, _US_COLUMNS, self.progress):
            try:
                yield from self._military(row, f"{us.name}:{line}", source, vintages)
            except RowRefused as error:
                yield Refused(us.name, line, error.message)
        yield from self._keepers("USA", source)

    def _keepers(self, code: str, source: Source) -> Iterator[Record]:
        """Whose lists the ones met so far are; public from the first announcement of each."""
        if self.public and code not in self.yielded:
            self.yielded.add(code)
            yield country(self.maker, code)
        for slug, (public, by, label) in sorted(self.public.items()):
            yield self.maker.plain(
                entity_iri("PartyList", slug),
                "jurisdiction",
                country_iri(code),
                "PartyList",
                source=source,
                origin=slug,
                passage=f"Gives {label} among what authorities of {code} announced.",
                first_public=public if by else "",
                first_public_source=by,
            )
        self.public.clear()

    def _source(self, name: str, title: str, file: Path, page: str) -> Source:
        return self.maker.source(
            f"lists-{name}-{self.edition}",
            f"OpenSanctions: {title} ({file.name}), {self.edition}",
            _HOME + page,
            self.edition,
            publisher="OpenSanctions",
            licence="CC BY-NC 4.0",
            rights="COPYRIGHT.md of the repository opensanctions/opensanctions",
            series=f"lists-{name}",
            supersedes_series=True,
            note="The file does not tell whether a measure was suspended.",
        )

    def _measure(self, row: Mapping[str, str], file: str, line: int, source: Source) -> Iterator[Record]:
        kind, origin = row["Type"].casefold(), f"{file}:{line}"
        if kind in _PERSONS:
            yield Passed(file, line, "natural person")
            return
        if kind not in _ORGANISATIONS:
            raise RowRefused(f"its type is none of {', '.join(sorted(_ORGANISATIONS | _PERSONS))}")
        code = alpha3(row["Country"])
        if row["Country"] and not code and row["Country"] != "EU":
            raise RowRefused(f"country {row['Country']!r} is none of ISO 3166-1")
        if row["QID"] and not _QID.match(row["QID"]):
            raise RowRefused(f"QID {row['QID']!r} is none of Wikidata")
        on, start = _list_of(row["List"], row["Body"]), _day(row["Date"], "Date")
        party = self._party(row["Name"], code, (*_split(row["Alias"]), *_split(row["Chinese name"])), origin)
        by = f"{row['Body']} of China" if row["Body"] else "China"
        said = f"{by} named {party.label}{' on ' + start if start else ''}; list: {on[1]}."
        passage, note = said if by == "China" else f"The {said}", "" if start else "The file gives no date."
        end = _day(row["End date"], "End date")
        yield from self._entry(_Entry(party, on, by, row["Source URL"], start, end, passage, note, origin), source)
        if code:
            if code not in self.yielded:
                self.yielded.add(code)
                yield country(self.maker, code)
            yield from self._plain(
                party, "addressCountry", country_iri(code), f"Places {party.label} in {code}.", origin, source
            )
        if row["QID"]:
            said = f"Gives {row['QID']} as the identifier of {party.label} in Wikidata."
            yield from self._plain(party, "wikidataId", row["QID"], said, origin, source)

    def _military(self, row: Mapping[str, str], origin: str, source: Source, vintages: _Vintages) -> Iterator[Record]:
        name, start, own = row["Clean Name"], _day(row["Start date"], "Start date"), _day(row["End date"], "End date")
        if not start:
            raise RowRefused("the start date is missing")
        names = (row["Name"].rstrip("*"), *_split(row["Alias"]), *_split(row["Previous Name"]))
        party = self._party(name, "", names, origin)
        under = f", under {row['Parent Name']}" if row["Parent Name"] else ""
        passage = f"The section 1260H list of {start} names {party.label}{under}, printed as {row['Name']}."
        end = own or vintages.end(name, start)
        notes = [f"The file's note: {row['Note'].rstrip('.')}."] if row["Note"] else []
        if end and not own:
            notes.append(f"The file gives the end, {end}, with the company's row of a later list.")
        if not end and not vintages.in_newest(name):
            notes.append(f"The list of {vintages.newest} does not name it; the file gives no end.")
        entry = _Entry(party, _US_LIST, _DEFENSE, row["Source Url"], start, end, passage, " ".join(notes), origin)
        yield from self._entry(entry, source, vintages)

    def _party(self, name: str, code: str, aliases: Sequence[str], origin: str) -> Entity:
        slug = _slug(name)
        if code and self.country.setdefault(slug, code) != code:
            slug = f"{slug}-{code.lower()}"
        return self.maker.entity(organisation_class(name), slug, name, aliases, origin)

    def _announcement(self, by: str, url: str, day: str) -> Source:
        title = f"Section 1260H list of {day}" if by == _DEFENSE else f"Announcement of {day}: {by}"
        slug = f"lists-announcement-{day}-{content_hash([by, url], 8)}"
        return self.maker.source(
            slug, title, url, day, publisher=by, rights="no licence was looked for; only its day is used"
        )

    def _entry(self, entry: _Entry, source: Source, vintages: _Vintages | None = None) -> Iterator[Record]:
        slug, label, alias = entry.on
        public = self._announcement(entry.by, entry.url, entry.start) if entry.start else None
        statement = self.maker.relation(
            "ListEntry",
            {"party": entry.party.iri, "partyList": entity_iri("PartyList", slug), "citation": entry.url},
            source=source,
            origin=entry.origin,
            passage=entry.passage,
            note=entry.note,
            valid_from=entry.start,
            first_public=entry.start,
            first_public_source=public.iri if public else "",
        )
        if self.said.setdefault(statement.iri, entry.origin) != entry.origin:
            raise RowRefused(f"says the same as {self.said[statement.iri]}")
        if entry.start and entry.end and entry.end <= entry.start:
            raise RowRefused(f"it ends on {entry.end}, not after its start {entry.start}")
        if slug not in self.yielded:
            self.yielded.add(slug)
            yield self.maker.entity("PartyList", slug, label, [alias])
        told = (entry.start, public.iri, label) if public else ("9999", "", label)
        self.public[slug] = min(self.public.get(slug, told), told)
        yield entry.party
        yield from self._once(public)
        yield statement
        if entry.end:
            newer = (
                self._announcement(_DEFENSE, vintages.urls[entry.end], entry.end)
                if vintages and entry.end in vintages.urls
                else None
            )
            yield from self._once(newer)
            by = newer or source
            known = known_from(by.published, "", self.maker.batch.recorded)
            note = f"The list of {entry.end} no longer names it." if newer else "The file's end date."
            yield End(statement.iri, entry.end, by.iri, note, known, entry.origin, self.maker.batch.id)

    def _once(self, source: Source | None) -> Iterator[Source]:
        if source and source.id not in self.yielded:
            self.yielded.add(source.id)
            yield source

    def _plain(
        self, party: Entity, name: str, value: str, passage: str, origin: str, source: Source
    ) -> Iterator[Record]:
        statement = self.maker.plain(
            party.iri, name, value, party.class_name, source=source, origin=origin, passage=passage
        )
        if self.said.setdefault(statement.iri, origin) == origin:
            yield statement


class _Vintages:
    """The yearly lists in the file: when a company came off, and what the newest list names."""

    def __init__(self, file: Path) -> None:
        self.urls: dict[str, str] = {}
        self._ends: dict[str, set[str]] = {}
        named: dict[str, set[str]] = {}
        for _, row in csv_rows(file, _US_COLUMNS):
            slug = _slug(row["Clean Name"])
            self.urls.setdefault(row["Start date"], row["Source Url"])
            named.setdefault(row["Start date"], set()).add(slug)
            if row["End date"]:
                self._ends.setdefault(slug, set()).add(row["End date"])
        self.newest = max(named, default="")
        self._newest = named.get(self.newest, set())

    def end(self, name: str, start: str) -> str:
        """The first day after `start` on which the company was taken off; blank where none is told."""
        return min((end for end in self._ends.get(_slug(name), ()) if end > start), default="")

    def in_newest(self, name: str) -> bool:
        """Whether the newest list names the company."""
        return _slug(name) in self._newest


def _list_of(name: str, body: str) -> tuple[str, str, str]:
    if not name:
        if body.casefold() in _CN_UNNAMED:
            return _CN_UNNAMED[body.casefold()]
        raise RowRefused(f"it names no list, and {body!r} is no known authority")
    if name.casefold() in _CN_LISTS:
        return _CN_LISTS[name.casefold()]
    near = nearest(name.casefold(), list(_CN_LISTS))
    raise RowRefused(f"list {name!r} is not known" + (f"; nearest: {', '.join(near)}" if near else ""))


def _day(text: str, column: str) -> str:
    """`2025-01-07`, `09.10.2025` or `22.03.21` in EDTF; blank stays blank."""
    match = _EUROPEAN.match(text)
    try:
        if not text:
            return ""
        if match:
            return dt.date(int(match[3]) % 100 + 2000, int(match[2]), int(match[1])).isoformat()
        return dt.datetime.strptime(text, "%Y-%m-%d").date().isoformat()
    except ValueError:
        raise RowRefused(f"{column} {text!r} is no day; expected YYYY-MM-DD or DD.MM.YYYY") from None


def _slug(name: str) -> str:
    """One slug for all ways to punctuate a name."""
    return "lists-" + slug_of(" ".join(re.findall(r"[^\W_]+|&", name.casefold())))


def _split(text: str) -> list[str]:
    return [each.strip() for each in text.split(";") if each.strip()]


LISTS = Importer(
    name="lists",
    title="Lists of OpenSanctions: counter-measures of China, section 1260H",
    licence="CC-BY-NC-4.0",
    homepage=_HOME,
    doc=f"a folder with {_CN} and {_US} of opensanctions/opensanctions",
    function=read_lists,
    files=(_CN, _US),
)
