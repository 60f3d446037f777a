"""What the GraphQL endpoint refuses before it costs: depth, aliases, fields, cost, bombs."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from graphql import get_introspection_query

from kg.store.release import Release
from tests.api.servers import ask, code_of, data

JSON, RESPONSE = "application/json", "application/graphql-response+json"


pytestmark = pytest.mark.usefixtures("quiet")


def _fragment_bomb(levels: int) -> str:
    """Each fragment spreads the next one twice: 2**levels fields in a few kilobytes."""
    parts = [f"fragment F{n} on Query {{ a: __typename ...F{n + 1} ...F{n + 1} }}" for n in range(levels)]
    return "{ ...F0 } " + " ".join(parts) + f" fragment F{levels} on Query {{ __typename }}"


def _wide_bomb(levels: int) -> str:
    """The same with fields, so that nothing is merged and nothing is too deep."""
    parts = [
        f"fragment F{n} on Chip {{ a{n}: supersedesNothing ...F{n + 1} b{n}: nothing ...F{n + 1} }}"
        for n in range(levels)
    ]
    return "{ chips(first: 1) { nodes { ...F0 } } } " + " ".join(parts) + f" fragment F{levels} on Chip {{ id }}"


TOO_MUCH: list[tuple[str, str, str]] = [
    ("braces", "{" * 6000 + "}" * 6000, "query-too-deep"),
    ("brackets", "{ chips(first: " + "[" * 6000 + "]" * 6000 + ") { id } }", "query-too-deep"),
    ("parentheses", "{ a" + "(" * 6000, "query-too-deep"),
    ("unclosed braces", "{" * 6000, "query-too-deep"),
    ("types", "query($x: " + "[" * 6000 + "Int" + "]" * 6000 + ") { __typename }", "query-too-deep"),
    ("fields one below the other", "{ a" * 25 + "}" * 25, "query-too-deep"),
    ("fragment bomb", _fragment_bomb(60), "query-too-deep"),
    ("fragment bomb within the depth", _fragment_bomb(18), "query-too-wide"),
    ("fields of a fragment bomb", _wide_bomb(16), "query-too-wide"),
    ("cycle of one", "{ ...F } fragment F on Query { ...F }", "fragment-cycle"),
    ("cycle of two", "{ ...F } fragment F on Query { ...G } fragment G on Query { __typename ...F }", "fragment-cycle"),
    ("cycle nobody spreads", "{ __typename } fragment F on Query { ...F }", "fragment-cycle"),
    ("cycle in a field", "{ ...F } fragment F on Query { chips(first: 1) { ...F } }", "fragment-cycle"),
    ("aliases", "{ " + " ".join(f"a{n}: __typename" for n in range(2001)) + " }", "query-too-wide"),
    ("the same field", "{ " + "__typename " * 2001 + "}", "query-too-wide"),
    ("directives", "{ __typename " + "@a " * 8000 + "}", "query-too-long"),
    (
        "variables declared",
        "query(" + " ".join(f"$a{n}: Int" for n in range(4000)) + ") { __typename }",
        "query-too-long",
    ),
    (
        "pages thrice",
        "{ companies(first: 100) { nodes { provides(first: 100) { nodes { item { requirements(first: 100) { nodes { node } } } } } } } }",
        "query-too-costly",
    ),
    (
        "pages thrice from the end",
        "{ companies(last: 100) { nodes { provides(last: 100) { nodes { item { requirements(last: 100) { nodes { node } } } } } } } }",
        "query-too-costly",
    ),
    (
        "defaults of variables",
        "query($n: Int = 100) { companies(first: $n) { nodes { provides(first: $n) { nodes { item { requirements(first: $n) { nodes { node } } } } } } } }",
        "query-too-costly",
    ),
    (
        "pages in fragments",
        "{ companies(first: 100) { nodes { ...C } } } fragment C on Company { provides(first: 100) { nodes { ...P } } } "
        "fragment P on Provision { item { requirements(first: 100) { nodes { node } } } }",
        "query-too-costly",
    ),
    (
        "pages below at",
        "{ at { companies(first: 100) { nodes { provides(first: 100) { edges { node { item { requirements(first: 100) { totalCount } } } } } } } } }",
        "query-too-costly",
    ),
    (
        "many operations",
        " ".join(f"query Q{n} {{ ...F0 }}" for n in range(300)) + _fragment_bomb(40)[9:],
        "query-too-deep",
    ),
    ("an operation that is not chosen", "query A { __typename } query B " + _fragment_bomb(40), "query-too-deep"),
]


@pytest.mark.parametrize(("query", "code"), [t[1:] for t in TOO_MUCH], ids=[t[0] for t in TOO_MUCH])
def test_too_much_is_refused_before_it_is_validated(client: httpx.Client, query: str, code: str) -> None:
    """That the code is of a limit, where validation would find fault as well or run for years, shows the order."""
    answer = ask(client, query)
    assert code_of(answer) == code, answer["errors"][0]["message"]
    assert "data" not in answer
    assert len(answer["errors"]) == 1
    assert client.get("/healthz").status_code == 200


THRICE = "query($n: Int) { companies(first: $n) { nodes { provides(first: $n) { nodes { item { requirements(first: $n) { nodes { node } } } } } } } }"


@pytest.mark.parametrize("size", [100, 100.0], ids=repr)
def test_variables_are_counted(client: httpx.Client, size: float) -> None:
    """JSON does not tell 100 from 100.0, and GraphQL takes both for an Int."""
    answer = ask(client, THRICE, {"n": size})
    assert code_of(answer) == "query-too-costly"


def test_small_variables_pass(client: httpx.Client) -> None:
    answer = ask(client, THRICE, {"n": 2})
    assert "errors" not in answer
    assert answer["extensions"]["cost"]["cost"] < 100


def test_variables_of_operation_arguments_are_counted(client: httpx.Client) -> None:
    below = "{ matches { id label score class } }"
    query = "query($n: Int) { " + " ".join(f'a{n}: search(text: "a", limit: $n) {below}' for n in range(250)) + " }"
    assert code_of(ask(client, query, {"n": 100})) == "query-too-costly"


def test_a_limit_left_out_costs_its_default(client: httpx.Client) -> None:
    """Cost bounds what an answer can hold, whether the page size is written or not."""
    for field, sizes, below in (
        ('claims(kind: "forecast"{})', ", limit: 100", "{ claims { id text } }"),
        ('paths(source: "nvidia-h100-sxm", target: "NLD"{})', ", limit: 100", "{ paths { length } }"),
        ("tierTable{}", "(first: 50)", "{ rows { level } }"),
    ):
        costs = [
            ask(client, f"{{ {field.format(size)} {below} }}")["extensions"]["cost"]["cost"] for size in (sizes, "")
        ]
        assert costs[0] == costs[1], field


def test_cost_is_echoed_and_bounds_the_answer(client: httpx.Client) -> None:
    answer = ask(
        client, "{ companies(first: 10) { nodes { id provides(first: 5) { nodes { node statement { status } } } } } }"
    )
    cost = answer["extensions"]["cost"]
    assert cost["depth"] == 6
    assert cost["fields"] == 8

    def size(value: Any) -> int:
        if isinstance(value, dict):
            return sum(1 + size(v) for v in value.values())
        return sum(size(v) for v in value) if isinstance(value, list) else 0

    assert size(answer["data"]) <= cost["cost"] <= 100_000


def test_limits_leave_room_for_what_people_ask(client: httpx.Client) -> None:
    query = "{ companies(first: 100) { nodes { id label headquarteredIn { id } provides(first: 20) { nodes { item { id label } statement { status } } } } } }"
    assert len(data(client, query)["companies"]["nodes"]) == 100
    assert len(data(client, "{ " + " ".join(f"a{n}: __typename" for n in range(1999)) + " }")) == 1999


def test_braces_in_texts_and_comments_do_not_count(client: httpx.Client) -> None:
    braces = "{" * 200
    query = f'# {braces}\n{{ a: search(text: "{braces}a \\" {braces}") {{ matches {{ id }} }} b: search(text: """{braces}a""") {{ matches {{ id }} }} }}'
    assert "errors" not in ask(client, query)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {
            "descriptions": True,
            "specified_by_url": True,
            "directive_is_repeatable": True,
            "schema_description": True,
            "input_value_deprecation": True,
        },
    ],
)
def test_the_standard_introspection_query_passes(client: httpx.Client, options: dict[str, bool]) -> None:
    found = data(client, get_introspection_query(**options))["__schema"]
    assert found["queryType"]["name"] == "Query"
    assert found["mutationType"] is None
    assert {"Company", "Chip", "ChipFilter", "Snapshot", "PathsResult"} <= {t["name"] for t in found["types"]}


def test_an_introspection_bomb_does_not(client: httpx.Client) -> None:
    bomb = "{ __schema { types " + "{ fields { type " * 6 + "{ name }" + "} }" * 6 + " } }"
    answer = ask(client, bomb)
    assert answer["errors"][0]["extensions"]["code"] in ("graphql-validation", "query-too-costly", "query-too-deep")
    assert answer.get("data") is None


def test_an_answer_is_of_one_release(client: httpx.Client, seed_release: Release) -> None:
    answer = ask(
        client, '{ a: tier(country: "IND") { meta { release } } b: search(text: "asml") { meta { release } } }'
    )
    assert (
        {v["meta"]["release"] for v in answer["data"].values()}
        == {answer["extensions"]["release"]}
        == {seed_release.id}
    )
