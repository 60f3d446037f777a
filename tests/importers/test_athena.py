"""The importer of the chip supply-chain map: directions, products, claims, faults."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.errors import ImportRefused
from kg.facts.model import Statement
from kg.importers.athena import ATHENA
from tests.importers.reading import Batch

FIXTURE = Path(__file__).parent / "fixtures" / "athena"
Read = Callable[..., Batch]


@pytest.fixture(scope="module")
def batch(read: Read) -> Batch:
    return read(ATHENA, FIXTURE)


@pytest.fixture(scope="module")
def whole(read: Read, real: Callable[[str], Path]) -> Batch:
    return read(ATHENA, real("athena-chip-map"))


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIXTURE, tmp_path / "map"))


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def pairs(batch: Batch, statements: list[Statement]) -> set[tuple[str, str, str]]:
    return {(batch.label(s.one("customer")), batch.label(s.one("supplier")), s.text("shareBasis")) for s in statements}


def test_edges_point_from_supplier_to_customer_but_procurement(batch: Batch) -> None:
    assert pairs(batch, batch.of("Supply")) == {
        ("Brook Foundry", "Elm Tools", "supplies-equipment"),
        ("Cedar Designs", "Brook Foundry", "procures-from-foundry"),
        ("Delta Cloud", "Cedar Designs", "procures-from-fabless"),
    }
    bought = next(s for s in batch.of("Supply") if s.text("shareBasis") == "procures-from-foundry")
    assert bought.passage == "Brook Foundry sells chips to Cedar Designs: Wafers for GPUs."
    assert "directional heuristics" in bought.note
    assert bought.text("citedSource") == "Annual report of Brook, https://brook.example/report"


def test_making_of_a_product_is_a_role_and_the_rest_about_it_a_claim(batch: Batch) -> None:
    fabrication, packaging = batch.of("Fabrication")[0], batch.of("Packaging")[0]
    assert (batch.label(fabrication.one("item")), batch.label(fabrication.one("fabricator"))) == (
        "Grove X1",
        "Brook Foundry",
    )
    assert (batch.label(packaging.one("item")), batch.label(packaging.one("packager"))) == ("Grove X1", "Brook Foundry")
    claims = {s.text("text"): s for s in batch.of("Claim")}
    assert set(claims) == {
        "Grove X1 sells chips to Delta Cloud: Inference.",
        "Fir Memory supplies memory for Grove X1: HBM stacks.",
    }
    assert {s.text("claimKind") for s in claims.values()} == {"claimed"}


def test_products_are_chips_without_a_seat(batch: Batch) -> None:
    assert {e.label for e in batch.entities.values() if e.class_name == "Chip"} == {"Grove X1"}
    seats = {batch.label(s.subject): str(s.object).rpartition("/")[2] for s in batch.of("headquarteredIn")}
    assert seats == {
        "Brook Foundry": "TWN",
        "Cedar Designs": "USA",
        "Delta Cloud": "USA",
        "Elm Tools": "NLD",
        "Fir Memory": "KOR",
    }
    assert {batch.label(s.subject) for s in batch.of("ticker")} == {"Brook Foundry", "Cedar Designs"}


def test_wrong_rows_are_refused_with_their_line(batch: Batch) -> None:
    assert [(r.file, r.line) for r in batch.refused] == [("nodes.csv", 8), ("edges.csv", 9), ("edges.csv", 10)]
    assert "'ZZ' is no code of ISO 3166-1" in batch.refused[0].reason
    assert "'nobody' is no id of nodes.csv" in batch.refused[1].reason
    assert "'hugs' is none of licenses-ip" in batch.refused[2].reason


def test_reading_twice_gives_the_same(read: Read, batch: Batch) -> None:
    assert read(ATHENA, FIXTURE).records == batch.records
    assert len({s.iri for s in batch.statements}) == len(batch.statements)


def test_real_counts(whole: Batch, real: Callable[[str], Path]) -> None:
    folder = real("athena-chip-map")
    nodes, edges = rows(folder / "nodes.csv"), rows(folder / "edges.csv")
    assert (len(nodes), len(edges), whole.refused) == (87, 205, [])
    classes = Counter(e.class_name for e in whole.entities.values())
    assert (classes["Company"], classes["Chip"]) == (80, 7)
    made = Counter(s.class_name for s in whole.statements)
    assert (made["Supply"], made["Fabrication"], made["Packaging"], made["Claim"]) == (180, 6, 2, 17)
    assert made["Supply"] + made["Fabrication"] + made["Packaging"] + made["Claim"] == len(edges)
    assert len({s.iri for s in whole.statements}) == len(whole.statements)
    assert len(whole.of("headquarteredIn")) == len(whole.of("ticker")) == 80


def test_real_direction(whole: Batch, real: Callable[[str], Path]) -> None:
    """Every edge of the file, turned by hand where it is a procurement."""
    folder = real("athena-chip-map")
    names = {r["id"]: r["name"] for r in rows(folder / "nodes.csv")}
    expected = set()
    for row in rows(folder / "edges.csv"):
        ends = (names[row["target"]], names[row["source"]])
        expected.add((*(ends[::-1] if row["relation"].startswith("procures") else ends), row["relation"]))
    found = pairs(whole, whole.of("Supply"))
    assert len(found) == 180
    assert found <= expected
    assert ("TSMC", "ASML", "supplies-equipment") in found
    assert ("Tesla", "Samsung Foundry", "procures-from-foundry") in found


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            "nodes.csv",
            "public_ticker",
            "public_tickers",
            ("nodes.csv:1", "'public_ticker' is missing", "nearest: public_tickers"),
        ),
        ("edges.csv", "relation,", "", ("edges.csv:1", "'relation' is missing")),
        ("edges.csv", "HBM stacks,s9", "HBM st", ("edges.csv:8", "5 cells", "cut short")),
        ("sources.md", "- **s", "* s", ("sources.md", "no source in it", "- **s1**")),
    ],
)
def test_broken_files_are_refused(
    read: Read, copied: Path, file: str, old: str, new: str, told: tuple[str, ...]
) -> None:
    target = copied / file
    target.write_text(target.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(ImportRefused) as caught:
        read(ATHENA, copied)
    assert all(part in str(caught.value) for part in (*told, "nothing was imported"))


def test_other_encoding_is_refused(read: Read, copied: Path) -> None:
    (copied / "nodes.csv").write_bytes((copied / "nodes.csv").read_text(encoding="utf-8").encode("utf-16"))
    with pytest.raises(ImportRefused, match=r"nodes\.csv:1: not UTF-8"):
        read(ATHENA, copied)


@pytest.mark.parametrize("file", ["nodes.csv", "edges.csv", "sources.md"])
def test_missing_and_empty_files_are_refused(read: Read, copied: Path, file: str) -> None:
    (copied / file).write_text("", encoding="utf-8")
    with pytest.raises(ImportRefused, match=file.replace(".", r"\.")):
        read(ATHENA, copied)
    (copied / file).unlink()
    with pytest.raises(ImportRefused, match=rf"{file} is missing".replace(".", r"\.")):
        read(ATHENA, copied)


def test_a_claim_is_about_one_thing(batch: Batch) -> None:
    assert {len(s.node["about"]) for s in batch.of("Claim")} == {1}


def test_an_edition_may_be_a_month(read: Read) -> None:
    assert read(ATHENA, FIXTURE, edition="2026-06").sources[0].published == "2026-06"


def test_sources_in_another_encoding_are_refused(read: Read, copied: Path) -> None:
    (copied / "sources.md").write_bytes(b"- **s1** - Caf\xe9. https://cafe.example/\n")
    with pytest.raises(ImportRefused, match=r"sources\.md: not UTF-8"):
        read(ATHENA, copied)
