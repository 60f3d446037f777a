"""Epoch AI's hardware table: a fixture of our own making, the traps of the real file, and broken files."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from kg.errors import ImportRefused
from kg.importers.epoch import EPOCH
from kg.importers.epoch_figures import FIGURES, REQUIRED
from kg.terms import Literal
from tests.importers.reading import Batch

Read = Callable[..., Batch]

FP16, TENSOR = "FP16 (half precision) performance (FLOP/s)", "Tensor-FP16/BF16 performance (FLOP/s)"
INT8, BANDWIDTH = "INT8 performance (OP/s)", "Memory bandwidth (byte/s)"
TPP = "Total processing performance (bit-OP/s)"
BITS = {
    "denseFp16Throughput": 16,
    "denseInt8Throughput": 8,
    "denseFp8Throughput": 8,
    "denseFp4Throughput": 4,
    "denseInt16Throughput": 16,
    "denseTf32Throughput": 19,
    "denseFp32Throughput": 32,
    "denseFp64Throughput": 64,
}


def table(folder: Path, rows: Sequence[dict[str, str]], columns: Sequence[str] = REQUIRED) -> Path:
    """A table of made-up chips; what a row does not say is blank."""
    path = folder / "ml_hardware.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for row in rows:
            full = {"Last modified": "2025-05-01 08:00:00+00:00", **row}
            writer.writerow({c: full.get(c, "") for c in columns})
    return path


ROWS = (
    {
        "Hardware name": "Acme Turbo 9 PCle",
        "Manufacturer": "Acme",
        "Release date": "2024-03-05",
        TENSOR: "989400000000000.0",
        FP16: "133800000000000.0",
        INT8: "1.979e+15",
        "Memory size per board (Byte)": "287500000000.0",
        BANDWIDTH: "768123456789.5",
        "Process size (nm)": "5.0",
        "Foundry": "Forge,Anvil",
        "Notes": "Halved from\n\nsparse.",
        "Link to datasheet": "https://example.org/a\nhttps://example.org/b",
        "Last modified": "2025-06-07 10:00:00+00:00",
    },
    {
        "Hardware name": "Bolt 1",
        "Manufacturer": "National University of Defense Technology",
        "Release date": "2020-01-01",
        FP16: "inf",
        INT8: "-4000000000000",
        "Die Size (mm^2)": "about 800",
        "TDP (W)": "75.0",
    },
    {"Hardware name": "acme turbo-9 PCle", "Manufacturer": "Acme"},
)


def values(batch: Batch, chip: str) -> dict[str, str]:
    """Values of plain statements about a chip."""
    return {
        s.property.rpartition("#")[2]: s.object.lexical
        for s in batch.statements
        if s.subject.endswith(f"/{chip}") and isinstance(s.object, Literal)
    }


def test_a_table_is_read(read: Read, tmp_path: Path) -> None:
    batch = read(EPOCH, table(tmp_path, ROWS))
    assert batch.sources[0].id == "epoch-2025-06-07"
    assert batch.batch.recorded.isoformat() == "2025-06-07"
    assert batch.sources[0].series == "epoch"
    assert batch.sources[0].supersedes_series
    chip = next(e for e in batch.entities.values() if e.slug == "epoch-acme-turbo-9-pcle")
    assert (chip.label, chip.aliases) == (
        "Acme Turbo 9 PCle",
        ("Acme Turbo 9 PCIe", "Turbo 9 PCIe", "Turbo 9 PCle"),
    )
    assert values(batch, "epoch-acme-turbo-9-pcle") == {
        "denseFp16Throughput": "989.4",
        "denseInt8Throughput": "1979",
        "memoryCapacity": "287.5",
        "memoryBandwidth": "768.1234567895",
        "processNodeName": "5 nm",
        "launchDate": "2024-03-05",
    }
    (fp16,) = batch.of("denseFp16Throughput")
    assert fp16.passage == f"Epoch AI lists 989.4 TFLOPS for the Acme Turbo 9 PCle (column {TENSOR})."
    assert fp16.note == (
        f"The column {FP16} gives 133800000000000.0. Behind it: https://example.org/a https://example.org/b. "
        "Remark on the row: Halved from sparse."
    )
    assert fp16.origin == ("ml_hardware:2",)


def test_makers_and_foundries(read: Read, tmp_path: Path) -> None:
    batch = read(EPOCH, table(tmp_path, ROWS))
    designs = {(batch.label(s.one("item")), batch.label(s.one("designer")), s.first_public) for s in batch.of("Design")}
    assert designs == {
        ("Acme Turbo 9 PCle", "Acme", "2024-03-05"),
        ("Bolt 1", "National University of Defense Technology", "2020-01-01"),
    }
    assert [batch.label(s.one("fabricator")) for s in batch.of("Fabrication")] == ["Forge", "Anvil"]
    assert batch.of("Fabrication")[0].note == "The row names 2 of them."
    kinds = {e.label: e.class_name for e in batch.entities.values()}
    assert kinds["Acme"] == "Company"
    assert kinds["National University of Defense Technology"] == "ResearchOrganisation"


def test_a_wrong_cell_costs_no_other(read: Read, tmp_path: Path) -> None:
    batch = read(EPOCH, table(tmp_path, ROWS))
    assert values(batch, "epoch-bolt-1") == {"thermalDesignPower": "75", "launchDate": "2020-01-01"}
    told = [str(r) for r in batch.refused]
    assert told == [
        f"ml_hardware.csv:6: column {FP16}: 'inf' is no number",
        f"ml_hardware.csv:6: column {INT8}: dense INT8 throughput: -4 is out of range (0.0 to None)",
        "ml_hardware.csv:6: column Die Size (mm^2): 'about 800' is no number",
        "ml_hardware.csv:7: 'acme turbo-9 PCle' has the id 'epoch-acme-turbo-9-pcle' of line 2",
    ]
    launch = next(s for s in batch.of("launchDate") if s.subject.endswith("bolt-1"))
    assert "the year alone" in launch.note


def test_a_wrong_date_is_refused_alone(read: Read, tmp_path: Path) -> None:
    row = {"Hardware name": "Bolt 2", "Manufacturer": "Bolt", "Release date": "2024-13-01", "TDP (W)": "5"}
    batch = read(EPOCH, table(tmp_path, [row]))
    assert str(batch.refused[0]).startswith("ml_hardware.csv:2: column Release date: launch date:")
    assert [s.first_public for s in batch.of("Design")] == [""]


def test_a_known_wrong_figure_stands_and_is_contradicted(read: Read, tmp_path: Path) -> None:
    wrong = {"Hardware name": "MetaX MXC500 (PCIe)", "Manufacturer": "MetaX", BANDWIDTH: "18000000000000.0"}
    batch = read(EPOCH, table(tmp_path, [wrong]))
    (figure,) = batch.of("memoryBandwidth")
    assert isinstance(figure.object, Literal)
    assert figure.object.lexical == "18000"
    (link,) = batch.of("contradicts")
    ours, theirs = (next(s for s in batch.of("Claim") if s.subject == iri) for iri in (link.subject, link.object))
    assert (ours.text("value"), ours.text("unit"), ours.text("metricProperty")) == ("1800", "GB/s", "memoryBandwidth")
    assert (theirs.text("value"), theirs.text("claimedByText")) == ("18000", "Epoch AI")
    document = next(s for s in batch.sources if s.iri == ours.source)
    assert document.url.startswith("https://github.com/ying-wen/evokernel-spec/")
    assert ours.known is not None
    assert ours.known.isoformat() == "2026-05-04", "not known when the table was printed"
    right = read(EPOCH, table(tmp_path, [{**wrong, BANDWIDTH: "1800000000000.0"}]))
    assert not right.of("Claim")
    assert not right.of("contradicts")


def test_the_edition_may_be_named(read: Read, tmp_path: Path) -> None:
    assert read(EPOCH, table(tmp_path, ROWS), edition="2025-11-15").sources[0].published == "2025-11-15"
    with pytest.raises(ImportRefused, match=r"a row was modified on 2025-06-07; expected an edition of 2024-12"):
        read(EPOCH, table(tmp_path, ROWS), edition="2024-12")


def test_the_same_file_gives_the_same_records(read: Read, tmp_path: Path) -> None:
    path = table(tmp_path, ROWS)
    one, two = read(EPOCH, path), read(EPOCH, tmp_path)
    assert one.records == two.records
    assert len({s.iri for s in one.statements}) == len(one.statements)


def test_a_broken_file_is_refused_whole(read: Read, tmp_path: Path) -> None:
    path = table(tmp_path, ROWS)
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b"Halved") + 3])
    with pytest.raises(ImportRefused, match=r"ml_hardware\.csv:2: no valid CSV: unexpected end of data"):
        read(EPOCH, tmp_path)
    path.write_bytes(whole.replace(b"Acme Turbo", "Acmé Turbo".encode("latin-1"), 1))
    with pytest.raises(ImportRefused, match=r"ml_hardware\.csv:\d+: not UTF-8 \(byte 0xe9\)"):
        read(EPOCH, tmp_path)
    path.write_bytes(b"")
    with pytest.raises(
        ImportRefused, match=r"ml_hardware\.csv: the file is empty; expected a header with Hardware name"
    ):
        read(EPOCH, tmp_path)
    table(tmp_path, ())
    with pytest.raises(ImportRefused, match="it has a header and no row"):
        read(EPOCH, tmp_path)
    table(tmp_path, ROWS, [c if c != "TDP (W)" else "TDP (Watt)" for c in REQUIRED])
    with pytest.raises(ImportRefused, match=r"column 'TDP \(W\)' is missing \(nearest: TDP \(Watt\)\)"):
        read(EPOCH, tmp_path)
    table(tmp_path, [{**ROWS[0], "Last modified": "yesterday"}])
    with pytest.raises(ImportRefused, match=r"ml_hardware\.csv:2: Last modified: 'yesterday' is no day"):
        read(EPOCH, tmp_path)


def test_a_folder_without_the_file_is_refused(read: Read, tmp_path: Path) -> None:
    (tmp_path / "ml-hardware.csv").write_text("")
    with pytest.raises(ImportRefused, match=r"ml_hardware\.csv is missing \(nearest: ml-hardware\.csv\)"):
        read(EPOCH, tmp_path)
    with pytest.raises(ImportRefused, match="there is no such file or folder"):
        read(EPOCH, tmp_path / "nowhere")


@pytest.fixture(scope="module")
def published(real: Callable[[str], Path]) -> list[dict[str, str]]:
    """The real rows, read without the importer."""
    with (real("epoch-ml-hardware") / "ml_hardware.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def batch(read: Read, real: Callable[[str], Path]) -> Batch:
    """The real file, imported."""
    return read(EPOCH, real("epoch-ml-hardware"))


def test_every_real_cell_comes_in_exactly(batch: Batch, published: list[dict[str, str]]) -> None:
    assert not batch.refused
    assert sum(e.class_name == "Chip" for e in batch.entities.values()) == len(published) == 169
    by_label = {e.label: e.slug for e in batch.entities.values() if e.class_name == "Chip"}
    filled = 0
    for row in published:
        said = values(batch, by_label[row["Hardware name"]])
        for figure in FIGURES:
            cell = next((row[c] for c in figure.columns if row[c]), "")
            assert (figure.property in said) == bool(cell), (row["Hardware name"], figure.property)
            if cell:
                filled += 1
                assert Decimal(said[figure.property].removesuffix(" nm")) * figure.divisor == Decimal(cell)
    counts = Counter(s.property.rpartition("#")[2] for s in batch.statements if not s.class_name)
    assert filled == sum(counts[f.property] for f in FIGURES) == 1203
    assert counts["launchDate"] == 158
    assert len(batch.of("Design")) == 168
    assert len(batch.of("Fabrication")) == 107, "106 rows, of which one names two foundries"


def test_total_processing_performance_agrees(batch: Batch, published: list[dict[str, str]]) -> None:
    """Epoch AI's own TPP, which is not imported, against the largest product of rate and bits."""
    by_label = {e.label: e.slug for e in batch.entities.values() if e.class_name == "Chip"}
    differ = {}
    compared = 0
    for row in published:
        if not row[TPP]:
            continue
        compared += 1
        said = values(batch, by_label[row["Hardware name"]])
        largest = max((Decimal(said[name]) * bits for name, bits in BITS.items() if name in said), default=Decimal(0))
        theirs = Decimal(row[TPP]) / 10**12
        if abs(largest - theirs) > theirs / 1000:
            differ[row["Hardware name"]] = (f"{theirs.normalize():f}", f"{largest.normalize():f}")
    assert compared == 159
    assert differ == {
        "NVIDIA GB300": ("61120", "60000"),
        "AMD Instinct MI355X": ("37440", "40265.6"),
        "AMD Instinct MI350X": ("37440", "36953.6"),
        "AMD Instinct MI325X": ("20800", "20918.4"),
        "Huawei Ascend 910C": ("12800", "12032"),
    }


