"""The dependency network at ten thousand, a hundred thousand and a million nodes, beside networkx and native libraries:
`python -m benchmarks.network [--size N …] [--allowance SECONDS] [--markdown FILE] [--json FILE]`.

Method
------
- Inputs are made-up supply networks (`supply`), ten edges a node, with the statistics of the packaged facts.
- Every side has a process of its own, which builds its graph from the same arrays and then answers; sides take turns, in an order that
  changes. Times are processor time of that process (all threads), so that other work on the machine does not count. What counts is the
  ratio of medians, *instead / project*: above 1 the project is faster.
- Before anything is timed the answers are compared, and checked against the network itself; a difference ends the run with exit code 1.
- A side that has no such function is shown as `-`; one that does not answer within the allowance as *not finished in N s*. A side whose
  first answer takes more than a few seconds is not asked again.
- Compiled kernels are loaded before, as the server does while it starts; what a first query costs until then is a line of its own.
- Memory is that of the fresh processes: the peak after building and one closure, and the growth by building for each edge.

Exit code 1 means a wrong answer, never a slow one; whether a ratio asked for was reached is a column.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rich.console import Console

from benchmarks.first import first_query
from benchmarks.measure import Wrong
from benchmarks.memory import ROOT
from benchmarks.network_report import Line, print_lines, write_lines, write_markdown
from benchmarks.questions import Question, about_bills, about_graphs
from benchmarks.report import environment
from benchmarks.sides import NETWORK_SIDES, OURS
from benchmarks.supply import supply_network, write_supply
from benchmarks.turns import Player, side_class, take_turns
from kg.network.kernels.dispatch import MANY_EDGES

__all__ = ["main", "measure"]

SIZES = (10_000, 100_000, 1_000_000)
PACKAGES = ("networkx", "igraph", "rustworkx", "scipy", "numpy", "numba")

Say = Callable[[str], None]


def measure(
    nodes: int, seed: int, rounds: int, allowance: float, folder: Path, say: Say, only: str = ""
) -> Iterator[Line]:
    """All lines of one size, each as soon as it is there.

    Parameters
    ----------
    rounds : samples of a side.
    allowance : seconds a side has for an answer.
    folder : an empty one for the inputs.
    only : a word of the names of questions; no others are asked.

    Raises
    ------
    Wrong
        Sides gave different answers.
    """
    say(f"{nodes:,} nodes: making the network")
    supply = supply_network(nodes, seed)
    file = folder / f"{nodes}.npz"
    write_supply(supply, file)
    edges = len(supply.tails)
    yield from _phase(about_graphs(supply, seed), nodes, file, False, rounds, allowance, say, only, edges)
    bills = []
    for line in _phase(about_bills(supply.and_or()), nodes, file, True, rounds, allowance, say, only, edges):
        bills.append(line)
        yield line
    yield from _all_beside_one(bills, nodes)
    if not only:
        say(f"{nodes:,} nodes: the first query")
        yield _first(file, nodes)


def _phase(
    questions: Sequence[Question],
    nodes: int,
    file: Path,
    bill: bool,
    rounds: int,
    allowance: float,
    say: Say,
    only: str,
    edges: int,
) -> Iterator[Line]:
    """Build all sides, ask all questions."""
    questions = [q for q in questions if only in q.name]
    if not questions:
        return
    method = "bill" if bill else "graph"
    absent = {name: _absent(module, method) for name, module in NETWORK_SIDES.items()}
    players = [
        Player(name, module, file, allowance, bill=bill) for name, module in NETWORK_SIDES.items() if not absent[name]
    ]
    try:
        for player in players:
            say(f"{nodes:,} nodes: {player.name} builds its {'AND/OR side' if bill else 'graph'}")
            player.start()
        yield from _building(players, absent, nodes, bill)
        for question in questions:
            say(f"{nodes:,} nodes: {question.name}")
            taken, note = take_turns(question, players, _can, rounds)
            values = {t.side: (statistics.median(t.samples) * 1000 if t.samples else None) for t in taken}
            states = {t.side: t.failed or f"{len(t.samples)} samples" for t in taken}
            for name, reason in absent.items():
                if reason:
                    values[name], states[name] = None, reason
            yield Line(question.name, nodes, note, "ms", values, states)
            if question.method == "closure":
                yield from _memory(players, absent, nodes, edges)
    finally:
        for player in players:
            player.close()


def _absent(module: str, method: str) -> str:
    """Why a side has no part at all: its library is not installed, or does nothing of the kind."""
    library = module.rpartition(".with_")[2]
    if module != NETWORK_SIDES[OURS] and importlib.util.find_spec(library) is None:
        return "not installed"
    return _can(module, method)


def _can(module: str, method: str) -> str:
    return "" if hasattr(side_class(module), method) else "-"


def _building(players: Sequence[Player], absent: dict[str, str], nodes: int, bill: bool) -> list[Line]:
    values: dict[str, float | None] = dict.fromkeys(absent)
    states = dict(absent)
    for p in players:
        values[p.name] = None if p.built.failed else p.built.seconds * 1000
        states[p.name] = p.built.failed or "1 sample"
    return [
        Line(
            "build the AND/OR side" if bill else "build the graph", nodes, "from the same arrays", "ms", values, states
        )
    ]


def _memory(players: Sequence[Player], absent: dict[str, str], nodes: int, edges: int) -> list[Line]:
    kept: dict[str, float | None] = dict.fromkeys(absent)
    peaks: dict[str, float | None] = dict.fromkeys(absent)
    states = dict(absent)
    for p in players:
        states[p.name] = p.built.failed or "1 sample"
        if not p.built.failed:
            kept[p.name] = p.built.exact_bytes or (p.built.after - p.built.before) * 1024 / edges
            peaks[p.name] = p.peak() / 1024
    return [
        Line(
            "bytes an edge",
            nodes,
            "the project's arrays exactly; others by the growth of the process",
            "B",
            kept,
            states,
        ),
        Line("peak memory", nodes, "input, imports, building and a closure", "MB", peaks, states),
    ]


def _all_beside_one(bills: Sequence[Line], nodes: int) -> list[Line]:
    """How many single removals all of them cost."""
    one = next((line for line in bills if line.name == "remove the largest country"), None)
    every = next((line for line in bills if line.name == "remove each company alone"), None)
    if one is None or every is None:
        return []
    values: dict[str, float | None] = {}
    for name, took in every.values.items():
        single = one.values.get(name)
        values[name] = took / single if took is not None and single else None
    note = "all companies each alone, in removals of the largest country"
    return [Line("all single removals beside one", nodes, note, "×", values, every.states)]


def _first(file: Path, nodes: int) -> Line:
    found = first_query(file)
    note = (
        f"everything upstream, from an empty cache: {found['twin']:,.1f} ms by the plain version alone; slowest of {found['count']:.0f} "
        f"until the kernel was there, for {found['waited']:.0f} s: {found['slowest']:,.0f} ms; then {found['later']:,.1f} ms"
    )
    values: dict[str, float | None] = {OURS: found["first"], "the plain version": found["twin"]}
    return Line("first query after a start", nodes, note, "ms", values, dict.fromkeys(values, "1 sample"))


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; 0, or 1 where two sides gave different answers."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.network", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--size", type=int, action="append", help="nodes (10000, 100000 and 1000000); may be repeated")
    parser.add_argument("--repeat", type=int, default=5, help="samples of each side (5)")
    parser.add_argument(
        "--allowance", type=float, default=60.0, help="seconds of the processor a side has for an answer (60)"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the networks and of the nodes asked about (0)")
    parser.add_argument("--only", default="", help="a word of the questions to ask")
    parser.add_argument("--markdown", type=Path, help="also write the table to this file")
    parser.add_argument("--json", type=Path, help="also write the measurements to this file")
    given = parser.parse_args(argv)
    where, progress, began = environment(PACKAGES), Console(stderr=True), time.perf_counter()

    def say(text: str) -> None:
        progress.print(f"[dim]{time.perf_counter() - began:6.1f} s  {text}[/dim]")

    sizes = given.size or SIZES
    if max(sizes) * 10 >= MANY_EDGES:
        say("compiling kernels, so that no side's figures hold it")
        command = [sys.executable, "-c", "from kg.network.kernels import dispatch; dispatch.warm()"]
        subprocess.run(command, cwd=ROOT, check=True)
    found: list[Line] = []
    try:
        for nodes in sizes:
            with tempfile.TemporaryDirectory(prefix="chokepoint-bench-") as folder:
                for line in measure(nodes, given.seed, given.repeat, given.allowance, Path(folder), say, given.only):
                    found.append(line)  # and write it: a run that is ended leaves what it has
                    seconds = time.perf_counter() - began
                    if given.markdown:
                        write_markdown(given.markdown, found, where, seconds)
                    if given.json:
                        write_lines(given.json, found, where, seconds)
    except Wrong as error:
        progress.print(f"[red]{error}[/red]")
        return 1
    print_lines(Console(width=None if sys.stdout.isatty() else 170), found, where, time.perf_counter() - began)
    return 0


if __name__ == "__main__":
    sys.exit(main())
