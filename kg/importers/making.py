"""Making facts from what an importer read: values checked by the schema, identities as rows of the seed have them.

Owns nothing of its own: the IRIs of statements and relation nodes come from `kg.facts.model`, the meaning of a property from the
schema. A value the schema refuses raises `RowRefused`, which an importer turns into a `Refused` of its row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kg.errors import BadDate, KGError
from kg.facts.dates import check_edtf, earliest
from kg.facts.model import Batch, Entity, Source, Statement, known_from, relation_iri, statement_iri
from kg.facts.slugs import slug_of
from kg.schema import Class, Property, Schema, literal_datatype
from kg.terms import RDF_TYPE, Literal, Value, entity_iri

__all__ = ["Maker", "RowRefused", "slug_of"]


class RowRefused(KGError):
    """A row that cannot become a statement; the message says why."""

    code = "row-refused"


class Maker:
    """Makes the entities and statements of one batch.

    Parameters
    ----------
    schema : the model.
    batch : the batch all of them belong to.
    """

    def __init__(self, schema: Schema, batch: Batch) -> None:
        self.schema, self.batch = schema, batch

    def source(self, slug: str, title: str, url: str, published: str, **more: Any) -> Source:
        """A source of this batch; `more` are the other fields of `Source`."""
        check_edtf(published)
        return Source(slug, title, url, published, batch=self.batch.id, **more)

    def entity(self, class_name: str, slug: str, label: str, aliases: Sequence[str] = (), origin: str = "") -> Entity:
        """An entity by class and slug; aliases are other names in any script."""
        if not label.strip():
            raise RowRefused("the name is missing")
        names = tuple(sorted({" ".join(a.split()) for a in aliases if a.strip()} - {label}))
        return Entity(
            entity_iri(class_name, slug), class_name, slug, " ".join(label.split()), names, self.batch.id, origin
        )

    def plain(
        self, subject: str, property_: str, value: str, class_name: str, *, source: Source, origin: str, **tail: Any
    ) -> Statement:
        """A plain statement: `subject` is an IRI of an entity of `class_name`, `value` text or, for an object property, an IRI."""
        prop = self.schema.properties[property_]
        read = self._value(prop, self.schema.classes[class_name], value)
        return self._statement(subject, prop.iri, read, "", {}, {}, (), source, origin, tail)

    def relation(
        self, class_name: str, values: Mapping[str, Any], *, source: Source, origin: str, **tail: Any
    ) -> Statement:
        """A statement of a relation class. `values` are by property name: an IRI, text, or a list of them; blank ones and None are
        left out. Ends must all be there unless the ontology lets one be open."""
        return self._described(self.schema.classes[class_name], None, values, source, origin, tail)

    def record(
        self, class_name: str, slug: str, values: Mapping[str, Any], *, source: Source, origin: str, **tail: Any
    ) -> Statement:
        """A statement of a record class (a claim); its entity is made with `entity`."""
        return self._described(self.schema.classes[class_name], slug, values, source, origin, tail)

    def _described(
        self,
        cls: Class,
        slug: str | None,
        values: Mapping[str, Any],
        source: Source,
        origin: str,
        tail: Mapping[str, Any],
    ) -> Statement:
        node: dict[str, tuple[Value, ...]] = {}
        qualifiers: dict[str, tuple[Value, ...]] = {}
        unknown = sorted(set(values) - set(cls.columns))
        if unknown:
            raise KeyError(f"{cls.name} has no {', '.join(unknown)}")
        for name in cls.columns:
            prop = self.schema.properties[name]
            given = values.get(name)
            many = given if isinstance(given, (list, tuple)) else [given]
            found = [self._value(prop, cls, str(v)) for v in many if v is not None and str(v) != ""]
            if found:
                target = qualifiers if cls.name in prop.qualifies else node
                target[name] = tuple(sorted(found, key=repr))
            elif self.schema.constraint(cls.name, name).required:
                raise RowRefused(f"{prop.label} is missing")
        ends = [(end, node[end][0]) for end in cls.ends if end in node]
        subject = entity_iri(cls.name, slug) if slug is not None else relation_iri(cls.name, ends)
        keys = [(name, qualifiers[name]) for name in cls.keys if name in qualifiers]
        return self._statement(subject, RDF_TYPE, cls.iri, cls.name, node, qualifiers, keys, source, origin, tail)

    def _value(self, prop: Property, cls: Class, text: str) -> Value:
        text = text.strip()
        if prop.is_object:
            if not text.startswith("http"):
                raise RowRefused(f"{prop.label}: {text!r} is no IRI")
            return text
        rule = self.schema.constraint(cls.name, prop.name)
        if prop.edtf:
            try:
                check_edtf(text)
            except BadDate as error:
                raise RowRefused(f"{prop.label}: {error.message}") from None
        allowed = prop.scale or rule.values
        if allowed and text not in allowed:
            raise RowRefused(f"{prop.label}: {text!r} is none of {', '.join(allowed)}")
        datatype = literal_datatype(prop)
        if not datatype.endswith(("decimal", "integer")):
            return Literal(text, datatype)
        try:
            number = Literal.decimal(text)
        except ValueError:
            raise RowRefused(f"{prop.label}: {text!r} is no number") from None
        amount = float(number.lexical)
        if (rule.minimum is not None and amount < rule.minimum) or (rule.maximum is not None and amount > rule.maximum):
            raise RowRefused(f"{prop.label}: {text} is out of range ({rule.minimum} to {rule.maximum})")
        if datatype.endswith("integer") and "." in number.lexical:
            raise RowRefused(f"{prop.label}: {text!r} is no whole number")
        return Literal(number.lexical, datatype)

    def _statement(
        self,
        subject: str,
        property_: str,
        object_: Value,
        class_name: str,
        node: Mapping[str, tuple[Value, ...]],
        qualifiers: Mapping[str, tuple[Value, ...]],
        keys: Sequence[tuple[str, Sequence[Value]]],
        source: Source,
        origin: str,
        tail: Mapping[str, Any],
    ) -> Statement:
        given = {k: v for k, v in tail.items() if v not in (None, "")}
        start = str(given.get("valid_from", ""))
        for name in ("valid_from", "valid_until", "first_public", "recorded"):
            try:
                check_edtf(str(given.get(name, "")))
            except BadDate as error:
                raise RowRefused(f"{name}: {error.message}") from None
        status = str(given.pop("status", "verified"))
        evidence = str(given.get("to_check_in", "")) if status == "unverified" else source.iri
        recorded = earliest(str(given["recorded"])) if given.get("recorded") else self.batch.recorded
        published = source.published if status != "unverified" else ""
        return Statement(
            iri=statement_iri(subject, property_, object_, evidence, start, keys),
            subject=subject,
            property=property_,
            object=object_,
            class_name=class_name,
            status=status,
            batch=self.batch.id,
            source="" if status == "unverified" else source.iri,
            origin=(origin,),
            node=node,
            qualifiers=qualifiers,
            known=known_from(published, str(given.get("first_public", "")), recorded),
            **given,
        )
