"""Made-up regulations in the layout of the four files, for tests to break, and what shows the statements made of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kg.facts.model import Statement
from kg.terms import Literal
from tests.importers.reading import Batch

__all__ = ["documents", "end", "entry", "item", "plain", "shown", "text", "write"]

_HEAD = {
    "citation": "15 C.F.R. of a made-up country",
    "source": {"url": "https://example.org/ecfr", "api": "none"},
    "ecfrIssueDate": "2030-01-02",
}


def item(paragraph: str, words: str = "Thing") -> dict[str, Any]:
    """A lettered paragraph."""
    return {"paragraph": paragraph, "kind": "item", "depth": paragraph.count(".") + 1, "text": f"{words} {paragraph}"}


def text(words: str, kind: str = "text") -> dict[str, Any]:
    """Words without a letter, or a numbered note."""
    return {"paragraph": "1" if kind == "note" else None, "kind": kind, "depth": 0, "text": words}


def entry(eccn: str, **more: Any) -> dict[str, Any]:
    """An entry of the control list; what is not said is empty."""
    return {
        "eccn": eccn,
        "category": eccn[0],
        "productGroup": eccn[1],
        "heading": "Things as follows (see List of Items Controlled).",
        "reasonForControl": None,
        "countryChart": [],
        "licenceExceptionFlags": {},
        "staSpecialConditions": None,
        "relatedControls": None,
        **more,
    }


def _control(control: str, column: str, **more: Any) -> dict[str, Any]:
    return {"control": control, "countryChart": column, **more}


def documents() -> dict[str, dict[str, Any]]:
    """The four files, small: one entry with notes in its list, one plain, one that runs on."""
    notes = [
        item("a", "Chip"),
        item("a.1"),
        text("A maker may show in any of these ways:"),
        item("a", "Way"),
        item("b", "Way"),
        item("c", "Way"),
        item("b", "Die"),
        item("b.1"),
        text("How it is reckoned", "note"),
        item("a", "Sum"),
        item("b", "Sum"),
        item("c", "Sum"),
        item("c", "Stack"),
        {**item("d"), "text": "[Reserved];"},
        item("z.1.a", "Other"),
    ]
    return {
        "ccl.json": {
            **_HEAD,
            "deepCategories": ["9"],
            "entryCount": 3,
            "entries": [
                entry(
                    "9A001",
                    reasonForControl="NS, RS and AT",
                    items=notes,
                    topLevelParagraphs={"a": "Sum a"},
                    countryChart=[
                        _control("NS applies to entire entry", "NS Column 1 AT Column 1."),
                        _control("RS applies to 9A001.b", "To any destination."),
                        _control("RS applies to 9A001.c and .d", "RS Column 3."),
                        _control("AT applies to the entire entry CB Column 2.", "", singleCellRow=True),
                    ],
                    licenceExceptionFlags={"LVS": "N/A", "GBS": "Yes.", "NAC": "Yes, for 9A001.a", "QQQ": "Yes"},
                    staSpecialConditions="STA: Not to Country Group A:6.",
                    relatedControls="See 9A002.",
                ),
                entry("9A002", heading="Other things.", reasonForControl="secret", relatedControls="N/A"),
                entry(
                    "9A003",
                    countryChart=[
                        _control("NS applies to entire entry", "NS Column 1"),
                        _control("NS applies to entire entry", "CB Column 2"),
                    ],
                    licenceExceptionFlags={"LVS": "$500"},
                ),
            ],
        },
        "country-groups.json": {
            **_HEAD,
            "notes": {"macau": "not in D:5", "uae": "approved only"},
            "aliases": {"hong kong": "China (PRC)"},
            "labels": {"A:5": "Friends (Tier 1)", "D:5": "Arms-embargoed"},
            "groups": {"A:5": ["Japan", "United Arab Emirates"], "D:5": ["Burma", "China (PRC)", "Atlantis"]},
            "byCountry": {
                "A": {"Japan": ["A:5"], "United Arab Emirates": ["A:5"]},
                "D": {"Burma": ["D:5"], "China (PRC)": ["D:5"], "Atlantis": ["D:5"]},
            },
        },
        "country-chart.json": {
            **_HEAD,
            "columns": ["NS 1", "CB 2", "AT 1"],
            "columnLabels": {"NS 1": "National security", "CB 2": "Chemical weapons", "AT 1": "Anti- terrorism"},
            "countryCount": 2,
            "countries": {
                "China": {"marks": ["NS 1", "CB 2", "XX 9"], "footnotes": [1, 7]},
                "Kosovo": {"marks": ["NS 1"], "footnotes": []},
            },
            "embargoed": {"Cuba": {"pointer": "See part 746.", "footnotes": []}},
            "footnotes": {"1": "See section 742.4."},
            "territoryInheritance": {"hong kong": {"row": "China", "basis": "BIS removed it (85 FR 83788)."}},
            "allDestinationsEntries": {
                "noLicenceExceptions": ["9A983", "9E001.a (for 9A001.f.1)", "everything"],
                "govOnly": {"entries": ["9A980"], "condition": "for the Government"},
            },
            "oddities": [],
        },
        "license-exception-catalog.json": {
            **_HEAD,
            "count": 4,
            "exceptions": [
                {"sectionNumber": "740.3", "symbols": ["LVS"], "title": "Shipments of limited value (LVS)"},
                {"sectionNumber": "740.4", "symbols": ["GBS"], "title": "License Exception Group B (GBS)"},
                {"sectionNumber": "740.8", "symbols": ["NAC", "ACA"], "title": "Notified (NAC) and Authorized (ACA)"},
                {"sectionNumber": "740.20", "symbols": ["STA"], "title": "License Exception Strategic Trade (STA)"},
            ],
        },
    }


def write(folder: Path, found: dict[str, dict[str, Any]] | None = None) -> Path:
    """Write the four files into a folder."""
    for name, document in (found or documents()).items():
        (folder / name).write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    return folder


def end(iri: object) -> str:
    """The last part of an IRI."""
    return str(iri).rpartition("/")[2]


def shown(statement: Statement, *names: str) -> tuple[str, ...]:
    """Ends and qualifiers of a relation, IRIs by their last part."""
    return tuple(end(statement.text(name)) for name in names)


def plain(batch: Batch, name: str) -> list[tuple[str, str]]:
    """(subject, value) of the plain statements of a property."""
    return [
        (end(s.subject), s.object.lexical if isinstance(s.object, Literal) else end(s.object)) for s in batch.of(name)
    ]
