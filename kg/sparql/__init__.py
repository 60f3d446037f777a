"""SPARQL 1.1 queries over the snapshots of a release, answered in processes that can be killed.

The way of a query: `precheck` accepts or refuses its shape, `formats` picks the format, `dataset` decides which
graphs it reads, `pool` hands it to the `zygote`, which forks a `worker` that evaluates it under limits. No engine
runs in the process that calls `SparqlService`. This package stands beside `kg.analysis`; it must not know HTTP.
"""

from __future__ import annotations

from kg.sparql.dataset import DatasetPlan, SnapshotSpec
from kg.sparql.errors import (
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
from kg.sparql.pool import QueryAnswer, SparqlService, SparqlSettings
from kg.sparql.precheck import ShapeLimits

__all__ = [
    "DatasetPlan",
    "NotAcceptable",
    "QueryAnswer",
    "QueryCrashed",
    "QueryFailed",
    "QueryOutOfMemory",
    "QueryRefused",
    "QueryTimeout",
    "QueryTooLarge",
    "ResultTooLarge",
    "ServerBusy",
    "ShapeLimits",
    "SnapshotSpec",
    "SparqlError",
    "SparqlService",
    "SparqlSettings",
    "SparqlSyntaxError",
    "UnknownDataset",
]
