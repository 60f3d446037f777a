"""Coverage: what is known of an entity, from how many sources, how old, and what is not.

Owns the counting of sources behind what is said. A *fact* here is one thing said (a property's value, a relation between
ends); it rests on a single source when all its statements cite the same one or none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict

from kg.analysis.desk import Desk
from kg.answers.shapes import Fact, Value
from kg.answers.trust import CoverageAnswer, CoverageLine, Sourcing
from kg.facts.dates import latest
from kg.facts.model import Source, Statement
from kg.network import share_sum
from kg.store.merging import LINK
from kg.store.snapshot import Snapshot
from kg.terms import Literal

__all__ = ["cover", "coverage_line"]

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class _Group:
    """One fact with its statements."""

    kind: str
    label: str
    key: tuple[str, str]
    statements: tuple[Statement, ...]


def _groups(snapshot: Snapshot, iri: str) -> list[_Group]:
    """The facts about an entity: by property and value, by relation and node."""
    schema = snapshot.schema
    by_iri = {p.iri: p for p in schema.properties.values()}
    found: dict[tuple[str, str, str], list[Statement]] = {}
    for statement in snapshot.plain(iri):
        prop = by_iri[statement.property]
        value = statement.object.lexical if isinstance(statement.object, Literal) else statement.object
        found.setdefault((prop.name, prop.label, value), []).append(statement)
    for statement in (*snapshot.relations(iri), *snapshot.about_node(iri)):
        if statement.class_name == LINK:  # speaks of names, not of the entity
            continue
        cls = schema.classes[statement.class_name]
        end = next((e for e in cls.columns if iri in statement.node.get(e, ())), "")
        label = f"{cls.label} ({schema.properties[end].label})" if end else cls.label
        found.setdefault((f"{cls.name}.{end}", label, statement.subject), []).append(statement)
    return [
        _Group(kind, label, (kind, key), tuple({each.iri: each for each in s}.values()))
        for (kind, label, key), s in sorted(found.items())
    ]


def _sources(snapshot: Snapshot, statements: Iterable[Statement]) -> dict[str, Source]:
    return {s.iri: s for each in statements if (s := snapshot.source(each)) is not None}


def _is_single(group: _Group) -> bool:
    return len({s.source for s in group.statements if s.source}) <= 1


def _is_older(snapshot: Snapshot, group: _Group, day: dt.date | None) -> bool:
    """Whether all sources of a fact (and the periods it observes) lie before a day."""
    if day is None:
        return False
    days = [
        latest(src.published) for s in group.statements if (src := snapshot.source(s)) is not None and src.published
    ]
    begun = [v for s in group.statements for v in snapshot.qualifiers(s).get("period", ())]
    days += [latest(v.lexical) for v in begun if isinstance(v, Literal)]
    return bool(days) and all(d is not None and d < day for d in days)


def _extreme(sources: Iterable[Source], newest: bool) -> str:
    dated = sorted((s for s in sources if s.published), key=lambda s: (latest(s.published) or dt.date.max, s.id))
    return dated[-1 if newest else 0].published if dated else ""


class _Counts(TypedDict):
    statements: int
    sources: int
    unverified: int
    single_source: int
    uncited: int
    older: int
    newest_source: str


def _counts(snapshot: Snapshot, groups: Sequence[_Group], day: dt.date | None) -> _Counts:
    """What is counted of facts, on every level alike."""
    statements = [s for g in groups for s in g.statements]
    sources = _sources(snapshot, statements)
    citing = _citing(snapshot)
    return {
        "statements": len(statements),
        "sources": len(sources),
        "unverified": sum(s.status == "unverified" for s in statements),
        "single_source": sum(map(_is_single, groups)),
        "uncited": sum(s.source in citing and not s.text("citedSource") for s in statements if _may_cite(snapshot, s)),
        "older": sum(_is_older(snapshot, g, day) for g in groups),
        "newest_source": _extreme(sources.values(), newest=True),
    }


def _may_cite(snapshot: Snapshot, statement: Statement) -> bool:
    """Whether a statement is of a class whose rows may name their own evidence."""
    return bool(statement.class_name) and "citedSource" in snapshot.schema.classes[statement.class_name].columns


def _citing(snapshot: Snapshot) -> frozenset[str]:
    """Data sets that name their own evidence row by row."""
    return snapshot.shared(
        "sources that cite", lambda: frozenset(s.source for s in snapshot.statements.values() if s.text("citedSource"))
    )


def _suppliers(desk: Desk, iri: str) -> tuple[int, float | None]:
    measured = desk.cover(iri)
    return measured.suppliers, measured.share_sum


def cover(desk: Desk, iri: str, older_than: dt.date | None = None) -> CoverageAnswer:
    """The coverage of one entity.

    Parameters
    ----------
    iri : the entity.
    older_than : facts all of whose sources lie before this day are counted as older.
    """
    snapshot = desk.snapshot
    groups = _groups(snapshot, iri)
    statements = [s for g in groups for s in g.statements]
    desk.infos(statements)
    kinds: dict[tuple[str, str], list[_Group]] = {}
    for group in groups:
        kinds.setdefault((group.kind, group.label), []).append(group)
    suppliers, share_sum = _suppliers(desk, iri)
    weak = [g for g in groups if all(s.status == "unverified" for s in g.statements)]
    weak += [g for g in groups if g not in weak and (_is_older(snapshot, g, older_than) or _is_single(g))]
    if not statements:
        desk.notice(f"Nothing is on record of {desk.ref(iri).label} on these dates. That is no statement about it.")
    if len(weak) > _SHOWN:
        desk.notice(
            f"{len(weak)} facts are unverified, old or of a single source; the first {_SHOWN} are shown as weakest."
        )
    return CoverageAnswer(
        node=desk.ref(iri),
        suppliers=suppliers,
        share_sum=share_sum,
        **_counts(snapshot, groups, older_than),
        older_than=older_than.isoformat() if older_than else "",
        oldest_source=_extreme(_sources(snapshot, statements).values(), newest=False),
        left_out=_left_out(desk, iri, len(statements)),
        by_kind=tuple(_sourcing(snapshot, kind, label, found, older_than) for (kind, label), found in kinds.items()),
        missing=_missing(desk, iri, {g.kind for g in groups}),
        weakest=tuple(_shown(desk, g) for g in weak[:_SHOWN]),
    )


def _sourcing(snapshot: Snapshot, kind: str, label: str, groups: Sequence[_Group], day: dt.date | None) -> Sourcing:
    return Sourcing(
        kind=kind,
        label=label,
        share_sum=share_sum(snapshot, {str(n): g.statements for n, g in enumerate(groups)}),
        **_counts(snapshot, groups, day),
    )


def _left_out(desk: Desk, iri: str, counted: int) -> int:
    """How many statements about the entity dataLicence and verifiedOnly keep out of this snapshot."""
    key = desk.snapshot.key
    if key.data_licence is None and not key.verified_only:
        return 0
    whole = desk.snapshot.other(data_licence=None, verified_only=False)
    return sum(len(g.statements) for g in _groups(whole, iri)) - counted


def _missing(desk: Desk, iri: str, kinds: set[str]) -> tuple[str, ...]:
    """What one would expect to know of an entity of its class and nothing is held of: plain properties and relation ends
    that most entities of the class have."""
    snapshot = desk.snapshot
    class_name = snapshot.entity(iri).class_name

    def usual() -> dict[str, str]:
        counts: dict[tuple[str, str], int] = {}
        peers = list(snapshot.entities(class_name))
        for peer in peers:
            for kind, label in {(g.kind, g.label) for g in _groups(snapshot, peer.iri)}:
                counts[kind, label] = counts.get((kind, label), 0) + 1
        return {kind: label for (kind, label), n in counts.items() if n * 2 > len(peers)}

    expected = snapshot.shared(f"usual kinds of {class_name}", usual)
    return tuple(sorted(label for kind, label in expected.items() if kind not in kinds))


def _shown(desk: Desk, group: _Group) -> Fact:
    first = group.statements[0]
    infos = desk.infos(group.statements)
    if not first.class_name:
        prop = next(p for p in desk.snapshot.schema.properties.values() if p.iri == first.property)
        return Fact(prop.name, prop.label, desk.value(first.object, prop), infos)
    cls = desk.snapshot.schema.classes[first.class_name]
    names = [desk.ref(v).label if isinstance(v, str) else v.lexical for e in cls.ends for v in first.node.get(e, ())]
    return Fact(
        group.kind,
        group.label,
        Value(" – ".join(names) or desk.snapshot.entity(first.subject).label, None, "", None),
        infos,
    )


def coverage_line(desk: Desk, iri: str, older_than: dt.date | None) -> CoverageLine:
    """The coverage of one entity for a table; its statements are counted, not cited."""
    snapshot = desk.snapshot
    groups = _groups(snapshot, iri)
    suppliers, share_sum = _suppliers(Desk(snapshot), iri)
    return CoverageLine(
        node=desk.ref(iri),
        suppliers=suppliers,
        share_sum=share_sum,
        **_counts(snapshot, groups, older_than),
    )
