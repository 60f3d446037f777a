"""EDTF dates: what the text of a date says about days.

Owns the reading of the Extended Date/Time Format level 2 (ISO 8601-2:2019, annex A; Library of Congress, EDTF
specification of 2019-02-04) and the rules of partial dates: a partial date counts from its first possible day as a start
and to its last possible day as an end. Must not know statements.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from edtf import parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException

from kg.errors import BadDate

__all__ = [
    "Extent",
    "check_edtf",
    "day_precise",
    "earliest",
    "extent",
    "in_words",
    "latest",
    "parse_day",
    "parse_start",
]

Extent = tuple[dt.date | None, dt.date | None]
"""First and last possible day; None where the date is open on that side."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_REWRITTEN = re.compile(
    r"\d{1,2}[./]\d{1,2}[./]\d{2,4}( .*)?\Z|\d{1,4}/\d{1,2}/\d{1,2}( .*)?\Z|[3-6]\d{4}(\.\d+)?\Z|\d{4}-\d\d-\d\d[ T]\d\d:.*\Z|"
    r"(\d{1,2}[- ])?[A-Za-z]{3}[- ]\d{2,4}\Z"
)
"""Dates as spreadsheets like to show or store them: 20/01/2025, 2025/1/20, 45677, Jan-25, with a time."""

_MONTH_OR_YEAR = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]))?\Z")


@lru_cache(maxsize=65536)
def extent(text: str) -> Extent:
    """First and last possible day of an EDTF text; a blank or `..` is open on both sides.

    Raises
    ------
    BadDate
        The text is no EDTF level 2 date.
    """
    text = text.strip()
    if text in ("", ".."):
        return None, None
    if _DAY.match(text):
        try:
            day = dt.date.fromisoformat(text)
        except ValueError:
            raise BadDate(f"{text!r} is no day of the calendar", detail={"value": text}) from None
        return day, day
    if text.startswith("../") or text.endswith("/.."):
        start, _, end = text.partition("/")
        first, last = extent(start)[0], extent(end)[1]
        if first and last and first > last:
            raise BadDate(f"{text!r} ends before it begins", detail={"value": text})
        return first, last
    try:
        parsed = parse_edtf(text)
        first, last = _day(parsed.lower_strict), _day(parsed.upper_strict)
    except (EDTFParseException, ValueError, TypeError, AttributeError, OverflowError):
        raise BadDate(
            f"{text!r} is no EDTF date{_spreadsheet_hint(text)}; expected for instance 2025, 2025-02, 2025-02-17, 2025-33 (first quarter), "
            "2024/2025, [2024..2025] or 2025~",
            detail={"value": text},
        ) from None
    if first > last:
        raise BadDate(f"{text!r} ends before it begins", detail={"value": text})
    return first, last


def _spreadsheet_hint(text: str) -> str:
    """What a spreadsheet did to a date, where it looks like that."""
    if _REWRITTEN.match(text):
        return " (a spreadsheet rewrote it: format the column as text and write the date again)"
    return ""


def _day(bound: Callable[[], Any]) -> dt.date:
    year, month, day = tuple(bound())[:3]
    return dt.date(year, month, day)


def check_edtf(text: str) -> None:
    """Raise BadDate unless the text is blank or an EDTF date."""
    extent(text)


def earliest(text: str) -> dt.date | None:
    """First possible day, None when open."""
    return extent(text)[0]


def latest(text: str) -> dt.date | None:
    """Last possible day, None when open."""
    return extent(text)[1]


_PART_OF_YEAR = {
    **{str(21 + n): name for n, name in enumerate(("spring", "summer", "autumn", "winter"))},
    **{str(33 + n): f"{name} quarter" for n, name in enumerate(("first", "second", "third", "fourth"))},
    **{str(40 + n): f"{name} half" for n, name in enumerate(("first", "second"))},
}
"""Seasons, quarters and halves of a year by the number that EDTF level 2 has for them in place of a month."""
_QUALIFIED = {"~": "about", "?": "perhaps", "%": "perhaps about"}


def in_words(text: str) -> str:
    """An EDTF date as a sentence has it: `2026-34` is the second quarter of 2026; a form without words of its own stays as it is."""
    text = text.strip()
    if text[-1:] in _QUALIFIED and not set("[{/") & set(text):
        return f"{_QUALIFIED[text[-1]]} {in_words(text[:-1])}"
    if text.startswith("[") and text.endswith("]") and text.count("..") == 1:
        first, _, last = text[1:-1].partition("..")
        if first and last:
            return f"between {in_words(first)} and {in_words(last)}"
    year, _, part = text.partition("-")
    return f"{_PART_OF_YEAR[part]} of {year}" if part in _PART_OF_YEAR else text


def day_precise(text: str) -> bool:
    """Whether the text names one day."""
    return bool(_DAY.match(text.strip()))


def parse_day(text: str, argument: str) -> dt.date:
    """The day an argument names; a year or a month stands for its last day, so that what came in it counts.

    Raises
    ------
    BadDate
        Anything but `YYYY-MM-DD`, `YYYY-MM` or `YYYY`.
    """
    text = text.strip()
    if not (_DAY.match(text) or _MONTH_OR_YEAR.match(text)):
        raise BadDate(
            f"{argument}: {text[:40]!r} is no date; expected YYYY-MM-DD, YYYY-MM or YYYY, for instance 2025-01-20",
            detail={"argument": argument, "value": text[:40]},
        )
    try:
        day = latest(text)
    except BadDate as error:
        raise BadDate(f"{argument}: {error.message}", detail={"argument": argument, **error.detail}) from None
    assert day is not None
    return day


def parse_start(text: str, argument: str) -> dt.date:
    """The day after which an argument asks: the day itself, or the day before the month or year it names, so that the whole of it
    counts. Raises BadDate like `parse_day`."""
    last = parse_day(text, argument)
    if day_precise(text):
        return last
    first = earliest(text.strip())
    assert first is not None
    return first - dt.timedelta(days=1) if first > dt.date.min else first
