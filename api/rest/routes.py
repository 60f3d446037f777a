"""The routes `/v1/<operation>`.

Owns query parameters, conditional requests and the envelope `{"answer": …, "meta": …}`. Must not know any operation.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.library import Library
from api.problems import problem_of
from kg.answers.json import to_json
from kg.errors import BadArgument, KGError
from kg.operations import OPERATIONS, Operation, run
from kg.store.dataset import Dataset
from kg.terms import content_hash

__all__ = ["rest_routes"]

_LIMIT = 8_000
"""Characters of a query string at most."""


def rest_routes(library: Library) -> list[Route]:
    """One GET route for each operation."""
    return [Route(f"/v1/{o.name}", _endpoint(library, o), methods=["GET"], name=o.name) for o in OPERATIONS]


def _endpoint(library: Library, operation: Operation) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        try:
            raw = _arguments(request)
            release = raw.pop("release", None)
            return await run_in_threadpool(
                _answer, library, operation, raw, release, request.headers.get("if-none-match")
            )
        except KGError as error:
            return problem_of(error)

    return answer


def _arguments(request: Request) -> dict[str, Any]:
    if len(request.url.query) > _LIMIT:
        raise BadArgument(f"the query string has more than {_LIMIT} characters", code="too-long")
    found: dict[str, Any] = {}
    for name, value in request.query_params.multi_items():
        if name in found:
            found[name] = [*(found[name] if isinstance(found[name], list) else [found[name]]), value]
        else:
            found[name] = value
    if isinstance(found.get("release"), list):
        raise BadArgument("release: given several times; expected once", detail={"argument": "release"})
    return found


def _answer(
    library: Library, operation: Operation, raw: dict[str, Any], release: str | None, known: str | None
) -> Response:
    dataset: Dataset = library.dataset(release)
    answered = run(dataset, operation, raw, library.settings.work_budget)
    body = json.dumps({"answer": to_json(answered.answer), "meta": to_json(answered.meta)}, ensure_ascii=False)
    tag = f'"{content_hash([dataset.release.hash, body], 32)}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept, Accept-Encoding"}
    if known and (known.strip() == "*" or tag in [each.strip().removeprefix("W/") for each in known.split(",")]):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json; charset=utf-8")
