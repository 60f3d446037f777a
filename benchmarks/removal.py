"""Removals beside networkx: `python -m benchmarks.removal [--size 10000 100000] [--repeat N] [--alone 0.35]`.

One country's companies gone, and every company gone alone, over made-up programs of about ten literals an item: tiers, a heavy tail of
companies and of what is used, a few circles. The answers are compared first; then the sides are timed in turn (`benchmarks.measure`). The
networkx sides walk a `DiGraph` (literal → clause → item) with counters in dicts, written twice: with the counters of all clauses at
hand from the start, and with those of the clauses met only. All single removals with networkx would be one walk a company; what is
shown for it is that product, from a sample of companies. Peak memory is that of a fresh process for each side.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
import numpy.typing as npt
from rich.console import Console

from benchmarks.measure import Measurement, Side, Wrong, compare, same
from benchmarks.memory import ROOT, peak
from kg.network.kernels import dispatch
from kg.network.kernels.andor import SingleLosses, single_losses, surviving
from kg.network.program import Program

__all__ = ["Net", "graph_of", "main", "make_net", "measure_removal"]

_COUNTRIES, _TIERS = 40, 8
_SAMPLE = 40
"""Companies removed one by one with networkx."""


@dataclass(frozen=True, slots=True, eq=False)
class Net:
    """A program, the sources of each company (`offsets`, `sources`), the company of a source and the country of a company."""

    program: Program
    offsets: npt.NDArray[np.int32]
    sources: npt.NDArray[np.int32]
    company: npt.NDArray[np.int32]
    country: npt.NDArray[np.int32]

    def of_country(self, country: int) -> npt.NDArray[np.bool_]:
        """The sources of a country's companies, as a mask."""
        return np.asarray(self.country[self.company] == country)


