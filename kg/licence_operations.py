"""The operation that asks whether a licence is required: a part of the table in `kg.operations`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kg.analysis.desk import Desk
from kg.analysis.lookup import page
from kg.answers.licence import LicenceAnswer, LicenceTable
from kg.arguments import Argument
from kg.operation import AFTER, FIRST, Arguments, Operation
from kg.policy.classification_table import classified
from kg.policy.licence import licence, licence_table
from kg.terms import content_hash

__all__ = ["LICENCE_OPERATIONS"]


@dataclass(frozen=True, slots=True)
class _Pair:
    """A line of the table before it is worked out."""

    iri: str
    item: str
    destination: str


def _licence(desk: Desk, a: Arguments) -> Any:
    item, destination, buyer = a["item"], a["destination"], a["end_user"]
    if item is not None and destination is not None:
        return licence(desk, item, destination, buyer)
    items = (item,) if item is not None else classified(desk.snapshot)
    places = (
        (destination,) if destination is not None else tuple(sorted(e.iri for e in desk.snapshot.entities("Country")))
    )
    pairs = [_Pair(f"{i} {d}", i, d) for i in items for d in places]
    key = content_hash(["licence", desk.snapshot.dataset.release.hash, str(item), str(destination), str(buyer)], 12)
    shown, next_ = page(pairs, a["first"], a["after"], key)
    return licence_table(desk, [(p.item, p.destination) for p in shown], buyer, len(pairs), next_)


LICENCE_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "licence",
        "Whether a licence is required for an item, a destination and an end user on the date: the status by enforced and by codified rules, each step with its statements.",
        (
            Argument("item", "id", "The item; a table over all chips and systems where left out.", classes=("Item",)),
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
