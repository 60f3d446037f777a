"""The event loop of the zygote: jobs in, workers forked and killed, answers out.

It owns the socket, the queue, the deadlines and the children; how a query is evaluated is `kg.sparql.worker`'s, how
snapshots are kept `kg.sparql.stores`'s. It must run in a process without threads, since it forks, and must not know
HTTP. It never hangs on a child: a child is killed before it is waited for. While a snapshot is built the loop stands
still; the alarm each worker sets on itself holds the deadlines meanwhile.
"""

from __future__ import annotations

import contextlib
import gc
import os
import selectors
import signal
import socket
import time
import traceback
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from kg.errors import KGError
from kg.sparql.stores import SnapshotStores, TooManyBuilds
from kg.sparql.wire import MAX_REQUEST, Answer, Job, unpack
from kg.sparql.worker import WorkerLimits, answer_in_child

__all__ = ["Supervisor"]

_READ: Final = 1 << 16
_MAX_CLIENTS: Final = 512
_REQUEST_SECONDS: Final = 10.0
_OUT_OF_MEMORY: Final = (b"memory allocation of", b"MemoryError", b"capacity overflow")


@dataclass(slots=True, eq=False)
class _Client:
    """One connection: what was read of its request, what is left of its answer."""

    connection: socket.socket
    since: float
    received: bytearray = field(default_factory=bytearray)
    job: Job | None = None
    worker: _Worker | None = None
    sending: memoryview | None = None


@dataclass(slots=True, eq=False)
class _Worker:
    """One child: its answer so far, and when it will be killed."""

    pid: int
    out: int
    err: int
    client: _Client
    deadline: float
    received: bytearray = field(default_factory=bytearray)


