"""Conditions on the entities of a list: `property operator value`.

Owns their reading: plain properties, relations by the property that stands for them (`onList`, `providedBy` …), and the batch an entity
or one of its records came in with. Must not know how a list is shown.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence

from kg.analysis.desk import Desk
from kg.errors import BadArgument
from kg.facts.mistakes import nearest
from kg.facts.model import Entity
from kg.schema import EdgeRule, Property, Schema
from kg.store.merging import LINK
from kg.store.selection import mentions
from kg.store.snapshot import Snapshot
from kg.terms import Literal, local_name

__all__ = ["condition", "property_of"]

_OPERATORS: dict[str, Callable[[object, object], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,  # type: ignore[dict-item]
    "<=": operator.le,  # type: ignore[dict-item]
    ">": operator.gt,  # type: ignore[dict-item]
    ">=": operator.ge,  # type: ignore[dict-item]
}


def property_of(desk: Desk, class_: str, name: str, argument: str) -> Property:
    """A plain property of a class by its name. Raises BadArgument with the nearest names."""
    schema = desk.snapshot.schema
    known = {p.name: p for leaf in schema.leaves(class_) for p in schema.plain_properties(leaf)}
    if name not in known:
        choices = sorted({*known, *_links(schema, class_), "batch"}) if argument == "where" else sorted(known)
        near = nearest(name, choices)
        hint = f"; nearest: {', '.join(near)}" if near else f"; it has {', '.join(choices)}"
        raise BadArgument(
            f"{argument}: a {schema.classes[class_].label} has no property {name[:60]!r}{hint}",
            detail={"argument": argument, "value": name[:60], "nearest": list(near)},
        )
    return known[name]


def _links(schema: Schema, class_: str) -> dict[str, EdgeRule]:
    """Relations that lead from a class to other entities, by the property that stands for them (`onList`, `providedBy` …)."""
    leaves = schema.leaves(class_)
    found = {}
    for cls in schema.of_kind("relation"):
        rule = cls.direct
        if rule and not cls.abstract:
            prop = schema.properties[rule.tail]
            ranges = prop.ranges or (prop.range,)
            if any(schema.is_a(leaf, r) or schema.is_a(r, leaf) for leaf in leaves for r in ranges):
                found[local_name(rule.direct_property)] = rule
    return found


def _relation_condition(desk: Desk, class_: str, parts: Sequence[str]) -> Callable[[Entity], bool] | None:
    """A condition on a relation of the entity, or on a batch that speaks of it (or that it, or a record it answers for, came in with); None
    for any other property."""
    snapshot = desk.snapshot
    name, word = parts[0], parts[1]
    rule = _links(snapshot.schema, class_).get(name)
    if name == "batch":
        batches = snapshot.dataset.facts.batches
        if word not in ("=", "!="):
            raise BadArgument("where: batch takes = or != and the id of a batch", detail={"argument": "where"})
        if parts[2] not in batches:
            near = nearest(parts[2], batches) or tuple(sorted(batches))
            raise BadArgument(
                f"where: no batch {parts[2][:60]!r} in this release; nearest: {', '.join(near)}",
                detail={"argument": "where", "value": parts[2][:60], "nearest": list(near)},
            )
        wanted = parts[2]
        speaking = _spoken_of(snapshot).get(wanted, frozenset())
        return lambda e: (
            (e.iri in speaking or wanted in {snapshot.entity(i).batch for i in (e.iri, *snapshot.records(e.iri))})
            == (word == "=")
        )
    if rule is None:
        return None

    def heads(entity: Entity) -> set[str]:
        return {
            v
            for s in snapshot.relations(entity.iri, rule.relation, rule.tail)
            if not (rule.unless and s.text(rule.unless[0]) == rule.unless[1])
            for v in s.node.get(rule.head, ())
            if isinstance(v, str)
        }

    if word in ("has", "lacks"):
        return lambda e: bool(heads(e)) == (word == "has")
    if word not in ("=", "!="):
        raise BadArgument(f"where: {name} holds entities; expected = or !=", detail={"argument": "where"})
    prop = snapshot.schema.properties[rule.head]
    iri = snapshot.representative(snapshot.index.resolve(parts[2], prop.ranges or (prop.range,), "where").iri)
    return lambda e: (iri in heads(e)) == (word == "=")


def _spoken_of(snapshot: Snapshot) -> dict[str, frozenset[str]]:
    """By batch, everything that its valid statements are about or name."""

    def read() -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for statement in snapshot.statements.values():
            if statement.class_name != LINK:
                found.setdefault(statement.batch, set()).update(mentions(statement))
        return {batch: frozenset(iris) for batch, iris in found.items()}

    return snapshot.shared("spoken of by batch", read)


def condition(desk: Desk, class_: str, text: str) -> Callable[[Entity], bool]:
    """The test that a condition on entities of a class makes. Raises BadArgument where it is none."""
    parts = text.split(None, 2)
    if (
        len(parts) < 2
        or (parts[1] not in _OPERATORS and parts[1] not in ("has", "lacks"))
        or (parts[1] in _OPERATORS and len(parts) < 3)
    ):
        raise BadArgument(
            f"where: {text[:80]!r} is no condition; expected 'property operator value' with = != < <= > >=, or 'property has'",
            detail={"argument": "where", "value": text[:80]},
        )
    beside = _relation_condition(desk, class_, parts)
    if beside is not None:
        return beside
    prop = property_of(desk, class_, parts[0], "where")
    if parts[1] in ("has", "lacks"):
        return lambda e: bool(desk.snapshot.plain(e.iri, prop.name)) == (parts[1] == "has")
    compare, wanted = _OPERATORS[parts[1]], parts[2]
    if prop.is_object:
        if parts[1] not in ("=", "!="):
            raise BadArgument(f"where: {prop.name} holds entities; expected = or !=", detail={"argument": "where"})
        iri = desk.snapshot.representative(desk.snapshot.index.resolve(wanted, prop.range, "where").iri)
        return lambda e: any(compare(s.object, iri) for s in desk.snapshot.plain(e.iri, prop.name))
    target: object = wanted
    if prop.range in ("decimal", "integer"):
        try:
            target = float(Literal.decimal(wanted).lexical)
        except ValueError:
            raise BadArgument(
                f"where: {prop.name} is a number; {wanted[:40]!r} is none", detail={"argument": "where"}
            ) from None

    def test(entity: Entity) -> bool:
        for statement in desk.snapshot.plain(entity.iri, prop.name):
            value = statement.object
            actual: object = (
                float(value.lexical)
                if isinstance(value, Literal) and isinstance(target, float)
                else getattr(value, "lexical", value)
            )
            if compare(actual, target):
                return True
        return False

    return test
