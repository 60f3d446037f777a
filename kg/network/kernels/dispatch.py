"""Dispatch: which of its two versions a kernel runs, compiled by numba or plain Python.

Owns the choice, the loading of compiled modules, and what happens where they cannot be had. Must not know any kernel.

A kernel is a public function in `kernels/<name>.py` that checks its arguments and holds its Python twin; the compiled version lives in
`kernels/native/<name>.py`, which nothing but this module imports::

    def reach(csr, sources, ...):
        compiled = dispatch.native("reach", csr.edges)
        if compiled is None:
            return _twin(csr, sources, ...)
        return compiled.reach(*csr.rows(), ...)

    # kernels/native/reach.py
    from kg.network.kernels.native.jit import INT, INTS, MASK, compiled

    @compiled(INTS, INTS, MASK, INT)          # the types of the arguments: compiled as the module is imported
    def reach(offsets, heads, mask, source): ...

Below `MANY_EDGES` the twin *is* the path: numba is not imported. Above it the module is loaded on first use, or, in a server
(`in_background`), by a thread while the twin answers, so that no request waits for a compiler. Where numba is missing or has no
writable place for its cache, one warning is logged and the twins answer.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import ModuleType

__all__ = ["MANY_EDGES", "Loader", "in_background", "native", "using", "warm"]

MANY_EDGES = 50_000
"""Edges (or literals) from which compiled code is worth loading: below, a twin takes less than numba's import."""

_PACKAGE = "kg.network.kernels.native"


class Loader:
    """Compiled modules by name, loaded once in a process. Safe for threads."""

    def __init__(self, package: str = _PACKAGE) -> None:
        self._package = package
        self._loaded: dict[str, ModuleType] = {}
        self._loading = threading.Lock()
        self._starting = threading.Lock()  # apart, since a question must not wait for what is being compiled
        self._failed = False
        self._waits = True
        self._thread: threading.Thread | None = None

    def get(self, name: str, wait: bool = False) -> ModuleType | None:
        """The compiled module of a kernel, None where it cannot be had, or not yet; with `wait` it is loaded even in a server."""
        found = self._loaded.get(name)
        if found is not None or self._failed:
            return found
        if self._waits or wait:
            return self._load(name)
        self._start(self.warm)
        return None

    def warm(self) -> bool:
        """Load every compiled module now; whether all could be."""
        package = importlib.import_module(self._package)
        names = sorted(m.name for m in pkgutil.iter_modules(package.__path__))
        return all(self._load(name) is not None for name in names)

    def in_background(self, size: Callable[[], int]) -> None:
        """From now on load in a thread only, and at once if what is served is large.

        Parameters
        ----------
        size : how many edges the served network has; called in the thread, since finding out may take a while.
        """
        self._waits = False
        self._start(lambda: size() >= MANY_EDGES and self.warm())

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the thread; whether it is done."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)
        return thread is None or not thread.is_alive()

    def _start(self, work: Callable[[], object]) -> None:
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._guard, args=(work,), name="load kernels", daemon=True)
                self._thread.start()

    def _guard(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception as error:  # whatever it is, the twins answer
            self._fail(error)

    def _load(self, name: str) -> ModuleType | None:
        with self._loading:
            if name not in self._loaded and not self._failed:
                try:
                    self._loaded[name] = importlib.import_module(f"{self._package}.{name}")
                except Exception as error:  # no numba, no place for its cache, a broken cache: the twins answer
                    self._fail(error)
            return self._loaded.get(name)

    def _fail(self, error: Exception) -> None:
        self._failed = True
        logging.getLogger("chokepoint.kernels").warning(
            "Compiled kernels are not to be had; analyses of large networks run in plain Python, which is slow: %s",
            error,
        )


_LOADER = Loader()  # numba compiles once a process, so this is the process's as `sys.modules` is
_FORCED: ContextVar[bool | None] = ContextVar("kernels compiled", default=None)


def native(name: str, size: int) -> ModuleType | None:
    """The compiled module `kernels/native/<name>.py`, or None where the twin is to answer.

    Parameters
    ----------
    size : edges (or literals) of what the kernel is to run over.
    """
    forced = _FORCED.get()
    if forced is False or (forced is None and size < MANY_EDGES):
        return None
    found = _LOADER.get(name, wait=forced is True)
    if forced and found is None:
        raise RuntimeError(f"the compiled kernel {name} cannot be had")
    return found


def warm() -> bool:
    """Compile, or load from the cache, every kernel now; whether all could be had."""
    return _LOADER.warm()


def in_background(size: Callable[[], int]) -> None:
    """For servers: see `Loader.in_background`."""
    _LOADER.in_background(size)


@contextmanager
def using(compiled: bool) -> Iterator[None]:
    """Within it, whatever the size, only the compiled versions answer, or only the twins; for tests and benchmarks.

    Raises
    ------
    RuntimeError
        At the call of a kernel whose compiled version cannot be had.
    """
    token = _FORCED.set(compiled)
    try:
        yield
    finally:
        _FORCED.reset(token)
