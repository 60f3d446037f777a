"""The dependency network: a snapshot's edges as compact arrays and as a networkx graph.

`u → v` always reads "u depends on v". Which statements are edges is declared in the ontology.
"""

from kg.network.projection import Edge, Network, chosen_share, comparable_shares, share_sum

__all__ = ["Edge", "Network", "chosen_share", "comparable_shares", "share_sum"]
