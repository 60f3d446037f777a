"""Made-up worlds of several batches with links between their records, and an oracle that says what a question may see of them.

The oracle is written from the meaning alone (who brought what under which licence, when it was known, which records are judged to be
one thing) and shares no code with the package; what a date says about days is the table of `tests.properties.worlds`. Every record's
and every row's words are unique, so that a word in an answer tells where it came from.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kg.facts.model import Batch, Correction, End, Facts, Source, Statement
from kg.importers.making import Maker
from kg.schema import Schema
from kg.store.batches import with_batch
from kg.terms import entity_iri
from tests.properties.worlds import EXTENTS

D = dt.date


def word(*parts: object) -> str:
    """A word of sixteen letters that stands for these parts alone and looks like no other."""
    text = "/".join(map(str, parts)).encode()
    number = zlib.crc32(text) << 32 | zlib.crc32(text[::-1] + b"!")
    return "".join(chr(97 + (number >> 4 * n & 15)) for n in range(16))


@dataclass(frozen=True)
class Kind:
    """A batch that a world may have: its licence, day of record, and the sources of its rows with their dates."""

    licence: str
    recorded: dt.date
    sources: Mapping[str, str]


SERIES = {"r-1": "2024-02", "r-2": "2025-05-13", "r-3": "2026-02-03"}
"""Releases of one data set, of which a newer one replaces the older ones whole."""

BATCHES: Mapping[str, Kind] = {
    "seed": Kind("CC-BY-4.0", D(2026, 11, 24), {"seed-a": "2023", "seed-b": "2024-06-15", "seed-c": ""}),
    "open": Kind("CC0-1.0", D(2025, 8, 1), {"open-a": "2024-34", "open-b": "2025-12"}),
    "shut": Kind("CC-BY-NC-4.0", D(2026, 11, 24), {"shut-a": "2024", "shut-b": "2025-05"}),
    **{name: Kind("CC-BY-NC-4.0", EXTENTS[day][1] or D.max, {name: day}) for name, day in SERIES.items()},
    "links-a": Kind("CC-BY-4.0", D(2026, 11, 24), {"links-a1": "2024-06-15", "links-a2": "2023"}),
    "links-b": Kind("CC0-1.0", D(2025, 8, 1), {"links-b1": "2025-12"}),
    "links-c": Kind("CC-BY-NC-4.0", D(2025, 8, 1), {"links-c1": "2023"}),
}
LINKS = ("links-a", "links-b", "links-c")
DATA = tuple(b for b in BATCHES if b not in LINKS)

PLACES, LIST = {"NLD": "Country", "CHN": "Country"}, {"a-list": "PartyList"}
_OWN = {
    "seed": {"s-firm": "Company", "s-works": "Company", "s-part": "Component", "s-tool": "Tool"},
    "open": {"o-firm": "Company", "o-stuff": "Material"},
    "shut": {"x-firm": "Company", "x-part": "Component"},
    **{name: {"e-firm": "Company", "e-works": "Company", "e-tool": "Tool", "e-stuff": "Material"} for name in SERIES},
}
BRINGS: Mapping[str, Mapping[str, str]] = {name: own | PLACES | LIST for name, own in _OWN.items()}
"""The records a batch brings, with their classes. All bring the countries and the list; the releases bring the same records."""

CLASS_OF = {slug: cls for own in BRINGS.values() for slug, cls in own.items()}
FIRMS = tuple(s for s, c in CLASS_OF.items() if c == "Company")
THINGS = tuple(s for s, c in CLASS_OF.items() if c in ("Component", "Tool", "Material"))
ABOVE = {"Company": "Organisation", "Component": "Item", "Tool": "Item", "Material": "Item"}

ALLOWED: Mapping[str | None, frozenset[str]] = {
    None: frozenset({"CC0-1.0", "CC-BY-4.0", "CC-BY-NC-4.0"}),
    "any": frozenset({"CC0-1.0", "CC-BY-4.0", "CC-BY-NC-4.0"}),
    "CC-BY-NC-4.0": frozenset({"CC0-1.0", "CC-BY-4.0", "CC-BY-NC-4.0"}),
    "commercial": frozenset({"CC0-1.0", "CC-BY-4.0"}),
    "CC-BY-4.0": frozenset({"CC0-1.0", "CC-BY-4.0"}),
    "CC0-1.0": frozenset({"CC0-1.0"}),
    "only-CC0-1.0": frozenset({"CC0-1.0"}),
    "only-CC-BY-4.0": frozenset({"CC-BY-4.0"}),
    "only-CC-BY-NC-4.0": frozenset({"CC-BY-NC-4.0"}),
}
ENDS = {
    "Provision": ("item", "provider"),
    "Requirement": ("item", "requires"),
    "ListEntry": ("party", "partyList"),
    "IdentityLink": ("record", "identifiedWith"),
    "hq": ("subject", "headquarteredIn"),
    "ticker": ("subject",),
    "Claim": ("about",),
}
"""The cells of a row that name entities."""


@dataclass(frozen=True, repr=False)
class Row:
    """A statement of a world. `ends` are the slugs it names, in the order of `ENDS`."""

    n: int
    batch: str
    kind: str
    ends: tuple[str, ...]
    source: str
    status: str = "verified"
    valid_from: str = ""
    valid_until: str = ""
    known: str = ""
    """For its first public day; `always` for what was never unknown."""
    period: str = ""
    share: str = ""
    decision: str = ""

    def __repr__(self) -> str:
        more = " ".join(f"{k}={v}" for k, v in vars(self).items() if v and k not in ("n", "batch", "kind", "ends"))
        return f"<{self.n} {self.batch}: {self.kind} {' '.join(self.ends)} {more}>"

    @property
    def claim(self) -> str:
        return f"claim-{self.n}"

    @property
    def own_word(self) -> str:
        """What its value, text, citation or evidence says."""
        return word("row", self.n)

    @property
    def words(self) -> set[str]:
        """Every word that stands in this statement alone."""
        return {self.own_word, word("passage", self.n), word("note", self.n), word("claim", self.n)}


@dataclass(frozen=True)
class Change:
    """An end (`kind` blank) or a correction of a row, of the same batch."""

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


def label(batch: str, slug: str) -> str:
    return word("label", batch, slug)


def alias(batch: str, slug: str) -> str:
    return word("alias", batch, slug)


def title(source: str) -> str:
    return word("source", source)


def iri(slug: str) -> str:
    return entity_iri(CLASS_OF.get(slug, "Claim"), slug)


@dataclass
class World:
    batches: tuple[str, ...]
    rows: list[Row]
    changes: list[Change]
    iris: dict[int, str] = field(default_factory=dict)

    def some(self, batches: Iterable[str]) -> World:
        """The world of some of its batches; what rows say is told by their number, which they keep."""
        kept = tuple(batches)
        rows = [r if r.batch in kept else replace(r, batch="") for r in self.rows]
        return World(kept, rows, [c for c in self.changes if rows[c.row].batch])

    # ---- who brought what -------------------------------------------------------------------------------------------------

    def owner(self, slug: str) -> str:
        """The batch whose name for a record is kept: the seed, else the one recorded last."""
        bring = [b for b in self.batches if slug in BRINGS.get(b, ())]
        return max(bring, key=lambda b: (b == "seed", BATCHES[b].recorded))

    @property
    def slugs(self) -> list[str]:
        return [s for s in CLASS_OF if any(s in BRINGS.get(b, ()) for b in self.batches)]

    def may(self, batch: str, q: Question) -> bool:
        return BATCHES[batch].licence in ALLOWED[q.data_licence]

    def named(self, slug: str, q: Question) -> bool:
        """Whether a record's name may be used."""
        return self.may(self.owner(slug), q)

    # ---- what is known and holds ------------------------------------------------------------------------------------------

    def known(self, row: Row) -> dt.date:
        """The earliest of: last day of its source's publication, first public day, day of record."""
        if row.known == "always":
            return D.min
        published = BATCHES[row.batch].sources[row.source] if row.source else ""
        days = (EXTENTS[published][1], EXTENTS[row.known][1], BATCHES[row.batch].recorded)
        return min(d for d in days if d)

    def _change_known(self, change: Change) -> dt.date:
        batch = BATCHES[self.rows[change.row].batch]
        return min(d for d in (EXTENTS[batch.sources[change.source]][1], batch.recorded) if d)

    def changed(self, row: Row, q: Question) -> list[Change]:
        return [c for c in self.changes if c.row == row.n and self._change_known(c) <= q.known_on]

    def believed(self, row: Row, q: Question) -> bool:
        """Known, not corrected, not superseded, and free to use: whatever the day asked about."""
        if self.known(row) > q.known_on or not self.may(row.batch, q):
            return False
        if row.kind == "IdentityLink" and not all(self.named(e, q) for e in row.ends):
            return False  # a link says that there is a record, and its evidence says its name
        if any(c.kind for c in self.changed(row, q)):
            return False
        if row.batch not in SERIES:
            return True
        out = [b for b in SERIES if any(r.batch == b and self.known(r) <= q.known_on for r in self.rows)]
        if row.batch == out[-1]:
            return True
        later = [r for r in self.rows if r.batch in out and out.index(r.batch) > out.index(row.batch)]
        same = [r for r in later if (r.kind, r.ends) == (row.kind, row.ends)]
        return bool(row.period) and out[-1] in {r.batch for r in same} and row.period not in {r.period for r in same}

    def seen(self, q: Question) -> dict[int, Row]:
        """The rows that may be seen, by number."""
        found = {}
        for row in self.rows:
            start = EXTENTS[row.valid_from][0]
            stops = [row.valid_until, *(c.date for c in self.changed(row, q) if not c.kind)]
            last = [EXTENTS[s][1] for s in stops]
            valid = (start is None or start <= q.as_of) and all(d is None or q.as_of < d for d in last)
            if valid and self.believed(row, q) and not (q.verified_only and row.status == "unverified"):
                found[row.n] = row
        return found

    # ---- who is who -------------------------------------------------------------------------------------------------------

    def groups(self, seen: Iterable[Row]) -> dict[str, str]:
        """By record, the one that answers for it: of the first batch (the seed, then by id), then of the smallest IRI."""
        sets = {s: {s} for s in self.slugs}
        for row in seen:
            if row.kind == "IdentityLink" and row.decision == "same":
                both = sets[row.ends[0]] | sets[row.ends[1]]
                sets |= dict.fromkeys(both, both)
        return {
            s: min(many, key=lambda m: (self.owner(m) != "seed", self.owner(m), iri(m))) for s, many in sets.items()
        }

    def visible(self, groups: Mapping[str, str], q: Question) -> set[str]:
        """The entities that may be listed: free to name, and something known speaks of one of their records, or nothing ever does.
        A link tells of none of its ends."""
        told = self.told_of(q)
        return {head for slug, head in groups.items() if self.named(head, q) and slug in told}

    def told_of(self, q: Question) -> set[str]:
        """The records of which something known speaks, or nothing ever does."""
        told = [r for r in self.rows if r.kind != "IdentityLink"]
        ever = {e for r in told for e in r.ends}
        return {e for r in told if self.believed(r, q) for e in r.ends} | ({*CLASS_OF} - ever)

    def edges(
        self, seen: Mapping[int, Row], groups: Mapping[str, str], q: Question
    ) -> dict[tuple[str, str, str], tuple[frozenset[str], float | None]]:
        """(tail, head, relation) → IRIs of its statements and the share to show."""
        by_view: dict[tuple[str, ...], list[Row]] = {}
        for row in seen.values():
            begun = D(int(row.period), 1, 1) if row.period else None
            if row.kind == "Provision" and begun and begun <= q.as_of:
                series = "series" if row.batch in SERIES else row.source or f"document {row.n}"
                by_view.setdefault((series, groups[row.ends[0]]), []).append(row)
        current = {r.n for rows in by_view.values() for r in rows if r.period == max(x.period for x in rows)}
        by_edge: dict[tuple[str, str, str], list[Row]] = {}
        for row in seen.values():
            if row.kind in ("Provision", "Requirement", "hq"):
                tail, head = (groups[e] for e in row.ends)
                by_edge.setdefault((tail, head, "headquarteredIn" if row.kind == "hq" else row.kind), []).append(row)
        found = {}
        for key, rows in by_edge.items():
            shares = [
                (-int(r.period or 0), r.status != "verified", self.iris[r.n], float(r.share))
                for r in rows
                if r.share and (not r.period or r.n in current)
            ]
            found[key] = frozenset(self.iris[r.n] for r in rows), min(shares)[3] if shares else None
        return found

    # ---- the facts --------------------------------------------------------------------------------------------------------

    def parts(self, schema: Schema) -> dict[str, Facts]:
        """Each batch as an importer would make it."""
        return {name: self._part(schema, name) for name in self.batches}

    def joined(self, schema: Schema, order: Sequence[str] = ()) -> Facts:
        """All batches in one, the links after what they link."""
        parts = self.parts(schema)
        facts = Facts({}, {}, {}, {})
        for name in sorted(order or self.batches, key=lambda b: b in LINKS):
            facts = with_batch(facts, parts[name])
        return facts

    def _part(self, schema: Schema, name: str) -> Facts:
        kind = BATCHES[name]
        maker = Maker(schema, Batch(name, word("batch", name), kind.licence, kind.recorded))
        more = {"series": "the-series", "supersedes_series": True} if name in SERIES else {}
        sources = {
            s: maker.source(s, title(s), f"https://example.org/{s}", published, **more)
            for s, published in kind.sources.items()
        }
        entities = [
            maker.entity(cls, slug, label(name, slug), [alias(name, slug)])
            for slug, cls in BRINGS.get(name, {}).items()
        ]
        statements = {}
        for row in self.rows:
            if row.batch == name:
                if row.kind == "Claim":
                    entities.append(maker.entity("Claim", row.claim, word("claim", row.n)))
                made = _statement(maker, row, sources)
                self.iris[row.n] = made.iri
                statements[made.iri] = made
        ends, corrections = [], []
        for change in self.changes:
            row, source = self.rows[change.row], change.source
            if row.batch == name:
                base = {"source": sources[source].iri, "note": "", "known": self._change_known(change)}
                base |= {"origin": f"change:{change}", "batch": name}
                if change.kind:
                    corrections.append(Correction(self.iris[row.n], change.kind, change.date, "", **base))
                else:
                    ends.append(End(self.iris[row.n], change.date, **base))
        used = {s.source for s in statements.values()} | {c.source for c in (*ends, *corrections)}
        return Facts(
            {name: maker.batch},
            {s.iri: s for s in sources.values() if s.iri in used},
            {e.iri: e for e in entities},
            dict(sorted(statements.items())),
            sorted(ends, key=lambda e: (e.statement, e.date, e.source)),
            sorted(corrections, key=lambda c: (c.statement, c.date, c.source)),
        )


