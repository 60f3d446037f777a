"""A server and the command line over the packaged seed, for the competency questions.

Both read one release, built once a session. The server is a process of its own and is asked over a socket. The command
lines of all selected tests are started together, as many at a time as there are processors.
"""

from __future__ import annotations

import json
import os
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from kg.store.release import Release
from tests.questions.projection import Question

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-c", "from kg.cli import main; main()")


@pytest.fixture(scope="session")
def surroundings(seed_release: Release, seed_cache: Path) -> dict[str, str]:
    """The environment of the processes: this tree, the release that is already built, no other settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHOKEPOINT_")}
    return {**kept, "CHOKEPOINT_CACHE": str(seed_cache), "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}


@pytest.fixture(scope="session")
def server(surroundings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a running server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("server") / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--port", str(port)], env=surroundings, cwd=log.parent, stdout=output, stderr=output
        )
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                _wait(client, process, log)
                yield client
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(client: httpx.Client, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    pytest.fail(f"the server did not become ready:\n{log.read_text(encoding='utf-8', errors='replace')}")


@pytest.fixture(scope="session")
def command_lines(request: pytest.FixtureRequest, surroundings: dict[str, str]) -> Iterator[Callable[[str], Any]]:
    """Gives what a command line prints, as JSON. Lines of the selected tests are started at once."""

    def answer(line: str) -> Any:
        name, *words = shlex.split(line)
        assert name == "chokepoint", line
        done = subprocess.run(
            [*COMMAND, *words, "--format", "json"], env=surroundings, capture_output=True, check=False
        )
        assert done.returncode == 0, f"{line}\n{done.stderr.decode()}"
        return json.loads(done.stdout)

    asked = {q for q in (_question_of(item) for item in request.session.items) if q is not None}
    lines = [line for q in sorted(asked, key=lambda q: q.slug) for line in q.lines("command.txt")]
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        started: dict[str, Future[Any]] = {line: pool.submit(answer, line) for line in dict.fromkeys(lines)}
        yield lambda line: started[line].result()
        for future in started.values():
            future.cancel()


def _question_of(item: pytest.Item) -> Question | None:
    """The question of a test of the command line."""
    call = getattr(item, "callspec", None)
    if call is None or call.params.get("surface") != "command":
        return None
    question = call.params.get("question")
    return question if isinstance(question, Question) else None
