"""The importer of the Consolidated Screening List: parties, citations, natural persons, faults."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from kg.errors import ImportRefused
from kg.facts.model import Statement
from kg.importers.collecting import collect
from kg.importers.csl import CSL, list_group
from kg.importers.federal_register import read_citation
from kg.importers.parties import organisation_class, organisation_sign
from kg.importers.records import Options, Passed, Progress
from kg.schema import Schema
from kg.store.release import Release
from tests.helpers import dataset_of, origins
from tests.importers.reading import Batch

Read = Callable[..., Batch]
EL = "Entity List (EL) - Bureau of Industry and Security"
UVL = "Unverified List (UVL) - Bureau of Industry and Security"
CMIC = "Non-SDN Chinese Military-Industrial Complex Companies List (CMIC) - Treasury Department"
DPL = "Denied Persons List (DPL) - Bureau of Industry and Security"
SDN = "Specially Designated Nationals (SDN) - Treasury Department"


def row(source: str, name: str, *countries: str | None, **more: Any) -> dict[str, Any]:
    """A row in the layout of the API."""
    return {
        "source": source,
        "entity_number": None,
        "type": None,
        "name": name,
        "alt_names": [],
        "addresses": [{"address": None, "city": None, "country": each} for each in countries],
        "license_requirement": None,
        "license_policy": None,
        "programs": [],
        "federal_register_notice": None,
        "start_date": None,
        "end_date": None,
        **more,
    }


ROWS = [
    row(
        EL,
        "Lotus Gate Microsystems Co., Ltd.",
        "CN",
        "HK",
        alt_names=["Lotus Gate", "莲门微系统"],
        license_requirement="For all items subject to the EAR.",
        license_policy="Presumption  of denial.",
        federal_register_notice="85 FR 90001; 87 FR 6000",
    ),
    row(
        CMIC,
        "LOTUS GATE MICROSYSTEMS CO., LTD.",
        "HK",
        "CN",
        type="Entity",
        entity_number="9",
        programs=["CMIC-EO13959"],
    ),
    row(EL, "Lotus Gate Microsystems Co., Ltd.", "CN", "HK", federal_register_notice="86 FR 90001"),
    row(EL, "Lotus Gate Microsystems Co., Ltd.", "CN", "HK", federal_register_notice="86  FR 90001;"),
    row(EL, "Lotus Gate Microsystems Co., Ltd.", "SG", federal_register_notice="73 FR 50003 (9/22/08), 76 FR 50407"),
    row(UVL, "Karst Trading", "TURKIYE"),
    row(SDN, "University of Nowhere", "IR", type="Entity", start_date="2019-03-26"),
    row(EL, "Quarzwerk Instruments", "CRIMEA (OCCUPIED)", "QQ", federal_register_notice="84 FR 9"),
    row(EL, "Later Industries", federal_register_notice="120 FR 1"),
]
PERSONS = [
    row(SDN, "VESTIBOR, Qorlan", "SY", type="Individual", alt_names=["Abu Zundrik"]),
    row(SDN, "Bemelwick Trading Ostrovaan", "SY", type="individual"),
    row(EL, "Drawtick Holding Ulmarion", "RU", dates_of_birth=["1970"]),
    row(EL, "Yelvira Kostrumova", "RU", federal_register_notice="77 FR 61249 No. 195", alt_names=["Elvira Kostrumowa"]),
    row(EL, "Dr. Tarquil Menzor", "AE", federal_register_notice="73 FR 54509"),
    row(EL, "G.H. Umbrathi", "AE"),
    row(EL, "Sergey ILBANOV", "RU"),
    row(EL, "Kirill A Stekhovin", "RU"),
    row(EL, "Zhou Wenqiling", "CN", "HK", alt_names=["Benny Zhouling", "General Zhouling"]),
    row(UVL, "Samantha Powerly", "BG"),
    row(DPL, "Ondrel Fasquith Trading Company", "US", start_date="2001-01-01"),
]
OTHERS = [
    row(SDN, "OCEAN PEARL", type="Vessel"),
    row(SDN, "EP-ABC", type="Aircraft"),
    row(EL, "Address 07", "HK"),
]


def write(folder: Path, rows: list[dict[str, Any]], **more: Any) -> Path:
    folder.mkdir(exist_ok=True)
    document = {"total": len(rows), "sources": [{"value": EL}], "results": rows, **more}
    (folder / "consolidated.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "csl-2025-03", [*ROWS, *PERSONS, *OTHERS])


@pytest.fixture
def batch(read: Read, folder: Path) -> Batch:
    return read(CSL, folder)


def entries(batch: Batch, party: str) -> list[Statement]:
    return [s for s in batch.of("ListEntry") if batch.label(s.one("party")) == party]


def test_a_party_is_one_where_name_and_countries_are_equal(batch: Batch) -> None:
    first, fund, slip, elsewhere = (s for s in batch.of("ListEntry")[:4])
    assert first.one("party") == fund.one("party") == slip.one("party") != elsewhere.one("party")
    assert str(first.one("partyList")).endswith("/id/party-list/us-entity-list")
    assert str(fund.one("partyList")).endswith("/id/party-list/us-ns-cmic-list")
    company = next(e for e in batch.records if getattr(e, "slug", "").startswith("csl-lotus"))
    assert company.iri == first.one("party")  # type: ignore[union-attr]
    assert re.fullmatch(r"csl-lotus-gate-microsystems-co-ltd-[0-9a-f]{6}", company.slug)  # type: ignore[union-attr]
    assert company.aliases == ("Lotus Gate", "莲门微系统")  # type: ignore[union-attr]


def test_addresses_are_no_seats(batch: Batch) -> None:
    found = {(s.subject, str(s.object).rpartition("/")[2]) for s in batch.of("addressCountry")}
    assert Counter(code for _, code in found) == {"CHN": 1, "HKG": 1, "SGP": 1, "TUR": 1, "IRN": 1}
    assert len(batch.of("addressCountry")) == len(found)
    assert not batch.of("headquarteredIn")
    assert {e.slug for e in batch.entities.values() if e.class_name == "Country"} == {"CHN", "HKG", "SGP", "TUR", "IRN", "USA"}, "USA keeps the lists"


def test_the_year_is_that_of_the_volume_and_the_day_the_printed_one(batch: Batch) -> None:
    first = batch.of("ListEntry")[0]
    assert (first.valid_from, first.first_public, first.known) == ("2020", "2020-12-31", dt.date(2020, 12, 31))
    assert first.first_public_source.endswith("/source/federal-register-volume-85")
    assert first.text("citation") == "85 FR 90001; 87 FR 6000"
    assert first.text("licenceRequirement") == "For all items subject to the EAR."
    assert first.text("reviewPolicy") == "Presumption of denial."
    assert first.passage == (
        "The Entity List names Lotus Gate Microsystems Co., Ltd. (address: CHN, HKG), citing 85 FR 90001; 87 FR 6000."
    )
    assert first.note == (
        "The list gives no date: 2020 is the year of volume 85 of the Federal Register (1935 + 85), that of the earliest notice "
        "cited. Later notices cited: 87 FR 6000."
    )
    day = batch.of("ListEntry")[3]
    assert (day.valid_from, day.first_public, day.known) == ("2008", "2008-09-22", dt.date(2008, 9, 22))
    volumes = {s.id: (s.published, s.title) for s in batch.sources if s.id.startswith("federal")}
    assert volumes["federal-register-volume-73"] == ("2008", "Federal Register, volume 73 (2008)")
    assert set(volumes) == {f"federal-register-volume-{n}" for n in (73, 84, 85, 86)}


def test_a_start_date_that_is_given_is_used(batch: Batch) -> None:
    entry = entries(batch, "University of Nowhere")[0]
    assert (entry.valid_from, entry.first_public, entry.note) == ("2019-03-26", "", "")
    assert entry.known == dt.date(2025, 3, 31)
    assert batch.entities[str(entry.one("party"))].class_name == "ResearchOrganisation"


def test_a_start_date_goes_before_the_year_of_the_notice(read: Read, tmp_path: Path) -> None:
    given = row(
        EL,
        "Karst Trading",
        start_date="2020-12-18",
        end_date="2022-01-02",
        federal_register_notice="85 FR 90001; 88 FR",
    )
    entry = read(CSL, write(tmp_path / "csl-2025-03", [given])).of("ListEntry")[0]
    assert (entry.valid_from, entry.valid_until, entry.first_public) == ("2020-12-18", "2022-01-02", "2020-12-31")
    assert entry.note == "Later notices cited: 88 FR."


def test_without_date_and_notice_the_start_is_unknown(batch: Batch) -> None:
    entry = entries(batch, "Karst Trading")[0]
    assert (entry.valid_from, entry.first_public, entry.text("citation")) == ("", "", "")
    assert "since when the party is on it is not known" in entry.note
    late = entries(batch, "Later Industries")[0]
    assert (late.valid_from, late.text("citation")) == ("", "120 FR 1"), "a volume of the future is no date"


def test_a_volume_filled_down_is_doubted(batch: Batch) -> None:
    slip = batch.of("ListEntry")[2]
    assert slip.valid_from == "2021"
    assert "Doubtful: other rows cite the same page of volume 85" in slip.note


def test_repeated_rows_and_unknown_places_are_told(batch: Batch) -> None:
    assert [(r.line, r.reason) for r in batch.refused] == [
        (4, "result 4: says the same as result 3"),
        (8, "result 8: address: 'QQ' is no country of ISO 3166-1"),
    ]
    assert Passed("consolidated.json", 8, "address in a territory without a code of its own") in batch.passed


def test_natural_persons_leave_no_trace(batch: Batch) -> None:
    first = len(ROWS) + 1
    kinds = {p.line: p.kind for p in batch.passed if p.line >= first}
    assert sorted(kinds) == list(range(first, first + len(PERSONS) + len(OTHERS)))
    assert [kinds[first + n] for n in range(3)] == ["natural person"] * 3
    assert {kinds[first + n] for n in range(3, 10)} == {"natural person, or no sign that it is an organisation"}
    assert kinds[first + 10] == "on a list of natural persons mostly, without a type"
    assert [kinds[first + 11 + n] for n in range(3)] == ["vessel", "aircraft", "address without a party"]
    told = " ".join(map(repr, batch.records)).casefold()
    words = {w.casefold() for p in PERSONS for n in (p["name"], *p["alt_names"]) for w in re.findall(r"\w{5,}", n)}
    common = {"trading", "holding", "company", "general"}
    assert len(words - common) > 15
    assert not [word for word in words - common if word in told]


def test_a_whole_list_of_persons_is_taken_only_with_a_type(read: Read, tmp_path: Path) -> None:
    rows = [row(DPL, "Ondrel Trading Company", "US", type="Entity"), row(DPL, "Fasquith Trading Company", "US")]
    batch = read(CSL, write(tmp_path / "csl-2025-03", rows))
    assert [batch.label(s.one("party")) for s in batch.of("ListEntry")] == ["Ondrel Trading Company"]


@pytest.mark.parametrize(
    "name",
    ["Foo Co.", "OOO Foo", "Foo Bar S.R.O.", "Foo Institute", "Elecomponents", "MCST Foobar", "AO Foobar", "Foo & Bar"],
)
def test_signs_of_an_organisation(name: str) -> None:
    assert organisation_sign(name)


@pytest.mark.parametrize(
    "name",
    [
        "Foo Bar",
        "Anna B Foo",
        "Vojtech Foo",
        "Sergey FOO",
        "FOO BAR",
        "A.B. Foo",
        "Foo Power",
        "Foo Steel",
        "NG Foo",
        "",
    ],
)
def test_no_sign_of_an_organisation(name: str) -> None:
    assert not organisation_sign(name)


def test_classes_of_organisations() -> None:
    assert organisation_class("Foo Academy of Sciences") == "ResearchOrganisation"
    assert organisation_class("Ministry of Foo") == "GovernmentAgency"
    assert organisation_class("Foo Institute Co., Ltd.") == organisation_class("Foo Trading") == "Company"


@pytest.mark.parametrize(
    ("text", "volume", "page", "public", "later"),
    [
        ("75 FR 1699 (1/13/2010), 77 FR 24587", 75, "1699", "2010-01-13", ("77 FR 24587",)),
        ("77 FR 61249 No. 195", 77, "61249", "2012-12-31", ()),
        ("76 FR No. 197 (10/12/2011)", 76, "", "2011-10-12", ()),
        ("76 FR no. 242 pg. 78146, 77 FR 58006 (no. 182)", 76, "78146", "2011-12-31", ("77 FR 58006",)),
        ("79 FR 24566; 5/1/14; 83 FR 3580; 1/26/18", 79, "24566", "2014-05-01", ("83 FR 3580",)),
        ("72 FR 38008, 7/12/2007;  77 FR 24590, 4/25/2012", 72, "38008", "2007-07-12", ("77 FR 24590",)),
        ("80FR 69852", 80, "69852", "2015-12-31", ()),
        ("81 FR 14953; 84 fr 40241", 81, "14953", "2016-12-31", ("84 FR 40241",)),
        ("85 FR 34501; 88 FR", 85, "34501", "2020-12-31", ("88 FR",)),
        ("90 FR 14046; 84 FR 61538", 84, "61538", "2019-12-31", ("90 FR 14046",)),
        ("55 F.R. 18147 5/1/90", 55, "18147", "1990-05-01", ()),
        ("74 FR 36516 (2/24/08)", 74, "36516", "2009-12-31", ()),
        ("84  FR 21233", 84, "21233", "2019-12-31", ()),
    ],
)
def test_citations(text: str, volume: int, page: str, public: str, later: tuple[str, ...]) -> None:
    found = read_citation(text, "2026-07")
    assert found is not None
    assert (found.volume, found.page, found.public, found.later) == (volume, page, public, later)


@pytest.mark.parametrize("text", ["", "Pub. L. 115-232", "FR", "120 FR 5", "0 FR 5"])
def test_no_citation(text: str) -> None:
    assert read_citation(text, "2026-07") is None


def test_reading_twice_gives_the_same(read: Read, folder: Path, batch: Batch) -> None:
    assert read(CSL, folder).records == batch.records
    assert len({s.iri for s in batch.statements}) == len(batch.statements)


def test_entries_are_counted_by_list(read: Read, folder: Path, batch: Batch) -> None:
    groups = Counter(map(list_group, batch.statements))
    assert groups == {
        "us-entity-list": 5,
        "us-ns-cmic-list": 1,
        "us-unverified-list": 1,
        "us-sdn-list": 1,
        "addressCountry": 5,
        "jurisdiction": 4,
    }


@pytest.mark.parametrize(
    ("as_of", "known_on", "lines"),
    [
        ("2026-01-01", "2026-01-01", {1, 2, 3, 5, 6, 7, 8, 9}),
        ("2021-06-01", "2021-06-01", {1, 5, 8}),
        ("2021-06-01", "2020-06-01", {5, 8}),
        ("2019-06-01", "2026-01-01", {2, 5, 6, 7, 8, 9}),
        ("2008-09-22", "2008-09-22", {5}),
        ("2008-09-22", "2008-09-21", set()),
    ],
)
def test_answers_by_both_dates(
    schema: Schema, tiny_release: Release, folder: Path, as_of: str, known_on: str, lines: set[int]
) -> None:
    progress = Progress()
    facts, summary = collect(CSL.function(schema, folder, Options(), progress), progress)
    assert summary.rows == len(ROWS) + len(PERSONS) + len(OTHERS)
    snapshot = dataset_of(schema, facts, tiny_release).as_of(
        dt.date.fromisoformat(as_of), dt.date.fromisoformat(known_on)
    )
    found = [s for s in snapshot.statements.values() if s.class_name == "ListEntry"]
    assert {int(o.rpartition(":")[2]) for o in origins(found)} == lines


def test_the_edition(read: Read, tmp_path: Path, folder: Path) -> None:
    assert read(CSL, folder).sources[0].id == "csl-2025-03"
    assert read(CSL, folder).batch.recorded == dt.date(2025, 3, 31)
    told = read(CSL, folder, edition="2025-03-14")
    assert (told.sources[0].id, told.sources[0].published, told.batch.recorded) == (
        "csl-2025-03-14",
        "2025-03-14",
        dt.date(2025, 3, 14),
    )
    assert told.sources[0].series == "csl"
    assert told.sources[0].supersedes_series
    named = tmp_path / "consolidated-2024-11-02.json"
    named.write_bytes((folder / "consolidated.json").read_bytes())
    assert read(CSL, named).sources[0].id == "csl-2024-11-02"
    with pytest.raises(ImportRefused, match=r"edition is not known.*option edition"):
        read(CSL, write(tmp_path / "download", ROWS))
    with pytest.raises(ImportRefused, match="edition: '31/07/2026' is no EDTF date"):
        read(CSL, folder, edition="31/07/2026")


def test_a_byte_order_mark_is_passed_over(read: Read, folder: Path, batch: Batch) -> None:
    file = folder / "consolidated.json"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert read(CSL, folder).records == batch.records


def refused(read: Read, path: Path) -> str:
    with pytest.raises(ImportRefused) as caught:
        read(CSL, path)
    assert "nothing was imported" in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.99])
def test_a_cut_file_is_refused(read: Read, folder: Path, share: float) -> None:
    file = folder / "consolidated.json"
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * share)])
    assert re.search(r"consolidated\.json: no valid JSON after result \d+: .*is it cut short", refused(read, folder))


def test_other_files_are_refused(read: Read, folder: Path, tmp_path: Path) -> None:
    file = folder / "consolidated.json"
    text = file.read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-16")
    assert "consolidated.json: " in refused(read, folder)
    file.write_bytes(text.encode("utf-8").replace("莲".encode(), b"\xff\xfe"))
    assert "consolidated.json: not UTF-8" in refused(read, folder)
    file.write_text("", encoding="utf-8")
    assert "consolidated.json: no valid JSON after result 0" in refused(read, folder)
    file.write_text("source,name\nEL,Foo\n", encoding="utf-8")
    assert "consolidated.json: no valid JSON" in refused(read, folder)
    file.write_text(json.dumps({"chips": []}), encoding="utf-8")
    assert "there are no results in it; expected an object with total, sources and results" in refused(read, folder)
    assert "the first of its results has no source and name" in refused(
        read, write(folder, [{"party": "Foo", "list": "EL"}])
    )
    assert "9 results, but its total is 3780" in refused(read, write(folder, ROWS, total=3780))
    file.rename(folder / "consolidate.json")
    assert "consolidated.json is missing (nearest: consolidate.json)" in refused(read, folder)
    assert "there is no such file or folder" in refused(read, tmp_path / "nothing")


def test_wrong_rows_are_refused_without_names(read: Read, tmp_path: Path) -> None:
    rows = [
        ROWS[0],
        row("Entity Lists (ELL) - Bureau", "Foo Trading"),
        row(EL, "Foo Trading", type="Ship"),
        row(EL, ""),
        row(EL, "Foo Trading", start_date="3/8/2016"),
    ]
    batch = read(CSL, write(tmp_path / "csl-2025-03", rows))
    assert [r.line for r in batch.refused] == [2, 3, 4, 5]
    assert "is no known list; nearest: EL" in batch.refused[0].reason
    assert [r.reason.partition(": ")[2] for r in batch.refused[1:3]] == [
        "its type is none of Individual, Entity, Vessel, Aircraft",
        "the name is missing",
    ]
    assert "valid_from: '3/8/2016' is no EDTF date" in batch.refused[3].reason


# The real list


@pytest.fixture(scope="module")
def rows(real: Callable[[str], Path]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = json.loads((real("csl-2026-07") / "consolidated.json").read_bytes())["results"]
    return found


@pytest.fixture(scope="module")
def whole(read: Read, real: Callable[[str], Path]) -> Batch:
    return read(CSL, real("csl-2026-07"), edition="2026-07-31")


def numbers(batch: Batch) -> dict[int, Statement]:
    """Entries by the number of their row."""
    return {int(s.origin[0].rpartition(":")[2]): s for s in batch.of("ListEntry")}


def test_real_counts(whole: Batch, rows: list[Mapping[str, Any]]) -> None:
    assert len(rows) == 3780
    assert whole.sources[0].id == "csl-2026-07-31"
    groups = Counter(map(list_group, whole.of("ListEntry")))
    lost = Counter(rows[p.line - 1]["source"] for p in whole.passed if not p.kind.startswith("address in"))
    assert [r.reason for r in whole.refused] == ["result 2750: says the same as result 2749"]
    assert groups["us-ns-cmic-list"] == 68
    assert (
        groups["us-military-end-user-list"] + lost["Military End User (MEU) List - Bureau of Industry and Security"]
        == 70
    )
    assert groups["us-unverified-list"] + lost[UVL] == 222
    assert groups["us-entity-list"] + lost[EL] + len(whole.refused) == 3420
    assert 2850 <= groups["us-entity-list"] <= 3050, "some 400 rows are natural persons or bare addresses"
    assert groups["us-military-end-user-list"] >= 69
    assert groups["us-unverified-list"] >= 205
    assert len({s.iri for s in whole.statements}) == len(whole.statements)


def test_real_years(whole: Batch, rows: list[Mapping[str, Any]]) -> None:
    for number, entry in numbers(whole).items():
        notice = rows[number - 1]["federal_register_notice"] or ""
        volumes = [int(v) for v in re.findall(r"(\d+)\s*FR\b", notice, re.IGNORECASE)]
        assert entry.valid_from == (str(1935 + min(volumes)) if volumes else ""), notice
        assert entry.first_public.startswith(entry.valid_from)
        if volumes:
            assert entry.known is not None
            assert entry.known.year == 1935 + min(volumes)
    without = Counter(list_group(s) for s in whole.of("ListEntry") if not s.valid_from)
    assert (without["us-ns-cmic-list"], without["us-unverified-list"]) == (
        68,
        len([s for s in whole.of("ListEntry") if list_group(s) == "us-unverified-list"]),
    )


def test_real_volumes_filled_down(whole: Batch, rows: list[Mapping[str, Any]]) -> None:
    """Page 37423 is cited with five volumes in a row, four of them by a spreadsheet's fill handle."""
    wrong = {n for n, r in enumerate(rows, 1) if re.fullmatch(r"8[4567] FR +37423", r["federal_register_notice"] or "")}
    assert len(wrong) == 12
    made = numbers(whole)
    assert all("Doubtful" in made[n].note and "volume 83" in made[n].note for n in wrong)
    assert sum("Doubtful" in s.note for s in made.values()) == 15


