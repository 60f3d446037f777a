"""The client of the zygote: what the web process and the command line call to answer a SPARQL query.

It owns the life of the zygote (start, restart, stop) and the way of one query through it: pre-check, dataset rule,
negotiation, a connection of its own, and the translation of the answer into a `QueryAnswer` or a `SparqlError`. It must
not know HTTP, and no engine runs in its process. One service may be used from any number of threads.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from kg.sparql.dataset import DatasetPlan, SnapshotSpec, resolve_dataset
from kg.sparql.errors import (
    QueryCrashed,
    QueryFailed,
    QueryOutOfMemory,
    QueryTimeout,
    ResultTooLarge,
    ServerBusy,
    SparqlError,
    SparqlSyntaxError,
    UnknownDataset,
)
from kg.sparql.formats import kind_of, negotiate
from kg.sparql.precheck import Form, ShapeLimits, check_query
from kg.sparql.wire import Answer, Job, unpack

__all__ = ["QueryAnswer", "SparqlService", "SparqlSettings"]

_ONE_THREAD: Final = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class SparqlSettings:
    """Limits of SPARQL answering; the defaults suit a public server of two cores.

    Attributes
    ----------
    base_url : the base IRI of the data.
    timeout : seconds for one query; a request may ask for less.
    memory_mb : memory one query may use above the snapshots.
    workers, queue, queue_seconds : queries at a time, queries that may wait, and how long they may.
    snapshots, builds_per_minute : stores kept alive (and read by one query), and stores built in a minute.
    build_seconds : how long a query may wait for a snapshot that is being built.
    max_rows, max_bytes : the largest result; a larger one is an error, never cut off.
    allowed_services : endpoints SERVICE may name.
    shape : limits of the query text.
    """

    base_url: str = "https://w3id.org/chokepoint/"
    timeout: float = 10.0
    memory_mb: int = 1024
    workers: int = 2
    queue: int = 32
    queue_seconds: float = 10.0
    snapshots: int = 3
    builds_per_minute: int = 20
    build_seconds: float = 60.0
    max_rows: int = 1_000_000
    max_bytes: int = 64 << 20
    allowed_services: tuple[str, ...] = ()
    shape: ShapeLimits = field(default_factory=ShapeLimits)


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """A complete result in the negotiated format."""

    body: bytes
    content_type: str
    format: str
    form: Form
    plan: DatasetPlan
    seconds: float


class SparqlService:
    """Answers SPARQL queries from one release.

    Parameters
    ----------
    source : arguments of the zygote that say what to answer from: `("--release", path)`, `("--nquads", path)`,
        `("--empty",)` or `("--factory", "module:function")`.
    settings : the limits.
    """

    def __init__(self, source: Sequence[str], settings: SparqlSettings | None = None) -> None:
        self.settings = settings or SparqlSettings()
        self._source = tuple(source)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = ""
        self._started = 0.0

    @classmethod
    def for_release(
        cls, name: str | Path | None = None, settings: SparqlSettings | None = None, *, extra: str | None = None
    ) -> SparqlService:
        """A service over a release (its folder or hash; None for the packaged one).

        `extra` is `module:function`, from a snapshot to triples that are marked as inferred, such as policy states.
        """
        source = ("--release", str(name or ""))
        return cls((*source, "--extra", extra) if extra else source, settings)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The zygote's process id while it runs."""
        process = self._process
        return process.pid if process and process.poll() is None else None

    def start(self) -> None:
        """Start the zygote and wait until it listens. Call it before the process starts threads."""
        with self._lock:
            if self.pid is None:
                self._spawn()

    def stop(self) -> None:
        """End the zygote and its workers and remove its folder."""
        with self._lock:
            self._end()

    def query(
        self,
        text: str,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        accept: str | None = None,
        format: str | None = None,
        timeout: float | None = None,
        current: SnapshotSpec | None = None,
        server_root: str | None = None,
    ) -> QueryAnswer:
        """Answer one query; blocks until the answer is complete. Raises a leaf of `SparqlError`.

        Parameters
        ----------
        text : a SPARQL 1.1 query.
        default_graphs, named_graphs : the protocol's `default-graph-uri` and `named-graph-uri`; they override FROM.
        accept, format : an Accept header, or a format's name (`json`, `turtle` …) or media type, which overrides it.
        timeout : seconds, at most the setting.
        current : the snapshot meant where the query gives no dataset.
        server_root : the server's own address, whose graph names are aliases of the base.
        """
        settings = self.settings
        checked = check_query(
            text, base=settings.base_url, limits=settings.shape, allowed_services=settings.allowed_services
        )
        chosen, content_type = negotiate(kind_of(checked.form), accept=accept, name=format)
        resolved = resolve_dataset(
            checked,
            base=settings.base_url,
            default_graphs=default_graphs,
            named_graphs=named_graphs,
            current=current,
            server_root=server_root,
            max_snapshots=settings.snapshots,
        )
        seconds = min(settings.timeout, timeout) if timeout and timeout > 0 else settings.timeout
        job = Job(resolved.text, resolved.plan, settings.base_url, chosen.name, seconds, bool(checked.services))
        began = time.monotonic()
        answer = self._ask(job)
        if answer.status != "ok":
            raise _error(answer, settings, seconds)
        return QueryAnswer(
            answer.body, content_type, chosen.name, checked.form, resolved.plan, time.monotonic() - began
        )

    def _ask(self, job: Job) -> Answer:
        """Send a job and wait for its answer; a job that a dying zygote did not read is sent to the next one."""
        for pause in (0.05, 0.2, None):
            try:
                received = self._exchange(job)
            except TimeoutError as error:
                raise ServerBusy("A snapshot is still being prepared; ask again shortly.", retry_after=15) from error
            except OSError as error:  # an unread job resets the connection, a job that was read ends it
                if pause is None:
                    raise QueryCrashed(f"The query process cannot be reached ({error}).") from error
                time.sleep(pause)
            else:
                message = unpack(received)
                if message is None:
                    raise QueryCrashed("The query process ended while it answered.")
                return Answer.of(*message)
        raise AssertionError("unreachable")

    def _exchange(self, job: Job) -> bytearray:
        patience = self.settings.queue_seconds + self.settings.build_seconds + job.timeout + 5
        with self._lock:
            if self.pid is None:
                self._restart()
            path = os.path.join(self._folder, "s")
        received = bytearray()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            ends = time.monotonic() + patience
            connection.settimeout(patience)
            connection.connect(path)
            connection.sendall(job.pack())
            while data := connection.recv(1 << 20):
                received += data
                connection.settimeout(max(0.01, ends - time.monotonic()))
        return received

    def _restart(self) -> None:
        if self._process is not None and time.monotonic() - self._started < 1:
            raise ServerBusy("The query process ended right after its start; it is started again soon.", retry_after=2)
        self._end()
        self._spawn()

    def _spawn(self) -> None:
        settings = self.settings
        self._folder = tempfile.mkdtemp(prefix="ck-sparql-")
        options = {
            "--socket": os.path.join(self._folder, "s"),
            "--workers": settings.workers,
            "--queue": settings.queue,
            "--queue-seconds": settings.queue_seconds,
            "--max-timeout": settings.timeout,
            "--memory-mb": settings.memory_mb,
            "--max-rows": settings.max_rows,
            "--max-bytes": settings.max_bytes,
            "--snapshots": settings.snapshots,
            "--builds-per-minute": settings.builds_per_minute,
        }
        command = [sys.executable, "-P", "-m", "kg.sparql.zygote", *self._source]
        command += [str(part) for option in options.items() for part in option]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment(), start_new_session=True
        )
        self._started = time.monotonic()
        assert self._process.stdout is not None
        ready = self._process.stdout.readline()
        self._process.stdout.close()
        if ready != b"ready\n":
            self._end()
            raise SparqlError("The query process did not start; its standard error says why.", code="sparql-start")

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            if process.stdin is not None:
                with contextlib.suppress(OSError):
                    process.stdin.close()
            try:
                process.wait(2)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = ""


