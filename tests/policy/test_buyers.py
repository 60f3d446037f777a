"""Ownership by listed parties, added up and through chains: against a fixpoint worked out by brute force over the rows."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.policy.buyers import entries_of, listed_owners
from kg.store.dataset import Dataset
from kg.terms import BASE
from tests.helpers import FactsFolder, day

FIRMS = tuple(f"firm-{n}" for n in range(6))
Shares = dict[tuple[str, str], int | None]


def brute(shares: Shares, listed: set[str], party: str, most: bool) -> bool:
    """Whether listed parties own half or more of a party: the least set closed under adding shares. Unknown shares count as nothing, or
    with `most` as all of it."""
    covered = set(listed)
    while True:
        new = {
            owned
            for owned in FIRMS
            if owned not in covered
            and sum(
                (100 if most else 0) if p is None else p
                for (o, owner), p in shares.items()
                if o == owned and owner in covered
            )
            >= 50
        }
        if not new:
            break
        covered |= new
    total = sum(
        (100 if most else 0) if p is None else p for (o, owner), p in shares.items() if o == party and owner in covered
    )
    return total >= 50


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Shares, set[str]]:
    pairs = draw(st.lists(st.sampled_from([(a, b) for a in FIRMS for b in FIRMS if a != b]), max_size=9, unique=True))
    shares: Shares = {pair: draw(st.sampled_from((None, 10, 25, 30, 49, 50, 51, 100))) for pair in pairs}
    return shares, set(draw(st.lists(st.sampled_from(FIRMS), max_size=3)))


def world(folder: FactsFolder, shares: Shares, listed: set[str]) -> FactsFolder:
    folder.tables.clear()
    shutil.rmtree(folder.path, ignore_errors=True)
    folder.entities("Company", *FIRMS)
    folder.entities("PartyList", "us-entity-list")
    for (owned, owner), percent in shares.items():
        folder.relation(
            "Ownership",
            owned=owned,
            owner=owner,
            percent="" if percent is None else str(percent),
            ownership_kind="direct",
        )
    for party in sorted(listed):
        folder.relation("ListEntry", party=party, party_list="us-entity-list", citation="85 FR 1")
    return folder


@given(worlds())
@settings(max_examples=60)
def test_ownership_is_the_fixpoint_over_the_rows(
    folder: FactsFolder, opened: Callable[[FactsFolder], Dataset], made: tuple[Shares, set[str]]
) -> None:
    shares, listed = made
    snapshot = opened(world(folder, shares, listed)).as_of(day("2026-11-24"), known_on=day("2026-11-24"))
    for firm in sorted(set(FIRMS) - listed):  # a party on a list needs no owners, and a ring through it adds nothing
        owned = listed_owners(snapshot, f"{BASE}id/company/{firm}")
        sure, possible = brute(shares, listed, firm, most=False), brute(shares, listed, firm, most=True)
        assert owned.truth is (True if sure else None if possible else False), (firm, shares, listed)


def test_a_row_that_sees_through_a_chain_is_not_added_to_the_chain(
    folder: FactsFolder, opened: Callable[[FactsFolder], Dataset]
) -> None:
    folder.entities("Company", *FIRMS)
    folder.entities("PartyList", "us-entity-list")
    folder.relation("Ownership", owned="firm-0", owner="firm-1", percent="30", ownership_kind="direct")
    folder.relation("Ownership", owned="firm-0", owner="firm-2", percent="30", ownership_kind="ultimate")
    for party in ("firm-1", "firm-2"):
        folder.relation("ListEntry", party=party, party_list="us-entity-list", citation="85 FR 1")
    owned = listed_owners(
        opened(folder).as_of(day("2026-11-24"), known_on=day("2026-11-24")), f"{BASE}id/company/firm-0"
    )
    assert (owned.truth, owned.least, owned.most) == (None, 30.0, 60.0)


def test_an_entry_reaches_every_item_only_where_it_says_so_without_exception(
    folder: FactsFolder, opened: Callable[[FactsFolder], Dataset]
) -> None:
    folder.entities("Company", "firm-0")
    folder.entities("PartyList", "us-entity-list", "another-list")
    words = {
        "1": "For all items subject to the EAR (See section 744.11 of the EAR)",
        "2": "For all items subject to the EAR, except items specified in EAR99",
        "3": "Items uniquely required for production at 10 nm and below",
        "4": "",
    }
    for citation, requirement in words.items():
        folder.relation(
            "ListEntry", party="firm-0", party_list="us-entity-list", citation=citation, licence_requirement=requirement
        )
    folder.relation("ListEntry", party="firm-0", party_list="another-list", citation="5")
    snapshot = opened(folder).as_of(day("2026-11-24"), known_on=day("2026-11-24"))
    found = {e.citation: e.covers for e in entries_of(snapshot, f"{BASE}id/company/firm-0")}
    assert found == {"1": True, "2": None, "3": None, "4": None, "5": None}
    assert entries_of(snapshot, f"{BASE}id/company/firm-0")[-1].rule is None
