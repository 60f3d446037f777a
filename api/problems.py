"""Problems: one table from the core's errors to what a surface shows.

Owns status and title of each error code; the body follows RFC 9457 (Problem Details for HTTP APIs). Must not know routes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from kg.errors import AmbiguousId, BadArgument, FactsRefused, KGError, OverBudget, ReleaseBroken, UnknownId
from kg.terms import BASE

__all__ = ["PROBLEM_JSON", "TITLES", "problem", "problem_of", "status_of"]

PROBLEM_JSON = "application/problem+json"

_STATUS: tuple[tuple[type[KGError], int, str], ...] = (
    (UnknownId, 404, "No such entity or release"),
    (AmbiguousId, 409, "The id names several entities"),
    (BadArgument, 400, "An argument cannot be used"),
    (FactsRefused, 400, "The facts have mistakes"),
    (OverBudget, 503, "More work than is allowed"),
    (ReleaseBroken, 500, "A release is broken"),
    (KGError, 500, "Something went wrong"),
)

TITLES: Mapping[int, str] = {
    400: "The request cannot be understood",
    404: "There is nothing here",
    405: "The method is not allowed here",
    406: "No format that is accepted",
    413: "The request is too large",
    415: "The media type is not supported",
    500: "Something went wrong",
    503: "Not ready yet",
}
"""Titles of HTTP statuses that no error of the core stands for."""


def status_of(error: KGError) -> tuple[int, str]:
    """HTTP status and title of an error; an error of a surface's own may carry them itself."""
    own = getattr(error, "http_status", None)
    if isinstance(own, int):
        return own, str(getattr(error, "title", TITLES.get(own, "Something went wrong")))
    return next((status, title) for kind, status, title in _STATUS if isinstance(error, kind))


def problem(
    status: int, code: str, title: str, detail: str, headers: Mapping[str, str] | None = None, **extra: Any
) -> Response:
    """A problem document."""
    body = {"type": f"{BASE}problems/{code}", "title": title, "status": status, "detail": detail, "code": code, **extra}
    return Response(
        json.dumps(body, ensure_ascii=False),
        status,
        {"Cache-Control": "no-store", **(headers or {})},
        media_type=PROBLEM_JSON,
    )


def problem_of(error: KGError) -> Response:
    """The problem document of an error of the core."""
    status, title = status_of(error)
    headers = {"Retry-After": str(error.detail.get("retryAfter", 5))} if status in (503, 504) else None
    extra = {k: v for k, v in error.detail.items() if k not in ("type", "title", "status", "detail", "code", "headers")}
    return problem(status, error.error_code, title, error.message, headers, **extra)
