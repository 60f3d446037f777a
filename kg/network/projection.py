"""Projection: from a snapshot to the dependency network.

Owns which statements are edges, the choice of an edge's share among several sources, and the networkx view. The arrays are a
`Csr`; filters are masks over it, never rebuilt graphs. Must not know analyses.

Nodes are numbered in IRI order, so that comparing numbers compares IRIs and every order built on them is total and stable. Edge *e*
of the arrays is `edges[e]`.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
import numpy.typing as npt

from kg.facts.dates import earliest
from kg.facts.model import Statement
from kg.network.csr import Csr, Floats, Ints, Mask, Neighbours
from kg.schema import EdgeRule, Schema
from kg.store.snapshot import Snapshot

__all__ = ["Edge", "Network", "chosen_share", "comparable_shares", "share_sum"]


@dataclass(frozen=True, slots=True)
class Edge:
    """One edge: `tail` depends on `head` by a relation; the statements that say so, the share they give (percent, None if
    unknown) and the period (EDTF) it was observed in."""

    tail: str
    head: str
    relation: str
    share: float | None
    share_period: str
    statements: tuple[Statement, ...]


class Network:
    """The dependency network of a snapshot; immutable. Get it by `Network.of(snapshot)`."""

    def __init__(self, snapshot: Snapshot, edges: Sequence[Edge]) -> None:
        """Lay out edges, which must be sorted by (tail, head, relation) and unique in it."""
        self.snapshot = snapshot
        self.edges = tuple(edges)
        self.relation_names = tuple(sorted({e.relation for e in edges}))
        self.nodes = tuple(sorted({iri for e in edges for iri in (e.tail, e.head)}))
        self.number = {iri: n for n, iri in enumerate(self.nodes)}
        name_of = {name: n for n, name in enumerate(self.relation_names)}
        self.csr = Csr.of(
            np.array([self.number[e.tail] for e in edges], dtype=np.int32),
            np.array([self.number[e.head] for e in edges], dtype=np.int32),
            np.array([name_of[e.relation] for e in edges], dtype=np.uint8),
            np.array([np.nan if e.share is None else e.share for e in edges], dtype=np.float32),
            len(self.nodes),
        )
        self._reverse_edges = np.argsort(self.csr.heads, kind="stable").astype(
            np.int32
        )  # little beside the edges themselves

    @classmethod
    def of(cls, snapshot: Snapshot) -> Network:
        """The network of a snapshot; its arrays are made once for all days that see the same."""
        made = snapshot.shared("network", lambda: cls(snapshot, _edges(snapshot)))
        if made.snapshot.key == snapshot.key:
            return made
        same = copy.copy(made)
        same.snapshot = snapshot
        return same

    # ---- filters --------------------------------------------------------------------------------------------------------

    def mask(self, relations: Iterable[str] = (), min_share: float = 0.0) -> Mask:
        """Which edges pass: of one of the relations (all, if none is named); and, with a minimum share, those of
        relations that can carry a share only where it is known and at least that."""
        names = tuple(relations)
        passed: Mask = np.ones(len(self.edges), dtype=np.bool_)
        if names:
            passed &= np.isin(self.relations, [n for n, name in enumerate(self.relation_names) if name in names])
        if min_share > 0:
            sharing = [n for n, name in enumerate(self.relation_names) if _has_share(self.snapshot.schema, name)]
            carries = np.isin(self.relations, sharing)
            with np.errstate(invalid="ignore"):
                passed &= ~carries | (self.shares >= min_share)
        return passed

    def class_mask(self, classes: Iterable[str]) -> Mask:
        """Which nodes are of one of the classes (subclasses included)."""
        names = {leaf for name in classes for leaf in self.snapshot.schema.leaves(name)}
        classes_of = self.snapshot.shared("network classes", self._classes)
        wanted = [n for n, name in enumerate(classes_of[0]) if name in names]
        return np.isin(classes_of[1], wanted)

    def _classes(self) -> tuple[tuple[str, ...], npt.NDArray[np.uint8]]:
        """The class names of nodes, and for each node the number of its own."""
        of = [self.snapshot.entity(iri).class_name for iri in self.nodes]
        names = tuple(sorted(set(of)))
        number = {name: n for n, name in enumerate(names)}
        return names, np.array([number[name] for name in of], dtype=np.uint8)

    def passing(self, classes: Iterable[str], ends: Iterable[str]) -> Mask:
        """Which edges run between nodes of the classes, or from or to an end."""
        inside = self.class_mask(classes)
        inside[[self.number[iri] for iri in ends if iri in self.number]] = True
        return inside[self.tails] & inside[self.heads]

    def successors(self, mask: Mask | None = None) -> Neighbours | list[list[int]]:
        """For each node the nodes it depends on, ascending, each once. Not to be changed by the caller."""
        return self.csr.neighbours(mask)

    def predecessors(self, mask: Mask | None = None) -> Neighbours | list[list[int]]:
        """For each node the nodes that depend on it, ascending, each once. Not to be changed by the caller."""
        return self.csr.neighbours(mask, reverse=True)

    # ---- edges ----------------------------------------------------------------------------------------------------------

    @property
    def tails(self) -> Ints:
        """Number of the tail of each edge; a new array."""
        return self.csr.tails()

    @property
    def heads(self) -> Ints:
        """Number of the head of each edge."""
        return self.csr.heads

    @property
    def relations(self) -> npt.NDArray[np.uint8]:
        """Number of the relation of each edge, into `relation_names`."""
        return self.csr.relations

    @property
    def shares(self) -> Floats:
        """Share of each edge: percent, NaN if unknown."""
        return self.csr.shares

    def between(self, tail: int, head: int, mask: Mask | None = None) -> tuple[Edge, ...]:
        """The edges from one node to another that pass the mask, in relation order."""
        return tuple(self.edges[e] for e in range(*self.csr.span(tail, head)) if mask is None or bool(mask[e]))

    def out_edges(self, iri: str) -> tuple[Edge, ...]:
        """The edges from a node, none if it is not in the network."""
        n = self.number.get(iri)
        return () if n is None else self.edges[int(self.csr.offsets[n]) : int(self.csr.offsets[n + 1])]

    def in_edges(self, iri: str) -> tuple[Edge, ...]:
        """The edges to a node, none if it is not in the network."""
        n = self.number.get(iri)
        if n is None:
            return ()
        low, high = int(self.csr.reverse_offsets[n]), int(self.csr.reverse_offsets[n + 1])
        return tuple(self.edges[e] for e in self._reverse_edges[low:high].tolist())

    # ---- networkx -------------------------------------------------------------------------------------------------------

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """The network as a new networkx graph, free to change.

        Returns
        -------
        networkx.MultiDiGraph
            Nodes are IRIs with `id`, `label` and `class`; an edge `u → v` ("u depends on v") has its relation as key and
            `relation`, `share` (percent or None), `statements` (IRIs) and `status` as data. Graph data: `release`,
            `as_of`, `known_on`.

        Examples
        --------
        >>> import networkx as nx
        >>> from kg import open_release
        >>> from kg.network import Network
        >>> snapshot = open_release().as_of()
        >>> graph = Network.of(snapshot).to_networkx()
        >>> chip, country = (snapshot.index.resolve(i).iri for i in ("huawei-ascend-910c", "NLD"))
        >>> nx.shortest_path_length(graph, chip, country)
        3
        """
        key = self.snapshot.key
        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(
            release=self.snapshot.dataset.release.id, as_of=key.as_of.isoformat(), known_on=key.known_on.isoformat()
        )
        index = self.snapshot.index
        for iri in self.nodes:
            entity = index.by_iri[iri]
            graph.add_node(iri, id=index.id_of(iri), label=self.snapshot.label(iri), **{"class": entity.class_name})
        for edge in self.edges:
            graph.add_edge(
                edge.tail,
                edge.head,
                key=edge.relation,
                relation=edge.relation,
                share=edge.share,
                statements=tuple(s.iri for s in edge.statements),
                status="verified" if any(s.status == "verified" for s in edge.statements) else "unverified",
            )
        return graph


def _has_share(schema: Schema, relation: str) -> bool:
    cls = schema.classes.get(relation)
    return cls is not None and "share" in cls.columns


def _edges(snapshot: Snapshot) -> list[Edge]:
    """All edges of a snapshot, sorted by (tail, head, relation)."""
    grouped: dict[tuple[str, str, str], list[Statement]] = defaultdict(list)
    schema = snapshot.schema
    rules = {c.name: c.edge for c in schema.of_kind("relation") if c.edge}
    plain = {p.iri: p.name for p in schema.edge_properties}
    for statement in snapshot.statements.values():
        rule = rules.get(statement.class_name)
        if rule is not None:
            ends = _ends(statement, rule)
            if ends:
                grouped[(*ends, rule.relation)].append(statement)
        elif not statement.class_name and statement.property in plain and isinstance(statement.object, str):
            grouped[statement.subject, statement.object, plain[statement.property]].append(statement)
    return [
        Edge(tail, head, relation, *chosen_share(snapshot, found), tuple(found))
        for (tail, head, relation), found in sorted(grouped.items())
    ]


def _ends(statement: Statement, rule: EdgeRule) -> tuple[str, str] | None:
    if rule.unless and statement.text(rule.unless[0]) == rule.unless[1]:
        return None
    tail, head = statement.one(rule.tail), statement.one(rule.head)
    return (tail, head) if isinstance(tail, str) and isinstance(head, str) else None


def comparable_shares(snapshot: Snapshot, suppliers: Mapping[str, Sequence[Statement]]) -> dict[str, float]:
    """The shares (percent) of several suppliers that are parts of one whole, by supplier, from the statements of each: those on one basis and
    of one year, the newest year, then the basis most suppliers are measured on. Who has none on it is left out."""
    shares: dict[tuple[int, str], dict[str, float]] = defaultdict(dict)
    for supplier, statements in suppliers.items():
        for statement in sorted(statements, key=lambda s: (s.status != "verified", s.iri)):
            share = snapshot.share(statement)
            if share is not None:
                start = earliest(statement.text("period")) if statement.text("period") else None
                key = (start.year if start else 0, statement.text("shareBasis").casefold())
                shares[key].setdefault(supplier, share)
    return shares[max(shares, key=lambda k: (k[0], len(shares[k]), k[1]))] if shares else {}


def share_sum(snapshot: Snapshot, suppliers: Mapping[str, Sequence[Statement]]) -> float | None:
    """What the comparable shares of several suppliers sum to (percent). None where none is known."""
    shares = comparable_shares(snapshot, suppliers)
    return round(sum(shares.values()), 4) if shares else None


def chosen_share(snapshot: Snapshot, statements: Sequence[Statement]) -> tuple[float | None, str]:
    """The share to show and its period: of the newest observation, then of a verified statement, then of the smallest IRI."""
    found = []
    for statement in statements:
        share = snapshot.share(statement)
        if share is not None:
            period = statement.text("period")
            start = earliest(period)
            order = (-(start.toordinal() if start else 0), statement.status != "verified", statement.iri)
            found.append((order, share, period))
    return min(found)[1:] if found else (None, "")
