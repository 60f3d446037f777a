"""REST: all that can be wrong with a request."""

from __future__ import annotations

import json
import socket
from urllib.parse import quote, quote_from_bytes

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.operations import OPERATIONS
from tests.api.rest_cases import ALL, get, good
from tests.api.servers import Server, no_trace, problem

pytestmark = pytest.mark.usefixtures("quiet")


BIG = "9" * 400
WRONG: list[tuple[str, str, int, str]] = [
    # ids
    ("entity", "id=amsl", 404, "unknown-id"),
    ("entity", "id=ASML", 404, "unknown-id"),
    ("entity", "id=company/asmll", 404, "unknown-id"),
    ("entity", "id=compny/asml", 404, "unknown-id"),
    ("entity", "id=https://example.org/asml", 404, "unknown-id"),
    ("entity", "id=/", 404, "unknown-id"),
    ("entity", "id=" + "a" * 500, 404, "unknown-id"),
    ("compare", "ids=nvidia-h100-sxm&ids=nothing-like-it", 404, "unknown-id"),
    ("claims", "about=nobody-knows", 404, "unknown-id"),
    ("tier", "country=asml", 400, "wrong-class"),
    ("tier", "country=IND&policy=IND", 400, "wrong-class"),
    ("policy-state", "policy=NLD", 400, "wrong-class"),
    # dates
    ("tier", "country=IND&asOf=2025-13", 400, "bad-date"),
    ("tier", "country=IND&asOf=2025-02-30", 400, "bad-date"),
    ("tier", "country=IND&asOf=2025-1-1", 400, "bad-date"),
    ("tier", "country=IND&asOf=0000", 400, "bad-date"),
    ("tier", "country=IND&asOf=10000-01-01", 400, "bad-date"),
    ("tier", "country=IND&asOf=yesterday", 400, "bad-date"),
    ("tier", "country=IND&asOf=2025-01-20T00:00", 400, "bad-date"),
    ("tier", "country=IND&asOf=2025-33", 400, "bad-date"),
    ("tier", "country=IND&asOf=" + quote("２０２５-01-01"), 400, "bad-date"),
    ("tier", "country=IND&knownOn=31.12.2025", 400, "bad-date"),
    ("entity", "id=asml&knownOn=2025-00", 400, "bad-date"),
    # numbers
    ("upstream", "id=asml&maxDepth=three", 400, "bad-argument"),
    ("upstream", "id=asml&maxDepth=2.5", 400, "bad-argument"),
    ("upstream", "id=asml&maxDepth=1e1", 400, "bad-argument"),
    ("upstream", "id=asml&maxDepth=1_0", 400, "bad-argument"),
    ("upstream", "id=asml&maxDepth=" + quote("٣"), 400, "bad-argument"),
    ("upstream", "id=asml&maxDepth=0", 400, "out-of-range"),
    ("upstream", "id=asml&maxDepth=-1", 400, "out-of-range"),
    ("upstream", "id=asml&maxDepth=51", 400, "out-of-range"),
    ("upstream", "id=asml&maxDepth=" + BIG, 400, "out-of-range"),
    ("search", "text=asml&limit=0", 400, "out-of-range"),
    ("list", "class=Chip&first=501", 400, "out-of-range"),
    ("paths", "source=huawei-ascend-910c&target=NLD&minShare=101", 400, "out-of-range"),
    ("paths", "source=huawei-ascend-910c&target=NLD&minShare=-0.1", 400, "out-of-range"),
    ("paths", "source=huawei-ascend-910c&target=NLD&minShare=nan", 400, "bad-argument"),
    ("paths", "source=huawei-ascend-910c&target=NLD&minShare=inf", 400, "bad-argument"),
    ("paths", "source=huawei-ascend-910c&target=NLD&minShare=1e999", 400, "bad-argument"),
    ("paths", "source=huawei-ascend-910c&target=NLD&minShare=half", 400, "bad-argument"),
    # words, flags, classes, relations, conditions
    ("paths", "source=huawei-ascend-910c&target=NLD&mode=shortst", 400, "bad-argument"),
    ("paths", "source=huawei-ascend-910c&target=NLD&buyer=smic", 400, "conflicting-arguments"),
    ("feasibility", "item=smic-n-plus-2&policy=nl-2023", 400, "conflicting-arguments"),
    ("feasibility", "item=smic-n-plus-2&policy=asml&buyer=smic", 400, "wrong-class"),
    ("paths", "source=huawei-ascend-910c&target=NLD&rules=true&buyer=hbm3", 400, "wrong-class"),
    ("paths", "source=huawei-ascend-910c&target=NLD&relation=Provisions", 400, "bad-argument"),
    ("claims", "kind=Forecasts", 400, "bad-argument"),
    ("tier", "country=IND&verifiedOnly=maybe", 400, "bad-argument"),
    ("tier", "country=IND&dataLicence=MIT", 400, "bad-argument"),
    ("list", "class=Chips", 400, "bad-argument"),
    ("list", "class=Statement", 400, "bad-argument"),
    ("list", "class=Chip&where=dieArea", 400, "bad-argument"),
    ("list", "class=Chip&where=dieArea+%3E", 400, "bad-argument"),
    ("list", "class=Chip&where=dieArea+%3E+big", 400, "bad-argument"),
    ("list", "class=Chip&where=dieArea+%3C+nan", 400, "bad-argument"),
    ("list", "class=Chip&where=dieAera+%3E+5", 400, "bad-argument"),
    ("list", "class=Company&where=headquarteredIn+%3E+NLD", 400, "bad-argument"),
    ("list", "class=Company&where=headquarteredIn+%3D+NLDD", 404, "unknown-id"),
    ("list", "class=Company&where=headquarteredIn+%3D+asml", 400, "wrong-class"),
    ("list", "class=Chip&order=dieAera", 400, "bad-argument"),
    ("search", "text=" + quote("!?…"), 400, "bad-argument"),
    # how arguments are given
    ("entity", "", 400, "missing-argument"),
    ("entity", "id=", 400, "missing-argument"),
    ("entity", "id", 400, "missing-argument"),
    ("compare", "metrics=dieArea", 400, "missing-argument"),
    ("tier", "country=IND&country=CHN", 400, "bad-argument"),
    ("tier", "country=IND&asOf=2025&asOf=2025", 400, "bad-argument"),
    ("compare", "&".join(f"ids=x{n}" for n in range(101)), 400, "bad-argument"),
    ("upstream", "id=asml&maxdepth=3", 400, "unknown-argument"),
    ("upstream", "id=asml&max_deph=3", 400, "unknown-argument"),
    ("tier", "=IND", 400, "unknown-argument"),
    ("tier", "%00=IND", 400, "unknown-argument"),
    ("tier", "country=IND&" + "x" * 300 + "=1", 400, "unknown-argument"),
    ("search", "text=" + "a" * 501, 400, "too-long"),
    ("tier", "country=" + "a" * 8000, 400, "too-long"),
    # bytes
    ("search", "text=a%00b", 400, "bad-argument"),
    ("search", "text=a%0Ab", 400, "bad-argument"),
    ("entity", "id=%1B%5B31masml", 400, "bad-argument"),
    ("claims", "text=%07", 400, "bad-argument"),
    ("tier", "country=IND&dataLicence=%01", 400, "bad-argument"),
    ("tier", "country=%ff%fe", 404, "unknown-id"),
    ("tier", "country=%c3", 404, "unknown-id"),
    ("tier", "country=%ed%a0%80", 404, "unknown-id"),
    ("tier", "country=%zz", 404, "unknown-id"),
    ("tier", "country=%", 404, "unknown-id"),
    ("tier", "country=%u0049ND", 404, "unknown-id"),
]


