"""The `chokepoint` command.

Owns the commands that are no operations (`serve`, `build`, `check`, `sparql`) and the making of those that are, from the
table: required arguments are positional (and may be given as options), the others options. Exit codes: 0 answered, 1
refused or failed, 2 wrong usage.
"""

from __future__ import annotations

import csv
import inspect
import json
import os
import sys
import tempfile
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from kg.arguments import Argument
from kg.errors import BadArgument, FactsRefused, KGError
from kg.operations import OPERATIONS, Operation, run
from kg.rendering import as_csv, as_json, as_table, notices
from kg.store.opening import build_folder, cache_folder, open_release, packaged

__all__ = ["app", "main"]

app = typer.Typer(
    name="chokepoint",
    help="Who depends on whom for AI chips, and which rule says no: ask the graph, or serve it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class Format(StrEnum):
    """How an answer is printed."""

    table = "table"
    json = "json"
    csv = "csv"


_RELEASE = Annotated[
    str | None, typer.Option("--release", help="Folder or hash of a release; the packaged seed where left out.")
]


def main() -> None:
    """Run the command; errors of the core end with one clear line and their exit code."""
    try:
        app()
    except BadArgument as error:
        _fail(error.message, 2)
    except KGError as error:
        _fail(error.message, 1)
    except (PermissionError, NotADirectoryError, FileExistsError, IsADirectoryError) as error:
        _fail(f"{error.filename}: {error.strerror}", 1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _fail(message: str, code: int) -> None:
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"chokepoint: {message}", markup=False)
    sys.exit(code)


def _say(text: str) -> None:
    Console(stderr=True, highlight=False, soft_wrap=True).print(text, markup=False)


# ---- operations -------------------------------------------------------------------------------------------------------------


def _command(operation: Operation) -> Callable[..., None]:
    """A function with the signature the command line reads."""
    arguments = operation.all_arguments

    def command(**given: Any) -> None:
        format_, release = given.pop("format_"), given.pop("release")
        raw = {a.name: _given(a, given.get(f"p_{a.name}"), given.get(f"o_{a.name}")) for a in arguments}
        answered = run(open_release(release), operation, {k: v for k, v in raw.items() if v is not None})
        if format_ is Format.json:
            print(as_json(answered))
        elif format_ is Format.csv:
            print(as_csv(answered), end="")
            for notice in notices(answered):
                _say(f"note: {notice}")
        else:
            as_table(answered, Console(highlight=False))

    parameters = []
    for argument in arguments:
        kind = _python_type(argument)
        if argument.required or argument.name == operation.subject:
            positional = typer.Argument(help=argument.doc, metavar=argument.kebab.upper(), show_default=False)
            parameters.append(_parameter(f"p_{argument.name}", Annotated[kind, positional]))
        hidden = argument.required or argument.name == operation.subject
        option = typer.Option(f"--{argument.kebab}", help=argument.doc, hidden=hidden, show_default=False)
        parameters.append(_parameter(f"o_{argument.name}", Annotated[kind, option]))
    parameters.append(_parameter("release", _RELEASE))
    parameters.append(
        _parameter("format_", Annotated[Format, typer.Option("--format", help="How to print it.")], Format.table)
    )
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    return command


def _given(argument: Argument, positional: Any, option: Any) -> Any:
    """The value given in either way; giving both is an error."""
    found = [v for v in (positional, option) if v is not None and v != []]
    if len(found) > 1:
        raise BadArgument(
            f"{argument.kebab}: given as {found[0]!r} and as --{argument.kebab} {found[1]!r}; give one",
            detail={"argument": argument.kebab},
        )
    return found[0] if found else None


def _parameter(name: str, annotation: Any, default: Any = None) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _python_type(argument: Argument) -> Any:
    if argument.kind == "flag":
        return bool
    kind = {"integer": int, "number": float}.get(argument.kind, str)
    return (list[kind] | None) if argument.many else (kind | None)  # type: ignore[valid-type]


for _operation in OPERATIONS:
    app.command(_operation.name, help=_operation.doc)(_command(_operation))


# ---- the server -------------------------------------------------------------------------------------------------------------


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (CHOKEPOINT_HOST; default 127.0.0.1).")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on (CHOKEPOINT_PORT; default 8000).", min=1, max=65535)
    ] = None,
    release: _RELEASE = None,
) -> None:
    """Serve the graph over HTTP: GraphQL, SPARQL, REST and linked data."""
    import uvicorn

    for name, value in (("HOST", host), ("PORT", port), ("RELEASE", release)):
        if value is not None:
            os.environ[f"CHOKEPOINT_{name}"] = str(value)
    from importlib import import_module

    server = import_module("api.server")
    config = server.configuration(_say)
    assert isinstance(config, uvicorn.Config)
    if not server.run(config):
        raise KGError("the server could not start; see the lines above")


# ---- facts and releases -----------------------------------------------------------------------------------------------------


@app.command()
def build(
    folder: Annotated[Path, typer.Argument(help="Folder of facts.", exists=True, file_okay=False)],
    into: Annotated[Path | None, typer.Option(help="Folder of releases; the cache folder where left out.")] = None,
) -> None:
    """Build a release from a folder of facts. If there is one mistake, nothing is built."""
    release = build_folder(folder, into)
    print(release.folder)
    counts = release.manifest
    _say(
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
        _fail(f"{len(error.mistakes)} mistake{'s' if len(error.mistakes) != 1 else ''}", 1)
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
    _say(
        f"no mistake: {len(facts.entities)} entities, {len(facts.statements)} statements, {len(facts.sources)} sources"
    )


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
        _say(f"left out beyond the non-commercial data sets: {100 * sums[3] / max(1, free):.2f} % of {free} rows")
    missing = [f"{r.file}:{name}" for r in rows for name in r.unaccounted]
    if missing:
        _fail(f"{len(missing)} rows are unaccounted: {', '.join(missing[:10])}{' …' if len(missing) > 10 else ''}", 1)


@app.command()
def sparql(
    query: Annotated[
        str, typer.Argument(help="The query, a file of it with @ before its name, or - for standard input.")
    ],
    accept: Annotated[str, typer.Option(help="Media type of the result.")] = "text/csv",
    timeout: Annotated[float, typer.Option(help="Seconds it may take.", min=0.1, max=3600)] = 30.0,
    release: _RELEASE = None,
) -> None:
    """Answer a SPARQL query, in a process of its own that ends at the deadline."""
    from kg.sparql import SparqlService, SparqlSettings
    from kg.store.opening import find_release

    try:
        text = (
            sys.stdin.read()
            if query == "-"
            else Path(query[1:]).read_text(encoding="utf-8")
            if query.startswith("@")
            else query
        )
    except OSError as error:
        raise BadArgument(f"query: {error.strerror}: {query[1:]}") from None
    folder = find_release(release).folder
    limits = SparqlSettings(timeout=timeout, workers=1)
    with SparqlService.for_release(folder, limits, extra="kg.policy.inferred:state_triples") as service:
        answer = service.query(text, accept=accept, timeout=timeout)
    sys.stdout.buffer.write(answer.body)
    sys.stdout.buffer.flush()


@app.command()
def releases() -> None:
    """List the releases that are kept, newest first."""
    folder = cache_folder() / "releases"
    kept = sorted(folder.glob("[!.]*"), key=lambda p: p.stat().st_mtime, reverse=True)
    for each in kept:
        print(each.name)
    if not kept:
        _say("no release is kept yet; any question builds the packaged one")
