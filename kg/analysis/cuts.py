"""Cut sets and criticality: whose loss stops an item.

Owns the search for the minimal sets of actors, by implicit hitting sets: every set that leaves the item available leaves a plan standing,
and a cut set must hit the actors of every plan (Reiter 1987, "A theory of diagnosis from first principles", corrected by Greiner, Smith
and Wilkerson 1989). Must not know how availability is computed.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.analysis.desk import Desk
from kg.analysis.feasibility import bill_of
from kg.answers.feasible import CriticalActor, CriticalityAnswer, CutSet, CutSetsAnswer
from kg.network.availability import Removal, available, failures, is_lost, starved
from kg.network.bill import Bill, Maker

__all__ = ["criticality", "cut_sets"]


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
    found = []
    for actor in search.actors:
        if not desk.spend(search.cost):
            break
        alive = search.alive(frozenset({actor}))
        lost = search.base - alive
        sole = search.sole(actor)
        if lost or sole:
            found.append((actor, item in search.base and item not in alive, len(lost), sole, search.share_lost(actor)))
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
        items=len(search.closure),
        actors=tuple(
            CriticalActor(desk.ref(a), stops, lost, tuple(desk.ref(i) for i in sole), share)
            for a, stops, lost, sole, share in found[:limit]
        ),
        total=len(found),
    )


class _Search:
    """Removals of actors, tried on the closure of an item."""

    def __init__(self, desk: Desk, item: str, by: str, locate: str, reading: str) -> None:
        self.desk, self.item, self.by, self.locate, self.reading = desk, item, by, locate, reading
        self.bill: Bill = bill_of(desk)
        self.closure = self.bill.closure(item)
        self.cost = sum(1 + len(self.bill.needs(i)) for i in self.closure)
        desk.spend(2 * self.cost)
        self.base = self.alive(frozenset())
        self.baseline = item in self.base
        self.actors = self._actors()
        self._plans: list[frozenset[str]] = []

    def removal(self, actors: frozenset[str]) -> Removal:
        if self.by == "country":
            return Removal(countries=actors, locate=self.locate)
        return Removal(organisations=actors, locate=self.locate)

    def alive(self, actors: frozenset[str]) -> frozenset[str]:
        return available(self.bill, self.closure, self.removal(actors), self.reading)

    def _actors(self) -> tuple[str, ...]:
        """Who could matter: makers in the closure (and, in the strict reading, suppliers to them), or their countries."""
        makers = [m for i in self.closure for making in self.bill.makings.get(i, ()) for m in making.makers]
        if self.reading == "strict":
            parts = set(self.closure)
            makers += [m for (_, part), suppliers in self.bill.supplies.items() if part in parts for m in suppliers]
        if self.by == "company":
            schema = self.desk.snapshot.schema
            return tuple(
                sorted(
                    {m.iri for m in makers if schema.is_a(self.desk.snapshot.entity(m.iri).class_name, "Organisation")}
                )
            )
        found = {m.iri for m in makers if self.desk.snapshot.entity(m.iri).class_name == "Country"}
        for maker in makers:
            if self.locate == "site":
                found |= maker.sites
            found |= {s.object for s in self.bill.headquarters(maker.iri) if isinstance(s.object, str)}
        return tuple(sorted(found))

    def of_size(self, size: int, smaller: list[frozenset[str]]) -> Iterator[frozenset[str] | None]:
        """The minimal cut sets of a size, given all smaller ones; None where the budget ended the search. A candidate that misses a plan
        already seen needs no trial."""
        found: list[frozenset[str]] = []
        for chosen in self._hitting(size, frozenset(), 0, smaller):
            if any(each <= chosen for each in found):
                continue
            if not self.desk.spend(self.cost):
                yield None
                return
            if self.item not in self.alive(chosen):
                found.append(chosen)
                yield chosen
            else:
                self._plans.append(self._plan(chosen))

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

    def _plan(self, removed: frozenset[str]) -> frozenset[str]:
        """The actors of one plan by which the item is made although these are removed: a cut set must hold one of them. Of makers the
        first that is left is taken; who stands in for an unnamed maker cannot be hit."""
        removal = self.removal(removed)
        alive = self.alive(removed)
        bill, actors = self.bill, set[str]()
        queue, seen = [self.item], {self.item}
        hungry = starved(bill, self.closure, removal) if self.reading == "strict" else frozenset()

        def go(need: str) -> None:
            if need not in seen:
                seen.add(need)
                queue.append(need)

        for item in queue:
            for group in bill.groups.get(item, ()):
                if not (group.typical and self.reading == "lenient"):
                    go(next(a.item for a in group.alternatives if a.item in alive))
            for variant in bill.variants.get(item, ()):
                free = variant.substitutable == "yes" or (
                    variant.substitutable == "unknown" and self.reading == "lenient"
                )
                if not free:
                    go(variant.item)
            options = [
                v.item
                for v in bill.variants.get(item, ())
                if v.item in alive
                and (v.substitutable == "yes" or (v.substitutable == "unknown" and self.reading == "lenient"))
            ]
            if options:
                go(options[0])
            for making in bill.makings.get(item, ()):
                left = [m for m in making.makers if not is_lost(bill, m, removal) and (m.iri, item) not in hungry]
                if left:
                    actors |= self._hits(left[0])
        if self.reading == "strict":
            parts = seen
            for (_, part), suppliers in bill.supplies.items():
                if part in parts:
                    actors |= {a for m in suppliers for a in self._hits(m)}
        return frozenset(actors)

    def _hits(self, maker: Maker) -> set[str]:
        """The actors whose removal may take a maker away."""
        iri, sites = maker.iri, maker.sites
        if self.by == "company":
            return {iri}
        if self.desk.snapshot.entity(iri).class_name == "Country":
            return {iri}
        seats = {s.object for s in self.bill.headquarters(iri) if isinstance(s.object, str)}
        return set(sites) if self.locate == "site" and sites else seats

    def sole(self, actor: str) -> tuple[str, ...]:
        """The items of the closure whose only documented makers go with an actor."""
        removal = self.removal(frozenset({actor}))
        return tuple(
            sorted(
                item
                for item in self.closure
                if any(
                    making.makers and all(is_lost(self.bill, m, removal) for m in making.makers)
                    for making in self.bill.makings.get(item, ())
                )
            )
        )

    def share_lost(self, actor: str) -> float | None:
        """The largest known share (percent) of an item of the closure that goes with an actor."""
        removal = self.removal(frozenset({actor}))
        sums = [
            sum(m.share or 0.0 for m in making.makers if is_lost(self.bill, m, removal))
            for item in self.closure
            for making in self.bill.makings.get(item, ())
            if any(m.share is not None for m in making.makers)
        ]
        most = max(sums, default=0.0)
        return round(most, 4) if most else None

    def shown(self, chosen: frozenset[str]) -> CutSet:
        """A cut set with the root causes that it brings, and their statements cited."""
        removal = self.removal(chosen)
        alive = self.alive(chosen)
        hungry = starved(self.bill, self.closure, removal) if self.reading == "strict" else frozenset()
        queue, seen, roots = [self.item], {self.item}, []
        for item in queue:
            for failure in failures(self.bill, item, alive, removal, self.reading, hungry):
                if not failure.needs and item in self.base:
                    roots.append(item)
                    for maker in failure.making.makers if failure.making else ():
                        self.desk.infos(maker.statements)
                for need in failure.needs:
                    if need not in seen:
                        seen.add(need)
                        queue.append(need)
        desk = self.desk
        return CutSet(
            tuple(desk.ref(a) for a in sorted(chosen)), len(chosen), tuple(desk.ref(i) for i in dict.fromkeys(roots))
        )
