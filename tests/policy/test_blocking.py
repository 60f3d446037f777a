"""Policies put to a buyer: what they take away, in which reading, and from whom."""

from __future__ import annotations

from typing import Any

import pytest

from kg.answers.feasible import FeasibilityAnswer
from kg.errors import BadArgument
from kg.policy.ladder import NO_ADVICE
from kg.store.dataset import Dataset
from tests.helpers import FactsFolder, ask

KNOWN = {"knownOn": "2026-11-24"}


def made(dataset: Dataset, item: str, as_of: str = "2026-08-01", **raw: Any) -> FeasibilityAnswer:
    found: FeasibilityAnswer = ask(dataset, "feasibility", item=item, asOf=as_of, **{**KNOWN, **raw}).answer
    return found


def verdicts(answer: FeasibilityAnswer) -> tuple[str, ...]:
    return tuple(v.verdict for v in answer.verdicts)


@pytest.fixture
def world(folder: FactsFolder) -> FactsFolder:
    """A Chinese and a Taiwanese fab, each with a node that needs a scanner, which a Dutch firm alone makes, and a resist that a Dutch and a Chinese firm make; a
    rule of the Netherlands names the Dutch firm. The scanner needs a lens of another Dutch firm that the rule names too."""
    folder.entities("Country", "NLD", "CHN", "TWN")
    folder.entities("ProcessNode", "node-c", "node-t")
    folder.entities("Tool", "scanner")
    folder.entities("Material", "resist")
    folder.entities("Component", "lens")
    folder.entities("Chip", "chip-c")
    folder.entities("Company", "fab-c", "fab-t", "fab-sub", "dutch", "optics", "resist-c", "designer")
    folder.entities("Policy", "nl-rule", "late-rule")
    seats = {
        "fab-c": "CHN",
        "fab-sub": "CHN",
        "fab-t": "TWN",
        "dutch": "NLD",
        "optics": "NLD",
        "resist-c": "CHN",
        "designer": "CHN",
    }
    for firm, seat in seats.items():
        folder.plain(firm, "headquarteredIn", seat)
    for node, fab in (("node-c", "fab-c"), ("node-t", "fab-t")):
        folder.relation("Provision", item=node, provider=fab)
        for part in ("scanner", "resist"):
            folder.relation("Requirement", item=node, requires=part, necessity="required")
    folder.relation("Requirement", item="chip-c", requires="node-c", necessity="required")
    folder.relation("Requirement", item="scanner", requires="lens", necessity="required")
    folder.relation("Fabrication", item="chip-c", fabricator="fab-c")
    folder.relation("Design", item="chip-c", designer="designer")
    for item, maker in (("scanner", "dutch"), ("resist", "dutch"), ("resist", "resist-c"), ("lens", "optics")):
        folder.relation("Provision", item=item, provider=maker)
    for policy, day in (("nl-rule", "2023-09-01"), ("late-rule", "2026-10-01")):
        folder.plain(policy, "issuerCountry", "NLD")
        folder.plain(policy, "instrumentType", "rule")
        folder.plain(policy, "controlledItemNote", "certain machines")
        for firm in ("dutch", "optics"):
            folder.plain(policy, "targetOrganisation", firm)
        for kind in ("published", "effective"):
            folder.relation("PolicyEvent", policy=policy, event_kind=kind, event_date=day)
    return folder


@pytest.mark.parametrize(
    ("item", "buyer", "policy", "as_of", "words"),
    [
        ("node-c", "fab-c", "nl-rule", "2026-08-01", ("available", "lost")),
        ("node-c", "CHN", "nl-rule", "2026-08-01", ("available", "lost")),
        ("chip-c", "fab-c", "nl-rule", "2026-08-01", ("available", "lost")),
        # whoever buys the chip, the scanner goes to its fab
        ("chip-c", "designer", "nl-rule", "2026-08-01", ("available", "lost")),
        ("chip-c", "fab-t", "nl-rule", "2026-08-01", ("available", "lost")),
        # what a Dutch firm makes for a Dutch one stays there
        ("lens", "dutch", "nl-rule", "2026-08-01", ("available", "available")),
        # not yet in force, and in force
        ("node-c", "fab-c", "nl-rule", "2023-08-31", ("available", "available")),
        ("node-c", "fab-c", "late-rule", "2026-08-01", ("available", "available")),
    ],
)
def test_a_rule_in_words_takes_in_the_strict_reading(
    item: str, buyer: str, policy: str, as_of: str, words: tuple[str, str], world: FactsFolder, opened: Any
) -> None:
    answer = made(opened(world), item, as_of, policy=[policy], buyer=buyer)
    assert verdicts(answer) == words
    assert ("lost" in words) <= bool(answer.blocked)


