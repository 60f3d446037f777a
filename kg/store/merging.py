"""Records of data sets that are linked to one entity answer as that entity.

Owns the reading of identity links (`ck:IdentityLink`): which entity stands for which records (`representatives`), and how a
statement about a record reads as a statement about it (`redirected`). A link is a statement like any other: where it is not known
yet, not allowed or ended, the records stand apart. Must not know how links are found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from kg.facts.model import Entity, Statement, relation_iri
from kg.schema import Schema
from kg.terms import Value

__all__ = ["LINK", "SEED", "batch_rank", "redirected", "representatives"]

LINK = "IdentityLink"
"""The relation class of identity links; its ends are `record` and `identifiedWith`."""

SEED = "seed"


def batch_rank(batch: str) -> tuple[bool, str]:
    """The order of batches where they speak of one thing: the curated seed first, the others by id."""
    return batch != SEED, batch


def representatives(links: Iterable[Statement], entities: Mapping[str, Entity]) -> dict[str, str]:
    """By record, the entity that stands for it: of all that are linked with one another, the one of the first batch (`batch_rank`)
    with the smallest IRI. Links judged `different` say nothing here."""
    above: dict[str, str] = {}

    def root(iri: str) -> str:
        while iri in above:
            iri = above[iri]
        return iri

    def order(iri: str) -> tuple[tuple[bool, str], str]:
        return batch_rank(entities[iri].batch), iri

    for link in links:
        one, other = link.one("record"), link.one("identifiedWith")
        if link.text("matchDecision") == "different" or one not in entities or other not in entities:
            continue
        first, second = sorted((root(str(one)), root(str(other))), key=order)
        if first != second:
            above[second] = first
    return {iri: root(iri) for iri in above}


def redirected(schema: Schema, statement: Statement, stands_for: Mapping[str, str]) -> Statement:
    """A statement with every record replaced by the entity that stands for it; the node of a relation is named anew, so that it is the
    same node as that entity's own. An identity link keeps its record."""

    def swap(value: Value) -> Value:
        return stands_for.get(value, value) if isinstance(value, str) else value

    if statement.class_name == LINK:
        return statement
    if not statement.class_name:
        subject, object_ = swap(statement.subject), swap(statement.object)
        if subject == statement.subject and object_ == statement.object:
            return statement
        return replace(statement, subject=str(subject), object=object_)
    node = {name: tuple(sorted({swap(v) for v in values}, key=repr)) for name, values in statement.node.items()}
    if all(node[name] == values for name, values in statement.node.items()):
        return statement
    cls = schema.classes[statement.class_name]
    subject = statement.subject
    if cls.kind == "relation":
        subject = relation_iri(cls.name, [(end, node[end][0]) for end in cls.ends if end in node])
    return replace(statement, subject=subject, node=node)
