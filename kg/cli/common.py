"""What the commands share: the application, formats, messages."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from kg.errors import BadArgument, KGError

__all__ = ["RELEASE", "Format", "app", "fail", "main", "say"]

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


RELEASE = Annotated[
    str | None,
    typer.Option(
        "--release",
        help="Folder or hash of a release; the packaged seed where left out.",
        envvar="CHOKEPOINT_RELEASE",
        show_envvar=True,
    ),
]


def main() -> None:
    """Run the command; errors of the core end with one clear line and their exit code."""
    try:
        app()
    except BadArgument as error:
        fail(error.message, 2)
    except KGError as error:
        fail(error.message, 1)
    except (PermissionError, NotADirectoryError, FileExistsError, IsADirectoryError) as error:
        fail(f"{error.filename}: {error.strerror}", 1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        if os.environ.get("CHOKEPOINT_TRACE"):
            raise
        fail(f"a fault of the program: {type(error).__name__}: {error} (CHOKEPOINT_TRACE=1 shows where)", 1)


def fail(message: str, code: int) -> None:
    """End with one line on standard error and an exit code."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"chokepoint: {message}", markup=False)
    sys.exit(code)


def say(text: str) -> None:
    """One line for people, on standard error."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(text, markup=False)
