"""The commands that are no operations, and the help of all."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import click
import httpx
import pytest
import typer

from api.settings import read_settings
from kg.cli import app
from kg.errors import BadArgument
from kg.operations import OPERATIONS
from kg.store.opening import packaged
from kg.store.release import Release
from tests.api.servers import COMMAND, environment, launch, stop, wait_until_ready
from tests.cli.conftest import Run
from tests.cli.test_operations import one_line
from tests.helpers import FactsFolder

# ---- help -------------------------------------------------------------------------------------------------------------------


def _commands() -> Iterator[tuple[str, click.Command]]:
    group = typer.main.get_command(app)
    assert isinstance(group, click.Group) or hasattr(group, "commands")
    yield from group.commands.items()  # type: ignore[union-attr]


def test_every_command_and_option_is_explained() -> None:
    lacking = []
    for name, command in _commands():
        if not (command.help or "").strip():
            lacking.append(name)
        for parameter in command.params:
            if not (getattr(parameter, "help", "") or "").strip():
                lacking.append(f"{name} {parameter.name}")
    assert lacking == []


def test_every_operation_is_a_command_with_its_arguments() -> None:
    commands = dict(_commands())
    assert {"serve", "build", "check", "sparql"} <= set(commands)
    for operation in OPERATIONS:
        options = {o for p in commands[operation.name].params for o in p.opts}
        assert {f"--{a.kebab}" for a in operation.all_arguments} | {"--release", "--format"} <= options


def test_help_is_shown(run: Run, call: Run) -> None:
    whole = run("--help", release=False)
    assert whole.returncode == 0
    for name, _ in _commands():
        assert name in whole.stdout
    one = call("paths", "--help", release=False)
    assert one.returncode == 0
    assert "SOURCE" in one.stdout
    assert "--max-length" in one.stdout
    bare = call(release=False)
    assert "Usage" in bare.stdout + bare.stderr
    assert bare.returncode in (0, 2)


# ---- check and build --------------------------------------------------------------------------------------------------------

PROBLEMS = {
    "entities/Company.csv": ["not an id"],
    "statements/topic.csv": ["NLX", "headquarterdIn", "2025-13"],
}


def test_check_lists_every_mistake(call: Run, folder_of_mistakes: FactsFolder) -> None:
    answer = call("check", str(folder_of_mistakes.write()), release=False)
    assert answer.returncode == 1
    assert one_line(answer.stderr) == "chokepoint: 4 mistakes\n"
    lines = answer.stdout.splitlines()
    assert len(lines) == 4
    for file, words in PROBLEMS.items():
        for word in words:
            (line,) = [each for each in lines if word in each]
            assert line.startswith(f"{file}:"), line
    assert "nearest: headquarteredIn" in answer.stdout
    assert "nearest: NLD" in answer.stdout


def test_check_as_json(call: Run, folder_of_mistakes: FactsFolder) -> None:
    answer = call("check", str(folder_of_mistakes.write()), "--format", "json", release=False)
    assert answer.returncode == 1
    found = json.loads(answer.stdout)
    assert [set(m) for m in found] == [{"file", "line", "column", "problem", "expected", "nearest"}] * 4
    assert [(m["file"], m["line"], m["column"]) for m in found] == [
        ("entities/Company.csv", 3, "id"),
        ("statements/topic.csv", 2, "object"),
        ("statements/topic.csv", 3, "property"),
        ("statements/topic.csv", 4, "valid_from"),
    ]


def test_check_as_csv(call: Run, folder_of_mistakes: FactsFolder) -> None:
    answer = call("check", str(folder_of_mistakes.write()), "--format", "csv", release=False)
    rows = list(csv.DictReader(io.StringIO(answer.stdout)))
    assert [row.get("line") for row in rows] == ["3", "2", "3", "4"]


def test_check_of_good_rows(call: Run, folder: FactsFolder) -> None:
    folder.entity("Country", "NLD", "Netherlands")
    path = str(folder.write())
    good = call("check", path, release=False)
    assert good.returncode == 0
    assert "no mistake: 1 entities" in good.stderr
    assert json.loads(call("check", path, "--format", "json", release=False).stdout) == []


def test_check_of_what_is_no_folder(call: Run, tmp_path: Path) -> None:
    missing = call("check", str(tmp_path / "nothing"), release=False)
    assert missing.returncode in (1, 2)
    assert "Traceback" not in missing.stderr
    file = tmp_path / "file"
    file.write_text("x", encoding="utf-8")
    assert "Traceback" not in call("check", str(file), release=False).stderr


def test_build_refuses_and_writes_nothing(run: Run, folder_of_mistakes: FactsFolder, tmp_path: Path) -> None:
    into = tmp_path / "releases"
    answer = run("build", str(folder_of_mistakes.write()), "--into", str(into), release=False, cache=tmp_path / "cache")
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert "Traceback" not in answer.stderr
    assert answer.stderr.startswith("chokepoint: 4 mistakes")
    assert [word in answer.stderr for words in PROBLEMS.values() for word in words] == [True] * 4
    assert not into.exists()
    assert not (tmp_path / "cache").exists()


def test_build_and_ask(call: Run, folder: FactsFolder, tmp_path: Path) -> None:
    folder.entity("Country", "NLD", "Netherlands")
    cache = tmp_path / "cache"
    built = call("build", str(folder.write()), release=False, cache=cache)
    assert built.returncode == 0
    path = Path(built.stdout.strip())
    assert path.parent == cache / "releases"
    assert path.name in built.stderr
    assert call("build", str(folder.path), release=False, cache=cache).stdout == built.stdout, "built again, the same"
    kept = call("releases", release=False, cache=cache)
    assert kept.stdout.split() == [path.name]
    asked = call("entity", "NLD", "--release", path.name[:6], "--format", "json", release=False, cache=cache)
    assert json.loads(asked.stdout)["answer"]["entity"]["label"] == "Netherlands"
    (path / "release.nq").write_bytes((path / "release.nq").read_bytes()[:-20])
    broken = call("entity", "NLD", "--release", path.name, release=False, cache=cache)
    assert broken.returncode == 1
    assert "altered" in one_line(broken.stderr)
    empty = call("releases", release=False, cache=tmp_path / "other")
    assert (empty.returncode, empty.stdout) == (0, "")
    assert empty.stderr


def test_build_of_a_missing_folder(call: Run, tmp_path: Path) -> None:
    answer = call("build", str(tmp_path / "nothing"), release=False)
    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr


def test_into_a_place_that_cannot_be_written(call: Run, folder: FactsFolder, tmp_path: Path) -> None:
    folder.entity("Country", "NLD", "Netherlands")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    answer = call("build", str(folder.write()), "--into", str(tmp_path / "file" / "releases"), release=False)
    assert answer.returncode == 1
    assert "file" in one_line(answer.stderr)


# ---- sparql -----------------------------------------------------------------------------------------------------------------

QUERY = "PREFIX ck: <https://w3id.org/chokepoint/ontology#> SELECT ?c { ?c ck:headquarteredIn ?n }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(5)) + " }"


def test_sparql(run: Run, tmp_path: Path) -> None:
    rows = run("sparql", QUERY)
    assert rows.returncode == 0, rows.stderr
    assert rows.stdout.split() == ["c", "https://w3id.org/chokepoint/id/company/acme"]
    assert rows.stderr == ""
    file = tmp_path / "query.rq"
    file.write_text(QUERY, encoding="utf-8")
    assert run("sparql", f"@{file}").stdout == rows.stdout
    assert run("sparql", "-", stdin=QUERY).stdout == rows.stdout
    found = run("sparql", QUERY, "--accept", "application/sparql-results+json")
    assert len(json.loads(found.stdout)["results"]["bindings"]) == 1


def test_sparql_timeout(run: Run) -> None:
    answer = run("sparql", ENDLESS, "--timeout", "0.5")
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert "0.5" in one_line(answer.stderr)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT ?s { ?s ?p }", 1),
        ("@nothing.rq", 2),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 1),
        ("{" * 6000, 1),
    ],
    ids=["syntax", "no file", "another host", "nesting"],
)
def test_sparql_refusals(call: Run, query: str, code: int) -> None:
    answer = call("sparql", query)
    assert answer.stdout == ""
    assert "Traceback" not in answer.stderr
    assert answer.stderr.startswith("chokepoint: ")
    assert answer.returncode == code, answer.stderr


def test_sparql_of_a_format_that_does_not_fit(call: Run) -> None:
    answer = call("sparql", QUERY, "--accept", "text/turtle")
    assert answer.returncode in (1, 2)
    assert one_line(answer.stderr)


# ---- a closed pipe ----------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("head") is None, reason="needs head")
@pytest.mark.parametrize(
    "arguments",
    [
        ("sparql", "SELECT * { ?s ?p ?o }"),
        ("list", "Country", "--first", "250", "--format", "json"),
        ("list", "Company", "--first", "500"),
    ],
    ids=["sparql", "json", "table"],
)
def test_a_reader_that_has_enough(
    seed_release: Release, seed_cache: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    process = subprocess.Popen(
        [*COMMAND, *arguments, "--release", str(seed_release.folder)],
        cwd=tmp_path,
        env=environment(seed_cache),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(1)
    process.stdout.close()
    said = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(60) in (0, 1, -signal.SIGPIPE)
    said = "".join(line for line in said.splitlines(keepends=True) if not line.startswith("note: "))
    assert said == ""


# ---- serve ------------------------------------------------------------------------------------------------------------------


def _children(pid: int) -> dict[int, str]:
    """All processes below one, with the time each began."""
    parents: dict[int, list[int]] = {}
    began: dict[int, str] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
        began[int(stat.parent.name)] = fields[19]
    found, stack = {}, [pid]
    while stack:
        for child in parents.get(stack.pop(), []):
            found[child] = began[child]
            stack.append(child)
    return found


def _alive(pid: int, began: str) -> bool:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return fields[19] == began and fields[0] != "Z"


def test_serve_on_a_busy_port(small_world: Release, small_cache: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = subprocess.run(
            [*COMMAND, "serve", "--port", str(port), "--release", str(small_world.folder)],
            cwd=tmp_path,
            env=environment(small_cache),
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )
    assert answer.returncode == 2
    assert answer.stdout == ""
    line = one_line(answer.stderr)
    assert f"127.0.0.1:{port} is in use" in line
    assert "--port" in line


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "many"), ("PORT", "0"), ("PORT", "65536"), ("WORKERS", "0"), ("WORKERS", "1.5"), ("QUERY_TIMEOUT", "-1"), ("QUERY_TIMEOUT", "nan"),
     ("QUERY_TIMEOUT", "inf"), ("GRAPHQL_DEPTH", "-1"), ("WORK_BUDGET", "-5")],
)  # fmt: skip
def test_settings_out_of_range(name: str, value: str) -> None:
    with pytest.raises(BadArgument, match=f"CHOKEPOINT_{name}"):
        read_settings({f"CHOKEPOINT_{name}": value})


@pytest.mark.parametrize(("name", "value"), [("PORT", "many"), ("HOST", "256.0.0.1")])
def test_serve_with_a_wrong_setting(small_cache: Path, tmp_path: Path, name: str, value: str) -> None:
    answer = subprocess.run(
        [*COMMAND, "serve"],
        cwd=tmp_path,
        env=environment(small_cache, **{name: value}),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert answer.returncode == 2
    line = one_line(answer.stderr)
    assert f"CHOKEPOINT_{name}" in line or value in line


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_serve_from_an_empty_folder_and_stop(
    seed_cache: Path, seed_release: Release, tmp_path: Path, sign: signal.Signals
) -> None:
    """With nothing kept (SIGTERM) and with the seed kept (SIGINT)."""
    cache = tmp_path / "cache" if sign is signal.SIGTERM else seed_cache
    server = launch(tmp_path / "run", cache)
    try:
        wait_until_ready(server)
        body = httpx.get(f"{server.address}/v1/tier", params={"country": "IND", "asOf": "2025-01-20"}).json()
        assert body["answer"]["tier"]["id"] == "ai-diffusion-tier-2"
        assert body["meta"]["release"] == seed_release.id, "built from the same rows, the same release"
        rows = httpx.get(
            f"{server.address}/sparql", params={"query": "SELECT (1 AS ?n) {}"}, headers={"Accept": "text/csv"}
        )
        assert rows.text.split() == ["n", "1"]
        below = _children(server.process.pid)
        assert below, "the SPARQL processes"
        server.process.send_signal(sign)
        assert server.process.wait(20) in (0, -sign)
        until = time.monotonic() + 5
        while any(_alive(*child) for child in below.items()) and time.monotonic() < until:
            time.sleep(0.05)
        assert [pid for pid, began in below.items() if _alive(pid, began)] == []
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{server.address}/healthz", timeout=2)
    finally:
        stop(server)
        for pid, began in locals().get("below", {}).items():
            if _alive(pid, began):
                os.kill(pid, signal.SIGKILL)
    said = server.said()
    assert f"ready: {server.address}/" in said
    assert "Traceback" not in said
    if sign is signal.SIGTERM:
        assert "building the release" in said
    assert [p.name for p in (tmp_path / "run").iterdir()] == ["server.log"], "nothing is written where it is started"


def test_check_of_the_packaged_seed(call: Run) -> None:
    assert packaged("seed_data").is_dir()
    answer = call("check", release=False)
    assert answer.returncode == 0, answer.stdout[-2000:]
    assert answer.stderr.startswith("no mistake: ")
