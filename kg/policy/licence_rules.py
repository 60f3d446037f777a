"""Licence rules: which rule asks a licence for what, where and for whom; which exceptions there are; what lists do. One table each.

Every line carries its citation and the policy whose ladder says whether it is in force. Numbers, dates, members of groups, addressees and
list entries are statements of the graph; what stands here is how the regulations join them. Nothing else in the code knows a licence rule.

Sources: Export Administration Regulations, 15 CFR parts 736 to 774, edition of 2026-07-23, with the notices cited line by line. Where a review
policy was not read in a document, the line says so.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

__all__ = [
    "ALL_ITEMS",
    "CASE_BY_CASE",
    "EXCEPTIONS",
    "FIRST_DAY",
    "GROUPS_WHOLE",
    "HOME",
    "LISTS",
    "RULES",
    "ExceptionRule",
    "LicenceRule",
    "ListRule",
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

ALL_ITEMS = "for all items subject to the ear"
"""How a list entry begins that reaches every item (lower case)."""

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


_DENIED = Where(groups=("d-5",), countries=("MAC",))
"""Country Group D:5 and Macau: the regulations name Macau beside the group wherever they mean it."""

_GROUPS = Where(groups=("d-1", "d-4"), but_groups=("a-5", "a-6"), also=(_DENIED,))
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
    item by item). `paragraphs` are outcomes of classification. It gives way to `replaced_by` while that is in force.
    """

    key: str
    label: str
    policy: str
    citation: str
    test: str
    where: Where
    paragraphs: tuple[str, ...] = ()
    seat: Where = _DENIED
    reviews: tuple[Review, ...] = ()
    replaced_by: str = ""
    line: str = ""


_A = ("3A090.a", "4A090.a")
_B = ("3A090.b", "4A090.b")
_WINDOW = Review(
    "case-by-case review, for items within the limits and with the certifications of the rule (91 FR 1684)",
    Where(countries=("CHN", "MAC")),
    policy="us-2026-01-h200",
    line=CASE_BY_CASE,
)
_DENIAL = Review("presumption of denial", _DENIED)
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
        _A,
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
        _A,
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
        _A,
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
        _B,
        reviews=(_CORRECTED,),
    ),
    LicenceRule(
        "emirates-b",
        "3A090.b and 4A090.b to the United Arab Emirates",
        "us-2026-uae",
        "15 CFR 742.6(a)(6)(iii)(B), edition of 2026-07-23",
        "destination",
        Where(countries=("ARE",)),
        _B,
        reviews=(_CORRECTED,),
    ),
    LicenceRule(
        "seat",
        "end user with its seat, or an ultimate parent's, in Country Group D:5 or Macau",
        "us-2023-10-acs",
        "88 FR 73458; 15 CFR 744.23(a)(3), since 90 FR 4544 for .a items 15 CFR 742.6(a)(6)(iii)(A); guidance of 2026-05-31: still enforced",
        "headquarters",
        _WORLD,
        (*_A, *_B),
        reviews=(Review("presumption of denial for data-centre items of 3A090.a and 4A090.a"),),
    ),
    LicenceRule(
        "worldwide-2025",
        "3A090.a and 4A090.a worldwide, AI Diffusion Framework",
        "us-ai-diffusion-framework",
        "90 FR 4544; 15 CFR 742.6(a)(6)(iii)(A)",
        "destination",
        _WORLD,
        _A,
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
        "part-746",
        "embargoes and sanctions by destination",
        "",
        "15 CFR part 746; supplement 1 to part 738 refers Cuba, Iran, North Korea and Syria to it",
        "part 746",
        Where(countries=("CUB", "IRN", "PRK", "SYR", "RUS", "BLR")),
    ),
)
"""In the order in which they are looked at and shown."""


@dataclass(frozen=True, slots=True)
class ExceptionRule:
    """A licence exception: for which outcomes (`market`: only outside data centres for those in it), where, against which requirements, on what conditions.
    `seated` also reaches end users with their seat in D:5 or Macau, wherever they are."""

    key: str
    label: str
    policy: str
    citation: str
    against: tuple[str, ...]
    where: Where
    conditions: tuple[str, ...]
    paragraphs: tuple[str, ...]
    market: tuple[str, ...] = field(default=())
    seated: bool = False
    replaced_by: str = ""


_EMBARGOED = ("CUB", "IRN", "PRK", "SYR", "RUS", "BLR")
_OLD = ("groups-2023-a", "groups-2023-b", "emirates-b")
_NEAR = Where(groups=("d-1", "d-4"), countries=("ARE",), but_groups=("d-5",), but=("MAC", *_EMBARGOED))
_FRIENDS = Where(worldwide=True, but_groups=("d-5",), but=("MAC", *_EMBARGOED))

