"""Arguments: what an operation takes, and how text becomes a value.

Owns the reading and range of arguments for every surface, so that the same mistake gets the same message everywhere.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.errors import BadArgument
from kg.facts.dates import parse_day, parse_start
from kg.facts.index import EntityIndex
from kg.facts.mistakes import nearest
from kg.schema import Schema
from kg.terms import BASE, camel_case, kebab_case

__all__ = ["COMMON", "Argument", "read_arguments", "read_id"]

_MOST_TEXT = 500
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?\Z")
_MOST_VALUES = 100
_RELATION = re.compile(r"(relation|statement)/[0-9a-f]{8,64}")


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument.

    `kind` is `id`, `text`, `integer`, `number`, `flag`, `word` (one of `choices`), `date`, `start` (a date after which),
    `class` or `relation`;
    `many` makes it a list. `classes` are the classes an id may have; with `relations` it may also be that of a relation or of a statement
    (`relation/…`, `statement/…` or the IRI). `name` is in snake_case; HTTP and GraphQL write it in
    camelCase, the command line with hyphens.
    """

    name: str
    kind: str
    doc: str
    required: bool = False
    many: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    classes: tuple[str, ...] = ("Entity",)
    minimum: float | None = None
    maximum: float | None = None
    relations: bool = False

    @property
    def camel(self) -> str:
        """The name on HTTP and GraphQL."""
        return camel_case(self.name)

    @property
    def kebab(self) -> str:
        """The name on the command line."""
        return kebab_case(self.camel)


COMMON = (
    Argument(
        "as_of",
        "date",
        "Day on which what is answered is valid (YYYY-MM-DD; a month or year means its last day). Default: today (UTC).",
    ),
    Argument("known_on", "date", "Day by which it had to be known. Default: today (UTC)."),
    Argument(
        "data_licence",
        "text",
        "Keep only what may be used under this licence (an SPDX id, or commercial); with only- before an id, what has it.",
    ),
    Argument("verified_only", "flag", "Leave out statements whose source has not been seen.", default=False),
)
"""The arguments of every operation."""


def read_arguments(
    arguments: Sequence[Argument],
    raw: Mapping[str, Any],
    schema: Schema,
    index: EntityIndex,
    shown: Callable[[str], bool] = lambda iri: True,
) -> dict[str, Any]:
    """Values by snake_case name; ids become IRIs, dates `datetime.date`. `raw` is keyed by camelCase or snake_case names,
    values are text, lists of text, or already of the right type; None and blank text count as left out. Entities that are not `shown`
    are not suggested where an id is not found.

    Raises
    ------
    BadArgument, BadDate, UnknownId, AmbiguousId, WrongClass
        With the argument's name, what was expected and the nearest choice.
    """
    by_name = {a.camel: a for a in arguments} | {a.name: a for a in arguments}
    for name in raw:
        if name not in by_name:
            near = nearest(name, {a.camel for a in arguments})
            raise BadArgument(
                f"no argument {name[:60]!r}"
                + (f"; nearest: {', '.join(near)}" if near else f"; it takes {', '.join(a.camel for a in arguments)}"),
                code="unknown-argument",
                detail={"argument": name[:60], "nearest": list(near)},
            )
    found: dict[str, Any] = {}
    for argument in arguments:
        given = raw.get(argument.camel, raw.get(argument.name))
        values = [v for v in (given if isinstance(given, (list, tuple)) else [given]) if v is not None and v != ""]
        if not values:
            if argument.required:
                raise BadArgument(
                    f"{argument.camel}: missing; expected {argument.doc[:1].lower()}{argument.doc[1:]}",
                    code="missing-argument",
                    detail={"argument": argument.camel},
                )
            found[argument.name] = () if argument.many else argument.default
            continue
        if len(values) > 1 and not argument.many:
            raise BadArgument(
                f"{argument.camel}: given {len(values)} times; expected once", detail={"argument": argument.camel}
            )
        if len(values) > _MOST_VALUES:
            raise BadArgument(
                f"{argument.camel}: {len(values)} values; at most {_MOST_VALUES}", detail={"argument": argument.camel}
            )
        read = [_read(argument, v, schema, index, shown) for v in values]
        found[argument.name] = tuple(dict.fromkeys(read)) if argument.many else read[0]  # said twice is said once
    return found


