"""Facts and releases: build, check, account, list."""

from __future__ import annotations

import csv
import json
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from kg.cli.common import Format, app, fail, say
from kg.errors import FactsRefused
from kg.store.opening import build_folder, cache_folder, packaged

__all__ = ["account", "build", "check", "releases"]


@app.command()
def build(
    folder: Annotated[Path, typer.Argument(help="Folder of facts.", exists=True, file_okay=False)],
    into: Annotated[Path | None, typer.Option(help="Folder of releases; the cache folder where left out.")] = None,
) -> None:
    """Build a release from a folder of facts. If there is one mistake, nothing is built."""
    release = build_folder(folder, into)
    print(release.folder)
    counts = release.manifest
    say(
        f"release {release.id}: {sum(counts['statements'].values())} statements, {counts['sources']} sources, {counts['quads']} quads"
    )


@app.command()
def check(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Folder of facts; the packaged seed where left out.", exists=True, file_okay=False),
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="How to print the mistakes.")] = Format.table,
) -> None:
    """Check a folder of facts: all mistakes, each with its place and what was expected; if there is none, the figures of what the
    folder holds."""
    from kg.export.quality import measure
    from kg.facts.reader import read_facts
    from kg.schema import load_schema
    from kg.store.dataset import Dataset
    from kg.store.release import build_release

    ontology = packaged("ontology")
    try:
        facts = read_facts(folder or packaged("seed_data"), load_schema(ontology))
    except FactsRefused as error:
        _print_mistakes(error, format_)
        fail(f"{len(error.mistakes)} mistake{'s' if len(error.mistakes) != 1 else ''}", 1)
        return
    with tempfile.TemporaryDirectory() as place:
        snapshot = Dataset.open(build_release(facts, ontology, Path(place))).as_of()
        figures = measure(snapshot)
    if format_ is Format.json:
        print("[]")
    elif format_ is Format.csv:
        rows = csv.writer(sys.stdout, lineterminator="\n")
        rows.writerow(("group", "what", "count", "share"))
        rows.writerows((f.group, f.name, f.count, f.share) for f in figures)
    else:
        table = Table("group", "what", "count", "share")
        for figure in figures:
            table.add_row(figure.group, figure.name, str(figure.count), figure.share)
        Console(highlight=False).print(table)
    say(f"no mistake: {len(facts.entities)} entities, {len(facts.statements)} statements, {len(facts.sources)} sources")


def _print_mistakes(error: FactsRefused, format_: Format) -> None:
    keys = ("file", "line", "column", "problem", "expected", "nearest")
    if format_ is Format.csv:
        rows = csv.writer(sys.stdout, lineterminator="\n")
        rows.writerow(keys)
        for mistake in error.mistakes:
            rows.writerow([*(getattr(mistake, k) for k in keys[:-1]), " | ".join(mistake.nearest)])
        return
    if format_ is Format.json:
        print(json.dumps([{k: getattr(m, k) for k in keys} for m in error.mistakes], ensure_ascii=False, indent=1))
        return
    for mistake in error.mistakes:
        print(mistake)


@app.command()
def account(
    facts: Annotated[
        Path, typer.Argument(help="Folder of the researched facts (CSV files).", exists=True, file_okay=False)
    ],
    seed: Annotated[
        Path | None, typer.Option(help="Folder of facts made from them; the packaged seed where left out.")
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.table,
) -> None:
    """Count what became of each row of researched facts: used, left out with a reason, or unaccounted. Exit code 1 if a row is
    unaccounted."""
    from dataclasses import asdict

    from kg.facts.account import account as count

    rows = count(facts, seed or packaged("seed_data"))
    if format_ is Format.json:
        print(json.dumps([asdict(r) for r in rows], indent=1))
    else:
        table = Table("file", "rows", "used", "left out: non-commercial", "left out: other", "unaccounted")
        for row in rows:
            counts = (row.rows, row.used, row.left_out_licence, row.left_out, len(row.unaccounted))
            table.add_row(row.file, *map(str, counts))
        sums = [sum(getattr(r, n) for r in rows) for n in ("rows", "used", "left_out_licence", "left_out")]
        open_rows = sum(len(r.unaccounted) for r in rows)
        table.add_row("all", *map(str, sums), str(open_rows))
        Console(highlight=False).print(table)
        free = sums[0] - sums[2]
        say(f"left out beyond the non-commercial data sets: {100 * sums[3] / max(1, free):.2f} % of {free} rows")
    missing = [f"{r.file}:{name}" for r in rows for name in r.unaccounted]
    if missing:
        fail(f"{len(missing)} rows are unaccounted: {', '.join(missing[:10])}{' …' if len(missing) > 10 else ''}", 1)


@app.command()
def releases() -> None:
    """List the releases that are kept, newest first."""
    folder = cache_folder() / "releases"
    kept = sorted(folder.glob("[!.]*"), key=lambda p: p.stat().st_mtime, reverse=True)
    for each in kept:
        print(each.name)
    if not kept:
        say("no release is kept yet; any question builds the packaged one")
