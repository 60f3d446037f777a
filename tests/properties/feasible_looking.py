"""How the tests of feasibility look at answers and worlds: ids, points, and the shares that may be put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from kg.store.dataset import Dataset
from tests.helpers import ask
from tests.properties.feasible_worlds import COUNTRIES, FIRMS, TODAY, Point, World

READINGS = ("lenient", "strict")
PLACES = ("headquarters", "site")
ACTORS = {"company": tuple(FIRMS), "country": COUNTRIES}
Build = Callable[[World], Dataset]


def ids(refs: Iterable[Any]) -> set[str]:
    return {r.id for r in refs}


def comparable(world: World, item: str, makers: Iterable[str]) -> dict[str, float]:
    """The shares of makers that may be put together: those of the newest year there is."""
    known = {m: found for m in makers if (found := world.share(item, m)) is not None}
    newest = max((year for year, _ in known.values()), default="")
    return {m: share for m, (year, share) in known.items() if year == newest}


def summed(world: World, item: str, makers: Iterable[str]) -> float | None:
    known = comparable(world, item, makers)
    return sum(known.values()) if known else None


def items_of(points: Iterable[Point]) -> list[str]:
    return list(dict.fromkeys(item for item, _ in points))


def makers_of(world: World, item: str) -> set[str]:
    return set().union(*(m.makers for m, _ in world.makings(item)))


def place(row: Any) -> Point:
    """The point of a failure."""
    return row.item.id, row.node_class


def points_of(step: Any) -> set[Point]:
    """The points of a step."""
    return {(step.item.id, node_class) for node_class in step.node_classes}


def verdicts(dataset: Dataset, *removed: str, **raw: Any) -> tuple[str, ...]:
    answer = ask(dataset, "feasibility", **{"item": "x", "removed": list(removed), **TODAY, **raw}).answer
    return tuple(v.verdict for v in answer.verdicts)
