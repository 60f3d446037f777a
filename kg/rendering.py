"""Answers in a terminal: JSON, CSV of their rows, and tables for people.

Owns the choice of an answer's main rows and how they become columns. Must not know operations.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from kg.answers.json import to_json
from kg.operations import Answered

__all__ = ["as_csv", "as_json", "as_table", "notices"]

_MAIN = (
    "rows",
    "steps",
    "paragraphs",
    "statusChanges",
    "verdicts",
    "gaps",
    "covered",
    "sets",
    "actors",
    "shares",
    "routes",
    "suppliers",
    "disagreements",
    "changes",
    "parties",
    "matches",
    "figures",
    "entities",
    "paths",
    "nodes",
    "events",
    "claims",
    "facts",
    "trials",
)
"""Fields that hold an answer's main rows, first found first."""


_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "claims": ("id", "kind", "text", "claimedByText", "date", "hedge", "contradictedBy"),
    "disagreements": ("entity", "label", "values", "claims", "spread"),
    "changes": ("date", "kind", "text", "scheduled"),
    "failed": ("reading", "item", "cause", "text", "root"),
    "plan": ("item", "kind", "need", "choice", "statements"),
    "shares": ("item", "before", "after", "makers", "lost"),
    "routes": ("tier", "target", "contact", "share", "path"),
    "suppliers": ("depth", "supplier", "countries", "links"),
    "nodes": ("depth", "node", "via", "countries"),
    "actors": ("kind", "actor", "readings", "stops", "lostItems", "soleMakerOf", "shareLost", "causes"),
    "paragraphs": ("label", "kind", "verdict", "missing", "disputed", "rule", "codified", "enforced"),
    "steps": ("number", "stage", "finding", "text", "reviewPolicy", "missing", "citation", "statements"),
    "comparisons": ("paragraph", "part", "comparison", "holds"),
    "inputs": ("name", "value", "unit", "computed", "basis", "others", "statements"),
    "statusChanges": (
        "chip",
        "kind",
        "before",
        "after",
        "tpp",
        "performanceDensity",
        "transferRate",
        "launch",
        "missing",
    ),
    "nearMisses": ("chip", "launch", "paragraph", "figure", "value", "threshold", "distance", "outcome"),
    "events": ("date", "kind", "scope", "counted", "statements"),
    "contested": ("kind", "property", "said", "ladder", "by", "date"),
    "hinges": ("item", "kind", "need", "choice", "statements"),
    "gaps": ("item", "role", "binding", "depth", "share", "elsewhere"),
    "covered": ("item", "role", "depth", "share", "shareAtMost", "makers", "statements"),
    "undocumented": ("item", "role", "depth", "cause", "unplaced"),
    "alone": ("reading", "verdict", "baseline", "after", "lostItems"),
    "measures": ("measure", "percent", "atLeast", "atMost", "inputs", "unknown"),
    "targets": ("kind", "about", "saidBy", "text", "sameMeasure"),
}
"""Columns of the table of some rows; the other fields stand in JSON and CSV."""


_SUPPLY = ("undocumented", "measures", "targets")
_BESIDE: Mapping[str, tuple[str, ...]] = {
    "verdicts": ("failed", "hinges", "shares", "markets", "plan"),
    "actors": ("trials",),
    "gaps": ("covered", "alone", *_SUPPLY),
    "covered": ("alone", *_SUPPLY),
    "paragraphs": ("comparisons", "inputs"),
    "statusChanges": ("nearMisses",),
    "events": ("contested",),
}
"""Further lists of an answer that are printed as tables of their own, by its main rows."""

_FEW = 8
_MOST = 40
"""Rows of such a table that are printed."""


def as_json(answered: Answered) -> str:
    """The answer and its meta, as HTTP gives them."""
    return json.dumps(
        {"answer": to_json(answered.answer), "meta": to_json(answered.meta)}, ensure_ascii=False, indent=1
    )


