"""The tokeniser: what is a string, a comment, an IRI, and that it is linear."""

from __future__ import annotations

import timeit

import pytest

from kg.sparql.tokens import position, read_prologue, tokenise


def texts(source: str) -> list[str]:
    return [token.text for token in tokenise(source)]


def test_marks_inside_strings_comments_and_iris_are_no_tokens() -> None:
    source = 'SELECT * { # { SERVICE\n ?s \'{ SERVICE\' <http://a#SERVICE> """{ " SERVICE""" }'
    kinds = [(token.kind, token.text) for token in tokenise(source)]
    assert ("iri", "<http://a#SERVICE>") in kinds
    assert ("string", '"""{ " SERVICE"""') in kinds
    assert "SERVICE" not in [text for _, text in kinds]
    assert [text for kind, text in kinds if kind == "punct"].count("}") == 1


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("?a<?b && ?c>?d", ["?a", "<", "?b", "&&", "?c", ">", "?d"]),
        ("ex:a.b. :c", ["ex:a.b", ".", ":c"]),
        ("ex:p/ex:q|^ex:r*", ["ex:p", "/", "ex:q", "|", "^", "ex:r", "*"]),
        ("1.5e3 2. .5 'a'@en-GB^^x:y", ["1.5e3", "2", ".", ".5", "'a'", "@en-GB", "^^", "x:y"]),
        ("'it\\'s' ''", ["'it\\'s'", "''"]),
        ("_:b1.", ["_:b1", "."]),
        ("名:前 ?変数", ["名:前", "?変数"]),
        ("ex:a\\,b", ["ex:a\\,b"]),
    ],
)
def test_tokens(source: str, expected: list[str]) -> None:
    assert texts(source) == expected


def test_unterminated_strings_are_one_error() -> None:
    assert [(t.kind, t.text) for t in tokenise("'abc }\n}")] == [("error", "'abc }"), ("punct", "}")]
    assert [(t.kind, t.text) for t in tokenise('"""abc }\n}')] == [("error", '"""abc }\n}')]


@pytest.mark.parametrize("piece", ['"', "'''a", '"""', "<", "a:", "\\", "?", "<a", "''", "#", ".", "_:", "@a-"])
def test_time_is_linear_in_the_text(piece: str) -> None:
    sources = [piece * (size // len(piece)) for size in (8_192, 65_536)]
    short, long = (min(timeit.repeat(lambda s=s: tokenise(s), number=1, repeat=5)) for s in sources)
    assert long < 8 * 4 * short + 0.001, "eight times the text takes far more than eight times as long"


def test_prologue_resolves_names() -> None:
    source = "BASE <http://b/> PREFIX x: <v#> PREFIX : <http://e/> ASK { x:p :q <r> y:z }"
    tokens = tokenise(source)
    prologue = read_prologue(tokens, "http://base/")
    assert tokens[prologue.body].text == "ASK"
    resolved = [prologue.resolve(token) for token in tokens[prologue.body + 2 : -1]]
    assert resolved == ["http://b/v#p", "http://e/q", "http://b/r", None]


def test_position_counts_from_one() -> None:
    assert position("ab\ncd", 0) == (1, 1)
    assert position("ab\ncd", 4) == (2, 2)
