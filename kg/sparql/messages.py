"""Syntax errors of the engine, rewritten for people.

It owns the search for the token at which a text stops being SPARQL and the wording of what was expected there. The
engine reports the farthest character any of its attempts read, which for keywords lies behind the mistake, and lists
character classes; so the place is searched anew: the mistake is the first token after which the text can no longer be
continued. It must not know the store or processes: `parse` is passed in.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Final

from kg.sparql.tokens import Prologue, Token, position, read_prologue, tokenise

__all__ = ["WELL_KNOWN_PREFIXES", "SyntaxReport", "explain"]

WELL_KNOWN_PREFIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ck": "https://w3id.org/chokepoint/ontology#",
        "dcat": "http://www.w3.org/ns/dcat#",
        "dcterms": "http://purl.org/dc/terms/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "geo": "http://www.opengis.net/ont/geosparql#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "prov": "http://www.w3.org/ns/prov#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "schema": "https://schema.org/",
        "sd": "http://www.w3.org/ns/sparql-service-description#",
        "sh": "http://www.w3.org/ns/shacl#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "void": "http://rdfs.org/ns/void#",
        "wd": "http://www.wikidata.org/entity/",
        "wdt": "http://www.wikidata.org/prop/direct/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)
"""Prefixes people write without declaring them."""

_PLACE: Final = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_LITERAL: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
_CLASS: Final = re.compile(r"\[[^\]]*\]")
# fmt: off
_KEYWORDS: Final = (
    "SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "WHERE", "FROM", "NAMED", "PREFIX", "BASE", "OPTIONAL", "UNION",
    "MINUS", "GRAPH", "FILTER", "BIND", "VALUES", "EXISTS", "NOT", "DISTINCT", "REDUCED", "GROUP", "ORDER", "HAVING",
    "LIMIT", "OFFSET", "COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "SEPARATOR", "ASC", "DESC",
    "UNDEF", "STR", "LANG", "LANGMATCHES", "DATATYPE", "BOUND", "IRI", "URI", "BNODE", "RAND", "ABS", "CEIL", "FLOOR",
    "ROUND", "CONCAT", "STRLEN", "UCASE", "LCASE", "CONTAINS", "STRSTARTS", "STRENDS", "STRBEFORE", "STRAFTER",
    "YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "SECONDS", "NOW", "REGEX", "SUBSTR", "REPLACE", "COALESCE", "IF",
    "STRLANG", "STRDT", "SAMETERM", "ISIRI", "ISURI", "ISBLANK", "ISLITERAL", "ISNUMERIC", "ENCODE_FOR_URI", "IN",
    "AS", "BY", "TRUE", "FALSE", "SILENT",
)
# fmt: on
_WORDS: Final = (
    ("?", "a variable (?name)"),
    ("<", "an IRI (<…> or prefix:name)"),
    ('"', "a text in quotes"),
    ("{", "'{'"),
    ("}", "'}'"),
    ("(", "'('"),
    (")", "')'"),
    ("]", "']'"),
    (".", "'.' between triples"),
)
_SEARCHED: Final = 16_384
_CLOSERS: Final = {"{": "}", "(": ")", "[": "]"}


@dataclass(frozen=True, slots=True)
class SyntaxReport:
    """Where a text stops being SPARQL, what stands there and what could stand there."""

    message: str
    line: int
    column: int
    found: str
    expected: str
    hint: str

    def to_json(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return asdict(self)


def explain(text: str, engine_message: str, *, base: str, parse: Callable[[str], str | None]) -> SyntaxReport:
    """Explain why the engine refused a text.

    `parse` returns the engine's message for a text, or None where it parses; it is asked about beginnings of the text.
    """
    tokens = tokenise(text)
    prologue = read_prologue(tokens, base)
    place = _PLACE.match(engine_message.strip())
    unknown = _unknown_prefix(tokens, prologue)
    if "Prefix not found" in engine_message and unknown is not None:
        hint = _prefix_hint(unknown.text.partition(":")[0], prologue)
        return _report(text, unknown, f"the prefix of {unknown.text} is not declared", "", hint)
    phrase = _phrase(place.group(3)) if place else ""
    if place and phrase:
        offset = _offset(text, int(place.group(1)), int(place.group(2)))
        at = _token_before(tokens, offset)
        if "IRI parsing failed" in engine_message:
            return _report(text, at, "this IRI cannot be read; it contains a character that IRIs must escape", "", "")
        return _report(text, at, phrase[0].lower() + phrase[1:] if phrase.startswith("The ") else phrase, "", "")
    broken = next((token for token in tokens if token.kind == "error"), None)
    at, expected = _first_mistake(text, tokens, parse)
    if broken and broken.text[0] in "\"'" and (at is None or at.start >= broken.start):
        return _report(text, broken, "this text in quotes is not closed", "the closing quote", "")
    if at is None:
        hint = _unclosed(text, tokens)
        return _report(text, None, "the query ends too early", expected, hint)
    return _report(text, at, f"unexpected {_clip(at.text)!r}", expected, _keyword_hint(at, tokens))


def _report(text: str, at: Token | None, problem: str, expected: str, hint: str) -> SyntaxReport:
    line, column = position(text, at.start if at else len(text.rstrip()))
    parts = [f"Line {line}, column {column}: {problem}."]
    if expected:
        parts.append(f"Expected {expected}.")
    if hint:
        parts.append(hint)
    return SyntaxReport(" ".join(parts), line, column, _clip(at.text) if at else "end of query", expected, hint)


def _first_mistake(text: str, tokens: Sequence[Token], parse: Callable[[str], str | None]) -> tuple[Token | None, str]:
    """The first token after which nothing can make it SPARQL (None: the end), and what the engine expects instead."""
    if len(text) > _SEARCHED:
        return (tokens[-1] if tokens else None), ""
    low, high = 0, len(tokens)
    while low < high:
        middle = (low + high + 1) // 2
        if _can_go_on(text[: tokens[middle - 1].end], parse):
            low = middle
        else:
            high = middle - 1
    ahead = text[: tokens[low - 1].end] if low else ""
    message = parse(ahead + " ") or ""
    return (tokens[low] if low < len(tokens) else None), _in_words(message)


def _can_go_on(beginning: str, parse: Callable[[str], str | None]) -> bool:
    """Whether the engine's only complaint is that the text ends: blanks keep its look-ahead from reaching the end."""
    padded = beginning + " " * 40
    message = parse(padded)
    if message is None:
        return True
    place = _PLACE.match(message.strip())
    if place is None:
        return False
    return _offset(padded, int(place.group(1)), int(place.group(2))) >= len(padded)


