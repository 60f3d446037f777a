"""The SPARQL 1.1 Protocol over a real socket."""

from __future__ import annotations

import socket
import threading
from urllib.parse import quote, urlsplit

import httpx
import pytest

from tests.sparql.stub import BASE
from tests.sparql.test_service import DOUBLING, FOREVER, LOOK_UP

CK = f"PREFIX ck: <{BASE}ontology#>\n"
CSV = {"Accept": "text/csv"}
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
LISTED = CK + "SELECT (STRAFTER(STR(?s), 'company/') AS ?n) { ?s ck:onList ?l } ORDER BY ?n"


def problem(response: httpx.Response, status: int) -> dict[str, object]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document: dict[str, object] = response.json()
    assert document["status"] == status
    assert document["title"]
    assert document["detail"]
    return document


def test_three_ways_to_ask(client: httpx.Client) -> None:
    answers = [
        client.get("/sparql", params={"query": LOOK_UP}, headers=CSV),
        client.post("/sparql", data={"query": LOOK_UP}, headers=CSV),
        client.post("/sparql", content=LOOK_UP, headers={**CSV, "Content-Type": QUERY}),
        client.post("/sparql", content=LOOK_UP, headers={**CSV, "Content-Type": QUERY + "; charset=UTF-8"}),
    ]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert {answer.text for answer in answers} == {"n\r\n7\r\n"}


