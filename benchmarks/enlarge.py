"""Data sets made larger: the files of one written again and again, in a stream, each copy told apart by its ids and names.

`python -m benchmarks.enlarge DATA_SET PATH FOLDER TIMES`

The first copy is the data set as it is. In the others whatever identifies is made unique, in the same way in all files, so that rows
stay valid and refer to one another within their copy. The same files give the same bytes. Closed lists stay as they are: countries,
dates, lists of parties, the columns that a control list names, what a row is passed over or refused for. A name is told apart by
letters after its longest word: a figure, or a word more, would make a person's name look like an organisation's
(`kg.importers.parties`). Owns nothing that is measured.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from kg.terms import BASE

__all__ = ["enlarge"]

Row = dict[str, str]

_MOST = 9_999
_NAMES_OF_LISTS = ("Name", "Clean Name", "Alias", "Previous Name")
_LETTERS = re.compile(r"[^\W\d_]+")
_NO_NAME = re.compile(r"Address \d+")
"""What stands in the place of a name in rows of the Consolidated Screening List that are passed over."""


def enlarge(name: str, source: Path, folder: Path, times: int) -> Path:
    """Write a data set so many times over into an empty folder; what is to be given to the importer is answered.

    Parameters
    ----------
    name : the importer's name.
    source : the data set's folder, or its file.
    """
    if not 1 <= times <= _MOST:
        raise ValueError(f"times: expected 1 to {_MOST}, not {times}")
    found = _WAYS[name](source, folder, times)
    return found or folder


# ---- telling copies apart -----------------------------------------------------------------------------------------------


def _mark(copy: int) -> str:
    """Letters for the number of a copy: `xbc` for 12."""
    return "x" + "".join("abcdefghij"[int(digit)] for digit in f"{copy:04}").lstrip("a")


def _numbered(id_: str, copy: int) -> str:
    """`N12` → `N120003`."""
    return f"{id_}{copy:04}" if id_ else ""


def _renamed(name: str, copy: int) -> str:
    """`Lotus Gate Ltd.` → `Lotus-xd Gate Ltd.`; the case of a name in capitals is kept."""
    if _NO_NAME.fullmatch(name):
        return name
    longest = max(_LETTERS.finditer(name), key=lambda m: len(m[0]), default=None)
    if longest is None:
        return f"{name}-{_mark(copy)}" if name else ""
    mark = _mark(copy).upper() if name == name.upper() and len(name) > 1 else _mark(copy)
    return f"{name[: longest.end()]}-{mark}{name[longest.end() :]}"


def _each(text: str, sign: str, copy: int) -> str:
    """Each of several names in a cell."""
    return sign.join(_renamed(part.strip(), copy) for part in text.split(sign))


def _changed(row: Mapping[str, str], changes: Mapping[str, Callable[[str, int], str]], copy: int) -> Row:
    return {column: changes[column](cell, copy) if column in changes else cell for column, cell in row.items()}


# ---- tables -------------------------------------------------------------------------------------------------------------


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _table(source: Path, folder: Path, times: int, change: Callable[[Row, int], Row]) -> None:
    """Write a table's rows again and again, each copy with the change of its number."""
    rows = _rows(source)
    with (folder / source.name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        for copy in range(times):
            writer.writerows(rows if copy == 0 else (change(row, copy) for row in rows))


def _eto(source: Path, folder: Path, times: int) -> None:
    rows = _rows(source / "providers.csv")
    closed = {r["provider_id"] for r in rows if r["provider_type"] == "country" or r["provider_name"][:7] == "Various"}
    ids = ("input_id", "stage_id", "goes_into_id", "is_type_of_id", "provided_id", "provider_id")
    names = ("input_name", "stage_name", "goes_into_name", "is_type_of_name", "provided_name")
    changes = {**dict.fromkeys(ids, _numbered), **dict.fromkeys(names, _renamed)}
    provider = {**changes, "provider_name": _renamed, "alias": _renamed}

    def change(row: Row, copy: int) -> Row:
        return _changed(row, changes if row.get("provider_id", "") in closed else provider, copy)

    for name in ("inputs.csv", "stages.csv", "providers.csv", "sequence.csv", "provision.csv"):
        _table(source / name, folder, times, change)


def _epoch(source: Path, folder: Path, times: int) -> None:
    firms: Callable[[str, int], str] = lambda text, copy: _each(text, ",", copy)  # noqa: E731
    changes = {"Hardware name": _renamed, "Manufacturer": firms, "Foundry": firms}
    _table(source / "ml_hardware.csv", folder, times, lambda row, copy: _changed(row, changes, copy))


def _athena(source: Path, folder: Path, times: int) -> None:
    node: Callable[[str, int], str] = lambda id_, copy: f"{id_}-{_mark(copy)}"  # noqa: E731
    changes = {"name": _renamed, "source_id": _numbered, "id": node, "source": node, "target": node}
    for name in ("nodes.csv", "edges.csv"):
        _table(source / name, folder, times, lambda row, copy: _changed(row, changes, copy))
    text = (source / "sources.md").read_text(encoding="utf-8-sig")
    with (folder / "sources.md").open("w", encoding="utf-8") as file:
        for copy in range(times):
            file.write(text if copy == 0 else re.sub(r"\*\*(s\d+)\*\*", rf"**\g<1>{copy:04}**", text))


def _lists(source: Path, folder: Path, times: int) -> None:
    names: Callable[[str, int], str] = lambda text, copy: _each(text, ";", copy)  # noqa: E731
    address: Callable[[str, int], str] = lambda url, copy: f"{url}#{_mark(copy)}" if url else ""  # noqa: E731
    changes = {**dict.fromkeys(_NAMES_OF_LISTS, names), "Source URL": address, "Source Url": address}
    for name in ("cn_sanctions.csv", "us_dod_1260H.csv"):
        _table(source / name, folder, times, lambda row, copy: _changed(row, changes, copy))


# ---- JSON ---------------------------------------------------------------------------------------------------------------


def _csl(source: Path, folder: Path, times: int) -> None:
    document = json.loads((source / "consolidated.json").read_bytes())
    rows = document["results"]

    def change(row: Mapping[str, Any], copy: int) -> dict[str, Any]:
        others = [_renamed(each, copy) for each in row.get("alt_names") or ()]
        return {**row, "name": _renamed(row["name"] or "", copy), "alt_names": others}

    head = {**document, "total": len(rows) * times}
    texts = (
        json.dumps(row if copy == 0 else change(row, copy), ensure_ascii=False) for copy in range(times) for row in rows
    )
    _listed(folder / "consolidated.json", head, "results", texts)


def _listed(path: Path, document: Mapping[str, Any], key: str, texts: Iterable[str]) -> None:
    """Write an object whose last key holds a long list, the list in a stream."""
    head = {name: value for name, value in document.items() if name != key}
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps(head, ensure_ascii=False, indent=0)[:-1].rstrip() + f",\n{json.dumps(key)}: [\n")
        for n, text in enumerate(texts):
            file.write(text if n == 0 else f",\n{text}")
        file.write("\n]\n}\n")