def _environment() -> dict[str, str]:
    """The zygote's environment: this package importable, libraries without threads of their own, no secrets."""
    root = str(Path(__file__).resolve().parents[2])
    kept = {name: value for name, value in os.environ.items() if not name.endswith(("_TOKEN", "_SECRET", "_PASSWORD"))}
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    return {**kept, **dict.fromkeys(_ONE_THREAD, "1"), "PYTHONPATH": path}


def _error(answer: Answer, settings: SparqlSettings, seconds: float) -> SparqlError:
    detail = answer.detail or {}
    match answer.status:
        case "syntax":
            return SparqlSyntaxError(answer.message, **{k: v for k, v in detail.items() if k != "message"})
        case "timeout":
            return QueryTimeout(
                f"The query was stopped after {seconds:g} seconds. A more selective pattern may help.",
                seconds=seconds,
            )
        case "busy":
            what = "too many snapshots were asked for" if detail.get("reason") else "all workers are taken"
            return ServerBusy(f"No answer now: {what}.", retry_after=int(detail.get("retry_after", 2)))
        case "out-of-memory":
            return QueryOutOfMemory(
                f"The query needs more than the {settings.memory_mb} MB one query may use.",
                detail={"limitMb": settings.memory_mb},
            )
        case "too-large":
            return ResultTooLarge(
                f"The result has more than {detail['limit']:,} {detail['unit']}. Use LIMIT and OFFSET, or the dump.",
                detail=detail,
            )
        case "unknown-dataset":
            return UnknownDataset(answer.message)
        case "failed":
            return QueryFailed(f"The engine gave up: {answer.message}")
    return QueryCrashed(
        f"The engine could not answer this query and its worker ended ({answer.message}).", detail=detail
    )
