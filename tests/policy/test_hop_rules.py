"""Rules on the hops of a path: what a hop delivers, what applies, what is only pointed at, and that nothing is ever called free."""

from __future__ import annotations

from typing import Any

import pytest

from kg.answers.values import Hop
from kg.errors import BadArgument
from kg.policy.ladder import NO_ADVICE
from kg.policy.truth import LEVELS, UNDETERMINED
from kg.store.dataset import Dataset
from tests.helpers import FactsFolder, ask

KNOWN = {"knownOn": "2026-11-24"}


def hops(dataset: Dataset, source: str, target: str, as_of: str = "2026-08-01", **raw: Any) -> tuple[Hop, ...]:
    asked = {"source": source, "target": target, "rules": True, "asOf": as_of, **KNOWN, **raw}
    found: tuple[Hop, ...] = ask(dataset, "paths", **asked).answer.paths[0].hops
    return found


def said(hop: Hop) -> dict[str, str]:
    """Finding by policy, or by label where there is none."""
    return {(r.policy.id if r.policy else r.label): r.finding for r in hop.rules}


@pytest.fixture
def world(folder: FactsFolder) -> FactsFolder:
    """A Dutch and an American maker of tools, a German maker of lenses; a listed buyer in China and one in Italy."""
    folder.entities("Country", "NLD", "CHN", "USA", "DEU", "ITA", "GBR")
    folder.entities("Tool", "scanner")
    folder.entities("Material", "gallium", "resist")
    folder.entities("Company", "dutch", "american", "lens", "listed", "italian", "british")
    folder.entities("Policy", "nl-rule", "cn-rule", "us-list", "subsidy")
    folder.entities("PartyList", "us-entity-list")
    for firm, seat in (
        ("dutch", "NLD"),
        ("american", "USA"),
        ("lens", "DEU"),
        ("listed", "CHN"),
        ("italian", "ITA"),
        ("british", "GBR"),
    ):
        folder.plain(firm, "headquarteredIn", seat)
    for customer in ("listed", "italian", "british"):
        folder.relation("Supply", customer=customer, supplier="dutch", supplied_item="scanner")
        folder.relation("Supply", customer=customer, supplier="american")
    folder.relation("Supply", customer="dutch", supplier="lens", supplied_item="resist")
    folder.relation("CountryShare", item="gallium", country="CHN", share="98", share_basis="output", period="2023")
    folder.relation(
        "ListEntry",
        party="listed",
        party_list="us-entity-list",
        citation="85 FR 1",
        licence_requirement="For all items subject to the EAR",
        valid_from="2020-12-18",
    )
    for policy, issuer, instrument, words in (
        ("nl-rule", "NLD", "rule", "immersion scanners"),
        ("cn-rule", "CHN", "rule", ""),
        ("us-list", "USA", "entity listing", ""),
        ("subsidy", "NLD", "subsidy", "scanners"),
    ):
        folder.plain(policy, "issuerCountry", issuer)
        folder.plain(policy, "instrumentType", instrument)
        if words:
            folder.plain(policy, "controlledItemNote", words)
        for kind in ("published", "effective"):
            folder.relation("PolicyEvent", policy=policy, event_kind=kind, event_date="2023-09-01")
    folder.plain("nl-rule", "targetOrganisation", "dutch")
    folder.plain("nl-rule", "targetNote", "Destinations: non-EU destinations")
    folder.plain("subsidy", "targetOrganisation", "dutch")
    folder.plain("us-list", "targetOrganisation", "listed")
    folder.plain("cn-rule", "controlledItem", "gallium")
    return folder


def test_a_rule_given_in_words_is_pointed_at_and_leaves_the_hop_undetermined(world: FactsFolder, opened: Any) -> None:
    (hop,) = hops(opened(world), "british", "dutch")
    assert said(hop) == {"nl-rule": "pointed at"}, "a subsidy forbids nothing"
    assert hop.delivery is not None
    assert (hop.delivery.status, hop.delivery.status_as_codified) == (UNDETERMINED, UNDETERMINED)
    rule = hop.rules[0]
    assert rule.names == ("the exporter",)
    assert "immersion scanners" in rule.text
    assert rule.missing
    assert rule.statements
    assert (rule.codified, rule.enforced) == ("yes", "yes")


def test_before_a_rule_is_in_force_no_hop_is_said_to_be_under_it(world: FactsFolder, opened: Any) -> None:
    (hop,) = hops(opened(world), "british", "dutch", "2023-08-31")
    assert hop.rules == ()
    assert hop.delivery is not None
    assert hop.delivery.status == "no_requirement_found"


