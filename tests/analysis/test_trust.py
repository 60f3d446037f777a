"""Coverage and disagreements: worlds judged by brute force, and cases with their answers written out.

The oracle works on the rows a world is made of, never on what the package made of them: numbers are compared as numbers, a
fact is what its cells say, a date is looked up in a table. Where two readings are possible a
world is judged only as far as both agree; a case below then has the one that holds.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import BadArgument, BadCursor, BadDate, UnknownId
from kg.facts.model import Batch, Facts
from kg.facts.reader import read_facts
from kg.operations import Answered
from kg.schema import Schema
from kg.store.dataset import Dataset
from kg.store.release import Release
from tests.helpers import FactsFolder, ask, dataset_of, iri_of, text_of

Opened = Callable[[FactsFolder], Dataset]
D = dt.date
TODAY = {"asOf": "2026-11-24", "knownOn": "2026-11-24"}
PUBLISHED = {"s1": "2021", "s2": "2023-06", "s3": "2025-03-04", "s4": ""}
LAST = {"2021": D(2021, 12, 31), "2023-06": D(2023, 6, 30), "2025-03-04": D(2025, 3, 4)}
LAST |= {"2023": D(2023, 12, 31), "2024": D(2024, 12, 31)}
"""Last possible day of the dates a world uses."""

CLASS_OF = {
    **dict.fromkeys(("chip-a", "chip-b"), "Chip"),
    **dict.fromkeys(("part-a", "part-b"), "Component"),
    **dict.fromkeys(("acme", "bolt"), "Company"),
    **dict.fromkeys(("CHN", "NLD"), "Country"),
}
CLAIMS = ("k0", "k1", "k2", "k3")
ENDS = {"Provision": ("item", "provider"), "Design": ("item", "designer"), "Requirement": ("item", "requires")}
ONE_AT_A_TIME = ("dieArea", "memoryCapacity", "memoryType", "headquarteredIn")
LICENCES = {"test": "CC-BY-4.0", "other": "CC-BY-NC-4.0"}


def value(text: str) -> str | float:
    """A cell's value: numbers in differing spelling are equal."""
    return float(text) if re.fullmatch(r"[0-9.]+", text) else text


@dataclass(frozen=True)
class Row:
    n: int
    file: str
    cells: tuple[tuple[str, str], ...]
    status: str
    cites: str
    """The source's id; the document to check it in where the status is unverified."""
    ended: bool
    batch: str

    def __getitem__(self, name: str) -> str:
        return dict(self.cells).get(name, "")

    @property
    def origin(self) -> str:
        return f"world:{self.n}"

    @property
    def source(self) -> str:
        return "" if self.status == "unverified" else self.cites

    @property
    def published(self) -> str:
        return PUBLISHED.get(self.source, "")

    @property
    def names(self) -> set[str]:
        return {v for k, v in self.cells if (v in CLASS_OF or v in CLAIMS) and k != "label"}

    def facts_of(self, entity: str) -> list[tuple[Any, ...]]:
        """(kind, what it says) of an entity, none where the row says nothing of it."""
        if self.file == "facts":
            return [(self["property"], value(self["object"]))] * (self["subject"] == entity)
        if self.file == "Claim":
            return [("Claim.about", self["id"])] if self["about"] == entity else []
        ends = ENDS[self.file]
        return [(f"{self.file}.{end}", *(self[e] for e in ends)) for end in ends if self[end] == entity][:1]


@dataclass(frozen=True)
class Fact:
    """What is said once: its rows, and whether it is single, old, weak (None where readings differ)."""

    kind: str
    rows: tuple[Row, ...]

    @property
    def single(self) -> bool | None:
        sources, documents = {r.source for r in self.rows} - {""}, {r.cites for r in self.rows}
        return len(documents) == 1 if (len(sources) <= 1) == (len(documents) == 1) else None

    def older(self, day: dt.date | None) -> bool | None:
        if day is None:
            return False
        dated = [LAST[r.published] for r in self.rows if r.published]
        dated += [LAST[r["period"]] for r in self.rows if r["period"]]
        old = bool(dated) and all(d < day for d in dated)
        return None if old and any(r.source and not r.published for r in self.rows) else old

    @property
    def unverified(self) -> bool:
        return all(r.status == "unverified" for r in self.rows)


@dataclass(frozen=True)
class Question:
    licence: str | None
    verified_only: bool
    older_than: dt.date | None = None

    @property
    def raw(self) -> dict[str, Any]:
        return {**TODAY, "dataLicence": self.licence or "", "verifiedOnly": self.verified_only}


