"""Answers as JSON, and the JSON Schema of their classes.

Owns the one mapping from Python fields to JSON names. The schema follows JSON Schema draft 2020-12; every field is always
present, null where there is nothing.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from kg.terms import camel_case

__all__ = ["field_types", "json_schema", "to_json"]


def to_json(value: Any) -> Any:
    """An answer as JSON-ready values."""
    if is_dataclass(value) and not isinstance(value, type):
        return {camel: to_json(getattr(value, name)) for name, camel in _names(type(value))}
    if isinstance(value, (tuple, list)):
        return [to_json(each) for each in value]
    if isinstance(value, Mapping):
        return {str(k): to_json(v) for k, v in value.items()}
    return value


@cache
def _names(cls: type) -> tuple[tuple[str, str], ...]:
    """The fields of an answer class with their JSON names."""
    return tuple((f.name, camel_case(f.name)) for f in fields(cls))


@cache
def field_types(cls: type) -> dict[str, Any]:
    """The fields of an answer class with their types resolved, in order."""
    hints = get_type_hints(cls)
    return {f.name: hints[f.name] for f in fields(cls)}


def json_schema(*classes: type) -> dict[str, dict[str, Any]]:
    """The schemas of answer classes and all they are made of, by class name."""
    found: dict[str, dict[str, Any]] = {}
    for cls in classes:
        _describe(cls, found)
    return dict(sorted(found.items()))


def _describe(cls: type, found: dict[str, dict[str, Any]]) -> None:
    if cls.__name__ in found:
        return
    found[cls.__name__] = {}
    properties = {camel_case(name): _type(kind, found) for name, kind in field_types(cls).items()}
    found[cls.__name__] = {
        "type": "object",
        "description": " ".join((cls.__doc__ or "").split()),
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


_SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean"}


def _type(kind: Any, found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if kind in _SCALARS:
        return {"type": _SCALARS[kind]}
    if is_dataclass(kind) and isinstance(kind, type):
        _describe(kind, found)
        return {"$ref": f"#/$defs/{kind.__name__}"}
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (types.UnionType, typing.Union):
        (inner,) = (a for a in arguments if a is not type(None))
        return {"anyOf": [_type(inner, found), {"type": "null"}]}
    if origin is tuple:
        return {"type": "array", "items": _type(arguments[0], found)}
    raise TypeError(f"no JSON form for {kind!r}")
