"""Control rules: how the limits on record join into paragraphs, rule by rule. The one table, each line with its citation.

The limits themselves (numbers, operators, units, scope) are statements of class ControlThreshold; this table says which subparagraphs are
alternatives, which are joined, which note takes an item out again, and which text replaced which. Nothing else in the code knows a
paragraph. Sources: 15 CFR part 774, supplement 1, ECCN 3A090 and 4A090 (edition of 2026-07-23) for all but the first version; 87 FR 62186
for that; 88 FR 73458, 89 FR 96790, 90 FR 4544, 90 FR 5298, 91 FR 1684 for the changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.policy.verdicts import DENSITY, MEMORY_DENSITY, PARTS, TPP

__all__ = ["BOTH", "DRAM", "EXCEPTION", "IO", "LINES", "PARAMETERS", "RATE", "TRANSISTORS", "Line"]

RATE = "transfer rate"
DRAM = "memory bandwidth"
IO = "input/output bandwidth"
BOTH = "memory and input/output bandwidth"
TRANSISTORS = "transistor count"

"""Aggregate bidirectional transfer rate over inputs and outputs other than those to volatile memory; total DRAM bandwidth; total input and
output bandwidth; both together; the aggregated approximated transistor count."""

EXCEPTION = "License Exception HBM limit"
"""The label of the line whose limit an item of 3A090.c must keep for License Exception HBM."""

PARAMETERS = {
    "total processing performance": TPP,
    "performance density": DENSITY,
    "aggregate bidirectional transfer rate over all inputs and outputs to integrated circuits other than volatile memory": RATE,
    "bit length per operation x TOPS, aggregated (machine instructions)": PARTS[0],
    "digital primitive computational units: bit length x TOPS": PARTS[1],
    "analog, multi-value or multi-level units: TOPS x 8": PARTS[2],
    "sum of the values of 3A090.a.1, a.2 and a.3": TPP,
    "total DRAM bandwidth": DRAM,
    "total input/output bandwidth": IO,
    "sum of DRAM and input/output bandwidth": BOTH,
    "memory bandwidth density": MEMORY_DENSITY,
    "aggregated approximated transistor count of the packaged integrated circuit": TRANSISTORS,
}
"""The figure that each parameter of a ControlThreshold limits. What is not here (shipments, destinations, another form of a count) is a
condition that no figure of a chip decides: it is shown and not judged."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what `paragraph` says in the version of `policy` (both slugs).

    `kind` is classification, memory (of memories; never met by a processor that contains them), exception (a limit of a licence exception for memories), contains (a system with such a circuit), destination, presumption, review or
    letter. `alternatives` are subparagraphs (slugs): one alternative must be met, all slugs of it; `unless` takes out again; `requires` is the
    label that must be met first, or be contained; `negate`: not met by staying within. `like` are figures that are compared with those of a
    named chip, where the rule gives that chip instead of a number; `of` are the designers it is addressed to; `any_limit`: of several limits
    of a subparagraph one is enough.
    """

    label: str
    paragraph: str
    policy: str
    kind: str
    citation: str
    alternatives: tuple[tuple[str, ...], ...] = ()
    unless: tuple[str, ...] = ()
    requires: str = ""
    negate: bool = False
    like: str = ""
    of: tuple[str, ...] = field(default=())
    any_limit: bool = False


LINES: tuple[Line, ...] = (
    Line(
        "3A090.a",
        "3a090-a",
        "us-2022-10",
        "classification",
        "87 FR 62186, adding ECCN 3A090 to supplement 1 to 15 CFR part 774",
        tuple(("3a090-a", f"3a090-a-{n}") for n in (1, 2, 3, 4)),
    ),
    Line(
        "4A090.a",
        "4a090-a",
        "us-2022-10",
        "contains",
        "87 FR 62186, adding ECCN 4A090 to supplement 1 to 15 CFR part 774",
        requires="3A090.a",
    ),
    Line(
        "3A090.a",
        "3a090-a",
        "us-2023-10-acs",
        "classification",
        "88 FR 73458; 15 CFR part 774, supplement 1, 3A090.a.1 and a.2, Note 2",
        (("3a090-a-1",), ("3a090-a-2",)),
        ("3a090-note-2",),
    ),
    Line(
        "3A090.b",
        "3a090-b",
        "us-2023-10-acs",
        "classification",
        "88 FR 73458; 15 CFR part 774, supplement 1, 3A090.b.1 and b.2, Note 2",
        (("3a090-b-1",), ("3a090-b-2",)),
        ("3a090-note-2",),
    ),
    Line(
        "4A090.a",
        "4a090-a",
        "us-2023-10-acs",
        "contains",
        "88 FR 73458; 15 CFR part 774, supplement 1, 4A090.a",
        requires="3A090.a",
    ),
    Line(
        "4A090.b",
        "4a090-b",
        "us-2023-10-acs",
        "contains",
        "88 FR 73458; 15 CFR part 774, supplement 1, 4A090.b",
        requires="3A090.b",
    ),
    Line(
        "3A090.c",
        "3a090-c",
        "us-2024-12-fdp",
        "memory",
        "89 FR 96790; 15 CFR part 774, supplement 1, 3A090.c and its note",
        (("3a090-c",),),
    ),
    Line(
        EXCEPTION,
        "3a090-c-licence-exception",
        "us-2024-12-fdp",
        "exception",
        "89 FR 96790; 15 CFR 740.25",
        (("3a090-c-licence-exception",),),
        requires="3A090.c",
    ),
    Line(
        "3A090.a worldwide",
        "3a090-a",
        "us-ai-diffusion-framework",
        "destination",
        "90 FR 4544; 15 CFR 742.6(a)(6)(iii)(A)",
        requires="3A090.a",
    ),
    Line(
        "4A090.a worldwide",
        "4a090-a",
        "us-ai-diffusion-framework",
        "destination",
        "90 FR 4544; 15 CFR 742.6(a)(6)(iii)(A)",
        requires="4A090.a",
    ),
    Line(
        "3A090 Note 1",
        "3a090-note-1",
        "us-2025-01-foundry",
        "presumption",
        "90 FR 5298; 15 CFR part 774, supplement 1, 3A090, Note 1",
        (("3a090-note-1",),),
        negate=True,
        any_limit=True,
    ),
    Line(
        "letter to Nvidia",
        "is-informed-letters-2025-04",
        "us-2025-04-h20",
        "letter",
        "Nvidia, Form 8-K of 2025-04-15: at or above the H20's memory bandwidth, interconnect bandwidth or both",
        like="nvidia-h20",
        of=("nvidia",),
    ),
    Line(
        "letter to Intel",
        "is-informed-letters-2025-04",
        "us-2025-04-mi308",
        "letter",
        "the limits that Intel gave its customers in April 2025",
        (("is-informed-letters-2025-04",),),
        of=("intel",),
        any_limit=True,
    ),
    Line(
        "letter to AMD",
        "is-informed-letters-2025-04",
        "us-2025-04-mi308",
        "letter",
        "AMD, Form 8-K of 2025-04-16, which names the MI308 products; a criterion in numbers is not on record",
        (("criterion of the letter to AMD",),),
        of=("amd",),
    ),
    Line(
        "case-by-case review",
        "3a090-a-4a090-a-licence-review",
        "us-2026-01-h200",
        "review",
        "91 FR 1684",
        (("3a090-a-4a090-a-licence-review",),),
        requires="3A090.a",
    ),
    Line(
        "3A090.b destinations",
        "3a090-b",
        "us-2026-uae",
        "destination",
        "15 CFR 742.6(a)(6)(iii)(B), edition of 2026-07-23",
        requires="3A090.b",
    ),
    Line(
        "4A090.b destinations",
        "4a090-b",
        "us-2026-uae",
        "destination",
        "15 CFR 742.6(a)(6)(iii)(B), edition of 2026-07-23",
        requires="4A090.b",
    ),
)
"""In the order in which they are shown; of lines with one label the last in force is the text, and of paragraphs met the first governs."""
