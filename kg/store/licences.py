"""Licences of batches and what a use may take from them.

Owns what may be combined; the list of licences is `kg.facts.licences`. Must not know statements.
"""

from __future__ import annotations

from kg.errors import BadArgument
from kg.facts.licences import LICENCES, spdx_id
from kg.facts.mistakes import nearest

__all__ = ["LICENCES", "allowed_licences", "strictest"]

_WORDS = {"public-domain": "CC0-1.0", "commercial": "CC-BY-SA-4.0", "attribution": "CC-BY-4.0", "any": LICENCES[-1]}


def allowed_licences(wanted: str) -> frozenset[str]:
    """The licences a use under `wanted` may draw on: itself and all freer ones; `only-` before an id means that licence alone, so
    that one data set can be asked without the others.

    Raises
    ------
    BadArgument
        The word is neither an SPDX id of the list, with or without `only-`, nor `commercial`, `attribution`, `public-domain`, `any`.
    """
    folded = wanted.strip().replace(" ", "-").upper()
    by_name = {name.upper(): name for name in LICENCES} | {word.upper(): name for word, name in _WORDS.items()}
    alone = spdx_id(folded.removeprefix("ONLY-")) if folded.startswith("ONLY-") else ""
    if alone:
        return frozenset({alone})
    if folded not in by_name:
        choices = [*LICENCES, *_WORDS]
        near = nearest(wanted, choices)
        raise BadArgument(
            f"dataLicence: no licence {wanted[:40]!r}; expected one of {', '.join(choices)}, or only- and an id",
            detail={"argument": "dataLicence", "value": wanted[:40], "nearest": list(near)},
        )
    return frozenset(LICENCES[: LICENCES.index(by_name[folded]) + 1])


def strictest(licences: set[str]) -> str:
    """The strictest of several licences; one the list does not know counts as strictest."""
    unknown = sorted(licences - set(LICENCES))
    return unknown[0] if unknown else max(licences, key=LICENCES.index, default="")
