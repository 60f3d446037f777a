"""The route of the SPARQL endpoint.

It owns the order of things: read the request, answer from a thread (the service blocks), write the answer; without a
query, the page or the service description. It must not know SPARQL.
"""

from __future__ import annotations

from functools import partial
from typing import Protocol

from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api.sparql.answers import HEADERS, answered, problem, problem_of
from api.sparql.page import PAGE_POLICY, query_page
from api.sparql.protocol import BadRequest, SparqlRequest, read_request
from kg.sparql import QueryAnswer, SparqlError, SparqlService
from kg.sparql.description import describe_service
from kg.sparql.formats import GRAPH_FORMATS, parse_accept

__all__ = ["SparqlRouteSettings", "sparql_routes"]

_METHODS = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")


class SparqlRouteSettings(Protocol):
    """What the endpoint needs of the server's settings."""

    @property
    def max_body(self) -> int:
        """The largest body of a request, in bytes."""

    @property
    def base_url(self) -> str:
        """The address under which the outside reaches the server; blank: taken from the request."""


def sparql_routes(
    service: SparqlService, settings: SparqlRouteSettings, *, path: str = "/sparql", dump_url: str | None = None
) -> list[BaseRoute]:
    """The routes of the endpoint, to be added to an application's router. The service must have been started.

    `dump_url` is where the whole data can be fetched; it is part of the service description.
    """
    endpoint = _Endpoint(service, settings, path, dump_url)
    return [Route(path, endpoint.handle, methods=list(_METHODS), name="sparql", include_in_schema=False)]


class _Endpoint:
    def __init__(self, service: SparqlService, settings: SparqlRouteSettings, path: str, dump_url: str | None) -> None:
        self._service = service
        self._settings = settings
        self._path = path
        self._dump_url = dump_url
        limits = service.settings
        # As many threads as can be answered or wait, and some for those that are told `busy`.
        self._threads = CapacityLimiter(limits.workers + limits.queue + 8)

    async def handle(self, request: Request) -> Response:
        """Answer one request, whatever its method."""
        if request.method == "OPTIONS":
            return _preflight()
        try:
            asked = await read_request(request, self._settings.max_body)
            if asked.query is None:
                return self._describe(request, asked)
            call = partial(self._query, asked, asked.query, request.headers.get("accept"), self._root(request))
            answer = await to_thread.run_sync(call, limiter=self._threads)
        except BadRequest as error:
            return problem(error.status, error.code, error.title, error.detail, headers=error.headers)
        except SparqlError as error:
            return problem_of(error)
        except ClientDisconnect:
            return problem(400, "disconnected", "Disconnected", "The client went away.")
        return answered(request, answer.body, answer.content_type)

    def _root(self, request: Request) -> str:
        """The server's own address, with a slash at its end."""
        return (self._settings.base_url or str(request.base_url)).rstrip("/") + "/"

    def _query(self, asked: SparqlRequest, text: str, accept: str | None, server_root: str) -> QueryAnswer:
        return self._service.query(
            text,
            default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs,
            accept=accept,
            format=asked.format,
            timeout=asked.timeout,
            current=asked.current,
            server_root=server_root,
        )

    def _describe(self, request: Request, asked: SparqlRequest) -> Response:
        accept = request.headers.get("accept")
        if asked.format is None and _prefers_page(accept):
            page = query_page(self._service.settings.base_url).encode()
            return answered(request, page, "text/html;charset=utf-8", {"Content-Security-Policy": PAGE_POLICY})
        endpoint = self._root(request) + self._path.lstrip("/")
        body, content_type = describe_service(
            endpoint, self._service.settings, accept=accept, format=asked.format, dump=self._dump_url
        )
        return answered(request, body, content_type)


def _preflight() -> Response:
    allowed = {
        "Allow": "GET, HEAD, POST, OPTIONS",
        "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
        "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
        "Access-Control-Max-Age": "86400",
    }
    return Response(None, 204, {**HEADERS, **allowed})


def _prefers_page(accept: str | None) -> bool:
    """Whether a client asks for HTML by name, and for no RDF format by name with a higher q-value."""
    ranges = dict(parse_accept(accept or ""))
    page = max(ranges.get("text/html", 0.0), ranges.get("application/xhtml+xml", 0.0))
    return page > 0 and page >= max(ranges.get(each.media_type, 0.0) for each in GRAPH_FORMATS)
