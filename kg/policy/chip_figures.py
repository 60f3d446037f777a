"""Figures of chips as the control rules count them: computed from statements, with what they rest on.

Owns total processing performance and performance density (15 CFR part 774, supplement 1, ECCN 3A090, technical notes 1 to 4):

- TPP is 2 x MacTOPS x bit length, the highest over the precisions, dense. Two operations are one multiply-accumulate, so a maker's
  dense TOPS or TFLOPS are 2 x MacTOPS. TensorFloat-32 is left out: its operands have 19 bits in a word of 32, and the note does not say which
  counts; no chip here reaches its highest value by it.
- Performance density is TPP divided by the applicable die area: that of logic dies made on a non-planar process. Dies of a chip whose
  nodes are all of 28 nm or coarser are planar and make none.

- Memory bandwidth density, of a memory, is the bandwidth of the stack divided by its area, of the package where it has one (note to 3A090.c).

Of several values of one figure the one from a verified statement counts, then the newest source, then the smallest IRI; the others are
possible values too. Must not know limits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from kg.facts.dates import earliest
from kg.facts.model import Statement
from kg.policy.control_rules import BOTH, DRAM, IO, RATE, TRANSISTORS
from kg.policy.verdicts import AREA, DENSITY, MEMORY_DENSITY, RATIOS, SEGMENT, STACK_AREA, STACK_BANDWIDTH, TPP
from kg.store.snapshot import Snapshot
from kg.terms import Literal

__all__ = ["BITS", "UNITS_OF", "ChipFigure", "figures_of", "memory_figures_of", "unique"]

BITS = {
    "denseFp4Throughput": 4,
    "denseFp8Throughput": 8,
    "denseInt8Throughput": 8,
    "denseFp16Throughput": 16,
    "denseFp32Throughput": 32,
    "denseFp64Throughput": 64,
}
"""Bit length of the operands of each precision, by property."""

UNITS_OF = {
    TPP: "TPP",
    DENSITY: "TPP/mm2",
    AREA: "mm2",
    RATE: "GB/s",
    DRAM: "GB/s",
    IO: "GB/s",
    BOTH: "GB/s",
    STACK_BANDWIDTH: "GB/s",
    STACK_AREA: "mm2",
    MEMORY_DENSITY: "GB/s/mm2",
    TRANSISTORS: "billion transistors",
    SEGMENT: "(1: for data centres)",
}
"""The unit of each figure."""

_PLANAR = ("over 28 nm", "28 nm")
_DATA_CENTRE = "data centre"
_MOST = 64
"""Combinations of differing values that are worked out for one figure at most."""


@dataclass(frozen=True, slots=True)
class ChipFigure:
    """A figure of a chip: `values` on record, the one that counts first (none where it is missing); `rests_on` are the statements of
    that, `others` those of the other values. `basis` says how it comes about."""

    name: str
    values: tuple[Fraction, ...] = ()
    computed: bool = False
    basis: str = ""
    rests_on: tuple[Statement, ...] = ()
    others: tuple[Statement, ...] = ()

    @property
    def value(self) -> Fraction | None:
        """The value that counts."""
        return self.values[0] if self.values else None


def unique(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Statements in order, each once."""
    return tuple({s.iri: s for s in statements}.values())


def figures_of(snapshot: Snapshot, chip: str) -> Mapping[str, ChipFigure]:
    """All figures of a chip by name, missing ones among them."""
    found = [
        _performance(snapshot, chip),
        _area(snapshot, chip),
        _plain(
            snapshot, chip, "interconnectBandwidth", RATE, "links to other chips, both directions; host links would add"
        ),
        _plain(snapshot, chip, "memoryBandwidth", DRAM),
        _plain(
            snapshot, chip, "interconnectBandwidth", IO, "links to other chips, both directions; host links would add"
        ),
        _segment(snapshot, chip),
    ]
    figures = {f.name: f for f in found}
    figures[DENSITY] = _ratio(DENSITY, figures, "TPP / applicable die area")
    figures[BOTH] = _sum(figures[DRAM], figures[IO])
    return figures


def memory_figures_of(snapshot: Snapshot, memory: str) -> Mapping[str, ChipFigure]:
    """The figures of a memory by name, missing ones among them: bandwidth and area of a stack, and the first by the second."""
    found = [
        _plain(snapshot, memory, "stackBandwidth", STACK_BANDWIDTH),
        _plain(snapshot, memory, "stackArea", STACK_AREA),
    ]
    figures = {f.name: f for f in found}
    figures[MEMORY_DENSITY] = _ratio(MEMORY_DENSITY, figures, "stack bandwidth / stack area")
    return figures


