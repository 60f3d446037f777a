"""The schema: root fields from the classes and the table of operations.

Owns `Query` and `Snapshot`, which have the same fields: `Query` answers for the dates given to each operation (today where
left out), `Query.at(...)` for one snapshot throughout.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import strawberry
from strawberry.schema.config import StrawberryConfig

from api.graphql.answers import AnswerTypes
from api.graphql.entities import EntityTypes
from api.graphql.naming import Parameter, field, list_of, optional
from kg.analysis.desk import Budget
from kg.arguments import COMMON, Argument, read_arguments, read_id
from kg.errors import BadArgument
from kg.operations import OPERATIONS, Operation, run
from kg.schema import Schema
from kg.store.dataset import Dataset
from kg.store.snapshot import Snapshot

__all__ = ["Root", "build_schema"]

_SCALARS: dict[str, type] = {"integer": int, "number": float, "flag": bool, "id": strawberry.ID}


@dataclass(slots=True)
class Root:
    """The root object of a request: the release it is answered from, the snapshot fixed by `at`, and the work budget."""

    dataset: Dataset
    budget: Budget
    fixed: Snapshot | None = None

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot of look-ups and connections."""
        return self.fixed or self.dataset.as_of()


def build_schema(schema: Schema) -> strawberry.Schema:
    """The GraphQL schema of a model."""
    answers = AnswerTypes()
    entities = EntityTypes(schema, answers.type_of, answers.wrap)
    answers.bind(entities)
    results = {o.name: answers.result(o.answer, f"{_pascal(o)}Result") for o in OPERATIONS}
    tables = {o.name: answers.result(o.table, f"{_pascal(o)}TableResult") for o in OPERATIONS if o.table}
    snapshot_type = _root_type(
        "Snapshot", "The graph on one pair of dates.", entities, answers, results, tables, dated=False
    )
    query = _root_type("Query", "Everything that can be asked.", entities, answers, results, tables, dated=True)
    query.at = field(
        _at,
        snapshot_type,
        "The same fields for one snapshot, so that one query can compare two dates.",
        [_parameter(a) for a in COMMON],
    )
    strawberry.type(snapshot_type, name="Snapshot", description="The graph on one pair of dates, under one licence.")
    strawberry.type(
        query,
        name="Query",
        description="Everything that can be asked; look-ups and lists are of today, operations of the dates given to them.",
    )
    leaves = [entities.types[c.name] for c in schema.of_kind("entity", "record", "relation") if not c.abstract]
    return strawberry.Schema(query=query, types=leaves, config=StrawberryConfig(auto_camel_case=False))


def _any_id(root: Root, text: object) -> str:
    """The entity an id names, or the one that answers for it."""
    return root.snapshot.representative(read_id(str(text), ("Entity",), root.dataset.index, root.dataset.schema))


def _pascal(operation: Operation) -> str:
    return operation.camel[0].upper() + operation.camel[1:]


def _at(root: Root, a: dict[str, Any]) -> Any:
    values = read_arguments(COMMON, a, root.dataset.schema, root.dataset.index)
    return Root(root.dataset, root.budget, root.dataset.as_of(*(values[c.name] for c in COMMON)))


def _parameter(argument: Argument) -> Parameter:
    kind: Any = _SCALARS.get(argument.kind, str)
    if argument.many:
        kind = list_of(kind)
    if argument.required:
        return Parameter(argument.camel, kind, argument.doc, ...)
    return Parameter(argument.camel, optional(kind), argument.doc)


def _root_type(
    name: str,
    doc: str,
    entities: EntityTypes,
    answers: AnswerTypes,
    results: dict[str, Any],
    tables: dict[str, Any],
    dated: bool,
) -> Any:
    made: Any = type(name, (), {"__doc__": doc})
    fields = entities.root_fields(lambda root: root.snapshot)
    for operation in OPERATIONS:
        own = tuple(a for a in operation.arguments if operation.table is None or a.name not in ("first", "after"))
        fields[operation.camel] = _operation(
            operation, results[operation.name], answers, own, dated, operation.answer, _subjects(operation)
        )
        if operation.table is not None:
            rest = tuple(a for a in operation.arguments if operation.with_subject or a.name != operation.subject)
            fields[f"{operation.camel}Table"] = _operation(
                operation, tables[operation.name], answers, rest, dated, operation.table
            )
    fields["node"] = field(
        lambda root, a: entities.entity(root.snapshot, _any_id(root, a["id"])),
        entities.types["Entity"],
        "Any entity by its id.",
        [Parameter("id", strawberry.ID, "IRI, class/slug or slug.", ...)],
    )
    for each, value in fields.items():
        setattr(made, each, value)
    return made


def _subjects(operation: Operation) -> tuple[str, ...]:
    """The arguments that the single answer needs, where there is a table without them."""
    return (operation.subject, *operation.with_subject) if operation.table else ()


def _operation(
    operation: Operation,
    result: Any,
    answers: AnswerTypes,
    own: tuple[Argument, ...],
    dated: bool,
    kind: type,
    needed: tuple[str, ...] = (),
) -> Any:
    parameters = [
        _parameter(a) if a.name not in needed else Parameter(a.camel, strawberry.ID, a.doc.partition(";")[0] + ".", ...)
        for a in own
    ]
    if dated:
        parameters += [_parameter(a) for a in COMMON]

    def resolve(root: Root, a: dict[str, Any]) -> Any:
        given = dict(a)
        if root.fixed is not None:
            key = root.fixed.key
            given |= {
                "asOf": key.as_of,
                "knownOn": key.known_on,
                "dataLicence": key.data_licence,
                "verifiedOnly": key.verified_only,
            }
        answered = run(root.dataset, operation, given, root.budget)
        if operation.with_subject and not isinstance(answered.answer, kind):
            raise BadArgument(
                f"{operation.camel}Table: with {' and '.join(_subjects(operation))} given there is one answer; ask {operation.camel}",
                code="conflicting-arguments",
                detail={"argument": operation.subject},
            )
        made = answers.wrap(answered.snapshot, answered.answer, result)
        made.meta_value = answered.meta
        return made

    return field(resolve, result, operation.doc, parameters)
