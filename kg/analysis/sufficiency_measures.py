"""The measures of self-sufficiency, and which input is the weakest link.

Owns what is computed of an item for a group: the inputs by status, the two measures, what binds, the order of weakness. What an input is and who
belongs to the group is `kg.analysis.home_supply`'s. Must not know how an answer shows it.

Measures
--------
count : covered inputs in percent of covered inputs and gaps. Undocumented ones are left out; `atLeast` counts them as not covered, `atMost`
    as covered. Every input weighs the same, whether its maker holds one percent of the market or all of it.
value : the mean of the group's share of supply over the inputs of which that is known (roles of a chip have none): the documented part of
    the market, a lower bound like the figures of a concentration. Inputs weigh the same: what is spent on each is not in the graph.
    `atLeast` and `atMost` are means over all inputs, with 0 and with the most the group can hold where the share is not known.

The weakest link is the first by: gaps before covered inputs; among gaps those that bind in both readings, then in the strict one; the smallest
known share (what has none comes after); fewest alternatives; least depth; IRI, role. Undocumented inputs are none: nothing is known of them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.analysis.desk import Desk
from kg.analysis.feasibility import bill_of, states
from kg.analysis.home_supply import Circle, Holding, Input, alternatives, binding, depths, holding, inputs, outside
from kg.analysis.removal import removal_of
from kg.answers.sufficiency import SufficiencyMeasure
from kg.network.availability import State
from kg.network.bill import Bill
from kg.network.needs import READINGS

__all__ = ["MEASURES", "METHOD", "Measured", "measured"]

MEASURES = ("count", "value")
"""By what self-sufficiency may be measured."""

METHOD = {
    "count": "covered inputs / (covered inputs + gaps); atLeast counts undocumented inputs as not covered, atMost as covered",
    "value": "mean, over the inputs of which it is known, of the group's documented share of supply (one view of each market; the rest that is "
    "not known counts as others'); every input weighs the same, whatever the basis and year of its shares; atLeast and atMost are means "
    "over all inputs, from 0 to the most the group can hold where its share is not known",
}
"""How a measure is made, as an answer says it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What is worked out of an item for a group."""

    bill: Bill
    closure: tuple[str, ...]
    circle: Circle
    inputs: tuple[Input, ...]
    held: Mapping[tuple[str, str], Holding | None]
    verdicts: tuple[tuple[str, bool, bool, int], ...]
    binding: Mapping[str, str] | None
    depth: Mapping[str, tuple[int, str]]
    others: Mapping[str, int]
    measures: tuple[SufficiencyMeasure, ...]

    def of(self, status: str) -> tuple[Input, ...]:
        """The inputs of a status, weakest first."""
        return tuple(sorted((i for i in self.inputs if i.status == status), key=self.weakness))

    def weakness(self, each: Input) -> tuple[bool, int, bool, float, int, int, tuple[str, str]]:
        """The order of the weakest link."""
        held = self.held[each.key]
        share = held.share if held else None
        return (
            each.status != "gap",
            ("yes", "strict", "no", "").index(self.bound(each)),
            share is None,
            share or 0.0,
            self.others.get(each.item, 0),
            self.depth[each.item][0],
            each.key,
        )

    def bound(self, each: Input) -> str:
        """Whether an input is a binding gap; blank for other inputs, and where it cannot be said."""
        if each.status != "gap" or self.binding is None:
            return ""
        return self.binding.get(each.item, "no")

    @property
    def weakest(self) -> Input | None:
        """The weakest link; None where no input is a gap or covered."""
        return min((i for i in self.inputs if i.status != "undocumented"), key=self.weakness, default=None)


def measured(desk: Desk, group: Sequence[str], item: str, locate: str) -> Measured:
    """What is worked out of an item for a group.

    Parameters
    ----------
    group : IRIs of countries and alliances (their members).
    item : IRI of the item.
    locate : `headquarters` or `site`.

    Raises
    ------
    BadArgument
        `verifiedOnly` was asked for: see `kg.analysis.feasibility.bill_of`.
    """
    bill = bill_of(desk)
    closure = bill.closure(item)
    desk.spend(6 * sum(1 + len(bill.needs(i)) for i in closure))
    members = removal_of(desk, group, locate, "assumed")
    circle = Circle(members.countries, members.organisations, locate)
    found = inputs(bill, closure, circle)
    held = {each.key: holding(bill, each, circle) for each in found}
    removal = outside(bill, circle)
    verdicts = []
    left: dict[str, State] = {}
    for reading in READINGS:
        if removal is not None:
            before, left[reading] = states(desk, bill, item, removal, reading)
            lost = len(left[reading].lost_items(before))
            verdicts.append((reading, before.answer, left[reading].answer, lost))
    return Measured(
        bill,
        closure,
        circle,
        found,
        held,
        tuple(verdicts),
        binding(left) if removal is not None else None,
        depths(bill, item),
        alternatives(bill, closure),
        (_by_count(found), _by_value(found, held)),
    )


def _percent(part: float, whole: float) -> float | None:
    return round(100 * part / whole, 4) if whole else None


def _by_count(found: Sequence[Input]) -> SufficiencyMeasure:
    by = Counter(i.status for i in found)
    covered, open_ = by["covered"], by["undocumented"]
    return SufficiencyMeasure(
        measure="count",
        percent=_percent(covered, covered + by["gap"]),
        at_least=_percent(covered, len(found)),
        at_most=_percent(covered + open_, len(found)),
        inputs=covered + by["gap"],
        unknown=open_,
        method=METHOD["count"],
    )


def _by_value(found: Sequence[Input], held: Mapping[tuple[str, str], Holding | None]) -> SufficiencyMeasure:
    seen = [h for i in found if (h := held[i.key]) is not None]
    known = [h.share for h in seen if h.share is not None]
    return SufficiencyMeasure(
        measure="value",
        percent=_mean(known, len(known)),
        at_least=_mean(known, len(found)),
        at_most=_mean([*(h.at_most for h in seen), 100.0 * (len(found) - len(seen))], len(found)),
        inputs=len(known),
        unknown=len(found) - len(known),
        method=METHOD["value"],
    )


def _mean(values: Iterable[float], count: int) -> float | None:
    return round(math.fsum(values) / count, 4) if count else None