@pytest.mark.parametrize(("name", "query", "status", "code"), WRONG, ids=[f"{n}?{q}"[:60] for n, q, _, _ in WRONG])
def test_bad_input(client: httpx.Client, name: str, query: str, status: int, code: str) -> None:
    response = client.get(f"/v1/{name}?{query}")
    document = problem(response, status, code)
    assert len(document["detail"]) < 3000


NEAREST = [
    ("entity", "id=amsl", "asml"),
    ("entity", "id=company/huawey", "huawei"),
    ("tier", "country=NLX", "NLD"),
    ("upstream", "id=asml&maxdepth=3", "maxDepth"),
    ("tier", "country=IND&asof=2025", "asOf"),
    ("list", "class=Chips", "Chip"),
    ("paths", "source=asml&target=NLD&mode=shortst", "shortest"),
    ("paths", "source=asml&target=NLD&relation=Provisions", "Provision"),
    ("list", "class=Chip&where=dieAera+%3E+5", "dieArea"),
    ("list", "class=Chip&order=-dieAera", "dieArea"),
    ("tier", "country=IND&dataLicence=CC-BY", "CC-BY-4.0"),
]


@pytest.mark.parametrize(("name", "query", "expected"), NEAREST)
def test_the_nearest_choice_is_named(client: httpx.Client, name: str, query: str, expected: str) -> None:
    document = client.get(f"/v1/{name}?{query}").json()
    assert expected in document["nearest"]
    assert expected in document["detail"]


