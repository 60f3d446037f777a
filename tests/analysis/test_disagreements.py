"""Disagreements: worlds judged by brute force, and cases with their answers written out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.operations import Answered
from kg.store.dataset import Dataset
from tests.analysis.trust_worlds import (
    CLAIMS,
    CLASS_OF,
    ONE_AT_A_TIME,
    TODAY,
    Opened,
    Question,
    World,
    questions,
    value,
    worlds,
)
from tests.helpers import FactsFolder, ask, text_of

# ---- disagreements: worlds --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Expected:
    kind: str
    entity: str
    property: str
    statements: frozenset[str]
    claims: frozenset[str] | None
    """Ids of the claims shown; None where readings differ."""


def expected_of(world: World, entity: str, q: Question) -> list[Expected]:
    rows, iris = world.valid(q), world.iris
    if entity in CLAIMS:
        said = any(r["subject"] == entity and r["property"] == "contradicts" for r in rows)
        return [Expected("claim", entity, "", frozenset(), frozenset({entity}))] * said
    found = []
    for property_ in sorted(ONE_AT_A_TIME):
        stating = [r for r in rows if r["subject"] == entity and r["property"] == property_]
        values = {value(r["object"]) for r in stating}
        claims = {
            r["id"]
            for r in rows
            if r.file == "Claim"
            and r["about"] == entity
            and r["metric_property"] == property_
            and values - {value(r["value"])}
        }
        if len(values) > 1 or claims:
            kind = "figure" if property_ in ("dieArea", "memoryCapacity") else "value"
            shown = frozenset(claims) if len(values) == 1 else None
            found.append(Expected(kind, entity, property_, frozenset(iris[r.n] for r in stating), shown))
    groups = defaultdict(list)
    for row in rows:
        if row.file == "Provision" and row["item"] == entity and row["share"]:
            groups[row["provider"], row["period"]].append(row)
    for same in groups.values():
        if len({value(r["share"]) for r in same}) > 1:
            found.append(Expected("share", entity, "share", frozenset(iris[r.n] for r in same), frozenset()))
    return found


def told_about(world: World, entity: str, q: Question) -> list[Expected]:
    """The contradictions among claims of which one is about an entity, each from the claim that contradicts."""
    rows = world.valid(q)
    about = {r["id"] for r in rows if r.file == "Claim" and r["about"] == entity}
    valid = {r["id"] for r in rows if r.file == "Claim"}
    pairs = [(r["subject"], r["object"]) for r in rows if r["property"] == "contradicts"]
    telling = {a for a, b in pairs if a in valid and {a, b} & about}
    return [Expected("claim", a, "", frozenset(), frozenset({a})) for a in telling]


def seen_of(answered: Answered, expected: list[Expected], without_statement: bool = False) -> list[Expected]:
    """The disagreements of an answer; claims are compared where the expectation names them. Disagreements among claims alone
    are left out (`test_claims_that_differ_where_nothing_is_stated`)."""
    open_ = {(e.entity, e.property) for e in expected if e.claims is None}
    found = []
    for each in answered.answer.disagreements:
        statements = frozenset(s.iri for f in each.values for s in f.statements)
        claims = frozenset(c.id for c in each.claims)
        key = (each.entity.id, each.property)
        if each.kind in ("figure", "value") and not statements:
            continue
        found.append(Expected(each.kind, *key, statements, None if key in open_ else claims))
    return found


def in_any_order(found: Iterable[Expected]) -> list[Expected]:
    return sorted(found, key=lambda e: (e.entity, e.property, sorted(e.statements)))


@settings(max_examples=100)
@given(world=worlds(), q=questions, limit=st.integers(1, 3))
def test_disagreements_are_where_sources_differ(
    world: World, q: Question, limit: int, build: Callable[[World], Dataset]
) -> None:
    dataset = build(world)
    everyone = [e for e in (*CLASS_OF, *CLAIMS) if world.visible(e, q)]
    expected = {e: expected_of(world, e, q) for e in everyone}
    for entity in [e for e in everyone if e in CLASS_OF]:
        answered = ask(dataset, "disagreements", id=entity, **q.raw)
        told = [*expected[entity], *told_about(world, entity, q)]
        assert in_any_order(seen_of(answered, told)) == in_any_order(told)
    for class_name in ("Chip", "Item", "Company", "Claim", None):
        classes = {"Item": ("Chip", "Component"), None: (*CLASS_OF.values(), "Claim")}.get(class_name, (class_name,))
        wanted = [d for e in everyone if CLASS_OF.get(e, "Claim") in classes for d in expected[e]]
        answered = ask(dataset, "disagreements", **{"class": class_name}, **q.raw)
        answer = answered.answer
        assert in_any_order(seen_of(answered, wanted)) == in_any_order(wanted)
        assert answer.total == len(answer.disagreements)
        order = [(d.entity.iri, d.property == "share", d.property) for d in answer.disagreements]
        assert order == sorted(order)
        cited = set(re.findall(r"/statement/[0-9a-f]+", text_of(answered)))
        assert answered.meta.statements.total == len(cited)
        assert answered.meta.truncated is False
        if not answer.disagreements:
            assert any("No disagreement" in n for n in answered.meta.notices)
        for each in answer.disagreements:
            numbers = [f.value.number for f in each.values] + [c.value for c in each.claims if each.property]
            positive = [n for n in numbers if n]
            assert each.spread == (
                pytest.approx(max(positive) / min(positive), abs=1e-6) if len(positive) > 1 else None
            )
        few = ask(dataset, "disagreements", **{"class": class_name}, limit=limit, **q.raw)
        assert few.answer.disagreements == answer.disagreements[:limit]
        assert few.answer.total == answer.total
        assert few.meta.truncated == (answer.total > limit)
        told = [n for n in few.meta.notices if {str(limit), str(answer.total)} <= set(re.findall(r"\d+", n))]
        assert bool(told) == (answer.total > limit)


# ---- disagreements: by hand -------------------------------------------------------------------------------------------------


def differing(dataset: Dataset, id_: str | None = None, **more: Any) -> list[Any]:
    return list(ask(dataset, "disagreements", id=id_, **{**TODAY, **more}).answer.disagreements)


def test_two_figures_side_by_side(shop: FactsFolder, opened: Opened) -> None:
    shop.plain("chip-a", "dieArea", "814", source="old")
    shop.plain("chip-a", "dieArea", "814.0", source="new")
    shop.plain("chip-a", "dieArea", "826", source="report")
    (found,) = differing(opened(shop), "chip-a")
    assert (found.kind, found.entity.id, found.property, found.label, found.unit, found.spread, found.claims) == (
        *("figure", "chip-a", "dieArea", "die area", "mm2", round(826 / 814, 6)),
        (),
    )
    assert [(f.value.number, len(f.statements)) for f in found.values] == [(814, 2), (826, 1)]


def test_what_is_no_disagreement(shop: FactsFolder, opened: Opened) -> None:
    shop.plain("chip-a", "dieArea", "100", source="old")
    shop.plain("chip-a", "dieArea", "100.00", source="new")
    shop.plain("chip-b", "dieArea", "200", source="new")  # another chip's figure
    shop.plain("chip-a", "itemNote", "one")  # there may be several notes
    shop.plain("chip-a", "itemNote", "two")
    shop.claim("same", "chip-a", metric_property="dieArea", value="100.0")
    shop.claim("other", "chip-b", metric_property="dieArea", value="200", compared_with="chip-a")
    shop.claim("else", "chip-a", metric_property="memoryCapacity", value="64")
    shop.claim("words", "chip-a", metric="die area", value="50")  # names no property
    shop.relation("Provision", item="part-a", provider="acme", share="10", period="2023", source="old")
    shop.relation("Provision", item="part-a", provider="acme", share="20", period="2024", source="old")
    shop.relation("Provision", item="part-a", provider="bolt", share="30", period="2024", source="new")
    shop.relation("CountryShare", item="part-a", country="NLD", share="10", stage="mining", period="2024")
    shop.relation("CountryShare", item="part-a", country="NLD", share="40", stage="refining", period="2024")
    dataset = opened(shop)
    answered = ask(dataset, "disagreements", **TODAY)
    assert (answered.answer.disagreements, answered.answer.total) == ((), 0)
    assert any("No disagreement is on record" in n for n in answered.meta.notices)
    one = ask(dataset, "disagreements", id="chip-a", **TODAY)
    assert one.answer.total == 0
    assert [c.node.id for c in one.meta.coverage] == ["chip-a"]
    assert any("single source" in n for n in one.meta.notices)


def test_a_claim_with_another_number(shop: FactsFolder, opened: Opened) -> None:
    shop.plain("chip-a", "dieArea", "100", source="old")
    shop.claim("bigger", "chip-a", metric_property="dieArea", value="150")
    shop.claim("same", "chip-a", metric_property="dieArea", value="100")
    shop.claim("elsewhere", "chip-b", metric_property="dieArea", value="70", compared_with="chip-a")
    dataset = opened(shop)
    (found,) = differing(dataset, "chip-a")
    assert (found.kind, found.property, found.spread) == ("figure", "dieArea", 1.5)
    assert [c.id for c in found.claims] == ["bigger"]
    assert [f.value.number for f in found.values] == [100]
    assert differing(dataset, "chip-b") == []


def test_shares_of_one_relation_and_period(shop: FactsFolder, opened: Opened) -> None:
    same = {"item": "part-a", "provider": "acme", "share_basis": "revenue", "period": "2024"}
    shop.relation("Provision", **same, share="40", source="old")
    shop.relation("Provision", **same, share="50", source="new")
    dataset = opened(shop)
    (found,) = differing(dataset, "part-a")
    assert (found.kind, found.property, found.spread) == ("share", "share", 1.25)
    assert sorted((f.value.number, f.label) for f in found.values) == [
        (40, "Acme: revenue; 2024"),
        (50, "Acme: revenue; 2024"),
    ]
    assert differing(dataset, "acme") == []  # the share is the item's


def test_shares_of_one_source_on_two_bases_do_not_differ(shop: FactsFolder, opened: Opened) -> None:
    """shares of different bases are put together, though `_shares` says "on one basis that differ between sources": the
    seed's xenon and krypton imports of 2021, both of one source, are shown as a disagreement."""
    same = {"item": "part-a", "country": "CHN", "period": "2021", "source": "old"}
    shop.relation("CountryShare", **same, share="31", share_basis="xenon imports")
    shop.relation("CountryShare", **same, share="17", share_basis="krypton imports")
    assert differing(opened(shop), "part-a") == []


