"""The operations on the command line: forms of arguments, formats, exit codes, messages."""

from __future__ import annotations

import csv
import io
import json

import jsonschema
import pytest

from api.rest.openapi import answer_schemas
from kg.operations import OPERATIONS
from kg.store.release import Release
from tests.cli.conftest import Run

CASES: dict[str, tuple[list[str], list[str]]] = {
    "search": (["阿克米"], ["--text", "阿克米"]),
    "list": (
        ["Chip", "--where", "dieArea > 700", "--where", "dieArea has"],
        ["--class", "Chip", "--where", "dieArea > 700", "--where", "dieArea has"],
    ),
    "entity": (["acme"], ["--id", "acme"]),
    "claims": (["--about", "acme", "--kind", "claimed"], ["--about", "acme", "--kind", "claimed"]),
    "paths": (["chip-a", "NLD"], ["--source", "chip-a", "--target", "NLD"]),
    "upstream": (["chip-a", "--max-depth", "1"], ["--id", "chip-a", "--max-depth", "1"]),
    "downstream": (["NLD"], ["--id", "NLD"]),
    "compare": (["chip-a", "chip-b"], ["--ids", "chip-a", "--ids", "chip-b"]),
    "chokepoints": (["--source", "chip-a", "--target", "NLD"], ["--source", "chip-a", "--target", "NLD"]),
    "feasibility": (["chip-a", "--removed", "acme"], ["--item", "chip-a", "--removed", "acme"]),
    "cut-sets": (["chip-a", "--by", "company"], ["--item", "chip-a", "--by", "company"]),
    "criticality": (["chip-a"], ["--item", "chip-a"]),
    "concentration": (["chip-a", "--by", "company"], ["--item", "chip-a", "--by", "company"]),
    "self-sufficiency": (
        ["NLD", "chip-a", "--also", "IND"],
        ["--group", "NLD", "--item", "chip-a", "--also", "IND"],
    ),
    "exposure": (["acme", "NLD"], ["--organisation", "acme", "--to", "NLD"]),
    "common-suppliers": (["chip-a", "chip-b"], ["--ids", "chip-a", "--ids", "chip-b"]),
    "tier": (["NLD"], ["--country", "NLD"]),
    "coverage": (["acme"], ["--id", "acme"]),
    "disagreements": (["--class", "Chip"], ["--class", "Chip"]),
    "changes": (["2025-01-01", "2025-02-01"], ["--from", "2025-01-01", "--to", "2025-02-01"]),
    "policy-state": (["rule"], ["--policy", "rule"]),
    "classify": (["chip-a", "--as-of", "2024-01-01"], ["--chip", "chip-a", "--as-of", "2024-01-01"]),
    "licence": (
        ["chip-a", "--destination", "NLD", "--as-of", "2024-01-01"],
        ["--item", "chip-a", "--destination", "NLD", "--as-of", "2024-01-01"],
    ),
    "status-changes": (["2022-10-07", "2023-11-17"], ["--from", "2022-10-07", "--to", "2023-11-17"]),
    "cap": (["chip-a", "--limit", "4800"], ["--chip", "chip-a", "--limit", "4800"]),
    "restricted-parties": (["--by", "NLD"], ["--by", "NLD"]),
}
"""Arguments in positional form and as options, by operation."""

SHOWN = {
    "search": "acme", "list": "chip-a", "entity": "Netherlands", "claims": "k1", "paths": "62.5", "upstream": "acme",
    "downstream": "acme", "compare": "814", "tier": "rule-tier-1", "policy-state": "effective",
    "chokepoints": "Acme, Inc. is headquartered in Netherlands", "feasibility": "available", "cut-sets": "chip-a", "criticality": "chip-a", "concentration": "3906.25", "self-sufficiency": "atMost", "exposure": "acme → NLD", "common-suppliers": "undocumented",
    "coverage": "acme", "disagreements": "release", "changes": "2025-01-13", "classify": "814", "status-changes": "no control paragraph", "cap": "not on record",
    "licence": "holds none of them", "restricted-parties": "No list and no measure of Netherlands",
}  # fmt: skip
"""What the table of each must hold."""


def one_line(text: str) -> str:
    """The single line of an error, without a trace."""
    assert "Traceback" not in text
    assert text.startswith("chokepoint: "), text
    assert text.count("\n") == 1, text
    return text


def test_every_operation_has_a_case() -> None:
    assert set(CASES) == set(SHOWN) == {o.name for o in OPERATIONS}


@pytest.mark.parametrize("name", list(CASES))
def test_formats(run: Run, call: Run, small_world: Release, name: str) -> None:
    positional, options = CASES[name]
    table = run(name, *positional, "--format", "table")
    as_json, as_csv = (call(name, *options, "--format", f) for f in ("json", "csv"))
    assert [r.returncode for r in (table, as_json, as_csv)] == [0, 0, 0], (table.stderr, as_json.stderr, as_csv.stderr)
    assert table.stderr == as_json.stderr == ""

    body = json.loads(as_json.stdout)
    schemas = answer_schemas()
    jsonschema.Draft202012Validator({"$defs": schemas["$defs"], **schemas["properties"][name]}).validate(body)
    assert body["meta"]["release"] == small_world.id

    rows = list(csv.reader(io.StringIO(as_csv.stdout, newline="")))
    assert len(rows) >= 2
    assert len({len(row) for row in rows}) == 1, "every row has as many cells as the header"
    assert len(set(rows[0])) == len(rows[0])
    assert "\r" not in as_csv.stdout
    assert as_csv.stderr == "".join(f"note: {n}\n" for n in body["meta"]["notices"])

    assert SHOWN[name] in table.stdout
    assert f"release {small_world.id}" in " ".join(table.stdout.split())
    assert "as of 20" in table.stdout
    for notice in body["meta"]["notices"]:
        assert notice[:20] in " ".join(table.stdout.split())