class Supervisor:
    """The event loop: accepts jobs, forks workers, kills them at their deadline, relays their answers.

    Parameters
    ----------
    stores : the snapshots.
    listener : a listening Unix socket.
    lifeline : a descriptor that becomes readable or closes when the loop must end.
    workers, queue : children at a time, and jobs that may wait for one.
    queue_seconds : how long a job may wait before it is answered `busy`.
    """

    def __init__(
        self,
        stores: SnapshotStores,
        listener: socket.socket,
        lifeline: int,
        *,
        limits: WorkerLimits,
        workers: int = 2,
        queue: int = 32,
        queue_seconds: float = 10.0,
        max_timeout: float = 60.0,
    ) -> None:
        self._stores = stores
        self._listener = listener
        self._lifeline = lifeline
        self._limits = limits
        self._most_workers = workers
        self._most_queued = queue
        self._queue_seconds = queue_seconds
        self._max_timeout = max_timeout
        self._clients: set[_Client] = set()
        self._queue: deque[_Client] = deque()
        self._workers: set[_Worker] = set()
        self._selector = selectors.DefaultSelector()
        self._null = os.open(os.devnull, os.O_RDWR)

    def run(self) -> None:
        """Serve until the lifeline closes; kills every child before it returns."""
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._selector.register(self._lifeline, selectors.EVENT_READ, None)
        try:
            while True:
                for key, events in self._selector.select(self._patience()):
                    if key.data is None:
                        return
                    if isinstance(key.data, _Client):
                        self._serve(key.data, events)
                    elif isinstance(key.data, _Worker):
                        self._collect(key.data)
                    else:
                        key.data()
                self._expire()
                self._start_workers()
        finally:
            for worker in tuple(self._workers):
                self._end(worker)

    def _patience(self) -> float | None:
        ends = [worker.deadline for worker in self._workers]
        ends += [client.since + self._queue_seconds for client in self._queue]
        ends += [client.since + _REQUEST_SECONDS for client in self._clients if client.job is None]
        return max(0.0, min(ends) - time.monotonic()) + 0.001 if ends else None

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError:
            return
        if len(self._clients) >= _MAX_CLIENTS:
            connection.close()
            return
        connection.setblocking(False)
        client = _Client(connection, time.monotonic())
        self._clients.add(client)
        self._selector.register(connection, selectors.EVENT_READ, client)

    def _serve(self, client: _Client, events: int) -> None:
        if client not in self._clients:
            return
        if events & selectors.EVENT_WRITE:
            self._send(client)
            return
        try:
            data = client.connection.recv(_READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data or client.job is not None:
            self._drop(client)
            return
        client.received += data
        try:
            message = unpack(client.received, MAX_REQUEST)
            if message is None:
                return
            client.job = Job.of(*message)
        except (ValueError, KeyError, TypeError) as error:
            self._answer(client, Answer("failed", message=f"unreadable job: {error}"))
            return
        client.since = time.monotonic()
        if len(self._queue) >= self._most_queued and len(self._workers) >= self._most_workers:
            self._answer(client, Answer("busy", detail={"retry_after": 2}))
        else:
            self._queue.append(client)

    def _start_workers(self) -> None:
        while self._queue and len(self._workers) < self._most_workers:
            client = self._queue.popleft()
            if client.job is None or client not in self._clients or self._gone(client):
                continue
            try:
                self._fork(client, client.job)
            except TooManyBuilds as error:
                self._answer(client, Answer("busy", detail={"retry_after": error.seconds, "reason": "snapshots"}))
            except (KGError, ValueError) as error:
                self._answer(client, Answer("unknown-dataset", message=str(error)))
            except Exception as error:  # one snapshot that cannot be built must not end the process
                traceback.print_exc()
                self._answer(client, Answer("failed", message=f"the snapshot could not be built: {error!r}"))

    def _gone(self, client: _Client) -> bool:
        """Whether the client hung up while it waited (a store may have been built in the meantime)."""
        try:
            gone = client.connection.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            return False
        except OSError:
            gone = True
        if gone:
            self._drop(client)
        return gone

    def _fork(self, client: _Client, job: Job) -> None:
        dataset = self._stores.dataset(job.plan)
        out_read, out_write = os.pipe()
        err_read, err_write = os.pipe()
        parent = os.getpid()
        gc.freeze()
        try:
            pid = os.fork()
        except OSError:  # no process or no memory is left for one
            for descriptor in (out_read, out_write, err_read, err_write):
                os.close(descriptor)
            self._answer(client, Answer("busy", detail={"retry_after": 5}))
            return
        if pid == 0:
            answer_in_child(job, dataset, self._limits, null=self._null, out=out_write, err=err_write, parent=parent)
        os.close(out_write)
        os.close(err_write)
        os.set_blocking(out_read, False)
        os.set_blocking(err_read, False)
        deadline = time.monotonic() + min(job.timeout, self._max_timeout)
        worker = _Worker(pid, out_read, err_read, client, deadline)
        client.worker = worker
        self._workers.add(worker)
        self._selector.register(out_read, selectors.EVENT_READ, worker)

    def _collect(self, worker: _Worker) -> None:
        if worker not in self._workers:
            return
        try:
            data = os.read(worker.out, 1 << 20)
        except BlockingIOError:
            return
        if data:
            worker.received += data
            return
        status, complaint = self._end(worker)
        try:
            message = unpack(worker.received)
        except ValueError:
            message = None
        answer = Answer.of(*message) if message else _cause(status, complaint)
        self._answer(worker.client, answer)

    def _end(self, worker: _Worker) -> tuple[int, bytes]:
        """Kill and reap a child; a child that has already ended keeps the status it ended with."""
        self._workers.discard(worker)
        worker.client.worker = None
        self._selector.unregister(worker.out)
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker.pid, signal.SIGKILL)
        _, status = os.waitpid(worker.pid, 0)
        complaint = b""
        with contextlib.suppress(OSError):
            complaint = os.read(worker.err, 4096)
        os.close(worker.out)
        os.close(worker.err)
        return status, complaint

    def _expire(self) -> None:
        now = time.monotonic()
        for worker in [worker for worker in self._workers if worker.deadline <= now]:
            self._end(worker)
            self._answer(worker.client, Answer("timeout"))
        while self._queue and self._queue[0].since + self._queue_seconds <= now:
            client = self._queue.popleft()
            if client in self._clients:
                self._answer(client, Answer("busy", detail={"retry_after": 2}))
        for client in [c for c in self._clients if c.job is None and c.since + _REQUEST_SECONDS <= now]:
            self._drop(client)

    def _answer(self, client: _Client, answer: Answer) -> None:
        if client not in self._clients:
            return
        client.sending = memoryview(answer.pack())
        self._selector.modify(client.connection, selectors.EVENT_WRITE, client)
        self._send(client)

    def _send(self, client: _Client) -> None:
        while client.sending:
            try:
                client.sending = client.sending[client.connection.send(client.sending) :]
            except BlockingIOError:
                return
            except OSError:
                break
        self._drop(client)

    def _drop(self, client: _Client) -> None:
        """Forget a connection, and end the worker that answers nobody."""
        self._clients.discard(client)
        with contextlib.suppress(KeyError):
            self._selector.unregister(client.connection)
        client.connection.close()
        if client in self._queue:
            self._queue.remove(client)
        if client.worker is not None:
            self._end(client.worker)


def _cause(status: int, complaint: bytes) -> Answer:
    """What a child died of, from its exit status and its last words."""
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if number in (signal.SIGALRM, signal.SIGXCPU):
        return Answer("timeout")
    if any(mark in complaint for mark in _OUT_OF_MEMORY):
        return Answer("out-of-memory")
    name = signal.Signals(number).name if number else f"exit {os.waitstatus_to_exitcode(status)}"
    words = complaint.decode("utf-8", "replace").strip().splitlines()
    return Answer("crashed", message=next((line for line in words if line), name), detail={"signal": name})
