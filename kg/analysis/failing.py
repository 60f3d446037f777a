"""Failures: why an item cannot be had, down to the root causes, and on what that rests.

Owns the way down and the evidence of each loss: what is needed, who made it, where the seat or the site is, which member of an alliance it was,
which supplier is gone. Must not know verdicts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.analysis.desk import Desk
from kg.answers.feasible import FailedItem
from kg.facts.model import Statement
from kg.network.availability import Failing, State
from kg.network.bill import Maker
from kg.network.needs import Slot

__all__ = ["evidence", "failed_items", "failing_points", "root_causes"]

Grounds = tuple[Statement, ...]
"""Statements that say one and the same thing: it hangs on them all, and on unverified ones where none is verified."""


def failing_points(state: State, start: int = 0) -> Iterator[Failing]:
    """The failing needs from a point down to the root causes, nearest first."""
    queue, seen = [start], {start}
    for point in queue:
        for failing in state.failing(point):
            yield failing
            for number in state.behind(failing.need):
                if number not in seen:
                    seen.add(number)
                    queue.append(number)


def failed_items(
    desk: Desk, before: State, after: State, hanging: dict[str, Statement], limit: int
) -> tuple[list[FailedItem], int]:
    """The failing needs from the item asked for down, `limit` of them, and how many there are. Grounds without a verified statement are
    collected in `hanging`."""
    found: list[FailedItem] = []
    total = 0
    for failing in failing_points(after):
        total += 1
        grounds = list(evidence(after, failing))
        for each in grounds:
            if each and all(s.status == "unverified" for s in each):
                hanging.update({s.iri: s for s in each})
        if len(found) < limit:
            found.append(_shown(desk, before, after, failing, grounds))
    return found, total


def root_causes(desk: Desk, before: State, after: State) -> tuple[FailedItem, ...]:
    """The failing needs at the bottom that a removal brought."""
    return tuple(
        _shown(desk, before, after, failing, list(evidence(after, failing)))
        for failing in ([] if after.answer else failing_points(after))
        if not after.behind(failing.need) and before.could(after.needs.points[failing.point])
    )


def evidence(state: State, failing: Failing) -> Iterator[Grounds]:
    """What a failure rests on."""
    need = failing.need
    if need.group is not None:
        yield from (a.statements for a in need.group.alternatives)
        yield need.group.ended
    yield from (v.statements for v in need.variants)
    if need.kind == "removed":
        yield from _memberships(state, state.needs.points[failing.point].item)
    if need.making is None:
        return
    yield need.making.dead
    for maker in need.making.makers:
        yield maker.statements
    for slot in (state.needs.slots[s] for s in need.slots):
        if state.is_lost(slot.maker):
            yield from _places(state, slot.maker)
            continue
        for _, suppliers, sources in slot.supplies:
            if all(state.dead[s] for s in sources):
                for supplier in suppliers:
                    yield supplier.statements
                    if state.is_lost(supplier):
                        yield from _places(state, supplier)


def _places(state: State, maker: Maker) -> Iterator[Grounds]:
    """What says that a maker is taken: its membership, its sites or its seat."""
    removal, bill = state.removal, state.needs.bill
    if maker.iri in removal.organisations:
        yield from _memberships(state, maker.iri)
        return
    if maker.iri in removal.countries:
        yield from _memberships(state, maker.iri)
        return
    sites = maker.sites if removal.locate == "site" else frozenset()
    yield maker.site_statements if sites else bill.headquarters(maker.iri)
    for country in sorted(sites or bill.seats(maker.iri)):
        yield from _memberships(state, country)


def _memberships(state: State, member: str) -> Iterator[Grounds]:
    said = tuple(s for s in state.removal.members if s.one("member") == member)
    if said:
        yield said


def _shown(desk: Desk, before: State, after: State, failing: Failing, grounds: Iterable[Grounds]) -> FailedItem:
    need, point = failing.need, after.needs.points[failing.point]
    gone = need.making.makers if need.making else ()
    behind = after.behind(need)
    because = tuple(dict.fromkeys(after.needs.points[p].item for p in behind))
    return FailedItem(
        reading=after.needs.reading,
        item=desk.ref(point.item),
        node_class=point.node_class,
        cause=failing.kind,
        text=_text(desk, after, failing),
        root=not behind,
        in_baseline=before.could(point),
        because=tuple(desk.ref(i) for i in because),
        lost=tuple(desk.ref(m.iri) for m in gone),
        statements=desk.infos({s.iri: s for each in grounds for s in each}.values()),
    )


def _text(desk: Desk, state: State, failing: Failing) -> str:
    need, point = failing.need, state.needs.points[failing.point]
    label = desk.ref(point.item).label
    parts = [desk.ref(state.needs.points[p].item).label for p in need.points]
    names, what = ", ".join(parts), need.role or "making"
    out = (*need.short, *need.stopped)
    makers = [m for m in (need.making.makers if need.making else ()) if m not in out]
    idle = [slot for slot in (state.needs.slots[n] for n in need.slots) if not state.is_lost(slot.maker)]
    waiting = {slot.maker.iri for slot in idle}
    gone = ", ".join(desk.ref(m.iri).label for m in makers if m.iri not in waiting)
    short = ", ".join(f"{desk.ref(m.iri).label} ({m.node_class})" for m in need.short)
    text = {
        "removed": f"{label} is removed",
        "requirement": f"{label} needs {names}" if len(parts) == 1 else f"{label} needs one of {names}",
        "ended": f"the last documented way to meet a need of {label} has ended",
        "variants": f"of the kinds of {label} {names} cannot be had",
        "makers": f"{what} of {label}: everyone documented is lost" + (f" ({gone})" if gone else ""),
        "not in production": f"{what} of {label}: nobody does it any more"
        if need.role
        else f"nobody has {label} in production",
        "not capable": f"{what} of {label}: nobody documented serves {point.node_class}; finest: {short}",
        "undocumented": f"{what} of {label}: nobody is documented, and none is assumed",
    }[failing.kind]
    if need.kind in ("requirement", "variants") and not parts:
        text = f"{label}: the relations that say how a need is met are removed"
    if need.kind == "makers" and short:
        text += f"; not for {point.node_class}: {short}"
    if need.stopped:
        text += f"; stopped by a rule: {', '.join(desk.ref(m.iri).label for m in need.stopped)}"
    for slot in idle:
        text += f"; {_idle(desk, state, slot)}"
    return text


def _idle(desk: Desk, state: State, slot: Slot) -> str:
    """Which part a maker lacks, and who supplied it."""
    parts = [
        f"{desk.ref(part).label} of {', '.join(desk.ref(m.iri).label for m in suppliers)}"
        for part, suppliers, sources in slot.supplies
        if all(state.dead[s] for s in sources)
    ]
    for _, points in slot.inputs:
        if not any(state.holds[p] for p in points):
            parts.append(" or ".join(desk.ref(state.needs.points[p].item).label for p in points) or "a part it needs")
    return f"{desk.ref(slot.maker.iri).label} is without {' and '.join(parts)}"
