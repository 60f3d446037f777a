"""Foreign triples in a snapshot.

Owns when a snapshot shows them: once their batch is recorded by `known_on`, if its licence is allowed. They have no period, so that
`as_of` says nothing about them, and no status, so that `verified_only` leaves them. They stand in their named graph and, but for
those that could be taken for the project's own (`kg.facts.foreign.could_pass_for_ours`), in the default graph too, where SPARQL finds
them at once. Nothing else reads them: what an analysis is to use must be lifted into the ontology.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kg.facts.foreign import could_pass_for_ours, shown_graph
from kg.store.licences import allowed_licences
from kg.store.rdf import batch_iri, foreign_quads
from kg.store.snapshot import Snapshot
from kg.terms import to_value

__all__ = ["shown_batches", "shown_quads"]

_HAS_PART = ox.NamedNode("http://purl.org/dc/terms/hasPart")


def shown_batches(snapshot: Snapshot) -> list[str]:
    """The ids of the batches whose foreign triples a snapshot shows."""
    facts, key = snapshot.dataset.facts, snapshot.key
    allowed = allowed_licences(key.data_licence) if key.data_licence else None
    batches = [facts.batches[name] for name in sorted(facts.foreign)]
    return [b.id for b in batches if b.recorded <= key.known_on and (allowed is None or b.licence in allowed)]


def shown_quads(snapshot: Snapshot) -> Iterator[ox.Quad]:
    """The foreign quads of a snapshot, and which graphs each batch brought (`dcterms:hasPart`)."""
    default = ox.DefaultGraph()
    for batch in shown_batches(snapshot):
        graphs: dict[str, ox.NamedNode] = {}
        for quad in foreign_quads(snapshot.dataset.facts, batch):
            stored = str(to_value(quad.graph_name))
            graph = graphs.get(stored) or graphs.setdefault(stored, ox.NamedNode(shown_graph(stored)))
            yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)
            iri = quad.object.value if isinstance(quad.object, ox.NamedNode) else ""
            if not could_pass_for_ours(str(to_value(quad.subject)), quad.predicate.value, iri):
                yield ox.Quad(quad.subject, quad.predicate, quad.object, default)
        for graph in graphs.values():
            yield ox.Quad(ox.NamedNode(batch_iri(batch)), _HAS_PART, graph, default)
