"""Self-sufficiency: how far a group of countries and organisations can make an item by itself.

Owns the layout of the answer and what must be said beside it (design, semantics, section 3.8). The measures are `kg.analysis.sufficiency_measures`'s,
the targets `kg.analysis.targets`'s.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from kg.analysis.desk import Desk
from kg.analysis.home_supply import Input
from kg.analysis.paths import hop
from kg.analysis.sufficiency_measures import Measured, measured
from kg.analysis.targets import targets_beside
from kg.answers.feasible import PlanStep, Verdict
from kg.answers.sufficiency import (
    SelfSufficiencyAnswer,
    SelfSufficiencyLine,
    SufficiencyMeasure,
    SupplyInput,
    WeakestLink,
)
from kg.answers.values import Count, Path
from kg.facts.model import Statement
from kg.network.bill import Maker

__all__ = ["GROUPS", "self_sufficiency", "self_sufficiency_line"]

GROUPS = ("Country", "Alliance")
"""Classes of what a group may be made of."""

_ELSEWHERE = 5
"""Makers outside the group that are shown of an input."""


def self_sufficiency(
    desk: Desk, group: Sequence[str], item: str, measure: str = "count", locate: str = "headquarters", limit: int = 100
) -> SelfSufficiencyAnswer:
    """How far a group can make an item by itself.

    Parameters
    ----------
    group : IRIs of countries and alliances (their members); the first is the one asked for.
    item : IRI of the item.
    measure : `count` or `value`, see the module.
    locate : `headquarters`: a maker belongs to the country of its seat; `site`: where its known sites make the item.
    limit : inputs shown at most of each list (gaps, undocumented, covered), weakest first.

    Raises
    ------
    BadArgument
        `verifiedOnly` was asked for: see `kg.analysis.feasibility.bill_of`.
    """
    told = measured(desk, group, item, locate)
    chosen = next(m for m in told.measures if m.measure == measure)
    weakest = told.weakest
    lists = {s: told.of(s) for s in ("gap", "undocumented", "covered")}
    shown = {s: tuple(_shown(desk, told, i) for i in found[:limit]) for s, found in lists.items()}
    most = max(map(len, lists.values()), default=0)
    if most > limit:
        desk.limited(limit, most)
    hanging = [(i, said) for i in lists["covered"] if (said := _hanging(told, i))]
    unplaced = dict.fromkeys(m.iri for i in told.inputs for m in i.unplaced)
    desk.cover(item)
    for each in (*lists["gap"][:limit], *lists["undocumented"][:limit]):
        desk.cover(each.item)
    targets = targets_beside(desk, group, told.circle, item, measure)
    _explain(desk, told, item, chosen, targets=len(targets), same=sum(t.same_measure for t in targets))
    return SelfSufficiencyAnswer(
        group=desk.ref(group[0]),
        also=tuple(desk.ref(g) for g in group[1:]),
        countries=tuple(desk.ref(c) for c in sorted(told.circle.countries)),
        organisations=tuple(desk.ref(o) for o in sorted(told.circle.organisations)),
        item=desk.ref(item),
        locate=locate,
        measure=measure,
        verdict="documented" if chosen.percent is not None else "undocumented",
        percent=chosen.percent,
        at_least=chosen.at_least,
        at_most=chosen.at_most,
        measures=told.measures,
        items=len(told.closure),
        inputs=len(told.inputs),
        covered_inputs=len(lists["covered"]),
        gap_inputs=len(lists["gap"]),
        binding_gaps=sum(told.bound(i) == "yes" for i in lists["gap"]),
        undocumented_inputs=len(lists["undocumented"]),
        no_maker=_without_maker(desk, told),
        weakest=_weakest(desk, told, item, weakest) if weakest else None,
        alone=tuple(Verdict(r, _word(base, left), base, left, lost) for r, base, left, lost in told.verdicts),
        gaps=shown["gap"],
        undocumented=shown["undocumented"],
        covered=shown["covered"],
        assumed_capable=tuple(
            PlanStep(desk.ref(i.item), (), "maker", m.capability, desk.ref(m.iri), ())
            for i in lists["covered"]
            for m in i.home
            if m.capability
        ),
        unverified_inputs=len(hanging),
        unverified=desk.infos({s.iri: s for _, said in hanging[:limit] for s in said}.values()),
        unplaced=tuple(desk.ref(o) for o in unplaced),
        targets=targets,
    )


def self_sufficiency_line(
    desk: Desk, group: Sequence[str], item: str, measure: str, locate: str
) -> SelfSufficiencyLine:
    """The self-sufficiency of a group for one item in a table."""
    told = measured(desk, group, item, locate)
    chosen = next(m for m in told.measures if m.measure == measure)
    by = Counter(i.status for i in told.inputs)
    weakest = told.weakest
    return SelfSufficiencyLine(
        node=desk.ref(item),
        measure=measure,
        percent=chosen.percent,
        at_least=chosen.at_least,
        at_most=chosen.at_most,
        inputs=len(told.inputs),
        covered_inputs=by["covered"],
        gap_inputs=by["gap"],
        binding_gaps=sum(told.bound(i) == "yes" for i in told.inputs),
        undocumented_inputs=by["undocumented"],
        alone=next((_word(base, left) for r, base, left, _ in told.verdicts if r == "lenient"), ""),
        weakest=desk.ref(weakest.item) if weakest else None,
    )


def _word(base: bool, left: bool) -> str:
    return "available" if left else "lost" if base else "unavailable"


def _without_maker(desk: Desk, told: Measured) -> tuple[Count, ...]:
    """The items of the closure that need no maker of their own, counted by class."""
    made = {i.item for i in told.inputs}
    schema = desk.snapshot.schema
    by = Counter(desk.snapshot.entity(i).class_name for i in told.closure if i not in made)
    return tuple(Count(name, schema.classes[name].label, n) for name, n in sorted(by.items()))


def _shown(desk: Desk, told: Measured, each: Input) -> SupplyInput:
    held = told.held[each.key]
    away = sorted(each.elsewhere, key=lambda m: (-(m.share or 0.0), m.iri))
    said: dict[str, Statement] = {}
    for maker in (*each.home, *(away[:_ELSEWHERE] if not each.home else ()), *each.unplaced):
        said |= {s.iri: s for s in _best(told, maker)}
    if each.cause == "not in production":
        said |= {s.iri: s for s in each.making.dead}
    if held:
        said |= {s.iri: s for share in held.shares for s in share.statements}
    return SupplyInput(
        item=desk.ref(each.item),
        role=each.making.role,
        status=each.status,
        cause=each.cause,
        binding=told.bound(each),
        alternatives=told.others.get(each.item, 0),
        depth=told.depth[each.item][0],
        share=held.share if held else None,
        share_at_most=held.at_most if held else None,
        known_supply=held.known if held else None,
        share_period=held.period if held else "",
        share_basis=held.basis if held else "",
        makers=tuple(desk.ref(m.iri) for m in each.home),
        elsewhere=tuple(desk.ref(m.iri) for m in away[:_ELSEWHERE]),
        elsewhere_total=len(away),
        unplaced=tuple(desk.ref(m.iri) for m in each.unplaced),
        statements=desk.infos(said.values()),
    )


def _best(told: Measured, maker: Maker) -> tuple[Statement, ...]:
    """The best statement that a maker makes the item, and the best of where its seat is."""
    seats = sorted(told.circle.seats(told.bill, maker), key=lambda s: (s.status != "verified", s.iri))
    return *maker.statements[:1], *seats[:1]


def _hanging(told: Measured, each: Input) -> tuple[Statement, ...]:
    """The unverified statements on which alone a covered input rests: of no maker of the group is it seen in a source that it makes the input
    and, where it belongs to the group by its seat, that the seat is there."""
    said: dict[str, Statement] = {}
    for maker in each.home:
        chains = [c for c in (maker.statements, told.circle.seats(told.bill, maker)) if c]
        weak = [c for c in chains if all(s.status == "unverified" for s in c)]
        if not weak:
            return ()
        said |= {s.iri: s for chain in weak for s in chain}
    return tuple(said.values())


def _weakest(desk: Desk, told: Measured, item: str, weakest: Input) -> WeakestLink:
    shown = _shown(desk, told, weakest)
    nodes = [weakest.item]
    while above := told.depth[nodes[-1]][1]:
        nodes.append(above)
    nodes.reverse()
    hops = []
    for tail, head in pairwise(nodes):
        edges = [e for e in desk.network.out_edges(tail) if e.head == head and e.relation in ("Requirement", "Variant")]
        hops.append(hop(desk, edges))
    what = f"{shown.role} of {shown.item.label}" if shown.role else shown.item.label
    if shown.status == "gap" and not shown.elsewhere_total:
        text = f"Nobody has {shown.item.label} in production."
    elif shown.status == "gap":
        names = ", ".join(r.label for r in shown.elsewhere)
        more = f" and {shown.elsewhere_total - len(shown.elsewhere)} more" if shown.elsewhere_total > _ELSEWHERE else ""
        text = f"{what}: nobody of the group is documented; documented are {names}{more}."
    elif shown.share is None:
        text = f"{what}: a maker of the group is documented, its share is not."
    else:
        text = f"{what}: {shown.share:g} % of the supply is documented as the group's."
    return WeakestLink(shown, text, Path(len(hops), tuple(desk.ref(n) for n in nodes), tuple(hops)))


def _explain(desk: Desk, told: Measured, item: str, chosen: SufficiencyMeasure, targets: int, same: int) -> None:
    name = desk.ref(item).label
    circle = told.circle
    if not told.inputs:
        desk.notice(f"Nothing that {name} needs has a maker on record. Undocumented is not none: see coverage.")
    if not circle.countries and not circle.organisations:
        desk.notice("The group has no member on record: everything documented lies outside it.")
    if told.binding is None:
        desk.notice(
            "By site it is not told whether the group can do it alone, since organisations are members of it. By headquarters it is."
        )
    if chosen.unknown:
        noun = "input is" if chosen.unknown == 1 else "inputs are"
        desk.notice(
            f"{chosen.unknown} of {len(told.inputs)} {noun} not in the percentage by {chosen.measure}, since "
            f"{'no maker (or none with a known place)' if chosen.measure == 'count' else 'no share'} is known; see atLeast and atMost."
        )
    silent = [i for i in told.of("covered") if (h := told.held[i.key]) is not None and h.share is None]
    if silent and chosen.measure == "value":
        desk.notice(
            f"Of {len(silent)} covered inputs others' shares are known and none of the group's makers: they bear on atMost alone."
        )
    some = [i for i in told.of("gap") if (h := told.held[i.key]) is not None and h.share]
    if some:
        desk.notice(
            f"Of {len(some)} gaps a share by country says that somebody in the group makes some, though nobody there is named."
        )
    told_in_words = sum(1 for i in told.inputs for m in i.home if m.capability)
    if told_in_words:
        desk.notice(
            f"Of {told_in_words} makers of the group the capability is told in words: an existence is not a capability (assumedCapable)."
        )
    desk.notice(
        "An input counts as covered whatever its maker itself needs and how much it can make; alone says whether the whole can be made."
    )
    if targets > same:
        desk.notice(
            f"The targets beside it speak of another measure than this one ({chosen.measure}): {chosen.method}. None is called met or missed."
        )
