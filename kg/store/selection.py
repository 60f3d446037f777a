"""The selection of statements: what is known, what holds on a day, what a later source, end or correction took away.

Owns the rules that `kg.store.snapshot` states, one function each; a snapshot is made of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from kg.facts.dates import extent, latest
from kg.facts.model import Source, Statement
from kg.store.holdings import Holdings

__all__ = ["believed", "holds", "mentions", "visible"]


def believed(dataset: Holdings, known_on: dt.date) -> dict[str, tuple[Statement, str]]:
    """What was held on a day, whatever it is valid for: statements by IRI with their end as known. Not yet known, corrected and
    superseded ones are gone."""
    facts = dataset.facts

    def known(day: dt.date | None) -> bool:
        return day is None or day <= known_on

    corrected = {c.statement for c in facts.corrections if known(c.known)}
    ends: dict[str, str] = {}
    for end in facts.ends:
        if known(end.known) and (end.statement not in ends or _end_day(end.date) < _end_day(ends[end.statement])):
            ends[end.statement] = end.date
    stale = _stale_sources(dataset, known_on)
    history = _history(dataset, stale, known)
    found = {}
    for iri, statement in facts.statements.items():
        if not known(statement.known) or iri in corrected or (statement.source in stale and iri not in history):
            continue
        end_text = ends.get(iri, "")
        if not end_text or (statement.valid_until and _end_day(statement.valid_until) < _end_day(end_text)):
            end_text = statement.valid_until
        found[iri] = (statement, end_text)
    return found


def mentions(statement: Statement) -> set[str]:
    """Everything a statement names."""
    values = [statement.subject, statement.object, *(v for vs in statement.node.values() for v in vs)]
    values += [v for vs in statement.qualifiers.values() for v in vs]
    return {v for v in values if isinstance(v, str)}


def _end_day(text: str) -> dt.date:
    return latest(text) or dt.date.max


def holds(start: str, end: str, day: dt.date) -> tuple[bool, bool]:
    """(valid, without doubt) of a half-open period on a day."""
    first, start_last = extent(start)
    end_first, last = extent(end)
    if (first and day < first) or (last and day >= last):
        return False, True
    sure = bool(start.strip()) and not (start_last and day < start_last) and not (end_first and day >= end_first)
    return True, sure


def _history(dataset: Holdings, stale: Mapping[str, str], known: Callable[[dt.date | None], bool]) -> set[str]:
    """Observations of replaced issues that stay as history: those of a relation that the newest issue still has, of a year that it
    and the issues between do not speak of. What the newest issue dropped is gone with all its years."""
    if not stale:
        return set()
    newest = set(stale.values())
    facts = dataset.facts
    kept: set[str] = set()
    years: dict[str, set[str]] = {}
    candidates: list[tuple[dt.date, str, Statement]] = []
    for iri, statement in facts.statements.items():
        if not statement.class_name or not known(statement.known):
            continue
        if statement.source in newest:
            years.setdefault(statement.subject, set()).add(statement.text("period")[:4])
        elif statement.source in stale and statement.text("period"):
            candidates.append((_out(facts.sources[statement.source]), iri, statement))
    said: dict[tuple[str, str], str] = {}
    for _, iri, statement in sorted(candidates, key=lambda c: (c[0], c[1]), reverse=True):
        year = statement.text("period")[:4]
        first = said.setdefault((statement.subject, year), statement.source)
        if statement.subject in years and year not in years[statement.subject] and first == statement.source:
            kept.add(iri)
    return kept


def _stale_sources(dataset: Holdings, known_on: dt.date) -> dict[str, str]:
    """Sources that a newer issue of their superseding series replaced, with that issue: an issue is known once it is out or one of
    its rows is known."""
    members = [s for s in dataset.facts.sources.values() if s.series and s.supersedes_series]
    if not members:
        return {}
    newest: dict[str, Source] = {}
    for source in members:
        days = [d for d in (latest(source.published), dataset.rows_known.get(source.iri)) if d is not None]
        if days and min(days) > known_on:
            continue
        best = newest.get(source.series)
        if best is None or (_out(source), source.id) > (_out(best), best.id):
            newest[source.series] = source
    return {s.iri: newest[s.series].iri for s in members if newest.get(s.series) not in (None, s)}


def _out(source: Source) -> dt.date:
    return latest(source.published) or dt.date.min


def visible(
    dataset: Holdings, kept: Mapping[str, Statement], ever: set[str], now: set[str], licences: frozenset[str] | None
) -> frozenset[str]:
    """Entities that may be shown by name: a record if a valid statement describes it; another if something known speaks of it, or
    nothing ever does. Names of a batch that may not be used stay out."""
    described = {s.subject for s in kept.values() if s.class_name}
    found = []
    for iri, entity in dataset.index.by_iri.items():
        if licences is not None and dataset.facts.batches[entity.batch].licence not in licences:
            continue
        if dataset.schema.classes[entity.class_name].kind == "record":
            if iri in described:
                found.append(iri)
        elif iri in now or iri not in ever:
            found.append(iri)
    return frozenset(found)
