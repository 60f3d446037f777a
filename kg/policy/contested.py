"""Contested: who says something else of a policy than its ladder does.

Owns what counts as saying something else. Nothing is settled here and no claim changes a state. The rules:

1. A claim counts if it is known on `knownOn` and was said on or before `asOf`: the snapshot holds no other.
2. *state*: a claim gives `codified` or `enforced` (its `metricProperty`) another value than the fold does on the day. What was said before an event that
   counted since (one without a scope, after the last possible day of the claim) spoke of an earlier state and contests nothing.
3. *event*: a claim gives an event (`metricProperty` eventDate, the kind of event as `metric`) a date that meets none of the ladder's for that kind; or two
   sources of the ladder give announced, published or effective dates that cannot be the same day; or tell, of one day, that the rule was stopped
   and that it was reinstated.
4. *contradiction*: a claim about the policy is asserted to contradict another, or to be contradicted.
5. *overtaken*: a claim about the policy is asserted to be overtaken by a later event or claim.
6. What is claimed of a policy that modifies this one (suspends it, announces its end) is shown with it. A claim is told once, by the first rule that fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from kg.analysis.claims import claim_info
from kg.analysis.desk import Desk
from kg.answers.shapes import ClaimInfo, Contest
from kg.facts.dates import earliest, latest
from kg.facts.model import Statement
from kg.policy.ladder import ENDS, Event, State, fold, ladder
from kg.store.snapshot import Snapshot

__all__ = ["contested"]

_STATES = ("codified", "enforced")
_EVENT_DATE = "eventDate"
_ONCE = ("announced", "published", "effective")
"""Kinds that come once, so that two dates of them disagree."""

_STOPS = (*ENDS, "suspended", "not enforced")


def contested(desk: Desk, policy: str, events: Sequence[Event], state: State) -> tuple[Contest, ...]:
    """Who contests a policy's ladder or its state on the snapshot's day; see the module. In the order of policy, rule and claim.

    Parameters
    ----------
    events, state : the policy's ladder in order, and what it folds to on the day.
    """
    snapshot = desk.snapshot
    found = [*_claims(desk, policy, events, state), *_disputes(desk, policy, events)]
    for other in sorted({s.subject for s in snapshot.inverse(policy, "modifies")}):
        own = ladder(snapshot, other)
        folded = fold(own, snapshot.text_of(other, "instrumentType"), snapshot.key.as_of)
        found += [*_claims(desk, other, own, folded), *_disputes(desk, other, own)]
    return tuple(found)


def _claims(desk: Desk, policy: str, events: Sequence[Event], state: State) -> Iterable[Contest]:
    snapshot = desk.snapshot
    about = sorted({s.subject for s in snapshot.relations(policy, "Claim", "about")})
    order = ("state", "event", "contradiction", "overtaken")
    made = [c for iri in about if (c := _claim(desk, iri, policy, events, state)) is not None]
    return sorted(made, key=lambda c: order.index(c.kind))


def _claim(desk: Desk, iri: str, policy: str, events: Sequence[Event], state: State) -> Contest | None:
    """A claim as a contest; None where it says nothing else than the ladder."""
    said = desk.snapshot.about_node(iri)
    first = min(said, key=lambda s: (s.status != "verified", s.iri))
    property_, value = first.text("metricProperty"), first.text("valueText")
    if property_ in _STATES and value and not _is_stale(desk.snapshot, first, events):
        held = getattr(state, property_)
        if value != held:
            return _told(desk, claim_info(desk, iri), policy, "state", property_, held, value)
    kind = first.text("metric")
    if property_ == _EVENT_DATE and value:
        dates = [e.date for e in events if e.kind == kind and not e.scope]
        if dates and not any(_may_be_one(value, d) for d in dates):
            return _told(desk, claim_info(desk, iri), policy, "event", kind, ", ".join(dates), value)
    snapshot = desk.snapshot
    claim = None
    if any((snapshot.plain(iri, "contradicts"), snapshot.inverse(iri, "contradicts"))):
        claim, rule = claim_info(desk, iri), "contradiction"
        others = [f"{c.kind} {c.entity.id}" for c in claim.contradicted_by if c.entity]
    elif snapshot.plain(iri, "overtakenBy"):
        claim, rule = claim_info(desk, iri), "overtaken"
        others = [f"{c.kind} {c.entity.id}" for c in claim.overtaken_by if c.entity]
    if claim is None:
        return None
    others = list(dict.fromkeys(others))
    return _told(desk, claim, policy, rule, claim.metric, "; ".join(others), claim.value_text or claim.text)


def _told(desk: Desk, claim: ClaimInfo, policy: str, kind: str, property_: str, held: str, said: str) -> Contest:
    who = claim.claimed_by.label if claim.claimed_by else claim.claimed_by_text
    by = f"{who} (relayed by {claim.relayed_by})" if claim.relayed_by else who
    linked = [s for c in (*claim.contradicted_by, *claim.overtaken_by) for s in c.statements]
    statements = tuple({s.iri: s for s in (*claim.statements, *linked)}.values())
    return Contest(
        kind=kind,
        property=property_,
        ladder=held,
        said=said,
        by=by,
        date=claim.date,
        hedge=claim.hedge,
        text=claim.text,
        about=desk.ref(policy),
        claim=desk.ref(claim.iri),
        statements=statements,
    )


def _is_stale(snapshot: Snapshot, said: Statement, events: Sequence[Event]) -> bool:
    """Whether an event that counts has come since a claim was made."""
    date = said.text("claimDate") or said.valid_from
    last = latest(date) if date else None
    return last is not None and any(last < e.start <= snapshot.key.as_of for e in events if not e.scope)


def _disputes(desk: Desk, policy: str, events: Sequence[Event]) -> Iterable[Contest]:
    """Events of a ladder that its sources tell otherwise; the earlier, or the one that is counted last, is the ladder's."""
    whole = [e for e in events if not e.scope and e.start <= desk.snapshot.key.as_of]
    for one, other in combinations(whole, 2):
        if not _other_sources(one, other):
            continue
        if one.kind == other.kind and one.kind in _ONCE and not _may_be_one(one.date, other.date):
            yield _dispute(desk, policy, one.kind, one, other, other.date)
        elif one.start == other.start and one.kind in _STOPS and other.kind == "reinstated":
            yield _dispute(desk, policy, "event kind", other, one, one.kind)


