"""Destinations: whose row of the country chart counts, in which country groups a place is on a day, and whether a rule reaches it.

Owns the reading of memberships as three-valued: a member on record is one; a country that is not on record is none only from the day on
which the list on record is whole, and unknown before. A territory takes its parent's row (15 CFR 738.3(b)), Hong Kong China's since
2020-12-23 (85 FR 83765). Must not know items or parties.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kg.facts.dates import earliest, latest
from kg.facts.model import Statement
from kg.policy.chip_figures import unique
from kg.policy.ladder import fold, ladder
from kg.policy.licence_rules import GROUPS_WHOLE, HOME, Where
from kg.policy.rules_in_force import policy_iri
from kg.policy.truth import Truth, all_of, any_of, negated, truth_of
from kg.store.snapshot import Snapshot
from kg.terms import BASE

__all__ = ["Force", "Place", "Reached", "country_iri", "force_of", "membership", "place_of", "reaches"]

_HONG_KONG, _CHINA, _HONG_KONG_RULE = "HKG", "CHN", "us-2020-12-hk"


@dataclass(frozen=True, slots=True)
class Force:
    """Whether a policy is codified and enforced on the day."""

    codified: Truth
    enforced: Truth
    label: str = ""

    def of(self, view: str) -> Truth:
        """The truth of a view: `codified` or `enforced`."""
        return self.codified if view == "codified" else self.enforced


@dataclass(frozen=True, slots=True)
class Place:
    """A destination: the country asked, the country whose row of the chart counts, and why. `home` is the United States or a territory of them."""

    country: str
    row: str
    home: bool
    statements: tuple[Statement, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Reached:
    """Whether something reaches a place, on which statements, and what is not known."""

    truth: Truth
    statements: tuple[Statement, ...] = ()
    missing: tuple[str, ...] = ()


def country_iri(code: str) -> str:
    """The IRI of a country by its alpha-3 code."""
    return f"{BASE}id/country/{code}"


def force_of(snapshot: Snapshot, slug: str, test: str = "") -> Force:
    """The state of a policy, by its slug; of no policy: in force; of one that is not on record: not.

    A rule in effect that is printed some days later is neither yes nor no in between. A reported arrangement is no rule: once it is in
    effect it is unknown what it requires.
    """
    if not slug:
        return Force(True, True)
    return snapshot.shared_on_day(f"force of {slug} {test}", lambda: _force(snapshot, policy_iri(slug), test))


def _force(snapshot: Snapshot, policy: str, test: str) -> Force:
    day = snapshot.key.as_of
    if policy not in snapshot.index.by_iri:
        return Force(False, False)
    events = [e for e in ladder(snapshot, policy) if not e.scope]
    state = fold(events, snapshot.text_of(policy, "instrumentType"), day)
    effective = any(e.kind == "effective" and e.start <= day for e in events)
    if test == "arrangement":
        return Force(False, None if effective and not state.ended else False, state.label)
    printed = [e.start for e in events if e.kind == "published"]
    if effective and printed and min(printed) > day and not state.ended:
        return Force(None, None, "in effect, not yet printed")
    return Force(truth_of(state.codified), truth_of(state.enforced), state.label)


def place_of(snapshot: Snapshot, country: str) -> Place:
    """A destination with the row of the chart that counts for it on the day."""
    code = snapshot.entity(country).slug
    if code == _HONG_KONG and force_of(snapshot, _HONG_KONG_RULE).enforced is not False:
        held = tuple(
            s
            for s in snapshot.relations(policy_iri(_HONG_KONG_RULE), "PolicyEvent", "policy")
            if s.text("eventKind") == "effective"
        )
        return Place(
            country, country_iri(_CHINA), False, held, "Hong Kong takes China's row since 2020-12-23 (85 FR 83765)."
        )
    parents = snapshot.plain(country, "territoryOf")
    if parents and isinstance(parents[0].object, str):
        parent = snapshot.entity(parents[0].object)
        why = f"A territory takes the row of {snapshot.label(parent.iri)} (15 CFR 738.3(b))."
        return Place(country, parent.iri, parent.slug == HOME, parents, why)
    return Place(country, country, code == HOME)


def membership(snapshot: Snapshot, place: Place, group: str) -> Reached:
    """Whether a place is in a country group on the day, by its slug."""
    group_iri = f"{BASE}id/country-group/{group}"
    if group_iri not in snapshot.index.by_iri:
        return Reached(None, (), (f"the members of Country Group {_name(group)}",))
    members = _members(snapshot, group_iri)
    held = unique((*members.get(place.row, ()), *members.get(place.country, ())))
    day = snapshot.key.as_of
    if held:
        sure = any(not s.valid_from or (latest(s.valid_from) or dt.date.max) <= day for s in held)
        missing = () if sure else (f"the day on which it came into Country Group {_name(group)}",)
        return Reached(True if sure else None, held, missing)
    whole = earliest(GROUPS_WHOLE.get(group, ""))
    if members and whole is not None and whole <= day:
        return Reached(False)
    return Reached(None, (), (f"whether it was in Country Group {_name(group)} on {day}",))


def _members(snapshot: Snapshot, group: str) -> dict[str, tuple[Statement, ...]]:
    """Statements of membership by country."""

    def read() -> dict[str, tuple[Statement, ...]]:
        found: dict[str, tuple[Statement, ...]] = {}
        for statement in snapshot.relations(group, "GroupMembership", "group"):
            country = statement.one("country")
            if isinstance(country, str):
                found[country] = (*found.get(country, ()), statement)
        return found

    return snapshot.shared_on_day(f"members of {group}", read)


def _name(group: str) -> str:
    return group.upper().replace("-", ":")


def reaches(snapshot: Snapshot, place: Place, where: Where, policy: str = "") -> Reached:
    """Whether destinations given in words of the rules include a place; never home."""
    if place.home:
        return Reached(False)
    codes = {snapshot.entity(c).slug for c in (place.country, place.row)}
    statements: list[Statement] = []
    missing: list[str] = []

    def take(found: Reached) -> Truth:
        statements.extend(found.statements)
        missing.extend(found.missing)
        return found.truth

    parts: list[Truth] = [where.worldwide, bool(codes & set(where.countries))]
    if where.targeted and policy:
        named = [
            s for s in snapshot.plain(policy_iri(policy), "targetCountry") if s.object in (place.country, place.row)
        ]
        parts.append(take(Reached(bool(named), tuple(named))))
    if where.tiers:
        tiers = [
            s
            for s in snapshot.relations(place.country, "TierMembership", "country")
            if isinstance(t := s.one("tier"), str) and snapshot.entity(t).slug in where.tiers
        ]
        parts.append(take(Reached(bool(tiers), tuple(tiers))))
    if True not in parts:
        parts += [take(membership(snapshot, place, g)) for g in where.groups]
    inside = any_of(parts)
    outside: list[Truth] = [bool(codes & set(where.but))]
    if inside is not False and True not in outside:
        outside += [take(membership(snapshot, place, g)) for g in where.but_groups]
    here = all_of((inside, negated(any_of(outside))))
    also = [reaches(snapshot, place, each, policy) for each in where.also]
    if any(r.truth for r in also):
        return Reached(True, tuple(s for r in also if r.truth for s in r.statements))
    truth = any_of((here, *(r.truth for r in also)))
    missing += [m for r in also for m in r.missing]
    return Reached(truth, unique(statements), tuple(dict.fromkeys(missing)) if truth is None else ())
