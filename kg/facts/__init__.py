"""Facts: rows of CSV and YAML as checked, frozen statements.

`model` says what a statement, a source and an entity are; `dates` reads EDTF; `sources` and `reader` read the files;
`checks` holds what one row alone cannot show. Nothing here knows a store.
"""
