"""Plans: one way in which an item can be made although something is removed, step by step.

Owns the choice at each need. A plan is a witness: whoever holds the bill can check that each step meets a need, that each chosen item has steps of
its own, and that nothing chosen is removed. Must not know verdicts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kg.analysis.desk import Desk
from kg.answers.feasible import PlanStep
from kg.facts.model import Statement
from kg.network.availability import State, without
from kg.network.bill import Maker
from kg.network.needs import Need

__all__ = ["Step", "chosen_steps", "hinges", "plan_steps"]


@dataclass(frozen=True, slots=True)
class Step:
    """What a plan chooses for one need of a point: a point, a maker, or (where both are None) a maker without a name."""

    point: int
    need: Need
    item: str
    node_class: str
    choice: str | None
    maker: Maker | None
    statements: tuple[Statement, ...]

    @property
    def kind(self) -> str:
        """requirement, variant, maker or assumed."""
        if self.need.assumed:
            return "assumed"
        return {"requirement": "requirement", "variants": "variant"}.get(self.need.kind, "maker")

    @property
    def name(self) -> str:
        """The name of the requirement group, or the role."""
        return self.need.group.name if self.need.group else self.need.role


def chosen_steps(state: State) -> list[Step]:
    """A plan for the item asked for, which must be available: for each need the first alternative that can be had, what is verified first;
    for each making the maker with the largest known share."""
    needs = state.needs
    queue, seen, found = [0], {0}, []
    for point in queue:
        for need in _as_received(state, point):
            step = _chosen(state, point, need)
            found.append(step)
            if step.choice is not None and step.maker is None:
                number = next(p for p in need.points if needs.points[p].item == step.choice and state.holds[p])
                if number not in seen:
                    seen.add(number)
                    queue.append(number)
    return found


def _as_received(state: State, point: int) -> Iterator[Need]:
    """The needs of a point; where the maker that is chosen is a recipient beside others, with what reaches it in spite of the rules."""
    needs = state.needs
    own: dict[int, tuple[int, ...]] = {}
    for need in needs.needs[point]:
        if any(needs.slots[s].inputs for s in need.slots):
            maker = _chosen(state, point, need).maker
            slot = next(needs.slots[s] for s in need.slots if needs.slots[s].maker is maker)
            own.update({id(group): points for group, points in slot.inputs})
    for need in needs.needs[point]:
        yield replace(need, points=own[id(need.group)]) if id(need.group) in own else need


def _chosen(state: State, point: int, need: Need) -> Step:
    where = state.needs.points[point]
    if need.assumed:
        return Step(point, need, where.item, where.node_class, None, None, ())
    alive = {state.needs.points[p].item for p in need.points if state.holds[p]}
    if alive:
        said = dict(_alternatives(need))
        best = min(alive, key=lambda i: (all(s.status == "unverified" for s in said[i]), i))
        return Step(point, need, where.item, where.node_class, best, None, said[best])
    maker = min(state.left(need), key=lambda m: (-(m.share or 0.0), m.statements[0].status != "verified", m.iri))
    return Step(point, need, where.item, where.node_class, maker.iri, maker, maker.statements)


def _alternatives(need: Need) -> Iterator[tuple[str, tuple[Statement, ...]]]:
    if need.group is not None:
        yield from ((a.item, a.statements) for a in need.group.alternatives)
    yield from ((v.item, v.statements) for v in need.variants)


def hinges(desk: Desk, state: State, steps: Sequence[Step]) -> list[Step]:
    """The steps on which alone the item hangs although no verified statement says them: the only provider, alternative or free kind left for
    a need, without whose relation the item asked for is lost. (Where another is left, a step decides nothing: the others support one another
    without it.) A relation is looked at below every node class at once. A budget that ends the search is said."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for number, point in enumerate(state.needs.points):
        numbers[point.item].append(number)
    deciding: dict[frozenset[int], bool] = {}
    found = []
    for step in steps:
        if not step.statements or any(s.status != "unverified" for s in step.statements):
            continue
        relations = {s.subject for s in step.statements}
        if not _hangs(state, step.need, relations):
            continue
        points = frozenset(
            n for n in numbers[step.item] if any(_hangs(state, need, relations) for need in state.needs.needs[n])
        )
        if points not in deciding:
            if not desk.spend(state.needs.size()):
                break
            deciding[points] = not without(state, points).answer
        if deciding[points]:
            found.append(step)
    return found


def _hangs(state: State, need: Need, relations: set[str]) -> bool:
    """Whether there is a choice of how to meet a need, and all that is left of it is what some relations say. Of a requirement or kind that
    has no alternative the need itself would be in doubt."""
    strict = state.needs.reading == "strict"
    single = need.group is not None and not need.group.name
    needed = any(v.substitutable == "no" or (strict and v.substitutable != "yes") for v in need.variants)
    if single or needed or state.options(need) != 1 or need.assumed:
        return False
    said = dict(_alternatives(need))
    left = [said[state.needs.points[p].item] for p in need.points if state.holds[p]]
    left += [m.statements for m in state.left(need)]
    return all(s.subject in relations for statements in left for s in statements)


def plan_steps(desk: Desk, steps: Sequence[Step], hanging: dict[str, Statement]) -> tuple[PlanStep, ...]:
    """A plan as an answer: what is chosen alike for several node classes is one step. Steps that rest on unverified statements alone are
    collected in `hanging`."""
    alike: dict[tuple[str, str, str, str | None], list[Step]] = {}
    for step in steps:
        alike.setdefault((step.item, step.kind, step.name, step.choice), []).append(step)
    found = []
    for same in alike.values():
        step = same[0]
        if step.statements and all(s.status == "unverified" for s in step.statements):
            hanging.update({s.iri: s for s in step.statements})
        ref = desk.ref(step.choice) if step.choice else None
        classes = tuple(dict.fromkeys(s.node_class for s in same))
        found.append(PlanStep(desk.ref(step.item), classes, step.kind, step.name, ref, desk.infos(step.statements)))
    return tuple(found)