@dataclass
class World:
    rows: list[Row]

    def __post_init__(self) -> None:
        self.iris: dict[int, str] = {}

    def allowed(self, row: Row, q: Question) -> bool:
        return q.licence != "CC-BY-4.0" or row.batch == "test"

    def valid(self, q: Question) -> list[Row]:
        return [
            r
            for r in self.rows
            if not r.ended and self.allowed(r, q) and not (q.verified_only and r.status == "unverified")
        ]

    def visible(self, entity: str, q: Question) -> bool:
        if entity in CLAIMS:
            return any(r.file == "Claim" and r["id"] == entity for r in self.valid(q))
        naming = [r for r in self.rows if entity in r.names]
        return not naming or any(self.allowed(r, q) for r in naming)

    def facts_of(self, entity: str, q: Question) -> list[Fact]:
        found = defaultdict(list)
        for row in self.valid(q):
            for key in row.facts_of(entity):
                found[key].append(row)
        return [Fact(key[0], tuple(rows)) for key, rows in found.items()]

    def shares(self, item: str, q: Question) -> dict[str, list[tuple[Any, ...]]]:
        """By provider, the shares that count of an item, the one to show first."""
        rows = [r for r in self.valid(q) if r.file == "Provision" and r["item"] == item]
        found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for row in rows:
            same = [r["period"] for r in rows if r["period"] and r.cites == row.cites]
            if row["share"] and (not row["period"] or row["period"] == max(same)):
                order = (-int(row["period"] or 0), row.status != "verified", self.iris[row.n])
                found[row["provider"]].append((*order, float(row["share"])))
        return {provider: sorted(each) for provider, each in found.items()}

    def suppliers(self, item: str, q: Question) -> set[str]:
        """The organisations an entity depends on directly."""
        heads = {"Provision": "provider", "Design": "designer"}
        return {r[heads[r.file]] for r in self.valid(q) if r.file in heads and r["item"] == item}

    def facts(self, schema: Schema, folder: Path) -> Facts:
        small = FactsFolder(folder)
        for source, published in PUBLISHED.items():
            small.source(source, published=published)
        for slug, class_name in CLASS_OF.items():
            small.entity(class_name, slug)
        for row in self.rows:
            tail = {"status": row.status, "source": row.source, "origin": row.origin}
            if row.status == "unverified":
                tail["to_check_in"] = row.cites
            small.relation(row.file, **dict(row.cells), valid_until="2025-01-01" if row.ended else "", **tail)
        read = read_facts(small.write(), schema)
        self.iris.update({r.n: iri_of(read, r.origin) for r in self.rows})
        batch = {self.iris[r.n]: r.batch for r in self.rows}
        return dataclasses.replace(
            read,
            batches={b: Batch(b, b, licence, D(2026, 11, 24)) for b, licence in LICENCES.items()},
            statements={i: dataclasses.replace(s, batch=batch[i]) for i, s in read.statements.items()},
        )


_NUMBERS = ("100", "100.0", "0100.00", "120")
_CLAIM = {"label": "a claim", "claimed_by_text": "somebody", "claim_kind": "claimed", "text": "Somebody claims it."}


@st.composite
def worlds(draw: st.DrawFn) -> World:
    pick = lambda values: draw(st.sampled_from(values))  # noqa: E731 (a shorthand)
    rows: list[Row] = []
    taken = set()

    def add(file: str, key: tuple[Any, ...], **cells: str) -> None:
        status = pick(("verified", "verified", "unverified", "derived"))
        cites = pick(("paper A", "paper B") if status == "unverified" else tuple(PUBLISHED))
        if (file, key, cites) not in taken:
            taken.add((file, key, cites))
            more = {"derived_from": "inputs"} if status == "derived" else {}
            ended, batch = pick((False,) * 5 + (True,)), pick(("test", "test", "other"))
            rows.append(Row(len(rows), file, tuple((cells | more).items()), status, cites, ended, batch))

    def plain(subject: str, property_: str, object_: str) -> None:
        add("facts", (subject, property_, value(object_)), subject=subject, property=property_, object=object_)

    for _ in range(draw(st.integers(1, 12))):
        chip, part, firm = pick(("chip-a", "chip-a", "chip-b")), pick(("part-a", "part-b")), pick(("acme", "bolt"))
        match pick(("figure", "figure", "figure", "type", "note", "hq", "provision", "provision", "design", "needs")):
            case "figure":
                plain(chip, pick(("dieArea", "dieArea", "memoryCapacity")), pick(_NUMBERS))
            case "type":
                plain(chip, "memoryType", pick(("HBM2", "HBM3")))
            case "note":
                plain(chip, "itemNote", pick(("one", "two")))
            case "hq":
                plain(firm, "headquarteredIn", pick(("CHN", "NLD")))
            case "provision":
                period, share = pick(("", "2023", "2024")), pick(("", "10", "20", "20.0"))
                add("Provision", (part, firm, period), item=part, provider=firm, period=period, share=share)
            case "design":
                add("Design", (chip, firm), item=chip, designer=firm)
            case _:
                add("Requirement", (chip, part), item=chip, requires=part)
    claims = CLAIMS[: draw(st.integers(0, 4))]
    for slug in claims:
        metric = {"metric_property": pick(("dieArea", "dieArea", "memoryCapacity")), "value": pick((*_NUMBERS, "50"))}
        add("Claim", (slug,), id=slug, about=pick(("chip-a", "chip-b")), **metric, **_CLAIM)
    for _ in range(draw(st.integers(0, 2)) if len(claims) > 1 else 0):
        a, b = draw(st.permutations(claims))[:2]
        plain(a, "contradicts", b)
    return World(rows)


questions = st.builds(
    Question,
    st.sampled_from((None, None, "CC-BY-NC-4.0", "CC-BY-4.0")),
    st.booleans(),
    st.sampled_from((None, D(2020, 1, 1), D(2021, 12, 31), D(2022, 1, 1), D(2023, 7, 1), D(2024, 6, 1), D(2026, 1, 1))),
)


@pytest.fixture
def build(tmp_path: Path, schema: Schema, tiny_release: Release) -> Callable[[World], Dataset]:
    def make(world: World) -> Dataset:
        return dataset_of(schema, world.facts(schema, Path(tempfile.mkdtemp(dir=tmp_path))), tiny_release)

    return make


# ---- coverage: worlds -------------------------------------------------------------------------------------------------------


