"""The releases of the ETO data set: how the real ones are told apart, and what the three answer together."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.errors import ImportRefused
from kg.facts.model import Facts
from kg.importers.eto import ETO
from kg.schema import Schema
from kg.store.dataset import Dataset
from kg.store.release import Release
from kg.terms import entity_iri
from tests.helpers import dataset_of
from tests.importers.reading import Batch

NAMES = ("eto-2022", "eto-2025-07", "eto-2026-08")


@pytest.fixture(scope="module")
def batches(read: Callable[..., Batch], real: Callable[[str], Path]) -> dict[str, Batch]:
    """The three releases as imported."""
    return {name: read(ETO, real(name)) for name in NAMES}


def test_each_release_is_known_by_its_files(batches: dict[str, Batch]) -> None:
    assert [b.batch.id for b in batches.values()] == list(NAMES)
    assert [str(b.batch.recorded) for b in batches.values()] == ["2022-12-31", "2025-07-11", "2026-08-14"]
    assert [b.sources[0].published for b in batches.values()] == ["2022", "2025-07-11", "2026-08-14"]


def test_the_editions_by_name(read: Callable[..., Batch], real: Callable[[str], Path]) -> None:
    for name, edition in (("eto-2022", "2022"), ("eto-2025-07", "2025-07"), ("eto-2026-08", "2026-08-14")):
        assert read(ETO, real(name), edition=edition).batch.id == name
    assert read(ETO, real("eto-2026-08"), edition="2026-11").batch.id == "eto-2026-11"
    for name, edition in (("eto-2022", "2025-07"), ("eto-2025-07", "2026-08"), ("eto-2026-08", "2025-07")):
        with pytest.raises(ImportRefused, match="contradicts the files"):
            read(ETO, real(name), edition=edition)


@pytest.fixture(scope="module")
def together(schema: Schema, tiny_release: Release, batches: dict[str, Batch]) -> Dataset:
    """The three releases in one dataset."""
    facts = Facts(
        {b.batch.id: b.batch for b in batches.values()},
        {s.iri: s for b in batches.values() for s in b.sources},
        {i: e for b in batches.values() for i, e in b.entities.items()},
        {s.iri: s for b in batches.values() for s in b.statements},
    )
    return dataset_of(schema, facts, tiny_release)


@pytest.mark.parametrize(
    ("as_of", "known_on", "item", "share"),
    [
        ("2022-12-31", "2022-12-31", "N22", 91),
        ("2025-12-01", "2025-12-01", "N22", 98.7),
        ("2026-09-01", "2026-09-01", "N22", 99.3),
        ("2026-09-01", "2025-12-01", "N105", 79.2),
        ("2026-09-01", "2026-09-01", "N105", 66),
        ("2026-09-01", "2022-12-31", "N105", None),  # not in that release
        ("2024-06-01", "2026-09-01", "N105", 79.2),  # the year before stays as history
        ("2018-12-31", "2022-12-31", "N22", None),
    ],
)
def test_the_three_together_answer_by_both_dates(
    together: Dataset, as_of: str, known_on: str, item: str, share: float | None
) -> None:
    snapshot = together.as_of(dt.date.fromisoformat(as_of), dt.date.fromisoformat(known_on))
    asml = entity_iri("Company", "eto-p88")
    found = snapshot.relations(entity_iri("Tool", f"eto-{item.lower()}"), "Provision", "item")
    values = [v for s in found if s.text("provider") == asml and (v := snapshot.share(s)) is not None]
    assert values == ([] if share is None else [share])


@pytest.mark.parametrize("host", NAMES)
@pytest.mark.parametrize("guest", NAMES)
@pytest.mark.parametrize("name", ["inputs.csv", "providers.csv", "sequence.csv", "provision.csv"])
def test_a_folder_of_two_releases(
    read: Callable[..., Batch], real: Callable[[str], Path], tmp_path: Path, host: str, guest: str, name: str
) -> None:
    folder = shutil.copytree(real(host), tmp_path / "mixed")
    shutil.copy(real(guest) / name, folder / name)
    same = (real(host) / name).read_bytes() == (real(guest) / name).read_bytes()
    if same:
        assert read(ETO, folder).batch.id == host
    else:
        with pytest.raises(ImportRefused, match=r"wrong release|is it cut short\?"):
            read(ETO, folder)


def test_a_real_file_cut_between_rows(read: Callable[..., Batch], real: Callable[[str], Path], tmp_path: Path) -> None:
    for name in ("inputs.csv", "providers.csv", "sequence.csv", "provision.csv"):
        folder = shutil.copytree(real("eto-2026-08"), tmp_path / name)
        lines = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
        (folder / name).write_text("".join(lines[: len(lines) // 2]), encoding="utf-8")
        with pytest.raises(ImportRefused, match="nothing was imported"):
            read(ETO, folder)


def test_the_same_files_give_the_same_records(
    read: Callable[..., Batch], real: Callable[[str], Path], batches: dict[str, Batch]
) -> None:
    for name, batch in batches.items():
        assert read(ETO, real(name)).records == batch.records
