"""Routes: the ways from an organisation to what it is exposed to.

Owns where the search begins and what a route is.

Rules
-----
1. Tier 0 is the organisation and its *own* items: those it provides, designs, fabricates or packages. The network has no hop from an
   organisation to its products, but what they need, it needs. Farther on, an organisation is passed by its own hops only (its
   suppliers, owners and country): not everything a supplier makes goes into this organisation's products.
2. From an own item no hop leads to others that do what the organisation does: those in the same role (of the same die), and of an item
   it provides the other providers, the country shares and the variants: its competitors, not its inputs. Nor does one lead from an item
   that it only makes or packages to the designer: its customer.
3. Tier *n* is *n* hops on, over any relation. A route to an organisation or item ends with a hop onto it; a route to a country ends at
   a *contact*, an organisation that is headquartered there or belongs to it, or an item that comes in part from it, and the tier is the
   contact's. There is one route for each contact and last hop onto it: the least way (the first by IRI) that has not passed the
   contact before, so a contact may be met on several tiers.
4. By headquarters. Sites are not followed: a foreign firm's plant in the country is no route.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kg.analysis.desk import Desk
from kg.analysis.tiers import Tiers, search
from kg.network import Edge

__all__ = ["Finder", "Route"]

_ROLES = ("Provision", "Design", "Fabrication", "Packaging")


@dataclass(frozen=True, slots=True, order=True)
class Route:
    """A route by node numbers: the way to the contact, then the country where that is the target."""

    tier: int
    target: int
    contact: int
    before: int
    nodes: tuple[int, ...]


class Finder:
    """Finds routes from one organisation."""

    def __init__(self, desk: Desk, organisation: str, max_depth: int) -> None:
        self.desk, self.max_depth = desk, max_depth
        self.network = network = desk.network
        mine = [e for e in network.in_edges(organisation) if e.relation in _ROLES]
        self.roles: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for edge in mine:
            self.roles[edge.tail] |= {(edge.relation, s.text("die")) for s in edge.statements}
        self.own = tuple(sorted(self.roles))
        self.starts = {network.number[i] for i in (organisation, *self.own) if i in network.number}
        self.onward = {
            network.number[i]: sorted({network.number[e.head] for e in network.out_edges(i) if self._needed(e)})
            for i in self.own
        }
        self.successors = network.successors()
        self.tiers = search(self.near, self.starts, max_depth, desk.spend)

    def near(self, node: int) -> Sequence[int]:
        """The nodes one hop on."""
        return self.onward[node] if node in self.onward else self.successors[node]

    def between(self, tail: int, head: int) -> tuple[Edge, ...]:
        """The edges of a hop, without what is said of rivals."""
        return tuple(kept for e in self.network.between(tail, head) if (kept := self._needed(e)) is not None)

    def _needed(self, edge: Edge) -> Edge | None:
        """An edge without the statements that lead from an own item to what stands in for the organisation; None where all do."""
        roles = self.roles.get(edge.tail)
        if not roles:
            return edge
        names = {relation for relation, _ in roles}
        if edge.relation in ("CountryShare", "Variant"):
            return None if "Provision" in names else edge
        if edge.relation not in _ROLES:
            return edge
        if edge.relation == "Design" and names <= {"Fabrication", "Packaging"}:
            return None
        kept = tuple(s for s in edge.statements if (edge.relation, s.text("die")) not in roles)
        return replace(edge, statements=kept) if kept else None

    def routes(self, target: str) -> Iterator[Route]:
        """The routes to a target that is in the network."""
        goal = self.network.number[target]
        if self.desk.snapshot.entity(target).class_name != "Country":
            yield from (Route(r.tier, goal, goal, r.before, r.nodes) for r in self._onto(goal))
            return
        tails = {self.network.number[e.tail] for e in self.network.in_edges(target)}
        for contact in sorted(n for n in tails if goal in self.near(n)):
            is_item = self._is_item(contact)
            for route in self._least(contact) if is_item else self._onto(contact):
                yield Route(route.tier, goal, contact, route.before, (*route.nodes, goal))

    def _is_item(self, node: int) -> bool:
        snapshot = self.desk.snapshot
        return snapshot.schema.is_a(snapshot.entity(self.network.nodes[node]).class_name, "Item")

    def _least(self, node: int) -> Iterator[Route]:
        """The least way to an item that ties to the country itself."""
        if node in self.tiers.depth:
            way = self.tiers.way(node)
            yield Route(self.tiers.depth[node], node, node, way[-2] if len(way) > 1 else node, tuple(way))

    def _onto(self, node: int) -> Iterator[Route]:
        """A way for each last hop onto a node within reach."""
        if node in self.starts:
            yield Route(0, node, node, node, (node,))
            return
        if node not in self.tiers.depth:
            return
        free: Tiers | None = None
        before = {self.network.number[e.tail] for e in self.network.in_edges(self.network.nodes[node])}
        if not self.desk.spend(1 + len(before)):
            return
        for last in sorted(n for n in before if n in self.tiers.depth and node in self.near(n)):
            tiers = self.tiers
            if node in tiers.way(last):
                free = free or search(self.near, self.starts, self.max_depth, self.desk.spend, avoided=node)
                tiers = free
            if tiers.depth.get(last, self.max_depth) < self.max_depth:
                yield Route(tiers.depth[last] + 1, node, node, last, (*tiers.way(last), node))
