"""The real edition of the Export Administration Regulations of 2026-07-23: every trap, with numbers counted without the importer."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.importers.ear import EAR
from tests.importers.ear_sample import end, plain, shown
from tests.importers.reading import Batch

Read = Callable[..., Batch]


@pytest.fixture(scope="module")
def files(real: Callable[[str], Path]) -> dict[str, Any]:
    """The real files, read without the importer."""
    return {p.stem: json.loads(p.read_text(encoding="utf-8")) for p in real("ear-2026-07").glob("*.json")}


@pytest.fixture(scope="module")
def batch(read: Read, real: Callable[[str], Path]) -> Batch:
    """The real files, imported."""
    return read(EAR, real("ear-2026-07"))


def test_every_real_country_resolves(batch: Batch, files: dict[str, Any]) -> None:
    assert not [r for r in batch.refused if r.file != "ccl.json"]
    chart = files["country-chart"]
    marks = sum(len(row["marks"]) for row in chart["countries"].values())
    assert len(batch.of("ChartEntry")) == marks == 1788
    assert len({s.text("country") for s in batch.of("ChartEntry")}) == sum(
        bool(r["marks"]) for r in chart["countries"].values()
    )
    members = sum(len(m) for m in files["country-groups"]["groups"].values())
    assert len(batch.of("GroupMembership")) == members == 497
    notes = sum(len(row["footnotes"]) for rows in (chart["countries"], chart["embargoed"]) for row in rows.values())
    assert len(batch.of("countryChartNote")) == notes + len(chart["embargoed"]) + 3 == 72


def test_macau_and_hong_kong_are_not_invented(batch: Batch) -> None:
    groups = {(end(s.text("country")), end(s.text("group"))) for s in batch.of("GroupMembership")}
    assert {g for c, g in groups if c == "MAC"} == {"d-1", "d-3", "d-4"}
    assert not {c for c, g in groups if c == "HKG"}
    assert ("KHM", "d-5") not in groups
    assert len([c for c, g in groups if g == "d-5"]) == 22
    assert not [s for s in batch.of("ChartEntry") if end(s.text("country")) in ("HKG", "CUB", "IRN", "PRK", "SYR")]
    assert ("HKG", "Takes the row of China.") in plain(batch, "countryChartNote")


def test_the_advanced_computing_entry_is_read_from_its_items(batch: Batch) -> None:
    texts = dict(plain(batch, "controlText"))
    assert sorted(k for k in texts if k.startswith("3a090")) == [
        "3a090",
        "3a090-a",
        "3a090-a-1",
        "3a090-a-2",
        "3a090-b",
        "3a090-b-1",
        "3a090-b-2",
        "3a090-c",
    ]
    assert texts["3a090-a"].startswith("Integrated circuits having one or more digital processing units")
    assert "4800 or more" in texts["3a090-a-1"]
    assert texts["3a090-b"].startswith("Integrated circuits having one or more digital processing units")
    assert "2400 or more and less than 4800" in texts["3a090-b-1"]
    assert texts["3a090-c"].startswith("High bandwidth memory (HBM)")
    assert not [t for k, t in texts.items() if k.startswith("3a090") and "MacTOPS" in t]
    where = {
        end(s.text("paragraph")): s.text("licenceDestinations")
        for s in batch.of("ControlReason")
        if s.text("reason") == "RS"
    }
    assert where["3a090-a"].startswith("To or within any destination worldwide")
    assert "Country Groups D:1, D:4, and D:5" in where["3a090-b"]
    assert where["3a090-c"].startswith("To or within Macau or a destination specified in Country Group D:5")
    assert [
        shown(s, "eligibility")
        for s in batch.of("ExceptionEligibility")
        if shown(s, "paragraph", "licenceException") == ("3a090", "hbm")
    ] == [("in part",)]


def test_lists_of_notes_in_other_entries(batch: Batch) -> None:
    texts = dict(plain(batch, "controlText"))
    assert texts["4a003-a" if "4a003-a" in texts else "4a003-b"].startswith(
        "“Digital computers” having an “Adjusted Peak Performance”"
    )
    assert texts["4a003-c"].startswith("“Electronic assemblies” “specially designed”")
    assert texts["5a002-b"].startswith("Being a 'cryptographic activation token'")
    assert texts["3a001-b"].startswith("Microwave or millimeter wave items")
    assert "5a002-j" not in texts, "a letter of the note on smart cards"


def test_every_real_entry_comes_in(batch: Batch, files: dict[str, Any]) -> None:
    texts = dict(plain(batch, "controlText"))
    entries = files["ccl"]["entries"]
    assert len(entries) == 633
    assert all(e["eccn"].lower() in texts for e in entries)
    listed = sum(x["kind"] == "item" for e in entries for x in e.get("items") or ())
    of_paragraphs = len(texts) - len(entries)
    passed = Counter(p.kind for p in batch.passed)
    doubted = [r for r in batch.refused if "." in r.reason.split(":")[0]]
    items_of_run_on = sum(x["kind"] == "item" for e in entries if e["eccn"] == "3E001" for x in e["items"])
    counted = (
        of_paragraphs
        + len(doubted)
        + passed["paragraph of a note of the control list"]
        + passed["reserved paragraph of the control list"]
    )
    assert counted + items_of_run_on == listed == 2161
    rows = Counter(e["eccn"] for e in entries for _ in e["countryChart"])
    made = len(batch.of("ControlReason"))
    assert sum(rows.values()) == 1536
    assert made == 1536 - rows["3E001"] - rows["0D606"] - rows["2B351"] - 4 + 1, (
        "four rows of other entries; one row names two columns"
    )


def test_entries_that_run_into_the_next_keep_only_their_own(batch: Batch) -> None:
    told = Counter(r.reason.split(":")[0] for r in batch.refused)
    assert {"3E001", "3D005", "8C609", "0D606", "2B351"} <= set(told)
    own = [shown(s, "reason", "chartColumn") for s in batch.of("ControlReason") if end(s.text("paragraph")) == "3d005"]
    assert own == [("NS", "ns-1"), ("AT", "at-1")]
    assert not [s for s in batch.of("ControlReason") if end(s.text("paragraph")) == "3e001"]
    assert not [s for s in batch.of("ExceptionEligibility") if end(s.text("paragraph")) in ("3e001", "3d005", "8c609")]
    assert "License Requirements" not in dict(plain(batch, "controlText"))["3e001"]


def test_the_ai_diffusion_text_is_still_in_the_edition(batch: Batch, files: dict[str, Any]) -> None:
    symbols = {end(e.iri) for e in batch.entities.values() if e.class_name == "LicenceException"}
    assert {"nac", "aca", "aia", "acm", "lpp", "hbm", "rff"} <= symbols
    assert len(symbols) == sum(len(e["symbols"]) for e in files["license-exception-catalog"]["exceptions"]) == 28
    assert "4e091" in dict(plain(batch, "controlText"))
    cited = dict(plain(batch, "citation"))
    assert (cited["aia"], cited["acm"], cited["lpp"]) == ("15 CFR 740.27", "15 CFR 740.28", "15 CFR 740.29")


def test_paragraphs_and_groups_are_those_of_the_seed(batch: Batch) -> None:
    seed = Path(__file__).parents[2] / "seed_data" / "entities"
    known = {
        line.split(",")[0] for line in (seed / "ControlParagraph.csv").read_text(encoding="utf-8").splitlines()[1:]
    }
    ours = {e.slug for e in batch.entities.values() if e.class_name == "ControlParagraph"}
    assert {"3a090-a", "3a090-a-1", "3a090-b-2", "3a090-c", "4a090-a", "4e091"} <= known & ours
    groups = {line.split(",")[0] for line in (seed / "CountryGroup.csv").read_text(encoding="utf-8").splitlines()[1:]}
    assert groups <= {e.slug for e in batch.entities.values() if e.class_name == "CountryGroup"}


def test_statements_of_the_real_edition_are_unique_and_dated(batch: Batch) -> None:
    assert len({s.iri for s in batch.statements}) == len(batch.statements)
    assert {s.valid_from for s in batch.statements} == {"2026-07-23"}
    assert all(s.passage and s.source and s.origin for s in batch.statements)
