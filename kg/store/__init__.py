"""Store: releases, datasets and snapshots.

`release` writes and reads the immutable, hashed form of facts; `dataset` holds one release in memory; `snapshot` is what
was valid on one date as far as known on another; `materialise` is a snapshot as RDF for the SPARQL engine.
"""
