"""The process that owns the snapshots and forks a worker for each query.

`kg.sparql.pool` starts it (`python -m kg.sparql.zygote --release PATH --socket PATH`) before the web server starts a
thread; it stays single-threaded and never evaluates a query itself. This module owns its arguments and its beginning;
the loop is `kg.sparql.supervisor`'s. It ends when its standard input closes, that is, when the process that started
it is gone. Linux' parent-death signal would not do for that: it is sent when the *thread* that started the process
ends.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

from pyoxigraph import RdfFormat, Store

from kg.sparql.dataset import SnapshotSpec
from kg.sparql.stores import SnapshotStores, pin_to_today
from kg.sparql.supervisor import Supervisor
from kg.sparql.worker import WorkerLimits

if TYPE_CHECKING:
    from kg.store.snapshot import Snapshot

__all__ = ["main"]


_Source = tuple[Callable[[SnapshotSpec], Store], Callable[[SnapshotSpec], SnapshotSpec]]


def _named(reference: str) -> Callable[..., Any]:
    module, _, name = reference.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found


def _source(arguments: argparse.Namespace) -> _Source:
    """How to make the store of a snapshot, and which snapshot stands for another."""
    if arguments.factory:
        return _named(arguments.factory), pin_to_today
    if arguments.release is not None:
        return _release(arguments.release, arguments.extra)
    store = Store()
    if arguments.nquads:
        store.bulk_load(path=arguments.nquads, format=RdfFormat.N_QUADS)
    return (lambda spec: store), pin_to_today


def _release(name: str, extra: str | None) -> _Source:
    from kg.store.materialise import snapshot_store
    from kg.store.opening import open_release

    dataset = open_release(name or None)
    more = _named(extra) if extra else None

    def taken(spec: SnapshotSpec) -> Snapshot:
        return dataset.as_of(spec.as_of, spec.known_on, spec.data_licence, spec.verified_only)

    def make(spec: SnapshotSpec) -> Store:
        snapshot = taken(spec)
        return snapshot_store(snapshot, more(snapshot)) if more else snapshot_store(snapshot)

    def normalise(spec: SnapshotSpec) -> SnapshotSpec:
        """The first snapshot asked for that has the same content: most days are the same snapshot."""
        pinned = pin_to_today(spec)
        return taken(pinned).shared("sparql snapshot", lambda: pinned)

    return make, normalise


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m kg.sparql.zygote", description="Answers SPARQL in forked workers.")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--release", help="a release's folder or hash; blank for the packaged one")
    source.add_argument("--nquads", help="a file of N-Quads; every snapshot is this file")
    source.add_argument("--empty", action="store_true", help="an empty store")
    source.add_argument("--factory", help="module:function that makes the store of a snapshot")
    parser.add_argument("--extra", help="module:function from a snapshot to further triples of it")
    parser.add_argument("--socket", required=True, help="where to listen; its folder must be private")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--queue", type=int, default=32)
    parser.add_argument("--queue-seconds", type=float, default=10.0)
    parser.add_argument("--max-timeout", type=float, default=60.0)
    parser.add_argument("--memory-mb", type=int, default=1024)
    parser.add_argument("--max-rows", type=int, default=1_000_000)
    parser.add_argument("--max-bytes", type=int, default=64 << 20)
    parser.add_argument("--snapshots", type=int, default=3)
    parser.add_argument("--builds-per-minute", type=int, default=20)
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Open the source, listen, say `ready` on standard output and serve until standard input closes."""
    arguments = _arguments(argv)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    make, normalise = _source(arguments)
    stores = SnapshotStores(
        make,
        normalise=normalise,
        snapshots=arguments.snapshots,
        builds_per_minute=arguments.builds_per_minute,
    )
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    os.umask(0o077)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(arguments.socket)
    listener.bind(arguments.socket)
    listener.listen(128)
    os.write(1, b"ready\n")
    supervisor = Supervisor(
        stores,
        listener,
        0,
        limits=WorkerLimits(arguments.memory_mb, arguments.max_rows, arguments.max_bytes),
        workers=arguments.workers,
        queue=arguments.queue,
        queue_seconds=arguments.queue_seconds,
        max_timeout=arguments.max_timeout,
    )
    try:
        stores.warm()
        supervisor.run()
    finally:
        with contextlib.suppress(OSError):
            os.unlink(arguments.socket)
            os.rmdir(os.path.dirname(arguments.socket))
    sys.exit(0)


if __name__ == "__main__":
    main()
