"""The model, read from the ontology: classes, properties, the edges of the dependency network.

Owns the reading of `ontology/kg.ttl` and `ontology/shapes.ttl` into frozen values. Nothing here names a class or a
property of the domain: what a CSV column means, which GraphQL type exists and what an edge is, is said by the two files
alone. Must not know facts, stores or surfaces.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import rdflib
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS, SH, SKOS

from kg.errors import SchemaError
from kg.terms import CK, XSD, kebab_case, local_name, snake_case

__all__ = ["Class", "EdgeRule", "Property", "Schema", "load_schema"]

_ENTITY, _RELATION, _STATEMENT = CK + "Entity", CK + "Relation", CK + "Statement"


@dataclass(frozen=True, slots=True)
class Property:
    """A property of the ontology.

    `range` is a class name for object properties (`Entity` where `ranges` names several) and an XSD local name
    (`decimal`, `string` …) for data properties; `domains` are class names; `qualifies` the relation classes whose statements it qualifies;
    `scale` the steps its values are compared on, from the least to the most demanding.
    """

    iri: str
    name: str
    label: str
    definition: str
    example: str
    is_object: bool
    range: str
    ranges: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    qualifies: tuple[str, ...] = ()
    unit: str = ""
    edtf: bool = False
    is_edge: bool = False
    edge_verb: str = ""
    inverse_field: str = ""
    computed: bool = False
    normalised_by: tuple[str, ...] = ()
    one_at_a_time: bool = False
    scale: tuple[str, ...] = ()

    def rank(self, value: str) -> int | None:
        """The place of a value on the scale, 0 for the least demanding; None where it is not on it."""
        return self.scale.index(value) if value in self.scale else None

    @property
    def column(self) -> str:
        """The property's column name in a CSV row."""
        return snake_case(self.name)


@dataclass(frozen=True, slots=True)
class EdgeRule:
    """How a statement of a relation class becomes a direct triple, from `tail` to `head`; in the dependency network "tail
    depends on head"."""

    relation: str
    verb: str
    tail: str
    head: str
    direct_property: str
    unless: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Constraint:
    """What a SHACL property shape asks of a value."""

    required: bool = False
    single: bool = False
    values: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Class:
    """A class of the ontology.

    `direct` says which property joins the ends of a relation directly; `edge` is the same rule where that property is an
    edge of the dependency network. `kind` is `entity` (identity in `entities/`), `relation` (node made of its ends), `record` (an entity one row describes
    whole) or `structural`. `columns` lists the property names of a row in order, `ends` those that make the node.
    """

    iri: str
    name: str
    label: str
    definition: str
    example: str
    plural: str
    kind: str
    abstract: bool
    parents: tuple[str, ...]
    columns: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    end_fields: Mapping[str, str] = field(default_factory=dict)
    direct: EdgeRule | None = None
    edge: EdgeRule | None = None

    @property
    def segment(self) -> str:
        """The class's part of an entity's IRI."""
        return kebab_case(self.name)


@dataclass(frozen=True)
class Schema:
    """All classes and properties, with the look-ups every derivation needs."""

    classes: Mapping[str, Class]
    properties: Mapping[str, Property]
    constraints: Mapping[tuple[str, str], Constraint]
    version: str

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        """Direct subclasses by class name, sorted."""
        found: dict[str, list[str]] = {name: [] for name in self.classes}
        for cls in self.classes.values():
            for parent in cls.parents:
                found[parent].append(cls.name)
        return {name: tuple(sorted(names)) for name, names in found.items()}

    def ancestors(self, name: str) -> tuple[str, ...]:
        """The class and everything above it, nearest first."""
        order = [name]
        for each in order:
            order.extend(p for p in self.classes[each].parents if p not in order)
        return tuple(order)

    def leaves(self, name: str) -> tuple[str, ...]:
        """The instantiable classes at or below a class, sorted."""
        below = {name}
        stack = [name]
        while stack:
            for child in self.children[stack.pop()]:
                if child not in below:
                    below.add(child)
                    stack.append(child)
        return tuple(sorted(each for each in below if not self.classes[each].abstract))

    def is_a(self, name: str, above: str) -> bool:
        """Whether `name` is `above` or below it."""
        return above in self.ancestors(name)

    @cached_property
    def by_segment(self) -> Mapping[str, Class]:
        """Classes of entities and records by their IRI segment."""
        return {c.segment: c for c in self.classes.values() if c.kind in ("entity", "record") and not c.abstract}

    def of_kind(self, *kinds: str) -> tuple[Class, ...]:
        """Classes of the given kinds in name order."""
        return tuple(c for _, c in sorted(self.classes.items()) if c.kind in kinds)

    def plain_properties(self, class_name: str) -> tuple[Property, ...]:
        """The properties a plain row may state of an entity of the class, in name order."""
        above = set(self.ancestors(class_name))
        record_columns = {c for a in above for c in self.classes[a].columns}
        return tuple(
            p
            for _, p in sorted(self.properties.items())
            if above & set(p.domains)
            and p.name not in record_columns
            and not p.computed
            and p.iri not in self.direct_properties
            and ("Statement" not in p.domains or p.qualifies)
        )

    @cached_property
    def direct_properties(self) -> frozenset[str]:
        """IRIs of the properties that are derived from relation nodes and never stated."""
        return frozenset(c.direct.direct_property for c in self.classes.values() if c.direct)

    def constraint(self, class_name: str, property_name: str) -> Constraint:
        """What the shapes ask of a property on a class; the nearest class that says anything wins."""
        for each in self.ancestors(class_name):
            if (each, property_name) in self.constraints:
                return self.constraints[each, property_name]
        return Constraint()

    @cached_property
    def edge_properties(self) -> tuple[Property, ...]:
        """Plain object properties that are edges of the dependency network."""
        return tuple(p for _, p in sorted(self.properties.items()) if p.is_edge and p.domains)

    @cached_property
    def edge_relations(self) -> tuple[str, ...]:
        """The names a `relation` filter takes: relation classes with an edge rule, then plain edge properties."""
        rules = [c.name for c in self.of_kind("relation") if c.edge]
        return tuple(rules + [p.name for p in self.edge_properties])


