"""The ladder: a policy's dated events, folded into its state on a day.

Owns the meaning of event kinds and instrument types. The rules:

1. An event counts from the first possible day of its date. Events with a scope are shown and change nothing.
2. *Codified* is yes once published and effective (an effective date counts from publication on), until rescinded, withdrawn,
   expired, vacated or superseded; amended leaves it. Letters, guidance, deals, drafts and the like are codified no. An
   instrument in effect whose publication, or whose kind, is not on record is codified unknown.
3. *Enforced* is yes if codified, or if it is a letter, directive or review that binds its addressee, once a compliance date,
   if there is one, has come, and neither suspended nor declared not enforced. Reinstated undoes both, and an end.
4. A scheduled effective or compliance day is taken to have come. After a scheduled *end* the state is unknown until an
   event of that day or later says what happened.
5. The label is the last event that counted; a compliance day that falls while the rule is not enforced, and an effective
   day before publication, change nothing and are passed over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.facts.dates import earliest, latest
from kg.facts.model import Statement
from kg.store.snapshot import Snapshot

__all__ = [
    "CODIFIABLE",
    "ENDS",
    "EVENT_KINDS",
    "NO_ADVICE",
    "SCHEDULED_ENDS",
    "Event",
    "State",
    "counts",
    "fold",
    "ladder",
    "ladder_of",
]

NO_ADVICE = "Research software; no legal advice."

EVENT_KINDS = (
    "suspension ends",
    "scheduled end",
    "announced",
    "published",
    "effective",
    "compliance due",
    "amended",
    "suspended",
    "rescission announced",
    "not enforced",
    "superseded",
    "expired",
    "withdrawn",
    "vacated",
    "rescinded",
    "reinstated",
)
"""Kinds of events, in the order in which events of one day are taken."""

ENDS = ("superseded", "expired", "withdrawn", "vacated", "rescinded")
"""Kinds that end a policy."""

CODIFIABLE = ("statute", "interim final rule", "final rule", "rule", "order", "entity listing", "list")
"""Instruments that are law once published and effective."""

SCHEDULED_ENDS = ("suspension ends", "scheduled end")
"""Kinds after whose day the state is unknown until something is told."""

_BINDING = ("is-informed letter", "directive", "security review")


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a ladder."""

    kind: str
    date: str
    scope: str
    statements: tuple[Statement, ...] = ()

    @property
    def start(self) -> dt.date:
        """The first possible day."""
        return earliest(self.date) or dt.date.min

    @property
    def order(self) -> tuple[dt.date, int, str]:
        """Chronological, then by kind."""
        rank = EVENT_KINDS.index(self.kind) if self.kind in EVENT_KINDS else len(EVENT_KINDS)
        return self.start, rank, self.scope


@dataclass(frozen=True, slots=True)
class State:
    """What a ladder says on a day; `codified` and `enforced` are yes, no or unknown."""

    codified: str
    enforced: str
    label: str
    ended: bool


def ladder(snapshot: Snapshot, policy: str) -> tuple[Event, ...]:
    """The events of a policy known in the snapshot, in order."""
    return ladder_of(snapshot.relations(policy, "PolicyEvent", "policy"))


def ladder_of(statements: Iterable[Statement]) -> tuple[Event, ...]:
    """The events that statements about one policy tell, in order; the same event from two sources is one."""
    grouped: dict[tuple[str, str, str], list[Statement]] = {}
    for statement in statements:
        key = (statement.text("eventKind"), statement.text("eventDate"), statement.text("scope"))
        grouped.setdefault(key, []).append(statement)
    return tuple(sorted((Event(*key, tuple(found)) for key, found in grouped.items()), key=lambda e: e.order))


def fold(events: Sequence[Event], instrument: str, day: dt.date) -> State:
    """The state on a day of events in ladder order; see the rules of the module."""
    events = [e for e in events if not e.scope]
    counted = [e for e in events if e.start <= day]
    published = effective = ended = suspended = unenforced = False
    unsure_codified = unsure_enforced = False
    has_publication = any(e.kind == "published" for e in events)
    due = [e for e in events if e.kind == "compliance due"]
    label = ""
    for event in counted:
        kind = event.kind
        if kind in SCHEDULED_ENDS:
            last = latest(event.date)
            if last is not None and day > last:
                unsure_enforced = True
                unsure_codified |= kind == "scheduled end"
                label = kind
            continue
        unsure_codified = unsure_enforced = False
        passed_over = (kind == "compliance due" and (suspended or unenforced or ended)) or (
            kind == "effective" and instrument in CODIFIABLE and has_publication and not published
        )
        published |= kind == "published"
        effective |= kind == "effective"
        ended = kind in ENDS or (ended and kind != "reinstated")
        suspended = kind == "suspended" or (suspended and kind != "reinstated")
        unenforced = kind == "not enforced" or (unenforced and kind != "reinstated")
        if not passed_over:
            label = kind
    known = instrument in CODIFIABLE or not instrument
    codified = _codified(published, effective, ended, has_publication) if known else "no"
    if not instrument and codified == "yes":
        codified = "unknown"
    if codified == "yes" and unsure_codified:
        codified = "unknown"
    in_force = codified
    if instrument in _BINDING and not ended:
        in_force = "yes" if effective or (label and not any(e.kind == "effective" for e in events)) else "no"
    reached = not due or any(e.start <= day for e in due)
    enforced = in_force
    if in_force != "no" and (not reached or suspended or unenforced):
        enforced = "no"
    if unsure_enforced and in_force != "no" and not unenforced:
        enforced = "unknown"
    return State(codified, enforced, label or "not announced", ended)


def counts(event: Event, events: Sequence[Event], instrument: str, day: dt.date) -> bool:
    """Whether an event has come: an effective date of an instrument that is published counts from its publication on."""
    if event.start > day:
        return False
    publications = [e for e in events if e.kind == "published" and not e.scope]
    waits = event.kind == "effective" and instrument in CODIFIABLE and bool(publications)
    return not waits or any(e.start <= day for e in publications)


def _codified(published: bool, effective: bool, ended: bool, has_publication: bool) -> str:
    if ended:
        return "no"
    if effective and not has_publication:
        return "unknown"
    return "yes" if published and effective else "no"
