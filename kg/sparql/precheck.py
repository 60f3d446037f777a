"""The check a query passes before any engine sees it.

It owns the limits of shape (size, nesting, steps of a property path, patterns, operators) and the refusal of what is
not a read of this store (SERVICE, updates). It is linear in the text and reads tokens only; whether the text is
SPARQL is the engine's to say. It must not know the store, processes or HTTP. The limits keep honest queries fast to
compile; what still gets past them runs in a worker that can be killed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from kg.sparql.errors import QueryRefused, QueryTooLarge
from kg.sparql.tokens import Prologue, Token, position, read_prologue, tokenise

__all__ = ["Checked", "Form", "ShapeLimits", "check_query"]

Form = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]

_FORMS: Final[tuple[Form, ...]] = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES: Final = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")
_CLOSING: Final = {"{": "}", "(": ")", "[": "]"}
_PATH_TOKENS: Final = ("/", "|", "^", "*", "+", "?", "!", "(", ")")
_OPERATORS: Final = ("+", "-", "*", "/", "|", "||", "&&", "=", "!=", "<", ">", "<=", ">=", "!")


@dataclass(frozen=True, slots=True)
class ShapeLimits:
    """How large and how deep a query may be."""

    text_bytes: int = 65_536
    nesting: int = 64
    path_steps: int = 100
    patterns: int = 500
    operators: int = 2_000


@dataclass(frozen=True, slots=True)
class Checked:
    """A query that passed: its text, tokens, prologue, form, and the endpoints its SERVICE clauses name."""

    text: str
    tokens: tuple[Token, ...]
    prologue: Prologue
    form: Form
    services: tuple[str, ...]


def check_query(
    text: str, *, base: str, limits: ShapeLimits | None = None, allowed_services: Collection[str] = ()
) -> Checked:
    """Check the shape of a query and refuse what is not run here.

    Raises `QueryTooLarge` or `QueryRefused`. A text that begins with no known form counts as SELECT: the engine reports
    the mistake better than this check could.
    """
    limits = limits or ShapeLimits()
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > limits.text_bytes:
        raise QueryTooLarge(
            f"The query has {size:,} bytes; the limit is {limits.text_bytes:,}.",
            detail={"bytes": size, "limit": limits.text_bytes},
        )
    tokens = tokenise(text)
    prologue = read_prologue(tokens, base)
    form = _form(text, tokens, prologue)
    _check_nesting(text, tokens, limits)
    _check_length(text, tokens, limits)
    services = _services(text, tokens, prologue, allowed_services)
    return Checked(text, tokens, prologue, form, services)


def _refuse(text: str, token: Token, code: str, message: str, **detail: object) -> QueryRefused:
    line, column = position(text, token.start)
    return QueryRefused(
        f"Line {line}, column {column}: {message}", code=code, detail={"line": line, "column": column, **detail}
    )


def _form(text: str, tokens: tuple[Token, ...], prologue: Prologue) -> Form:
    if prologue.body >= len(tokens):
        return "SELECT"
    first = tokens[prologue.body]
    if first.is_word(*_UPDATES):
        message = f"{first.text.upper()} is an update, not a query. This operation only reads."
        raise _refuse(text, first, "update-refused", message)
    for form in _FORMS:
        if first.is_word(form):
            return form
    return "SELECT"


def _check_nesting(text: str, tokens: tuple[Token, ...], limits: ShapeLimits) -> None:
    depth = unary = 0
    for token in tokens:
        mark = token.text if token.kind == "punct" else ""
        unary = unary + 1 if mark in ("!", "-", "+", "^") else 0
        if mark in _CLOSING:
            depth += 1
        elif mark in _CLOSING.values():
            depth = max(0, depth - 1)
        if max(depth, unary) > limits.nesting:
            message = f"braces, brackets and parentheses are nested more than {limits.nesting} deep."
            raise _refuse(text, token, "too-deep", message, limit=limits.nesting)


def _check_length(text: str, tokens: tuple[Token, ...], limits: ShapeLimits) -> None:
    steps = patterns = operators = 0
    for token in tokens:
        mark = token.text if token.kind == "punct" else ""
        if mark in ("/", "|"):
            steps += 1
        elif not (mark in _PATH_TOKENS or token.kind in ("iri", "pname") or token.text == "a"):
            steps = 0
        if steps >= limits.path_steps:
            message = f"a property path of more than {limits.path_steps} steps. Use * or + for paths of any length."
            raise _refuse(text, token, "path-too-long", message, limit=limits.path_steps)
        patterns += mark in (".", ";", "{")
        if patterns > limits.patterns:
            message = f"more than {limits.patterns} triple patterns and groups. A list of terms belongs into VALUES."
            raise _refuse(text, token, "too-many-patterns", message, limit=limits.patterns)
        operators += mark in _OPERATORS
        if operators > limits.operators:
            message = f"more than {limits.operators} operators. A list of alternatives belongs into IN or VALUES."
            raise _refuse(text, token, "too-many-operators", message, limit=limits.operators)


def _services(text: str, tokens: tuple[Token, ...], prologue: Prologue, allowed: Collection[str]) -> tuple[str, ...]:
    found: list[str] = []
    for at, token in enumerate(tokens):
        if token.is_word("LOAD"):
            raise _refuse(text, token, "load-refused", "LOAD fetches from the network and is not run here.")
        if not token.is_word("SERVICE"):
            continue
        following = [t for t in tokens[at + 1 : at + 3] if not t.is_word("SILENT")]
        endpoint = prologue.resolve(following[0]) if following else None
        if endpoint is None or endpoint not in allowed:
            name = f"<{endpoint}>" if endpoint else "the endpoint"
            message = f"SERVICE asks another server, and {name} is not on this server's list of allowed endpoints."
            raise _refuse(text, token, "service-refused", message, allowed=sorted(allowed))
        found.append(endpoint)
    return tuple(found)
