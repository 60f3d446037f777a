"""Chokepoint: the AI-chip supply chain and its export controls as a queryable graph.

The core of the project. It knows nothing of HTTP, GraphQL or a server; `api` is built on it. The way through it:

1. `kg.schema` reads the ontology (`ontology/kg.ttl`, `ontology/shapes.ttl`), the only declaration of the model.
2. `kg.facts` reads rows of facts and checks them against the schema.
3. `kg.store` makes an immutable, hashed *release* of them, and from a release a *dataset*; a dataset answers
   `as_of(...)` with a *snapshot*: what was valid on one date as far as it was known on another.
4. `kg.network` projects a snapshot to the dependency network; `kg.analysis` and `kg.policy` answer from the two.
5. `kg.operations` is the one table of questions every surface offers.
"""

from kg.store.opening import open_release

__all__ = ["open_release"]
