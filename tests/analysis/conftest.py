"""Fixtures of the analyses' tests."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.schema import Schema
from kg.store.dataset import Dataset
from kg.store.release import Release
from tests.analysis.trust_worlds import World
from tests.helpers import FactsFolder, dataset_of


@pytest.fixture
def build(tmp_path: Path, schema: Schema, tiny_release: Release) -> Callable[[World], Dataset]:
    def make(world: World) -> Dataset:
        return dataset_of(schema, world.facts(schema, Path(tempfile.mkdtemp(dir=tmp_path))), tiny_release)

    return make


@pytest.fixture
def shop(folder: FactsFolder) -> FactsFolder:
    """Entities and sources, and nothing said."""
    folder.entities("Chip", "chip-a", "chip-b", "chip-c")
    folder.entities("Component", "part-a")
    folder.entities("Company", "acme", "bolt")
    folder.entities("Country", "NLD", "CHN")
    for id_, published in (("old", "2019-05"), ("new", "2025-03-04"), ("undated", "")):
        folder.source(id_, published=published)
    return folder
