"""The batch of links: who judged two records to be one thing, how, and how sure.

Owns the statements of `IdentityLink` and their two sources, the project's rules and persons' decisions. A link says which names mean one thing; it is no
news about the world, so it holds on every date and is known on every date: an answer about 2022 counts what was known in 2022 of the
thing, under whatever names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.facts.model import Batch, Facts, Source, Statement, relation_iri, statement_iri
from kg.identity.candidates import pairs
from kg.identity.decide import LINK_FROM, REVIEW_FROM, decide
from kg.identity.decisions import DIFFERENT, SAME, Decision, ReviewRow, in_force, packaged_decisions
from kg.identity.profiles import Profile, data_set_order, profiles_of
from kg.identity.scoring import Match, match
from kg.schema import Schema
from kg.terms import BASE, RDF_TYPE, Literal

__all__ = ["IDENTITY", "Decision", "LinkResult", "Statistics", "link_facts", "reviewed"]

IDENTITY = "identity"
"""The id of the batch of links."""

_VERSION, _EDITION = "1", dt.date(2026, 11, 24)
_LICENCE = "CC-BY-4.0"
_CLASS = "IdentityLink"
_ALWAYS = ".."
_METHOD = "curated"


@dataclass(frozen=True, slots=True)
class Statistics:
    """What became of the pairs.

    Attributes
    ----------
    profiles, compared : entities that can be linked; pairs that were compared.
    by_rule, curated : links made by score, by a decision.
    apart : pairs kept apart by a decision.
    review : pairs a person is asked about.
    idle : decisions of which a record or entity is not there.
    contradicted : decisions that others contradict; they make no link.
    by_data_set : links by the data set of their record.
    """

    profiles: int
    compared: int
    by_rule: int
    curated: int
    apart: int
    review: int
    idle: int
    contradicted: int
    by_data_set: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LinkResult:
    """Links, questions and counts.

    Attributes
    ----------
    links : statements that a record is the same thing as an entity.
    facts : the batch: these, the statements that two are different, and their sources.
    review : what a person is asked.
    statistics : counts.
    """

    links: tuple[Statement, ...]
    facts: Facts
    review: tuple[ReviewRow, ...]
    statistics: Statistics


def link_facts(
    facts: Facts, schema: Schema, decisions: Sequence[Decision] = (), *, packaged: bool = True
) -> LinkResult:
    """Link the records of facts with the entities they mean.

    Parameters
    ----------
    facts : all batches together; a batch of links in it is not looked at.
    schema : the model.
    decisions : persons' words, beside the packaged ones and over them.
    packaged : whether the packaged decisions count.
    """
    profiles = profiles_of(facts, schema)
    order = data_set_order(profile.data_set for profile in profiles.values())
    words = in_force([*(packaged_decisions() if packaged else ()), *decisions])
    scored, compared = _scored(profiles, order)
    decided = decide(scored, profiles, order, words)
    batch = Batch(IDENTITY, "Links between records", _LICENCE, _EDITION)
    maker = _Maker(schema, profiles, words)
    links = tuple(maker.link(each) for each in decided.links)
    apart = tuple(maker.apart())
    statements = {s.iri: s for s in (*links, *apart)}
    by_set: dict[str, int] = {}
    for each in decided.links:
        name = profiles[each.record].data_set
        by_set[name] = by_set.get(name, 0) + 1
    curated = sum(m.method == _METHOD for m in decided.links)
    counts = Statistics(
        profiles=len(profiles),
        compared=compared,
        by_rule=len(links) - curated,
        curated=curated,
        apart=len(apart),
        review=len(decided.review),
        idle=sum(1 for pair in words if not pair <= maker.by_id.keys()),
        contradicted=len(decided.contradicted),
        by_data_set=dict(sorted(by_set.items())),
    )
    used = {s.source for s in statements.values()}
    sources = {s.iri: s for s in _SOURCES if s.iri in used}
    made = Facts({IDENTITY: batch}, sources, {}, dict(sorted(statements.items())))
    return LinkResult(links, made, decided.review, counts)


def reviewed(facts: Facts) -> tuple[Decision, ...]:
    """The decisions of a user that stand in a batch of links, to be kept when it is made anew. The packaged ones are read afresh."""
    found = []
    for statement in facts.statements.values():
        if statement.batch == IDENTITY and statement.class_name == _CLASS and statement.source == _BY_USER.iri:
            record, entity = (_id(statement.text(end)) for end in ("record", "identifiedWith"))
            word, why = statement.text("matchDecision"), statement.text("matchEvidence")
            found.append(Decision(record, entity, word, why, " | ".join(statement.origin)))
    return tuple(sorted(found, key=lambda d: (d.record, d.identified_with)))


def _scored(profiles: Mapping[str, Profile], order: Mapping[str, int]) -> tuple[list[Match], int]:
    found, compared = [], 0
    for record, entity in pairs(profiles, order):
        compared += 1
        each = match(record, entity)
        if each is not None and each.score >= REVIEW_FROM:
            found.append(each)
    return found, compared


# ---- statements ---------------------------------------------------------------------------------------------------------------

_BY_RULES = Source(
    f"identity-rules-{_VERSION}",
    f"Matching of names, chokepoint identity rules, version {_VERSION}",
    BASE,
    _EDITION.isoformat(),
    licence="CC BY 4.0",
    rights="made by the project",
    note=f"A pair of records is linked from a score of {LINK_FROM:g} on; from {REVIEW_FROM:g} on a person is asked.",
    batch=IDENTITY,
)
_BY_PROJECT = Source(
    f"identity-decisions-{_VERSION}",
    "Curated decisions on identity, chokepoint",
    BASE,
    _EDITION.isoformat(),
    licence="CC BY 4.0",
    rights="made by the project",
    batch=IDENTITY,
)
_BY_USER = Source(
    "identity-review",
    "Decisions on identity by the user of this release",
    BASE,
    "",
    note="Read from files of decisions when the release was made.",
    rights="made by the user",
    batch=IDENTITY,
)
_SOURCES = (_BY_RULES, _BY_PROJECT, _BY_USER)


class _Maker:
    """Makes the statements of links."""

    def __init__(
        self, schema: Schema, profiles: Mapping[str, Profile], words: Mapping[frozenset[str], Decision]
    ) -> None:
        self.cls, self.profiles, self.words = schema.classes[_CLASS], profiles, words
        self.by_id = {profile.id: profile for profile in profiles.values()}

    def link(self, found: Match) -> Statement:
        """The statement that two are one."""
        record, entity = self.profiles[found.record], self.profiles[found.entity]
        word = self.words.get(frozenset((record.id, entity.id))) if found.method == _METHOD else None
        return self._statement(record, entity, SAME, found.method, found.score, found.evidence, word)

    def apart(self) -> Iterable[Statement]:
        """The statements that two are not one, where both are there."""
        for pair, word in sorted(self.words.items(), key=lambda w: (w[1].record, w[1].identified_with)):
            if word.decision == DIFFERENT and pair <= self.by_id.keys():
                record, entity = self.by_id[word.record], self.by_id[word.identified_with]
                yield self._statement(record, entity, DIFFERENT, _METHOD, None, word.evidence, word)

    def _statement(
        self,
        record: Profile,
        entity: Profile,
        decision: str,
        method: str,
        score: float | None,
        evidence: str,
        word: Decision | None,
    ) -> Statement:
        source = _BY_RULES if word is None else _BY_PROJECT if word.packaged else _BY_USER
        ends = {"record": record.iri, "identifiedWith": entity.iri}
        told = {"matchDecision": decision, "matchMethod": method, "matchEvidence": evidence}
        qualifiers = {name: (Literal(text),) for name, text in told.items() if text}
        if score is not None:
            qualifiers["matchScore"] = (Literal.decimal(f"{score:.4f}"),)
        qualifiers = {name: qualifiers[name] for name in self.cls.columns if name in qualifiers}
        subject = relation_iri(self.cls.name, [(end, ends[end]) for end in self.cls.ends])
        keys = [(name, qualifiers[name]) for name in self.cls.keys if name in qualifiers]
        verb = "are judged to be one thing" if decision == SAME else "are judged to be two things"
        return Statement(
            iri=statement_iri(subject, RDF_TYPE, self.cls.iri, source.iri, _ALWAYS, keys),
            subject=subject,
            property=RDF_TYPE,
            object=self.cls.iri,
            class_name=self.cls.name,
            status="verified" if word is not None else "derived",
            batch=IDENTITY,
            source=source.iri,
            passage=f"'{record.label}' ({record.data_set}) and '{entity.label}' ({entity.data_set}) {verb}.",
            valid_from=_ALWAYS,
            derived_from=() if word is not None else tuple(sorted((record.id, entity.id))),
            origin=(word.origin or f"{word.record}={word.identified_with}" if word else f"{record.id}={entity.id}",),
            node={end: (ends[end],) for end in self.cls.ends},
            qualifiers=qualifiers,
        )


def _id(iri: str) -> str:
    return iri.removeprefix(f"{BASE}id/")
