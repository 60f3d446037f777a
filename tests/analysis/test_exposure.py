"""Exposure: networks judged by walking every way, and cases with their answers written out."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import BadArgument, KGError, UnknownId, WrongClass
from kg.schema import Schema
from kg.store.dataset import Dataset
from kg.store.release import Release
from tests.analysis.supply_worlds import CLASS_OF, COUNTRIES, FIRMS, ITEMS, ORGANISATIONS, Row, facts_of, ways, worlds
from tests.helpers import FactsFolder, ask, dataset_of

Opened = Callable[[FactsFolder], Dataset]
TODAY = {"asOf": "2026-11-24", "knownOn": "2026-11-24"}

Expected = set[tuple[int, str, tuple[str, ...]]]


def iri(slug: str) -> tuple[str, str]:
    """What orders entities as their IRIs do: the class's segment, then the slug."""
    segment = {"OrganisationGroup": "organisation-group"}.get(CLASS_OF[slug], CLASS_OF[slug].lower())
    return segment, slug


def not_rivals(rows: list[Row], firm: str) -> tuple[set[str], list[Row]]:
    """The firm's own items, and the rows without those that lead from an own item to others that do the same."""
    own = {r.tail for r in rows if r.role and r.head == firm}
    kept = []
    for row in rows:
        mine = {r.role for r in rows if r.tail == row.tail and r.head == firm and r.role}
        names = {role[0] for role in mine if role}
        rival = row.tail in own and (
            row.role in mine
            or (row.relation in ("Variant", "CountryShare") and "Provision" in names)
            or (row.relation == "Design" and names == {"Fabrication"})
        )
        if not rival:
            kept.append(row)
    return own, kept


def expected(rows: list[Row], firm: str, target: str, depth: int) -> Expected:
    """(tier, contact, way) of each route: the least way to each last hop onto a contact, of the least the first read from its end."""
    own, kept = not_rivals(rows, firm)
    starts = {firm, *own}
    every = [w for w in ways(kept, starts, depth) if not starts & set(w[1:])]

    def least(last: str, without: str) -> tuple[str, ...] | None:
        found = [w for w in every if w[-1] == last and without not in w]
        return min(found, key=lambda w: (len(w), [iri(n) for n in w[::-1]]), default=None)

    def onto(contact: str) -> Expected:
        if contact in starts:
            return {(0, contact, (contact,))}
        befores = {r.tail for r in kept if r.head == contact}
        found = [w for b in befores if (w := least(b, contact)) is not None and len(w) <= depth]
        return {(len(w), contact, (*w, contact)) for w in found}

    if target not in COUNTRIES:
        return onto(target)
    routes: Expected = set()
    for contact in {r.tail for r in kept if r.head == target}:
        if contact in ITEMS:
            way = least(contact, "")
            found = {(len(way) - 1, contact, way)} if way is not None else set()
        else:
            found = onto(contact)
        routes |= {(tier, each, (*way, target)) for tier, each, way in found}
    return routes


@settings(max_examples=150)
@given(
    rows=worlds(),
    firm=st.sampled_from(ORGANISATIONS),
    targets=st.lists(st.sampled_from((*FIRMS, *COUNTRIES)), min_size=2, max_size=2, unique=True),
    depth=st.integers(1, 4),
)
def test_routes(
    rows: list[Row],
    firm: str,
    targets: list[str],
    depth: int,
    schema: Schema,
    tiny_release: Release,
    tmp_path: Path,
) -> None:
    dataset = dataset_of(schema, facts_of(rows, schema, Path(tempfile.mkdtemp(dir=tmp_path))), tiny_release)
    for target in targets:
        if target == firm:
            continue
        wanted = expected(rows, firm, target, depth)
        answered = ask(dataset, "exposure", organisation=firm, to=target, maxDepth=depth, **TODAY)
        answer = answered.answer
        got = [(r.tier, r.contact.id, tuple(n.id for n in r.path.nodes)) for r in answer.routes]
        assert set(got) == wanted
        assert len(got) == len(wanted) == answer.total
        order = [(r.tier, r.target.iri, r.contact.iri) for r in answer.routes]
        assert order == sorted(order)
        assert answer.verdict == ("documented" if wanted else "undocumented")
        assert answer.nearest == min((tier for tier, _, _ in wanted), default=None)
        check_hops(rows, firm, answer)
        first = {c: min(t for t, each, _ in wanted if each == c) for _, c, _ in wanted if c != "various"}
        for tier in answer.tiers:
            assert tier.routes == sum(t == tier.tier for t, _, _ in wanted)
            met = {c for c, t in first.items() if t == tier.tier}
            assert (tier.organisations, tier.items) == (len(met & set(FIRMS)), len(met & set(ITEMS)))
        if not wanted:
            assert any("Undocumented" in n for n in answered.meta.notices)
            assert {c.node.id for c in answered.meta.coverage} == {firm, *not_rivals(rows, firm)[0]}


