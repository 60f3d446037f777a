"""What the worlds of `tests.properties.feasible_worlds` are made of, and what may be taken away from them.

Worlds leave out shares on several bases: which of them counts is not said, and tested by hand in
`tests.properties.test_feasibility_planted`.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from tests.properties.feasible_worlds import COUNTRIES, FIRMS, PACT, ROLES, SITES, VARIOUS, Removal, Row, World
from tests.properties.feasible_worlds import ENDS as RELATION_ENDS

KINDS = (
    *("Tool", "Material", "Component", "Chip", "Tool", "Component", "System"),
    *("ProcessStep", "ProcessNode", "ProcessNode", "Stock", "Grouping", "FacilityType"),
)
NECESSITIES = {
    "required": ("required", "required", ""),
    "mixed": ("required", "", "typical", "optional"),
    "typical": ("typical",),
    "optional": ("optional",),
}
"""Kinds of groups, and how their rows may be necessary."""
KEYS = {
    "Requirement": ("alternative_group",),
    "Provision": ("share_basis", "period", "site_country"),
    "CountryShare": ("stage", "period", "share_basis"),
    "Supply": ("share_basis", "period"),
    "Fabrication": ("die",),
    "Membership": ("alliance", "member"),
    "facts": ("subject", "property", "object"),
}
"""What, beside the ends of a relation, makes two rows of one source the same statement."""
CLASSES = ("over 28 nm", "28 nm", "5 nm")


@st.composite
def worlds(draw: st.DrawFn, most: int = 8, rows: int = 22) -> World:
    """A world whose first item is the one to ask for."""
    pick = lambda *values: draw(st.sampled_from(values))  # noqa: E731 (a shorthand)
    names = [f"item-{n}" for n in range(draw(st.integers(2, most)))]
    classes = {name: pick(*KINDS) for name in names}
    for name in names[: pick(0, 0, 1, 2)]:
        classes[name] = "ProcessNode"  # what lies below is asked for at a class
    nodes = {n: c for n in names if classes[n] == "ProcessNode" and (c := pick("", "", "28 nm", "5 nm", "5 nm"))}
    found: list[Row] = []
    taken = set()

    def add(file: str, lives: tuple[str, ...] = ("live",), **cells: str) -> None:
        source = pick("s1", "s1", "s1", "s2", "", "")
        key = (file, source, *(cells.get(e, "") for e in (*RELATION_ENDS.get(file, ()), *KEYS.get(file, ()))))
        if key not in taken:
            taken.add(key)
            found.append(Row(len(found), file, tuple((k, v) for k, v in cells.items() if v), pick(*lives), source))

    mostly = ("live",) * 8 + ("ended", "stopped", "future", "dropped")
    kinds: dict[tuple[str, str], str] = {}
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
            *("needs",) * 8, *("makes",) * 6, "variant", "variant", "share", *("role",) * 2, *("supply",) * 3, "site"
        ):
            case "needs":
                group = pick("", "", "g", "g", "h")
                kind = kinds.setdefault((tail, group or head), pick("required", *NECESSITIES))
                part = pick("", "", "", "base die only")
                add(
                    *("Requirement", (*mostly, "ended")), item=tail, requires=head,
                    alternative_group=group, necessity=pick(*NECESSITIES[kind]), applies_to=part,
                )  # fmt: skip
            case "makes":
                add(
                    *("Provision", mostly), item=item, provider=pick(firm, firm, firm, firm, VARIOUS), share=pick(*shares),
                    period=pick(*periods), site_country=pick("", "", country if classes[item] != "Chip" else ""),
                    production_status=pick("", "", "in production", "not in production"),
                    node_class=pick("", *CLASSES),
                )  # fmt: skip
            case "variant":
                add("Variant", mostly, item=tail, variant=head, substitutable=pick("yes", "no", "unknown"))
            case "share":
                add("CountryShare", mostly, item=item, country=country, share=pick(*shares), period=pick(*periods))
            case "role":
                parts = [n for n in names if classes[n] in ("Chip", "System")]
                if not parts:
                    continue
                file = pick(*ROLES)
                die = {"die": pick("", "", "base die")} if file == "Fabrication" else {}
                add(file, mostly, **{"item": pick(*parts), ROLES[file]: pick(firm, firm, firm, VARIOUS), **die})
            case "supply":
                makers = [
                    (r["provider"], q["requires"])
                    for r in found
                    for q in found
                    if r["provider"] and q["requires"] and r["item"] == q["item"]
                ]
                customer, part = pick(*makers) if makers else (firm, item)
                if customer != VARIOUS:
                    add("Supply", mostly, customer=customer, supplier=pick(*firms, VARIOUS), supplied_item=part)
            case "site":
                site = pick(*SITES)
                add("facts", mostly, subject=site, property="operator", object=firm)
                add("facts", mostly, subject=site, property="produces", object=item)
                add("facts", mostly, subject=site, property="locatedIn", object=country)
    for member in draw(st.lists(st.sampled_from((*firms, *COUNTRIES)), max_size=2, unique=True)):
        add("Membership", mostly, alliance=PACT, member=member)
    if not any(names[0] in dict(r.cells).values() and r.life != "dropped" for r in found):
        add("facts", subject=names[0], property="itemNote", object="a note")
    return World(classes, [replace(r, n=n) for n, r in enumerate(found)], nodes)


@st.composite
def removals(draw: st.DrawFn, world: World) -> Removal:
    """Up to three organisations, countries, alliances or items, and up to two relations that hold."""
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
    relations = [r for r in world.rows if r.file in RELATION_ENDS and r.life == "live"]
    relations += [r for r in relations if r.file == "Supply"] * 2
    cut = draw(st.lists(st.sampled_from(relations), max_size=2, unique_by=lambda r: r.n)) if relations else []
    return Removal(tuple(ids), locate, unknown, tuple(cut))