def test_shares_of_two_sources_on_two_bases_do_not_differ(shop: FactsFolder, opened: Opened) -> None:
    same = {"item": "part-a", "country": "CHN", "period": "2021"}
    shop.relation("CountryShare", **same, share="31", share_basis="mine production", source="old")
    shop.relation("CountryShare", **same, share="17", share_basis="reserves", source="new")
    assert differing(opened(shop), "part-a") == []


def test_one_source_does_not_disagree_with_itself(shop: FactsFolder, opened: Opened) -> None:
    same = {"item": "part-a", "provider": "acme", "period": "2024", "source": "old"}
    shop.relation("Provision", **same, share="40", valid_from="2020")
    shop.relation("Provision", **same, share="50", valid_from="2021")
    dataset = opened(shop)
    assert len(dataset.facts.statements) == 2
    assert differing(dataset, "part-a") == []


def test_shares_of_one_source_in_two_quarters_do_not_differ(shop: FactsFolder, opened: Opened) -> None:
    """only the year of a period is compared, so that one source's quarters stand as a disagreement."""
    same = {"item": "part-a", "provider": "acme", "share_basis": "revenue", "source": "old"}
    shop.relation("Provision", **same, share="31", period="2024-33")
    shop.relation("Provision", **same, share="33", period="2024-34")
    assert differing(opened(shop), "part-a") == []


