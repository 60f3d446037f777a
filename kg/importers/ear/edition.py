"""One supplement of the regulations in one edition: its source, and statements that hold from its date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kg.facts.model import Source, Statement
from kg.importers.making import Maker

__all__ = ["Edition"]

_SINCE = "Holds at least from this edition on; the edition does not say since when."


class Edition:
    """A source and the maker of what it says.

    Parameters
    ----------
    maker : of the batch.
    file : name of the file, for messages.
    slug, title, note : of the source; the date is added.
    document : the file's head, with `citation`, `source` and `ecfrIssueDate`.
    """

    def __init__(
        self, maker: Maker, file: str, slug: str, title: str, document: Mapping[str, Any], note: str = ""
    ) -> None:
        self.maker, self.file = maker, file
        self.date = str(document["ecfrIssueDate"])
        self.source: Source = maker.source(
            f"{slug}-{self.date}",
            f"{title}, eCFR issue of {self.date}",
            str(document["source"]["url"]),
            self.date,
            publisher="Electronic Code of Federal Regulations",
            licence="public domain (work of the US Government)",
            rights="text of the Code of Federal Regulations (17 U.S.C. 105)",
            series=slug,
            supersedes_series=True,
            note=note,
        )

    def origin(self, place: str) -> str:
        """Where in the file: `ccl:3A090`."""
        return f"{self.file.removesuffix('.json')}:{place}"

    def plain(
        self, subject: str, property_: str, value: str, class_name: str, place: str, passage: str, note: str = ""
    ) -> Statement:
        """A plain statement of this edition."""
        return self.maker.plain(
            subject,
            property_,
            value,
            class_name,
            source=self.source,
            origin=self.origin(place),
            passage=passage,
            note=f"{_SINCE} {note}".strip(),
            valid_from=self.date,
        )

    def relation(
        self, class_name: str, values: Mapping[str, Any], place: str, passage: str, note: str = ""
    ) -> Statement:
        """A relation of this edition."""
        return self.maker.relation(
            class_name,
            values,
            source=self.source,
            origin=self.origin(place),
            passage=passage,
            note=f"{_SINCE} {note}".strip(),
            valid_from=self.date,
        )
