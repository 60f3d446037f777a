"""The first query after a start with an empty cache of compiled kernels: does it wait for the compiler?

`python -m benchmarks.first FILE.npz` lets the kernels be loaded in the background, as the server does, asks at once for everything
upstream of a system, and prints as JSON the milliseconds of the first queries, of the plain Python twin alone before (nothing else
running), and of a query once the kernels are there. The caller gives an empty folder as `CHOKEPOINT_CACHE`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.memory import ROOT
from benchmarks.supply import read_supply
from kg.network.csr import Csr
from kg.network.kernels import dispatch
from kg.network.kernels.reach import reach

__all__ = ["first_query"]

_PATIENCE = 100.0
"""Seconds for which questions are asked while kernels are compiled; it may take longer on a busy machine."""


def first_query(file: Path) -> dict[str, float]:
    """Measure it in a fresh process: milliseconds of `twin`, `first`, `slowest` (of all until the kernel was there) and `later`;
    `waited` is how long, in seconds, that took or was waited for; `count` the queries until then."""
    with tempfile.TemporaryDirectory(prefix="chokepoint-bench-") as folder:
        environment = {**os.environ, "CHOKEPOINT_CACHE": folder}
        environment.pop("NUMBA_CACHE_DIR", None)
        command = [sys.executable, "-m", "benchmarks.first", str(file)]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _measure(file: Path) -> dict[str, float]:
    supply = read_supply(file)
    source = int(supply.of_class("System")[0])
    with dispatch.using(False):
        csr = Csr.of(supply.tails, supply.heads, supply.relations, supply.shares, supply.nodes)
        reach(csr, [source])  # neighbour lists, which the twin keeps
        began = time.perf_counter()
        wanted = reach(csr, [source])
        twin = time.perf_counter() - began
    dispatch.in_background(lambda: csr.edges)
    started, times = time.perf_counter(), []
    while time.perf_counter() - started < _PATIENCE:
        began = time.perf_counter()
        found = reach(csr, [source])
        times.append(time.perf_counter() - began)
        assert np.array_equal(found, wanted)
        if csr.edges < dispatch.MANY_EDGES or dispatch.native("reach", csr.edges) is not None:
            break
    waited = time.perf_counter() - started
    began = time.perf_counter()
    reach(csr, [source])
    later = time.perf_counter() - began
    return {
        "twin": twin * 1000,
        "first": times[0] * 1000,
        "slowest": max(times) * 1000,
        "later": later * 1000,
        "waited": waited,
        "count": len(times),
    }


if __name__ == "__main__":
    result: Any = _measure(Path(sys.argv[1]))
    print(json.dumps(result))
