"""Writing the answers of the SPARQL endpoint: results, problems (RFC 9457), headers.

It owns the table from `kg.sparql` errors to HTTP statuses. It must not know how requests are read or queries answered.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from api import problems
from kg.sparql import (
    NotAcceptable,
    QueryCrashed,
    QueryFailed,
    QueryOutOfMemory,
    QueryRefused,
    QueryTimeout,
    QueryTooLarge,
    ResultTooLarge,
    ServerBusy,
    SparqlError,
    SparqlSyntaxError,
    UnknownDataset,
)

__all__ = ["HEADERS", "answered", "problem", "problem_of"]

HEADERS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Retry-After",
    "Vary": "Accept",
    "X-Content-Type-Options": "nosniff",
}
"""Headers of every answer."""

_PROBLEMS: Final[tuple[tuple[type[SparqlError], int, str], ...]] = (
    (SparqlSyntaxError, 400, "Not a SPARQL query"),
    (QueryRefused, 400, "Query refused"),
    (UnknownDataset, 400, "Unknown dataset"),
    (NotAcceptable, 406, "Not acceptable"),
    (QueryTooLarge, 413, "Query too large"),
    (ResultTooLarge, 422, "Result too large"),
    (QueryOutOfMemory, 422, "Query needs too much memory"),
    (QueryFailed, 422, "Query failed"),
    (QueryCrashed, 500, "Query crashed"),
    (ServerBusy, 503, "Busy"),
    (QueryTimeout, 504, "Query timed out"),
)


def problem(
    status: int, code: str, title: str, detail: str, *, headers: Mapping[str, str] | None = None, **extra: Any
) -> Response:
    """An RFC 9457 problem with the headers of this endpoint; `extra` becomes members of the document."""
    return problems.problem(status, code, title, detail, {**HEADERS, **(headers or {})}, **extra)


def problem_of(error: SparqlError) -> Response:
    """The problem that stands for an error of `kg.sparql`."""
    status, title = next(((s, t) for kind, s, t in _PROBLEMS if isinstance(error, kind)), (500, "Error"))
    if error.error_code in ("service-refused", "load-refused"):
        status = 403
    headers: dict[str, str] = {}
    if isinstance(error, ServerBusy | QueryTimeout):
        headers["Retry-After"] = str(math.ceil(error.retry_after))
    extra = {
        key: value for key, value in error.detail.items() if key not in ("type", "title", "status", "detail", "code")
    }
    return problem(status, error.error_code, title, error.message, headers=headers, **extra)


def answered(request: Request, body: bytes, content_type: str, headers: dict[str, str] | None = None) -> Response:
    """A complete answer with its ETag; 304 where the client has it, no body for HEAD."""
    tag = f'"{hashlib.sha256(content_type.encode() + b"|" + body).hexdigest()[:32]}"'
    sent = {**HEADERS, "ETag": tag, "Cache-Control": "no-cache", **(headers or {})}
    known = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    if request.method in ("GET", "HEAD") and (tag in known or known == ["*"]):
        return Response(None, 304, sent)
    sent |= {"Content-Type": content_type, "Content-Length": str(len(body))}
    return Response(b"" if request.method == "HEAD" else body, 200, sent)
