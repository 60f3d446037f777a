"""End users: on which lists they are, who owns half of them, and where they or their ultimate parents have their seat.

Owns the aggregation of ownership: shares of listed owners are added, and what they own by half or more counts as listed in turn, through chains
(90 FR 47201; 15 CFR 744.11(a)(1)). A share that is not known lies between nothing and what the others leave. Rows of kind *ultimate* see through the chain that
direct rows give link by link, so the two are never added for certain. Must not know items or destinations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.facts.model import Statement
from kg.policy.chip_figures import unique
from kg.policy.licence_exceptions import ALL_ITEMS, LISTS, ListRule
from kg.policy.licence_rules import Where
from kg.policy.places import Reached, place_of, reaches
from kg.policy.truth import Truth, any_of
from kg.store.snapshot import Snapshot
from kg.terms import Literal

__all__ = ["Entry", "Owned", "entries_of", "listed_owners", "seat_of"]

_HALF = 50.0
_WHOLE = 100.0
_EXCEPT = ("except", "other than", "unless")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry on a list: what the list does (None for a list without an effect here), whether the entry reaches every item, and its words."""

    party_list: str
    rule: ListRule | None
    covers: Truth
    requirement: str
    review: str
    citation: str
    statement: Statement


@dataclass(frozen=True, slots=True)
class Owned:
    """Whether listed parties own half or more, the least and the most they may own together, by which statements, and the owners' entries."""

    truth: Truth
    least: float
    most: float
    owners: tuple[str, ...]
    statements: tuple[Statement, ...]
    entries: tuple[Entry, ...]


def entries_of(snapshot: Snapshot, party: str) -> tuple[Entry, ...]:
    """Entries of a party on lists, those with an effect first."""
    rules = {r.party_list: r for r in LISTS}
    found = []
    for statement in snapshot.relations(party, "ListEntry", "party"):
        list_iri = statement.one("partyList")
        if not isinstance(list_iri, str):
            continue
        rule = rules.get(snapshot.entity(list_iri).slug)
        words = statement.text("licenceRequirement")
        covers: Truth = None
        if rule is not None and (rule.refused or words.casefold().startswith(ALL_ITEMS)):
            covers = None if any(w in words.casefold() for w in _EXCEPT) else True
        review = statement.text("reviewPolicy") or (rule.refused if rule else "")
        found.append(Entry(list_iri, rule, covers, words, review, statement.text("citation"), statement))
    order = {name: n for n, name in enumerate(rules)}
    return tuple(
        sorted(found, key=lambda e: (order.get(e.rule.party_list, 99) if e.rule else 100, e.citation, e.statement.iri))
    )


def _shares(snapshot: Snapshot, party: str) -> Mapping[str, tuple[float, float, bool, tuple[Statement, ...]]]:
    """Owners with the least and the most they may hold, whether the row sees through a chain, and the statements."""
    grouped: dict[str, list[Statement]] = {}
    for statement in snapshot.relations(party, "Ownership", "owned"):
        owner = statement.one("owner")
        if isinstance(owner, str):
            grouped.setdefault(owner, []).append(statement)
    found = {}
    for owner, rows in sorted(grouped.items()):
        votes = [r for r in rows if r.text("ownershipKind") != "economic interest without votes"] or rows
        percents = [float(v.lexical) for r in votes if isinstance(v := r.one("percent"), Literal)]
        least = min(percents) if percents and len(percents) == len(votes) else 0.0
        most = max(percents) if percents and len(percents) == len(votes) else _WHOLE
        found[owner] = (least, most, all(r.text("ownershipKind") == "ultimate" for r in votes), tuple(rows))
    return found


def listed_owners(snapshot: Snapshot, party: str, most_links: int = 12) -> Owned:
    """How much of a party listed parties own, directly and through what they own by half or more.

    Parameters
    ----------
    most_links : links of a chain at most; a longer one is not followed (a ring of owners adds nothing).
    """

    def owned(each: str, trail: tuple[str, ...]) -> Owned:
        direct = ultimate = top = 0.0
        owners: list[str] = []
        statements: list[Statement] = []
        entries: list[Entry] = []
        for owner, (least, most, through, rows) in _shares(snapshot, each).items():
            if owner in trail or len(trail) > most_links:
                continue
            own = tuple(e for e in entries_of(snapshot, owner) if e.rule is not None and e.rule.owned)
            above = owned(owner, (*trail, owner)) if not own else None
            counts: Truth = True if own else above.truth if above else False
            if counts is False:
                continue
            owners.append(owner)
            statements += [*rows, *(e.statement for e in own), *(above.statements if above else ())]
            entries += [*own, *(above.entries if above else ())]
            top += most
            if counts:
                direct, ultimate = (direct, ultimate + least) if through else (direct + least, ultimate)
        low, high = max(direct, ultimate), min(top, _WHOLE)
        truth: Truth = True if low >= _HALF else None if high >= _HALF else False
        return Owned(truth, low, high, tuple(owners), unique(statements), _distinct(entries))

    return owned(party, (party,))


def seat_of(snapshot: Snapshot, party: str, where: Where) -> Reached:
    """Whether a party, or a parent above it that holds half or more, has its seat in places given in words of the rules."""
    chain, parents = [(party, True)], list(_shares(snapshot, party).items())
    seen = {party}
    held: list[Statement] = []
    while parents:
        owner, (least, most, through, rows) = parents.pop(0)
        if owner in seen or not (most >= _HALF or through):
            continue
        seen.add(owner)
        chain.append((owner, least >= _HALF))
        held += rows
        parents += _shares(snapshot, owner).items()
    truths: list[Truth] = []
    statements: list[Statement] = []
    for each, sure in chain:
        seats = [s for s in snapshot.plain(each, "headquarteredIn") if isinstance(s.object, str)]
        found = any_of(reaches(snapshot, place_of(snapshot, str(s.object)), where).truth for s in seats)
        if not seats:
            found = None if each == party or sure else False
        if snapshot.entity(each).class_name == "Country":
            found = reaches(snapshot, place_of(snapshot, each), where).truth
        if found is not False or each == party:
            statements += seats
        truths.append(found if sure or not found else None)
    truth = any_of(truths)
    if truth is not False:
        statements += held
    missing = ("the seat of the end user or of a parent above it",) if truth is None else ()
    return Reached(truth, unique(statements), missing)


def _distinct(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple({e.statement.iri: e for e in entries}.values())
