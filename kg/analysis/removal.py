"""Removals: what the ids of a what-if question take away.

Owns which classes and relations can be removed, and what an alliance takes with it. Must not know what follows.
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.analysis.desk import Desk
from kg.answers.values import Ref
from kg.errors import UnknownId, WrongClass
from kg.facts.model import Statement
from kg.network.availability import Removal

__all__ = ["RELATIONS", "REMOVABLE", "removal_of", "removed_refs"]

REMOVABLE = ("Organisation", "Country", "Alliance", "Item")
"""Classes of what can be removed."""

RELATIONS = (
    "CountryShare",
    "Design",
    "Fabrication",
    "Packaging",
    "Provision",
    "Requirement",
    "Supply",
    "Variant",
)
"""Relations that can be removed: a provider no longer provides, an alternative or a kind is no longer to be had (the need for it stays),
a supplier no longer supplies."""


def removal_of(desk: Desk, removed: Sequence[str], locate: str, unknown: str) -> Removal:
    """What ids take away; an alliance takes its members.

    Parameters
    ----------
    removed : IRIs of organisations, countries, alliances, items, and of relations or of statements that say them.
    locate : `headquarters` or `site`.
    unknown : `assumed`: where no maker is known one without a name stands in; `none`: nobody does.

    Raises
    ------
    UnknownId
        A relation or statement that is not valid in this snapshot.
    WrongClass
        A statement that is no relation that can be removed.
    """
    snapshot = desk.snapshot
    organisations, countries, items, relations = set[str](), set[str](), set[str](), set[str]()
    members: list[Statement] = []
    queue = list(removed)
    for iri in queue:
        if iri not in snapshot.index.by_iri:
            relations.add(_relation(desk, iri)[0])
            continue
        class_name = snapshot.entity(iri).class_name
        if class_name == "Alliance":
            for statement in snapshot.relations(iri, "Membership", "alliance"):
                members.append(statement)
                member = statement.one("member")
                if isinstance(member, str) and member not in queue:
                    queue.append(member)
        elif class_name == "Country":
            countries.add(iri)
        elif snapshot.schema.is_a(class_name, "Item"):
            items.add(iri)
        else:
            organisations.add(iri)
    return Removal(
        frozenset(organisations),
        frozenset(countries),
        frozenset(items),
        frozenset(relations),
        locate,
        unknown == "assumed",
        tuple(members),
    )


def _relation(desk: Desk, iri: str) -> tuple[str, tuple[Statement, ...]]:
    """The relation an IRI names, itself or by one of its statements, and what is said of it on the date."""
    snapshot = desk.snapshot
    known = snapshot.dataset.facts.statements.get(iri)
    node = known.subject if known is not None else iri
    said = snapshot.about_node(node) if known is None or known.class_name else ()
    detail = {"argument": "removed", "value": iri}
    if (known is not None and known.class_name not in RELATIONS) or (said and said[0].class_name not in RELATIONS):
        raise WrongClass(
            f"removed: {iri} is no relation that can be removed; expected a statement of {', '.join(RELATIONS)}",
            detail=detail,
        )
    if not said:
        raise UnknownId(
            f"removed: no relation or statement {iri} is valid on this date; answers name the statements of every hop",
            detail=detail,
        )
    return node, said


def removed_refs(desk: Desk, removed: Sequence[str]) -> tuple[Ref, ...]:
    """What was removed, as it was named, once each; a relation is told in words."""
    refs = (desk.ref(i) if i in desk.snapshot.index.by_iri else _relation_ref(desk, i) for i in removed)
    return tuple(dict.fromkeys(refs))


def _relation_ref(desk: Desk, iri: str) -> Ref:
    node, said = _relation(desk, iri)
    first = said[0]
    cls = desk.snapshot.schema.classes[first.class_name]
    ends = (cls.edge.tail, cls.edge.head) if cls.edge else cls.ends[:2]
    names = [desk.ref(v).label for e in ends if isinstance(v := first.one(e), str)]
    verb = cls.edge.verb if cls.edge else cls.label
    desk.infos(said)
    return Ref(node, "relation/" + node.rsplit("/", 1)[1], first.class_name, f" {verb} ".join(names))
