"""The account of researched facts: a row is used, left out or unaccounted, and never two of these."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kg.errors import BadArgument
from kg.facts.account import account
from kg.store.opening import packaged

FACTS = Path(__file__).resolve().parents[3] / "shared" / "facts"


def table(path: Path, *rows: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    table(tmp_path / "facts" / "chips.csv", *({"chip_id": f"c{n}"} for n in range(4)))
    table(
        tmp_path / "facts" / "alliances.csv",
        {"alliance_id": "quad", "member": "JPN", "role": "founder"},
        {"alliance_id": "quad", "member": "JPN", "role": "chair"},
        {"alliance_id": "coalition", "member": "(coalition facts) size", "role": "many"},
    )
    return tmp_path / "facts"


def test_each_row_has_one_fate(facts: Path, tmp_path: Path) -> None:
    seed = tmp_path / "seed"
    table(seed / "statements" / "topic.csv", {"origin": "chips:C0 | chips:c9"}, {"origin": "alliances:quad/JPN/chair"})
    table(seed / "entities" / "Alliance.csv", {"origin": "alliances:coalition"})
    table(
        seed / "LEFT_OUT.csv",
        {"file": "chips", "row": "c1", "reason": "non-commercial data set"},
        {"file": "chips.csv", "row": "c2", "reason": "repeats c1"},
    )
    alliances, chips = account(facts, seed)
    assert (chips.rows, chips.used, chips.left_out_licence, chips.left_out, chips.unaccounted) == (4, 1, 1, 1, ("c3",))
    assert (alliances.rows, alliances.used, alliances.unaccounted) == (3, 2, ("quad/jpn",))


def test_nothing_to_count(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="no CSV file"):
        account(tmp_path, tmp_path)


@pytest.mark.skipif(not FACTS.is_dir(), reason="the folder of researched facts is not beside this checkout")
def test_the_seed_accounts_for_every_fact() -> None:
    rows = account(FACTS, packaged("seed_data"))
    assert {r.file: r.unaccounted for r in rows if r.unaccounted} == {}
    free = sum(r.rows - r.left_out_licence for r in rows)
    assert sum(r.left_out for r in rows) <= 0.03 * free
    assert sum(r.rows for r in rows) > 6_000


def test_every_row_left_out_has_a_reason() -> None:
    with (packaged("seed_data") / "LEFT_OUT.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert rows
    assert [r for r in rows if not (r["file"] and r["row"] and len(r["reason"]) > 5)] == []
