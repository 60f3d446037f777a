"""The ETO importer on small made-up releases, on files that are broken, and on folders that hold no one release."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.errors import ImportRefused
from kg.importers.eto import ETO
from kg.importers.eto.releases import FILES
from kg.importers.eto.shares import BY_COMPANY, BY_COUNTRY
from kg.terms import entity_iri
from tests.importers.reading import Batch

FIXTURES = Path(__file__).parent / "fixtures" / "eto"
NEW, OLD = FIXTURES / "2027-02", FIXTURES / "2023-05"
Read = Callable[..., Batch]


@pytest.fixture
def copy(tmp_path: Path) -> Callable[[Path], Path]:
    """Copies a folder, to be spoilt."""
    return lambda folder: Path(shutil.copytree(folder, tmp_path / "release"))


def edit(folder: Path, name: str, *changes: tuple[str, str]) -> Path:
    """Replace text in a file; each must be there."""
    text = (folder / name).read_bytes().decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / name).write_bytes(text.encode())
    return folder


def test_the_release_is_a_source_that_supersedes_its_series(read: Read) -> None:
    batch = read(ETO, NEW, edition="2027-02")
    assert (batch.batch.id, batch.batch.licence, str(batch.batch.recorded)) == (
        "eto-2027-02",
        "CC-BY-NC-4.0",
        "2027-02-28",
    )
    (source,) = batch.sources
    assert (source.id, source.published, source.series, source.supersedes_series) == (
        "eto-2027-02",
        "2027-02",
        "eto",
        True,
    )
    assert {s.source for s in batch.statements} == {source.iri}
    assert {s.status for s in batch.statements} == {"verified"}
    assert all(s.passage and s.origin for s in batch.statements)


def test_entities_have_class_label_and_aliases(read: Read) -> None:
    batch = read(ETO, NEW, edition="2027-02")
    found = {(e.class_name, e.slug): e for e in batch.entities.values()}
    assert set(found) == {
        ("Component", "eto-n99"),
        ("ProcessStep", "eto-n0"),
        ("DesignResource", "eto-n6"),
        ("ProcessStep", "eto-n25"),
        ("ProcessStep", "eto-n35"),
        *(("Tool", f"eto-n{n}") for n in (19, 20, 21, 29, 48, 55)),
        ("Material", "eto-n31"),
        ("Material", "eto-n126"),
        ("ProcessStep", "eto-s1"),
        ("ProcessStep", "eto-s2"),
        ("Country", "USA"),
        ("Country", "NLD"),
        ("OrganisationGroup", "eto-p5"),
        ("OrganisationGroup", "eto-p312"),
        ("OrganisationGroup", "eto-p370"),
        *(("Company", f"eto-p{n}") for n in range(901, 905)),
    }
    assert found["Company", "eto-p901"].aliases == ("Inventa", "Prenta Holding")
    assert found["Company", "eto-p901"].origin == "providers:P901"
    assert (found["OrganisationGroup", "eto-p312"].label, found["OrganisationGroup", "eto-p312"].aliases) == (
        "Europe",
        ("EUR",),
    )
    seats = {(s.subject, s.object) for s in batch.of("headquarteredIn")}
    assert seats == {
        (entity_iri("Company", "eto-p901"), entity_iri("Country", "NLD")),
        (entity_iri("Company", "eto-p902"), entity_iri("Country", "USA")),
    }
    notes = batch.of("itemNote")
    assert len(notes) == 14  # N20 has no description
    assert [s.passage for s in notes if s.origin == ("inputs:N0",)] == [
        "Describes Drawing (process of the stage Design)."
    ]


def edges(batch: Batch, name: str, end: str) -> set[tuple[str, str, str]]:
    """(item, other end, note) of relations, by slug."""
    return {(s.text("item").rpartition("/")[2], s.text(end).rpartition("/")[2], s.note) for s in batch.of(name)}


def test_the_chain_is_requirements_and_variants(read: Read) -> None:
    batch = read(ETO, NEW, edition="2027-02")
    order = "Both ends are processes: the data set codes the order of processes like an input."
    assert edges(batch, "Requirement", "requires") == {
        ("eto-n99", "eto-n25", ""),
        ("eto-n35", "eto-n0", order),
        ("eto-n25", "eto-n35", order),
        ("eto-n25", "eto-n19", ""),
        ("eto-n25", "eto-n31", ""),
        ("eto-n35", "eto-n126", ""),
        ("eto-n35", "eto-n55", ""),
    }
    meant = "The row says goes_into; it is a kind of the other."
    assert edges(batch, "Variant", "variant") == {
        ("eto-n19", "eto-n20", ""),
        ("eto-n19", "eto-n21", ""),
        ("eto-n19", "eto-n29", ""),
        ("eto-n126", "eto-n31", ""),
        ("eto-n0", "eto-n6", meant),
        ("eto-n55", "eto-n48", meant),
    }
    assert {s.text("substitutable") for s in batch.of("Variant")} == {"unknown"}
    assert {s.text("necessity") for s in batch.of("Requirement")} == {"required"}


def test_shares_are_observations_in_two_views(read: Read) -> None:
    batch = read(ETO, NEW, edition="2027-02")
    found = {
        (
            s.text("item").rpartition("/")[2],
            s.text(end).rpartition("/")[2],
            s.text("share"),
            s.text("period"),
            s.text("shareBasis"),
        )
        for name, end in (("Provision", "provider"), ("CountryShare", "country"))
        for s in batch.of(name)
    }
    assert found == {
        ("eto-n20", "eto-p901", "79.5", "2026", BY_COMPANY),
        ("eto-n19", "eto-p901", "61", "2026", BY_COMPANY),
        ("eto-n19", "eto-p902", "0", "2026", BY_COMPANY),
        ("eto-n31", "eto-p902", "", "2019", BY_COMPANY),
        ("eto-n19", "eto-p370", "7", "2026", BY_COMPANY),
        ("eto-n55", "eto-p902", "12", "2026", BY_COMPANY),
        ("eto-n19", "NLD", "61", "2026", BY_COUNTRY),
        ("eto-n19", "USA", "", "2026", BY_COUNTRY),
        ("eto-n19", "eto-p5", "9", "2026", BY_COUNTRY),
        ("eto-s1", "eto-p312", "10", "2022", BY_COUNTRY),
        ("eto-s1", "USA", "70", "2022", BY_COUNTRY),
    }
    by_line = {s.origin[0]: s for s in batch.of("Provision") + batch.of("CountryShare")}
    assert by_line["provision:2"].text("citedSource") == "A made-up study of 2026"
    assert by_line["provision:2"].note == ""
    assert by_line["provision:3"].passage.startswith("Inventa Print: 61.0 % of the global market of Printers in 2026")
    assert "'Inventa Old Name'" in by_line["provision:3"].note
    assert by_line["provision:5"].note == "A notable provider, share unknown. The data set names no source."
    assert "pseudo-provider" in by_line["provision:6"].note
    assert "overlaps" in by_line["provision:10"].note


def test_wrong_rows_are_refused_with_their_line(read: Read) -> None:
    batch = read(ETO, NEW, edition="2027-02")
    found = [str(r) for r in batch.refused]
    expected = [
        "inputs.csv:15: type 'enigma' is none of process, ",
        "inputs.csv:16: the id 'X1' is not N and a number",
        "inputs.csv:17: the id 'N31' stands in line 11 too",
        "providers.csv:13: P902 has another name, type or country in line 9",
        "providers.csv:14: P905: country 'ZZZ' is no code",
        "providers.csv:11: country 'QQQ' of P903 is no code",
        "sequence.csv:15: one of goes_into_id and is_type_of_id must be given, not both",
        "sequence.csv:16: one of goes_into_id and is_type_of_id must be given",
        "sequence.csv:17: 'N404' is no id",
        "sequence.csv:18: N31 is named as its own input",
        "sequence.csv:19: says the same as line 5",
        "provision.csv:13: share: 120 is out of range",
        "provision.csv:14: contradicts line 12",
        "provision.csv:16: share: '5%' is no number",
        "provision.csv:17: year: 'soon' is no year",
        "provision.csv:18: provider 'P404' is no id of providers.csv",
        "provision.csv:19: provided item 'N404' is no id",
    ]
    assert len(found) == len(expected)
    assert all(a.startswith(b) for a, b in zip(found, expected, strict=True)), found
    assert [(p.line, p.kind) for p in batch.passed] == [(15, "repeats line 12")]


def test_the_layout_of_2022(read: Read) -> None:
    batch = read(ETO, OLD, edition="2023-05")
    found = {s.origin[0]: s for s in batch.of("Provision") + batch.of("CountryShare")}
    said = {o: (s.text("share"), s.text("period"), s.text("citedSource")) for o, s in found.items()}
    assert said == {
        "provision:2": ("61", "2019~", ""),
        "provision:3": ("", "2019~", ""),
        "provision:4": ("9", "2019~", ""),
        "provision:5": ("91", "2019~", ""),
        "provision:6": ("", "2019~", ""),
    }
    assert all("neither year nor source" in s.note for s in found.values())
    assert found["provision:3"].note.startswith("Negligible market share.")
    assert found["provision:3"].text("country") == entity_iri("Country", "MYS")  # MAL is none of ISO 3166-1
    assert found["provision:6"].note.startswith("A notable provider, share unknown.")
    assert [(p.line, p.kind) for p in batch.passed] == [(7, "repeats line 6")]
    assert [r.line for r in batch.refused] == [8, 9]


def test_an_input_has_the_class_of_its_later_type_in_all_releases(read: Read) -> None:
    batch = read(ETO, OLD, edition="2023-05")
    iri = entity_iri("Tool", "eto-n60")
    assert batch.label(iri) == "Watching"
    (note,) = [s.note for s in batch.of("itemNote") if s.subject == iri]
    assert note.startswith("This release types it as process, later ones as tool resource")
    assert ("eto-n25", "eto-n60") in {
        (i, r) for i, r, note in edges(batch, "Requirement", "requires") if "order" in note
    }


@pytest.mark.parametrize(("folder", "edition"), [(NEW, "2027-02"), (OLD, "2023-05")])
def test_the_same_files_give_the_same_records(read: Read, folder: Path, edition: str) -> None:
    one, two = (read(ETO, folder, edition=edition) for _ in range(2))
    assert one.records == two.records
    assert max(Counter(s.iri for s in one.statements).values()) == 1


@pytest.mark.parametrize(("folder", "edition"), [(NEW, "2027-02"), (OLD, "2023-05")])
def test_line_ends_and_the_byte_order_mark_do_not_matter(
    read: Read, copy: Callable[[Path], Path], folder: Path, edition: str
) -> None:
    spoilt = copy(folder)
    for name in FILES:
        (spoilt / name).write_bytes(b"\xef\xbb\xbf" + (folder / name).read_bytes().replace(b"\n", b"\r\n"))
    one, two = read(ETO, folder, edition=edition), read(ETO, spoilt, edition=edition)
    assert len(one.records) == len(two.records)
    assert {s.iri for s in one.statements if s.class_name} == {s.iri for s in two.statements if s.class_name}
    assert one.refused == two.refused


def test_a_checkout_of_the_repository_is_read_too(read: Read, tmp_path: Path) -> None:
    shutil.copytree(NEW, tmp_path / "data")
    assert read(ETO, tmp_path, edition="2027-02").records == read(ETO, NEW, edition="2027-02").records


def refused(read: Read, path: Path, *parts: str, edition: str = "2027-02") -> None:
    """The import is refused, and the message has all the parts."""
    with pytest.raises(ImportRefused) as caught:
        read(ETO, path, edition=edition)
    for part in (*parts, "expected", "nothing was imported"):
        assert part in caught.value.message, caught.value.message


@pytest.mark.parametrize("name", FILES)
def test_a_missing_an_empty_and_a_wrongly_encoded_file(read: Read, copy: Callable[[Path], Path], name: str) -> None:
    folder = copy(NEW)
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole.replace(b"Print", b"Pr\xefnt").replace(b"Design", b"D\xe9sign"))
    refused(read, folder, f"{name}:", "not UTF-8")
    (folder / name).write_bytes(b"")
    refused(read, folder, f"{name}: the file is empty")
    (folder / name).unlink()
    refused(read, folder, f"{name} is missing")


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("inputs.csv", "type"),
        ("stages.csv", "stage_name"),
        ("providers.csv", "alias"),
        ("providers.csv", "provider_type"),
        ("sequence.csv", "is_type_of_id"),
        ("provision.csv", "share_provided"),
        ("provision.csv", "source"),
    ],
)
def test_a_column_under_another_name(read: Read, copy: Callable[[Path], Path], name: str, column: str) -> None:
    folder = copy(NEW)
    head, _, rest = (folder / name).read_text("utf-8-sig").partition("\n")
    cells = [c + "_x" if c == column else c for c in head.split(",")]
    (folder / name).write_text(",".join(cells) + "\n" + rest, encoding="utf-8")
    refused(read, folder, f"{name}:1: column {column!r} is missing (nearest: {column}_x")


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_cut(read: Read, copy: Callable[[Path], Path], name: str) -> None:
    folder = copy(NEW)
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole[:-2])
    refused(read, folder, f"{name}: no line break at its end", "cut short?")
    (folder / name).write_bytes(whole[: whole.rindex(b",", 0, len(whole) - 9)] + b"\n")
    refused(read, folder, f"{name}:", "cut short?")


def test_a_file_that_is_cut_in_a_quotation(read: Read, copy: Callable[[Path], Path]) -> None:
    folder = copy(NEW)
    whole = (folder / "stages.csv").read_bytes()
    (folder / "stages.csv").write_bytes(whole[: whole.index(b"in two lines")])
    refused(read, folder, "stages.csv:3: no valid CSV", "cut short?")


def test_a_chain_cut_between_two_rows(read: Read, copy: Callable[[Path], Path]) -> None:
    folder = copy(NEW)
    lines = (folder / "sequence.csv").read_text().splitlines()
    (folder / "sequence.csv").write_text("\n".join(lines[:4]) + "\n")
    refused(read, folder, "sequence.csv: 9 of 13 inputs stand in no row", "cut short?")


def test_files_of_two_releases_are_refused(read: Read, copy: Callable[[Path], Path]) -> None:
    folder = copy(NEW)
    for name in ("inputs.csv", "providers.csv"):
        shutil.copy(OLD / name, folder / name)
        refused(read, folder, f"{name}:1: wrong release")
        shutil.copy(NEW / name, folder / name)
    shutil.copy(OLD / "provision.csv", folder / "provision.csv")
    refused(read, folder, "wrong release: the layout since 2025", edition="2023-05")


def test_many_unknown_ids_are_a_wrong_release(read: Read, copy: Callable[[Path], Path]) -> None:
    folder = edit(copy(NEW), "providers.csv", ("P902", "P9902"))
    refused(read, folder, "provision.csv:4: wrong release", "name an id")


def test_neither_folder_nor_release(read: Read, tmp_path: Path) -> None:
    refused(read, tmp_path / "nowhere", "there is no such file or folder")
    refused(read, tmp_path, "inputs.csv is missing")
    refused(read, NEW / "inputs.csv", "a file; expected the folder of one release")
    (tmp_path / "input.csv").write_text("a\n")
    refused(read, tmp_path, "nearest: input.csv")


@pytest.mark.parametrize(
    ("folder", "edition", "part"),
    [
        (
            NEW,
            "",
            "the newest year is 2026; the known releases end with 2019 (eto-2022), 2024 (eto-2025-07), 2025 (eto-2026-08)",
        ),
        (NEW, "2026-08", "the edition 2026-08 contradicts the files"),
        (NEW, "2025-07-11", "the edition 2025-07-11 contradicts the files"),
        (NEW, "2027", "2027 is a year alone"),
        (NEW, "February", "'February' is no date"),
        (NEW, "2027-13", "YYYY-MM"),
        (OLD, "2026-08", "their layout is of 2022"),
        (OLD, "2021-03", "2022, or an edition after 2022 and before 2025-07-11"),
        (OLD, "", "where the release eto-2022 has"),
    ],
)
def test_editions_that_the_files_do_not_bear_out(read: Read, folder: Path, edition: str, part: str) -> None:
    refused(read, folder, part, edition=edition)


def test_years_after_the_edition(read: Read, copy: Callable[[Path], Path]) -> None:
    folder = edit(copy(NEW), "provision.csv", ("20,79.5,2026", "20,79.5,2028"))
    refused(read, folder, "provision.csv:2: the edition 2027-02 contradicts the files", "newest year 2028")


def test_no_row_with_a_year(read: Read, copy: Callable[[Path], Path]) -> None:
    folder = copy(NEW)
    head = (folder / "provision.csv").read_text().splitlines()[0]
    (folder / "provision.csv").write_text(head + "\n")
    refused(read, folder, "provision.csv:2: it has a header and no row")