def _ear(source: Path, folder: Path, times: int) -> None:
    """The control list is copied entry by entry; groups, columns of the chart and exceptions are; countries cannot be."""
    copies = range(1, times)
    read = {path.name: json.loads(path.read_bytes()) for path in source.glob("*.json")}
    control = read.pop("ccl.json")
    entries = [(each["eccn"], json.dumps(each, ensure_ascii=False)) for each in control["entries"]]
    _listed(
        folder / "ccl.json",
        {**control, "entryCount": len(entries) * times},
        "entries",
        (text.replace(e, f"{e}{_mark(n)}") if n else text for n in range(times) for e, text in entries),
    )

    def more(codes: list[str]) -> list[str]:
        return [*codes, *(f"{code}-{_mark(n)}" for n in copies for code in codes)]

    def of_each(found: Mapping[str, Any]) -> dict[str, Any]:
        return {**found, **{f"{code}-{_mark(n)}": value for n in copies for code, value in found.items()}}

    groups, chart, sections = (
        read[n] for n in ("country-groups.json", "country-chart.json", "license-exception-catalog.json")
    )
    groups["groups"], groups["labels"] = of_each(groups["groups"]), of_each(groups["labels"])
    for places in groups["byCountry"].values():
        places.update({place: more(codes) for place, codes in places.items()})
    chart["columns"], chart["columnLabels"] = more(chart["columns"]), of_each(chart["columnLabels"])
    for row in chart["countries"].values():
        row["marks"] = more(row.get("marks", []))
    first = sections["exceptions"]
    sections["exceptions"] = [
        each if n == 0 else {**each, "symbols": [f"{symbol}-{_mark(n)}" for symbol in each["symbols"]]}
        for n in range(times)
        for each in first
    ]
    sections["count"] = len(sections["exceptions"])
    for name, document in read.items():
        (folder / name).write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")


# ---- RDF ----------------------------------------------------------------------------------------------------------------


def _rdf(source: Path, folder: Path, times: int) -> Path:
    """Names of the project and labels of blank nodes get the mark of their copy."""
    text, target = source.read_bytes(), folder / source.name
    base = f"<{BASE}".encode()
    with target.open("wb") as file:
        for copy in range(times):
            mark = _mark(copy).encode()
            own = text.replace(base, base + mark + b"/").replace(b"_:r", b"_:" + mark + b"r")
            file.write(own if copy else text)
    return target


_WAYS: dict[str, Callable[[Path, Path, int], Path | None]] = {
    "athena": _athena,
    "csl": _csl,
    "ear": _ear,
    "epoch": _epoch,
    "eto": _eto,
    "lists": _lists,
    "rdf": _rdf,
}


if __name__ == "__main__":
    print(enlarge(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])))
