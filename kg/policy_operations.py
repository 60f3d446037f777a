"""The operations that ask what a control rule says of a chip, and whom lists and measures name: a part of the table in `kg.operations`."""

from __future__ import annotations

from typing import Any

from kg.analysis.desk import Desk
from kg.analysis.lookup import page
from kg.answers import classification as answers
from kg.answers.restricted import RestrictedParties
from kg.arguments import Argument
from kg.errors import BadArgument
from kg.operation import AFTER, FIRST, Arguments, Operation
from kg.policy.caps import cap
from kg.policy.classification import classify
from kg.policy.classification_table import CLASSIFIED, classified, classify_table
from kg.policy.restricted import restricted_parties
from kg.policy.status_changes import status_changes
from kg.terms import content_hash

__all__ = ["POLICY_OPERATIONS"]

_MARKETS = ("data-centre", "other")


def _classify(desk: Desk, a: Arguments) -> Any:
    if a["chip"] is not None:
        return classify(desk, a["chip"], a["tpp"], a["market"])
    for name in ("tpp", "market"):
        if a[name] is not None:
            raise BadArgument(
                f"chip: missing; {name} asks what one chip would be",
                code="missing-argument",
                detail={"argument": "chip"},
            )
    shown, next_ = _page(desk, a, classified(desk.snapshot), "classify")
    return classify_table(desk, shown, next_)


def _cap(desk: Desk, a: Arguments) -> Any:
    if a["chip"] is not None:
        return cap(desk, a["chip"], a["limit"])
    chips = tuple(sorted(e.iri for e in desk.snapshot.entities("Chip")))
    shown, next_ = _page(desk, a, chips, "cap")
    return answers.CapTable(tuple(cap(desk, iri, a["limit"]) for iri in shown), len(chips), next_)


def _page(desk: Desk, a: Arguments, items: tuple[str, ...], name: str) -> tuple[list[str], str | None]:
    """The page of a table over items, and the next cursor."""
    index = desk.snapshot.index
    key = content_hash([name, desk.snapshot.dataset.release.hash], 12)
    shown, next_ = page([index.by_iri[iri] for iri in items], a["first"], a["after"], key)
    return [e.iri for e in shown], next_


POLICY_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "classify",
        "Which control paragraphs a chip, system or high-bandwidth memory meets on the date, with the numbers compared and what is missing; what it would be with another TPP.",
        (
            Argument(
                "chip",
                "id",
                "The chip, system or high-bandwidth memory; a table over all of them where left out.",
                classes=CLASSIFIED,
            ),
            Argument(
                "tpp", "number", "What it would be with this total processing performance.", minimum=0, maximum=1e12
            ),
            Argument(
                "market",
                "word",
                "What it would be if designed or marketed for data centres (data-centre), or not (other).",
                choices=_MARKETS,
            ),
            FIRST,
            AFTER,
        ),
        answers.ClassifyAnswer,
        _classify,
        subject="chip",
        table=answers.ClassifyTable,
    ),
    Operation(
        "status-changes",
        "Chips and systems whose classification differs between two dates without a change of hardware, and chips that came just under a limit.",
        (
            Argument("from", "date", "The first day.", required=True),
            Argument("to", "date", "The second day; chips launched by then are judged.", required=True),
        ),
        answers.StatusChangesAnswer,
        lambda desk, a: status_changes(desk, a["from"], a["to"]),
    ),
    Operation(
        "cap",
        "How many of a chip fit under a cap of total processing performance.",
        (
            Argument("chip", "id", "The chip; a table over all chips where left out.", classes=("Chip",)),
            Argument("limit", "number", "The cap, in TPP.", required=True, minimum=0, maximum=1e10),
            FIRST,
            AFTER,
        ),
        answers.CapAnswer,
        _cap,
        subject="chip",
        table=answers.CapTable,
    ),
    Operation(
        "restricted-parties",
        "Organisations that stand on a list, or are named by a measure, of every one of the jurisdictions named, on the date.",
        (
            Argument(
                "by",
                "id",
                "A country whose lists and measures count; USA and CHN where left out. Repeatable.",
                many=True,
                classes=("Country",),
            ),
            FIRST,
            AFTER,
        ),
        RestrictedParties,
        lambda desk, a: restricted_parties(desk, a["by"], a["first"], a["after"]),
    ),
)
"""What a chip meets on a day, whose status changed, how many fit under a cap, who is restricted by whom."""
