"""Made-up supply networks of any size with the statistics of the real data: `supply_network(nodes, seed)`.

`python -m benchmarks.supply NODES [--seed S] [--degree D] FILE.npz` writes one.

Owns the making and the layout; the statistics are measured by `seed_profile` and read from its table. The same version, size and seed give
the same arrays (numpy's PCG64). Nothing here is measured for speed.

What is kept of the real network: the mix of relations and of classes at both ends, items' tiers and how many tiers a requirement goes
down, one strongly connected core, the tail exponent of the in-degree of each relation, countries by rank, the share of items with one
provider only, the requirement groups an item has, the skew and the sums of known shares.

What is not, since it cannot be: ten edges a node are three and a half times as many as the seed has. So every relation is denser, those
too that are functional there (a seat): the AND/OR side takes an organisation's first, which goes by the seed's rank of countries. An item keeps its number of requirement groups, and
the edges more are alternatives in them; otherwise every removal would take almost everything, where in the seed one company takes one item
with it on average. `spare=False` makes each requirement a group of its own: the net in which single losses are huge. Designers and
fabricators of a chip are alternatives too; at most half of the chips keep one only. Countries are as many as in the seed, whatever the size.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.seed_profile import ROLES, Profile, read_profile, tiers

__all__ = ["VERSION", "AndOr", "Supply", "read_supply", "supply_network", "write_supply"]

VERSION = 1
"""Counted up when the same seed gives other arrays."""

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_Draw = Callable[[Ints], Ints]
"""Heads for tails; -1 where none is possible."""

_ITEM_TO_ITEM = ("Requirement", "Variant")
_SEAT = "headquarteredIn"
_ROUNDS = 40
_MOST_SOLE = 0.5
_OVERALL = 2.7
"""The tail exponent of relations too few for one of their own."""


@dataclass(frozen=True, slots=True, eq=False)
class AndOr:
    """The AND/OR side. Item *i* holds while each of its clauses holds; a clause holds while one of its literals does.

    Attributes
    ----------
    items : node number of each item, ascending; int32.
    sources : node number of each organisation or agency that may provide, ascending; int32.
    countries : node number of the country of each source's first seat; int32.
    clause_offsets : items + 1; the clauses of item *i* are `clause_offsets[i]:clause_offsets[i + 1]`.
    literal_offsets : clauses + 1.
    literals : an item where ≥ 0, else the source `~literal`; ascending within a clause, each once.
    """

    items: Ints
    sources: Ints
    countries: Ints
    clause_offsets: Ints
    literal_offsets: Ints
    literals: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Supply:
    """A network: edge *e* says that `tails[e]` depends on `heads[e]`.

    Attributes
    ----------
    class_names, relation_names : what the numbers mean, in alphabetical order.
    classes : class of each node, uint8. Nodes of a class are numbered together, as IRI order does.
    tails, heads : int32; sorted by (tail, head, relation), which is unique.
    relations : uint8.
    shares : float32, percent, NaN if unknown.
    groups : int32, the requirement group within the tail item; -1 where the edge is no requirement.
    seats : int32 per node, the country of an organisation's first seat; -1 for other nodes.
    """

    class_names: tuple[str, ...]
    relation_names: tuple[str, ...]
    classes: npt.NDArray[np.uint8]
    tails: Ints
    heads: Ints
    relations: npt.NDArray[np.uint8]
    shares: npt.NDArray[np.float32]
    groups: Ints
    seats: Ints

    @property
    def nodes(self) -> int:
        """How many."""
        return len(self.classes)

    def of_class(self, *names: str) -> Ints:
        """The nodes of some classes, ascending."""
        return np.flatnonzero(np.isin(self.classes, [self.class_names.index(n) for n in names])).astype(np.int32)

    def of_relation(self, *names: str) -> npt.NDArray[np.bool_]:
        """Which edges are of some relations."""
        wanted = [self.relation_names.index(n) for n in names if n in self.relation_names]
        found: npt.NDArray[np.bool_] = np.isin(self.relations, wanted)
        return found

    def and_or(self) -> AndOr:
        """The AND/OR side: a clause for each requirement group, and one for the makers of an item (a chip: for each role)."""
        needs, makes = self.of_relation("Requirement"), self.of_relation(*ROLES)
        is_item = np.zeros(self.nodes, dtype=np.bool_)
        is_item[self.tails[needs | makes]] = is_item[self.heads[needs]] = True
        items = np.flatnonzero(is_item).astype(np.int32)
        sources = np.unique(self.heads[makes]).astype(np.int32)
        number = np.full(self.nodes, -1, dtype=np.int64)
        number[items] = np.arange(len(items))
        literal = number[self.heads]
        of_source = np.full(self.nodes, -1, dtype=np.int64)
        of_source[sources] = ~np.arange(len(sources))
        literal = np.where(makes, of_source[self.heads], literal)
        role = np.where(makes, self.relations.astype(np.int64) - 256, self.groups)  # makers' clauses first
        chosen = needs | makes
        order = np.lexsort((literal[chosen], role[chosen], number[self.tails[chosen]]))
        item, role, literal = (x[chosen][order] for x in (number[self.tails], role, literal))
        new = np.ones(len(item), dtype=np.bool_)
        new[1:] = (item[1:] != item[:-1]) | (role[1:] != role[:-1])
        starts = np.flatnonzero(new)
        return AndOr(
            items,
            sources,
            self.seats[sources],
            np.concatenate([[0], np.cumsum(np.bincount(item[starts], minlength=len(items)))]).astype(np.int32),
            np.append(starts, len(item)).astype(np.int32),
            literal.astype(np.int32),
        )


def write_supply(supply: Supply, path: Path) -> None:
    """Keep a network in a file (`.npz`)."""
    np.savez(path, **{f.name: np.asarray(getattr(supply, f.name)) for f in fields(supply)})  # type: ignore[arg-type]


def read_supply(path: Path) -> Supply:
    """A kept network."""
    with np.load(path) as kept:
        found: dict[str, Any] = {f.name: kept[f.name] for f in fields(Supply)}
    for name in ("class_names", "relation_names"):
        found[name] = tuple(str(x) for x in found[name])
    return Supply(**found)


# ---- making -------------------------------------------------------------------------------------------------------------


def supply_network(
    nodes: int, seed: int = 0, degree: int = 10, *, spare: bool = True, like: Profile | None = None
) -> Supply:
    """A network of about `nodes × degree` edges (up to a hundredth fewer, since the core keeps only edges on cycles).

    Parameters
    ----------
    nodes : 2,000 at the least, since the classes of the seed must all occur.
    seed : of the random generator.
    degree : edges a node, on average.
    spare : whether the requirements beyond an item's groups are alternatives; see the module.
    like : the figures (those kept).
    """
    if nodes < 2_000:
        raise ValueError(f"nodes: expected 2000 or more, not {nodes}")
    return _Making(nodes, seed, degree, like or read_profile()).network(spare)


class _Making:
    """One making: nodes with class, tier, popularity (for heads) and appetite (for tails), then the blocks in order."""

    def __init__(self, nodes: int, seed: int, degree: int, like: Profile) -> None:
        self.like, self.nodes, self.edges = like, nodes, nodes * degree
        self.random = np.random.default_rng(seed)
        names = tuple(like.classes)
        counts = {n: max(1, round(share * nodes)) for n, share in like.classes.items()}
        counts["Country"] = round(like.classes["Country"] * like.nodes)
        counts["Company"] += nodes - sum(counts.values())
        self.class_names = names
        ends = np.cumsum([counts[n] for n in names])
        self.members = {n: np.arange(e - counts[n], e, dtype=np.int32) for n, e in zip(names, ends, strict=True)}
        self.classes = np.repeat(np.arange(len(names), dtype=np.uint8), [counts[n] for n in names])
        self.depth = max(map(len, like.items.values()))
        self.tier = np.zeros(nodes, dtype=np.int32)
        for name, shares in like.items.items():
            members = self.members[name]
            self.tier[members] = self.random.choice(len(shares), len(members), p=np.array(shares) / sum(shares))
        self.rank = 1 - self.random.random(nodes)  # in (0, 1]; the lower, the more popular
        self.appetite = np.exp(like.spread * self.random.standard_normal(nodes))
        self.seats = np.full(nodes, -1, dtype=np.int32)
        self.weight_of_country = np.full(counts["Country"], min(like.countries) / 2)
        self.weight_of_country[: len(like.countries)] = like.countries

    def network(self, spare: bool) -> Supply:
        names = tuple(sorted({b[0] for b in self.like.blocks}))
        keys = []
        for relation, tail, head, share in self.like.blocks:
            found = self._block(relation, tail, head, max(1, round(share * self.edges)))
            keys.append(found * len(names) + names.index(relation))
        key = np.sort(self._layered(np.concatenate(keys), len(names)))
        relations = (key % len(names)).astype(np.uint8)
        pair = key // len(names)
        tails, heads = (pair // self.nodes).astype(np.int32), (pair % self.nodes).astype(np.int32)
        groups = self._groups(tails, relations == names.index("Requirement"), spare)
        shares = self._shares(tails, relations, names)
        return Supply(self.class_names, names, self.classes, tails, heads, relations, shares, groups, self.seats)

    # ---- edges ----------------------------------------------------------------------------------------------------------

    def _layered(self, keys: Longs, relations: int) -> Longs:
        """Without the edges of the core's tier that lie on no cycle: they would make chains of requirements longer than the seed's."""
        tails, heads = keys // relations // self.nodes, keys // relations % self.nodes
        item = np.zeros(self.nodes, dtype=np.bool_)
        item[np.concatenate([self.members[name] for name in self.like.items])] = True
        level = np.flatnonzero(item[tails] & item[heads] & (self.tier[tails] == self.tier[heads]))
        _, member = tiers(self.nodes, tails[level], heads[level])
        return np.delete(keys, level[member[tails[level]] != member[heads[level]]])

    def _popularity(self, relation: str, head: str) -> Floats:
        """Pareto weights with the relation's tail exponent; the same nodes are popular in every relation."""
        if head == "Country":
            return self.weight_of_country
        exponent = self.like.tails.get(relation, _OVERALL)
        found: Floats = self.rank[self.members[head]] ** (-1 / (exponent - 1))
        return found

    def _block(self, relation: str, tail: str, head: str, count: int) -> Longs:
        """So many different pairs of the two classes, as `tail × nodes + head`; those of items with one maker come first."""
        down = relation in _ITEM_TO_ITEM
        draw = self._drawn_down(relation, head) if down else self._drawn(relation, head)
        members = self.members[tail]
        appetite = self.appetite[members]
        found = np.empty(0, dtype=np.int64)
        if relation in ROLES and head == "Company":
            share = min(self.like.sole[relation], _MOST_SOLE)
            sole = np.flatnonzero(self.random.random(len(members)) < share)[: count // 2]
            appetite = appetite.copy()
            appetite[sole] = 0.0
            found = self._pairs(members[sole], draw)
        elif relation == _SEAT:
            found = self._pairs(members, draw)
            self.seats[members] = found % self.nodes
        cumulated = np.cumsum(appetite)
        if not cumulated[-1]:
            return found
        first = found
        for _ in range(_ROUNDS):
            lacking = count - len(found)
            if lacking <= 0:
                break
            tails = members[self._choose(cumulated, lacking + lacking // 8 + 8)]
            found = _distinct(np.concatenate([found, self._pairs(tails, draw)]))
        if len(found) > count > len(first):
            more = self.random.permutation(np.setdiff1d(found, first, assume_unique=True))[: count - len(first)]
            found = np.concatenate([first, more])
        return found

    def _pairs(self, tails: Ints, draw: _Draw) -> Longs:
        heads = draw(tails)
        kept = (heads >= 0) & (heads != tails)
        found: Longs = tails[kept].astype(np.int64) * self.nodes + heads[kept]
        return found

    def _choose(self, cumulated: Floats, count: int) -> Longs:
        """So many positions by weight."""
        at = np.searchsorted(cumulated, self.random.random(count) * cumulated[-1], side="right")
        return np.minimum(at, len(cumulated) - 1)

    def _drawn(self, relation: str, head: str) -> _Draw:
        """Heads by popularity alone."""
        members, cumulated = self.members[head], np.cumsum(self._popularity(relation, head))
        return lambda tails: members[self._choose(cumulated, len(tails))]

    def _drawn_down(self, relation: str, head: str) -> _Draw:
        """Heads some tiers below, by popularity within the tier. Only the core's tier has edges within itself."""
        members = self.members[head]
        order = np.argsort(self.tier[members], kind="stable")
        members, weight = members[order], self._popularity(relation, head)[order]
        cumulated = np.concatenate([[0.0], np.cumsum(weight)])
        starts = np.searchsorted(self.tier[members], np.arange(self.depth + 1))
        mass = np.diff(starts) / len(members)
        chance = self._chances(mass)

        def draw(tails: Ints) -> Ints:
            rows = np.cumsum(chance, axis=1)[self.tier[tails]]
            tier = (rows <= (self.random.random(len(tails)) * rows[:, -1])[:, None]).sum(axis=1)
            possible = rows[:, -1] > 0
            tier = np.where(possible, np.minimum(tier, self.depth - 1), 0)
            low, high = cumulated[starts[tier]], cumulated[starts[tier + 1]]
            at = np.searchsorted(cumulated, low + self.random.random(len(tails)) * (high - low), side="right") - 1
            at = np.clip(at, starts[tier], np.maximum(starts[tier + 1] - 1, starts[tier]))
            return np.where(possible, members[np.minimum(at, len(members) - 1)], np.int32(-1))

        return draw

    def _chances(self, mass: Floats) -> Floats:
        """For each tier of a tail, how likely each tier of the head is."""
        steps = np.zeros(self.depth)
        steps[: len(self.like.steps)] = self.like.steps[: self.depth]
        found = np.zeros((self.depth, self.depth))
        for tier in range(self.depth):
            for down in range(1, self.depth - tier):
                found[tier, tier + down] = steps[down] * mass[tier + down]
        core, rest = self.like.core_tier, found[self.like.core_tier].sum()
        if mass[core]:
            found[core, core] = rest * self.like.stay / (1 - self.like.stay) if rest else 1.0
        return found

    # ---- what edges carry -----------------------------------------------------------------------------------------------

    def _groups(self, tails: Ints, needs: npt.NDArray[np.bool_], spare: bool) -> Ints:
        """Requirement groups: an item's first edges (in random order) each begin one, the others join one of them."""
        found = np.full(len(tails), -1, dtype=np.int32)
        edges = np.flatnonzero(needs)
        edges = edges[np.lexsort((self.random.random(len(edges)), tails[edges]))]
        starts = np.searchsorted(tails[edges], np.arange(self.nodes))
        position = np.arange(len(edges)) - starts[tails[edges]]
        degree = np.bincount(tails[edges], minlength=self.nodes)
        items = np.flatnonzero(degree)
        ranked = items[np.argsort(degree[items] + self.random.random(len(items)))]  # many requirements, many groups
        count = np.zeros(self.nodes, dtype=np.int64)
        below = np.cumsum(self.like.groups) / sum(self.like.groups)
        count[ranked] = 1 + np.searchsorted(below, (np.arange(len(ranked)) + 0.5) / max(1, len(ranked)))
        wanted = count[tails[edges]]
        joined = (self.random.random(len(edges)) * wanted).astype(np.int64)
        found[edges] = np.where(position < wanted, position, joined) if spare else position
        return found

    def _shares(self, tails: Ints, relations: npt.NDArray[np.uint8], names: Sequence[str]) -> npt.NDArray[np.float32]:
        """Shares of whole markets: ln-normal parts of a sum drawn between the deciles."""
        found = np.full(len(tails), np.nan, dtype=np.float32)
        for name, share in self.like.shared.items():
            edges = np.flatnonzero(relations == names.index(name))
            chosen = edges[(self.random.random(self.nodes) < share)[tails[edges]]]
            _, market = np.unique(tails[chosen], return_inverse=True)
            if not len(chosen):
                continue
            parts = np.exp(self.like.skew * self.random.standard_normal(len(chosen)))
            place = self.random.random(int(market.max()) + 1) * (len(self.like.sums) - 1)
            sums = np.interp(place, np.arange(len(self.like.sums)), self.like.sums)
            found[chosen] = 0.999 * (sums / np.bincount(market, parts))[market] * parts  # float32 sums stay at most 100
        return found


def _distinct(values: Longs) -> Longs:
    """Each value once, ascending (numpy's `unique` goes by a hash table here, ten times as slow)."""
    ordered = np.sort(values)
    return ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])] if len(ordered) else ordered


def main(argv: Sequence[str] | None = None) -> int:
    """Write a network to a file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.supply", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("nodes", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--degree", type=int, default=10)
    given = parser.parse_args(argv)
    write_supply(supply_network(given.nodes, given.seed, given.degree), given.file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
