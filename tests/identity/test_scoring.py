"""Scores that can be worked out by hand, and what speaks against a match."""

from __future__ import annotations

from kg.identity.decide import LINK_FROM, REVIEW_FROM
from kg.identity.profiles import profiles_of
from kg.identity.scoring import Match, match
from kg.schema import Schema
from tests.identity.making import World


def score(world: World, schema: Schema, record: str, entity: str) -> float:
    found = compared(world, schema, record, entity)
    return found.score if found else 0.0


def compared(world: World, schema: Schema, record: str, entity: str) -> Match | None:
    profiles = {p.id: p for p in profiles_of(world.facts(), schema).values()}
    return match(profiles[record], profiles[entity])


def test_the_same_label_and_country(world: World, schema: Schema) -> None:
    entity = world.firm("seed", "acm", "ACM Research", at="USA")
    assert score(world, schema, world.firm("x", "x-1", "ACM Research", at="USA"), entity) == 1.0
    assert score(world, schema, world.firm("x", "x-2", "ACM Research, Inc.", at="USA"), entity) == 0.98
    assert score(world, schema, world.firm("x", "x-3", "ACM Research"), entity) == 0.98
    assert score(world, schema, world.firm("x", "x-4", "ACM Research", at="CHN"), entity) == 0.78


def test_evidence_says_what_was_compared(world: World, schema: Schema) -> None:
    entity = world.firm("seed", "hikvision", "Hikvision", at="CHN")
    record = world.firm("csl", "csl-1", "Hangzhou Hikvision Digital Technology Co., Ltd.", "Hikvision", at="CHN")
    found = compared(world, schema, record, entity)
    assert found is not None
    assert found.score == 0.95
    assert found.method == "name and country"
    assert found.evidence == "other name 'Hikvision' (csl) equals label 'Hikvision' (seed); both are placed in CHN"


def test_an_alias_in_another_country_is_no_match(world: World, schema: Schema) -> None:
    """The firm in Iran with the other name Tesla."""
    entity = world.firm("seed", "tesla", "Tesla", at="USA")
    assert (
        score(world, schema, world.firm("csl", "csl-1", "Zagros Electronic", "Tesla", at="IRN"), entity) < REVIEW_FROM
    )
    assert score(world, schema, world.firm("eto", "eto-1", "Tesla", at="USA"), entity) == 1.0


def test_an_abbreviation_that_is_only_another_name_is_asked_about(world: World, schema: Schema) -> None:
    entity = world.firm("seed", "cas", "Chinese Academy of Sciences", "CAS", at="CHN")
    record = world.firm("csl", "csl-1", "National Time Service Center", "CAS", at="CHN")
    assert score(world, schema, record, entity) < LINK_FROM
    seen = world.firm("eto", "eto-1", "CAS", at="CHN")
    assert score(world, schema, seen, entity) == 0.92


def test_a_second_name_that_agrees_supports_an_abbreviation(world: World, schema: Schema) -> None:
    entity = world.firm("seed", "xmc", "Wuhan Xinxin (XMC)", "Wuhan Xinxin", "XMC", at="CHN")
    lone = world.firm("csl", "csl-1", "Another Maker", "XMC", at="CHN")
    backed = world.firm("csl", "csl-2", "Xinxin Semiconductor", "XMC", "Wuhan Xinxin", at="CHN")
    assert score(world, schema, lone, entity) < LINK_FROM < score(world, schema, backed, entity)


def test_a_code_decides(world: World, schema: Schema) -> None:
    entity = world.firm("seed", "asml", "ASML", at="NLD", wikidataId="Q297879")
    same = world.firm("x", "x-1", "Advanced Semiconductor Materials Lithography", wikidataId="Q297879")
    other = world.firm("x", "x-2", "ASML", at="NLD", wikidataId="Q1")
    found = compared(world, schema, same, entity)
    assert found is not None
    assert (found.score, found.method) == (0.99, "code")
    assert compared(world, schema, other, entity) is None


def test_a_ticker_supports_and_never_decides(world: World, schema: Schema) -> None:
    entity = world.firm("seed", "arista", "Arista", at="USA", ticker="NYSE:ANET")
    with_it = world.firm("x", "x-1", "Arista Networks", at="USA", ticker="ANET")
    without = world.firm("x", "x-2", "Arista Networks", at="USA")
    assert score(world, schema, with_it, entity) == score(world, schema, without, entity) + 0.04
    assert score(world, schema, world.firm("x", "x-3", "Something Else", at="USA", ticker="ANET"), entity) == 0.0


def test_hong_kong_does_not_speak_against_china(world: World, schema: Schema) -> None:
    entity = world.firm("seed", "skyverse", "Skyverse", at="CHN")
    assert score(world, schema, world.firm("csl", "csl-1", "Skyverse", at="HKG"), entity) == 1.0


def test_only_things_of_one_family_are_compared(world: World, schema: Schema) -> None:
    firm = world.firm("seed", "gaudi", "Gaudi 3", at="USA")
    assert score(world, schema, world.chip("epoch", "epoch-1", "Gaudi 3"), firm) == 0.0


def test_a_chip_by_model_maker_and_memory(world: World, schema: Schema) -> None:
    entity = world.chip("seed", "h100", "Nvidia H100 SXM5 80GB", "H100", by="Nvidia", gb=80)
    told = (
        ("NVIDIA H100 SXM5 80GB", 80, 0.97),
        ("NVIDIA H100 SXM", 80, 0.93),
        ("NVIDIA H100", 80, 0.93),
        ("NVIDIA H100 SXM", 40, 0.78),
        ("NVIDIA H100 PCIe", 80, 0.0),
        ("NVIDIA H100 (64 GB test)", 0, 0.0),
        ("H100", 0, 0.68),
    )
    for number, (label, gb, expected) in enumerate(told):
        record = world.chip("epoch", f"epoch-{number}", label, gb=gb)
        assert score(world, schema, record, entity) == expected, label


def test_another_maker_speaks_against_a_model(world: World, schema: Schema) -> None:
    """Maia 100 is also called M100, which is a Kunlun chip as well."""
    entity = world.chip("seed", "kunlun", "Kunlun M100", "M100", by="Kunlunxin")
    record = world.chip("epoch", "epoch-1", "M100", by="Microsoft")
    assert score(world, schema, record, entity) < REVIEW_FROM


def test_items_match_by_label_alone(world: World, schema: Schema) -> None:
    entity = world.chip("seed", "overlay", "Overlay metrology tool", class_name="Tool")
    same = world.chip("eto", "eto-n1", "Overlay metrology tools", class_name="Tool")
    material = world.chip("eto", "eto-n2", "Overlay metrology tools", class_name="Material")
    near = world.chip("eto", "eto-n3", "Overlay metrology tools (adv. pkg.)", class_name="Tool")
    assert score(world, schema, same, entity) == 0.95
    assert REVIEW_FROM < score(world, schema, material, entity) < LINK_FROM
    assert score(world, schema, near, entity) == 0.0
