"""Paths: how one thing depends on another.

Owns what is asked of the search for simple paths, whose order (length, then node IRIs) is total and the same on every run, and how a
path is shown. Definitions after R. Diestel, Graph Theory (5th edition, 2017), section 1.3. Must not know how paths are searched for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from kg.analysis.desk import Desk
from kg.answers.shapes import PathsAnswer
from kg.answers.values import Delivery, Hop, HopRule, Path
from kg.errors import BadArgument
from kg.network import Edge, Network
from kg.network.csr import Mask
from kg.network.kernels.paths import distance, simple_paths

__all__ = ["MODES", "Ruling", "find_paths", "hop"]

MODES = ("shortest", "k-shortest", "all")
"""Modes of the path search."""

Ruling = Callable[[Sequence[Edge], str | None], tuple[Delivery | None, tuple[HopRule, ...]]]
"""Says of the edges of a hop, and of the nearest organisation above it on the path (None where there is none), what it delivers and which rules
bear on that."""


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
    class_: Sequence[str] = (),
    ruling: Ruling | None = None,
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
    class_ : classes (subclasses included) that the nodes between source and target may have; all where empty.
    ruling : says which rules bear on each hop; not asked where left out.

    Raises
    ------
    BadArgument
        Source and target are the same.
    """
    if source == target:
        raise BadArgument("source and target are the same entity; a path needs two", detail={"argument": "target"})
    network = desk.network
    mask = network.mask(relation, min_share)
    if class_:
        mask &= network.passing(class_, (source, target))
    found, shortest = _search(desk, network, mask, source, target, mode, k, max_length, limit)
    paths = tuple(_within_budget(desk, network, mask, found, ruling))
    reverse = not paths and _hops(network, mask, target, source) is not None
    if not paths and shortest is None and desk.snapshot.key.verified_only:
        _explain_filter(desk, source, target, relation, min_share, class_)
    if not paths:
        desk.cover(source)
        desk.cover(target)
        _explain_nothing(desk, source, target, shortest, max_length, reverse)
        hops = _hops(network, network.mask(), source, target) if shortest is None and not mask.all() else None
        if hops is not None:
            desk.notice(f"Without these filters a dependency over {hops} hops is documented.")
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
) -> tuple[list[tuple[int, ...]], int | None]:
    if source not in network.number or target not in network.number:
        return [], None
    ends = network.number[source], network.number[target]
    wanted = min(limit, k) if mode == "k-shortest" else limit
    whole = mode == "k-shortest" and wanted == k  # then nobody asks whether there are more
    longest = None if mode == "shortest" else max_length or (6 if mode == "all" else 12)
    most = wanted if whole else wanted + 1
    search = simple_paths(network.csr, *ends, longest, most, mask, desk.budget.left)
    desk.spend(search.steps)
    shortest = search.least if search.least is not None or longest is None else distance(network.csr, *ends, mask)
    found = [path for path in search.paths[:wanted] if max_length is None or len(path) - 1 <= max_length]
    if len(search.paths) > wanted and len(found) == wanted:
        desk.limited(wanted)
    if mode == "k-shortest" and max_length is None and shortest is not None and len(found) < wanted:
        desk.notice(f"Paths of more than {longest} hops were not looked for; maxLength asks for longer ones.")
    return found, shortest


def _hops(network: Network, mask: Mask, source: str, target: str) -> int | None:
    """Hops of the shortest path, None where there is none or an end has no edges."""
    if source not in network.number or target not in network.number:
        return None
    return distance(network.csr, network.number[source], network.number[target], mask)


def _explain_filter(
    desk: Desk, source: str, target: str, relation: Sequence[str], min_share: float, class_: Sequence[str]
) -> None:
    whole = Network.of(desk.snapshot.other(verified_only=False))
    mask = whole.mask(relation, min_share)
    if class_:
        mask &= whole.passing(class_, (source, target))
    hops = _hops(whole, mask, source, target)
    if hops is not None:
        desk.notice(
            f"With unverified statements a dependency over {hops} hops is documented; verifiedOnly leaves it out."
        )


def _explain_nothing(
    desk: Desk, source: str, target: str, shortest: int | None, max_length: int | None, reverse: bool
) -> None:
    names = desk.ref(source).label, desk.ref(target).label
    if shortest is not None and desk.truncated:
        return  # the budget ended the search before the first path was shown
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


def _within_budget(
    desk: Desk, network: Network, mask: Mask, found: Sequence[Sequence[int]], ruling: Ruling | None
) -> Iterator[Path]:
    """The paths as answers, as many as the budget lets show; a hop that several share is made once and paid for each time."""
    made: dict[tuple[int, int, str | None], Hop] = {}
    for path in found:
        hops = []
        above: str | None = None
        for tail, head in pairwise(path):
            above = network.nodes[tail] if ruling is not None and _is_organisation(desk, network.nodes[tail]) else above
            key = tail, head, above
            if key not in made:
                edges = network.between(tail, head, mask)
                made[key] = hop(desk, edges)
                if ruling is not None:
                    delivery, rules = ruling(edges, above)
                    made[key] = replace(made[key], delivery=delivery, rules=rules)
            else:
                known = made[key]
                desk.pay(len(known.statements) + sum(len(r.statements) for r in known.rules))
            hops.append(made[key])
        yield Path(len(hops), tuple(desk.ref(network.nodes[n]) for n in path), tuple(hops))
        if not desk.spend(1):
            return


def _is_organisation(desk: Desk, iri: str) -> bool:
    return desk.snapshot.schema.is_a(desk.snapshot.entity(iri).class_name, "Organisation")


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
