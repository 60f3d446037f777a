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
from kg.policy.judging import NO_RULE, NONE, NOT_LAUNCHED, Judged, completions, judge
from kg.policy.licence_exceptions import EXCEPTIONS, ExceptionRule
from kg.policy.licence_rules import FIRST_DAY, RULES, LicenceRule, Review
from kg.policy.memory import is_classified, is_memory
from kg.policy.places import Force, Place, Reached, force_of, place_of, reaches
from kg.policy.rules_in_force import policy_iri, rules_in_force
from kg.policy.truth import Interval, Truth, all_of, any_of, negated
from kg.policy.verdicts import MEETS, MISSES, SEGMENT, dependent, met, verdict, worlds
from kg.store.snapshot import Snapshot

__all__ = ["AFFILIATES", "ONLY", "VIEWS", "Case", "Excepted", "Item", "Required", "case_of", "item_of", "newest_source"]

VIEWS = ("enforced", "codified")
"""The two readings: over enforced rules, and over codified ones."""

ONLY = "only chips, systems and high-bandwidth memory are classified here"
"""What is said of any other item."""

AFFILIATES = "us-2025-09-aff"
"""The policy that counts what listed parties own by half or more."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item as the rules see it: outcomes of classification that remain, whether it is for data centres, which lines of letters, reviews and exceptions it meets,
    and the figures on which a line of an exception hangs."""

    iri: str
    judged: Judged | None
    outcomes: tuple[str, ...]
    data_centre: Truth
    lines: dict[str, Truth]
    named_by: frozenset[str]
    lacking: tuple[str, ...] = ()


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


def item_of(snapshot: Snapshot, item: str) -> Item:
    """An item as the rules see it on the day."""
    return snapshot.shared_on_day(f"licence item {item}", lambda: _item(snapshot, item))


def _item(snapshot: Snapshot, item: str) -> Item:
    if not is_classified(snapshot, item):
        return Item(item, None, (NONE,), None, {}, _naming(snapshot, (item,)))
    judged = judge(snapshot, item)
    # a letter on a circuit covers the systems that incorporate it (Nvidia, Form 8-K of 2022-08-31)
    named = _naming(snapshot, (item, *(p.chip for p, _ in judged.parts)))
    outcomes = tuple(dict.fromkeys(NONE if o in (NO_RULE, NOT_LAUNCHED) else o for o in judged.possible))
    if is_memory(snapshot, item):
        lines, lacking = _memory_lines(snapshot, judged)
        return Item(item, judged, outcomes or (NONE,), None, lines, named, lacking)
    parts = [j for _, j in judged.parts] or [judged]
    lines = {}
    for rule in rules_in_force(snapshot):
        if rule.line.kind in ("letter", "review"):
            tests = [rule.test]
            if rule.line.requires:
                tests += [r.test for r in rules_in_force(snapshot) if r.line.label == rule.line.requires]
            words = []
            for part in parts:
                known = {name: figure.values for name, figure in part.figures.items()}
                words.append(verdict(all(met(t, w) for t in tests) for w in worlds(tests, known)))
            truths = [{MEETS: True, MISSES: False}.get(w) for w in words]
            met_by_all = all_of(truths) if rule.line.kind == "review" else any_of(truths)
            lines[rule.line.label] = met_by_all if _addressed(snapshot, item, judged, rule.line.of) else False
    segments = [f.value for p in parts if (f := p.figures.get(SEGMENT)) is not None]
    centre: Truth = None
    if segments and None not in segments:
        centre = any(bool(v) for v in segments)
    return Item(item, judged, outcomes or (NONE,), centre, lines, named)


def _naming(snapshot: Snapshot, items: tuple[str, ...]) -> frozenset[str]:
    """Policies of letters and arrangements that name one of some items."""
    return frozenset(
        r.policy
        for r in RULES
        if r.test in ("named", "arrangement", "letter")
        and any(s.object in items for s in snapshot.plain(policy_iri(r.policy), "controlledItem"))
    )


def _memory_lines(snapshot: Snapshot, judged: Judged) -> tuple[dict[str, Truth], tuple[str, ...]]:
    """Whether a memory keeps the limits of exceptions, taken that it meets the paragraph they are for; and the figures on which that hangs."""
    rules = rules_in_force(snapshot)
    lines: dict[str, Truth] = {}
    lacking: list[str] = []
    for rule in rules:
        if rule.line.kind == "exception":
            paragraph = [r for r in rules if r.line.label == rule.line.requires]
            found = [(w, met(rule.test, w)) for w in completions([rule], judged.figures, paragraph)]
            lines[rule.line.label] = {MEETS: True, MISSES: False}.get(verdict(held for _, held in found))
            for figure in dependent(found):
                known = judged.figures[figure].values if figure in judged.figures else ()
                lacking.append(f"{figure} (sources differ)" if known else figure)
    return lines, tuple(dict.fromkeys(lacking))


def _addressed(snapshot: Snapshot, item: str, judged: Judged, designers: tuple[str, ...]) -> bool:
    """Whether an item, or a chip in it, is by one of the designers a letter is addressed to; where none is named, it is to all."""
    found = {
        snapshot.entity(d).slug
        for each in (item, *(p.chip for p, _ in judged.parts))
        for s in snapshot.relations(each, "Design", "item")
        if isinstance(d := s.one("designer"), str)
    }
    return not designers or bool(found & set(designers))


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
