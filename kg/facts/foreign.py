"""Triples of foreign vocabularies: the names of their graphs, and which of them could be taken for the project's own.

Owns the naming. In a release each batch has its foreign triples in graphs of its own, `<base>batch/<id>/graph` for those of no
named graph and `<base>batch/<id>/graph/<name>` (percent-encoded, RFC 3986 section 2.1) for those of a named one, so that a batch can
be taken out whole even where two bring the same graph. A snapshot shows a named graph under its own name. Must not know an RDF
library.
"""

from __future__ import annotations

from urllib.parse import quote, unquote

from kg.terms import BASE, CK, RDF_TYPE, RDFS_LABEL, SKOS_ALT_LABEL

__all__ = ["GENID", "could_pass_for_ours", "foreign_graph", "shown_graph", "split_foreign_graph"]

GENID = f"{BASE}.well-known/genid/"
"""Where the IRIs of skolemised blank nodes lie (RDF 1.1 Concepts, section 3.5)."""

_BATCH, _GRAPH = f"{BASE}batch/", "/graph"


def foreign_graph(batch: str, name: str = "") -> str:
    """The graph of a release that holds a batch's foreign triples: of a named graph, or of none."""
    return f"{_BATCH}{batch}{_GRAPH}" + (f"/{quote(name, safe='')}" if name else "")


def split_foreign_graph(graph: str) -> tuple[str, str] | None:
    """(batch id, the graph's own name, blank for none) of a graph of a release; None where it holds no foreign triples."""
    batch, found, name = graph.removeprefix(_BATCH).partition(_GRAPH)
    if not graph.startswith(_BATCH) or not found or not batch or "/" in batch or (name and not name.startswith("/")):
        return None
    return batch, unquote(name[1:])


def shown_graph(graph: str) -> str:
    """The name under which a snapshot shows a foreign graph of a release."""
    found = split_foreign_graph(graph)
    return found[1] if found and found[1] else graph


def could_pass_for_ours(subject: str, property_: str, object_: str) -> bool:
    """Whether a foreign triple could be taken for what a statement of the graph says, or for what is said about one. `object_` is an
    IRI, blank for a literal.

    That is: a property or a class of the ontology; a subject under the base that is no entity (a statement, source, batch, end …);
    another name of an entity. Such a triple stands in its named graph alone: without a statement it has no period and no source, and
    a question about the ontology's terms must not find it.
    """
    if property_.startswith(CK) or (property_ == RDF_TYPE and object_.startswith(CK)):
        return True
    if not subject.startswith(BASE) or subject.startswith(GENID):
        return False
    return not subject.startswith(f"{BASE}id/") or property_ in (RDFS_LABEL, SKOS_ALT_LABEL)
