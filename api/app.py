"""The application: the only place where surfaces, settings and library meet."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Callable
from importlib.metadata import PackageNotFoundError, version

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from api.graphql.routes import GraphQL
from api.home import docs_page, home_page
from api.library import Library, NotReady
from api.linked_data.routes import linked_data_routes
from api.problems import TITLES, problem, problem_of
from api.rest.openapi import openapi
from api.rest.routes import rest_routes
from api.settings import Settings, read_settings
from api.sparql import sparql_routes
from kg.errors import KGError
from kg.network import Network
from kg.network.kernels import dispatch
from kg.store.dataset import Dataset

__all__ = ["create_app", "from_environment"]


def create_app(settings: Settings | None = None, progress: Callable[[str], None] = lambda text: None) -> FastAPI:
    """The application over one release, which is opened in the background as the server starts."""
    settings = settings or read_settings()
    library = Library(settings, progress)

    graphql = GraphQL(library, settings)

    def warm(dataset: Dataset) -> None:
        dispatch.in_background(lambda: len(Network.of(dataset.as_of()).edges))
        graphql.schema(dataset.schema, dataset.release.hash)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        library.start(warm)
        yield
        library.close()

    app = FastAPI(title="Chokepoint", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.library = library
    pages = [
        Route("/", _home(library), methods=["GET"]),
        Route("/docs", _docs, methods=["GET"]),
        Route("/openapi.json", _openapi(library), methods=["GET"]),
        Route("/healthz", _healthz, methods=["GET"]),
        Route("/readyz", _readyz(library), methods=["GET"]),
        _sparql(library, settings),
    ]
    for route in (*pages, *graphql.routes(), *rest_routes(library), *linked_data_routes(library)):
        app.router.routes.append(route)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "POST", "HEAD"],
        allow_headers=["*"],
        expose_headers=["ETag", "Retry-After"],
    )
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(KGError, _kg_error)
    app.add_exception_handler(Exception, _unexpected)
    return app


def from_environment() -> FastAPI:
    """The application with settings from the environment; what `uvicorn --factory` calls."""
    return create_app()


def _version() -> str:
    try:
        return version("chokepoint")
    except PackageNotFoundError:
        return "0"


def _home(library: Library) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        try:
            return HTMLResponse(home_page(library.dataset(), request.query_params.get("text", "")))
        except NotReady as error:
            return HTMLResponse(home_page(None, error.message), 503, {"Retry-After": "2"})

    return answer


def _docs(request: Request) -> Response:
    return HTMLResponse(docs_page())


def _openapi(library: Library) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        try:
            return Response(json.dumps(openapi(library.dataset().schema, _version())), media_type="application/json")
        except NotReady as error:
            return problem_of(error)

    return answer


def _healthz(request: Request) -> Response:
    return JSONResponse({"status": "ok"})


def _readyz(library: Library) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        try:
            dataset = library.dataset()
        except NotReady as error:
            return problem_of(error)
        return JSONResponse(
            {"status": "ready", "release": dataset.release.id, "statements": len(dataset.facts.statements)}
        )

    return answer


def _sparql(library: Library, settings: Settings) -> Route:
    """The SPARQL route; its endpoint is made when the release is open."""
    made: dict[str, Route] = {}

    async def answer(request: Request) -> Response:
        try:
            service = library.sparql
        except NotReady as error:
            return problem_of(error)
        if "route" not in made:
            made["route"] = next(r for r in sparql_routes(service, settings) if isinstance(r, Route))
        response: Response = await made["route"].endpoint(request)
        return response

    return Route("/sparql", answer, methods=["GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"])


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title = TITLES.get(error.status_code, "The request was not answered")
    code = {404: "not-found", 405: "method-not-allowed"}.get(error.status_code, "http-error")
    detail = f"{request.method} {request.url.path[:200]}: {error.detail}"
    return problem(error.status_code, code, title, detail, dict(error.headers or {}))


def _kg_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, KGError)
    return problem_of(error)


def _unexpected(request: Request, error: Exception) -> Response:
    return problem(500, "internal", "Something went wrong", "The request was not answered; the fault is the server's.")