def check_hops(rows: list[Row], firm: str, answer: Any) -> None:
    """Each hop stands on the statements of its rows, and the share is that of the hop onto the contact."""
    _, kept = not_rivals(rows, firm)
    for route in answer.routes:
        nodes = [n.id for n in route.path.nodes]
        assert route.path.length == len(route.path.hops) == len(nodes) - 1
        for hop, pair in zip(route.path.hops, pairwise(nodes), strict=True):
            of = [r for r in kept if (r.tail, r.head) == pair]
            assert (hop.from_, hop.to) == pair
            assert set(hop.relations) == {r.relation for r in of}
            assert len(hop.statements) == len(of)
        at = nodes.index(route.contact.id)
        onto = (nodes[at], nodes[at + 1]) if route.contact.id in ITEMS else (nodes[at - 1], nodes[at])
        shares = (
            {float(r.share) for r in kept if (r.tail, r.head) == onto and r.share} if at or len(nodes) > 1 else set()
        )
        assert (
            {route.share} - {None} == shares if not (at == 0 and route.contact.id in ORGANISATIONS) else not route.share
        )


# ---- by hand ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def chain(folder: FactsFolder) -> FactsFolder:
    """acme designs a chip, which bolt makes; the chip needs a part that cask and dune provide; cask buys from dune."""
    folder.entities("Chip", "chip-a")
    folder.entities("Component", "part-a", "part-b")
    folder.entities("Company", "acme", "bolt", "cask", "dune")
    folder.entities("OrganisationGroup", "various")
    folder.entities("Country", "NLD", "CHN")
    folder.entities("Policy", "rule", "empty-rule")
    folder.relation("Design", item="chip-a", designer="acme")
    folder.relation("Fabrication", item="chip-a", fabricator="bolt")
    folder.relation("Requirement", item="chip-a", requires="part-a")
    folder.relation("Provision", item="part-a", provider="cask", share="80", share_basis="sales")
    folder.relation("Provision", item="part-a", provider="dune", share="0")
    folder.relation(
        "Supply", customer="cask", supplier="dune", supplied_item="part-b", share="30", share_basis="of dune"
    )
    folder.plain("dune", "headquarteredIn", "NLD")
    return folder


def routes(dataset: Dataset, organisation: str, to: str, **raw: Any) -> list[tuple[int, str, list[str], float | None]]:
    answer = ask(dataset, "exposure", organisation=organisation, to=to, **{**TODAY, **raw}).answer
    return [(r.tier, r.contact.id, [n.id for n in r.path.nodes], r.share) for r in answer.routes]


def test_what_its_products_need_the_organisation_needs(chain: FactsFolder, opened: Opened) -> None:
    dataset = opened(chain)
    assert routes(dataset, "acme", "dune") == [
        (2, "dune", ["chip-a", "part-a", "dune"], 0),
        (3, "dune", ["chip-a", "part-a", "cask", "dune"], 30),
    ]
    assert routes(dataset, "acme", "dune", maxDepth=2) == [(2, "dune", ["chip-a", "part-a", "dune"], 0)]
    assert routes(dataset, "acme", "bolt") == [(1, "bolt", ["chip-a", "bolt"], None)]
    answer = ask(dataset, "exposure", organisation="acme", to="dune", **TODAY).answer
    assert [r.share_basis for r in answer.routes] == ["", "of dune"]
    assert [(t.tier, t.routes, t.organisations, t.items) for t in answer.tiers] == [(2, 1, 1, 0), (3, 1, 0, 0)]


def test_a_country_is_met_at_its_firms_and_items(chain: FactsFolder, opened: Opened) -> None:
    chain.relation("CountryShare", item="part-a", country="NLD", share="60", period="2024")
    chain.plain("acme", "headquarteredIn", "NLD")
    assert routes(opened(chain), "acme", "NLD", maxDepth=2) == [
        (0, "acme", ["acme", "NLD"], None),
        (1, "part-a", ["chip-a", "part-a", "NLD"], 60),
        (2, "dune", ["chip-a", "part-a", "dune", "NLD"], 0),
    ]