def test_it_is_said_hop_by_hop_what_was_taken_by_which_rule(world: FactsFolder, opened: Any) -> None:
    answered = ask(
        opened(world), "feasibility", item="node-c", policy=["nl-rule"], buyer="fab-c", asOf="2026-08-01", **KNOWN
    )
    blocked = {(b.item.id, b.provider.id, b.recipient.id): b for b in answered.answer.blocked}
    assert set(blocked) == {("scanner", "dutch", "fab-c"), ("resist", "dutch", "fab-c")}, (
        "the lens stays in its country"
    )
    for each in blocked.values():
        assert each.readings == ("strict",)
        assert [(r.policy.id, r.finding) for r in each.rules if r.policy] == [("nl-rule", "pointed at")]
        assert each.rules[0].missing
        assert each.rules[0].statements
    assert [f.item.id for f in answered.answer.failed if f.root] == ["scanner"], "another maker of the resist is left"
    assert "stopped by a rule: Dutch" in next(f.text for f in answered.answer.failed if f.root)
    assert NO_ADVICE in answered.meta.notices


def test_without_a_policy_nothing_is_blocked(world: FactsFolder, opened: Any) -> None:
    answer = made(opened(world), "node-c")
    assert (answer.blocked, answer.policies, answer.buyer) == ((), (), None)
    assert verdicts(answer) == ("available", "available")


@pytest.mark.parametrize("raw", [{"policy": ["nl-rule"]}, {"buyer": "fab-c"}])
def test_a_policy_and_a_buyer_go_together(raw: dict[str, Any], world: FactsFolder, opened: Any) -> None:
    with pytest.raises(BadArgument):
        made(opened(world), "node-c", **raw)


def test_what_a_rule_denies_is_taken_in_the_lenient_reading_too(seed: Dataset) -> None:
    """The B200 is 3A090.a: to China under a presumption of denial since the rule of October 2023."""
    rule = {"policy": ["us-2023-10-acs"], "buyer": "CHN"}
    answer = made(seed, "nvidia-b200", "2026-08-01", **rule)
    assert verdicts(answer) == ("lost", "lost")
    assert any(b.readings == ("lenient", "strict") and b.provider.id == "nvidia" for b in answer.blocked)
    assert verdicts(made(seed, "nvidia-b200", "2026-08-01", policy=["us-2023-10-acs"], buyer="JPN"))[0] == "available"


def test_smics_7_nm_under_the_rules_of_the_three_countries(seed: Dataset) -> None:
    """What the seed can say: no rule on tools is on record item by item, so nothing is denied for certain. Read strictly, the Dutch rule leaves Nikon's immersion
    scanners to SMIC, but may take the sensors that ASML delivers to Nikon; the American one leaves SMIC none."""

    def of(policy: list[str], day: str = "2023-12-01") -> FeasibilityAnswer:
        return made(seed, "smic-n-plus-2", day, policy=policy, buyer="smic")

    dutch, american = of(["nl-2023"]), of(["us-2022-10", "us-2023-10-sme"])
    assert verdicts(dutch) == ("available", "lost")
    hops = {(b.item.id, b.provider.id, b.recipient.id) for b in dutch.blocked}
    assert {("arf-immersion-scanner", "asml", "smic"), ("alignment-level-sensor", "asml", "nikon")} <= hops
    assert ("arf-immersion-scanner", "nikon", "smic") not in hops
    assert verdicts(american) == ("available", "lost")
    assert "arf-immersion-scanner" in {f.item.id for f in american.failed if f.root}
    assert of(["nl-2023"], "2023-08-31").blocked == ()


@pytest.mark.parametrize("more", ["us-2022-10", "jp-2023", "us-2020-12-smic"])
def test_one_more_policy_never_makes_more_possible(more: str, seed: Dataset) -> None:
    few = made(seed, "smic-n-plus-2", "2023-12-01", policy=["nl-2023"], buyer="smic")
    many = made(seed, "smic-n-plus-2", "2023-12-01", policy=["nl-2023", more], buyer="smic")
    assert {(b.item.id, b.provider.id) for b in few.blocked} <= {(b.item.id, b.provider.id) for b in many.blocked}
    for one, two in zip(few.verdicts, many.verdicts, strict=True):
        assert two.after <= one.after
        assert two.lost_items >= one.lost_items
