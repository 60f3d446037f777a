"""Syntax errors: the place and the words, through a worker."""

from __future__ import annotations

import pytest

from kg.sparql import SparqlService, SparqlSyntaxError


def refused(service: SparqlService, text: str) -> SparqlSyntaxError:
    with pytest.raises(SparqlSyntaxError) as error:
        service.query(text)
    return error.value


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("SELCT * { }", 1, 1, "Did you mean SELECT?"),
        ("SELECT *\nWHERE {\n  ?s ?p ?o .\n  ?x 5 ?y }\n", 4, 6, "unexpected '5'"),
        ("SELECT * { ?s ?p ?o FLITER(?o) }", 1, 21, "Did you mean FILTER?"),
        ("SELECT * {\n ?s ?p ?o FILTER(?o > ) }", 2, 23, "unexpected ')'"),
        ("SELECT * {\n  ?s ?p", 2, 8, "The '{' of line 1, column 10 is not closed"),
        ("SELECT * { ?s ?p 'abc }", 1, 18, "not closed"),
        ("SELECT * { ?s ?p ?o } LIMIT -1", 1, 29, "unexpected '-'"),
        ("SELECT ?s (COUNT(?o) AS ?c) { ?s ?p ?o }", 1, 40, "variable that is unbound"),
        ("ASK { ?s ?p ?o } bla", 1, 18, "unexpected 'bla'"),
        ("", 1, 1, "ends too early"),
        ("SELECT * FROM <http://x/>\n{ ?s ?p ?o } }", 2, 14, "unexpected '}'"),
    ],
)
def test_place_and_words(service: SparqlService, text: str, line: int, column: int, words: str) -> None:
    error = refused(service, text)
    assert (error.line, error.column) == (line, column), error.message
    assert words in error.message
    assert "error at" not in error.message
    assert "\\u{" not in error.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SELECT * { ?s rdf:type ?o }", "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>"),
        ("PREFIX ck: <http://x/> SELECT * { ?s cck:a ?o }", "Did you mean ck: (declared above)?"),
        ("SELECT * { ?s skoss:broader ?o }", "Did you mean skos:?"),
        ("SELECT * { ?s zzzzzz:broader ?o }", "PREFIX zzzzzz:"),
    ],
)
def test_unknown_prefix(service: SparqlService, text: str, words: str) -> None:
    error = refused(service, text)
    assert words in error.message
    assert text[error.column - 1 :].startswith(error.detail["found"])
