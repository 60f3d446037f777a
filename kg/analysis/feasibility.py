"""Feasibility: can an item still be had when organisations, countries, alliances, items or relations are taken away?

Owns the verdict of both readings against the baseline, the shares that are left and what is assumed. The meaning of availability is
`kg.network.availability`, that of a need `kg.network.bill` (design, semantics, section 3.4); the way down to the root causes is
`kg.analysis.failing`, the plan `kg.analysis.plans`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kg.analysis.desk import Desk
from kg.analysis.failing import failed_items
from kg.analysis.plans import Step, chosen_steps, hinges, plan_steps
from kg.analysis.removal import removal_of, removed_refs
from kg.analysis.variant_shares import markets_left
from kg.answers.feasible import BlockedHop, FailedItem, FeasibilityAnswer, PlanStep, ShareLeft, Verdict
from kg.errors import BadArgument
from kg.facts.model import Statement
from kg.network import comparable_shares
from kg.network.availability import Removal, State, available, is_gone
from kg.network.bill import Bill, Maker
from kg.network.needs import READINGS, Needs, Source, Stopped

__all__ = ["Rules", "bill_of", "feasibility", "states"]


@dataclass(frozen=True, slots=True)
class Rules:
    """Policies put to a buyer: what they stop in a reading, and afterwards (`blocked`) what was stopped, by which rules."""

    policies: tuple[str, ...]
    buyer: str
    stopped: Callable[[str], Stopped]
    blocked: Callable[[], tuple[BlockedHop, ...]]


def bill_of(desk: Desk) -> Bill:
    """The bill of the desk's snapshot.

    Raises
    ------
    BadArgument
        `verifiedOnly` was asked for: leaving out requirements makes more possible, leaving out providers less, so that the verdict
        would mean nothing.
    """
    if desk.snapshot.key.verified_only:
        raise BadArgument(
            "verifiedOnly: not for this question: without unverified requirements more would seem possible, without unverified providers "
            "less; the answer lists the unverified statements it hangs on",
            code="not-applicable",
            detail={"argument": "verifiedOnly"},
        )
    return Bill.of(desk.snapshot)


def states(
    desk: Desk, bill: Bill, item: str, removal: Removal, reading: str, stopped: Stopped | None = None
) -> tuple[State, State]:
    """What of an item's needs holds before a removal and after it. A relation that is removed was there before, and no rule stopped anything."""
    whole = Needs.of(bill, item, reading, removal.assume)
    needs = Needs.of(bill, item, reading, removal.assume, removal.relations, stopped)
    desk.spend(2 * whole.size())
    before = available(whole, Removal(locate=removal.locate, assume=removal.assume))
    return before, available(needs, removal)


def feasibility(
    desk: Desk,
    item: str,
    removed: Sequence[str] = (),
    locate: str = "headquarters",
    unknown: str = "assumed",
    limit: int = 200,
    rules: Rules | None = None,
) -> FeasibilityAnswer:
    """Whether an item can still be had.

    Parameters
    ----------
    item : IRI of the item asked for.
    removed : IRIs of organisations, countries, alliances (their members), items, relations and statements of relations that are taken away.
    locate : `headquarters`: a country takes the organisations that have their seat there; `site`: what is made there.
    unknown : `assumed`: where no maker is known one without a name is assumed, and listed; `none`: there is none.
    limit : failing needs shown at most.
    rules : policies that stop deliveries on the way to a buyer.
    """
    bill = bill_of(desk)
    removal = removal_of(desk, removed, locate, unknown)
    verdicts: list[Verdict] = []
    failed: list[FailedItem] = []
    total = 0
    without = frozenset[str]()
    hanging: dict[str, Statement] = {}
    plan: tuple[PlanStep, ...] = ()
    plan_reading, chosen, deciding = "", list[Step](), list[Step]()
    for reading in READINGS:
        before, after = states(desk, bill, item, removal, reading, rules.stopped(reading) if rules else None)
        word = "available" if after.answer else "lost" if before.answer else "unavailable"
        lost = after.lost_items(before)
        without = lost if reading == READINGS[0] else without
        verdicts.append(Verdict(reading, word, before.answer, after.answer, len(lost)))
        if after.answer:
            plan_reading, chosen = reading, chosen_steps(after)
            deciding = hinges(desk, after, chosen)
        else:
            more, found = failed_items(desk, before, after, hanging, limit - len(failed))
            failed, total = failed + more, total + found
    if total > limit:
        desk.limited(limit, total)
    if plan_reading:
        plan = plan_steps(desk, chosen, hanging)
    needs = after.needs
    if not bill.needs(item) and not bill.makings.get(item):
        desk.notice(
            f"Nothing is documented of what {desk.ref(item).label} needs or who makes it; a verdict says nothing here."
        )
    desk.cover(item)
    for each in failed:
        desk.cover(each.item.iri)
    assumed = [i for i in needs.items if any(m.assumed for m in bill.making_of(i))]
    if assumed and removal.assume:
        desk.notice(
            f"Of {len(assumed)} of {len(needs.items)} items no maker is known; one without a name is assumed for each (assumedProviders)."
        )
    capable = _capable(needs)
    used = {(s.item, s.maker.iri) for s in chosen if s.maker is not None}
    return FeasibilityAnswer(
        item=desk.ref(item),
        removed=removed_refs(desk, removed),
        policies=tuple(desk.ref(p) for p in rules.policies) if rules else (),
        buyer=desk.ref(rules.buyer) if rules else None,
        blocked=rules.blocked() if rules else (),
        locate=locate,
        unknown_providers=unknown,
        items=len(needs.items),
        verdicts=tuple(verdicts),
        failed=tuple(failed),
        plan_reading=plan_reading,
        plan=plan,
        hinges=plan_steps(desk, deciding, hanging),
        shares=_shares(desk, needs, removal),
        markets=markets_left(desk, needs.items, without),
        assumed_providers=tuple(desk.ref(i) for i in assumed) if removal.assume else (),
        assumed_capable=tuple(
            PlanStep(desk.ref(i), (node,), "maker", m.capability, desk.ref(m.iri), ())
            for i, m, node in capable
            if m.capability or (i, m.iri) in used
        ),
        assumed_capable_total=len(capable),
        assumed_applicable=_applicable(desk, bill, needs.items),
        unverified=desk.infos(hanging.values()),
    )


