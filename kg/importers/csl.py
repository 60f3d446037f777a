"""The Consolidated Screening List of the United States, in the JSON of the official API (public domain).

One object: `total`, `sources`, and `results`, a row a party and list (https://www.trade.gov/consolidated-screening-list). It is read in
a stream; a row's number in `results`, from 1, stands where other formats have a line.

- Natural persons are never imported. Rows of type Individual and rows with a date of birth are passed, so are vessels and aircraft,
  and of lists that hold mostly persons every row that is not typed Entity. The lists of the Bureau of Industry and Security have no
  types: there a name needs a sign that it is an organisation's (`kg.importers.parties`).
- A party is one entity where name and countries are equal; it has a list entry for each row.
- Where a row has no start date, the entry starts in the year of the Federal Register volume (1935 + volume) of the earliest notice
  cited, and was public by the end of that year, or on the day of the notice where the citation prints it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import ijson

from kg.errors import BadDate
from kg.facts.countries import alpha3
from kg.facts.dates import check_edtf, latest
from kg.facts.mistakes import nearest
from kg.facts.model import Batch, Entity, Source, Statement
from kg.importers.federal_register import Citation, read_citation, volume_source
from kg.importers.files import check_depth, find_file, refuse
from kg.importers.making import Maker, RowRefused, slug_of
from kg.importers.parties import organisation_class, organisation_sign
from kg.importers.places import country, country_iri
from kg.importers.records import Importer, Options, Passed, Progress, Reading, Record, Refused, by_class
from kg.schema import Schema
from kg.terms import content_hash, entity_iri, local_name

__all__ = ["CSL", "list_group", "read_csl"]

_FILE = "consolidated.json"
_HOME = "https://www.trade.gov/consolidated-screening-list"
_LISTS = {
    "CAP": ("us-capta-list", "List of Foreign Financial Institutions Subject to CAPTA Sanctions"),
    "CMIC": ("us-ns-cmic-list", "Non-SDN Chinese Military-Industrial Complex Companies List"),
    "DPL": ("us-denied-persons-list", "Denied Persons List"),
    "DTC": ("us-itar-debarred-list", "ITAR Debarred List"),
    "EL": ("us-entity-list", "Entity List"),
    "FSE": ("us-foreign-sanctions-evaders-list", "Foreign Sanctions Evaders List"),
    "ISN": ("us-nonproliferation-sanctions", "Nonproliferation Sanctions"),
    "MBS": ("us-ns-mbs-list", "Non-SDN Menu-Based Sanctions List"),
    "MEU": ("us-military-end-user-list", "Military End User List"),
    "NS-MBS": ("us-ns-mbs-list", "Non-SDN Menu-Based Sanctions List"),
    "PLC": ("us-plc-list", "Palestinian Legislative Council List"),
    "SDN": ("us-sdn-list", "Specially Designated Nationals and Blocked Persons List"),
    "SSI": ("us-ssi-list", "Sectoral Sanctions Identifications List"),
    "UVL": ("us-unverified-list", "Unverified List"),
}
"""Id and label of each list by its code in `source`."""

_OF_PERSONS = {"DPL", "DTC", "PLC"}
_CODE = re.compile(r"\(([A-Z]+(?:-[A-Z]+)?)(?: List)?\)")
_DATED = re.compile(r"20\d\d-[01]\d(?:-[0-3]\d)?")
_PERSONAL = ("dates_of_birth", "places_of_birth", "citizenships", "nationalities")
_TYPES = {"individual": "natural person", "vessel": "vessel", "aircraft": "aircraft"}
_ADDRESS = re.compile(r"Address \d+", re.IGNORECASE)
_FILLED_DOWN = 4
"""So many volumes in a row one page may be cited with by a slip."""

_NO_CODE = {"CRIMEA (OCCUPIED)"}
_COUNTRIES = {"TURKIYE": "TUR"}
"""Countries that the standard writes otherwise."""


def list_group(statement: Statement) -> str:
    """The group in which a statement of a list's batch is counted: the list, for an entry."""
    return local_name(statement.text("partyList")) or by_class(statement)


def read_csl(schema: Schema, path: Path, options: Options, progress: Progress) -> Reading:
    """Read a download; see the module. Its edition is the option's, else the date in the name of the file or its folder."""
    file = find_file(path, _FILE)
    check_depth(file)
    edition = options.edition or _edition(file)
    try:
        check_edtf(edition)
    except BadDate as error:
        refuse(file.name, f"edition: {error.message}", "the day of the download, such as 2026-07-31")
    recorded = latest(edition)
    if recorded is None:
        refuse(
            file.name,
            "its edition is not known: the file does not say when it was generated, nor does its name or its folder's",
            "the option edition (such as 2026-07-31), or a folder named like csl-2026-07-31",
        )
    batch = Batch("csl", "Consolidated Screening List", CSL.licence, recorded)
    return Reading(batch, _Reader(Maker(schema, batch), file, edition, progress).records(), group=list_group)


def _edition(file: Path) -> str:
    for name in (file.name, file.resolve().parent.name):
        if found := _DATED.search(name):
            return found[0]
    return ""


