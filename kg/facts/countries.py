"""Codes and names of countries after ISO 3166-1, and of those that were withdrawn, after ISO 3166-3.

Owns the one way from `NL`, `NLD` or `Netherlands` to a code. The codes come from pycountry (Debian's iso-codes). Must not know entities.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pycountry

__all__ = ["alpha3", "withdrawn"]


@lru_cache(maxsize=4096)
def alpha3(text: str) -> str:
    """The alpha-3 code of a country given as alpha-2, alpha-3, number or English name; blank where it is none."""
    return str(found.alpha_3) if (found := _look_up(pycountry.countries, text)) else ""


@lru_cache(maxsize=4096)
def withdrawn(text: str) -> str:
    """Name and date of withdrawal of a code or name that ISO 3166-3 lists as formerly used; blank where it lists none."""
    found = _look_up(pycountry.historic_countries, text)
    return f"{found.name}, withdrawn from ISO 3166-1 ({found.withdrawal_date})" if found else ""


def _look_up(database: Any, text: str) -> Any:
    text = text.strip()
    if len(text) in (2, 3):
        return database.get(**{"numeric" if text.isdigit() else f"alpha_{len(text)}": text.upper()})
    try:
        return database.lookup(text) if text else None
    except LookupError:
        return None
