"""GraphQL over HTTP: one route for GET and POST (GraphQL over HTTP specification, draft of 2025).

Owns the reading of requests and the form of errors. Each error carries a stable `extensions.code`. Must not know types.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

import strawberry
from graphql import GraphQLError, execute_sync, validate
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from api.body import BodyTooLarge, read_body
from api.graphql.build import Root, build_schema
from api.graphql.limits import Limits, measure, parse_document
from api.graphql.page import PAGE
from api.library import Library
from api.problems import problem_of
from api.settings import Settings
from kg.analysis.desk import Budget
from kg.errors import BadArgument, KGError
from kg.operations import OPERATIONS
from kg.schema import Schema

__all__ = ["GraphQL"]

_JSON, _RESPONSE = "application/json", "application/graphql-response+json"
_KEYS = ("query", "operationName", "variables", "extensions")


class GraphQL:
    """The GraphQL surface of a library; schemas are built once for each model."""

    def __init__(self, library: Library, settings: Settings) -> None:
        self.library, self.settings = library, settings
        sizes = {
            o.camel + ("Table" if o.table and a.name == "first" else ""): int(a.default)
            for o in OPERATIONS
            for a in o.arguments
            if a.name in ("limit", "first") and a.kind == "integer"
        }
        unsized = frozenset(
            o.camel + suffix
            for o in OPERATIONS
            for a in o.arguments
            if a.name == "limit" and a.kind != "integer"
            for suffix in ("", "Table")
        )
        self.limits = Limits(settings.graphql_depth, settings.graphql_fields, settings.graphql_cost, sizes, unsized)
        self._schemas: dict[str, strawberry.Schema] = {}

    def schema(self, model: Schema, key: str) -> strawberry.Schema:
        """The schema of a model; `key` tells models apart."""
        if key not in self._schemas:
            self._schemas[key] = build_schema(model)
        return self._schemas[key]

    def routes(self) -> list[Route]:
        """`/graphql` and `/schema.graphql`."""
        return [
            Route("/graphql", self.endpoint, methods=["GET", "POST"], name="graphql"),
            Route("/schema.graphql", self.sdl, methods=["GET"], name="graphql-schema"),
        ]

    async def sdl(self, request: Request) -> Response:
        """The schema in its definition language."""
        try:
            dataset = self.library.dataset()
        except KGError as error:
            return problem_of(error)
        schema = await run_in_threadpool(self.schema, dataset.schema, dataset.release.hash)
        return PlainTextResponse(schema.as_str() + "\n")

    async def endpoint(self, request: Request) -> Response:
        """Answer a request; a browser that asks for a page gets a plain editor."""
        accept = request.headers.get("accept", "")
        if request.method == "GET" and "query" not in request.query_params and "text/html" in accept:
            return HTMLResponse(PAGE)
        media = _RESPONSE if _RESPONSE in accept else _JSON
        try:
            fields = await self._fields(request)
        except BodyTooLarge as error:
            return _failed(error, media, 413)
        except KGError as error:
            return _failed(error, media, 415 if error.error_code == "media-type" else 400)
        return await run_in_threadpool(self._answer, fields, media, request.method == "GET")

    async def _fields(self, request: Request) -> dict[str, Any]:
        if request.method == "GET":
            given: Any = dict(request.query_params)
            for name in ("variables", "extensions"):
                if given.get(name):
                    given[name] = _json(given[name], name)
        else:
            kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != _JSON:
                raise BadArgument(f"Content-Type {kind or 'missing'!r}: expected application/json", code="media-type")
            body = await read_body(request, self.settings.max_body)
            try:
                text = body.decode("utf-8")
            except UnicodeDecodeError as error:
                raise BadArgument(f"the body is not UTF-8 at byte {error.start}", code="bad-body") from None
            given = _json(text, "the body")
        if isinstance(given, list):
            raise BadArgument("batches of queries are not answered; send one", code="batch-refused")
        if not isinstance(given, dict) or not isinstance(given.get("query"), str):
            raise BadArgument("no query: expected a JSON object with a string 'query'", code="query-missing")
        if len(given["query"]) > self.settings.max_body:
            raise BodyTooLarge(f"the query is longer than {self.settings.max_body} characters")
        try:
            json.dumps(given, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError:
            raise BadArgument("the request holds half a character (a lone surrogate)", code="bad-body") from None
        for name, kind_ in (("variables", dict), ("operationName", str), ("extensions", dict)):
            if given.get(name) is not None and not isinstance(given[name], kind_):
                raise BadArgument(
                    f"{name}: expected {'an object' if kind_ is dict else 'a string'}",
                    code="bad-body",
                    detail={"argument": name},
                )
        return given

    def _answer(self, fields: Mapping[str, Any], media: str, reading: bool) -> Response:
        try:
            document = parse_document(fields["query"])
            name, variables = fields.get("operationName") or None, fields.get("variables") or {}
            found = measure(document, name, variables, self.limits)
            dataset = self.library.dataset()
        except KGError as error:
            return _failed(error, media, 503 if error.error_code == "not-ready" else 200 if media == _JSON else 400)
        schema = self.schema(dataset.schema, dataset.release.hash)
        mistakes = validate(schema._schema, document, max_errors=20)
        if mistakes:
            return _body(
                {"errors": [_error(e, "graphql-validation") for e in mistakes]}, media, 200 if media == _JSON else 400
            )
        result = execute_sync(
            schema._schema,
            document,
            root_value=Root(dataset, Budget(self.settings.work_budget)),
            variable_values=dict(variables),
            operation_name=name,
        )
        _log_unexpected(result.errors or [])
        body: dict[str, Any] = {}
        if result.errors:
            body["errors"] = [_error(e, "graphql-request") for e in result.errors]
        if result.data is not None or not result.errors or any(e.path for e in result.errors):
            body["data"] = result.data
        body["extensions"] = {
            "cost": {"depth": found.depth, "fields": found.fields, "cost": found.cost},
            "release": dataset.release.id,
        }
        failed = "data" not in body
        return _body(body, media, 400 if failed and media == _RESPONSE else 200)


def _json(text: str, what: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise BadArgument(f"{what}: no valid JSON", code="bad-body") from None


def _error(error: GraphQLError, code: str) -> dict[str, Any]:
    """A GraphQL error with a stable code; what is not an error of the core is not shown."""
    cause = error.original_error
    shown: dict[str, Any] = {"message": error.message, "extensions": {"code": code}}
    if isinstance(cause, KGError):
        shown["extensions"] = {"code": cause.error_code, **cause.detail}
        shown["message"] = cause.message
    elif cause is not None and not isinstance(cause, GraphQLError):
        shown = {"message": "Something went wrong while answering.", "extensions": {"code": "internal"}}
    if error.locations:
        shown["locations"] = [{"line": each.line, "column": each.column} for each in error.locations]
    if error.path:
        shown["path"] = list(error.path)
    return shown


def _log_unexpected(errors: Sequence[GraphQLError]) -> None:
    """Log faults of the server; what a caller got wrong is answered and no event."""
    for error in errors:
        if error.original_error is not None and not isinstance(error.original_error, (KGError, GraphQLError)):
            logging.getLogger("chokepoint.graphql").error(
                "while answering %s", error.path, exc_info=error.original_error
            )


def _failed(error: KGError, media: str, status: int) -> Response:
    headers = {"Retry-After": str(error.detail.get("retryAfter", 2))} if status == 503 else None
    return _body(
        {"errors": [{"message": error.message, "extensions": {"code": error.error_code, **error.detail}}]},
        media,
        status,
        headers,
    )


def _body(value: Mapping[str, Any], media: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    text = json.dumps(value, ensure_ascii=False)
    return Response(text, status, headers, media_type=f"{media}; charset=utf-8")
