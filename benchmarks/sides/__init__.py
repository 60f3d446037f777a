"""The sides of the network benchmark: the project and what one would pick instead, each with the same questions.

A side is a class `Side` in a module of its own, loaded in a process of its own. It has `graph(supply)` and `bill(and_or, supply)`, which build, and a
method for each question it can answer; a question it has no method for, its library does not answer. What a method gives is what the library
gives; `plain(question, answer)` makes of it, untimed, what answers are compared by (`benchmarks.questions`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["NETWORK_SIDES", "OURS"]

OURS = "project"
"""The project's side."""

NETWORK_SIDES: Mapping[str, str] = MappingProxyType(
    {
        OURS: "benchmarks.sides.project",
        "networkx": "benchmarks.sides.with_networkx",
        "igraph": "benchmarks.sides.with_igraph",
        "rustworkx": "benchmarks.sides.with_rustworkx",
        "scipy": "benchmarks.sides.with_scipy",
    }
)
"""Module of each side."""
