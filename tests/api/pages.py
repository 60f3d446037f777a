"""Reading a page as a browser without script would."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_LOADING = {"src", "srcset", "data", "poster", "background", "formaction", "action", "manifest", "xlink:href", "ping"}


@dataclass
class Page:
    """What a page holds."""

    title: str = ""
    text: str = ""
    links: set[str] = field(default_factory=set)
    loads: set[str] = field(default_factory=set)
    ids: list[str] = field(default_factory=list)
    labelled: set[str] = field(default_factory=set)
    controls: list[str] = field(default_factory=list)
    scripts: int = 0
    unclosed: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        page, given = self.page, {k: v or "" for k, v in attrs}
        if tag not in _VOID:
            self.open.append(tag)
        if tag == "a":
            page.links.add(given.get("href", ""))
        elif "href" in given:
            page.loads.add(given["href"])
        page.loads.update(given[name] for name in _LOADING & set(given))
        page.loads.update(_addresses(given.get("style", "")))
        page.scripts += tag == "script"
        if "id" in given:
            page.ids.append(given["id"])
        if tag == "label":
            page.labelled.add(given.get("for", ""))
        if tag in ("input", "textarea", "select") and given.get("type") not in ("hidden", "submit"):
            page.controls.append(given.get("id", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open and (last := self.open.pop()) != tag:
                self.page.unclosed.append(last)
        elif tag not in _VOID:
            self.page.unclosed.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["style"]:
            self.page.loads.update(_addresses(data))
        elif self.open[-1:] == ["script"]:
            self.page.loads.update(re.findall(r"""["'`]((?:https?:)?//[^"'`]*)["'`]""", data))
        elif self.open[-1:] == ["title"]:
            self.page.title += data
        else:
            self.page.text += data


def _addresses(style: str) -> list[str]:
    """What a style sheet loads."""
    found = re.findall(r"""url\(\s*["']?([^"')]*)|@import\s+["']([^"']*)""", style)
    return [a or b for a, b in found]


def parse_page(html: str) -> Page:
    """A page's parts."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.page.unclosed += reader.open
    return reader.page