def _in_words(message: str) -> str:
    place = _PLACE.match(message.strip())
    if place is None:
        return ""
    quoted = {literal.replace('\\"', '"') for literal in _LITERAL.findall(place.group(3))}
    if '"' in quoted:
        quoted.discard(".")  # the beginning of a decimal number, not the end of a triple
    words = [name for mark, name in _WORDS if mark in quoted]
    if "[_]" in place.group(3):
        words.append("a keyword")
    return (", ".join(words[:-1]) + " or " + words[-1]) if len(words) > 1 else "".join(words)


def _phrase(expected: str) -> str:
    """The sentence among what the engine expected: a rule of the language that is broken, not a missing character."""
    pieces = _CLASS.sub("", _LITERAL.sub("", expected)).split(", ")
    return next((p.strip().rstrip(".") for p in pieces if re.search(r"[A-Za-z*] [a-z]", p)), "")


def _unknown_prefix(tokens: Sequence[Token], prologue: Prologue) -> Token | None:
    for token in tokens[prologue.body :]:
        if token.kind == "pname" and token.text.partition(":")[0] not in prologue.prefixes:
            return token
    return None


def _prefix_hint(prefix: str, prologue: Prologue) -> str:
    if prefix in WELL_KNOWN_PREFIXES:
        return f"Add: PREFIX {prefix}: <{WELL_KNOWN_PREFIXES[prefix]}>"
    declared = difflib.get_close_matches(prefix, list(prologue.prefixes), n=1, cutoff=0.5)
    if declared:
        return f"Did you mean {declared[0]}: (declared above)?"
    known = difflib.get_close_matches(prefix, list(WELL_KNOWN_PREFIXES), n=1, cutoff=0.5)
    if known:
        return f"Did you mean {known[0]}:? Then add: PREFIX {known[0]}: <{WELL_KNOWN_PREFIXES[known[0]]}>"
    return f"Add a line PREFIX {prefix}: <…> at the top."


def _keyword_hint(at: Token, tokens: Sequence[Token]) -> str:
    if at.text == "}" and tokens.index(at) and tokens[tokens.index(at) - 1].text in (")", "}"):
        return (
            "Check the group that ends here: a BIND to a variable already in use, or a VALUES row of the wrong length."
        )
    if at.kind != "word":
        return ""
    near = difflib.get_close_matches(at.text.upper(), _KEYWORDS, n=1, cutoff=0.7)
    if near and near[0] != at.text.upper():
        return f"Did you mean {near[0]}?"
    return ""


def _unclosed(text: str, tokens: Sequence[Token]) -> str:
    stack: list[Token] = []
    for token in tokens:
        if token.kind == "punct" and token.text in _CLOSERS:
            stack.append(token)
        elif token.kind == "punct" and token.text in _CLOSERS.values() and stack:
            stack.pop()
    if not stack:
        return ""
    line, column = position(text, stack[-1].start)
    return f"The {stack[-1].text!r} of line {line}, column {column} is not closed."


def _token_before(tokens: Sequence[Token], offset: int) -> Token | None:
    return next((token for token in reversed(tokens) if token.start < max(offset, 1)), None)


def _offset(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    return sum(len(one) + 1 for one in lines[: line - 1]) + column - 1


def _clip(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"
