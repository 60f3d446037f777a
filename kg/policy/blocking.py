"""Blocking: which deliveries to a buyer policies take away, for the question what can still be made.

Owns the two readings of a rule: lenient takes a delivery that an enforced rule denies (a presumption of denial, or an order) and no exception may let through,
strict also one for which a licence is needed or may be, so too where the policy's scope is on record in words only. What stays in one country is left alone. Must not know availability.
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.analysis.desk import Desk
from kg.analysis.feasibility import Rules
from kg.answers.feasible import BlockedHop
from kg.answers.values import HopRule
from kg.network.needs import READINGS, Stopped
from kg.policy.hop_rules import SCOPE, rules_of, seats_of
from kg.policy.ladder import NO_ADVICE
from kg.policy.pointing import Export
from kg.terms import Literal

__all__ = ["rules_for"]

_DENIED = ("presumption of denial", "prohibited", "policy of denial")
_HALF = 50.0

_NOTICE = (
    "Rules take deliveries to the buyer only: of inputs of what the buyer makes, and of the item itself. Strict takes what needs a licence, or may; what a rule "
    "changed is the difference of two answers, with and without it, or on two days."
)


def rules_for(desk: Desk, policies: Sequence[str], buyer: str) -> Rules:
    """What policies stop of the deliveries to a buyer (an organisation, with what it owns by half or more; or a country: who has its seat there)."""
    desk.notice(NO_ADVICE)
    desk.notice(SCOPE)
    desk.notice(_NOTICE)
    asked = frozenset(policies)
    recipients = _recipients(desk, buyer)
    known: dict[tuple[str, str], tuple[HopRule, ...]] = {}
    taken: dict[tuple[str, str], list[str]] = {}

    def bearing(item: str, maker: str) -> tuple[HopRule, ...]:
        if (item, maker) not in known:
            export = Export(maker, buyer, (item,), seats_of(desk, maker), seats_of(desk, buyer))
            inside = maker in recipients or export.domestic
            found = () if inside else rules_of(desk, export)[1]
            known[item, maker] = tuple(r for r in found if r.policy is not None and r.policy.iri in asked)
        return known[item, maker]

    def stopped(reading: str) -> Stopped:
        def is_stopped(item: str, maker: str) -> bool:
            if not any(_takes(rule, reading) for rule in bearing(item, maker)):
                return False
            readings = taken.setdefault((item, maker), [])
            if reading not in readings:
                readings.append(reading)
            return True

        return Stopped(recipients, is_stopped)

    def blocked() -> tuple[BlockedHop, ...]:
        return tuple(
            BlockedHop(
                desk.ref(item),
                desk.ref(maker),
                tuple(readings),
                tuple(r for r in known[item, maker] if any(_takes(r, reading) for reading in readings)),
            )
            for (item, maker), readings in sorted(taken.items())
        )

    return Rules(tuple(policies), buyer, stopped, blocked)


def _takes(rule: HopRule, reading: str) -> bool:
    if rule.enforced == "no":
        return False
    denied = rule.finding == "applies" and rule.enforced == "yes" and rule.review_policy.casefold().startswith(_DENIED)
    return denied or reading != READINGS[0]


def _recipients(desk: Desk, buyer: str) -> frozenset[str]:
    snapshot = desk.snapshot
    if snapshot.entity(buyer).class_name == "Country":
        return frozenset(o.iri for o in snapshot.entities("Organisation") if seats_of(desk, o.iri) == (buyer,))
    found = [buyer]
    for each in found:
        for row in snapshot.relations(each, "Ownership", "owner"):
            owned, percent = row.one("owned"), row.one("percent")
            half = isinstance(percent, Literal) and float(percent.lexical) >= _HALF
            if half and isinstance(owned, str) and owned not in found:
                found.append(owned)
    return frozenset(found)
