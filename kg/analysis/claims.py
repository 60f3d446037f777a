"""Claims: what somebody claims, forecasts or targets, with what contradicts or overtook it.

Owns the layout of a claim as an answer and the selection of claims. A claim is never turned into a plain fact.
"""

from __future__ import annotations

from kg.analysis.desk import Desk
from kg.answers.shapes import ClaimInfo, ClaimsAnswer, Contradiction
from kg.facts.model import Statement
from kg.store.materialise import search_key
from kg.terms import Literal

__all__ = ["claim_info", "claims_about", "select_claims"]

_TEXTS = (
    "metric",
    "metricProperty",
    "valueText",
    "comparator",
    "unit",
    "claimedByText",
    "relayedBy",
    "hedge",
    "confidence",
    "text",
)


def claim_info(desk: Desk, iri: str) -> ClaimInfo:
    """A claim as an answer; several statements of one claim (relays) stand together."""
    statements = desk.snapshot.about_node(iri)
    first = min(statements, key=lambda s: (s.status != "verified", s.iri))
    entity = desk.ref(iri)
    values = {name: first.text(name) for name in _TEXTS}
    number = first.one("value")
    refs = {}
    for name in ("about", "comparedWith", "claimedBy"):
        value = first.one(name)
        refs[name] = desk.ref(value) if isinstance(value, str) else None
    return ClaimInfo(
        iri=iri,
        id=entity.id,
        label=entity.label,
        kind=first.text("claimKind"),
        about=refs["about"],
        metric=values["metric"],
        metric_property=values["metricProperty"],
        value=float(number.lexical) if isinstance(number, Literal) else None,
        value_text=values["valueText"],
        comparator=values["comparator"],
        compared_with=refs["comparedWith"],
        unit=values["unit"],
        period=first.text("claimPeriod"),
        claimed_by=refs["claimedBy"],
        claimed_by_text=values["claimedByText"],
        relayed_by=values["relayedBy"],
        date=first.text("claimDate"),
        hedge=values["hedge"],
        confidence=values["confidence"],
        text=values["text"],
        contradicted_by=_against(desk, iri),
        overtaken_by=_links(desk, desk.snapshot.plain(iri, "overtakenBy"), "overtaken by"),
        statements=desk.infos(statements),
    )


def _against(desk: Desk, iri: str) -> tuple[Contradiction, ...]:
    """Contradictions in both directions, and those only known as text."""
    snapshot = desk.snapshot
    found = list(_links(desk, snapshot.plain(iri, "contradicts"), "contradicts"))
    for statement in sorted(snapshot.inverse(iri, "contradicts"), key=lambda s: s.iri):
        found.append(
            Contradiction("contradicted by", desk.ref(statement.subject), statement.note, desk.infos([statement]))
        )
    found += _links(desk, snapshot.plain(iri, "contradictionNote"), "note")
    return tuple(found)


def _links(desk: Desk, statements: tuple[Statement, ...], kind: str) -> tuple[Contradiction, ...]:
    found = []
    for statement in sorted(statements, key=lambda s: s.iri):
        value = statement.object
        if isinstance(value, Literal):
            found.append(Contradiction(kind, None, value.lexical, desk.infos([statement])))
        else:
            found.append(Contradiction(kind, desk.ref(value), statement.note, desk.infos([statement])))
    return tuple(found)


def claims_about(desk: Desk, iri: str) -> tuple[str, ...]:
    """IRIs of the claims about an entity, or that compare something with it, in order."""
    found = desk.snapshot.relations(iri, "Claim", "about") + desk.snapshot.relations(iri, "Claim", "comparedWith")
    return tuple(sorted({s.subject for s in found}))


def select_claims(
    desk: Desk,
    about: str | None = None,
    metric: str | None = None,
    kind: str | None = None,
    claimed_by: str | None = None,
    text: str | None = None,
    limit: int = 100,
) -> ClaimsAnswer:
    """Claims that fit all that is asked.

    Parameters
    ----------
    about : IRI of what the claim is about or compares with.
    metric, text : words that must all occur in the metric, or anywhere in the claim's words.
    kind : observed, claimed, forecast or target.
    claimed_by : words of the claimant's name.
    """
    pool = claims_about(desk, about) if about else tuple(e.iri for e in desk.snapshot.entities("Claim"))
    kept = [iri for iri in pool if desk.snapshot.about_node(iri) and _fits(desk, iri, metric, kind, claimed_by, text)]
    if len(kept) > limit:
        desk.limited(limit, len(kept))
    if not kept:
        if about:
            desk.cover(about)
        desk.notice("No claim on record fits. That nobody is recorded as claiming it does not mean that nobody does.")
    return ClaimsAnswer(tuple(claim_info(desk, iri) for iri in kept[:limit]), len(kept))


def _fits(desk: Desk, iri: str, metric: str | None, kind: str | None, claimed_by: str | None, text: str | None) -> bool:
    statements = desk.snapshot.about_node(iri)
    if kind and all(s.text("claimKind") != kind for s in statements):
        return False

    def says(words: str | None, names: tuple[str, ...]) -> bool:
        if not words:
            return True
        parts = [desk.snapshot.label(iri)]
        for statement in statements:
            for name in names:
                value = statement.one(name)
                parts.append(desk.ref(value).label if isinstance(value, str) else value.lexical if value else "")
        return set(search_key(words).split()) <= set(search_key(" ".join(parts)).split())

    if metric and not all(
        any(word in (search_key(s.text("metric")) + " " + s.text("metricProperty").lower()) for s in statements)
        for word in search_key(metric).split()
    ):
        return False
    if claimed_by and not says(claimed_by, ("claimedBy", "claimedByText")):
        return False
    return says(
        text,
        ("about", "metric", "valueText", "comparedWith", "claimedBy", "claimedByText", "relayedBy", "hedge", "text"),
    )
