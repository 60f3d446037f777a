"""The desk an answer is worked out on: the snapshot, and a record of every statement, gap and notice that went into it.

Owns how evidence is shown (`ref`, `info`, `fact`) and what `meta` holds, so that no analysis can use a statement without
citing it. Must not know which analysis it serves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from kg.answers.shapes import Fact, Value
from kg.answers.values import Coverage, Meta, Ref, SourceInfo, StatementInfo, StatementSummary
from kg.facts.dates import earliest, latest
from kg.facts.model import Source, Statement
from kg.network import Network, share_sum
from kg.schema import Property
from kg.store.merging import LINK
from kg.store.snapshot import Snapshot
from kg.terms import Literal
from kg.terms import Value as Term

__all__ = ["Budget", "Desk"]


_PER_STATEMENT = 100
"""Steps that showing a statement as evidence takes from the budget: it is what most of a large answer is made of."""


_PER_REPEATED = 25
"""Steps for a statement that the same answer has shown before: it is written out again, and nothing else."""


PSEUDO = "OrganisationGroup"
"""The class of those who are several, or nobody knows who: never one supplier."""


class Budget:
    """Steps that may still be taken; one budget may serve all answers of a request."""

    __slots__ = ("left",)

    def __init__(self, steps: int) -> None:
        self.left = steps


class Desk:
    """Works out one answer. Not shared between threads.

    Parameters
    ----------
    snapshot : what may be used.
    budget : steps a search may take before it stops and says `truncated`; a `Budget` where several answers share one.
    """

    def __init__(self, snapshot: Snapshot, budget: int | Budget = 2_000_000) -> None:
        self.snapshot = snapshot
        self.budget = budget if isinstance(budget, Budget) else Budget(budget)
        self.truncated = False
        self._exhausted = False
        self._used: dict[str, Statement] = {}
        self._infos: dict[str, StatementInfo] = {}
        self._coverage: dict[str, Coverage] = {}
        self._notices: dict[str, None] = {}

    @property
    def network(self) -> Network:
        """The snapshot's dependency network."""
        return Network.of(self.snapshot)

    # ---- showing --------------------------------------------------------------------------------------------------------

    def ref(self, iri: str) -> Ref:
        """An entity as a reference."""
        index = self.snapshot.index
        entity = index.by_iri[iri]
        return Ref(iri, index.id_of(iri), entity.class_name, self.snapshot.label(iri))

    def info(self, statement: Statement) -> StatementInfo:
        """A statement as evidence; using it here is citing it."""
        known = self._infos.get(statement.iri)
        if known is not None:
            self.budget.left -= _PER_REPEATED
            return known
        self._used[statement.iri] = statement
        self.budget.left -= _PER_STATEMENT
        source = self.snapshot.source(statement)
        made = self._infos[statement.iri] = StatementInfo(
            iri=statement.iri,
            status=statement.status,
            passage=statement.passage,
            quote=statement.quote,
            note=statement.note,
            valid_from=statement.valid_from,
            valid_until=self.snapshot.until(statement),
            known_from=statement.known.isoformat() if statement.known else "",
            source=None if source is None else _source(source),
            to_check_in=statement.to_check_in,
            derived_from=statement.derived_from,
        )
        return made

    def infos(self, statements: Iterable[Statement]) -> tuple[StatementInfo, ...]:
        """Several statements: verified ones first, then the newest observation, then by IRI."""
        return tuple(self.info(s) for s in sorted(statements, key=_best))

    def value(self, term: Term, prop: Property) -> Value:
        """A value of a property for an answer."""
        if isinstance(term, Literal):
            number = term.python
            numeric = isinstance(number, (int, float)) and not isinstance(number, bool)
            return Value(term.lexical, float(number) if numeric else None, prop.unit, None)
        ref = self.ref(term)
        return Value(ref.label, None, "", ref)

    def facts(self, statements: Sequence[Statement]) -> tuple[Fact, ...]:
        """Plain statements as facts: one for each property and differing value, in property and value order."""
        grouped: dict[tuple[str, str], list[Statement]] = {}
        by_iri = {p.iri: p for p in self.snapshot.schema.properties.values()}
        for statement in statements:
            value = statement.object
            text = value.lexical if isinstance(value, Literal) else value
            grouped.setdefault((statement.property, text), []).append(statement)
        found = []
        for (property_, _), same in sorted(grouped.items()):
            prop = by_iri[property_]
            found.append(Fact(prop.name, prop.label, self.value(same[0].object, prop), self.infos(same)))
        return tuple(found)

    # ---- recording ------------------------------------------------------------------------------------------------------

    def notice(self, text: str) -> None:
        """Say something the reader must know about the answer; once."""
        self._notices[text] = None

    def spend(self, steps: int) -> bool:
        """Take steps from the budget; False (and `truncated`) once it is used up."""
        self.budget.left -= steps
        if self.budget.left < 0:
            self.truncated = self._exhausted = True
        return self.budget.left >= 0

    def exhaust(self) -> None:
        """Say that the budget ended a search that counted its own steps."""
        self.truncated = self._exhausted = True

    def pay(self, statements: int) -> None:
        """Pay for statements that are shown again."""
        self.budget.left -= statements * _PER_STATEMENT

    def limited(self, shown: int, total: int | None = None) -> None:
        """Say that a limit, and not the budget, cut the answer."""
        self.truncated = True
        self.notice(f"{shown} are shown of {total if total is not None else 'more'}; a higher limit shows more.")

    def cover(self, iri: str) -> Coverage:
        """The coverage of a node, recorded in `meta`."""
        if iri not in self._coverage:
            self._coverage[iri] = self._measure(iri)
        return self._coverage[iri]

    def _sources(self, statements: Iterable[Statement]) -> Iterable[Source]:
        return {s.iri: s for each in statements if (s := self.snapshot.source(each)) is not None}.values()

    def _measure(self, iri: str) -> Coverage:
        edges = self.network.out_edges(iri)
        suppliers = {
            e.head for e in edges if self.snapshot.schema.is_a(self.snapshot.entity(e.head).class_name, "Organisation")
        }
        named = [e for e in edges if e.head in suppliers and self.snapshot.entity(e.head).class_name != PSEUDO]
        statements = [s for e in edges for s in e.statements]
        sources = [src for s in statements if (src := self.snapshot.source(s)) is not None]
        return Coverage(
            node=self.ref(iri),
            dependencies=len({e.head for e in edges}),
            suppliers=len(suppliers),
            share_sum=share_sum(self.snapshot, {e.head: e.statements for e in named}),
            newest_source=_extreme(sources, max),
            unverified=sum(1 for s in statements if s.status == "unverified"),
        )

    # ---- meta -----------------------------------------------------------------------------------------------------------

    def meta(self) -> Meta:
        """What the answer rests on and what it lacks."""
        snapshot, key = self.snapshot, self.snapshot.key
        used = list(self._used.values())
        told = [s for s in used if s.class_name != LINK]  # a link speaks of names: its date says nothing of the facts
        sources = {s.iri: s for each in used if (s := snapshot.source(each)) is not None}
        first_dated = snapshot.dataset.first_dated
        notices = list(self._notices)
        if first_dated is not None and key.as_of < first_dated:
            notices.append(
                f"asOf {key.as_of} lies before the first dated statement of this release ({first_dated}): what is shown has an open start."
            )
        first_known = snapshot.dataset.first_known
        if first_known is not None and key.known_on < first_known:
            notices.append(f"knownOn {key.known_on} lies before anything in this release was known.")
        if self._exhausted:
            notices.append("The work budget ended the search: there may be more than is shown.")
        return Meta(
            release=snapshot.dataset.release.id,
            as_of=key.as_of.isoformat(),
            known_on=key.known_on.isoformat(),
            data_licence=key.data_licence,
            verified_only=key.verified_only,
            statements=StatementSummary(
                len(used),
                sum(s.status == "unverified" for s in used),
                sum(s.status == "derived" for s in used),
                len(sources),
            ),
            oldest_source=_extreme(self._sources(told), min),
            newest_source=_extreme(self._sources(told), max),
            unknown_dates=sum(snapshot.has_unknown_dates(s) for s in used),
            left_out_by_licence=snapshot.left_out["licence"],
            left_out_unverified=snapshot.left_out["unverified"],
            coverage=tuple(c for _, c in sorted(self._coverage.items())),
            truncated=self.truncated,
            notices=tuple(notices),
        )


def _extreme(sources: Iterable[Source], choose: Callable[..., Source]) -> str:
    """The EDTF date of the oldest (`min`) or newest (`max`) dated source, by first possible day; blank where none is dated."""
    dated = [s for s in sources if s.published and earliest(s.published)]
    return (
        choose(dated, key=lambda s: (earliest(s.published), latest(s.published) or dt.date.max)).published
        if dated
        else ""
    )


def _best(statement: Statement) -> tuple[bool, int, str]:
    """The order of evidence: verified first, then the newest observation, then by IRI."""
    start = earliest(statement.text("period")) if statement.text("period") else None
    return statement.status != "verified", -(start.toordinal() if start else 0), statement.iri


def _source(source: Source) -> SourceInfo:
    return SourceInfo(source.iri, source.title, source.url, source.published, source.licence, source.rights)