def test_both_forms_of_an_argument_mean_the_same(call: Run) -> None:
    for name in ("paths", "compare"):
        positional, options = (call(name, *a, "--format", "json") for a in CASES[name])
        assert positional.stdout == options.stdout
        assert json.loads(positional.stdout)


def test_common_options(call: Run) -> None:
    early = json.loads(call("tier", "NLD", "--as-of", "2024", "--known-on", "2026-11-24", "--format", "json").stdout)
    assert early["answer"]["tier"] is None
    assert (early["meta"]["asOf"], early["meta"]["knownOn"]) == ("2024-12-31", "2026-11-24")
    verified = json.loads(call("entity", "chip-b", "--verified-only", "--format", "json").stdout)
    assert (verified["meta"]["verifiedOnly"], verified["answer"]["facts"]) == (True, [])
    free = json.loads(call("entity", "chip-a", "--data-licence", "CC0-1.0", "--format", "json").stdout)
    assert free["answer"]["facts"] == []
    assert free["meta"]["leftOutByLicence"] > 0


def test_a_table_where_the_id_is_left_out(call: Run) -> None:
    body = json.loads(call("tier", "--policy", "rule", "--first", "1", "--format", "json").stdout)
    assert body["answer"]["total"] == 2
    after = body["answer"]["next"]
    rest = json.loads(call("tier", "--policy", "rule", "--first", "1", "--after", after, "--format", "json").stdout)
    ids = [r["country"]["id"] for r in body["answer"]["rows"] + rest["answer"]["rows"]]
    assert ids == ["IND", "NLD"]


def test_all_prints_every_page_of_a_table_as_one_file(call: Run) -> None:
    """Two pages' worth would need 501 countries: the pages are those of the table itself, here one."""
    whole = call("tier", "--policy", "rule", "--all", "--format", "csv")
    page = call("tier", "--policy", "rule", "--format", "csv")
    assert whole.stdout == page.stdout
    assert whole.stdout.count("\n") == 3


@pytest.mark.parametrize("more", [[], ["--format", "json"], ["--format", "csv", "--first", "3"]])
def test_all_goes_with_csv_and_without_pages(run: Run, more: list[str]) -> None:
    refused = run("tier", "--policy", "rule", "--all", *more)
    assert refused.returncode == 2
    assert "csv" in one_line(refused.stderr)


def test_the_seed_is_what_is_asked_without_a_release(run: Run, seed_release: Release, seed_cache: object) -> None:
    found = run("tier", "IND", "--as-of", "2025-01-20", "--format", "json", release=False, cache=seed_cache)
    assert json.loads(found.stdout)["answer"]["tier"]["id"] == "ai-diffusion-tier-2"
    pinned = run("tier", "IND", "--format", "json", "--release", seed_release.id[:8], release=False, cache=seed_cache)
    assert json.loads(pinned.stdout)["meta"]["release"] == seed_release.id


REFUSED = [
    (["entity", "acmee"], 1, "nearest: acme"),
    (["tier", "acme"], 2, "expected a country"),
    (["tier", "NLD", "--as-of", "2025-13"], 2, "as"),
    (["list", "Chips"], 2, "nearest: Chip"),
    (["upstream", "acme", "--max-depth", "51"], 2, "out of range"),
    (["upstream", "acme", "--max-depth", "0"], 2, "out of range"),
    (["search", "acme", "--limit", "0"], 2, "out of range"),
    (["search", ""], 2, "text"),
    (["tier", "NLD", "--country", "IND"], 2, "country"),
    (["paths", "chip-a", "NLD", "--mode", "fastest"], 2, "shortest"),
    (["paths", "chip-a"], 2, "target"),
    (["tier", "--after", "junk", "--policy", "rule"], 2, "cursor"),
    (["entity", "a\x1b[31m"], 2, "control"),
]


@pytest.mark.parametrize(
    ("arguments", "code", "said"), REFUSED, ids=[" ".join(r[0]).replace("\x1b", "ESC") for r in REFUSED]
)
def test_refusals(call: Run, arguments: list[str], code: int, said: str) -> None:
    answer = call(*arguments)
    assert answer.stdout == ""
    assert (answer.returncode, said in one_line(answer.stderr)) == (code, True), answer.stderr


def test_refusals_of_a_real_process(run: Run) -> None:
    for arguments, code, said in (REFUSED[0], REFUSED[1]):
        answer = run(*arguments)
        assert (answer.returncode, answer.stdout) == (code, "")
        assert said in one_line(answer.stderr)


@pytest.mark.parametrize(
    "arguments",
    [
        ["nothing"],
        ["tier", "--nothing"],
        ["upstream", "acme", "--max-depth", "three"],
        ["tier", "NLD", "--format", "xml"],
        ["tier", "NLD", "IND"],
        ["serve", "--port", "0"],
    ],
)
def test_wrong_usage(call: Run, arguments: list[str]) -> None:
    answer = call(*arguments, release=False)
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert "Traceback" not in answer.stderr
    assert answer.stderr


@pytest.mark.parametrize("name", ["ffffff", "fff", "./nothing", "/nothing/there"])
def test_unknown_release(call: Run, name: str) -> None:
    answer = call("tier", "NLD", "--release", name, release=False)
    assert answer.returncode == 1
    assert "release" in one_line(answer.stderr)


def test_a_path_with_rules_says_under_each_hop_what_they_ask(call: Run) -> None:
    shown = call("paths", "chip-a", "NLD", "--rules", "--as-of", "2024-01-01").stdout
    assert "as codified: " in shown
    assert "as codified: " not in call("paths", "chip-a", "NLD", "--as-of", "2024-01-01").stdout