def within(number: int, judged: Iterable[bool | None]) -> bool:
    """Whether a count fits what is judged: exactly, where nothing is left open."""
    found = list(judged)
    return found.count(True) <= number <= found.count(True) + found.count(None)


def newest(rows: Iterable[Row], choose: Callable[..., str] = max) -> str:
    return choose((r.published for r in rows if r.published), key=LAST.__getitem__, default="")


def sourced_as(line: Any, facts: list[Fact], older_than: dt.date | None) -> None:
    """The counts of a line, a kind or an answer are those of the facts."""
    rows = [r for f in facts for r in f.rows]
    assert line.statements == len(rows)
    assert line.sources == len({r.source for r in rows} - {""})
    assert line.unverified == sum(r.status == "unverified" for r in rows)
    assert within(line.single_source, (f.single for f in facts))
    assert within(line.older, (f.older(older_than) for f in facts))
    assert line.newest_source == newest(rows)


def supplied_as(line: Any, world: World, entity: str, q: Question) -> None:
    assert line.suppliers == (len(world.suppliers(entity, q)) if CLASS_OF.get(entity) in ("Chip", "Component") else 0)
    shares = [each[0][-1] for each in world.shares(entity, q).values()]
    assert line.share_sum == (pytest.approx(sum(shares)) if shares else None)


@settings(max_examples=100)
@given(world=worlds(), q=questions)
def test_coverage_counts_what_is_said(world: World, q: Question, build: Callable[[World], Dataset]) -> None:
    dataset = build(world)
    whole = Question(None, False)
    for entity in CLASS_OF:
        answered = ask(dataset, "coverage", id=entity, older_than=q.older_than, **q.raw)
        answer, facts = answered.answer, world.facts_of(entity, q)
        sourced_as(answer, facts, q.older_than)
        supplied_as(answer, world, entity, q)
        rows = [r for f in facts for r in f.rows]
        assert (answer.node.id, answer.oldest_source) == (entity, newest(rows, min))
        assert answer.older_than == (q.older_than.isoformat() if q.older_than else "")
        assert answer.left_out == sum(len(f.rows) for f in world.facts_of(entity, whole)) - len(rows)
        # by kind
        assert [k.kind for k in answer.by_kind] == sorted({f.kind for f in facts})
        for kind in answer.by_kind:
            sourced_as(kind, [f for f in facts if f.kind == kind.kind], q.older_than)
        item = {k.kind: k for k in answer.by_kind}.get("Provision.item")
        shares = world.shares(entity, q)
        if item and all(len({s[-1] for s in each}) == 1 for each in shares.values()):
            assert item.share_sum == (pytest.approx(sum(e[0][-1] for e in shares.values())) if shares else None)
        # the weakest are shown with all their statements
        shown = {frozenset(s.iri for s in f.statements) for f in answer.weakest}
        for fact in facts:
            weak = [fact.unverified, fact.single, fact.older(q.older_than)]
            if True in weak or None not in weak:
                assert (frozenset(world.iris[r.n] for r in fact.rows) in shown) == (True in weak)
        assert len(shown) == len(answer.weakest)
        # what the answer rests on
        assert answered.meta.verified_only == q.verified_only
        assert [c.node.id for c in answered.meta.coverage] == [entity]
        assert answered.meta.statements.total >= len({s.iri for f in answer.weakest for s in f.statements})


@settings(max_examples=50)
@given(world=worlds(), q=questions)
def test_missing_is_what_most_of_the_class_have(
    world: World, q: Question, build: Callable[[World], Dataset], schema: Schema
) -> None:
    def label(kind: str) -> str:
        name, dot, end = kind.partition(".")
        return (
            f"{schema.classes[name].label} ({schema.properties[end].label})" if dot else schema.properties[name].label
        )

    dataset = build(world)
    for entity, class_name in CLASS_OF.items():
        peers = [e for e in CLASS_OF if CLASS_OF[e] == class_name and world.visible(e, q)]
        held = {e: {f.kind for f in world.facts_of(e, q)} for e in (*peers, entity)}
        kinds = {k for e in peers for k in held[e] if sum(k in held[p] for p in peers) * 2 > len(peers)}
        answer = ask(dataset, "coverage", id=entity, **q.raw).answer
        assert list(answer.missing) == sorted(label(k) for k in kinds - held[entity])


@settings(max_examples=60)
@given(
    world=worlds(), q=questions, size=st.integers(1, 4), class_name=st.sampled_from(("Item", "Entity", "Chip", None))
)
def test_the_table_sums_its_rows(
    world: World, q: Question, size: int, class_name: str | None, build: Callable[[World], Dataset]
) -> None:
    dataset = build(world)
    rows: list[Any] = []
    sums, after = set(), None
    while True:
        arguments = {"class": class_name, "older_than": q.older_than, "first": size, "after": after}
        page = ask(dataset, "coverage", **arguments, **q.raw).answer
        rows += page.rows
        assert 0 < len(page.rows) <= size or page.total == 0
        sums.add((page.total, page.statements, page.unverified, page.single_source, page.older))
        after = page.next
        if after is None:
            break
    added = (sum(getattr(r, n) for r in rows) for n in ("statements", "unverified", "single_source", "older"))
    assert sums == {(len(rows), *added)}
    wanted = {"Item": ("Chip", "Component"), None: ("Chip", "Component"), "Chip": ("Chip",)}.get(class_name)
    pool = [e for e, c in CLASS_OF.items() if not wanted or c in wanted] + ([] if wanted else list(CLAIMS))
    assert sorted(r.node.id for r in rows) == sorted(e for e in pool if world.visible(e, q))
    assert [r.node.iri for r in rows] == sorted(r.node.iri for r in rows)
    for row in rows:
        if row.node.id in CLASS_OF:
            sourced_as(row, world.facts_of(row.node.id, q), q.older_than)
            supplied_as(row, world, row.node.id, q)


