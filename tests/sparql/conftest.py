"""One service and one server for all tests of this folder: starting them is the slow part."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from api.sparql import sparql_routes
from kg.sparql import SparqlService, SparqlSettings

SETTINGS = SparqlSettings(
    timeout=1.5, memory_mb=256, workers=2, queue=4, queue_seconds=5, builds_per_minute=1000, max_rows=5000
)


@dataclass(frozen=True)
class RouteSettings:
    max_body: int = 65_536
    base_url: str = ""


@pytest.fixture(scope="session")
def service() -> Iterator[SparqlService]:
    with SparqlService(("--factory", "tests.sparql.stub:make_big_store"), SETTINGS) as started:
        yield started


@pytest.fixture(scope="session")
def address(service: SparqlService) -> Iterator[str]:
    """The root address of a real server on a real socket."""
    app = FastAPI()
    app.router.routes.extend(sparql_routes(service, RouteSettings(), dump_url="https://example.org/dump.nq"))
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    until = time.monotonic() + 10
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    assert server.started
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(5)


@pytest.fixture(scope="session")
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=20) as opened:
        yield opened
