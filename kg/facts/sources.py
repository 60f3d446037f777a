"""Sources and batches: `sources.yaml` and `batch.yaml` of a folder of facts.

Owns the reading of the two files. Must not know statements.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import yaml

from kg.errors import BadDate
from kg.facts.dates import check_edtf
from kg.facts.mistakes import Mistakes, nearest
from kg.facts.model import Batch, Source

__all__ = ["read_batch", "read_sources"]

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]*\Z")
_SOURCE_KEYS = ("title", "url", "published", "publisher", "licence", "rights", "series", "supersedes_series", "note")


class _Lines(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
    """A loader that keeps dates as text and refuses a key twice."""


_Lines.yaml_implicit_resolvers = {
    key: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for key, resolvers in _Lines.yaml_implicit_resolvers.items()
}


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node)
        if key in found:
            raise yaml.constructor.ConstructorError(None, None, f"{key!r} stands twice", key_node.start_mark)
        value = loader.construct_object(value_node, deep=True)
        if isinstance(value, dict):
            value["__line__"] = key_node.start_mark.line + 1
        found[key] = value
    return found


_Lines.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def _load(path: Path, mistakes: Mistakes) -> dict[str, Any]:
    try:
        loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=_Lines)  # noqa: S506 (a safe loader)
    except FileNotFoundError:
        mistakes.add(path.name, 1, "", "the file is missing", f"a YAML file {path.name} in the folder of facts")
    except UnicodeDecodeError as error:
        mistakes.add(path.name, 1, "", f"not UTF-8 at byte {error.start}", "UTF-8 without a byte-order mark")
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        mistakes.add(path.name, line, "", f"no valid YAML: {error.problem}", "one mapping from id to fields")
    except yaml.YAMLError as error:
        mistakes.add(path.name, 1, "", f"no valid YAML: {error}", "plain text without control characters")
    else:
        if isinstance(loaded, dict):
            return loaded
        mistakes.add(path.name, 1, "", "no mapping", "one mapping from id to fields")
    return {}


def read_sources(folder: Path, mistakes: Mistakes, batch: str = "seed") -> dict[str, Source]:
    """The sources of a folder by id."""
    found: dict[str, Source] = {}
    for slug, fields in _load(folder / "sources.yaml", mistakes).items():
        if slug == "__line__":
            continue
        if not isinstance(fields, dict):
            mistakes.add("sources.yaml", 1, str(slug), "no mapping", "title, url, published …")
            continue
        line = int(fields.pop("__line__", 1))
        for key in fields:
            if key not in _SOURCE_KEYS:
                mistakes.add(
                    "sources.yaml",
                    line,
                    str(slug),
                    f"unknown field {key!r}",
                    ", ".join(_SOURCE_KEYS),
                    nearest(str(key), _SOURCE_KEYS),
                )
        for name, text in (("id", str(slug)), ("series", str(fields.get("series") or "none"))):
            if not _ID.match(text):
                mistakes.add(
                    "sources.yaml", line, str(slug), f"the {name} {text!r} is no id", "letters, digits, hyphens, dots"
                )
        values = {key: str(fields.get(key) or "").strip() for key in _SOURCE_KEYS if key != "supersedes_series"}
        if not values["title"]:
            mistakes.add("sources.yaml", line, str(slug), "the title is missing", "the document's own title")
        try:
            check_edtf(values["published"])
        except BadDate as error:
            mistakes.add("sources.yaml", line, str(slug), f"published: {error.message}")
            continue
        found[str(slug)] = Source(
            id=str(slug), supersedes_series=bool(fields.get("supersedes_series")), batch=batch, **values
        )
    return found


def read_batch(folder: Path, mistakes: Mistakes) -> Batch:
    """The batch a folder of facts is: id, title, licence and the day its rows were recorded."""
    fields = _load(folder / "batch.yaml", mistakes)
    values = {key: str(fields.get(key) or "").strip() for key in ("id", "title", "licence", "recorded")}
    for key, value in values.items():
        if not value:
            mistakes.add("batch.yaml", 1, key, "missing", "id, title, licence (an SPDX id) and recorded (YYYY-MM-DD)")
    try:
        recorded = dt.date.fromisoformat(values["recorded"] or "1970-01-01")
    except ValueError:
        mistakes.add("batch.yaml", 1, "recorded", f"{values['recorded']!r} is no day", "YYYY-MM-DD")
        recorded = dt.date(1970, 1, 1)
    return Batch(values["id"] or "batch", values["title"], values["licence"], recorded)
