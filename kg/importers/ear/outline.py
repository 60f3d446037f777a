"""Which paragraphs of an entry are items of the Commerce Control List and which belong to notes below them.

The file marks the lettered paragraphs of both alike: 3A090 has three paragraphs `a`, of which only the first is an item. What tells
them apart is the order: items run a, a.1, a.2, b …; a list inside a note begins again at `a` and goes on in its own order. Where the
order does not settle it, no paragraph of the entry is taken.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["Outline", "outline"]

_LIST = re.compile(r"as follows|list of items controlled", re.I)
_NO_ITEMS = "list of items controlled is contained in the ECCN heading"
_FEWEST = 4
"""Letters that make a list of items where the heading announces none and nothing is divided further: exceptions have two or three."""


class Outline:
    """The paragraphs of one entry: `items` and `notes` by label and text, and the `doubt` for which items are not taken."""

    def __init__(self) -> None:
        self.items: list[tuple[str, str]] = []
        self.notes: list[tuple[str, str]] = []
        self.doubt = ""
        self._last = self._note = ""
        self._longest_after = 0
        self._run = 0
        self._either: set[str] = set()

    def add(self, label: str, text: str, in_note: bool) -> None:
        """Place the next paragraph; `in_note` says that it opens a list which the words before it introduce."""
        if label == "a" and in_note:
            self._take_note(label, text, opens=True)
        elif self._note and _follows(self._note, label):
            if self._last and _follows(self._last, label):
                self._either.add(label)
            self._take_note(label, text)
        elif not self._last or _key(label) > _key(self._last):
            self.items.append((label, text))
            self._last, self._note, self._longest_after = label, "", 0
        elif label == "a":
            self._take_note(label, text, opens=True)
        else:
            self.notes.append((label, text))
            self.doubt = f"paragraph {label} stands outside the order of the list and of its notes"

    def _take_note(self, label: str, text: str, opens: bool = False) -> None:
        self.notes.append((label, text))
        self._note, self._run = label, 1 if opens else self._run + 1
        self._longest_after = max(self._longest_after, self._run)

    @property
    def unsettled(self) -> list[str]:
        """Paragraphs taken for a note's that would also be the next of the list, and which the list has nowhere else."""
        return sorted(self._either - {label for label, _ in self.items})

    @property
    def overshadowed(self) -> bool:
        """Whether a longer list comes after all that was taken for items: then that is the list."""
        return self._longest_after > len(self.items)


def outline(heading: str, paragraphs: Sequence[Mapping[str, Any]]) -> Outline:
    """Sort the paragraphs of an entry of the file, which gives each a label, a kind (item, note, text) and its wording."""
    found = Outline()
    labels = Counter(p["paragraph"] for p in paragraphs if p["kind"] == "item")
    repeats = any(n > 1 for n in labels.values())
    before: Mapping[str, Any] | None = None
    for each in paragraphs:
        if each["kind"] == "item":
            introduced = before is not None and before["kind"] != "item" and _introduces(before)
            found.add(each["paragraph"], each["text"], repeats and introduced)
        before = each
    letters = {label.partition(".")[0] for label, _ in found.items}
    undivided = not any("." in label for label in labels)
    begins = bool(found.items) and found.items[0][0].startswith("a")
    if any(_NO_ITEMS in p["text"] for p in paragraphs):
        found.doubt = "the items are in the heading, so its paragraphs belong to notes"
    elif labels and undivided and len(letters) < _FEWEST and not _LIST.search(heading):
        found.doubt = "the heading announces no list of items, so its paragraphs may be exceptions"
    elif found.unsettled and not found.doubt:
        found.doubt = f"paragraph {found.unsettled[0]} may be of the list or of a note"
    elif repeats and not found.doubt and (found.overshadowed or not begins):
        found.doubt = "letters stand twice and their order does not tell the list from its notes"
    return found


def _introduces(words: Mapping[str, Any]) -> bool:
    return words["kind"] == "note" or str(words["text"]).rstrip().endswith(":")


def _key(label: str) -> tuple[tuple[int, int, str], ...]:
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in label.split("."))


def _follows(last: str, label: str) -> bool:
    """Whether a label comes directly after another in an outline: its first part, or the next of it or of a part above."""
    a, b = last.split("."), label.split(".")
    if len(b) == len(a) + 1:
        return b[:-1] == a and b[-1] in ("a", "1")
    k = len(b) - 1
    if len(b) > len(a) or a[:k] != b[:k]:
        return False
    if a[k].isdigit() and b[k].isdigit():
        return int(b[k]) == int(a[k]) + 1
    return len(a[k]) == len(b[k]) == 1 and a[k].isalpha() and b[k].isalpha() and ord(b[k]) == ord(a[k]) + 1
