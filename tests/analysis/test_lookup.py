"""Search and lists."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.errors import AmbiguousId, BadArgument, BadCursor, UnknownId, WrongClass
from kg.store.dataset import Dataset
from tests.helpers import FactsFolder, ask

TODAY = {"asOf": "2026-11-24", "knownOn": "2026-11-24"}


def ids(dataset: Dataset, text: str, **more: object) -> list[str]:
    return [m.id for m in ask(dataset, "search", text=text, **more, **TODAY).answer.matches]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Huawei", "huawei"),
        ("HUAWEI", "huawei"),
        ("  huawei ", "huawei"),
        ("华为", "huawei"),
        ("阿斯麦", "asml"),
        ("台积电", "tsmc"),
        ("한미반도체", "hanmi-semiconductor"),
        ("Huawie", "huawei"),
        ("Nvdia", "nvidia"),
        ("Netherland", "NLD"),
        ("ascend 910c", "huawei-ascend-910c"),
        ("ascend-910C", "huawei-ascend-910c"),
        ("huawei-ascend-910c", "huawei-ascend-910c"),
        ("Taiwan Semiconductor", "tsmc"),
        ("sc34", "sc34"),
        ("NLD", "NLD"),
    ],
)
def test_search_finds(text: str, expected: str, seed: Dataset) -> None:
    assert ids(seed, text)[0] == expected


def test_exact_names_come_first(seed: Dataset) -> None:
    answer = ask(seed, "search", text="HBM3", limit=20, **TODAY).answer
    scores = [m.score for m in answer.matches]
    assert scores == sorted(scores, reverse=True)
    assert (answer.matches[0].id, answer.matches[0].score) == ("hbm3", 1.0)
    assert all(s < 1 for s in scores[1:])
    assert ids(seed, "SMIC")[0] == "smic"


def test_search_keeps_a_class_and_those_below(seed: Dataset) -> None:
    answer = ask(seed, "search", text="huawei", limit=50, **{"class": "Item"}, **TODAY).answer
    schema = seed.schema
    assert answer.matches
    assert all(schema.is_a(m.class_, "Item") for m in answer.matches)
    assert ids(seed, "huawei", **{"class": "Company"})[0] == "huawei"
    assert ids(seed, "huawei", **{"class": "Country"}) != ["huawei"]
    for name in ("process-node", "ProcessNode", "process node", "processnode"):
        assert ids(seed, "N7", **{"class": name})


def test_an_id_shared_by_two_classes(folder: FactsFolder, opened: Callable[[FactsFolder], Dataset]) -> None:
    folder.entity("Component", "gallium", "Gallium part")
    folder.entity("Material", "gallium", "Gallium")
    dataset = opened(folder)
    assert set(ids(dataset, "gallium")) == {"component/gallium", "material/gallium"}
    with pytest.raises(AmbiguousId) as caught:
        ask(dataset, "entity", id="gallium")
    assert caught.value.detail["candidates"] == ["component/gallium", "material/gallium"]
    assert ask(dataset, "entity", id="material/gallium").answer.entity.id == "material/gallium"


@pytest.mark.parametrize("text", ["", " ", "…", "-", "!?"])
def test_an_empty_text_is_refused(text: str, seed: Dataset) -> None:
    with pytest.raises(BadArgument) as caught:
        ask(seed, "search", text=text)
    assert caught.value.detail["argument"] == "text"


def test_nothing_alike_is_an_empty_answer_with_a_notice(seed: Dataset) -> None:
    answered = ask(seed, "search", text="qqqqzzzz", **TODAY)
    assert answered.answer.matches == ()
    assert any("qqqqzzzz" in n for n in answered.meta.notices)


def test_limit(seed: Dataset) -> None:
    assert ids(seed, "semiconductor", limit=3) == ids(seed, "semiconductor", limit=100)[:3]


# ---- lists ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def shop(folder: FactsFolder, opened: Callable[[FactsFolder], Dataset]) -> Dataset:
    """Chips with figures, one without, and a system."""
    folder.entities("Country", "NLD", "CHN")
    folder.entities("Company", "acme", "bolt")
    folder.entity("Chip", "chip-a", "Zeta")
    folder.entity("Chip", "chip-b", "alpha")
    folder.entity("Chip", "chip-c", "Écho")
    folder.entity("Chip", "chip-d", "Mu")
    folder.entity("System", "rack", "Rack")
    for chip, area in (("chip-a", "100"), ("chip-b", "20"), ("chip-c", "100.5")):
        folder.plain(chip, "dieArea", area)
    folder.plain("chip-b", "dieArea", "300", status="unverified")
    folder.plain("chip-a", "marketSegment", "data centre")
    folder.plain("chip-d", "marketSegment", "consumer")
    folder.plain("chip-a", "launchDate", "2024-03-18")
    folder.plain("acme", "headquarteredIn", "NLD")
    folder.plain("bolt", "headquarteredIn", "CHN")
    return opened(folder)


def listed(dataset: Dataset, class_: str = "Chip", **more: object) -> list[str]:
    return [e.id for e in ask(dataset, "list", **{"class": class_}, **more).answer.entities]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("dieArea > 100", "bc"),
        ("dieArea >= 100", "abc"),
        ("dieArea = 100.0", "a"),
        ("dieArea < 99", "b"),
        ("dieArea <= 20", "b"),
        ("dieArea != 100", "bc"),
        ("dieArea has", "abc"),
        ("dieArea lacks", "d"),
        ("marketSegment = data centre", "a"),
        ("marketSegment != data centre", "d"),
        ("launchDate > 2024-01", "a"),
    ],
)
def test_conditions(where: str, expected: str, shop: Dataset) -> None:
    assert listed(shop, where=[where]) == [f"chip-{x}" for x in expected]


def test_conditions_add_up_and_take_ids(shop: Dataset) -> None:
    assert listed(shop, where=["dieArea > 50", "marketSegment has"]) == ["chip-a"]
    assert listed(shop, "Organisation", where=["headquarteredIn = NLD"]) == ["acme"]
    assert listed(shop, "Company", where="headquarteredIn != country/NLD") == ["bolt"]
    assert listed(shop, where=["dieArea > 200"], verifiedOnly=True) == []


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("id", "abcd"),
        ("-id", "dcba"),
        ("label", "bcda"),
        ("-label", "adcb"),
        ("dieArea", "bacd"),
        ("-dieArea", "cabd"),
        ("launchDate", "abcd"),
    ],
)
def test_order(order: str, expected: str, shop: Dataset) -> None:
    assert listed(shop, order=order) == [f"chip-{x}" for x in expected]
    assert listed(shop, order=order) == listed(shop, order=order)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"where": "dieArea"}, "no condition"),
        ({"where": "dieArea >"}, "no condition"),
        ({"where": "dieArea ~ 5"}, "no condition"),
        ({"where": "dieArea > big"}, "is none"),
        ({"where": "dieAria > 5"}, "nearest: dieArea"),
        ({"where": "headquarteredIn = NLD"}, "has no property"),
        ({"order": "dieAria"}, "nearest: dieArea"),
        ({"class": "Company", "where": "headquarteredIn > NLD"}, "expected = or !="),
        ({"class": "Chipp"}, "nearest: Chip"),
        ({"class": "Provision"}, "is none of"),
        ({"class": None}, "missing"),
        ({"first": 0}, "out of range; expected 1 to 500"),
        ({"first": 501}, "out of range"),
    ],
    ids=str,
)
def test_what_a_list_refuses(raw: dict[str, object], words: str, shop: Dataset) -> None:
    with pytest.raises(BadArgument, match=words.replace("?", r"\?")):
        ask(shop, "list", **{"class": "Chip", **raw})
    with pytest.raises(UnknownId):
        ask(shop, "list", **{"class": "Company"}, where="headquarteredIn = NLDD")
    with pytest.raises(WrongClass):
        ask(shop, "list", **{"class": "Company"}, where="headquarteredIn = acme")


def pages(dataset: Dataset, **raw: object) -> list[str]:
    found, after = [], None
    while True:
        answer = ask(dataset, "list", **raw, after=after).answer
        found += [e.id for e in answer.entities]
        after = answer.next
        if after is None:
            assert len(found) == answer.total
            return found


@pytest.mark.parametrize("first", [1, 7, 100])
@pytest.mark.parametrize("order", ["id", "-label", "denseFp16Throughput"])
def test_pages_are_the_whole(first: int, order: str, seed: Dataset) -> None:
    raw = {"class": "Chip", "order": order, **TODAY}
    assert pages(seed, first=first, **raw) == [e.id for e in ask(seed, "list", first=500, **raw).answer.entities]


def test_cursors_of_another_query_or_release_are_refused(shop: Dataset, seed: Dataset) -> None:
    raw = {"class": "Chip", "first": 2}
    cursor = ask(shop, "list", **raw).answer.next
    assert cursor is not None
    assert cursor == ask(shop, "list", **raw).answer.next
    assert [e.id for e in ask(shop, "list", **raw, after=cursor).answer.entities] == ["chip-c", "chip-d"]
    others = [{"class": "Item"}, {"order": "-id"}, {"where": "dieArea has"}]
    for other in others:
        with pytest.raises(BadCursor):
            ask(shop, "list", **{**raw, **other}, after=cursor)
    with pytest.raises(BadCursor):
        ask(seed, "list", **raw, after=cursor)
    for broken in ("x", cursor[:-8], cursor[4:], "é", "AAAA", "=" * 8):
        with pytest.raises(BadCursor):
            ask(shop, "list", **raw, after=broken)


@pytest.mark.parametrize("operation", ["tier", "policy-state"])
def test_tables_have_pages(operation: str, seed: Dataset) -> None:
    def row(each: object) -> str:
        return (each.country if operation == "tier" else each.policy).id

    first = ask(seed, operation, first=30, **TODAY).answer
    second = ask(seed, operation, first=30, after=first.next, **TODAY).answer
    whole = ask(seed, operation, first=500, **TODAY).answer
    assert [row(r) for r in [*first.rows, *second.rows]] == [row(r) for r in whole.rows][:60]
    assert whole.next is None
    assert first.total == len(whole.rows)