def _ranked(snapshot: Snapshot, chip: str, name: str) -> list[tuple[str, list[Statement]]]:
    """Values of a property, the one that counts first, each with its statements."""

    def rank(statement: Statement) -> tuple[bool, int, str]:
        source = snapshot.source(statement)
        day = earliest(source.published) if source and source.published else None
        return statement.status == "unverified", -(day.toordinal() if day else 0), statement.iri

    values: dict[str, list[Statement]] = {}
    for statement in sorted(snapshot.plain(chip, name), key=rank):
        value = statement.object
        values.setdefault(value.lexical if isinstance(value, Literal) else value, []).append(statement)
    return list(values.items())


def _plain(snapshot: Snapshot, chip: str, property_: str, name: str, basis: str = "") -> ChipFigure:
    found = _ranked(snapshot, chip, property_)
    values = tuple(dict.fromkeys(Fraction(v) for v, _ in found))
    return ChipFigure(name, values, False, basis if values else "", _first(found), _rest(found))


def _first(found: list[tuple[str, list[Statement]]]) -> tuple[Statement, ...]:
    return tuple(found[0][1]) if found else ()


def _rest(found: Iterable[tuple[str, list[Statement]]]) -> tuple[Statement, ...]:
    return tuple(s for _, same in list(found)[1:] for s in same)


def _performance(snapshot: Snapshot, chip: str) -> ChipFigure:
    """TPP; with several values of a precision, each combination gives one."""
    rated = {name: ranked for name in BITS if (ranked := _ranked(snapshot, chip, name))}
    if not rated:
        return ChipFigure(TPP, computed=True)
    totals: dict[Fraction, None] = {}
    for number, combination in enumerate(product(*rated.values())):
        if number == _MOST:
            break
        totals[max(Fraction(value) * BITS[n] for n, (value, _) in zip(rated, combination, strict=True))] = None
    best = max(rated, key=lambda n: Fraction(rated[n][0][0]) * BITS[n])
    equal = [n for n in rated if Fraction(rated[n][0][0]) * BITS[n] == Fraction(rated[best][0][0]) * BITS[best]]
    parts = [f"{_label(n)} {rated[n][0][0]} x {BITS[n]}" for n in rated]
    basis = f"highest of {'; '.join(parts)}" if len(parts) > 1 else parts[0]
    return ChipFigure(
        TPP,
        tuple(totals),
        True,
        basis,
        tuple(s for n in equal for s in rated[n][0][1]),
        tuple(s for n in rated for s in ((*rated[n][0][1],) if n not in equal else ()) + _rest(rated[n])),
    )


def _label(name: str) -> str:
    return name.removeprefix("dense").removesuffix("Throughput").upper()


def _area(snapshot: Snapshot, chip: str) -> ChipFigure:
    """The applicable die area; 0 where every node that the chip is made on is planar."""
    found = _ranked(snapshot, chip, "dieArea")
    nodes = {
        node
        for s in snapshot.relations(chip, "Requirement", "item")
        if isinstance(node := s.one("requires"), str) and snapshot.entity(node).class_name == "ProcessNode"
    }
    classes = {snapshot.text_of(node, "nodeClass") for node in nodes}
    if classes and classes <= set(_PLANAR):
        why = tuple(s for node in sorted(nodes) for s in snapshot.plain(node, "nodeClass"))
        return ChipFigure(AREA, (Fraction(0),), True, "made on planar processes only, which count for nothing", why)
    values = tuple(dict.fromkeys(Fraction(v) for v, _ in found))
    basis = "area of the dies that count, as recorded" if values else ""
    return ChipFigure(AREA, values, False, basis, _first(found), _rest(found))


def _ratio(name: str, figures: Mapping[str, ChipFigure], basis: str) -> ChipFigure:
    """A figure that is one divided by another, for each pair of their values."""
    over, under = (figures[part] for part in RATIOS[name])
    values = tuple(dict.fromkeys(a / b for a in over.values for b in under.values if b))
    rests = unique(over.rests_on + under.rests_on) if values else ()
    return ChipFigure(name, values, True, basis if values else "", rests)


def _sum(first: ChipFigure, second: ChipFigure) -> ChipFigure:
    values = tuple(dict.fromkeys(a + b for a in first.values for b in second.values))
    rests = unique(first.rests_on + second.rests_on) if values else ()
    return ChipFigure(BOTH, values, True, "both bandwidths added" if values else "", rests)


def _segment(snapshot: Snapshot, chip: str) -> ChipFigure:
    """1 where it is designed or marketed for data centres, 0 where it is for something else; a product may be for several."""
    found = _ranked(snapshot, chip, "marketSegment")
    if not found:
        return ChipFigure(SEGMENT)
    yes = [(v, s) for v, s in found if v == _DATA_CENTRE]
    used = tuple(s for _, same in (yes or found) for s in same)
    return ChipFigure(SEGMENT, (Fraction(1 if yes else 0),), False, ", ".join(v for v, _ in found), used)
