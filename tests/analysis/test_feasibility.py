"""Feasibility, cut sets and criticality on small worlds worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest

from kg.errors import BadArgument, WrongClass
from kg.store.dataset import Dataset
from tests.helpers import FactsFolder, ask

Opened = Callable[[FactsFolder], Dataset]
DAY = {"asOf": "2026-11-24", "knownOn": "2026-11-24"}


def verdicts(dataset: Dataset, item: str, *removed: str, **more: Any) -> dict[str, str]:
    answer = ask(dataset, "feasibility", item=item, removed=removed, **more, **DAY).answer
    return {v.reading: v.verdict for v in answer.verdicts}


@pytest.fixture
def bench(folder: FactsFolder) -> FactsFolder:
    """A part made by one firm, which a chip needs; the chip has a designer and a fabricator."""
    folder.entities("Country", "NLD", "TWN", "USA")
    folder.entities("Company", "asml", "tsmc", "nvidia", "nikon")
    folder.entity("OrganisationGroup", "various")
    folder.entities("Tool", "scanner", "old-scanner")
    folder.entities("Material", "gas")
    folder.entity("ProcessNode", "node")
    folder.entity("Chip", "chip")
    folder.entity("Alliance", "club")
    for firm, seat in (("asml", "NLD"), ("tsmc", "TWN"), ("nvidia", "USA"), ("nikon", "USA")):
        folder.plain(firm, "headquarteredIn", seat)
    folder.relation("Requirement", item="chip", requires="node", necessity="required")
    folder.relation("Requirement", item="node", requires="scanner", necessity="required")
    folder.relation("Provision", item="scanner", provider="asml", share="90", period="2025")
    folder.relation("Design", item="chip", designer="nvidia")
    folder.relation("Fabrication", item="chip", fabricator="tsmc")
    return folder


BOTH = {"lenient", "strict"}


def both(word: str) -> dict[str, str]:
    return dict.fromkeys(sorted(BOTH), word)


def test_a_loss_runs_up_to_the_chip_with_its_root_cause(bench: FactsFolder, opened: Opened) -> None:
    dataset = opened(bench)
    answer = ask(dataset, "feasibility", item="chip", removed=["NLD"], **DAY).answer
    assert {v.reading: (v.baseline, v.after, v.verdict, v.lost_items) for v in answer.verdicts} == dict.fromkeys(
        BOTH, (True, False, "lost", 3)
    )
    lenient = [(f.item.id, f.cause, f.root, [b.id for b in f.because]) for f in answer.failed if f.reading == "lenient"]
    assert lenient == [
        ("chip", "requirement", False, ["node"]),
        ("node", "requirement", False, ["scanner"]),
        ("scanner", "makers", True, []),
    ]
    assert all(f.statements for f in answer.failed)
    assert [(s.item.id, s.before, s.after) for s in answer.shares] == [("scanner", 90.0, 0.0)]
    assert answer.plan == ()


def test_a_plan_names_what_is_chosen_for_every_need(bench: FactsFolder, opened: Opened) -> None:
    answer = ask(opened(bench), "feasibility", item="chip", **DAY).answer
    assert [(p.item.id, p.kind, p.need, p.choice.id) for p in answer.plan] == [
        ("chip", "requirement", "", "node"),
        ("chip", "maker", "design", "nvidia"),
        ("chip", "maker", "fabrication", "tsmc"),
        ("node", "requirement", "", "scanner"),
        ("scanner", "maker", "", "asml"),
    ]


def _alternative(folder: FactsFolder) -> None:
    folder.relation("Requirement", item="node", requires="gas", alternative_group="way", necessity="required")
    folder.relation("Requirement", item="node", requires="old-scanner", alternative_group="way", necessity="required")
    folder.relation("Provision", item="old-scanner", provider="nikon")


@pytest.mark.parametrize(
    ("say", "removed", "expected"),
    [
        pytest.param(lambda f: None, ["TWN"], both("lost"), id="the fabricator's country"),
        pytest.param(lambda f: None, ["scanner"], both("lost"), id="an item"),
        pytest.param(lambda f: f.relation("Membership", alliance="club", member="asml"), ["club"], both("lost"), id="an alliance"),
        pytest.param(lambda f: f.relation("Provision", item="scanner", provider="nikon"), ["asml"], both("available"), id="another maker"),
        pytest.param(lambda f: f.relation("Provision", item="scanner", provider="various"), ["asml"], both("lost"), id="a group is no maker"),
        pytest.param(_alternative, ["nikon"], both("available"), id="one alternative is enough"),
        pytest.param(_alternative, ["nikon", "gas"], both("lost"), id="no alternative is left"),
        pytest.param(
            lambda f: f.relation("Requirement", item="chip", requires="old-scanner", necessity="typical")
            and f.relation("Provision", item="old-scanner", provider="nikon"),
            ["nikon"],
            {"lenient": "available", "strict": "lost"},
            id="typical counts in the strict reading",
        ),
        pytest.param(
            lambda f: f.relation("Requirement", item="chip", requires="old-scanner", necessity="optional")
            and f.relation("Provision", item="old-scanner", provider="nikon"),
            ["nikon"],
            both("available"),
            id="optional never counts",
        ),
        pytest.param(
            lambda f: f.relation("Variant", item="gas", variant="old-scanner", substitutable="unknown")
            and f.relation("Variant", item="gas", variant="scanner", substitutable="unknown")
            and f.relation("Provision", item="old-scanner", provider="nikon")
            and f.relation("Requirement", item="chip", requires="gas", necessity="required"),
            ["nikon"],
            {"lenient": "available", "strict": "lost"},
            id="unknown variants are alternatives, or all needed",
        ),
        pytest.param(
            lambda f: f.relation("Requirement", item="chip", requires="gas", necessity="required", valid_until="2020-01-01"),
            [],
            both("unavailable"),
            id="a need that can no longer be met fails in the baseline",
        ),
        pytest.param(
            lambda f: f.relation("Requirement", item="chip", requires="gas", necessity="required")
            and f.relation("Provision", item="gas", provider="nikon", production_status="not in production"),
            [],
            both("unavailable"),
            id="nobody has it in production",
        ),
        pytest.param(
            lambda f: f.relation("Requirement", item="scanner", requires="chip", necessity="required"),
            [],
            both("available"),
            id="an untouched cycle stands",
        ),
        pytest.param(
            lambda f: f.relation("Requirement", item="scanner", requires="chip", necessity="required"),
            ["nvidia"],
            both("lost"),
            id="a loss runs round a cycle",
        ),
    ],
)  # fmt: skip
def test_verdicts(
    bench: FactsFolder, opened: Opened, say: Callable[[FactsFolder], Any], removed: list[str], expected: dict[str, str]
) -> None:
    say(bench)
    assert verdicts(opened(bench), "chip", *removed) == expected


def test_by_site_a_firm_is_lost_where_it_makes_the_item(bench: FactsFolder, opened: Opened) -> None:
    bench.relation("Provision", item="scanner", provider="asml", site_country="USA", period="2024")
    dataset = opened(bench)
    assert verdicts(dataset, "scanner", "NLD") == both("lost")
    assert verdicts(dataset, "scanner", "NLD", locate="site") == both("available")
    assert verdicts(dataset, "scanner", "USA", locate="site") == both("lost")


def test_where_no_maker_is_known_one_is_assumed_and_named(bench: FactsFolder, opened: Opened) -> None:
    bench.relation("Requirement", item="chip", requires="gas", necessity="required")
    dataset = opened(bench)
    answer = ask(dataset, "feasibility", item="chip", **DAY).answer
    assert [r.id for r in answer.assumed_providers] == ["gas"]
    assert verdicts(dataset, "chip", unknownProviders="none") == both("unavailable")


def test_a_country_provides_only_where_no_organisation_does(bench: FactsFolder, opened: Opened) -> None:
    bench.relation("CountryShare", item="gas", country="USA", share="60")
    bench.relation("CountryShare", item="scanner", country="USA", share="60")
    dataset = opened(bench)
    assert verdicts(dataset, "gas", "USA") == both("lost")
    assert verdicts(dataset, "scanner", "USA") == both("available")


def test_what_cannot_be_asked(bench: FactsFolder, opened: Opened) -> None:
    bench.entity("Policy", "rule")
    dataset = opened(bench)
    with pytest.raises(BadArgument) as caught:
        ask(dataset, "feasibility", item="chip", verifiedOnly=True, **DAY)
    assert caught.value.error_code == "not-applicable"
    with pytest.raises(WrongClass):
        ask(dataset, "feasibility", item="chip", removed=["rule"], **DAY)
    with pytest.raises(WrongClass):
        ask(dataset, "feasibility", item="asml", **DAY)


@pytest.mark.parametrize("by", ["company", "country"])
@pytest.mark.parametrize("reading", ["lenient", "strict"])
def test_cut_sets_are_minimal_and_complete(bench: FactsFolder, opened: Opened, by: str, reading: str) -> None:
    _alternative(bench)
    bench.relation("Provision", item="gas", provider="asml")
    bench.relation("Provision", item="scanner", provider="nikon")
    dataset = opened(bench)
    pool = ["asml", "nikon", "nvidia", "tsmc"] if by == "company" else ["NLD", "TWN", "USA"]
    stops = [
        set(chosen)
        for size in (1, 2, 3)
        for chosen in combinations(pool, size)
        if verdicts(dataset, "chip", *chosen)[reading] == "lost"
    ]
    expected = [s for s in stops if not any(other < s for other in stops)]
    answer = ask(dataset, "cut-sets", item="chip", by=by, reading=reading, **DAY).answer
    assert answer.complete
    assert sorted(sorted(a.id for a in s.actors) for s in answer.sets) == sorted(sorted(s) for s in expected)
    actors = ask(dataset, "criticality", item="chip", by=by, reading=reading, **DAY).answer.actors
    assert {a.actor.id for a in actors if a.stops} == {next(iter(s)) for s in expected if len(s) == 1}


def test_a_budget_that_ends_the_search_says_so(bench: FactsFolder, opened: Opened) -> None:
    answered = ask(opened(bench), "cut-sets", budget=12_000, item="chip", **DAY)
    if not answered.answer.complete:
        assert answered.meta.truncated
    tiny = ask(opened(bench), "cut-sets", budget=5, item="chip", **DAY)
    assert not tiny.answer.complete
    assert tiny.meta.truncated
