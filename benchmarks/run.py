"""Speed and memory beside what a user would pick instead: `python -m benchmarks.run [--repeat N] [--json FILE]`.

Method
------
- Both sides of a comparison run in one process, on the same data, in turn: each round takes one sample of every side, in an
  order that turns. A line's ratio is the median over the rounds of *instead / project*, so a slow minute of the machine falls
  on both. Nothing passes or fails by a time limit; ratios are what counts.
- Before anything is timed, the sides' answers are compared (`measure.same`); a difference ends the run with exit code 1.
- Warm-up: every side is called before (twice; once where it takes more than a second). A sample of something quick repeats
  it for about ten milliseconds. Rounds are cut (to two at the least) where a comparison would take more than
  twelve seconds; `--json` says how many each had.
- The garbage collector runs before each sample and stays on; the shared inputs are frozen out of it.
- Peak memory is that of a fresh process for each side.

The data are the packaged seed, built into a temporary folder, and for GraphQL a made-up folder of exactly 100 × 10. The
themes are modules of this folder: `store`, `paths`, `graphql`, `sparql`, `licence`, `memory`, and `importers`, which has data of its own and can be
run alone.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from benchmarks.graphql import measure_graphql
from benchmarks.importers import measure_importers
from benchmarks.licence import measure_licence
from benchmarks.measure import Measurement, Wrong
from benchmarks.memory import measure_memory
from benchmarks.paths import measure_paths
from benchmarks.report import environment, print_growth, print_run, print_table, write_json
from benchmarks.sparql import measure_sparql
from benchmarks.store import measure_store
from benchmarks.world import make_world

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run everything; 0, or 1 where two sides gave different answers."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--repeat", type=int, default=7, help="rounds of each comparison (7; fewer for slow ones)")
    parser.add_argument("--json", type=Path, help="also write the measurements to this file")
    given = parser.parse_args(argv)
    if given.repeat < 1:
        parser.error("--repeat: expected 1 or more")
    where, progress = environment(), Console(stderr=True)
    began = time.perf_counter()
    found: list[Measurement] = []

    def say(text: str) -> None:
        progress.print(f"[dim]{time.perf_counter() - began:5.1f} s  {text}[/dim]")

    try:
        with tempfile.TemporaryDirectory(prefix="chokepoint-bench-") as folder:
            say("building and loading the inputs")
            world = make_world(Path(folder))
            for theme in (measure_store, measure_paths, measure_graphql, measure_sparql, measure_licence):
                found += theme(world, given.repeat, say)
            say("peak memory")
            found += measure_memory(world.release.folder)
            imported = measure_importers(Path(folder), world.release, given.repeat, say)
            found += imported.measurements
    except Wrong as error:
        progress.print(f"[red]{error}[/red]")
        return 1
    seconds = time.perf_counter() - began
    out = Console(width=None if sys.stdout.isatty() else 150)
    print_table(out, found)
    print_growth(out, imported.growth)
    print_run(out, where, given.repeat, seconds, imported.told)
    if given.json:
        write_json(given.json, where, given.repeat, seconds, found, imported.growth)
    return 0


if __name__ == "__main__":
    sys.exit(main())
