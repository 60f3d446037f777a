"""GraphQL over HTTP: what is asked across dates and through answers, and how errors look."""

from __future__ import annotations

import json

import httpx
import pytest
from graphql import get_introspection_query

from kg.operations import OPERATIONS
from tests.api.servers import ask, code_of, data, post_graphql

JSON, RESPONSE = "application/json", "application/graphql-response+json"


pytestmark = pytest.mark.usefixtures("quiet")


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
    response = post_graphql(client, {"query": query, "variables": variables})
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
        response = post_graphql(client, text.encode())
        assert response.status_code < 500, (depth, response.text[:200])
        if response.json().get("errors"):
            assert code_of(response.json()) != "internal", depth
    assert "totalCount" in str(data(client, query, {"f": {"not": {"not": {"dieArea": {"gt": 1}}}}}))
