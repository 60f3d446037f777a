"""Changes: what began, ended, was suspended, revived or was corrected between two dates.

Owns the reading of policy events, valid periods, ends and corrections as changes on a day. An event that lies after the
snapshot's day is marked as scheduled: it was expected, and whether it came is not known.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter

from kg.analysis.desk import Desk
from kg.answers.trust import Change, ChangesAnswer
from kg.answers.values import Count
from kg.errors import BadArgument
from kg.facts.dates import earliest, latest
from kg.facts.model import Statement
from kg.policy.ladder import NO_ADVICE, ladder_of
from kg.store.licences import allowed_licences
from kg.store.snapshot import Snapshot

__all__ = ["changes"]

_KINDS = {
    "effective": "begins",
    "compliance due": "begins",
    "suspended": "suspended",
    "not enforced": "suspended",
    "suspension ends": "may revive",
    "scheduled end": "may end",
    "reinstated": "revives",
    "superseded": "ends",
    "expired": "ends",
    "withdrawn": "ends",
    "vacated": "ends",
    "rescinded": "ends",
}


def changes(desk: Desk, start: dt.date, end: dt.date, limit: int = 200) -> ChangesAnswer:
    """Changes after `start` and not after `end`.

    Policy events are read from all that is known on `knownOn`, whatever `asOf`; facts by their valid periods.

    Raises
    ------
    BadArgument
        `end` lies before `start`.
    """
    if end < start:
        raise BadArgument(f"to: {end} lies before from {start}", detail={"argument": "to"})
    found = [*_policies(desk, start, end), *_facts(desk, start, end), *_corrections(desk, start, end)]
    found.sort(key=lambda c: (c[0], c[1]))
    if len(found) > limit:
        desk.limited(limit, len(found))
    if not found:
        desk.notice(f"No change after {start} and not after {end} is on record. What nobody dated is not told.")
    desk.notice(NO_ADVICE)
    shown = tuple(make(desk) for _, _, make in found[:limit])
    kinds = Counter(make.kind for _, _, make in found)
    return ChangesAnswer(
        start.isoformat(),
        end.isoformat(),
        shown,
        len(found),
        tuple(Count(k, k, n) for k, n in sorted(kinds.items(), key=lambda p: (-p[1], p[0]))),
    )


class _Change:
    """A change that can be shown."""

    def __init__(
        self,
        day: dt.date,
        date: str,
        kind: str,
        what: str,
        text: str,
        entities: tuple[str, ...],
        statements: tuple[Statement, ...],
        today: dt.date,
    ) -> None:
        self.date, self.kind, self.what, self.text = date, kind, what, text
        self.entities, self.statements = entities, statements
        self.scheduled = day > today

    def __call__(self, desk: Desk) -> Change:
        refs = tuple(desk.ref(e) for e in self.entities)
        return Change(self.date, self.kind, self.what, self.text, refs, self.scheduled, desk.infos(self.statements))


_Found = list[tuple[dt.date, str, _Change]]


def _day(date: str, kind: str) -> dt.date | None:
    """The day a change counts from: the last possible day of an end, the first of all else."""
    return latest(date) if kind in ("ends", "may end", "may revive") else earliest(date)


def _policies(desk: Desk, start: dt.date, end: dt.date) -> _Found:
    """Events of policies; read from the whole release, since a period of an event's row says nothing of its day."""
    found: _Found = []
    snapshot = desk.snapshot
    events: dict[str, list[Statement]] = {}
    for statement, _ in snapshot.believed().values():
        if statement.class_name == "PolicyEvent":
            events.setdefault(statement.text("policy"), []).append(statement)
    for policy, told in sorted(events.items()):
        for event in ladder_of(told):
            kind = _KINDS.get(event.kind, "event")
            day = event.start if kind == "ends" else _day(event.date, kind)
            if day is None or not start < day <= end:
                continue
            text = f"{snapshot.label(policy)}: {event.kind}" + (f" ({event.scope})" if event.scope else "")
            change = _Change(day, event.date, kind, "policy", text, (policy,), event.statements, snapshot.key.as_of)
            found.append((day, policy + event.kind, change))
    return found


def _facts(desk: Desk, start: dt.date, end: dt.date) -> _Found:
    """Statements whose valid period begins or ends in the span, as known; taken from the whole release, since a snapshot of one
    day does not hold what ended before it."""
    snapshot = desk.snapshot
    found: _Found = []
    for iri, (statement, end_text) in snapshot.believed().items():
        if statement.class_name in ("PolicyEvent", "Claim"):
            continue
        for date, kind in ((statement.valid_from, "begins"), (end_text, "ends")):
            day = (earliest(date) if kind == "begins" else latest(date)) if date else None
            if day is not None and start < day <= end:
                entities = _entities(snapshot, statement)
                change = _Change(
                    day, date, kind, "fact", _words(desk, statement), entities, (statement,), snapshot.key.as_of
                )
                found.append((day, iri + kind, change))
    return found


def _corrections(desk: Desk, start: dt.date, end: dt.date) -> _Found:
    snapshot = desk.snapshot
    found: _Found = []
    believed_before = _usable(snapshot)
    for correction in snapshot.dataset.facts.corrections:
        if correction.known is None or not start < correction.known <= min(end, snapshot.key.known_on):
            continue
        statement = believed_before.get(correction.statement)
        if statement is None:
            continue
        replacement = snapshot.believed().get(correction.replacement, (None, ""))[0]
        text = f"{correction.kind}: {_words(desk, statement)}" + (f" ({correction.note})" if correction.note else "")
        both = (statement, *((replacement,) if replacement else ()))
        entities = _entities(snapshot, *both)
        date, today = correction.known.isoformat(), snapshot.key.as_of
        change = _Change(correction.known, date, "corrected", "fact", text, entities, both, today)
        found.append((correction.known, correction.statement, change))
    return found


def _entities(snapshot: Snapshot, *statements: Statement) -> tuple[str, ...]:
    """The entities that statements name, each once."""
    named = [
        v
        for s in statements
        for v in (s.subject, s.object, *(v for vs in s.node.values() for v in vs))
        if v is not None
    ]
    return tuple(dict.fromkeys(v for v in named if isinstance(v, str) and v in snapshot.index.by_iri))


def _usable(snapshot: Snapshot) -> dict[str, Statement]:
    """Statements known by `known_on` that the licence and status filters let through, corrected ones among them."""
    key, facts = snapshot.key, snapshot.dataset.facts
    licences = allowed_licences(key.data_licence) if key.data_licence else None
    return {
        iri: s
        for iri, s in facts.statements.items()
        if (s.known is None or s.known <= key.known_on)
        and (licences is None or facts.batches[s.batch].licence in licences)
        and not (key.verified_only and s.status == "unverified")
    }


def _words(desk: Desk, statement: Statement) -> str:
    """What a statement says, in labels."""
    snapshot, schema = desk.snapshot, desk.snapshot.schema

    def name(value: object) -> str:
        known = isinstance(value, str) and value in snapshot.index.by_iri
        return snapshot.label(str(value)) if known else str(getattr(value, "lexical", value))

    if not statement.class_name:
        label = next((p.label for p in schema.properties.values() if p.iri == statement.property), "")
        return f"{name(statement.subject)} {label} {name(statement.object)}"
    cls = schema.classes[statement.class_name]
    ends = " – ".join(name(v) for e in cls.ends for v in statement.node.get(e, ()))
    return f"{cls.label}: {ends}" if ends else f"{cls.label}: {name(statement.subject)}"
