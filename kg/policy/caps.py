"""Caps: how many of a chip fit under an allowance of total processing performance.

Owns the division, rounded down: a part of a chip is none. The allowances on record that name the same number are cited.
"""

from __future__ import annotations

import re
from fractions import Fraction

from kg.analysis.claims import claim_info, claims_about
from kg.analysis.desk import Desk
from kg.answers.classification import CapAnswer, OtherValue
from kg.facts.model import Statement
from kg.policy.chip_figures import figures_of
from kg.policy.figure_infos import number, plain, told_by
from kg.policy.ladder import NO_ADVICE
from kg.policy.verdicts import TPP
from kg.terms import Literal

__all__ = ["cap"]


def cap(desk: Desk, chip: str, limit: float) -> CapAnswer:
    """How many of a chip fit under a limit of total processing performance.

    Parameters
    ----------
    limit : the allowance, in TPP.
    """
    desk.notice(NO_ADVICE)
    snapshot, allowance = desk.snapshot, Fraction(str(limit))
    figure = figures_of(snapshot, chip)[TPP]
    value = figure.value
    fit = None if not value else int(allowance // value)
    if fit is None:
        desk.notice(f"The TPP of {desk.ref(chip).label} is not on record: no dense throughput of it is known.")
    others = [
        OtherValue(float(v), plain(v), _times(allowance, v), None, "", desk.infos(figure.others))
        for v in figure.values[1:]
    ]
    for iri in claims_about(desk, chip):
        claim = claim_info(desk, iri)
        told = told_by(claim, chip, TPP)
        if told and told not in figure.values:
            ref = desk.ref(iri)
            others.append(
                OtherValue(
                    float(told), claim.value_text, _times(allowance, told), ref, claim.claimed_by_text, claim.statements
                )
            )
    return CapAnswer(
        chip=desk.ref(chip),
        limit=limit,
        unit="TPP",
        fit=fit,
        left=None if fit is None or value is None else number(allowance - fit * value),
        tpp=number(value),
        basis=figure.basis,
        text="" if value is None or fit is None else f"{plain(allowance)} / {plain(value)} = {fit:,}, rounded down",
        others=tuple(others),
        caps=desk.infos(_caps(desk, allowance)),
        statements=desk.infos(figure.rests_on),
    )


def _times(allowance: Fraction, value: Fraction) -> str:
    return f"{int(allowance // value):,}" if value else ""


def _caps(desk: Desk, allowance: Fraction) -> list[Statement]:
    """Statements of tiers' caps that name the allowance in TPP."""
    found = []
    for tier in desk.snapshot.entities("Tier"):
        for statement in desk.snapshot.plain(tier.iri, "tierCap"):
            text = statement.object.lexical if isinstance(statement.object, Literal) else ""
            numbers = (m.group(1).replace(",", "") for m in re.finditer(r"([0-9][0-9,]*) TPP", text))
            if any(Fraction(n) == allowance for n in numbers):
                found.append(statement)
    return found
