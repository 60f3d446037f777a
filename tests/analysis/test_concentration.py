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
from kg.errors import BadArgument, KGError, UnknownId, WrongClass
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


# ---- markets: by hand -------------------------------------------------------------------------------------------------------


@pytest.fixture
def part(shop: FactsFolder) -> FactsFolder:
    shop.entities("OrganisationGroup", GROUP)
    shop.entities("Company", "cask")
    return shop


def provide(shop: FactsFolder, firm: str, share: str, **more: str) -> str:
    return shop.relation("Provision", **{"item": "part-a", "provider": firm, "share": share, "period": "2024", **more})


def of(dataset: Dataset, item: str = "part-a", **raw: Any) -> Any:
    return ask(dataset, "concentration", item=item, **{**TODAY, **raw}).answer


def test_a_pseudo_provider_is_never_one_firm(part: FactsFolder, opened: Opened) -> None:
    provide(part, "acme", "30")
    provide(part, GROUP, "70")
    answered = ask(opened(part), "concentration", item="part-a", **TODAY)
    answer = answered.answer
    assert (answer.hhi, answer.hhi_at_most, answer.cr1, answer.share_sum) == (900, 5800, 30, 30)
    assert [(s.actor.id, s.share) for s in answer.apart] == [(GROUP, 70)]
    assert any("pseudo-providers" in n for n in answered.meta.notices)


def test_a_pseudo_provider_alone_is_no_concentration(part: FactsFolder, opened: Opened) -> None:
    provide(part, GROUP, "100")
    answer = of(opened(part))
    assert (answer.verdict, answer.hhi, len(answer.apart)) == ("undocumented", None, 1)


def test_countries_of_a_group_stand_beside_the_country_shares(part: FactsFolder, opened: Opened) -> None:
    """The group of countries that a data set writes as a provider is of the view by country, by its basis."""
    provide(part, "acme", "100", share_basis="by company")
    provide(part, GROUP, "40", share_basis="by country")
    part.relation("CountryShare", item="part-a", country="NLD", share="60", period="2024", share_basis="by country")
    dataset = opened(part)
    by_company, by_country = of(dataset), of(dataset, by="country")
    assert (by_company.hhi, by_company.apart) == (10_000, ())
    assert (by_country.kind, by_country.hhi) == ("country shares", 3600)
    assert [(s.actor.id, s.share) for s in by_country.apart] == [(GROUP, 40)]


def test_a_pseudo_provider_stands_beside_the_view_of_its_basis(part: FactsFolder, opened: Opened) -> None:
    """The source gives sales and, of an earlier quarter, units of one firm: two views, and the group's row is of the second."""
    provide(part, "acme", "40", share_basis="sales", period="2024-36")
    provide(part, "acme", "50", share_basis="units", period="2024-33")
    provide(part, GROUP, "30", share_basis="units", period="2024-33")
    answer = of(opened(part))
    assert ([s.share for s in answer.shares], answer.apart) == ([40], ())


def test_country_shares_come_before_what_is_rolled_up(part: FactsFolder, opened: Opened) -> None:
    provide(part, "acme", "55")
    provide(part, "bolt", "45")
    part.plain("acme", "headquarteredIn", "NLD")
    part.relation("CountryShare", item="part-a", country="CHN", share="90", period="2019", source="old")
    answer = of(opened(part), by="country")
    assert (answer.kind, answer.hhi, answer.period) == ("country shares", 8100, "2019")
    (other,) = answer.others
    assert (other.kind, [(s.actor.id, s.share) for s in other.shares]) == ("headquarters", [("NLD", 55)])


def test_firms_without_known_headquarters_stand_apart(part: FactsFolder, opened: Opened) -> None:
    for firm, share in (("acme", "50"), ("bolt", "30"), ("cask", "20")):
        provide(part, firm, share)
    for firm in ("acme", "bolt"):
        part.plain(firm, "headquarteredIn", "NLD")
    answer = of(opened(part), by="country")
    (share,) = answer.shares
    assert (share.actor.id, share.share, [p.id for p in share.providers]) == ("NLD", 80, ["acme", "bolt"])
    assert len(share.statements) == 4
    assert (answer.hhi, answer.actors_to_75) == (6400, 1)
    assert [(s.actor.id, s.share) for s in answer.apart] == [("cask", 20)]


def test_one_of_several_headquarters_counts(part: FactsFolder, opened: Opened) -> None:
    provide(part, "acme", "100")
    part.plain("acme", "headquarteredIn", "CHN", status="unverified")
    part.plain("acme", "headquarteredIn", "NLD")
    answered = ask(opened(part), "concentration", item="part-a", by="country", **TODAY)
    assert [(s.actor.id, s.share) for s in answered.answer.shares] == [("NLD", 100)]
    assert any("acme" in n and "several countries" in n for n in answered.meta.notices)


def test_variants_are_a_second_view(part: FactsFolder, opened: Opened) -> None:
    part.entities("Component", "part-b")
    part.relation("Variant", item="part-a", variant="part-b")
    provide(part, "acme", "60")
    provide(part, "bolt", "100", item="part-b")
    answered = ask(opened(part), "concentration", item="part-a", **TODAY)
    assert (answered.answer.hhi, answered.answer.share_sum) == (3600, 60)
    assert any("part-b" in n and "Only its own rows" in n for n in answered.meta.notices)
    own = ask(opened(part), "concentration", item="part-b", **TODAY)
    assert own.answer.hhi == 10_000
    assert not any("variants" in n for n in own.meta.notices)


