"""Errors of the core, one tree.

Each error says what is wrong, where, what was expected and the nearest valid choice. `code` is stable: clients branch on
it. How an error looks on a surface (HTTP status, GraphQL extension, exit code) is no concern of this module.

::

    KGError
    ├── BadArgument          an argument has the wrong form or range
    │   ├── BadDate          a date that is no day, month or year of the calendar
    │   ├── BadCursor        a cursor this release did not give out
    │   └── WrongClass       an id of a class the argument does not take
    ├── UnknownId            no entity has that id
    │   ├── UnknownBatch     no batch with that id is in the release
    │   └── UnknownRelease   no release with that hash is here
    ├── AmbiguousId          several entities have that id
    ├── FactsRefused         rows that cannot be built from, all mistakes listed
    ├── SchemaError          the ontology contradicts itself
    ├── ImportRefused        files that are not what an importer reads; nothing was changed
    ├── FetchFailed          files that could not be had from their publisher; nothing was kept
    ├── ReleaseBroken        a release whose bytes are not what its manifest says
    └── OverBudget           the work asked for is more than the setting allows
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

__all__ = [
    "AmbiguousId",
    "BadArgument",
    "BadCursor",
    "BadDate",
    "FactsRefused",
    "FetchFailed",
    "ImportRefused",
    "KGError",
    "OverBudget",
    "ReleaseBroken",
    "SchemaError",
    "UnknownBatch",
    "UnknownId",
    "UnknownRelease",
    "WrongClass",
]


class KGError(Exception):
    """Any error of the core: a message for people, a stable code and the facts of the case.

    Parameters
    ----------
    message : what is wrong, in one or two sentences.
    code : overrides the class's code.
    detail : machine-readable facts of the case (argument, nearest ids, candidates …), JSON-ready.
    """

    code: ClassVar[str] = "error"

    def __init__(self, message: str, *, code: str | None = None, detail: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.error_code = code or type(self).code
        self.detail: dict[str, Any] = dict(detail or {})


class BadArgument(KGError):
    """An argument has the wrong form, type or range."""

    code = "bad-argument"


class BadDate(BadArgument):
    """A date that cannot be read."""

    code = "bad-date"


class BadCursor(BadArgument):
    """A page cursor that belongs to another query or release."""

    code = "bad-cursor"


class WrongClass(BadArgument):
    """An id that exists, but of a class the argument does not take."""

    code = "wrong-class"


class UnknownId(KGError):
    """No entity has the id; `detail["nearest"]` lists the nearest ids."""

    code = "unknown-id"


class UnknownRelease(UnknownId):
    """No release with that hash is kept here."""

    code = "unknown-release"


class AmbiguousId(KGError):
    """Several entities have the id; `detail["candidates"]` lists them as `class/slug`."""

    code = "ambiguous-id"


class FactsRefused(KGError):
    """Rows of facts that cannot be built from. `mistakes` holds every one of them, in file and line order."""

    code = "facts-refused"

    def __init__(self, mistakes: Sequence[Any]) -> None:
        shown = "\n".join(str(m) for m in mistakes)
        count = len(mistakes)
        super().__init__(f"{count} mistake{'s' if count != 1 else ''} in the rows; nothing was built.\n{shown}")
        self.mistakes = tuple(mistakes)


class SchemaError(KGError):
    """The ontology lacks or contradicts something the derivation needs."""

    code = "schema-error"


class ImportRefused(KGError):
    """Files that are not what an importer reads (cut short, other columns, another encoding or release), or a batch that cannot join
    a release. Nothing was changed."""

    code = "import-refused"


class FetchFailed(KGError):
    """A data set's files could not be had from their publisher: no network, another answer than the file, a file cut short, the
    licence not accepted. Nothing was kept."""

    code = "fetch-failed"


class UnknownBatch(UnknownId):
    """No batch with that id is in the release; `detail["nearest"]` lists the nearest."""

    code = "unknown-batch"


class ReleaseBroken(KGError):
    """A release file that is missing, truncated or altered."""

    code = "release-broken"


class OverBudget(KGError):
    """More work than the setting allows; `detail["budget"]` and `detail["setting"]` say how much and which."""

    code = "over-budget"
