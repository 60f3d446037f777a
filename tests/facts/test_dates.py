"""EDTF dates: which days a text can mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import BadDate
from kg.facts.dates import day_precise, earliest, extent, in_words, latest, parse_day
from tests.helpers import day


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("", None, None),
        ("  ", None, None),
        ("..", None, None),
        ("2025-02-17", "2025-02-17", "2025-02-17"),
        ("2025-02", "2025-02-01", "2025-02-28"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025", "2025-01-01", "2025-12-31"),
        ("202X", "2020-01-01", "2029-12-31"),
        ("2025-XX", "2025-01-01", "2025-12-31"),
        ("2025-02-XX", "2025-02-01", "2025-02-28"),
        ("2025~", "2025-01-01", "2025-12-31"),
        ("2025-02?", "2025-02-01", "2025-02-28"),
        ("2025%", "2025-01-01", "2025-12-31"),
        ("2025-33", "2025-01-01", "2025-03-31"),
        ("2025-34", "2025-04-01", "2025-06-30"),
        ("2025-35", "2025-07-01", "2025-09-30"),
        ("2025-36", "2025-10-01", "2025-12-31"),
        ("2025-40", "2025-01-01", "2025-06-30"),
        ("2025-41", "2025-07-01", "2025-12-31"),
        ("2024/2025", "2024-01-01", "2025-12-31"),
        ("2024-11/2025-01-15", "2024-11-01", "2025-01-15"),
        ("2024/..", "2024-01-01", None),
        ("2024-06/..", "2024-06-01", None),
        ("../2024", None, "2024-12-31"),
        ("../2024-03-15", None, "2024-03-15"),
        ("[2024..2025]", "2024-01-01", "2025-12-31"),
        ("[2024-04-16..2025-05-12]", "2024-04-16", "2025-05-12"),
        ("[2023, 2025]", "2023-01-01", "2025-12-31"),
        ("{2023, 2025}", "2023-01-01", "2025-12-31"),
    ],
)
def test_extent(text: str, first: str | None, last: str | None) -> None:
    expected = tuple(day(d) if d else None for d in (first, last))
    assert extent(text) == expected
    assert (earliest(text), latest(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2025-13",
        "2025-02-30",
        "2025-00",
        "25-02-2024",
        "02/2025",
        "2025-2",
        "2025-02-1",
        "early",
        "yesterday",
        "2025/2024",
        "2025-02/2025-01",
        "2025-02-17T10:00",
        "../..",
        "20255",
        "2025..2026",
        "[2024..",
        "2025-02-17/2025-02-16",
        "2024/../2025",
        "/..",
        "n.d.",
        "2025--",
    ],
)
def test_no_edtf_date(text: str) -> None:
    if text in ("../..", "/.."):
        assert extent(text) == (None, None)  # open on both sides, which says nothing and does no harm
        return
    with pytest.raises(BadDate):
        extent(text)


@given(st.text(max_size=12) | st.from_regex(r"[0-9X./\[\]{},~?%-]{1,14}", fullmatch=True))
def test_any_text_is_a_date_or_a_bad_date(text: str) -> None:
    try:
        first, last = extent(text)
    except BadDate:
        return
    assert first is None or last is None or first <= last


@given(st.dates())
def test_a_day_is_itself(value: object) -> None:
    assert extent(value.isoformat()) == (value, value)


def test_day_precise() -> None:
    assert day_precise("2025-02-17")
    assert not any(map(day_precise, ("2025-02", "2025", "", "2025-02-17/2025-02-18", "2025-02-17~")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2025-01-20", "2025-01-20"), (" 2025-01-20 ", "2025-01-20"), ("2025-02", "2025-02-28"), ("2024", "2024-12-31")],
)
def test_parse_day(text: str, expected: str) -> None:
    assert parse_day(text, "asOf") == day(expected)


@pytest.mark.parametrize("text", ["", "2025-02-30", "today", "2025~", "20250120", "2025-1-2", "../2025", "0000"])
def test_parse_day_refuses(text: str) -> None:
    with pytest.raises(BadDate) as caught:
        parse_day(text, "asOf")
    assert caught.value.message.startswith("asOf: ")
    assert caught.value.detail["argument"] == "asOf"


@pytest.mark.parametrize("text", ["2025-33", "2025-21", "2025-40"])
def test_parse_day_refuses_a_month_that_is_a_quarter(text: str) -> None:
    """Regression: `2025-33` has the form of a month and is read as a quarter; only days, months and years are announced."""
    with pytest.raises(BadDate):
        parse_day(text, "asOf")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-34", "second quarter of 2026"),
        ("2025-36", "fourth quarter of 2025"),
        ("2025-24", "winter of 2025"),
        ("2025-40", "first half of 2025"),
        ("2026-34~", "about second quarter of 2026"),
        ("2026?", "perhaps 2026"),
        ("[2024..2025-33]", "between 2024 and first quarter of 2025"),
        ("[2024..]", "[2024..]"),
        ("2024/2025~", "2024/2025~"),
        ("2025-02-17", "2025-02-17"),
        ("2025-12", "2025-12"),
        ("", ""),
    ],
)
def test_a_date_in_words(text: str, said: str) -> None:
    assert in_words(text) == said