def test_competitors_and_customers_are_no_inputs(chain: FactsFolder, opened: Opened) -> None:
    """cask does not depend on dune because both provide the part, nor bolt on acme whose chip it makes."""
    chain.relation("Provision", item="part-a", provider="acme")
    chain.relation("CountryShare", item="part-a", country="CHN", share="90")
    chain.relation("Variant", item="part-a", variant="part-b")
    chain.relation("Provision", item="part-b", provider="bolt")
    chain.plain("bolt", "headquarteredIn", "CHN")
    dataset = opened(chain)
    assert routes(dataset, "cask", "dune") == [(1, "dune", ["cask", "dune"], 30)]
    assert routes(dataset, "cask", "acme") == []
    assert routes(dataset, "cask", "CHN") == []
    assert routes(dataset, "bolt", "acme") == [(2, "acme", ["chip-a", "part-a", "acme"], None)]


def test_a_hop_leaves_out_what_makes_a_rival(folder: FactsFolder, opened: Opened) -> None:
    """bolt provides what acme provides, and designed it: the hop is the design."""
    folder.entities("Component", "part-a")
    folder.entities("Company", "acme", "bolt")
    folder.relation("Provision", item="part-a", provider="acme")
    folder.relation("Provision", item="part-a", provider="bolt", share="70")
    folder.relation("Design", item="part-a", designer="bolt")
    answer = ask(opened(folder), "exposure", organisation="acme", to="bolt", **TODAY).answer
    (route,) = answer.routes
    (hop,) = route.path.hops
    assert (hop.relations, len(hop.statements), hop.share, route.share) == (("Design",), 1, None, None)


def test_the_first_of_two_ways_by_iri(folder: FactsFolder, opened: Opened) -> None:
    """Both ways have two hops; the one by part-a comes first, though its chip comes last."""
    folder.entities("Chip", "chip-a", "chip-b")
    folder.entities("Component", "part-a", "part-b", "part-c")
    folder.entities("Company", "acme", "bolt")
    for chip, part in (("chip-a", "part-b"), ("chip-b", "part-a")):
        folder.relation("Design", item=chip, designer="acme")
        folder.relation("Requirement", item=chip, requires=part)
        folder.relation("Requirement", item=part, requires="part-c")
    folder.relation("Provision", item="part-c", provider="bolt")
    assert routes(opened(folder), "acme", "bolt") == [(3, "bolt", ["chip-b", "part-a", "part-c", "bolt"], None)]


def test_makers_of_another_die_are_inputs(folder: FactsFolder, opened: Opened) -> None:
    folder.entities("Chip", "chip-a")
    folder.entities("Company", "acme", "bolt", "cask")
    for firm, die in (("acme", "compute"), ("bolt", "compute"), ("cask", "io")):
        folder.relation("Fabrication", item="chip-a", fabricator=firm, die=die)
    dataset = opened(folder)
    assert routes(dataset, "acme", "bolt") == []
    assert routes(dataset, "acme", "cask") == [(1, "cask", ["chip-a", "cask"], None)]
    folder.relation("Fabrication", item="chip-a", fabricator="cask", die="compute")
    (route,) = ask(opened(folder), "exposure", organisation="acme", to="cask", **TODAY).answer.routes
    assert [len(h.statements) for h in route.path.hops] == [1]  # not that it makes the same die


def test_a_policy_stands_for_its_targets(chain: FactsFolder, opened: Opened) -> None:
    chain.plain("rule", "controlledItem", "part-a")
    chain.plain("rule", "targetOrganisation", "acme")
    chain.plain("rule", "targetCountry", "CHN")
    chain.plain("rule", "instrumentType", "interim final rule")
    chain.relation("PolicyEvent", policy="rule", event_kind="published", event_date="2025-01-13")
    chain.relation("PolicyEvent", policy="rule", event_kind="effective", event_date="2025-01-13")
    answered = ask(opened(chain), "exposure", organisation="acme", to="rule", **TODAY)
    answer = answered.answer
    assert [(t.entity.id, t.named_by, len(t.statements)) for t in answer.targets] == [
        ("part-a", "controlledItem", 1),
        ("CHN", "targetCountry", 1),
        ("acme", "targetOrganisation", 1),
    ]
    assert [(r.tier, r.target.id, [n.id for n in r.path.nodes]) for r in answer.routes] == [
        (0, "acme", ["acme"]),
        (1, "part-a", ["chip-a", "part-a"]),
    ]
    assert answer.state.codified == "yes"
    assert any("no legal advice" in n for n in answered.meta.notices)