def _shares(desk: Desk, needs: Needs, removal: Removal) -> tuple[ShareLeft, ...]:
    """The items that lose a maker, most of their known supply first."""
    bill, found = needs.bill, []
    for item in needs.items:
        makers = makers_of(bill, item)
        # of a firm of several roles, the loss of one is a loss
        lost = {m.iri for making in bill.making_of(item) for m in making.makers if _takes(bill, m, removal)}
        if not lost:
            continue
        shares = comparable_shares(desk.snapshot, {m.iri: m.statements for m in makers.values()})
        before = round(sum(shares.values()), 4) if shares else None
        left = [shares.get(iri) for iri in makers if iri not in lost]
        known = [s for s in left if s is not None]
        after = None if before is None or (left and not known) else round(sum(known), 4)
        found.append(ShareLeft(desk.ref(item), before, after, len(makers), tuple(desk.ref(i) for i in sorted(lost))))
    return tuple(sorted(found, key=lambda s: (s.after is None, s.after or 0.0, s.makers - len(s.lost), s.item.iri)))


def makers_of(bill: Bill, item: str) -> dict[str, Maker]:
    """Everyone who makes an item or has a role in it, once, in IRI order."""
    found = {m.iri: m for making in bill.making_of(item) for m in making.makers}
    return dict(sorted(found.items()))


def _takes(bill: Bill, maker: Maker, removal: Removal) -> bool:
    said = bool(maker.statements) and all(s.subject in removal.relations for s in maker.statements)
    return said or is_gone(bill, Source(maker.iri, maker.sites), removal)


def _capable(needs: Needs) -> list[tuple[str, Maker, str]]:
    """(item, organisation, finest class of node asked for) of makers of whom it is not known whether they serve the node: they count."""
    scale, asked = needs.bill.scale, dict[str, str]()
    snapshot = needs.bill.snapshot
    for point in needs.points:
        if point.node_class and scale.index(point.node_class) >= scale.index(asked.get(point.item, scale[0])):
            asked[point.item] = point.node_class
    return [
        (item, maker, node)
        for item, node in asked.items()
        for making in needs.bill.making_of(item)
        for maker in making.makers
        if not making.role and not maker.node_class and snapshot.entity(maker.iri).class_name != "Country"
    ]


def _applicable(desk: Desk, bill: Bill, items: Iterable[str]) -> tuple[PlanStep, ...]:
    """Single requirements that apply to a part only: they count in the strict reading."""
    return tuple(
        PlanStep(desk.ref(item), (), "requirement", each.applies_to, desk.ref(each.item), ())
        for item in items
        for group in bill.groups.get(item, ())
        for each in group.alternatives
        if each.applies_to and not group.name
    )
