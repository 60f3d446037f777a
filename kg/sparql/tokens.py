"""A linear tokeniser of SPARQL text.

It owns where IRIs, strings, comments, words and punctuation begin and end, which is all that the pre-check, the
dataset clauses and the error messages need. It knows no grammar: text that is no SPARQL becomes tokens too (kind
`error` where a character or an unterminated string fits nothing), and the engine says what is wrong with it. Time is
linear in the text: every repetition is possessive, and an unterminated string ends the line or the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

__all__ = ["Prologue", "Token", "position", "read_prologue", "tokenise"]

_TOKEN = re.compile(
    r"""
      (?P<space>(?:\s++|\#[^\n\r]*+)++)
    | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>)
    | (?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*+\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*+'''
        | "(?!"")(?:[^"\\\n\r]|\\.)*+" | '(?!'')(?:[^'\\\n\r]|\\.)*+')
    | (?P<open_long>\"\"\".*+ | '''.*+)
    | (?P<open_short>["'][^\n\r]*+)
    | (?P<var>[?$]\w++)
    | (?P<bnode>_:(?:[\w-]|\.++(?=[\w-]))*+)
    | (?P<number>\d++\.\d++(?:[eE][+-]?\d++)?+ | \d++\.?[eE][+-]?\d++ | \.\d++(?:[eE][+-]?\d++)?+ | \d++)
    | (?P<pname>(?:[^\W\d_](?:[\w-]|\.++(?=[\w-]))*+)?+:
        (?:[\w:-]|%[0-9A-Fa-f]{2}|\\[_~.!$&'()*+,;=/?\#@%-]|\.++(?=[\w:%\\-]))*+)
    | (?P<lang>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
    | (?P<word>[^\W\d]\w*+)
    | (?P<punct>\^\^|&&|\|\||<=|>=|!=|<<|>>|[{}()\[\].,;/|^*+?!=<>-])
    | (?P<error>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_LOCAL_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its kind (`iri`, `pname`, `var`, `string`, `number`, `bnode`, `lang`, `word`, `punct`, `error`)."""

    kind: str
    text: str
    start: int
    end: int

    def is_word(self, *words: str) -> bool:
        """Whether this is one of the keywords, given in capitals."""
        return self.kind == "word" and self.text.upper() in words


@dataclass(frozen=True, slots=True)
class Prologue:
    """What `BASE` and `PREFIX` declare, and the index of the first token after them."""

    base: str
    prefixes: dict[str, str]
    body: int

    def resolve(self, token: Token) -> str | None:
        """The absolute IRI an `iri` or `pname` token stands for; None for other tokens and undeclared prefixes."""
        if token.kind == "iri":
            return _absolute(self.base, token)
        if token.kind == "pname":
            prefix, _, local = token.text.partition(":")
            if prefix in self.prefixes:
                return self.prefixes[prefix] + _LOCAL_ESCAPE.sub(r"\1", local)
        return None


def tokenise(text: str) -> tuple[Token, ...]:
    """All tokens of a text, without white space and comments."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "error"
        if kind != "space":
            kind = "error" if kind.startswith("open_") else kind
            found.append(Token(kind, match.group(), match.start(), match.end()))
    return tuple(found)


def read_prologue(tokens: Sequence[Token], base: str) -> Prologue:
    """Read the `BASE`, `PREFIX` and `VERSION` declarations at the start of a query."""
    prefixes: dict[str, str] = {}
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.is_word("BASE") and at + 1 < len(tokens) and tokens[at + 1].kind == "iri":
            base = _absolute(base, tokens[at + 1])
            at += 2
        elif token.is_word("PREFIX") and at + 2 < len(tokens) and tokens[at + 2].kind == "iri":
            prefixes[tokens[at + 1].text.partition(":")[0]] = _absolute(base, tokens[at + 2])
            at += 3
        elif token.is_word("VERSION") and at + 1 < len(tokens) and tokens[at + 1].kind == "string":
            at += 2
        else:
            break
    return Prologue(base, prefixes, at)


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both counted from 1."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def _absolute(base: str, token: Token) -> str:
    iri = _ESCAPE.sub(lambda m: _character(int(m.group(1) or m.group(2), 16)), token.text[1:-1])
    if _SCHEME.match(iri):
        return iri
    joined = urljoin(base, iri)
    return joined + "#" if iri.endswith("#") and not joined.endswith("#") else joined  # urljoin drops an empty fragment


def _character(code: int) -> str:
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
