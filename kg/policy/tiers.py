"""Tiers: which tier a policy puts a country in, together with the policy's state.

Owns the rule that membership holds from the policy's announcement until it is no longer codified. A tier without the state
of the rule that makes it would mislead, so an answer always gives both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.analysis.desk import Desk
from kg.answers.shapes import TierAnswer, TierLine, TierTable
from kg.errors import BadArgument
from kg.facts.model import Statement
from kg.policy.ladder import fold, ladder
from kg.policy.policy_state import policy_state
from kg.store.snapshot import Snapshot

__all__ = ["tier_of", "tier_policies", "tier_table"]


def tier_policies(snapshot: Snapshot) -> tuple[str, ...]:
    """IRIs of the policies that have tiers, in order."""
    found: set[str] = set()
    for tier in snapshot.dataset.index.by_iri.values():
        if tier.class_name == "Tier":
            found.update(s.object for s in snapshot.plain(tier.iri, "tierOf") if isinstance(s.object, str))
    return tuple(sorted(found))


def _ever(snapshot: Snapshot) -> tuple[str, ...]:
    """Policies that ever have tiers in the release, so that a date before them is answered and not refused."""
    iri = snapshot.schema.properties["tierOf"].iri
    found = {
        s.object for s in snapshot.dataset.facts.statements.values() if s.property == iri and isinstance(s.object, str)
    }
    return tuple(sorted(found))


def tier_of(desk: Desk, country: str, policy: str | None = None) -> TierAnswer:
    """A country's tier and the state of the policy on the day.

    Parameters
    ----------
    country : IRI of a country.
    policy : IRI of the policy; where left out, the one that has tiers.

    Raises
    ------
    BadArgument
        No policy, or more than one, has tiers on these dates and none was named; or the named one has none.
    """
    policy = _policy(desk, policy)
    tier, level, basis, held = _membership(desk, country, policy)
    return TierAnswer(
        country=desk.ref(country),
        policy=desk.ref(policy),
        tier=desk.ref(tier) if tier else None,
        level=level,
        basis=basis,
        caps=desk.facts(desk.snapshot.plain(tier, "tierCap")) if tier else (),
        statements=desk.infos(held),
        state=policy_state(desk, policy),
    )


def tier_table(
    desk: Desk, countries: Sequence[str], total: int, next_: str | None, policy: str | None = None
) -> TierTable:
    """A page of the table of tiers: the countries shown, how many there are, and the cursor of the next page."""
    policy = _policy(desk, policy)
    rows = []
    for country in countries:
        tier, level, basis, held = _membership(desk, country, policy)
        rows.append(TierLine(desk.ref(country), desk.ref(tier) if tier else None, level, basis, desk.infos(held)))
    return TierTable(desk.ref(policy), policy_state(desk, policy), tuple(rows), total, next_)


def _policy(desk: Desk, policy: str | None) -> str:
    """The policy meant, if it sorts countries into tiers."""
    having = tier_policies(desk.snapshot)
    if not having:
        having = _ever(desk.snapshot)
        desk.notice("No policy that sorts countries into tiers is known on these dates.")
    ids = [desk.ref(p).id for p in having]
    if policy is None:
        if len(having) != 1:
            hint = f"name one of {', '.join(ids)}" if ids else "no policy with tiers is known on these dates"
            raise BadArgument(f"policy: {hint}", detail={"argument": "policy", "candidates": ids})
        return having[0]
    if policy not in having:
        raise BadArgument(
            f"policy: {desk.ref(policy).id} sorts no countries into tiers; these do: {', '.join(ids) or 'none'}",
            detail={"argument": "policy", "candidates": ids},
        )
    return policy


def _membership(desk: Desk, country: str, policy: str) -> tuple[str | None, int | None, str, list[Statement]]:
    """(tier, its level, basis, statements) of a country under a policy; no tier once the policy has ended."""
    snapshot = desk.snapshot
    state = fold(ladder(snapshot, policy), snapshot.text_of(policy, "instrumentType"), snapshot.key.as_of)
    found = []
    for statement in snapshot.relations(country, "TierMembership", "country"):
        tier = statement.one("tier")
        if (
            isinstance(tier, str)
            and any(s.object == policy for s in snapshot.plain(tier, "tierOf"))
            and not state.ended
        ):
            found.append((tier, statement))
    tiers = sorted({tier for tier, _ in found})
    name = desk.ref(country).label
    if len(tiers) > 1:
        desk.notice(f"Sources put {name} in different tiers: {', '.join(desk.ref(t).label for t in tiers)}.")
    if not tiers:
        desk.cover(country)
        desk.notice(f"No tier of {name} under {desk.ref(policy).label} holds on these dates.")
        return None, None, "", []
    held = [s for t, s in found if t == tiers[0]]
    level = re.search(r"\d+\Z", tiers[0])
    basis = "; ".join(dict.fromkeys(s.text("basis") for s in held if s.text("basis")))
    return tiers[0], int(level.group()) if level else None, basis, held
