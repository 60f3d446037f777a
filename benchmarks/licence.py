"""The licence question for every chip and system to every country and territory: one table, beside asking pair by pair.

Nothing that could be installed answers this question, so the other sides are what a user would do without the table: ask
each pair by itself, or let the command line print it.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.measure import Measurement, Side, compare, same
from benchmarks.world import World
from kg.operations import by_name, run
from kg.store.dataset import Dataset

__all__ = ["measure_licence"]

_DAY, _KNOWN, _PAGE, _ITEM = "2026-07-23", "2026-11-24", 500, "nvidia-h20"
_COMMAND = (sys.executable, "-c", "from kg.cli import main; main()")


def measure_licence(world: World, repeat: int, say: Callable[[str], None]) -> Iterator[Measurement]:
    """All lines of the theme; the whole table is worked out anew in each round, from an opened release."""
    operation = by_name("licence")
    asked = {"as_of": _DAY, "known_on": _KNOWN}

    def opened() -> Dataset:
        return Dataset.open(world.release)

    def table(dataset: Dataset, **given: str) -> list[tuple[str, str, str, str]]:
        found: list[tuple[str, str, str, str]] = []
        after: dict[str, str] = {}
        while True:
            answer = run(dataset, operation, asked | given | {"first": _PAGE} | after).answer
            found += [(r.item.id, r.destination.id, r.status, r.status_as_codified) for r in answer.rows]
            if answer.next is None:
                return found
            after = {"after": answer.next}

    def each(dataset: Dataset) -> list[tuple[str, str, str, str]]:
        countries = sorted(e.slug for e in dataset.as_of().entities("Country"))
        answers = [run(dataset, operation, asked | {"item": _ITEM, "destination": c}).answer for c in countries]
        return [(a.item.id, a.destination.id, a.status, a.status_as_codified) for a in answers]

    def printed() -> list[tuple[str, str, str, str]]:
        line = [*_COMMAND, "licence", "--all", "--format", "csv", "--as-of", _DAY, "--known-on", _KNOWN]
        line += ["--release", str(world.release.folder)]
        root = str(Path(__file__).resolve().parents[1])
        text = subprocess.run(
            line, env={**os.environ, "PYTHONPATH": root}, capture_output=True, text=True, check=True
        ).stdout
        columns = ("item", "destination", "status", "statusAsCodified")
        return [(r[columns[0]], r[columns[1]], r[columns[2]], r[columns[3]]) for r in csv.DictReader(text.splitlines())]

    say("the licence table")
    whole = table(opened())
    same("licence, one item", sorted(r for r in whole if r[0] == _ITEM), sorted(each(opened())))
    same("licence, whole table", whole, printed())
    items, places = (len({r[n] for r in whole}) for n in (0, 1))
    words = ", ".join(f"{word} {n:,}" for word, n in sorted(Counter(r[2] for r in whole).items()))
    yield from compare(
        "licence",
        f"{_ITEM} to all destinations",
        Side("one table", lambda d: table(d, item=_ITEM), opened),
        [Side("a question for each, with its steps", each, opened)],
        repeat,
        f"{places} destinations on {_DAY}",
    )
    yield from compare(
        "licence",
        "all items to all destinations",
        Side(f"pages of {_PAGE:,}, in one process", table, opened),
        [Side("chokepoint licence --all --format csv", printed)],
        repeat,
        f"{items} items × {places} destinations, {len(whole):,} pairs: {words}",
        warm=False,
    )
