"""Where the graph's knowledge of a policy ends: its newest source, and what was scheduled after it.

Owns which statements are about a policy and how the end is worded. The newest source of the whole graph says nothing of one policy: a law that nobody
has written about since May may have changed in June. Must not know the fold.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from kg.analysis.desk import Desk
from kg.answers.shapes import EventInfo, KnowledgeEnd
from kg.facts.dates import latest
from kg.facts.model import Statement
from kg.policy.ladder import Event
from kg.store.snapshot import Snapshot

__all__ = ["knowledge_end"]

_UNKNOWN = {"suspension ends": "revive", "scheduled end": "end"}
_TAKEN = {"effective": "take effect", "compliance due": "require compliance"}


def knowledge_end(desk: Desk, policy: str, events: Sequence[Event]) -> KnowledgeEnd:
    """The date of the newest source about a policy, with what was scheduled between it and the snapshot's day.

    A source counts with the last possible day of its publication. One that came out after `knownOn` (a compilation of what was public before) counts with
    the day on which the statement was demonstrably public; one without a date does not count.

    Parameters
    ----------
    events : the policy's ladder, in order.
    """
    snapshot = desk.snapshot
    day = snapshot.key.as_of
    dated = [(*when, s) for s in _about(snapshot, policy, events) if (when := _public(snapshot, s)) is not None]
    if not dated:
        return KnowledgeEnd("", "No source about this policy has a date.", (), ())
    last, text, newest = max(dated, key=lambda d: (d[0], d[2].iri))
    between = [e for e in events if last < e.start <= day]
    shown = tuple(EventInfo(e.kind, e.date, e.scope, True, desk.infos(e.statements)) for e in between)
    return KnowledgeEnd(text, _words(text, last, day, between), shown, desk.infos([newest]))


def _about(snapshot: Snapshot, policy: str, events: Iterable[Event]) -> Iterable[Statement]:
    """Statements about a policy: its ladder, its facts, what links it with others, and what is claimed of it."""
    yield from (s for e in events for s in e.statements)
    yield from snapshot.plain(policy)
    yield from snapshot.inverse(policy)
    yield from snapshot.relations(policy, "Claim", "about")


def _public(snapshot: Snapshot, statement: Statement) -> tuple[dt.date, str] | None:
    """The day that a statement's source speaks of, and its date as printed; None where it has none by `knownOn`."""
    source = snapshot.source(statement)
    for text in (source.published if source else "", statement.first_public):
        last = latest(text) if text else None
        if last is not None and last <= snapshot.key.known_on:
            return last, text
    return None


def _words(text: str, last: dt.date, day: dt.date, between: Sequence[Event]) -> str:
    """The end in a sentence for each scheduled event, and one for the newest source."""
    said = []
    for event in between:
        scope = f" ({event.scope})" if event.scope else ""
        if event.kind in _UNKNOWN:
            said.append(f"Scheduled to {_UNKNOWN[event.kind]} on {event.date}{scope}; what followed is not known here.")
        else:
            what = _TAKEN.get(event.kind, f"be {event.kind}")
            said.append(
                f"Scheduled to {what} on {event.date}{scope}; taken to have come, since no source says otherwise."
            )
    if day > last:
        said.append(f"The newest source about this policy is of {text}; nothing after it is known here.")
    else:
        said.append(f"Sources about this policy reach to {text}.")
    return " ".join(said)
