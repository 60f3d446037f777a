"""Self-sufficiency: what is said beside the figures, its limits, and what is refused. The figures are held against oracles in
`tests.properties.test_self_sufficiency`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kg.analysis.targets import METRICS
from kg.errors import BadArgument, BadCursor, WrongClass
from kg.facts.model import Facts
from kg.schema import Schema
from kg.store.dataset import Dataset
from kg.store.release import Release
from tests.helpers import FactsFolder, ask, dataset_of

TODAY = {"asOf": "2026-11-24", "knownOn": "2026-11-24"}
Opened = Callable[[FactsFolder], Dataset]


@pytest.fixture
def line(folder: FactsFolder) -> FactsFolder:
    """A system of a chip of China and of a lens that a Dutch firm makes; a pact of China and the Dutch firm."""
    folder.entities("Country", "CHN", "NLD", "USA")
    folder.entities("Company", "acme", "bolt", "crown")
    folder.entity("Chip", "chip")
    folder.entity("System", "rack")
    folder.entities("Component", "lens", "frame")
    folder.entity("Alliance", "pact")
    for firm, country in (("acme", "CHN"), ("bolt", "NLD")):
        folder.plain(firm, "headquarteredIn", country)
    for whole, part in (("rack", "chip"), ("rack", "lens"), ("rack", "frame")):
        folder.relation("Requirement", item=whole, requires=part, necessity="required")
    folder.relation("Provision", item="rack", provider="acme")
    folder.relation("Design", item="chip", designer="acme")
    folder.relation("Fabrication", item="chip", fabricator="acme")
    folder.relation("Provision", item="lens", provider="bolt", share="80", period="2024", share_basis="world")
    folder.relation("Membership", alliance="pact", member="CHN")
    return folder


def of(dataset: Dataset, group: str = "CHN", item: str = "rack", **raw: Any) -> Any:
    return ask(dataset, "self-sufficiency", group=group, item=item, **{**TODAY, **raw}).answer


def said(dataset: Dataset, **raw: Any) -> str:
    asked = {"group": "CHN", "item": "rack", **TODAY, **raw}
    return " ".join(ask(dataset, "self-sufficiency", **asked).meta.notices)


def test_roles_of_a_chip_are_inputs_and_the_chip_is_not(line: FactsFolder, opened: Opened) -> None:
    answer = of(opened(line))
    assert [(i.item.id, i.role) for i in answer.covered] == [
        ("rack", ""),
        ("chip", "design"),
        ("chip", "fabrication"),
    ]
    assert [(i.item.id, i.cause) for i in answer.undocumented] == [("frame", "nobody known")]
    assert answer.weakest.input.item.id == "lens"
    assert "Bolt" in answer.weakest.text
    assert [h.relation for h in answer.weakest.path.hops] == ["Requirement"]


def test_shares_say_of_what_and_when(line: FactsFolder, opened: Opened) -> None:
    (lens,) = of(opened(line), "NLD", "lens").covered
    assert (lens.share, lens.share_at_most, lens.known_supply) == (80, 100, 80)
    assert (lens.share_basis, lens.share_period) == ("world", "2024")
    (gap,) = of(opened(line), "CHN", "lens").gaps
    assert (gap.share, gap.share_at_most) == (0, 20)


def test_a_maker_without_a_known_seat_is_neither_in_the_group_nor_outside(line: FactsFolder, opened: Opened) -> None:
    line.relation("Provision", item="frame", provider="crown")
    answer = of(opened(line))
    assert [(i.item.id, i.cause, [o.id for o in i.unplaced]) for i in answer.undocumented] == [
        ("frame", "place unknown", ["crown"])
    ]
    assert [o.id for o in answer.unplaced] == ["crown"]
    line.plain("crown", "headquarteredIn", "USA")
    assert [i.item.id for i in of(opened(line)).gaps] == ["lens", "frame"]


def test_a_seat_in_two_countries_covers_for_both(line: FactsFolder, opened: Opened) -> None:
    line.plain("bolt", "headquarteredIn", "CHN")
    for country in ("CHN", "NLD"):
        assert "lens" in {i.item.id for i in of(opened(line), country).covered}


def test_members_of_an_alliance_count_wherever_they_are(line: FactsFolder, opened: Opened) -> None:
    line.relation("Membership", alliance="pact", member="bolt")
    dataset = opened(line)
    answer = of(dataset, "pact")
    assert [i.item.id for i in answer.gaps] == []
    assert [v.verdict for v in answer.alone] == ["available", "available"]
    assert ([c.id for c in answer.countries], [o.id for o in answer.organisations]) == (["CHN"], ["bolt"])
    by_site = of(dataset, "pact", locate="site")
    assert (by_site.gaps, by_site.alone) == ((), ())
    assert "By site it is not told" in said(dataset, group="pact", locate="site")


def test_by_site_a_maker_belongs_where_it_makes_the_item(line: FactsFolder, opened: Opened) -> None:
    line.relation("Provision", item="frame", provider="bolt", site_country="CHN")
    answer = of(opened(line), locate="site")
    assert "frame" in {i.item.id for i in answer.covered}
    assert "frame" in {i.item.id for i in of(opened(line)).gaps}


def test_an_alliance_without_members_covers_nothing_and_says_so(line: FactsFolder, opened: Opened) -> None:
    line.entity("Alliance", "empty")
    dataset = opened(line)
    assert of(dataset, "empty").covered_inputs == 0
    assert "no member on record" in said(dataset, group="empty")


def test_a_gap_with_an_alternative_at_home_does_not_bind(line: FactsFolder, opened: Opened) -> None:
    line.entities("Component", "mirror", "gem")
    line.relation("Provision", item="mirror", provider="acme")
    line.relation("Provision", item="gem", provider="bolt")
    for part in ("mirror", "gem"):
        line.relation("Requirement", item="frame", requires=part, necessity="required", alternative_group="optics")
    gaps = {i.item.id: (i.binding, i.alternatives) for i in of(opened(line)).gaps}
    assert gaps == {"lens": ("yes", 0), "gem": ("no", 1)}


def test_alternatives_are_those_of_the_use_that_leaves_fewest(line: FactsFolder, opened: Opened) -> None:
    line.entities("Component", "mirror", "gem")
    line.relation("Provision", item="gem", provider="bolt")
    for whole, parts in (("rack", ("gem", "mirror", "frame")), ("frame", ("gem", "mirror"))):
        for part in parts:
            line.relation("Requirement", item=whole, requires=part, necessity="required", alternative_group="optics")
    gaps = {i.item.id: i.alternatives for i in of(opened(line)).gaps}
    assert gaps == {"lens": 0, "gem": 1}


def test_a_typical_need_binds_in_the_strict_reading_alone(line: FactsFolder, opened: Opened) -> None:
    line.entity("Component", "gem")
    line.relation("Provision", item="gem", provider="bolt")
    line.relation("Requirement", item="frame", requires="gem", necessity="typical")
    gaps = {i.item.id: i.binding for i in of(opened(line)).gaps}
    assert gaps == {"lens": "yes", "gem": "strict"}


def test_a_capability_in_words_counts_and_is_listed(line: FactsFolder, opened: Opened) -> None:
    line.relation("Provision", item="frame", provider="acme", capability="said to serve 7 nm")
    dataset = opened(line)
    assert [(s.item.id, s.choice.id, s.need) for s in of(dataset).assumed_capable] == [
        ("frame", "acme", "said to serve 7 nm")
    ]
    assert "an existence is not a capability" in said(dataset)


def test_countries_that_a_licence_hides_the_names_of_are_outside_all_the_same(
    line: FactsFolder, schema: Schema, tiny_release: Release, read: Callable[[FactsFolder], Facts], tmp_path: Any
) -> None:
    """Regression: countries are named by the seed; under a licence that leaves it out nothing was outside, and all could be made alone."""
    names = FactsFolder(tmp_path / "names", batch="names", licence="CC-BY-4.0")
    names.entities("Country", "CHN", "NLD", "USA")
    line.tables.pop("entities/Country.csv")
    line.batch["licence"] = "CC-BY-NC-4.0"
    line.entities("Country", "CHN", "NLD", "USA")
    facts = read(line)
    batches = {**facts.batches, "names": read(names).batches["names"]}
    entities = {i: (e if e.class_name != "Country" else read(names).entities[i]) for i, e in facts.entities.items()}
    dataset = dataset_of(schema, replace(facts, batches=batches, entities=entities), tiny_release)
    answer = of(dataset, dataLicence="only-CC-BY-NC-4.0")
    assert [v.after for v in answer.alone] == [False, False]
    assert [i.binding for i in answer.gaps] == ["yes"]


# ---- targets ----------------------------------------------------------------------------------------------------------


def test_targets_stand_beside_and_are_never_judged(line: FactsFolder, opened: Opened) -> None:
    goal = {"claim_kind": "target", "metric": "self sufficiency target", "value": "70", "claim_period": "2028"}
    line.claim("by-pact", "pact", **goal)
    line.claim("of-china", "CHN", **{**goal, "metric": "domestic share of sales", "claim_kind": "forecast"})
    line.claim("of-others", "NLD", **goal)
    line.claim("seen", "CHN", **{**goal, "claim_kind": "observed"})
    line.claim("off-topic", "CHN", **{**goal, "metric": "share of sales"})
    answered = ask(opened(line), "self-sufficiency", group="CHN", item="rack", **TODAY)
    assert [(t.claim.id, t.kind, t.same_measure) for t in answered.answer.targets] == [
        ("by-pact", "target", False),
        ("of-china", "forecast", False),
    ]
    assert all(t.difference for t in answered.answer.targets)
    assert any("None is called met or missed" in n for n in answered.meta.notices)


@pytest.mark.parametrize("measure", list(METRICS))
def test_only_a_claim_that_names_measure_and_item_speaks_of_the_same(
    line: FactsFolder, opened: Opened, measure: str
) -> None:
    line.claim("same", "CHN", claim_kind="target", metric=METRICS[measure], value="70", compared_with="rack")
    line.claim("other-item", "CHN", claim_kind="target", metric=METRICS[measure], value="70", compared_with="chip")
    targets = of(opened(line), measure=measure).targets
    assert {t.claim.id: t.same_measure for t in targets} == {"same": True, "other-item": False}


def test_goals_of_alliances_and_policies_are_shown_as_goals(line: FactsFolder, opened: Opened) -> None:
    line.plain("pact", "statedGoal", "half of self-sufficiency by 2030")
    line.entities("Policy", "plan", "tax")
    for policy, words in (("plan", "70% self-sufficiency"), ("tax", "lower taxes")):
        line.plain(policy, "issuerCountry", "CHN")
        line.plain(policy, "summary", words)
    targets = of(opened(line)).targets
    assert {(t.kind, t.about.id, t.claim) for t in targets} == {
        ("stated goal", "pact", None),
        ("policy goal", "plan", None),
    }
    assert of(opened(line), "NLD").targets == ()


# ---- limits and refusals ----------------------------------------------------------------------------------------------


def test_a_limit_cuts_the_lists_and_not_the_figures(line: FactsFolder, opened: Opened) -> None:
    dataset = opened(line)
    whole = ask(dataset, "self-sufficiency", group="CHN", item="rack", **TODAY)
    cut = ask(dataset, "self-sufficiency", group="CHN", item="rack", limit=1, **TODAY)
    assert (whole.meta.truncated, cut.meta.truncated) == (False, True)
    assert cut.answer.covered == whole.answer.covered[:1]
    assert (cut.answer.measures, cut.answer.weakest) == (whole.answer.measures, whole.answer.weakest)


def test_the_table_is_paged_and_says_what_each_answer_says(line: FactsFolder, opened: Opened) -> None:
    dataset = opened(line)
    raw = {"group": "CHN", **TODAY}
    first = ask(dataset, "self-sufficiency", first=1, **raw).answer
    second = ask(dataset, "self-sufficiency", first=1, after=first.next, **raw).answer
    rows = [*first.rows, *second.rows]
    assert [r.node.id for r in rows] == ["chip", "rack"]
    assert (first.total, second.total, second.next) == (2, 2, None)
    for row in rows:
        answer = of(dataset, item=row.node.id)
        for name in ("percent", "at_least", "at_most", "inputs", "covered_inputs", "gap_inputs", "binding_gaps"):
            assert getattr(row, name) == getattr(answer, name)
        assert row.alone == answer.alone[0].verdict
    with pytest.raises(BadCursor):
        ask(dataset, "self-sufficiency", first=1, after=first.next, **{**raw, "group": "NLD"})


def test_a_budget_cuts_the_table_where_it_can_be_taken_up_again(line: FactsFolder, opened: Opened) -> None:
    dataset = opened(line)
    cut = ask(dataset, "self-sufficiency", 1, group="CHN", **TODAY)
    assert ([r.node.id for r in cut.answer.rows], cut.meta.truncated) == (["chip"], True)
    rest = ask(dataset, "self-sufficiency", group="CHN", after=cut.answer.next, **TODAY).answer
    assert [r.node.id for r in rest.rows] == ["rack"]


def test_an_item_of_which_nothing_is_known(line: FactsFolder, opened: Opened) -> None:
    answered = ask(opened(line), "self-sufficiency", group="CHN", item="frame", **TODAY)
    assert (answered.answer.verdict, answered.answer.percent, answered.answer.weakest) == ("undocumented", None, None)
    assert (answered.answer.at_least, answered.answer.at_most) == (0, 100)
    assert [c.node.id for c in answered.meta.coverage] == ["frame"]


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        ({"verifiedOnly": True}, BadArgument),
        ({"group": "acme"}, WrongClass),
        ({"item": "acme"}, WrongClass),
        ({"measure": "weight"}, BadArgument),
        ({"group": ""}, BadArgument),
    ],
)
def test_what_is_refused(line: FactsFolder, opened: Opened, raw: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        ask(opened(line), "self-sufficiency", **{"group": "CHN", "item": "rack", **TODAY, **raw})
