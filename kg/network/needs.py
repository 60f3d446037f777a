"""The needs of an item and of everything below it, in one reading, as an AND/OR program.

Owns the unfolding of a bill into points, needs and slots, and their translation into `kg.network.program`. Must not know what is removed.

- A *point* is an item below a process node: availability is looked at per (item, node class), the class of the nearest process node above
  on the way from the asked item; blank outside any node, where no capability is tested (design, semantics, 3.4, "Capability").
- A policy takes providers from a *recipient* (`Stopped`): a point says to whom it goes, blank where that is nobody in particular. The item itself goes to the
  buyer, what an item needs to its maker; where it has several, the slot of each has `inputs` of its own. What a step or node needs goes to whoever takes it, unless
  others are known to run it.
- A *need* of a point holds while one of its points or slots does; a point while all of its needs do.
- A *slot* is a maker of a point's item. It stands for as long as its maker is there and, in the strict reading, for as long as one documented
  supplier is left to it of each part of the item, required directly or by way of steps and nodes.
- A *source* is what a removal takes: a maker in the places where it makes an item.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.network.bill import Bill, Group, Maker, Making, VariantOf
from kg.network.program import Bools, Program

__all__ = ["READINGS", "Need", "Needs", "Point", "Slot", "Source", "Stopped"]

READINGS = ("lenient", "strict")
"""Lenient: typical requirements do not count, unknown variants are alternatives. Strict: they count, unknown variants are all needed,
and who has lost every documented supplier of a part makes nothing from it."""


@dataclass(frozen=True, slots=True)
class Point:
    """An item below a node of a class (blank: outside any node), as it goes to a recipient (blank: to nobody in particular, whom no rule concerns)."""

    item: str
    node_class: str
    recipient: str = ""


@dataclass(frozen=True, slots=True)
class Stopped:
    """Deliveries that rules stop: `buyer` (an IRI) takes the item itself; `is_stopped(item, maker, recipient)` says of a delivery whether rules stop it."""

    buyer: str
    is_stopped: Callable[[str, str, str], bool]


@dataclass(frozen=True, slots=True)
class Source:
    """A maker in its places: what a removal takes or leaves."""

    maker: str
    sites: frozenset[str]


@dataclass(frozen=True, slots=True)
class Slot:
    """A maker of an item: its source, and for each part of the item its documented suppliers with their sources. `inputs`, where there are several
    makers: what each group needs (numbers of points) as it goes to this one."""

    maker: Maker
    source: int
    supplies: tuple[tuple[str, tuple[Maker, ...], tuple[int, ...]], ...]
    inputs: tuple[tuple[Group, tuple[int, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """One need of a point: `kind` is requirement, ended, variants, makers, not in production, not capable or undocumented. It is met by one
    of `points` or one of `slots` (numbers); `assumed`: by a maker without a name. `short` are makers that are known not to serve the node, `stopped` those that rules keep from the recipient."""

    kind: str
    role: str = ""
    group: Group | None = None
    variants: tuple[VariantOf, ...] = ()
    making: Making | None = None
    points: tuple[int, ...] = ()
    slots: tuple[int, ...] = ()
    assumed: bool = False
    short: tuple[Maker, ...] = ()
    stopped: tuple[Maker, ...] = ()


class Needs:
    """The needs of everything an item may need. Get it by `Needs.of(bill, item, reading, assume, cut)`.

    Attributes
    ----------
    points : numbered from 0, the item itself first, in the order of a breadth-first search.
    needs : the needs of each point, those that an unnamed maker meets among them.
    slots, sources : numbered from 0.
    program : points first, then the slots that hang on suppliers.
    """

    def __init__(
        self, bill: Bill, item: str, reading: str, assume: bool, cut: frozenset[str], stopped: Stopped | None = None
    ) -> None:
        self.bill, self.item, self.reading, self.assume, self._cut = bill, item, reading, assume, cut
        self._stopped = stopped
        self.points: list[Point] = []
        self.needs: list[tuple[Need, ...]] = []
        self.slots: list[Slot] = []
        self.sources: list[Source] = []
        self._numbers: dict[Point, int] = {}
        self._source_numbers: dict[Source, int] = {}
        self._slot_numbers: dict[tuple[str, str, int, tuple[tuple[int, ...], ...]], int] = {}
        self._parts: dict[str, tuple[str, ...]] = {}
        self._number(self._below(item, "", stopped.buyer if stopped is not None else ""))
        for point in self.points:  # grows as it goes
            self.needs.append(tuple(self._needs(point)))
        self.items = tuple(dict.fromkeys(p.item for p in self.points))
        self.program, self._literal_of_slot = self._compiled()

    @classmethod
    def of(
        cls,
        bill: Bill,
        item: str,
        reading: str,
        assume: bool = True,
        cut: frozenset[str] = frozenset(),
        stopped: Stopped | None = None,
    ) -> Needs:
        """The needs of an item, made once where nothing is cut.

        Parameters
        ----------
        reading : one of `READINGS`.
        assume : whether a maker without a name stands in where none is known.
        cut : IRIs of relations that no longer hold: an alternative, kind, maker or supplier that they give is not to be had.
        stopped : deliveries that rules stop.
        """
        if cut or stopped is not None:
            return cls(bill, item, reading, assume, cut, stopped)
        return bill.kept((item, reading, assume), lambda: cls(bill, item, reading, assume, cut))

    def size(self) -> int:
        """Steps that one look at everything costs: points, and a part of what may meet their needs, since only what fails is followed."""
        return len(self.points) + len(self.program.literals) // 4

    def number(self, point: Point) -> int | None:
        """The number of a point, None where nothing here needs it."""
        return self._numbers.get(point)

    # ---- unfolding ------------------------------------------------------------------------------------------------------

    def _below(self, item: str, node_class: str, recipient: str) -> Point:
        if self._stopped is not None and self.bill.is_step(item):
            run = {m.iri for m in self.bill.providers(item)}
            if run and recipient not in run:  # others are known to run it
                recipient = run.pop() if len(run) == 1 else ""
        return Point(item, self.bill.node_class(item) if self.bill.is_node(item) else node_class, recipient)

    def _takers(self, point: Point) -> tuple[str, ...]:
        """Who takes what an item needs: each of its makers; whoever takes the item, where it needs no maker; nobody in particular, where none is known."""
        if self._stopped is None:
            return ("",)
        makings = self._taking(point.item)
        if not makings:
            return (point.recipient,)
        able = {m.iri for making in makings for m in making.makers if self._serves(point, m)}
        return tuple(sorted(able)) or ("",)

    def _taking(self, item: str) -> tuple[Making, ...]:
        """The makings whose makers take what an item needs: the fabrication where there is one."""
        makings = self.bill.making_of(item)
        return tuple(m for m in makings if m.role.startswith("fabrication")) or makings

    def _is_stopped(self, point: Point, maker: Maker) -> bool:
        to = point.recipient
        return self._stopped is not None and bool(to) and self._stopped.is_stopped(point.item, maker.iri, to)

    def _number(self, point: Point) -> int:
        if point not in self._numbers:
            self._numbers[point] = len(self.points)
            self.points.append(point)
        return self._numbers[point]

    def _source(self, maker: Maker) -> int:
        source = Source(maker.iri, maker.sites)
        if source not in self._source_numbers:
            self._source_numbers[source] = len(self.sources)
            self.sources.append(source)
        return self._source_numbers[source]

    def _needs(self, point: Point) -> Iterator[Need]:
        bill, strict = self.bill, self.reading == "strict"

        takers = self._takers(point)

        def go(items: Iterable[str], recipient: str) -> tuple[int, ...]:
            return tuple(self._number(self._below(i, point.node_class, recipient)) for i in items)

        def met_by(group: Group) -> dict[str, tuple[int, ...]]:
            kept = [a.item for a in group.alternatives if not self._is_cut(a)]
            return {taker: go(kept, taker) for taker in takers}

        own: dict[str, list[tuple[Group, tuple[int, ...]]]] = {taker: [] for taker in takers}
        for group in bill.groups.get(point.item, ()):
            kept = met_by(group)
            if strict or not group.typical:
                anyhow = tuple(dict.fromkeys(p for points in kept.values() for p in points))
                yield Need("requirement" if group.alternatives else "ended", group=group, points=anyhow)
                for taker, points in kept.items():
                    own[taker].append((group, points))
        kinds = bill.variants.get(point.item, ())
        free = tuple(v for v in kinds if v.substitutable == "yes" or (v.substitutable == "unknown" and not strict))
        if free:
            yield Need(
                "variants", variants=free, points=go((v.item for v in free if not self._is_cut(v)), point.recipient)
            )
        for variant in kinds:
            if variant not in free:
                kind = () if self._is_cut(variant) else go([variant.item], point.recipient)
                yield Need("variants", variants=(variant,), points=kind)
        taking = self._taking(point.item) if len(takers) > 1 else ()
        for making in bill.making_of(point.item):
            yield self._making(point, making, own if making in taking else {})

    def _serves(self, point: Point, maker: Maker) -> bool:
        """Whether a maker makes what a point is, as far as is known, and no rule keeps it from who takes it."""
        return not (self._is_short(maker, point.node_class) or self._is_stopped(point, maker) or self._is_cut(maker))

    def _making(self, point: Point, making: Making, own: Mapping[str, Sequence[tuple[Group, tuple[int, ...]]]]) -> Need:
        short = tuple(m for m in making.makers if self._is_short(m, point.node_class))
        able = [m for m in making.makers if m not in short]
        stopped = tuple(m for m in able if self._is_stopped(point, m))
        slots = tuple(
            self._slot(point.item, making.role, m, tuple(own.get(m.iri, ())))
            for m in able
            if m not in stopped and not self._is_cut(m)
        )
        if making.assumed:
            return Need("undocumented", making.role, making=making, assumed=self.assume)
        kind = "makers" if able else "not capable" if short else "not in production"
        return Need(kind, making.role, making=making, slots=slots, short=short, stopped=stopped)

    def _is_short(self, maker: Maker, node_class: str) -> bool:
        """Whether a maker is known not to serve a node: its finest class is coarser."""
        scale = self.bill.scale
        if not node_class or not maker.node_class:
            return False
        return scale.index(maker.node_class) < scale.index(node_class)

    def _is_cut(self, said: object) -> bool:
        """Whether all relations that say something are cut."""
        statements = getattr(said, "statements", ())
        return bool(self._cut) and bool(statements) and all(s.subject in self._cut for s in statements)

    def _slot(self, item: str, role: str, maker: Maker, inputs: tuple[tuple[Group, tuple[int, ...]], ...]) -> int:
        source = self._source(maker)
        key = (item, role, source, tuple(points for _, points in inputs))
        if key not in self._slot_numbers:
            self._slot_numbers[key] = len(self.slots)
            self.slots.append(Slot(maker, source, tuple(self._supplies(item, maker)), inputs))
        return self._slot_numbers[key]

    def _supplies(self, item: str, maker: Maker) -> Iterator[tuple[str, tuple[Maker, ...], tuple[int, ...]]]:
        parts = self.bill.supplies.get(maker.iri) if self.reading == "strict" else None
        for part in self._parts_of(item) if parts else ():
            suppliers = parts.get(part, ()) if parts else ()
            if suppliers:
                to = Point(part, "", maker.iri if self._stopped is not None else "")
                left = [m for m in suppliers if not self._is_cut(m) and not self._is_stopped(to, m)]
                yield part, suppliers, tuple(self._source(m) for m in left)

    def _parts_of(self, item: str) -> tuple[str, ...]:
        """What an item requires directly, or by way of steps and nodes."""
        if item not in self._parts:
            found: dict[str, None] = {}
            queue = [item]
            for each in queue:
                for part in (a.item for g in self.bill.groups.get(each, ()) for a in g.alternatives):
                    if part not in found:
                        found[part] = None
                        if self.bill.is_step(part):
                            queue.append(part)
            self._parts[item] = tuple(found)
        return self._parts[item]

    # ---- the program ----------------------------------------------------------------------------------------------------

    def _compiled(self) -> tuple[Program, list[int]]:
        literal: list[int] = []
        hanging: list[list[list[int]]] = []
        for slot in self.slots:
            if slot.supplies or slot.inputs:
                literal.append(len(self.points) + len(hanging))
                supplied = ([~s for s in sources] for _, _, sources in slot.supplies)
                hanging.append([[~slot.source], *supplied, *(list(points) for _, points in slot.inputs)])
            else:
                literal.append(~slot.source)
        clauses = [
            [[*need.points, *(literal[s] for s in need.slots)] for need in needs if not need.assumed]
            for needs in self.needs
        ]
        return Program.of([*clauses, *hanging], len(self.sources)), literal

    def unmet(self, point: int, holds: Bools, dead: Bools) -> tuple[Need, ...]:
        """The needs of a point that fail, given which nodes of the program hold and which sources are dead."""
        return tuple(need for need in self.needs[point] if not self.is_met(need, holds, dead))

    def behind(self, need: Need, holds: Bools) -> tuple[int, ...]:
        """The points for want of which a need fails: those that would meet it, and what its makers lack."""
        lacking = (
            points for s in need.slots for _, points in self.slots[s].inputs if not any(holds[p] for p in points)
        )
        return tuple(dict.fromkeys([*need.points, *(p for points in lacking for p in points)]))

    def is_met(self, need: Need, holds: Bools, dead: Bools) -> bool:
        """Whether a need is met."""
        return (
            need.assumed or any(holds[p] for p in need.points) or any(self.stands(s, holds, dead) for s in need.slots)
        )

    def stands(self, slot: int, holds: Bools, dead: Bools) -> bool:
        """Whether a maker can still make: it is there, and is not without a part."""
        literal = self._literal_of_slot[slot]
        return bool(holds[literal]) if literal >= 0 else not bool(dead[~literal])
