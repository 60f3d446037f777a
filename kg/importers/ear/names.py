"""Names of countries as the Export Administration Regulations print them.

Owns the way from such a name to ISO 3166-1: what the code list does not know stands in a table. Kosovo has no code of the standard;
XKX is its common user-assigned one.
"""

from __future__ import annotations

from kg.facts.countries import alpha3
from kg.facts.model import Entity
from kg.importers.making import Maker, RowRefused
from kg.importers.places import country, country_iri

__all__ = ["Countries"]

_NAMES = {
    "Bahamas, The": "BHS",
    "Bosnia & Herzegovina": "BIH",
    "Brunei": "BRN",
    "Burma": "MMR",
    "Cape Verde": "CPV",
    "China (PRC)": "CHN",
    "Congo (Democratic Republic of the)": "COD",
    "Congo (Democratic Republic of)": "COD",
    "Congo (Republic of the)": "COG",
    "Cote d'Ivoire": "CIV",
    "Cote d'lvoire": "CIV",
    "Gambia, The": "GMB",
    "Korea, North": "PRK",
    "Korea, South": "KOR",
    "Kosovo": "XKX",
    "Macau": "MAC",
    "Micronesia (Federated State of)": "FSM",
    "Micronesia, Federated States of": "FSM",
    "Russia": "RUS",
    "Saint Kitts & Nevis": "KNA",
    "Saint Lucia": "LCA",
    "Saint Vincent and the Grenadines": "VCT",
    "Sao Tome & Principe": "STP",
    "Seycheles": "SYC",
    "Sint Maarten (the Dutch two-fifths of the island of Saint Martin)": "SXM",
    "South Sudan, Republic of": "SSD",
    "St. Kitts and Nevis": "KNA",
    "St. Lucia": "LCA",
    "St. Vincent and the Grenadines": "VCT",
    "The Bahamas": "BHS",
    "Trinidad & Tobago": "TTO",
    "Vatican City": "VAT",
}


class Countries:
    """The countries met so far; each is handed out as an entity once."""

    def __init__(self, maker: Maker) -> None:
        self.maker = maker
        self._seen: set[str] = set()

    def iri(self, name: str) -> str:
        """The IRI of a country by the regulations' name. Raises RowRefused where it is none."""
        return country_iri(self._code(name))

    def new(self, name: str) -> list[Entity]:
        """The country's entity, if this name of it was not met before; the regulations' own name is an alias."""
        code = self._code(name)
        if name in self._seen:
            return []
        self._seen.add(name)
        known = country(self.maker, code)
        label = name if known.label == code else known.label
        return [self.maker.entity("Country", code, label, (name,), origin=known.origin)]

    def _code(self, name: str) -> str:
        code = _NAMES.get(name) or alpha3(name)
        if not code:
            raise RowRefused(
                f"country {name!r} is no name of ISO 3166-1 and not in the table of the regulations' names"
            )
        return code
