"""Policy states as triples, so that SPARQL sees what the ladder computes. They are marked as inferred in a snapshot."""

from __future__ import annotations

from collections.abc import Iterator

from kg.policy.ladder import fold, ladder
from kg.store.snapshot import Snapshot
from kg.terms import CK, Literal

__all__ = ["state_triples"]


def state_triples(snapshot: Snapshot) -> Iterator[tuple[str, str, Literal]]:
    """`ck:codified`, `ck:enforced` and `ck:stateLabel` of every policy that has a ladder in the snapshot."""
    for policy in snapshot.entities("Policy"):
        events = ladder(snapshot, policy.iri)
        if events:
            state = fold(events, snapshot.text_of(policy.iri, "instrumentType"), snapshot.key.as_of)
            yield policy.iri, CK + "codified", Literal(state.codified)
            yield policy.iri, CK + "enforced", Literal(state.enforced)
            yield policy.iri, CK + "stateLabel", Literal(state.label)
