"""Structural check that an RDF graph is an OWL 2 DL ontology.

Owns the restrictions of the OWL 2 Structural Specification (sections 3, 5.8
and 11) and the typing rules of the OWL 2 Mapping to RDF Graphs (section 3), as
far as they can be violated by an ontology of classes, properties, axioms and
annotations. It reasons about nothing: whether the ontology is consistent is a
reasoner's question. It knows nothing of this project's vocabulary.

The rules, by the name that a violation carries:

header          one owl:Ontology with an IRI, at most one version IRI
reserved        no term of the rdf, rdfs, owl or xsd namespaces is declared or
                used otherwise than OWL 2 uses it
punning         no IRI is two of object, data and annotation property, nor both
                class and datatype
undeclared      every class, property and datatype in use is declared
class           class expressions are well formed and used once
property        sub-property, domain, range and characteristics join properties
                and expressions of the right kind
value           object properties lead to individuals, data properties to
                literals
datatype        only datatypes of the OWL 2 datatype map, with lexical forms of
                theirs
simple          no composite property where only a simple one is allowed
chain           property chains are regular (a strict order exists)
anonymous       anonymous individuals form trees and stand in no (in)equality
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from owl2terms import (
    BUILTIN,
    CARDINALITIES,
    CONNECTIVES,
    INTERNAL,
    NEED_SIMPLE,
    OBJECT_ONLY,
    RESERVED,
    RESTRICTIONS,
    STRUCTURAL_TYPES,
)
from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach of OWL 2 DL: the rule's name, the offending node, and why."""

    rule: str
    node: str
    message: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.node}: {self.message}"


