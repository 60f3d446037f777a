"""Licensing: which requirements and exceptions apply to one item, destination and end user, and the interval that follows.

Owns the joining of the tables of `kg.policy.licence_rules` with what the graph holds, for the two readings (enforced and codified). Every
unknown widens the interval: a requirement that may apply raises what is possible and never what is certain, so that one more list entry
can only tighten an answer. Must not know how an answer is worded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from kg.facts.dates import in_words, latest
from kg.facts.model import Statement
from kg.policy.buyers import Entry, Owned, entries_of, listed_owners, seat_of
from kg.policy.judging import NOT_LAUNCHED
from kg.policy.licence_exceptions import EXCEPTIONS, ExceptionRule
from kg.policy.licence_items import ONLY, Item, item_of
from kg.policy.licence_rules import FIRST_DAY, RULES, LicenceRule, Review
from kg.policy.places import Force, Place, Reached, force_of, place_of, reaches
from kg.policy.rules_in_force import policy_iri
from kg.policy.truth import Interval, Truth, all_of, any_of, negated
from kg.store.snapshot import Snapshot

__all__ = ["AFFILIATES", "VIEWS", "Case", "Excepted", "Required", "case_of", "newest_source"]

VIEWS = ("enforced", "codified")
"""The two readings: over enforced rules, and over codified ones."""

AFFILIATES = "us-2025-09-aff"
"""The policy that counts what listed parties own by half or more."""


@dataclass(frozen=True, slots=True)
class Excepted:
    """An exception to a requirement: whether it can be used (in each view), on which statements."""

    rule: ExceptionRule
    force: Force
    truth: dict[tuple[str, str], Truth]
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Required:
    """A requirement: whether its facts hold for an outcome, its policy's state, and whether another rule has taken its place in a view."""

    key: str
    label: str
    citation: str
    policy: str
    facts: dict[str, Truth]
    force: Force
    gone: dict[str, Truth]
    exceptions: tuple[Excepted, ...]
    reviews: tuple[Review, ...]
    reached: Reached
    rule: LicenceRule | None = None
    review: str = ""

    def applies(self, view: str, outcome: str) -> Truth:
        """Whether it applies in a view, for an outcome of classification."""
        return all_of((self.facts[outcome], self.force.of(view), negated(self.gone[view])))

    def force_truths(self) -> tuple[Truth, ...]:
        """Its policy's state, in both views."""
        return tuple(self.force.of(view) for view in VIEWS)

    def over(self, view: str) -> Truth:
        """Whether it applies in a view, over all outcomes that remain."""
        found = {self.applies(view, o) for o in self.facts}
        return found.pop() if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Case:
    """One item, destination and end user with all that was found."""

    item: Item
    place: Place
    buyer: str | None
    entries: tuple[Entry, ...]
    owned: Owned | None
    seat: Reached
    barred: dict[str, Truth]
    required: tuple[Required, ...]
    beyond: tuple[str, ...]
    known: dict[str, Interval]

    def interval(self, view: str) -> Interval:
        """The levels that remain possible in a view."""
        if view not in self.known:
            self.known[view] = self._interval(view)
        return self.known[view]

    def _interval(self, view: str) -> Interval:
        if self.beyond:
            return Interval(0, 2)
        cases = [
            reduce(Interval.joined, (self._of(r, view, o) for r in self.required), Interval())
            for o in self.item.outcomes
        ]
        return reduce(Interval.either, cases)

    def _of(self, required: Required, view: str, outcome: str) -> Interval:
        return Interval.of_requirement(required.applies(view, outcome), self._excepted(required, view, outcome))

    def _excepted(self, required: Required, view: str, outcome: str) -> Truth:
        usable = any_of(e.truth[view, outcome] for e in required.exceptions)
        return all_of((usable, negated(self.barred[view])))

    def excepted(self, required: Required, view: str) -> Truth:
        """Whether an exception can be used against a requirement in a view, over the outcomes for which it may apply."""
        found = {self._excepted(required, view, o) for o in required.facts if required.applies(view, o) is not False}
        return found.pop() if len(found) == 1 else None

    def usable(self, view: str) -> tuple[Excepted, ...]:
        """Exceptions that can be used, or may be, against a requirement that applies or may apply."""
        found: dict[str, Excepted] = {}
        for required in self.required:
            for each in required.exceptions:
                if self.barred[view] is not True and any(
                    required.applies(view, o) is not False and each.truth[view, o] is not False
                    for o in self.item.outcomes
                ):
                    found.setdefault(each.rule.key, each)
        return tuple(found.values())


