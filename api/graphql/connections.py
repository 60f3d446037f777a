"""Connections: pages of a list after the GraphQL Cursor Connections Specification (Relay).

Owns cursors and page arguments. A cursor names the element by its key and the list it belongs to, so it stays good while
the list does and is refused anywhere else.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import strawberry

from api.graphql.naming import Parameter, field, list_of
from kg.errors import BadArgument, BadCursor
from kg.terms import content_hash

__all__ = ["MOST", "PAGE", "Page", "PageInfo", "connection_type", "cut"]

MOST = 100
"""Elements of a page at most."""

PAGE = (
    Parameter("first", int | None, f"Elements from the beginning, at most {MOST}. Either first or last is required."),
    Parameter("after", str | None, "Cursor after which the page begins."),
    Parameter("last", int | None, f"Elements from the end, at most {MOST}."),
    Parameter("before", str | None, "Cursor before which the page ends."),
)
"""The arguments of every connection."""


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """Page information of the specification."""

    has_next_page: bool = strawberry.field(name="hasNextPage", description="Whether elements follow.")
    has_previous_page: bool = strawberry.field(name="hasPreviousPage", description="Whether elements precede.")
    start_cursor: str | None = strawberry.field(name="startCursor", description="Cursor of the first element.")
    end_cursor: str | None = strawberry.field(name="endCursor", description="Cursor of the last element.")


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its elements as (cursor, object) pairs, how many the list has, and where the page stands."""

    edges: tuple[tuple[str, Any], ...]
    total: int
    info: PageInfo


def cut(keys: Sequence[str], make: Callable[[str], Any], arguments: dict[str, Any], list_name: str) -> Page:
    """The page of a list that the arguments ask for.

    Parameters
    ----------
    keys : the whole list, by unique keys, in its total order.
    make : makes the object of a key.
    arguments : first, after, last, before.
    list_name : what the list is, in full (class, filter, order, release): cursors of another list are refused.
    """
    mark = content_hash([list_name], 12)
    first, last = arguments.get("first"), arguments.get("last")
    if (first is None) == (last is None):
        raise BadArgument("give either first or last", code="page-size-missing", detail={"argument": "first"})
    for name, size in (("first", first), ("last", last)):
        if size is not None and not 1 <= size <= MOST:
            raise BadArgument(
                f"{name}: {size} is out of range; expected 1 to {MOST}", code="out-of-range", detail={"argument": name}
            )
    low = _position(keys, arguments.get("after"), mark, "after") + 1 if arguments.get("after") is not None else 0
    high = (
        _position(keys, arguments.get("before"), mark, "before") if arguments.get("before") is not None else len(keys)
    )
    high = max(low, high)
    if first is not None:
        start, end = low, min(high, low + first)
    else:
        start, end = max(low, high - int(last or 0)), high
    edges = tuple((_cursor(mark, key), make(key)) for key in keys[start:end])
    info = PageInfo(
        has_next_page=end < len(keys),
        has_previous_page=start > 0,
        start_cursor=edges[0][0] if edges else None,
        end_cursor=edges[-1][0] if edges else None,
    )
    return Page(edges, len(keys), info)


def _cursor(mark: str, key: str) -> str:
    return base64.urlsafe_b64encode(f"{mark} {key}".encode()).decode()


def _position(keys: Sequence[str], cursor: str | None, mark: str, argument: str) -> int:
    try:
        asked, _, key = base64.urlsafe_b64decode((cursor or "").encode()).decode().partition(" ")
    except (ValueError, binascii.Error):
        asked, key = "", ""
    if asked == mark:
        try:
            return keys.index(key)
        except ValueError:
            pass
    raise BadCursor(f"{argument}: no cursor of this list; begin again without it", detail={"argument": argument})


def connection_type(node: Any, name: str) -> Any:
    """The connection and edge types of a node type."""
    edge: Any = type(f"{name}Edge", (), {"pair": None})
    edge.cursor = field(lambda self, _: self.pair[0], str, "Where this element stands.")
    edge.node = field(lambda self, _: self.pair[1], node, "The element.")
    edge = strawberry.type(edge, name=f"{name}Edge", description=f"An element of a {name}Connection.")
    connection: Any = type(f"{name}Connection", (), {"page": None})

    def edges(self: Any, _: dict[str, Any]) -> list[Any]:
        found = []
        for pair in self.page.edges:
            each = edge()
            each.pair = pair
            found.append(each)
        return found

    connection.edges = field(edges, list_of(edge), "The elements with their cursors.")
    connection.nodes = field(lambda self, _: [n for _, n in self.page.edges], list_of(node), "The elements.")
    connection.pageInfo = field(lambda self, _: self.page.info, PageInfo, "Where the page stands.")
    connection.totalCount = field(lambda self, _: self.page.total, int, "How many elements the whole list has.")
    return strawberry.type(connection, name=f"{name}Connection", description=f"A page of a list of {name}.")