class _Reader:
    """One reading of a file: what was met so far."""

    def __init__(self, maker: Maker, file: Path, edition: str, progress: Progress) -> None:
        self.maker, self.file, self.progress = maker, file, progress
        self.source = maker.source(
            f"csl-{edition}",
            f"Consolidated Screening List, {edition}",
            _HOME,
            edition,
            publisher="International Trade Administration (US)",
            licence="public domain (work of the US Government)",
            rights="17 U.S.C. 105: no copyright in works of the United States Government",
            series="csl",
            supersedes_series=True,
        )
        self.lists: dict[str, str] = {}
        self.public: dict[str, tuple[str, str]] = {}
        self.places: set[str] = set()
        self.volumes: dict[int, Source] = {}
        self.parties: set[int] = set()
        self.said: dict[int, int] = {}
        self.pages: dict[str, int] = {}

    def records(self) -> Iterator[Record]:
        """Everything the file says, row by row."""
        yield self.source
        for number, row in enumerate(self._rows(), 1):
            try:
                yield from self._row(row, number)
            except RowRefused as error:
                yield self._refused(number, error.message)
        yield from self._keepers()

    def _keepers(self) -> Iterator[Record]:
        """Whose lists they are; public from the first entry of each list that was."""
        if self.lists and "USA" not in self.places:
            yield country(self.maker, "USA")
        for slug, told in sorted(self.lists.items()):
            public, volume = self.public.get(slug, ("", ""))
            yield self.maker.plain(
                entity_iri("PartyList", slug),
                "jurisdiction",
                country_iri("USA"),
                "PartyList",
                source=self.source,
                origin=f"{self.file.name}:{told}",
                passage=f"The screening list of the United States has {told} as one of its parts.",
                first_public=public,
                first_public_source=volume,
            )

    def _refused(self, number: int, reason: str) -> Refused:
        return Refused(self.file.name, number, f"result {number}: {reason}")

    def _rows(self) -> Iterator[Mapping[str, Any]]:
        name, size, number = self.file.name, self.file.stat().st_size, 0
        try:
            with self.file.open("rb") as stream:
                total = self._total(stream)
                stream.seek(_after_mark(stream))
                for number, row in enumerate(ijson.items(stream, "results.item"), 1):
                    self.progress(stream.tell(), size)
                    self.progress.row()
                    if number == 1 and not (isinstance(row, dict) and {"source", "name"} <= row.keys()):
                        refuse(name, "the first of its results has no source and name", "rows as the API gives them")
                    yield row
        except (ijson.JSONError, UnicodeDecodeError) as error:
            told = " ".join(str(error).split())[:160]
            encoding = isinstance(error, UnicodeDecodeError) or "UTF" in told
            problem = f"{'not UTF-8' if encoding else 'no valid JSON'} after result {number}: {told}"
            refuse(name, problem, "the file as published, in UTF-8 (is it cut short?)")
        if not number:
            refuse(name, "there are no results in it", "an object with total, sources and results")
        if total is not None and total != number:
            refuse(name, f"{number} results, but its total is {total}", "the whole file (is it cut short?)")

    def _total(self, stream: Any) -> int | None:
        """The number of results the file announces before them."""
        stream.seek(_after_mark(stream))
        for prefix, event, value in ijson.parse(stream):
            if (prefix, event) == ("results", "start_array"):
                break
            if prefix == "total" and event == "number":
                return int(value)
        return None

    def _row(self, row: Mapping[str, Any], number: int) -> Iterator[Record]:
        told = _text(row, "source")
        code = _CODE.search(told)
        if code is None or code[1] not in _LISTS:
            near = nearest(code[1] if code else told, list(_LISTS))
            raise RowRefused(
                f"source {told!r} is no known list"
                + (f"; nearest: {', '.join(near)}" if near else "")
                + f"; expected one of {', '.join(_LISTS)}"
            )
        kind = _passed(row, code[1])
        if kind:
            yield Passed(self.file.name, number, kind)
            return
        slug, label = _LISTS[code[1]]
        if slug not in self.lists:
            self.lists[slug] = told
            yield self.maker.entity("PartyList", slug, label, origin=told)
        countries, unknown = _countries(row)
        entity = self._party(row, number, countries)
        yield from self._entry(row, number, entity, (slug, label), countries)
        party = _short(entity.iri)
        if party not in self.parties:
            self.parties.add(party)
            for each in countries:
                yield from self._address(number, entity, each, label)
        for each in unknown:
            if each in _NO_CODE:
                yield Passed(self.file.name, number, "address in a territory without a code of its own")
            else:
                yield self._refused(number, f"address: {each!r} is no country of ISO 3166-1")

    def _party(self, row: Mapping[str, Any], number: int, countries: Sequence[str]) -> Entity:
        name = _text(row, "name")
        slug = f"csl-{slug_of(name)}-{content_hash([name.casefold(), *countries], 6)}"
        return self.maker.entity(organisation_class(name), slug, name, _texts(row, "alt_names"), self._origin(number))

    def _origin(self, number: int) -> str:
        return f"{self.file.name}:{number}"

    def _entry(
        self, row: Mapping[str, Any], number: int, party: Entity, on: tuple[str, str], countries: Sequence[str]
    ) -> Iterator[Record]:
        slug, label = on
        notice = _text(row, "federal_register_notice").strip(" ;,")
        citation = read_citation(notice, self.source.published)
        notes = []
        tail: dict[str, str] = {"valid_from": _text(row, "start_date"), "valid_until": _text(row, "end_date")}
        if citation:
            volume = self.volumes.get(citation.volume)
            if volume is None:
                volume = self.volumes[citation.volume] = volume_source(self.maker, citation.volume)
                yield volume
            tail |= {"first_public": citation.public, "first_public_source": volume.iri}
            self.public[slug] = min(self.public.get(slug, ("9999", "")), (citation.public, volume.iri))
            if not tail["valid_from"]:
                tail["valid_from"] = str(citation.year)
                notes.append(citation.told)
            if citation.later:
                notes.append(f"Later notices cited: {', '.join(citation.later)}.")
            notes.append(self._slip(citation))
        elif not tail["valid_from"]:
            notes.append("The list gives neither a date nor a notice: since when the party is on it is not known.")
        where = f" (address: {', '.join(countries)})" if countries else ""
        why = [f"under {', '.join(_texts(row, 'programs'))}"] if _texts(row, "programs") else []
        why.append(f"citing {notice}" if notice else "without a citation")
        statement = self.maker.relation(
            "ListEntry",
            {
                "party": party.iri,
                "partyList": entity_iri("PartyList", slug),
                "citation": notice,
                "licenceRequirement": _text(row, "license_requirement"),
                "reviewPolicy": _text(row, "license_policy"),
            },
            source=self.source,
            origin=self._origin(number),
            passage=f"The {label} names {party.label}{where}, {', '.join(why)}.",
            note=" ".join(n for n in notes if n),
            **tail,
        )
        first = self.said.setdefault(_short(statement.iri), number)
        if first != number:
            raise RowRefused(f"says the same as result {first}")
        yield party
        yield statement

    def _slip(self, citation: Citation) -> str:
        """What is doubtful where one page is cited with volumes in a row, as if a column had been filled down."""
        first = self.pages.setdefault(citation.page, citation.volume) if citation.page else citation.volume
        if not 0 < abs(first - citation.volume) <= _FILLED_DOWN:
            return ""
        return f"Doubtful: other rows cite the same page of volume {first}; one of the two numbers is probably a slip, and with it the year."

    def _address(self, number: int, party: Entity, code: str, label: str) -> Iterator[Record]:
        if code not in self.places:
            self.places.add(code)
            yield country(self.maker, code)
        yield self.maker.plain(
            party.iri,
            "addressCountry",
            country_iri(code),
            party.class_name,
            source=self.source,
            origin=self._origin(number),
            passage=f"The {label} gives an address of {party.label} in {code}.",
        )


