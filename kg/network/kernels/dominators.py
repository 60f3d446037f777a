"""Dominators: the nodes on every way from a source.

A node *d* dominates *v* when each path from the source to *v* passes *d*; the *immediate* dominator of *v* is the last one before *v*
itself, and following it up to the source gives them all. A graph has one answer, so there is no tie to break.

The twin iterates to a fixpoint (Cooper, Harvey and Kennedy 2001, "A simple, fast dominance algorithm"), the compiled version is Semi-NCA.
Must not know what a node stands for.
"""

from __future__ import annotations

import numpy as np

from kg.network.csr import Csr, Ints, Mask
from kg.network.kernels import dispatch

__all__ = ["dominators", "dominators_between"]


def dominators(csr: Csr, source: int, mask: Mask | None = None) -> Ints:
    """Immediate dominators.

    Parameters
    ----------
    source : number of the node all ways begin at.
    mask : one boolean an edge; edges where it is False do not count.

    Returns
    -------
    int32 array
        For each node its immediate dominator, -1 where the source does not reach it; the source's is itself.

    Raises
    ------
    ValueError
        The source is no node, or the mask does not fit.
    """
    if not 0 <= source < csr.nodes:
        raise ValueError(f"node {source} is none of {csr.nodes}")
    passed = csr.mask_of(mask)
    compiled = dispatch.native("dominators", csr.edges)
    if compiled is None:
        return _twin(csr, source, mask)
    backward = csr.mask_of(mask, reverse=True)
    found: Ints = compiled.immediate(*csr.rows(), passed, *csr.rows(reverse=True), backward, source)
    return found


def dominators_between(immediate: Ints, source: int, target: int) -> list[int]:
    """The nodes on every way from a source to a target, in order and without the two, from the source's immediate dominators; none where
    there is no way."""
    found = []
    node = int(immediate[target])
    while node not in (source, -1):
        found.append(node)
        node = int(immediate[node])
    return found[::-1]


def _twin(csr: Csr, source: int, mask: Mask | None) -> Ints:
    onward = csr.neighbours(mask)
    postorder: list[int] = []
    seen = {source}
    stack = [(source, iter(onward[source]))]
    while stack:
        node, rest = stack[-1]
        step = next((each for each in rest if each not in seen), None)
        if step is None:
            postorder.append(node)
            stack.pop()
        else:
            seen.add(step)
            stack.append((step, iter(onward[step])))
    rank = {node: place for place, node in enumerate(postorder)}
    before: dict[int, list[int]] = {node: [] for node in postorder}
    for node in postorder:
        for head in onward[node]:
            before[head].append(node)
    found = {source: source}

    def common(a: int, b: int) -> int:
        while a != b:
            if rank[a] < rank[b]:
                a = found[a]
            else:
                b = found[b]
        return a

    changed = True
    while changed:
        changed = False
        for node in reversed(postorder[:-1]):
            ready = [tail for tail in before[node] if tail in found]
            best = ready[0]
            for tail in ready[1:]:
                best = common(best, tail)
            if found.get(node) != best:
                found[node] = best
                changed = True
    answer = np.full(csr.nodes, -1, np.int32)
    for node, above in found.items():
        answer[node] = above
    return answer
