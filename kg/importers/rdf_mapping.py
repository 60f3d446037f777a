"""Mappings: foreign triples lifted into the ontology by a SPARQL CONSTRUCT query.

The query runs over all triples of the batch, whatever their graph; blank nodes have become IRIs. What it constructs must be in the
ontology's vocabulary (`ck:`), and becomes facts of the batch:

- an entity: `?s a ck:Company ; rdfs:label "…"` (other labels and skos:altLabel are its aliases). An IRI under `<base>id/` is used
  as it is; of another the entity's IRI is made, with the slug `<batch>-<its last part>` (and six digits of its hash, where two share
  that). An entity of the release is named by its IRI and need not be described.
- a plain statement: `?s ck:headquarteredIn ?country`; with dates, passage or note: a node `a ck:Statement ; ck:subject … ;
  ck:predicate … ; ck:object … ; ck:validFrom …`.
- a relation or a claim: a node `a ck:Supply ; ck:customer … ; ck:supplier … ; ck:share …` with ends and qualifiers on it, and dates,
  passage, quote and note if wanted.

Whatever the schema does not know is refused, node by node, with the reason. A query whose result does not follow from the files
alone (SERVICE, NOW, RAND, UUID) is refused whole.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.facts.model import Source
from kg.importers.files import refuse
from kg.importers.making import Maker
from kg.importers.rdf_lifting import lift
from kg.importers.rdf_nodes import Term, key
from kg.importers.records import Record

__all__ = ["Mapping", "read_mapping"]

_QUIET = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\''
    r"|<[^<>\"{}|^`\\\s]*>|#[^\n]*",
    re.DOTALL,
)
_IMPURE = re.compile(r"(?<![?$:\w-])(SERVICE|NOW|RAND|UUID|STRUUID)(?![\w:-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mapping:
    """A CONSTRUCT query and the name of its file."""

    name: str
    query: str

    def lift(self, store: ox.Store, maker: Maker, source: Source) -> Iterator[Record]:
        """The entities and statements the query makes of the store's triples, in the order of what they say."""
        try:
            found = store.query(self.query, use_default_graph_as_union=True)
            if not isinstance(found, ox.QueryTriples):
                refuse(self.name, "the query is no CONSTRUCT", "a SPARQL CONSTRUCT query")
            nodes: dict[str, defaultdict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
            for triple in found:
                nodes[key(triple.subject)][triple.predicate.value].append(triple.object)
        except SyntaxError as error:
            refuse(self.name, f"no valid SPARQL: {error.msg}", "a SPARQL 1.1 CONSTRUCT query", error.lineno or 0)
        except (OSError, RuntimeError, ValueError) as error:
            refuse(self.name, f"the query failed: {error}", "a query that runs over the files alone")
        yield from lift(self.name, maker, source, nodes)


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file. Raises ImportRefused."""
    try:
        query = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        refuse(str(path), "there is no such mapping file", "a file with a SPARQL CONSTRUCT query")
    except (OSError, UnicodeDecodeError) as error:
        refuse(path.name, f"cannot be read: {error}", "a file with a SPARQL CONSTRUCT query, in UTF-8")
    bare = _QUIET.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), query)
    impure = _IMPURE.search(bare)
    if impure:
        line = bare.count("\n", 0, impure.start()) + 1
        problem = f"{impure[0].upper()} would make the result hang on more than the files"
        refuse(path.name, problem, "a query over the files' triples alone", line)
    return Mapping(path.name, query)
