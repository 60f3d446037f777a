"""Figures of Epoch AI that are known to be wrong, and what stands against them.

The figure stays a statement, because Epoch AI does say it. Beside it stand two claims: Epoch AI's, and the one that contradicts it,
with its own source. A figure that a later edition has corrected meets no entry of the table, and nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.facts.model import Entity, Source
from kg.importers.making import Maker
from kg.importers.records import Record

__all__ = ["contradiction"]

_RECORDED = "2026-11-24"
"""Day on which the table was written: what contradicts was not known to the project before."""


@dataclass(frozen=True, slots=True)
class _Document:
    """A document that says otherwise."""

    slug: str
    title: str
    url: str
    published: str
    author: str


@dataclass(frozen=True, slots=True)
class _Doubt:
    """One figure that cannot hold and the claim against it. `property` is blank where the claim is of another quantity."""

    figure: str
    unit: str
    document: _Document
    metric: str
    property: str
    value: str
    value_unit: str
    comparator: str
    hedge: str
    text: str
    note: str


_EVOK = _Document(
    "epoch-against-evokernel-spec-metax-c500",
    "evokernel-spec: hardware entry of the MetaX C500",
    "https://github.com/ying-wen/evokernel-spec/tree/d5fd5aae71e0101e1faf232f9fdff4045004f58f/data/hardware",
    "2026-05-04",
    "evokernel-spec (ying-wen)",
)
_KELLY = _Document(
    "epoch-against-chip-export-controls-mi308",
    "chip-export-controls: table of AI chips, entry of the AMD MI308",
    "https://github.com/s-w-kelly/chip-export-controls/blob/05b5767c8a51ebb4b60e9df06abeb578b3514c31/src/data/chipData.js",
    "2026",
    "chip-export-controls (s-w-kelly)",
)


def _c500(card: str) -> _Doubt:
    return _Doubt(
        "18000",
        "GB/s",
        _EVOK,
        "memory bandwidth",
        "memoryBandwidth",
        "1800",
        "GB/s",
        "equal",
        "maker's figure, not measured",
        f"The memory bandwidth of the MetaX C500 is 1,800 GB/s, a tenth of what Epoch AI lists for its {card} card.",
        "18,000 GB/s is more than four stacks of HBM2E can give; a slip by a factor of ten.",
    )


_DOUBTS = {
    ("epoch-amd-radeon-instinct-mi308x", "denseFp16Throughput"): _Doubt(
        "653.7",
        "TFLOPS",
        _KELLY,
        "total processing performance",
        "",
        "2368",
        "TPP",
        "about",
        "assumed to be near the NVIDIA H20; the maker publishes no figure",
        "The total processing performance of the MI308 is assumed to be about 2,368, so at most 148 TFLOPS at 16 bits: it was made to "
        "stay below the limit of 4,800, which 653.7 TFLOPS (10,459) would exceed.",
        "653.7 TFLOPS is what the same file gives for the MI300X in TF32.",
    ),
    ("epoch-metax-mxc500-pcie", "memoryBandwidth"): _c500("PCIe"),
    ("epoch-metax-mxc500-oam", "memoryBandwidth"): _c500("OAM"),
}
"""By slug of the chip and property."""


def contradiction(
    maker: Maker, chip: Entity, property_: str, value: str, source: Source, origin: str
) -> Iterator[Record]:
    """The claims about a figure that is known to be wrong: what Epoch AI says, and what contradicts it."""
    doubt = _DOUBTS.get((chip.slug, property_))
    if doubt is None or value != doubt.figure:
        return
    document = maker.source(
        doubt.document.slug,
        doubt.document.title,
        doubt.document.url,
        doubt.document.published,
        rights="no licence was looked for; nothing is quoted",
    )
    name = maker.schema.properties[property_].label
    said = f"Epoch AI lists a {name} of {value} {doubt.unit} for the {chip.label}."
    theirs = maker.entity("Claim", f"{chip.slug}-{maker.schema.properties[property_].column.replace('_', '-')}", said)
    ours = maker.entity("Claim", f"{theirs.slug}-contradicted", doubt.text)
    yield document
    yield theirs
    yield maker.record(
        "Claim",
        theirs.slug,
        {
            "about": chip.iri,
            "metric": name,
            "metricProperty": property_,
            "value": value,
            "comparator": "equal",
            "unit": doubt.unit,
            "claimedByText": "Epoch AI",
            "claimDate": source.published,
            "claimKind": "claimed",
            "confidence": "low",
            "text": said,
        },
        source=source,
        origin=origin,
        passage=said,
        note=doubt.note,
    )
    yield ours
    yield maker.record(
        "Claim",
        ours.slug,
        {
            "about": chip.iri,
            "metric": doubt.metric,
            "metricProperty": doubt.property,
            "value": doubt.value,
            "comparator": doubt.comparator,
            "unit": doubt.value_unit,
            "claimedByText": doubt.document.author,
            "claimDate": doubt.document.published,
            "claimKind": "claimed",
            "hedge": doubt.hedge,
            "text": doubt.text,
        },
        source=document,
        origin=origin,
        passage=doubt.text,
        recorded=_RECORDED,
    )
    yield maker.plain(
        ours.iri,
        "contradicts",
        theirs.iri,
        "Claim",
        source=document,
        origin=origin,
        passage=doubt.text,
        recorded=_RECORDED,
        note=doubt.note,
    )