# ---- coverage: by hand ------------------------------------------------------------------------------------------------------


@pytest.fixture
def shop(folder: FactsFolder) -> FactsFolder:
    """Entities and sources, and nothing said."""
    folder.entities("Chip", "chip-a", "chip-b", "chip-c")
    folder.entities("Component", "part-a")
    folder.entities("Company", "acme", "bolt")
    folder.entities("Country", "NLD", "CHN")
    for id_, published in (("old", "2019-05"), ("new", "2025-03-04"), ("undated", "")):
        folder.source(id_, published=published)
    return folder


def covered(dataset: Dataset, id_: str, **more: Any) -> Any:
    return ask(dataset, "coverage", id=id_, **{**TODAY, **more}).answer


def test_a_fact_of_two_sources_is_not_single(shop: FactsFolder, opened: Opened) -> None:
    shop.plain("chip-a", "dieArea", "100", source="old")
    shop.plain("chip-a", "dieArea", "100.0", source="new")
    shop.plain("chip-b", "dieArea", "100", source="old")
    shop.plain("chip-b", "dieArea", "120", source="new")
    dataset = opened(shop)
    both = covered(dataset, "chip-a")
    assert (both.statements, both.sources, both.single_source, both.unverified, both.weakest) == (2, 2, 0, 0, ())
    assert (both.oldest_source, both.newest_source) == ("2019-05", "2025-03-04")
    each = covered(dataset, "chip-b")
    assert (each.statements, each.sources, each.single_source) == (2, 2, 2)
    assert sorted(f.value.number for f in each.weakest) == [100, 120]


def test_two_passages_of_one_source_are_a_single_source(shop: FactsFolder, opened: Opened) -> None:
    shop.plain("chip-a", "dieArea", "100", source="old", valid_from="2020")
    shop.plain("chip-a", "dieArea", "100", source="old", valid_from="2021")
    answer = covered(opened(shop), "chip-a")
    assert (answer.statements, answer.sources, answer.single_source) == (2, 1, 1)


@pytest.mark.parametrize("other", ["unverified", "derived"])
def test_a_source_not_seen_is_no_second_source(other: str, shop: FactsFolder, opened: Opened) -> None:
    """a fact that one source says, and an unverified (or derived) statement repeats, is not counted as of a single source:
    `_is_single` counts the document to check it in (or the blank of a derived statement) as a source. The answer then says
    `sources` 1 and `singleSource` 0."""
    shop.plain("chip-a", "dieArea", "100", source="old")
    shop.plain("chip-a", "dieArea", "100", status=other)
    answer = covered(opened(shop), "chip-a")
    assert (answer.statements, answer.sources) == (2, 1)
    assert answer.single_source == 1


def test_unverified_only(shop: FactsFolder, opened: Opened) -> None:
    shop.plain("chip-a", "dieArea", "100", status="unverified")
    dataset = opened(shop)
    answered = ask(dataset, "coverage", id="chip-a", older_than="2030-01-01", **TODAY)
    answer = answered.answer
    assert (answer.statements, answer.unverified, answer.sources, answer.single_source, answer.older) == (1, 1, 0, 1, 0)
    assert (answer.oldest_source, answer.newest_source, answer.left_out) == ("", "", 0)
    (fact,) = answer.weakest
    assert (fact.property, fact.value.number, fact.statements[0].source) == ("dieArea", 100, None)
    assert (answered.meta.statements.total, answered.meta.statements.unverified) == (1, 1)
    verified = ask(dataset, "coverage", id="chip-a", verifiedOnly=True, **TODAY)
    assert (verified.answer.statements, verified.answer.left_out, verified.answer.weakest) == (0, 1, ())
    assert verified.meta.left_out_unverified == 1


@pytest.mark.parametrize(
    ("older_than", "chip_a", "chip_b", "part_a"),
    [
        (None, 0, 0, 0),
        ("2019-05-31", 0, 0, 0),  # the last possible day of 2019-05 is not before itself
        ("2019-06-01", 1, 0, 0),
        ("2024-12-31", 1, 0, 0),
        ("2025-01-01", 1, 0, 1),  # an old source about 2024 is of 2024
        ("2025-03-04", 1, 0, 1),
        ("2025-03-05", 1, 1, 1),
    ],
)
def test_facts_older_than_a_day(
    older_than: str | None, chip_a: int, chip_b: int, part_a: int, shop: FactsFolder, opened: Opened
) -> None:
    shop.plain("chip-a", "dieArea", "100", source="old")
    shop.plain("chip-b", "dieArea", "100", source="old")
    shop.plain("chip-b", "dieArea", "100", source="new")
    shop.plain("chip-c", "dieArea", "100", source="undated")
    shop.relation("Provision", item="part-a", provider="acme", share="10", period="2024", source="old")
    dataset = opened(shop)
    more = {"older_than": older_than}
    counts = {e: covered(dataset, e, **more).older for e in ("chip-a", "chip-b", "chip-c", "part-a")}
    assert counts == {"chip-a": chip_a, "chip-b": chip_b, "chip-c": 0, "part-a": part_a}
    table = ask(dataset, "coverage", **more, **TODAY).answer
    assert {r.node.id: r.older for r in table.rows} == counts
    assert table.older == sum(counts.values())


