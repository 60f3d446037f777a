"""Request bodies, bounded while they are read."""

from __future__ import annotations

from starlette.requests import Request

from kg.errors import BadArgument

__all__ = ["BodyTooLarge", "read_body"]


class BodyTooLarge(BadArgument):
    """A body over the limit."""

    code = "body-too-large"
    http_status = 413
    title = "The request is too large"


async def read_body(request: Request, limit: int) -> bytes:
    """The body, if it has at most `limit` bytes; reading stops as soon as it has more.

    Raises
    ------
    BodyTooLarge
        It has more, or says so in Content-Length.
    """
    declared = request.headers.get("content-length", "")
    message = f"the body has more than {limit} bytes"
    if declared.isdigit() and int(declared) > limit:
        raise BodyTooLarge(message, detail={"limit": limit})
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise BodyTooLarge(message, detail={"limit": limit})
        parts.append(part)
    return b"".join(parts)
