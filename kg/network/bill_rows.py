"""The rows a bill of materials is read from: requirements that count, relations that ended, supplies, sites.

Owns the selection of rows. Must not know what they mean for availability.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from kg.facts.dates import earliest, latest
from kg.facts.model import Statement
from kg.store.snapshot import Snapshot

__all__ = ["ended_rows", "grouped_rows", "site_statements", "supply_rows"]

Places = Mapping[str, tuple[Statement, ...]]
"""Countries of sites, with the statements that place them there."""


def ended_rows(snapshot: Snapshot, classes: Iterable[str]) -> dict[tuple[str, str], tuple[Statement, ...]]:
    """(class, item) → relations that were believed and had ended by the day."""
    wanted = frozenset(classes)
    found: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for iri, (statement, end) in snapshot.believed().items():
        if statement.class_name not in wanted or iri in snapshot.statements or not end:
            continue
        last, first = latest(end), earliest(statement.valid_from) if statement.valid_from else None
        if last is not None and last <= snapshot.key.as_of and (first is None or first <= snapshot.key.as_of):
            found[statement.class_name, str(statement.one("item"))].append(statement)
    return {key: tuple(said) for key, said in found.items()}


def grouped_rows(requirements: Iterable[Statement]) -> dict[tuple[str, str], list[Statement]]:
    """The rows that count (optional ones do not) by group: its name, or of a row that stands for itself what it requires."""
    rows: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for statement in requirements:
        if statement.text("necessity") != "optional":
            name = statement.text("alternativeGroup")
            rows[name, "" if name else str(statement.one("requires"))].append(statement)
    return rows


def supply_rows(snapshot: Snapshot) -> dict[tuple[str, str], dict[str, list[Statement]]]:
    """(customer, item) → supplier → the statements of that supply."""
    rows: dict[tuple[str, str], dict[str, list[Statement]]] = defaultdict(lambda: defaultdict(list))
    for statement in snapshot.statements.values():
        if statement.class_name == "Supply" and statement.one("suppliedItem"):
            key = str(statement.one("customer")), str(statement.one("suppliedItem"))
            rows[key][str(statement.one("supplier"))].append(statement)
    return rows


def site_statements(snapshot: Snapshot) -> dict[tuple[str, str], Places]:
    """(organisation, item) → the countries of the facilities where it makes the item."""
    found: dict[tuple[str, str], dict[str, list[Statement]]] = defaultdict(lambda: defaultdict(list))
    for facility in snapshot.entities("Facility"):
        for placed in snapshot.plain(facility.iri, "locatedIn"):
            if not isinstance(placed.object, str):
                continue
            for made in snapshot.plain(facility.iri, "produces"):
                for run_by in snapshot.plain(facility.iri, "operator"):
                    if isinstance(made.object, str) and isinstance(run_by.object, str):
                        found[run_by.object, made.object][placed.object] += [placed, made, run_by]
    return {
        key: {country: tuple({s.iri: s for s in said}.values()) for country, said in places.items()}
        for key, places in found.items()
    }
