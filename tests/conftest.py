"""Fixtures of the core's tests.

The strategy, so that the whole takes seconds:

* The packaged seed is built into a release once a session, in a temporary cache, and opened once (`seed_release`,
  `seed`). Tests only read it: a release and its dataset are immutable.
* Everything else is a small folder of facts that a test writes itself (`folder`, see `tests.helpers.FactsFolder`) and reads
  with the real reader. `opened` makes a dataset of such a folder: its facts go through quads and back, as in a release,
  but the ontology's quads come from one tiny release built once a session (`tiny_release`).
* Properties run the same examples each time and stop at the first that fails; `HYPOTHESIS_PROFILE=shrink` makes it small.
* Tests of releases themselves (`tests/store`) build small folders into `tmp_path`.

The repository's root is put on the path, so that helper modules are imported as `tests.…` whatever import mode pytest runs in.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from kg.facts.model import Facts  # noqa: E402 (after the path)
from kg.facts.reader import read_facts  # noqa: E402
from kg.schema import Schema, load_schema  # noqa: E402
from kg.store.dataset import Dataset  # noqa: E402
from kg.store.opening import build_folder, packaged, packaged_release  # noqa: E402
from kg.store.release import Release  # noqa: E402
from tests.helpers import FactsFolder, dataset_of  # noqa: E402

_COMMON = {
    "deadline": None,
    "derandomize": True,
    "database": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
}
settings.register_profile("quick", phases=(Phase.explicit, Phase.generate), **_COMMON)
settings.register_profile("shrink", **_COMMON)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(scope="session")
def schema() -> Schema:
    """The model."""
    return load_schema(packaged("ontology"))


@pytest.fixture(scope="session")
def seed_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cache folder the packaged seed is built into."""
    return tmp_path_factory.mktemp("seed-cache")


@pytest.fixture(scope="session")
def seed_release(seed_cache: Path) -> Release:
    """The release of the packaged seed."""
    return packaged_release(cache=seed_cache)


@pytest.fixture(scope="session")
def seed(seed_release: Release) -> Dataset:
    """The packaged seed, opened."""
    return Dataset.open(seed_release, snapshots=32)


@pytest.fixture(scope="session")
def tiny_release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of one entity: the ontology and hardly a fact."""
    root = tmp_path_factory.mktemp("tiny")
    small = FactsFolder(root / "facts")
    small.entity("Country", "NLD", "Netherlands")
    return build_folder(small.write(), root / "releases")


@pytest.fixture
def folder(tmp_path: Path) -> FactsFolder:
    """An empty folder of facts to fill."""
    return FactsFolder(tmp_path / "facts")


@pytest.fixture
def read(schema: Schema) -> Callable[[FactsFolder], Facts]:
    """Reads a folder of facts."""
    return lambda small: read_facts(small.write(), schema)


@pytest.fixture
def opened(schema: Schema, tiny_release: Release) -> Callable[[FactsFolder], Dataset]:
    """Opens a folder of facts as a dataset."""
    return lambda small: dataset_of(schema, read_facts(small.write(), schema), tiny_release)
