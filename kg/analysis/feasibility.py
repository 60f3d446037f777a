"""Feasibility: can an item still be had when organisations, countries, alliances or items are taken away?

Owns the verdict of both readings against the baseline, the way from the item down to the root causes, the plan and the shares that are
left. The meaning of availability is `kg.network.availability`, that of a need `kg.network.bill` (design, semantics, section 3.4).
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.analysis.desk import Desk
from kg.answers.feasible import FailedItem, FeasibilityAnswer, PlanStep, ShareLeft, Verdict
from kg.errors import BadArgument
from kg.facts.model import Statement
from kg.network.availability import READINGS, Failure, Removal, Starved, available, failures, is_lost, starved
from kg.network.bill import Bill, Maker

__all__ = ["REMOVABLE", "bill_of", "feasibility", "removal_of"]

REMOVABLE = ("Organisation", "Country", "Alliance", "Item")
"""Classes of what can be removed."""

_SHOWN = 200


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


def removal_of(desk: Desk, removed: Sequence[str], locate: str, unknown: str) -> Removal:
    """What the ids to be removed take away; an alliance takes its members."""
    snapshot = desk.snapshot
    organisations, countries, items = set[str](), set[str](), set[str]()
    queue = list(removed)
    for iri in queue:
        class_name = snapshot.entity(iri).class_name
        if class_name == "Alliance":
            for statement in snapshot.relations(iri, "Membership", "alliance"):
                member = statement.one("member")
                if isinstance(member, str) and member not in queue:
                    queue.append(member)
        elif class_name == "Country":
            countries.add(iri)
        elif snapshot.schema.is_a(class_name, "Item"):
            items.add(iri)
        else:
            organisations.add(iri)
    return Removal(frozenset(organisations), frozenset(countries), frozenset(items), locate, unknown == "assumed")


def feasibility(
    desk: Desk, item: str, removed: Sequence[str] = (), locate: str = "headquarters", unknown: str = "assumed"
) -> FeasibilityAnswer:
    """Whether an item can still be had.

    Parameters
    ----------
    item : IRI of the item asked for.
    removed : IRIs of organisations, countries, alliances (their members) and items that are taken away.
    locate : `headquarters`: a country takes the organisations that have their seat there; `site`: what is made there.
    unknown : `assumed`: where no maker is known one without a name is assumed, and listed; `none`: there is none.
    """
    bill = bill_of(desk)
    closure = bill.closure(item)
    desk.spend(4 * sum(1 + len(bill.needs(i)) for i in closure))
    removal = removal_of(desk, removed, locate, unknown)
    before = Removal(locate=locate, assume=removal.assume)
    verdicts: list[Verdict] = []
    failed: list[FailedItem] = []
    alive: dict[str, frozenset[str]] = {}
    for reading in READINGS:
        base = available(bill, closure, before, reading)
        left = alive[reading] = available(bill, closure, removal, reading)
        word = "available" if item in left else "lost" if item in base else "unavailable"
        verdicts.append(Verdict(reading, word, item in base, item in left, len(base - left)))
        if item not in left:
            failed += _failed(desk, bill, item, reading, base, left, removal)
    hanging: dict[str, Statement] = {}
    plan = _plan(desk, bill, item, alive["lenient"], removal, hanging) if item in alive["lenient"] else ()
    if not bill.needs(item) and not bill.makings.get(item):
        desk.notice(
            f"Nothing is documented of what {desk.ref(item).label} needs or who makes it; a verdict says nothing here."
        )
    desk.cover(item)
    for each in failed:
        desk.cover(each.item.iri)
    assumed = [i for i in closure if any(m.assumed for m in bill.makings.get(i, ()))]
    if assumed and removal.assume:
        desk.notice(
            f"Of {len(assumed)} of {len(closure)} items no maker is known; one without a name is assumed for each (assumedProviders)."
        )
    return FeasibilityAnswer(
        item=desk.ref(item),
        removed=tuple(desk.ref(i) for i in removed),
        locate=locate,
        unknown_providers=unknown,
        items=len(closure),
        verdicts=tuple(verdicts),
        failed=tuple(failed),
        plan=plan,
        shares=_shares(desk, bill, closure, removal),
        assumed_providers=tuple(desk.ref(i) for i in assumed) if removal.assume else (),
        assumed_capable=_capable(desk, bill, closure),
        assumed_applicable=_applicable(desk, bill, closure),
        unverified=desk.infos(hanging.values()),
    )


def _failed(
    desk: Desk,
    bill: Bill,
    item: str,
    reading: str,
    base: frozenset[str],
    alive: frozenset[str],
    removal: Removal,
) -> tuple[FailedItem, ...]:
    """The failed items from the one asked for down to the root causes, nearest first."""
    hungry = starved(bill, bill.closure(item), removal) if reading == "strict" else frozenset()
    queue, seen, found = [item], {item}, []
    for each in queue:
        for failure in failures(bill, each, alive, removal, reading, hungry):
            found.append(_shown(desk, bill, reading, each, failure, each in base, removal, hungry))
            for need in failure.needs:
                if need not in seen:
                    seen.add(need)
                    queue.append(need)
    if len(found) > _SHOWN:
        desk.limited(_SHOWN, len(found))
    return tuple(found[:_SHOWN])


def _shown(
    desk: Desk,
    bill: Bill,
    reading: str,
    item: str,
    failure: Failure,
    in_baseline: bool,
    removal: Removal,
    hungry: Starved,
) -> FailedItem:
    label = desk.ref(item).label
    gone: tuple[Maker, ...] = failure.making.makers if failure.making else ()
    statements: list[Statement] = [s for m in gone for s in m.statements]
    if failure.group is not None:
        statements += [s for a in failure.group.alternatives for s in a.statements] + list(failure.group.ended)
    statements += [s for v in failure.variants for s in v.statements]
    if failure.making is not None:
        statements += failure.making.dead
    for maker in gone:
        if (
            not is_lost(bill, maker, Removal(removal.organisations, removal.countries, locate="site"))
            or not maker.sites
        ):
            statements += bill.headquarters(maker.iri)
    names = ", ".join(desk.ref(n).label for n in failure.needs)
    makers = ", ".join(desk.ref(m.iri).label for m in gone)
    idle = [m for m in gone if (m.iri, item) in hungry and not is_lost(bill, m, removal)]
    what = failure.making.role if failure.making and failure.making.role else "making"
    text = {
        "removed": f"{label} is removed",
        "requirement": f"{label} needs {names}" if len(failure.needs) == 1 else f"{label} needs one of {names}",
        "ended": f"the last documented way to meet a need of {label} has ended",
        "variants": f"of the kinds of {label} {names} cannot be had",
        "makers": f"{what} of {label}: everyone documented is lost ({makers})",
        "not in production": f"nobody has {label} in production",
        "undocumented": f"{what} of {label}: nobody is documented, and none is assumed",
    }[failure.kind]
    if idle:
        text += f"; without a part are {', '.join(desk.ref(m.iri).label for m in idle)}"
    return FailedItem(
        reading=reading,
        item=desk.ref(item),
        cause=failure.kind,
        text=text,
        root=not failure.needs,
        in_baseline=in_baseline,
        because=tuple(desk.ref(n) for n in failure.needs),
        lost=tuple(desk.ref(m.iri) for m in gone),
        statements=desk.infos({s.iri: s for s in statements}.values()),
    )


def _plan(
    desk: Desk, bill: Bill, item: str, alive: frozenset[str], removal: Removal, hanging: dict[str, Statement]
) -> tuple[PlanStep, ...]:
    """A plan of the lenient reading: for each counted need the first alternative that can be had, best evidence first; for each making the
    maker with the largest known share. Steps that rest on unverified statements alone are collected in `hanging`."""
    queue, seen, found = [item], {item}, []

    def step(each: str, kind: str, need: str, choice: str | None, statements: Sequence[Statement]) -> None:
        if statements and all(s.status == "unverified" for s in statements):
            hanging.update({s.iri: s for s in statements})
        ref = desk.ref(choice) if choice else None
        found.append(PlanStep(desk.ref(each), kind, need, ref, desk.infos(statements)))
        if choice and kind in ("requirement", "variant") and choice not in seen:
            seen.add(choice)
            queue.append(choice)

    for each in queue:
        for group in bill.groups.get(each, ()):
            if not group.typical:
                ready = [a for a in group.alternatives if a.item in alive]
                best = min(ready, key=lambda a: (all(s.status == "unverified" for s in a.statements), a.item))
                step(each, "requirement", group.name, best.item, best.statements)
        kinds = [v for v in bill.variants.get(each, ()) if v.item in alive]
        must = [v for v in kinds if v.substitutable == "no"]
        for variant in must or kinds[:1]:
            step(each, "variant", "", variant.item, variant.statements)
        for making in bill.makings.get(each, ()):
            left = [m for m in making.makers if not is_lost(bill, m, removal)]
            if left:
                best_maker = min(left, key=lambda m: (-(m.share or 0.0), m.statements[0].status != "verified", m.iri))
                step(each, "maker", making.role, best_maker.iri, best_maker.statements)
            elif making.assumed:
                step(each, "assumed", making.role, None, ())
    return tuple(found)


def _shares(desk: Desk, bill: Bill, closure: Sequence[str], removal: Removal) -> tuple[ShareLeft, ...]:
    """The items that lose a maker, most of their known supply first."""
    found = []
    for item in closure:
        makers = [m for making in bill.makings.get(item, ()) for m in making.makers]
        gone = [m for m in makers if is_lost(bill, m, removal)]
        if not gone:
            continue
        known = [m for m in makers if m.share is not None]
        before = round(sum(m.share or 0.0 for m in known), 4) if known else None
        after = round(sum(m.share or 0.0 for m in known if m not in gone), 4) if known else None
        found.append(ShareLeft(desk.ref(item), before, after, len(makers), tuple(desk.ref(m.iri) for m in gone)))
    return tuple(sorted(found, key=lambda s: (s.after is None, s.after or 0.0, s.makers - len(s.lost), s.item.iri)))


def _capable(desk: Desk, bill: Bill, closure: Sequence[str]) -> tuple[PlanStep, ...]:
    """Makers whose capability is told in words: they count, and whether they can serve the node in question is open."""
    return tuple(
        PlanStep(desk.ref(item), "maker", maker.capability, desk.ref(maker.iri), ())
        for item in closure
        for making in bill.makings.get(item, ())
        for maker in making.makers
        if maker.capability
    )


def _applicable(desk: Desk, bill: Bill, closure: Sequence[str]) -> tuple[PlanStep, ...]:
    """Single requirements that apply to a part only: they count in the strict reading."""
    return tuple(
        PlanStep(desk.ref(item), "requirement", each.applies_to, desk.ref(each.item), ())
        for item in closure
        for group in bill.groups.get(item, ())
        for each in group.alternatives
        if each.applies_to and not group.name
    )
