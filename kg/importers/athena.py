"""The chip supply-chain map of AthenaTheOwl: sourced company-to-company edges (CC BY 4.0).

`nodes.csv`, `edges.csv` and `sources.md` of a checkout. Edges point from supplier to customer, but the two `procures-from-…`
relations from customer to supplier (the map's known-limitations.md, "Simplified Graph Direction"). Of the map's nodes seven are
products; a part supplied *to a product* names no customer and becomes a claim, as does the purchase of a product.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from kg.errors import BadArgument, BadDate
from kg.facts.countries import alpha3
from kg.facts.dates import latest
from kg.facts.model import Batch, Entity, Source
from kg.importers.files import csv_rows, find_file, refuse
from kg.importers.making import Maker, RowRefused
from kg.importers.places import country, country_iri
from kg.importers.records import Importer, Options, Progress, Reading, Record, Refused
from kg.schema import Schema

__all__ = ["ATHENA", "read_athena"]

_EDITION = "2026-06-26"
_HOME = "https://github.com/AthenaTheOwl/chip-supply-chain-map"
_HEURISTIC = (
    "The map calls many of its edges directional heuristics from public filings, not disclosed purchase orders."
)
_PRODUCTS = {
    "ai-accelerator-platform",
    "dataflow-ai-accelerator",
    "inference-accelerator",
    "riscv-ai-accelerator",
    "transformer-asic",
    "wafer-scale-ai",
}
"""Subtypes of nodes that are products, not firms."""

_FROM_CUSTOMER = {"procures-from-fabless", "procures-from-foundry"}
_ROLES = {"manufactures-for": ("Fabrication", "fabricator"), "packages-for": ("Packaging", "packager")}
_VERBS = {
    "licenses-ip": "licenses intellectual property to",
    "supplies-equipment": "supplies equipment to",
    "supplies-materials": "supplies materials to",
    "supplies-memory": "supplies memory for",
    "supplies-substrates": "supplies substrates for",
    "manufactures-for": "manufactures for",
    "packages-for": "packages for",
}
_SOURCE_LINE = re.compile(r"- \*\*(?P<id>s\d+)\*\* - (?P<title>.+?)\. (?P<url>https?://\S+)")


def read_athena(schema: Schema, path: Path, options: Options, progress: Progress) -> Reading:
    """Read a checkout of the map; see the module."""
    edition = options.edition or _EDITION
    try:
        recorded = latest(edition)
    except BadDate as error:
        raise BadArgument(f"edition: {error.message}", detail={"argument": "edition", "value": edition[:40]}) from None
    if recorded is None:
        raise BadArgument(
            f"edition: {edition[:40]!r} has no end", detail={"argument": "edition", "value": edition[:40]}
        )
    batch = Batch("athena", "AthenaTheOwl chip-supply-chain-map", ATHENA.licence, recorded)
    return Reading(batch, _records(Maker(schema, batch), path, edition, progress))


def _records(maker: Maker, path: Path, edition: str, progress: Progress) -> Iterator[Record]:
    source = maker.source(
        f"athena-{edition}",
        f"AthenaTheOwl chip-supply-chain-map, {edition}",
        _HOME,
        edition,
        licence="CC BY 4.0",
        rights=f"README of the repository ({_HOME})",
        series="athena",
        supersedes_series=True,
    )
    yield source
    cited = _cited(find_file(path, "sources.md"))
    firms: dict[str, Entity] = {}
    places: set[str] = set()
    nodes = find_file(path, "nodes.csv")
    for line, row in csv_rows(
        nodes, ("id", "name", "subtype", "country", "city", "public_ticker", "source_id"), progress
    ):
        try:
            yield from _node(maker, row, line, source, cited, firms, places)
        except RowRefused as error:
            yield Refused(nodes.name, line, error.message)
    edges = find_file(path, "edges.csv")
    for line, row in csv_rows(edges, ("source", "target", "relation", "notes", "source_id"), progress):
        try:
            yield from _edge(maker, row, line, source, cited, firms)
        except RowRefused as error:
            yield Refused(edges.name, line, error.message)


def _cited(path: Path) -> dict[str, str]:
    found = {}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        byte = f"{error.object[error.start]:#04x}"
        refuse(path.name, f"not UTF-8 (byte {byte})", "the file as published, in UTF-8")
    for line in text.splitlines():
        match = _SOURCE_LINE.match(line)
        if match:
            found[match["id"]] = f"{match['title']}, {match['url']}"
    if not found:
        refuse(path.name, "no source in it", "lines `- **s1** - Title. address`")
    return found


def _told(cited: Mapping[str, str], id_: str) -> str:
    """The document a row rests on; blank where it names none."""
    return cited.get(id_, f"{id_}, which sources.md does not explain") if id_ else ""


def _node(
    maker: Maker,
    row: Mapping[str, str],
    line: int,
    source: Source,
    cited: Mapping[str, str],
    firms: dict[str, Entity],
    places: set[str],
) -> Iterator[Record]:
    origin = f"nodes:{row['id']}"
    product = row["subtype"] in _PRODUCTS
    if row["id"] in firms:
        raise RowRefused(f"the id {row['id']!r} stands twice")
    entity = maker.entity("Chip" if product else "Company", f"athena-{row['id']}", row["name"], origin=origin)
    firms[row["id"]] = entity
    yield entity
    if product:
        return
    code = alpha3(row["country"])
    if row["country"] and not code:
        raise RowRefused(f"country {row['country']!r} is no code of ISO 3166-1")
    told = _told(cited, row["source_id"])
    note = f"Behind it: {told}" if told else ""
    if code:
        if code not in places:
            places.add(code)
            yield country(maker, code)
        where = f"{row['name']}: seat in {row['city'] + ', ' if row['city'] else ''}{row['country']}."
        yield maker.plain(
            entity.iri,
            "headquarteredIn",
            country_iri(code),
            "Company",
            source=source,
            origin=origin,
            passage=where,
            note=note,
        )
    if row["public_ticker"]:
        yield maker.plain(
            entity.iri,
            "ticker",
            row["public_ticker"],
            "Company",
            source=source,
            origin=origin,
            passage=f"Gives the ticker of {row['name']} as {row['public_ticker']}.",
            note=note,
        )


def _edge(
    maker: Maker,
    row: Mapping[str, str],
    line: int,
    source: Source,
    cited: Mapping[str, str],
    firms: Mapping[str, Entity],
) -> Iterator[Record]:
    relation = row["relation"]
    if relation not in _VERBS and relation not in _FROM_CUSTOMER:
        raise RowRefused(f"relation {relation!r} is none of {', '.join(sorted({*_VERBS, *_FROM_CUSTOMER}))}")
    for end in ("source", "target"):
        if row[end] not in firms:
            raise RowRefused(f"{end} {row[end]!r} is no id of nodes.csv")
    supplier, customer = firms[row["source"]], firms[row["target"]]
    if relation in _FROM_CUSTOMER:
        supplier, customer = customer, supplier
    verb = _VERBS.get(relation, "sells chips to")
    said = f"{supplier.label} {verb} {customer.label}: {row['notes']}."
    origin, told = f"edges:{line}", _told(cited, row["source_id"])
    if supplier.class_name == "Company" and customer.class_name == "Company":
        yield maker.relation(
            "Supply",
            {"customer": customer.iri, "supplier": supplier.iri, "shareBasis": relation, "citedSource": told},
            source=source,
            origin=origin,
            passage=said,
            note=_HEURISTIC,
        )
    elif supplier.class_name == "Company" and relation in _ROLES:
        name, end = _ROLES[relation]
        yield maker.relation(
            name,
            {"item": customer.iri, end: supplier.iri},
            source=source,
            origin=origin,
            passage=said,
            note=f"{_HEURISTIC} Behind it: {told}",
        )
    else:
        slug = f"athena-{row['source']}-{row['target']}-{relation}"
        yield maker.entity("Claim", slug, said, origin=origin)
        yield maker.record(
            "Claim",
            slug,
            {
                "about": customer.iri if customer.class_name == "Chip" else supplier.iri,
                "metric": relation,
                "claimedByText": "AthenaTheOwl chip-supply-chain-map",
                "claimDate": source.published,
                "claimKind": "claimed",
                "hedge": "directional heuristic",
                "text": said,
            },
            source=source,
            origin=origin,
            passage=said,
            valid_from=source.published,
            note=f"Behind it: {told}" if told else "",
        )


ATHENA = Importer(
    name="athena",
    title="AthenaTheOwl chip-supply-chain-map",
    licence="CC-BY-4.0",
    homepage=_HOME,
    doc="a checkout of the map, with nodes.csv, edges.csv and sources.md",
    function=read_athena,
    files=("nodes.csv", "edges.csv", "sources.md"),
)
