"""Compare: figures of several things side by side, with the claims that give other numbers.

Owns the choice of figures and the computed ones (a figure divided by another, as the ontology's `normalisedBy` declares).
Nothing is averaged or settled: where sources disagree, all stand.
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.analysis.claims import claim_info, claims_about
from kg.analysis.desk import Desk
from kg.answers.shapes import ClaimInfo, CompareAnswer, Fact, Figure, FigureValue, Value
from kg.answers.values import StatementInfo
from kg.errors import BadArgument
from kg.facts.mistakes import nearest
from kg.schema import Property

__all__ = ["compare"]


def compare(desk: Desk, ids: Sequence[str], metrics: Sequence[str] = ()) -> CompareAnswer:
    """Figures of entities side by side.

    Parameters
    ----------
    ids : IRIs of two or more entities.
    metrics : names of figure properties; all that any of the entities has, where empty.

    Raises
    ------
    BadArgument
        Fewer than two entities, or a metric that is no figure.
    """
    ids = tuple(dict.fromkeys(ids))
    if len(ids) < 2:
        raise BadArgument("ids: a comparison needs two different entities", detail={"argument": "ids"})
    known = {
        p.name: p
        for p in desk.snapshot.schema.properties.values()
        if p.range in ("decimal", "integer") and p.domains and not p.qualifies
    }
    for name in metrics:
        if name not in known:
            near = nearest(name, known)
            raise BadArgument(
                f"metrics: no figure {name[:60]!r}" + (f"; nearest: {', '.join(near)}" if near else ""),
                detail={"argument": "metrics", "value": name[:60], "nearest": list(near)},
            )
    claims = {iri: tuple(claim_info(desk, c) for c in claims_about(desk, iri)) for iri in ids}
    shown = [known[m] for m in metrics] or [p for _, p in sorted(known.items()) if _has(desk, ids, claims, p)]
    figures: list[Figure] = []
    for prop in shown:
        figures.append(_figure(desk, ids, claims, prop))
        figures += [
            f for divisor in prop.normalised_by if (f := _quotient(desk, ids, prop, known[divisor])) is not None
        ]
    between = {
        c.id: c
        for iri in ids
        for c in claims[iri]
        if c.about and c.compared_with and {c.about.iri, c.compared_with.iri} <= set(ids)
    }
    return CompareAnswer(tuple(desk.ref(i) for i in ids), tuple(figures), tuple(c for _, c in sorted(between.items())))


def _has(desk: Desk, ids: Sequence[str], claims: dict[str, tuple[ClaimInfo, ...]], prop: Property) -> bool:
    return any(desk.snapshot.plain(i, prop.name) or any(c.metric_property == prop.name for c in claims[i]) for i in ids)


def _figure(desk: Desk, ids: Sequence[str], claims: dict[str, tuple[ClaimInfo, ...]], prop: Property) -> Figure:
    entities = tuple(
        FigureValue(
            desk.ref(i),
            desk.facts(desk.snapshot.plain(i, prop.name)),
            tuple(c for c in claims[i] if c.metric_property == prop.name and c.about and c.about.iri == i),
        )
        for i in ids
    )
    numbers = [e.values[0].value.number if len(e.values) == 1 else None for e in entities]
    return Figure(prop.name, prop.label, prop.unit, False, _ratio(numbers), entities)


def _ratio(numbers: Sequence[float | None]) -> float | None:
    first, second = numbers[0], numbers[1]
    return round(first / second, 6) if first is not None and second else None


def _quotient(desk: Desk, ids: Sequence[str], prop: Property, divisor: Property) -> Figure | None:
    """A computed figure: one value over another, for each entity that has exactly one of both; None where none has."""
    name, label = f"{prop.name}/{divisor.name}", f"{prop.label} by {divisor.label}"
    unit = f"{prop.unit}/{divisor.unit}" if divisor.unit not in ("", "1") else f"{prop.unit} each"
    entities, numbers = [], []
    for iri in ids:
        above, below = (
            desk.facts(desk.snapshot.plain(iri, prop.name)),
            desk.facts(desk.snapshot.plain(iri, divisor.name)),
        )
        facts: tuple[Fact, ...] = ()
        number = None
        if len(above) == 1 and len(below) == 1 and above[0].value.number is not None and below[0].value.number:
            number = above[0].value.number / below[0].value.number
            shown = round(number, 6)
            inputs: tuple[StatementInfo, ...] = above[0].statements + below[0].statements
            facts = (Fact(name, label, Value(f"{shown:.10g}", shown, unit, None), inputs),)
        entities.append(FigureValue(desk.ref(iri), facts, ()))
        numbers.append(number)
    if all(n is None for n in numbers):
        return None
    return Figure(name, label, unit, True, _ratio(numbers), tuple(entities))
