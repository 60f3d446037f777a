"""Real servers on free ports, and what tests look at their answers with."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-c", "from kg.cli import main; main()")
BASE = "https://w3id.org/chokepoint/"


@dataclass(frozen=True)
class Server:
    """A running server: its process, its address and the file its standard error goes to."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def address(self) -> str:
        """The root address."""
        return f"http://127.0.0.1:{self.port}"

    def said(self) -> str:
        """All it has written to standard error."""
        return self.log.read_text(encoding="utf-8")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(cache: Path, **settings: str) -> dict[str, str]:
    """The environment of a process of this project: nothing of the tester's own settings."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("CHOKEPOINT_", "XDG_", "COLUMNS", "FORCE_COLOR"))}
    own = {f"CHOKEPOINT_{k.upper()}": v for k, v in settings.items()}
    return {**clean, "PYTHONPATH": str(ROOT), "CHOKEPOINT_CACHE": str(cache), **own}


def launch(folder: Path, cache: Path, **settings: str) -> Server:
    """Start `chokepoint serve` in a folder, without waiting for anything."""
    folder.mkdir(parents=True, exist_ok=True)
    port, log = free_port(), folder / "server.log"
    with log.open("wb") as target:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--port", str(port)],
            cwd=folder,
            env=environment(cache, **settings),
            stdout=subprocess.DEVNULL,
            stderr=target,
        )
    return Server(process, port, log)


def wait_until_ready(server: Server, seconds: float = 90) -> None:
    """Wait for /readyz to say so."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert server.process.poll() is None, server.said()
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{server.address}/readyz", timeout=10).status_code == 200:
                return
        time.sleep(0.05)
    raise AssertionError(f"not ready after {seconds} s: {server.said()}")


def stop(server: Server) -> None:
    """End the server, by force if it must be."""
    if server.process.poll() is None:
        server.process.send_signal(signal.SIGTERM)
        try:
            server.process.wait(15)
        except subprocess.TimeoutExpired:
            server.process.kill()
            server.process.wait(5)


@contextlib.contextmanager
def running(folder: Path, cache: Path, **settings: str) -> Iterator[Server]:
    """A server that is ready, and is stopped afterwards."""
    server = launch(folder, cache, **settings)
    try:
        wait_until_ready(server)
        yield server
    finally:
        stop(server)


def no_trace(text: str) -> None:
    """Nothing of the program's inside is shown."""
    for sign in ("Traceback", 'File "', "site-packages", '.py"'):
        assert sign not in text, text[:2000]


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document of a response, after RFC 9457 and with the code expected."""
    no_trace(response.text)
    assert response.status_code == status, response.text
    assert response.headers["content-type"].partition(";")[0] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert document["code"] == code, document
    assert document["status"] == status
    assert document["type"] == f"{BASE}problems/{code}"
    assert document["title"]
    assert document["detail"]
    return document


def ask(client: httpx.Client, query: str, variables: Mapping[str, Any] | None = None, **extra: Any) -> dict[str, Any]:
    """The whole body of a GraphQL answer."""
    body = {"query": query, **({"variables": variables} if variables is not None else {}), **extra}
    response = client.post("/graphql", json=body)
    no_trace(response.text)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def data(client: httpx.Client, query: str, variables: Mapping[str, Any] | None = None, **extra: Any) -> dict[str, Any]:
    """The data of a GraphQL answer without errors."""
    answer = ask(client, query, variables, **extra)
    assert "errors" not in answer, answer["errors"]
    found: dict[str, Any] = answer["data"]
    return found


def code_of(answer: Mapping[str, Any]) -> str:
    """The code of the first error of a GraphQL answer."""
    assert answer.get("errors"), answer
    code: str = answer["errors"][0]["extensions"]["code"]
    return code


def post_graphql(client: httpx.Client, body: Any, **headers: str) -> httpx.Response:
    """A request of the GraphQL endpoint, in bytes as they are or as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = client.post("/graphql", content=raw, headers={"Content-Type": "application/json", **headers})
    no_trace(response.text)
    return response
