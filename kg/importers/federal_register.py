"""Citations of the Federal Register, as lists of parties print them.

`85 FR 83416` is page 83416 of volume 85; volumes are years since 1936, so that of volume 85 is 2020 (1935 + 85). Lists print several
notices after one another, with or without their day and with many spellings (`76 FR 67059 No. 210`, `73 FR 54503 (9/22/08)`, `88 FR`).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from kg.facts.dates import latest
from kg.facts.model import Source
from kg.importers.making import Maker

__all__ = ["Citation", "read_citation", "volume_source"]

_NOTICE = re.compile(
    r"(?P<volume>\d{1,3})\s*F\.?\s*R\.?(?:\s*no\.?\s*\d+)?(?:\s*(?:pg\.?\s*)?(?P<page>\d{1,3},\d{3}|\d+))?(?![/\d])"
    r"(?:\s*\(?no\.?\s*\d+\)?)?(?:[\s,;(]*(?P<day>\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})))?",
    re.IGNORECASE,
)
_FIRST_YEAR = 1935


@dataclass(frozen=True, slots=True)
class Citation:
    """The notices of one entry: the earliest, and the later ones as printed.

    `public` is the day of the earliest notice where it is printed and lies in the volume's year, else the last day of that year.
    """

    volume: int
    page: str
    public: str
    later: tuple[str, ...]

    @property
    def year(self) -> int:
        """The year of the volume."""
        return _FIRST_YEAR + self.volume

    @property
    def told(self) -> str:
        """How the year is known."""
        return (
            f"The list gives no date: {self.year} is the year of volume {self.volume} of the Federal Register "
            f"({_FIRST_YEAR} + {self.volume}), that of the earliest notice cited."
        )


def read_citation(text: str, until: str) -> Citation | None:
    """The notices of a text; None where it names none whose year lies before the end of `until` (EDTF)."""
    end = latest(until)
    found = [
        (int(match["volume"]), match["page"] or "", _day(match["day"], int(match["volume"])))
        for match in _NOTICE.finditer(text)
        if int(match["volume"]) and (end is None or _FIRST_YEAR + int(match["volume"]) <= end.year)
    ]
    if not found:
        return None
    volume, page, day = min(found, key=lambda each: (each[0], int(each[1].replace(",", "") or 0)))
    later = dict.fromkeys(f"{v} FR {p}".strip() for v, p, _ in sorted(found) if (v, p) != (volume, page))
    return Citation(volume, page, day or f"{_FIRST_YEAR + volume}-12-31", tuple(later))


def _day(text: str | None, volume: int) -> str:
    """`9/22/08` → `2008-09-22`; blank where it is no day of the volume's year."""
    if not text:
        return ""
    month, day, year = (int(part) for part in text.split("/"))
    expected = _FIRST_YEAR + volume
    if year not in (expected, expected % 100):
        return ""
    try:
        return dt.date(expected, month, day).isoformat()
    except ValueError:
        return ""


def volume_source(maker: Maker, volume: int) -> Source:
    """The volume as a source: what stands in it was public by the end of its year."""
    year = str(_FIRST_YEAR + volume)
    return maker.source(
        f"federal-register-volume-{volume}",
        f"Federal Register, volume {volume} ({year})",
        "https://www.federalregister.gov/",
        year,
        publisher="Office of the Federal Register (US)",
        licence="public domain (work of the US Government)",
        rights="17 U.S.C. 105: no copyright in works of the United States Government",
    )