def test_the_argument_at_fault_is_named(client: httpx.Client) -> None:
    for query, argument in (
        ("country=asml", "country"),
        ("country=IND&policy=nope", "policy"),
        ("country=IND&asOf=x", "asOf"),
        ("country=IND&verifiedOnly=x", "verifiedOnly"),
        ("first=0", "first"),
        ("country=IND&dataLicence=x", "dataLicence"),
    ):
        document = client.get(f"/v1/tier?{query}").json()
        assert document["argument"] == argument
        assert document["detail"].startswith(f"{argument}: ")


def test_ambiguous_id(small_client: httpx.Client) -> None:
    document = problem(small_client.get("/v1/entity?id=orion"), 409, "ambiguous-id")
    assert document["candidates"] == ["chip/orion", "company/orion", "tool/orion"]
    for candidate in document["candidates"]:
        entity = good(small_client.get("/v1/entity", params={"id": candidate}))["answer"]["entity"]
        assert entity["id"] == candidate


def test_a_class_settles_what_an_id_leaves_open(small_client: httpx.Client) -> None:
    where = [("class", "Company"), ("where", "headquarteredIn = NLD")]
    assert [e["id"] for e in good(get(small_client, "list", where))["answer"]["entities"]] == ["company/orion"]
    path = good(get(small_client, "paths", [("source", "chip/orion"), ("target", "country/NLD")]))["answer"]["paths"][0]
    assert [n["id"] for n in path["nodes"]] == ["chip/orion", "company/orion", "country/NLD"]
    assert path["hops"][0]["share"] == 62.5
    problem(small_client.get("/v1/entity?id=NLD"), 409, "ambiguous-id")


def test_a_date_before_any_data(client: httpx.Client) -> None:
    for name, pairs in (
        ("tier", [("country", "IND")]),
        ("entity", [("id", "asml")]),
        ("policy-state", [("first", "3")]),
    ):
        body = good(get(client, name, [*pairs, ("asOf", "0001-01-01")]))
        assert body["meta"]["asOf"] == "0001-01-01"
        assert any("before the first dated statement" in notice for notice in body["meta"]["notices"])
        late = good(get(client, name, [*pairs, ("asOf", "9999-12-31")]))
        assert not any("before the first dated statement" in notice for notice in late["meta"]["notices"])
    unknown = good(get(client, "entity", [("id", "asml"), ("knownOn", "0001-01-01")]))
    assert unknown["answer"]["facts"] == unknown["answer"]["relations"] == []
    assert any("Nothing is held" in notice for notice in unknown["meta"]["notices"])


