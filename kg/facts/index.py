"""The index of entities by id: which entity a cell or an argument names.

Owns resolution and its suggestions; used for rows of facts and, through the dataset, for arguments of questions. An id is
an IRI, `class/slug`, or the slug alone where it is unambiguous. Ids are case-sensitive (`arm` is a company, `ARM` a
country). Aliases are for search and never resolved here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from kg.errors import AmbiguousId, UnknownId, WrongClass
from kg.facts.countries import alpha3, withdrawn
from kg.facts.mistakes import nearest, with_article
from kg.facts.model import Entity
from kg.schema import Schema
from kg.terms import BASE, entity_iri

__all__ = ["EntityIndex"]


class EntityIndex:
    """Entities by IRI and slug."""

    def __init__(self, schema: Schema, entities: Iterable[Entity]) -> None:
        self._schema = schema
        self.by_iri: dict[str, Entity] = {}
        self._by_slug: dict[str, list[str]] = {}
        for entity in entities:
            self.add(entity)

    def add(self, entity: Entity) -> None:
        """Put one more entity in."""
        if entity.iri not in self.by_iri:
            self._by_slug.setdefault(entity.slug, []).append(entity.iri)
        self.by_iri[entity.iri] = entity

    def id_of(self, iri: str) -> str:
        """The shortest id that names the entity: its slug, or `class/slug` where the slug is shared."""
        entity = self.by_iri[iri]
        if len(self._by_slug[entity.slug]) == 1:
            return entity.slug
        return f"{self._schema.classes[entity.class_name].segment}/{entity.slug}"

    def resolve(
        self,
        text: str,
        within: str | tuple[str, ...] = "Entity",
        argument: str = "id",
        shown: Callable[[str], bool] = lambda iri: True,
    ) -> Entity:
        """The entity an id names, if it is of a class in (or below) `within`. Only entities that are `shown` are suggested.

        Raises
        ------
        UnknownId
            No entity has it; the nearest ids are named.
        AmbiguousId
            Several have it; they are named.
        WrongClass
            It names an entity of another class.
        """
        wanted = (within,) if isinstance(within, str) else within
        iris = self._candidates(text.strip())
        fitting = [i for i in iris if any(self._schema.is_a(self.by_iri[i].class_name, w) for w in wanted)]
        if len(fitting) == 1:
            return self.by_iri[fitting[0]]
        detail: dict[str, object] = {"argument": argument, "value": text[:200]}
        if fitting:
            candidates = sorted(self._full_id(i) for i in fitting)
            raise AmbiguousId(
                f"{argument}: {text!r} names several entities: {', '.join(candidates)}; give class and slug",
                detail={**detail, "candidates": candidates},
            )
        if iris:
            entity = self.by_iri[iris[0]]
            labels = " or ".join(self._schema.classes[w].label for w in wanted)
            raise WrongClass(
                f"{argument}: {text!r} is {with_article(self._schema.classes[entity.class_name].label)}; expected {with_article(labels)}",
                detail={**detail, "class": entity.class_name, "expected": list(wanted)},
            )
        near = self.nearest(text, wanted, shown)
        former = withdrawn(text) if "Country" in wanted and not alpha3(text) else ""
        hint = f"; nearest: {', '.join(near)}" if near else "; search finds ids by name"
        hint = f" ({former})" if former else hint
        raise UnknownId(
            f"{argument}: no entity has the id {text[:80]!r}{hint}", detail={**detail, "nearest": list(near)}
        )

    def _candidates(self, text: str) -> list[str]:
        if text in self.by_iri:
            return [text]
        if text.startswith(("http://", "https://")) or len(text) > 300:
            return []
        segment, slash, slug = text.partition("/")
        if slash:
            named = self._schema.by_segment.get(segment)
            return [iri for iri in [entity_iri(named.name, slug)] if iri in self.by_iri] if named else []
        return self._by_slug.get(text, [])

    def nearest(
        self, text: str, wanted: tuple[str, ...] = ("Entity",), shown: Callable[[str], bool] = lambda iri: True
    ) -> tuple[str, ...]:
        """Ids of the wanted classes most like the text, among slugs first and labels after; the country alone that ISO 3166-1 knows by it."""
        text = text.removeprefix(BASE + "id/")[:80].rpartition("/")[2]
        pool = [
            e for e in self.by_iri.values() if any(self._schema.is_a(e.class_name, w) for w in wanted) and shown(e.iri)
        ]
        country = entity_iri("Country", alpha3(text)) if "Country" in wanted else ""
        if country in self.by_iri and shown(country):
            return (self.id_of(country),)
        found = [self.id_of(e.iri) for s in nearest(text, {e.slug for e in pool}) for e in pool if e.slug == s]
        if len(found) < 3:
            by_label: Mapping[str, str] = {e.label: e.iri for e in pool}
            found += [self.id_of(by_label[label]) for label in nearest(text, by_label)]
        return tuple(dict.fromkeys(found))[:3]

    def _full_id(self, iri: str) -> str:
        entity = self.by_iri[iri]
        return f"{self._schema.classes[entity.class_name].segment}/{entity.slug}"
