"""From scores to links: what is linked, what a person is asked, what is left alone.

1. A pair that a person decided is linked or kept apart, whatever its score.
2. Of the entities of one data set a record can mean one: the best. Where another is nearly as good, a person is asked.
3. Of the records of one data set that would mean one entity the best is linked, and its namesakes (one party listed twice): the others
   are mostly its subsidiaries, and a person is asked.
4. From `LINK_FROM` on it is a link, from `REVIEW_FROM` on a question, below nothing.
5. Links make a forest: none closes a circle, none joins two curated entities or two things a person keeps apart. They lead from the
   record towards the curated entity; where there is none, towards the record of the earliest data set.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.identity.decisions import SAME, Decision, ReviewRow
from kg.identity.profiles import CURATED, Profile
from kg.identity.scoring import Match

__all__ = ["LINK_FROM", "REVIEW_FROM", "Decided", "decide"]

LINK_FROM = 0.9
"""The score from which a pair is linked without being asked about."""

REVIEW_FROM = 0.75
"""The score from which a person is asked."""

_NEARLY = 0.06


@dataclass(frozen=True, slots=True)
class Decided:
    """Links as matches from record to entity, the curated ones with the method `curated`; what a person is asked; decisions that others
    contradict, which make no link."""

    links: tuple[Match, ...]
    review: tuple[ReviewRow, ...]
    contradicted: tuple[Match, ...] = ()


def decide(
    matches: Iterable[Match],
    profiles: Mapping[str, Profile],
    order: Mapping[str, int],
    decisions: Mapping[frozenset[str], Decision],
) -> Decided:
    """Decide on scored pairs.

    Parameters
    ----------
    matches : pairs with their scores.
    profiles : by IRI.
    order : the place of each data set.
    decisions : a person's word by pair of ids.
    """
    return _Deciding(profiles, order, decisions).decide(sorted(matches, key=_order))


def _order(match: Match) -> tuple[float, str, str]:
    return -match.score, match.record, match.entity


class _Deciding:
    """One run of deciding."""

    def __init__(
        self,
        profiles: Mapping[str, Profile],
        order: Mapping[str, int],
        decisions: Mapping[frozenset[str], Decision],
    ) -> None:
        self.profiles, self.order, self.decisions = profiles, order, decisions
        self.by_id = {profile.id: iri for iri, profile in profiles.items()}
        self.review: dict[tuple[str, str], Match] = {}
        self.above: dict[str, str] = {}
        self.edges: dict[str, list[tuple[str, Match]]] = defaultdict(list)
        self.apart: list[tuple[str, str]] = []

    def decide(self, matches: Sequence[Match]) -> Decided:
        """Links and questions."""
        curated = self._curated()
        settled = {(m.record, self._set(m.entity)) for m in curated}
        open_ = [m for m in matches if m.score >= REVIEW_FROM and self._pair(m) not in self.decisions]
        open_ = [m for m in open_ if (m.record, self._set(m.entity)) not in settled]
        decided = [m for m in matches if (word := self.decisions.get(self._pair(m))) and word.decision == SAME]
        chosen = self._alone(self._best(open_), decided)
        contradicted = tuple(match for match in curated if not self._join(match, ask=False))
        for match in sorted(chosen, key=lambda m: (self._set(m.entity) != CURATED, _order(m))):
            self._join(match, ask=True)
        asked = (m for m in self.review.values() if self._worth_asking(m))
        rows = (self._row(m) for m in sorted(asked, key=_order))
        links = sorted(self._directed(), key=lambda m: (m.record, m.entity))
        return Decided(tuple(links), tuple(rows), contradicted)

    # ---- rules ----------------------------------------------------------------------------------------------------------------

    def _curated(self) -> list[Match]:
        found = []
        for decision in sorted(self.decisions.values(), key=lambda d: (d.record, d.identified_with)):
            record, entity = self.by_id.get(decision.record), self.by_id.get(decision.identified_with)
            if record is None or entity is None:
                continue
            if decision.decision == SAME:
                found.append(Match(record, entity, 1.0, "curated", decision.evidence, True))
            else:
                self.apart.append((record, entity))
        return found

    def _best(self, matches: Sequence[Match]) -> list[Match]:
        """The best entity of each data set for each record; a question where another is nearly as good."""
        found = []
        for _, of_record in _grouped(matches, lambda m: (m.record, self._set(m.entity))):
            best, *others = of_record
            rival = next((m for m in others if self._rivals(best, m)), None)
            if rival is None:
                found.append(best)
                continue
            for each in of_record:
                if best.score - each.score < _NEARLY:
                    self._ask(each, f"nearly as well: {self._id((rival if each is best else best).entity)}")
        return found

    def _rivals(self, best: Match, other: Match) -> bool:
        """Whether another entity is nearly as good. It is none where it is a second entry of the same name; where the best bears the
        record's label to the letter, only an entity that bears another of its names is; where it bears one of its names, only one that
        does so too."""
        if best.score - other.score >= _NEARLY or self._namesakes(other.entity, best.entity):
            return False
        if best.exact:
            return other.literal and not other.by_label
        return other.literal or not best.literal

    def _alone(self, matches: Sequence[Match], decided: Sequence[Match]) -> list[Match]:
        """The records of one data set that may mean an entity together; of the others a person is asked. A pair that was decided
        stands for itself, and counts beside the others by its score."""
        found = []
        settled = {(m.record, m.entity) for m in decided}
        every = sorted([*matches, *decided], key=_order)
        for (_, data_set), of_entity in _grouped(every, lambda m: (m.entity, self._set(m.record))):
            best = of_entity[0]
            like = [m for m in of_entity if m.score == best.score]
            alone = all(self._namesakes(m.record, best.record) for m in like)
            for each in of_entity:
                if (each.record, each.entity) in settled:
                    continue
                if each.score < LINK_FROM:
                    self._ask(each)
                elif alone and each in like:
                    found.append(each)
                else:
                    self._ask(each, f"other records of {data_set} match it as well")
        return found

    def _join(self, match: Match, ask: bool) -> bool:
        """Add a link unless it closes a circle or joins what must stay apart; answers whether the two are in one tree now."""
        one, other = self._root(match.record), self._root(match.entity)
        if one == other:
            return True
        if self._kept_apart(one, other):
            if ask:
                self._ask(match, "what they are linked with differs")
            return False
        if ask and self._asked_of(match):
            self._ask(match, "a person is asked whether it is the curated entity that this is linked with")
            return False
        low, high = sorted((one, other), key=self._rank)
        self.above[high] = low
        self.edges[match.record].append((match.entity, match))
        self.edges[match.entity].append((match.record, match))
        return True

    def _worth_asking(self, match: Match) -> bool:
        """Whether an answer would change anything: not where the two are linked by another way, or what they are linked with is kept
        apart."""
        one, other = self._root(match.record), self._root(match.entity)
        return one != other and not self._kept_apart(one, other)

    def _kept_apart(self, one: str, other: str) -> bool:
        """Whether two trees, given by their roots, must not become one."""
        if self._set(one) == self._set(other) == CURATED:
            return True
        return any({self._root(a), self._root(b)} == {one, other} for a, b in self.apart)

    def _asked_of(self, match: Match) -> bool:
        """Whether a link would answer by a detour what a person is asked directly."""
        ends = {match.record: self._root(match.entity), match.entity: self._root(match.record)}
        return any((end, root) in self.review and self._set(root) == CURATED for end, root in ends.items())

    def _directed(self) -> list[Match]:
        """All links, turned towards the first member of their tree."""
        found = []
        for root in sorted({self._root(iri) for iri in self.edges}):
            seen, queue = {root}, deque([root])
            while queue:
                here = queue.popleft()
                for there, match in sorted(self.edges[here], key=lambda e: e[0]):
                    if there not in seen:
                        seen.add(there)
                        queue.append(there)
                        found.append(replace(match, record=there, entity=here))
        return found

    # ---- helpers --------------------------------------------------------------------------------------------------------------

    def _root(self, iri: str) -> str:
        while iri in self.above:
            iri = self.above[iri]
        return iri

    def _rank(self, iri: str) -> tuple[int, str]:
        return self.order[self._set(iri)], iri

    def _namesakes(self, one: str, other: str) -> bool:
        """Whether two records bear the same name: one thing that a data set lists twice."""
        return self.profiles[one].names[0].full == self.profiles[other].names[0].full

    def _set(self, iri: str) -> str:
        return self.profiles[iri].data_set

    def _id(self, iri: str) -> str:
        return self.profiles[iri].id

    def _pair(self, match: Match) -> frozenset[str]:
        return frozenset((self._id(match.record), self._id(match.entity)))

    def _ask(self, match: Match, why: str = "") -> None:
        evidence = f"{match.evidence}; {why}" if why else match.evidence
        self.review.setdefault((match.record, match.entity), replace(match, evidence=evidence))

    def _row(self, match: Match) -> ReviewRow:
        return ReviewRow(self._id(match.record), self._id(match.entity), match.score, match.evidence)


def _grouped(
    matches: Iterable[Match], key: Callable[[Match], tuple[str, str]]
) -> Iterable[tuple[tuple[str, str], list[Match]]]:
    """Matches by key, each group in the order given."""
    groups: dict[tuple[str, str], list[Match]] = defaultdict(list)
    for match in matches:
        groups[key(match)].append(match)
    return groups.items()
