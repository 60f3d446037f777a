"""Types of answers, one for every class of `kg.answers`.

Owns the derivation from dataclasses: a field that refers to an entity becomes that entity, so that a query goes on from any
node of an answer. Must not know operations.
"""

from __future__ import annotations

import inspect
import types
import typing
from dataclasses import is_dataclass
from typing import Any, get_args, get_origin

import strawberry

from api.graphql.naming import field, list_of, optional
from kg.answers import (
    chokepoints,
    classification,
    feasible,
    licence,
    restricted,
    shapes,
    sufficiency,
    supply,
    trust,
    values,
    variants,
)
from kg.answers.json import field_types
from kg.answers.values import Ref
from kg.store.snapshot import Snapshot
from kg.terms import camel_case

__all__ = ["AnswerTypes"]


class AnswerTypes:
    """GraphQL types of answer classes. `bind` must be called with the domain types before the schema is made."""

    def __init__(self) -> None:
        self._classes: dict[str, type] = {
            name: cls
            for module in (
                values,
                shapes,
                trust,
                feasible,
                variants,
                supply,
                sufficiency,
                chokepoints,
                classification,
                licence,
                restricted,
            )
            for name, cls in vars(module).items()
            if inspect.isclass(cls) and is_dataclass(cls) and cls.__module__ == module.__name__ and cls is not Ref
        }
        self.types: dict[str, Any] = {name: type(name, (), {}) for name in self._classes}
        self._entities: Any = None

    def bind(self, entities: Any) -> None:
        """Give the domain types, and finish all answer types."""
        self._entities = entities
        for name, cls in self._classes.items():
            self._fill(self.types[name], cls)
            strawberry.type(self.types[name], name=name, description=" ".join((cls.__doc__ or "").split()))

    def type_of(self, name: str) -> Any:
        """The type of an answer class by its name."""
        return self.types[name]

    def result(self, cls: type, name: str) -> Any:
        """The type of an operation's whole answer: the answer's fields and `meta`."""
        made: Any = type(name, (), {})
        self._fill(made, cls)
        made.meta = field(
            lambda o, _: self.wrap(o.snapshot, o.meta_value),
            self.types["Meta"],
            "What the answer rests on, and what it lacks.",
        )
        return strawberry.type(made, name=name, description=" ".join((cls.__doc__ or "").split()))

    def wrap(self, snapshot: Snapshot, value: Any, into: Any = None) -> Any:
        """A value as the object resolvers see."""
        cls: Any = into or self.types[type(value).__name__]
        made = cls.__new__(cls)
        made.snapshot, made.value = snapshot, value
        return made

    def _fill(self, target: type, cls: type) -> None:
        for name, kind in field_types(cls).items():
            setattr(target, camel_case(name), self._field(name, kind))

    def _field(self, name: str, kind: Any) -> Any:
        def resolve(o: Any, _: dict[str, Any]) -> Any:
            return self._show(o.snapshot, getattr(o.value, name))

        return field(resolve, self._graphql(kind), name.rstrip("_").replace("_", " ").capitalize() + ".")

    def _graphql(self, kind: Any) -> Any:
        if kind is Ref:
            return self._entities.types["Entity"]
        if inspect.isclass(kind) and is_dataclass(kind):
            return self.types[kind.__name__]
        origin, arguments = get_origin(kind), get_args(kind)
        if origin in (types.UnionType, typing.Union):
            (inner,) = (a for a in arguments if a is not type(None))
            return optional(self._graphql(inner))
        if origin is tuple:
            return list_of(self._graphql(arguments[0]))
        return kind

    def _show(self, snapshot: Snapshot, value: Any) -> Any:
        if isinstance(value, Ref):
            return self._entities.entity(snapshot, value.iri)
        if is_dataclass(value):
            return self.wrap(snapshot, value)
        if isinstance(value, tuple):
            return [self._show(snapshot, each) for each in value]
        return value
