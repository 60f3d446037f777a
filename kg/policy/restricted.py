"""Restricted parties: which organisations stand on a list, or are named by a measure, of each of several jurisdictions on a day.

Owns what counts as a restriction by a country, and how those of several countries join. The rules:

1. An entry on a list counts while it holds; the list's `jurisdiction` is the country whose authority keeps it.
2. A policy that names the organisation (`targetOrganisation`) counts for its `issuerCountry` where its instrument acts on whom it names (a listing, a letter,
   a directive, an order, a security review), or is a rule or statute with something controlled on record, and it is codified or enforced, or may be.
   Subsidies, deals, licensing arrangements, announcements, guidance, bills and drafts restrain nobody by themselves.
3. A jurisdiction enforces something where an entry holds or a measure is enforced; an organisation is restricted by all of them where each does
   (Kleene's strong logic). What is codified and not enforced is shown and says so.

Ownership is not looked at: a subsidiary of a listed firm is restricted by a rule on affiliates, not by an entry. Must not know surfaces.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.analysis.desk import Desk
from kg.analysis.lookup import page
from kg.answers.restricted import RestrictedParties, RestrictedParty, Restriction, RestrictionsBy
from kg.answers.values import Count
from kg.errors import BadArgument
from kg.facts.dates import earliest
from kg.facts.model import Statement
from kg.policy.ladder import NO_ADVICE, Event, State, fold, ladder
from kg.policy.licence_rules import FIRST_DAY
from kg.policy.truth import Truth, all_of, any_of, truth_of
from kg.store.snapshot import Snapshot
from kg.terms import content_hash, entity_iri

__all__ = ["restricted_parties"]

_DEFAULT = ("USA", "CHN")
_ACTS_ON_WHOM_IT_NAMES = ("entity listing", "list", "is-informed letter", "directive", "order", "security review")
_RULES = ("statute", "interim final rule", "final rule", "rule")
_CONTROLLED = ("controlledItem", "controlledItemNote")

_OWNERSHIP = (
    "Counted is who stands on a list or is named by a measure itself. Ownership is not: what listed firms own by half or more may be restricted too; licence with an end "
    "user looks at owners."
)
_NAMED = (
    "A measure may bind whom it names (a letter to an exporter, a directive to buyers) or aim at it (a listing, a ban of its goods): instrument and text tell which. "
    "Subsidies, deals, licensing arrangements, announcements, guidance, bills and drafts are not counted."
)
_ENTRIES = "An entry counts from its start until an end is on record; that an authority suspended it meanwhile is seen only where an end says so."


@dataclass(frozen=True, slots=True)
class _Held:
    """A restriction before it is shown: a list or a policy, the statements that name the party, and those that say whose it is."""

    by: str
    named: tuple[Statement, ...]
    issued: tuple[Statement, ...]
    is_entry: bool
    citation: str = ""
    state: State | None = None
    events: tuple[Event, ...] = ()

    @property
    def enforced(self) -> Truth:
        """Whether it acts on the day."""
        return True if self.state is None else truth_of(self.state.enforced)


_Found = Mapping[str, Mapping[str, tuple[_Held, ...]]]
"""Restrictions by country, then by organisation."""


def restricted_parties(desk: Desk, by: Sequence[str], first: int = 50, after: str | None = None) -> RestrictedParties:
    """Organisations that each of several jurisdictions restricts on the snapshot's day; see the rules of the module.

    Parameters
    ----------
    by : IRIs of countries, each once; the United States and China where empty.
    first, after : page size and cursor.

    Raises
    ------
    BadArgument
        None was named, and the two of the default are not in this release.
    BadCursor
        The cursor is of another query or release.
    """
    snapshot = desk.snapshot
    countries = tuple(dict.fromkeys(by)) or _default(snapshot)
    found = _restrictions(snapshot)
    desk.spend(sum(len(found.get(c, {})) for c in countries))
    parties = sorted(set.intersection(*(set(found.get(c, {})) for c in countries)))
    index = snapshot.index.by_iri
    key = content_hash(["restricted-parties", snapshot.dataset.release.hash, *countries], 12)
    shown, next_ = page([index[p] for p in parties], first, after, key)
    counts = Counter(_word(_joined(found, countries, p)) for p in parties)
    _notices(desk, countries, found, parties)
    return RestrictedParties(
        by=tuple(desk.ref(c) for c in countries),
        parties=tuple(_party(desk, found, countries, e.iri) for e in shown),
        counts=tuple(Count(w, w, n) for w, n in sorted(counts.items())),
        total=len(parties),
        next=next_,
    )


def _default(snapshot: Snapshot) -> tuple[str, ...]:
    found = tuple(entity_iri("Country", slug) for slug in _DEFAULT)
    if not all(iri in snapshot.index.by_iri for iri in found):
        raise BadArgument(
            f"by: missing; {' and '.join(_DEFAULT)} are not in this release",
            code="missing-argument",
            detail={"argument": "by"},
        )
    return found


def _notices(desk: Desk, countries: Sequence[str], found: _Found, parties: Sequence[str]) -> None:
    day, known_on = desk.snapshot.key.as_of, desk.snapshot.key.known_on
    for text in (NO_ADVICE, _OWNERSHIP, _NAMED, _ENTRIES):
        desk.notice(text)
    if day < FIRST_DAY:
        desk.notice(
            f"Lists and measures before {FIRST_DAY} are not collected here: who is not shown may have been on one."
        )
    if day > known_on:
        desk.notice(
            f"What happened after {known_on}, the day of knowledge, is not known: entries may have come and gone."
        )
    for country in countries:
        if not found.get(country):
            desk.notice(
                f"No list and no measure of {desk.ref(country).label} that names an organisation is on record here."
            )
    if not parties:
        desk.notice("No organisation is on record as restricted by all of them; that is no finding that none is.")


# ---- what is held -----------------------------------------------------------------------------------------------------------


def _restrictions(snapshot: Snapshot) -> _Found:
    """Everything that restricts an organisation on the day, made once for the snapshot and day."""

    def read() -> dict[str, dict[str, tuple[_Held, ...]]]:
        found: dict[str, dict[str, list[_Held]]] = {}
        for country, party, held in (*_entries(snapshot), *_measures(snapshot)):
            found.setdefault(country, {}).setdefault(party, []).append(held)
        return {c: {p: tuple(held) for p, held in parties.items()} for c, parties in found.items()}

    return snapshot.shared(f"restrictions on {snapshot.key.as_of}", read)


def _entries(snapshot: Snapshot) -> Iterable[tuple[str, str, _Held]]:
    """(country, party, entry): entries of one citation on one list are one."""
    grouped: dict[tuple[str, str, str], list[Statement]] = {}
    for party_list in snapshot.entities("PartyList"):
        for row in snapshot.relations(party_list.iri, "ListEntry", "partyList"):
            party = row.one("party")
            if isinstance(party, str):
                grouped.setdefault((party_list.iri, party, row.text("citation")), []).append(row)
    for (iri, party, citation), rows in sorted(grouped.items()):
        for country, issued in _countries(snapshot, iri, "jurisdiction"):
            yield country, party, _Held(iri, tuple(rows), issued, True, citation)


def _measures(snapshot: Snapshot) -> Iterable[tuple[str, str, _Held]]:
    """(country, party, measure), of measures that are codified or enforced on the day, or may be."""
    for policy in snapshot.entities("Policy"):
        named: dict[str, list[Statement]] = {}
        for statement in snapshot.plain(policy.iri, "targetOrganisation"):
            named.setdefault(str(statement.object), []).append(statement)
        if not named or not _restrains(snapshot, policy.iri):
            continue
        events = ladder(snapshot, policy.iri)
        state = fold(events, snapshot.text_of(policy.iri, "instrumentType"), snapshot.key.as_of)
        if (state.codified, state.enforced) == ("no", "no"):
            continue
        citation = snapshot.text_of(policy.iri, "citation")
        for country, issued in _countries(snapshot, policy.iri, "issuerCountry"):
            for party, rows in named.items():
                yield country, party, _Held(policy.iri, tuple(rows), issued, False, citation, state, events)


def _restrains(snapshot: Snapshot, policy: str) -> bool:
    instrument = snapshot.text_of(policy, "instrumentType")
    controls = any(snapshot.plain(policy, name) for name in _CONTROLLED)
    return instrument in _ACTS_ON_WHOM_IT_NAMES or (instrument in _RULES and controls)


def _countries(snapshot: Snapshot, iri: str, property_: str) -> Iterable[tuple[str, tuple[Statement, ...]]]:
    found: dict[str, list[Statement]] = {}
    for statement in snapshot.plain(iri, property_):
        found.setdefault(str(statement.object), []).append(statement)
    return ((country, tuple(said)) for country, said in sorted(found.items()))


def _joined(found: _Found, countries: Sequence[str], party: str) -> Truth:
    return all_of(any_of(h.enforced for h in found[c][party]) for c in countries)


def _word(truth: Truth) -> str:
    return {True: "yes", False: "no", None: "unknown"}[truth]


# ---- showing ----------------------------------------------------------------------------------------------------------------


def _party(desk: Desk, found: _Found, countries: Sequence[str], party: str) -> RestrictedParty:
    by = tuple(
        RestrictionsBy(
            desk.ref(country),
            _word(any_of(h.enforced for h in found[country][party])),
            tuple(_restriction(desk, h) for h in found[country][party]),
        )
        for country in countries
    )
    return RestrictedParty(desk.ref(party), _word(_joined(found, countries, party)), by)


def _restriction(desk: Desk, held: _Held) -> Restriction:
    snapshot, day = desk.snapshot, desk.snapshot.key.as_of
    come = [e for e in held.events if e.start <= day]
    first = held.named[0]
    summary = "; ".join(dict.fromkeys(_texts(snapshot, held.by, "summary")))
    return Restriction(
        kind="list entry" if held.is_entry else "measure",
        party_list=desk.ref(held.by) if held.is_entry else None,
        policy=None if held.is_entry else desk.ref(held.by),
        instrument="" if held.is_entry else snapshot.text_of(held.by, "instrumentType"),
        citation=held.citation,
        starts=_first([s.valid_from for s in held.named]) if held.is_entry else _begun(come),
        ends=_last([snapshot.until(s) for s in held.named]) if held.is_entry else _scheduled(held.events, day),
        text=first.text("licenceRequirement") if held.is_entry else summary,
        review_policy=first.text("reviewPolicy") if held.is_entry else "",
        codified=held.state.codified if held.state else "",
        enforced=held.state.enforced if held.state else "",
        state=held.state.label if held.state else "",
        hedges=_hedges(snapshot, held, come),
        statements=desk.infos({s.iri: s for s in _evidence(held, come)}.values()),
    )


def _evidence(held: _Held, come: Sequence[Event]) -> tuple[Statement, ...]:
    return (*held.named, *held.issued, *(s for e in come for s in e.statements))


def _texts(snapshot: Snapshot, iri: str, property_: str) -> Iterable[str]:
    return (getattr(s.object, "lexical", "") for s in snapshot.plain(iri, property_))


def _first(dates: Sequence[str]) -> str:
    """The earliest of EDTF dates; blank where one is not known."""
    return min(dates, key=lambda d: earliest(d) or dt.date.min) if all(dates) else ""


def _last(dates: Sequence[str]) -> str:
    """The latest of EDTF ends; blank where one has none."""
    return max(dates, key=lambda d: earliest(d) or dt.date.max) if all(dates) else ""


def _begun(come: Sequence[Event]) -> str:
    """When a measure began: effective, or where no such day is on record, its first event."""
    whole = [e for e in come if not e.scope]
    return next((e.date for e in whole if e.kind == "effective"), whole[0].date if whole else "")


def _scheduled(events: Sequence[Event], day: dt.date) -> str:
    """The day a measure is scheduled to end after the day, blank where none is."""
    return next((e.date for e in events if e.kind == "scheduled end" and not e.scope and e.start > day), "")


def _hedges(snapshot: Snapshot, held: _Held, come: Sequence[Event]) -> tuple[str, ...]:
    said = [s.note for s in held.named if s.note]
    said += [f"not verified; to check in: {s.to_check_in}" for s in held.named if s.status == "unverified"]
    if any(snapshot.has_unknown_dates(s) for s in held.named):
        said.append("whether it holds on the day hangs on a date that is not known to the day")
    if held.state is not None and held.state.enforced != "yes":
        how = (
            "not enforced on the day"
            if held.state.enforced == "no"
            else "whether it is enforced on the day is not known"
        )
        said.append(f"{how}: {held.state.label}")
    said += [f"{e.kind} {e.date}: {e.scope}" for e in come if e.scope]
    return tuple(dict.fromkeys(said))
