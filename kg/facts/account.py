"""The account of a folder of researched facts: what became of each of its rows.

Owns the counting of both sides: a row is *used* where a row of the seed names it as origin, *left out* where
`LEFT_OUT.csv` (`file,row,reason`) names it, and otherwise *unaccounted*. An origin is `<file>:<row id>`.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from kg.errors import BadArgument

__all__ = ["Account", "account"]

_KEYS = {
    "chips": ("chip_id",),
    "claims": ("claim_id",),
    "companies": ("company_id",),
    "eccn_rules": ("rule_id",),
    "facilities": ("facility_id",),
    "policies": ("policy_id",),
    "provisions_backend": ("provision_id",),
    "provisions_frontend": ("provision_id",),
    "requirements_backend": ("requirement_id",),
    "requirements_frontend": ("requirement_id",),
    "seed_claims": ("claim_id",),
    "supply": ("relation_id",),
    "tiers": ("iso3", "name_or_parameter"),
}
"""Columns that name a row, the first that is filled; `row_id` where a file is not listed; the line where there is none."""


@dataclass(frozen=True, slots=True)
class Account:
    """One file: its rows, those used, those left out for being of a non-commercial data set or for another reason, and the rows
    nothing accounts for."""

    file: str
    rows: int
    used: int
    left_out_licence: int
    left_out: int
    unaccounted: tuple[str, ...]


def account(facts: Path, seed: Path) -> tuple[Account, ...]:
    """The account of every CSV file of a folder of facts.

    Raises
    ------
    BadArgument
        The folder holds no CSV file.
    """
    files = sorted(facts.glob("*.csv"))
    if not files:
        raise BadArgument(f"{facts} holds no CSV file of facts", detail={"argument": "facts"})
    used = _origins(seed)
    left = {(r["file"].removesuffix(".csv"), r["row"].lower()): r["reason"] for r in _read(seed / "LEFT_OUT.csv")}
    found = []
    for path in files:
        counts: Counter[str] = Counter()
        open_rows = []
        for line, row in enumerate(_read(path), 2):
            names = _names(path.stem, row, line)
            if any((path.stem, name) in used for name in names):
                counts["used"] += 1
            elif (reason := next((left[path.stem, n] for n in names if (path.stem, n) in left), None)) is not None:
                counts["licence" if "non-commercial" in reason else "left"] += 1
            else:
                open_rows.append(names[0])
        total = sum(counts.values()) + len(open_rows)
        found.append(Account(path.stem, total, counts["used"], counts["licence"], counts["left"], tuple(open_rows)))
    return tuple(found)


def _names(file: str, row: dict[str, str], line: int) -> tuple[str, ...]:
    """What a row may be called, in lower case: its key, its parts joined (`alliance/member`, `alliance/member/role`), its line."""
    if file == "alliances":
        member = row.get("member", "").removeprefix("(coalition facts) ")
        pair = f"{row.get('alliance_id', '')}/{member}".lower()
        return (
            pair,
            f"{pair}/{row.get('role', '')}".lower(),
            row.get("alliance_id", "").lower() if _is_fact(row) else pair,
        )
    keys = _KEYS.get(file, ("row_id",))
    named = next((row[k] for k in keys if row.get(k)), "")
    return (named.lower(), str(line)) if named else (str(line),)


def _is_fact(row: dict[str, str]) -> bool:
    return row.get("member", "").startswith("(coalition facts)")


def _origins(seed: Path) -> set[tuple[str, str]]:
    found = set()
    for path in [*seed.glob("entities/*.csv"), *seed.glob("statements/*.csv"), *seed.glob("*.csv")]:
        for row in _read(path):
            for origin in re.split(r"\s*\|\s*", row.get("origin") or ""):
                file, _, name = origin.partition(":")
                found.add((file, name.lower()))
    return found


def _read(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))
