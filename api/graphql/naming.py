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

__all__ = ["Parameter", "field"]


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
    python_names = {f"a_{p.name}": p.name for p in parameters}

    def resolver(root: Any, **given: Any) -> Any:
        return resolve(root, {python_names[k]: v for k, v in given.items()})

    signature = [inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)]
    for p in parameters:
        annotated = Annotated[p.type, strawberry.argument(name=p.name, description=p.description)]
        default = inspect.Parameter.empty if p.default is ... else p.default
        signature.append(
            inspect.Parameter(f"a_{p.name}", inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotated)
        )
    resolver.__signature__ = inspect.Signature(signature, return_annotation=returns)  # type: ignore[attr-defined]
    resolver.__annotations__ = {s.name: s.annotation for s in signature[1:]} | {"return": returns}

    def bound(self: Any, **given: Any) -> Any:
        return resolver(self, **given)

    bound.__signature__ = resolver.__signature__  # type: ignore[attr-defined]
    bound.__annotations__ = resolver.__annotations__
    return strawberry.field(resolver=bound, description=" ".join(description.split()))
