"""Memories under the control list: which items are high-bandwidth memories, and what the agency itself says of one (3A090.c).

Owns what makes an item one that is classified. A memory by itself, or with a die that is only its interface, is what 3A090.c is about (15 CFR
part 774, supplement 1, note to 3A090.c); a memory in one package with a circuit that processes is part of that circuit, so no chip is ever
judged here. Must not know limits, nor how a verdict is worded.
"""

from __future__ import annotations

from kg.errors import BadArgument
from kg.facts.model import Statement
from kg.store.snapshot import Snapshot
from kg.terms import Literal

__all__ = ["PROCESSORS", "is_classified", "is_memory", "memories", "named_by", "refuse_others"]

PROCESSORS = ("Chip", "System")
"""Classes whose members are classified by their processing."""

_HIGH_BANDWIDTH = "high-bandwidth memory"


def is_memory(snapshot: Snapshot, item: str) -> bool:
    """Whether an item is a high-bandwidth memory, by its `memoryKind`."""
    kinds = (s.object for s in snapshot.plain(item, "memoryKind"))
    return any(isinstance(k, Literal) and k.lexical == _HIGH_BANDWIDTH for k in kinds)


def memories(snapshot: Snapshot) -> tuple[str, ...]:
    """IRIs of all high-bandwidth memories, in order."""
    return tuple(sorted(e.iri for e in snapshot.entities("Component") if is_memory(snapshot, e.iri)))


def is_classified(snapshot: Snapshot, item: str) -> bool:
    """Whether an item is of a kind that is classified: a chip, a system, a high-bandwidth memory."""
    return snapshot.entity(item).class_name in PROCESSORS or is_memory(snapshot, item)


def refuse_others(snapshot: Snapshot, item: str) -> None:
    """Refuse an item that is not classified.

    Raises
    ------
    BadArgument
        The item is no chip, no system and no high-bandwidth memory.
    """
    if not is_classified(snapshot, item):
        raise BadArgument(
            f"chip: {snapshot.label(item)} is no chip, no system and, as far as is on record, no high-bandwidth memory: it is not classified here",
            detail={"argument": "chip"},
        )


def named_by(snapshot: Snapshot, policy: str, item: str) -> tuple[Statement, ...]:
    """The statements by which a policy (IRI) controls an item by name: the agency's word on a memory whose figures may be missing."""
    return tuple(s for s in snapshot.plain(policy, "controlledItem") if s.object == item)
