"""Names for the blank nodes of a file (skolemisation, RDF 1.1 Concepts, section 3.5).

A blank node is named after what is said of it: a hash of its triples, and of its blank neighbours up to four steps away (colour
refinement). So the same file gives the same names whatever the order of its triples, and a node keeps its name from one edition of a
document to the next as long as nothing around it changes; nodes alike are numbered in the order of the file. The work is linear: the
canonical labels of RDFC-1.0 would change with every node added and take exponential time on symmetrical graphs (W3C RDF Dataset
Canonicalization, section 7.1). A file with more blank nodes than `MOST` is not held in memory: its nodes are named by their
labels where the format has them (N-Triples, N-Quads), else numbered in the order of the file.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox

__all__ = ["MOST", "skolemised"]

MOST = 100_000
"""Blank nodes of one file that are named after what is said of them."""

_STEPS = 4
_DIGITS = 16
_HELD = 10
"""Triples with blank nodes that are held in memory, as a multiple of `MOST`."""


def skolemised(quads: Iterable[ox.Quad], prefix: str, *, labelled: bool, most: int = MOST) -> Iterator[ox.Quad]:
    """The quads of one file with an IRI for each blank node; those without blank nodes come first, in their order.

    Parameters
    ----------
    quads : of the whole file.
    prefix : what the IRIs begin with.
    labelled : the format gives every blank node a label, which names it in a large file.
    most : blank nodes of a small file.
    """
    held: list[ox.Quad] | None = []
    order: dict[str, int] = {}

    def simple(label: str) -> str:
        return f"l-{quote(label, safe='')}" if labelled else f"n{order.setdefault(label, len(order))}"

    for quad in quads:
        labels = _blank(quad)
        if not labels:
            yield quad
        elif held is None:
            yield _named(quad, prefix, simple)
        else:
            held.append(quad)
            for label in labels:
                order.setdefault(label, len(order))
            if len(order) > most or len(held) > most * _HELD:
                for each in held:
                    yield _named(each, prefix, simple)
                held = None
                if labelled:
                    order.clear()
    if held:
        names = _refined(held, order)
        for each in held:
            yield _named(each, prefix, names.__getitem__)


def _blank(quad: ox.Quad) -> list[str]:
    return [t.value for t in (quad.subject, quad.object, quad.graph_name) if isinstance(t, ox.BlankNode)]


def _named(quad: ox.Quad, prefix: str, name: Callable[[str], str]) -> ox.Quad:
    def term(each: Any) -> Any:
        return ox.NamedNode(prefix + name(each.value)) if isinstance(each, ox.BlankNode) else each

    return ox.Quad(term(quad.subject), quad.predicate, term(quad.object), term(quad.graph_name))


def _refined(quads: list[ox.Quad], order: dict[str, int]) -> dict[str, str]:
    """Names by label: the colour of each node after four steps, and a number where several share it."""
    colours = dict.fromkeys(order, "")
    for _ in range(_STEPS):
        said: dict[str, list[str]] = defaultdict(list)
        for quad in quads:
            terms = (quad.subject, quad.predicate, quad.object, quad.graph_name)
            for label in set(_blank(quad)):
                said[label].append(" ".join(_seen(term, label, colours) for term in terms))
        colours = {
            label: hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:_DIGITS]
            for label, lines in said.items()
        }
    used: Counter[str] = Counter()
    names = {}
    for label in order:
        colour = colours[label]
        used[colour] += 1
        names[label] = colour if used[colour] == 1 else f"{colour}-{used[colour]}"
    return names


def _seen(term: object, own: str, colours: dict[str, str]) -> str:
    """A term as a blank node sees it: itself, the colour of another blank node, or the term."""
    if not isinstance(term, ox.BlankNode):
        return str(term)
    return "_:self" if term.value == own else f"_:{colours[term.value]}"
