"""What one forked worker does: take limits upon itself, evaluate one query, write one answer, exit.

It owns the limits of the process, the engine's call and the writing of results. It runs only in a child of the zygote,
never in a process that has threads, and it must not know sockets or HTTP. The kernel enforces the limits, because the
engine cannot be interrupted: address space, processor time, wall time (an alarm whose default action ends the process),
no new file descriptor, no file growth, no core.
"""

from __future__ import annotations

import ctypes
import gc
import io
import os
import re
import resource
import signal
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NoReturn

from pyoxigraph import (
    DefaultGraph,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from kg.sparql.messages import explain
from kg.sparql.stores import EngineDataset
from kg.sparql.tokens import read_prologue, tokenise
from kg.sparql.wire import Answer, Job

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

__all__ = ["WorkerLimits", "answer_in_child", "evaluate"]

_RESULTS: Final = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
_GRAPHS: Final = {
    "turtle": RdfFormat.TURTLE,
    "n-triples": RdfFormat.N_TRIPLES,
    "rdf-xml": RdfFormat.RDF_XML,
    "json-ld": RdfFormat.JSON_LD,
    "trig": RdfFormat.TRIG,
    "n-quads": RdfFormat.N_QUADS,
}
_JSON_ROW: Final = re.compile(rb'\},\{"(?=[^,}:\]])')
_PR_SET_PDEATHSIG: Final = 1


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """What one query may use: memory above what the zygote holds, and the size of its result."""

    memory_mb: int = 1024
    max_rows: int = 1_000_000
    max_bytes: int = 64 << 20


class _TooManyRows(Exception):
    pass


class _TooManyBytes(Exception):
    pass


class _Buffer(io.BytesIO):
    """Collects what the engine writes and stops it at the limit."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._left = limit

    def write(self, data: Buffer) -> int:
        """Take a piece of the result; raises where it is one too many."""
        self._left -= memoryview(data).nbytes
        if self._left < 0:
            raise _TooManyBytes
        return super().write(data)


def answer_in_child(
    job: Job, dataset: EngineDataset, limits: WorkerLimits, *, null: int, out: int, err: int, parent: int
) -> NoReturn:
    """Answer a job on the descriptor `out` and end the process. Called in the child right after the fork."""
    code = 1
    try:
        gc.disable()
        _take_limits(job, limits, null, out, err, parent)
        try:
            answer = evaluate(job, dataset, limits)
        except MemoryError:
            answer = Answer("out-of-memory")
        _write_all(1, answer.pack())
        code = 0
    except BaseException as error:  # the child must not return into the zygote's loop
        os.write(2, repr(error).encode("utf-8", "replace")[:2000])
    finally:
        os._exit(code)


def evaluate(job: Job, dataset: EngineDataset, limits: WorkerLimits) -> Answer:
    """Run the query and write its result in the format of the job."""
    try:
        result = dataset.store.query(
            job.text,
            base_iri=job.base,
            default_graph=None if dataset.default_graphs == (DefaultGraph(),) else list(dataset.default_graphs),
            named_graphs=None if dataset.named_graphs is None else list(dataset.named_graphs),
        )
    except SyntaxError as error:
        report = explain(job.text, str(error), base=job.base, parse=lambda text: _parse(text, job.base))
        return Answer("syntax", message=report.message, detail=report.to_json())
    except (OSError, ValueError, RuntimeError) as error:
        return Answer("failed", message=str(error))
    buffer = _Buffer(limits.max_bytes)
    try:
        _serialise(result, job, buffer, limits)
    except _TooManyBytes:
        return Answer("too-large", detail={"limit": limits.max_bytes, "unit": "bytes"})
    except _TooManyRows:
        return Answer("too-large", detail={"limit": limits.max_rows, "unit": "rows"})
    except (OSError, ValueError, RuntimeError) as error:
        return Answer("failed", message=str(error))
    return Answer("ok", buffer.getvalue())


def _serialise(
    result: QuerySolutions | QueryBoolean | QueryTriples, job: Job, buffer: _Buffer, limits: WorkerLimits
) -> None:
    name = job.format
    if isinstance(result, QueryTriples):
        if name not in _GRAPHS:
            raise ValueError(f"a graph cannot be written as {name}")
        counted = _counted(result, limits.max_rows)
        serialize(counted, buffer, _GRAPHS[name], prefixes=read_prologue(tokenise(job.text), job.base).prefixes)
        return
    if name not in _RESULTS:
        raise ValueError(f"a result table cannot be written as {name}")
    result.serialize(buffer, _RESULTS[name])
    if isinstance(result, QuerySolutions) and _count_rows(buffer.getvalue(), name) > limits.max_rows:
        raise _TooManyRows


def _counted(triples: Iterable[Triple], limit: int) -> Iterator[Triple]:
    for number, triple in enumerate(triples):
        if number >= limit:
            raise _TooManyRows
        yield triple


def _count_rows(body: bytes, name: str) -> int:
    """Count the rows of a written result table.

    The engine writes tables as a whole, so the rows are counted in the bytes: no text inside a row can look like the
    mark counted here, since quotes and angle brackets are escaped in each format. JSON rows without any bound variable
    are not told apart and count as none.
    """
    if name == "xml":
        return body.count(b"<result>")
    if name == "tsv":
        return max(0, body.count(b"\n") - 1)
    if name == "csv":
        outside = body.split(b'"')[::2]
        return max(0, sum(part.count(b"\n") for part in outside) - 1)
    return (not body.endswith(b'"bindings":[]}}')) + sum(1 for _ in _JSON_ROW.finditer(body))


def _parse(text: str, base: str) -> str | None:
    """The engine's complaint about a text, None where it parses. Only what must be evaluated at once (ASK) is run."""
    try:
        Store().query(text, base_iri=base)
    except SyntaxError as error:
        return str(error)
    except (OSError, ValueError, RuntimeError):
        return None
    return None


def _take_limits(job: Job, limits: WorkerLimits, null: int, out: int, err: int, parent: int) -> None:
    for number in (signal.SIGALRM, signal.SIGXCPU, signal.SIGTERM, signal.SIGINT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, job.timeout + 0.2)
    _die_with_parent(parent)
    for source, target in ((null, 0), (out, 1), (err, 2)):
        os.dup2(source, target)
    os.closerange(3, max(null, out, err, 1024) + 1)
    held = _address_space()
    descriptors = 64 if job.network else 3
    _limit(resource.RLIMIT_NOFILE, descriptors)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    seconds = int(job.timeout) + 1
    _limit(resource.RLIMIT_CPU, seconds)
    if not job.network:
        _limit(resource.RLIMIT_NPROC, 0)
    if held:
        _limit(resource.RLIMIT_AS, held + (limits.memory_mb << 20))


def _limit(which: int, value: int) -> None:
    """Lower a limit for good; a limit the system does not know or cannot lower is left, the deadline stands anyway."""
    try:
        resource.setrlimit(which, (value, value))
    except (OSError, ValueError):
        return


def _address_space() -> int:
    """Bytes of address space in use; 0 where the system does not say (it is Linux's `/proc`)."""
    try:
        descriptor = os.open("/proc/self/statm", os.O_RDONLY)
    except OSError:
        return 0
    try:
        return int(os.read(descriptor, 200).split()[0]) * resource.getpagesize()
    finally:
        os.close(descriptor)


def _die_with_parent(parent: int) -> None:
    """Have Linux kill this worker when the zygote ends; elsewhere the alarm does it at the deadline."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
