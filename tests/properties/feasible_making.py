"""What the worlds of `tests.properties.feasible_worlds` are made of, and what may be taken away from them.

Worlds leave out what `tests.properties.test_feasibility_planted` tests by hand, since it is open or fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import strategies as st

from tests.properties.feasible_worlds import COUNTRIES, FIRMS, PACT, ROLES, SITES, VARIOUS, Removal, Row, World

KINDS = (
    *("Tool", "Material", "Component", "Chip", "Tool", "Component"),
    *("ProcessStep", "ProcessNode", "Stock", "Grouping", "FacilityType"),
)
NECESSITIES = {
    "required": ("required", "required", ""),
    "needed": ("required", ""),
    "mixed": ("required", "", "typical", "optional"),
    "typical": ("typical",),
    "optional": ("optional",),
}
"""Kinds of groups, and how their rows may be necessary; rows of mixed ones do not end (what then holds is tested by hand)."""
ENDS = {
    "Requirement": ("item", "requires", "alternative_group"),
    "Variant": ("item", "variant"),
    "Provision": ("item", "provider", "share_basis", "period", "site_country"),
    "CountryShare": ("item", "country", "stage", "period", "share_basis"),
    "Supply": ("customer", "supplier", "supplied_item", "share_basis", "period"),
    "Membership": ("alliance", "member"),
    "facts": ("subject", "property", "object"),
    **{k: ("item", v, "die") for k, v in ROLES.items()},
}
"""What makes two rows of one source the same statement."""


@st.composite
def worlds(draw: st.DrawFn, most: int = 8, rows: int = 22) -> World:
    """A world whose first item is the one to ask for."""
    pick = lambda *values: draw(st.sampled_from(values))  # noqa: E731 (a shorthand)
    names = [f"item-{n}" for n in range(draw(st.integers(2, most)))]
    classes = {name: pick(*KINDS) for name in names}
    found: list[Row] = []
    taken = set()

    def add(file: str, lives: tuple[str, ...] = ("live",), **cells: str) -> None:
        source = pick("s1", "s1", "s1", "s2", "")
        key = (file, source, *(cells.get(e, "") for e in ENDS[file]))
        if key not in taken:
            taken.add(key)
            found.append(Row(len(found), file, tuple((k, v) for k, v in cells.items() if v), pick(*lives), source))

    mostly = ("live",) * 8 + ("ended", "stopped", "future", "dropped")
    kinds: dict[tuple[str, str], str] = {}
    said: set[tuple[str, str]] = set()  # which of several shares of one maker counts is tested by hand
    firms, shares, periods = tuple(FIRMS), ("", "0", "2", "3.5", "4"), ("", "2023", "2024")
    for firm in firms:
        for country in pick((), ("CHN",), ("NLD",), ("NLD",), ("USA",), ("CHN", "USA")):
            add("facts", mostly, subject=firm, property="headquarteredIn", object=country)
    for _ in range(draw(st.integers(2, rows))):
        item, firm, country = pick(*names), pick(*firms), pick(*COUNTRIES)
        a = draw(st.integers(0, len(names) - 2))
        b = draw(st.integers(a + 1, len(names) - 1))
        if pick(*"ffffffb") == "b":
            a, b = b, a  # a way back: a cycle, perhaps
        tail, head = names[a], names[b]
        match pick(
            *("needs",) * 7, *("makes",) * 6, "variant", "variant", "share", *("role",) * 3, *("supply",) * 2, "site"
        ):
            case "needs":
                group = pick("", "", "g", "g", "h")
                kind = kinds.setdefault((tail, group or head), pick(*NECESSITIES))
                necessity, lives = pick(*NECESSITIES[kind]), (*mostly, "ended")
                part = pick("", "", "base die only") if group or kind == "mixed" else ""
                add(
                    *("Requirement", ("live", "future", "dropped") if kind == "mixed" else lives), item=tail, requires=head,
                    alternative_group=group, necessity=necessity, applies_to=part,
                )  # fmt: skip
            case "makes":
                firm = pick(firm, firm, firm, firm, VARIOUS)
                shared = pick(*shares) if (item, firm) not in said else ""
                said |= {(item, firm)} if shared else set()
                add(
                    *("Provision", mostly), item=item, provider=firm, share=shared,
                    period=pick(*periods), site_country=pick("", "", country if classes[item] != "Chip" else ""),
                    production_status=pick("", "", "in production", "not in production"),
                )  # fmt: skip
            case "variant" if classes[tail] != "Stock":
                add("Variant", mostly, item=tail, variant=head, substitutable=pick("yes", "no", "unknown"))
            case "share":
                shared = pick(*shares) if (item, country) not in said else ""
                said |= {(item, country)} if shared else set()
                add("CountryShare", mostly, item=item, country=country, share=shared, period=pick(*periods))
            case "role":
                chips = [n for n in names if classes[n] == "Chip"]
                if not chips:
                    continue
                file = pick(*ROLES)
                die = {"die": pick("", "", "base die")} if file == "Fabrication" else {}
                add(file, mostly, **{"item": pick(*chips), ROLES[file]: pick(firm, firm, firm, VARIOUS), **die})
            case "supply":
                add("Supply", mostly, customer=firm, supplier=pick(*firms), supplied_item=item)
            case "site":
                site = pick(*SITES)
                add("facts", mostly, subject=site, property="operator", object=firm)
                add("facts", mostly, subject=site, property="produces", object=item)
                add("facts", mostly, subject=site, property="locatedIn", object=country)
    for member in draw(st.lists(st.sampled_from((*firms, *COUNTRIES)), max_size=2, unique=True)):
        add("Membership", mostly, alliance=PACT, member=member)
    found = [r for r in found if r.file != "Variant" or not _disputed(found, r, classes)]
    if any(r.file == "Variant" and classes[r["item"]] in ("ProcessStep", "ProcessNode") for r in found):
        found = [r for r in found if r.file != "Supply"]
    heads = {r["variant"] for r in found if r.file == "Variant"}
    found = [r for r in found if r.file != "Supply" or r["supplied_item"] not in heads]
    if not any(names[0] in dict(r.cells).values() and r.life != "dropped" for r in found):
        add("facts", subject=names[0], property="itemNote", object="a note")
    return World(classes, [replace(r, n=n) for n, r in enumerate(found)])


def _disputed(rows: list[Row], variant: Row, classes: Mapping[str, str]) -> bool:
    """Whether it is open if the kind of an item with makers of its own has a known provider: judged by hand, not in worlds."""
    provides = [r for r in rows if r.file in ("Provision", "CountryShare", *ROLES)]
    kind = {r.file for r in provides if r["item"] == variant["variant"]}
    own = any(r["item"] == variant["item"] for r in provides)
    return own and bool(kind) and (kind != {"Provision"} or classes[variant["variant"]] == "Stock")


@st.composite
def removals(draw: st.DrawFn, world: World) -> Removal:
    ids = draw(
        st.lists(
            st.sampled_from((*FIRMS, *FIRMS, *COUNTRIES, *COUNTRIES, PACT, VARIOUS, *world.classes)),
            max_size=3,
            unique=True,
        )
    )
    locate, unknown = (
        draw(st.sampled_from(("headquarters", "site"))),
        draw(st.sampled_from(("assumed",) * 3 + ("none",))),
    )
    return Removal(tuple(ids), locate, unknown)
