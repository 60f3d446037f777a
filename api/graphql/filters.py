"""Filters and orders of connections, derived from the properties of a class.

Owns the comparison of values. Must not know how pages are cut.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

import strawberry

from api.graphql.naming import list_of, optional
from kg.arguments import read_id
from kg.errors import BadArgument
from kg.facts.model import Entity
from kg.schema import Property
from kg.store.materialise import search_key
from kg.store.snapshot import Snapshot
from kg.terms import Literal

__all__ = ["NumberFilter", "ReferenceFilter", "TextFilter", "filter_type", "matches", "order_type", "sort_entities"]


@strawberry.input(description="Comparison of a number; all that is given must hold of one value.")
class NumberFilter:
    """Comparisons of numbers."""

    eq: float | None = strawberry.field(default=None, description="Equal.")
    ne: float | None = strawberry.field(default=None, description="Not equal.")
    lt: float | None = strawberry.field(default=None, description="Less than.")
    lte: float | None = strawberry.field(default=None, description="Less than or equal.")
    gt: float | None = strawberry.field(default=None, description="Greater than.")
    gte: float | None = strawberry.field(default=None, description="Greater than or equal.")
    has: bool | None = strawberry.field(default=None, description="Whether there is a value at all.")


@strawberry.input(
    description="Comparison of a text or date (EDTF, compared as text); all that is given must hold of one value."
)
class TextFilter:
    """Comparisons of texts."""

    eq: str | None = strawberry.field(default=None, description="Equal.")
    ne: str | None = strawberry.field(default=None, description="Not equal.")
    lt: str | None = strawberry.field(default=None, description="Before, in text order.")
    gte: str | None = strawberry.field(default=None, description="Not before, in text order.")
    contains: str | None = strawberry.field(default=None, description="Contains, whatever the case and accents.")
    has: bool | None = strawberry.field(default=None, description="Whether there is a value at all.")


@strawberry.input(description="Comparison of an entity by its id.")
class ReferenceFilter:
    """Comparisons of entities."""

    id: strawberry.ID | None = strawberry.field(default=None, description="It is this entity.")
    has: bool | None = strawberry.field(default=None, description="Whether there is one at all.")


_TESTS: Mapping[str, Any] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
    "contains": lambda a, b: search_key(b) in search_key(a),
}


def _kind(prop: Property) -> Any:
    if prop.is_object:
        return ReferenceFilter
    return NumberFilter if prop.range in ("decimal", "integer") else TextFilter


def filter_type(name: str, properties: Mapping[str, Property]) -> Any:
    """The filter of a class: a comparison for its label and each property, and the connectives and, or, not."""
    cls: Any = type(f"{name}Filter", (), {})
    annotations: dict[str, Any] = {"label": TextFilter | None}
    descriptions = {"label": "The label."}
    for prop in properties.values():
        annotations[prop.name] = optional(_kind(prop))
        descriptions[prop.name] = prop.definition
    for word, text in (("and", "All of these hold."), ("or", "One of these holds."), ("not", "This does not hold.")):
        annotations[f"{word}_"] = optional(cls) if word == "not" else optional(list_of(cls))
        descriptions[f"{word}_"] = text
    cls.__annotations__ = annotations
    for each, text in descriptions.items():
        graphql_name = each.rstrip("_")
        setattr(cls, each, strawberry.field(default=None, name=graphql_name, description=" ".join(text.split())))
    return strawberry.input(
        cls, name=f"{name}Filter", description=f"What a {name} must meet; all that is given must hold."
    )


def order_type(name: str, properties: Mapping[str, Property]) -> Any:
    """The orders of a class: id, label and every property, each also downwards."""
    words = ["id", "label", *sorted(p.name for p in properties.values() if not p.is_object)]
    members = {f"{w}_{d}": f"{w} {d}" for w in words for d in ("ASC", "DESC")}
    words_type: Any = Enum(f"{name}Order", members)  # type: ignore[misc]
    return strawberry.enum(words_type, name=f"{name}Order", description=f"Orders of a list of {name}.")


def matches(snapshot: Snapshot, entity: Entity, wanted: Any, properties: Mapping[str, Property]) -> bool:
    """Whether an entity meets a filter."""
    for name in (*properties, "label", "and_", "or_", "not_"):
        asked = getattr(wanted, name, None)
        if asked is None:
            continue
        if name == "and_":
            good = all(matches(snapshot, entity, each, properties) for each in asked)
        elif name == "or_":
            good = any(matches(snapshot, entity, each, properties) for each in asked)
        elif name == "not_":
            good = not matches(snapshot, entity, asked, properties)
        elif name == "label":
            good = _compare(asked, [entity.label])
        else:
            good = _property(snapshot, entity, asked, properties[name])
        if not good:
            return False
    return True


def _property(snapshot: Snapshot, entity: Entity, asked: Any, prop: Property) -> bool:
    values = [s.object for s in snapshot.plain(entity.iri, prop.name)]
    if isinstance(asked, ReferenceFilter):
        if asked.has is not None and bool(values) != asked.has:
            return False
        return (
            asked.id is None
            or snapshot.representative(
                read_id(str(asked.id), prop.ranges or ("Entity",), snapshot.index, snapshot.schema, prop.name)
            )
            in values
        )
    return _compare(
        asked, [v.python if isinstance(asked, NumberFilter) else v.lexical for v in values if isinstance(v, Literal)]
    )


def _compare(asked: Any, values: list[Any]) -> bool:
    if asked.has is not None and bool(values) != asked.has:
        return False
    tests = [(test, getattr(asked, word)) for word, test in _TESTS.items() if getattr(asked, word, None) is not None]
    return not tests or any(all(test(value, operand) for test, operand in tests) for value in values)


def sort_entities(
    snapshot: Snapshot, entities: list[Entity], order: str, properties: Mapping[str, Property]
) -> list[Entity]:
    """Entities in an order `name ASC|DESC`, those without a value last, ties by IRI."""
    name, _, direction = order.partition(" ")
    down = direction == "DESC"
    ordered = sorted(entities, key=lambda e: e.iri, reverse=down and name == "id")
    if name == "id":
        return ordered
    if name == "label":
        return sorted(ordered, key=lambda e: search_key(e.label), reverse=down)
    if name not in properties:
        raise BadArgument(f"orderBy: no property {name!r}", detail={"argument": "orderBy"})
    with_value = [
        (min(_sortable(s.object) for s in found), e) for e in ordered if (found := snapshot.plain(e.iri, name))
    ]
    with_value.sort(key=lambda pair: pair[0], reverse=down)
    kept = {e.iri for _, e in with_value}
    return [e for _, e in with_value] + [e for e in ordered if e.iri not in kept]


def _sortable(value: Any) -> tuple[float, str]:
    if isinstance(value, Literal):
        plain = value.python
        return (float(plain), "") if isinstance(plain, (int, float)) else (0.0, str(plain))
    return (0.0, str(value))