def _cell(value: Any) -> str:
    """A value in one cell: references by id, paths by their nodes, statements by how many and how sure."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        if "hops" in value and "nodes" in value:
            return " → ".join(n["id"] for n in value["nodes"])
        if "hop" in value and "entity" in value:
            return f"{value['entity']['id']} {value['depth']}"
        if "hhi" in value and "basis" in value:
            return f"{value['kind']}, {value['basis'] or value['stage'] or 'no basis'}, {value['period'] or 'undated'}: HHI {value['hhi']:g}"
        if "tier" in value and "organisations" in value:
            return f"tier {value['tier']}: {value['routes']}"
        if "actor" in value and "share" in value:
            return f"{value['actor']['id']} {'?' if value['share'] is None else format(value['share'], 'g')}"
        if "passage" in value:
            return str(value["status"])
        if "operator" in value and "holds" in value:
            return f"{value['text']}: {value['holds']}"
        if "outcome" in value and "claimedBy" in value:
            by = f" ({value['claimedBy']})" if value["claimedBy"] else ""
            return f"{value['text']}{by}" + (f" → {value['outcome']}" if value["outcome"] else "")
        if "outcome" in value and "group" in value:
            return f"{value['chip']['id']}: {value['outcome']}"
        if "since" in value and "citation" in value and "rule" in value:
            return f"{value['rule']['id']} since {value['since']} ({value['citation']}); codified {value['codified']}, enforced {value['enforced']}"
        if "ladder" in value and "said" in value:
            return f"{value['by']} ({value['date'] or 'undated'}): {value['property']} {value['said']}; ladder: {value['ladder']}"
        if "restrictions" in value:
            return f"{value['jurisdiction']['id']}: {_cell(value['restrictions'])}"
        if "partyList" in value and "hedges" in value:
            by = (value["partyList"] or value["policy"])["id"]
            told = (value["citation"], f"enforced: {value['enforced']}" if value["enforced"] else "")
            return f"{by} ({'; '.join(t for t in told if t)})"
        if "codified" in value:
            return f"codified {value['codified']}, enforced {value['enforced']}, last event '{value['label']}'"
        if "property" in value:
            return f"{_cell(value['value'])}"
        if "unit" in value and "number" in value:
            return f"{value['text']} {value['unit']}".strip()
        if "count" in value and "label" in value:
            return f"{value['label']} {value['count']}"
        if "claimedByText" in value and "valueText" in value:
            return f"{value['valueText'] or value['label']} ({value['claimedByText'] or 'not said by whom'})"
        if "values" in value and "entity" in value:
            return f"{_cell(value['entity'])}: {_cell(value['values']) or '?'}"
        for key in ("id", "text", "label", "key"):
            if key in value:
                return str(value[key])
        return "; ".join(_cell(v) for v in value.values() if v not in (None, "", []))
    if isinstance(value, list):
        if value and isinstance(value[0], Mapping) and "hops" not in value[0] and "from" in value[0]:
            return " → ".join(h["relation"] + ("" if h["verified"] else "?") for h in value)
        if value and isinstance(value[0], Mapping) and "passage" in value[0]:
            good = sum(v["status"] == "verified" for v in value)
            return f"{len(value)} ({good} verified)"
        if value and isinstance(value[0], Mapping) and "cause" in value[0]:
            return _causes(value)
        return ", ".join(_cell(v) for v in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _causes(failed: Sequence[Mapping[str, Any]]) -> str:
    """Failed items by id, each once; with the reading where it fails in one only and others in both."""
    readings: dict[str, list[str]] = {}
    for each in failed:
        readings.setdefault(each["item"]["id"], []).append(each["reading"])
    one = len({r for found in readings.values() for r in found}) == 1
    return ", ".join(
        i + (f" ({found[0]})" if len(set(found)) == 1 and not one else "") for i, found in readings.items()
    )


def _rows(answer: Mapping[str, Any]) -> tuple[str, list[dict[str, str]]]:
    """Name and rows of the answer's main list; the answer itself as one row where it has none."""
    for name in _MAIN:
        found = answer.get(name)
        if isinstance(found, list) and found:
            if name == "figures":
                found = [_figure(f) for f in found]
            if name == "facts":
                found = [*found, *(_relation(r) for r in answer.get("relations", []))]
            return name, [{k: _cell(v) for k, v in row.items()} for row in found]
    return "", [{k: _cell(v) for k, v in answer.items()}]


def _figure(figure: Mapping[str, Any]) -> dict[str, Any]:
    """A figure in a row: each entity's values, and after a tilde those that claims give instead."""
    row: dict[str, Any] = {
        "figure": figure["label"] + (" (computed)" if figure["computed"] else ""),
        "unit": figure["unit"],
    }
    for each in figure["entities"]:
        claimed = [c["valueText"] or c["value"] for c in each["claims"]]
        row[each["entity"]["id"]] = ", ".join(f["value"]["text"] for f in each["values"]) + (
            f" ~ {'; '.join(map(str, claimed))}" if claimed else ""
        )
    return row | {"ratio": figure["ratio"]}


def _relation(relation: Mapping[str, Any]) -> dict[str, Any]:
    """A relation in the columns of a fact."""
    details = "; ".join(f"{d['label']} {_cell(d)}" for d in relation["details"])
    return {
        "property": f"{relation['relation']} ({relation['end']})",
        "label": relation["label"],
        "value": _cell(relation["others"]) + (f" ({details})" if details else ""),
        "statements": relation["statements"],
    }