def read_id(text: str, classes: tuple[str, ...], index: EntityIndex, schema: Schema, name: str = "id") -> str:
    """The IRI an id names, read like any other argument."""
    return str(_read(Argument(name, "id", "", classes=classes), text, schema, index, lambda iri: True))


def _read(argument: Argument, value: Any, schema: Schema, index: EntityIndex, shown: Callable[[str], bool]) -> Any:
    name = argument.camel
    if isinstance(value, str) and len(value) > _MOST_TEXT:
        raise BadArgument(
            f"{name}: {len(value)} characters; at most {_MOST_TEXT}", code="too-long", detail={"argument": name}
        )
    if isinstance(value, str) and any(ord(c) < 32 or 0xD800 <= ord(c) <= 0xDFFF for c in value):
        raise BadArgument(f"{name}: holds control characters", detail={"argument": name})
    match argument.kind:
        case "id" if argument.relations and _RELATION.fullmatch(str(value).removeprefix(BASE)):
            return BASE + str(value).removeprefix(BASE)
        case "id":
            return index.resolve(str(value), argument.classes, name, shown).iri
        case "date":
            return value if isinstance(value, dt.date) else parse_day(str(value), name)
        case "start":
            return value if isinstance(value, dt.date) else parse_start(str(value), name)
        case "flag":
            return _flag(name, value)
        case "integer" | "number":
            return _number(argument, value)
        case "word":
            return _word(name, str(value), argument.choices)
        case "class":
            names = {c.name: c for c in schema.of_kind("entity", "record")}
            by_any = (
                {n.lower(): n for n in names}
                | {c.segment: n for n, c in names.items()}
                | {c.label: n for n, c in names.items()}
            )
            folded = str(value).lower()
            return by_any[folded] if folded in by_any else _word(name, str(value), tuple(sorted(names)))
        case "relation":
            relations = {r.lower(): r for r in schema.edge_relations}
            return relations.get(str(value).lower()) or _word(name, str(value), schema.edge_relations)
        case _:
            return str(value)


def _flag(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    folded = str(value).lower()
    if folded not in ("true", "false", "1", "0"):
        raise BadArgument(f"{name}: {str(value)[:40]!r} is neither true nor false", detail={"argument": name})
    return folded in ("true", "1")


def _number(argument: Argument, value: Any) -> float | int:
    name = argument.camel
    kind = "whole number" if argument.kind == "integer" else "number"
    try:
        if isinstance(value, bool) or not _NUMBER.match(str(value)):
            raise ValueError
        number = int(str(value)) if argument.kind == "integer" else float(str(value))
        if number != number or number in (float("inf"), float("-inf")):
            raise ValueError
    except ValueError:
        raise BadArgument(f"{name}: {str(value)[:40]!r} is no {kind}", detail={"argument": name}) from None
    low, high = argument.minimum, argument.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        raise BadArgument(
            f"{name}: {number} is out of range; expected {low:g} to {high:g}"
            if low is not None and high is not None
            else f"{name}: {number} is out of range",
            code="out-of-range",
            detail={"argument": name, "minimum": low, "maximum": high},
        )
    return number


def _word(name: str, value: str, choices: Sequence[str]) -> str:
    if value not in choices:
        near = nearest(value, choices)
        hint = f"; nearest: {', '.join(near)}" if near else ""
        raise BadArgument(
            f"{name}: {value[:40]!r} is none of {', '.join(choices)}{hint}",
            detail={"argument": name, "value": value[:40], "nearest": list(near)},
        )
    return value