def test_real_natural_persons(whole: Batch, rows: list[Mapping[str, Any]]) -> None:
    given = re.compile(
        "(abdul|ahmad|alex|alexander|aleksander|aleksey|ali|amir|andrey|anton|david|dmitriy|dmitry|elena|hamid|hassan|hossein|igor|"
        "ivan|john|kirill|mehdi|mohammad|mohammed|mohsen|muhammad|oleg|olga|reza|roman|sergei|sergey|thomas|viktor|vladimir|yuri) ",
        re.IGNORECASE,
    )
    firm = re.compile(
        r"\b(co|company|ltd|llc|group|trading|electronics?|engineering|import|industr\w+|fze|corporation|bureau|laboratories)\b",
        re.IGNORECASE,
    )
    people = {
        r["name"]
        for r in rows
        if not r["type"] and given.match(r["name"]) and len(r["name"].split()) <= 4 and not firm.search(r["name"])
    }
    assert len(people) > 100
    labels = {e.label for e in whole.entities.values()}
    assert not people & labels
    assert not [
        label
        for label in labels
        if re.fullmatch(r"(?:[A-Z]\. ?)+(?!International|Company)[A-Z][a-z]+|Address \d+", label)
    ]
    assert sum(p.kind == "address without a party" for p in whole.passed) == sum(
        re.fullmatch(r"Address \d+", r["name"]) is not None for r in rows
    )
    assert 400 < sum(p.kind.startswith("natural person") for p in whole.passed) < 450


