"""The rows of small worlds of things that need one another, what may be taken away from them, and what they need.

Owns the parts; what they mean together is `tests.properties.feasible_worlds`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

TODAY = {"asOf": "2026-11-24", "knownOn": "2026-11-24"}
COUNTRIES = ("CHN", "NLD", "USA")
FIRMS = {"acme": "Company", "bolt": "Company", "crown": "Company", "lab": "ResearchOrganisation"}
VARIOUS, PACT, SITES = "various", "pact", ("fab-one", "fab-two")
ROLES = {"Design": "designer", "Fabrication": "fabricator", "Packaging": "packager"}
UNMADE = {"ProcessStep", "ProcessNode", "Grouping", "FacilityType", "Chip"}
"""Items that need no maker of their own beside their roles; a grouping is a tool that is marked as one."""
SCALE = ("over 28 nm", "28 nm", "16 nm", "7 nm", "5 nm", "3 nm", "2 nm")
"""Node classes from coarse to fine."""
ENDS = {
    "Requirement": ("item", "requires"),
    "Variant": ("item", "variant"),
    "Provision": ("item", "provider"),
    "CountryShare": ("item", "country"),
    "Supply": ("customer", "supplier", "supplied_item"),
    **{file: ("item", end) for file, end in ROLES.items()},
}
"""Relations that can be cut, and what makes two rows one relation."""

Point = tuple[str, str]
"""An item and the node class it is asked for; blank outside any node."""


@dataclass(frozen=True)
class Row:
    n: int
    file: str
    cells: tuple[tuple[str, str], ...]
    life: str = "live"
    """live, ended (in the row), stopped (in ends.csv), future, or dropped (corrections.csv)."""
    source: str = "s1"

    def __getitem__(self, name: str) -> str:
        return dict(self.cells).get(name, "")

    @property
    def origin(self) -> str:
        return f"world:{self.n}"

    @property
    def over(self) -> bool:
        return self.life in ("ended", "stopped")

    @property
    def relation(self) -> tuple[str, ...]:
        """The relation a row tells of, by file and ends."""
        return (self.file, *(self[end] for end in ENDS.get(self.file, ())))


@dataclass(frozen=True)
class Removal:
    ids: tuple[str, ...] = ()
    """Organisations, countries, alliances and items."""
    locate: str = "headquarters"
    unknown: str = "assumed"
    cut: tuple[Row, ...] = ()
    """Rows whose relations are removed."""

    def raw(self, world: Any) -> dict[str, Any]:
        cut = [world.iris[r.n] for r in self.cut]
        return {"removed": [*self.ids, *cut], "locate": self.locate, "unknownProviders": self.unknown}

    @cached_property
    def relations(self) -> frozenset[tuple[str, ...]]:
        return frozenset(r.relation for r in self.cut)

    def without(self, row: Row) -> Removal:
        """This removal, and the relation of a row beside it."""
        return Removal(self.ids, self.locate, self.unknown, (*self.cut, row))


@dataclass(frozen=True)
class Group:
    """Alternatives of which one is needed, by the rows that hold; all of them gone where `ended`."""

    name: str
    rows: tuple[Row, ...]
    typical: bool
    ended: bool

    @property
    def alternatives(self) -> frozenset[str]:
        return frozenset(r["requires"] for r in self.rows)


@dataclass(frozen=True)
class Making:
    """What needs a maker: makers that are known, whether one without a name may stand in where there are none."""

    role: str
    makers: frozenset[str]
    nameless: bool


@dataclass(frozen=True)
class Need:
    """One need of a point in a reading: `points` of which one must be there, or a maker of whom one must be `left`.

    `makers` are all who are known, `rows` those that say so, `free` whether there is a choice among facts that provide.
    """

    cause: str
    points: frozenset[Point] = frozenset()
    makers: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()
    met: bool = False
    rows: tuple[Row, ...] = ()
    free: bool = False
    named: frozenset[Point] = frozenset()
    """`points` and those whose relation is cut."""

    def holds(self, alive: Iterable[Point]) -> bool:
        return self.met or bool(self.left) or not self.points.isdisjoint(alive)
