"""What a user would write: strawberry types by hand over the same in-memory snapshot, and JSON without any GraphQL.

Strawberry as its documentation shows it: classes with annotations, resolvers as methods. Owns the alternatives of
`graphql.py`.
"""

import strawberry

from kg.facts.model import Statement
from kg.store.snapshot import Snapshot

__all__ = ["build_json", "make_schema"]


@strawberry.type
class Source:
    """A document."""

    title: str


@strawberry.type
class StatementInfo:
    """Evidence."""

    status: str
    source: Source | None


@strawberry.type
class Item:
    """What is provided."""

    id: strawberry.ID
    label: str


@strawberry.type
class Provision:
    """A provision with its item and evidence."""

    item: Item
    statement: StatementInfo


@strawberry.type
class ProvisionConnection:
    """A page of provisions."""

    nodes: list[Provision]


@strawberry.type
class Company:
    """A company; its provisions are looked up when they are asked for."""

    id: strawberry.ID
    label: str
    iri: strawberry.Private[str]

    @strawberry.field
    def provides(self, info: strawberry.Info, first: int) -> ProvisionConnection:
        """The first provisions by statement IRI."""
        snapshot: Snapshot = info.context["snapshot"]
        return ProvisionConnection(nodes=[_provision(snapshot, s) for s in _first(snapshot, self.iri, first)])


@strawberry.type
class CompanyConnection:
    """A page of companies."""

    nodes: list[Company]


@strawberry.type
class Query:
    """The root."""

    @strawberry.field
    def companies(self, info: strawberry.Info, first: int) -> CompanyConnection:
        """The first companies by IRI."""
        snapshot: Snapshot = info.context["snapshot"]
        found = sorted(snapshot.entities("Company"), key=lambda e: e.iri)[:first]
        return CompanyConnection(
            nodes=[Company(id=strawberry.ID(snapshot.index.id_of(e.iri)), label=e.label, iri=e.iri) for e in found]
        )


def make_schema() -> strawberry.Schema:
    """The hand-written schema; its context is `{"snapshot": …}`."""
    return strawberry.Schema(query=Query)


def _first(snapshot: Snapshot, iri: str, first: int) -> list[Statement]:
    return sorted(snapshot.relations(iri, "Provision", "provider"), key=lambda s: s.iri)[:first]


def _provision(snapshot: Snapshot, statement: Statement) -> Provision:
    item = snapshot.entity(statement.text("item"))
    source = snapshot.source(statement)
    return Provision(
        item=Item(id=strawberry.ID(snapshot.index.id_of(item.iri)), label=item.label),
        statement=StatementInfo(status=statement.status, source=Source(title=source.title) if source else None),
    )


def build_json(snapshot: Snapshot, companies: int, provisions: int) -> dict[str, object]:
    """The same answer, built by hand: the floor of what Python can do here."""
    index = snapshot.index

    def show(statement: Statement) -> dict[str, object]:
        item, source = snapshot.entity(statement.text("item")), snapshot.source(statement)
        return {
            "item": {"id": index.id_of(item.iri), "label": item.label},
            "statement": {"status": statement.status, "source": {"title": source.title} if source else None},
        }

    chosen = sorted(snapshot.entities("Company"), key=lambda e: e.iri)[:companies]
    nodes = [
        {
            "id": index.id_of(e.iri),
            "label": e.label,
            "provides": {"nodes": [show(s) for s in _first(snapshot, e.iri, provisions)]},
        }
        for e in chosen
    ]
    return {"companies": {"nodes": nodes}}
