"""The Export Administration Regulations: a made-up edition, the traps of the real one, and broken files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.errors import ImportRefused
from kg.importers.ear import EAR
from kg.importers.ear.outline import outline
from tests.importers.ear_sample import documents, end, entry, item, plain, shown, text, write
from tests.importers.reading import Batch

Read = Callable[..., Batch]
LIST = "Things as follows (see List of Items Controlled)."


@pytest.fixture
def sample(read: Read, tmp_path: Path) -> Batch:
    """The made-up edition, imported."""
    return read(EAR, write(tmp_path))


def test_each_file_is_a_source_of_its_edition(sample: Batch) -> None:
    assert [s.id for s in sample.sources] == [
        "ear-740-2030-01-02",
        "ear-740-supp-1-2030-01-02",
        "ear-738-supp-1-2030-01-02",
        "ear-774-supp-1-2030-01-02",
    ]
    assert len({s.series for s in sample.sources}) == 4
    assert all(s.supersedes_series and s.published == "2030-01-02" for s in sample.sources)
    assert all(s.valid_from == "2030-01-02" and "at least from this edition" in s.note for s in sample.statements)
    assert (sample.batch.id, sample.batch.licence, sample.batch.recorded.isoformat()) == (
        "ear",
        "CC0-1.0",
        "2030-01-02",
    )


def test_items_are_told_from_the_lists_of_notes(sample: Batch) -> None:
    texts = dict(plain(sample, "controlText"))
    assert texts == {
        "9a001": LIST,
        "9a001-a": "Chip a",
        "9a001-a-1": "Thing a.1",
        "9a001-b": "Die b",
        "9a001-b-1": "Thing b.1",
        "9a001-c": "Stack c",
        "9a001-z-1-a": "Other z.1.a",
        "9a002": "Other things.",
        "9a003": LIST,
    }
    assert set(plain(sample, "subparagraphOf")) >= {
        ("9a001-a-1", "9a001-a"),
        ("9a001-z-1-a", "9a001-z-1"),
        ("9a001-z", "9a001"),
    }
    kinds = Counter(p.kind for p in sample.passed)
    assert kinds == {
        "note of the control list": 2,
        "paragraph of a note of the control list": 6,
        "reserved paragraph of the control list": 1,
    }
    labels = {e.slug: (e.label, e.aliases) for e in sample.entities.values() if e.class_name == "ControlParagraph"}
    assert labels["9a001-a-1"] == ("9A001.a.1", ("ECCN 9A001.a.1",))


def test_where_the_order_settles_nothing_no_paragraph_is_taken() -> None:
    def doubt(heading: str, *paragraphs: dict[str, Any]) -> str:
        return outline(heading, paragraphs).doubt

    longer = (item("a"), item("a.1"), item("a.2"))
    assert doubt(LIST, item("a"), item("b"), *longer).startswith("letters stand twice")
    assert doubt(LIST, item("a"), item("b"), *longer, item("c")) == ""
    assert doubt(LIST, item("b"), text("It includes:"), item("a"), item("b")).startswith("letters stand twice")
    assert doubt(LIST, item("a"), item("b"), item("a"), item("a.1"), item("b.7"), item("b")).startswith(
        "paragraph b stands"
    )
    either = (item("a"), item("b"), text("Note:", "note"), item("a"), item("b"), item("c"))
    assert doubt(LIST, *either) == "paragraph c may be of the list or of a note"
    assert doubt(LIST, *either, item("c")) == ""
    assert doubt("Metal, except:", item("a"), item("b")).startswith("the heading announces no list")
    assert doubt("Metal.", item("a"), item("a.1"), item("b")) == ""
    assert doubt("Metal.", item("a"), item("b"), item("c"), item("d")) == ""
    assert doubt(LIST, text("The list of items controlled is contained in the ECCN heading."), item("a")).startswith(
        "the items are"
    )


def test_reasons_with_their_columns_or_destinations(sample: Batch) -> None:
    rows = [
        shown(s, "paragraph", "reason", "chartColumn", "controlledPart", "licenceDestinations")
        for s in sample.of("ControlReason")
    ]
    assert rows == [
        ("9a001", "NS", "ns-1", "entire entry", ""),
        ("9a001", "AT", "at-1", "entire entry", ""),
        ("9a001-b", "RS", "", "9A001.b", "To any destination."),
        ("9a001", "CB", "cb-2", "entire entry", ""),
        ("9a003", "NS", "ns-1", "entire entry", ""),
    ]
    assert plain(sample, "reasonForControl") == [("9a001", "NS"), ("9a001", "RS"), ("9a001", "AT")]
    assert plain(sample, "relatedControls") == [("9a001", "See 9A002.")]


def test_eligibility_for_licence_exceptions(sample: Batch) -> None:
    rows = [
        shown(s, "paragraph", "licenceException", "eligibility", "eligibilityTerms")
        for s in sample.of("ExceptionEligibility")
    ]
    assert rows == [
        ("9a001", "lvs", "no", "A"),
        ("9a001", "gbs", "yes", "Yes."),
        ("9a001", "nac", "in part", "Yes, for 9A001.a"),
        ("9a001", "sta", "in part", "Not to Country Group A:6."),
    ]
    assert sample.of("ExceptionEligibility")[0].text("eligibilityTerms") == "N/A"
    assert plain(sample, "citation")[2:4] == [("nac", "15 CFR 740.8"), ("aca", "15 CFR 740.8")]
    aliases = {e.slug: e.aliases for e in sample.entities.values() if e.class_name == "LicenceException"}
    assert aliases["nac"] == ("NAC", "Notified (NAC)")
    assert aliases["sta"] == ("STA", "Strategic Trade (STA)")


def test_groups_and_chart(sample: Batch) -> None:
    assert [shown(s, "country", "group") for s in sample.of("GroupMembership")] == [
        ("JPN", "a-5"),
        ("ARE", "a-5"),
        ("MMR", "d-5"),
        ("CHN", "d-5"),
    ]
    notes = {end(s.text("country")): s.note for s in sample.of("GroupMembership")}
    assert "Macau is not in the group" in notes["CHN"]
    assert "approved entities" in notes["ARE"]
    assert "approved entities" not in notes["JPN"]
    assert [shown(s, "country", "chartColumn") for s in sample.of("ChartEntry")] == [
        ("CHN", "ns-1"),
        ("CHN", "cb-2"),
        ("XKX", "ns-1"),
    ]
    assert plain(sample, "countryChartNote") == [
        ("CHN", "See section 742.4."),
        ("CUB", "See part 746."),
        ("HKG", "Takes the row of China."),
    ]
    assert dict(plain(sample, "columnReason"))["at-1"] == "Anti-terrorism"
    groups = {e.slug: (e.label, e.aliases) for e in sample.entities.values() if e.class_name == "CountryGroup"}
    assert groups["d-5"] == ("Country Group D:5", ("Arms-embargoed (D:5)", "D:5", "Group D:5"))
    assert groups["a-5"] == ("Country Group A:5", ("A:5", "Group A:5"))
    assert next(e.label for e in sample.entities.values() if e.slug == "XKX") == "Kosovo"
    assert next(e.aliases for e in sample.entities.values() if e.slug == "MMR") == ("Burma",)
    held = dict(plain(sample, "licenceNote"))
    assert held["9a983"].endswith("no licence exception may be used.")
    assert held["9e001-a"].endswith("This holds for 9A001.f.1.")
    assert "only GOV" in held["9a980"]


def test_wrong_rows_are_refused_with_file_and_place(sample: Batch) -> None:
    assert [str(r) for r in sample.refused] == [
        "country-groups.json: D:5: country 'Atlantis' is no name of ISO 3166-1 and not in the table of the regulations' names",
        "country-chart.json: China: 'XX 9' is none of the columns NS 1, CB 2, AT 1",
        "country-chart.json: China: there is no footnote 7",
        "country-chart.json: 'everything' is no entry of the Commerce Control List",
        "ccl.json: 9A001: control row 3: RS Column 3 is no column of the country chart",
        "ccl.json: 9A001: 'QQQ' is none of the licence exceptions of part 740",
        "ccl.json: 9A002: reason for control 'secret' is no list of codes",
        "ccl.json: 9A003: control row 2 begins a second table, of another entry",
        "ccl.json: 9A003: exceptions and related controls may be of the entry whose table follows",
    ]


def test_a_row_said_twice_and_a_heading_that_runs_on(read: Read, tmp_path: Path) -> None:
    found = documents()
    row = {"control": "NS applies to entire entry", "countryChart": "NS Column 1"}
    found["ccl.json"]["entries"][1] = entry(
        "9A002",
        countryChart=[row, {**row, "control": "NS applies to the entire entry"}],
        licenceExceptionFlags={"LVS": "Yes"},
    )
    found["ccl.json"]["entries"][2] = entry(
        "9A003", heading="Gear. License Requirements Reason for Control: NS", countryChart=[row], reasonForControl="NS"
    )
    batch = read(EAR, write(tmp_path, found))
    told = [r.reason for r in batch.refused if r.reason.startswith(("9A002", "9A003"))]
    assert told == [
        "9A002: control row 2: says the same as row 1",
        "9A003: the heading runs on into licence requirements, so the rest may be of another entry",
    ]
    assert dict(plain(batch, "controlText"))["9a003"] == "Gear."
    assert not [s for s in batch.of("ControlReason") if end(s.text("paragraph")) == "9a003"]


def test_the_same_files_give_the_same_records(read: Read, tmp_path: Path) -> None:
    one, two = read(EAR, write(tmp_path)), read(EAR, tmp_path)
    assert one.records == two.records
    assert len({s.iri for s in one.statements}) == len(one.statements)


BROKEN: dict[str, tuple[Callable[[dict[str, dict[str, Any]]], object], str]] = {
    "count of entries": (
        lambda d: d["ccl.json"].update(entryCount=4),
        r"ccl\.json: 3 entries; expected 4, as the file says \(is it cut short\?\)",
    ),
    "no count": (
        lambda d: d["ccl.json"].pop("entryCount"),
        r"ccl\.json: the key 'entryCount' is missing before the entries",
    ),
    "entry without a key": (
        lambda d: d["ccl.json"]["entries"][1].pop("heading"),
        r"ccl\.json: entry 2 has no 'heading'",
    ),
    "entry twice": (
        lambda d: d["ccl.json"]["entries"][1].update(eccn="9A001"),
        r"ccl\.json: entry 9A001 stands twice",
    ),
    "other layout": (
        lambda d: d["ccl.json"]["entries"][0].update(countryChart={"a": 1}),
        r"ccl\.json: not laid out as expected",
    ),
    "missing key": (
        lambda d: d["country-chart.json"].pop("countries"),
        r"country-chart\.json: the key 'countries' is missing.*nearest: country",
    ),
    "count of countries": (
        lambda d: d["country-chart.json"].update(countryCount=9),
        r"country-chart\.json: 2 countries; expected 9, as the file says",
    ),
    "count of exceptions": (
        lambda d: d["license-exception-catalog.json"].update(count=5),
        r"license-exception-catalog\.json: 4 exceptions; expected 5",
    ),
    "tables that differ": (
        lambda d: d["country-groups.json"]["groups"]["D:5"].remove("Burma"),
        r"country-groups\.json: groups and byCountry differ in D:5: Burma",
    ),
    "other edition": (
        lambda d: d["country-chart.json"].update(ecfrIssueDate="2029-12-31"),
        r"country-chart\.json: the eCFR issue is that of 2029-12-31; expected the issue of 2030-01-02",
    ),
    "no date": (
        lambda d: d["country-chart.json"].update(ecfrIssueDate="soon"),
        r"country-chart\.json: ecfrIssueDate 'soon' is no day; expected YYYY-MM-DD",
    ),
    "no address": (lambda d: d["ccl.json"].update(source={}), r"ccl\.json: the key 'source\.url' is missing"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_are_refused_whole(name: str, read: Read, tmp_path: Path) -> None:
    breaking, message = BROKEN[name]
    found = documents()
    breaking(found)
    with pytest.raises(ImportRefused, match=message):
        read(EAR, write(tmp_path, found))


@pytest.mark.parametrize("name", EAR.files)
def test_cut_recoded_empty_and_absent_files(name: str, read: Read, tmp_path: Path) -> None:
    path = write(tmp_path) / name
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(ImportRefused, match=rf"{name}.*no valid JSON.*is it cut short\?"):
        read(EAR, tmp_path)
    path.write_bytes(whole.replace(b"made-up", "made-üp".encode("latin-1"), 1))
    with pytest.raises(ImportRefused, match=rf"{name}: not UTF-8"):
        read(EAR, tmp_path)
    path.write_bytes(b"")
    with pytest.raises(ImportRefused, match=rf"{name}.*no valid JSON"):
        read(EAR, tmp_path)
    path.unlink()
    with pytest.raises(ImportRefused, match=rf"{name} is missing"):
        read(EAR, tmp_path)


def test_one_file_or_another_release_is_refused(read: Read, tmp_path: Path) -> None:
    write(tmp_path)
    with pytest.raises(ImportRefused, match=r"ccl\.json: one file only; expected the folder that holds ccl\.json, "):
        read(EAR, tmp_path / "ccl.json")
    with pytest.raises(ImportRefused, match=r"the eCFR issue is that of 2030-01-02; expected the issue of 2026-07-23"):
        read(EAR, tmp_path, edition="2026-07-23")
    assert read(EAR, tmp_path, edition="2030-01-02").statements