def newest_source(snapshot: Snapshot) -> str:
    """The EDTF date of the newest source known on the snapshot's day of knowledge; blank where none is dated."""
    known_on = snapshot.key.known_on

    def read() -> str:
        dated = [(day, s.published) for s in snapshot.dataset.facts.sources.values() if (day := latest(s.published))]
        return max((d for d in dated if d[0] <= known_on), default=(dt.date.min, ""))[1]

    return snapshot.shared_on_day("newest source", read)


def case_of(snapshot: Snapshot, item: str, destination: str, buyer: str | None) -> Case:
    """Everything that bears on one question."""
    thing, place = item_of(snapshot, item), _place(snapshot, destination)
    entries, owned, seat = _party(snapshot, buyer)
    found = [_required(snapshot, rule, thing, place, seat, buyer) for rule in RULES]
    found += [
        _by_entry(e, thing, place) for e in entries if e.rule is not None and e.rule.effect in ("requires", "perhaps")
    ]
    rules = [r for r in found if r is not None]
    if thing.judged is None and not place.home:
        rules.append(_unclassified(thing))
    if owned is not None and owned.truth is not False:
        rules.append(_by_owners(snapshot, owned, thing, place))
    listed = any(e.rule is not None and e.rule.effect in ("requires", "bars") for e in entries)
    through = owned.truth if owned is not None else False
    affiliates = force_of(snapshot, AFFILIATES)
    barred = {view: any_of((listed, all_of((through, affiliates.of(view))))) for view in VIEWS}
    return Case(thing, place, buyer, entries, owned, seat, barred, tuple(rules), _beyond(snapshot, thing), {})


def _beyond(snapshot: Snapshot, item: Item) -> tuple[str, ...]:
    """Why the question lies outside what is on record."""
    day, known_on = snapshot.key.as_of, snapshot.key.known_on
    found = []
    if not any(policy_iri(r.policy) in snapshot.index.by_iri for r in RULES):
        found.append("the rules: this release holds none of them")
    if day < FIRST_DAY:
        found.append(f"rules before {FIRST_DAY}: none is on record")
    if day > known_on:
        found.append(f"what happened after {known_on}, the day of knowledge")
    if item.judged is not None and item.judged.outcome == NOT_LAUNCHED:
        found.append(f"the item: it did not exist on {day} (launched {in_words(item.judged.launch)})")
    return tuple(found)


def _place(snapshot: Snapshot, destination: str) -> Place:
    return snapshot.shared_on_day(f"place {destination}", lambda: place_of(snapshot, destination))


def _party(snapshot: Snapshot, buyer: str | None) -> tuple[tuple[Entry, ...], Owned | None, Reached]:
    if buyer is None:
        return (), None, Reached(False)

    def read() -> tuple[tuple[Entry, ...], Owned | None, Reached]:
        rule = next(r for r in RULES if r.test == "headquarters")
        return entries_of(snapshot, buyer), listed_owners(snapshot, buyer), seat_of(snapshot, buyer, rule.seat)

    return snapshot.shared_on_day(f"party {buyer}", read)


def _reach(snapshot: Snapshot, place: Place, rule: LicenceRule | ExceptionRule) -> Reached:
    key = f"{type(rule).__name__} {rule.key} reaches {place.country}"
    return snapshot.shared_on_day(key, lambda: reaches(snapshot, place, rule.where, rule.policy))


