"""Concentration of markets, by hand: small folders of facts with their answers written out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kg.errors import BadArgument, KGError, UnknownId, WrongClass
from kg.store.dataset import Dataset
from tests.helpers import FactsFolder, ask

Opened = Callable[[FactsFolder], Dataset]
TODAY = {"asOf": "2026-11-24", "knownOn": "2026-11-24"}

GROUP = "various"


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
