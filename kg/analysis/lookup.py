"""Look-ups: search by name, lists of a class, everything about one entity.

Owns ranking, paging and the layout of an entity's facts. Must not know surfaces.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from rapidfuzz import fuzz, process

from kg.analysis.conditions import condition, property_of
from kg.analysis.desk import Desk
from kg.answers.shapes import EntityAnswer, EntityLine, Fact, ListAnswer, Match, RelationFact, SearchAnswer
from kg.errors import BadArgument, BadCursor
from kg.facts.model import Entity, Statement
from kg.schema import Class, Property
from kg.store.materialise import search_key
from kg.store.snapshot import Snapshot
from kg.terms import RDF_TYPE, Literal, content_hash, snake_case

__all__ = ["describe", "list_entities", "make_cursor", "no_cursor", "page", "read_cursor", "related", "search"]

_LEAST = 60.0
"""Similarity (0–100) below which a name is no match."""


@dataclass(frozen=True, slots=True)
class _Names:
    """All searchable names of a snapshot: keys, by key the (alias, entity) pairs that have it, and entities by slug."""

    keys: tuple[str, ...]
    owners: dict[str, list[tuple[str, str]]]
    slugs: dict[str, str]


def _names(snapshot: Snapshot) -> _Names:
    def make() -> _Names:
        owners: dict[str, list[tuple[str, str]]] = {}
        slugs: dict[str, str] = {}
        for entity in snapshot.entities():
            slugs[entity.slug.lower()] = entity.iri
            for record in snapshot.records(entity.iri):
                slugs.setdefault(snapshot.entity(record).slug.lower(), entity.iri)
            for name in dict.fromkeys((entity.label, *snapshot.aliases(entity.iri))):
                owners.setdefault(search_key(name), []).append((name, entity.iri))
        return _Names(tuple(owners), owners, slugs)

    return snapshot.shared("names", make)


def search(desk: Desk, text: str, class_: str | None = None, limit: int = 10) -> SearchAnswer:
    """Entities by name, in any script, forgiving of typing errors.

    Ranked by similarity (1 for the very name; otherwise rapidfuzz's weighted ratio over folded names), then by class and
    IRI. `class_` keeps a class and its subclasses.

    Raises
    ------
    BadArgument
        The text has no letter or digit.
    """
    key = search_key(text)
    if not key:
        raise BadArgument(
            "text: nothing to search for; expected letters or digits of a name", detail={"argument": "text"}
        )
    names = _names(desk.snapshot)
    schema = desk.snapshot.schema
    best: dict[str, tuple[float, str]] = {}
    for found, score, _ in process.extract(key, names.keys, scorer=_similarity, limit=None, score_cutoff=_LEAST):
        for alias, iri in names.owners[found]:
            if class_ and not schema.is_a(desk.snapshot.entity(iri).class_name, class_):
                continue
            if iri not in best or score > best[iri][0]:
                best[iri] = (score, alias)
    by_id = names.slugs.get(text.strip().lower())
    if by_id and (not class_ or schema.is_a(desk.snapshot.entity(by_id).class_name, class_)):
        best[by_id] = (100.0, best.get(by_id, (0.0, desk.snapshot.entity(by_id).label))[1])
    ranked = sorted(best.items(), key=lambda pair: (-pair[1][0], len(pair[1][1]), pair[0]))[:limit]
    matches = []
    for iri, (score, alias) in ranked:
        ref = desk.ref(iri)
        matches.append(Match(ref.iri, ref.id, ref.class_, ref.label, alias, round(score / 100, 4)))
    if not matches:
        desk.notice(f"No label or alias is like {text[:60]!r}.")
    return SearchAnswer(tuple(matches))


def _similarity(query: str, name: str, *, score_cutoff: float | None = None, **_: object) -> float:
    """100 for equality, below 100 for whole words or beginnings, below that the weighted ratio."""
    if query == name:
        return 100.0
    if name.startswith(query + " ") or f" {query} " in f" {name} ":
        return 90.0 + 9.0 * len(query) / len(name)
    if len(query) >= 2 and name.startswith(query):
        return 85.0 + 9.0 * len(query) / len(name)
    if not query.isascii() and query in name:
        return 80.0 + 9.0 * len(query) / len(name)
    score = fuzz.WRatio(query, name) if min(len(query), len(name)) > 3 else fuzz.ratio(query, name)
    return min(84.0, score) if not score_cutoff or score >= score_cutoff else 0.0


# ---- lists ------------------------------------------------------------------------------------------------------------------


def list_entities(
    desk: Desk, class_: str, where: Sequence[str] = (), order: str = "id", first: int = 50, after: str | None = None
) -> ListAnswer:
    """Entities of a class.

    Parameters
    ----------
    class_ : class name; subclasses are included.
    where : conditions `property operator value`, all of which must hold; operators = != < <= > >= and `has` / `lacks`
        (no value). A value of an object property is an id. Beside properties: relations by the property that stands for them
        (`onList = us-entity-list`, `providedBy has`), and `batch = ID`, the set an entity or one of its records came in with.
    order : `id`, `label`, or a property name, with a leading `-` to turn it round; entities without a value come last.
    first, after : page size and cursor.
    """
    found = list(desk.snapshot.entities(class_))
    for text in where:
        test = condition(desk, class_, text)
        found = [e for e in found if test(e)]
    found.sort(key=lambda e: e.iri)
    down, name = order.startswith("-"), order.lstrip("-")
    if name == "label":
        found.sort(key=lambda e: search_key(e.label), reverse=down)
    elif name != "id":
        prop = property_of(desk, class_, name, "order")
        with_value = [(value, e) for e in found if (value := _sort_value(desk, e, prop)) is not None]
        with_value.sort(key=lambda pair: pair[0], reverse=down)
        kept = {e.iri for _, e in with_value}
        found = [e for _, e in with_value] + [e for e in found if e.iri not in kept]
    elif down:
        found.reverse()
    key = content_hash(["list", desk.snapshot.dataset.release.hash, class_, *where, order], 12)
    shown, next_ = page(found, first, after, key)
    return ListAnswer(tuple(_line(desk, e) for e in shown), len(found), next_)


class _Named(Protocol):
    """What can be paged: it has a name that no other row has."""

    @property
    def iri(self) -> str:
        """The name."""
        ...


_Row = TypeVar("_Row", bound=_Named)


def page(rows: Sequence[_Row], first: int, after: str | None, key: str) -> tuple[Sequence[_Row], str | None]:
    """A page of entities and the cursor of the next. A cursor names the last entity shown and the query it belongs to.

    Raises
    ------
    BadCursor
        The cursor is broken or of another query or release.
    """
    start = 0
    if after is not None:
        positions = {e.iri: n for n, e in enumerate(rows)}
        shown_last = read_cursor(after, key)
        if shown_last not in positions:
            raise no_cursor()
        start = positions[shown_last] + 1
    shown = rows[start : start + first]
    more = start + first < len(rows)
    return shown, make_cursor(key, shown[-1].iri) if more and shown else None


def make_cursor(key: str, last: str) -> str:
    """The opaque cursor of the page that comes after `last`, in the query that `key` names."""
    return base64.urlsafe_b64encode(f"{key} {last}".encode()).decode()


def read_cursor(after: str, key: str) -> str:
    """What a cursor names as the last of the page before.

    Raises
    ------
    BadCursor
        The cursor is broken or of another query or release.
    """
    try:
        asked, _, last = base64.urlsafe_b64decode(after.encode()).decode().partition(" ")
    except (ValueError, binascii.Error):
        raise no_cursor() from None
    if asked != key:
        raise no_cursor()
    return last


def no_cursor() -> BadCursor:
    """The error about a cursor that is broken, or of another query or release."""
    return BadCursor("after: no cursor of this query and release; begin again without it", detail={"argument": "after"})


def _line(desk: Desk, entity: Entity) -> EntityLine:
    ref = desk.ref(entity.iri)
    return EntityLine(ref.iri, ref.id, ref.class_, ref.label, desk.snapshot.aliases(entity.iri))


def _sort_value(desk: Desk, entity: Entity, prop: Property) -> tuple[int, float, str] | None:
    """The least value in a comparable form: numbers before texts."""
    found: list[tuple[int, float, str]] = []
    for statement in desk.snapshot.plain(entity.iri, prop.name):
        value = statement.object
        if isinstance(value, Literal) and prop.range in ("decimal", "integer"):
            found.append((0, float(value.lexical), ""))
        else:
            found.append((1, 0.0, value.lexical if isinstance(value, Literal) else desk.ref(value).label))
    return min(found, default=None)


# ---- one entity -------------------------------------------------------------------------------------------------------------


def describe(desk: Desk, iri: str) -> EntityAnswer:
    """All that is held of an entity: its facts, the relations it takes part in, and what other entities say of it."""
    snapshot = desk.snapshot
    own = desk.facts(snapshot.plain(iri))
    record = tuple(
        f for s in snapshot.about_node(iri) for f in _node_facts(desk, s, snapshot.schema.classes[s.class_name])
    )
    relations = []
    grouped: dict[tuple[str, str], list[Statement]] = {}
    for statement in snapshot.relations(iri):
        if statement.subject != iri:
            grouped.setdefault((statement.class_name, statement.subject), []).append(statement)
    for (class_name, _), statements in sorted(grouped.items()):
        relations.append(_relation(desk, iri, snapshot.schema.classes[class_name], statements))
    inverse = _inverse(desk, iri)
    if not (own or record or relations or inverse):
        desk.notice(f"Nothing is held of {desk.ref(iri).label} on these dates beyond its identity.")
    return EntityAnswer(_line(desk, snapshot.entity(iri)), own + record, tuple(relations), inverse)


def _node_facts(desk: Desk, statement: Statement, cls: Class) -> tuple[Fact, ...]:
    found = []
    info = desk.info(statement)
    for name in cls.columns:
        prop = desk.snapshot.schema.properties[name]
        for value in statement.node.get(name) or desk.snapshot.qualifiers(statement).get(name) or ():
            found.append(Fact(name, prop.label, desk.value(value, prop), (info,)))
    return tuple(found)


def _relation(desk: Desk, iri: str, cls: Class, statements: Sequence[Statement]) -> RelationFact:
    end = next((name for name in cls.columns if iri in statements[0].node.get(name, ())), "")
    others, details = [], []
    for statement in statements:
        for each in _node_facts(desk, statement, cls):
            if each.property in cls.ends or (cls.kind == "record" and each.value.entity):
                if each.value.entity is None or each.value.entity.iri != iri:
                    others.append(each)
            else:
                details.append(each)
    unique = {(f.property, f.value.text): f for f in others}
    return RelationFact(cls.name, cls.label, end, tuple(unique.values()), tuple(details), desk.infos(statements))


def _inverse(desk: Desk, iri: str) -> tuple[Fact, ...]:
    """Plain statements about other entities whose value is this one."""
    by_iri = {p.iri: p for p in desk.snapshot.schema.properties.values()}
    found = []
    for statement in sorted(desk.snapshot.inverse(iri), key=lambda s: (s.property, s.subject, s.iri)):
        if statement.property != RDF_TYPE:
            prop = by_iri[statement.property]
            found.append(
                Fact(
                    prop.inverse_field or prop.name,
                    snake_case(prop.inverse_field).replace("_", " ") or f"{prop.label} (of)",
                    desk.value(statement.subject, prop),
                    desk.infos([statement]),
                )
            )
    return tuple(found)


def related(desk: Desk, iri: str, class_: str) -> tuple[Fact, ...]:
    """What links an entity to others of a class, by plain statements in both directions."""
    links = [s for s in desk.snapshot.plain(iri) if isinstance(s.object, str)]
    schema, index = desk.snapshot.schema, desk.snapshot.index.by_iri
    own = [s for s in links if s.object in index and schema.is_a(index[str(s.object)].class_name, class_)]
    back = [f for f in _inverse(desk, iri) if f.value.entity and schema.is_a(f.value.entity.class_, class_)]
    return desk.facts(own) + tuple(back)
