"""Files of decisions and of doubtful links."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import FactsRefused
from kg.facts.reader import read_facts
from kg.identity.decisions import (
    Decision,
    ReviewRow,
    in_force,
    packaged_decisions,
    read_decisions,
    read_review,
    write_review,
)
from kg.schema import Schema
from tests.helpers import FactsFolder

ROWS = (
    ReviewRow("company/eto-p40", "company/hua-hong-group", 0.94, "label 'Hua Hong' …; \"nearly\", as well"),
    ReviewRow("company/eto-p285", "company/ngk-insulators", 0.78, ""),
)


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(("record,identified_with,decision,evidence", *lines)) + "\n", encoding="utf-8")
    return path


def test_a_review_is_written_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "review.csv"
    write_review(path, ROWS)
    assert read_review(path) == ROWS
    assert [p.name for p in tmp_path.iterdir()] == ["review.csv"]
    assert read_decisions(path) == ()


def test_a_review_that_was_filled_in_is_a_file_of_decisions(tmp_path: Path) -> None:
    path = tmp_path / "review.csv"
    write_review(path, ROWS)
    text = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([text[0], text[1] + "same", text[2]]) + "\n", encoding="utf-8")
    assert [(d.record, d.decision, d.packaged) for d in read_decisions(path)] == [("company/eto-p40", "same", False)]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            ["company/a,company/b,sane,"],
            "decisions.csv:2:decision: 'sane' is no decision; expected same, different or blank; nearest: same",
        ),
        (["a,company/b,same,"], "decisions.csv:2:record: 'a' names no entity; expected class/slug"),
        (["company/a,company/a,same,"], "compared with itself"),
        (
            ["company/a,company/b,same,", "company/b,company/a,different,"],
            "decisions.csv:3: this pair was decided in line 2",
        ),
    ],
)
def test_mistakes_name_file_line_and_column(tmp_path: Path, lines: list[str], told: str) -> None:
    with pytest.raises(FactsRefused) as caught:
        read_decisions(written(tmp_path / "decisions.csv", *lines))
    assert told in str(caught.value)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text("record,identified_with,desision\ncompany/a,company/b,same\n", encoding="utf-8")
    with pytest.raises(FactsRefused, match="decision"):
        read_decisions(path)


def test_a_score_that_is_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "review.csv"
    path.write_text("record,identified_with,score,evidence,decision\ncompany/a,company/b,high,,\n", encoding="utf-8")
    with pytest.raises(FactsRefused, match=r"review.csv:2:score: 'high' is no number"):
        read_review(path)


def test_the_user_wins_over_the_package_and_the_later_file_over_the_earlier() -> None:
    packaged = Decision("company/a", "company/b", "same", packaged=True)
    first = Decision("company/b", "company/a", "different")
    second = Decision("company/a", "company/b", "same", "after all")
    pair = frozenset(("company/a", "company/b"))
    assert in_force([first, packaged])[pair] is first
    assert in_force([first, second, packaged])[pair] is second


def test_the_packaged_decisions_are_well_formed() -> None:
    found = packaged_decisions()
    assert len(found) > 300
    assert all(d.packaged and d.evidence and d.origin for d in found)
    assert {d.decision for d in found} == {"same", "different"}
    same = [d.record for d in found if d.decision == "same"]
    assert len(same) == len(set(same)), "a record means one entity"


def test_a_folder_of_facts_may_hold_decisions(schema: Schema, folder: FactsFolder) -> None:
    folder.entity("Company", "acme")
    path = folder.write() / "identity"
    path.mkdir()
    written(path / "decisions.csv")
    assert len(read_facts(folder.path, schema).entities) == 1
    (path / "decisions.xlsx").write_bytes(b"")
    with pytest.raises(FactsRefused, match=r"identity/decisions\.xlsx"):
        read_facts(folder.path, schema)