def test_a_rule_for_destinations_outside_the_union_does_not_point_into_it(world: FactsFolder, opened: Any) -> None:
    (hop,) = hops(opened(world), "italian", "dutch")
    assert said(hop) == {}


def test_a_list_entry_applies_to_what_is_american_and_may_apply_to_what_is_not(world: FactsFolder, opened: Any) -> None:
    dataset = opened(world)
    entry = "entry of us-entity-list (85 FR 1)"
    (american,) = hops(dataset, "listed", "american")
    assert said(american)[entry] == "applies"
    assert american.delivery is not None
    assert american.delivery.status == "licence_required"
    (dutch,) = hops(dataset, "listed", "dutch")
    assert said(dutch) == {entry: "undetermined", "nl-rule": "pointed at", "us-list": "pointed at"}
    assert dutch.delivery is not None
    assert dutch.delivery.status == UNDETERMINED
    assert any("subject to" in m for m in dutch.delivery.missing)


def test_the_hop_still_open_on_a_longer_path(world: FactsFolder, opened: Any) -> None:
    first, second = hops(opened(world), "listed", "lens")
    assert [h.delivery.status for h in (first, second) if h.delivery] == [UNDETERMINED, "no_requirement_found"]


def test_a_measure_on_an_item_points_at_its_country_and_needs_a_buyer(world: FactsFolder, opened: Any) -> None:
    dataset = opened(world)
    (alone,) = hops(dataset, "gallium", "CHN")
    assert alone.delivery is not None
    assert (alone.delivery.buyer, alone.delivery.status) == (None, UNDETERMINED)
    assert any("buyer" in m for m in alone.delivery.missing)
    (bought,) = hops(dataset, "gallium", "CHN", buyer="british")
    assert said(bought) == {"cn-rule": "pointed at"}
    assert bought.rules[0].names == ("the item",)
    (home,) = hops(dataset, "gallium", "CHN", buyer="listed")
    assert "cn-rule" not in said(home), "what stays in the country is no export"


def test_a_hop_that_delivers_nothing_has_no_rules(world: FactsFolder, opened: Any) -> None:
    (hop,) = hops(opened(world), "dutch", "NLD")
    assert (hop.delivery, hop.rules) == (None, ())


def test_without_rules_a_path_is_as_before(world: FactsFolder, opened: Any) -> None:
    answered = ask(opened(world), "paths", source="british", target="dutch", asOf="2026-08-01", **KNOWN)
    assert answered.answer.paths[0].hops[0].delivery is None
    assert NO_ADVICE not in answered.meta.notices


def test_a_buyer_without_rules_is_an_error(world: FactsFolder, opened: Any) -> None:
    with pytest.raises(BadArgument):
        ask(opened(world), "paths", source="british", target="dutch", buyer="british")


@pytest.mark.parametrize(
    ("source", "target", "as_of", "raw"),
    [
        ("smic", "asml", "2017-12-31", {}),
        ("smic", "asml", "2027-01-01", {}),
        ("smic", "lam-research", "2024-01-01", {}),
        ("nvidia-h20", "nvidia", "2025-05-01", {"buyer": "CHN"}),
        ("huawei-ascend-910c", "NLD", "2026-11-24", {"buyer": "huawei"}),
    ],
)
def test_every_hop_of_the_seed_says_a_word_of_the_semantics(
    source: str, target: str, as_of: str, raw: dict[str, str], seed: Dataset
) -> None:
    asked = {"source": source, "target": target, "rules": True, "asOf": as_of, **KNOWN, **raw}
    answered = ask(seed, "paths", **asked)
    assert NO_ADVICE in answered.meta.notices
    for hop in (h for p in answered.answer.paths for h in p.hops if h.delivery):
        assert hop.delivery.status in (*LEVELS, UNDETERMINED)
        assert (hop.delivery.status == UNDETERMINED) <= bool(hop.delivery.missing)
        for rule in hop.rules:
            assert rule.finding in ("applies", "undetermined", "pointed at")
            assert (rule.finding == "applies") or rule.missing
        if as_of.startswith(("2017", "2027")):
            assert hop.delivery.status == UNDETERMINED


def test_a_letter_binds_a_chip_to_china_while_it_binds(seed: Dataset) -> None:
    (before,) = hops(seed, "nvidia-h20", "nvidia", "2025-04-08", buyer="CHN")
    (bound,) = hops(seed, "nvidia-h20", "nvidia", "2025-05-01", buyer="CHN")
    assert [h.delivery.status for h in (before, bound) if h.delivery] == ["no_requirement_found", "licence_required"]
    assert said(bound)["us-2025-04-h20"] == "applies"
