"""The importer of the lists of OpenSanctions: names, days, ends, natural persons, faults."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.errors import ImportRefused
from kg.facts.model import End, Statement
from kg.importers.collecting import collect
from kg.importers.csl import list_group
from kg.importers.lists import LISTS
from kg.importers.records import Options, Passed, Progress
from kg.schema import Schema
from kg.store.release import Release
from tests.helpers import dataset_of, origins
from tests.importers.reading import Batch

FIXTURE = Path(__file__).parent / "fixtures" / "lists"
CN, US = "cn_sanctions.csv", "us_dod_1260H.csv"
Read = Callable[..., Batch]
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def batch(read: Read) -> Batch:
    return read(LISTS, FIXTURE)


@pytest.fixture(scope="module")
def whole(read: Read, real: Callable[[str], Path]) -> Batch:
    return read(LISTS, real("cn-1260h-lists"))


def rows(file: Path) -> Rows:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def cn(real: Callable[[str], Path]) -> Rows:
    return rows(real("cn-1260h-lists") / CN)


@pytest.fixture(scope="module")
def us(real: Callable[[str], Path]) -> Rows:
    return rows(real("cn-1260h-lists") / US)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIXTURE, tmp_path / "lists"))


def ends(batch: Batch) -> dict[str, End]:
    """Ends by the IRI of their statement."""
    return {r.statement: r for r in batch.records if isinstance(r, End)}


def periods(batch: Batch, slug: str) -> list[tuple[str, str, str]]:
    """(list, first day, first day off it) of a party's entries, in the order of the file."""
    found = ends(batch)
    return [
        (list_group(s), s.valid_from, found[s.iri].date if s.iri in found else "")
        for s in batch.of("ListEntry")
        if str(s.one("party")).endswith(f"/{slug}")
    ]


def made(batch: Batch, file: str, line: int) -> Statement:
    return next(s for s in batch.of("ListEntry") if s.origin == (f"{file}:{line}",))


def test_names_are_equal_but_for_punctuation(batch: Batch) -> None:
    assert periods(batch, "lists-kestrel-drones-inc") == [
        ("cn-export-control-list", "2025-03-04", ""),
        ("cn-countermeasures-list", "2024-12-05", ""),
        ("cn-unreliable-entity-list", "2025-04-04", ""),
    ]
    assert periods(batch, "lists-kestrel-drones-inc-jpn") == [("cn-export-control-watch-list", "2026-02-24", "")]
    entity = next(e for e in batch.records if getattr(e, "slug", "") == "lists-kestrel-drones-inc")
    assert (entity.label, entity.aliases) == ("Kestrel Drones, Inc.", ("KDI", "Kestrel", "红隼无人机公司"))  # type: ignore[union-attr]


def test_an_entry_is_public_from_its_day(batch: Batch) -> None:
    entry = made(batch, CN, 2)
    assert (entry.valid_from, entry.first_public, entry.known) == ("2025-03-04", "2025-03-04", dt.date(2025, 3, 4))
    assert entry.text("citation") == "https://mofcom.example/a.html"
    assert entry.passage == (
        "The Ministry of Commerce of China named Kestrel Drones, Inc. on 2025-03-04; list: Export Control List of China."
    )
    public = next(s for s in batch.sources if s.iri == entry.first_public_source)
    assert (public.published, public.url) == ("2025-03-04", "https://mofcom.example/a.html")
    undated = made(batch, CN, 10)
    assert (undated.valid_from, undated.first_public, undated.note) == ("", "", "The file gives no date.")
    assert list_group(undated) == "cn-other-sanctions"
    assert undated.known == dt.date(2026, 8, 22)


def test_places_and_numbers(batch: Batch) -> None:
    found = [(s.subject.rpartition("/")[2], str(s.object).rpartition("/")[2]) for s in batch.of("addressCountry")]
    assert found == [
        ("lists-kestrel-drones-inc", "USA"),
        ("lists-kestrel-drones-inc-jpn", "JPN"),
        ("lists-baltic-savings", "LTU"),
        ("lists-foundation-undated", "DNK"),
    ]
    assert [s.object.lexical for s in batch.of("wikidataId") if not isinstance(s.object, str)] == ["Q123456"]
    assert made(batch, CN, 8).node["party"][0] == (
        "https://w3id.org/chokepoint/id/research-organisation/lists-institute-for-nowhere-studies"
    )


