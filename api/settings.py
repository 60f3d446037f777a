"""Settings: read once from the environment, frozen.

Owns names, defaults and ranges. Every setting is an environment variable `CHOKEPOINT_<NAME>`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from kg.errors import BadArgument

__all__ = ["Settings", "read_settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may set.

    Attributes
    ----------
    host, port : where the server listens.
    release : folder or hash of the release to serve; blank for the packaged seed.
    base_url : the address under which the outside reaches the server; blank: taken from the request.
    query_timeout : seconds a SPARQL query may take.
    query_memory_mb : memory a SPARQL query may use beyond the snapshot.
    workers : SPARQL queries at once.
    snapshots : snapshots kept in memory, by the server and by the SPARQL process each.
    work_budget : steps an analysis may take.
    max_body : bytes of a request body.
    graphql_depth, graphql_fields, graphql_cost : limits of a GraphQL document (see `api.graphql.limits`).
    """

    host: str = "127.0.0.1"
    port: int = 8000
    release: str = ""
    base_url: str = ""
    query_timeout: float = 10.0
    query_memory_mb: int = 1024
    workers: int = 2
    snapshots: int = 3
    work_budget: int = 2_000_000
    max_body: int = 65_536
    graphql_depth: int = 20
    graphql_fields: int = 2_000
    graphql_cost: int = 100_000


_RANGES: Mapping[str, tuple[float, float]] = {
    "port": (1, 65_535),
    "query_timeout": (0.1, 3_600),
    "query_memory_mb": (64, 1_000_000),
    "workers": (1, 256),
    "snapshots": (1, 1_000),
    "work_budget": (1_000, 10**12),
    "max_body": (1_024, 1 << 30),
    "graphql_depth": (1, 100),
    "graphql_fields": (1, 10**6),
    "graphql_cost": (1, 10**9),
}
"""Least and greatest value of each number."""


def read_settings(environment: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Settings from the environment; `overrides` that are not None win.

    Raises
    ------
    BadArgument
        A value that is no number where one is expected, or out of range.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for each in fields(Settings):
        name = f"CHOKEPOINT_{each.name.upper()}"
        if each.name in overrides and overrides[each.name] is not None:
            values[each.name] = overrides[each.name]
        elif environment.get(name, "") != "":
            kind: Any = type(each.default)
            try:
                values[each.name] = kind(environment[name])
            except ValueError:
                expected = "a whole number" if kind is int else "a number"
                raise BadArgument(
                    f"{name}: {environment[name]!r} is not {expected}", detail={"argument": name}
                ) from None
        low, high = _RANGES.get(each.name, (0.0, 0.0))
        if high and each.name in values and not low <= values[each.name] <= high:
            raise BadArgument(
                f"{name}: {values[each.name]} is out of range; expected {low:g} to {high:g}", detail={"argument": name}
            )
    return Settings(**values)
