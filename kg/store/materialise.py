"""A snapshot as RDF: what SPARQL and rdflib see.

Owns the inferred triples (rules to a fixpoint: superclasses, superproperties) and their mark: they stand in the default
graph and, so that they can be told from what a source says, in the graph `<base>inferred`. Policy states, which are
computed above this layer, are handed in as `extra` and marked alike. Foreign triples are `kg.store.foreign`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.facts.folding import search_key
from kg.schema import Schema
from kg.store.foreign import shown_batches, shown_quads
from kg.store.rdf import Triple, assertion, batch_iri, identity, metadata, source_triples
from kg.store.snapshot import Snapshot
from kg.terms import BASE, CK, RDF_TYPE, RDFS_LABEL, Literal, local_name, to_oxigraph, to_rdflib

if TYPE_CHECKING:
    import rdflib

__all__ = ["INFERRED", "search_key", "snapshot_quads", "snapshot_store", "to_rdflib_dataset"]

INFERRED = BASE + "inferred"
_RDFS_SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
_RDFS_SUBPROPERTY = "http://www.w3.org/2000/01/rdf-schema#subPropertyOf"


def snapshot_quads(snapshot: Snapshot, extra: Iterable[Triple] = ()) -> Iterator[ox.Quad]:
    """All quads of a snapshot; the default graph holds each triple once, but for foreign ones that several graphs hold."""
    default = ox.DefaultGraph()
    for triple in _described(snapshot):
        yield _quad(triple, default)
    inferred = ox.NamedNode(INFERRED)
    said: set[Triple] = set()
    for statement in snapshot.statements.values():
        graph = ox.NamedNode(statement.iri)
        for triple in assertion(snapshot.schema, statement):
            said.add(triple)
            yield _quad(triple, graph)
        for triple in metadata(snapshot.schema, statement, snapshot.until(statement), snapshot.qualifiers(statement)):
            yield _quad(triple, default)
    for triple in said:
        yield _quad(triple, default)
    for triple in {*_inferred(snapshot.schema, said, snapshot), *extra} - said:
        yield _quad(triple, default)
        yield _quad(triple, inferred)
    yield from shown_quads(snapshot)
    yield from _ontology(snapshot)


def _described(snapshot: Snapshot) -> Iterator[Triple]:
    """Identity of visible entities, sources in use, batches."""
    for entity in snapshot.entities():
        entity = replace(entity, aliases=snapshot.aliases(entity.iri))
        yield from identity(entity)
        for key in sorted({search_key(name) for name in (entity.label, *entity.aliases)}):
            yield entity.iri, CK + "searchKey", Literal(key)
        for record in snapshot.records(entity.iri):
            if snapshot.label(record) == snapshot.entity(record).slug:  # a name that is not to be shown
                continue
            yield record, RDFS_LABEL, Literal(snapshot.label(record))
    facts = snapshot.dataset.facts
    used = {s.source for s in snapshot.statements.values()} | {
        s.first_public_source for s in snapshot.statements.values()
    }
    foreign = set(shown_batches(snapshot))
    used |= {s.iri for s in facts.sources.values() if s.batch in foreign}
    for iri in sorted(used - {""}):
        yield from source_triples(facts.sources[iri])
    for batch in facts.batches.values():
        yield batch_iri(batch.id), RDF_TYPE, CK + "Batch"
        yield batch_iri(batch.id), "http://purl.org/dc/terms/license", Literal(batch.licence)


def _inferred(schema: Schema, said: set[Triple], snapshot: Snapshot) -> Iterator[Triple]:
    """rdf:type of every superclass, and every superproperty, of what is said (RDFS rules 7 and 9)."""
    for entity in snapshot.entities():
        for above in schema.ancestors(entity.class_name)[1:]:
            yield entity.iri, RDF_TYPE, CK + above
    above_property = _superproperties(snapshot)
    for subject, property_, object_ in said:
        if property_ == RDF_TYPE and isinstance(object_, str):
            for above in schema.ancestors(local_name(object_))[1:]:
                yield subject, RDF_TYPE, CK + above
        for wider in above_property.get(property_, ()):
            yield subject, wider, object_


def _superproperties(snapshot: Snapshot) -> dict[str, set[str]]:
    """Superproperties within the project's namespace, closed."""
    direct: dict[str, set[str]] = {}
    for quad in _ontology(snapshot):
        if (
            quad.predicate.value == _RDFS_SUBPROPERTY
            and isinstance(quad.subject, ox.NamedNode)
            and isinstance(quad.object, ox.NamedNode)
            and quad.object.value.startswith(CK)
        ):
            direct.setdefault(quad.subject.value, set()).add(quad.object.value)
    closed: dict[str, set[str]] = {}
    for each in direct:
        stack, found = [each], set[str]()
        while stack:
            for wider in direct.get(stack.pop(), ()):
                if wider not in found:
                    found.add(wider)
                    stack.append(wider)
        closed[each] = found
    return closed


def _ontology(snapshot: Snapshot) -> tuple[ox.Quad, ...]:
    """The ontology's quads, in its own named graph."""
    graph = ox.NamedNode(BASE + "ontology")
    dataset = snapshot.dataset

    def read() -> tuple[ox.Quad, ...]:
        return tuple(q for q in dataset.release.quads() if q.graph_name == graph)

    return snapshot.shared("ontology quads", read)


def _quad(triple: Triple, graph: ox.NamedNode | ox.DefaultGraph) -> ox.Quad:
    return ox.Quad(ox.NamedNode(triple[0]), ox.NamedNode(triple[1]), to_oxigraph(triple[2]), graph)


def snapshot_store(snapshot: Snapshot, extra: Iterable[Triple] = ()) -> ox.Store:
    """A snapshot in the embedded engine."""
    store = ox.Store()
    store.bulk_extend(snapshot_quads(snapshot, extra))
    return store


def to_rdflib_dataset(snapshot: Snapshot) -> rdflib.Dataset:
    """A snapshot as an rdflib dataset."""
    import rdflib

    target = rdflib.Dataset()
    graphs: dict[str, rdflib.Graph] = {}
    for quad in snapshot_quads(snapshot):
        name = quad.graph_name
        if isinstance(name, ox.DefaultGraph):
            graph = target.default_graph
        else:
            graph = graphs.get(name.value) or graphs.setdefault(name.value, target.graph(rdflib.URIRef(name.value)))
        graph.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))
    return target