def test_ends_are_records_of_their_own(batch: Batch) -> None:
    end = ends(batch)[made(batch, CN, 9).iri]
    assert made(batch, CN, 9).valid_until == ""
    assert (end.date, end.known, end.batch) == ("2026-04-24", dt.date(2026, 8, 22), "lists")
    assert end.source.endswith("/source/lists-cn-sanctions-2026-08-22")


def test_a_company_taken_off_is_off_for_its_earlier_lists(batch: Batch) -> None:
    assert periods(batch, "lists-harbour-memory-co-ltd") == [
        ("us-section-1260h-list", "2023-01-31", "2025-03-17"),
        ("us-section-1260h-list", "2024-02-07", "2025-03-17"),
        ("us-section-1260h-list", "2025-07-08", ""),
    ]
    assert "gives the end, 2025-03-17, with the company's row of a later list" in made(batch, US, 2).note
    assert made(batch, US, 4).note == "The file's note: Harbour is affiliated with a ministry."
    found = ends(batch)
    off = found[made(batch, US, 5).iri]
    assert (off.date, off.known, off.note) == (
        "2024-02-07",
        dt.date(2024, 2, 7),
        "The list of 2024-02-07 no longer names it.",
    )
    assert {s.iri for s in batch.sources} >= {e.source for e in found.values()}
    between = found[made(batch, US, 3).iri]
    assert between.known == dt.date(2026, 8, 22), "no list of that day: known from the file only"
    assert made(batch, US, 6).note == "The list of 2025-07-08 does not name it; the file gives no end."


@pytest.mark.parametrize(
    ("as_of", "known_on", "lines"),
    [
        ("2023-06-01", "2023-06-01", {2, 5}),
        ("2024-06-01", "2024-06-01", {2, 3, 6}),
        ("2025-05-01", "2026-09-01", {6}),
        ("2025-05-01", "2025-05-01", {2, 3, 6}),  # the end is known from the file only
        ("2025-09-01", "2026-09-01", {4, 6}),
        ("2026-09-01", "2023-06-01", {2, 5}),
    ],
)
def test_answers_by_both_dates(
    schema: Schema, tiny_release: Release, as_of: str, known_on: str, lines: set[int]
) -> None:
    progress = Progress()
    facts, summary = collect(LISTS.function(schema, FIXTURE, Options(), progress), progress)
    assert summary.rows == 15 + 6
    snapshot = dataset_of(schema, facts, tiny_release).as_of(
        dt.date.fromisoformat(as_of), dt.date.fromisoformat(known_on)
    )
    found = [s for s in snapshot.statements.values() if list_group(s) == "us-section-1260h-list"]
    assert {int(o.rpartition(":")[2]) for o in origins(found)} == lines


def test_names_of_the_1260h_list(batch: Batch) -> None:
    entity = next(e for e in batch.records if getattr(e, "slug", "") == "lists-harbour-memory-co-ltd")
    assert (entity.label, entity.aliases) == ("Harbour Memory Co., Ltd.", ("HMC", "Harbour Memory Co., Ltd. (HMC)"))  # type: ignore[union-attr]
    assert made(batch, US, 5).passage == (
        "The section 1260H list of 2023-01-31 names Plain Optics Limited, under Harbour Group, printed as Plain Optics Limited*."
    )
    assert {n for r in batch.records if getattr(r, "slug", "") == entity.slug for n in r.aliases} >= {
        "Bay Memory",
        "BMC",
    }  # type: ignore[union-attr]


def test_natural_persons_leave_no_trace(batch: Batch) -> None:
    assert batch.passed == [Passed(CN, 7, "natural person")]
    told = " ".join(map(repr, batch.records))
    assert not [word for word in ("Ostrovan", "Bemelwick", "Zundrik", "奥斯特") if word in told]


def test_wrong_rows_are_refused_with_their_line(batch: Batch) -> None:
    found = {(r.file, r.line): r.reason for r in batch.refused}
    assert found == {
        (CN, 5): "says the same as cn_sanctions.csv:4",
        (CN, 11): "Date '12/31/2025' is no day; expected YYYY-MM-DD or DD.MM.YYYY",
        (CN, 12): found[CN, 12],
        (CN, 13): "country 'Ruritania' is none of ISO 3166-1",
        (CN, 14): "it ends on 2024-02-01, not after its start 2025-02-01",
        (CN, 15): "its type is none of company, individual, legalentity, organization, person, publicbody",
        (CN, 16): "QID 'X12' is none of Wikidata",
        (US, 7): "the start date is missing",
    }
    assert "list 'List of Exports Control' is not known; nearest: list of export controls" in found[CN, 12]


