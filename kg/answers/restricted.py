"""Answers about who is restricted by which jurisdictions: list entries and measures side by side.

Owns their fields. Must not know how they are computed.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.answers.values import Count, Ref, StatementInfo

__all__ = ["RestrictedParties", "RestrictedParty", "Restriction", "RestrictionsBy"]


@dataclass(frozen=True, slots=True)
class Restriction:
    """A list entry, or a measure that names a party. `party_list` is null for a measure, `policy` for an entry. `starts` and `ends` are EDTF dates, blank where not
    known; `instrument` is the kind of legal instrument of a measure, `text` what the entry or measure asks for in words. `codified` and `enforced` are the
    state of the measure on the date, `state` its last event that counts (all three blank for an entry: it holds). `hedges` say what is doubtful."""

    kind: str
    party_list: Ref | None
    policy: Ref | None
    instrument: str
    citation: str
    starts: str
    ends: str
    text: str
    review_policy: str
    codified: str
    enforced: str
    state: str
    hedges: tuple[str, ...]
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class RestrictionsBy:
    """What one jurisdiction does to a party: `enforced` is yes where an entry holds or a measure is enforced, unknown where one may be, else no (codified and not
    enforced, as while it is suspended)."""

    jurisdiction: Ref
    enforced: str
    restrictions: tuple[Restriction, ...]


@dataclass(frozen=True, slots=True)
class RestrictedParty:
    """An organisation, and what each of the jurisdictions asked for does to it. `enforced` is yes where each of them enforces something, no where one does not."""

    party: Ref
    enforced: str
    jurisdictions: tuple[RestrictionsBy, ...]


@dataclass(frozen=True, slots=True)
class RestrictedParties:
    """Organisations that every one of the jurisdictions has on a list or names in a measure on the date, a page of them in the order of their IRIs; `counts` are
    of `enforced` over all of them, `next` is the cursor of the following page, null on the last."""

    by: tuple[Ref, ...]
    parties: tuple[RestrictedParty, ...]
    counts: tuple[Count, ...]
    total: int
    next: str | None
