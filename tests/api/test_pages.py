"""Pages for people: they work without script and load nothing from another host."""

from __future__ import annotations

import re

import httpx
import pytest

from kg.operations import OPERATIONS
from tests.api.pages import parse_page

HTML = {"Accept": "text/html"}
PAGES = ["/", "/?text=ascend", "/docs", "/graphql", "/sparql", "/id/company/asml", "/id/claim/sc55", "/id/country/NLD"]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_loaded_from_another_host(client: httpx.Client, path: str) -> None:
    response = client.get(path, headers=HTML)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    page = parse_page(response.text)
    foreign = {a for a in page.loads if re.match(r"\s*([a-z][a-z0-9+.-]*:)?//", a, re.IGNORECASE)}
    assert foreign == set()
    assert page.unclosed == []
    assert page.title
    assert 'lang="en"' in response.text
    assert len(page.ids) == len(set(page.ids))


def test_the_reader_finds_foreign_hosts() -> None:
    """So that the test above means something."""
    html = """<link rel=stylesheet href="//a.example/x"><style>@import "https://b.example/y"; p { background: url(https://c.example/z) }
    </style><img src="https://d.example/i"><script>import("https://e.example/m")</script><p style="background:url('//f.example/')">"""
    assert len(parse_page(html).loads) == 6


@pytest.mark.parametrize("path", ["/", "/graphql", "/sparql"])
def test_every_control_has_a_label(client: httpx.Client, path: str) -> None:
    page = parse_page(client.get(path, headers=HTML).text)
    assert page.controls
    assert set(page.controls) <= page.labelled


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("ASML", "/id/company/asml"),
        ("ascend 910c", "/id/chip/huawei-ascend-910c"),
        ("华为", "/id/company/huawei"),
        ("NLD", "/id/country/NLD"),
    ],
)
def test_search_without_script(client: httpx.Client, text: str, link: str) -> None:
    response = client.get("/", params={"text": text}, headers=HTML)
    page = parse_page(response.text)
    assert link in page.links
    assert page.scripts == 0
    assert f'value="{text}"' in response.text
    assert client.get(link, headers=HTML).status_code == 200


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "a&b'c", "zzzzqqqq", "a" * 400]
)
def test_search_shows_what_was_typed_as_text(client: httpx.Client, text: str) -> None:
    response = client.get("/", params={"text": text}, headers=HTML)
    assert response.status_code == 200
    page = parse_page(response.text)
    assert page.scripts == 0
    assert page.unclosed == []
    assert "<img" not in response.text


@pytest.mark.parametrize("text", ["!!!", "…", "a\x00b", "\n", "<>", " "])
def test_search_of_nothing_is_still_a_page(client: httpx.Client, text: str) -> None:
    """Who typed into a form gets a form back, not a document for programs."""
    response = client.get("/", params={"text": text}, headers=HTML)
    assert response.status_code in (200, 400)
    assert response.headers["content-type"].startswith("text/html")
    assert 'role="search"' in response.text


def test_the_questions_of_the_first_page_have_answers(client: httpx.Client) -> None:
    page = parse_page(client.get("/", headers=HTML).text)
    questions = [link for link in page.links if link.startswith("/v1/")]
    assert len(questions) >= 5
    for link in [*questions, *(each for each in page.links if not each.startswith("/v1/"))]:
        response = client.get(link, headers=HTML)
        assert response.status_code == 200, link
        if link in questions:
            answer = response.json()["answer"]
            assert any(answer.get(k) for k in ("tier", "paths", "claims", "figures", "nodes", "events")), link


def test_docs_list_every_operation_and_argument(client: httpx.Client) -> None:
    response = client.get("/docs", headers=HTML)
    page = parse_page(response.text)
    assert page.scripts == 0
    sections = {part.partition('"')[0]: part for part in response.text.split('<h2 id="')[1:]}
    assert list(sections) == [o.name for o in OPERATIONS]
    for operation in OPERATIONS:
        for argument in operation.all_arguments:
            assert f"<code>{argument.camel}</code>" in sections[operation.name], (operation.name, argument.camel)
    assert operation.doc.partition(".")[0].partition(",")[0] in page.text


def test_the_graphql_form_answers_without_script(client: httpx.Client) -> None:
    html = client.get("/graphql", headers=HTML).text
    example = re.search(r"<textarea[^>]*>(.*?)</textarea>", html, re.DOTALL)
    assert example is not None
    response = client.get("/graphql", params={"query": example.group(1)}, headers=HTML)
    assert response.status_code == 200
    assert response.json()["data"]["tier"]["tier"]["id"] == "ai-diffusion-tier-2"


def test_pages_of_errors_name_no_inside(client: httpx.Client) -> None:
    for path in ("/nothing", "/id/company/nobody", "/v1/tier?country=x"):
        response = client.get(path, headers=HTML)
        assert response.status_code == 404
        assert ".py" not in response.text
