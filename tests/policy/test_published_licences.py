"""What counsel, makers and think tanks say of a licence, beside what is answered: another oracle, with its disagreements kept in sight."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kg.store.dataset import Dataset
from tests.helpers import ask

PUBLISHED = list(
    csv.DictReader((Path(__file__).parent / "published_licences.csv").read_text(encoding="utf-8").splitlines())
)


@pytest.mark.parametrize("row", PUBLISHED, ids=[f"{r['item']}-{r['as_of']}-{r['destination']}" for r in PUBLISHED])
def test_published_licences(seed: Dataset, row: dict[str, str]) -> None:
    """Where the file says that it disagrees, it must still: the reason is in its note."""
    user = {"endUser": row["end_user"]} if row["end_user"] else {}
    raw = {"item": row["item"], "destination": row["destination"], "asOf": row["as_of"], "knownOn": "2026-11-24"}
    answer = ask(seed, "licence", **raw, **user).answer
    agrees = answer.status == row["status"] and answer.review_policy.startswith(row["review"])
    assert agrees is (row["agrees"] == "yes"), (answer.explanation, answer.review_policy, row["note"])


def test_each_disagreement_has_its_reason_and_each_row_its_page() -> None:
    assert len(PUBLISHED) >= 20
    assert all(r["note"] for r in PUBLISHED if r["agrees"] == "no")
    assert all(r["source"] and r["url"].startswith("https://") for r in PUBLISHED)
    assert {r["agrees"] for r in PUBLISHED} == {"yes", "no"}
