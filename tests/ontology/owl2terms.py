"""The vocabulary of OWL 2: built-in terms, and the terms that only spell out axioms.

From the OWL 2 Structural Specification, sections 4 and 5, and the OWL 2 Mapping to
RDF Graphs, section 2. Constants only.
"""

from __future__ import annotations

from rdflib import OWL, RDF, RDFS, XSD

RESERVED = (str(OWL), str(RDF), str(RDFS), str(XSD))

#: OWL 2 Structural Specification, section 4 (the datatype map) and rdfs:Literal.
DATATYPES = frozenset(
    [OWL.real, OWL.rational, RDF.PlainLiteral, RDF.XMLLiteral, RDF.langString, RDFS.Literal]
    + [
        XSD[name]
        for name in [
            "decimal",
            "integer",
            "nonNegativeInteger",
            "nonPositiveInteger",
            "positiveInteger",
            "negativeInteger",
            "long",
            "int",
            "short",
            "byte",
            "unsignedLong",
            "unsignedInt",
            "unsignedShort",
            "unsignedByte",
            "double",
            "float",
            "string",
            "normalizedString",
            "token",
            "language",
            "Name",
            "NCName",
            "NMTOKEN",
            "boolean",
            "hexBinary",
            "base64Binary",
            "anyURI",
            "dateTime",
            "dateTimeStamp",
        ]
    ]
)
BUILTIN_ANNOTATIONS = frozenset(
    [RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy]
    + [OWL[n] for n in ("deprecated", "versionInfo", "priorVersion", "backwardCompatibleWith", "incompatibleWith")]
)
BUILTIN = {
    OWL.Class: frozenset([OWL.Thing, OWL.Nothing]),
    OWL.ObjectProperty: frozenset([OWL.topObjectProperty, OWL.bottomObjectProperty]),
    OWL.DatatypeProperty: frozenset([OWL.topDataProperty, OWL.bottomDataProperty]),
    OWL.AnnotationProperty: BUILTIN_ANNOTATIONS,
    RDFS.Datatype: DATATYPES,
}
OBJECT_ONLY = frozenset(
    OWL[n]
    for n in [
        "InverseFunctionalProperty",
        "TransitiveProperty",
        "SymmetricProperty",
        "AsymmetricProperty",
        "ReflexiveProperty",
        "IrreflexiveProperty",
    ]
)
NEED_SIMPLE = frozenset(
    [OWL.FunctionalProperty, OWL.InverseFunctionalProperty, OWL.IrreflexiveProperty, OWL.AsymmetricProperty]
)
CARDINALITIES = tuple(
    OWL[n]
    for n in [
        "cardinality",
        "minCardinality",
        "maxCardinality",
        "qualifiedCardinality",
        "minQualifiedCardinality",
        "maxQualifiedCardinality",
    ]
)
RESTRICTIONS = (OWL.someValuesFrom, OWL.allValuesFrom, OWL.hasValue, OWL.hasSelf, *CARDINALITIES)
CONNECTIVES = (OWL.unionOf, OWL.intersectionOf, OWL.complementOf, OWL.oneOf)
INTERNAL = frozenset(
    [
        RDF.first,
        RDF.rest,
        OWL.onProperty,
        OWL.onClass,
        OWL.onDataRange,
        OWL.onDatatype,
        OWL.withRestrictions,
        OWL.members,
        OWL.distinctMembers,
        OWL.annotatedSource,
        OWL.annotatedProperty,
        OWL.annotatedTarget,
        *RESTRICTIONS,
        *CONNECTIVES,
    ]
)
STRUCTURAL_TYPES = frozenset(
    [
        OWL.Restriction,
        OWL.AllDisjointClasses,
        OWL.AllDisjointProperties,
        OWL.AllDifferent,
        OWL.Axiom,
        OWL.Annotation,
    ]
)
