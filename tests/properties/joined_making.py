"""What makes the worlds of `tests.properties.joined_worlds` and the questions about them."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from tests.properties.joined_worlds import (
    ALLOWED,
    BATCHES,
    BRINGS,
    CLASS_OF,
    DATA,
    FIRMS,
    LINKS,
    LIST,
    PLACES,
    SERIES,
    THINGS,
    Change,
    Question,
    Row,
    World,
)
from tests.properties.worlds import EXTENTS

D = dt.date
_KINDS = ("ticker", "hq", "Provision", "Provision", "Requirement", "Requirement", "ListEntry", "Claim")
_DATES = ("", "", "", "..", "2023", "2024-02", "2024-06-15", "2024/2025", "2025-05-13", "2026-02-03")


def _ends(draw: st.DrawFn, batch: str, kind: str) -> tuple[str, ...]:
    """The records a row of a batch names: of those it brings."""
    firms = [s for s in FIRMS if s in BRINGS[batch]]
    things = [s for s in THINGS if s in BRINGS[batch]]
    one = lambda values: draw(st.sampled_from(list(values)))  # noqa: E731 (a shorthand)
    match kind:
        case "ticker":
            return (one(firms),)
        case "hq":
            return one(firms), one(PLACES)
        case "Provision":
            return one((things[0], things[0], *things)), one(firms)
        case "ListEntry":
            return one(firms), one(LIST)
        case "Claim":
            return (one(firms + things),)
        case _:
            pairs = [(a, b) for a in things for b in things if a != b]
            return one(pairs) if pairs else ()


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A world of some of the batches, their rows, links, ends and corrections."""
    one = lambda values: draw(st.sampled_from(list(values)))  # noqa: E731 (a shorthand)
    data = [b for b in DATA if one((True, True, True, False))] or ["seed"]
    links = [b for b in LINKS if one((True, True, False))]
    rows: list[Row] = []
    taken: set[tuple[object, ...]] = set()

    def put(key: tuple[object, ...], **cells: object) -> None:
        if key not in taken:
            taken.add(key)
            rows.append(Row(len(rows), **cells))  # type: ignore[arg-type]

    for batch in data:
        years = {slug: one(("2023", "2024", "2025", "2026")) for slug in THINGS}  # of an item a release has one year
        for _ in range(draw(st.integers(1, 6))):
            kind = one(_KINDS)
            ends = _ends(draw, batch, kind)
            if not ends:
                continue
            cells: dict[str, object] = {"kind": kind, "batch": batch, "ends": ends}
            if kind == "Provision":
                year = years[ends[0]] if batch in SERIES else one(("", "2023", "2024", "2026"))
                cells |= {"period": year, "share": one(("5", "20", "45.5", "" if not year else "1"))}
            if batch in SERIES:
                cells |= {"source": batch}
            else:
                status = one(("verified", "verified", "unverified"))
                source = one(BATCHES[batch].sources) if status == "verified" else ""
                start, end = one(_DATES), one(_DATES)
                if EXTENTS[start][0] and EXTENTS[end][1] and EXTENTS[end][1] < EXTENTS[start][0]:
                    end = ""
                known = one(("", "", "2024-06-15", "2025-05-13"))
                cells |= {"source": source, "status": status, "valid_from": start, "valid_until": end, "known": known}
            free = kind in ("ticker", "Claim", "ListEntry")  # their own words keep them apart
            evidence = cells["source"] or len(rows)
            put(
                (batch, kind, ends, evidence, cells.get("valid_from"), cells.get("period"), free and len(rows)), **cells
            )
    there = [s for s in CLASS_OF if s not in LIST and any(s in BRINGS[b] for b in data)]
    sort = {s: (s in FIRMS, s in PLACES) for s in there}  # a tool may be the same thing as a material, but no firm
    alike = [(a, b) for a in there for b in there if a != b and sort[a] == sort[b]]
    for batch in links:
        for _ in range(draw(st.integers(1, 4)) if alike else 0):
            status = one(("verified", "verified", "verified", "unverified"))
            put(
                (len(rows),),
                batch=batch,
                kind="IdentityLink",
                ends=one(alike),
                source=one(BATCHES[batch].sources) if status == "verified" else "",
                status=status,
                valid_from=one(("..", "..", "", "2024-06-15")),
                valid_until=one(("", "", "", "2025-05-13")),
                known=one(("always", "always", "", "2024-06-15")),
                decision=one(("same", "same", "same", "different")),
            )
    changes = []
    for _ in range(draw(st.integers(0, 6)) if rows else 0):
        row = rows[draw(st.integers(0, len(rows) - 1))]
        if row.batch not in SERIES:
            kind, date = one(("", "", "withdrawn", "dropped")), one(d for d in _DATES if d)
            changes.append(Change(row.n, kind, date, one(BATCHES[row.batch].sources)))
    return World((*data, *links), rows, list(dict.fromkeys(changes)))


_DAYS = sorted(
    {d + dt.timedelta(days=n) for t in _DATES for d in EXTENTS[t] if d for n in (-1, 0)}
    | {D(2020, 1, 1), D(2030, 1, 1)}
)
_KNOWN = sorted(
    {b.recorded for b in BATCHES.values()}
    | {d for b in BATCHES.values() for t in b.sources.values() if (d := EXTENTS[t][1])}
)
_KNOWN_DAYS = [d - dt.timedelta(days=n) for d in _KNOWN for n in (0, 1)] + [D(2030, 1, 1)] * 8

questions = st.builds(
    Question,
    st.sampled_from([*_DAYS, *[D(2026, 11, 24)] * 8]),
    st.sampled_from(_KNOWN_DAYS),
    st.sampled_from([None, None, None, *ALLOWED]),
    st.sampled_from((False, False, True)),
)
"""Questions about a world."""
