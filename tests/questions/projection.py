"""Questions read from their folders, and answers of every surface brought into the form of `expected.json`.

The README beside this file describes the folders and the little path language.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

__all__ = ["DATA", "FOLDER", "SURFACES", "Question", "plain", "questions", "sparql_rows"]

FOLDER = Path(__file__).parent
DATA = Path(os.environ.get("CHOKEPOINT_DATA", FOLDER.parents[2] / "shared" / "data"))
"""Where public data sets lie; `CHOKEPOINT_DATA` names another place."""

SURFACES = ("graphql", "rest", "sparql", "command")
_BASE = "https://w3id.org/chokepoint/"
_STEP = re.compile(r"(\^|[^.\[\]^]+|\[\*\]|\[\d+\])\.?")

Table = list[dict[str, Any]]


@dataclass(frozen=True)
class Question:
    """A question's folder."""

    folder: Path

    @property
    def slug(self) -> str:
        """The folder's name."""
        return self.folder.name

    def text(self, name: str) -> str:
        """A file of the folder."""
        return (self.folder / name).read_text(encoding="utf-8")

    def lines(self, name: str) -> list[str]:
        """The lines of a file, without blank lines and comments."""
        return [line for line in self.text(name).splitlines() if line.strip() and not line.startswith("#")]

    @cached_property
    def imports(self) -> tuple[str, ...]:
        """What is imported into the seed before the question is asked: an importer and folders of data sets, a line each."""
        return tuple(self.lines("imports.txt")) if (self.folder / "imports.txt").exists() else ()

    @property
    def absent(self) -> list[str]:
        """Folders of data sets that the question needs and that are not here."""
        return [f for line in self.imports for f in line.split()[1:] if not (DATA / f).is_dir()]

    @cached_property
    def projection(self) -> dict[str, Any]:
        """`project.json`."""
        return dict(json.loads(self.text("project.json")))

    @cached_property
    def expected(self) -> dict[str, Table]:
        """`expected.json`."""
        return dict(json.loads(self.text("expected.json")))

    def names(self, file: str) -> list[str]:
        """Names of the answers to the lines of a file; numbers where they have none."""
        given: list[str] | None = self.projection.get("answers")
        return given or [str(number) for number, _ in enumerate(self.lines(file))]

    @property
    def queries(self) -> dict[str, Path]:
        """SPARQL queries by the name of their results."""
        return {p.stem.partition("-")[2] or "query": p for p in sorted(self.folder.glob("query*.rq"))}

    def tables(self, surface: str) -> list[str]:
        """Names of the tables a surface gives."""
        return [name for name, spec in self.projection["tables"].items() if self._rule(spec, surface) is not None]

    def project(self, surface: str, raw: Mapping[str, Any]) -> dict[str, Table]:
        """The tables of a surface's raw answers."""
        found = {}
        for name in self.tables(surface):
            spec = self.projection["tables"][name]
            found[name] = _ordered(
                _gathered(_kept(_rows(self._rule(spec, surface), raw), spec), spec.get("gather", []))
            )
        return found

    def wanted(self, surface: str) -> dict[str, Table]:
        """The expected tables a surface has to give."""
        return {name: _ordered(self.expected[name]) for name in self.tables(surface)}

    @staticmethod
    def _rule(spec: Mapping[str, Any], surface: str) -> Any:
        return spec.get(surface, None if surface == "sparql" else spec.get("json"))


def questions() -> list[Question]:
    """All questions, by name."""
    return [Question(p.parent) for p in sorted(FOLDER.glob("*/project.json"))]


def plain(value: Any) -> Any:
    """A value as it stands in `expected.json`."""
    if isinstance(value, str):
        if value.startswith(_BASE):
            value = value.removeprefix(_BASE).removeprefix("id/").removeprefix("ontology#")
        return value or None
    if isinstance(value, float):
        rounded = round(value, 6)
        return int(rounded) if rounded.is_integer() else rounded
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value


def sparql_rows(results: Mapping[str, Any]) -> Table:
    """SPARQL results in JSON as rows; unbound variables are null."""

    def read(binding: Mapping[str, str]) -> Any:
        kind = binding.get("datatype", "").rpartition("#")[2]
        if kind in ("integer", "decimal", "double", "float"):
            return float(binding["value"])
        return binding["value"] == "true" if kind == "boolean" else binding["value"]

    names = results["head"]["vars"]
    return [{n: read(row[n]) if n in row else None for n in names} for row in results["results"]["bindings"]]


# ---- the path language --------------------------------------------------------------------------------------------------------


def _follow(path: str, place: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The places a path leads to; a place is a value below all that contain it."""
    places = [place]
    for step in _STEP.findall(path):
        reached: list[tuple[Any, ...]] = []
        for each in places:
            value = each[-1]
            if step == "^":
                reached.append(each[:-1])
            elif value is None:
                reached.append((*each, None))
            elif step == "[*]":
                reached += [(*each[:-1], v) for v in (value.values() if isinstance(value, Mapping) else value)]
            elif step.startswith("["):
                reached.append((*each[:-1], next(iter(value[int(step[1:-1]) :]), None)))
            else:
                reached.append((*each, value[step]))
        places = reached
    yield from places


def _value(path: str | list[str], place: tuple[Any, ...]) -> Any:
    if isinstance(path, list):
        return [v for p in path if (v := _value(p, place)) is not None]
    values = [plain(found[-1]) for found in _follow(path, place)]
    return values if "[*]" in path else values[0]


def _rows(rule: Mapping[str, Any], raw: Mapping[str, Any]) -> Table:
    paths = rule["each"] if isinstance(rule["each"], list) else [rule["each"]]
    places = [place for path in paths for place in _follow(path, (raw,))]
    if "columns" not in rule:
        return [{name: plain(value) for name, value in place[-1].items()} for place in places]
    return [{name: _value(path, place) for name, path in rule["columns"].items()} for place in places]


def _kept(rows: Table, spec: Mapping[str, Any]) -> Table:
    where = spec.get("where", {})
    kept = [row for row in rows if all(c not in row or _meets(row[c], wanted) for c, wanted in where.items())]
    return [{k: v for k, v in row.items() if not k.startswith("_")} for row in kept]


def _meets(value: Any, wanted: Any) -> bool:
    """Whether a value is one of a list, or a number above another."""
    return value is not None and value > wanted["above"] if isinstance(wanted, dict) else value in wanted


def _gathered(rows: Table, columns: list[str]) -> Table:
    merged: dict[str, dict[str, Any]] = {}
    for row in rows:
        key = _key({k: v for k, v in row.items() if k not in columns})
        into = merged.setdefault(key, {**row, **{c: [] for c in columns}})
        for column in columns:
            value = row[column]
            into[column] += value if isinstance(value, list) else [] if value is None else [value]
    return [{k: sorted(set(v)) if k in columns else v for k, v in row.items()} for row in merged.values()]


def _ordered(rows: Table) -> Table:
    return sorted(rows, key=_key)


def _key(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True)