def test_the_two_files_are_series_of_their_own(batch: Batch) -> None:
    series = {s.id: (s.series, s.licence) for s in batch.sources if s.supersedes_series}
    assert series == {
        "lists-cn-sanctions-2026-08-22": ("lists-cn-sanctions", "CC BY-NC 4.0"),
        "lists-us-1260h-2026-08-22": ("lists-us-1260h", "CC BY-NC 4.0"),
    }
    assert (batch.batch.licence, batch.batch.recorded) == ("CC-BY-NC-4.0", dt.date(2026, 8, 22))


def test_reading_twice_gives_the_same(read: Read, batch: Batch) -> None:
    assert read(LISTS, FIXTURE).records == batch.records
    assert len({s.iri for s in batch.statements}) == len(batch.statements)


def test_another_edition(read: Read) -> None:
    batch = read(LISTS, FIXTURE, edition="2027-01")
    assert batch.batch.recorded == dt.date(2027, 1, 31)
    assert {s.id for s in batch.sources if s.series} == {"lists-cn-sanctions-2027-01", "lists-us-1260h-2027-01"}
    with pytest.raises(ImportRefused, match=r"edition: '22\.8\.26' is no EDTF date"):
        read(LISTS, FIXTURE, edition="22.8.26")


def refused(read: Read, path: Path) -> str:
    with pytest.raises(ImportRefused) as caught:
        read(LISTS, path)
    assert "nothing was imported" in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("file", [CN, US])
def test_broken_files_are_refused(read: Read, copied: Path, file: str) -> None:
    target = copied / file
    text = target.read_text(encoding="utf-8")
    column, near = ("Source URL", "Source URLs") if file == CN else ("Clean Name", "Clean Names")
    target.write_text(text.replace(column, near, 1), encoding="utf-8")
    assert f"{file}:1: column {column!r} is missing (nearest: {near}" in refused(read, copied)
    target.write_text(text[: text.rindex(",", 0, -20)], encoding="utf-8")
    assert "as in the header (is the file cut short?)" in refused(read, copied)
    target.write_text(text, encoding="utf-16")
    assert f"{file}:1: not UTF-8" in refused(read, copied)
    target.write_text("", encoding="utf-8")
    assert f"{file}: the file is empty" in refused(read, copied)
    target.unlink()
    assert f"{file} is missing" in refused(read, copied)


def test_one_file_alone_is_refused(read: Read, copied: Path) -> None:
    assert "the folder that holds cn_sanctions.csv and us_dod_1260H.csv" in refused(read, copied / CN)
    assert "there is no such file or folder" in refused(read, copied / "nothing")


# The real lists


def test_real_counts(whole: Batch, cn: Rows, us: Rows) -> None:
    assert (len(cn), len(us)) == (415, 397)
    assert (whole.refused, whole.passed) == ([], [])
    groups = Counter(map(list_group, whole.of("ListEntry")))
    assert groups == {
        "us-section-1260h-list": 397,
        "cn-export-control-list": 153,
        "cn-countermeasures-list": 88,
        "cn-unreliable-entity-list": 60,
        "cn-export-control-watch-list": 40,
        "cn-afsl-countermeasures": 36,
        "cn-mfa-sanctions": 15,
        "cn-mfa-decisions-on-military-industry": 12,
        "cn-tao-measures": 10,
        "cn-other-sanctions": 1,
    }
    assert groups["cn-countermeasures-list"] == sum(r["List"] == "List of Targets of Countermeasures" for r in cn)
    assert len({s.iri for s in whole.statements}) == len(whole.statements)
    assert len({s.one("party") for s in whole.of("ListEntry")}) == 291 + 227, "names but for case and punctuation"
    assert [s.object.lexical for s in whole.of("wikidataId") if not isinstance(s.object, str)] == ["Q114608338"]


def test_real_days(whole: Batch, cn: Rows, us: Rows) -> None:
    """Two ways to write a day in one file: `22.03.21` and `09.10.2025`."""
    days = {}
    for line, row in enumerate(cn, 2):
        if row["Date"]:
            day, month, year = row["Date"].split(".")
            days[f"{CN}:{line}"] = f"20{year[-2:]}-{month}-{day}"
    days |= {f"{US}:{line}": row["Start date"] for line, row in enumerate(us, 2)}
    found = {s.origin[0]: s.valid_from for s in whole.of("ListEntry") if s.valid_from}
    assert len(days) == 414 + 397
    assert found == days


