"""Links between the real data sets and the seed: how good the rules are on the labelled pairs, and that the decisions fit the data.

`pairs.csv` holds ids of records, whether they mean one thing, and why; names and ids are facts, and none of the data sets is copied.
The pairs were judged by persons from names, countries, products and figures, not by the score.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from kg.facts.model import Facts
from kg.identity.decisions import packaged_decisions
from kg.identity.links import LinkResult, link_facts
from kg.identity.measure import Pair, measure, read_pairs, table
from kg.schema import Schema
from kg.terms import BASE
from tests.identity.conftest import DATA

PAIRS = Path(__file__).with_name("pairs.csv")
IDENTITY = Path(__file__).resolve().parents[2] / "seed_data" / "identity"
RENAMED = 27


def rows(name: str) -> list[dict[str, str]]:
    with (IDENTITY / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def pairs() -> tuple[Pair, ...]:
    return read_pairs(PAIRS)


@pytest.fixture(scope="module")
def by_rule(joined: Facts, schema: Schema) -> LinkResult:
    return link_facts(joined, schema, packaged=False)


@pytest.fixture(scope="module")
def with_decisions(joined: Facts, schema: Schema) -> LinkResult:
    return link_facts(joined, schema)


def entity_of(result: LinkResult, record: str) -> str:
    up = {
        s.text("record").removeprefix(f"{BASE}id/"): s.text("identifiedWith").removeprefix(f"{BASE}id/")
        for s in result.links
    }
    while record in up:
        record = up[record]
    return record


# ---- the labelled list --------------------------------------------------------------------------------------------------------


def test_the_list_is_long_and_of_both_kinds(pairs: tuple[Pair, ...]) -> None:
    assert len(pairs) >= 300
    assert sum(p.same for p in pairs) >= 150
    assert sum(not p.same for p in pairs) >= 150
    assert all(p.why for p in pairs)
    assert set(Counter(p.group for p in pairs)) == {
        "ETO and curated",
        "Epoch and curated",
        "athena and curated",
        "screening list and curated",
        "Chinese and 1260H lists",
    }


@pytest.mark.parametrize(
    ("record", "entity"),
    [
        ("company/csl-zagros-electronic-", "company/tesla"),
        ("company/csl-focus-middle-east-", "company/eto-p104"),
        ("company/eto-p35", "company/samsung-electro-mechanics"),
        ("company/eto-p56", "company/micronics-japan"),
        ("company/eto-p298", "company/nanya-technology"),
        ("chip/epoch-nvidia-h100-sxm5-80gb", "chip/nvidia-h100-pcie"),
        ("chip/epoch-nvidia-h100-pcie", "chip/nvidia-h100-nvl"),
        ("chip/epoch-nvidia-a100-sxm4-80-gb", "chip/nvidia-a100-40"),
    ],
)
def test_the_known_false_ones_are_on_it(pairs: tuple[Pair, ...], record: str, entity: str) -> None:
    assert any(p.record.startswith(record) and p.entity == entity and not p.same for p in pairs)


def test_every_pair_is_in_the_data(joined: Facts, pairs: tuple[Pair, ...]) -> None:
    known = {iri.removeprefix(f"{BASE}id/") for iri in joined.entities}
    assert {id_ for p in pairs for id_ in (p.record, p.entity)} <= known


def test_precision_and_recall_of_the_rules(pairs: tuple[Pair, ...], by_rule: LinkResult) -> None:
    figures = measure(pairs, by_rule)
    assert by_rule.statistics.curated == 0
    assert figures.precision >= 0.99, figures.false
    assert figures.recall >= 0.85, figures.missed
    for group in {p.group for p in pairs}:
        assert figures.of(group).precision >= 0.97, group
        assert figures.of(group).recall >= 0.80, group


def test_the_docs_hold_these_figures(pairs: tuple[Pair, ...], by_rule: LinkResult) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "imports.md").read_text(encoding="utf-8")
    assert "\n".join(table(measure(pairs, by_rule))) in page


def test_with_the_decisions_every_labelled_pair_is_right(pairs: tuple[Pair, ...], with_decisions: LinkResult) -> None:
    figures = measure(pairs, with_decisions)
    assert figures.false == ()
    assert figures.missed == ()


# ---- the decisions ------------------------------------------------------------------------------------------------------------


def test_every_decision_fits_the_data(with_decisions: LinkResult) -> None:
    assert with_decisions.statistics.idle == 0
    assert with_decisions.statistics.contradicted == 0
    assert with_decisions.statistics.curated == sum(d.decision == "same" for d in packaged_decisions())
    assert len(with_decisions.review) < 20


def test_every_input_of_eto_was_gone_through(joined: Facts) -> None:
    inputs = {
        iri.removeprefix(f"{BASE}id/")
        for iri, e in joined.entities.items()
        if e.slug.startswith("eto-n") and e.slug[5:].isdigit()
    }
    with (DATA / "eto-2026-08" / "inputs.csv").open(encoding="utf-8-sig", newline="") as file:
        now = {row["input_id"] for row in csv.DictReader(file)}
    assert len(now) == 126
    decided = {d.record for d in packaged_decisions()}
    without = {row["record"] for row in rows("without-counterpart.csv")}
    assert inputs <= decided | without
    assert not decided & without


def test_inputs_that_changed_their_name_were_reviewed() -> None:
    """Ids of the 2022 release that stand under another name in the latest, counted from the files."""
    names: list[dict[str, str]] = []
    for folder in ("eto-2022", "eto-2026-08"):
        path = DATA / folder / "inputs.csv"
        if not path.is_file():
            pytest.skip(f"the data set {folder} is not here (CHOKEPOINT_DATA names its folder)")
        with path.open(encoding="utf-8-sig", newline="") as file:
            names.append({row["input_id"]: row["input_name"] for row in csv.DictReader(file)})
    before, since = names
    changed = {(i, before[i], since[i]) for i in before.keys() & since.keys() if before[i] != since[i]}
    told = {
        (f"N{row['record'].rpartition('eto-n')[2]}", row["name_2022"], row["name_since"])
        for row in rows("renamed-inputs.csv")
    }
    assert len(changed) == RENAMED
    assert told == changed
    assert {row["scope"] for row in rows("renamed-inputs.csv")} == {"same", "wider", "narrower"}


def test_an_input_whose_scope_changed_is_not_merged_unawares() -> None:
    """N29 stood for every e-beam tool in 2022: it is neither of the curated mask writers."""
    scopes = {row["record"]: row["scope"] for row in rows("renamed-inputs.csv")}
    assert scopes["tool/eto-n29"] == "narrower"
    assert {d.decision for d in packaged_decisions() if d.record == "tool/eto-n29"} == {"different"}


# ---- what the links say -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "entity"),
    [
        ("tool/eto-n20", "tool/euv-scanner"),
        ("tool/eto-n51", "tool/etch-tool-ccp"),
        ("process-step/eto-n57", "process-step/cmp-step"),
        ("material/eto-n90", "material/cmp-slurry-pad"),
        ("company/eto-p313", "company/acm-research"),
        ("company/eto-p208", "company/shin-etsu-chemical"),
        ("company/eto-p298", "company/nan-ya-pcb"),
        ("company/eto-p24", "company/tesla"),
        ("company/athena-aws", "company/amazon"),
        ("chip/epoch-nvidia-hgx-h20", "chip/nvidia-h20"),
        ("chip/epoch-maia-100-m100", "chip/microsoft-maia100"),
        ("company/lists-yangtze-memory-technologies-co-ltd", "company/ymtc"),
    ],
)
def test_records_lead_to_their_entity(with_decisions: LinkResult, record: str, entity: str) -> None:
    assert entity_of(with_decisions, record) == entity


@pytest.mark.parametrize(
    "record",
    [
        "tool/eto-n29",
        "tool/eto-n17",
        "material/eto-n31",
        "company/eto-p104",
        "company/eto-p289",
        "company/eto-p306",
        "chip/epoch-nvidia-a100",
        "chip/epoch-nvidia-gh100",
        "company/lists-smic-holdings-limited",
    ],
)
def test_records_that_mean_nothing_curated_stay_apart(joined: Facts, with_decisions: LinkResult, record: str) -> None:
    assert joined.entities[f"{BASE}id/{entity_of(with_decisions, record)}"].batch != "seed"


def test_no_pseudo_provider_is_linked(joined: Facts, with_decisions: LinkResult) -> None:
    groups = {iri for iri, e in joined.entities.items() if e.class_name == "OrganisationGroup" and e.batch != "seed"}
    assert groups
    assert not {s.text("record") for s in with_decisions.links} & groups


def test_links_lead_to_the_seed_or_to_an_earlier_data_set(joined: Facts, with_decisions: LinkResult) -> None:
    for link in with_decisions.links:
        assert joined.entities[link.text("record")].batch != "seed"
    assert with_decisions.statistics.by_data_set.keys() == {"athena", "csl", "epoch", "eto", "lists"}


def test_the_same_facts_give_the_same_links(joined: Facts, schema: Schema, with_decisions: LinkResult) -> None:
    turned = Facts(
        joined.batches,
        joined.sources,
        dict(reversed(joined.entities.items())),
        dict(reversed(joined.statements.items())),
    )
    again = link_facts(turned, schema)
    assert again.links == with_decisions.links
    assert again.review == with_decisions.review
