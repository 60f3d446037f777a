"""The page on the data (`docs/data.md`), derived from a snapshot: figures, reach, cycles, policies.

Owns its words and layout only; every number is `kg.export.quality`'s.
"""

from __future__ import annotations

from collections.abc import Iterable

from kg.analysis.islands import class_reach, requirement_cycles
from kg.export.quality import Figure, ladder_contradictions, measure, spelling_twins
from kg.store.snapshot import Snapshot

__all__ = ["data_page"]


def data_page(snapshot: Snapshot) -> str:
    """The page as Markdown. The snapshot should be of the day the batch was recorded, so that it does not change by itself."""
    key = snapshot.key
    parts = [
        "# The data in figures",
        "",
        f"Derived from the packaged facts as of {key.as_of}, known on {key.known_on}, by `python -m api.derived`; a test holds",
        "this page against them. `chokepoint check` prints the same figures for any folder of facts.",
        "",
        *_figures(measure(snapshot)),
        *_reach(snapshot),
        *_cycles(snapshot),
        *_policies(snapshot),
        *_twins(snapshot),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    head = list(head)
    return [
        "| " + " | ".join(head) + " |",
        "|" + "---|" * len(head),
        *("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows),
        "",
    ]


def _figures(figures: Iterable[Figure]) -> list[str]:
    found: list[str] = []
    groups: dict[str, list[Figure]] = {}
    for figure in figures:
        if figure.group not in ("reach: in the network", "cycles"):
            groups.setdefault(figure.group, []).append(figure)
    for group, rows in groups.items():
        found += [
            f"## {group[0].upper()}{group[1:]}",
            "",
            *_table(("what", "count", "share"), ((f.name, f.count, f.share) for f in rows)),
        ]
    return found


def _reach(snapshot: Snapshot) -> list[str]:
    leaves = [c.name for c in snapshot.schema.of_kind("entity") if not c.abstract]
    rows = [r for r in class_reach(snapshot, leaves) if r.entities]
    network = [r for r in rows if r.connected]
    found = [
        "## Reach of the dependency network",
        "",
        "Of the entities of a class: how many have an edge at all, and how many lead, over any number of hops, to an organisation, a",
        "material, a country. Islands have no edge.",
        "",
        *_table(
            ("class", "entities", "connected", "to an organisation", "to a material", "to a country", "islands"),
            (
                (r.class_name, r.entities, r.connected, r.to_organisation, r.to_material, r.to_country, len(r.islands))
                for r in network
            ),
        ),
    ]
    outside = [r.class_name for r in rows if not r.connected]
    if outside:
        found += [f"No part of the dependency network, by their nature: {', '.join(outside)}.", ""]
    for row in network:
        if row.islands and snapshot.schema.is_a(row.class_name, "Item"):
            found += [f"Islands of class {row.class_name}: {', '.join(row.islands)}.", ""]
    return found


def _cycles(snapshot: Snapshot) -> list[str]:
    cycles = requirement_cycles(snapshot)
    found = ["## Requirement cycles", ""]
    if not cycles:
        return [*found, "None.", ""]
    found += ["A cycle that a typical or optional requirement closes is wanted: a tool's electronics need chips.", ""]
    for number, cycle in enumerate(cycles, 1):
        shown = ", ".join(cycle.items[:40]) + (f" and {len(cycle.items) - 40} more" if len(cycle.items) > 40 else "")
        found.append(f"{number}. {len(cycle.items)} items: {shown}.")
        for tail, head, necessity in cycle.soft[:12]:
            found.append(f"   - closed by `{tail}` → `{head}` ({necessity})")
        if not cycle.soft:
            found.append("   - every requirement in it is required")
    return [*found, ""]


def _policies(snapshot: Snapshot) -> list[str]:
    found = ["## Policies whose events contradict one another", ""]
    rows = []
    for policy in sorted(snapshot.entities("Policy"), key=lambda p: p.slug):
        rows += [f"- `{policy.slug}`: {text}" for text in ladder_contradictions(snapshot, policy.iri)]
    return [*found, *(rows or ["None."]), ""]


def _twins(snapshot: Snapshot) -> list[str]:
    pairs = spelling_twins(snapshot.schema, snapshot.dataset.facts)
    if not pairs:
        return []
    index = snapshot.index
    return [
        "## Ids that differ only by spelling",
        "",
        *(f"- `{index.id_of(a)}` and `{index.id_of(b)}`" for a, b in pairs),
        "",
    ]