def test_missing_kinds(shop: FactsFolder, opened: Opened) -> None:
    for chip in ("chip-a", "chip-b"):
        shop.plain(chip, "dieArea", "100")
        shop.relation("Design", item=chip, designer="acme")
    shop.plain("chip-a", "memoryType", "HBM3")
    shop.relation("Requirement", item="chip-c", requires="part-a")
    dataset = opened(shop)
    assert covered(dataset, "chip-c").missing == ("design (item concerned)", "die area")
    assert covered(dataset, "chip-b").missing == ()
    assert covered(dataset, "part-a").missing == ()


def test_kinds_and_the_end_an_entity_stands_at(shop: FactsFolder, opened: Opened) -> None:
    shop.relation("Ownership", owned="acme", owner="bolt")
    shop.relation("Ownership", owned="bolt", owner="acme")
    shop.plain("acme", "headquarteredIn", "NLD")
    dataset = opened(shop)
    assert [(k.kind, k.statements) for k in covered(dataset, "acme").by_kind] == [
        ("Ownership.owned", 1),
        ("Ownership.owner", 1),
        ("headquarteredIn", 1),
    ]
    assert [(k.kind, k.statements) for k in covered(dataset, "bolt").by_kind] == [
        ("Ownership.owned", 1),
        ("Ownership.owner", 1),
    ]


def test_the_share_sum_is_of_the_newest_observations(shop: FactsFolder, opened: Opened) -> None:
    shop.relation("Provision", item="part-a", provider="acme", share="40", period="2023", source="old")
    shop.relation("Provision", item="part-a", provider="acme", share="60", period="2024", source="old")
    shop.relation("Provision", item="part-a", provider="bolt", share="30", period="2024", source="old")
    shop.relation("Provision", item="part-a", provider="bolt", source="new")
    answer = covered(opened(shop), "part-a")
    assert (answer.suppliers, answer.share_sum, answer.statements, answer.single_source) == (2, 90, 4, 1)
    (kind,) = answer.by_kind
    assert (kind.kind, kind.share_sum, kind.newest_source) == ("Provision.item", 90, "2025-03-04")


@pytest.mark.parametrize("swapped", [False, True])
def test_a_kinds_share_sum_takes_the_newest_of_two_sources(swapped: bool, shop: FactsFolder, opened: Opened) -> None:
    """the share sum of a kind takes the statement of the smallest IRI of each relation, where it says (and the sum of
    the whole answer takes) the newest observation: one of the two cases fails."""
    a, b = ("new", "old") if swapped else ("old", "new")
    shop.relation("Provision", item="part-a", provider="acme", share="10", period="2022", source=a)
    shop.relation("Provision", item="part-a", provider="acme", share="50", period="2024", source=b)
    answer = covered(opened(shop), "part-a")
    assert answer.share_sum == 50
    assert [k.share_sum for k in answer.by_kind] == [50]


def test_a_future_observation_is_not_told_by_its_age(shop: FactsFolder, opened: Opened) -> None:
    """the period of an observation that had not begun on `asOf` still keeps a fact from being old: what was observed in
    it is left out everywhere else (`Snapshot.qualifiers`)."""
    shop.relation("Provision", item="part-a", provider="acme", share="50", period="2024", source="old")
    dataset = opened(shop)
    assert covered(dataset, "part-a", asOf="2022-01-01", older_than="2021-01-01").older == 1


def test_more_weak_facts_than_are_shown(shop: FactsFolder, opened: Opened) -> None:
    for n in range(53):
        shop.plain("chip-a", "itemNote", f"note {n}", status="unverified" if n > 50 else "verified")
    answered = ask(opened(shop), "coverage", id="chip-a", **TODAY)
    assert (answered.answer.single_source, len(answered.answer.weakest)) == (53, 50)
    assert [f.statements[0].status for f in answered.answer.weakest[:3]] == ["unverified", "unverified", "verified"]
    assert any("53 facts" in n and "50" in n for n in answered.meta.notices)


def test_coverage_rests_on_the_statements_it_counts(shop: FactsFolder, opened: Opened) -> None:
    """`meta` counts the statements of the weakest facts only: for an entity all of whose facts have two sources it says
    that the answer rests on no statement and no source."""
    shop.plain("chip-a", "dieArea", "100", source="old")
    shop.plain("chip-a", "dieArea", "100", source="new")
    answered = ask(opened(shop), "coverage", id="chip-a", **TODAY)
    assert answered.answer.statements == 2
    assert (answered.meta.statements.total, answered.meta.statements.sources) == (2, 2)
    assert (answered.meta.oldest_source, answered.meta.newest_source) == ("2019-05", "2025-03-04")


def test_nothing_known_is_said_so(shop: FactsFolder, opened: Opened) -> None:
    """coverage of an entity of which nothing is held is a row of zeros without a notice (no bare "no")."""
    answered = ask(opened(shop), "coverage", id="chip-c", **TODAY)
    assert (answered.answer.statements, answered.answer.sources, answered.answer.by_kind) == (0, 0, ())
    assert [c.node.id for c in answered.meta.coverage] == ["chip-c"]
    assert answered.meta.notices


def test_the_table_refuses_the_cursor_of_another_table(shop: FactsFolder, opened: Opened) -> None:
    dataset = opened(shop)
    next_ = ask(dataset, "coverage", first=1, **TODAY).answer.next
    assert ask(dataset, "coverage", first=1, after=next_, **TODAY).answer.rows
    for other in ({"class": "Chip"}, {"older_than": "2024-01-01"}):
        with pytest.raises(BadCursor):
            ask(dataset, "coverage", first=1, after=next_, **other, **TODAY)


