"""Batches: how a release is put together from sets of facts that came in together, and taken apart again.

Owns joining (`with_batch`), removing (`without_batch`) and listing (`list_batches`). Where two batches bring the same entity or
source (a country, a volume of the Federal Register, an item of two releases of one data set), the seed's is kept, else that of the
batch recorded last, whatever the order of import. A batch replaces its former import whole. Must not know importers or files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from kg.errors import ImportRefused, UnknownBatch
from kg.facts.mistakes import nearest
from kg.facts.model import Batch, Correction, End, Entity, Facts, Source, Statement
from kg.store.merging import SEED, batch_rank
from kg.store.selection import mentions

__all__ = ["BatchLine", "batch_of", "check_fall", "list_batches", "with_batch", "without_batch"]

T = TypeVar("T", Entity, Source)

_FEW = 10
"""A group smaller than this may shrink by any share."""


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A batch of a release in figures."""

    id: str
    title: str
    licence: str
    recorded: str
    statements: int
    entities: int
    sources: int
    foreign: int


def list_batches(facts: Facts) -> tuple[BatchLine, ...]:
    """The batches of a release, the seed first."""
    statements = Counter(s.batch for s in facts.statements.values())
    entities = Counter(e.batch for e in facts.entities.values())
    sources = Counter(s.batch for s in facts.sources.values())
    return tuple(
        BatchLine(
            b.id,
            b.title,
            b.licence,
            b.recorded.isoformat(),
            statements[b.id],
            entities[b.id],
            sources[b.id],
            len(facts.foreign.get(b.id, ())),
        )
        for b in sorted(facts.batches.values(), key=lambda b: batch_rank(b.id))
    )


def batch_of(facts: Facts, name: str) -> Batch:
    """A batch by id. Raises UnknownBatch with the nearest ids."""
    if name in facts.batches:
        return facts.batches[name]
    near = nearest(name, facts.batches) or tuple(sorted(facts.batches))
    raise UnknownBatch(
        f"no batch {name[:60]!r} in this release; nearest: {', '.join(near)}",
        detail={"argument": "batch", "value": name[:60], "nearest": list(near)},
    )


def without_batch(facts: Facts, name: str) -> Facts:
    """The facts without a batch. Entities and sources it shares with others stay, as those of the first batch that uses them; ends and
    corrections of its statements go with it.

    Raises
    ------
    UnknownBatch
        It is not there.
    """
    batch_of(facts, name)
    statements = {i: s for i, s in facts.statements.items() if s.batch != name}
    ends = [e for e in facts.ends if e.batch != name and e.statement in statements]
    corrections = [c for c in facts.corrections if c.batch != name and c.statement in statements]
    users: dict[str, str] = {}
    rank = _ranks(facts.batches)
    for statement in statements.values():
        for iri in (*mentions(statement), statement.source, statement.first_public_source):
            users[iri] = min(users.get(iri, statement.batch), statement.batch, key=rank)
    changes: list[End | Correction] = [*ends, *corrections]
    for change in changes:
        users[change.source] = min(users.get(change.source, change.batch), change.batch, key=rank)
    return Facts(
        {i: b for i, b in facts.batches.items() if i != name},
        _handed_on(facts.sources, name, users),
        _handed_on(facts.entities, name, users),
        statements,
        ends,
        corrections,
        {i: lines for i, lines in facts.foreign.items() if i != name},
    )


def _handed_on(things: Mapping[str, T], name: str, users: Mapping[str, str]) -> dict[str, T]:
    """Without those of a batch, but for those that others use: they become theirs."""
    found = {}
    for iri, thing in things.items():
        if thing.batch != name:
            found[iri] = thing
        elif iri in users:
            found[iri] = replace(thing, batch=users[iri])
    return found


def with_batch(facts: Facts, batch: Facts) -> Facts:
    """The facts with the batches of another set; each replaces its former import whole.

    Raises
    ------
    ImportRefused
        A statement names an entity that neither side has; nothing is joined.
    """
    for name in batch.batches:
        if name in facts.batches:
            facts = without_batch(facts, name)
    batches = {**facts.batches, **batch.batches}
    entities = _first(facts.entities, batch.entities, _ranks(batches))
    sources = _first(facts.sources, batch.sources, _ranks(batches))
    statements = {**batch.statements, **facts.statements}
    for statement in batch.statements.values():
        for iri in mentions(statement) - {statement.subject, statement.property}:
            if "/id/" in iri and iri not in entities:
                raise ImportRefused(
                    f"{', '.join(statement.origin)}: names {iri}, which is no entity of the batch or the release; nothing was imported",
                    detail={"iri": iri, "origin": list(statement.origin)},
                )
    return Facts(
        batches,
        dict(sorted(sources.items())),
        dict(sorted(entities.items())),
        dict(sorted(statements.items())),
        sorted([*facts.ends, *batch.ends], key=lambda e: (e.statement, e.date, e.source)),
        sorted([*facts.corrections, *batch.corrections], key=lambda c: (c.statement, c.date, c.source)),
        {**facts.foreign, **batch.foreign},
    )


def _ranks(batches: Mapping[str, Batch]) -> Callable[[str], tuple[bool, int, str]]:
    """The order in which batches have a say: the seed, then the batch recorded last, then by id."""
    return lambda name: (name != SEED, -batches[name].recorded.toordinal(), name)


def _first(old: Mapping[str, T], new: Mapping[str, T], rank: Callable[[str], tuple[bool, int, str]]) -> dict[str, T]:
    found = dict(old)
    for iri, thing in new.items():
        there = found.get(iri)
        if there is None or rank(thing.batch) < rank(there.batch):
            found[iri] = thing
    return found


def check_fall(
    before: Facts, batch: Facts, group: Callable[[Statement], str], steepest: float
) -> dict[str, tuple[int, int]]:
    """Compare a batch with its former import, group by group: (statements before, now).

    Parameters
    ----------
    before : the release that is imported into.
    batch : the new import.
    group : the group a statement is counted in; blank for none.
    steepest : the share of a group's size by which it may shrink.

    Raises
    ------
    ImportRefused
        A group of ten or more shrinks by more; nothing is joined.
    """
    names = set(batch.batches)
    old = Counter(g for s in before.statements.values() if s.batch in names and (g := group(s)))
    new = Counter(g for s in batch.statements.values() if (g := group(s)))
    for name, count in sorted(old.items()):
        if count >= _FEW and new[name] < count * (1 - steepest):
            raise ImportRefused(
                f"{name}: {new[name]} statements, {count} in the import before: more than {steepest:.0%} are gone; "
                "nothing was imported. Is the file whole? If the fall is real, accept it (--accept-fall)",
                detail={"group": name, "before": count, "now": new[name]},
            )
    return {name: (old[name], new[name]) for name in sorted({*old, *new})}
