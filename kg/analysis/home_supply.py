"""Home supply: which inputs of a bill a group of countries and organisations makes, and what share of their supply it holds.

Owns who belongs to a group, what an input is, and which of an item's uses the group can meet by itself. Must not know how an answer
shows it. The bill is `kg.network.bill`'s, availability `kg.network.availability`'s, the views of a market `kg.analysis.markets`'s.

Rules
-----
1. An *input* is what needs a maker: an item of the closure (the one asked for among them) or, of a chip, each of its roles. Steps, nodes,
   groupings and stocks need none; nor does an item whose kinds are made (they are inputs themselves).
2. A maker stands *inside* the group when it is a member, or all its places are; *partly* when some are; *outside* when none is; *unknown*
   when no place of it is known. Its places are the countries of its seat or, by site, of the known sites where it makes the item; its seat
   where no site is known.
3. An input is *covered* when a documented maker stands inside or partly; *undocumented* when nobody is documented, or when somebody is whose
   place is not known and nobody inside; otherwise a *gap*: everyone documented stands outside, or nobody has it in production.
4. A gap is *binding* when the way down from the item leads to it through needs none of whose alternatives the group can have by itself:
   `yes` in the lenient reading (then in the strict one too), `strict` in that alone, else `no`: each way passes by an alternative that the
   group has, or by a need that does not count.
5. The group's share of an input's supply is read from one view of its market, the first: by country of headquarters for a group of
   countries, else (by site, or with organisations in the group) by company, each share standing where its maker stands. It is the sum of the
   shares inside the group, in percent of all supply: like the figures of a concentration a lower bound, since the rest that is not known
   counts as somebody else's. (In percent of the known supply a lone share of 48 would read as 100.) It is not known where makers of the
   group are documented and none that is inside has a share in the view: what has no known share is not nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.analysis.failing import failing_points
from kg.analysis.markets import Share, View, market
from kg.facts.model import Statement
from kg.network.availability import Removal, State
from kg.network.bill import Bill, Maker, Making
from kg.network.needs import READINGS

__all__ = ["Circle", "Holding", "Input", "alternatives", "binding", "depths", "holding", "inputs", "outside"]

_NOT_MADE, _SEAT, _NOBODY, _ELSEWHERE = "not in production", "place unknown", "nobody known", "made elsewhere"


@dataclass(frozen=True, slots=True)
class Circle:
    """The group: its countries, its organisations, and by what a maker belongs to a country (`headquarters` or `site`)."""

    countries: frozenset[str]
    organisations: frozenset[str]
    locate: str

    def seats(self, bill: Bill, maker: Maker) -> tuple[Statement, ...]:
        """Of a maker of the group, what says that its seat is there; of another, what is said of its seat."""
        if maker.iri in self.organisations or (self.locate == "site" and maker.sites):
            return ()
        seats = bill.headquarters(maker.iri)
        return tuple(s for s in seats if s.object in self.countries) or seats

    def standing(self, bill: Bill, maker: Maker) -> str:
        """Where a maker of an item stands: inside, partly, outside or unknown (rule 2)."""
        if maker.iri in self.organisations:
            return "inside"
        if bill.snapshot.entity(maker.iri).class_name == "Country":
            return "inside" if maker.iri in self.countries else "outside"
        places = set(maker.sites) if self.locate == "site" else set()
        places = places or {s.object for s in bill.headquarters(maker.iri) if isinstance(s.object, str)}
        if not places:
            return "unknown"
        return "inside" if places <= self.countries else "partly" if places & self.countries else "outside"


@dataclass(frozen=True, slots=True)
class Input:
    """One input with its makers by where they stand; `status` and `cause` after rule 3."""

    item: str
    making: Making
    status: str
    cause: str
    home: tuple[Maker, ...]
    elsewhere: tuple[Maker, ...]
    unplaced: tuple[Maker, ...]

    @property
    def key(self) -> tuple[str, str]:
        """What tells inputs apart: the item, and the role of a chip."""
        return self.item, self.making.role


def inputs(bill: Bill, closure: Iterable[str], circle: Circle) -> tuple[Input, ...]:
    """The inputs of a closure, in its order."""
    found = []
    for item in closure:
        for making in bill.making_of(item):
            by: dict[str, list[Maker]] = {"inside": [], "partly": [], "outside": [], "unknown": []}
            for maker in making.makers:
                by[circle.standing(bill, maker)].append(maker)
            home = (*by["inside"], *by["partly"])
            if home:
                status, cause = "covered", ""
            elif by["unknown"]:
                status, cause = "undocumented", _SEAT
            elif making.makers:
                status, cause = "gap", _ELSEWHERE
            else:
                status, cause = ("undocumented", _NOBODY) if making.assumed else ("gap", _NOT_MADE)
            found.append(Input(item, making, status, cause, home, tuple(by["outside"]), tuple(by["unknown"])))
    return tuple(found)


def outside(bill: Bill, circle: Circle) -> Removal | None:
    """Everything outside the group taken away: the other countries by `locate` or, where organisations are members, every other
    organisation that has a known seat outside. Who has no known place stays. None by site where organisations are members: a country cannot
    be removed and a member's site there kept."""
    snapshot = bill.snapshot
    every = snapshot.index.by_iri.values()  # also those whose name `dataLicence` hides: statements still speak of them
    others = frozenset(e.iri for e in every if e.class_name == "Country") - circle.countries
    if not circle.organisations:
        return Removal(countries=others, locate=circle.locate)
    if circle.locate == "site":
        return None
    gone = set()
    for entity in (e for e in every if snapshot.schema.is_a(e.class_name, "Organisation")):
        seats = {s.object for s in bill.headquarters(entity.iri)}
        if entity.iri not in circle.organisations and seats and not seats & circle.countries:
            gone.add(entity.iri)
    for makings in bill.makings.values():  # countries that stand in where no organisation is known
        gone |= {m.iri for making in makings for m in making.makers if m.iri in others}
    return Removal(organisations=frozenset(gone))


