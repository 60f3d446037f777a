"""What the tests of links share: the model, small worlds, and the real data sets joined once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kg.facts.model import Facts
from kg.facts.reader import read_facts
from kg.importers.collecting import collect
from kg.importers.records import Options, Progress
from kg.importers.registry import IMPORTERS
from kg.schema import Schema
from kg.store.opening import packaged
from tests.identity.making import World

DATA = Path(os.environ.get("CHOKEPOINT_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
"""Where public data sets lie; `CHOKEPOINT_DATA` names another place."""

SETS = (
    ("athena", "athena-chip-map", ""),
    ("csl", "csl-2026-07", "2026-07-31"),
    ("epoch", "epoch-ml-hardware", ""),
    ("eto", "eto-2026-08", ""),
    ("eto", "eto-2025-07", ""),
    ("eto", "eto-2022", ""),
    ("lists", "cn-1260h-lists", ""),
)
"""Importer, folder and edition of each data set; of several issues of one, the newest names its records."""


@pytest.fixture
def world(schema: Schema) -> World:
    """Facts to fill."""
    return World(schema)


@pytest.fixture(scope="session")
def joined(schema: Schema) -> Facts:
    """The seed and all data sets that hold things to be linked."""
    for _, folder, _ in SETS:
        if not (DATA / folder).is_dir():
            pytest.skip(f"the data set {folder} is not here (CHOKEPOINT_DATA names its folder)")
    facts = read_facts(packaged("seed_data"), schema)
    for name, folder, edition in SETS:
        progress = Progress()
        reading = IMPORTERS[name].function(schema, DATA / folder, Options(edition=edition), progress)
        batch, _ = collect(reading, progress)
        facts = Facts(
            {**facts.batches, **batch.batches},
            {**batch.sources, **facts.sources},
            {**batch.entities, **facts.entities},
            {**batch.statements, **facts.statements},
        )
    return facts