def _required(
    snapshot: Snapshot, rule: LicenceRule, item: Item, place: Place, seat: Reached, buyer: str | None
) -> Required | None:
    """A rule as a requirement; None where nothing it asks for is there, whatever is unknown."""
    reached = _reach(snapshot, place, rule)
    truth = reached.truth
    facts: dict[str, Truth] = {}
    for outcome in item.outcomes:
        about: Truth = outcome in rule.paragraphs
        if rule.test == "headquarters":
            about = all_of((about, seat.truth))
        elif rule.test in ("named", "arrangement"):
            about = rule.policy in item.named_by
        elif rule.test == "letter":
            about = True if rule.policy in item.named_by else item.lines.get(rule.line, False)
        elif rule.test == "item":
            about = snapshot.entity(item.iri).slug in rule.items
        elif rule.test == "part 746":
            about = None
        facts[outcome] = all_of((about, truth))
    if not any(f is not False for f in facts.values()):
        return None
    if rule.test == "headquarters" and buyer is not None:
        reached = Reached(all_of((truth, seat.truth)), seat.statements, seat.missing)
    if rule.test == "part 746" and truth:
        reached = Reached(None, (), ("which items the embargo or sanctions of the destination cover",))
    gone = {view: force_of(snapshot, rule.replaced_by).of(view) if rule.replaced_by else False for view in VIEWS}
    return Required(
        rule.key,
        rule.label,
        rule.citation,
        rule.policy,
        facts,
        force_of(snapshot, rule.policy, rule.test),
        gone,
        tuple(_excepted(snapshot, e, item, place, seat) for e in EXCEPTIONS if rule.key in e.against),
        rule.reviews,
        reached,
        rule,
    )


def _excepted(snapshot: Snapshot, rule: ExceptionRule, item: Item, place: Place, seat: Reached) -> Excepted:
    reached = _reach(snapshot, place, rule)
    where = any_of((reached.truth, rule.seated and all_of((seat.truth, not place.home))))
    force = force_of(snapshot, rule.policy)
    truth: dict[tuple[str, str], Truth] = {}
    for view in VIEWS:
        gone = force_of(snapshot, rule.replaced_by).of(view) if rule.replaced_by else False
        for outcome in item.outcomes:
            market = negated(item.data_centre) if outcome in rule.market else True
            line = item.lines.get(rule.line, False) if rule.line else True
            truth[view, outcome] = all_of(
                (outcome in rule.paragraphs, market, line, where, force.of(view), negated(gone))
            )
    return Excepted(rule, force, truth, reached.statements)


def _same(item: Item, truth: Truth) -> dict[str, Truth]:
    return dict.fromkeys(item.outcomes, truth)


_NOT_GONE: dict[str, Truth] = {"enforced": False, "codified": False}


def _by_entry(entry: Entry, item: Item, place: Place) -> Required:
    """The requirement that a list entry makes; a licence exception is no way round it."""
    assert entry.rule is not None
    truth: Truth = False if place.home else entry.covers if entry.rule.effect == "requires" else None
    missing = ("which items the entry covers",) if truth is None else ()
    return Required(
        f"entry {entry.statement.iri}",
        f"entry of {entry.rule.party_list}" + (f" ({entry.citation})" if entry.citation else ""),
        entry.rule.citation,
        "",
        _same(item, truth),
        Force(True, True),
        _NOT_GONE,
        (),
        (),
        Reached(truth, (entry.statement,), missing),
        review=entry.review,
    )


def _unclassified(item: Item) -> Required:
    """What the control list may ask for an item that is not classified here."""
    missing = (f"the classification of this item: {ONLY}",)
    return Required(
        "unclassified",
        "the entry of the control list that covers the item",
        "15 CFR part 774, supplement 1",
        "",
        _same(item, None),
        Force(True, True),
        _NOT_GONE,
        (),
        (),
        Reached(None, (), missing),
    )


def _by_owners(snapshot: Snapshot, owned: Owned, item: Item, place: Place) -> Required:
    """The requirement that listed owners bring with them."""
    covers = any_of(e.covers if e.rule and e.rule.effect == "requires" else None for e in owned.entries)
    truth: Truth = False if place.home else all_of((owned.truth, covers))
    missing = []
    if owned.truth is None:
        missing.append("the shares of listed owners")
    if covers is None:
        missing.append("which items the owners' entries cover")
    return Required(
        "affiliates",
        "owned by half or more by listed parties",
        "90 FR 47201; 15 CFR 744.11(a)(1)",
        AFFILIATES,
        _same(item, truth),
        force_of(snapshot, AFFILIATES),
        _NOT_GONE,
        (),
        (),
        Reached(truth, owned.statements, tuple(missing) if truth is None else ()),
        review="; ".join(_unique(e.review for e in owned.entries if e.review)),
    )


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
