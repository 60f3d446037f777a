"""Hops as deliveries: which rule blocks a hop of a path on the day, for its buyer.

Owns what a hop delivers (item, exporter, buyer, destination) and how the rules on it join into a status word. The requirements are those of
`kg.policy.licensing`, the policies given in words those of `kg.policy.pointing`. A policy in words never decides: it leaves the status undetermined, and
no word says that a delivery is free. Must not know how paths are found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce

from kg.analysis.desk import Desk
from kg.answers.values import Delivery, HopRule
from kg.network import Edge
from kg.policy.ladder import NO_ADVICE
from kg.policy.licence_items import ONLY
from kg.policy.licence_rules import FIRST_DAY, HOME
from kg.policy.licence_words import finding_of, missing_of, reviewed, word_of
from kg.policy.licensing import VIEWS, Case, Required, case_of
from kg.policy.pointing import Export, Pointed, pointed_at
from kg.policy.rules_in_force import policy_iri
from kg.policy.truth import Interval, Truth, all_of, any_of

__all__ = ["DELIVERIES", "SCOPE", "export_of", "rules_of", "rules_on", "seats_of"]

DELIVERIES = ("CountryShare", "Design", "Fabrication", "Packaging", "Provision", "Supply")
"""Relations by which one side delivers to the other."""

SCOPE = (
    "Rules on hops: the exporter's seat stands for where the item leaves, the buyer's for where it goes; an item from an exporter in the United States "
    "is taken to be subject to the Export Administration Regulations, of any other it is unknown. no_requirement_found means that none of the rules "
    "on record names the hop, not that it is free."
)

_COST = 100
_SUBJECT = "whether the item is subject to the Export Administration Regulations (made there, with their technology, or with their parts)"
_UNCLASSIFIED = "unclassified"
"""The key of the requirement that stands for an unknown entry of the control list."""

_STRUCTURAL = f"the classification of this item: {ONLY}"


def rules_on(
    desk: Desk, edges: Sequence[Edge], above: str | None, buyer: str | None
) -> tuple[Delivery | None, tuple[HopRule, ...]]:
    """What a hop delivers, and the rules that bear on it; (None, none) for a hop that is no delivery.

    Parameters
    ----------
    edges : the edges of the hop, all between the same two nodes.
    above : the nearest organisation on the path at or above the tail, None where there is none.
    buyer : who takes what items need where no organisation stands above them: an organisation, or a country.
    """
    desk.notice(NO_ADVICE)
    desk.notice(SCOPE)
    export = export_of(desk, edges, above or buyer)
    return (None, ()) if export is None else rules_of(desk, export)


def rules_of(desk: Desk, export: Export) -> tuple[Delivery, tuple[HopRule, ...]]:
    """The rules that bear on a delivery, and the status words that follow."""
    desk.spend(_COST)
    rules: list[HopRule] = []
    intervals: dict[str, list[Interval]] = {view: [Interval()] for view in VIEWS}
    missing: list[str] = []
    day, known_on = desk.snapshot.key.as_of, desk.snapshot.key.known_on
    if export.buyer is None:
        missing.append("the buyer: no organisation stands above on the path, and none was named")
    elif not export.destinations:
        missing.append("the seat of the buyer")
    if not export.origins:
        missing.append("the seat of the exporter")
    if day < FIRST_DAY:
        missing.append(f"rules before {FIRST_DAY}: none is on record")
    if day > known_on:
        missing.append(f"what happened after {known_on}, the day of knowledge")
    if missing:
        for view in VIEWS:
            intervals[view].append(Interval(0, 2))
    for item in export.items or (None,):
        for destination in export.destinations:
            _requirements(desk, export, item, destination, rules, intervals, missing)
    computed = {r.policy.iri for r in rules if r.policy is not None}
    for pointed in pointed_at(desk.snapshot, export):
        if pointed.policy in computed:
            continue
        for view in VIEWS:
            intervals[view].append(Interval.of_requirement(_perhaps(pointed.force.of(view)), False))
        rules.append(_pointed(desk, pointed))
        missing += pointed.missing
    joined = {view: reduce(Interval.joined, found) for view, found in intervals.items()}
    undecided = any(i.low != i.high for i in joined.values())
    return (
        Delivery(
            exporter=desk.ref(export.exporter),
            buyer=desk.ref(export.buyer) if export.buyer else None,
            items=tuple(desk.ref(i) for i in export.items),
            origins=tuple(desk.ref(c) for c in export.origins),
            destinations=tuple(desk.ref(c) for c in export.destinations),
            status=joined["enforced"].word,
            status_as_codified=joined["codified"].word,
            missing=tuple(dict.fromkeys(missing)) if undecided else (),
        ),
        tuple(rules),
    )


def export_of(desk: Desk, edges: Sequence[Edge], buyer: str | None) -> Export | None:
    """The delivery that a hop is; None where it is none (a requirement, a kind, an owner, a seat)."""
    told = [e for e in edges if e.relation in DELIVERIES]
    if not told:
        return None
    tail, head = told[0].tail, told[0].head
    schema = desk.snapshot.schema
    if schema.is_a(desk.snapshot.entity(tail).class_name, "Organisation"):
        buyer = tail
        items = {i for e in told for s in e.statements if isinstance(i := s.one("suppliedItem"), str)}
    else:
        items = {tail}
    return Export(head, buyer, tuple(sorted(items)), seats_of(desk, head), seats_of(desk, buyer) if buyer else ())


def seats_of(desk: Desk, party: str) -> tuple[str, ...]:
    """The countries of a party's seat; a country is its own."""
    if desk.snapshot.entity(party).class_name == "Country":
        return (party,)
    seats = {s.object for s in desk.snapshot.plain(party, "headquarteredIn") if isinstance(s.object, str)}
    return tuple(sorted(seats))


