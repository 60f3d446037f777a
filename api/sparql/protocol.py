"""Reading a SPARQL 1.1 Protocol request.

It owns what may stand where (query string, form, body), character sets and the size limit; it must not know how a query
is answered. A request that breaks the protocol raises `BadRequest` with the status to answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request

from kg.sparql import SnapshotSpec

__all__ = ["BadRequest", "SparqlRequest", "read_request"]

_FORM: Final = "application/x-www-form-urlencoded"
_QUERY: Final = "application/sparql-query"
_UPDATE: Final = "application/sparql-update"
_READ_ONLY: Final = (
    "This server answers from a release that does not change; SPARQL Update is not offered here. "
    "Start a server of your own with a working store to write."
)


class BadRequest(Exception):
    """A request that is not the protocol's: status, stable code, title, what is wrong, and headers to send."""

    def __init__(self, status: int, code: str, title: str, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.headers = headers or {}


@dataclass(frozen=True, slots=True)
class SparqlRequest:
    """What a request asks for; `query` None means that it asks for the service itself."""

    query: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str | None = None
    timeout: float | None = None
    current: SnapshotSpec | None = None


async def read_request(request: Request, max_body: int) -> SparqlRequest:
    """Read a request, or raise `BadRequest`."""
    in_address = _pairs(request.scope["query_string"], "the query string")
    if request.method in ("GET", "HEAD"):
        if any(key == "update" for key, _ in in_address):
            raise BadRequest(400, "update-by-get", "Update by GET", "An update is sent by POST. " + _READ_ONLY)
        return _request(in_address, None)
    if request.method != "POST":
        allow = {"Allow": "GET, HEAD, POST, OPTIONS"}
        raise BadRequest(
            405, "method-not-allowed", "Method not allowed", f"{request.method} means nothing here.", allow
        )
    media_type = _media_type(request)
    if media_type == _UPDATE:
        raise BadRequest(403, "read-only", "Read-only", _READ_ONLY)
    if media_type not in (_FORM, _QUERY):
        allow = {"Accept-Post": f"{_QUERY}, {_FORM}"}
        wrong = f"A query is posted as {_QUERY} or {_FORM}, not as {media_type or 'a body without Content-Type'}."
        raise BadRequest(415, "unsupported-media-type", "Unsupported media type", wrong, allow)
    body = await _body(request, max_body)
    if media_type == _QUERY:
        if any(key == "query" for key, _ in in_address):
            raise BadRequest(400, "two-queries", "Two queries", "The query stands in the body and in the address.")
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise _not_utf8("the body") from error
        return _request(in_address, text)
    pairs = in_address + _pairs(body, "the form")
    if any(key == "update" for key, _ in pairs):
        if any(key == "query" for key, _ in pairs):
            raise BadRequest(400, "query-and-update", "Query and update", "One request is a query or an update.")
        raise BadRequest(403, "read-only", "Read-only", _READ_ONLY)
    if not any(key == "query" for key, _ in pairs):
        raise BadRequest(400, "no-query", "No query", "The form has no field `query`.")
    return _request(pairs, None)


def _request(pairs: list[tuple[str, str]], text: str | None) -> SparqlRequest:
    queries = [value for key, value in pairs if key == "query"]
    if len(queries) > 1:
        raise BadRequest(
            400, "two-queries", "Two queries", f"The request has {len(queries)} times `query=`; one is meant."
        )
    single = {key: value for key, value in pairs if value}
    if "release" in single:
        wrong = "`release` selects no release here: SPARQL answers from the release the server was started with."
        raise BadRequest(400, "release-not-selectable", "Release not selectable", wrong)
    verified = single.get("verifiedOnly", "false")
    if verified not in ("true", "false"):
        raise BadRequest(400, "bad-argument", "Bad argument", f"verifiedOnly is true or false, not {verified!r}.")
    return SparqlRequest(
        query=text if text is not None else (queries[0] if queries else None),
        default_graphs=tuple(value for key, value in pairs if key == "default-graph-uri" and value),
        named_graphs=tuple(value for key, value in pairs if key == "named-graph-uri" and value),
        format=single.get("format"),
        timeout=_seconds(single.get("timeout")),
        current=SnapshotSpec(
            as_of=_day(single, "asOf"),
            known_on=_day(single, "knownOn"),
            data_licence=single.get("dataLicence"),
            verified_only=verified == "true",
        ),
    )


def _pairs(raw: bytes, where: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(raw.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=1000)
    except UnicodeDecodeError as error:
        raise _not_utf8(where) from error
    except ValueError as error:
        raise BadRequest(400, "too-many-fields", "Too many fields", f"{where} has more than 1,000 fields.") from error


def _not_utf8(where: str) -> BadRequest:
    return BadRequest(400, "not-utf-8", "Not UTF-8", f"{where} is not UTF-8.")


def _media_type(request: Request) -> str:
    media_type, *parameters = (part.strip() for part in request.headers.get("content-type", "").split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip().strip('"').lower() not in ("utf-8", "utf8"):
            wrong = f"The body is read as UTF-8; charset={value.strip()} is not offered."
            raise BadRequest(415, "unsupported-charset", "Unsupported character set", wrong)
    return media_type.lower()


async def _body(request: Request, limit: int) -> bytes:
    """The body, refused as soon as it is known to be too long."""
    too_large = BadRequest(413, "body-too-large", "Body too large", f"A body may have {limit:,} bytes.")
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise too_large
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > limit:
            raise too_large
    return bytes(received)


def _day(values: dict[str, str], name: str) -> date | None:
    value = values.get(name)
    if value is None:
        return None
    try:
        if len(value) == 10:
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise BadRequest(
        400, "bad-date", "Bad date", f"{name}={value[:40]!r} is no day; write YYYY-MM-DD, as in 2025-01-20."
    )


def _seconds(value: str | None) -> float | None:
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 86_400:
        raise BadRequest(400, "bad-argument", "Bad argument", f"timeout={value[:40]!r} is no number of seconds.")
    return seconds