EXCEPTIONS: tuple[ExceptionRule, ...] = (
    ExceptionRule(
        "NAC",
        "License Exception NAC (Notified Advanced Computing)",
        "us-2023-10-acs",
        "15 CFR 740.8(a)(2)",
        ("groups-2023-a", "groups-2023-b", "seat", "worldwide-2025"),
        Where(groups=("d-5",), countries=("MAC",), but=_EMBARGOED),
        (
            "the Bureau of Industry and Security was notified before the export and has given a number",
            "one ultimate consignee and one end user in a notification",
            "the restrictions of 15 CFR 740.2 and part 744 leave it open",
        ),
        (*_A, *_B),
        market=_A,
        seated=True,
    ),
    ExceptionRule(
        "NAC without notification",
        "License Exception NAC without notification (until ACA was split off)",
        "us-2023-10-acs",
        "88 FR 73458; 15 CFR 740.8(a)(1)",
        _OLD,
        _NEAR,
        ("the restrictions of 15 CFR 740.2 and part 744 leave it open",),
        (*_A, *_B),
        market=_A,
        replaced_by="us-2024-04-corr",
    ),
    ExceptionRule(
        "ACA",
        "License Exception ACA (Advanced Computing Authorized)",
        "us-2024-04-corr",
        "89 FR 23876; 15 CFR 740.8",
        (*_OLD, "worldwide-2025"),
        _NEAR,
        ("the restrictions of 15 CFR 740.2 and part 744 leave it open",),
        (*_A, *_B),
        market=_A,
    ),
    ExceptionRule(
        "AIA",
        "License Exception AIA (Artificial Intelligence Authorization)",
        "us-ai-diffusion-framework",
        "90 FR 4544; 15 CFR 740.27",
        ("worldwide-2025",),
        Where(tiers=("ai-diffusion-tier-1",)),
        ("the ultimate consignee is located, and it and its ultimate parent have their seat, in a Tier 1 destination",),
        _A,
    ),
    ExceptionRule(
        "ACM",
        "License Exception ACM (Advanced Compute Manufacturing)",
        "us-ai-diffusion-framework",
        "90 FR 4544; 15 CFR 740.28",
        ("worldwide-2025",),
        _FRIENDS,
        (
            "a private-sector end user develops, produces or stores the items before they go on",
            "no customer in Country Group D:5 or Macau in the end, unless otherwise authorised",
        ),
        _A,
    ),
    ExceptionRule(
        "LPP",
        "License Exception LPP (Low Processing Performance)",
        "us-ai-diffusion-framework",
        "90 FR 4544; 15 CFR 740.29(a)",
        ("worldwide-2025",),
        _FRIENDS,
        ("up to 26,900,000 TPP in a calendar year, all exporters together, to one ultimate consignee",),
        _A,
    ),
    ExceptionRule(
        "HBM",
        "License Exception HBM (High Bandwidth Memory)",
        "us-2024-12-fdp",
        "89 FR 96790; 15 CFR 740.25",
        (),
        _DENIED,
        ("for memory of 3A090.c only: see the section",),
        ("3A090.c",),
    ),
)
"""In the order in which they are shown. HBM stands here to be told: no requirement of a chip gives way to it."""


@dataclass(frozen=True, slots=True)
class ListRule:
    """What an entry on a list does. `effect`: requires (for the items that the entry names), perhaps (for some items, which of them is not modelled), bars (exceptions cannot be used),
    shown (no requirement of these regulations hangs on it). `owned`: the rule on affiliates counts it."""

    party_list: str
    effect: str
    citation: str
    text: str
    owned: bool = False
    refused: str = ""


LISTS: tuple[ListRule, ...] = (
    ListRule(
        "us-entity-list",
        "requires",
        "15 CFR 744.11 and supplement 4 to part 744",
        "a licence is required as the entry says, and no licence exception may be used unless the entry allows it",
        owned=True,
    ),
    ListRule(
        "us-denied-persons-list",
        "requires",
        "15 CFR 764.3(a)(2), 736.2(b)(4)",
        "a denial order forbids taking part in exports",
        refused="prohibited by the order",
    ),
    ListRule(
        "us-military-end-user-list",
        "perhaps",
        "15 CFR 744.21 and supplements 2 and 7 to part 744",
        "a licence is required for the items of supplement 2 to part 744, which are not modelled",
        owned=True,
    ),
    ListRule(
        "us-sdn-list",
        "perhaps",
        "15 CFR 744.8",
        "a licence is required for parties under some sanctions programmes, which are not modelled",
        owned=True,
    ),
    ListRule(
        "us-unverified-list",
        "bars",
        "15 CFR 744.15, 740.2(a)(17)",
        "no licence exception may be used; a statement is needed where no licence is required",
    ),
)
"""Lists with an effect on a licence; an entry on any other is shown as such."""