def test_what_coverage_refuses(shop: FactsFolder, opened: Opened) -> None:
    dataset = opened(shop)
    with pytest.raises(UnknownId):
        ask(dataset, "coverage", id="chip-z")
    with pytest.raises(BadDate):
        ask(dataset, "coverage", id="chip-a", older_than="last year")
    with pytest.raises(BadArgument):
        ask(dataset, "coverage", **{"class": "Nonsense"})


# ---- disagreements: worlds --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Expected:
    kind: str
    entity: str
    property: str
    statements: frozenset[str]
    claims: frozenset[str] | None
    """Ids of the claims shown; None where readings differ."""


def expected_of(world: World, entity: str, q: Question) -> list[Expected]:
    rows, iris = world.valid(q), world.iris
    if entity in CLAIMS:
        said = any(r["subject"] == entity and r["property"] == "contradicts" for r in rows)
        return [Expected("claim", entity, "", frozenset(), frozenset({entity}))] * said
    found = []
    for property_ in sorted(ONE_AT_A_TIME):
        stating = [r for r in rows if r["subject"] == entity and r["property"] == property_]
        values = {value(r["object"]) for r in stating}
        claims = {
            r["id"]
            for r in rows
            if r.file == "Claim"
            and r["about"] == entity
            and r["metric_property"] == property_
            and values - {value(r["value"])}
        }
        if len(values) > 1 or claims:
            kind = "figure" if property_ in ("dieArea", "memoryCapacity") else "value"
            shown = frozenset(claims) if len(values) == 1 else None
            found.append(Expected(kind, entity, property_, frozenset(iris[r.n] for r in stating), shown))
    groups = defaultdict(list)
    for row in rows:
        if row.file == "Provision" and row["item"] == entity and row["share"]:
            groups[row["provider"], row["period"]].append(row)
    for same in groups.values():
        if len({value(r["share"]) for r in same}) > 1:
            found.append(Expected("share", entity, "share", frozenset(iris[r.n] for r in same), frozenset()))
    return found


def told_about(world: World, entity: str, q: Question) -> list[Expected]:
    """The contradictions among claims of which one is about an entity, each from the claim that contradicts."""
    rows = world.valid(q)
    about = {r["id"] for r in rows if r.file == "Claim" and r["about"] == entity}
    valid = {r["id"] for r in rows if r.file == "Claim"}
    pairs = [(r["subject"], r["object"]) for r in rows if r["property"] == "contradicts"]
    telling = {a for a, b in pairs if a in valid and {a, b} & about}
    return [Expected("claim", a, "", frozenset(), frozenset({a})) for a in telling]


def seen_of(answered: Answered, expected: list[Expected], without_statement: bool = False) -> list[Expected]:
    """The disagreements of an answer; claims are compared where the expectation names them. Disagreements among claims alone
    are left out (`test_claims_that_differ_where_nothing_is_stated`)."""
    open_ = {(e.entity, e.property) for e in expected if e.claims is None}
    found = []
    for each in answered.answer.disagreements:
        statements = frozenset(s.iri for f in each.values for s in f.statements)
        claims = frozenset(c.id for c in each.claims)
        key = (each.entity.id, each.property)
        if each.kind in ("figure", "value") and not statements:
            continue
        found.append(Expected(each.kind, *key, statements, None if key in open_ else claims))
    return found


def in_any_order(found: Iterable[Expected]) -> list[Expected]:
    return sorted(found, key=lambda e: (e.entity, e.property, sorted(e.statements)))


@settings(max_examples=100)
@given(world=worlds(), q=questions, limit=st.integers(1, 3))
def test_disagreements_are_where_sources_differ(
    world: World, q: Question, limit: int, build: Callable[[World], Dataset]
) -> None:
    dataset = build(world)
    everyone = [e for e in (*CLASS_OF, *CLAIMS) if world.visible(e, q)]
    expected = {e: expected_of(world, e, q) for e in everyone}
    for entity in [e for e in everyone if e in CLASS_OF]:
        answered = ask(dataset, "disagreements", id=entity, **q.raw)
        told = [*expected[entity], *told_about(world, entity, q)]
        assert in_any_order(seen_of(answered, told)) == in_any_order(told)
    for class_name in ("Chip", "Item", "Company", "Claim", None):
        classes = {"Item": ("Chip", "Component"), None: (*CLASS_OF.values(), "Claim")}.get(class_name, (class_name,))
        wanted = [d for e in everyone if CLASS_OF.get(e, "Claim") in classes for d in expected[e]]
        answered = ask(dataset, "disagreements", **{"class": class_name}, **q.raw)
        answer = answered.answer
        assert in_any_order(seen_of(answered, wanted)) == in_any_order(wanted)
        assert answer.total == len(answer.disagreements)
        order = [(d.entity.iri, d.property == "share", d.property) for d in answer.disagreements]
        assert order == sorted(order)
        cited = set(re.findall(r"/statement/[0-9a-f]+", text_of(answered)))
        assert answered.meta.statements.total == len(cited)
        assert answered.meta.truncated is False
        if not answer.disagreements:
            assert any("No disagreement" in n for n in answered.meta.notices)
        for each in answer.disagreements:
            numbers = [f.value.number for f in each.values] + [c.value for c in each.claims if each.property]
            positive = [n for n in numbers if n]
            assert each.spread == (
                pytest.approx(max(positive) / min(positive), abs=1e-6) if len(positive) > 1 else None
            )
        few = ask(dataset, "disagreements", **{"class": class_name}, limit=limit, **q.raw)
        assert few.answer.disagreements == answer.disagreements[:limit]
        assert few.answer.total == answer.total
        assert few.meta.truncated == (answer.total > limit)
        told = [n for n in few.meta.notices if {str(limit), str(answer.total)} <= set(re.findall(r"\d+", n))]
        assert bool(told) == (answer.total > limit)