def test_partial_dates_mean_their_last_day(client: httpx.Client) -> None:
    for given_, meant in (("2025", "2025-12-31"), ("2024-02", "2024-02-29"), ("2025-01-20", "2025-01-20")):
        assert good(get(client, "tier", [("country", "IND"), ("asOf", given_)]))["meta"]["asOf"] == meant


def test_unconnected_nodes_are_undocumented_with_coverage(client: httpx.Client) -> None:
    body = good(get(client, "paths", [("source", "NLD"), ("target", "huawei-coalition")]))
    answer, meta = body["answer"], body["meta"]
    assert (answer["verdict"], answer["paths"], answer["shortest"]) == ("undocumented", [], None)
    assert {c["node"]["id"] for c in meta["coverage"]} == {"NLD", "huawei-coalition"}
    assert any("undocumented" in n or "documented" in n for n in meta["notices"])
    reverse = good(get(client, "paths", [("source", "NLD"), ("target", "asml")]))
    assert reverse["answer"]["reverse"] is True


def test_raw_bytes_in_the_request_line(server: Server) -> None:
    """What no client library would send."""
    lines = {
        b"GET /v1/tier?country=\xff\xfe HTTP/1.1": None,
        b"GET /v1/tier?country=\xe4\xb8\xad HTTP/1.1": None,
        b"GET /v1/tier?country=IND#x HTTP/1.1": None,
        b"GET //v1//tier HTTP/1.1": None,
        b"GET /v1/tier?country=%ZZ%%% HTTP/1.1": None,
        b"GET * HTTP/1.1": None,
        b"GET /v1/\x00 HTTP/1.1": None,
        b"BREW /v1/tier HTTP/1.1": None,
    }
    for line in lines:
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as raw:
            raw.sendall(line + b"\r\nHost: x\r\nConnection: close\r\n\r\n")
            answer = b""
            while part := raw.recv(65536):
                answer += part
        status = int(answer.split(b" ", 2)[1]) if answer else 400
        assert 200 <= status < 500, (line, answer[:300])
        assert b"Traceback" not in answer


_NAMES = st.sampled_from(
    [a.camel for o in OPERATIONS for a in o.all_arguments] + ["release", "", "x", "id[]", "__proto__"]
)
_VALUES = st.one_of(
    st.sampled_from(["asml", "NLD", "2025", "-1", "Chip", "1e5", "true", "null", "huawei-ascend-910c", "''", "%"]),
    st.binary(max_size=12).map(quote_from_bytes),
    st.text(max_size=12).map(lambda t: quote(t.encode("utf-8", "surrogatepass"))),
    st.text(alphabet="%&=+;#/?.\\\"'<>{}|^`~ab09", max_size=12).map(lambda t: t.replace("#", "").replace(" ", "+")),
)
_QUERIES = st.lists(st.tuples(_NAMES, _VALUES), max_size=5).map(lambda ps: "&".join(f"{n}={v}" for n, v in ps))


@settings(max_examples=80)
@given(name=st.sampled_from([o.name for o in OPERATIONS]), query=_QUERIES)
def test_no_query_string_breaks_the_server(client: httpx.Client, server: Server, name: str, query: str) -> None:
    response = client.get(
        httpx.URL(server.address).copy_with(raw_path=f"/v1/{name}?{query}".encode("ascii", "replace"))
    )
    no_trace(response.text)
    if response.status_code == 200:
        assert set(response.json()) == {"answer", "meta"}
    else:
        assert response.status_code in (400, 404, 409, 503), response.text
        document = response.json()
        assert response.headers["content-type"] == "application/problem+json"
        assert document["code"]


def test_answers_are_json_without_surprises(client: httpx.Client) -> None:
    """Scripts stay as they are, and no NaN or infinity is written."""
    text = get(client, "search", [("text", "华为")]).text
    assert "华为" in text

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    for name, pairs in ALL:
        json.loads(get(client, name, pairs).text, parse_constant=refuse)
