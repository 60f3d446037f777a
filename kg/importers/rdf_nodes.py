"""Nodes that a mapping constructed: what class each has, which entity it is, and what its values mean.

Owns the identity of lifted entities. A fault raises `RowRefused`, of one node or one value. Must not know statements.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from kg.facts.foreign import GENID
from kg.facts.mistakes import nearest, with_article
from kg.importers.making import RowRefused, slug_of
from kg.schema import Class, Property, Schema
from kg.terms import BASE, CK, RDF_TYPE, RDFS_LABEL, SKOS_ALT_LABEL, content_hash, local_name, split_entity_iri

__all__ = ["NAMES", "Nodes", "Said", "Term", "key", "who"]

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Said = Mapping[str, list[Term]]
"""What a node says: terms by property."""

NAMES = (RDFS_LABEL, SKOS_ALT_LABEL)
"""The properties that name an entity."""


def key(term: Term) -> str:
    """A node's IRI, its label after `_:`, or blank for a literal."""
    return term.value if isinstance(term, ox.NamedNode) else f"_:{term.value}" if isinstance(term, ox.BlankNode) else ""


def who(node: str) -> str:
    """A node in a message; one without an IRI has no name of its own."""
    return "a node without a name" if node.startswith("_:") else f"<{node}>"


class Nodes:
    """The constructed nodes by their key.

    Parameters
    ----------
    schema : the model.
    batch : the batch's id, which made slugs begin with.
    said : what each node says.
    """

    def __init__(self, schema: Schema, batch: str, said: Mapping[str, Said]) -> None:
        self.schema, self.batch, self.said = schema, batch, said
        self.classes: dict[str, Class] = {}
        self.labels: dict[str, str] = {}
        self._iris: dict[str, str] = {}

    def order(self) -> list[str]:
        """All nodes: those with an IRI in its order, then the others in the order of what they say. Of nodes without an IRI that say
        the same only one is kept: a query makes one for each of its solutions."""
        others: dict[str, str] = {}
        for node in self.said:
            if node.startswith("_:"):
                others.setdefault(self._content(node), node)
        return sorted(n for n in self.said if not n.startswith("_:")) + [n for _, n in sorted(others.items())]

    def _content(self, node: str) -> str:
        said = self.said[node]
        return "\n".join(sorted(f"{p} {'_:' if isinstance(o, ox.BlankNode) else o}" for p in said for o in said[p]))

    def classify(self, node: str) -> None:
        """Find the class of a node: the narrowest it is given, else that of its IRI; a `ck:Statement` has none here."""
        types = sorted({key(t) for t in self.said[node].get(RDF_TYPE, ())})
        if types == [CK + "Statement"]:
            return
        for type_ in types:
            if not type_.startswith(CK) or local_name(type_) not in self.schema.classes:
                raise RowRefused(
                    f"<{type_}> is no class of the ontology{_near(local_name(type_), self.schema.classes)}"
                )
        names = [local_name(t) for t in types]
        names = [n for n in names if not any(n != o and self.schema.is_a(o, n) for o in names)]
        found = split_entity_iri(node)
        by_iri = self.schema.by_segment.get(found[0]) if found else None
        if len(names) > 1:
            raise RowRefused(f"it has the classes {', '.join(names)}; expected one")
        cls = self.schema.classes[names[0]] if names else by_iri
        if cls is None:
            raise RowRefused("it has no class; expected one of the ontology by rdf:type")
        if cls.abstract or cls.kind == "structural":
            narrower = f"; expected one of {', '.join(self.schema.leaves(cls.name))}" if cls.abstract else ""
            raise RowRefused(f"{cls.name} takes no nodes of its own{narrower}")
        if by_iri is not None and by_iri.name != cls.name:
            raise RowRefused(f"its IRI is that of a {by_iri.label}, its class is {cls.label}")
        self.classes[node] = cls

    def identify(self) -> None:
        """Give each node of an entity's class its entity: itself under `<base>id/`, else, if it has a label, one made from the last
        part of its IRI."""
        made: dict[tuple[str, str], list[str]] = defaultdict(list)
        for node, cls in self.classes.items():
            if cls.kind == "relation":
                continue
            if split_entity_iri(node):
                self._iris[node] = node
            elif (
                self.label(node) and not node.startswith("_:") and (not node.startswith(BASE) or node.startswith(GENID))
            ):
                made[cls.segment, f"{self.batch}-{slug_of(local_name(node.rstrip('/#')) or node)}"].append(node)
        for (segment, slug), nodes in made.items():
            for node in nodes:
                own = slug if len(nodes) == 1 else f"{slug}-{content_hash([node], 6)}"
                self._iris[node] = f"{BASE}id/{segment}/{own}"
        for node, iri in self._iris.items():
            label = self.label(node)
            if label:
                self.labels[iri] = label

    def label(self, node: str) -> str:
        """Its label: the English one, else the one without a language, else the first; blank where it has none."""
        texts = [t for t in self.said[node].get(RDFS_LABEL, ()) if isinstance(t, ox.Literal) and t.value.strip()]
        texts.sort(key=lambda t: (t.language != "en", bool(t.language), t.language or "", t.value))
        return " ".join(texts[0].value.split()) if texts else ""

    def names(self, node: str) -> list[str]:
        """All its names."""
        return [t.value for p in NAMES for t in self.said[node].get(p, ()) if isinstance(t, ox.Literal)]

    def entity(self, node: str) -> str:
        """The entity's IRI of a node: the one made for it, or its own under `<base>id/`."""
        found = split_entity_iri(node)
        iri = self._iris.get(node) or (node if found and found[0] in self.schema.by_segment else "")
        if not iri:
            raise RowRefused(
                f"{who(node)} is no entity; expected a node to which the mapping gives a class and a label, or one under {BASE}id/"
            )
        return iri

    def class_of(self, iri: str) -> Class:
        """The class of an entity by its IRI."""
        found = split_entity_iri(iri)
        return self.schema.by_segment[found[0] if found else ""]

    def value(self, prop: Property, term: Term) -> str:
        """A term as the maker takes it: the IRI of an entity in the property's range, or text."""
        if isinstance(term, ox.Triple):
            raise RowRefused(f"{prop.label}: a triple term of RDF 1.2")
        if not prop.is_object:
            if not isinstance(term, ox.Literal):
                raise RowRefused(f"{prop.label}: {who(key(term))} is no text or number")
            return term.value
        if isinstance(term, ox.Literal):
            raise RowRefused(f"{prop.label}: {term} is no IRI")
        iri = self.entity(key(term))
        cls = self.class_of(iri)
        if prop.ranges and not any(self.schema.is_a(cls.name, r) for r in prop.ranges):
            raise RowRefused(f"{prop.label}: <{iri}> is {with_article(cls.label)}; expected {' or '.join(prop.ranges)}")
        return iri

    def shown(self, value: str) -> str:
        """A value in a sentence: an entity by its label or slug, text as it is."""
        return self.labels.get(value) or (split_entity_iri(value) or ("", value))[1]

    def only(self, node: str, known: Iterable[str]) -> None:
        """Refuse a node that says anything but what is known."""
        known = set(known)
        strange = sorted(set(self.said[node]) - known)
        if strange:
            raise RowRefused(
                f"<{strange[0]}> has no place on it{_near(local_name(strange[0]), [local_name(k) for k in known])}"
            )


def _near(name: str, choices: Iterable[str]) -> str:
    found = nearest(name, choices)
    return f"; nearest: {', '.join(found)}" if found else ""