def load_schema(folder: Path) -> Schema:
    """Read `kg.ttl` and `shapes.ttl` of a folder.

    Raises
    ------
    SchemaError
        A file is missing or no Turtle, or an annotation names something undeclared.
    """
    graph, shapes = rdflib.Graph(), rdflib.Graph()
    for target, name in ((graph, "kg.ttl"), (shapes, "shapes.ttl")):
        try:
            target.parse(folder / name, format="turtle")
        except FileNotFoundError:
            raise SchemaError(f"{name} is missing from the ontology folder", detail={"file": name}) from None
        except Exception as error:  # rdflib raises a dozen kinds; all mean the same to the reader
            raise SchemaError(f"{name} is no valid Turtle: {error}", detail={"file": name}) from error
    reader = _Reader(graph)
    properties = reader.properties()
    classes = reader.classes(properties)
    version = str(next(graph.objects(rdflib.URIRef(CK.rstrip("#")), OWL.versionInfo), ""))
    return Schema(classes, properties, _constraints(shapes, classes), version)


class _Reader:
    """Reads declarations off the ontology graph."""

    def __init__(self, graph: rdflib.Graph) -> None:
        self.graph = graph

    def text(self, node: rdflib.term.Node, predicate: rdflib.URIRef) -> str:
        return min((str(o) for o in self.graph.objects(node, predicate)), default="")

    def ck(self, node: rdflib.term.Node, name: str) -> str:
        return self.text(node, rdflib.URIRef(CK + name))

    def flag(self, node: rdflib.term.Node, name: str) -> bool:
        return self.ck(node, name) == "true"

    def names(self, node: rdflib.term.Node, predicate: rdflib.URIRef) -> tuple[str, ...]:
        """Local names of the objects, unions opened, sorted."""
        found: set[str] = set()
        for value in self.graph.objects(node, predicate):
            union = self.graph.value(value, OWL.unionOf)
            members: Iterable[rdflib.term.Node] = Collection(self.graph, union) if union else (value,)
            found.update(local_name(str(m)) for m in members if isinstance(m, rdflib.URIRef))
        return tuple(sorted(found))

    def properties(self) -> dict[str, Property]:
        found: dict[str, Property] = {}
        for kind in (OWL.ObjectProperty, OWL.DatatypeProperty):
            for node in self.graph.subjects(RDF.type, kind):
                if not str(node).startswith(CK):
                    continue
                is_object = kind == OWL.ObjectProperty
                ranges = self.names(node, RDFS.range)
                found[local_name(str(node))] = Property(
                    iri=str(node),
                    name=local_name(str(node)),
                    label=self.text(node, RDFS.label),
                    definition=self.text(node, SKOS.definition),
                    example=self.text(node, SKOS.example),
                    is_object=is_object,
                    range=ranges[0] if len(ranges) == 1 else ("Entity" if is_object else "string"),
                    ranges=ranges,
                    domains=self.names(node, RDFS.domain),
                    qualifies=self.names(node, rdflib.URIRef(CK + "qualifies")),
                    unit=self.ck(node, "unitOfMeasure"),
                    edtf=self.flag(node, "edtf"),
                    is_edge=self.flag(node, "isEdge"),
                    edge_verb=self.ck(node, "edgeVerb"),
                    inverse_field=self.ck(node, "inverseField"),
                    computed=self.flag(node, "computed"),
                    one_at_a_time=self.flag(node, "oneAtATime"),
                    normalised_by=self.names(node, rdflib.URIRef(CK + "normalisedBy")),
                    scale=tuple(step for step in self.ck(node, "ordinalScale").split("|") if step),
                )
        return found

    def classes(self, properties: Mapping[str, Property]) -> dict[str, Class]:
        nodes = {
            str(n): n
            for n in self.graph.subjects(RDF.type, OWL.Class)
            if isinstance(n, rdflib.URIRef) and str(n).startswith(CK)
        }
        parents = {
            iri: tuple(sorted(str(o) for o in self.graph.objects(n, RDFS.subClassOf) if str(o) in nodes))
            for iri, n in nodes.items()
        }

        def above(iri: str) -> set[str]:
            return {iri}.union(*(above(p) for p in parents[iri]))

        with_children = {p for ps in parents.values() for p in ps}
        found: dict[str, Class] = {}
        for iri, node in nodes.items():
            columns = tuple(self.ck(node, "columns").split())
            ends = set(self.names(node, rdflib.URIRef(CK + "endProperty")))
            lineage = above(iri)
            kind = "structural"
            if _RELATION in lineage:
                kind = "relation"
            elif _ENTITY in lineage:
                kind = "record" if columns else "entity"
            unknown = [c for c in (*columns, *ends) if c not in properties and c not in ("id", "label", "aliases")]
            if unknown:
                raise SchemaError(f"{local_name(iri)} names undeclared properties: {', '.join(sorted(unknown))}")
            pairs = [str(o).partition("=") for o in self.graph.objects(node, rdflib.URIRef(CK + "endField"))]
            found[local_name(iri)] = Class(
                iri=iri,
                name=local_name(iri),
                label=self.text(node, RDFS.label),
                definition=self.text(node, SKOS.definition),
                example=self.text(node, SKOS.example),
                plural=self.ck(node, "pluralName") or self.text(node, RDFS.label) + "s",
                kind=kind,
                abstract=self.flag(node, "abstract") or iri in with_children,
                parents=tuple(local_name(p) for p in parents[iri]),
                columns=tuple(c for c in columns if c in properties),
                ends=tuple(c for c in columns if c in ends),
                keys=tuple(c for c in columns if c in set(self.names(node, rdflib.URIRef(CK + "keyQualifier")))),
                end_fields={end: name for end, _, name in sorted(pairs)},
                direct=(direct := self.direct_rule(node, tuple(c for c in columns if c in ends))),
                edge=direct if direct and self.is_dependency(direct.direct_property) else None,
            )
        return found

    def direct_rule(self, node: rdflib.term.Node, ends: tuple[str, ...]) -> EdgeRule | None:
        """The direct property of a relation class, between the ends it names or else its first two."""
        direct = self.ck(node, "directProperty")
        if not direct:
            return None
        tail, head = self.ck(node, "edgeFrom") or ends[0], self.ck(node, "edgeTo") or ends[1]
        unless = self.ck(node, "noEdgeWhen").partition(" = ")
        return EdgeRule(
            relation=local_name(str(node)),
            verb=self.ck(node, "edgeVerb"),
            tail=local_name(tail),
            head=local_name(head),
            direct_property=direct,
            unless=(unless[0], unless[2]) if unless[2] else None,
        )

    def is_dependency(self, property_: str) -> bool:
        """Whether a property is below ck:dependsOn."""
        above = self.graph.transitive_objects(rdflib.URIRef(property_), RDFS.subPropertyOf)
        return rdflib.URIRef(CK + "dependsOn") in set(above)


