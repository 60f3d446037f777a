"""What the tests of worlds share."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.schema import Schema
from kg.store.dataset import Dataset
from kg.store.release import Release
from tests.helpers import dataset_of
from tests.properties.feasible_worlds import World


@pytest.fixture
def build(tmp_path: Path, schema: Schema, tiny_release: Release) -> Callable[[World], Dataset]:
    """The dataset of a world."""
    return lambda world: dataset_of(schema, world.facts(schema, Path(tempfile.mkdtemp(dir=tmp_path))), tiny_release)
