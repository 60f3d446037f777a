"""What the dependency network of the real data looks like, in figures: the table that `supply` generates from.

`python -m benchmarks.seed_profile` measures the packaged seed anew and writes `seed_profile.json` beside this module, with the release and
the day. Owns the measures, and which of them are kept; must not know how networks are generated. The measures also read generated
networks, so that a test can hold the two against each other.

Measures
--------
- *Tier* of an item: the longest chain of requirements that leads to it, over the strongly connected components (0: nothing requires it).
- *Tail exponent* of a degree: Hill's estimator over the top tenth (B. M. Hill, "A simple general approach to inference about the tail of a
  distribution", Annals of Statistics 3, 1975), plus one; it does not change when all degrees are scaled.
- *Skew* of shares: the standard deviation of ln(share) about the mean of its market (an item by one relation).
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt

from kg.network import Network
from kg.network.bill import Bill
from kg.store.dataset import Dataset
from kg.store.opening import build_folder, packaged

__all__ = [
    "ROLES",
    "TABLE",
    "Profile",
    "market_skew",
    "profile",
    "read_profile",
    "tail_exponent",
    "tiers",
]

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

TABLE = Path(__file__).with_suffix(".json")
"""The figures kept."""

ROLES = ("Provision", "Design", "Fabrication", "Packaging")
"""Relations from an item to who makes it."""

_NEEDS = ("Requirement", "Variant")
_LEAST_HEADS = 100
"""A tail exponent of fewer nodes is not kept."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The figures. All are shares of one unless said otherwise.

    Attributes
    ----------
    release, measured : the release's id and the day.
    nodes, edges : counts.
    classes : share of nodes by class.
    items : by item class, the share of its nodes in each tier.
    blocks : share of edges by relation, class of the tail and class of the head.
    steps : share of requirement edges by how many tiers deeper the head is; 0 is within a strongly connected component.
    core, core_tier, stay : share of items in the largest strongly connected component, its tier, and the share of its items' requirement
        edges that stay in it.
    tails : tail exponent of the in-degree by relation.
    countries : share of the edges to countries by rank of the country.
    spread : standard deviation of ln(out-degree) of items in requirements.
    sole : by relation to a maker, share of the items with one only.
    groups : share of items that require something by number of requirement groups, from one on.
    shared : by relation, share of edges with a known share.
    skew : see the module.
    sums : deciles (0 to 10) of the sum of known shares of a market, percent, at most 100.
    """

    release: str
    measured: str
    nodes: int
    edges: int
    classes: dict[str, float]
    items: dict[str, list[float]]
    blocks: list[tuple[str, str, str, float]]
    steps: list[float]
    core: float
    core_tier: int
    stay: float
    tails: dict[str, float]
    countries: list[float]
    spread: float
    sole: dict[str, float]
    groups: list[float]
    shared: dict[str, float]
    skew: float
    sums: list[float]


def read_profile(path: Path = TABLE) -> Profile:
    """The kept figures."""
    body = json.loads(path.read_text(encoding="utf-8"))
    body["blocks"] = [tuple(block) for block in body["blocks"]]
    return Profile(**body)


# ---- measures -----------------------------------------------------------------------------------------------------------


def tail_exponent(degrees: npt.NDArray[Any]) -> float:
    """Exponent of the density's tail, over the top tenth of the degrees (ten of them at the least)."""
    ordered = np.sort(np.asarray(degrees, dtype=np.float64))[::-1]
    count = max(10, len(ordered) // 10)
    return float(1 + count / np.log(ordered[:count] / ordered[count]).sum())


def tiers(nodes: int, tails: Ints, heads: Ints) -> tuple[Ints, Ints]:
    """The tier of every node over edges of requirement, and the number of its strongly connected component.

    Parameters
    ----------
    nodes : how many there are.
    tails, heads : the edges.
    """
    member = np.arange(nodes, dtype=np.int32)
    count = nodes
    for component in nx.strongly_connected_components(nx.DiGraph(zip(tails.tolist(), heads.tolist(), strict=True))):
        if len(component) > 1:
            member[list(component)] = min(component)
    a, b = member[tails].astype(np.int64), member[heads].astype(np.int64)
    pairs = np.unique((a * count + b)[a != b])
    upper, lower = pairs // count, pairs % count
    found = np.zeros(count, dtype=np.int32)
    while True:  # one round a tier
        deeper = found.copy()
        np.maximum.at(deeper, lower, found[upper] + 1)
        if np.array_equal(deeper, found):
            return found[member], member
        found = deeper


def market_skew(markets: npt.NDArray[Any], shares: npt.NDArray[Any]) -> float:
    """The spread of ln(share) about the mean of its market; markets of one share do not count.

    Parameters
    ----------
    markets : the market of each share, any integers.
    shares : percent, known and above zero.
    """
    _, market = np.unique(markets, return_inverse=True)
    size = np.bincount(market)
    logs = np.log(shares)
    off = (logs - (np.bincount(market, logs) / size)[market])[size[market] > 1]
    free = len(off) - int((size > 1).sum())
    return float(np.sqrt((off**2).sum() / free))


def _histogram(values: npt.NDArray[Any], first: int = 0) -> list[float]:
    counts = np.bincount(values)[first:]
    return [round(float(c), 4) for c in counts / counts.sum()]


def profile(network: Network, measured: str = "") -> Profile:
    """The figures of a network.

    Parameters
    ----------
    measured : the day, `2026-11-24`.
    """
    snapshot = network.snapshot
    class_of = np.array([snapshot.entity(iri).class_name for iri in network.nodes])
    item_classes = {e.class_name for e in snapshot.entities("Item")}
    relation = np.array(network.relation_names)[network.relations]
    tails, heads, shares = network.tails, network.heads, network.shares
    needs = np.isin(relation, _NEEDS)
    tier, member = tiers(len(network.nodes), tails[needs], heads[needs])
    is_item = np.isin(class_of, list(item_classes))
    core = Counter(member[is_item].tolist()).most_common(1)[0][0]
    required = relation == "Requirement"
    blocks = Counter(zip(relation.tolist(), class_of[tails].tolist(), class_of[heads].tolist(), strict=True))
    degree = np.bincount(tails[required])
    known = shares > 0
    market = tails.astype(np.int64) * 256 + network.relations
    sums = np.array([shares[known & (market == m)].sum() for m in np.unique(market[known])])
    groups = [len(found) for found in Bill.of(snapshot).groups.values()]
    to_country = np.bincount(heads[relation == "headquarteredIn"])
    ranked = np.sort(to_country[to_country > 0])[::-1]
    return Profile(
        release=snapshot.dataset.release.id,
        measured=measured,
        nodes=len(network.nodes),
        edges=len(network.edges),
        classes={k: round(n / len(class_of), 5) for k, n in sorted(Counter(class_of.tolist()).items())},
        items={k: _histogram(tier[class_of == k]) for k in sorted(item_classes) if (class_of == k).any()},
        blocks=[(*k, round(n / len(tails), 6)) for k, n in sorted(blocks.items())],
        steps=_histogram((tier[heads] - tier[tails])[required]),
        core=round(float((member[is_item] == core).mean()), 4),
        core_tier=int(tier[member == core][0]),
        stay=round(float((member[heads] == core)[required & (member[tails] == core)].mean()), 4),
        tails={
            name: round(tail_exponent(found), 3)
            for name in sorted(set(relation.tolist()))
            if len(found := (d := np.bincount(heads[relation == name]))[d > 0]) >= _LEAST_HEADS
        },
        countries=[round(float(x), 5) for x in ranked / ranked.sum()],
        spread=round(float(np.log(degree[degree > 0]).std()), 3),
        sole={name: _sole(tails[relation == name]) for name in ROLES},
        groups=_histogram(np.array(groups), first=1),
        shared={
            str(k): round(float(known[relation == k].mean()), 4)
            for k in np.unique(relation)
            if known[relation == k].any()
        },
        skew=round(market_skew(market[known], shares[known]), 3),
        sums=[round(float(x), 1) for x in np.percentile(np.minimum(sums, 100), range(0, 101, 10))],
    )


def _sole(tails: Ints) -> float:
    degree = np.bincount(tails)
    return round(float((degree == 1).sum() / (degree > 0).sum()), 4)


def main() -> None:
    """Measure the packaged seed and keep the figures."""
    with tempfile.TemporaryDirectory(prefix="chokepoint-bench-") as folder:
        snapshot = Dataset.open(build_folder(packaged("seed_data"), Path(folder))).as_of()
        found = profile(Network.of(snapshot), snapshot.key.as_of.isoformat())
    body = json.dumps(asdict(found), indent=None, ensure_ascii=False)
    text = body.replace('], "', '],\n "').replace(
        '}, "', '},\n "'
    )  # a figure a line, so that a change is seen in a diff
    TABLE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
