"""Facts of the nodes that a mapping constructed.

Owns which node becomes which statement, and the refusals; the forms a node may have are in `kg.importers.rdf_mapping`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from kg.facts.countries import alpha3
from kg.facts.mistakes import nearest
from kg.facts.model import Source, Statement
from kg.importers.making import Maker, RowRefused
from kg.importers.places import country
from kg.importers.rdf_nodes import NAMES, Nodes, Said, Term, key, who
from kg.importers.records import Record, Refused
from kg.schema import Class
from kg.terms import CK, RDF_TYPE, local_name, split_entity_iri

__all__ = ["lift"]

_TAIL = {
    "validFrom": "valid_from",
    "validUntil": "valid_until",
    "firstPublic": "first_public",
    "passage": "passage",
    "quote": "quote",
    "note": "note",
}
"""What a node may say of its statement, by property."""

_TAIL_IRIS = frozenset(CK + name for name in _TAIL)
_PARTS = (CK + "subject", CK + "predicate", CK + "object")


def lift(name: str, maker: Maker, source: Source, said: Mapping[str, Said]) -> Iterator[Record]:
    """The entities and statements of constructed nodes, entities first. `name` is the mapping's, for messages and origins."""
    nodes = Nodes(maker.schema, maker.batch.id, said)
    good = []
    for node in nodes.order():
        try:
            nodes.classify(node)
            good.append(node)
        except RowRefused as error:
            yield _refused(name, node, error)
    nodes.identify()
    lifting = _Lifting(name, maker, source, nodes)
    for make in (lifting.entities, lifting.statements):
        for node in good:
            try:
                yield from make(node)
            except RowRefused as error:
                yield _refused(name, node, error)


def _refused(name: str, node: str, error: RowRefused) -> Refused:
    return Refused(name, 0, f"{who(node)}: {error.message}")


class _Lifting:
    """The records of each node."""

    def __init__(self, name: str, maker: Maker, source: Source, nodes: Nodes) -> None:
        self.name, self.maker, self.source, self.nodes = name, maker, source, nodes
        self.schema = maker.schema
        self.countries: set[str] = set()

    def entities(self, node: str) -> Iterator[Record]:
        """The entity of a node; none for one of the release that is named and not described."""
        cls = self.nodes.classes.get(node)
        if cls is None or cls.kind == "relation":
            return
        label = self.nodes.label(node)
        if label:
            slug = self.nodes.entity(node).rpartition("/")[2]
            yield self.maker.entity(cls.name, slug, label, self.nodes.names(node), origin=node)
        elif split_entity_iri(node) is None:
            raise RowRefused("its name is missing; expected rdfs:label")

    def statements(self, node: str) -> Iterator[Record]:
        """The statements of a node."""
        cls = self.nodes.classes.get(node)
        if cls is None:
            yield from self._with_countries(self._reified(node))
        elif cls.kind != "entity":
            yield from self._with_countries(self._described(node, cls))
        else:
            for predicate, terms in sorted(self.nodes.said[node].items()):
                for term in sorted(terms, key=str) if predicate not in (RDF_TYPE, *NAMES) else ():
                    try:
                        yield from self._with_countries(self._plain(node, cls, predicate, term, {}))
                    except RowRefused as error:
                        yield _refused(self.name, node, error)

    def _with_countries(self, statement: Statement) -> Iterator[Record]:
        """A statement, after the countries it names that nothing has described yet."""
        groups = [(statement.subject, statement.object), *statement.node.values(), *statement.qualifiers.values()]
        for value in (v for group in groups for v in group if isinstance(v, str)):
            segment, code = split_entity_iri(value) or ("", "")
            if (
                segment == "country"
                and alpha3(code) == code
                and value not in self.countries
                and value not in self.nodes.labels
            ):
                self.countries.add(value)
                yield country(self.maker, code)
        yield statement

    def _reified(self, node: str) -> Statement:
        """A plain statement out of a `ck:Statement` node."""
        said = self.nodes.said[node]
        self.nodes.only(node, {RDF_TYPE, *_PARTS, *_TAIL_IRIS})
        parts = [said.get(part, []) for part in _PARTS]
        if any(len(terms) != 1 for terms in parts):
            raise RowRefused("a ck:Statement has one ck:subject, one ck:predicate and one ck:object")
        subject, predicate = key(parts[0][0]), key(parts[1][0])
        cls = self.nodes.class_of(self.nodes.entity(subject))
        return self._plain(subject, cls, predicate, parts[2][0], self._tail(said))

    def _plain(self, node: str, cls: Class, predicate: str, term: Term, tail: dict[str, str]) -> Statement:
        allowed = {p.iri: p for p in self.schema.plain_properties(cls.name)}
        prop = allowed.get(predicate)
        if prop is None:
            near = nearest(local_name(predicate), [p.name for p in allowed.values()])
            hint = f"; nearest: {', '.join(near)}" if near else ""
            raise RowRefused(f"<{predicate}> is no property that may be stated of a {cls.label}{hint}")
        subject, value = self.nodes.entity(node), self.nodes.value(prop, term)
        said = f"Says of {self.nodes.shown(subject)}: {prop.label} {self.nodes.shown(value)}."
        return self.maker.plain(
            subject,
            prop.name,
            value,
            cls.name,
            source=self.source,
            origin=self._origin(node),
            **{"passage": said, **tail},
        )

    def _described(self, node: str, cls: Class) -> Statement:
        """The statement of a relation node or a claim."""
        said = self.nodes.said[node]
        names = NAMES if cls.kind == "record" else ()
        self.nodes.only(node, {RDF_TYPE, *names, *_TAIL_IRIS, *(CK + column for column in cls.columns)})
        values: dict[str, list[str]] = {}
        for column in cls.columns:
            prop, terms = self.schema.properties[column], said.get(CK + column, [])
            if len(terms) > 1 and (column in cls.ends or self.schema.constraint(cls.name, column).single):
                raise RowRefused(f"{prop.label} has {len(terms)} values; expected one")
            if terms:
                values[column] = [self.nodes.value(prop, term) for term in sorted(terms, key=str)]
            elif column in cls.ends and self.schema.constraint(cls.name, column).required:
                raise RowRefused(f"{prop.label} is missing; expected ck:{column}")
        told = "; ".join(
            f"{self.schema.properties[column].label} {', '.join(map(self.nodes.shown, found))}"
            for column, found in values.items()
        )
        tail = {"passage": f"Describes a {cls.label}: {told}.", **self._tail(said)}
        if cls.kind == "record":
            slug = self.nodes.entity(node).rpartition("/")[2]
            return self.maker.record(cls.name, slug, values, source=self.source, origin=self._origin(node), **tail)
        return self.maker.relation(cls.name, values, source=self.source, origin=self._origin(node), **tail)

    def _tail(self, said: Said) -> dict[str, str]:
        found = {}
        for name, field in _TAIL.items():
            terms = said.get(CK + name, [])
            texts = [t.value for t in terms if isinstance(t, ox.Literal)]
            if len(terms) > 1 or len(texts) < len(terms):
                raise RowRefused(f"ck:{name} takes one text")
            if texts:
                found[field] = texts[0]
        return found

    def _origin(self, node: str) -> str:
        return f"{self.name}:{who(node)}"