def as_csv(answered: Answered) -> str:
    """The main rows as CSV (RFC 4180, with line feeds); meta stays out."""
    _, rows = _rows(to_json(answered.answer))
    columns = list(dict.fromkeys(k for row in rows for k in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def notices(answered: Answered) -> list[str]:
    """What must be said beside an answer printed as CSV."""
    return list(answered.meta.notices)


def as_table(answered: Answered, console: Console) -> None:
    """The answer for people: its single fields, its rows, then what it rests on."""
    answer = dict(to_json(answered.answer))
    if "paragraphs" in answer:
        answer["comparisons"] = [
            {"paragraph": p["label"], "part": c["part"], "comparison": c["text"], "holds": c["holds"]}
            for p in answer["paragraphs"]
            for c in p["comparisons"]
        ]
    name, rows = _rows(answer)
    if name == "paths":
        _print_paths("Path", answer["paths"], console)
        rows = []
    _print_paths("Stretch", answer.pop("stretches", []), console)
    beside = _BESIDE.get(name, ())
    for key, value in answer.items():
        if name and key not in (name, *beside, "relations", "inverse") and value not in (None, "", []):
            console.print(f"[bold]{key}[/bold]: ", end="")
            console.print(_short(value), markup=False)
    if rows and name:
        _print_rows(name, rows, console)
        for other in beside:
            more = [{k: _cell(v) for k, v in row.items()} for row in answer.get(other, [])]
            if more:
                _print_rows(other, more[:_MOST], console)
            if len(more) > _MOST:
                console.print(f"{len(more) - _MOST} more {other} stand in --format json", style="dim")
    elif rows:
        for column in (c for c in rows[0] if rows[0][c] and c in answer):
            console.print(f"[bold]{column}[/bold]: ", end="")
            console.print(rows[0][column], markup=False)
    meta = to_json(answered.meta)
    used = meta["statements"]
    console.print(
        f"as of {meta['asOf']}, known on {meta['knownOn']}, release {meta['release']}; {used['total']} statements "
        f"({used['unverified']} unverified) from {used['sources']} sources",
        style="dim",
        markup=False,
    )
    for notice in meta["notices"]:
        console.print(f"note: {notice}", style="yellow", markup=False)


def _short(value: Any) -> str:
    """A value beside a table: of a long list how many there are, and the first."""
    if isinstance(value, list) and len(value) > _FEW and not (isinstance(value[0], Mapping) and "passage" in value[0]):
        first = ", ".join(_cell(v["item"] if isinstance(v, Mapping) and "item" in v else v) for v in value[:_FEW])
        return f"{len(value)}: {first} … (all in --format json)"
    return _cell(value)


def _print_rows(name: str, rows: list[dict[str, str]], console: Console) -> None:
    """Rows of an answer as a table; columns that are empty or only for programs stay out."""
    hidden = {"iri", "statements", "countries"} if len(rows[0]) > 3 else set()
    chosen = tuple(c for c in _COLUMNS.get(name, ()) if c in rows[0])
    columns = [
        c
        for c in chosen or dict.fromkeys(k for row in rows for k in row)
        if (chosen or c not in hidden) and any(r.get(c) for r in rows)
    ]
    table = Table(title=name, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(_escape(row.get(c, "")) for c in columns))
    console.print(table)


def _print_paths(word: str, paths: Sequence[Mapping[str, Any]], console: Console) -> None:
    """Each path hop by hop, with what the best of its statements rests on."""
    for number, path in enumerate(paths, 1):
        console.print(f"[bold]{word} {number}[/bold] ({path['length']} hop{'s' if path['length'] != 1 else ''})")
        for hop in path["hops"]:
            first = hop["statements"][0]
            source = first["source"]
            evidence = (
                f"{source['title']}, {source['published'] or 'undated'}"
                if source
                else f"to check in: {first['toCheckIn']}"
            )
            share = f", {hop['share']:g} % ({hop['sharePeriod'] or 'no period'})" if hop["share"] is not None else ""
            console.print(f"  {hop['reading']}{share}", markup=False)
            console.print(f"    {first['status']}: {evidence}", style="dim", markup=False)
            if hop.get("delivery"):
                _print_delivery(hop["delivery"], hop["rules"], console)


def _print_delivery(delivery: Mapping[str, Any], rules: Sequence[Mapping[str, Any]], console: Console) -> None:
    """What the rules say of a hop: the status words, then rule by rule what was found."""
    words = f"{delivery['status']} (as codified: {delivery['statusAsCodified']})"
    if delivery["missing"]:
        words += f"; missing: {', '.join(delivery['missing'])}"
    console.print(f"    {words}", markup=False)
    for rule in rules:
        console.print(f"      {rule['finding']}: {rule['label']}", style="dim", markup=False)


def _escape(text: str) -> str:
    return text.replace("[", "\\[")
