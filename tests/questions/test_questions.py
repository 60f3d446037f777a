"""Every question, asked through every surface, gets its one expected answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.questions.projection import SURFACES, Question, questions, sparql_rows

ALL = questions()
SHOWN = 8


def by_slug(value: Any) -> str:
    return value.slug if isinstance(value, Question) else str(value)


@pytest.fixture
def ask(request: pytest.FixtureRequest) -> Callable[[Question, str], dict[str, Any]]:
    """The raw answers of a question on a surface, by name."""

    def graphql(question: Question) -> dict[str, Any]:
        client: httpx.Client = request.getfixturevalue("server")(question)
        body = client.post("/graphql", json={"query": question.text("query.graphql")}).json()
        assert "errors" not in body, body["errors"]
        data: dict[str, Any] = body["data"]
        return data["at"] if list(data) == ["at"] else data

    def rest(question: Question) -> dict[str, Any]:
        client: httpx.Client = request.getfixturevalue("server")(question)
        bodies = []
        for path in question.lines("request.txt"):
            response = client.get(path)
            assert response.status_code == 200, f"{path}\n{response.text}"
            bodies.append(response.json())
        return named(question, "request.txt", bodies)

    def sparql(question: Question) -> dict[str, Any]:
        client: httpx.Client = request.getfixturevalue("server")(question)
        found = {}
        for name, path in question.queries.items():
            headers = {"Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json"}
            response = client.post("/sparql", content=path.read_bytes(), headers=headers)
            assert response.status_code == 200, f"{path.name}\n{response.text}"
            found[name] = sparql_rows(response.json())
        return found

    def command(question: Question) -> dict[str, Any]:
        printed: Callable[[Question, str], Any] = request.getfixturevalue("command_lines")
        return named(question, "command.txt", [printed(question, line) for line in question.lines("command.txt")])

    def named(question: Question, file: str, bodies: list[Any]) -> dict[str, Any]:
        pairs = zip(question.names(file), bodies, strict=True)
        return {name: {**body["answer"], "meta": body["meta"]} for name, body in pairs}

    surfaces = {"graphql": graphql, "rest": rest, "sparql": sparql, "command": command}
    return lambda question, surface: surfaces[surface](question)


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("question", ALL, ids=by_slug)
def test_question(question: Question, surface: str, ask: Callable[[Question, str], dict[str, Any]]) -> None:
    if question.absent:
        pytest.skip(f"the data sets {', '.join(question.absent)} are not here (CHOKEPOINT_DATA names their folder)")
    if surface == "sparql" and not question.queries:
        assert question.text("no-sparql.md").strip()
        return
    wanted, got = question.wanted(surface), question.project(surface, ask(question, surface))
    differences = []
    for name in wanted:
        missing = [row for row in wanted[name] if row not in got[name]]
        extra = [row for row in got[name] if row not in wanted[name]]
        again = len(got[name]) - len(wanted[name]) if not missing and not extra else 0
        for sign, rows in (("expected, not given", missing), ("given, not expected", extra)):
            differences += [f"{name}: {len(rows)} {sign}"] if rows else []
            differences += [f"    {json.dumps(row, ensure_ascii=False)}" for row in rows[:SHOWN]]
        differences += [f"{name}: {again} rows given twice"] if again else []
    assert not differences, "\n".join([f"{question.slug} through {surface}", *differences])


@pytest.mark.parametrize("question", ALL, ids=by_slug)
def test_question_is_whole(question: Question) -> None:
    """The folder has every file, every table has rows, and every request pins both dates."""
    assert question.text("question.md").startswith("# ")
    assert set(question.expected) == set(question.projection["tables"])
    assert all(question.expected.values())
    silent = [name for name in question.expected if name not in question.tables("sparql")]
    assert bool(silent) == (question.folder / "no-sparql.md").exists(), silent
    for path in question.lines("request.txt"):
        assert path.startswith("/v1/")
        assert "asOf=" in path
        assert "knownOn=" in path
    for line in question.lines("command.txt"):
        assert line.startswith("chokepoint ")
        assert " --as-of " in line
        assert " --known-on " in line
    graphql = question.text("query.graphql")
    assert graphql.count("asOf:") == graphql.count("knownOn:") > 0
    for query in question.queries.values():
        text = query.read_text(encoding="utf-8")
        assert re.search("FROM (NAMED )?<https://w3id.org/chokepoint/as-of/", text)
        assert "?known-on=" in text
