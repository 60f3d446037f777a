"""Slugs made from names.

Owns the one rule by which a name in any script becomes an id of ASCII letters, digits and single hyphens.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

__all__ = ["slug_of"]

_MOST = 60


def slug_of(name: str) -> str:
    """A slug of a name: `Advanced Micro-Fabrication Equipment Inc. China` → `advanced-micro-fabrication-equipment-inc-china`.

    A name that loses letters on the way (another script) or is longer than 60 signs ends with six digits of its hash, so that two
    names do not share a slug.
    """
    folded = unicodedata.normalize("NFKD", name.casefold().replace("&", " and "))
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    lost = any(c.isalpha() and not c.isascii() for c in plain)
    if len(slug) <= _MOST and not lost and slug:
        return slug
    digest = hashlib.sha256(name.encode()).hexdigest()[:6]
    return "-".join(part for part in (slug[: _MOST - 7].strip("-"), digest) if part)
