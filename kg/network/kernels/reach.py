"""Reach: what can be reached from some nodes, and over how many hops.

Owns the checks of the arguments and the plain Python version of the breadth-first search. Must not know what nodes stand for.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from kg.network.csr import Csr, Ints, Mask
from kg.network.kernels import dispatch

__all__ = ["reach"]

_NO_LIMIT = 2**31 - 1


def reach(
    csr: Csr, sources: Iterable[int], mask: Mask | None = None, reverse: bool = False, longest: int | None = None
) -> Ints:
    """Least hops from any of the sources to each node.

    Parameters
    ----------
    sources : node numbers; none reach nothing.
    mask : edges that may be passed; all where left out.
    reverse : go against the edges.
    longest : hops at most; no limit where left out.

    Returns
    -------
    int32 array, one a node; 0 for a source, -1 for what is not reached.

    Raises
    ------
    ValueError
        A source that is no node, a negative `longest`, a mask of another length.

    Notes
    -----
    Time is linear in nodes and edges. Compiled, the search changes to looking backwards from what is not reached yet while the
    frontier is large (S. Beamer, K. Asanović and D. Patterson, Direction-Optimizing Breadth-First Search, SC 2012).
    """
    starts = sorted(set(sources))
    if starts and not 0 <= starts[0] <= starts[-1] < csr.nodes:
        raise ValueError(f"sources must be node numbers from 0 to {csr.nodes - 1}")
    if longest is not None and longest < 0:
        raise ValueError("longest must not be negative")
    limit = _NO_LIMIT if longest is None else min(longest, _NO_LIMIT)
    compiled = dispatch.native("reach", csr.edges)
    if compiled is None:
        return _twin(csr, starts, mask, reverse, limit)
    passed = csr.mask_of(mask, reverse)
    depths: Ints = compiled.reach(*csr.rows(reverse), *csr.rows(not reverse), passed, np.array(starts, np.int32), limit)
    return depths


def _twin(csr: Csr, starts: list[int], mask: Mask | None, reverse: bool, limit: int) -> Ints:
    near = csr.neighbours(mask, reverse)
    depths = [-1] * csr.nodes
    for node in starts:
        depths[node] = 0
    level, hops = starts, 0
    while level and hops < limit:
        hops += 1
        following = []
        for node in level:
            for each in near[node]:
                if depths[each] < 0:
                    depths[each] = hops
                    following.append(each)
        level = following
    return np.array(depths, np.int32)
