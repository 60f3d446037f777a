"""Warming: a server of a large network loads the compiled kernels by itself; a server of a small one never does."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kg.store.release import Release
from tests.api.servers import ROOT, environment

SERVER = """
import asyncio, sys
from kg.network.kernels import dispatch
dispatch.MANY_EDGES = int(sys.argv[2])  # what counts as large, so that a small world will do
from api.app import create_app
from api.settings import Settings

async def serve():
    app = create_app(Settings(release=sys.argv[1]))
    async with app.router.lifespan_context(app):
        assert await asyncio.to_thread(app.state.library.wait)
        await asyncio.to_thread(dispatch._LOADER.wait)
        print("kg.network.kernels.native.paths" in sys.modules, "numba" in sys.modules)

asyncio.run(serve())
"""


@pytest.mark.parametrize(("large", "loaded"), [(1, "True True"), (1_000_000, "False False")])
def test_a_server_of_a_large_network_is_warmed(large: int, loaded: str, small_release: Release) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SERVER, str(small_release.folder), str(large)],
        cwd=ROOT,
        env=environment(small_release.folder.parent.parent),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stdout.strip() == loaded, done.stderr