# ---- disagreements: by hand -------------------------------------------------------------------------------------------------


def differing(dataset: Dataset, id_: str | None = None, **more: Any) -> list[Any]:
    return list(ask(dataset, "disagreements", id=id_, **{**TODAY, **more}).answer.disagreements)


def test_two_figures_side_by_side(shop: FactsFolder, opened: Opened) -> None:
    shop.plain("chip-a", "dieArea", "814", source="old")
    shop.plain("chip-a", "dieArea", "814.0", source="new")
    shop.plain("chip-a", "dieArea", "826", source="report")
    (found,) = differing(opened(shop), "chip-a")
    assert (found.kind, found.entity.id, found.property, found.label, found.unit, found.spread, found.claims) == (
        *("figure", "chip-a", "dieArea", "die area", "mm2", round(826 / 814, 6)),
        (),
    )
    assert [(f.value.number, len(f.statements)) for f in found.values] == [(814, 2), (826, 1)]


def test_what_is_no_disagreement(shop: FactsFolder, opened: Opened) -> None:
    shop.plain("chip-a", "dieArea", "100", source="old")
    shop.plain("chip-a", "dieArea", "100.00", source="new")
    shop.plain("chip-b", "dieArea", "200", source="new")  # another chip's figure
    shop.plain("chip-a", "itemNote", "one")  # there may be several notes
    shop.plain("chip-a", "itemNote", "two")
    shop.claim("same", "chip-a", metric_property="dieArea", value="100.0")
    shop.claim("other", "chip-b", metric_property="dieArea", value="200", compared_with="chip-a")
    shop.claim("else", "chip-a", metric_property="memoryCapacity", value="64")
    shop.claim("words", "chip-a", metric="die area", value="50")  # names no property
    shop.relation("Provision", item="part-a", provider="acme", share="10", period="2023", source="old")
    shop.relation("Provision", item="part-a", provider="acme", share="20", period="2024", source="old")
    shop.relation("Provision", item="part-a", provider="bolt", share="30", period="2024", source="new")
    shop.relation("CountryShare", item="part-a", country="NLD", share="10", stage="mining", period="2024")
    shop.relation("CountryShare", item="part-a", country="NLD", share="40", stage="refining", period="2024")
    dataset = opened(shop)
    answered = ask(dataset, "disagreements", **TODAY)
    assert (answered.answer.disagreements, answered.answer.total) == ((), 0)
    assert any("No disagreement is on record" in n for n in answered.meta.notices)
    one = ask(dataset, "disagreements", id="chip-a", **TODAY)
    assert one.answer.total == 0
    assert [c.node.id for c in one.meta.coverage] == ["chip-a"]
    assert any("single source" in n for n in one.meta.notices)


def test_a_claim_with_another_number(shop: FactsFolder, opened: Opened) -> None:
    shop.plain("chip-a", "dieArea", "100", source="old")
    shop.claim("bigger", "chip-a", metric_property="dieArea", value="150")
    shop.claim("same", "chip-a", metric_property="dieArea", value="100")
    shop.claim("elsewhere", "chip-b", metric_property="dieArea", value="70", compared_with="chip-a")
    dataset = opened(shop)
    (found,) = differing(dataset, "chip-a")
    assert (found.kind, found.property, found.spread) == ("figure", "dieArea", 1.5)
    assert [c.id for c in found.claims] == ["bigger"]
    assert [f.value.number for f in found.values] == [100]
    assert differing(dataset, "chip-b") == []


def test_shares_of_one_relation_and_period(shop: FactsFolder, opened: Opened) -> None:
    same = {"item": "part-a", "provider": "acme", "share_basis": "revenue", "period": "2024"}
    shop.relation("Provision", **same, share="40", source="old")
    shop.relation("Provision", **same, share="50", source="new")
    dataset = opened(shop)
    (found,) = differing(dataset, "part-a")
    assert (found.kind, found.property, found.spread) == ("share", "share", 1.25)
    assert sorted((f.value.number, f.label) for f in found.values) == [
        (40, "Acme: revenue; 2024"),
        (50, "Acme: revenue; 2024"),
    ]
    assert differing(dataset, "acme") == []  # the share is the item's


def test_shares_of_one_source_on_two_bases_do_not_differ(shop: FactsFolder, opened: Opened) -> None:
    """shares of different bases are put together, though `_shares` says "on one basis that differ between sources": the
    seed's xenon and krypton imports of 2021, both of one source, are shown as a disagreement."""
    same = {"item": "part-a", "country": "CHN", "period": "2021", "source": "old"}
    shop.relation("CountryShare", **same, share="31", share_basis="xenon imports")
    shop.relation("CountryShare", **same, share="17", share_basis="krypton imports")
    assert differing(opened(shop), "part-a") == []


