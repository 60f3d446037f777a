"""What nobody should ask of the dependency operations: every surface refuses it with a stable code, or answers within bounds."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from kg.dependency_operations import DEPENDENCY_OPERATIONS
from kg.store.release import Release
from tests.api.servers import Server, ask, code_of, no_trace, problem, running

Pairs = list[tuple[str, str]]

pytestmark = pytest.mark.usefixtures("quiet")

CHIP, NODE, TOOL = "nvidia-h100-sxm", "tsmc-n5", "euv-scanner"
GOOD: dict[str, Pairs] = {
    "paths": [("source", CHIP), ("target", "NLD")],
    "upstream": [("id", CHIP)],
    "downstream": [("id", "asml")],
    "feasibility": [("item", TOOL)],
    "chokepoints": [("item", "hbm3")],
    "cut-sets": [("item", "hbm3"), ("maxSize", "1")],
    "criticality": [("item", "hbm3")],
    "self-sufficiency": [("group", "CHN"), ("item", "hbm3")],
    "concentration": [("item", "hbm3e")],
    "exposure": [("organisation", "nvidia"), ("to", "asml")],
    "common-suppliers": [("ids", CHIP), ("ids", "amd-mi300x")],
}
"""A request that is answered, of each operation."""

WORST: dict[str, Pairs] = {
    "paths": [("source", CHIP), ("target", "NLD"), ("mode", "all"), ("maxLength", "20"), ("limit", "10000")],
    "upstream": [("id", CHIP), ("maxDepth", "50")],
    "downstream": [("id", "asml"), ("maxDepth", "50")],
    "feasibility": [("item", CHIP), ("removed", "NLD"), ("removed", "USA"), ("removed", "asml")],
    "cut-sets": [("item", CHIP), ("maxSize", "4")],
    "criticality": [("item", CHIP), ("limit", "500")],
    "chokepoints": [("item", CHIP)],
    "self-sufficiency": [("group", "CHN"), ("item", CHIP), ("limit", "500")],
    "exposure": [("organisation", "nvidia"), ("to", "CHN"), ("maxDepth", "20"), ("limit", "5000")],
    "common-suppliers": [("ids", CHIP), ("ids", "amd-mi300x"), ("maxDepth", "20"), ("limit", "5000")],
}
"""The largest request of each operation."""

K_SHORTEST: Pairs = [*GOOD["paths"], ("mode", "k-shortest")]

REFUSED: dict[str, tuple[str, Pairs, int, str]] = {
    # what is wrong: (operation, arguments, status, code)
    "share below 0": ("paths", [*GOOD["paths"], ("minShare", "-0.1")], 400, "out-of-range"),
    "share above 100": ("paths", [*GOOD["paths"], ("minShare", "100.5")], 400, "out-of-range"),
    "share that is no number": ("paths", [*GOOD["paths"], ("minShare", "nan")], 400, "bad-argument"),
    "k of 0": ("paths", [*K_SHORTEST, ("k", "0")], 400, "out-of-range"),
    "k below 0": ("paths", [*K_SHORTEST, ("k", "-1")], 400, "out-of-range"),
    "k of a million": ("paths", [*K_SHORTEST, ("k", "1000000")], 400, "out-of-range"),
    "k with a point": ("paths", [*K_SHORTEST, ("k", "2.5")], 400, "bad-argument"),
    "length of a thousand million": ("paths", [*GOOD["paths"], ("maxLength", "1000000000")], 400, "out-of-range"),
    "length beyond any integer": ("paths", [*GOOD["paths"], ("maxLength", "9" * 400)], 400, "out-of-range"),
    "source is target": ("paths", [("source", "asml"), ("target", "company/asml")], 400, "bad-argument"),
    "blank source": ("paths", [("source", ""), ("target", "NLD")], 400, "missing-argument"),
    "unknown relation": ("upstream", [*GOOD["upstream"], ("relation", "Provisions")], 400, "bad-argument"),
    "depth of 0": ("upstream", [*GOOD["upstream"], ("maxDepth", "0")], 400, "out-of-range"),
    "blank item": ("feasibility", [("item", "")], 400, "missing-argument"),
    "item of another class": ("feasibility", [("item", "asml")], 400, "wrong-class"),
    "removal of a policy": ("feasibility", [*GOOD["feasibility"], ("removed", "us-2022-10")], 400, "wrong-class"),
    "removal of nobody": ("feasibility", [*GOOD["feasibility"], ("removed", "asmll")], 404, "unknown-id"),
    "101 removals": ("feasibility", [*GOOD["feasibility"], *[("removed", "NLD")] * 101], 400, "bad-argument"),
    "two items": ("feasibility", [*GOOD["feasibility"], ("item", "hbm3")], 400, "bad-argument"),
    "control character": ("feasibility", [("item", "euv\x00scanner")], 400, "bad-argument"),
    "endless id": ("feasibility", [("item", "x" * 600)], 400, "too-long"),
    "word that is none": ("feasibility", [*GOOD["feasibility"], ("locate", "sight")], 400, "bad-argument"),
    "verified only": ("feasibility", [*GOOD["feasibility"], ("verifiedOnly", "true")], 400, "not-applicable"),
    "verified only in cut sets": ("cut-sets", [("item", "hbm3"), ("verifiedOnly", "true")], 400, "not-applicable"),
    "sets of none": ("cut-sets", [("item", "hbm3"), ("maxSize", "0")], 400, "out-of-range"),
    "sets of a hundred": ("cut-sets", [("item", "hbm3"), ("maxSize", "100")], 400, "out-of-range"),
    "neither form of chokepoints": ("chokepoints", [], 400, "missing-argument"),
    "both forms of chokepoints": (
        "chokepoints",
        [*GOOD["chokepoints"], ("source", CHIP)],
        400,
        "conflicting-arguments",
    ),
    "chokepoints of one": ("chokepoints", [("source", "asml"), ("target", "asml")], 400, "bad-argument"),
    "self-sufficiency of a firm": ("self-sufficiency", [("group", "asml"), ("item", "hbm3")], 400, "wrong-class"),
    "by planet": ("criticality", [("item", "hbm3"), ("by", "planet")], 400, "bad-argument"),
    "no actor": ("criticality", [("item", "hbm3"), ("limit", "0")], 400, "out-of-range"),
    "market of a firm": ("concentration", [("item", "asml")], 400, "wrong-class"),
    "exposure to itself": ("exposure", [("organisation", "asml"), ("to", "asml")], 400, "bad-argument"),
    "exposure to a part": ("exposure", [("organisation", "asml"), ("to", "hbm3")], 400, "wrong-class"),
    "suppliers of one": ("common-suppliers", [("ids", CHIP)], 400, "bad-argument"),
    "suppliers of one, twice": ("common-suppliers", [("ids", CHIP), ("ids", f"chip/{CHIP}")], 400, "bad-argument"),
    "suppliers of nobody": ("common-suppliers", [], 400, "missing-argument"),
}


def get(client: httpx.Client, name: str, pairs: Pairs) -> httpx.Response:
    return client.get(f"/v1/{name}?{urlencode(pairs)}")


def answered(client: httpx.Client, name: str, pairs: Pairs) -> dict[str, Any]:
    response = get(client, name, pairs)
    no_trace(response.text)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def test_every_dependency_operation_is_abused() -> None:
    assert {o.name for o in DEPENDENCY_OPERATIONS} <= set(GOOD)
    assert set(WORST) | {"concentration"} == set(GOOD)


@pytest.mark.parametrize("case", REFUSED)
def test_http_refuses_with_a_stable_code(case: str, client: httpx.Client) -> None:
    name, pairs, status, code = REFUSED[case]
    document = problem(get(client, name, pairs), status, code)
    assert document.get("argument", "argument") in (dict(pairs).keys() | {"ids", "argument", "source", "target", "to"})
    if code == "unknown-id":
        assert "asml" in document["nearest"]


def field_of(name: str) -> str:
    first, *rest = name.split("-")
    return first + "".join(word.title() for word in rest)


def literal(name: str, value: str) -> str:
    """A value as GraphQL writes it: numbers and flags bare, text as JSON would."""
    bare = name in ("minShare", "k", "maxLength", "maxDepth", "maxSize", "limit", "verifiedOnly")
    return value if bare else '"' + value.replace("\x00", "\\u0000") + '"'


def document_of(name: str, pairs: Pairs) -> str:
    given: dict[str, list[str]] = {}
    for key, value in pairs:
        given.setdefault(key, []).append(literal(key, value))
    written = [
        f"{key}: [{', '.join(values)}]" if key in ("removed", "ids", "relation") else f"{key}: {values[0]}"
        for key, values in given.items()
    ]
    arguments = f"({', '.join(written)})" if written else ""
    return f"{{ {field_of(name)}{arguments} {{ __typename }} }}"


BY_GRAPHQL = {
    # What GraphQL's own types refuse before an operation sees it.
    "share that is no number": "graphql-validation",
    "k with a point": "graphql-validation",
    "length beyond any integer": "graphql-validation",
    "suppliers of nobody": "graphql-validation",
}


@pytest.mark.parametrize("case", sorted(set(REFUSED) - {"two items", "verified only", "verified only in cut sets"}))
def test_graphql_refuses_with_the_same_code(case: str, client: httpx.Client) -> None:
    name, pairs, _, code = REFUSED[case]
    assert code_of(ask(client, document_of(name, pairs))) == BY_GRAPHQL.get(case, code)


@pytest.mark.parametrize(
    "document",
    [
        "{ feasibility { items } }",
        "{ feasibility(item: true) { items } }",
        '{ feasibility(item: ["euv-scanner", "hbm3"]) { items } }',
        '{ feasibility(item: "euv-scanner", removed: {id: "NLD"}) { items } }',
        '{ paths(source: "asml", target: "NLD", k: "three") { shortest } }',
        '{ paths(source: "asml", target: "NLD", maxLength: 1e9) { shortest } }',
        '{ cutSets(item: "hbm3", maxSize: null, reading: LENIENT) { complete } }',
    ],
)
def test_graphql_refuses_wrong_types(document: str, client: httpx.Client) -> None:
    assert code_of(ask(client, document)) in ("graphql-validation", "bad-argument", "unknown-id")


def test_ten_thousand_removals_are_refused_on_both_surfaces(client: httpx.Client) -> None:
    document = 'query($r: [ID!]) { feasibility(item: "euv-scanner", removed: $r) { items } }'
    body = {"query": document, "variables": {"r": ["asml"] * 10_000}}
    response = client.post("/graphql", json=body)
    assert (response.status_code, code_of(response.json())) == (413, "body-too-large")
    assert code_of(ask(client, document, {"r": ["asml"] * 1_000})) == "bad-argument"
    pairs = [*GOOD["feasibility"], *[("removed", "a")] * 5_000]
    problem(get(client, "feasibility", pairs), 400, "too-long")


def test_what_is_said_twice_is_said_once(client: httpx.Client) -> None:
    once = answered(client, "feasibility", [*GOOD["feasibility"], ("removed", "NLD")])
    again = [("removed", "NLD"), ("removed", "country/NLD"), ("removed", "https://w3id.org/chokepoint/id/country/NLD")]
    assert answered(client, "feasibility", [*GOOD["feasibility"], *again]) == once


def test_blank_removals_are_left_out(client: httpx.Client) -> None:
    plain = answered(client, "feasibility", GOOD["feasibility"])
    assert answered(client, "feasibility", [*GOOD["feasibility"], ("removed", ""), ("removed", "")]) == plain


def test_an_item_without_itself_is_lost_with_itself_as_the_cause(client: httpx.Client) -> None:
    answer = answered(client, "feasibility", [*GOOD["feasibility"], ("removed", TOOL)])["answer"]
    assert {v["verdict"] for v in answer["verdicts"]} == {"lost"}
    assert {(f["item"]["id"], f["cause"], f["root"]) for f in answer["failed"]} == {(TOOL, "removed", True)}


def test_an_item_nobody_provides_has_no_market_and_no_actor_but_an_answer(client: httpx.Client) -> None:
    nobody = "euv-source-ldp"  # every provision of it is not in production
    assert answered(client, "criticality", [("item", nobody)])["answer"]["baseline"] is False
    assert answered(client, "cut-sets", [("item", nobody)])["answer"]["sets"] == []
    verdicts = answered(client, "feasibility", [("item", nobody)])["answer"]["verdicts"]
    assert {v["verdict"] for v in verdicts} == {"unavailable"}
    assert answered(client, "concentration", [("item", nobody)])["answer"]["hhi"] is None


@contextmanager
def with_budget(folder: Path, cache: Path, steps: int) -> Iterator[httpx.Client]:
    with (
        running(folder, cache, work_budget=str(steps)) as server,
        httpx.Client(base_url=server.address, timeout=60) as opened,
    ):
        yield opened
        no_trace(server.said())


@pytest.fixture(scope="module")
def poor(tmp_path_factory: pytest.TempPathFactory, seed_release: Release, seed_cache: Path) -> Iterator[httpx.Client]:
    """A server whose answers may cost hardly anything."""
    with with_budget(tmp_path_factory.mktemp("poor"), seed_cache, 1_000) as opened:
        yield opened


@pytest.fixture(scope="module")
def modest(tmp_path_factory: pytest.TempPathFactory, seed_release: Release, seed_cache: Path) -> Iterator[httpx.Client]:
    """The same for GraphQL, where each answer first pays 10,000 steps of the request's budget."""
    with with_budget(tmp_path_factory.mktemp("modest"), seed_cache, 11_000) as opened:
        yield opened


