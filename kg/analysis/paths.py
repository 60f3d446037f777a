"""Paths: how one thing depends on another.

Owns the search for simple paths in order of length, then of node IRIs: a total order, the same on every run. Definitions
after R. Diestel, Graph Theory (5th edition, 2017), section 1.3; the order of enumeration is by iterative deepening, each
level a depth-first search that never leaves the nodes from which the target is still within reach.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import pairwise

from kg.analysis.desk import Desk
from kg.answers.shapes import PathsAnswer
from kg.answers.values import Hop, Path
from kg.errors import BadArgument
from kg.network import Edge, Network
from kg.network.projection import Mask

__all__ = ["MODES", "distances", "find_paths", "simple_paths"]

MODES = ("shortest", "k-shortest", "all")
"""Modes of the path search."""


def find_paths(
    desk: Desk,
    source: str,
    target: str,
    mode: str = "shortest",
    k: int = 10,
    max_length: int | None = None,
    relation: Sequence[str] = (),
    min_share: float = 0.0,
    limit: int = 100,
) -> PathsAnswer:
    """Dependency paths from source to target.

    Parameters
    ----------
    source, target : IRIs of two different entities.
    mode : `shortest` gives every path of the least length; `k-shortest` the first `k` simple paths; `all` every simple
        path of at most `max_length` hops.
    max_length : hops at most; 6 for `all` and 12 for `k-shortest` where left out.
    relation : relations an edge may have; all where empty.
    min_share : percent; of relations that carry shares, only edges with at least this known share.
    limit : paths shown at most; `truncated` says when there are more.

    Raises
    ------
    BadArgument
        Source and target are the same.
    """
    if source == target:
        raise BadArgument("source and target are the same entity; a path needs two", detail={"argument": "target"})
    network = desk.network
    mask = network.mask(relation, min_share)
    found, shortest = _search(desk, network, mask, source, target, mode, k, max_length, limit)
    paths = tuple(_within_budget(desk, network, mask, found))
    reverse = not paths and _reaches(network, mask, target, source)
    if not paths and shortest is None and desk.snapshot.key.verified_only:
        _explain_filter(desk, source, target, relation, min_share)
    if not paths:
        desk.cover(source)
        desk.cover(target)
        _explain_nothing(desk, source, target, shortest, max_length, reverse)
    if min_share > 0:
        dropped = int((network.mask(relation) & ~mask).sum())
        desk.notice(f"minShare left out {dropped} edges whose share is lower or not known.")
    verdict = "documented" if shortest is not None else "undocumented"
    return PathsAnswer(desk.ref(source), desk.ref(target), mode, verdict, shortest, paths, reverse)


def _search(
    desk: Desk,
    network: Network,
    mask: Mask,
    source: str,
    target: str,
    mode: str,
    k: int,
    max_length: int | None,
    limit: int,
) -> tuple[list[list[int]], int | None]:
    if source not in network.number or target not in network.number:
        return [], None
    start, goal = network.number[source], network.number[target]
    to_goal = distances(network.predecessors(mask), goal)
    if start not in to_goal:
        return [], None
    shortest = to_goal[start]
    wanted = min(limit, k) if mode == "k-shortest" else limit
    longest = shortest if mode == "shortest" else max_length or (6 if mode == "all" else 12)
    if max_length is not None:
        longest = min(longest, max_length)
    found: list[list[int]] = []
    for path in simple_paths(network.successors(mask), start, goal, to_goal, longest, desk):
        if len(found) == wanted:
            if mode != "k-shortest" or wanted < k:
                desk.limited(wanted)
            break
        found.append(path)
    if mode == "k-shortest" and max_length is None and len(found) < wanted:
        desk.notice(f"Paths of more than {longest} hops were not looked for; maxLength asks for longer ones.")
    return found, shortest


def distances(neighbours: Sequence[Sequence[int]], start: int) -> dict[int, int]:
    """Hops from (or, over predecessors, to) a node, by breadth-first search."""
    found = {start: 0}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for each in neighbours[node]:
            if each not in found:
                found[each] = found[node] + 1
                queue.append(each)
    return found


def simple_paths(
    successors: Sequence[Sequence[int]], start: int, goal: int, to_goal: dict[int, int], longest: int, desk: Desk
) -> Iterator[list[int]]:
    """Simple paths of at most `longest` hops by length, then node numbers; stops early when the desk's budget ends. Each node
    looked at is a step."""
    for length in range(to_goal[start], longest + 1):
        path, on_path = [start], {start}
        stack = [iter(successors[start])]
        looked = 1
        while stack:
            if not desk.spend(looked):
                return
            left = length - len(path)
            advanced = False
            looked = 1
            for node in stack[-1]:
                looked += 1
                if node == goal:
                    if left == 0:
                        yield [*path, goal]
                elif left > 0 and node not in on_path and to_goal.get(node, length + 1) <= left:
                    path.append(node)
                    on_path.add(node)
                    stack.append(iter(successors[node]))
                    advanced = True
                    break
            if not advanced:
                stack.pop()
                on_path.discard(path.pop())


def _reaches(network: Network, mask: Mask, source: str, target: str) -> bool:
    if source not in network.number or target not in network.number:
        return False
    return network.number[target] in distances(network.successors(mask), network.number[source])


def _explain_filter(desk: Desk, source: str, target: str, relation: Sequence[str], min_share: float) -> None:
    whole = Network.of(desk.snapshot.other(verified_only=False))
    if source in whole.number and target in whole.number:
        found = distances(whole.predecessors(whole.mask(relation, min_share)), whole.number[target])
        hops = found.get(whole.number[source])
        if hops is not None:
            desk.notice(
                f"With unverified statements a dependency over {hops} hops is documented; verifiedOnly leaves it out."
            )


def _explain_nothing(
    desk: Desk, source: str, target: str, shortest: int | None, max_length: int | None, reverse: bool
) -> None:
    names = desk.ref(source).label, desk.ref(target).label
    if shortest is not None:
        desk.notice(
            f"{names[0]} depends on {names[1]}, but the shortest path has {shortest} hops, more than maxLength {max_length}."
        )
        return
    desk.notice(
        f"No dependency of {names[0]} on {names[1]} is documented here. Undocumented is not absent: see coverage."
    )
    if reverse:
        desk.notice(f"A dependency is documented the other way round: {names[1]} depends on {names[0]}.")


def _within_budget(desk: Desk, network: Network, mask: Mask, found: Sequence[Sequence[int]]) -> Iterator[Path]:
    """The paths as answers, as many as the budget lets show; a hop that several share is made once and paid for each time."""
    made: dict[tuple[int, int], Hop] = {}
    for path in found:
        hops = []
        for pair in pairwise(path):
            if pair not in made:
                made[pair] = hop(desk, network.between(*pair, mask))
            else:
                desk.pay(len(made[pair].statements))
            hops.append(made[pair])
        yield Path(len(hops), tuple(desk.ref(network.nodes[n]) for n in path), tuple(hops))
        if not desk.spend(1):
            return


def hop(desk: Desk, edges: Sequence[Edge]) -> Hop:
    """A hop over the edges between two nodes."""
    tail, head = desk.ref(edges[0].tail), desk.ref(edges[0].head)
    shares = [(e.share, e.share_period) for e in edges if e.share is not None]
    statements = {s.iri: s for e in edges for s in e.statements}
    return Hop(
        from_=tail.id,
        to=head.id,
        relation=edges[0].relation,
        relations=tuple(e.relation for e in edges),
        reading=f"{tail.label} {_verb(desk, edges[0].relation)} {head.label}{_hedge(edges[0])}",
        necessity=_words(edges[0], "necessity"),
        alternative_group=_words(edges[0], "alternativeGroup"),
        applies_to=_words(edges[0], "appliesTo"),
        share=shares[0][0] if shares else None,
        share_period=shares[0][1] if shares else "",
        verified=any(s.status == "verified" for s in statements.values()),
        statements=desk.infos(statements.values()),
    )


def _verb(desk: Desk, relation: str) -> str:
    schema = desk.snapshot.schema
    cls = schema.classes.get(relation)
    if cls is not None and cls.edge is not None:
        return cls.edge.verb
    return schema.properties[relation].edge_verb


def _words(edge: Edge, name: str) -> str:
    """What the statements of an edge give for a qualifier, each value once."""
    return "; ".join(sorted({s.text(name) for s in edge.statements if s.text(name)}))


def _hedge(edge: Edge) -> str:
    """What keeps a requirement from being a plain one, in words."""
    necessity, group = _words(edge, "necessity"), _words(edge, "alternativeGroup")
    parts = [necessity] if necessity not in ("", "required") else []
    parts += [f"one alternative of {group}"] if group else []
    parts += [f"for {applies}"] if (applies := _words(edge, "appliesTo")) else []
    return f" ({'; '.join(parts)})" if parts else ""
