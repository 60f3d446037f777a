"""Licence exceptions, and what lists of parties do: the other two tables of the licence question.

As in `kg.policy.licence_rules` every line carries its citation, and the policy whose ladder says whether it is in force. Sources: 15 CFR part 740
(exceptions) and part 744 (end users), edition of 2026-07-23, with the notices cited line by line.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.policy.control_rules import EXCEPTION
from kg.policy.licence_rules import DENIED, ITEMS_A, ITEMS_B, ITEMS_C, Where

__all__ = ["ALL_ITEMS", "EXCEPTIONS", "LISTS", "ExceptionRule", "ListRule"]

ALL_ITEMS = "for all items subject to the ear"
"""How a list entry begins that reaches every item (lower case)."""


@dataclass(frozen=True, slots=True)
class ExceptionRule:
    """A licence exception: for which outcomes (`market`: only outside data centres for those in it), where, against which requirements, on what conditions.
    `seated` also reaches end users with their seat in D:5 or Macau, wherever they are. `line` is a line of the control rules that the item must meet as well."""

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
    line: str = ""


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
        ("groups-2023-a", "groups-2023-b", "seat-a", "seat-b", "worldwide-2025"),
        Where(groups=("d-5",), countries=("MAC",), but=_EMBARGOED),
        (
            "the Bureau of Industry and Security was notified before the export and has given a number",
            "one ultimate consignee and one end user in a notification",
            "the restrictions of 15 CFR 740.2 and part 744 leave it open",
        ),
        (*ITEMS_A, *ITEMS_B),
        market=ITEMS_A,
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
        (*ITEMS_A, *ITEMS_B),
        market=ITEMS_A,
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
        (*ITEMS_A, *ITEMS_B),
        market=ITEMS_A,
    ),
    ExceptionRule(
        "AIA",
        "License Exception AIA (Artificial Intelligence Authorization)",
        "us-ai-diffusion-framework",
        "90 FR 4544; 15 CFR 740.27",
        ("worldwide-2025",),
        Where(tiers=("ai-diffusion-tier-1",)),
        ("the ultimate consignee is located, and it and its ultimate parent have their seat, in a Tier 1 destination",),
        ITEMS_A,
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
        ITEMS_A,
    ),
    ExceptionRule(
        "LPP",
        "License Exception LPP (Low Processing Performance)",
        "us-ai-diffusion-framework",
        "90 FR 4544; 15 CFR 740.29(a)",
        ("worldwide-2025",),
        _FRIENDS,
        ("up to 26,900,000 TPP in a calendar year, all exporters together, to one ultimate consignee",),
        ITEMS_A,
    ),
    ExceptionRule(
        "HBM",
        "License Exception HBM (High Bandwidth Memory)",
        "us-2024-12-fdp",
        "89 FR 96790; 15 CFR 740.25 (the section was not read: its limit after CSIS, its conditions after Baker McKenzie and CSIS)",
        ("memory-2024", "seat-c"),
        DENIED,
        (
            "only to packaging sites that companies of the United States or of allied countries own and operate",
            "sold to the end user itself, and not for AI chips or other uses in artificial intelligence",
            "reports to the Bureau of Industry and Security are due",
            "the section has further terms, which were not read",
            "the restrictions of 15 CFR 740.2 and part 744 leave it open",
        ),
        ITEMS_C,
        seated=True,
        line=EXCEPTION,
    ),
)
"""In the order in which they are shown. HBM is for memory by itself: no requirement of a chip gives way to it."""


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