def _requirements(
    desk: Desk,
    export: Export,
    item: str | None,
    destination: str,
    rules: list[HopRule],
    intervals: dict[str, list[Interval]],
    missing: list[str],
) -> None:
    """The modelled requirements on one item and destination: of the regulations of the United States, for their items."""
    snapshot = desk.snapshot
    schema = snapshot.schema
    party = export.buyer
    if party is not None and not schema.is_a(snapshot.entity(party).class_name, "Organisation"):
        party = None
    # where the item is not on record the exporter stands in for it: like any item that is not classified it meets no paragraph, so entries alone count
    case = case_of(snapshot, item or export.exporter, destination, party)
    american = bool(export.origins) and all(snapshot.entity(c).slug == HOME for c in export.origins)
    subject: Truth = True if american else None
    judged = case.item.judged is not None
    for required in case.required:
        if required.key == _UNCLASSIFIED:
            continue  # said below, once, of American items: of others it is one more unknown of no rule in particular
        over = {view: all_of((required.over(view), subject)) for view in VIEWS}
        if all(t is False for t in over.values()):
            continue
        rules.append(_required(desk, case, required, over, item, subject))
        if not judged:
            for view in VIEWS:
                intervals[view].append(Interval.of_requirement(over[view], False))
            if None in over.values():
                missing += [*required.reached.missing, *(() if subject else (_SUBJECT,))]
    if judged:
        for view in VIEWS:
            found = case.interval(view)
            intervals[view].append(found if subject else Interval(0, found.high))
            if found.high and not subject:
                missing.append(_SUBJECT)
        missing += missing_of(case)
    elif american and not case.place.home:
        for view in VIEWS:
            intervals[view].append(Interval(0, 2))
        missing.append(_STRUCTURAL)


def _required(
    desk: Desk, case: Case, required: Required, over: dict[str, Truth], item: str | None, subject: Truth
) -> HopRule:
    found = any_of(over.values())
    lacks = [*required.reached.missing] if required.reached.truth is None else []
    if None in required.force_truths():
        lacks.append(f"whether {required.policy or required.key} was in force on the day")
    if found is None and subject is None:
        lacks.append(_SUBJECT)
    if found is None and not lacks:
        lacks.append("the classification of the item")
    events = desk.snapshot.relations(policy_iri(required.policy), "PolicyEvent", "policy") if required.policy else ()
    says = {True: "applies", None: "may apply", False: "does not apply"}[found]
    different = over["enforced"] is not over["codified"]
    words = f" ({', '.join(f'{v} {word_of(over[v])}' for v in VIEWS)})" if different else ""
    policy = policy_iri(required.policy) if required.policy else None
    return HopRule(
        label=required.label,
        finding=finding_of(found),
        text=f"{required.label}: {says}{words}.",
        names=(),
        policy=desk.ref(policy) if policy and policy in desk.snapshot.index.by_iri else None,
        item=desk.ref(item) if item else None,
        citation=required.citation,
        codified=word_of(required.force.codified) if policy else "",
        enforced=word_of(required.force.enforced) if policy else "",
        review_policy=_review(desk, case, required),
        missing=tuple(dict.fromkeys(lacks)) if found is None else (),
        statements=desk.infos({s.iri: s for s in (*required.reached.statements, *events)}.values()),
    )


def _review(desk: Desk, case: Case, required: Required) -> str:
    """The review policy, after the exceptions that can be used or may be: what they may let through is not under denial."""
    review = required.review or reviewed(desk.snapshot, case, required)
    if case.excepted(required, "enforced") is False:
        return review
    keys = dict.fromkeys(
        e.rule.key
        for e in required.exceptions
        if any(t is not False for (view, _), t in e.truth.items() if view == "enforced")
    )
    return f"{' or '.join(keys)} may be used; otherwise {review or 'not on record'}" if keys else review


def _perhaps(force: Truth) -> Truth:
    """Of a policy in words that is, or may be, in force it is unknown whether it applies."""
    return False if force is False else None


def _pointed(desk: Desk, pointed: Pointed) -> HopRule:
    snapshot = desk.snapshot
    label = snapshot.label(pointed.policy)
    words = f" In its words: {'; '.join(pointed.words)}." if pointed.words else ""
    says = f"names {_listed(pointed.names)}" if pointed.names else "may reach the destination"
    return HopRule(
        label=label,
        finding="pointed at" if pointed.names else "undetermined",
        text=f"{label} {says}.{words} What follows for this delivery was not judged.",
        names=pointed.names,
        policy=desk.ref(pointed.policy),
        item=None,
        citation="; ".join(
            dict.fromkeys(
                s.object.lexical for s in snapshot.plain(pointed.policy, "citation") if not isinstance(s.object, str)
            )
        ),
        codified=word_of(pointed.force.codified),
        enforced=word_of(pointed.force.enforced),
        review_policy="not on record",
        missing=pointed.missing,
        statements=desk.infos(pointed.statements),
    )


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"
