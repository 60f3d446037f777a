"""The commands that are operations, made from the table.

Required arguments are positional (and may be given as options), the others options.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer
from rich.console import Console

from kg.arguments import Argument
from kg.cli.common import RELEASE, Format, app, say
from kg.errors import BadArgument
from kg.operations import OPERATIONS, Operation, run
from kg.rendering import as_csv, as_json, as_table, notices
from kg.store.dataset import Dataset
from kg.store.opening import open_release

_PAGE = 500
"""Rows of a page when the whole table is asked: the most a page may have."""


def _command(operation: Operation) -> Callable[..., None]:
    """A function with the signature the command line reads."""
    arguments = operation.all_arguments

    def command(**given: Any) -> None:
        format_, release = given.pop("format_"), given.pop("release")
        raw = {a.name: _given(a, given.get(f"p_{a.name}"), given.get(f"o_{a.name}")) for a in arguments}
        raw = {k: v for k, v in raw.items() if v is not None}
        if given.pop("whole", False):
            _whole(open_release(release), operation, raw, format_)
            return
        answered = run(open_release(release), operation, raw)
        if format_ is Format.json:
            print(as_json(answered))
        elif format_ is Format.csv:
            print(as_csv(answered), end="")
            for notice in notices(answered):
                say(f"note: {notice}")
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
    if operation.table is not None:
        every = typer.Option("--all", help="The whole table instead of a page; with --format csv.", show_default=False)
        parameters.append(_parameter("whole", Annotated[bool, every], False))
    parameters.append(_parameter("release", RELEASE))
    parameters.append(
        _parameter("format_", Annotated[Format, typer.Option("--format", help="How to print it.")], Format.table)
    )
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    return command


def _whole(dataset: Dataset, operation: Operation, raw: dict[str, Any], format_: Format) -> None:
    """Print a table page by page, as one file of CSV; notices once, and how far it is."""
    if format_ is not Format.csv or {"first", "after"} & set(raw):
        raise BadArgument(
            "all: the whole table is printed as CSV; add --format csv, without --first and --after",
            detail={"argument": "all"},
        )
    told: dict[str, None] = {}
    after, printed = None, 0
    while True:
        page = run(dataset, operation, raw | {"first": _PAGE} | ({"after": after} if after else {}))
        table: Any = page.answer
        if operation.table is None or not isinstance(page.answer, operation.table):
            raise BadArgument(
                f"all: {operation.subject} was given, so there is one answer and no table", detail={"argument": "all"}
            )
        told |= dict.fromkeys(notices(page))
        text = as_csv(page)
        print(text if not printed else text.partition("\n")[2], end="")
        printed += len(table.rows)
        after = table.next
        if after is None or not table.rows:
            break
        say(f"{printed} of {table.total}")
    for notice in told:
        say(f"note: {notice}")


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
