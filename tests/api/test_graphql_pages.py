"""Connections: pages against a brute-force slice, cursors, filters, orders."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.graphql.connections import cut
from kg.errors import BadArgument, BadCursor
from tests.api.servers import ask, code_of, data

# ---- the cut itself -------------------------------------------------------------------------------------------------------

_KEYS = st.lists(st.text(min_size=1, max_size=6), max_size=12, unique=True)
_SIZE = st.integers(1, 100) | st.integers(1, 4)


def _cursors(keys: list[str], name: str) -> list[str]:
    return [cursor for cursor, _ in cut(keys, str, {"first": 100}, name).edges]


@given(
    keys=_KEYS,
    size=_SIZE,
    forwards=st.booleans(),
    picks=st.tuples(st.integers(0, 20), st.integers(0, 20)),
    data_=st.data(),
)
def test_pages_are_slices(
    keys: list[str], size: int, forwards: bool, picks: tuple[int, int], data_: st.DataObject
) -> None:
    cursors = _cursors(keys, "list")
    after = data_.draw(st.sampled_from([None, *range(len(keys))]))
    before = data_.draw(st.sampled_from([None, *range(len(keys))]))
    # the algorithm of the Relay specification, on positions
    kept = [n for n in range(len(keys)) if (after is None or n > after) and (before is None or n < before)]
    shown = kept[:size] if forwards else kept[-size:]
    arguments: dict[str, Any] = {"first" if forwards else "last": size}
    if after is not None:
        arguments["after"] = cursors[after]
    if before is not None:
        arguments["before"] = cursors[before]
    page = cut(keys, lambda key: f"made {key}", arguments, "list")
    assert page.edges == tuple((cursors[n], f"made {keys[n]}") for n in shown)
    assert page.total == len(keys)
    assert page.info.start_cursor == (cursors[shown[0]] if shown else None)
    assert page.info.end_cursor == (cursors[shown[-1]] if shown else None)
    if shown:
        assert page.info.has_next_page is (shown[-1] < len(keys) - 1)
        assert page.info.has_previous_page is (shown[0] > 0)
    if forwards and len(kept) > size:
        assert page.info.has_next_page
    if not forwards and len(kept) > size:
        assert page.info.has_previous_page


@given(keys=st.lists(st.text(min_size=1, max_size=6), min_size=1, max_size=12, unique=True), size=st.integers(1, 5))
def test_walking_shows_each_element_once(keys: list[str], size: int) -> None:
    for step, from_, end in (("first", "after", "end_cursor"), ("last", "before", "start_cursor")):
        seen: list[list[str]] = []
        arguments: dict[str, Any] = {step: size}
        while True:
            page = cut(keys, str, arguments, "list")
            seen.append([made for _, made in page.edges])
            more = page.info.has_next_page if step == "first" else page.info.has_previous_page
            if not more:
                break
            arguments = {step: size, from_: getattr(page.info, end)}
        pages = seen if step == "first" else seen[::-1]
        assert [key for each in pages for key in each] == keys


@given(keys=st.lists(st.text(min_size=1), min_size=1, max_size=5, unique=True), other=_KEYS, junk=st.text(max_size=30))
def test_cursors_are_of_one_list(keys: list[str], other: list[str], junk: str) -> None:
    cursor = _cursors(keys, "one")[-1]
    assert cut(keys, str, {"first": 1, "after": cursor}, "one").edges == ()
    # still good when the list has grown before and behind it
    grown = [f"{keys[-1]} before", *keys, f"{keys[-1]} behind"]
    if len(set(grown)) == len(grown):
        assert [k for _, k in cut(grown, str, {"first": 9, "after": cursor}, "one").edges] == grown[-1:]
    for argument in ("after", "before"):
        with pytest.raises(BadCursor):
            cut(keys, str, {"first": 1, argument: cursor}, "two")
        if keys[-1] not in other:
            with pytest.raises(BadCursor):
                cut(other, str, {"first": 1, argument: cursor}, "one")
        with pytest.raises(BadCursor):
            cut(keys, str, {"last": 1, argument: junk}, "one")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({}, "page-size-missing"),
        ({"first": None, "last": None}, "page-size-missing"),
        ({"first": 1, "last": 1}, "page-size-missing"),
        ({"first": 0}, "out-of-range"),
        ({"last": 0}, "out-of-range"),
        ({"first": -1}, "out-of-range"),
        ({"first": 101}, "out-of-range"),
        ({"last": 2**31 - 1}, "out-of-range"),
    ],
)
def test_page_sizes(arguments: dict[str, Any], code: str) -> None:
    with pytest.raises(BadArgument) as refused:
        cut(["a", "b"], str, arguments, "list")
    assert refused.value.error_code == code


# ---- over HTTP --------------------------------------------------------------------------------------------------------------

Chip = dict[str, Any]


@pytest.fixture(scope="module")
def chips(client: httpx.Client) -> list[Chip]:
    """All chips in the order of their ids, fetched a page at a time."""
    found: list[Chip] = []
    after = None
    query = """query($after: String) { chips(first: 50, after: $after) { totalCount pageInfo { hasNextPage endCursor }
      nodes { id iri label dieArea denseFp16Throughput launchDate marketSegment } } }"""
    while True:
        page = data(client, query, {"after": after})["chips"]
        found += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(found) == page["totalCount"] == len({c["iri"] for c in found})
    return found


def test_the_order_of_ids_is_total_and_that_of_rest(client: httpx.Client, chips: list[Chip]) -> None:
    listed = client.get("/v1/list", params={"class": "Chip", "first": "500"}).json()["answer"]["entities"]
    assert [c["id"] for c in chips] == [e["id"] for e in listed]
    assert sum(bool(c["dieArea"]) for c in chips) > 20, "too few values for the tests below to mean anything"


def test_page_sizes_over_http(client: httpx.Client) -> None:
    for arguments, code in (
        ("", "page-size-missing"),
        ("(first: 1, last: 1)", "page-size-missing"),
        ("(first: 0)", "out-of-range"),
        ("(first: 101)", "out-of-range"),
        ("(first: -5)", "out-of-range"),
        ('(first: 1, after: "x")', "bad-cursor"),
        ('(last: 1, before: "")', "bad-cursor"),
    ):
        assert code_of(ask(client, f"{{ chips{arguments} {{ totalCount }} }}")) == code, arguments
    for size in (1, 100):
        assert len(data(client, f"{{ companies(first: {size}) {{ nodes {{ id }} }} }}")["companies"]["nodes"]) == size


def test_cursors_are_refused_for_another_list(client: httpx.Client) -> None:
    page = data(
        client,
        '{ chips(first: 3) { edges { cursor node { id } } } company(id: "asml") { provides(first: 1) { pageInfo { endCursor } } } }',
    )
    edges = page["chips"]["edges"]
    cursor = edges[1]["cursor"]
    again = data(client, f'{{ chips(first: 1, after: "{cursor}") {{ edges {{ cursor node {{ id }} }} }} }}')
    assert again["chips"]["edges"] == [edges[2]], "the same element has the same cursor"
    other = page["company"]["provides"]["pageInfo"]["endCursor"]
    for query in (
        f'{{ companies(first: 1, after: "{cursor}") {{ totalCount }} }}',
        f'{{ chips(first: 1, after: "{cursor}", orderBy: id_DESC) {{ totalCount }} }}',
        f'{{ chips(first: 1, after: "{cursor}", filter: {{dieArea: {{gt: 1}}}}) {{ totalCount }} }}',
        f'{{ chips(first: 1, after: "{other}") {{ totalCount }} }}',
        f'{{ company(id: "huawei") {{ provides(first: 1, after: "{other}") {{ totalCount }} }} }}',
    ):
        assert code_of(ask(client, query)) == "bad-cursor", query


def test_before_and_after_over_http(client: httpx.Client, chips: list[Chip]) -> None:
    edges = data(client, "{ chips(first: 10) { edges { cursor } } }")["chips"]["edges"]
    low, high = edges[2]["cursor"], edges[7]["cursor"]
    for arguments, expected in (
        (f'first: 2, after: "{low}", before: "{high}"', chips[3:5]),
        (f'last: 2, after: "{low}", before: "{high}"', chips[5:7]),
        (f'last: 3, before: "{low}"', chips[:2]),
        (f'first: 3, after: "{high}", before: "{low}"', []),
        ("last: 2", chips[-2:]),
    ):
        nodes = data(client, f"{{ chips({arguments}) {{ nodes {{ id }} }} }}")["chips"]["nodes"]
        assert [n["id"] for n in nodes] == [c["id"] for c in expected], arguments


# ---- filters against their meaning -----------------------------------------------------------------------------------------

_NUMBERS = {"eq", "ne", "lt", "lte", "gt", "gte"}
_HOLDS = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
    "contains": lambda a, b: b.casefold() in a.casefold(),
}


def _comparison(asked: dict[str, Any], values: list[Any]) -> bool:
    if "has" in asked and bool(values) is not asked["has"]:
        return False
    tests = {word: operand for word, operand in asked.items() if word != "has"}
    return not tests or any(all(_HOLDS[w](v, o) for w, o in tests.items()) for v in values)


def _meets(chip: Chip, wanted: dict[str, Any]) -> bool:
    for name, asked in wanted.items():
        if name == "and":
            good = all(_meets(chip, each) for each in asked)
        elif name == "or":
            good = any(_meets(chip, each) for each in asked)
        elif name == "not":
            good = not _meets(chip, asked)
        else:
            good = _comparison(asked, [chip["label"]] if name == "label" else chip[name])
        if not good:
            return False
    return True


_AMOUNTS = st.sampled_from([0, 100, 600, 814, 989.4, 1000, 10**6])
_NUMERIC = st.dictionaries(st.sampled_from(["eq", "ne", "lt", "lte", "gt", "gte"]), _AMOUNTS, min_size=1, max_size=2)
_TEXTS = st.dictionaries(
    st.sampled_from(["eq", "ne", "lt", "gte"]), st.sampled_from(["2020", "2022-03", "2024"]), min_size=1, max_size=2
)
_LEAVES = st.fixed_dictionaries(
    {},
    optional={
        "dieArea": _NUMERIC | st.just({"has": True}) | st.just({"has": False}),
        "denseFp16Throughput": _NUMERIC,
        "launchDate": _TEXTS | st.just({"has": False}),
        "label": st.sampled_from([{"contains": "ascend"}, {"contains": "NVIDIA"}, {"contains": "00"}]),
    },
).filter(bool)
_FILTERS = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda a: {"and": a}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda a: {"or": a}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda a: {"not": a}, inner),
    ),
    max_leaves=5,
)


@settings(max_examples=60)
@given(wanted=_FILTERS)
def test_filters(client: httpx.Client, chips: list[Chip], wanted: dict[str, Any]) -> None:
    query = "query($f: ChipFilter) { chips(first: 100, filter: $f) { totalCount nodes { id } } }"
    found = data(client, query, {"f": wanted})["chips"]
    expected = [c["id"] for c in chips if _meets(c, wanted)]
    assert found["totalCount"] == len(expected)
    assert [n["id"] for n in found["nodes"]] == expected[:100]


def test_filters_by_entity(client: httpx.Client) -> None:
    found = data(
        client,
        """{
          dutch: companies(first: 100, filter: {headquarteredIn: {id: "NLD"}}) { nodes { id headquarteredIn { id } } }
          placed: companies(first: 1, filter: {headquarteredIn: {has: true}}) { totalCount }
          lost: companies(first: 1, filter: {headquarteredIn: {has: false}}) { totalCount }
          all: companies(first: 1) { totalCount }
          none: companies(first: 1, filter: {or: []}) { totalCount }
          every: companies(first: 1, filter: {and: []}) { totalCount }
        }""",
    )
    assert "asml" in [n["id"] for n in found["dutch"]["nodes"]]
    assert all({"id": "NLD"} in n["headquarteredIn"] for n in found["dutch"]["nodes"])
    assert found["placed"]["totalCount"] + found["lost"]["totalCount"] == found["all"]["totalCount"]
    assert found["none"]["totalCount"] == 0
    assert found["every"]["totalCount"] == found["all"]["totalCount"]
    for wanted, code in (("NLDX", "unknown-id"), ("asml", "wrong-class")):
        query = f'{{ companies(first: 1, filter: {{headquarteredIn: {{id: "{wanted}"}}}}) {{ totalCount }} }}'
        assert code_of(ask(client, query)) == code


@pytest.mark.parametrize("name", ["dieArea", "denseFp16Throughput", "launchDate"])
def test_orders(client: httpx.Client, chips: list[Chip], name: str) -> None:
    with_value = [c for c in chips if c[name]]
    without = [c["id"] for c in chips if not c[name]]
    for down in (False, True):
        query = f"{{ chips(first: 100, orderBy: {name}_{'DESC' if down else 'ASC'}) {{ nodes {{ id }} }} }}"
        found = [n["id"] for n in data(client, query)["chips"]["nodes"]]
        expected = [c["id"] for c in sorted(with_value, key=lambda c: min(c[name]), reverse=down)] + without
        assert found == expected[:100]


def test_order_of_ids_and_labels(client: httpx.Client, chips: list[Chip]) -> None:
    found = data(
        client,
        "{ ids: chips(first: 100, orderBy: id_DESC) { nodes { id } } labels: companies(first: 100, orderBy: label_ASC) { nodes { label } } }",
    )
    assert [n["id"] for n in found["ids"]["nodes"]] == [c["id"] for c in chips][::-1][:100]
    labels = [n["label"].casefold() for n in found["labels"]["nodes"] if n["label"].isascii() and n["label"].isalpha()]
    assert labels == sorted(labels)
    assert len(labels) > 20
    assert code_of(ask(client, "{ chips(first: 1, orderBy: nope_ASC) { totalCount } }")) == "graphql-validation"
