"""Cut sets and criticality: whose loss stops an item.

Owns the search for the minimal sets of actors, by implicit hitting sets: every set that leaves the item available leaves a plan standing,
and a cut set must hit the actors of every plan (Reiter 1987, "A theory of diagnosis from first principles", corrected by Greiner, Smith
and Wilkerson 1989). Must not know how availability is computed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from kg.analysis.desk import Desk
from kg.analysis.failing import evidence, failing_points
from kg.analysis.feasibility import bill_of, makers_of
from kg.analysis.plans import chosen_steps
from kg.answers.feasible import CriticalActor, CriticalityAnswer, CutSet, CutSetsAnswer
from kg.network import comparable_shares
from kg.network.availability import Removal, State, available, by_actor, hits, places
from kg.network.bill import Maker
from kg.network.kernels.andor import single_losses
from kg.network.needs import Needs, Source

__all__ = ["criticality", "cut_sets"]

_ACTORS_A_PASS = 64
"""Actors whose losses are found in about one pass over the needs."""


def cut_sets(
    desk: Desk,
    item: str,
    by: str = "company",
    locate: str = "headquarters",
    max_size: int = 3,
    reading: str = "lenient",
) -> CutSetsAnswer:
    """The minimal sets of companies, or countries, whose removal stops an item.

    Parameters
    ----------
    item : IRI of the item.
    by : `company` or `country`.
    locate : what a country takes, as in `feasibility`.
    max_size : actors in a set at most (1–4).
    reading : lenient or strict.
    """
    search = _Search(desk, item, by, locate, reading)
    sets: list[frozenset[str]] = []
    complete = True
    if search.baseline:
        for size in range(1, max_size + 1):
            for chosen in search.of_size(size, sets):
                if chosen is None:
                    complete = False
                    break
                sets.append(chosen)
            if not complete:
                break
    else:
        desk.notice(
            f"{desk.ref(item).label} is not available in this reading even before anything is removed: see feasibility."
        )
    desk.cover(item)
    return CutSetsAnswer(
        item=desk.ref(item),
        by=by,
        locate=locate,
        reading=reading,
        max_size=max_size,
        baseline=search.baseline,
        actors=len(search.actors),
        sets=tuple(search.shown(chosen) for chosen in sorted(sets, key=lambda s: (len(s), sorted(s)))),
        complete=complete,
    )


def criticality(
    desk: Desk, item: str, by: str = "company", locate: str = "headquarters", reading: str = "lenient", limit: int = 50
) -> CriticalityAnswer:
    """Every company, or country, by what is lost when it alone is removed.

    Parameters
    ----------
    item, by, locate, reading : as in `cut_sets`.
    limit : actors shown at most; those whose loss takes nothing with it are never shown.
    """
    search = _Search(desk, item, by, locate, reading)
    sole, share = search.soles()
    found = [
        (actor, stops, lost, sole.get(actor, []), share.get(actor) or None)
        for actor, lost, stops in search.losses()
        if lost or actor in sole
    ]
    found.sort(key=lambda f: (not f[1], -f[2], -len(f[3]), f[0]))
    if len(found) > limit:
        desk.limited(limit, len(found))
    desk.cover(item)
    return CriticalityAnswer(
        item=desk.ref(item),
        by=by,
        locate=locate,
        reading=reading,
        baseline=search.baseline,
        items=len(search.needs.items),
        actors=tuple(
            CriticalActor(desk.ref(a), stops, lost, tuple(desk.ref(i) for i in only), most)
            for a, stops, lost, only, most in found[:limit]
        ),
        total=len(found),
    )


class _Search:
    """Removals of actors, tried on what an item needs."""

    def __init__(self, desk: Desk, item: str, by: str, locate: str, reading: str) -> None:
        self.desk, self.by, self.locate = desk, by, locate
        self.needs = Needs.of(bill_of(desk), item, reading)
        self.cost = self.needs.size()
        desk.spend(2 * self.cost)
        self.base = self.state(frozenset())
        self.baseline = self.base.answer
        self.sources = by_actor(self.needs, by, locate)
        self.actors = tuple(self.sources)
        self._plans: list[frozenset[str]] = []

    def state(self, actors: frozenset[str]) -> State:
        """What holds when actors are removed."""
        if self.by == "country":
            return available(self.needs, Removal(countries=actors, locate=self.locate))
        return available(self.needs, Removal(organisations=actors, locate=self.locate))

    # ---- single actors --------------------------------------------------------------------------------------------------

    def losses(self) -> Iterator[tuple[str, int, bool]]:
        """(actor, items lost, whether the item asked for is) of every actor, all in one pass; of those that were done before the budget
        ended."""
        needs = self.needs
        offsets = np.cumsum([0, *(len(s) for s in self.sources.values())])
        gone = np.array([s for each in self.sources.values() for s in each], dtype=np.int32)
        numbers = {item: n for n, item in enumerate(needs.items)}
        several = needs.program.items != len(needs.items)
        counted = [numbers[p.item] for p in needs.points] + [-1] * (needs.program.items - len(needs.points))
        groups = counted if several else None
        found = single_losses(needs.program, offsets, gone, 0, budget=max(0, self.desk.budget.left), groups=groups)
        self.desk.spend(self.cost * (1 + len(self.actors) // _ACTORS_A_PASS))
        if not found.done.all():
            self.desk.exhaust()
        for actor, lost, stops, done in zip(self.actors, *found, strict=True):
            if done:
                yield actor, int(lost), bool(stops)

    def soles(self) -> tuple[dict[str, list[str]], dict[str, float]]:
        """(the items whose only documented makers go with an actor, the largest known share of an item that goes with it) by actor."""
        bill = self.needs.bill
        sole: dict[str, list[str]] = defaultdict(list)
        most: dict[str, float] = defaultdict(float)
        for item in sorted(self.needs.items):
            taken = {iri: self._takers(m) for iri, m in makers_of(bill, item).items()}
            makings = [m for m in bill.making_of(item) if m.makers]
            for actor in sorted({a for each in taken.values() for a in each}):
                if any(all(actor in taken[m.iri] for m in making.makers) for making in makings):
                    sole[actor].append(item)
            sums: dict[str, float] = defaultdict(float)
            statements = {iri: m.statements for iri, m in makers_of(bill, item).items()}
            for iri, share in comparable_shares(self.desk.snapshot, statements).items():
                for actor in taken[iri]:
                    sums[actor] += share
            for actor, share in sums.items():
                most[actor] = max(most[actor], round(share, 4))
        return sole, most

    def _takers(self, maker: Maker) -> frozenset[str]:
        """The actors whose removal alone takes a maker."""
        if self.by == "company":
            return frozenset({maker.iri})
        if self.desk.snapshot.entity(maker.iri).class_name == "Country":
            return frozenset({maker.iri})
        where = places(self.needs.bill, Source(maker.iri, maker.sites), self.locate)
        return where if len(where) == 1 else frozenset()

    # ---- sets -----------------------------------------------------------------------------------------------------------

    def of_size(self, size: int, smaller: list[frozenset[str]]) -> Iterator[frozenset[str] | None]:
        """The minimal cut sets of a size, given all smaller ones; None where the budget ended the search. A candidate that misses a plan
        already seen needs no trial."""
        if size == 1:
            yield from self._single()
            return
        found: list[frozenset[str]] = []
        for chosen in self._hitting(size, frozenset(), 0, smaller):
            if any(each <= chosen for each in found):
                continue
            if not self.desk.spend(self.cost):
                yield None
                return
            state = self.state(chosen)
            if not state.answer:
                found.append(chosen)
                yield chosen
            else:
                self._plans.append(self._plan(state))

    def _single(self) -> Iterator[frozenset[str] | None]:
        tried = 0
        for actor, _, stops in self.losses():
            tried += 1
            if stops:
                yield frozenset({actor})
        if tried < len(self.actors):
            yield None

    def _hitting(
        self, size: int, chosen: frozenset[str], start: int, smaller: list[frozenset[str]]
    ) -> Iterator[frozenset[str]]:
        """Sets of a size that hit every plan known when they are reached, in order, each once, none above a smaller cut set."""
        missed = next((p for p in self._plans if not p & chosen), None)
        if len(chosen) == size:
            if missed is None and not any(each <= chosen for each in smaller):
                yield chosen
            return
        for position in range(start, len(self.actors)):
            more = chosen | {self.actors[position]}
            if any(each <= more for each in smaller):
                continue
            yield from self._hitting(size, more, position + 1, smaller)

    def _plan(self, state: State) -> frozenset[str]:
        """The actors of one plan by which the item is made: a cut set must hold one of them. Who stands in for an unnamed maker cannot be hit."""
        needs, actors = self.needs, set[str]()
        for step in chosen_steps(state):
            if step.maker is None:
                continue
            slot = next(needs.slots[s] for s in step.need.slots if needs.slots[s].maker is step.maker)
            actors.update(hits(needs, slot.source, self.by, self.locate))
            for _, _, sources in slot.supplies:
                left = next(s for s in sources if not state.dead[s])
                actors.update(hits(needs, left, self.by, self.locate))
        return frozenset(actors)

    def shown(self, chosen: frozenset[str]) -> CutSet:
        """A cut set with the root causes that it brings, and their statements cited."""
        state, roots = self.state(chosen), []
        for failing in failing_points(state):
            point = self.needs.points[failing.point]
            if not failing.need.points and self.base.could(point):
                roots.append(point.item)
                self.desk.infos({s.iri: s for each in evidence(state, failing) for s in each}.values())
        desk = self.desk
        return CutSet(
            tuple(desk.ref(a) for a in sorted(chosen)), len(chosen), tuple(desk.ref(i) for i in dict.fromkeys(roots))
        )
