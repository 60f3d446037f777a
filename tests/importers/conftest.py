"""What the tests of importers share: the model, the real data sets where they are, and reading a batch whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kg.importers.records import Importer, Options, Progress
from kg.schema import Schema
from tests.importers.reading import Batch
from tests.questions.projection import DATA


@pytest.fixture(scope="session")
def read(schema: Schema) -> Callable[..., Batch]:
    """Read a path with an importer."""

    def reader(importer: Importer, path: Path, **options: object) -> Batch:
        return Batch(importer.function(schema, path, Options(**options), Progress()))  # type: ignore[arg-type]

    return reader


@pytest.fixture(scope="session")
def real() -> Callable[[str], Path]:
    """The folder of a real data set; the test is skipped where it is absent."""

    def find(name: str) -> Path:
        folder = DATA / name
        if not folder.is_dir():
            pytest.skip(f"the data set {name} is not here (CHOKEPOINT_DATA names its folder)")
        return folder

    return find
