"""Names of chips and of other items: model numbers are compared sign by sign, never by resemblance.

`H100 SXM5 80GB` and `H100 PCIe` share a model and differ in form: two parts. A record that leaves the form or the memory open can
mean any of several parts; it is linked only where one part alone bears that model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.facts.folding import search_key
from kg.identity.names import Name

__all__ = ["Part", "item_key", "parts_of"]

_UNIT = re.compile(r"\b(\d+(?:\.\d+)?)\s+(gb|w|tflops|nm)\b")
_FORM = re.compile(r"^(?:sxm\d?|pcie|pcle|nvl|oam|dgxs)$")
_FIGURE = re.compile(r"^\d+(?:\.\d+)?(?:gb|w|tflops)$")
_BRACKET = re.compile(r"\(([^()]*)\)")
_FAMILIES = frozenset(
    (
        *("nvidia", "amd", "intel", "tesla", "habana", "google", "huawei", "baidu", "amazon", "aws"),
        *("instinct", "radeon", "geforce", "data", "center", "gpu"),
    )
)
"""Makers and product families that a part's name is written with and without; they tell no two parts apart."""


@dataclass(frozen=True, slots=True)
class Part:
    """A name of a part, taken apart.

    Attributes
    ----------
    model : the model without maker and family, written together.
    form : form factor (`sxm5`, `pcie`, `nvl` …), blank where the name leaves it open.
    memory : memory as named (`80gb`), blank where it is left open.
    extra : what else qualifies it: figures of power or speed, what a bracket says.
    """

    model: str
    form: str = ""
    memory: str = ""
    extra: str = ""

    @property
    def numbered(self) -> bool:
        """Whether it is a model number at all."""
        return any(c.isdigit() for c in self.model)

    def fits(self, other: Part) -> bool:
        """Whether the two can be one part: the same model, and nothing that both name differs."""
        return (
            self.model == other.model
            and _agree(self.form, other.form)
            and (not self.memory or not other.memory or self.memory == other.memory)
            and not (self.extra and other.extra and self.extra != other.extra)
        )

    def open_where(self, other: Part) -> bool:
        """Whether one of them leaves open what the other names."""
        return (
            bool(self.form) != bool(other.form) or bool(self.memory) != bool(other.memory) or self.extra != other.extra
        )


def parts_of(names: tuple[Name, ...]) -> tuple[Part, ...]:
    """The parts that an item's names name, those with a number; what one name says of form and memory holds for all."""
    found = list(dict.fromkeys(p for name in names for p in _read(name) if p.numbered))
    form = next((p.form for p in found if p.form), "")
    memory = next((p.memory for p in found if p.memory), "")
    whole = dict.fromkeys(
        Part(
            p.model,
            max((p.form or form, form), key=len) if _agree(p.form, form) else p.form,
            p.memory or memory,
            p.extra,
        )
        for p in found
    )
    return tuple(whole)


def item_key(name: Name) -> str:
    """The name of an item, its plain words in the singular."""
    return " ".join(_singular(word) for word in name.words)


def _singular(word: str) -> str:
    plural = word.isalpha() and len(word) > 3 and word.endswith("s") and not word.endswith("ss")
    return word[:-1] if plural else word


def _read(name: Name) -> Iterator[Part]:
    text = name.text
    inside = " ".join(_BRACKET.findall(text))
    yield _part(_BRACKET.sub(" ", text), search_key(inside))
    if inside:
        yield _part(text.replace("(", " ").replace(")", " "), "")


def _part(text: str, bracket: str) -> Part:
    folded = _UNIT.sub(r"\1\2", search_key(text.replace("+", " plus ")))
    words = [w for w in folded.split() if w not in _FAMILIES]
    form = next(("pcie" if w == "pcle" else w for w in words if _FORM.match(w)), "")
    memory = next((w for w in words if w.endswith("gb") and _FIGURE.match(w)), "")
    model = "".join(w for w in words if not _FORM.match(w) and not _FIGURE.match(w))
    inner = _UNIT.sub(r"\1\2", bracket).split()
    form = form or next((w for w in inner if _FORM.match(w)), "")
    figures = [w for w in words if _FIGURE.match(w) and w != memory]
    figures += [w for w in inner if any(c.isdigit() for c in w) and not _FORM.match(w) and w not in folded]
    return Part(model, form, memory, " ".join(figures))


def _agree(one: str, other: str) -> bool:
    """Whether two forms can be one: `sxm` says of `sxm5` only that it is some SXM."""
    return one.startswith(other) or other.startswith(one)
