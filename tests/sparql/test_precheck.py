"""The pre-check: what is refused before an engine sees it, and what is not."""

from __future__ import annotations

import timeit

import pytest

from kg.sparql import QueryRefused, QueryTooLarge
from kg.sparql.precheck import ShapeLimits, check_query

BASE = "https://w3id.org/chokepoint/"


def check(text: str, **options: object) -> object:
    return check_query(text, base=BASE, **options)  # type: ignore[arg-type]


def code(text: str, **options: object) -> str:
    with pytest.raises(QueryRefused) as refused:
        check(text, **options)
    return refused.value.error_code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * " + "{" * 6000 + "}" * 6000, "too-deep"),
        ("SELECT * { ?s ?p " + "(" * 1000 + "1" + ")" * 1000 + "}", "too-deep"),
        ("SELECT * { ?s ?p " + "[ <p> " * 1000 + "1" + "]" * 1000 + "}", "too-deep"),
        ("SELECT * { FILTER(" + "!" * 20_000 + "true) }", "too-deep"),
        ("SELECT * { ?s " + "/".join(["<p>"] * 551) + " ?o }", "path-too-long"),
        ("SELECT * { ?s " + "|".join(["a"] * 551) + " ?o }", "path-too-long"),
        ("SELECT * { ?s " + "/".join(["(<p>|^<q>)*"] * 551) + " ?o }", "path-too-long"),
        ("SELECT * { " + " . ".join(["?s ?p ?o"] * 1000) + " }", "too-many-patterns"),
        ("SELECT * { FILTER(" + "+".join(["1"] * 15_000) + " > 0) }", "too-many-operators"),
        ("SELECT * { SERVICE <http://elsewhere/> { ?s ?p ?o } }", "service-refused"),
        ("SELECT * { service silent <http://elsewhere/> { ?s ?p ?o } }", "service-refused"),
        ("PREFIX e: <http://elsewhere/> SELECT * { SERVICE e:x { ?s ?p ?o } }", "service-refused"),
        ("SELECT * { ?s ?p ?u SERVICE ?u { ?s ?p ?o } }", "service-refused"),
        ("LOAD <http://elsewhere/>", "update-refused"),
        ("ASK {} ; LOAD <http://elsewhere/>", "load-refused"),
        ("PREFIX x: <y> INSERT DATA { x:a x:b x:c }", "update-refused"),
        ("WITH <g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "update-refused"),
    ],
)
def test_refused(text: str, expected: str) -> None:
    assert code(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p 'SERVICE <http://x> {' } # LOAD",
        "SELECT ?service { ?service <http://x/SERVICE> ?load }",
        "SELECT * " + "{" * 60 + "}" * 60,
        "SELECT * { ?s " + "/".join(["<p>"] * 100) + " ?o }",
        "SELECT * { FILTER(" + "/".join(["1"] * 500) + " > 0) }",
        "SELECT * { VALUES ?s { " + "<http://example.org/1> " * 2000 + "} }",
        "SELECT * { FILTER(?s IN (" + ", ".join(["<http://example.org/1>"] * 2000) + ")) }",
        "PREFIX service: <x> ASK { service:load a service:SERVICE }",
    ],
)
def test_not_refused(text: str) -> None:
    check(text)


def test_where_is_said() -> None:
    with pytest.raises(QueryRefused) as refused:
        check("SELECT * {\n  SERVICE <http://x/> {} }")
    assert refused.value.detail["line"] == 2
    assert refused.value.detail["column"] == 3


def test_allowed_service() -> None:
    text = "SELECT * { SERVICE SILENT <http://allowed/> { ?s ?p ?o } }"
    checked = check_query(text, base=BASE, allowed_services=("http://allowed/",))
    assert checked.services == ("http://allowed/",)
    assert code(text.replace("allowed", "other"), allowed_services=("http://allowed/",)) == "service-refused"


def test_size_counts_bytes() -> None:
    check("#" + "a" * 65_535)
    with pytest.raises(QueryTooLarge):
        check("#" + "a" * 65_536)
    with pytest.raises(QueryTooLarge):
        check("#" + "é" * 40_000)
    with pytest.raises(QueryTooLarge):
        check("ASK {}", limits=ShapeLimits(text_bytes=5))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("ask {}", "ASK"),
        ("BASE <http://x/> PREFIX a: <b> # c\n CONSTRUCT WHERE {}", "CONSTRUCT"),
        ("DESCRIBE <x>", "DESCRIBE"),
        ("nonsense", "SELECT"),
        ("", "SELECT"),
    ],
)
def test_form(text: str, form: str) -> None:
    assert check_query(text, base=BASE).form == form


def test_check_is_linear_up_to_the_limit() -> None:
    texts = ["SELECT * { VALUES ?x { " + "1 " * count + "} }" for count in (4_000, 32_000)]
    short, long = (min(timeit.repeat(lambda t=t: check(t), number=1, repeat=5)) for t in texts)
    assert long < 8 * 4 * short, "eight times the text takes far more than eight times as long"
