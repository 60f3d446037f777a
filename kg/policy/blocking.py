"""Blocking: which deliveries policies take away on the way to a buyer, for the question what can still be made.

Who takes a delivery is the buyer for the item itself, and the maker of what it goes into for everything below (design, semantics, 3.4).

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
    "Rules take the item on its way to the buyer, and each input on its way to the maker of what needs it. Strict takes what needs a licence, or may; what a rule "
    "changed is the difference of two answers, with and without it, or on two days."
)


def rules_for(desk: Desk, policies: Sequence[str], buyer: str) -> Rules:
    """What policies stop of the deliveries of an item and all it needs, as the item goes to a buyer: an organisation, or a country for anyone there."""
    desk.notice(NO_ADVICE)
    desk.notice(SCOPE)
    desk.notice(_NOTICE)
    asked = frozenset(policies)
    alike = _Alike(desk)
    known: dict[tuple[str, str, str], tuple[HopRule, ...]] = {}
    taken: dict[tuple[str, str, str], list[str]] = {}

    def bearing(item: str, maker: str, recipient: str) -> tuple[HopRule, ...]:
        export = Export(maker, recipient, (item,), seats_of(desk, maker), seats_of(desk, recipient))
        if export.domestic or maker in alike.held(recipient):
            return ()
        key = item, maker, alike.key(recipient)
        if key not in known:
            known[key] = tuple(r for r in rules_of(desk, export)[1] if r.policy is not None and r.policy.iri in asked)
        return known[key]

    def stopped(reading: str) -> Stopped:
        def is_stopped(item: str, maker: str, recipient: str) -> bool:
            if not any(_takes(rule, reading) for rule in bearing(item, maker, recipient)):
                return False
            readings = taken.setdefault((item, maker, recipient), [])
            if reading not in readings:
                readings.append(reading)
            return True

        return Stopped(buyer, is_stopped)

    def blocked() -> tuple[BlockedHop, ...]:
        return tuple(
            BlockedHop(
                desk.ref(item),
                desk.ref(maker),
                desk.ref(recipient),
                tuple(readings),
                tuple(r for r in bearing(item, maker, recipient) if any(_takes(r, reading) for reading in readings)),
            )
            for (item, maker, recipient), readings in sorted(taken.items())
        )

    return Rules(tuple(policies), buyer, stopped, blocked)


def _takes(rule: HopRule, reading: str) -> bool:
    if rule.enforced == "no":
        return False
    denied = rule.finding == "applies" and rule.enforced == "yes" and rule.review_policy.casefold().startswith(_DENIED)
    return denied or reading != READINGS[0]


class _Alike:
    """Recipients whom no rule tells apart, so that a delivery is judged once for all of them: those of one seat that no list, policy or owner singles out."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._keys: dict[str, str] = {}
        self._held: dict[str, frozenset[str]] = {}

    def key(self, recipient: str) -> str:
        """What stands for a recipient: its seats, or itself."""
        if recipient not in self._keys:
            snapshot = self._desk.snapshot
            single = (
                snapshot.entity(recipient).class_name == "Country"
                or snapshot.relations(recipient, "ListEntry", "party")
                or snapshot.relations(recipient, "Ownership", "owned")
                or snapshot.inverse(recipient, "targetOrganisation")
            )
            self._keys[recipient] = recipient if single else " ".join(seats_of(self._desk, recipient))
        return self._keys[recipient]

    def held(self, recipient: str) -> frozenset[str]:
        """A recipient and what it owns by half or more, link by link: what it takes from these it takes from itself."""
        if recipient not in self._held:
            found = [recipient]
            for each in found:
                for row in self._desk.snapshot.relations(each, "Ownership", "owner"):
                    owned, percent = row.one("owned"), row.one("percent")
                    half = isinstance(percent, Literal) and float(percent.lexical) >= _HALF
                    if half and isinstance(owned, str) and owned not in found:
                        found.append(owned)
            self._held[recipient] = frozenset(found)
        return self._held[recipient]