def test_shares_of_a_period_that_had_not_begun(shop: FactsFolder, opened: Opened) -> None:
    """shares observed in a period after `asOf` are told: they are left out everywhere else (`Snapshot.qualifiers`)."""
    same = {"item": "part-a", "provider": "acme", "period": "2025"}
    shop.relation("Provision", **same, share="40", source="old")
    shop.relation("Provision", **same, share="50", source="new")
    dataset = opened(shop)
    assert len(differing(dataset, "part-a", asOf="2025-01-01")) == 1
    assert differing(dataset, "part-a", asOf="2024-12-31") == []


def test_claims_that_differ_where_nothing_is_stated(shop: FactsFolder, opened: Opened) -> None:
    """two claims that give one figure different numbers are no disagreement where no statement gives the figure, though
    `_differs` says "or there is no statement but another claim that differs"."""
    shop.claim("small", "chip-a", metric_property="dieArea", value="100")
    shop.claim("large", "chip-a", metric_property="dieArea", value="150")
    shop.claim("alone", "chip-b", metric_property="dieArea", value="150")
    dataset = opened(shop)
    assert differing(dataset, "chip-b") == []
    (found,) = differing(dataset, "chip-a")
    assert sorted(c.id for c in found.claims) == ["large", "small"]
    assert found.spread == 1.5


