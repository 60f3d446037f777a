"""The quality of a release in figures: what is in it, how well sourced, and what contradicts itself.

Owns the figures that `chokepoint check` prints and the page `docs/data.md` is derived from. Must not judge single rows: that is
the reader's and the checks' work.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.analysis.islands import class_reach, requirement_cycles
from kg.facts.dates import earliest, latest
from kg.facts.model import Facts, Source
from kg.policy.ladder import Event, fold, ladder
from kg.schema import Schema
from kg.store.materialise import search_key
from kg.store.snapshot import Snapshot
from kg.terms import Literal

__all__ = ["Figure", "ladder_contradictions", "measure", "spelling_twins"]

_ENDS = ("superseded", "expired", "withdrawn", "vacated", "rescinded")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: a group, what is counted, the count, and what it is out of (0 where that has no meaning)."""

    group: str
    name: str
    count: int
    of: int = 0

    @property
    def share(self) -> str:
        """The count as a percentage of what it is out of, blank without."""
        return f"{100 * self.count / self.of:.1f} %" if self.of else ""


def measure(snapshot: Snapshot) -> tuple[Figure, ...]:
    """All figures of the release a snapshot belongs to; reach and cycles are of the snapshot."""
    facts = snapshot.dataset.facts
    total = len(facts.statements)
    found = [Figure("statements", "all", total)]
    kinds = Counter(s.class_name or "plain" for s in facts.statements.values())
    found += [Figure("statements by class", k, n, total) for k, n in kinds.most_common()]
    status = Counter(s.status for s in facts.statements.values())
    found += [Figure("statements by status", k, n, total) for k, n in status.most_common()]
    found += _ages(facts)
    groups, single = _single_source(facts)
    found.append(Figure("sourcing", "facts that rest on one source (or on none seen)", single, groups))
    found += _sources(facts)
    contradictions = sum(len(ladder_contradictions(snapshot, p.iri)) for p in snapshot.entities("Policy"))
    found.append(Figure("policies", "ladders whose events contradict one another", contradictions))
    found.append(Figure("ids", "ids that differ only by spelling", len(spelling_twins(snapshot.schema, facts))))
    leaves = [c.name for c in snapshot.schema.of_kind("entity") if not c.abstract]
    for row in class_reach(snapshot, leaves):
        if row.entities:
            found.append(Figure("reach: in the network", row.class_name, row.connected, row.entities))
    cycles = requirement_cycles(snapshot)
    found.append(Figure("cycles", "items in requirement cycles", sum(len(c.items) for c in cycles)))
    found.append(
        Figure(
            "cycles", "cycles without a typical or optional requirement", sum(not c.soft for c in cycles), len(cycles)
        )
    )
    return tuple(found)


def _ages(facts: Facts) -> list[Figure]:
    years: Counter[str] = Counter()
    for statement in facts.statements.values():
        source = facts.sources.get(statement.source)
        day = latest(source.published) if source and source.published else None
        years[
            "no source seen"
            if source is None
            else "source undated"
            if day is None
            else str(day.year)
            if day.year > 2017
            else "2017 or earlier"
        ] += 1
    return [Figure("statements by age of source", year, n, len(facts.statements)) for year, n in sorted(years.items())]


def _single_source(facts: Facts) -> tuple[int, int]:
    """(facts, facts with one source or none seen): a fact is a subject, property and value, or a relation node."""
    evidence: dict[tuple[str, str, str], set[str]] = {}
    for statement in facts.statements.values():
        value = statement.object.lexical if isinstance(statement.object, Literal) else statement.object
        evidence.setdefault((statement.subject, statement.property, value), set()).add(statement.source)
    return len(evidence), sum(len(sources) == 1 for sources in evidence.values())


def _sources(facts: Facts) -> list[Figure]:
    every = list(facts.sources.values())
    return [
        Figure("sources", "all", len(every)),
        Figure("sources", "with a date", sum(bool(s.published) for s in every), len(every)),
        Figure("sources", "with an address", sum(bool(s.url) for s in every), len(every)),
        Figure("sources", "with a licence that was found", sum(bool(s.licence) for s in every), len(every)),
        Figure("sources", "whose publisher reserves its rights", sum(_is_reserved(s) for s in every), len(every)),
        Figure("sources", "looked at, without a licence", sum(_is_without(s) for s in every), len(every)),
        Figure(
            "sources", "not looked at for a licence", sum(not s.licence and not s.rights for s in every), len(every)
        ),
    ]


def _is_reserved(source: Source) -> bool:
    return not source.licence and "reserves" in source.rights


def _is_without(source: Source) -> bool:
    return bool(source.rights) and not source.licence and not _is_reserved(source)


def spelling_twins(schema: Schema, facts: Facts) -> tuple[tuple[str, str], ...]:
    """Pairs of ids of one class whose letters and digits are the same."""
    seen: dict[tuple[str, str], str] = {}
    found = []
    for iri, entity in sorted(facts.entities.items()):
        key = (entity.class_name, search_key(entity.slug).replace(" ", ""))
        if key in seen:
            found.append((seen[key], iri))
        seen.setdefault(key, iri)
    return tuple(found)


def ladder_contradictions(snapshot: Snapshot, policy: str) -> tuple[str, ...]:
    """What a policy's events say against one another, in words."""
    events = [e for e in ladder(snapshot, policy) if not e.scope]
    return tuple(_contradictions(events, snapshot.text_of(policy, "instrumentType")))


def _contradictions(events: Sequence[Event], instrument: str) -> Iterable[str]:
    ended: Event | None = None
    held = False
    for event in events:
        if ended is not None and event.kind in ("effective", "suspended", "not enforced", *_ENDS):
            yield f"{event.kind} on {event.date} after {ended.kind} on {ended.date}"
        if event.kind == "reinstated" and ended is None and not held:
            yield f"reinstated on {event.date}, but nothing was suspended or ended before"
        held = event.kind in ("suspended", "not enforced") or (held and event.kind != "reinstated")
        ended = event if event.kind in _ENDS else None if event.kind == "reinstated" else ended
    announced = [e for e in events if e.kind == "announced"]
    published = [e for e in events if e.kind == "published"]
    if len({e.date for e in published}) > 1 and instrument != "bill":
        yield f"published on {' and '.join(e.date for e in published)}"
    if (
        announced
        and published
        and (earliest(announced[0].date) or dt.date.min) > (latest(published[-1].date) or dt.date.max)
    ):
        yield f"announced on {announced[0].date}, after its publication on {published[-1].date}"
    for day in _twenty_days():
        state = fold(events, instrument, day)
        if (
            state.enforced == "yes"
            and state.codified == "no"
            and instrument not in ("is-informed letter", "directive", "security review")
        ):
            yield f"enforced but not codified on {day}"
            return


def _twenty_days() -> tuple[dt.date, ...]:
    """Twenty days over the life of the rules here, at which every ladder is folded."""
    first = dt.date(2018, 8, 13)
    return tuple(first + dt.timedelta(days=160 * n) for n in range(20))
