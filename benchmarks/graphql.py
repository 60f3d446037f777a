"""GraphQL, 100 × 10 nested: the derived schema beside strawberry types written by hand, and beside JSON by hand.

Both schemas answer the same text over the same snapshot, once by their `execute_sync` and once as a whole HTTP request
(ASGI, in process, no socket): the project's route with its limits, strawberry's own router on FastAPI as it comes.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import strawberry
from fastapi import FastAPI
from starlette.applications import Starlette
from strawberry.fastapi import GraphQLRouter

from api.graphql.build import Root, build_schema
from api.graphql.routes import GraphQL
from api.library import Library
from api.settings import Settings
from benchmarks.handwritten import build_json, make_schema
from benchmarks.measure import Measurement, Side, compare, same
from benchmarks.world import COMPANIES, PROVISIONS, World
from kg.analysis.desk import Budget
from kg.store.dataset import Dataset

__all__ = ["measure_graphql"]

_QUERY = f"""{{
  companies(first: {COMPANIES}) {{ nodes {{
    id label
    provides(first: {PROVISIONS}) {{ nodes {{ item {{ id label }} statement {{ status source {{ title }} }} }} }}
  }} }}
}}"""

_ONE = """{ companies(first: 1) { nodes { id label } } }"""


class _Open(Library):
    """A library whose release is open already."""

    def __init__(self, dataset: Dataset, settings: Settings) -> None:
        super().__init__(settings)
        self._current = dataset


def measure_graphql(world: World, repeat: int, say: Callable[[str], None]) -> Iterator[Measurement]:
    """All lines of the theme."""
    say("GraphQL schema")
    yield from compare(
        "graphql",
        "make the schema",
        Side("from the ontology", lambda: build_schema(world.dataset.schema)),
        [Side("strawberry by hand (8 types)", make_schema)],
        repeat,
        "once a start; ours has all classes, filters and operations",
    )
    for name, dataset in (
        (f"{COMPANIES} × {PROVISIONS} nested", world.nested),
        ("the same query on the seed", world.dataset),
    ):
        say(f"GraphQL {name}")
        yield from _nested(dataset, name, repeat)
    say("GraphQL over HTTP")
    with asyncio.Runner() as runner:
        yield from _http(world.nested, runner, repeat)


def _nested(dataset: Dataset, name: str, repeat: int) -> Iterator[Measurement]:
    snapshot = dataset.as_of()
    ours, stock = build_schema(dataset.schema), make_schema()

    def derived() -> dict[str, Any]:
        return _data(ours.execute_sync(_QUERY, root_value=Root(dataset, Budget(Settings().work_budget))))

    def by_hand() -> dict[str, Any]:
        return _data(stock.execute_sync(_QUERY, context_value={"snapshot": snapshot}))

    def floor() -> dict[str, Any]:
        return build_json(snapshot, COMPANIES, PROVISIONS)

    same(name, derived(), by_hand(), floor())
    leaves = sum(len(c["provides"]["nodes"]) for c in derived()["companies"]["nodes"])
    yield from compare(
        "graphql",
        name,
        Side("derived schema, execute_sync", derived),
        [Side("strawberry by hand, execute_sync", by_hand), Side("dictionaries by hand (floor)", floor)],
        repeat,
        f"{leaves} provisions",
    )


def _data(result: strawberry.types.ExecutionResult) -> dict[str, Any]:
    assert result.errors is None, result.errors
    assert result.data is not None
    return result.data


def _http(dataset: Dataset, runner: asyncio.Runner, repeat: int) -> Iterator[Measurement]:
    settings = Settings()
    ours = Starlette(routes=[*GraphQL(_Open(dataset, settings), settings).routes()])
    stock = FastAPI()
    stock.include_router(
        GraphQLRouter(make_schema(), context_getter=lambda: {"snapshot": dataset.as_of()}), prefix="/graphql"
    )
    for name, query in (
        (f"{COMPANIES} × {PROVISIONS} nested, HTTP request", _QUERY),
        ("one company, HTTP request", _ONE),
    ):
        ask = [_asked(runner, app, query) for app in (ours, stock)]
        same(name, *(json.loads(each())["data"] for each in ask))
        yield from compare(
            "graphql",
            name,
            Side("route with limits", ask[0]),
            [Side("strawberry's router, by hand", ask[1])],
            repeat,
            "ASGI in process",
        )


def _asked(runner: asyncio.Runner, app: Any, query: str) -> Callable[[], bytes]:
    return lambda: runner.run(_post(app, query))


async def _post(app: Any, query: str) -> bytes:
    """One POST to an ASGI application; the body of its answer."""
    body = json.dumps({"query": query}).encode()
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"bench"), (b"content-type", b"application/json"), (b"accept", b"application/json")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    parts: list[bytes] = []
    status: list[int] = []
    asked = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        return asked.pop() if asked else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            status.append(message["status"])
        else:
            parts.append(message.get("body", b""))

    await app(scope, receive, send)
    assert status == [200], (status, parts)
    return b"".join(parts)