def _constraints(shapes: rdflib.Graph, classes: Mapping[str, Class]) -> dict[tuple[str, str], Constraint]:
    """Property shapes by (class name, property name); a sequence path counts for its last step (a qualifier)."""
    found: dict[tuple[str, str], Constraint] = {}
    for name, cls in classes.items():
        for shape in shapes.objects(rdflib.URIRef(cls.iri), SH.property):
            path = shapes.value(shape, SH.path)
            steps = [path] if isinstance(path, rdflib.URIRef) else list(Collection(shapes, path)) if path else []
            if not steps or not isinstance(steps[-1], rdflib.URIRef):
                continue
            listed = shapes.value(shape, SH["in"])
            low, high = shapes.value(shape, SH.minInclusive), shapes.value(shape, SH.maxInclusive)
            count, most = shapes.value(shape, SH.minCount), shapes.value(shape, SH.maxCount)
            found[name, local_name(str(steps[-1]))] = Constraint(
                required=count is not None and int(str(count)) > 0,
                single=most is not None and int(str(most)) == 1,
                values=tuple(str(v) for v in Collection(shapes, listed)) if listed else (),
                minimum=float(str(low)) if low is not None else None,
                maximum=float(str(high)) if high is not None else None,
                pattern=str(shapes.value(shape, SH.pattern) or ""),
            )
    return found


def literal_datatype(prop: Property) -> str:
    """The datatype IRI of a data property's values; EDTF dates are strings."""
    kind = (
        prop.range if prop.range in ("decimal", "integer", "boolean", "date", "anyURI") and not prop.edtf else "string"
    )
    return XSD + kind
