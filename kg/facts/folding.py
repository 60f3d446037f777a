"""Names folded for comparison: the one rule by which two spellings are the same text."""

from __future__ import annotations

import unicodedata

__all__ = ["search_key"]

_ACCENTS = 200
"""Canonical combining class from which a mark is an accent; vowel signs and the like have lower ones and stay."""


def search_key(text: str) -> str:
    """A label or alias folded for search: compatibility forms unified, accents and case dropped, other signs to blanks."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = (c if unicodedata.category(c)[0] in "LNM" else " " for c in folded if unicodedata.combining(c) < _ACCENTS)
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())
