"""Entries of the Commerce Control List (15 CFR part 774, Supp. 1): wording, reasons, exceptions, item paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kg.facts.model import Entity
from kg.importers.ear.countries import paragraph_entity
from kg.importers.ear.edition import Edition
from kg.importers.ear.outline import Outline, outline
from kg.importers.making import RowRefused
from kg.importers.records import Passed, Record, Refused

__all__ = ["entry"]

_RUNS_ON = " License Requirements"
_REASON = re.compile(r"\b[A-Z]{2}(?=\d|\b)|(?i:foreign policy)")
_BETWEEN = re.compile(r"[\s,.\d]|\band\b")
_CONTROL = re.compile(r"(?P<reason>.+?) appl(?:ies|y)(?: to)?(?: the)?,? (?P<part>.+)", re.S)
_COLUMN = re.compile(r"\s*\b([A-Z]{2}) Column (\d)\.?")
_BARE_COLUMN = re.compile(r"Column (\d)\.?\Z")
_NO, _YES = {"n/a", "no"}, {"yes"}


def entry(
    edition: Edition, found: Mapping[str, Any], columns: Mapping[str, Entity], exceptions: Mapping[str, Entity]
) -> Iterator[Record]:
    """All that one entry of the file says."""
    yield from _Entry(edition, found, columns, exceptions).records()


class _Entry:
    """One entry on its way to records."""

    def __init__(
        self,
        edition: Edition,
        found: Mapping[str, Any],
        columns: Mapping[str, Entity],
        exceptions: Mapping[str, Entity],
    ) -> None:
        self.edition, self.found, self.columns, self.exceptions = edition, found, columns, exceptions
        self.name = str(found["eccn"])
        self.head, _, self.run_on = str(found["heading"]).partition(_RUNS_ON)
        self.known = {self.name}
        self.outline: Outline | None = None
        if found.get("items") and not self.run_on:
            self.outline = outline(self.head, found["items"])

    def records(self) -> Iterator[Record]:
        """The entry, its paragraphs, its reasons and its exceptions."""
        rows = self.found["countryChart"]
        own = 0 if self.run_on else _restart(rows)
        whole = not self.run_on and own == len(rows)
        yield self._paragraph(self.name)
        yield self._text("controlText", self.head, f"Heading of entry {self.name} of the Commerce Control List.")
        if self.run_on:
            yield self._refused("the heading runs on into licence requirements, so the rest may be of another entry")
            return
        yield from self._reasons()
        yield from self._items()
        yield from self._controls(rows[:own])
        if not whole:
            for number in range(own, len(rows)):
                yield self._refused(f"control row {number + 1} begins a second table, of another entry")
            yield self._refused("exceptions and related controls may be of the entry whose table follows")
            return
        if self.found["relatedControls"] not in (None, "", "N/A"):
            text = str(self.found["relatedControls"])
            yield self._text("relatedControls", text, f"Entry {self.name} names controls to read with it.")
        yield from self._exceptions()

    def _paragraph(self, name: str) -> Entity:
        return paragraph_entity(self.edition.maker, name, self.edition.origin(name))

    def _text(self, property_: str, value: str, passage: str, name: str = "") -> Record:
        place = name or self.name
        return self.edition.plain(self._paragraph(place).iri, property_, value, "ControlParagraph", place, passage)

    def _refused(self, reason: str, name: str = "") -> Refused:
        return Refused(self.edition.file, 0, f"{name or self.name}: {reason}")

    def _reasons(self) -> Iterator[Record]:
        text = str(self.found["reasonForControl"] or "")
        if _BETWEEN.sub("", _REASON.sub("", text)):
            yield self._refused(f"reason for control {text!r} is no list of codes")
            return
        for code in dict.fromkeys(each if each.isupper() else each.lower() for each in _REASON.findall(text)):
            yield self._text("reasonForControl", code, f"Entry {self.name} is controlled for: {text}.")

    def _items(self) -> Iterator[Record]:
        for each in self.found.get("items") or ():
            if each["kind"] != "item":
                yield Passed(self.edition.file, 0, "note of the control list")
        if self.outline is None:
            return
        if self.outline.doubt:
            for label, _ in (*self.outline.items, *self.outline.notes):
                yield self._refused(self.outline.doubt, f"{self.name}.{label}")
            return
        for _ in self.outline.notes:
            yield Passed(self.edition.file, 0, "paragraph of a note of the control list")
        for label, text in self.outline.items:
            name = f"{self.name}.{label}"
            if text.rstrip(" ;.").endswith("[Reserved]"):
                yield Passed(self.edition.file, 0, "reserved paragraph of the control list")
            else:
                yield from self._down_to(name)
                yield self._text(
                    "controlText", text, f"Wording of paragraph {name} of the Commerce Control List.", name
                )

    def _down_to(self, name: str) -> Iterator[Record]:
        """The paragraph and those above it that are new, each linked with the one above."""
        above = name.rpartition(".")[0]
        if name in self.known:
            return
        yield from self._down_to(above)
        self.known.add(name)
        yield self._paragraph(name)
        yield self._text("subparagraphOf", self._paragraph(above).iri, f"{name} is a part of {above}.", name)

    def _controls(self, rows: list[Mapping[str, Any]]) -> Iterator[Record]:
        made: dict[tuple[str, ...], int] = {}
        for number, row in enumerate(rows, 1):
            try:
                for values, passage, note in self._control(row):
                    key = tuple(values[k] for k in ("paragraph", "reason", "chartColumn", "controlledPart"))
                    if key in made:
                        raise RowRefused(f"says the same as row {made[key]}")
                    made[key] = number
                    yield self.edition.relation("ControlReason", values, f"{self.name}/control-{number}", passage, note)
            except RowRefused as error:
                yield self._refused(f"control row {number}: {error.message}")

    def _control(self, row: Mapping[str, Any]) -> Iterator[tuple[dict[str, str], str, str]]:
        """Ends and qualifiers of each reason that a row gives, in words, and what is doubtful."""
        said, text = str(row["control"]).strip(), str(row["countryChart"]).strip()
        control = _CONTROL.fullmatch(said)
        if not control:
            raise RowRefused(f"{said!r} names no reason")
        part, note = control["part"], ""
        if row.get("singleCellRow") or row.get("requirementCellEmptyInSource"):
            part, _, text = part.partition(". ")
            text = " ".join([*(f"{code} Column {n}" for code, n in _COLUMN.findall(said)), text]).strip()
            note = "The requirement has no cell of its own in the source."
        part = _COLUMN.sub("", part).strip().rstrip(".")
        reason = control["reason"].replace("sector sanction ", "sector sanctions ").strip()
        reason = f"{reason}s" if reason.endswith("sector sanction") else reason
        columns = _COLUMN.findall(text)
        bare = _BARE_COLUMN.match(text)
        if bare:
            columns = [(reason, bare[1])]
        where = "" if bare or not _COLUMN.sub("", text).strip(" .") else text
        for code, number in columns or [("", "")]:
            column = self._column(code, number)
            values = {
                "paragraph": self._paragraph(self._of(part)).iri,
                "reason": code or reason,
                "chartColumn": column,
                "controlledPart": part,
                "licenceDestinations": where,
            }
            shown = (
                " ".join(w for w in (f"{code} Column {number}" if column else "", where) if w) or "no destination named"
            )
            yield values, f"{self.name} is controlled for {code or reason} ({part}): {shown}", note

    def _column(self, code: str, number: str) -> str:
        if not code:
            return ""
        if f"{code} {number}" not in self.columns:
            raise RowRefused(f"{code} Column {number} is no column of the country chart")
        return self.columns[f"{code} {number}"].iri

    def _of(self, part: str) -> str:
        """The paragraph that a part names alone, where it is known; else the entry."""
        return part if part in self.known else self.name

    def _exceptions(self) -> Iterator[Record]:
        terms = {symbol: str(text).strip() for symbol, text in self.found["licenceExceptionFlags"].items()}
        special = str(self.found["staSpecialConditions"] or "").removeprefix("STA: ").strip()
        if special and terms.setdefault("STA", special) != special:
            yield self._refused("the special conditions for STA and its terms differ")
        for symbol, text in terms.items():
            if symbol not in self.exceptions:
                yield self._refused(f"{symbol!r} is none of the licence exceptions of part 740")
                continue
            word = text.casefold().rstrip(".")
            yield self.edition.relation(
                "ExceptionEligibility",
                {
                    "paragraph": self._paragraph(self.name).iri,
                    "licenceException": self.exceptions[symbol].iri,
                    "eligibility": "no" if word in _NO else "yes" if word in _YES else "in part",
                    "eligibilityTerms": text,
                },
                f"{self.name}/{symbol}",
                f"Entry {self.name} on License Exception {symbol}: {text}",
            )


def _restart(rows: list[Mapping[str, Any]]) -> int:
    """How many control rows come before one that an earlier row says too: there a second table begins."""
    seen: set[str] = set()
    for number, row in enumerate(rows):
        if row["control"] in seen:
            return number
        seen.add(row["control"])
    return len(rows)
