"""Countries of data sets by their ISO 3166-1 code or name.

Owns the way from a code to the country's entity; codes are read by `kg.facts.countries`.
"""

from __future__ import annotations

import pycountry

from kg.facts.model import Entity
from kg.importers.making import Maker
from kg.terms import entity_iri

__all__ = ["country", "country_iri"]


def country_iri(code: str) -> str:
    """The IRI of a country by its alpha-3 code."""
    return entity_iri("Country", code)


def country(maker: Maker, code: str) -> Entity:
    """The country's entity by its alpha-3 code; where the curated seed is in the release, its own is kept."""
    found = pycountry.countries.get(alpha_3=code)
    name = getattr(found, "common_name", found.name) if found else code
    return maker.entity("Country", code, name, origin=f"ISO 3166-1:{code}")
