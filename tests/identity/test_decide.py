"""What is linked, what a person is asked, what is left alone; and that links make a forest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kg.facts.model import Facts
from kg.identity.decisions import DIFFERENT, SAME, Decision
from kg.identity.links import LinkResult, link_facts
from kg.schema import Schema
from kg.terms import BASE
from tests.identity.making import World


def run(world: World, *decisions: Decision) -> LinkResult:
    return link_facts(world.facts(), world.schema, decisions, packaged=False)


def links(result: LinkResult) -> dict[str, str]:
    """Entity by record, as `class/slug`."""
    ends = ((link.text("record"), link.text("identifiedWith")) for link in result.links)
    return {a.removeprefix(f"{BASE}id/"): b.removeprefix(f"{BASE}id/") for a, b in ends}


def asked(result: LinkResult) -> set[tuple[str, str]]:
    return {(row.record, row.identified_with) for row in result.review}


def test_three_ways(world: World) -> None:
    seed = world.firm("seed", "acm", "ACM Research", at="USA")
    same = world.firm("x", "x-1", "ACM Research, Inc.", at="USA")
    longer = world.firm("y", "y-1", "ACM Research Equipment", at="USA")
    world.firm("z", "z-1", "Another Maker", at="USA")
    found = run(world)
    assert links(found) == {same: seed}
    assert asked(found) == {(longer, seed)}
    assert found.statistics.by_rule == 1
    assert found.statistics.review == 1


def test_a_decision_wins_in_both_directions(world: World) -> None:
    seed = world.firm("seed", "acm", "ACM Research", at="USA")
    same = world.firm("x", "x-1", "ACM Research", at="USA")
    other = world.firm("y", "y-1", "Quite Another Name", at="FRA")
    found = run(world, Decision(same, seed, DIFFERENT, "no"), Decision(other, seed, SAME, "yes"))
    assert links(found) == {other: seed}
    assert asked(found) == set()
    assert found.statistics.curated == 1
    assert found.statistics.apart == 1


def test_of_two_nearly_equal_entities_none_is_chosen(world: World) -> None:
    world.firm("seed", "toray-engineering", "Toray Engineering", at="JPN")
    world.firm("seed", "toray-industries", "Toray Industries", at="JPN")
    record = world.firm("eto", "eto-p292", "Toray", at="JPN")
    found = run(world)
    assert links(found) == {}
    assert {a for a, _ in asked(found)} == {record}
    assert len(asked(found)) == 2


def test_a_decision_breaks_a_tie(world: World) -> None:
    first = world.firm("seed", "toray-engineering", "Toray Engineering", at="JPN")
    second = world.firm("seed", "toray-industries", "Toray Industries", at="JPN")
    record = world.firm("eto", "eto-p292", "Toray", at="JPN")
    assert links(run(world, Decision(record, second, DIFFERENT))) == {record: first}
    found = run(world, Decision(record, second, SAME))
    assert links(found) == {record: second}
    assert asked(found) == set()


def test_the_label_to_the_letter_beats_a_longer_one(world: World) -> None:
    seed = world.firm("seed", "hua-hong", "Hua Hong Semiconductor", at="CHN")
    world.firm("seed", "hua-hong-group", "Hua Hong Semiconductor Group", at="CHN")
    record = world.firm("x", "x-1", "Hua Hong Semiconductor", at="CHN")
    assert links(run(world)) == {record: seed}


def test_another_name_of_the_record_that_is_another_entity_is_asked_about(world: World) -> None:
    """The data set says Hitachi and means Hitachi High-Tech."""
    world.firm("seed", "hitachi", "Hitachi", at="JPN")
    world.firm("seed", "hitachi-high-tech", "Hitachi High-Tech", at="JPN")
    world.firm("eto", "eto-p97", "Hitachi", "Hitachi High-Tech", at="JPN")
    found = run(world)
    assert links(found) == {}
    assert len(found.review) == 2


def test_of_several_records_the_best_is_linked_alone(world: World) -> None:
    seed = world.firm("seed", "skyverse", "Skyverse", at="CHN")
    best = world.firm("csl", "csl-1", "Skyverse", at="CHN")
    second = world.firm("csl", "csl-2", "Skyverse Limited", at="CHN")
    found = run(world)
    assert links(found) == {best: seed}
    assert asked(found) == {(second, seed)}


def test_a_party_listed_twice_is_linked_twice(world: World) -> None:
    seed = world.firm("seed", "huawei", "Huawei Technologies", at="CHN")
    listed = {
        world.firm("csl", "csl-1", "HUAWEI TECHNOLOGIES CO., LTD.", at="CHN"),
        world.firm("csl", "csl-2", "Huawei Technologies Co., Ltd.", at="CHN"),
    }
    assert links(run(world)) == dict.fromkeys(listed, seed)


def test_equally_good_records_of_other_names_are_asked_about(world: World) -> None:
    seed = world.firm("seed", "jingce", "Shanghai Jingce", at="CHN")
    one = world.firm("csl", "csl-1", "Jingce Semiconductors", "Shanghai Jingce", at="CHN")
    other = world.firm("csl", "csl-2", "Jingzhuo Information", "Shanghai Jingce", at="CHN")
    assert asked(run(world)) == {(one, seed), (other, seed)}
    decided = run(world, Decision(one, seed, SAME))
    assert links(decided) == {one: seed}
    assert asked(decided) == {(other, seed)}


def test_records_without_a_curated_entity_lead_to_the_first_data_set(world: World) -> None:
    first = world.firm("athena", "athena-aixtron", "AIXTRON", at="DEU")
    later = world.firm("eto", "eto-p405", "Aixtron", at="DEU")
    assert links(run(world)) == {later: first}


def test_three_records_make_a_tree(world: World) -> None:
    seed = world.firm("seed", "sugon", "Sugon", at="CHN")
    listed = world.firm("csl", "csl-1", "Dawning Information Industry", "Sugon", at="CHN")
    other = world.firm("lists", "lists-1", "Dawning Information Industry Co., Ltd.", at="CHN")
    assert links(run(world)) == {listed: seed, other: listed}


def test_no_detour_round_a_question(world: World) -> None:
    """What is asked of the curated entity is not answered by a link to a record that means it."""
    seed = world.firm("seed", "smic", "SMIC", at="CHN")
    main = world.firm("athena", "athena-smic", "SMIC", at="CHN")
    world.firm("csl", "csl-1", "SMIC", at="CHN")
    holding = world.firm("csl", "csl-2", "SMIC Holdings", at="CHN")
    found = run(world)
    assert links(found)[main] == seed
    assert holding not in links(found)


def test_what_is_kept_apart_is_not_joined_by_a_third(world: World) -> None:
    seed = world.firm("seed", "a", "Alpha Optics", at="DEU")
    one = world.firm("x", "x-1", "Alpha Optics", at="DEU")
    two = world.firm("y", "y-1", "Alpha Optics", at="DEU")
    found = run(world, Decision(two, seed, DIFFERENT))
    assert links(found) == {one: seed}
    assert asked(found) == set()


def test_two_curated_entities_are_never_joined(world: World) -> None:
    one = world.firm("seed", "alpha", "Alpha Optics", at="DEU")
    two = world.firm("seed", "beta", "Beta Optics", at="DEU")
    record = world.firm("x", "x-1", "Alpha Optics", at="DEU")
    found = run(world, Decision(record, one, SAME), Decision(record, two, SAME))
    assert len(links(found)) == 1
    assert found.statistics.contradicted == 1


def test_releases_of_one_series_are_one_data_set(world: World) -> None:
    world.series("eto-2022", "eto")
    world.series("eto-2026", "eto")
    world.firm("eto-2022", "eto-p1", "Alpha Optics", at="DEU")
    world.firm("eto-2026", "eto-p2", "Alpha Optics", at="DEU")
    assert links(run(world)) == {}
    assert run(world).statistics.compared == 0


def test_decisions_on_what_is_not_there_do_nothing(world: World) -> None:
    seed = world.firm("seed", "alpha", "Alpha Optics", at="DEU")
    found = run(world, Decision("company/x-9", seed, SAME), Decision("company/x-9", seed, DIFFERENT))
    assert links(found) == {}
    assert found.statistics.idle == 1


# ---- properties ---------------------------------------------------------------------------------------------------------------

NAMES = [
    "Alpha Optics",
    "Alpha Optics Ltd",
    "Alpha",
    "Alpha Technology",
    "Beta",
    "Beta Group",
    "Alpha Beta",
    "Shanghai Alpha Optics",
]
FIRM = st.tuples(
    st.sampled_from(["seed", "athena", "csl", "lists"]),
    st.sampled_from(NAMES),
    st.lists(st.sampled_from(NAMES), max_size=2),
    st.sampled_from(["", "CHN", "DEU"]),
)
FIRMS = st.lists(FIRM, max_size=9)
VERDICTS = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.sampled_from([SAME, DIFFERENT])), max_size=4)


def filled(schema: Schema, firms: list[tuple[str, str, list[str], str]]) -> tuple[World, list[str]]:
    world = World(schema)
    return world, [
        world.firm(batch, f"{batch}-{i}", label, *aliases, at=at) for i, (batch, label, aliases, at) in enumerate(firms)
    ]


def judged(ids: list[str], verdicts: list[tuple[int, int, str]]) -> list[Decision]:
    """Decisions on pairs of different data sets, one a pair."""
    found = {
        frozenset((ids[a], ids[b])): Decision(ids[a], ids[b], word)
        for a, b, word in verdicts
        if a < len(ids) and b < len(ids) and ids[a].split("-")[0] != ids[b].split("-")[0]
    }
    return list(found.values())


@given(FIRMS, VERDICTS, st.integers(0, 5))
def test_the_order_of_rows_changes_nothing(
    schema: Schema, firms: list[tuple[str, str, list[str], str]], verdicts: list[tuple[int, int, str]], shuffle: int
) -> None:
    world, ids = filled(schema, firms)
    decisions = judged(ids, verdicts)

    def result(facts: Facts, words: list[Decision]) -> tuple[object, ...]:
        found = link_facts(facts, schema, words, packaged=False)
        return found.links, found.review, found.facts.statements, found.statistics

    assert result(world.facts(), decisions) == result(world.facts(shuffle), decisions[::-1])


@given(FIRMS, VERDICTS)
def test_links_are_a_forest_towards_the_curated_entity(
    schema: Schema, firms: list[tuple[str, str, list[str], str]], verdicts: list[tuple[int, int, str]]
) -> None:
    world, ids = filled(schema, firms)
    decisions = judged(ids, verdicts)
    found = run(world, *decisions)
    up = links(found)
    assert len(up) == len(found.links), "a record has one entity"
    trees: dict[str, set[str]] = {}
    for id_ in ids:
        here, steps = id_, 0
        while here in up:
            here, steps = up[here], steps + 1
            assert steps <= len(ids), "a circle"
        trees.setdefault(here, set()).add(id_)
    for root, members in trees.items():
        curated = [m for m in members if m.startswith("company/seed")]
        assert len(curated) <= 1
        assert not curated or curated == [root]
    for word in decisions:
        one, other = (
            next(r for r, members in trees.items() if id_ in members) for id_ in (word.record, word.identified_with)
        )
        if word.decision == DIFFERENT:
            assert one != other
            assert (word.record, word.identified_with) not in asked(found)


@given(FIRMS, st.integers(0, 8), st.integers(0, 8), st.sampled_from([SAME, DIFFERENT]))
def test_one_decision_wins_whatever_the_names(
    schema: Schema, firms: list[tuple[str, str, list[str], str]], a: int, b: int, word: str
) -> None:
    world, ids = filled(schema, firms)
    decisions = judged(ids, [(a, b, word)])
    if decisions:
        up = links(run(world, *decisions))

        def root(id_: str) -> str:
            while id_ in up:
                id_ = up[id_]
            return id_

        assert (root(ids[a]) == root(ids[b])) is (word == SAME)


def test_facts_without_records_make_no_links(world: World) -> None:
    world.firm("seed", "alpha", "Alpha Optics", at="DEU")
    assert run(world).links == ()
