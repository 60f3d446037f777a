"""The look-up tables of the ETO data set: items and providers by id.

Owns which class and identity an id has. It must not change between releases, or what is linked to it is lost: six inputs that were
typed as processes in 2022 and as tools or design resources since have the later class throughout.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from kg.facts.countries import alpha3
from kg.importers.files import csv_rows
from kg.importers.making import RowRefused
from kg.importers.places import country_iri
from kg.importers.records import Progress, Refused
from kg.terms import entity_iri

__all__ = ["COLUMNS", "Item", "Provider", "Tables", "country_code", "read_tables"]

COLUMNS = {
    "inputs.csv": ("input_id", "input_name", "type", "stage_name", "stage_id", "description"),
    "stages.csv": ("stage_id", "stage_name", "description"),
    "providers.csv": ("provider_name", "provider_id", "provider_type", "country"),
    "sequence.csv": ("input_name", "input_id", "goes_into_name", "goes_into_id", "is_type_of_name", "is_type_of_id"),
    "provision.csv": ("provider_name", "provider_id", "provided_name", "provided_id", "share_provided"),
}
"""The columns that are read in both layouts."""

_CLASSES = {
    "process": "ProcessStep",
    "tool_resource": "Tool",
    "material_resource": "Material",
    "design_resource": "DesignResource",
    "ultimate_output": "Component",
}
_LATER_TYPE = {
    "N1": "design_resource",
    "N2": "design_resource",
    "N3": "design_resource",
    "N4": "design_resource",
    "N59": "tool_resource",
    "N60": "tool_resource",
}
_CODES = {"MAL": "MYS"}
"""Codes of the 2022 release that are none of ISO 3166-1; the later releases have mended them."""

_REGIONS = {"EUR"}


@dataclass(frozen=True, slots=True)
class Item:
    """An input or stage: identity, the release's type of it, and where it stands."""

    iri: str
    class_name: str
    slug: str
    label: str
    type: str
    file: str
    line: int

    @property
    def retyped(self) -> str:
        """What has to be known where the release's type is not the one the class comes from."""
        if self.class_name == _CLASSES[self.type]:
            return ""
        later = next(type_ for type_, name in _CLASSES.items() if name == self.class_name)
        return f"This release types it as {_words(self.type)}, later ones as {_words(later)}: its class follows them in all releases."


@dataclass(frozen=True, slots=True)
class Provider:
    """An organisation, country or pseudo-provider.

    `code` is the country of a company's headquarters, or the country itself, blank where there is none. `by_country` says that its rows
    are of the view by country. `name` is the name as the release writes it.
    """

    iri: str
    class_name: str
    slug: str
    label: str
    name: str
    aliases: tuple[str, ...]
    code: str
    country: str
    by_country: bool
    line: int

    @property
    def pseudo(self) -> str:
        """What has to be known of a pseudo-provider, blank of any other."""
        if self.class_name != "OrganisationGroup":
            return ""
        if self.name in _REGIONS:
            return (
                "A pseudo-provider: it overlaps countries that have rows of their own, so shares are not to be added."
            )
        return "A pseudo-provider: several that are not named, never one supplier."


@dataclass(frozen=True, slots=True)
class Tables:
    """Items (inputs and stages) and providers by id, and the rows of their files that are wrong."""

    items: Mapping[str, Item]
    providers: Mapping[str, Provider]
    refused: tuple[Refused, ...] = field(default=())


def country_code(text: str) -> str:
    """The ISO 3166-1 code behind a code of the data set; blank where it names no country."""
    code = _CODES.get(text, text)
    return code if len(code) == 3 and alpha3(code) == code else ""


def read_tables(folder: Path, layout: str, progress: Progress) -> Tables:
    """Read inputs.csv, stages.csv and providers.csv; rows that are wrong are kept apart. Only rows of providers.csv count as read: the
    others are read again for their descriptions. Raises ImportRefused."""
    items: dict[str, Item] = {}
    providers: dict[str, Provider] = {}
    refused: list[Refused] = []
    for name, key in (("inputs.csv", "input"), ("stages.csv", "stage")):
        for line, row in csv_rows(folder / name, COLUMNS[name]):
            try:
                _add(items, row[f"{key}_id"], _item(row, key, name, line))
            except RowRefused as error:
                refused.append(Refused(name, line, error.message))
    columns = (*COLUMNS["providers.csv"], *(("alias",) if layout != "2022" else ()))
    for line, row in csv_rows(folder / "providers.csv", columns, progress):
        try:
            _add_provider(providers, row, line)
        except RowRefused as error:
            refused.append(Refused("providers.csv", line, error.message))
    return Tables(items, providers, tuple(refused))


def _words(type_: str) -> str:
    return type_.replace("_", " ")


def _slug(id_: str, letter: str) -> str:
    if not re.fullmatch(letter + r"\d+", id_):
        raise RowRefused(f"the id {id_!r} is not {letter} and a number")
    return f"eto-{id_.lower()}"


def _add(items: dict[str, Item], id_: str, item: Item) -> None:
    if id_ in items:
        raise RowRefused(f"the id {id_!r} stands in line {items[id_].line} too")
    items[id_] = item


def _item(row: Mapping[str, str], key: str, file: str, line: int) -> Item:
    id_, label = row[f"{key}_id"], row[f"{key}_name"]
    type_ = row["type"] if key == "input" else "process"
    slug = _slug(id_, "N" if key == "input" else "S")
    if type_ not in _CLASSES:
        raise RowRefused(f"type {type_!r} is none of {', '.join(_CLASSES)}")
    if not label:
        raise RowRefused(f"{id_} has no name")
    class_name = _CLASSES[_LATER_TYPE.get(id_, type_)]
    return Item(entity_iri(class_name, slug), class_name, slug, label, type_, file, line)


def _add_provider(providers: dict[str, Provider], row: Mapping[str, str], line: int) -> None:
    id_, alias = row["provider_id"], row.get("alias", "")
    known = providers.get(id_)
    if known is None:
        providers[id_] = _provider(row, line)
        return
    by_country = row["provider_type"] == "country"
    if (row["provider_name"], row["country"], by_country) != (known.name, known.country, known.by_country):
        raise RowRefused(f"{id_} has another name, type or country in line {known.line}")
    if not alias or alias in known.aliases:
        return
    providers[id_] = replace(known, aliases=(*known.aliases, alias))


def _provider(row: Mapping[str, str], line: int) -> Provider:
    id_, name, type_, alias = row["provider_id"], row["provider_name"], row["provider_type"], row.get("alias", "")
    slug = _slug(id_, "P")
    if not name:
        raise RowRefused(f"{id_} has no name")
    if type_ not in ("country", "organization"):
        raise RowRefused(f"provider_type {type_!r} is neither country nor organization")
    by_country, place = type_ == "country", row["country"]
    aliases = (alias,) if alias else ()
    if name in _REGIONS or name == "Various" or name.startswith("Various "):
        label = alias or name
        iri = entity_iri("OrganisationGroup", slug)
        return Provider(iri, "OrganisationGroup", slug, label, name, (name, *aliases), "", place, by_country, line)
    if by_country:
        code = country_code(name)
        if not code:
            raise RowRefused(f"{id_}: country {name!r} is no code of ISO 3166-1 and no known pseudo-provider")
        return Provider(country_iri(code), "Country", code, alias or name, name, aliases, code, place, True, line)
    iri = entity_iri("Company", slug)
    return Provider(iri, "Company", slug, name, name, aliases, country_code(place), place, False, line)
