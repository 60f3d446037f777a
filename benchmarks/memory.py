"""Peak memory of opening: each side alone in a fresh process.

`python -m benchmarks.memory SIDE RELEASE_FOLDER` opens a release and prints its peak resident size in kB. The peak is
`VmHWM` where Linux tells it: `ru_maxrss` of a child begins at the size of the process that started it (the kernel carries
the figure over `exec`), which here is hundreds of MB.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measure import Measurement

__all__ = ["ROOT", "measure_memory", "peak"]

ROOT = Path(__file__).resolve().parent.parent
"""The project's folder, which `python -m benchmarks` is run in."""


def _ours(folder: Path) -> Any:
    from kg.store.dataset import Dataset
    from kg.store.release import read_release

    dataset = Dataset.open(read_release(folder))
    return dataset, dataset.as_of()


def _ours_and_sparql(folder: Path) -> Any:
    from kg.store.materialise import snapshot_store

    dataset, snapshot = _ours(folder)
    return dataset, snapshot, snapshot_store(snapshot)


def _rdflib(folder: Path) -> Any:
    import rdflib

    found = rdflib.Dataset()
    found.parse(str(folder / "release.nq"), format="nquads")
    return found


def _pyoxigraph(folder: Path) -> Any:
    import pyoxigraph

    store = pyoxigraph.Store()
    store.bulk_load(path=str(folder / "release.nq"), format=pyoxigraph.RdfFormat.N_QUADS)
    return store


_SIDES: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "ours": ("open and snapshot", _ours),
    "ours-sparql": ("open, snapshot and its SPARQL store", _ours_and_sparql),
    "rdflib": ("rdflib: parse release.nq", _rdflib),
    "pyoxigraph": ("pyoxigraph: load release.nq", _pyoxigraph),
}


def measure_memory(folder: Path) -> list[Measurement]:
    """Peak memory of opening a release, ours beside the others'."""
    sizes = {side: _run(side, folder) for side in _SIDES}
    return [
        Measurement(
            "store",
            "peak memory of opening",
            _SIDES[own][0],
            sizes[own] / 1024,
            _SIDES[other][0],
            sizes[other] / 1024,
            sizes[other] / sizes[own],
            1,
            unit="MB",
            note="a fresh process each, interpreter and imports included",
        )
        for own in ("ours", "ours-sparql")
        for other in ("rdflib", "pyoxigraph")
    ]


def _run(side: str, folder: Path) -> int:
    command = [sys.executable, "-m", "benchmarks.memory", side, str(folder)]
    return int(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def peak() -> int:
    """This process's peak resident size, in kB."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return size // 1024 if sys.platform == "darwin" else size


if __name__ == "__main__":
    kept = _SIDES[sys.argv[1]][1](Path(sys.argv[2]))
    print(peak())
