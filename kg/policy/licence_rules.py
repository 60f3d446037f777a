"""Licence rules: which rule asks a licence for what, where and for whom; the first of three tables.

Exceptions and lists stand in `kg.policy.licence_exceptions`.

Every line carries its citation and the policy whose ladder says whether it is in force. Numbers, dates, members of groups, addressees and
list entries are statements of the graph; what stands here is how the regulations join them. Nothing else in the code knows a licence rule.

Sources: Export Administration Regulations, 15 CFR parts 736 to 774, edition of 2026-07-23, with the notices cited line by line. Where a review
policy was not read in a document, the line says so.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

__all__ = [
    "CASE_BY_CASE",
    "DENIED",
    "FIRST_DAY",
    "GROUPS_WHOLE",
    "HOME",
    "ITEMS_A",
    "ITEMS_B",
    "ITEMS_C",
    "RULES",
    "LicenceRule",
    "Review",
    "Where",
]

FIRST_DAY = dt.date(2018, 1, 1)
"""No rule before this day is on record: an earlier question is undetermined."""

HOME = "USA"
"""The country whose regulations these are: what stays there is no export."""

GROUPS_WHOLE = {
    "a-1": "2026-07-23",
    "a-2": "2026-07-23",
    "a-3": "2026-07-23",
    "a-4": "2026-07-23",
    "a-5": "2026-07-23",
    "a-6": "2026-07-23",
    "b": "2026-07-23",
    "d-1": "2026-07-23",
    "d-2": "2026-07-23",
    "d-3": "2026-07-23",
    "d-4": "2026-07-23",
    "d-5": "2025-01-15",
    "e-1": "2026-07-23",
    "e-2": "2026-07-23",
}
"""From which day the members of a country group on record are all of them (15 CFR part 740, supplement 1, edition of 2026-07-23; of D:5 also the 23
destinations reported with 90 FR 4544). Before it a country that is not on record may have been a member."""

CASE_BY_CASE = "case-by-case review"
"""The label of the line (in the table of control rules) whose limits decide between case-by-case review and a presumption of denial."""


@dataclass(frozen=True, slots=True)
class Where:
    """Destinations: members of `groups`, `countries` (alpha-3), all (`worldwide`), those a policy targets (`targeted`), tier members (slugs);
    never members of `but_groups` nor `but`; and those of `also`, whatever is left out here."""

    groups: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    worldwide: bool = False
    targeted: bool = False
    tiers: tuple[str, ...] = ()
    but_groups: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    also: tuple[Where, ...] = ()


DENIED = Where(groups=("d-5",), countries=("MAC",))
"""Country Group D:5 and Macau: the regulations name Macau beside the group wherever they mean it."""

_GROUPS = Where(groups=("d-1", "d-4"), but_groups=("a-5", "a-6"), also=(DENIED,))
"""Country Groups D:1, D:4 and D:5 without what is also in A:5 or A:6. No member of D:5 is in either in the edition on record, so the exclusion
is asked of the others only: before that edition the members of A:5 and A:6 are not on record."""

_WORLD = Where(worldwide=True)


@dataclass(frozen=True, slots=True)
class Review:
    """How applications are reviewed: the first that fits counts. `line` is a line of the control rules that the item must meet; `policy` must be
    in force where it is named."""

    text: str
    where: Where = _WORLD
    policy: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True)
class LicenceRule:
    """A requirement.

    `test` says of what it hangs: destination; headquarters (of the end user or an ultimate parent, in `seat`); named (the items a letter names);
    letter (a line of the control rules); arrangement (licences that are reported, whose terms are not on record); part 746 (embargoes and sanctions that are not modelled
    item by item); item (those of `items`, slugs, that a paragraph describes by kind). `paragraphs` are outcomes of classification. It gives way to `replaced_by` while that is in force.
    """

    key: str
    label: str
    policy: str
    citation: str
    test: str
    where: Where
    paragraphs: tuple[str, ...] = ()
    seat: Where = DENIED
    reviews: tuple[Review, ...] = ()
    replaced_by: str = ""
    line: str = ""
    items: tuple[str, ...] = ()


ITEMS_A = ("3A090.a", "4A090.a")
"""The paragraphs of the more advanced items, chips and systems."""

ITEMS_B = ("3A090.b", "4A090.b")
"""The paragraphs of the less advanced items, chips and systems."""

ITEMS_C = ("3A090.c",)
"""The paragraph of high-bandwidth memory."""

_WINDOW = Review(
    "case-by-case review, for items within the limits and with the certifications of the rule (91 FR 1684)",
    Where(countries=("CHN", "MAC")),
    policy="us-2026-01-h200",
    line=CASE_BY_CASE,
)
_DENIAL = Review("presumption of denial", DENIED)
_REPORTED = Review("presumption of denial (as CSIS reports it; the paragraph was not read)")
_CORRECTED = Review("case-by-case review (89 FR 23876)", policy="us-2024-04-corr")

RULES: tuple[LicenceRule, ...] = (
    LicenceRule(
        "letters-2022",
        "letters of August 2022",
        "us-2022-08-isinformed",
        "letters under 15 CFR 744.21(b), as disclosed in Form 8-K of 2022-08-31",
        "named",
        Where(targeted=True),
    ),
    LicenceRule(
        "china-2022",
        "3A090 and 4A090 to China, rule of October 2022",
        "us-2022-10",
        "87 FR 62186; 15 CFR 742.6(a)(6)",
        "destination",
        Where(countries=("CHN",)),
        ITEMS_A,
        reviews=(Review("presumption of denial"),),
        replaced_by="us-2023-10-acs",
    ),
    LicenceRule(
        "macau-2023",
        "the rule of October 2022 extended to Macau",
        "us-2023-01-macau",
        "88 FR 2821; 15 CFR 742.6(a)(6)",
        "destination",
        Where(countries=("MAC",)),
        ITEMS_A,
        reviews=(Review("presumption of denial"),),
        replaced_by="us-2023-10-acs",
    ),
    LicenceRule(
        "groups-2023-a",
        "3A090.a and 4A090.a to Country Groups D:1, D:4 and D:5",
        "us-2023-10-acs",
        "88 FR 73458; 15 CFR 742.6(a)(6)(iii), text before 90 FR 4544",
        "destination",
        _GROUPS,
        ITEMS_A,
        reviews=(_WINDOW, _DENIAL, Review("presumption of approval")),
        replaced_by="us-ai-diffusion-framework",
    ),
    LicenceRule(
        "groups-2023-b",
        "3A090.b and 4A090.b to Country Groups D:1, D:4 and D:5",
        "us-2023-10-acs",
        "88 FR 73458; 15 CFR 742.6(a)(6)(iii)(B)",
        "destination",
        _GROUPS,
        ITEMS_B,
        reviews=(_CORRECTED,),
    ),
    LicenceRule(
        "emirates-b",
        "3A090.b and 4A090.b to the United Arab Emirates",
        "us-2026-uae",
        "15 CFR 742.6(a)(6)(iii)(B), edition of 2026-07-23",
        "destination",
        Where(countries=("ARE",)),
        ITEMS_B,
        reviews=(_CORRECTED,),
    ),
    LicenceRule(
        "seat-a",
        "3A090.a and 4A090.a for an end user with its seat, or an ultimate parent's, in Country Group D:5 or Macau",
        "us-2023-10-acs",
        "88 FR 73458; 15 CFR 744.23(a)(3), since 90 FR 4544 15 CFR 742.6(a)(6)(iii)(A); guidance of 2026-05-31: still enforced",
        "headquarters",
        _WORLD,
        ITEMS_A,
        reviews=(Review("presumption of denial"),),
    ),
    LicenceRule(
        "seat-b",
        "3A090.b and 4A090.b for an end user with its seat, or an ultimate parent's, in Country Group D:5 or Macau",
        "us-2023-10-acs",
        "88 FR 73458; 15 CFR 744.23(a)(3)",
        "headquarters",
        _WORLD,
        ITEMS_B,
        reviews=(_CORRECTED,),
    ),
    LicenceRule(
        "worldwide-2025",
        "3A090.a and 4A090.a worldwide, AI Diffusion Framework",
        "us-ai-diffusion-framework",
        "90 FR 4544; 15 CFR 742.6(a)(6)(iii)(A)",
        "destination",
        _WORLD,
        ITEMS_A,
        reviews=(_WINDOW, _DENIAL, Review("by the allocation of the country: see the operation tier")),
    ),
    LicenceRule(
        "letter-nvidia-2025",
        "letter to Nvidia of April 2025",
        "us-2025-04-h20",
        "Nvidia, Form 8-K of 2025-04-15",
        "letter",
        Where(groups=("d-5",), targeted=True),
        line="letter to Nvidia",
    ),
    LicenceRule(
        "letter-amd-2025",
        "letter to AMD of April 2025",
        "us-2025-04-mi308",
        "AMD, Form 8-K of 2025-04-16",
        "letter",
        Where(groups=("d-5",), targeted=True),
        line="letter to AMD",
    ),
    LicenceRule(
        "letter-intel-2025",
        "letter to Intel of April 2025",
        "us-2025-04-mi308",
        "the limits that Intel gave its customers in April 2025",
        "letter",
        Where(groups=("d-5",), targeted=True),
        line="letter to Intel",
    ),
    LicenceRule(
        "arrangement-2025",
        "licences for China-market chips since August 2025",
        "us-2025-07-h20",
        "reported arrangement; no instrument was read",
        "arrangement",
        Where(targeted=True),
        reviews=(Review("licences are reported; on which terms is not on record"),),
    ),
    LicenceRule(
        "scanners-2023",
        "3B001.f.1 (light source shorter than 193 nm) to Country Group D:5 and Macau",
        "us-2023-10-sme",
        "88 FR 73424; 15 CFR part 774, supplement 1, 3B001.f.1.a, edition of 2026-07-23",
        "item",
        DENIED,
        items=("euv-scanner", "euv-high-na-scanner"),
    ),
    LicenceRule(
        "memory-2024",
        "3A090.c (high-bandwidth memory) to Country Group D:5 and Macau",
        "us-2024-12-fdp",
        "89 FR 96790; 15 CFR 742.6(a)(6)(i)(B), as 3A090.c refers to it in the edition of 2026-07-23",
        "destination",
        DENIED,
        ITEMS_C,
        reviews=(_REPORTED,),
    ),
    LicenceRule(
        "seat-c",
        "3A090.c for an end user with its seat, or an ultimate parent's, in Country Group D:5 or Macau",
        "us-2024-12-fdp",
        "89 FR 96790, as ArentFox Schiff and CSIS report it; the paragraph was not read",
        "headquarters",
        _WORLD,
        ITEMS_C,
        reviews=(_REPORTED,),
    ),
    LicenceRule(
        "part-746",
        "embargoes and sanctions by destination",
        "",
        "15 CFR part 746; supplement 1 to part 738 refers Cuba, Iran, North Korea and Syria to it",
        "part 746",
        Where(countries=("CUB", "IRN", "PRK", "SYR", "RUS", "BLR")),
    ),
)
"""In the order in which they are looked at and shown."""