@dataclass(slots=True)
class _Check:
    graph: Graph
    found: list[Violation] = field(default_factory=list)
    kinds: dict[URIRef, set[Node]] = field(default_factory=dict)

    def report(self, rule: str, node: Node | None, message: str) -> None:
        self.found.append(Violation(rule, str(node), message))

    # -- typing ---------------------------------------------------------------
    def read_declarations(self) -> None:
        for kind, builtin in BUILTIN.items():
            declared = {s for s in self.graph.subjects(RDF.type, kind) if isinstance(s, URIRef)}
            for term in sorted(declared):
                if str(term).startswith(RESERVED) and term not in builtin:
                    self.report("reserved", term, f"declared as {kind}")
            self.kinds[kind] = declared | set(builtin)

    def is_a(self, node: Node | None, *kinds: URIRef) -> bool:
        return any(node in self.kinds[kind] for kind in kinds)

    def header(self) -> None:
        heads = list(self.graph.subjects(RDF.type, OWL.Ontology))
        if len(heads) != 1 or not isinstance(heads[0], URIRef):
            self.report("header", None, f"{len(heads)} ontology headers, one with an IRI expected")
        for head in heads:
            if len(list(self.graph.objects(head, OWL.versionIRI))) > 1:
                self.report("header", head, "more than one version IRI")

    def punning(self) -> None:
        groups = (
            (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty),
            (OWL.Class, RDFS.Datatype),
        )
        for group in groups:
            for i, one in enumerate(group):
                for other in group[i + 1 :]:
                    for term in sorted(self.kinds[one] & self.kinds[other], key=str):
                        self.report("punning", term, f"is both {one} and {other}")

    # -- expressions ----------------------------------------------------------
    def need_class(self, node: Node, where: str) -> None:
        if isinstance(node, Literal):
            self.report("class", node, f"a literal as {where}")
        elif isinstance(node, URIRef):
            if not self.is_a(node, OWL.Class):
                self.report("undeclared", node, f"no declared class, used as {where}")
        elif not (set(self.graph.objects(node, RDF.type)) & {OWL.Class, OWL.Restriction}):
            self.report("class", node, f"a blank node that is no class expression, used as {where}")

    def need_range(self, node: Node, where: str) -> None:
        if isinstance(node, URIRef):
            if node not in self.kinds[RDFS.Datatype]:
                rule = "datatype" if str(node).startswith(str(XSD)) else "undeclared"
                self.report(rule, node, f"no datatype of OWL 2, used as {where}")
        elif (node, RDF.type, RDFS.Datatype) not in self.graph:
            self.report("datatype", node, f"a node that is no data range, used as {where}")

    def need_property(self, node: Node, where: str, *kinds: URIRef) -> None:
        if isinstance(node, BNode) and OWL.ObjectProperty in kinds:
            node = self.graph.value(node, OWL.inverseOf) or node
            kinds = (OWL.ObjectProperty,)
        if self.is_a(node, *kinds):
            return
        known = self.is_a(node, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
        self.report("property" if known else "undeclared", node, f"used as {where}")

    def members(self, head: Node, where: str, least: int = 2) -> list[Node]:
        try:
            items = list(Collection(self.graph, head))
        except ValueError as error:
            self.report("class", head, f"{where}: {error}")
            return []
        if len(items) < least:
            self.report("class", head, f"{where} has {len(items)} members, at least {least} expected")
        return items

    def expressions(self) -> None:
        for node in self.graph.subjects(RDF.type, OWL.Class):
            if isinstance(node, BNode):
                self.connective(node, self.need_class)
        for node in self.graph.subjects(RDF.type, RDFS.Datatype):
            if isinstance(node, BNode):
                self.connective(node, self.need_range)
        for node in set(self.graph.subjects(RDF.type, OWL.Restriction)):
            self.restriction(node)
        described = set(self.graph.subjects(RDF.type, OWL.Class)) | set(self.graph.subjects(RDF.type, OWL.Restriction))
        for node in described:
            if isinstance(node, BNode) and len(list(self.graph.triples((None, None, node)))) > 1:
                self.report("class", node, "a class expression used more than once")

    def connective(self, node: Node, need: Callable[[Node, str], None]) -> None:
        used = [c for c in CONNECTIVES if (node, c, None) in self.graph]
        if (node, OWL.onDatatype, None) in self.graph:
            for facet_base in self.graph.objects(node, OWL.onDatatype):
                self.need_range(facet_base, "the base of a facet restriction")
            return
        if len(used) != 1:
            self.report("class", node, f"{len(used)} constructors, one expected")
            return
        for value in self.graph.objects(node, used[0]):
            if used[0] == OWL.complementOf:
                need(value, "a complement")
            elif used[0] == OWL.oneOf:
                self.members(value, "oneOf", least=1)
            else:
                for member in self.members(value, str(used[0])):
                    need(member, str(used[0]))

    def restriction(self, node: Node) -> None:
        on = list(self.graph.objects(node, OWL.onProperty))
        used = [r for r in RESTRICTIONS if (node, r, None) in self.graph]
        if len(on) != 1 or len(used) != 1:
            self.report("class", node, f"a restriction with {len(on)} properties and {len(used)} conditions")
            return
        self.need_property(on[0], "the property of a restriction", OWL.ObjectProperty, OWL.DatatypeProperty)
        data = self.is_a(on[0], OWL.DatatypeProperty)
        need = self.need_range if data else self.need_class
        for filler_of in (OWL.someValuesFrom, OWL.allValuesFrom, OWL.onClass, OWL.onDataRange):
            for filler in self.graph.objects(node, filler_of):
                need(filler, "the filler of a restriction")
        for value in self.graph.objects(node, OWL.hasValue):
            if isinstance(value, Literal) != data:
                self.report("value", value, "hasValue of the wrong kind")
            if isinstance(value, BNode):
                self.report("anonymous", value, "an anonymous individual in hasValue")

    # -- axioms ---------------------------------------------------------------
    def axioms(self) -> None:
        both = (OWL.ObjectProperty, OWL.DatatypeProperty)
        every = (*both, OWL.AnnotationProperty)
        for s, p, o in self.graph:
            if p in (RDFS.subClassOf, OWL.equivalentClass, OWL.disjointWith, OWL.disjointUnionOf):
                if p == OWL.equivalentClass and self.is_a(s, RDFS.Datatype):
                    self.need_range(o, "a datatype's definition")
                    continue
                self.need_class(s, f"subject of {p}")
                for each in self.members(o, str(p)) if p == OWL.disjointUnionOf else [o]:
                    self.need_class(each, f"object of {p}")
            elif p in (RDFS.subPropertyOf, OWL.equivalentProperty, OWL.propertyDisjointWith):
                kinds = [k for k in every if self.is_a(s, k)] or [OWL.ObjectProperty]
                self.need_property(s, f"subject of {p}", *every)
                self.need_property(o, f"object of {p}, whose subject is {kinds[0]}", *kinds)
            elif p == RDFS.domain:
                self.need_property(s, "a property with a domain", *every)
                if not self.is_a(s, OWL.AnnotationProperty):
                    self.need_class(o, "a domain")
            elif p == RDFS.range:
                self.need_property(s, "a property with a range", *every)
                if self.is_a(s, OWL.ObjectProperty):
                    self.need_class(o, "a range")
                elif self.is_a(s, OWL.DatatypeProperty):
                    self.need_range(o, "a range")
            elif p == OWL.inverseOf:
                for each in (s, o):
                    if isinstance(each, URIRef):
                        self.need_property(each, "one of two inverses", OWL.ObjectProperty)
            elif p == OWL.propertyChainAxiom:
                self.need_property(s, "the super-property of a chain", OWL.ObjectProperty)
                for each in self.members(o, "chain"):
                    self.need_property(each, "a link of a chain", OWL.ObjectProperty)
            elif p == OWL.hasKey:
                self.need_class(s, "a class with a key")
                for each in self.members(o, "key", least=1):
                    self.need_property(each, "part of a key", *both)
            elif p == OWL.members and (s, RDF.type, OWL.AllDisjointClasses) in self.graph:
                for each in self.members(o, "disjoint classes"):
                    self.need_class(each, "a disjoint class")
            elif p == OWL.members and (s, RDF.type, OWL.AllDisjointProperties) in self.graph:
                for each in self.members(o, "disjoint properties"):
                    self.need_property(each, "a disjoint property", *both)
            elif p in (OWL.sameAs, OWL.differentFrom):
                if BNode in (type(s), type(o)):
                    self.report("anonymous", s, f"an anonymous individual in {p}")
            elif p == RDF.type:
                self.type_triple(s, o)
            elif p not in INTERNAL and p not in (OWL.imports, OWL.versionIRI):
                self.assertion(s, p, o)

    def type_triple(self, s: Node, o: Node) -> None:
        if o == OWL.FunctionalProperty:
            self.need_property(s, "a functional property", OWL.ObjectProperty, OWL.DatatypeProperty)
        elif o in OBJECT_ONLY:
            self.need_property(s, str(o), OWL.ObjectProperty)
        elif o in BUILTIN or o in STRUCTURAL_TYPES or o in (OWL.NamedIndividual, OWL.Ontology, RDF.List):
            return
        elif str(o).startswith(RESERVED) and o not in BUILTIN[OWL.Class]:
            self.report("reserved", s, f"typed {o}")
        else:
            self.need_class(o, "the class of an individual")

    def assertion(self, s: Node, p: Node, o: Node) -> None:
        if self.is_a(p, OWL.AnnotationProperty):
            return
        if self.is_a(p, OWL.ObjectProperty):
            if isinstance(o, Literal):
                self.report("value", p, f"an object property with the literal {o!r}")
        elif self.is_a(p, OWL.DatatypeProperty):
            if not isinstance(o, Literal):
                self.report("value", p, f"a data property with the node {o}")
        elif str(p).startswith(RESERVED):
            self.report("reserved", p, "no property of OWL 2")
        else:
            self.report("undeclared", p, "used as a property")

    def literals(self) -> None:
        for _, p, o in self.graph:
            if not isinstance(o, Literal) or o.datatype is None:
                continue
            if o.datatype not in self.kinds[RDFS.Datatype]:
                self.report("datatype", p, f"{o!r} is of no datatype of OWL 2")
            elif o.ill_typed:
                self.report("datatype", p, f"{o!r} is outside the lexical space")

    # -- global restrictions --------------------------------------------------
    def name(self, node: Node) -> Node:
        """A property without its inverse: regularity and simplicity ignore direction."""
        return self.graph.value(node, OWL.inverseOf) or node if isinstance(node, BNode) else node

    def chains(self) -> Iterator[tuple[Node, list[Node]]]:
        for s, o in self.graph.subject_objects(OWL.propertyChainAxiom):
            yield s, [self.name(link) for link in Collection(self.graph, o)]

    def supers(self) -> set[tuple[Node, Node]]:
        pairs = {(self.name(s), self.name(o)) for s, o in self.graph.subject_objects(RDFS.subPropertyOf)}
        for linking in (OWL.equivalentProperty, OWL.inverseOf):
            for s, o in self.graph.subject_objects(linking):
                if isinstance(s, URIRef) and isinstance(o, URIRef):
                    pairs |= {(s, o), (o, s)}
        return pairs

    def simple(self) -> None:
        composite = set(self.graph.subjects(RDF.type, OWL.TransitiveProperty)) | {s for s, _ in self.chains()}
        supers, before = self.supers(), -1
        while before != len(composite):
            before = len(composite)
            composite |= {sup for sub, sup in supers if sub in composite}
        for node in composite:
            for kind in NEED_SIMPLE & set(self.graph.objects(node, RDF.type)):
                self.report("simple", node, f"composite, but {kind}")
            if (node, OWL.propertyDisjointWith, None) in self.graph or (
                None,
                OWL.propertyDisjointWith,
                node,
            ) in self.graph:
                self.report("simple", node, "composite, but in a disjointness")
        for node in self.graph.subjects(RDF.type, OWL.Restriction):
            on = self.graph.value(node, OWL.onProperty)
            restricted = any((node, r, None) in self.graph for r in (*CARDINALITIES, OWL.hasSelf))
            if on is not None and self.name(on) in composite and restricted:
                self.report("simple", on, "composite, but in a cardinality or self restriction")

    def regular(self) -> None:
        below: dict[Node, set[Node]] = {}
        equivalent = {(a, b) for a, b in self.supers() if (b, a) in self.supers()}
        for sub, sup in self.supers() - equivalent:
            below.setdefault(sup, set()).add(sub)
        for sup, links in self.chains():
            if links == [sup, sup]:
                continue
            rest = links[1:] if links[0] == sup else links[:-1] if links[-1] == sup else links
            below.setdefault(sup, set()).update(rest)
        if not any(True for _ in self.chains()):
            return
        for start in list(below):
            if start in _reachable(start, below):
                self.report("chain", start, "depends on itself through property chains")

    def anonymous(self) -> None:
        edges = {
            frozenset((s, o))
            for s, p, o in self.graph
            if isinstance(s, BNode) and isinstance(o, BNode) and self.is_a(p, OWL.ObjectProperty)
        }
        parent: dict[Node, Node] = {}

        def root(node: Node) -> Node:
            while parent.get(node, node) != node:
                node = parent[node]
            return node

        for edge in edges:
            one, *rest = edge
            other = rest[0] if rest else one
            if root(one) == root(other):
                self.report("anonymous", one, "anonymous individuals in a cycle")
            parent[root(one)] = root(other)


def _reachable(start: Node, below: dict[Node, set[Node]]) -> set[Node]:
    seen: set[Node] = set()
    todo: list[Node] = list(below.get(start, ()))
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo.extend(below.get(node, ()))
    return seen


def check(graph: Graph) -> list[Violation]:
    """Every violation of OWL 2 DL in `graph`, sorted; an empty list is a pass."""
    state = _Check(graph)
    state.read_declarations()
    for step in (
        state.header,
        state.punning,
        state.expressions,
        state.axioms,
        state.literals,
        state.simple,
        state.regular,
        state.anonymous,
    ):
        step()
    return sorted(set(state.found), key=str)


def rules(violations: Iterable[Violation]) -> set[str]:
    """The names of the rules that are broken."""
    return {violation.rule for violation in violations}