@pytest.mark.parametrize("name", WORST)
def test_a_used_up_budget_ends_the_search_and_says_so(name: str, poor: httpx.Client) -> None:
    meta = answered(poor, name, WORST[name])["meta"]
    assert meta["truncated"] is True
    assert any("work budget" in notice for notice in meta["notices"])


@pytest.mark.parametrize("name", WORST)
def test_a_used_up_budget_is_said_to_graphql(name: str, modest: httpx.Client) -> None:
    document = document_of(name, WORST[name]).replace("__typename", "meta { truncated }")
    answer = ask(modest, document)
    assert "errors" not in answer, answer
    assert answer["data"][field_of(name)]["meta"]["truncated"] is True


def test_a_second_question_of_a_request_beyond_the_budget_is_refused(modest: httpx.Client) -> None:
    document = '{ one: feasibility(item: "hbm3") { items } two: feasibility(item: "hbm3e") { items } }'
    assert code_of(ask(modest, document)) == "over-budget"


def test_heavy_questions_do_not_keep_others_waiting(client: httpx.Client, server: Server) -> None:
    """While three of the heaviest are being answered, the server goes on saying that it lives."""
    with ThreadPoolExecutor(3) as pool, httpx.Client(base_url=server.address, timeout=300) as patient:
        heavy = [pool.submit(get, patient, "paths", WORST["paths"]) for _ in range(3)]
        alive = 0
        while not any(each.done() for each in heavy):
            assert client.get("/healthz").status_code == 200
            alive += not any(each.done() for each in heavy)
        assert alive > 0
        for each in heavy:
            response = each.result()
            assert response.status_code == 200
            assert len(response.json()["answer"]["paths"]) <= 10_000