def test_figures_wrong_at_the_source(batch: Batch) -> None:
    told = {}
    for link in batch.of("contradicts"):
        ours = next(s for s in batch.of("Claim") if s.subject == link.subject)
        theirs = next(s for s in batch.of("Claim") if s.subject == link.object)
        told[batch.label(ours.one("about"))] = (theirs.text("value"), ours.text("value"), ours.text("unit"))
    assert told == {
        "AMD Radeon Instinct MI308X": ("653.7", "2368", "TPP"),
        "MetaX MXC500 (PCIe)": ("18000", "1800", "GB/s"),
        "MetaX MXC500 (OAM)": ("18000", "1800", "GB/s"),
    }
    assert values(batch, "epoch-amd-radeon-instinct-mi308x")["denseFp16Throughput"] == "653.7"


def test_names_that_can_be_matched(batch: Batch) -> None:
    names = {e.label: e.aliases for e in batch.entities.values()}
    assert "H100 SXM5 80GB" in names["NVIDIA H100 SXM5 80GB"]
    assert "Ascend 910C" in names["Huawei Ascend 910C"]
    assert "Kunlun R200 (150W)" in names["Baidu Kunlun R200 (150W)"]
    assert "NVIDIA L2 PCIe" in names["NVIDIA L2 PCle"]
    assert names["Kunlunxin Baidu"] == ("Kunlunxin",)
    assert names["GroqChip LPU v1"] == ()


def test_the_real_file_has_one_edition_and_unique_statements(batch: Batch) -> None:
    assert batch.batch.recorded.isoformat() == "2025-11-14"
    assert len({s.iri for s in batch.statements}) == len(batch.statements)
    assert all(s.passage and s.source for s in batch.statements)