def _dispute(desk: Desk, policy: str, property_: str, held: Event, other: Event, said: str) -> Contest:
    snapshot = desk.snapshot
    sources = [s.title if (s := snapshot.source(each)) else each.to_check_in for each in other.statements]
    dates = [s.published for each in other.statements if (s := snapshot.source(each)) and s.published]
    return Contest(
        kind="event",
        property=property_,
        ladder=held.kind if property_ == "event kind" else held.date,
        said=said,
        by="; ".join(dict.fromkeys(sources)),
        date=max(dates, default=""),
        hedge="; ".join(dict.fromkeys(s.note for s in other.statements if s.note)),
        text=f"Another source tells of {other.kind} on {other.date}.",
        about=desk.ref(policy),
        claim=None,
        statements=desk.infos([*held.statements, *other.statements]),
    )


def _other_sources(one: Event, other: Event) -> bool:
    """Whether no source tells of both: one that does knows the two apart."""
    return not {_teller(s) for s in one.statements} & {_teller(s) for s in other.statements}


def _teller(statement: Statement) -> str:
    return statement.source or statement.to_check_in


def _may_be_one(one: str, other: str) -> bool:
    """Whether two EDTF dates may be the same day; dates that are not understood are not compared."""
    spans = [(earliest(t), latest(t)) for t in (one, other)]
    (a, b), (c, d) = spans
    if a is None or b is None or c is None or d is None:
        return one == other
    return a <= d and c <= b
