"""The dataset rule: which graphs a query reads.

Protocol parameters, else FROM and FROM NAMED, else the current snapshot. It owns the reading of `as-of` IRIs, the
removal of the FROM clauses from the text and the plan a worker follows; it must not know the engine, processes or
HTTP.

The rule in full. An IRI `<base>as-of/YYYY-MM-DD[?known-on=…&data-licence=…&verified-only=true]` names a snapshot.

- No dataset given: the default graph and all statement graphs of the current snapshot. `GRAPH <as-of/…>` written in the
  text is that snapshot's default graph.
- FROM an `as-of` IRI: that snapshot's default graph. Several are merged.
- FROM NAMED an `as-of` IRI: `GRAPH <as-of/…>` is that snapshot's default graph. Where the same snapshot is the default
  graph too, its statement graphs are named graphs instead, and `GRAPH <as-of/…>` works where the text names it.
- Any other IRI is a graph of the snapshot named first, else of the current one. A graph nobody knows is empty.

Graph names under the server's own address (`server_root`) are aliases of the base.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import parse_qsl

from kg.sparql.errors import QueryRefused, UnknownDataset
from kg.sparql.precheck import Checked

__all__ = ["DatasetPlan", "ResolvedQuery", "SnapshotSpec", "read_day", "resolve_dataset", "snapshot_of_iri"]

_MAX_GRAPHS: Final = 100
_AS_OF: Final = "as-of/"


@dataclass(frozen=True, slots=True)
class SnapshotSpec:
    """The four arguments that pick a snapshot; `as_of` None is today, `known_on` None is everything known."""

    as_of: date | None = None
    known_on: date | None = None
    data_licence: str | None = None
    verified_only: bool = False

    def to_json(self) -> list[Any]:
        """A JSON-ready form."""
        days = [day.isoformat() if day else None for day in (self.as_of, self.known_on)]
        return [*days, self.data_licence, self.verified_only]

    @classmethod
    def from_json(cls, value: Sequence[Any]) -> SnapshotSpec:
        """The inverse of `to_json`."""
        as_of, known_on = (date.fromisoformat(day) if day else None for day in value[:2])
        return cls(as_of, known_on, value[2], bool(value[3]))


@dataclass(frozen=True, slots=True)
class DatasetPlan:
    """The dataset of one query, in terms of snapshots and plain graphs.

    Attributes
    ----------
    home : the snapshot in which plain graphs are looked up.
    defaults : snapshots whose default graphs make the query's default graph.
    default_graphs : plain graphs that belong to the default graph.
    named : snapshots whose default graph is a named graph, with the graph's IRI.
    statements : snapshots whose statement graphs are named graphs.
    named_graphs : plain named graphs.
    """

    home: SnapshotSpec
    defaults: tuple[SnapshotSpec, ...] = ()
    default_graphs: tuple[str, ...] = ()
    named: tuple[tuple[str, SnapshotSpec], ...] = ()
    statements: tuple[SnapshotSpec, ...] = ()
    named_graphs: tuple[str, ...] = ()

    @property
    def simple(self) -> bool:
        """Whether the home snapshot alone answers, without a store put together for the query."""
        return not self.named and set(self.defaults) <= {self.home} and set(self.statements) <= {self.home}

    @property
    def snapshots(self) -> tuple[SnapshotSpec, ...]:
        """Every snapshot the plan reads, each once."""
        specs = [*self.defaults, *self.statements, *(spec for _, spec in self.named)]
        if self.default_graphs or self.named_graphs or not specs:
            specs.append(self.home)
        return tuple(dict.fromkeys(specs))

    def to_json(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return {
            "home": self.home.to_json(),
            "defaults": [spec.to_json() for spec in self.defaults],
            "default_graphs": list(self.default_graphs),
            "named": [[iri, spec.to_json()] for iri, spec in self.named],
            "statements": [spec.to_json() for spec in self.statements],
            "named_graphs": list(self.named_graphs),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> DatasetPlan:
        """The inverse of `to_json`."""
        return cls(
            home=SnapshotSpec.from_json(value["home"]),
            defaults=tuple(SnapshotSpec.from_json(spec) for spec in value["defaults"]),
            default_graphs=tuple(value["default_graphs"]),
            named=tuple((iri, SnapshotSpec.from_json(spec)) for iri, spec in value["named"]),
            statements=tuple(SnapshotSpec.from_json(spec) for spec in value["statements"]),
            named_graphs=tuple(value["named_graphs"]),
        )


@dataclass(frozen=True, slots=True)
class ResolvedQuery:
    """The text for the engine, without FROM clauses and with every character at its old place, and its dataset."""

    text: str
    plan: DatasetPlan


def resolve_dataset(
    query: Checked,
    *,
    base: str,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
    current: SnapshotSpec | None = None,
    server_root: str | None = None,
    max_snapshots: int = 3,
) -> ResolvedQuery:
    """Apply the dataset rule to a checked query.

    `default_graphs` and `named_graphs` are the protocol's parameters; `current` is the snapshot meant where no dataset
    is given. Raises `UnknownDataset` for an `as-of` IRI that is none, `QueryRefused` for too many graphs or snapshots.
    """
    edits: list[tuple[int, int, str]] = []
    from_default, from_named = _take_from_clauses(query, edits)
    mentioned = _graph_names(query, base, server_root, edits)
    if default_graphs or named_graphs:
        wanted_default, wanted_named = list(default_graphs), list(named_graphs)
    else:
        wanted_default, wanted_named = from_default, from_named
    if len(wanted_default) + len(wanted_named) > _MAX_GRAPHS:
        raise QueryRefused(f"More than {_MAX_GRAPHS} graphs in the dataset.", code="dataset-too-large")
    default = _split([_alias(iri, base, server_root) for iri in wanted_default], base)
    named = _split([_alias(iri, base, server_root) for iri in wanted_named], base)
    plan = _plan(default, named, _split(sorted(mentioned), base)[0], current or SnapshotSpec())
    if len(plan.snapshots) > max_snapshots:
        message = f"The query reads {len(plan.snapshots)} snapshots; the limit is {max_snapshots}."
        raise QueryRefused(message, code="too-many-snapshots", detail={"limit": max_snapshots})
    return ResolvedQuery(_edit(query.text, edits), plan)


def snapshot_of_iri(iri: str, base: str) -> SnapshotSpec | None:
    """The snapshot an IRI names; None where it is no `as-of` IRI. Raises `UnknownDataset` where it is a broken one."""
    if not iri.startswith(base + _AS_OF):
        return None
    day, _, arguments = iri[len(base + _AS_OF) :].partition("?")
    known_on: date | None = None
    data_licence: str | None = None
    verified_only = False
    for key, value in parse_qsl(arguments, keep_blank_values=True):
        if key == "known-on":
            known_on = read_day(value, iri)
        elif key == "data-licence":
            data_licence = value
        elif key == "verified-only" and value in ("true", "false"):
            verified_only = value == "true"
        else:
            raise UnknownDataset(
                f"<{iri}> names no snapshot: {key}={value} is not understood. "
                "Known are known-on=YYYY-MM-DD, data-licence=… and verified-only=true.",
                detail={"iri": iri, "argument": key},
            )
    return SnapshotSpec(read_day(day, iri), known_on, data_licence, verified_only)


def read_day(value: str, where: str) -> date:
    """A day written YYYY-MM-DD; raises `UnknownDataset` for anything else."""
    try:
        if len(value) == 10:
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise UnknownDataset(
        f"{where}: {value!r} is no day; write YYYY-MM-DD, as in 2025-01-20.", detail={"iri": where, "value": value}
    )


_Split = tuple[list[tuple[str, SnapshotSpec]], list[str]]


def _split(iris: Sequence[str], base: str) -> _Split:
    snapshots: list[tuple[str, SnapshotSpec]] = []
    plain: list[str] = []
    for iri in dict.fromkeys(iris):
        spec = snapshot_of_iri(iri, base)
        if spec is None:
            plain.append(iri)
        else:
            snapshots.append((iri, spec))
    return snapshots, plain


def _plan(
    default: _Split, named: _Split, mentioned: list[tuple[str, SnapshotSpec]], current: SnapshotSpec
) -> DatasetPlan:
    if not (default[0] or default[1] or named[0] or named[1]):
        return DatasetPlan(current, defaults=(current,), named=tuple(mentioned), statements=(current,))
    home = (default[0] or named[0] or [("", current)])[0][1]
    defaults = tuple(dict.fromkeys(spec for _, spec in default[0]))
    names = {iri for iri, _ in mentioned}
    graphs: list[tuple[str, SnapshotSpec]] = []
    statements: list[SnapshotSpec] = []
    for iri, spec in named[0]:
        if spec in defaults:
            statements.append(spec)
        if spec not in defaults or iri in names:
            graphs.append((iri, spec))
    return DatasetPlan(
        home=home,
        defaults=defaults,
        default_graphs=tuple(default[1]),
        named=tuple(graphs),
        statements=tuple(dict.fromkeys(statements)),
        named_graphs=tuple(named[1]),
    )


def _take_from_clauses(query: Checked, edits: list[tuple[int, int, str]]) -> tuple[list[str], list[str]]:
    default: list[str] = []
    named: list[str] = []
    depth = 0
    tokens = query.tokens
    for at in range(query.prologue.body, len(tokens)):
        token = tokens[at]
        if token.kind == "punct":
            depth += (token.text in ("{", "(", "[")) - (token.text in ("}", ")", "]"))
        if depth or not token.is_word("FROM"):
            continue
        into, name = default, at + 1
        if name < len(tokens) and tokens[name].is_word("NAMED"):
            into, name = named, at + 2
        iri = query.prologue.resolve(tokens[name]) if name < len(tokens) else None
        if iri is not None:
            into.append(iri)
            edits.append((token.start, tokens[name].end, ""))
    return default, named


def _graph_names(query: Checked, base: str, server_root: str | None, edits: list[tuple[int, int, str]]) -> set[str]:
    """The IRIs after GRAPH; those that are aliases of another name are rewritten in the text."""
    names: set[str] = set()
    for word, token in zip(query.tokens, query.tokens[1:], strict=False):
        iri = query.prologue.resolve(token) if word.is_word("GRAPH") else None
        if iri is None:
            continue
        mapped = _alias(iri, base, server_root)
        names.add(mapped)
        if mapped != iri:
            edits.append((token.start, token.end, f"<{mapped}>"))
    return names


def _alias(iri: str, base: str, server_root: str | None) -> str:
    if server_root and iri.startswith(server_root) and not iri.startswith(base):
        return base + iri[len(server_root) :]
    return iri


def _edit(text: str, edits: list[tuple[int, int, str]]) -> str:
    """Apply the edits; what is taken out leaves blanks, so that lines and columns of error messages stay true."""
    parts: list[str] = []
    done = 0
    for start, end, new in sorted(edits):
        blank = "".join(c if c in "\r\n" else " " for c in text[start:end])
        parts += [text[done:start], new or blank]
        done = end
    return "".join([*parts, text[done:]])
