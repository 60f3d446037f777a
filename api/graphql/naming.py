"""Functions made at run time, with the signatures the schema library reads.

Owns the one trick of the derivation: a generic resolver gets a signature of its own, so that a field's arguments, types and
descriptions can come from data.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import strawberry

__all__ = ["Parameter", "field", "list_of", "optional"]


def list_of(kind: Any) -> Any:
    """The type of a list of a kind that is only known at run time."""
    return list[kind]


def optional(kind: Any) -> Any:
    """The type of a kind, or null."""
    return kind | None


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument of a field: its GraphQL name, Python type, description and default (`...` if required)."""

    name: str
    type: Any
    description: str
    default: Any = None


def field(
    resolve: Callable[[Any, dict[str, Any]], Any], returns: Any, description: str, parameters: Sequence[Parameter] = ()
) -> Any:
    """A field: `resolve(self, arguments)` with arguments by GraphQL name, those left out missing."""
    names = {f"a_{p.name}": p.name for p in parameters}

    def resolver(self: Any, **given: Any) -> Any:
        return resolve(self, {names[k]: v for k, v in given.items()})

    signature = [inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)]
    annotated: Any = Annotated
    for each in parameters:
        argument = annotated[each.type, strawberry.argument(name=each.name, description=each.description)]
        default = inspect.Parameter.empty if each.default is ... else each.default
        signature.append(
            inspect.Parameter(f"a_{each.name}", inspect.Parameter.KEYWORD_ONLY, default=default, annotation=argument)
        )
    made: Any = resolver
    made.__signature__ = inspect.Signature(signature, return_annotation=returns)
    made.__annotations__ = {s.name: s.annotation for s in signature[1:]} | {"return": returns}
    return strawberry.field(resolver=made, description=" ".join(description.split()))