def test_shares_of_one_source_in_two_quarters_do_not_differ(shop: FactsFolder, opened: Opened) -> None:
    """only the year of a period is compared, so that one source's quarters stand as a disagreement."""
    same = {"item": "part-a", "provider": "acme", "share_basis": "revenue", "source": "old"}
    shop.relation("Provision", **same, share="31", period="2024-33")
    shop.relation("Provision", **same, share="33", period="2024-34")
    assert differing(opened(shop), "part-a") == []


def test_shares_of_a_period_that_had_not_begun(shop: FactsFolder, opened: Opened) -> None:
    """shares observed in a period after `asOf` are told: they are left out everywhere else (`Snapshot.qualifiers`)."""
    same = {"item": "part-a", "provider": "acme", "period": "2025"}
    shop.relation("Provision", **same, share="40", source="old")
    shop.relation("Provision", **same, share="50", source="new")
    dataset = opened(shop)
    assert len(differing(dataset, "part-a", asOf="2025-01-01")) == 1
    assert differing(dataset, "part-a", asOf="2024-12-31") == []


def test_claims_that_differ_where_nothing_is_stated(shop: FactsFolder, opened: Opened) -> None:
    """two claims that give one figure different numbers are no disagreement where no statement gives the figure, though
    `_differs` says "or there is no statement but another claim that differs"."""
    shop.claim("small", "chip-a", metric_property="dieArea", value="100")
    shop.claim("large", "chip-a", metric_property="dieArea", value="150")
    shop.claim("alone", "chip-b", metric_property="dieArea", value="150")
    dataset = opened(shop)
    assert differing(dataset, "chip-b") == []
    (found,) = differing(dataset, "chip-a")
    assert sorted(c.id for c in found.claims) == ["large", "small"]
    assert found.spread == 1.5


def test_a_claim_that_one_of_two_statements_bears_out(shop: FactsFolder, opened: Opened) -> None:
    """a claim is shown as differing if it differs from one of the statements, though `_differs` says "from every": here
    it agrees with one of them."""
    shop.plain("chip-a", "dieArea", "100", source="old")
    shop.plain("chip-a", "dieArea", "120", source="new")
    shop.claim("same", "chip-a", metric_property="dieArea", value="120")
    shop.claim("none", "chip-a", metric_property="dieArea", value="150")
    (found,) = differing(opened(shop), "chip-a")
    assert [c.id for c in found.claims] == ["none"]


def test_a_number_claimed_of_what_is_no_number(shop: FactsFolder, opened: Opened) -> None:
    """a claim whose `metricProperty` is a date or a word and that has a number ends the question in a ValueError."""
    shop.plain("chip-a", "launchDate", "2024-03")
    shop.claim("launch", "chip-a", metric_property="launchDate", value="2025")
    answered = ask(opened(shop), "disagreements", id="chip-a", **TODAY)
    assert answered.answer.total in (0, 1)


@pytest.fixture
def contradicting(shop: FactsFolder, opened: Opened) -> Dataset:
    """Three claims about a chip, one of which contradicts another."""
    for slug in ("yes", "no", "maybe"):
        shop.claim(slug, "chip-a")
    shop.plain("yes", "contradicts", "no", note="They cannot both be true.")
    return opened(shop)


@pytest.mark.parametrize("arguments", [{"id": "yes"}, {"class": "Claim"}, {}])
def test_contradicting_claims(arguments: dict[str, str], contradicting: Dataset) -> None:
    answered = ask(contradicting, "disagreements", **arguments, **TODAY)
    (found,) = answered.answer.disagreements
    assert (found.kind, found.entity.id, found.property, found.values, found.spread) == ("claim", "yes", "", (), None)
    (claim,) = found.claims
    assert [(c.kind, c.entity.id, c.text) for c in claim.contradicted_by] == [
        ("contradicts", "no", "They cannot both be true.")
    ]
    assert answered.meta.statements.total == 2  # the claim and the contradiction
    assert differing(contradicting, "maybe") == []


@pytest.mark.parametrize("asked", ["no", "chip-a"])
def test_a_contradiction_is_told_from_every_side(asked: str, contradicting: Dataset) -> None:
    """asked about the claim that is contradicted, or about what the two claims are about, the answer is "No disagreement
    is on record"; only the claim that contradicts is looked at."""
    assert [d.kind for d in differing(contradicting, asked)] == ["claim"]


def test_a_disagreement_that_is_over_or_not_yet_known(shop: FactsFolder, opened: Opened) -> None:
    shop.batch["recorded"] = "2025-06-01"
    shop.plain("acme", "headquarteredIn", "NLD", source="old", valid_until="2024-01-01")
    shop.plain("acme", "headquarteredIn", "CHN", source="new", first_public="2023-01-01")
    shop.plain("chip-a", "dieArea", "100", source="old")
    shop.plain("chip-a", "dieArea", "120", source="new")
    dataset = opened(shop)
    assert [d.kind for d in differing(dataset, "acme", asOf="2023-12-31")] == ["value"]
    assert differing(dataset, "acme", asOf="2024-01-01") == []
    assert differing(dataset, "chip-a", knownOn="2025-03-03") == []
    assert len(differing(dataset, "chip-a", knownOn="2025-03-04")) == 1


def test_verified_only_takes_the_other_side_away(shop: FactsFolder, opened: Opened) -> None:
    shop.plain("chip-a", "dieArea", "100", source="old")
    shop.plain("chip-a", "dieArea", "120", status="unverified")
    dataset = opened(shop)
    assert len(differing(dataset, "chip-a")) == 1
    assert differing(dataset, "chip-a", verifiedOnly=True) == []
