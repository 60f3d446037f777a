"""The share of a hop, with what it is a share of.

A supply's share may be of the customer's purchases or of the supplier's sales: without its basis it would mislead.
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.network import Edge
from kg.store.snapshot import Snapshot

__all__ = ["hop_share"]


def hop_share(snapshot: Snapshot, edges: Sequence[Edge]) -> tuple[float | None, str, str]:
    """The share (percent) of the edges between two nodes, its period (EDTF) and its basis, as the first edge that has one gives
    them (`kg.network.chosen_share`); None and blank where none does."""
    for edge in edges:
        if edge.share is not None:
            giving = [
                s for s in edge.statements if snapshot.share(s) == edge.share and s.text("period") == edge.share_period
            ]
            best = min(giving, key=lambda s: (s.status != "verified", s.iri))
            return edge.share, edge.share_period, best.text("shareBasis")
    return None, "", ""
