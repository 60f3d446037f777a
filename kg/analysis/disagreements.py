"""Disagreements: where sources differ, side by side. Nothing is settled here.

Owns what counts as one: several values of a property that has one at a time (the ontology's `oneAtATime`), a claim that gives
it another value than every statement does (or, where nothing is stated, than another claim), shares of one relation, period
and basis that differ between sources, or of one relation and year between data sets, and claims of which one contradicts another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

from kg.analysis.claims import claim_info, claims_about
from kg.analysis.desk import Desk
from kg.answers.shapes import ClaimInfo, Fact
from kg.answers.trust import Disagreement, DisagreementsAnswer
from kg.facts.dates import earliest
from kg.facts.model import Statement
from kg.schema import Property
from kg.store.merging import SEED
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
    desk.spend(0 if iri else 50 * sum(1 for _ in desk.snapshot.entities(class_ or "Entity")))
    pool = [] if iri else [e.iri for e in desk.snapshot.entities(class_ or "Entity")]
    if iri:
        found = [*_of(desk, iri), *_contradictions(desk, iri)]
    else:
        found = [make for each in pool for make in (*_own_contradiction(desk, each), *_of(desk, each))]
    shown = tuple(make() for make in found[:limit])
    if len(found) > limit:
        desk.limited(limit, len(found))
    if not found:
        if iri:
            desk.cover(iri)
        desk.notice("No disagreement is on record. Where a single source speaks, none can be.")
    return DisagreementsAnswer(shown, len(found))


def _contradictions(desk: Desk, iri: str) -> Iterable[_Maker]:
    """What contradicts a claim, or is contradicted by it; of an entity, of every claim about it. Each is told once, from the
    claim that contradicts."""
    snapshot = desk.snapshot
    claims = [iri] if snapshot.entity(iri).class_name == "Claim" else claims_about(desk, iri)
    against = [s.subject for claim in claims for s in snapshot.inverse(claim, "contradicts")]
    for claim in sorted({*claims, *against}):
        yield from _own_contradiction(desk, claim)


def _own_contradiction(desk: Desk, iri: str) -> Iterable[_Maker]:
    """The disagreement that a claim itself tells, if it does."""
    snapshot = desk.snapshot
    told = ("contradicts", "contradictionNote", "overtakenBy")
    if snapshot.entity(iri).class_name != "Claim" or not snapshot.about_node(iri):
        return
    if any(snapshot.plain(iri, name) for name in told):
        yield _Maker(desk, iri, None, (), (iri,), "claim")


def _of(desk: Desk, iri: str) -> Iterable[_Maker]:
    """Differing values and shares of an entity."""
    snapshot = desk.snapshot
    if snapshot.entity(iri).class_name == "Claim":
        return
    claims = claims_about(desk, iri)
    for prop in sorted(snapshot.schema.properties.values(), key=lambda p: p.name):
        if not prop.one_at_a_time:
            continue
        statements = snapshot.plain(iri, prop.name)
        stated = {_read(_text(s)) for s in statements}
        claimed = {c: v for c in claims if (v := _claimed(desk, c, iri, prop, stated)) is not None}
        if stated:
            differing = tuple(c for c, v in claimed.items() if not any(_same(v, s) for s in stated))
        else:
            values = list(claimed.values())
            differing = tuple(claimed) if any(not _same(values[0], v) for v in values) else ()
        if len(stated) > 1 or differing:
            yield _Maker(desk, iri, prop, statements, differing, "figure" if prop.unit else "value")
    yield from _shares(desk, iri)


def _text(statement: Statement) -> str:
    return statement.object.lexical if isinstance(statement.object, Literal) else statement.object


def _read(text: str) -> float | str:
    """A value to compare: its number, where it is one."""
    try:
        return float(text)
    except ValueError:
        return text


def _same(a: float | str, b: float | str) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return abs(a - b) <= _TOLERANCE * max(1.0, abs(a))
    return a == b


def _claimed(desk: Desk, claim: str, iri: str, prop: Property, stated: Iterable[float | str]) -> float | str | None:
    """The value a claim gives to a property of the entity; None where it gives none that can be compared with the stated."""
    for said in desk.snapshot.about_node(claim):
        if said.text("metricProperty") != prop.name or said.one("about") != iri:
            continue
        number = said.one("value")
        value = _read(number.lexical) if isinstance(number, Literal) else said.text("valueText")
        if value and all(isinstance(s, float) == isinstance(value, float) for s in stated):
            return value
    return None


def _shares(desk: Desk, iri: str) -> Iterable[_Maker]:
    """Shares of one relation that differ: between sources, in one period and on one basis; between data sets, which each describe the
    basis in words of their own, in one year. Which basis a share has stands beside it."""
    snapshot = desk.snapshot
    for cls in snapshot.schema.of_kind("relation"):
        if "share" not in cls.columns or cls.edge is None:
            continue
        groups: dict[tuple[str, ...], list[Statement]] = {}
        years: dict[tuple[str, ...], list[Statement]] = {}
        for statement in snapshot.relations(iri, cls.name, cls.edge.tail):
            if "share" in snapshot.qualifiers(statement):
                stage, period = statement.text("stage"), statement.text("period")
                groups.setdefault(
                    (statement.subject, stage, period, statement.text("shareBasis").casefold()), []
                ).append(statement)
                start = earliest(period)
                if start is not None:
                    years.setdefault((statement.subject, stage, str(start.year)), []).append(statement)
        found = [(key, same) for key, same in groups.items() if _differ(same, lambda s: s.source or s.to_check_in)]
        told = {s.iri for _, same in found for s in same}
        found += [
            (key, same)
            for key, same in years.items()
            if _differ(same, lambda s: _data_set(desk, s)) and not all(s.iri in told for s in same)
        ]
        for _, same in sorted(found, key=lambda f: f[0]):
            yield _Maker(desk, iri, snapshot.schema.properties["share"], tuple(same), (), "share")


def _differ(statements: Iterable[Statement], teller: Callable[[Statement], str]) -> bool:
    """Whether two tellers give different shares."""
    told = {(teller(s), _read(s.text("share"))) for s in statements}
    return any(a[0] != b[0] and a[1] != b[1] for a, b in combinations(told, 2))


def _data_set(desk: Desk, statement: Statement) -> str:
    """The data set a statement comes from: its batch; all batches that are releases of one series are one."""
    source = desk.snapshot.source(statement)
    return source.series if source and source.supersedes_series and statement.batch != SEED else statement.batch


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