def test_real_places(whole: Batch, rows: list[Mapping[str, Any]]) -> None:
    turkish = [n for n, r in enumerate(rows, 1) if any(a["country"] == "TURKIYE" for a in r["addresses"])]
    found = {int(s.origin[0].rpartition(":")[2]) for s in whole.of("addressCountry") if str(s.object).endswith("/TUR")}
    assert len(turkish) == 16
    assert set(turkish) & numbers(whole).keys() <= found
    assert sum(p.kind.startswith("address in a territory") for p in whole.passed) == 2


def test_real_smic(whole: Batch) -> None:
    entry = entries(whole, "Semiconductor Manufacturing International Corporation (SMIC)")[0]
    assert (entry.valid_from, entry.text("citation")) == ("2020", "85 FR 83420; 89 FR 96837")
    assert entry.known == dt.date(2020, 12, 31)
    assert "Later notices cited: 89 FR 96837." in entry.note


def test_real_false_friend_stays_an_alias(whole: Batch) -> None:
    tesla = [e for e in whole.entities.values() if any("Tesla" in name for name in (e.label, *e.aliases))]
    assert [e.label for e in tesla] == ["Zagros Electronic"]
    assert {str(s.object)[-3:] for s in whole.of("addressCountry") if s.subject == tesla[0].iri} == {"IRN"}


def test_whose_lists_they_are_is_public_from_the_first_notice_of_each(batch: Batch) -> None:
    found = {str(s.subject).rpartition("/")[2]: s for s in batch.of("jurisdiction")}
    assert set(found) == {"us-entity-list", "us-ns-cmic-list", "us-unverified-list", "us-sdn-list"}
    assert {str(s.object).rpartition("/")[2] for s in found.values()} == {"USA"}
    first = min(s.known for s in batch.of("ListEntry") if list_group(s) == "us-entity-list" and s.known)
    assert found["us-entity-list"].known == first == dt.date(2008, 9, 22)
    assert found["us-sdn-list"].known == dt.date(2025, 3, 31), "no notice is cited: the day of the file"
