"""One server of the packaged seed for the whole folder, and one of a small world where a slug is shared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from kg.store.opening import build_folder
from kg.store.release import Release
from tests.api.servers import Server, running
from tests.helpers import FactsFolder


@pytest.fixture(scope="session")
def small_release(tmp_path_factory: pytest.TempPathFactory, seed_cache: Path) -> Release:
    """A release beside the seed's: the slug `orion` names a chip, a company and a tool, `NLD` a country and a company."""
    folder = FactsFolder(tmp_path_factory.mktemp("small") / "facts")
    folder.entity("Country", "NLD", "Netherlands")
    folder.entity("Chip", "orion", "Orion (chip)")
    folder.entity("Company", "orion", "Orion (company)", "猎户座")
    folder.entity("Tool", "orion", "Orion (tool)")
    folder.entity("Company", "NLD", "Nederlandse Lithografie Dienst")
    folder.entity("Policy", "rule", "Rule")
    folder.relation("Provision", item="chip/orion", provider="company/orion", share="62.5")
    folder.plain("company/orion", "headquarteredIn", "country/NLD")
    return build_folder(folder.write(), seed_cache / "releases")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, seed_release: Release, seed_cache: Path) -> Iterator[Server]:
    """A server of the packaged seed."""
    with running(tmp_path_factory.mktemp("server"), seed_cache) as started:
        yield started


@pytest.fixture(scope="session")
def client(server: Server) -> Iterator[httpx.Client]:
    """A client of the server of the seed."""
    with httpx.Client(base_url=server.address, timeout=30) as opened:
        yield opened


@pytest.fixture(scope="session")
def small_server(
    tmp_path_factory: pytest.TempPathFactory, small_release: Release, seed_cache: Path
) -> Iterator[Server]:
    """A server of the small world, named by its folder."""
    folder = tmp_path_factory.mktemp("small-server")
    with running(folder, seed_cache, release=str(small_release.folder)) as started:
        yield started


@pytest.fixture(scope="session")
def small_client(small_server: Server) -> Iterator[httpx.Client]:
    """A client of the server of the small world."""
    with httpx.Client(base_url=small_server.address, timeout=30) as opened:
        yield opened


@pytest.fixture
def quiet(server: Server) -> Iterator[None]:
    """Whatever a test asks, the server of the seed writes no trace."""
    before = len(server.said())
    yield
    assert "Traceback" not in server.said()[before:]