def make_net(items: int, seed: int = 0, alone: float = 0.35) -> Net:
    """Items in tiers, each but the raw ones with three requirements (a part `alone` of them without an alternative) of lower tiers, and
    with providers: a seventh of the items one, the others two and more."""
    random = np.random.default_rng(seed)
    tier = np.sort(random.integers(0, _TIERS, items))
    first = np.searchsorted(tier, np.arange(_TIERS + 1))
    rows = np.concatenate(([0], np.cumsum(np.where(tier == 0, 1, 4))))
    clauses = int(rows[-1])
    makes = np.zeros(clauses, dtype=np.bool_)
    makes[rows[1:] - 1] = True
    makers = np.where(random.random(clauses) < 1 / 7, 1, 2 + np.minimum(random.zipf(1.8, clauses), 20))
    needs = np.where(random.random(clauses) < alone, 1, random.integers(2, 4, clauses))
    sizes = np.where(makes, makers, needs)
    heads = np.concatenate(([0], np.cumsum(sizes)))
    of_maker = np.repeat(makes, sizes)
    own = np.repeat(tier, np.diff(rows))[np.repeat(np.arange(clauses), sizes)]
    below = np.maximum(own - np.minimum(random.geometric(0.7, len(own)), np.maximum(own, 1)), 0)
    popular = random.random(len(own)) ** 2.6
    literals = (first[below] + popular * (first[below + 1] - first[below])).astype(np.int64)
    back = ~of_maker & (random.random(len(own)) < 0.01)  # what needs something of a higher tier, and so closes circles
    literals[back] = random.integers(0, items, int(back.sum()))
    sources, companies = int(of_maker.sum()), max(20, items // 5)
    literals[of_maker] = ~np.arange(sources)
    company = (companies * random.random(sources) ** 2.5).astype(np.int32)
    program = Program(items, sources, rows.astype(np.int32), heads.astype(np.int32), literals.astype(np.int32))
    offsets = np.concatenate(([0], np.cumsum(np.bincount(company, minlength=companies)))).astype(np.int32)
    country = (_COUNTRIES * random.random(companies) ** 2).astype(np.int32)
    return Net(program, offsets, np.argsort(company, kind="stable").astype(np.int32), company, country)


def graph_of(program: Program) -> nx.DiGraph:
    """The program as a graph: items 0.., then sources, then clauses; an edge from a literal to its clause, from a clause to its item."""
    clause_of = np.repeat(np.arange(program.clauses), np.diff(program.literal_offsets))
    first = program.items + program.sources
    nodes = np.where(program.literals >= 0, program.literals, program.items + ~program.literals)
    graph = nx.DiGraph()
    graph.add_nodes_from(range(first + program.clauses))
    graph.add_edges_from(zip(nodes.tolist(), (first + clause_of).tolist(), strict=True))
    graph.add_edges_from(zip(range(first, first + program.clauses), program.owners.tolist(), strict=True))
    return graph


def _walk(graph: nx.DiGraph, gone: Sequence[int], left: dict[int, int] | None) -> set[int]:
    """The items lost; counters of the clauses met where none are given."""
    lost: set[int] = set()
    queue = deque(gone)
    counters: dict[int, int] = {} if left is None else left
    while queue:
        for clause in graph.successors(queue.popleft()):
            counters[clause] = remaining = (counters[clause] if clause in counters else graph.in_degree(clause)) - 1
            if remaining == 0:
                item = next(graph.successors(clause))
                if item not in lost:
                    lost.add(item)
                    queue.append(item)
    return lost


def measure_removal(items: int, repeat: int, alone: float) -> list[Measurement]:
    """One size: a country, and every company.

    Raises
    ------
    Wrong
        Two sides gave different answers.
    """
    net = make_net(items, alone=alone)
    program, graph = net.program, graph_of(net.program)
    dead = net.of_country(1)
    gone = (program.items + np.flatnonzero(dead)).tolist()
    clauses = [n for n in graph if n >= program.items + program.sources]

    def full() -> set[int]:
        return _walk(graph, gone, {n: graph.in_degree(n) for n in clauses})

    def lazy() -> set[int]:
        return _walk(graph, gone, None)

    with dispatch.using(compiled=True):
        before = surviving(program)
        after = surviving(program, dead)
        same("a country", set(np.flatnonzero(before & ~after).tolist()), full(), lazy())
        found = compare(
            f"{items:,} items",
            "a country removed",
            Side("surviving", lambda: surviving(program, dead)),
            [Side("networkx, all counters", full), Side("networkx, counters met", lazy)],
            repeat,
            note=f"{int((before & ~after).sum()):,} lost",
        )
        every = single_losses(program, net.offsets, net.sources, items - 1)
        sample = np.linspace(0, len(net.offsets) - 2, _SAMPLE).astype(int).tolist()
        owned = [(program.items + net.sources[net.offsets[c] : net.offsets[c + 1]]).tolist() for c in sample]
        same("companies", [int(every.lost[c]) for c in sample], [len(_walk(graph, each, None)) for each in owned])

        def call() -> SingleLosses:
            return single_losses(program, net.offsets, net.sources, items - 1)

        said = f"{len(every.lost):,} companies, {int(every.lost.sum(dtype=np.int64)):,} losses, most {int(every.lost.max()):,}"
        one = Side("one country (its share of all is the ratio's inverse)", lambda: surviving(program, dead))
        found += compare(
            f"{items:,} items", "every company alone", Side("single_losses", call), [one], repeat, note=said
        )
        many = Side(f"networkx, {_SAMPLE} companies", lambda: [_walk(graph, each, None) for each in owned])
        found += compare(
            f"{items:,} items", f"every company, networkx {_SAMPLE}", Side("single_losses", call), [many], repeat
        )
    return found


def _peak(side: str, items: int, alone: float) -> float:
    command = [sys.executable, "-m", "benchmarks.removal", "--side", side, "--size", str(items), "--alone", str(alone)]
    return int(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout) / 1024


def _alone_in_a_process(side: str, items: int, alone: float) -> None:
    net = make_net(items, alone=alone)
    if side == "networkx":
        _walk(graph_of(net.program), (items + np.flatnonzero(net.of_country(1))).tolist(), None)
    elif side == "project":
        with dispatch.using(compiled=True):
            single_losses(net.program, net.offsets, net.sources, items - 1)
    print(peak())


def main(argv: Sequence[str] | None = None) -> int:
    """Run all sizes; 0, or 1 where two sides gave different answers."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.removal", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument(
        "--size", type=int, nargs="+", default=[10_000, 100_000], help="items (a million takes 6 GB for networkx)"
    )
    parser.add_argument("--repeat", type=int, default=7, help="rounds of each comparison")
    parser.add_argument("--alone", type=float, default=0.35, help="part of the requirements without an alternative")
    parser.add_argument(
        "--side", choices=("networkx", "project", "input"), help="only print a side's peak memory in kB"
    )
    given = parser.parse_args(argv)
    if given.side:
        _alone_in_a_process(given.side, given.size[0], given.alone)
        return 0
    out = Console(width=None if sys.stdout.isatty() else 160)
    try:
        for items in given.size:
            for line in measure_removal(items, given.repeat, given.alone):
                out.print(
                    f"{line.theme:16} {line.name:32} {line.ours} {line.ours_value:10.2f} ms   {line.other} {line.other_value:10.2f} ms"
                    f"   ratio {line.ratio:.3g}   {line.note}"
                )
            sizes = {side: _peak(side, items, given.alone) for side in ("input", "project", "networkx")}
            out.print(
                f"{items:,} items: peak memory " + ", ".join(f"{side} {size:,.0f} MB" for side, size in sizes.items())
            )
    except Wrong as error:
        out.print(f"[red]{error}[/red]")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
