"""How well a record and an entity match: a score from 0 to 1, and the evidence in words.

The score is that of the best pair of names (`kg.identity.names`), lowered where the names are less than labels, where an
abbreviation is all there is, and where countries, makers or memory speak against it. 1 is kept for what a person decided or a code says; every step is a
constant below, so that a score can be worked out by hand from its evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.identity.models import Part, item_key, parts_of
from kg.identity.names import AFTER_PLACE, Likeness, Name, likeness
from kg.identity.profiles import CURATED, Profile

__all__ = ["Match", "match"]

_ITEMS = "Item"
_BY_CODE = 0.99
_ENTITY_ALIAS, _RECORD_ALIAS, _BOTH_ALIASES = 0.02, 0.05, 0.12
_INEXACT_ALIAS = 0.03
_SHORT_ALIAS, _SHORT_FOR_ALIAS, _SHORT_LABEL = 0.12, 0.06, 0.01
_SUPPORT, _SUPPORTED_AT_MOST = 0.09, 0.95
_UNKNOWN_COUNTRY, _UNKNOWN_FOR_ALIAS = 0.02, 0.04
_UNKNOWN_FOR_SHORT = 0.08
_OTHER_COUNTRY = 0.22
_TICKER = 0.04
_PART, _OPEN_PART, _QUALIFIED_PART, _OTHER_CLASS = 0.97, 0.93, 0.82, 0.03
_OTHER_MAKER, _OTHER_MEMORY, _MEMORY_RATIO = 0.25, 0.15, 1.2
_ITEM, _ITEM_OF_OTHER_CLASS = 0.95, 0.85
_EXACT, _PARTIAL = 0.98, 0.93


@dataclass(frozen=True, slots=True)
class Match:
    """A record and an entity compared.

    Attributes
    ----------
    record, entity : IRIs.
    score : 0 to 1.
    method : what the match rests on.
    evidence : what was compared, in words.
    exact : whether the label of the record is that of the entity, to the letter.
    literal : whether some name of the record is one of the entity, legal form apart.
    by_label : whether it is the record's label that matches.
    """

    record: str
    entity: str
    score: float
    method: str
    evidence: str
    exact: bool = False
    literal: bool = False
    by_label: bool = True


def match(record: Profile, entity: Profile) -> Match | None:
    """Compare a record with an entity; None where nothing of them agrees."""
    if record.family != entity.family:
        return None
    shared = sorted(record.codes & entity.codes)
    if shared:
        told = "; ".join(f"{name} {code} is the same" for name, code in shared)
        return Match(record.iri, entity.iri, _BY_CODE, "code", told, True)
    if {name for name, _ in record.codes} & {name for name, _ in entity.codes}:
        return None
    if record.family == _ITEMS:
        return _by_part(record, entity) or _by_item_name(record, entity)
    return _by_name(record, entity)


# ---- organisations ------------------------------------------------------------------------------------------------------------


def _by_name(record: Profile, entity: Profile) -> Match | None:
    found = [m for m in _name_pairs(record, entity) if m[0] > 0]
    if not found:
        return None
    score, one, other, how = max(found, key=lambda m: (m[0], m[1].main, m[2].main, m[1].text, m[2].text))
    inexact = how.score < _EXACT
    aliased = not (one.main and other.main)
    short = one.short or other.short
    notes = [f"{_named(one, record)} {how.rule} {_named(other, entity)}"]
    if aliased and (short or inexact or not (one.main or other.main)):
        support = next((p for p in _supporting(record, entity, one, other)), None)
        if support:
            score = max(score, min(score + _SUPPORT, _SUPPORTED_AT_MOST))
            notes.append(f"so does another name: {support}")
    score += _countries(record, entity, aliased, short, notes)
    if record.tickers & entity.tickers:
        score = min(score + _TICKER, _EXACT)
        notes.append(f"the ticker {min(record.tickers & entity.tickers)} is the same")
    exact = how.score == 1.0 and not aliased
    return Match(
        record.iri, entity.iri, _rounded(score), "name and country", "; ".join(notes), exact, not inexact, one.main
    )


def _name_pairs(record: Profile, entity: Profile) -> Iterator[tuple[float, Name, Name, Likeness]]:
    curated = entity.data_set == CURATED
    for one in record.names:
        for other in entity.names:
            how = likeness(one, other)
            if how.score < _PARTIAL and (not curated or record.class_name != entity.class_name):
                continue
            if how.score == 0:
                continue
            score = how.score
            if not one.main and not other.main:
                score -= _BOTH_ALIASES
            elif not one.main:
                score -= _RECORD_ALIAS
            elif not other.main:
                score -= _ENTITY_ALIAS
            aliased = not (one.main and other.main)
            if aliased and how.rule == AFTER_PLACE:
                continue
            if aliased and how.score < _EXACT:
                score -= _INEXACT_ALIAS
            if aliased and (one.short or other.short) and record.class_name != entity.class_name:
                continue
            if one.short or other.short:
                score -= (_SHORT_FOR_ALIAS if one.main else _SHORT_ALIAS) if aliased else _SHORT_LABEL
            yield score, one, other, how


def _supporting(record: Profile, entity: Profile, one: Name, other: Name) -> Iterator[str]:
    """Further pairs of names that agree, with other words than the pair that was found."""
    for a in record.names:
        for b in entity.names:
            if a.key in (one.key, other.key) or b.key in (one.key, other.key):
                continue
            how = likeness(a, b)
            if how.score >= 0.84:
                yield f"{_named(a, record)} {how.rule} {_named(b, entity)}"


def _countries(record: Profile, entity: Profile, aliased: bool, short: bool, notes: list[str]) -> float:
    shared = record.countries & entity.countries
    if shared:
        notes.append(f"both are placed in {', '.join(sorted(shared))}")
        return 0.0
    if record.countries and entity.countries:
        notes.append(f"countries differ ({', '.join(sorted(record.countries))}; {', '.join(sorted(entity.countries))})")
        return -_OTHER_COUNTRY
    notes.append("a country is not known of both")
    return -(_UNKNOWN_FOR_SHORT * short + _UNKNOWN_FOR_ALIAS * aliased or _UNKNOWN_COUNTRY)


# ---- items --------------------------------------------------------------------------------------------------------------------


def _by_part(record: Profile, entity: Profile) -> Match | None:
    """By model number, form factor and memory."""
    found = [(_part_score(a, b), a, b) for a in parts_of(record.names) for b in parts_of(entity.names) if a.fits(b)]
    if not found:
        return None
    score, a, b = max(found, key=lambda f: (f[0], f[1].model, f[2].model))
    notes = [f"'{record.label}' and '{entity.label}' name the same model, '{a.model}'"]
    notes.append(f"form and memory: {_variant(a)} ({record.data_set}), {_variant(b)} ({entity.data_set})")
    if record.makers & entity.makers:
        notes.append(f"makers agree ({', '.join(sorted(record.makers & entity.makers))})")
    else:
        notes.append("no maker is known of both to be the same")
        score -= _OTHER_MAKER
    if record.memory and entity.memory:
        low, high = sorted((record.memory[1], entity.memory[1]))
        if low <= 0 or high / low > _MEMORY_RATIO:
            score -= _OTHER_MEMORY
            notes.append(f"memory differs ({record.memory[1]:g} and {entity.memory[1]:g})")
    if record.class_name != entity.class_name:
        score -= _OTHER_CLASS
        notes.append(f"of the classes {record.class_name} and {entity.class_name}")
    return Match(record.iri, entity.iri, _rounded(score), "model name", "; ".join(notes), not a.open_where(b))


def _part_score(a: Part, b: Part) -> float:
    if a.extra != b.extra:
        return _QUALIFIED_PART
    return _OPEN_PART if a.open_where(b) else _PART


def _by_item_name(record: Profile, entity: Profile) -> Match | None:
    """By name alone: items of other kinds are linked by rule only where their labels are the same words."""
    one, other = record.names[0], entity.names[0]
    if item_key(one) != item_key(other):
        return None
    same_class = record.class_name == entity.class_name
    told = f"label '{one.text}' equals label '{other.text}', number apart"
    if not same_class:
        told += f"; of the classes {record.class_name} and {entity.class_name}"
    return Match(record.iri, entity.iri, _ITEM if same_class else _ITEM_OF_OTHER_CLASS, "item name", told, True)


def _variant(part: Part) -> str:
    return " ".join(filter(None, (part.form, part.memory, part.extra))) or "open"


def _named(name: Name, of: Profile) -> str:
    return f"{'label' if name.main else 'other name'} '{name.text}' ({of.data_set})"


def _rounded(score: float) -> float:
    return round(min(max(score, 0.0), 1.0), 4)
