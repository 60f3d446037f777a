"""Concentration: closed forms, markets judged by brute force, and cases with their answers written out."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.analysis.concentration import figures
from kg.facts.reader import read_facts
from kg.operations import Answered
from kg.schema import Schema
from kg.store.dataset import Dataset
from kg.store.release import Release
from tests.helpers import FactsFolder, ask, dataset_of, iri_of

Opened = Callable[[FactsFolder], Dataset]
TODAY = {"asOf": "2026-11-24", "knownOn": "2026-11-24"}

# ---- figures ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 7, 10, 100])
def test_equal_shares(n: int) -> None:
    found = figures([100 / n] * n)
    assert found.hhi == pytest.approx(10_000 / n, abs=1e-4)
    assert found.hhi_at_most == pytest.approx(10_000 / n, abs=1e-4)
    assert found.cr1 == pytest.approx(100 / n)
    assert found.cr4 == pytest.approx(100 * min(4, n) / n, abs=1e-4)
    assert found.actors_to_75 == -(-3 * n // 4)
    assert found.share_sum == pytest.approx(100)


def test_what_is_not_known_bounds_the_index() -> None:
    """Half of a market known, in two parts: the rest is nobody's, or one further actor's."""
    found = figures([30, 20])
    assert (found.hhi, found.hhi_at_most, found.cr4, found.share_sum) == (1300, 1300 + 50 * 50, 50, 50)
    assert found.actors_to_75 is None
    assert figures([0]) == figures([0.0])
    assert (figures([0]).hhi, figures([0]).hhi_at_most, figures([0]).actors_to_75) == (0, 10_000, None)
    assert figures([60, 50]).hhi_at_most == figures([60, 50]).hhi == 6100


@settings(max_examples=200)
@given(shares=st.lists(st.integers(0, 1000).map(lambda n: n / 10), min_size=1, max_size=12))
def test_figures_against_fractions(shares: list[float]) -> None:
    exact = sorted((Fraction(round(s * 10), 10) for s in shares), reverse=True)
    found = figures(shares)
    assert found.hhi == pytest.approx(float(sum(s**2 for s in exact)), abs=1e-4)
    assert found.share_sum == pytest.approx(float(sum(exact)), abs=1e-4)
    assert found.cr1 == float(exact[0])
    assert found.cr4 == pytest.approx(float(sum(exact[:4])), abs=1e-4)
    enough = [n for n in range(1, len(exact) + 1) if sum(exact[:n]) >= 75]
    assert found.actors_to_75 == (enough[0] if enough else None)
    missing = max(Fraction(0), 100 - sum(exact))
    assert found.hhi_at_most == pytest.approx(float(sum(s**2 for s in exact) + missing**2), abs=1e-4)


# ---- markets: by brute force ------------------------------------------------------------------------------------------------

FIRMS = ("acme", "bolt", "cask", "dune")
GROUP = "various"
STARTS = {"": 0, "2023": 20230101, "2024": 20240101, "2024-35": 20240701}
"""First day of a period as a number; none began after the day asked."""


@dataclass(frozen=True)
class Row:
    n: int
    firm: str
    share: str
    period: str
    basis: str
    cites: str
    verified: bool

    @property
    def year(self) -> str:
        return self.period[:4]

    @property
    def key(self) -> tuple[str, ...]:
        return self.firm, self.period, self.basis, self.cites


@st.composite
def markets(draw: st.DrawFn) -> list[Row]:
    pick = lambda values: draw(st.sampled_from(values))  # noqa: E731 (a shorthand)
    rows: dict[tuple[str, ...], Row] = {}
    for n in range(draw(st.integers(1, 9))):
        verified = pick((True, True, False))
        cites = pick(("old", "new") if verified else ("paper A", "paper B"))
        share = pick(("", "0", "5", "12.5", "20"))
        row = Row(n, pick((*FIRMS, GROUP)), share, pick(tuple(STARTS)), pick(("", "sales", "units")), cites, verified)
        rows.setdefault(row.key, row)
    return list(rows.values())


def counted(rows: list[Row]) -> list[Row]:
    """Rows whose share counts: of the newest year of their source and basis, or of no period."""
    newest: dict[tuple[str, str], str] = {}
    for row in rows:
        key = row.cites, row.basis
        newest[key] = max(newest.get(key, ""), row.year)
    return [r for r in rows if r.share and (not r.period or r.year == newest[r.cites, r.basis])]


def views_of(rows: list[Row], iris: dict[int, str]) -> list[dict[str, Any]]:
    """The views of a market by company, the first that counts, as the rules say: what one source gives of one year, by basis and
    period where it gives one firm several."""

    def order(found: list[Row]) -> tuple[Any, ...]:
        newest = max(STARTS[r.period] for r in found)
        return -newest, not all(r.verified for r in found), min(iris[r.n] for r in found)

    parts = []
    for cites, year in {(r.cites, r.year) for r in rows}:
        same = [r for r in rows if (r.cites, r.year) == (cites, year) and r.firm != GROUP]
        twice = any(a.firm == b.firm and a is not b for a in same for b in same)
        if same and not twice:
            parts.append(same)
        elif twice:
            parts += [[r for r in same if (r.basis, r.period) == each] for each in {(r.basis, r.period) for r in same}]
    found: list[dict[str, Any]] = []
    for part in sorted(parts, key=order):
        shares = {r.firm: float(r.share) for r in part}
        assert len(shares) == len(part)
        found.append({"shares": shares, "of": (part[0].cites, part[0].year), "bases": {r.basis for r in part} - {""}})
    return found


def beside(views: list[dict[str, Any]], rows: list[Row]) -> list[set[int]]:
    """Rows of the pseudo-provider beside each view, and at the end those beside none."""
    found: list[set[int]] = [set() for _ in range(len(views) + 1)]
    for row in rows:
        if row.firm == GROUP:
            near = [n for n, v in enumerate(views) if v["of"] == (row.cites, row.year)]
            named = [n for n in near if row.basis in views[n]["bases"]]
            found[(named or near or [-1])[0]].add(row.n)
    return found


@settings(max_examples=150)
@given(rows=markets(), homes=st.lists(st.sampled_from(("NLD", "CHN", "")), min_size=4, max_size=4))
def test_markets(rows: list[Row], homes: list[str], schema: Schema, tiny_release: Release, tmp_path: Path) -> None:
    small = FactsFolder(Path(tempfile.mkdtemp(dir=tmp_path)))
    small.entities("Component", "part")
    small.entities("Company", *FIRMS)
    small.entities("OrganisationGroup", GROUP)
    small.entities("Country", "NLD", "CHN")
    for source in ("old", "new"):
        small.source(source, published="2025")
    seat = dict(zip(FIRMS, homes, strict=True))
    for firm, country in seat.items():
        if country:
            small.plain(firm, "headquarteredIn", country)
    origin = {}
    for row in rows:
        tail = {"source": row.cites} if row.verified else {"status": "unverified", "to_check_in": row.cites}
        cells = {"share": row.share, "period": row.period, "share_basis": row.basis}
        origin[row.n] = small.relation("Provision", item="part", provider=row.firm, **cells, **tail)
    facts = read_facts(small.write(), schema)
    iris = {n: iri_of(facts, o) for n, o in origin.items()}
    dataset = dataset_of(schema, facts, tiny_release)

    known = counted(rows)
    views = views_of(known, iris)
    groups = beside(views, known)
    answered = ask(dataset, "concentration", item="part", **TODAY)
    check(answered, [v["shares"] for v in views])
    answer = answered.answer
    apart = groups[-1] | (groups[0] if views else set())
    assert {s.iri for x in answer.apart for s in x.statements} <= {iris[n] for n in apart}
    assert bool(answer.apart) == bool(apart)
    assert all(x.actor.id == GROUP for x in answer.apart)
    shown = set(views[0]["shares"]) if views else set()
    assert {r.id for r in answer.without_share} == {r.firm for r in rows} - shown - {GROUP}

    rolled: list[dict[str, float]] = []
    for view in views:
        sums: dict[str, float] = defaultdict(float)
        for firm, share in view["shares"].items():
            if seat[firm]:
                sums[seat[firm]] += share
        if sums:
            rolled.append(dict(sums))
    by_country = ask(dataset, "concentration", item="part", by="country", **TODAY)
    check(by_country, rolled)
    assert by_country.answer.kind == ("headquarters" if rolled else "")


def check(answered: Answered, views: list[dict[str, float]]) -> None:
    """The first view and its figures, and the others in their order."""
    answer = answered.answer
    got = [answer, *answer.others] if answer.verdict == "documented" else list(answer.others)
    assert [{s.actor.id: s.share for s in v.shares} for v in got] == views
    for found, shares in zip(got, views, strict=True):
        exact = sorted((Fraction(s) for s in shares.values()), reverse=True)
        assert found.hhi == pytest.approx(float(sum(s**2 for s in exact)), abs=1e-3)
        assert (found.cr1, found.share_sum) == (float(exact[0]), float(sum(exact)))
        assert found.cr4 == float(sum(exact[:4]))
        order = [(-s.share, s.actor.iri) for s in found.shares]
        assert order == sorted(order)
        assert all(s.statements for s in found.shares)
    if not views:
        assert (answer.verdict, answer.hhi, answer.actors_to_75, answer.share_sum) == ("undocumented", None, None, None)
        assert any("Undocumented" in n for n in answered.meta.notices)
    assert [c.node.id for c in answered.meta.coverage] == ["part"]
    assert not answered.meta.truncated