def test_a_claim_that_one_of_two_statements_bears_out(shop: FactsFolder, opened: Opened) -> None:
    """a claim is shown as differing if it differs from one of the statements, though `_differs` says "from every": here
    it agrees with one of them."""
    shop.plain("chip-a", "dieArea", "100", source="old")
    shop.plain("chip-a", "dieArea", "120", source="new")
    shop.claim("same", "chip-a", metric_property="dieArea", value="120")
    shop.claim("none", "chip-a", metric_property="dieArea", value="150")
    (found,) = differing(opened(shop), "chip-a")
    assert [c.id for c in found.claims] == ["none"]


def test_a_number_claimed_of_what_is_no_number(shop: FactsFolder, opened: Opened) -> None:
    """a claim whose `metricProperty` is a date or a word and that has a number ends the question in a ValueError."""
    shop.plain("chip-a", "launchDate", "2024-03")
    shop.claim("launch", "chip-a", metric_property="launchDate", value="2025")
    answered = ask(opened(shop), "disagreements", id="chip-a", **TODAY)
    assert answered.answer.total in (0, 1)


@pytest.fixture
def contradicting(shop: FactsFolder, opened: Opened) -> Dataset:
    """Three claims about a chip, one of which contradicts another."""
    for slug in ("yes", "no", "maybe"):
        shop.claim(slug, "chip-a")
    shop.plain("yes", "contradicts", "no", note="They cannot both be true.")
    return opened(shop)


@pytest.mark.parametrize("arguments", [{"id": "yes"}, {"class": "Claim"}, {}])
def test_contradicting_claims(arguments: dict[str, str], contradicting: Dataset) -> None:
    answered = ask(contradicting, "disagreements", **arguments, **TODAY)
    (found,) = answered.answer.disagreements
    assert (found.kind, found.entity.id, found.property, found.values, found.spread) == ("claim", "yes", "", (), None)
    (claim,) = found.claims
    assert [(c.kind, c.entity.id, c.text) for c in claim.contradicted_by] == [
        ("contradicts", "no", "They cannot both be true.")
    ]
    assert answered.meta.statements.total == 2  # the claim and the contradiction
    assert differing(contradicting, "maybe") == []


@pytest.mark.parametrize("asked", ["no", "chip-a"])
def test_a_contradiction_is_told_from_every_side(asked: str, contradicting: Dataset) -> None:
    """asked about the claim that is contradicted, or about what the two claims are about, the answer is "No disagreement
    is on record"; only the claim that contradicts is looked at."""
    assert [d.kind for d in differing(contradicting, asked)] == ["claim"]


def test_a_disagreement_that_is_over_or_not_yet_known(shop: FactsFolder, opened: Opened) -> None:
    shop.batch["recorded"] = "2025-06-01"
    shop.plain("acme", "headquarteredIn", "NLD", source="old", valid_until="2024-01-01")
    shop.plain("acme", "headquarteredIn", "CHN", source="new", first_public="2023-01-01")
    shop.plain("chip-a", "dieArea", "100", source="old")
    shop.plain("chip-a", "dieArea", "120", source="new")
    dataset = opened(shop)
    assert [d.kind for d in differing(dataset, "acme", asOf="2023-12-31")] == ["value"]
    assert differing(dataset, "acme", asOf="2024-01-01") == []
    assert differing(dataset, "chip-a", knownOn="2025-03-03") == []
    assert len(differing(dataset, "chip-a", knownOn="2025-03-04")) == 1


def test_verified_only_takes_the_other_side_away(shop: FactsFolder, opened: Opened) -> None:
    shop.plain("chip-a", "dieArea", "100", source="old")
    shop.plain("chip-a", "dieArea", "120", status="unverified")
    dataset = opened(shop)
    assert len(differing(dataset, "chip-a")) == 1
    assert differing(dataset, "chip-a", verifiedOnly=True) == []
