"""Types of the domain, one for every class of the ontology.

Owns the derivation: an abstract class becomes an interface, a class with instances an object type, a relation class an
object type of one statement; every property becomes a field, every end of a relation a connection on what stands at that
end. No class or property is named here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import strawberry

from api.graphql.connections import PAGE, connection_type, cut
from api.graphql.filters import filter_type, matches, order_type, sort_entities
from api.graphql.naming import Parameter, field, list_of, optional
from kg.analysis.desk import Desk
from kg.arguments import read_id
from kg.errors import BadArgument, WrongClass
from kg.facts.mistakes import nearest
from kg.facts.model import Statement
from kg.schema import Class, Property, Schema
from kg.store.snapshot import Snapshot
from kg.terms import Literal, Value

__all__ = ["EntityObject", "EntityTypes", "RelationObject"]


class EntityObject:
    """An entity in a snapshot, as resolvers see it."""

    snapshot: Snapshot
    iri: str


class RelationObject:
    """One statement of a relation in a snapshot, as resolvers see it."""

    snapshot: Snapshot
    statement: Statement


def _reading(read: Callable[[Any], Any]) -> Callable[[Any, dict[str, Any]], Any]:
    return lambda o, _: read(o)


class EntityTypes:
    """All domain types of a schema.

    Parameters
    ----------
    schema : the model.
    answer : makes the type of an answer class (statements and facts are shown with the answers' types).
    wrap : makes an object of such a type.
    """

    def __init__(self, schema: Schema, answer: Any, wrap: Any) -> None:
        self.schema = schema
        self._answer, self._wrap = answer, wrap
        self.types: dict[str, Any] = {}
        self.connections: dict[str, Any] = {}
        self.filters: dict[str, Any] = {}
        self.orders: dict[str, Any] = {}
        domain = [c for c in schema.of_kind("entity", "record", "relation") if c.name != "Relation"]
        for cls in sorted(domain, key=lambda c: len(schema.ancestors(c.name))):
            bases = tuple(self.types[p] for p in cls.parents if p in self.types)
            root = RelationObject if cls.kind == "relation" else EntityObject
            self.types[cls.name] = type(cls.name, bases or (root,), {})
        for cls in domain:
            if cls.kind != "relation":
                self.filters[cls.name] = filter_type(cls.name, self.plain(cls.name))
                self.orders[cls.name] = order_type(cls.name, self.plain(cls.name))
            self.connections[cls.name] = connection_type(self.types[cls.name], cls.name)
        for cls in domain:
            self._add_fields(cls)
        for cls in sorted(domain, key=lambda c: len(schema.ancestors(c.name))):
            description = f"{cls.definition} For example: {cls.example}" if cls.example else cls.definition
            decorate = strawberry.interface if cls.abstract else strawberry.type
            decorate(self.types[cls.name], name=cls.name, description=" ".join(description.split()))

    def plain(self, class_name: str) -> Mapping[str, Property]:
        """The plain properties that a class or any class above it declares."""
        above = set(self.schema.ancestors(class_name))
        own = self.schema.plain_properties(class_name)
        return {p.name: p for p in own if above & set(p.domains)}

    # ---- objects --------------------------------------------------------------------------------------------------------

    def entity(self, snapshot: Snapshot, iri: str) -> Any:
        """The object of an entity."""
        cls = self.types[snapshot.entity(iri).class_name]
        made = cls.__new__(cls)
        made.snapshot, made.iri = snapshot, iri
        return made

    def relation(self, snapshot: Snapshot, iri: str) -> Any:
        """The object of a relation's statement."""
        statement = snapshot.statements[iri]
        cls = self.types[statement.class_name]
        made = cls.__new__(cls)
        made.snapshot, made.statement = snapshot, statement
        return made

    # ---- fields ---------------------------------------------------------------------------------------------------------

    def _add_fields(self, cls: Class) -> None:
        target = self.types[cls.name]
        if cls.kind == "relation":
            self._relation_fields(cls, target)
            return
        if cls.name == "Entity":
            self._identity_fields(target)
        inherited = {name for p in self.schema.ancestors(cls.name)[1:] for name in self._own_fields(p)}
        for name, made in self._own_fields(cls.name).items():
            if name not in inherited:
                setattr(target, name, made)

    def _identity_fields(self, target: Any) -> None:
        described: tuple[tuple[str, Any, Any, str], ...] = (
            (
                "id",
                strawberry.ID,
                lambda o: o.snapshot.index.id_of(o.iri),
                "The id: the slug, or class/slug where it is shared.",
            ),
            ("iri", str, lambda o: o.iri, "The IRI."),
            ("label", str, lambda o: o.snapshot.label(o.iri), "The preferred name."),
            ("aliases", list[str], lambda o: list(o.snapshot.aliases(o.iri)), "Other names, in any script."),
            ("class", str, lambda o: o.snapshot.entity(o.iri).class_name, "The name of its class."),
        )
        for name, kind, read, text in described:
            setattr(target, name, field(_reading(read), kind, text))
        fact, info = self._answer("Fact"), self._answer("StatementInfo")
        asked = (Parameter("property", str | None, "Name of a property; all where left out."),)

        def facts(o: Any, a: dict[str, Any]) -> list[Any]:
            self._check_property(a.get("property"))
            found = Desk(o.snapshot).facts(o.snapshot.plain(o.iri))
            return [self._wrap(o.snapshot, f) for f in found if a.get("property") in (None, f.property)]

        def statements(o: Any, a: dict[str, Any]) -> list[Any]:
            self._check_property(a.get("property"))
            desk = Desk(o.snapshot)
            chosen = [
                s
                for f in desk.facts(o.snapshot.plain(o.iri))
                if a.get("property") in (None, f.property)
                for s in f.statements
            ]
            if a.get("property") is None:
                chosen += desk.infos(o.snapshot.about_node(o.iri))
            return [self._wrap(o.snapshot, s) for s in chosen]

        target.facts = field(facts, list_of(fact), "What is said of it, value by value, with the statements.", asked)
        target.statements = field(statements, list_of(info), "The statements about it.", asked)

    def _check_property(self, name: str | None) -> None:
        if name is not None and name not in self.schema.properties:
            near = nearest(name, self.schema.properties)
            raise BadArgument(
                f"property: no property {name[:60]!r}" + (f"; nearest: {', '.join(near)}" if near else ""),
                detail={"argument": "property", "value": name[:60], "nearest": list(near)},
            )

    def _own_fields(self, class_name: str) -> dict[str, Any]:
        """Fields a class itself adds: its properties, the fields of relations that end at it, inverse fields."""
        cls = self.schema.classes[class_name]
        found: dict[str, Any] = {}
        for prop in self.schema.properties.values():
            if class_name in prop.domains and (prop.name in cls.columns or prop.name in self.plain(class_name)):
                found[prop.name] = (
                    self._record_field(cls, prop) if prop.name in cls.columns else self._plain_field(prop)
                )
            if prop.inverse_field and class_name in (prop.ranges or ()) and prop.domains and not prop.qualifies:
                found[prop.inverse_field] = self._inverse_field(prop)
        for other in self.schema.of_kind("relation", "record"):
            for end, name in other.end_fields.items():
                if class_name in (self.schema.properties[end].ranges or ("Entity",)):
                    found.setdefault(name, self._end_field(other, end, name))
        return found

    def _scalar(self, prop: Property) -> Any:
        return {"decimal": float, "integer": float, "boolean": bool}.get(prop.range, str) if not prop.edtf else str

    def _type(self, prop: Property) -> Any:
        if not prop.is_object:
            return self._scalar(prop)
        return self.types[prop.range] if prop.range in self.types else self.types["Entity"]

    def _show(self, snapshot: Snapshot, value: Value) -> Any:
        return value.python if isinstance(value, Literal) else self.entity(snapshot, value)

    def _describe(self, prop: Property) -> str:
        return prop.definition + (f" Unit: {prop.unit}." if prop.unit not in ("", "1") else "")

    def _plain_field(self, prop: Property) -> Any:
        def resolve(o: Any, _: dict[str, Any]) -> list[Any]:
            values = {s.object for s in o.snapshot.plain(o.iri, prop.name)}
            return [self._show(o.snapshot, v) for v in sorted(values, key=repr)]

        return field(resolve, list_of(self._type(prop)), self._describe(prop) + " Several where sources differ.")

    def _record_field(self, cls: Class, prop: Property) -> Any:
        single = self.schema.constraint(cls.name, prop.name).single

        def resolve(o: Any, _: dict[str, Any]) -> Any:
            values = sorted({v for s in o.snapshot.about_node(o.iri) for v in s.node.get(prop.name, ())}, key=repr)
            shown = [self._show(o.snapshot, v) for v in values]
            return (shown[0] if shown else None) if single else shown

        returns: Any = optional(self._type(prop)) if single else list_of(self._type(prop))
        return field(resolve, returns, self._describe(prop))

    def _inverse_field(self, prop: Property) -> Any:
        name = prop.domains[0] if len(prop.domains) == 1 else "Entity"
        record = next((c.name for c in self.schema.of_kind("record") if prop.name in c.columns), None)

        def resolve(o: Any, a: dict[str, Any]) -> Any:
            if record is None:
                keys = sorted({s.subject for s in o.snapshot.inverse(o.iri, prop.name)})
            else:
                keys = sorted({s.subject for s in o.snapshot.relations(o.iri, record, prop.name)})
            return self._page(
                name,
                keys,
                lambda i: self.entity(o.snapshot, i),
                a,
                f"{o.snapshot.dataset.release.hash} {o.iri} {prop.inverse_field}",
            )

        return field(resolve, self.connections[name], f"The other way round: {self._describe(prop)}", PAGE)

    def _end_field(self, cls: Class, end: str, name: str) -> Any:
        def resolve(o: Any, a: dict[str, Any]) -> Any:
            keys = sorted(s.iri for s in o.snapshot.relations(o.iri, cls.name, end))
            return self._page(
                cls.name,
                keys,
                lambda i: self.relation(o.snapshot, i),
                a,
                f"{o.snapshot.dataset.release.hash} {o.iri} {name}",
            )

        return field(
            resolve,
            self.connections[cls.name],
            f"Where it is the {self.schema.properties[end].label}: {cls.definition}",
            PAGE,
        )

    def _page(self, name: str, keys: list[str], make: Any, arguments: dict[str, Any], list_name: str) -> Any:
        page = cut(keys, make, arguments, list_name)
        connection = self.connections[name]()
        connection.page = page
        return connection

    def _relation_fields(self, cls: Class, target: Any) -> None:
        info = self._answer("StatementInfo")
        target.node = field(
            lambda o, _: o.statement.subject, str, "IRI of the relation; several statements may be about one."
        )
        target.statement = field(
            lambda o, _: self._wrap(o.snapshot, Desk(o.snapshot).info(o.statement)),
            info,
            "Who says so, and when it holds.",
        )
        for name in cls.columns:
            prop = self.schema.properties[name]
            single = name in cls.ends or self.schema.constraint(cls.name, name).single or not prop.is_object

            def resolve(o: Any, _: dict[str, Any], name: str = name, single: bool = single) -> Any:
                values = o.statement.node.get(name) or o.snapshot.qualifiers(o.statement).get(name) or ()
                shown = [self._show(o.snapshot, v) for v in values]
                return (shown[0] if shown else None) if single else shown

            kind = self._type(prop)
            setattr(target, name, field(resolve, optional(kind) if single else list_of(kind), self._describe(prop)))

    # ---- root fields ----------------------------------------------------------------------------------------------------

    def root_fields(self, of: Any) -> dict[str, Any]:
        """For each class a look-up by id and a connection; `of(root)` answers the snapshot of a root object."""
        found: dict[str, Any] = {}
        for cls in self.schema.of_kind("entity", "record"):
            one = cls.name[0].lower() + cls.name[1:]
            found[one] = self._look_up(cls, of)
            found[cls.plural if cls.plural != one else f"all{cls.name}"] = self._connection(cls, of)
        return found

    def _look_up(self, cls: Class, of: Any) -> Any:
        def resolve(root: Any, a: dict[str, Any]) -> Any:
            snapshot = of(root)
            asked = read_id(str(a["id"]), (cls.name,), snapshot.index, snapshot.schema)
            iri = snapshot.representative(asked)
            if not snapshot.schema.is_a(snapshot.entity(iri).class_name, cls.name):
                names = snapshot.index.id_of(asked), snapshot.index.id_of(iri)
                raise WrongClass(
                    f"id: {names[0]} is linked to {names[1]}, which answers for it and is no {cls.label}; ask for that, or entity(id:)",
                    detail={"argument": "id", "value": names[0], "class": snapshot.entity(iri).class_name},
                )
            return self.entity(snapshot, iri)

        return field(
            resolve,
            self.types[cls.name],
            f"The {cls.label} with an id.",
            [Parameter("id", strawberry.ID, "IRI, class/slug or slug.", ...)],
        )

    def _connection(self, cls: Class, of: Any) -> Any:
        plain = self.plain(cls.name)
        extra = (
            Parameter("filter", optional(self.filters[cls.name]), "What they must meet."),
            Parameter("orderBy", optional(self.orders[cls.name]), "In which order; by id where left out."),
        )

        def resolve(root: Any, a: dict[str, Any]) -> Any:
            snapshot = of(root)
            found = [
                e
                for e in snapshot.entities(cls.name)
                if a.get("filter") is None or matches(snapshot, e, a["filter"], plain)
            ]
            order = a["orderBy"].value if a.get("orderBy") is not None else "id ASC"
            keys = [e.iri for e in sort_entities(snapshot, found, order, plain)]
            name = f"{snapshot.dataset.release.hash} {cls.name} {a.get('filter')!r} {order}"
            return self._page(cls.name, keys, lambda i: self.entity(snapshot, i), a, name)

        return field(
            resolve, self.connections[cls.name], f"All of class {cls.label}: {cls.definition}", (*PAGE, *extra)
        )
