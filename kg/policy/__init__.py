"""Policy: the state of rules on a date, and what they say of countries.

`ladder` folds dated events into codified and enforced; `tiers` answers which tier a country is in. Research software: no
answer of this package is legal advice, and each says so.
"""
