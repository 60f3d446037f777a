"""What is known of an entity for telling what it is: names, countries, codes, makers, memory.

Owns which statements count as evidence of identity. Which classes can mean one thing is read from the ontology: those below one
abstract class (organisations, items); classes without one (countries, policies, lists) have shared codes and are never matched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.facts.model import Entity, Facts, Statement
from kg.identity.names import Name, names_of
from kg.identity.words import FORMAL, TRADE
from kg.schema import Schema
from kg.terms import Literal, kebab_case, split_entity_iri

__all__ = ["CURATED", "Profile", "data_set_order", "profiles_of"]

CURATED = "seed"
"""The batch that others are linked to first."""

_CODES = frozenset({"wikidataId", "legalEntityIdentifier"})
_TICKER = "ticker"
_MADE_BY = ("Design", "item", "designer")
_MEMORY = "memoryCapacity"
_ONE_CHINA = frozenset({"HKG", "MAC"})
_NO_MAKER = FORMAL | TRADE


@dataclass(frozen=True, slots=True)
class Profile:
    """One entity as it is compared.

    Attributes
    ----------
    iri, id, class_name : of the entity.
    data_set : which data set brought it (`seed` for the curated facts).
    family : the abstract class above it; only within a family can two entities be one.
    names : its names, label first.
    countries : where it sits or has an address (ISO 3166-1 alpha-3).
    codes : (property, code) of registers that give a thing one code.
    tickers : stock codes without their exchange; a division bears its owner's, so they only support a name.
    makers : words of the names of who designed it, and the first word of its own name.
    memory : memory capacity as stated, largest and smallest.
    """

    iri: str
    id: str
    class_name: str
    data_set: str
    family: str
    names: tuple[Name, ...]
    countries: frozenset[str] = frozenset()
    codes: frozenset[tuple[str, str]] = frozenset()
    tickers: frozenset[str] = frozenset()
    makers: frozenset[str] = frozenset()
    memory: tuple[float, ...] = field(default=())

    @property
    def label(self) -> str:
        """The label as written."""
        return self.names[0].text


def data_sets(facts: Facts) -> dict[str, str]:
    """The data set of each batch: the series its releases supersede one another in (records keep their ids through them), else the
    batch itself."""
    series: dict[str, set[str]] = defaultdict(set)
    for source in facts.sources.values():
        if source.series and source.supersedes_series and source.batch != CURATED:
            series[source.batch].add(source.series)
    found = {batch: min(series[batch]) if len(series[batch]) == 1 else batch for batch in facts.batches}
    return found


def data_set_order(names: Iterable[str]) -> dict[str, int]:
    """The place of each data set: the curated one first, then by name. A link leads from a later one to an earlier one."""
    return {name: place for place, name in enumerate(sorted(set(names), key=lambda name: (name != CURATED, name)))}


def profiles_of(facts: Facts, schema: Schema) -> dict[str, Profile]:
    """The profiles of all entities that can mean the same as another, by IRI."""
    gathered, sets = _Evidence(facts, schema), data_sets(facts)
    found = {}
    for iri, entity in sorted(facts.entities.items()):
        family = _family(schema, entity.class_name)
        names = names_of(entity.label, entity.aliases) if family else ()
        if names:
            found[iri] = gathered.profile(entity, sets.get(entity.batch, entity.batch), family, names)
    return found


def _family(schema: Schema, class_name: str) -> str:
    cls = schema.classes.get(class_name)
    if cls is None or cls.kind != "entity":
        return ""
    above = [a for a in schema.ancestors(class_name)[1:] if schema.classes[a].abstract and schema.classes[a].parents]
    return above[-1] if above else ""


class _Evidence:
    """The statements that tell what an entity is, by entity."""

    def __init__(self, facts: Facts, schema: Schema) -> None:
        self.countries: dict[str, set[str]] = defaultdict(set)
        self.codes: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self.tickers: dict[str, set[str]] = defaultdict(set)
        self.makers: dict[str, set[str]] = defaultdict(set)
        self.memory: dict[str, set[float]] = defaultdict(set)
        properties = {p.iri: p for p in schema.properties.values()}
        relation, made, maker = _MADE_BY
        for statement in facts.statements.values():
            if statement.class_name == relation:
                item, by = statement.one(made), facts.entities.get(str(statement.one(maker)))
                if isinstance(item, str) and by is not None:
                    self.makers[item].update(w for n in names_of(by.label, by.aliases) for w in n.base)
            elif not statement.class_name and (prop := properties.get(statement.property)) is not None:
                self._plain(statement, prop.name, prop.is_object and prop.range == "Country")

    def _plain(self, statement: Statement, name: str, is_country: bool) -> None:
        subject, object_ = statement.subject, statement.object
        if is_country and isinstance(object_, str):
            self.countries[subject].add((split_entity_iri(object_) or ("", object_))[1])
        elif not isinstance(object_, Literal):
            return
        elif name in _CODES:
            self.codes[subject].add((name, object_.lexical.upper()))
        elif name == _TICKER:
            self.tickers[subject].add(_bare_ticker(object_.lexical))
        elif name == _MEMORY:
            self.memory[subject].add(float(object_.lexical))

    def profile(self, entity: Entity, data_set: str, family: str, names: tuple[Name, ...]) -> Profile:
        """The profile of one entity."""
        countries = self.countries[entity.iri]
        if countries & _ONE_CHINA:
            countries = countries | {"CHN"}
        makers = self.makers[entity.iri] | set(names[0].words[:1])
        memory = self.memory[entity.iri]
        return Profile(
            iri=entity.iri,
            id=f"{kebab_case(entity.class_name)}/{entity.slug}",
            class_name=entity.class_name,
            data_set=data_set,
            family=family,
            names=names,
            countries=frozenset(countries),
            codes=frozenset(self.codes[entity.iri]),
            tickers=frozenset(self.tickers[entity.iri] - {""}),
            makers=frozenset(makers - _NO_MAKER),
            memory=(min(memory), max(memory)) if memory else (),
        )


def _bare_ticker(text: str) -> str:
    """`NASDAQ:AEIS`, `TSM (NYSE)`, `5201.T` → `AEIS`, `TSM`, `5201`."""
    return text.partition("(")[0].rpartition(":")[2].partition(".")[0].strip().upper()
