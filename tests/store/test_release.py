"""Releases: the same facts are the same bytes; what is altered, missing or of another format is refused."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import kg.store.opening as opening
from kg.errors import ReleaseBroken, UnknownRelease
from kg.facts.model import Facts
from kg.facts.reader import read_facts
from kg.schema import Schema
from kg.store.dataset import Dataset
from kg.store.opening import build_folder, find_release, packaged, packaged_release
from kg.store.release import FORMAT, Release, build_release, read_release
from tests.helpers import FactsFolder, iri_of


@pytest.fixture
def sample(folder: FactsFolder, read: Callable[[FactsFolder], Facts]) -> FactsFolder:
    """A folder with something of everything."""
    folder.entities("Country", "NLD", "CHN")
    folder.entity("Company", "asml", "ASML", 'Advanced "S" | 阿斯麦 | línea')
    folder.entities("Company", "smic")
    folder.entities("Component", "hbm", "die")
    folder.entities("Chip", "chip-x")
    folder.source(
        "list-1", published="2024", series="list", supersedes_series=True, publisher="P", licence="CC0-1.0", note="n"
    )
    folder.source("undated")
    row = folder.plain(
        "asml", "headquarteredIn", "NLD", note='line one\nline "two", 三 \\ tab\there', quote="so “q” it is"
    )
    folder.plain(
        "asml",
        "ticker",
        "A | B",
        status="unverified",
        to_check_in="a document",
        first_public="2020-01-01",
        first_public_source="list-1",
    )
    folder.plain(
        "chip-x",
        "dieArea",
        "600.50",
        topic="figures",
        status="derived",
        derived_from="b | a",
        source="list-1",
        recorded="2025-01-01",
    )
    folder.plain("chip-x", "chipCount", "8", topic="figures")
    folder.plain("hbm", "isGrouping", "true", topic="figures", valid_from="2024/..", valid_until="2026~")
    for year in ("2023", "2024"):
        folder.relation(
            "Provision",
            item="hbm",
            provider="smic",
            share="10",
            period=year,
            site_country="CHN | NLD",
            production_status="not in production",
        )
    folder.relation(
        "Requirement", item="chip-x", requires="die", alternative_group="a", necessity="required", source="undated"
    )
    folder.claim(
        "k1", "chip-x", value="70", comparator="more than", claimed_by="asml", compared_with="hbm", aliases="c | d"
    )
    folder.claim("k2", "chip-x", value="71", source="undated")
    iri = iri_of(read(folder), row)
    folder.end(iri, "2025", "list-1", note="moved", origin="e:1")
    folder.correction(iri, "withdrawn", "undated", date="2026-01-01", note="wrong")
    return folder


def build(small: FactsFolder, into: Path) -> Release:
    return build_folder(small.write(), into)


def test_building_twice_gives_the_same_bytes(sample: FactsFolder, tmp_path: Path) -> None:
    first, second = build(sample, tmp_path / "a"), build(sample, tmp_path / "b")
    assert first.hash == second.hash
    for name in ("release.nq", "manifest.json"):
        assert (first.folder / name).read_bytes() == (second.folder / name).read_bytes()
    lines = (first.folder / "release.nq").read_text(encoding="utf-8").splitlines()
    assert lines == sorted(set(lines))
    assert len(lines) == first.manifest["quads"]


def test_order_of_rows_files_and_folder_is_no_matter(sample: FactsFolder, tmp_path: Path) -> None:
    first = build(sample, tmp_path / "a")
    random.seed(7)
    for rows in sample.tables.values():
        random.shuffle(rows)
    sample.tables = dict(reversed(sample.tables.items()))
    sample.sources = dict(reversed(sample.sources.items()))
    rows = sample.tables.pop("statements/figures.csv")
    sample.tables["statements/another-topic.csv"] = rows[:1]
    sample.tables["statements/zz-topic.csv"] = rows[1:]
    sample.path = tmp_path / "elsewhere" / "facts"
    assert build(sample, tmp_path / "b").hash == first.hash


def test_order_of_the_rows_of_one_claim_is_no_matter(sample: FactsFolder, tmp_path: Path) -> None:
    """Regression: of a claim with several rows (relays) the last row read gives its label, aliases and origin."""
    sample.claim("k1", "chip-x", value="71", source="undated")
    first = build(sample, tmp_path / "a")
    sample.tables["statements/Claim.csv"].reverse()
    assert build(sample, tmp_path / "b").hash == first.hash


def test_any_change_of_a_fact_changes_the_hash(sample: FactsFolder, tmp_path: Path) -> None:
    first = build(sample, tmp_path)
    sample.tables["statements/topic.csv"][0]["note"] = "another"
    second = build(sample, tmp_path)
    assert second.hash != first.hash
    assert {first.id, second.id} == {p.name for p in tmp_path.iterdir() if p.name != "facts"}


def test_facts_survive_the_release(sample: FactsFolder, schema: Schema, tmp_path: Path) -> None:
    facts = read_facts(sample.write(), schema)
    again_schema, again = build_folder(sample.path, tmp_path / "r").load()
    for part in ("batches", "sources", "entities", "statements", "ends", "corrections"):
        assert getattr(again, part) == getattr(facts, part), part
    assert again == facts
    assert again_schema == schema


def test_seed_survives_the_release(seed: Dataset) -> None:
    assert read_facts(packaged("seed_data"), seed.schema) == seed.facts


def test_an_altered_byte_is_refused(sample: FactsFolder, tmp_path: Path) -> None:
    release = build(sample, tmp_path / "r")
    path = release.folder / "release.nq"
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    with pytest.raises(ReleaseBroken, match=r"altered.*build again"):
        read_release(release.folder).load()
    path.write_bytes(raw[:-100])
    with pytest.raises(ReleaseBroken):
        Dataset.open(read_release(release.folder))


def test_broken_releases_are_refused(sample: FactsFolder, tmp_path: Path) -> None:
    release = build(sample, tmp_path / "r")
    path, good = release.folder / "manifest.json", (release.folder / "manifest.json").read_text(encoding="utf-8")
    for text in (good[: len(good) // 2], "", "[]", "{}", '{"sha256": "x"}'):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ReleaseBroken, match="no manifest"):
            read_release(release.folder)
    path.write_text(json.dumps({**json.loads(good), "format": "0"}), encoding="utf-8")
    with pytest.raises(ReleaseBroken, match=f"has format 0; this version reads format {FORMAT}"):
        read_release(release.folder)
    path.unlink()
    with pytest.raises(ReleaseBroken, match=r"manifest\.json is missing"):
        read_release(release.folder)
    path.write_text(good, encoding="utf-8")
    assert read_release(release.folder).hash == release.hash
    (release.folder / "release.nq").unlink()
    with pytest.raises(ReleaseBroken, match=r"release\.nq is missing"):
        read_release(release.folder)


def test_a_release_is_never_written_again(sample: FactsFolder, tmp_path: Path) -> None:
    release = build(sample, tmp_path / "r")
    before = {p: p.stat().st_mtime_ns for p in release.folder.rglob("*")}
    build(sample, tmp_path / "r")
    assert {p: p.stat().st_mtime_ns for p in release.folder.rglob("*")} == before


def test_concurrent_builds_of_one_release(sample: FactsFolder, schema: Schema, tmp_path: Path) -> None:
    facts = read_facts(sample.write(), schema)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: build_release(facts, packaged("ontology"), tmp_path / "r"), range(4)))
    assert len({r.hash for r in found}) == 1
    assert [p.name for p in (tmp_path / "r").iterdir()] == [found[0].id]  # no parts are left
    assert found[0].load()[1] == facts


def test_find_release(sample: FactsFolder, tmp_path: Path) -> None:
    release = build(sample, tmp_path / "releases")
    for name in (release.id, release.id[:6], release.hash, str(release.folder)):
        assert find_release(name, tmp_path).hash == release.hash
    for name in (release.id[:5], release.id[:15] + "x", release.hash[:-1] + "x", "0" * 16):
        with pytest.raises(UnknownRelease) as caught:
            find_release(name, tmp_path)
    with pytest.raises(UnknownRelease) as caught:
        find_release(release.id[:14] + "zz", tmp_path)
    assert caught.value.detail["nearest"] == [release.id]
    assert release.id in caught.value.message
    with pytest.raises(ReleaseBroken):
        find_release(str(tmp_path / "nowhere"), tmp_path)


def test_packaged_seed_is_built_once(seed_release: Release, seed_cache: Path) -> None:
    said: list[str] = []
    assert packaged_release(said.append, seed_cache).hash == seed_release.hash
    assert find_release(None, seed_cache, said.append).hash == seed_release.hash
    assert said == []


@pytest.fixture
def packaged_sample(sample: FactsFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample in the place of the packaged seed."""
    ontology = packaged("ontology")
    folder = sample.write().rename(sample.path.with_name("seed_data"))
    monkeypatch.setattr(opening, "packaged", lambda name: folder if name == "seed_data" else ontology)


@pytest.mark.usefixtures("packaged_sample")
def test_the_cache_is_filled_again_when_it_was_emptied(tmp_path: Path) -> None:
    said: list[str] = []
    first = packaged_release(said.append, tmp_path / "cache")
    assert len(said) == 2
    for path in first.folder.rglob("*.*"):
        path.unlink()
    (first.folder / "ontology").rmdir()
    first.folder.rmdir()
    assert packaged_release(said.append, tmp_path / "cache").hash == first.hash


@pytest.mark.usefixtures("packaged_sample")
@pytest.mark.parametrize("file", ["release.nq", "manifest.json"])
def test_a_broken_packaged_release_is_built_again(file: str, tmp_path: Path) -> None:
    """Regression: a kept release that lost a file is announced to be built again, but the build stops at the broken folder."""
    first = packaged_release(cache=tmp_path / "cache")
    (first.folder / file).unlink()
    again = packaged_release(cache=tmp_path / "cache")
    assert again.load()[1].statements
