"""Answers: the frozen values every operation gives, and their one JSON form.

`values` holds the shared parts (references, statements, hops, meta), `shapes` the answers of the operations, `json` their
JSON and its schema. A field in Python's snake_case is camelCase outside; a trailing underscore is dropped.
"""