def test_real_techinsights(whole: Batch) -> None:
    found = [s for s in whole.of("ListEntry") if "techinsights" in str(s.one("party"))]
    assert len(found) == 7
    assert {(list_group(s), s.valid_from, s.known) for s in found} == {
        ("cn-unreliable-entity-list", "2025-10-09", dt.date(2025, 10, 9))
    }
    assert len({s.one("party") for s in found}) == 7
    first = next(s for s in found if str(s.one("party")).endswith("/lists-techinsights-inc"))
    assert whole.entities[str(first.one("party"))].aliases == ("TechInsights公司",)


def test_real_skydio(whole: Batch) -> None:
    assert sorted(periods(whole, "lists-skydio-inc")) == [
        ("cn-countermeasures-list", "2024-10-10", ""),
        ("cn-export-control-list", "2025-03-04", ""),
        ("cn-mfa-decisions-on-military-industry", "2024-10-10", ""),
        ("cn-unreliable-entity-list", "2025-04-04", ""),
    ]
    assert {s.one("party") for s in whole.of("ListEntry") if "skydio" in str(s.one("party"))} == {
        "https://w3id.org/chokepoint/id/company/lists-skydio-inc"
    }


def test_real_ends(whole: Batch, cn: Rows, us: Rows) -> None:
    assert Counter(r["End date"] for r in us if r["End date"]) == {"2026-02-17": 12, "2025-01-07": 6, "2024-01-31": 3}
    assert sum(bool(r["End date"]) for r in cn) == 3
    found = ends(whole)
    own = {s.origin[0]: found[s.iri].date for s in whole.of("ListEntry") if s.iri in found}
    assert {o: d for o, d in own.items() if o.startswith(CN)} == {
        f"{CN}:{n}": "20{2}-{1}-{0}".format(*(p[-2:] for p in r["End date"].split(".")))
        for n, r in enumerate(cn, 2)
        if r["End date"]
    }
    assert {f"{US}:{n}": r["End date"] for n, r in enumerate(us, 2) if r["End date"]}.items() <= own.items()
    assert len(own) == 3 + 21 + 2, "two companies were on an earlier list too"
    known = Counter((e.date, e.known) for e in found.values() if e.origin.startswith(US))
    assert known == {
        ("2026-02-17", dt.date(2026, 8, 22)): 14,
        ("2025-01-07", dt.date(2025, 1, 7)): 6,
        ("2024-01-31", dt.date(2024, 1, 31)): 3,
    }


def test_real_ymtc_came_off_and_on_again(whole: Batch) -> None:
    assert periods(whole, "lists-yangtze-memory-technologies-co-ltd") == [
        ("us-section-1260h-list", "2024-01-31", "2026-02-17"),
        ("us-section-1260h-list", "2025-01-07", "2026-02-17"),
        ("us-section-1260h-list", "2026-06-08", ""),
    ]
    assert periods(whole, "lists-changxin-memory-technologies-inc") == [
        ("us-section-1260h-list", "2025-01-07", "2026-02-17"),
        ("us-section-1260h-list", "2026-06-08", ""),
    ]


def test_real_companies_the_newest_list_does_not_name(whole: Batch) -> None:
    noted = {
        str(s.one("party")).rpartition("/lists-")[2] for s in whole.of("ListEntry") if "does not name it" in s.note
    }
    assert {"hesai-technology-co-ltd", "shenzhen-dji-innovation-technology-co-ltd"} <= noted
    assert not {slug for slug in noted if slug.startswith(("addsino", "xi-an-aerospace-tianhua"))}, (
        "only written otherwise"
    )


def test_whose_lists_they_are_is_public_from_the_first_entry_of_each(batch: Batch) -> None:
    found = {str(s.subject).rpartition("/")[2]: s for s in batch.of("jurisdiction")}
    assert set(found) == {list_group(s) for s in batch.of("ListEntry")}
    for slug, keeper in found.items():
        dated = [s.known for s in batch.of("ListEntry") if list_group(s) == slug and s.first_public and s.known]
        assert keeper.known == min(dated, default=dt.date(2026, 8, 22))
        assert str(keeper.object).rpartition("/")[2] == ("USA" if slug.startswith("us-") else "CHN")