def test_sources_are_not_mixed(part: FactsFolder, opened: Opened) -> None:
    """A newer source that knows one firm counts, and what the older knows of the market is said."""
    provide(part, "acme", "60", source="old", period="2023")
    provide(part, "bolt", "40", source="old", period="2023")
    provide(part, "acme", "55", source="new", period="2024")
    answered = ask(opened(part), "concentration", item="part-a", **TODAY)
    answer = answered.answer
    assert ([s.share for s in answer.shares], answer.hhi, answer.period) == ([55], 3025, "2024")
    (other,) = answer.others
    assert ([s.share for s in other.shares], other.hhi) == ([60, 40], 5200)
    assert [r.id for r in answer.without_share] == ["bolt"]
    assert any("100 %, 2023" in n for n in answered.meta.notices)


def test_two_values_of_one_source_are_both_shown(part: FactsFolder, opened: Opened) -> None:
    provide(part, "acme", "40", site_country="NLD")
    provide(part, "acme", "20", site_country="CHN")
    provide(part, "bolt", "30")
    answer = of(opened(part))
    assert [len(v.shares) for v in (answer, *answer.others)] == [2, 1]
    assert sorted(s.share for v in (answer, *answer.others) for s in v.shares) == [20, 30, 40]


def test_what_is_not_in_production_has_no_share(part: FactsFolder, opened: Opened) -> None:
    provide(part, "acme", "60")
    provide(part, "bolt", "40", production_status="not in production")
    answer = of(opened(part))
    assert ([s.actor.id for s in answer.shares], answer.without_share) == (["acme"], ())


def test_dates_and_filters(part: FactsFolder, opened: Opened) -> None:
    provide(part, "acme", "60", source="old", period="2018")
    provide(part, "acme", "90", source="new", period="2024")
    provide(part, "bolt", "10", status="unverified", period="2025")
    dataset = opened(part)
    assert of(dataset, verifiedOnly=True).hhi == 8100
    assert of(dataset).hhi == 100
    assert of(dataset, knownOn="2020-06-01").hhi == 3600
    assert of(dataset, asOf="2020-06-01").hhi == 3600


def test_shares_that_sum_to_too_much(part: FactsFolder, opened: Opened) -> None:
    """Within one basis a sum above 100 is refused when the facts are read; worded differently it is not seen there."""
    provide(part, "acme", "70", share_basis="sales")
    provide(part, "bolt", "70", share_basis="sales, about")
    answered = ask(opened(part), "concentration", item="part-a", **TODAY)
    assert (answered.answer.hhi, answered.answer.hhi_at_most) == (9800, 9800)
    assert any("140 %" in n for n in answered.meta.notices)
    assert any("sales; sales, about" in n for n in answered.meta.notices)


def test_the_table_is_paged(part: FactsFolder, opened: Opened) -> None:
    provide(part, "acme", "80")
    provide(part, "bolt", "20", item="chip-b")
    dataset = opened(part)
    rows: list[Any] = []
    after = None
    while True:
        table = ask(dataset, "concentration", first=2, after=after, **TODAY).answer
        rows += table.rows
        assert table.total == 4
        if (after := table.next) is None:
            break
    assert [r.node.id for r in rows] == ["chip-a", "chip-b", "chip-c", "part-a"]
    for row in rows:
        one = of(dataset, row.node.id)
        assert (row.hhi, row.cr1, row.actors, row.share_sum) == (one.hhi, one.cr1, len(one.shares), one.share_sum)
        assert row.leader == (one.shares[0].actor if one.shares else None)
        assert row.statements == (one.shares[0].statements if one.shares else ())


@pytest.mark.parametrize(
    ("raw", "error", "words"),
    [
        ({"item": "nothing-like-it"}, UnknownId, "nothing-like-it"),
        ({"item": "asml"}, WrongClass, "asml"),
        ({"item": "NLD"}, WrongClass, "NLD"),
        ({"item": "euv-scanner", "by": "continent"}, BadArgument, "company, country"),
        ({"item": ["euv-scanner", "hbm3"]}, BadArgument, "2 times"),
        ({"first": 0}, BadArgument, "out of range"),
    ],
)
def test_bad_input(raw: dict[str, Any], error: type[KGError], words: str, seed: Dataset) -> None:
    with pytest.raises(error, match=words):
        ask(seed, "concentration", **raw)


def test_the_seed(seed: Dataset) -> None:
    """Closed forms on rows of the seed: one maker, and HBM by Counterpoint (62, 21 and 17 %)."""
    assert (of(seed, "euv-scanner").hhi, of(seed, "euv-scanner").cr1) == (10_000, 100)
    hbm = of(seed, "hbm3e")
    assert (hbm.hhi, hbm.cr4, hbm.actors_to_75) == (62**2 + 21**2 + 17**2, 100, 2)
    osat = of(seed, "osat-service")
    assert [len(v.shares) for v in (osat, *osat.others)] == [2, 10]
