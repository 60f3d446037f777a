"""Links between records of data sets and the entities they mean, with method, score and evidence.

Names match falsely, so nothing is merged: a link is a statement of its own (`IdentityLink`), made by rules above a stated score or by
a person's decision, and gone when the batch of links is dropped. Pure functions over facts: no store, no web, no clock.
"""

from kg.identity.decide import LINK_FROM, REVIEW_FROM
from kg.identity.decisions import Decision, packaged_decisions, read_decisions, read_review, write_review
from kg.identity.links import IDENTITY, LinkResult, link_facts
from kg.identity.measure import Figures, Pair, measure, read_pairs, table

__all__ = [
    "IDENTITY",
    "LINK_FROM",
    "REVIEW_FROM",
    "Decision",
    "Figures",
    "LinkResult",
    "Pair",
    "link_facts",
    "measure",
    "packaged_decisions",
    "read_decisions",
    "read_pairs",
    "read_review",
    "table",
    "write_review",
]
