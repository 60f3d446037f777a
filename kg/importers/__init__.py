"""Importers: one module per public data set, each a pure function from files to a stream of records.

`records` says what an importer reads and what it is; `files` reads CSV and JSON and refuses what is broken; `making` turns values
into facts by the schema; `places` knows countries. Nothing here knows a store: joining a batch to a release is
`kg.store.batches`.
"""