def test_a_policy_without_targets(chain: FactsFolder, opened: Opened) -> None:
    answered = ask(opened(chain), "exposure", organisation="acme", to="empty-rule", **TODAY)
    assert (answered.answer.verdict, answered.answer.targets, answered.answer.total) == ("undocumented", (), 0)
    assert any("names no country" in n for n in answered.meta.notices)


def test_a_pseudo_provider_is_a_route_and_no_supplier(chain: FactsFolder, opened: Opened) -> None:
    chain.relation("Provision", item="part-a", provider="various")
    chain.plain("various", "headquarteredIn", "CHN")
    answer = ask(opened(chain), "exposure", organisation="acme", to="CHN", **TODAY).answer
    assert [(t.tier, t.routes, t.organisations, t.items) for t in answer.tiers] == [(2, 1, 0, 0)]


def test_no_exposure_and_the_other_way_round(chain: FactsFolder, opened: Opened) -> None:
    answered = ask(opened(chain), "exposure", organisation="dune", to="cask", **TODAY)
    assert answered.answer.verdict == "undocumented"
    assert any("the other way round" in n for n in answered.meta.notices)
    assert {c.node.id for c in answered.meta.coverage} == {"dune", "part-a"}


def test_a_way_back_is_no_route(folder: FactsFolder, opened: Opened) -> None:
    """acme buys from bolt, bolt from cask, cask from bolt: bolt is met once, since the way by cask has passed it."""
    folder.entities("Company", "acme", "bolt", "cask")
    for customer, supplier in (("acme", "bolt"), ("bolt", "cask"), ("cask", "bolt")):
        folder.relation("Supply", customer=customer, supplier=supplier, supplied_item="")
    assert routes(opened(folder), "acme", "bolt") == [(1, "bolt", ["acme", "bolt"], None)]


def test_dates_and_filters(chain: FactsFolder, opened: Opened) -> None:
    chain.relation("Supply", customer="acme", supplier="dune", supplied_item="", valid_until="2024-01-01")
    chain.relation("Supply", customer="acme", supplier="dune", supplied_item="", status="unverified", valid_from="2025")
    dataset = opened(chain)
    assert len(routes(dataset, "acme", "dune")) == 3
    assert len(routes(dataset, "acme", "dune", verifiedOnly=True)) == 2
    assert len(routes(dataset, "acme", "dune", asOf="2024-06-01", maxDepth=1)) == 0
    assert len(routes(dataset, "acme", "dune", asOf="2023-06-01", maxDepth=1)) == 1


def test_limit_and_budget(seed: Dataset) -> None:
    raw = {"organisation": "nvidia", "to": "CHN", **TODAY}
    whole = ask(seed, "exposure", limit=5000, **raw)
    few = ask(seed, "exposure", limit=3, **raw)
    assert not whole.meta.truncated
    assert few.answer.routes == whole.answer.routes[:3]
    assert (few.answer.total, few.answer.tiers) == (whole.answer.total, whole.answer.tiers)
    assert few.meta.truncated
    poor = ask(seed, "exposure", budget=20_000, limit=5000, **raw)
    assert poor.meta.truncated
    assert 0 < len(poor.answer.routes) < whole.answer.total
    none = ask(seed, "exposure", budget=10, **raw)
    assert none.meta.truncated
    assert (none.answer.routes, none.answer.verdict) == ((), "undetermined")
    assert not any("documented here" in n for n in none.meta.notices)


@pytest.mark.parametrize(
    ("raw", "error", "words"),
    [
        ({"organisation": "nobody", "to": "asml"}, UnknownId, "nobody"),
        ({"organisation": "asml", "to": "nowhere"}, UnknownId, "nowhere"),
        ({"organisation": "NLD", "to": "asml"}, WrongClass, "NLD"),
        ({"organisation": "asml", "to": "hbm3"}, WrongClass, "hbm3"),
        ({"organisation": "asml", "to": "asml"}, BadArgument, "the same"),
        ({"organisation": "asml", "to": "CHN", "maxDepth": 0}, BadArgument, "out of range"),
        ({"organisation": "asml", "to": "CHN", "maxDepth": 21}, BadArgument, "out of range"),
        ({"organisation": "asml", "to": "CHN", "limit": 0}, BadArgument, "out of range"),
        ({"organisation": "asml"}, BadArgument, "missing"),
    ],
)
def test_bad_input(raw: dict[str, Any], error: type[KGError], words: str, seed: Dataset) -> None:
    with pytest.raises(error, match=words):
        ask(seed, "exposure", **raw)
