"""What an operation is, and what several of them share.

Owns the declaration of one operation, the arguments of pages and the cutting of a page. The table itself is `kg.operations`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kg.analysis.desk import Desk
from kg.analysis.lookup import page
from kg.arguments import COMMON, Argument
from kg.terms import camel_case, content_hash

__all__ = ["AFTER", "FIRST", "MIN_SHARE", "RELATION", "Arguments", "Operation", "page_of"]

Arguments = Mapping[str, Any]
"""Values of an operation's arguments by their names in snake_case."""

FIRST = Argument("first", "integer", "Rows at most.", default=50, minimum=1, maximum=500)
RELATION = Argument("relation", "relation", "Relations an edge may have; all where left out. Repeatable.", many=True)
MIN_SHARE = Argument(
    "min_share",
    "number",
    "Percent; of relations that carry shares, only those known to be at least this.",
    default=0.0,
    minimum=0,
    maximum=100,
)
AFTER = Argument("after", "text", "Cursor of the page before, as `next` gave it.")


@dataclass(frozen=True, slots=True)
class Operation:
    """One question: its name with hyphens, arguments (beside `COMMON`), answer class and function.

    `subject` is the argument that says of what; the command line takes it without its name. `table` is the class of the
    answer that is given when it is left out, where that is another one. `with_subject` are further arguments that the single answer
    needs: where one of them is left out, a table is given over its class.
    """

    name: str
    doc: str
    arguments: tuple[Argument, ...]
    answer: type
    function: Callable[[Desk, Arguments], Any]
    subject: str = ""
    table: type | None = None
    with_subject: tuple[str, ...] = ()

    @property
    def camel(self) -> str:
        """The name as a GraphQL field."""
        return camel_case(self.name)

    @property
    def all_arguments(self) -> tuple[Argument, ...]:
        """Own arguments, then the common ones."""
        return self.arguments + COMMON


def page_of(desk: Desk, a: Arguments, class_: str, name: str) -> tuple[list[str], int, str | None]:
    """The page of a class that a table shows, how many entities the class has, and the next cursor."""
    entities = sorted(desk.snapshot.entities(class_), key=lambda e: e.iri)
    key = content_hash(
        [name, desk.snapshot.dataset.release.hash, *(str(a.get(k)) for k in ("policy", "class", "older_than"))], 12
    )
    shown, next_ = page(entities, a["first"], a["after"], key)
    return [e.iri for e in shown], len(entities), next_
