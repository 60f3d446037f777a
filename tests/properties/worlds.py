"""Small made-up worlds, and an oracle that says what of them may be seen.

The oracle is written from the meaning of statements, time and sources alone (what a statement is, when it holds, when it
could be known, series, licences); it shares no code with the package. What a date says about days is a table written by
hand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st

from kg.facts.model import Facts
from kg.facts.reader import read_facts
from kg.schema import Schema
from tests.helpers import FactsFolder, iri_of

D = dt.date
EXTENTS: Mapping[str, tuple[dt.date | None, dt.date | None]] = {
    "": (None, None),
    "..": (None, None),
    "2023": (D(2023, 1, 1), D(2023, 12, 31)),
    "2024": (D(2024, 1, 1), D(2024, 12, 31)),
    "2024-02": (D(2024, 2, 1), D(2024, 2, 29)),
    "2024-06-15": (D(2024, 6, 15), D(2024, 6, 15)),
    "2024-34": (D(2024, 4, 1), D(2024, 6, 30)),  # second quarter
    "2024/2025": (D(2024, 1, 1), D(2025, 12, 31)),
    "2024-11/..": (D(2024, 11, 1), None),
    "../2024-03": (None, D(2024, 3, 31)),
    "2025-05": (D(2025, 5, 1), D(2025, 5, 31)),
    "2025-05-13": (D(2025, 5, 13), D(2025, 5, 13)),
    "2025-12": (D(2025, 12, 1), D(2025, 12, 31)),
    "2026": (D(2026, 1, 1), D(2026, 12, 31)),
    "2026-02-03": (D(2026, 2, 3), D(2026, 2, 3)),
}
"""First and last possible day of every date the worlds use."""

DAYS = tuple(
    sorted(
        {d + dt.timedelta(days=n) for pair in EXTENTS.values() for d in pair if d for n in (-1, 0, 1)}
        | {D(1990, 1, 1), D(2026, 11, 23), D(2026, 11, 24), D(2030, 1, 1)}
    )
)
"""The days on which something may change, and those beside them."""

RECORDED = (D(2026, 11, 24), D(2025, 8, 1))
LICENCES = ("CC-BY-4.0", "CC-BY-NC-4.0")
"""Licence and day of record of the two batches."""

ALLOWED: Mapping[str | None, frozenset[str]] = {
    None: frozenset(LICENCES),
    "CC-BY-NC-4.0": frozenset(LICENCES),
    "CC-BY-4.0": frozenset(LICENCES[:1]),
    "commercial": frozenset(LICENCES[:1]),
    "CC0-1.0": frozenset(),
}

COUNTRIES, COMPANIES, ITEMS = ("CHN", "NLD"), ("acme", "bolt", "crown"), ("part-a", "part-b", "part-c")
CHIP, POLICY, TIERS, CLAIMS = "chip-x", "rule-x", ("rule-tier-1", "rule-tier-2"), ("k0", "k1", "k2")
ISSUES = {"issue-1": "2024-02", "issue-2": "2024-06-15", "issue-3": "2025-05"}
"""Issues of a series that supersede one another whole."""


@dataclass(frozen=True)
class Row:
    """A statement of a world. `parts` are the entities it names, `file` the class or topic."""

    n: int
    file: str
    cells: tuple[tuple[str, str], ...]
    batch: int
    status: str
    source: str
    valid_from: str
    valid_until: str
    first_public: str
    recorded: str

    def __getitem__(self, name: str) -> str:
        return dict(self.cells).get(name, "")

    @property
    def origin(self) -> str:
        return f"world:{self.n}"

    @property
    def marker(self) -> str:
        """Text that stands in this statement alone."""
        return f"passage-{self.n}-only"

    @property
    def traces(self) -> list[str]:
        """Everything that stands in this statement alone."""
        return [self.marker, *(v for _, v in self.cells if v.endswith("-only"))]


@dataclass(frozen=True)
class Change:
    """An end (`kind` blank) or a correction of a row."""

    row: int
    kind: str
    date: str
    source: str


@dataclass(frozen=True)
class Question:
    as_of: dt.date
    known_on: dt.date
    data_licence: str | None
    verified_only: bool

    @property
    def raw(self) -> dict[str, object]:
        """As arguments of an operation."""
        found = {"asOf": self.as_of, "knownOn": self.known_on, "verifiedOnly": self.verified_only}
        return {**found, "dataLicence": self.data_licence} if self.data_licence else found


@dataclass
class World:
    published: dict[str, str]
    rows: list[Row]
    changes: list[Change]
    iris: dict[int, str] = field(default_factory=dict)

    # ---- the oracle ---------------------------------------------------------------------------------------------------

    def _public(self, source: str) -> dt.date | None:
        return EXTENTS[self.published.get(source, "")][1] if source else None

    def known(self, row: Row) -> dt.date:
        """The earliest of: last day of the source's publication, first public day, day of record."""
        record = EXTENTS[row.recorded][0] if row.recorded else RECORDED[row.batch]
        return min(d for d in (self._public(row.source), EXTENTS[row.first_public][1], record) if d)

    def change_known(self, change: Change) -> dt.date:
        record = RECORDED[self.rows[change.row].batch]
        return min(d for d in (self._public(change.source), record) if d)

    def believed(self, row: Row, q: Question) -> bool:
        """Known, not corrected, not superseded, and free to use: whatever the day asked about."""
        if self.known(row) > q.known_on or LICENCES[row.batch] not in ALLOWED[q.data_licence]:
            return False
        if any(c.kind and c.row == row.n and self.change_known(c) <= q.known_on for c in self.changes):
            return False
        if row.source in ISSUES:
            out = [i for i in ISSUES if self._public(i) <= q.known_on]
            return row.source == max(out, key=self._public)
        return True

    def seen(self, q: Question) -> dict[int, Row]:
        """The rows that may be seen, by number."""
        found = {}
        for row in self.rows:
            start = EXTENTS[row.valid_from][0]
            stops = [row.valid_until]
            stops += [
                c.date for c in self.changes if not c.kind and c.row == row.n and self.change_known(c) <= q.known_on
            ]
            last = [EXTENTS[s][1] for s in stops]
            valid = (start is None or start <= q.as_of) and all(d is None or q.as_of < d for d in last)
            if valid and self.believed(row, q) and not (q.verified_only and row.status == "unverified"):
                found[row.n] = row
        return found

    def current(self, seen: Mapping[int, Row], q: Question) -> set[int]:
        """The observations that are the newest of their series, item and basis."""
        groups: dict[tuple[str, ...], list[Row]] = {}
        for row in seen.values():
            start = EXTENTS[row["period"]][0] if row["period"] else None
            if start and start <= q.as_of:
                series = (
                    "S" if row.source in ISSUES else row.source or f"document {row.n}" * (row.status == "unverified")
                )
                groups.setdefault((series, row["item"], row["share_basis"]), []).append(row)
        newest = {k: max(EXTENTS[r["period"]][0].year for r in rows) for k, rows in groups.items()}
        return {r.n for k, rows in groups.items() for r in rows if EXTENTS[r["period"]][0].year == newest[k]}

    def edges(
        self, seen: Mapping[int, Row], q: Question
    ) -> dict[tuple[str, str, str], tuple[frozenset[str], float | None]]:
        """(tail, head, relation) → IRIs of its statements and the share to show."""
        ends = {"Design": ("item", "designer"), "Requirement": ("item", "requires"), "Provision": ("item", "provider")}
        groups: dict[tuple[str, str, str], list[Row]] = {}
        for row in seen.values():
            if row.file in ends and row["production_status"] != "not in production":
                tail, head = (row[e] for e in ends[row.file])
                groups.setdefault((tail, head, row.file), []).append(row)
            elif row["property"] == "headquarteredIn":
                groups.setdefault((row["subject"], row["object"], "headquarteredIn"), []).append(row)
        current = self.current(seen, q)
        found = {}
        for key, rows in groups.items():
            shares = [
                (
                    -(EXTENTS[r["period"]][0] or D.min).toordinal(),
                    r.status != "verified",
                    self.iris[r.n],
                    float(r["share"]),
                )
                for r in rows
                if r["share"] and (not r["period"] or r.n in current)
            ]
            found[key] = frozenset(self.iris[r.n] for r in rows), min(shares)[3] if shares else None
        return found

    # ---- the facts ----------------------------------------------------------------------------------------------------

    def facts(self, schema: Schema, folder: Path) -> Facts:
        """The world written as two folders of facts, one a batch, read by the package's reader and put together."""
        parts = []
        for batch in (0, 1):
            small = FactsFolder(
                folder / f"batch-{batch}",
                batch=f"batch-{batch}",
                licence=LICENCES[batch],
                recorded=RECORDED[batch].isoformat(),
            )
            for source, published in self.published.items():
                series = {"series": "S", "supersedes_series": True} if source in ISSUES else {}
                small.source(source, published=published, **series)
            small.entities("Country", *COUNTRIES)
            small.entities("Company", *COMPANIES)
            small.entities("Component", *ITEMS)
            small.entities("Chip", CHIP)
            small.entities("Policy", POLICY)
            small.entities("Tier", *TIERS)
            for row in self.rows:
                if row.batch == batch:
                    small.relation(
                        row.file,
                        **dict(row.cells),
                        status=row.status,
                        source=row.source,
                        to_check_in=f"document {row.n}" if row.status == "unverified" else "",
                        valid_from=row.valid_from,
                        valid_until=row.valid_until,
                        first_public=row.first_public,
                        recorded=row.recorded,
                        passage=row.marker,
                        origin=row.origin,
                    )
            plain = read_facts(small.write(), schema)
            for row in self.rows:
                if row.batch == batch:
                    self.iris[row.n] = iri_of(plain, row.origin)
            for change in self.changes:
                if self.rows[change.row].batch == batch:
                    iri = self.iris[change.row]
                    if change.kind:
                        small.correction(iri, change.kind, change.source, date=change.date)
                    else:
                        small.end(iri, change.date, change.source)
            parts.append(read_facts(small.write(), schema))
        a, b = parts
        return Facts(
            {**a.batches, **b.batches},
            a.sources,
            {**b.entities, **a.entities},  # an entity of both came through the freer batch
            dict(sorted({**a.statements, **b.statements}.items())),
            sorted([*a.ends, *b.ends], key=lambda e: (e.statement, e.date, e.source)),
            sorted([*a.corrections, *b.corrections], key=lambda c: (c.statement, c.date, c.source)),
        )


