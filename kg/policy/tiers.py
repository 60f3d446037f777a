"""Tiers: which tier a policy puts a country in, together with the policy's state.

Owns the rule that membership holds from the policy's announcement until it is no longer codified. A tier without the state
of the rule that makes it would mislead, so an answer always gives both.
"""

from __future__ import annotations

import re

from kg.analysis.desk import Desk
from kg.answers.shapes import TierAnswer
from kg.errors import BadArgument
from kg.policy.ladder import fold, ladder, policy_state
from kg.store.snapshot import Snapshot

__all__ = ["tier_of", "tier_policies"]


def tier_policies(snapshot: Snapshot) -> tuple[str, ...]:
    """IRIs of the policies that have tiers, in order."""
    found: set[str] = set()
    for tier in snapshot.dataset.index.by_iri.values():
        if tier.class_name == "Tier":
            found.update(s.object for s in snapshot.plain(tier.iri, "tierOf") if isinstance(s.object, str))
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
    snapshot = desk.snapshot
    having = tier_policies(snapshot)
    if policy is None:
        if len(having) != 1:
            ids = [desk.ref(p).id for p in having]
            hint = f"name one of {', '.join(ids)}" if ids else "no policy with tiers is known on these dates"
            raise BadArgument(f"policy: {hint}", detail={"argument": "policy", "candidates": ids})
        policy = having[0]
    elif policy not in having:
        ids = [desk.ref(p).id for p in having]
        raise BadArgument(
            f"policy: {desk.ref(policy).id} sorts no countries into tiers; these do: {', '.join(ids) or 'none'}",
            detail={"argument": "policy", "candidates": ids},
        )
    state = fold(ladder(snapshot, policy), snapshot.text_of(policy, "instrumentType"), snapshot.key.as_of)
    held = []
    for statement in snapshot.relations(country, "TierMembership", "country"):
        tier = statement.one("tier")
        if (
            isinstance(tier, str)
            and any(s.object == policy for s in snapshot.plain(tier, "tierOf"))
            and not state.ended
        ):
            held.append((tier, statement))
    tiers = sorted({tier for tier, _ in held})
    if len(tiers) > 1:
        desk.notice(
            f"Sources put {desk.ref(country).label} in different tiers: {', '.join(desk.ref(t).label for t in tiers)}."
        )
    if not tiers:
        desk.notice(f"No tier of {desk.ref(country).label} under {desk.ref(policy).label} holds on these dates.")
    tier = tiers[0] if tiers else None
    own = [s for t, s in held if t == tier]
    level = re.search(r"\d+\Z", tier) if tier else None
    return TierAnswer(
        country=desk.ref(country),
        policy=desk.ref(policy),
        tier=desk.ref(tier) if tier else None,
        level=int(level.group()) if level else None,
        basis="; ".join(dict.fromkeys(s.text("basis") for s in own if s.text("basis"))),
        caps=desk.facts(snapshot.plain(tier, "tierCap")) if tier else (),
        statements=desk.infos(own),
        state=policy_state(desk, policy),
    )
