"""The limits of 3A090 as rows of a small folder of facts."""

from __future__ import annotations

from tests.helpers import FactsFolder


def limits_of_october_2023(folder: FactsFolder) -> None:
    """The limits of the rule of October 2023 (88 FR 73458)."""
    rows = [
        ("3a090-a-1", "total processing performance", "at least", "4800", ""),
        ("3a090-a-2", "total processing performance", "at least", "1600", ""),
        ("3a090-a-2", "performance density", "at least", "5.92", ""),
        ("3a090-b-1", "total processing performance", "between", "2400", "4800"),
        ("3a090-b-1", "performance density", "between", "1.6", "5.92"),
        ("3a090-b-2", "total processing performance", "at least", "1600", ""),
        ("3a090-b-2", "performance density", "between", "3.2", "5.92"),
        ("3a090-note-2", "total processing performance", "less than", "4800", ""),
    ]
    folder.entities("ControlParagraph", "3a090-a", "3a090-b", *dict.fromkeys(r[0] for r in rows))
    for paragraph, parameter, operator, low, high in rows:
        folder.relation(
            "ControlThreshold",
            paragraph=paragraph,
            rule_version="us-2023-10-acs",
            parameter=parameter,
            threshold_operator=operator,
            threshold=low,
            threshold_upper=high,
        )
