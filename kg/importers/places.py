"""Countries of data sets by their ISO 3166-1 code or name.

Owns the one way from `NL`, `NLD` or `Netherlands` to the country's entity. The codes come from pycountry (Debian's iso-codes).
"""

from __future__ import annotations

from functools import lru_cache

import pycountry

from kg.facts.model import Entity
from kg.importers.making import Maker
from kg.terms import entity_iri

__all__ = ["alpha3", "country", "country_iri"]


@lru_cache(maxsize=4096)
def alpha3(text: str) -> str:
    """The alpha-3 code of a country given as alpha-2, alpha-3 or English name; blank where it is none."""
    text = text.strip()
    found = None
    if len(text) == 2:
        found = pycountry.countries.get(alpha_2=text.upper())
    elif len(text) == 3:
        found = pycountry.countries.get(alpha_3=text.upper())
    elif text:
        try:
            found = pycountry.countries.lookup(text)
        except LookupError:
            found = None
    return str(found.alpha_3) if found else ""


def country_iri(code: str) -> str:
    """The IRI of a country by its alpha-3 code."""
    return entity_iri("Country", code)


def country(maker: Maker, code: str) -> Entity:
    """The country's entity by its alpha-3 code; where the curated seed is in the release, its own is kept."""
    found = pycountry.countries.get(alpha_3=code)
    name = getattr(found, "common_name", found.name) if found else code
    return maker.entity("Country", code, name, origin=f"ISO 3166-1:{code}")
