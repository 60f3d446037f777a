"""Jit: how this project's kernels are compiled by numba, and where the results are kept.

Owns the cache: a folder below the project's cache folder (or `NUMBA_CACHE_DIR`), named after a hash of all kernels, since numba does not
notice that a function called by a cached one has changed. Importing it imports numba. Must not know any kernel.
"""

from __future__ import annotations

import functools
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba import types

from kg.store.opening import cache_folder

__all__ = ["BOOL", "BYTES", "FLOATS", "INT", "INTS", "LONG", "LONGS", "MASK", "compiled", "inner"]

F = TypeVar("F", bound=Callable[..., Any])


def _array(of: Any) -> Any:
    return types.Array(of, 1, "C", readonly=True)  # a writable array passes for a read-only one, not the other way


INT, LONG, BOOL = types.int32, types.int64, types.boolean
INTS, LONGS, BYTES, FLOATS, MASK = (
    _array(t) for t in (types.int32, types.int64, types.uint8, types.float32, types.boolean)
)


@functools.cache
def _folder() -> Path:
    """The folder of compiled code, made and tried. Raises OSError where nothing can be written."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    base = os.environ.get("NUMBA_CACHE_DIR") or cache_folder() / "kernels"
    folder = Path(base) / digest.hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    tempfile.TemporaryFile(dir=folder).close()
    return folder


def compiled(*arguments: Any) -> Callable[[F], F]:
    """Compile a function now for arguments of these types, or load it from the cache. It runs without the interpreter's lock.

    Raises
    ------
    OSError
        The cache folder cannot be written.
    """

    def decorate(function: F) -> F:
        config: Any = numba.config
        before = config.CACHE_DIR
        config.CACHE_DIR = str(_folder())  # only for this: the process may hold other users of numba
        try:
            return cast(F, numba.njit(tuple(arguments), cache=True, nogil=True)(function))
        finally:
            config.CACHE_DIR = before

    return decorate


def inner(function: F) -> F:
    """A function that only compiled functions call: compiled as part of them."""
    return cast(F, numba.njit(nogil=True)(function))