def _passed(row: Mapping[str, Any], code: str) -> str:
    """Why a row makes nothing, though it is right; blank where it names an organisation."""
    kind, name = _text(row, "type").casefold(), _text(row, "name")
    if kind in _TYPES:
        return _TYPES[kind]
    if any(row.get(field) for field in _PERSONAL):
        return "natural person"
    if kind == "entity":
        return ""
    if kind:
        raise RowRefused("its type is none of Individual, Entity, Vessel, Aircraft")
    if code in _OF_PERSONS:
        return "on a list of natural persons mostly, without a type"
    if _ADDRESS.fullmatch(name):
        return "address without a party"
    if name and not organisation_sign(name, _texts(row, "alt_names")):
        return "natural person, or no sign that it is an organisation"
    return ""


def _countries(row: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Countries of the addresses by alpha-3 code, and what is none."""
    found, unknown = set(), set()
    for address in row.get("addresses") or ():
        told = _text(address, "country") if isinstance(address, dict) else ""
        code = _COUNTRIES.get(told.upper()) or alpha3(told)
        if code:
            found.add(code)
        elif told:
            unknown.add(told)
    return sorted(found), sorted(unknown)


def _text(row: Mapping[str, Any], key: str) -> str:
    return " ".join(str(row.get(key) or "").split())


def _texts(row: Mapping[str, Any], key: str) -> list[str]:
    found = row.get(key) or []
    return [" ".join(str(each).split()) for each in (found if isinstance(found, list) else str(found).split(";"))]


def _short(*parts: str) -> int:
    return int(content_hash(parts, 16), 16)


def _after_mark(stream: Any) -> int:
    """Where a file begins after a byte-order mark."""
    stream.seek(0)
    return 3 if stream.read(3) == b"\xef\xbb\xbf" else 0


CSL = Importer(
    name="csl",
    title="Consolidated Screening List",
    licence="CC0-1.0",
    homepage=_HOME,
    doc="consolidated.json of the Consolidated Screening List, or the folder that holds it; the edition is an option, or the date in a name",
    function=read_csl,
    files=(_FILE,),
)
