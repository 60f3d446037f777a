"""Small worlds in which a rule stands between a buyer and what it needs, and a brute-force oracle of what the rule takes away.

The oracle is written from the meaning of feasibility with a policy (design, semantics, 3.4 and 4; docs, dependencies, "Rules on the network"):
it walks through every plan, maker by maker and alternative by alternative, and asks at each delivery to the buyer whether a rule of that
day stops it. What goes to others than the buyer no rule touches.

`Rule` is an act in words: it can point at a delivery and never decide it. `ACS` stands for the computed rule of October 2023: chips above its limits are
denied to China by exporters in the United States; of exporters elsewhere it is unknown whether they are under it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

from tests.helpers import FactsFolder

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
SURE, MAYBE = "sure", "maybe"


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
        _limits(folder)
        for chip, name in self.chips.items():
            segment, rate, area = CHIPS[name]
            folder.plain(chip, "marketSegment", segment)
            folder.plain(chip, "denseFp16Throughput", rate)
            if area:
                folder.plain(chip, "dieArea", area)


def _limits(folder: FactsFolder) -> None:
    """The limits of the rule of October 2023 (88 FR 73458)."""
    rows = [
        ("3a090-a-1", "total processing performance", "at least", "4800", ""),
        ("3a090-a-2", "total processing performance", "at least", "1600", ""),
        ("3a090-a-2", "performance density", "at least", "5.92", ""),
        ("3a090-b-1", "total processing performance", "between", "2400", "4800"),
        ("3a090-b-1", "performance density", "between", "1.6", "5.92"),
        ("3a090-b-2", "total processing performance", "at least", "1600", ""),
        ("3a090-b-2", "performance density", "between", "3.2", "5.92"),
        ("3a090-note-2", "total processing performance", "less than", "4800", ""),
    ]
    folder.entities("ControlParagraph", "3a090-a", "3a090-b", *dict.fromkeys(r[0] for r in rows))
    for paragraph, parameter, operator, low, high in rows:
        folder.relation(
            "ControlThreshold",
            paragraph=paragraph,
            rule_version=ACS,
            parameter=parameter,
            threshold_operator=operator,
            threshold=low,
            threshold_upper=high,
        )


@dataclass
class Oracle:
    """What one question comes to: a day, the policies asked for, a buyer, firms that are removed, and whether nameless makers are assumed."""

    world: World
    day: str
    policies: tuple[str, ...]
    buyer: str
    removed: frozenset[str] = frozenset()
    assumed: bool = True

    # ---- rules ----------------------------------------------------------------------------------------------------------

    def seats(self, party: str) -> frozenset[str]:
        return frozenset({party}) if party in COUNTRIES else self.world.seats.get(party, frozenset())

    @property
    def recipients(self) -> frozenset[str]:
        """Who takes for the buyer: of a country, whoever has its only seat there; of a firm, itself and what it holds by half or more."""
        if self.buyer in COUNTRIES:
            return frozenset(f for f in FIRMS if self.seats(f) == {self.buyer})
        found = {self.buyer}
        while more := {d for o, d, p in self.world.owns if o in found and p >= 50} - found:
            found |= more
        return frozenset(found)

    def inside(self, maker: str) -> bool:
        """What the buyer takes from itself, or what is known to stay in one country."""
        origin, goal = self.seats(maker), self.seats(self.buyer)
        return maker in self.recipients or (len(origin) == 1 and origin == goal)

    def bears(self, item: str, maker: str) -> dict[str, str]:
        """Policy → sure or maybe, of those asked for that stop a delivery of an item by a maker, in force on the day."""
        if not self.policies or self.inside(maker):
            return {}
        found = {"rule": self._pointed(item, maker), ACS: self._computed(item, maker)}
        return {p: how for p, how in found.items() if how and p in self.policies}

    def stops(self, item: str, maker: str, reading: str) -> bool:
        how = self.bears(item, maker).values()
        return SURE in how or (reading == "strict" and MAYBE in how)

    def _pointed(self, item: str, maker: str) -> str:
        rule, origin, goal = self.world.rule, self.seats(maker), self.seats(self.buyer)
        over = self.day == LAST and rule.end in ("suspended", "rescinded")
        silent = not (rule.items or rule.words or rule.instrument == "entity listing")
        if self.day == BEFORE or over or rule.instrument in FREE or silent:
            return ""
        if rule.items and item not in rule.items:
            return ""
        abroad = rule.issuer == "USA"  # reaches items made abroad
        leaves, enters = rule.issuer in origin or not origin, rule.issuer in goal
        seller, taker, thing = maker in rule.firms, self.buyer in rule.firms, item in rule.items
        sent = (seller and (leaves or enters)) or (taker and (leaves or abroad))  # a country names its firms that send
        if not (sent or (thing and (leaves or enters or abroad))):
            return ""
        aimed = not rule.countries or bool(rule.countries & goal) or not goal or taker
        outwards, inwards = (leaves or abroad) and aimed, enters and self._aims_at(origin, seller)
        return MAYBE if outwards or inwards else ""

    def _aims_at(self, origin: frozenset[str], named: bool) -> bool:
        """Whether an import measure aims at where a delivery comes from."""
        countries = self.world.rule.countries
        return not countries or not origin or named or bool(countries & origin)

    def _computed(self, item: str, maker: str) -> str:
        chip, origin, goal = self.world.chips.get(item, "small"), self.seats(maker), self.seats(self.buyer)
        if self.day == BEFORE or chip == "small":
            return ""
        if not goal or goal == {"USA"}:
            return ""  # where it goes is not on record, or it is home
        if "CHN" not in goal and not self._parent_in_china():
            return MAYBE if self.day == FIRST else ""  # the lists of country groups are whole from a later day on
        return SURE if chip == "over" and origin == {"USA"} else MAYBE

    def _parent_in_china(self) -> bool:
        """The seat of the buyer, or of whoever holds half of it or more, link by link."""
        found = {self.buyer} - set(COUNTRIES)
        while more := {o for o, d, p in self.world.owns if d in found and p >= 50} - found:
            found |= more
        return any("CHN" in self.seats(f) for f in found)

    # ---- plans ----------------------------------------------------------------------------------------------------------

    def groups(self, item: str, reading: str) -> list[list[str]]:
        """What an item needs one of; groups of which no row is required count in strict only."""
        found: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for tail, part, group, necessity in self.world.needs:
            if tail == item:
                found.setdefault((group, "" if group else part), []).append((part, necessity))
        strict = reading == "strict"
        return [
            [p for p, _ in rows]
            for rows in found.values()
            if strict or any(necessity == "required" for _, necessity in rows)
        ]

    def makers(self, item: str) -> list[str]:
        return sorted(f for i, f in self.world.makes if i == item)

    def inputs_to_buyer(self, item: str, to_buyer: bool) -> bool:
        """Of what needs no maker: whether its inputs go to the buyer. Whoever takes it works it, unless others are known to."""
        known = set(self.makers(item))
        return to_buyer if not known else bool(known & self.recipients) if to_buyer else known <= self.recipients

    def can(self, reading: str, named: frozenset[tuple[str, str]] | None = None) -> bool:
        """Whether there is a plan. `named`: the deliveries that are taken away, in place of those that the rules stop."""
        return self._have("item-0", True, reading, frozenset(), named)

    def _stopped(self, item: str, maker: str, reading: str, named: frozenset[tuple[str, str]] | None) -> bool:
        return self.stops(item, maker, reading) if named is None else (item, maker) in named

    def _have(
        self,
        item: str,
        to_buyer: bool,
        reading: str,
        above: frozenset[tuple[str, bool]],
        named: frozenset[tuple[str, str]] | None,
    ) -> bool:
        if (item, to_buyer) in above:
            return True  # a ring that nothing touches supports itself
        above |= {(item, to_buyer)}
        return any(
            all(
                any(self._have(part, goes, reading, above, named) for part in group)
                for group in self.groups(item, reading)
            )
            for goes in self._ways(item, to_buyer, reading, named)
        )

    def _ways(
        self, item: str, to_buyer: bool, reading: str, named: frozenset[tuple[str, str]] | None
    ) -> Iterator[bool]:
        """The ways in which an item can be made, each by whether its inputs go to the buyer."""

        def able(firm: str) -> bool:
            held = to_buyer and self._stopped(item, firm, reading, named)
            return firm not in self.removed and not held and not self._starves(firm, item, reading, named)

        if self.world.kinds[item] in self.world.steps:
            yield self.inputs_to_buyer(item, to_buyer)
            return
        designers = [f for i, f in self.world.designs if i == item]
        if designers and not any(able(f) for f in designers):
            return
        makers = self.makers(item)
        if not makers and self.assumed:
            yield False
        for maker in makers:
            if able(maker):
                yield maker in self.recipients

    def _starves(self, maker: str, item: str, reading: str, named: frozenset[tuple[str, str]] | None) -> bool:
        """Whether a maker has lost every documented supplier of a part of an item (strict)."""
        for part in self.parts(item) if reading == "strict" else ():
            suppliers = {s for c, s, p in self.world.supplies if (c, p) == (maker, part)}
            to_buyer = maker in self.recipients
            lost = {s for s in suppliers if s in self.removed or (to_buyer and self._stopped(part, s, reading, named))}
            if suppliers and suppliers == lost:
                return True
        return False

    def parts(self, item: str) -> set[str]:
        """What an item requires directly, or by way of steps and nodes."""
        found: set[str] = set()
        todo = [item]
        while todo:
            tail = todo.pop()
            for part in {p for t, p, _, _ in self.world.needs if t == tail} - found:
                found.add(part)
                todo += [part] if self.world.kinds[part] in self.world.steps else []
        return found

    def met(self, reading: str) -> set[tuple[str, str]]:
        """The deliveries to the buyer that lie on any way and that rules stop."""
        found: set[tuple[str, str]] = set()
        queue = [("item-0", True)]
        for item, to_buyer in queue:
            makers, goes = self.makers(item), set[bool]()
            designers = [f for i, f in self.world.designs if i == item]
            if self.world.kinds[item] in self.world.steps:
                goes, makers = {self.inputs_to_buyer(item, to_buyer)}, []
            stopped = {m for m in (*makers, *designers) if to_buyer and self.stops(item, m, reading)}
            found |= {(item, m) for m in stopped}
            goes |= {m in self.recipients for m in makers if m not in stopped} or ({False} if not goes else set())
            for firm in {*makers, *designers} - stopped:
                for part in self.parts(item) if reading == "strict" and firm in self.recipients else ():
                    suppliers = {s for c, s, p in self.world.supplies if (c, p) == (firm, part)}
                    found |= {(part, s) for s in suppliers if self.stops(part, s, reading)}
            for _, part in sorted((t, p) for t, p, _, _ in self.world.needs if t == item):
                for each in sorted(goes):
                    if (part, each) not in queue:
                        queue.append((part, each))
        return found


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


@st.composite
def questions(draw: st.DrawFn, world: World, days: tuple[str, ...] = (*DAYS, LATER, LATER, LATER, LAST)) -> Oracle:
    """A day, policies, a buyer, perhaps a firm that is removed."""
    pick = lambda *values: draw(st.sampled_from(values))  # noqa: E731 (a shorthand)
    makers = tuple(f for i, f in sorted(world.makes) if i == "item-0") or FIRMS
    return Oracle(
        world,
        pick(*days),
        pick(("rule",), (ACS,), ("rule", ACS), ("rule", ACS)),
        pick(pick(*FIRMS), pick(*makers), pick(*makers), "CHN", "CHN", "NLD"),
        frozenset(pick((), (), (), (pick(*FIRMS),))),
        pick(True, True, True, False),
    )
