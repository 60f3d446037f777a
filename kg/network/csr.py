"""Csr: a directed multigraph as compressed sparse rows, in both directions.

Owns the arrays, how they are made from edges in any order, and masks read in either direction. Must not know what nodes and edges
stand for, nor any search over them.

Layout (Y. Saad, Iterative Methods for Sparse Linear Systems, 2nd edition, 2003, section 3.4)
---------------------------------------------------------------------------------------------
Nodes are numbers; comparing them is the order of every answer. Edges are sorted by (tail, head, relation), and an edge *is* its
position: those of node *u* are `offsets[u]` to `offsets[u + 1]`, with `heads`, `relations` and `shares` beside each other. The way
back, `reverse_tails[reverse_offsets[v]:reverse_offsets[v + 1]]`, holds the tails of the edges to *v* (ascending) and not their
positions: a search against the edges then reads memory in order, as one along them does, and the same kernel serves both. The
positions are needed only where a mask is read backwards (`reversed_mask`) or for one node (`into`), and are found there.
A filter is a mask over the edges, never a rebuilt graph. 13 bytes an edge and 8 a node.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kg.network.kernels import dispatch

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["Csr", "Floats", "Ints", "Mask", "Neighbours"]

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

_MOST = 2**31 - 1


@dataclass(frozen=True, slots=True, eq=False)
class Csr:
    """A directed multigraph; immutable. Get it by `Csr.of` or `Csr.of_networkx`.

    Attributes
    ----------
    offsets : int32, nodes + 1; the edges of node *u* are `offsets[u]` to `offsets[u + 1]`.
    heads : int32, edges; ascending within a node.
    relations : uint8, edges.
    shares : float32, edges; percent, NaN where unknown.
    reverse_offsets : int32, nodes + 1.
    reverse_tails : int32, edges; the tails of the edges to a node, ascending.
    """

    offsets: Ints
    heads: Ints
    relations: npt.NDArray[np.uint8]
    shares: Floats
    reverse_offsets: Ints
    reverse_tails: Ints
    _memo: dict[bool, list[list[int]]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls,
        tails: npt.ArrayLike,
        heads: npt.ArrayLike,
        relations: npt.ArrayLike | None = None,
        shares: npt.ArrayLike | None = None,
        nodes: int | None = None,
    ) -> Csr:
        """The graph of edges in any order; edges that are equal in tail, head and relation stay apart, in the order given.

        Parameters
        ----------
        tails, heads : node numbers from 0, one pair an edge.
        relations : numbers from 0 to 255; 0 where left out.
        shares : percent, NaN where unknown; NaN where left out.
        nodes : how many nodes there are; one more than the greatest number where left out.

        Raises
        ------
        ValueError
            Arrays of different lengths, a number below 0 or not below `nodes`, a relation above 255, 2³¹ edges or more.
        """
        tail, head = _numbers(tails, "tails"), _numbers(heads, "heads")
        count = len(tail)
        relation = np.zeros(count, np.uint8) if relations is None else _bytes(relations)
        share = np.full(count, np.nan, np.float32) if shares is None else np.asarray(shares, dtype=np.float32)
        if not len(head) == len(relation) == len(share) == count:
            raise ValueError("tails, heads, relations and shares must be of one length")
        least = 1 + max(int(tail.max()), int(head.max())) if count else 0
        size = least if nodes is None else nodes
        if least > size:
            raise ValueError(f"node {least - 1} is not below the number of nodes, {size}")
        compiled = dispatch.native("layout", count)
        if compiled is None:
            order, offsets, reverse_offsets, reverse_tails = _lay_out(tail, head, relation, size)
        else:
            order, offsets, reverse_offsets, reverse_tails = compiled.lay_out(tail, head, relation, size)
        made = cls(offsets, head[order], relation[order], share[order], reverse_offsets, reverse_tails)
        for array in (made.offsets, made.heads, made.relations, made.shares, made.reverse_offsets, made.reverse_tails):
            array.setflags(write=False)
        return made

    @classmethod
    def of_networkx(cls, graph: nx.Graph[Any], order: Sequence[Any] | None = None) -> Csr:
        """The graph of a networkx graph; an undirected edge becomes two.

        Parameters
        ----------
        graph : edges may carry `share` (percent or None) and, in a multigraph, a key: relations are numbered by the order of keys.
        order : all nodes in the order that numbers them; sorted where left out.

        Raises
        ------
        ValueError
            More than 256 different keys.
        """
        number = {node: n for n, node in enumerate(sorted(graph) if order is None else order)}
        view: Any = graph.edges
        rows: list[tuple[Any, Any, Any, float | None]] = (
            list(view(keys=True, data="share"))
            if graph.is_multigraph()
            else [(u, v, 0, share) for u, v, share in view(data="share")]
        )
        if not graph.is_directed():
            rows += [(v, u, k, s) for u, v, k, s in rows if u != v]
        keys = {key: n for n, key in enumerate(sorted({k for _, _, k, _ in rows}))}
        return cls.of(
            [number[u] for u, _, _, _ in rows],
            [number[v] for _, v, _, _ in rows],
            [keys[k] for _, _, k, _ in rows],
            [np.nan if s is None else s for _, _, _, s in rows],
            len(number),
        )

    # ---- size -----------------------------------------------------------------------------------------------------------

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.offsets) - 1

    @property
    def edges(self) -> int:
        """How many edges there are, parallel ones each counted."""
        return len(self.heads)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        arrays = (self.offsets, self.heads, self.relations, self.shares, self.reverse_offsets, self.reverse_tails)
        return sum(a.nbytes for a in arrays)

    # ---- reading --------------------------------------------------------------------------------------------------------

    def tails(self) -> Ints:
        """The tail of each edge, as a new array; it follows from `offsets` and is not kept."""
        return np.repeat(np.arange(self.nodes, dtype=np.int32), np.diff(self.offsets))

    def rows(self, reverse: bool = False) -> tuple[Ints, Ints]:
        """Offsets and ends of one direction, for a kernel: along the edges, or against them."""
        return (self.reverse_offsets, self.reverse_tails) if reverse else (self.offsets, self.heads)

    def span(self, tail: int, head: int) -> tuple[int, int]:
        """Positions of the edges from one node to another: from the first to before the second."""
        low, high = int(self.offsets[tail]), int(self.offsets[tail + 1])
        row = self.heads[low:high]
        return low + int(row.searchsorted(head)), low + int(row.searchsorted(head, "right"))

    def into(self, node: int) -> list[int]:
        """Positions of the edges to a node, ascending."""
        low, high = int(self.reverse_offsets[node]), int(self.reverse_offsets[node + 1])
        tails = dict.fromkeys(self.reverse_tails[low:high].tolist())
        return [e for tail in tails for e in range(*self.span(tail, node))]

    def reversed_mask(self, mask: Mask) -> Mask:
        """An edge mask in the order of `reverse_tails`."""
        compiled = dispatch.native("layout", self.edges)
        if compiled is None:
            return mask[np.argsort(self.heads, kind="stable")]
        found: Mask = compiled.reversed_mask(self.heads, self.reverse_offsets, mask)
        return found

    def mask_of(self, mask: Mask | None, reverse: bool = False) -> Mask:
        """A mask as kernels take it: checked, in the order of one direction, and empty where every edge passes.

        Raises
        ------
        ValueError
            It is not one boolean an edge.
        """
        if mask is None:
            return np.empty(0, np.bool_)
        if mask.dtype != np.bool_ or mask.shape != (self.edges,):
            raise ValueError(f"a mask is one boolean for each of the {self.edges} edges")
        if mask.all():
            return np.empty(0, np.bool_)
        return self.reversed_mask(mask) if reverse else np.ascontiguousarray(mask)

    def neighbours(self, mask: Mask | None = None, reverse: bool = False) -> Neighbours | list[list[int]]:
        """For each node the nodes one hop on, ascending, each once; for the Python twins. Not to be changed by the caller.

        Of a small graph they are lists, made at once and, without a mask, once; of a large one a row is made when it is asked for.
        """
        rows = Neighbours(*self.rows(reverse), self.mask_of(mask, reverse))
        if self.edges >= dispatch.MANY_EDGES:
            return rows
        if len(rows.mask):
            return rows.lists()
        if reverse not in self._memo:
            self._memo[reverse] = rows.lists()
        return self._memo[reverse]


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """Rows of a direction, made when they are asked for."""

    offsets: Ints
    ends: Ints
    mask: Mask

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, node: int) -> list[int]:
        low, high = int(self.offsets[node]), int(self.offsets[node + 1])
        row = self.ends[low:high]
        if len(self.mask):
            row = row[self.mask[low:high]]
        return list(dict.fromkeys(row.tolist()))

    def lists(self) -> list[list[int]]:
        """All rows."""
        ends: list[int | None] = self.ends.tolist()
        if len(self.mask):
            ends = [end if kept else None for end, kept in zip(ends, self.mask.tolist(), strict=True)]
        starts = self.offsets.tolist()
        rows = (dict.fromkeys(ends[low:high]) for low, high in pairwise(starts))
        return [[end for end in row if end is not None] for row in rows]


def _numbers(given: npt.ArrayLike, name: str) -> Ints:
    found = np.asarray(given)
    if found.ndim != 1 or len(found) > _MOST:
        raise ValueError(f"{name} must be one list of fewer than 2³¹ numbers")
    if len(found) == 0:
        return np.empty(0, np.int32)
    if found.dtype.kind not in "iu" or int(found.min()) < 0 or int(found.max()) >= _MOST:
        raise ValueError(f"{name} must be whole numbers from 0 to {_MOST - 1}")
    return np.ascontiguousarray(found, dtype=np.int32)


def _bytes(given: npt.ArrayLike) -> npt.NDArray[np.uint8]:
    found = np.asarray(given)
    if len(found) and (found.dtype.kind not in "iub" or int(found.min()) < 0 or int(found.max()) > 255):
        raise ValueError("relations must be whole numbers from 0 to 255")
    return np.ascontiguousarray(found, dtype=np.uint8)


def _lay_out(
    tails: Ints, heads: Ints, relations: npt.NDArray[np.uint8], size: int
) -> tuple[npt.NDArray[np.int64], Ints, Ints, Ints]:
    """The order of the edges, and the offsets and reverse arrays: by library sorts."""
    order = np.lexsort((relations, heads, tails))
    back = np.lexsort((tails, heads))
    return order, _offsets(tails, size), _offsets(heads, size), tails[back]


def _offsets(keys: Ints, size: int) -> Ints:
    return np.concatenate([[0], np.cumsum(np.bincount(keys, minlength=size))]).astype(np.int32)
