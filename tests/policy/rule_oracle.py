"""What a rule takes, hop by hop, by brute force.

Written from the meaning of feasibility with a policy (design, semantics, 3.4 and 4; docs, dependencies, "Rules on the network"): it walks through every
plan, maker by maker and alternative by alternative, and asks at each delivery, to the buyer and to each maker on the way, whether a rule of that day
stops it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.policy.rule_worlds import ACS, BEFORE, COUNTRIES, DAYS, FIRMS, FIRST, FREE, LAST, LATER, World

SURE, MAYBE = "sure", "maybe"


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

    def held(self, party: str) -> frozenset[str]:
        """A party and what it holds by half or more, link by link."""
        found = {party}
        while more := {d for o, d, p in self.world.owns if o in found and p >= 50} - found:
            found |= more
        return frozenset(found)

    def inside(self, maker: str, to: str) -> bool:
        """What a recipient takes from itself, or what is known to stay in one country."""
        origin, goal = self.seats(maker), self.seats(to)
        return maker in self.held(to) or (len(origin) == 1 and origin == goal)

    def bears(self, item: str, maker: str, to: str) -> dict[str, str]:
        """Policy → sure or maybe, of those asked for that stop a delivery of an item by a maker to a recipient, in force on the day."""
        if not self.policies or self.inside(maker, to):
            return {}
        found = {"rule": self._pointed(item, maker, to), ACS: self._computed(item, maker, to)}
        return {p: how for p, how in found.items() if how and p in self.policies}

    def stops(self, item: str, maker: str, to: str, reading: str) -> bool:
        how = self.bears(item, maker, to).values() if to else ()
        return SURE in how or (reading == "strict" and MAYBE in how)

    def _pointed(self, item: str, maker: str, to: str) -> str:
        rule, origin, goal = self.world.rule, self.seats(maker), self.seats(to)
        over = self.day == LAST and rule.end in ("suspended", "rescinded")
        silent = not (rule.items or rule.words or rule.instrument == "entity listing")
        if self.day == BEFORE or over or rule.instrument in FREE or silent:
            return ""
        if rule.items and item not in rule.items:
            return ""
        abroad = rule.issuer == "USA"  # reaches items made abroad
        leaves, enters = rule.issuer in origin or not origin, rule.issuer in goal
        seller, taker, thing = maker in rule.firms, to in rule.firms, item in rule.items
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

    def _computed(self, item: str, maker: str, to: str) -> str:
        chip, origin, goal = self.world.chips.get(item, "small"), self.seats(maker), self.seats(to)
        if self.day == BEFORE or chip == "small":
            return ""
        if not goal or goal == {"USA"}:
            return ""  # where it goes is not on record, or it is home
        if "CHN" not in goal and not self._parent_in_china(to):
            return MAYBE if self.day == FIRST else ""  # the lists of country groups are whole from a later day on
        return SURE if chip == "over" and origin == {"USA"} else MAYBE

    def _parent_in_china(self, to: str) -> bool:
        """The seat of a recipient, or of whoever holds half of it or more, link by link."""
        found = {to} - set(COUNTRIES)
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

    def inputs_of_step(self, item: str, to: str) -> str:
        """To whom what a step or node needs goes: whoever takes it works it, unless others are known to."""
        known = self.makers(item)
        return to if not known or to in known else known[0] if len(known) == 1 else ""

    def can(self, reading: str, named: frozenset[tuple[str, str, str]] | None = None) -> bool:
        """Whether there is a plan. `named`: the deliveries that are taken away, in place of those that the rules stop."""
        return self._have("item-0", self.buyer if self.policies else "", reading, frozenset(), named)

    def _stopped(
        self, item: str, maker: str, to: str, reading: str, named: frozenset[tuple[str, str, str]] | None
    ) -> bool:
        return self.stops(item, maker, to, reading) if named is None else (item, maker, to) in named

    def _have(
        self,
        item: str,
        to: str,
        reading: str,
        above: frozenset[tuple[str, str]],
        named: frozenset[tuple[str, str, str]] | None,
    ) -> bool:
        if (item, to) in above:
            return True  # a ring that nothing touches supports itself
        above |= {(item, to)}
        return any(
            all(
                any(self._have(part, goes, reading, above, named) for part in group)
                for group in self.groups(item, reading)
            )
            for goes in self._ways(item, to, reading, named)
        )

    def _ways(self, item: str, to: str, reading: str, named: frozenset[tuple[str, str, str]] | None) -> Iterator[str]:
        """The ways in which an item can be made, each by who takes its inputs."""

        def able(firm: str) -> bool:
            held = self._stopped(item, firm, to, reading, named)
            return firm not in self.removed and not held and not self._starves(firm, item, reading, named)

        if self.world.kinds[item] in self.world.steps:
            yield self.inputs_of_step(item, to)
            return
        designers = [f for i, f in self.world.designs if i == item]
        if designers and not any(able(f) for f in designers):
            return
        makers = self.makers(item)
        if not makers and self.assumed:
            yield ""
        for maker in makers:
            if able(maker):
                yield maker

    def _starves(self, maker: str, item: str, reading: str, named: frozenset[tuple[str, str, str]] | None) -> bool:
        """Whether a maker has lost every documented supplier of a part of an item (strict)."""
        for part in self.parts(item) if reading == "strict" else ():
            suppliers = {s for c, s, p in self.world.supplies if (c, p) == (maker, part)}
            lost = {s for s in suppliers if s in self.removed or self._stopped(part, s, maker, reading, named)}
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

    def met(self, reading: str) -> set[tuple[str, str, str]]:
        """The deliveries that lie on any way and that rules stop."""
        found: set[tuple[str, str, str]] = set()
        queue = [("item-0", self.buyer)]
        for item, to in queue:
            makers = self.makers(item)
            designers = [f for i, f in self.world.designs if i == item]
            step = self.world.kinds[item] in self.world.steps
            if step:
                makers = []
            stopped = {m for m in (*makers, *designers) if self.stops(item, m, to, reading)}
            found |= {(item, m, to) for m in stopped}
            goes = {m for m in makers if m not in stopped} or {""}
            goes = {self.inputs_of_step(item, to)} if step else goes
            for firm in {*makers, *designers} - stopped:
                for part in self.parts(item) if reading == "strict" else ():
                    suppliers = {s for c, s, p in self.world.supplies if (c, p) == (firm, part)}
                    found |= {(part, s, firm) for s in suppliers if self.stops(part, s, firm, reading)}
            for _, part in sorted((t, p) for t, p, _, _ in self.world.needs if t == item):
                for each in sorted(goes):
                    if (part, each) not in queue:
                        queue.append((part, each))
        return found


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
