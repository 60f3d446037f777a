"""Licences a batch may have, from the freest to the strictest.

Owns the list; what a use may take from a batch is `kg.store.licences`.
"""

from __future__ import annotations

__all__ = ["LICENCES", "spdx_id"]

LICENCES = ("CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "CC-BY-NC-SA-4.0")
"""SPDX ids from the freest to the strictest; the public domain counts as CC0-1.0."""


def spdx_id(text: str) -> str:
    """The id of the list that a text means, whatever its case and with blanks for hyphens (`CC BY 4.0`); blank for none."""
    folded = "-".join(text.split()).upper()
    return next((each for each in LICENCES if each.upper() == folded), "")
