"""A checker of plans: is what a feasibility answer says can be made really made, step by step?

It knows rows of facts, as they lie in a folder, and the JSON of an answer, and nothing of the package that answered. A plan is right when every
need of every item it reaches is met by one of its steps, and no step uses what is removed. Cycles are allowed: availability is the greatest
fixpoint (design, semantics, 3.4), so steps may support one another.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

Row = Mapping[str, str]

SCALE = ("over 28 nm", "28 nm", "16 nm", "7 nm", "5 nm", "3 nm", "2 nm")
ROLES = {"Design": "designer", "Fabrication": "fabricator", "Packaging": "packager"}
LINKED = {"Requirement": "requires", "Variant": "variant", "Provision": "provider", "CountryShare": "country", **ROLES}
OWN = {"ProcessStep", "ProcessNode", "FacilityType", "Chip"}
"""Classes of items that need no maker beside their roles."""


def edge(date: str, pad: tuple[str, str]) -> str:
    """A day that a partial date stands for, as text that compares; blank and open are blank."""
    text = date.rstrip("~?%")
    parts = [] if text in ("", "..") else text.split("-")
    return "-".join((parts + list(pad)[len(parts) - 1 :])[:3]) if parts else ""


class Witness:
    """The rows of a folder on a day; `cut` are origins of rows whose relations are removed.

    An end or a correction names its row by the row's origin here, so that no hash need be known.
    """

    def __init__(self, folder: Path, day: str = "2026-11-24", cut: Iterable[str] = ()) -> None:
        self.folder, self.day = folder, day
        self.class_of = {
            row["id"]: path.stem for path in sorted(folder.glob("entities/*.csv")) for row in self._read(path)
        }
        notes = [*self._read(folder / "ends.csv"), *self._read(folder / "corrections.csv")]
        self.stopped = {n["origin"] for n in notes if n["date"] <= day}
        self.dropped = {n["origin"] for n in self._read(folder / "corrections.csv")}
        self.tables = {path.stem: self._read(path) for path in sorted(folder.glob("statements/*.csv"))}
        chosen = set(cut)
        self.cut = {
            self._relation(f, r) for f in (*LINKED, "Supply") for r in self.tables.get(f, ()) if r["origin"] in chosen
        }

    @staticmethod
    def _read(path: Path) -> list[dict[str, str]]:
        if not path.exists():
            return []
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @staticmethod
    def _relation(file: str, row: Row) -> tuple[str, ...]:
        ends = ("customer", "supplier", "supplied_item") if file == "Supply" else ("item", LINKED[file])
        return (file, *(row.get(end, "") for end in ends))

    # ---- what holds on the day ------------------------------------------------------------------------------------------

    def _over(self, row: Row) -> bool:
        end = edge(row.get("valid_until", ""), ("12", "31"))
        return bool(end and end <= self.day) or row["origin"] in self.stopped

    def _begun(self, row: Row) -> bool:
        return edge(row.get("valid_from", ""), ("01", "01")) <= self.day and row["origin"] not in self.dropped

    @cached_property
    def rows(self) -> Callable[[str, str], list[Row]]:
        """Rows that hold, of a file and an item (customer of a supply)."""
        found: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for file in (*LINKED, "Supply"):
            for row in self.tables.get(file, ()):
                if self._begun(row) and not self._over(row):
                    found[file, row["customer" if file == "Supply" else "item"]].append(row)
        return lambda file, item: found.get((file, item), [])

    @cached_property
    def said(self) -> Mapping[tuple[str, str], set[str]]:
        """Plain facts that hold: objects by subject and property."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in (r for table in self.tables.values() for r in table if "property" in r):
            if self._begun(row) and not self._over(row):
                found[row["subject"], row["property"]].add(row["object"])
        return found

    @cached_property
    def requirements(self) -> Mapping[str, list[list[Row]]]:
        """The groups of each item: rows that count, ended ones too."""
        found: dict[str, dict[tuple[str, str], list[Row]]] = defaultdict(lambda: defaultdict(list))
        for row in self.tables.get("Requirement", ()):
            name = row.get("alternative_group", "")
            if row.get("necessity") != "optional" and self._begun(row):
                found[row["item"]][name, "" if name else row["requires"]].append(row)
        return {item: list(groups.values()) for item, groups in found.items() if self.class_of[item] != "Stock"}

    # ---- a plan ---------------------------------------------------------------------------------------------------------

    def faults(self, answer: Mapping[str, Any]) -> list[str]:
        """What is wrong with the plan of an answer; empty where it can be replayed."""
        strict, assume = answer["planReading"] == "strict", answer["unknownProviders"] == "assumed"
        gone = {r["id"] for r in answer["removed"]}
        gone |= {
            r["member"]
            for r in self.tables.get("Membership", ())
            if r["alliance"] in gone and self._begun(r) and not self._over(r)
        }
        steps: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
        for step in answer["plan"]:
            for node_class in step["nodeClasses"]:
                steps[step["item"]["id"], node_class].append(step)
        faults: list[str] = []
        queue = [self._point(answer["item"]["id"], "")]
        for item, above in queue:
            own = steps[item, above]
            chosen = {
                k: {s["choice"]["id"] for s in own if s["kind"] == k} for k in ("requirement", "variant", "maker")
            }
            faults += [f"{item} is removed"] if item in gone else []
            faults += [
                f"{item}: a step without evidence" for s in own if s["kind"] != "assumed" and not s["statements"]
            ]
            for kind, options in self._parts(item, strict):
                faults += [] if options & chosen[kind] else [f"{item} at {above!r}: no {kind} of {sorted(options)}"]
            for makers in self._makers(item):
                if makers is None:
                    met = assume and any(s["kind"] == "assumed" for s in own)
                else:
                    able = {
                        m
                        for m, rows in makers.items()
                        if self._makes(m, item, above, rows, gone, answer["locate"], strict)
                    }
                    met = bool(able & chosen["maker"])
                faults += [] if met else [f"{item} at {above!r}: nobody makes it"]
            below = [self._point(i, above) for i in sorted(chosen["requirement"] | chosen["variant"])]
            queue += [p for p in below if p not in queue]
        return faults

    def _point(self, item: str, above: str) -> tuple[str, str]:
        return item, next(iter(self.said.get((item, "nodeClass"), ())), "") if self.class_of[
            item
        ] == "ProcessNode" else above

    def _kept(self, file: str, rows: Iterable[Row]) -> set[str]:
        return {r[LINKED[file]] for r in rows if self._relation(file, r) not in self.cut}

    def _parts(self, item: str, strict: bool) -> Iterator[tuple[str, set[str]]]:
        """What must be chosen: kind of step, and what will do."""
        for rows in self.requirements.get(item, ()):
            named = bool(rows[0].get("alternative_group"))
            typical = all(r.get("necessity") == "typical" or (r.get("applies_to") and not named) for r in rows)
            if strict or not typical:
                yield "requirement", self._kept("Requirement", (r for r in rows if not self._over(r)))
        if self.class_of[item] == "Stock":
            return
        rows = self.rows("Variant", item)
        needed = {r["variant"] for r in rows if r["substitutable"] == "no" or (strict and r["substitutable"] != "yes")}
        for kind in sorted(needed):
            yield "variant", self._kept("Variant", (r for r in rows if r["variant"] == kind))
        if free := [r for r in rows if r["variant"] not in needed]:
            yield "variant", self._kept("Variant", free)

    def _named(self, item: str) -> dict[str, list[Row]]:
        """Firms that provide an item, or countries where there is none, with their rows."""
        found: dict[str, list[Row]] = defaultdict(list)
        rows = [r for r in self.rows("Provision", item) if r.get("production_status") != "not in production"]
        rows = [r for r in rows if self.class_of[r["provider"]] != "OrganisationGroup"]
        for row in rows or self.rows("CountryShare", item):
            found[row.get("provider") or row["country"]].append(row)
        return found

    def _roles(self, item: str) -> list[dict[str, list[Row]]]:
        found: dict[tuple[str, str], dict[str, list[Row]]] = {}
        for file, end in ROLES.items() if self.class_of[item] in ("Chip", "System") else ():
            for row in self.rows(file, item):
                firms = found.setdefault((file, row.get("die", "")), defaultdict(list))
                if self.class_of[row[end]] != "OrganisationGroup":
                    firms[row[end]].append(row)
        return list(found.values())

    def _makers(self, item: str) -> Iterator[dict[str, list[Row]] | None]:
        """Each making: who does it, with rows; None where nobody is known and one without a name may stand in."""
        kind = self.class_of[item]
        if kind == "Stock":
            return
        roles = self._roles(item)
        for firms in roles:
            yield firms or None
        kinds = [r["variant"] for r in self.rows("Variant", item)]
        made = any(self.class_of[k] != "Stock" and (self._named(k) or any(self._roles(k))) for k in kinds)
        if kind in OWN or "true" in self.said.get((item, "isGrouping"), ()) or made:
            return
        rows = self.rows("Provision", item)
        idle = bool(rows) and all(r.get("production_status") == "not in production" for r in rows)
        if named := self._named(item):
            yield named
        elif idle:
            yield {}
        elif not roles and not kinds:
            yield None

    def _makes(
        self, maker: str, item: str, above: str, rows: list[Row], gone: set[str], locate: str, strict: bool
    ) -> bool:
        """Whether a maker is there, serves the node, and (strict) still gets what it needs."""
        said = [SCALE.index(r["node_class"]) for r in rows if r.get("node_class")]
        short = bool(said and above) and max(said) < SCALE.index(above or SCALE[0])
        kept = [r for r in rows if self._relation(self._file(r), r) not in self.cut]
        if short or not kept or self._lost(maker, item, gone, locate):
            return False
        return not (strict and any(self._starved(maker, part, gone, locate) for part in self._through(item)))

    @staticmethod
    def _file(row: Row) -> str:
        return next(f for f, end in LINKED.items() if row.get(end) and f not in ("Requirement", "Variant"))

    def _lost(self, maker: str, item: str, gone: set[str], locate: str) -> bool:
        places: set[str] = set()
        if locate == "site":
            own = [r for r in self.rows("Provision", item) if r["provider"] == maker]
            places = {r.get("site_country", "") for r in own if r.get("production_status") != "not in production"} - {
                ""
            }
            for site in (i for i, c in self.class_of.items() if c == "Facility"):
                if maker in self.said.get((site, "operator"), ()) and item in self.said.get((site, "produces"), ()):
                    places |= self.said.get((site, "locatedIn"), set())
        places = places or self.said.get((maker, "headquarteredIn"), set())
        return maker in gone or (bool(places) and places <= gone)

    def _starved(self, maker: str, part: str, gone: set[str], locate: str) -> bool:
        rows = [r for r in self.rows("Supply", maker) if r["supplied_item"] == part]
        rows = [r for r in rows if self.class_of[r["supplier"]] != "OrganisationGroup"]
        return bool(rows) and all(
            self._relation("Supply", r) in self.cut or self._lost(r["supplier"], part, gone, locate) for r in rows
        )

    def _through(self, item: str) -> set[str]:
        """What an item requires directly, or by way of steps and nodes."""
        found: set[str] = set()
        queue = [item]
        while queue:
            rows = [r for rows in self.requirements.get(queue.pop(), ()) for r in rows if not self._over(r)]
            new = {r["requires"] for r in rows} - found
            found |= new
            queue += [p for p in sorted(new) if self.class_of[p] in ("ProcessStep", "ProcessNode")]
        return found
