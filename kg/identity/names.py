"""Names as they are compared, and how alike two of them are.

A name in any script is folded (case, accents, signs), its legal form dropped, its words told apart. `likeness` compares two names by
a short ladder of rules, each with a score of its own; the ladder and not a tuned similarity decides, so that the evidence of a link
says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from kg.facts.folding import search_key
from kg.identity.words import FORMAL, PLACES, TRADE, without_legal_form, without_place

__all__ = ["AFTER_PLACE", "Likeness", "Name", "likeness", "names_of"]

_BRACKET = re.compile(r"^(?P<rest>.*\S)\s*\((?P<inside>[^()]+)\)\s*$")
_OTHER_NAME = re.compile(r"^(?:a\.?\s?k\.?\s?a\.?|f\.?\s?k\.?\s?a\.?|formerly|ex)[\s,:]+", re.IGNORECASE)
_TYPING = 0.92
_SHORT, _LONG, _ABBREVIATION = 4, 8, 12


@dataclass(frozen=True, slots=True)
class Name:
    """One name of an entity.

    Attributes
    ----------
    text : as it is written.
    main : whether it is the label (or the label without an explaining bracket), not one of the other names.
    full : folded whole.
    words : folded, without legal form.
    key : the words written together: `Micro-Fabrication` and `Microfabrication` are one.
    base : the words without formal ones.
    marks : numbers and places among the words: where they differ, two names never mean one thing by resemblance.
    telling : whether the base holds more than words of the trade and places.
    """

    text: str
    main: bool
    full: str
    words: tuple[str, ...]
    key: str
    base: tuple[str, ...]
    marks: frozenset[str]
    telling: bool

    @property
    def short(self) -> bool:
        """Whether it is one short Latin word: an abbreviation that many bear."""
        return len(self.words) == 1 and len(self.key) <= _SHORT and self.key.isascii()


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two names are: by which rule, and how much that is worth (0 to 1) before anything else is looked at."""

    rule: str
    score: float


AFTER_PLACE = "is, after the place it begins with,"
"""The rule by which `Zhejiang Dahua Technology` is like `Dahua Technology`; it counts between labels only."""

_NOTHING = Likeness("", 0.0)


def names_of(label: str, aliases: Sequence[str]) -> tuple[Name, ...]:
    """The names of an entity, label first. What stands before a bracket is the name where the bracket holds another one (an
    abbreviation, `formerly …`) or an alias says so; else it is one more name, but for a place, which tells a subsidiary."""
    known = {search_key(alias) for alias in aliases}
    found: dict[tuple[str, ...], Name] = {}
    for position, text in enumerate((label, *aliases)):
        for part, first in _parts(text.strip().strip("*").strip(), known, position == 0):
            name = _name(part, main=position == 0 and first)
            if name.words:
                found.setdefault((name.full, *name.words), name)
    return tuple(found.values())


def likeness(record: Name, entity: Name) -> Likeness:
    """How alike a record's name and an entity's name are.

    Equality (to the letter, legal form or formal words apart) and resemblance are symmetric. A record whose name is *shorter* than the
    entity's by words of the trade bears its everyday name; one that is *longer* is as often a subsidiary, and only the place of its
    registration, put first, is passed over.
    """
    if record.full == entity.full:
        return Likeness("equals", 1.0)
    if record.key == entity.key:
        return Likeness("equals but for the legal form", 0.98)
    if record.telling and "".join(record.base) == "".join(entity.base):
        return Likeness("equals but for formal words", 0.94)
    if entity.telling and without_place(record.base) == entity.base:
        return Likeness(AFTER_PLACE, 0.91)
    shorter, longer = _rest(record, entity), _rest(entity, record)
    if shorter is not None:
        if not set(record.words) <= set(entity.words):
            return _NOTHING
        everyday = len("".join(record.base)) > _SHORT and shorter <= TRADE | PLACES
        return Likeness("is the everyday form of", 0.92) if everyday else Likeness("is part of", 0.79)
    if longer is not None:
        return Likeness("contains", 0.84) if longer <= TRADE | PLACES else Likeness("contains, among others,", 0.6)
    long = min(len(record.key), len(entity.key)) >= _LONG and record.marks == entity.marks
    if long and Indel.normalized_similarity(record.key, entity.key, score_cutoff=_TYPING):
        return Likeness("is written like", 0.86)
    return _NOTHING


def _parts(text: str, known: set[str], label: bool) -> Iterator[tuple[str, bool]]:
    """(name, whether it stands for the whole) of a text with or without a bracket at its end."""
    match = _BRACKET.match(text)
    if match is None:
        yield text, True
        return
    rest, inside = match["rest"], match["inside"].strip()
    other = _OTHER_NAME.sub("", inside)
    if other != inside or _abbreviates(inside, rest):
        yield rest, True
        yield other, False
    elif search_key(rest) in known:
        yield rest, True
        yield text, False
    else:
        yield text, True
        if label and not set(search_key(inside).split()) <= PLACES:
            yield rest, False


def _abbreviates(inside: str, rest: str) -> bool:
    """Whether a bracket holds an abbreviation of what precedes it: its letters, in order, from the first on."""
    short, whole = search_key(inside), search_key(rest).replace(" ", "")
    if not short or " " in short or len(short) > _ABBREVIATION or short in PLACES or short[0] != whole[:1]:
        return False
    letters = iter(whole)
    return all(letter in letters for letter in short)


def _name(text: str, main: bool) -> Name:
    full = search_key(text.replace("&", " and "))
    words = tuple(w for w in search_key(without_legal_form(text).replace("&", " and ")).split() if w != "the")
    base = tuple(word for word in words if word not in FORMAL) or words
    marks = frozenset(w for w in words if w in PLACES or any(c.isdigit() for c in w))
    return Name(text, main, full, words, "".join(words), base, marks, not set(base) <= TRADE | PLACES)


def _rest(name: Name, other: Name) -> frozenset[str] | None:
    """The words of `other` beyond `name` where it contains them one after the other, None where it does not or `name` says nothing."""
    part, whole = name.base, other.base
    if len(part) >= len(whole) or not name.telling or part[0] not in whole:
        return None
    for start in range(len(whole) - len(part) + 1):
        if whole[start : start + len(part)] == part:
            before, after = whole[:start], whole[start + len(part) :]
            if before and not set(before) <= PLACES:
                return frozenset({*before, *after, "?"})
            return frozenset((*before, *after))
    return None
