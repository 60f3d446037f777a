"""The operation that asks whether a licence is required: a part of the table in `kg.operations`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kg.analysis.desk import Desk
from kg.analysis.lookup import make_cursor, no_cursor, read_cursor
from kg.answers.licence import LicenceAnswer, LicenceTable
from kg.arguments import Argument
from kg.operation import AFTER, FIRST, Arguments, Operation
from kg.policy.classification_table import classified
from kg.policy.licence import licence, licence_table
from kg.terms import content_hash

__all__ = ["LICENCE_OPERATIONS"]


def _licence(desk: Desk, a: Arguments) -> Any:
    item, destination, buyer = a["item"], a["destination"], a["end_user"]
    if item is not None and destination is not None:
        return licence(desk, item, destination, buyer)
    items = (item,) if item is not None else classified(desk.snapshot)
    places = (
        (destination,) if destination is not None else tuple(sorted(e.iri for e in desk.snapshot.entities("Country")))
    )
    key = content_hash(["licence", desk.snapshot.dataset.release.hash, str(item), str(destination), str(buyer)], 12)
    total = len(items) * len(places)
    start = 0 if a["after"] is None else _position(read_cursor(a["after"], key), items, places) + 1
    numbers = range(start, min(start + a["first"], total))
    shown = [(items[n // len(places)], places[n % len(places)]) for n in numbers]
    more = bool(shown) and numbers.stop < total
    return licence_table(desk, shown, buyer, total, make_cursor(key, " ".join(shown[-1])) if more else None)


def _position(pair: str, items: Sequence[str], places: Sequence[str]) -> int:
    """The number of a pair in the table, which has the destinations of an item one after the other."""
    item, _, place = pair.partition(" ")
    try:
        return items.index(item) * len(places) + places.index(place)
    except ValueError:
        raise no_cursor() from None


LICENCE_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "licence",
        "Whether a licence is required for an item, a destination and an end user on the date: the status by enforced and by codified rules, each step with its statements.",
        (
            Argument(
                "item",
                "id",
                "The item; a table over all chips, systems and high-bandwidth memories where left out.",
                classes=("Item",),
            ),
            Argument(
                "destination", "id", "The country; a table over all countries where left out.", classes=("Country",)
            ),
            Argument(
                "end_user",
                "id",
                "Who uses it in the end: lists, owners and seat are then looked at.",
                classes=("Organisation",),
            ),
            FIRST,
            AFTER,
        ),
        LicenceAnswer,
        _licence,
        subject="item",
        table=LicenceTable,
        with_subject=("destination",),
    ),
)
"""Whether a licence is required."""