def test_headers_of_an_answer(client: httpx.Client) -> None:
    answer = client.get("/sparql", params={"query": LOOK_UP})
    assert answer.headers["content-type"] == "application/sparql-results+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Accept" in answer.headers["vary"]
    head = client.head("/sparql", params={"query": LOOK_UP})
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == str(len(answer.content))
    again = client.get("/sparql", params={"query": LOOK_UP}, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    preflight = client.options("/sparql", headers={"Origin": "http://x", "Access-Control-Request-Method": "POST"})
    assert preflight.status_code == 204
    assert "POST" in preflight.headers["access-control-allow-methods"]


@pytest.mark.parametrize(
    ("query", "accept", "content_type"),
    [
        (LOOK_UP, "application/sparql-results+xml", "application/sparql-results+xml"),
        (LOOK_UP, "text/tab-separated-values", "text/tab-separated-values;charset=utf-8"),
        ("ASK {}", "application/json", "application/json"),
        ("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "*/*", "text/turtle;charset=utf-8"),
        ("DESCRIBE <x>", "application/rdf+xml", "application/rdf+xml"),
        ("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "application/ld+json, text/turtle;q=0.5", "application/ld+json"),
    ],
)
def test_negotiation(client: httpx.Client, query: str, accept: str, content_type: str) -> None:
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == content_type


def test_not_acceptable(client: httpx.Client) -> None:
    document = problem(client.get("/sparql", params={"query": LOOK_UP}, headers={"Accept": "text/turtle"}), 406)
    assert "text/csv" in str(document["offered"])


def listed(client: httpx.Client, **params: str | list[str]) -> list[str]:
    answer = client.get("/sparql", params={"query": LISTED, **params}, headers=CSV)
    assert answer.status_code == 200, answer.text
    return answer.text.split("\r\n")[1:-1]


def test_dataset_parameters(client: httpx.Client, address: str) -> None:
    assert listed(client) == ["alpha", "beta", "gamma"]
    assert listed(client, **{"default-graph-uri": BASE + "as-of/2022-01-01"}) == ["alpha"]
    assert listed(client, **{"default-graph-uri": address + "/as-of/2022-01-01"}) == ["alpha"]
    assert listed(client, **{"default-graph-uri": BASE + "as-of/2024-01-01?verified-only=true"}) == ["alpha"]
    assert listed(client, **{"default-graph-uri": "http://nowhere/"}) == []
    two = [BASE + "statement/alpha", BASE + "statement/gamma"]
    assert listed(client, **{"default-graph-uri": two}) == ["alpha", "gamma"]
    assert listed(client, asOf="2024-01-01") == ["alpha", "beta"]
    assert listed(client, asOf="2024-01-01", verifiedOnly="true") == ["alpha"]
    form = {"query": LISTED, "default-graph-uri": BASE + "as-of/2022-01-01"}
    assert client.post("/sparql", data=form, headers=CSV).text == "n\r\nalpha\r\n"
    posted = client.post(
        "/sparql?default-graph-uri=" + quote(BASE + "as-of/2022-01-01", safe=""),
        content=LISTED,
        headers={**CSV, "Content-Type": QUERY},
    )
    assert posted.text == "n\r\nalpha\r\n"


def test_two_days_over_http(client: httpx.Client, address: str) -> None:
    before, after = f"{address}/as-of/2022-01-01", f"{BASE}as-of/2025-06-01"
    query = (
        CK + f"SELECT ?s {{ GRAPH <{after}> {{ ?s ck:onList ?l }} "
        f"FILTER NOT EXISTS {{ GRAPH <{before}> {{ ?s ck:onList ?l }} }} }}"
    )
    answer = client.get("/sparql", params={"query": query, "named-graph-uri": [before, after]}, headers=CSV)
    assert sorted(answer.text.split()[1:]) == [BASE + "id/company/beta", BASE + "id/company/gamma"]


def test_syntax_error_has_a_place(client: httpx.Client) -> None:
    document = problem(client.get("/sparql", params={"query": "SELECT * {\n ?s ?p ?o FLITER(?o) }"}), 400)
    assert (document["line"], document["column"]) == (2, 11)
    assert "FILTER" in str(document["detail"])


@pytest.mark.parametrize(
    ("method", "target", "content", "content_type", "status"),
    [
        ("GET", "?query=ASK%7B%7D&query=ASK%7B%7D", None, None, 400),
        ("GET", "?query=", None, None, 400),
        ("GET", "?query=ASK%7B%7D%FF", None, None, 400),
        ("GET", "?update=CLEAR%20ALL", None, None, 400),
        ("GET", "?query=CLEAR%20ALL", None, None, 400),
        ("GET", "?query=ASK%7B%7D&asOf=yesterday", None, None, 400),
        ("GET", "?query=ASK%7B%7D&verifiedOnly=maybe", None, None, 400),
        ("GET", "?query=ASK%7B%7D&timeout=-1", None, None, 400),
        ("GET", "?query=ASK%7B%7D&dataLicence=nonsense", None, None, 400),
        ("GET", "?query=ASK%7B%7D&release=0123456789abcdef", None, None, 400),
        ("GET", "?query=ASK%7B%7D&default-graph-uri=" + quote(BASE + "as-of/2025-13-01", safe=""), None, None, 400),
        ("POST", "", b"query=ASK%7B%7D&query=ASK%7B%7D", FORM, 400),
        ("POST", "", b"query=ASK%7B%7D&update=CLEAR%20ALL", FORM, 400),
        ("POST", "", b"q=1", FORM, 400),
        ("POST", "", b"query=%FF", FORM, 400),
        ("POST", "", b"ASK {} #\xff", QUERY, 400),
        ("POST", "?query=ASK%7B%7D", b"ASK {}", QUERY, 400),
        ("POST", "", b"ASK {}", None, 415),
        ("POST", "", b"query=ASK%7B%7D", None, 415),
        ("POST", "", b"ASK {}", "text/plain", 415),
        ("POST", "", b"ASK {}", QUERY + ";charset=utf-16", 415),
        ("POST", "", b"update=CLEAR%20ALL", FORM, 403),
        ("POST", "", b"CLEAR ALL", UPDATE, 403),
        ("POST", "", b"#" * 65_537, QUERY, 413),
        ("POST", "", b"query=" + b"x" * 65_537, FORM, 413),
        ("PUT", "?query=ASK%7B%7D", None, None, 405),
        ("DELETE", "", None, None, 405),
    ],
)
def test_protocol_errors(
    client: httpx.Client, method: str, target: str, content: bytes | None, content_type: str | None, status: int
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    document = problem(client.request(method, "/sparql" + target, content=content, headers=headers), status)
    assert document["code"]


def test_405_says_what_is_allowed(client: httpx.Client) -> None:
    assert "POST" in client.put("/sparql").headers["allow"]


def test_body_is_refused_while_it_is_read(address: str) -> None:
    """A body without a declared length that never ends is answered after the limit, not read on."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=5) as connection:
        head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {QUERY}\r\nTransfer-Encoding: chunked\r\n\r\n"
        connection.sendall(head.encode())
        chunk = b"1000\r\n" + b"#" * 4096 + b"\r\n"
        for _ in range(17):
            connection.sendall(chunk)
        assert connection.recv(4096).startswith(b"HTTP/1.1 413")


def test_long_query_within_the_limit(client: httpx.Client) -> None:
    text = LOOK_UP + "#" * (65_536 - len(LOOK_UP))
    assert client.post("/sparql", content=text, headers={**CSV, "Content-Type": QUERY}).text == "n\r\n7\r\n"


def test_description_and_page(client: httpx.Client, address: str) -> None:
    answer = client.get("/sparql")
    assert answer.headers["content-type"] == "text/turtle;charset=utf-8"
    for expected in (f"sd:endpoint <{address}/sparql>", "sd:SPARQL11Query", "sd:defaultDataset", "dump.nq"):
        assert expected in answer.text
    assert client.get("/sparql", headers={"Accept": "application/rdf+xml"}).text.startswith("<?xml")
    problem(client.get("/sparql", headers={"Accept": "image/png"}), 406)
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    page = client.get("/sparql", headers=browser)
    assert page.headers["content-type"] == "text/html;charset=utf-8"
    assert "<textarea" in page.text
    assert "<script" not in page.text
    assert page.text.count("Run this query") == 2
    assert client.get("/sparql", headers={"Accept": "text/turtle, text/html;q=0.5"}).text.startswith("@prefix")


def test_examples_of_the_page_run(client: httpx.Client) -> None:
    from api.sparql.page import _examples

    for _, query in _examples(BASE):
        answer = client.get("/sparql", params={"query": query})
        assert answer.status_code == 200, answer.text


def test_timeout_is_504_and_look_ups_go_on(client: httpx.Client, address: str) -> None:
    found: list[httpx.Response] = []

    def forever() -> None:
        found.append(httpx.get(address + "/sparql", params={"query": FOREVER}, timeout=20))

    thread = threading.Thread(target=forever)
    thread.start()
    served = 0
    while thread.is_alive():
        assert client.get("/sparql", params={"query": LOOK_UP}, headers=CSV).text == "n\r\n7\r\n"
        served += thread.is_alive()
    assert served, "no look-up was answered while the long query ran"
    thread.join(20)
    document = problem(found[0], 504)
    assert document["code"] == "query-timeout"
    assert int(found[0].headers["retry-after"]) > 0


def test_busy_is_503_with_retry_after(address: str) -> None:
    found: list[httpx.Response] = []

    def forever() -> None:
        found.append(httpx.get(address + "/sparql", params={"query": FOREVER}, timeout=20))

    threads = [threading.Thread(target=forever) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    statuses = [answer.status_code for answer in found]
    assert set(statuses) == {503, 504}
    assert all("retry-after" in answer.headers for answer in found)
    assert httpx.get(address + "/sparql", params={"query": LOOK_UP}, headers=CSV).text == "n\r\n7\r\n"


def test_memory_and_refusals(client: httpx.Client) -> None:
    assert problem(client.get("/sparql", params={"query": DOUBLING}), 422)["code"] == "query-out-of-memory"
    service = "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
    assert problem(client.get("/sparql", params={"query": service}), 403)["code"] == "service-refused"
    braces = "SELECT * " + "{" * 6000 + "}" * 6000
    answer = client.post("/sparql", content=braces, headers={"Content-Type": QUERY})
    assert problem(answer, 400)["code"] == "too-deep"
    rows = "SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 5001"
    assert problem(client.get("/sparql", params={"query": rows}), 422)["code"] == "result-too-large"
