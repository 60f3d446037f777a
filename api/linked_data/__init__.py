"""Linked data: what stands behind the IRIs of entities, statements, sources and the ontology."""