def binding(left: Mapping[str, State]) -> dict[str, str]:
    """The items that are lost to the group with no way round them, by item: `yes` or `strict` (rule 4).

    Parameters
    ----------
    left : what the group can have by itself, by reading.
    """
    found: dict[str, str] = {}
    for reading in READINGS:
        state = left[reading]
        for failing in () if state.answer else failing_points(state):
            found.setdefault(state.needs.points[failing.point].item, "yes" if reading == "lenient" else "strict")
    return found


def depths(bill: Bill, item: str) -> dict[str, tuple[int, str]]:
    """How many hops below an item each of its closure lies, and from where a shortest way comes (blank for the item)."""
    found = {item: (0, "")}
    queue = [item]
    for each in queue:
        for need in bill.needs(each):
            if need not in found:
                found[need] = found[each][0] + 1, each
                queue.append(need)
    return found


def alternatives(bill: Bill, closure: Iterable[str]) -> dict[str, int]:
    """How many others could take the place of an item, in the use that leaves fewest; items without a use are left out."""
    found: dict[str, int] = {}
    for item in closure:
        uses = [[a.item for a in group.alternatives] for group in bill.groups.get(item, ())]
        kinds = bill.variants.get(item, ())
        uses.append([v.item for v in kinds if v.substitutable != "no"])
        uses += [[v.item] for v in kinds if v.substitutable == "no"]
        for use in uses:
            for each in use:
                found[each] = min(found.get(each, len(use) - 1), len(use) - 1)
    return found


@dataclass(frozen=True, slots=True)
class Holding:
    """The group's share of an input's supply (percent, None if unknown), and the most it can be; `known` is how much of all supply stands
    somewhere, `shares` are those inside and partly inside. Shares that sum to more than 100 are taken in percent of their sum."""

    share: float | None
    at_most: float
    known: float
    period: str
    basis: str
    shares: tuple[Share, ...]


def holding(bill: Bill, each: Input, circle: Circle) -> Holding | None:
    """What the group holds of an input's market (rule 5); None for a role of a chip, and where no share above 0 is known."""
    if each.making.role:
        return None
    snapshot = bill.snapshot
    by_seat = circle.locate == "headquarters" and not circle.organisations
    views = market(snapshot, each.item, "country" if by_seat else "company").views
    views = views or market(snapshot, each.item, "country").views
    if not views:
        return None
    makers = {m.iri: m for m in each.making.makers}
    standing = {s.actor: _standing(bill, makers, s.actor, circle) for s in views[0].shares}
    return _held(views[0], standing, bool(each.home))


def _standing(bill: Bill, makers: Mapping[str, Maker], actor: str, circle: Circle) -> str:
    return circle.standing(bill, makers.get(actor) or Maker(actor, None, "", "", frozenset(), ()))


def _held(view: View, standing: Mapping[str, str], is_made: bool) -> Holding | None:
    def total(shares: Sequence[Share]) -> float:
        return math.fsum(s.share for s in shares)

    inside = [s for s in view.shares if standing[s.actor] == "inside"]
    partly = [s for s in view.shares if standing[s.actor] == "partly"]
    away = total([s for s in view.shares if standing[s.actor] == "outside"])
    known = total([*inside, *partly]) + away
    if known <= 0:
        return None
    whole = max(100.0, total(view.shares) + total(view.apart))
    periods = sorted({s.period for s in view.shares} - {""})
    return Holding(
        share=None if is_made and not inside else round(100 * total(inside) / whole, 4),
        at_most=round(100 * (whole - away) / whole, 4),
        known=round(100 * known / whole, 4),
        period="; ".join(periods),
        basis="; ".join(view.bases),
        shares=(*inside, *partly),
    )