_KINDS = (
    *("hq", "hq", "ticker", "design", "provision", "provision", "provision", "requirement", "requirement"),
    *("event", "event", "member", "tierOf", "type", "claim", "claim", "contradicts", "note"),
)
"""Kinds of rows a world is made of, the more frequent ones more often."""


def _cells(draw: st.DrawFn, n: int) -> tuple[str, dict[str, str]]:
    """File and own cells of a drawn row."""
    pick = lambda values: draw(st.sampled_from(values))  # noqa: E731 (a shorthand)
    kind = pick(_KINDS)
    match kind:
        case "hq":
            return "firms", {"subject": pick(COMPANIES), "property": "headquarteredIn", "object": pick(COUNTRIES)}
        case "ticker":
            return "firms", {"subject": pick(COMPANIES), "property": "ticker", "object": f"TICKER-{n}-only"}
        case "design":
            return "Design", {"item": CHIP, "designer": pick(COMPANIES)}
        case "provision":
            cells = {"item": pick(ITEMS), "provider": pick(COMPANIES), "share": pick(("", "3", "5", "7.5"))}
            cells |= {
                "share_basis": pick(("", "revenue")),
                "period": pick(("", "2023", "2024", "2024-34", "2025-12", "2026")),
            }
            return "Provision", {**cells, "production_status": pick(("", "", "in production", "not in production"))}
        case "requirement":
            a, b = draw(st.permutations((CHIP, *ITEMS)))[:2]
            return "Requirement", {"item": a, "requires": b}
        case "event":
            date = pick(("2024-06-15", "2025-05", "2025-05-13", "2026-02-03"))
            kind = pick(("announced", "published", "effective", "rescinded"))
            return "PolicyEvent", {"policy": POLICY, "event_kind": kind, "event_date": date}
        case "member":
            return "TierMembership", {"country": pick(COUNTRIES), "tier": pick(TIERS)}
        case "tierOf":
            return "tiers", {"subject": pick(TIERS), "property": "tierOf", "object": POLICY}
        case "type":
            return "policies", {"subject": POLICY, "property": "instrumentType", "object": "final rule"}
        case "claim":
            slug = pick(CLAIMS)
            cells = {
                "id": slug,
                "label": f"LABEL-{slug}-of-a-claim",
                "about": pick((CHIP, *COMPANIES)),
                "claim_kind": "claimed",
            }
            return "Claim", {**cells, "claimed_by_text": "somebody", "text": f"TEXT-{n}-only"}
        case "contradicts":
            a, b = draw(st.permutations(CLAIMS))[:2]
            return "links", {"subject": a, "property": "contradicts", "object": b}
        case _:
            return "links", {"subject": pick(CLAIMS), "property": "contradictionNote", "object": f"NOTE-{n}-only"}


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A world of a few statements, with ends and corrections."""
    dates = st.sampled_from(list(EXTENTS))
    published = {f"s{n}": draw(dates) for n in range(4)} | ISSUES
    rows: list[Row] = []
    taken = set()
    for _ in range(draw(st.integers(3, 14))):
        n = len(rows)
        file, cells = _cells(draw, n)
        status = draw(st.sampled_from(("verified", "verified", "verified", "unverified", "derived")))
        source = "" if status == "unverified" else draw(st.sampled_from(list(published)))
        start, end = draw(dates), draw(dates)
        if EXTENTS[start][0] and EXTENTS[end][1] and EXTENTS[end][1] < EXTENTS[start][0]:
            end = ""
        days = ("", "", "2024-06-15", "2025-05-13", "2026-02-03")
        plain = source not in ISSUES  # what is known earlier than its issue is tested on its own
        first_public = draw(st.sampled_from(days)) if plain else ""
        recorded = draw(st.sampled_from(days)) if plain else ""
        batch = draw(st.sampled_from((0, 0, 1)))
        own = {k: v for k, v in cells.items() if k in ("subject", "property", "object", "id", "period", "share_basis")}
        ends = {
            k: v
            for k, v in cells.items()
            if k
            in ("item", "requires", "provider", "designer", "policy", "event_kind", "event_date", "country", "tier")
        }
        key = (
            file,
            *sorted((own if file == "Claim" else own | ends).items()),
            source or (f"{n}" * (status == "unverified")),
            start,
        )
        if key not in taken:
            taken.add(key)
            tail = {"derived_from": "inputs"} if status == "derived" else {}
            rows.append(
                Row(n, file, tuple((cells | tail).items()), batch, status, source, start, end, first_public, recorded)
            )
    changes = []
    for _ in range(draw(st.integers(0, 3))):
        row = draw(st.integers(0, len(rows) - 1))
        kind = draw(st.sampled_from(("", "", "withdrawn", "dropped")))
        date = draw(st.sampled_from([d for d in EXTENTS if d]))
        change = Change(row, kind, date, draw(st.sampled_from(("s0", "s1", "s2", "s3"))))
        if change not in changes:
            changes.append(change)
    return _closed(World(published, rows, changes))


def _closed(world: World) -> World:
    """The world without links whose claims no row of their batch makes (a folder must know its claims)."""
    made = {(r["id"], r.batch) for r in world.rows if r.file == "Claim"}
    kept = [
        r
        for r in world.rows
        if r.file != "links" or all((r[k], r.batch) in made for k in ("subject", "object") if r[k] in CLAIMS)
    ]
    number = {r.n: n for n, r in enumerate(kept)}
    rows = [
        Row(
            number[r.n],
            r.file,
            r.cells,
            r.batch,
            r.status,
            r.source,
            r.valid_from,
            r.valid_until,
            r.first_public,
            r.recorded,
        )
        for r in kept
    ]
    changes = [Change(number[c.row], c.kind, c.date, c.source) for c in world.changes if c.row in number]
    return World(world.published, rows, changes)


questions = st.builds(
    Question,
    st.sampled_from(DAYS),
    st.sampled_from(DAYS),
    st.sampled_from(list(ALLOWED)),
    st.sampled_from((False, False, True)),
)
"""Questions about a world."""
