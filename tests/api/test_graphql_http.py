"""GraphQL over HTTP: methods, media types, bodies and query strings."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.api.servers import Server, ask, code_of, data, no_trace, post_graphql

JSON, RESPONSE = "application/json", "application/graphql-response+json"


pytestmark = pytest.mark.usefixtures("quiet")


def test_get_and_post_agree(client: httpx.Client) -> None:
    query = 'query A($id: ID!) { node(id: $id) { id } } query B { node(id: "NLD") { id } }'
    variables = {"id": "asml"}
    got = client.get("/graphql", params={"query": query, "operationName": "A", "variables": json.dumps(variables)})
    posted = post_graphql(client, {"query": query, "operationName": "A", "variables": variables, "extensions": {}})
    assert got.status_code == posted.status_code == 200
    assert got.json() == posted.json()
    assert got.json()["data"] == {"node": {"id": "asml"}}
    assert data(client, query, operationName="B") == {"node": {"id": "NLD"}}
    assert got.headers["content-type"].startswith(JSON)
    null = post_graphql(
        client, {"query": "{ __typename }", "variables": None, "operationName": None, "extensions": None}
    )
    assert null.json()["data"] == {"__typename": "Query"}


def test_media_types(client: httpx.Client) -> None:
    for accept, expected in (
        (RESPONSE, RESPONSE),
        (JSON, JSON),
        ("*/*", JSON),
        (f"{JSON};q=0.5, {RESPONSE}", RESPONSE),
    ):
        response = post_graphql(client, {"query": "{ __typename }"}, Accept=accept)
        assert response.status_code == 200
        assert response.headers["content-type"].partition(";")[0] == expected
    for body, code in (({"query": "{ nope }"}, "graphql-validation"), ({"query": "{"}, "graphql-syntax")):
        assert post_graphql(client, body, Accept=RESPONSE).status_code == 400
        assert code_of(post_graphql(client, body, Accept=RESPONSE).json()) == code
        assert "data" not in post_graphql(client, body, Accept=RESPONSE).json()
        assert post_graphql(client, body, Accept=JSON).status_code == 200


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "",
        "application/jsonx",
    ],
)
def test_wrong_content_type(client: httpx.Client, content_type: str) -> None:
    response = post_graphql(client, {"query": "{ __typename }"}, **{"Content-Type": content_type})
    assert response.status_code == 415
    assert code_of(response.json()) == "media-type"


def test_content_type_with_parameters(client: httpx.Client) -> None:
    response = post_graphql(client, {"query": "{ __typename }"}, **{"Content-Type": "Application/JSON; charset=UTF-8"})
    assert response.json()["data"] == {"__typename": "Query"}


BAD_BODIES: list[tuple[str, bytes, int, str]] = [
    ("array", b'[{"query": "{ __typename }"}]', 400, "batch-refused"),
    ("empty array", b"[]", 400, "batch-refused"),
    ("empty", b"", 400, "bad-body"),
    ("no JSON", b"{ __typename }", 400, "bad-body"),
    ("not UTF-8", b'{"query": "{ __typename \xff }"}', 400, "bad-body"),
    ("UTF-16", '{"query": "{ __typename }"}'.encode("utf-16"), 400, "bad-body"),
    ("byte-order mark", '{"query": "{ __typename }"}'.encode("utf-8-sig"), 400, "bad-body"),
    ("null", b"null", 400, "query-missing"),
    ("text", b'"{ __typename }"', 400, "query-missing"),
    ("number", b"1", 400, "query-missing"),
    ("no query", b"{}", 400, "query-missing"),
    ("query a number", b'{"query": 1}', 400, "query-missing"),
    ("variables a list", b'{"query": "{ __typename }", "variables": []}', 400, "bad-body"),
    ("variables text", b'{"query": "{ __typename }", "variables": "{}"}', 400, "bad-body"),
    ("name a number", b'{"query": "{ __typename }", "operationName": 1}', 400, "bad-body"),
    ("extensions text", b'{"query": "{ __typename }", "extensions": "x"}', 400, "bad-body"),
    ("deep list", b"[" * 30_000, 400, "bad-body"),
    ("deep object", b'{"a":' * 10_000, 400, "bad-body"),
    (
        "deep variables",
        b'{"query": "{ __typename }", "variables": {"a": ' + b"[" * 30_000 + b"]" * 30_000 + b"}}",
        400,
        "bad-body",
    ),
    ("long number", b'{"query": "{ __typename }", "variables": {"a": ' + b"9" * 10_000 + b"}}", 400, "bad-body"),
    ("too large", b'{"query": "{ __typename }", "extensions": {"x": "' + b"a" * 65_536 + b'"}}', 413, "body-too-large"),
]


@pytest.mark.parametrize(("body", "status", "code"), [b[1:] for b in BAD_BODIES], ids=[b[0] for b in BAD_BODIES])
def test_bad_bodies(client: httpx.Client, body: bytes, status: int, code: str) -> None:
    response = post_graphql(client, body)
    assert response.status_code == status, response.text
    assert code_of(response.json()) == code


def test_body_of_just_the_limit(client: httpx.Client) -> None:
    body = b'{"query": "{ __typename }", "extensions": {"x": "'
    body += b"a" * (65_536 - len(body) - 3) + b'"}}'
    assert len(body) == 65_536
    assert post_graphql(client, body).json()["data"] == {"__typename": "Query"}
    assert post_graphql(client, body + b" ").status_code == 413


def test_a_body_that_grows_without_saying_its_size(client: httpx.Client, server: Server) -> None:
    sent = 0

    def parts() -> Any:
        nonlocal sent
        for _ in range(64):
            sent += 1
            yield b" " * 65_536

    try:
        response = client.post("/graphql", content=parts(), headers={"Content-Type": JSON})
    except httpx.TransportError:
        pass  # the server may close while the client still sends
    else:
        assert response.status_code == 413
    assert data(client, "{ __typename }") == {"__typename": "Query"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("variables=%7B&query=%7B__typename%7D", "bad-body"),
        ("variables=1&query=%7B__typename%7D", "bad-body"),
        ("variables=%5B%5D&query=%7B__typename%7D", "bad-body"),
        ("variables=" + "%5B" * 2000 + "&query=%7B__typename%7D", "bad-body"),
        ("query=", "graphql-syntax"),
        ("query=%ff%fe", "graphql-syntax"),
        ("query=%00", "graphql-syntax"),
        ("operationName=x", "query-missing"),
        ("", "query-missing"),
    ],
)
def test_bad_query_strings(client: httpx.Client, query: str, code: str) -> None:
    response = client.get(f"/graphql?{query}")
    no_trace(response.text)
    assert response.status_code in (200, 400)
    assert code_of(response.json()) == code


def test_subscriptions_and_mutations_are_not_there(client: httpx.Client) -> None:
    for query in ("mutation { __typename }", "subscription { __typename }"):
        answer = ask(client, query)
        assert answer.get("data") is None
        assert answer["errors"][0]["extensions"]["code"] in ("graphql-validation", "graphql-request")
