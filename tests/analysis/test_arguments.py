"""Arguments: the same mistake has the same message everywhere."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.arguments import read_arguments
from kg.errors import AmbiguousId, BadArgument, BadDate, KGError, UnknownId, WrongClass
from kg.operations import OPERATIONS, by_name
from kg.store.dataset import Dataset


def read(dataset: Dataset, operation: str, **raw: object) -> dict[str, object]:
    return read_arguments(by_name(operation).all_arguments, raw, dataset.schema, dataset.index)


PATHS = {"source": "huawei-ascend-910c", "target": "NLD"}


@pytest.mark.parametrize(
    ("operation", "raw", "error", "code", "words", "argument"),
    [
        ("search", {}, BadArgument, "missing-argument", "text: missing", "text"),
        ("search", {"text": None}, BadArgument, "missing-argument", "text: missing", "text"),
        ("search", {"text": "x" * 501}, BadArgument, "too-long", "501 characters; at most 500", "text"),
        ("search", {"text": "a\x00b"}, BadArgument, "bad-argument", "control characters", "text"),
        ("search", {"text": "a\ud800"}, BadArgument, "bad-argument", "control characters", "text"),
        ("search", {"text": ["a", "b"]}, BadArgument, "bad-argument", "given 2 times; expected once", "text"),
        (
            "search",
            {"text": "a", "txet": "b"},
            BadArgument,
            "unknown-argument",
            "no argument 'txet'; nearest: text",
            "txet",
        ),
        ("search", {"text": "a", "qqq": "b"}, BadArgument, "unknown-argument", "it takes text, class, limit", "qqq"),
        ("search", {"text": "a", "limit": "ten"}, BadArgument, "bad-argument", "'ten' is no whole number", "limit"),
        ("search", {"text": "a", "limit": "1.5"}, BadArgument, "bad-argument", "no whole number", "limit"),
        ("search", {"text": "a", "limit": True}, BadArgument, "bad-argument", "no whole number", "limit"),
        ("search", {"text": "a", "limit": "101"}, BadArgument, "out-of-range", "expected 1 to 100", "limit"),
        ("search", {"text": "a", "limit": -1}, BadArgument, "out-of-range", "expected 1 to 100", "limit"),
        ("search", {"text": "a", "class": "Chhip"}, BadArgument, "bad-argument", "nearest: Chip", "class"),
        ("entity", {"id": "asmll"}, UnknownId, "unknown-id", "nearest: asml", "id"),
        ("entity", {"id": "chip/asml"}, UnknownId, "unknown-id", "no entity has the id", "id"),
        ("entity", {"id": "https://example.org/asml"}, UnknownId, "unknown-id", "no entity has the id", "id"),
        ("entity", {"id": "ASML"}, UnknownId, "unknown-id", "nearest: asml", "id"),
        ("tier", {"country": "asml"}, WrongClass, "wrong-class", "'asml' is a company; expected a country", "country"),
        ("feasibility", {"item": "asml"}, WrongClass, "wrong-class", "'asml' is a company; expected an item", "item"),
        ("tier", {"policy": "NLD"}, WrongClass, "wrong-class", "expected a policy", "policy"),
        (
            "paths",
            {**PATHS, "mode": "fastest"},
            BadArgument,
            "bad-argument",
            "none of shortest, k-shortest, all",
            "mode",
        ),
        ("paths", {**PATHS, "minShare": "101"}, BadArgument, "out-of-range", "expected 0 to 100", "minShare"),
        ("paths", {**PATHS, "minShare": "NaN"}, BadArgument, "bad-argument", "is no number", "minShare"),
        ("paths", {**PATHS, "minShare": "inf"}, BadArgument, "bad-argument", "is no number", "minShare"),
        ("paths", {**PATHS, "relation": "Provisions"}, BadArgument, "bad-argument", "nearest: Provision", "relation"),
        (
            "paths",
            {**PATHS, "relation": ["Provision"] * 101},
            BadArgument,
            "bad-argument",
            "101 values; at most 100",
            "relation",
        ),
        ("paths", {**PATHS, "asOf": "2025-02-30"}, BadDate, "bad-date", "asOf: ", "asOf"),
        ("paths", {**PATHS, "knownOn": "tomorrow"}, BadDate, "bad-date", "knownOn: 'tomorrow' is no date", "knownOn"),
        (
            "paths",
            {**PATHS, "verifiedOnly": "maybe"},
            BadArgument,
            "bad-argument",
            "neither true nor false",
            "verifiedOnly",
        ),
        ("claims", {"kind": "rumour"}, BadArgument, "bad-argument", "observed, claimed, forecast, target", "kind"),
    ],
)
def test_errors(
    operation: str, raw: dict[str, object], error: type[KGError], code: str, words: str, argument: str, seed: Dataset
) -> None:
    with pytest.raises(error) as caught:
        read(seed, operation, **raw)
    assert type(caught.value) is error
    assert caught.value.error_code == code
    assert words.lower() in caught.value.message.lower()
    assert caught.value.detail["argument"] == argument


def test_values(seed: Dataset) -> None:
    found = read(
        seed,
        "paths",
        **PATHS,
        minShare="12.5",
        relation="provision",
        asOf="2025",
        knownOn=dt.date(2025, 1, 20),
        verified_only="1",
    )
    assert found["source"].endswith("id/chip/huawei-ascend-910c")
    assert found["target"].endswith("id/country/NLD")
    assert (found["min_share"], found["relation"], found["k"], found["mode"]) == (12.5, ("Provision",), 10, "shortest")
    assert (found["as_of"], found["known_on"], found["verified_only"]) == (
        dt.date(2025, 12, 31),
        dt.date(2025, 1, 20),
        True,
    )
    assert read(seed, "paths", **PATHS, relation=["Provision", "headquarteredIn"])["relation"] == (
        "Provision",
        "headquarteredIn",
    )
    assert read(seed, "paths", **PATHS, relation="")["relation"] == ()
    assert read(seed, "search", text="x", **{"class": "process node"})["class"] == "ProcessNode"
    assert read(seed, "search", text="x", **{"class": ""})["class"] is None


def test_names_on_each_surface() -> None:
    for operation in OPERATIONS:
        names = [a.name for a in operation.all_arguments]
        assert len(set(names)) == len(names)
        assert names[-4:] == ["as_of", "known_on", "data_licence", "verified_only"]
        for argument in operation.all_arguments:
            assert "_" not in argument.camel
            assert argument.kebab == argument.name.replace("_", "-")
            assert argument.doc.endswith((".", ")"))


@given(
    raw=st.dictionaries(
        st.sampled_from(("source", "target", "mode", "k", "minShare", "asOf", "verifiedOnly", "relation", "other")),
        st.text(max_size=30)
        | st.integers()
        | st.none()
        | st.floats()
        | st.booleans()
        | st.lists(st.text(max_size=5), max_size=3),
    )
)
def test_anything_is_read_or_refused_by_an_error_of_the_core(seed: Dataset, raw: dict[str, object]) -> None:
    refused = None
    try:
        read(seed, "paths", **raw)
    except (BadArgument, UnknownId, AmbiguousId) as error:
        refused = error
    assert refused is None or refused.detail["argument"]
