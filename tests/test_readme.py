"""The commands of the README, of docs/dependencies.md and of docs/licence.md are run and the outputs compared; `…` in an output stands for anything.

`chokepoint` runs the command of this checkout, and `curl` is read and sent by an HTTP client to a server started here: the test
needs neither program on the machine.
"""

from __future__ import annotations

import doctest
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from kg.store.release import Release
from tests.api.servers import ROOT, running

README = Path(__file__).resolve().parent.parent / "README.md"
PAGES = (README, *(README.parent / "docs" / name for name in ("dependencies.md", "licence.md")))
ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def packaged_environment(seed_release: Release, seed_cache: Path) -> dict[str, str]:
    """The environment of a command: this tree, and the release that is already built."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHOKEPOINT_")}
    return {**kept, "CHOKEPOINT_CACHE": str(seed_cache), "PYTHONPATH": str(ROOT), "COLUMNS": "100"}


@pytest.fixture(scope="module")
def packaged_server(tmp_path_factory: pytest.TempPathFactory, seed_release: Release, seed_cache: Path) -> Iterator[str]:
    """The address of a server of the packaged seed."""
    with running(tmp_path_factory.mktemp("readme-server"), seed_cache) as server:
        yield server.address


def blocks(kind: str) -> list[str]:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands() -> list[tuple[str, str]]:
    """(command, expected output) of every console block; a command goes on while a quote is open."""
    found = []
    for block in blocks("console"):
        lines = block.splitlines()
        assert lines[0].startswith("$ "), block
        command, rest = lines[0][2:], lines[1:]
        while command.count("'") % 2:
            command, rest = f"{command}\n{rest[0]}", rest[1:]
        found.append((command, "\n".join(rest)))
    return found


def curl(words: list[str], server: str) -> str:
    url, headers, data, fields, get = "", {}, None, {}, False
    rest = iter(words[1:])
    for word in rest:
        if word == "-G":
            get = True
        elif word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value
        elif word == "-d":
            data = next(rest)
        elif word == "--data-urlencode":
            name, _, value = next(rest).partition("=")
            fields[name] = value
        else:
            url = word.replace(ADDRESS, server)
    if data is not None:
        response = httpx.post(url, headers=headers, content=data, timeout=60)
    elif fields and not get:
        response = httpx.post(url, headers=headers, data=fields, timeout=60)
    else:
        response = httpx.get(url, headers=headers, params=fields or None, timeout=60)
    assert response.status_code == 200, response.text
    return response.text


def run(command: str, server: str, environment: dict[str, str]) -> str:
    words = shlex.split(command)
    if words[0] == "curl":
        return curl(words, server)
    assert words[0] == "chokepoint"
    program = [sys.executable, "-c", "from kg.cli import main; main()", *words[1:]]
    done = subprocess.run(program, capture_output=True, text=True, env=environment, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def squeezed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def matches(expected: str, actual: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in squeezed(expected).split("…"))
    return re.fullmatch(pattern, squeezed(actual), re.DOTALL) is not None


@pytest.mark.parametrize(("command", "expected"), commands(), ids=lambda text: text.split("\n")[0][:60])
def test_command_prints_what_the_page_says(
    command: str, expected: str, packaged_server: str, packaged_environment: dict[str, str]
) -> None:
    assert len(expected.replace("…", "").strip()) > 40, "an output that is all cut shows nothing"
    actual = run(command, packaged_server, packaged_environment)
    assert matches(expected, actual), f"expected\n{expected}\n\ngot\n{actual}"


def test_matching_can_fail() -> None:
    assert matches("a … c", "a b c")
    assert not matches("a … c", "a b d")


def test_python_session(packaged_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    (session,) = blocks("pycon")
    monkeypatch.setenv("CHOKEPOINT_CACHE", packaged_environment["CHOKEPOINT_CACHE"])
    test = doctest.DocTestParser().get_doctest(session, {}, "README", str(README), 0)
    report = doctest.DocTestRunner(verbose=False).run(test)
    assert report.attempted >= 8
    assert report.failed == 0


def test_every_setting_is_documented() -> None:
    from dataclasses import fields

    from api.settings import Settings

    text = README.read_text(encoding="utf-8")
    assert [f.name for f in fields(Settings) if f"CHOKEPOINT_{f.name.upper()}" not in text] == []


def test_json_outputs_are_json() -> None:
    for command, expected in commands():
        if "graphql" in command and "…" not in expected:
            json.loads(expected)


def test_files_named_exist() -> None:
    root = README.parent
    for page in PAGES:
        for name in re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / name).exists(), name
    assert os.access(root / ".ci" / "run", os.X_OK)
