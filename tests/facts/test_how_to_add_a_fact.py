"""The page on adding facts (`seed_data/README.md`) is followed: its examples are added to a copy of the seed, and hold."""

from __future__ import annotations

import csv
import io
import re
import shutil
from pathlib import Path

import pytest

from kg.errors import FactsRefused
from kg.facts.model import Facts
from kg.facts.reader import read_facts
from kg.schema import Schema
from kg.store.dataset import Dataset
from kg.store.opening import packaged
from kg.store.release import Release
from kg.terms import BASE
from tests.helpers import dataset_of

PAGE = packaged("seed_data") / "README.md"


def examples() -> list[tuple[str, str]]:
    """(file, text) of every example that names its file."""
    return re.findall(r"^```(?:csv|yaml) (\S+)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def append(folder: Path, name: str, text: str, hashes: dict[str, str]) -> None:
    """Add an example's rows to a file of the folder, in that file's columns."""
    path = folder / name
    text = re.sub(r"<statement (\S+)>", lambda m: hashes[m[1]], text)
    if name.endswith(".yaml"):
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
        return
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows
    if path.exists():
        with path.open(encoding="utf-8", newline="") as lines:
            columns = next(csv.reader(lines))
    else:
        columns = list(rows[0])
    assert set(rows[0]) <= set(columns), name
    fresh = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, columns, lineterminator="\n", restval="")
        if fresh:
            writer.writeheader()
        writer.writerows(rows)


def by_origin(facts: Facts) -> dict[str, str]:
    return {o: s.iri.removeprefix(BASE + "statement/") for s in facts.statements.values() for o in s.origin}


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory, schema: Schema) -> tuple[Path, Facts]:
    """A copy of the seed after the page was followed from top to bottom."""
    folder = tmp_path_factory.mktemp("followed") / "seed_data"
    shutil.copytree(packaged("seed_data"), folder)
    changes = [e for e in examples() if e[0] in ("ends.csv", "corrections.csv")]
    for name, text in examples():
        if (name, text) not in changes:
            append(folder, name, text, {})
    hashes = by_origin(read_facts(folder, schema))
    for name, text in changes:
        append(folder, name, text, hashes)
    return folder, read_facts(folder, schema)


@pytest.fixture(scope="module")
def dataset(followed: tuple[Path, Facts], schema: Schema, tiny_release: Release) -> Dataset:
    return dataset_of(schema, followed[1], tiny_release)


def test_every_kind_of_row_is_shown() -> None:
    names = [name for name, _ in examples()]
    assert {"sources.yaml", "entities/Company.csv", "ends.csv", "corrections.csv", "statements/Claim.csv"} <= set(names)
    assert {"statements/Provision.csv", "statements/Requirement.csv", "statements/PolicyEvent.csv"} <= set(names)


def test_a_row_and_its_source(dataset: Dataset) -> None:
    snapshot = dataset.as_of()
    company = snapshot.index.resolve("example-tools").iri
    (provision,) = snapshot.relations(company, "Provision")
    assert snapshot.share(provision) == 12.5
    source = snapshot.source(provision)
    assert source is not None
    assert source.title == "Example tool report"
    assert snapshot.relations(snapshot.index.resolve("example-claim").iri) == ()
    assert {s.class_name for s in snapshot.about_node(snapshot.index.resolve("example-claim").iri)} == {"Claim"}


def test_an_alias_is_found(dataset: Dataset) -> None:
    from kg.operations import by_name, run

    matches = run(dataset, by_name("search"), {"text": "示例工具"}).answer.matches
    assert matches[0].id == "example-tools"
    assert matches[0].score == 1.0


def test_an_end_and_a_correction_apply_from_their_source(dataset: Dataset) -> None:
    import datetime as dt

    company = dataset.index.resolve("example-tools").iri
    late = dataset.as_of(dt.date(2026, 10, 1))
    before = dataset.as_of(dt.date(2026, 8, 1))
    assert not late.plain(company, "headquarteredIn")
    assert before.plain(company, "headquarteredIn")
    assert not late.plain(company, "ticker")


def test_a_slip_is_named(followed: tuple[Path, Facts], schema: Schema, tmp_path: Path) -> None:
    folder = tmp_path / "seed_data"
    shutil.copytree(followed[0], folder)
    append(
        folder,
        "statements/Provision.csv",
        "item,provider,status,source,passage,origin\nwet-bnch,example-tools,verified,example-tool-report-2026,x,example:10\n",
        {},
    )
    with pytest.raises(FactsRefused) as refused:
        read_facts(folder, schema)
    (mistake,) = refused.value.mistakes
    assert (mistake.file, mistake.column) == ("statements/Provision.csv", "item")
    assert "wet-bench" in mistake.nearest
