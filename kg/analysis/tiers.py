"""Tiers: how far the nodes of a network lie from where a search begins.

Owns the breadth-first search from several nodes at once, and the way back. Must not know what the nodes are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Tiers", "search"]


@dataclass(frozen=True, slots=True)
class Tiers:
    """Least hops to each node reached, and the node before it on a least way: the first by number."""

    depth: dict[int, int]
    before: dict[int, int]

    def way(self, node: int) -> list[int]:
        """The nodes from a start to a node."""
        found = [node]
        while found[-1] in self.before:
            found.append(self.before[found[-1]])
        return found[::-1]


def search(
    neighbours: Callable[[int], Sequence[int]],
    starts: Iterable[int],
    longest: int,
    spend: Callable[[int], bool],
    avoided: int | None = None,
) -> Tiers:
    """The nodes within `longest` hops of the starts, by breadth-first search.

    Parameters
    ----------
    neighbours : the nodes one hop on, ascending.
    spend : takes steps from a budget; the search ends where it says no.
    avoided : a node that no way may pass.
    """
    level = sorted(set(starts) - {avoided})
    depth = dict.fromkeys(level, 0)
    before: dict[int, int] = {}
    for hops in range(1, longest + 1):
        following = []
        for node in level:
            near = neighbours(node)
            if not spend(1 + len(near)):
                return Tiers(depth, before)
            for each in near:
                if each not in depth and each != avoided:
                    depth[each], before[each] = hops, node
                    following.append(each)
        level = sorted(following)
        if not level:
            break
    return Tiers(depth, before)
