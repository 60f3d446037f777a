"""Names as they are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.identity.names import Name, likeness, names_of
from kg.identity.words import without_legal_form

WORDS = st.sampled_from(
    [
        "Huawei",
        "SMIC",
        "Micron",
        "Shin-Etsu",
        "Technology",
        "Group",
        "Chemical",
        "Shanghai",
        "(Beijing)",
        "7",
        "长江存储",
        "Ltd.",
        "Corp",
    ]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)


def name(text: str) -> Name:
    return names_of(text, ())[0]


def rule(record: str, entity: str) -> str:
    return likeness(name(record), name(entity)).rule


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Huawei Technologies Co., Ltd.", "Huawei Technologies"),
        ("Applied Materials, Inc.", "Applied Materials"),
        ("Carl Zeiss SMT GmbH", "Carl Zeiss SMT"),
        ("ASML Holding N.V.", "ASML Holding"),
        ("Merck KGaA", "Merck"),
        ("Gazprom, OAO", "Gazprom"),
        ("OOO Ruskvarts", "Ruskvarts"),
        ("株式会社ディスコ", "ディスコ"),
        ("ディスコ株式会社", "ディスコ"),
        ("삼성전자 주식회사", "삼성전자"),
        ("长江存储科技有限责任公司", "长江存储科技"),
        ("中芯国际集成电路制造有限公司", "中芯国际集成电路制造"),
        ("SE", "SE"),
        ("Corp.", "Corp."),
        ("3M Company", "3M"),
        ("The Quartz Corp", "The Quartz"),
    ],
)
def test_legal_forms_are_dropped_unless_nothing_stays(text: str, bare: str) -> None:
    assert without_legal_form(text) == bare


@pytest.mark.parametrize(
    ("label", "aliases", "expected"),
    [
        (
            "Semiconductor Manufacturing International Corporation (SMIC)",
            (),
            {"Semiconductor Manufacturing International Corporation": True, "SMIC": False},
        ),
        (
            "AVIC Airborne Systems Co., Ltd. (formerly China Avionics Systems Co., Ltd.)",
            (),
            {"AVIC Airborne Systems Co., Ltd.": True, "China Avionics Systems Co., Ltd.": False},
        ),
        ("Gigaphoton (Komatsu)", ("Gigaphoton",), {"Gigaphoton": True, "Gigaphoton (Komatsu)": False}),
        ("Graphcore (SoftBank)", (), {"Graphcore (SoftBank)": True, "Graphcore": False}),
        ("ACM Research (Shanghai)", (), {"ACM Research (Shanghai)": True}),
        ("Huawei Technologies Co., Ltd. (Huawei)*", (), {"Huawei Technologies Co., Ltd.": True, "Huawei": False}),
        ("Intel", ("", "英特尔"), {"Intel": True, "英特尔": False}),
    ],
)
def test_brackets(label: str, aliases: tuple[str, ...], expected: dict[str, bool]) -> None:
    """What a bracket at the end of a name is: another name, an owner, or a place that tells a subsidiary."""
    assert {n.text: n.main for n in names_of(label, aliases)} == expected


@pytest.mark.parametrize(
    ("record", "entity", "expected"),
    [
        ("Tokyo Electron", "TOKYO ELECTRON", "equals"),
        ("Kulicke & Soffa", "Kulicke and Soffa", "equals"),
        ("Sun-Create Electronics", "Sun Create Electronics Co., Ltd.", "equals but for the legal form"),
        ("TongFu", "Tong Fu Ltd", "equals but for the legal form"),
        ("NAURA Technology Group", "Naura", "equals but for formal words"),
        ("China Electronics Technology Group Corporation", "China Electronics Corporation", ""),
        ("Zhejiang Dahua Technology Co., Ltd.", "Dahua Technology", "is, after the place it begins with,"),
        ("Cerebras", "Cerebras Systems", "is the everyday form of"),
        ("Huate Gas", "Guangdong Huate Gas", "is the everyday form of"),
        ("Applied Technologies Group", "Applied Materials", ""),
        ("Toyo", "Toyo Gosei", "is part of"),
        ("Komatsu Industries Corporation", "Komatsu", "contains"),
        ("Hysol Huawei", "Huawei", "contains, among others,"),
        ("Dongfang Jingyuann", "Dongfang Jingyuan", "is written like"),
        ("Logic Chips 7", "Logic Chips 5", ""),
        (
            "Semiconductor Manufacturing International Shanghai",
            "Semiconductor Manufacturing International Shenzhen",
            "",
        ),
        ("Micron", "Micronics Japan", ""),
        ("Samsung Electronics", "Samsung Electro-Mechanics", ""),
        ("Micron", "Intel", ""),
    ],
)
def test_the_ladder(record: str, entity: str, expected: str) -> None:
    assert rule(record, entity) == expected


@given(TEXTS)
def test_a_name_equals_itself(text: str) -> None:
    assert likeness(name(text), name(text)).score == 1.0


@given(TEXTS, TEXTS)
def test_equality_and_resemblance_are_symmetric(one: str, other: str) -> None:
    there, back = likeness(name(one), name(other)), likeness(name(other), name(one))
    assert 0.0 <= there.score <= 1.0
    if there.rule.startswith(("equals", "is written")) or back.rule.startswith(("equals", "is written")):
        assert there.score == back.score or {there.rule, back.rule} & {"is, after the place it begins with,"}


@given(st.text(max_size=40), st.lists(st.text(max_size=20), max_size=3))
def test_any_text_is_a_name_or_none(label: str, aliases: list[str]) -> None:
    for each in names_of(label, aliases):
        assert each.words
        assert each.key == "".join(each.words)
        assert each.base
