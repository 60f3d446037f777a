"""The messages between the web process, the zygote and its workers.

It owns their form on a byte stream: eight bytes with two lengths, a JSON header, a body. It must not know sockets,
processes or the engine.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from kg.sparql.dataset import DatasetPlan

__all__ = ["MAX_REQUEST", "Answer", "Job", "pack", "unpack"]

MAX_REQUEST: Final = 1 << 20
"""The largest request the zygote reads, in bytes; the pre-check refuses queries long before."""

_HEAD: Final = struct.Struct(">II")


@dataclass(frozen=True, slots=True)
class Job:
    """One query, ready for the engine."""

    text: str
    plan: DatasetPlan
    base: str
    format: str
    timeout: float
    network: bool = False

    def pack(self) -> bytes:
        """The job as a message."""
        header = {"base": self.base, "format": self.format, "timeout": self.timeout, "network": self.network}
        return pack({**header, "plan": self.plan.to_json()}, self.text.encode("utf-8", "replace"))

    @classmethod
    def of(cls, header: Mapping[str, Any], body: bytes) -> Job:
        """The job in a message."""
        plan = DatasetPlan.from_json(header["plan"])
        rest = {key: header[key] for key in ("base", "format", "timeout", "network")}
        return cls(text=body.decode("utf-8"), plan=plan, **rest)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a job: `status` is `ok` or the kind of failure, `detail` the facts of it."""

    status: str
    body: bytes = b""
    message: str = ""
    detail: dict[str, Any] | None = None

    def pack(self) -> bytes:
        """The answer as a message."""
        header = asdict(self)
        body = header.pop("body")
        return pack(header, body)

    @classmethod
    def of(cls, header: Mapping[str, Any], body: bytes) -> Answer:
        """The answer in a message."""
        return cls(body=body, **header)


def pack(header: Mapping[str, Any], body: bytes) -> bytes:
    """A message of a header and a body."""
    encoded = json.dumps(header).encode()
    return _HEAD.pack(len(encoded), len(body)) + encoded + body


def unpack(buffer: bytes | bytearray, limit: int | None = None) -> tuple[dict[str, Any], bytes] | None:
    """The message a buffer holds; None while it is incomplete. Raises ValueError for one above the limit."""
    if len(buffer) < _HEAD.size:
        return None
    header, body = _HEAD.unpack_from(buffer)
    if limit is not None and header + body > limit:
        raise ValueError(f"a message of {header + body} bytes; the limit is {limit}")
    end = _HEAD.size + header
    if len(buffer) < end + body:
        return None
    return json.loads(bytes(buffer[_HEAD.size : end])), bytes(buffer[end : end + body])