def _statement(maker: Maker, row: Row, sources: Mapping[str, Source]) -> Statement:
    tail = {
        "source": sources[row.source or next(iter(sources))],
        "origin": f"row:{row.n}",
        "status": row.status,
        "to_check_in": f"document {row.n}" if row.status == "unverified" else "",
        "passage": word("passage", row.n),
        "note": word("note", row.n),
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "first_public": "" if row.known == "always" else row.known,
    }
    ends = dict(zip(ENDS[row.kind], map(iri, row.ends), strict=True))
    match row.kind:
        case "ticker":
            return maker.plain(ends["subject"], "ticker", row.own_word, "Company", **tail)
        case "hq":
            return maker.plain(ends["subject"], "headquarteredIn", ends["headquarteredIn"], "Company", **tail)
        case "Claim":
            cells = {"claimKind": "claimed", "claimedByText": "somebody", "text": row.own_word}
            return maker.record("Claim", row.claim, ends | cells, **tail)
        case "ListEntry":
            return maker.relation("ListEntry", ends | {"citation": row.own_word}, **tail)
        case "IdentityLink":
            cells = {"matchDecision": row.decision, "matchMethod": f"method {row.n}", "matchEvidence": row.own_word}
            made = maker.relation("IdentityLink", ends | cells, **tail)
            return replace(made, known=None) if row.known == "always" else made
        case _:
            cells = {"share": row.share, "period": row.period} if row.kind == "Provision" else {}
            return maker.relation(row.kind, ends | cells, **tail)
