"""The state of a policy on a day as an answer: its ladder, who says otherwise, and where what is known here ends.

Owns the layout of the answer and its sentence. The fold itself is `kg.policy.ladder`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from kg.analysis.claims import claim_info, claims_about
from kg.analysis.desk import Desk
from kg.analysis.lookup import related
from kg.answers.shapes import EventInfo, PolicyStateAnswer
from kg.policy.contested import contested
from kg.policy.knowledge import knowledge_end
from kg.policy.ladder import CODIFIABLE, NO_ADVICE, SCHEDULED_ENDS, Event, State, counts, fold, ladder

__all__ = ["policy_state"]


def policy_state(desk: Desk, policy: str) -> PolicyStateAnswer:
    """A policy's ladder and its state on the snapshot's day."""
    snapshot, day = desk.snapshot, desk.snapshot.key.as_of
    events = ladder(snapshot, policy)
    instrument = snapshot.text_of(policy, "instrumentType")
    desk.infos(snapshot.plain(policy, "instrumentType"))
    state = fold(events, instrument, day)
    shown = tuple(
        EventInfo(e.kind, e.date, e.scope, counts(e, events, instrument, day), desk.infos(e.statements)) for e in events
    )
    desk.notice(NO_ADVICE)
    if not events:
        desk.notice("No dated event of this policy is known on these dates.")
    claims = tuple(claim_info(desk, c) for c in claims_about(desk, policy))
    return PolicyStateAnswer(
        policy=desk.ref(policy),
        instrument_type=instrument,
        codified=state.codified,
        enforced=state.enforced,
        label=state.label,
        explanation=_explain(events, instrument, state, day),
        events=shown,
        scheduled=tuple(i for i, e in zip(shown, events, strict=True) if e.start > day),
        related=related(desk, policy, "Policy"),
        claims=claims,
        contested=contested(desk, policy, events, state),
        knowledge_ends=knowledge_end(desk, policy, events),
    )


def _explain(events: Sequence[Event], instrument: str, state: State, day: dt.date) -> str:
    """The state in a sentence or two."""
    past = [e for e in events if e.start <= day and not e.scope]
    if not past:
        return f"On {day} nothing of this policy had been announced, as far as is known here."
    if instrument and instrument not in CODIFIABLE:
        parts = [f"Not codified: its instrument is {_article(instrument)} {instrument}"]
    else:
        parts = [
            {"yes": "Codified", "no": "Not codified", "unknown": "Whether it is codified is not known"}[state.codified]
        ]
    parts.append(
        {"yes": "enforced", "no": "not enforced", "unknown": "whether it is enforced is not known"}[state.enforced]
    )
    text = f"{', '.join(parts)}. Last event that counts: {state.label}{_dated(past, state.label)}."
    due = next((e for e in events if e.kind == "compliance due" and e.start > day and not e.scope), None)
    if due is not None:
        text += f" Compliance is due on {due.date}."
    open_end = next((e for e in past if e.kind == state.label and e.kind in SCHEDULED_ENDS), None)
    if open_end is not None:
        text += f" What followed {open_end.date} is not known here."
    return text


def _dated(past: Sequence[Event], label: str) -> str:
    found = [e for e in past if e.kind == label]
    return f" ({found[-1].date})" if found else ""


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"
