"""GraphQL: the schema derived from the ontology and the table of operations, and its HTTP surface.

`entities` makes a type for every class; `answers` one for every part of an answer; `connections` and `filters` what lists
need; `limits` refuses costly documents before validation; `build` puts the schema together; `routes` serves it.
"""
