"""Which column of Epoch AI's table is which figure of the ontology, and by what its unit differs.

Owns the table of columns; must not know records.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

__all__ = ["DATE", "FIGURES", "NAME", "REQUIRED", "Figure"]

NAME, DATE = "Hardware name", "Release date"
_TERA, _GIGA, _ONE = Decimal(10) ** 12, Decimal(10) ** 9, Decimal(1)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of chips: the property, the columns it may stand in (the first that is filled counts), and the number by which a
    cell is divided to come to the property's unit. `suffix` follows the number of a text; `performance` marks a throughput."""

    property: str
    columns: tuple[str, ...]
    divisor: Decimal
    unit: str
    suffix: str = ""
    note: str = ""
    performance: bool = False


def _rate(property_: str, unit: str, *columns: str) -> Figure:
    return Figure(property_, columns, _TERA, unit, performance=True)


FIGURES = (
    _rate(
        "denseFp16Throughput",
        "TFLOPS",
        "Tensor-FP16/BF16 performance (FLOP/s)",
        "FP16 (half precision) performance (FLOP/s)",
    ),
    _rate("denseInt8Throughput", "TOPS", "INT8 performance (OP/s)"),
    _rate("denseFp8Throughput", "TFLOPS", "FP8 performance (FLOP/s)"),
    _rate("denseFp4Throughput", "TFLOPS", "FP4 performance (FLOP/s)"),
    _rate("denseInt16Throughput", "TOPS", "INT16 performance (OP/s)"),
    _rate("denseTf32Throughput", "TFLOPS", "TF32 (TensorFloat-32) performance (FLOP/s)"),
    _rate("denseFp32Throughput", "TFLOPS", "FP32 (single precision) performance (FLOP/s)"),
    _rate("denseFp64Throughput", "TFLOPS", "FP64 (double precision) performance (FLOP/s)"),
    Figure("memoryCapacity", ("Memory size per board (Byte)",), _GIGA, "GB"),
    Figure("memoryBandwidth", ("Memory bandwidth (byte/s)",), _GIGA, "GB/s"),
    Figure(
        "interconnectBandwidth",
        ("Intranode bandwidth (byte/s)",),
        _GIGA,
        "GB/s",
        note="The file does not say whether both directions are added.",
    ),
    Figure("dieArea", ("Die Size (mm^2)",), _ONE, "mm2"),
    Figure("thermalDesignPower", ("TDP (W)",), _ONE, "W"),
    Figure("processNodeName", ("Process size (nm)",), _ONE, "nm", suffix=" nm"),
)
"""Every figure that is read, in the order of the statements."""

REQUIRED = (
    NAME,
    "Manufacturer",
    DATE,
    "Foundry",
    "Link to datasheet",
    "Notes",
    "Last modified",
    *(column for figure in FIGURES for column in figure.columns),
)
"""Columns without which the file is not the data set."""
