"""Small worlds in which a rule stands between a buyer and what it needs; what the rule takes is said by `tests.policy.rule_oracle`.

`Rule` is an act in words: it can point at a delivery and never decide it. `ACS` stands for the computed rule of October 2023: chips above its limits are
denied to China by exporters in the United States; of exporters elsewhere it is unknown whether they are under it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

from tests.helpers import FactsFolder
from tests.policy.limits import limits_of_october_2023

ACS = "us-2023-10-acs"
COUNTRIES = ("USA", "NLD", "CHN", "TWN")
FIRMS = ("acme", "bolt", "crown", "delta")
BEFORE, FIRST, LATER, LAST = "2023-08-31", "2023-09-01", "2026-08-01", "2026-10-01"
DAYS = (BEFORE, FIRST, LATER, LAST)
FREE = ("subsidy", "strategy")
"""Instruments that forbid nothing."""
CHIPS = {
    "over": ("data centre", "320", ""),  # TPP 5,120: 3A090.a
    "consumer": ("consumer", "320", ""),  # 3A090.a, with an exception
    "middle": ("data centre", "187.5", "1000"),  # TPP 3,000, density 3: 3A090.b
    "unknown": ("data centre", "187.5", ""),  # .a, .b or neither, by an area that nobody gives
    "small": ("data centre", "62.5", ""),  # TPP 1,000: nothing
}
"""Chips by what the rule says of them: segment, FP16 throughput, die area."""


@dataclass(frozen=True)
class Rule:
    issuer: str
    instrument: str
    firms: frozenset[str]
    items: frozenset[str]
    countries: frozenset[str]
    words: bool
    end: str
    """suspended, rescinded, or lapsed (suspended until a day after which nothing is known); all on LAST."""


@dataclass
class World:
    kinds: dict[str, str]
    chips: dict[str, str]
    """Chip → key of CHIPS."""
    seats: dict[str, frozenset[str]]
    needs: list[tuple[str, str, str, str]]
    """Item, what it requires, group, necessity."""
    makes: frozenset[tuple[str, str]]
    designs: frozenset[tuple[str, str]]
    supplies: frozenset[tuple[str, str, str]]
    """Customer, supplier, part."""
    owns: frozenset[tuple[str, str, int]]
    rule: Rule
    steps: tuple[str, ...] = ("ProcessNode",)

    def write(self, path: Path) -> FactsFolder:
        folder = FactsFolder(path)
        folder.entities("Country", *COUNTRIES)
        folder.entities("Company", *FIRMS)
        for item, kind in self.kinds.items():
            folder.entity(kind, item)
            folder.plain(item, "itemNote", "a note")
        for firm, seats in self.seats.items():
            for seat in seats:
                folder.plain(firm, "headquarteredIn", seat)
        for item, part, group, necessity in self.needs:
            folder.relation("Requirement", item=item, requires=part, alternative_group=group, necessity=necessity)
        for item, firm in sorted(self.makes):
            chip = self.kinds[item] == "Chip"
            folder.relation(
                "Fabrication" if chip else "Provision", item=item, **{"fabricator" if chip else "provider": firm}
            )
        for item, firm in sorted(self.designs):
            folder.relation("Design", item=item, designer=firm)
        for customer, supplier, part in sorted(self.supplies):
            folder.relation("Supply", customer=customer, supplier=supplier, supplied_item=part)
        for owner, owned, percent in sorted(self.owns):
            folder.relation("Ownership", owner=owner, owned=owned, percent=str(percent))
        self._rules(folder)
        return folder

    def _rules(self, folder: FactsFolder) -> None:
        rule = self.rule
        folder.entities("Policy", "rule", ACS)
        folder.plain("rule", "issuerCountry", rule.issuer)
        folder.plain("rule", "instrumentType", rule.instrument)
        for property_, named in (
            ("targetOrganisation", rule.firms),
            ("controlledItem", rule.items),
            ("targetCountry", rule.countries),
        ):
            for each in sorted(named):
                folder.plain("rule", property_, each)
        if rule.words:
            folder.plain("rule", "controlledItemNote", "certain machines")
        folder.plain(ACS, "issuerCountry", "USA")
        folder.plain(ACS, "instrumentType", "interim final rule")
        ends = {"suspended": ["suspended"], "rescinded": ["rescinded"], "lapsed": ["suspended", "suspension ends"]}
        for policy, first, more in (("rule", FIRST, ends.get(rule.end, [])), (ACS, FIRST, [])):
            for kind in ("published", "effective"):
                folder.relation("PolicyEvent", policy=policy, event_kind=kind, event_date=first)
            for kind in more:
                day = "2026-09-01" if kind != "suspension ends" else "2026-09-15"
                folder.relation("PolicyEvent", policy=policy, event_kind=kind, event_date=day)
        folder.entities("CountryGroup", "d-1", "d-4", "d-5", "a-5", "a-6")
        for group, country in (("d-1", "CHN"), ("d-4", "CHN"), ("d-5", "CHN"), ("a-5", "NLD"), ("a-6", "TWN")):
            folder.relation("GroupMembership", country=country, group=group)
        limits_of_october_2023(folder)
        for chip, name in self.chips.items():
            segment, rate, area = CHIPS[name]
            folder.plain(chip, "marketSegment", segment)
            folder.plain(chip, "denseFp16Throughput", rate)
            if area:
                folder.plain(chip, "dieArea", area)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A world whose first item is the one to ask for. What item-0 needs, and who is under the rule, is drawn often enough to matter."""
    pick = lambda *values: draw(st.sampled_from(values))  # noqa: E731 (a shorthand)
    items = [f"item-{n}" for n in range(pick(1, 2, 3, 3, 4, 4, 5))]
    kinds = {i: pick("Tool", "Material", "Component", "Chip", "Chip", "ProcessNode") for i in items}
    seats = {f: frozenset(pick((), *(("USA",),) * 4, ("NLD",), ("NLD",), *(("CHN",),) * 4, ("TWN",))) for f in FIRMS}
    chips = {i: pick("over", "over", "over", *CHIPS) for i, kind in kinds.items() if kind == "Chip"}
    needs = {
        (items[draw(st.integers(0, n - 1))], items[n], pick("", "", "g")): "required" for n in range(1, len(items))
    }
    for _ in range(draw(st.integers(0, 4)) if len(items) > 1 else 0):
        a, b = sorted(draw(st.lists(st.integers(0, len(items) - 1), min_size=2, max_size=2, unique=True)))
        if pick(*"fffffb") == "b":
            a, b = b, a
        needs[items[a], items[b], pick("", "", "g")] = pick("required", "required", "typical")
    makes = {(i, f) for i in items for f in draw(st.frozensets(st.sampled_from(FIRMS), max_size=2))}
    makes |= {(i, pick(*FIRMS)) for i in items if kinds[i] == "Chip" or pick(True, True, False)}
    designs = {(i, f) for i in chips for f in draw(st.frozensets(st.sampled_from(FIRMS), max_size=pick(0, 1, 2)))}
    supplies = set()
    for _ in range(pick(0, 0, 1, 2, 3)):
        customer, supplier = pick(*FIRMS), pick(*FIRMS)
        if customer != supplier:
            supplies.add((customer, supplier, pick(*items)))
    owns = {(*draw(st.permutations(FIRMS))[:2], pick(49, 50, 50, 60))} if pick(False, True) else set()
    rule = Rule(
        pick(*COUNTRIES, "USA", "USA", "NLD"),
        pick(*("rule",) * 4, "order", "entity listing", "entity listing", "subsidy"),
        draw(st.frozensets(st.sampled_from(FIRMS), min_size=pick(0, 1, 2, 3), max_size=3)),
        draw(st.frozensets(st.sampled_from(items), max_size=2)) if pick(True, False, False) else frozenset(),
        draw(st.frozensets(st.sampled_from(COUNTRIES), max_size=2)) if pick(True, False, False) else frozenset(),
        pick(True, True, True, False),
        pick("", "", "suspended", "rescinded", "lapsed"),
    )
    rows = [(a, b, g, n) for (a, b, g), n in needs.items()]
    return World(
        kinds, chips, seats, rows, frozenset(makes), frozenset(designs), frozenset(supplies), frozenset(owns), rule
    )
