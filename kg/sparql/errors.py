"""Errors of SPARQL answering, all leaves of `kg.errors.KGError`.

It owns the names and the facts of each failure; which HTTP status or exit code stands for it is decided by the
surfaces.

::

    SparqlError
    ├── SparqlSyntaxError   the text is not SPARQL 1.1 (line, column, what was expected)
    ├── QueryRefused        SPARQL, but a kind of query that is not run here (SERVICE, update, too deep)
    ├── QueryTooLarge       the text is longer than the limit
    ├── ResultTooLarge      more rows or bytes than the limit; nothing is cut off silently
    ├── QueryTimeout        stopped at the deadline
    ├── QueryCrashed        the worker died (stack overflow, defect of the engine)
    │   └── QueryOutOfMemory    it asked for more memory than the limit
    ├── QueryFailed         the engine gave up while evaluating
    ├── ServerBusy          all workers and the queue are taken, or too many snapshots were asked for
    ├── NotAcceptable       no format of the Accept header can be written for this query form
    └── UnknownDataset      an `as-of` IRI that names no snapshot
"""

from __future__ import annotations

from typing import ClassVar

from kg.errors import KGError

__all__ = [
    "NotAcceptable",
    "QueryCrashed",
    "QueryFailed",
    "QueryOutOfMemory",
    "QueryRefused",
    "QueryTimeout",
    "QueryTooLarge",
    "ResultTooLarge",
    "ServerBusy",
    "SparqlError",
    "SparqlSyntaxError",
    "UnknownDataset",
]


class SparqlError(KGError):
    """Any reason why a SPARQL request has no answer."""

    code: ClassVar[str] = "sparql-error"


class SparqlSyntaxError(SparqlError):
    """The text is not a SPARQL 1.1 query; `line` and `column` count from 1."""

    code = "sparql-syntax"

    def __init__(
        self, message: str, *, line: int, column: int, found: str = "", expected: str = "", hint: str = ""
    ) -> None:
        detail = {"line": line, "column": column, "found": found, "expected": expected, "hint": hint}
        super().__init__(message, detail={k: v for k, v in detail.items() if v != ""})
        self.line = line
        self.column = column


class QueryRefused(SparqlError):
    """A query that is understood and not run; `error_code` says why (`service-refused`, `update-refused`, …)."""

    code = "query-refused"


class QueryTooLarge(SparqlError):
    """The query text exceeds the size limit."""

    code = "query-too-large"


class ResultTooLarge(SparqlError):
    """The result exceeds the limit of rows or bytes."""

    code = "result-too-large"


class QueryTimeout(SparqlError):
    """The query was stopped at its deadline."""

    code = "query-timeout"

    def __init__(self, message: str, *, seconds: float, retry_after: int = 5) -> None:
        super().__init__(message, detail={"seconds": seconds, "retryAfter": retry_after})
        self.retry_after = retry_after


class QueryCrashed(SparqlError):
    """The worker process died while it answered the query."""

    code = "query-crashed"


class QueryOutOfMemory(QueryCrashed):
    """The worker asked for more memory than one query may have."""

    code = "query-out-of-memory"


class QueryFailed(SparqlError):
    """The engine reported an error while it evaluated the query."""

    code = "query-failed"


class ServerBusy(SparqlError):
    """No worker is free; `retry_after` is in seconds."""

    code = "server-busy"

    def __init__(self, message: str, *, retry_after: int = 2) -> None:
        super().__init__(message, detail={"retryAfter": retry_after})
        self.retry_after = retry_after


class NotAcceptable(SparqlError):
    """None of the accepted media types can be written; `detail["offered"]` lists those that can."""

    code = "not-acceptable"


class UnknownDataset(SparqlError):
    """An IRI below `as-of/` that names no snapshot (no date, unknown argument)."""

    code = "unknown-dataset"
