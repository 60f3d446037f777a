"""Servers and the command line over the releases that the competency questions ask.

Most ask the packaged seed; a question with `imports.txt` asks the seed joined with public data sets, and is skipped where their
folders are absent. Each release is built once a session. A server is a process of its own and is asked over a socket. The
command lines of all selected tests are started together, as many at a time as there are processors.
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
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from kg.importers.records import Options
from kg.importers.registry import IMPORTERS
from kg.importing import import_paths
from kg.store.release import Release
from tests.questions.projection import DATA, Question

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-c", "from kg.cli import main; main()")


@pytest.fixture(scope="session")
def surroundings(seed_release: Release, seed_cache: Path) -> dict[str, str]:
    """The environment of the processes: this tree, the release that is already built, no other settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHOKEPOINT_")}
    return {**kept, "CHOKEPOINT_CACHE": str(seed_cache), "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}


@pytest.fixture(scope="session")
def releases(seed_release: Release, seed_cache: Path) -> Callable[[tuple[str, ...]], Release]:
    """The release that lines of `imports.txt` make of the seed; the seed where there are none."""
    made: dict[tuple[str, ...], Release] = {(): seed_release}

    def build(lines: tuple[str, ...]) -> Release:
        if lines not in made:
            name, *folders = lines[-1].split()
            done = import_paths(
                IMPORTERS[name],
                [DATA / folder for folder in folders],
                build(lines[:-1]),
                Options(),
                releases=seed_cache / "releases",
            )
            made[lines] = done.release
        return made[lines]

    return build


@pytest.fixture(scope="session")
def server(
    surroundings: dict[str, str],
    releases: Callable[[tuple[str, ...]], Release],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[Question], httpx.Client]]:
    """Clients of running servers, one for each release that is asked."""
    with ExitStack() as stack:
        clients: dict[str, httpx.Client] = {}

        def client(question: Question) -> httpx.Client:
            release = releases(question.imports)
            if release.id not in clients:
                place = tmp_path_factory.mktemp("server")
                clients[release.id] = stack.enter_context(_serving(surroundings, release, place))
            return clients[release.id]

        yield client


@contextmanager
def _serving(surroundings: dict[str, str], release: Release, place: Path) -> Iterator[httpx.Client]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = place / "log"
    command = [*COMMAND, "serve", "--port", str(port), "--release", release.id]
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=surroundings, cwd=place, stdout=output, stderr=output)
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
def command_lines(
    request: pytest.FixtureRequest, surroundings: dict[str, str], releases: Callable[[tuple[str, ...]], Release]
) -> Iterator[Callable[[Question, str], Any]]:
    """Gives what a command line prints, as JSON. Lines of the selected tests are started at once."""

    def answer(release: Release, line: str) -> Any:
        name, *words = shlex.split(line)
        assert name == "chokepoint", line
        environment = {**surroundings, "CHOKEPOINT_RELEASE": release.id}
        done = subprocess.run(
            [*COMMAND, *words, "--format", "json"], env=environment, capture_output=True, check=False
        )
        assert done.returncode == 0, f"{line}\n{done.stderr.decode()}"
        return json.loads(done.stdout)

    asked = {q for q in (_question_of(item) for item in request.session.items) if q is not None}
    lines = [
        (q.imports, line)
        for q in sorted(asked, key=lambda q: q.slug)
        if not q.absent
        for line in q.lines("command.txt")
    ]
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        started: dict[tuple[tuple[str, ...], str], Future[Any]] = {
            (imports, line): pool.submit(answer, releases(imports), line) for imports, line in dict.fromkeys(lines)
        }
        yield lambda question, line: started[question.imports, line].result()
        for future in started.values():
            future.cancel()


def _question_of(item: pytest.Item) -> Question | None:
    """The question of a test of the command line."""
    call = getattr(item, "callspec", None)
    if call is None or call.params.get("surface") != "command":
        return None
    question = call.params.get("question")
    return question if isinstance(question, Question) else None
