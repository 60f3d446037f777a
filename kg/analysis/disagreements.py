"""Disagreements: where sources differ, side by side. Nothing is settled here.

Owns what counts as one: several values of a property that has one at a time (the ontology's `oneAtATime`), a claim that gives a
figure another value than a statement does, shares of one relation and period that differ, and claims that contradict one
another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg.analysis.claims import claim_info, claims_about
from kg.analysis.desk import Desk
from kg.answers.shapes import ClaimInfo, Fact
from kg.answers.trust import Disagreement, DisagreementsAnswer
from kg.facts.model import Statement
from kg.schema import Property
from kg.terms import Literal

__all__ = ["disagreements"]

_TOLERANCE = 1e-9


def disagreements(
    desk: Desk, iri: str | None = None, class_: str | None = None, limit: int = 100
) -> DisagreementsAnswer:
    """Disagreements about one entity, about all of a class, or all.

    Parameters
    ----------
    iri : the entity; `class_` is then not needed.
    class_ : class whose entities are looked at.
    limit : shown at most.
    """
    pool = [iri] if iri else [e.iri for e in desk.snapshot.entities(class_ or "Entity")]
    found = [make for each in pool for make in _of(desk.snapshot.entity(each).class_name, desk, each)]
    shown = tuple(make() for make in found[:limit])
    if len(found) > limit:
        desk.truncated = True
        desk.notice(f"{len(found)} disagreements; the first {limit} are shown.")
    if not found:
        if iri:
            desk.cover(iri)
        desk.notice("No disagreement is on record. Where a single source speaks, none can be.")
    return DisagreementsAnswer(shown, len(found))


def _of(class_name: str, desk: Desk, iri: str) -> Iterable[_Maker]:
    snapshot = desk.snapshot
    claims = claims_about(desk, iri)
    if class_name == "Claim":
        if (
            snapshot.plain(iri, "contradicts")
            or snapshot.plain(iri, "contradictionNote")
            or snapshot.plain(iri, "overtakenBy")
        ):
            yield _Maker(desk, iri, None, (), (iri,), "claim")
        return
    for prop in sorted(snapshot.schema.properties.values(), key=lambda p: p.name):
        if not prop.one_at_a_time:
            continue
        statements = snapshot.plain(iri, prop.name)
        values = {_text(s) for s in statements}
        differing = tuple(c for c in claims if _differs(desk, c, iri, prop, statements))
        if len(values) > 1 or differing:
            yield _Maker(desk, iri, prop, statements, differing, "figure" if prop.unit else "value")
    yield from _shares(desk, iri)


def _text(statement: Statement) -> str:
    return statement.object.lexical if isinstance(statement.object, Literal) else statement.object


def _differs(desk: Desk, claim: str, iri: str, prop: Property, statements: Sequence[Statement]) -> bool:
    """Whether a claim gives the entity's figure another number than every statement, or there is no statement but another
    claim that differs."""
    for said in desk.snapshot.about_node(claim):
        number = said.one("value")
        if said.text("metricProperty") != prop.name or said.one("about") != iri or not isinstance(number, Literal):
            continue
        others = [float(_text(s)) for s in statements]
        others = [v for v in others if abs(v - float(number.lexical)) > _TOLERANCE * max(1.0, abs(v))]
        if others:
            return True
    return False


def _shares(desk: Desk, iri: str) -> Iterable[_Maker]:
    """Shares of one relation in one period and on one basis that differ between sources."""
    for cls in desk.snapshot.schema.of_kind("relation"):
        if "share" not in cls.columns or cls.edge is None:
            continue
        groups: dict[tuple[str, str, str], list[Statement]] = {}
        for statement in desk.snapshot.relations(iri, cls.name, cls.edge.tail):
            if statement.one("share") is not None:
                key = (statement.subject, statement.text("period")[:4], statement.text("stage"))
                groups.setdefault(key, []).append(statement)
        for _, same in sorted(groups.items()):
            if len({s.text("share") for s in same}) > 1:
                yield _Maker(desk, iri, desk.snapshot.schema.properties["share"], tuple(same), (), "share")


class _Maker:
    """Makes the answer of one disagreement when it is to be shown."""

    def __init__(
        self,
        desk: Desk,
        iri: str,
        prop: Property | None,
        statements: Sequence[Statement],
        claims: Sequence[str],
        kind: str,
    ) -> None:
        self.desk, self.iri, self.prop, self.statements, self.claims, self.kind = (
            desk,
            iri,
            prop,
            statements,
            claims,
            kind,
        )

    def __call__(self) -> Disagreement:
        desk, prop = self.desk, self.prop
        shown: tuple[ClaimInfo, ...] = tuple(claim_info(desk, c) for c in self.claims)
        values = self._shares() if self.kind == "share" else desk.facts(self.statements)
        numbers = [f.value.number for f in values] + [c.value for c in shown if prop is not None]
        positive = [n for n in numbers if n is not None and n > 0]
        return Disagreement(
            kind=self.kind,
            entity=desk.ref(self.iri),
            property=prop.name if prop else "",
            label=prop.label if prop else "claim",
            unit=prop.unit if prop else "",
            spread=round(max(positive) / min(positive), 6) if len(positive) > 1 else None,
            values=values,
            claims=shown,
        )

    def _shares(self) -> tuple[Fact, ...]:
        desk, prop = self.desk, self.prop
        assert prop is not None
        found = []
        for statement in sorted(self.statements, key=lambda s: s.iri):
            share = statement.one("share")
            assert share is not None
            rule = desk.snapshot.schema.classes[statement.class_name].edge
            head = statement.text(rule.head) if rule else ""
            basis = "; ".join(t for t in (statement.text("shareBasis"), statement.text("period")) if t)
            label = f"{desk.ref(head).label}: {basis}" if head else basis
            found.append(Fact("share", label, desk.value(share, prop), (desk.info(statement),)))
        return tuple(found)
