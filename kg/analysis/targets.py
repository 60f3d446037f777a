"""Targets: what is aimed at, forecast or laid down about the self-sufficiency of a group.

Owns the selection: which claims and goals speak of the group's self-sufficiency. It never says that one is met or missed.

Rules
-----
1. Claims of kind target or forecast whose metric has the words of `TOPICS`; the stated goals of alliances and the summaries of policies that
   have the word self-sufficiency.
2. A claim or goal speaks of the group when it is about one of its countries or organisations, about an alliance that is asked for, or
   about one a member of which is in the group or has its seat there. A policy does when its issuer's country is in the group.
3. It speaks of the *same measure* only where its metric is the name of the measure (`METRICS`), it is about the group, and it is compared with
   the item.
"""

from __future__ import annotations

from collections.abc import Iterable

from kg.analysis.claims import claim_info
from kg.analysis.desk import Desk
from kg.analysis.home_supply import Circle
from kg.answers.sufficiency import SufficiencyTarget
from kg.facts.model import Statement
from kg.store.materialise import search_key
from kg.terms import Literal

__all__ = ["METRICS", "TOPICS", "targets_beside"]

METRICS = {"count": "self sufficiency by count", "value": "self sufficiency by value"}
"""The names of the measures, as a claim's metric would have to say them."""

_COUNTED = {
    "count": "the share of inputs with a documented maker",
    "value": "the mean documented share of the supply of inputs",
}

TOPICS = (("self", "sufficiency"), ("domestic", "share"), ("home", "market"))
"""Words of a metric that speaks of self-sufficiency; all of one line must occur."""

_KINDS = ("target", "forecast")


def targets_beside(
    desk: Desk, asked: Iterable[str], circle: Circle, item: str, measure: str
) -> tuple[SufficiencyTarget, ...]:
    """The targets, forecasts and goals of a group, by period and IRI.

    Parameters
    ----------
    asked : IRIs of the countries and alliances asked for.
    circle : the group they make.
    item, measure : what was measured, to tell whether a target speaks of the same.
    """
    group = {*asked, *circle.countries, *circle.organisations}
    subjects = group | set(_alliances(desk, circle))
    found = [_claim(desk, iri, group, item, measure) for iri in _claims(desk, subjects)] + [
        _goal(desk, s) for s in _goals(desk, subjects, circle)
    ]
    return tuple(sorted(found, key=lambda t: (t.period or "~", t.about.iri, t.claim.iri if t.claim else "", t.text)))


def _alliances(desk: Desk, circle: Circle) -> Iterable[str]:
    """Alliances a member of which is in the group, or has its seat there."""
    snapshot = desk.snapshot
    for alliance in snapshot.entities("Alliance"):
        for statement in snapshot.relations(alliance.iri, "Membership", "alliance"):
            member = statement.one("member")
            seats = {s.object for s in snapshot.plain(str(member), "headquarteredIn")}
            if member in circle.countries | circle.organisations or seats & circle.countries:
                yield alliance.iri
                break


def _claims(desk: Desk, subjects: set[str]) -> tuple[str, ...]:
    found = set()
    for subject in subjects:
        for statement in desk.snapshot.relations(subject, "Claim", "about"):
            words = set(search_key(statement.text("metric")).split())
            if statement.text("claimKind") in _KINDS and any(words.issuperset(topic) for topic in TOPICS):
                found.add(statement.subject)
    return tuple(sorted(found))


def _claim(desk: Desk, iri: str, group: set[str], item: str, measure: str) -> SufficiencyTarget:
    info = claim_info(desk, iri)
    about = info.about or desk.ref(iri)
    is_group = about.iri in group
    same = is_group and info.metric == METRICS[measure] and info.compared_with == desk.ref(item)
    return SufficiencyTarget(
        kind=info.kind,
        about=about,
        claim=desk.ref(iri),
        said_by=" / ".join(filter(None, (info.claimed_by_text, info.relayed_by))),
        metric=info.metric,
        value=info.value,
        comparator=info.comparator,
        unit=info.unit,
        period=info.period,
        text=info.text,
        same_measure=same,
        difference="" if same else _difference(desk, info.metric, item, measure),
        statements=info.statements,
    )


def _difference(desk: Desk, metric: str, item: str, measure: str) -> str:
    """How what is said differs from what is measured."""
    return (
        f"It speaks of '{metric}' and does not say what is counted; this answer gives {_COUNTED[measure]} "
        f"of {desk.ref(item).label}."
    )


def _goals(desk: Desk, subjects: set[str], circle: Circle) -> tuple[Statement, ...]:
    """Stated goals of alliances and summaries of policies that speak of self-sufficiency."""
    snapshot = desk.snapshot
    found = [s for subject in sorted(subjects) for s in snapshot.plain(subject, "statedGoal")]
    for country in sorted(circle.countries):
        for issued in snapshot.inverse(country, "issuerCountry"):
            found += snapshot.plain(issued.subject, "summary")
    return tuple(s for s in found if isinstance(s.object, Literal) and _is_topic(s.object.lexical))


def _is_topic(text: str) -> bool:
    return set(search_key(text).split()).issuperset(TOPICS[0])


def _goal(desk: Desk, statement: Statement) -> SufficiencyTarget:
    about = desk.ref(statement.subject)
    is_policy = about.class_ == "Policy"
    text = statement.object.lexical if isinstance(statement.object, Literal) else ""
    return SufficiencyTarget(
        kind="policy goal" if is_policy else "stated goal",
        about=about,
        claim=None,
        said_by="",
        metric="",
        value=None,
        comparator="",
        unit="",
        period="",
        text=text,
        same_measure=False,
        difference="It does not say what is counted.",
        statements=desk.infos([statement]),
    )
