"""GraphQL over HTTP: what is asked across dates and through answers, how errors look, and what is refused before it costs."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from graphql import get_introspection_query

from kg.operations import OPERATIONS
from kg.store.release import Release
from tests.api.servers import Server, ask, code_of, data, no_trace

JSON, RESPONSE = "application/json", "application/graphql-response+json"


pytestmark = pytest.mark.usefixtures("quiet")


def post(client: httpx.Client, body: Any, **headers: str) -> httpx.Response:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = client.post("/graphql", content=raw, headers={"Content-Type": JSON, **headers})
    no_trace(response.text)
    return response


# ---- dates, nodes, answers --------------------------------------------------------------------------------------------------


def test_two_dates_in_one_query(client: httpx.Client) -> None:
    found = data(
        client,
        """fragment T on Snapshot { tier(country: "IND") { tier { id } state { codified enforced label } meta { asOf knownOn release } }
             country(id: "IND") { tiers(first: 10) { nodes { tier { id } } } } }
           { before: at(asOf: "2025-01-20") { ...T } after: at(asOf: "2025-05-14") { ...T } early: at(asOf: "2020-01-01") { ...T }
             unknown: at(asOf: "2025-05-14", knownOn: "2025-05-01") { ...T } }""",
    )
    assert found["before"]["tier"]["tier"]["id"] == "ai-diffusion-tier-2"
    assert found["before"]["country"]["tiers"]["nodes"] == [{"tier": {"id": "ai-diffusion-tier-2"}}]
    assert found["before"]["tier"]["meta"]["asOf"] == "2025-01-20"
    assert found["after"]["tier"]["state"]["enforced"] == "no"
    assert found["after"]["tier"]["state"] != found["before"]["tier"]["state"]
    assert found["early"]["tier"]["tier"] is None
    assert found["early"]["country"]["tiers"]["nodes"] == []
    assert found["unknown"]["tier"]["meta"] == {**found["after"]["tier"]["meta"], "knownOn": "2025-05-01"}
    assert found["unknown"]["tier"]["state"]["label"] != found["after"]["tier"]["state"]["label"], "not known yet"
    for alias, date in (("before", "2025-01-20"), ("after", "2025-05-14")):
        rest = client.get("/v1/tier", params={"country": "IND", "asOf": date}).json()["answer"]
        assert rest["tier"]["id"] == found[alias]["tier"]["tier"]["id"]
        assert {k: rest["state"][k] for k in ("codified", "enforced", "label")} == found[alias]["tier"]["state"]


def test_at_restricts_every_field_below_it(client: httpx.Client) -> None:
    found = data(
        client,
        """{ all: entity(id: "asml") { facts { statements { status } } meta { verifiedOnly } }
             at(verifiedOnly: true) { entity(id: "asml") { facts { statements { status } } meta { verifiedOnly } }
               company(id: "asml") { statements { status } provides(first: 100) { nodes { statement { status } } } } } }""",
    )
    inner = found["at"]
    assert (found["all"]["meta"]["verifiedOnly"], inner["entity"]["meta"]["verifiedOnly"]) == (False, True)
    statuses = [s["status"] for f in inner["entity"]["facts"] for s in f["statements"]]
    statuses += [s["status"] for s in inner["company"]["statements"]]
    statuses += [n["statement"]["status"] for n in inner["company"]["provides"]["nodes"]]
    assert statuses
    assert "unverified" not in statuses


def test_node_finds_any_entity(client: httpx.Client) -> None:
    found = data(
        client,
        """{ a: node(id: "asml") { __typename id ... on Company { headquarteredIn { id } } }
             b: node(id: "country/NLD") { __typename iri } c: node(id: "https://w3id.org/chokepoint/id/chip/nvidia-h20") { __typename label }
             d: node(id: "sc55") { __typename ... on Claim { claimKind } } }""",
    )
    assert found["a"] == {"__typename": "Company", "id": "asml", "headquarteredIn": [{"id": "NLD"}]}
    assert found["b"] == {"__typename": "Country", "iri": "https://w3id.org/chokepoint/id/country/NLD"}
    assert found["c"]["__typename"] == "Chip"
    assert found["d"]["__typename"] == "Claim"
    assert found["d"]["claimKind"]


def test_an_answer_leads_on_into_the_graph(client: httpx.Client) -> None:
    """From a node of a path to its headquarters' country to that country's tiers, on the date of the answer."""
    found = data(
        client,
        """{ paths(source: "huawei-ascend-910c", target: "NLD", asOf: "2025-01-20") { paths {
             nodes { __typename id ... on Organisation { headquarteredIn { id tiers(first: 5) { nodes { tier { id level: label } statement { validFrom } } } } } }
             hops { from to relation statements { status source { title } } } } meta { asOf } } }""",
    )["paths"]
    nodes = [n for path in found["paths"] for n in path["nodes"]]
    homes = [c for n in nodes for c in n.get("headquarteredIn", [])]
    assert homes
    tiers = {c["id"]: {t["tier"]["id"] for t in c["tiers"]["nodes"]} for c in homes}
    assert "ai-diffusion-tier-1" in tiers["NLD"]
    rest = client.get(
        "/v1/paths", params={"source": "huawei-ascend-910c", "target": "NLD", "asOf": "2025-01-20"}
    ).json()
    assert [[n["id"] for n in p["nodes"]] for p in found["paths"]] == [
        [n["id"] for n in p["nodes"]] for p in rest["answer"]["paths"]
    ]
    later = data(
        client,
        '{ paths(source: "huawei-ascend-910c", target: "NLD", asOf: "2020-01-01") { target { ... on Country { tiers(first: 5) { totalCount } } } } }',
    )
    assert later["paths"]["target"]["tiers"]["totalCount"] == 0, "the nested entity is of the answer's date"


def test_every_operation_is_a_field_of_both_roots(client: httpx.Client) -> None:
    query = '{ q: __type(name: "Query") { fields { name args { name } description } } s: __type(name: "Snapshot") { fields { name args { name } } } }'
    found = data(client, query)
    roots = {f["name"]: f for f in found["q"]["fields"]}
    snapshot = {f["name"]: f for f in found["s"]["fields"]}
    assert set(roots) - set(snapshot) == {"at"}
    for operation in OPERATIONS:
        assert roots[operation.camel]["description"]
        dated = {a["name"] for a in roots[operation.camel]["args"]}
        assert {"asOf", "knownOn", "dataLicence", "verifiedOnly"} <= dated
        assert not {"asOf", "knownOn"} & {a["name"] for a in snapshot[operation.camel]["args"]}
        assert (f"{operation.camel}Table" in roots) is (operation.table is not None)


def test_tables(client: httpx.Client) -> None:
    found = data(
        client,
        '{ tierTable(first: 3, asOf: "2025-01-20") { rows { country { id } tier { id } } total next meta { asOf } } }',
    )
    rest = client.get("/v1/tier", params={"first": "3", "asOf": "2025-01-20"}).json()["answer"]
    assert [r["country"]["id"] for r in found["tierTable"]["rows"]] == [r["country"]["id"] for r in rest["rows"]]
    assert found["tierTable"]["total"] == rest["total"]
    assert found["tierTable"]["next"] == rest["next"]


def test_everything_has_a_description(client: httpx.Client) -> None:
    found = data(client, get_introspection_query(descriptions=True))["__schema"]["types"]
    lacking = []
    for each in found:
        if each["name"].startswith("__"):
            continue
        lacking += [each["name"]] if not each["description"] else []
        for field in each["fields"] or ():
            lacking += [f"{each['name']}.{field['name']}"] if not field["description"] else []
            lacking += [f"{each['name']}.{field['name']}({a['name']})" for a in field["args"] if not a["description"]]
        lacking += [f"{each['name']}.{f['name']}" for f in each["inputFields"] or () if not f["description"]]
    assert lacking == []


# ---- HTTP -------------------------------------------------------------------------------------------------------------------


def test_get_and_post_agree(client: httpx.Client) -> None:
    query = 'query A($id: ID!) { node(id: $id) { id } } query B { node(id: "NLD") { id } }'
    variables = {"id": "asml"}
    got = client.get("/graphql", params={"query": query, "operationName": "A", "variables": json.dumps(variables)})
    posted = post(client, {"query": query, "operationName": "A", "variables": variables, "extensions": {}})
    assert got.status_code == posted.status_code == 200
    assert got.json() == posted.json()
    assert got.json()["data"] == {"node": {"id": "asml"}}
    assert data(client, query, operationName="B") == {"node": {"id": "NLD"}}
    assert got.headers["content-type"].startswith(JSON)
    null = post(client, {"query": "{ __typename }", "variables": None, "operationName": None, "extensions": None})
    assert null.json()["data"] == {"__typename": "Query"}


def test_media_types(client: httpx.Client) -> None:
    for accept, expected in (
        (RESPONSE, RESPONSE),
        (JSON, JSON),
        ("*/*", JSON),
        (f"{JSON};q=0.5, {RESPONSE}", RESPONSE),
    ):
        response = post(client, {"query": "{ __typename }"}, Accept=accept)
        assert response.status_code == 200
        assert response.headers["content-type"].partition(";")[0] == expected
    for body, code in (({"query": "{ nope }"}, "graphql-validation"), ({"query": "{"}, "graphql-syntax")):
        assert post(client, body, Accept=RESPONSE).status_code == 400
        assert code_of(post(client, body, Accept=RESPONSE).json()) == code
        assert "data" not in post(client, body, Accept=RESPONSE).json()
        assert post(client, body, Accept=JSON).status_code == 200


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
    response = post(client, {"query": "{ __typename }"}, **{"Content-Type": content_type})
    assert response.status_code == 415
    assert code_of(response.json()) == "media-type"


def test_content_type_with_parameters(client: httpx.Client) -> None:
    response = post(client, {"query": "{ __typename }"}, **{"Content-Type": "Application/JSON; charset=UTF-8"})
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
    response = post(client, body)
    assert response.status_code == status, response.text
    assert code_of(response.json()) == code


def test_body_of_just_the_limit(client: httpx.Client) -> None:
    body = b'{"query": "{ __typename }", "extensions": {"x": "'
    body += b"a" * (65_536 - len(body) - 3) + b'"}}'
    assert len(body) == 65_536
    assert post(client, body).json()["data"] == {"__typename": "Query"}
    assert post(client, body + b" ").status_code == 413


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


# ---- errors -----------------------------------------------------------------------------------------------------------------

ERRORS = [
    ('{ node(id: "amsl") { id } }', "unknown-id"),
    ('{ chip(id: "asml") { id } }', "wrong-class"),
    ('{ tier(country: "asml") { level } }', "wrong-class"),
    ('{ tier(country: "IND", asOf: "2025-13") { level } }', "bad-date"),
    ('{ at(asOf: "never") { node(id: "NLD") { id } } }', "bad-date"),
    ('{ at(dataLicence: "MIT") { node(id: "NLD") { id } } }', "bad-argument"),
    ('{ upstream(id: "asml", maxDepth: 0) { total } }', "out-of-range"),
    ('{ search(text: "") { matches { id } } }', "missing-argument"),
    ('{ search(text: "a\\u0007") { matches { id } } }', "bad-argument"),
    ('{ node(id: "a\\u0000") { id } }', "bad-argument"),
    ('{ chip(id: "' + "a" * 600 + '") { id } }', "too-long"),
    ('{ list(class: "Chips") { total } }', "bad-argument"),
    ('{ tierTable(first: 5, after: "x") { total } }', "bad-cursor"),
    ("{ tier { level } }", "graphql-validation"),
    ("{ chips(first: 1.5) { totalCount } }", "graphql-validation"),
    ('{ chips(first: "1") { totalCount } }', "graphql-validation"),
    ("{ chps(first: 1) { totalCount } }", "graphql-validation"),
    ("{ chips(first: 99999999999) { totalCount } }", "query-too-costly"),
    ("{ chips(first: 1) { totalCount }", "graphql-syntax"),
    ("query A { __typename } query B { __typename }", "graphql-request"),
    ("fragment F on Chip { id }", "graphql-validation"),
    ("query($n: Int!) { chips(first: $n) { totalCount } }", "graphql-request"),
]


@pytest.mark.parametrize(("query", "code"), ERRORS, ids=[q[:50] for q, _ in ERRORS])
def test_error_codes(client: httpx.Client, query: str, code: str) -> None:
    answer = ask(client, query)
    assert code_of(answer) == code, answer["errors"]
    assert answer["errors"][0]["message"]


def test_errors_name_the_nearest_and_leave_the_rest(client: httpx.Client) -> None:
    answer = ask(client, '{ good: node(id: "asml") { id } chips(first: 2) { nodes { id } } }')
    assert "errors" not in answer
    answer = ask(client, '{ bad: tier(country: "NLX") { level } }')
    (error,) = answer["errors"]
    assert error["path"] == ["bad"]
    assert "NLD" in error["extensions"]["nearest"]
    assert error["extensions"]["argument"] == "country"
    assert error["locations"] == [{"line": 1, "column": 3}]
    answer = ask(client, "{ chps(first: 1) { totalCount } }")
    assert "chips" in answer["errors"][0]["message"]


def test_ambiguous_ids(small_client: httpx.Client) -> None:
    answer = ask(small_client, '{ node(id: "orion") { id } }')
    assert code_of(answer) == "ambiguous-id"
    assert answer["errors"][0]["extensions"]["candidates"] == ["chip/orion", "company/orion", "tool/orion"]
    assert data(small_client, '{ company(id: "orion") { id label } }')["company"]["id"] == "company/orion"


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("query($x: ID!) { node(id: $x) { id } }", {"x": "\ud800"}),
        ("query($x: ID!) { chip(id: $x) { id } }", {"x": "a\udfff"}),
        ("query($x: String!) { search(text: $x) { matches { id } } }", {"x": "\ud800"}),
        ("query($x: String) { chips(first: 1, after: $x) { totalCount } }", {"x": "\ud800"}),
        ("query($x: String) { chips(first: 1, filter: {label: {contains: $x}}) { totalCount } }", {"x": "\ud800"}),
        ("query($x: ID) { companies(first: 1, filter: {headquarteredIn: {id: $x}}) { totalCount } }", {"x": "\ud800"}),
        ("query($x: Int) { chips(first: $x) { totalCount } }", {"x": "\ud800"}),
        ("{ \ud800 }", {}),
        ('{ node(id: "\ud800") { id } }', {}),
        ("query($x: String) { asml: node(id: $x) { id } }", {"\ud800": "\ud800"}),
    ],
)
def test_lone_surrogates(client: httpx.Client, query: str, variables: dict[str, str]) -> None:
    """JSON can escape half a character, which no encoding can write back."""
    response = post(client, {"query": query, "variables": variables})
    assert response.status_code < 500, response.text
    assert response.json().get("errors") is None or code_of(response.json()) != "internal"


def test_deep_variables_are_no_fault_of_the_server(client: httpx.Client) -> None:
    query = "query($f: ChipFilter) { chips(first: 1, filter: $f) { totalCount } }"
    for depth in (60, 300, 900, 5000):
        text = (
            f'{{"query": {json.dumps(query)}, "variables": {{"f": '
            + '{"not":' * depth
            + '{"dieArea":{"gt":1}}'
            + "}" * depth
            + "}}"
        )
        response = post(client, text.encode())
        assert response.status_code < 500, (depth, response.text[:200])
        if response.json().get("errors"):
            assert code_of(response.json()) != "internal", depth
    assert "totalCount" in str(data(client, query, {"f": {"not": {"not": {"dieArea": {"gt": 1}}}}}))


# ---- limits -----------------------------------------------------------------------------------------------------------------


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
