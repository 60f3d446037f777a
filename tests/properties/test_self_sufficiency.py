"""What a group covers, what it lacks, where it is weakest and by which share, against oracles on the rows of small worlds.

Worlds and their oracle are `tests.properties.home_worlds`'s; small markets serve for shares.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.facts.reader import read_facts
from kg.schema import Schema
from kg.store.dataset import Dataset
from kg.store.release import Release
from tests.helpers import FactsFolder, ask, dataset_of
from tests.properties.feasible_looking import Build
from tests.properties.feasible_worlds import COUNTRIES, FIRMS, PACT, TODAY, World
from tests.properties.home_worlds import home, lively_worlds

ORDER = ("yes", "strict", "no", "")


@pytest.fixture
def open_folder(
    tmp_path: Path, schema: Schema, tiny_release: Release
) -> Callable[[Callable[[FactsFolder], None]], Dataset]:
    """A dataset of a folder that a function fills."""

    def opened(fill: Callable[[FactsFolder], None]) -> Dataset:
        folder = FactsFolder(Path(tempfile.mkdtemp(dir=tmp_path)))
        folder.entities("Country", *COUNTRIES)
        fill(folder)
        return dataset_of(schema, read_facts(folder.write(), schema), tiny_release)

    return opened


def ids(refs: Iterable[Any]) -> set[str]:
    return {r.id for r in refs}


groups = st.lists(st.sampled_from((*COUNTRIES, PACT)), min_size=1, max_size=3, unique=True)
places = st.sampled_from(("headquarters", "headquarters", "site"))


def asked(dataset: Dataset, group: list[str], locate: str, **raw: Any) -> Any:
    raw = {"item": "item-0", "locate": locate, **TODAY, **raw}
    return ask(dataset, "self-sufficiency", group=group[0], also=group[1:], **raw).answer


# ---- covered, gaps, undocumented, binding, alone ----------------------------------------------------------------------


@settings(max_examples=200)
@given(world=lively_worlds(), group=groups, locate=places)
def test_inputs_and_what_the_group_can_do_alone(build: Build, world: World, group: list[str], locate: str) -> None:
    answer, own = asked(build(world), group, locate), home(world, group, locate)
    expected = own.inputs()
    lists = {"gap": answer.gaps, "undocumented": answer.undocumented, "covered": answer.covered}
    assert {(i.item.id, i.role): status for status, rows in lists.items() for i in rows} == expected
    assert [i.status for rows in lists.values() for i in rows] == [s for s, rows in lists.items() for _ in rows]
    count = {s: list(expected.values()).count(s) for s in lists}
    assert (answer.gap_inputs, answer.undocumented_inputs, answer.covered_inputs) == tuple(count.values())
    assert (answer.inputs, answer.items) == (len(expected), len(own.items()))
    assert sum(c.count for c in answer.no_maker) == len(set(own.items()) - {i for i, _ in expected})

    known = count["covered"] + count["gap"]
    assert answer.percent == (pytest.approx(100 * count["covered"] / known, abs=1e-4) if known else None)
    if expected:
        assert answer.at_least == pytest.approx(100 * count["covered"] / len(expected), abs=1e-4)
        assert answer.at_most == pytest.approx(100 - 100 * count["gap"] / len(expected), abs=1e-4)

    told = locate == "headquarters" or not own.members & set(FIRMS)
    binding = own.binding() if told else {}
    depth, others = own.depth(), {i: own.others(i) for i in own.items()}
    for row in (*answer.gaps, *answer.undocumented, *answer.covered):
        key = row.item.id, row.role
        bound = binding.get(row.item.id, "no") if told and expected[key] == "gap" else ""
        assert (row.binding, row.depth, row.alternatives) == (bound, depth[row.item.id], others[row.item.id])
        (making,) = (m for m, _ in own.makings(row.item.id) if m.role.lower() == row.role.replace(" of ", " "))
        by = {s: {m for m in making.makers if own.standing(m, row.item.id) == s} for s in ("home", "away", "unknown")}
        assert (ids(row.makers), ids(row.unplaced)) == (by["home"], by["unknown"])
        assert row.elsewhere_total == len(by["away"])
        assert ids(row.elsewhere) <= by["away"]
        assert (row.cause == "not in production") == (expected[key] == "gap" and not making.makers)
    assert answer.binding_gaps == sum(g.binding == "yes" for g in answer.gaps)

    assert bool(answer.alone) == told
    for verdict in answer.alone:
        before, after = own.alive(verdict.reading, ()), own.alive(verdict.reading, ("all",))
        assert (verdict.baseline, verdict.after) == (own.point("item-0") in before, own.point("item-0") in after)
        assert verdict.lost_items == len({item for item, _ in before - after})
        if any(g.binding in ("yes", verdict.reading) for g in answer.gaps):
            assert not verdict.after


@settings(max_examples=150)
@given(world=lively_worlds(), group=groups, locate=places)
def test_the_weakest_link_and_the_way_to_it(build: Build, world: World, group: list[str], locate: str) -> None:
    answer, own = asked(build(world), group, locate), home(world, group, locate)
    rows = (*answer.gaps, *answer.covered)
    if not rows:
        assert answer.weakest is None
        return
    iri = {r.item.id: r.item.iri for r in rows}

    def order(row: Any) -> tuple[Any, ...]:
        known = row.share is not None
        return row.status != "gap", ORDER.index(row.binding), not known, row.share or 0, row.alternatives, row.depth, iri[row.item.id], row.role  # fmt: skip

    assert answer.weakest.input == min(rows, key=order)
    assert [list(map(order, rows)) for rows in (answer.gaps, answer.covered)] == [
        sorted(map(order, rows)) for rows in (answer.gaps, answer.covered)
    ]
    way = [n.id for n in answer.weakest.path.nodes]
    assert (way[0], way[-1]) == ("item-0", answer.weakest.input.item.id)
    assert len(way) == own.depth()[way[-1]] + 1
    for (tail, head), hop in zip(pairwise(way), answer.weakest.path.hops, strict=True):
        assert head in own.direct(tail)
        assert hop.statements


@settings(max_examples=150)
@given(world=lively_worlds(), group=groups, locate=places)
def test_inputs_that_rest_on_unverified_statements_alone(
    build: Build, world: World, group: list[str], locate: str
) -> None:
    answer, own = asked(build(world), group, locate), home(world, group, locate)
    hanging = {
        (row.item.id, row.role)
        for row in answer.covered
        if not any(own.is_seen(m, row.item.id, row.role) for m in ids(row.makers))
    }
    assert answer.unverified_inputs == len(hanging)
    assert bool(answer.unverified) == bool(hanging)
    assert {s.status for s in answer.unverified} <= {"unverified"}


@settings(max_examples=80)
@given(world=lively_worlds(), group=groups, more=groups, locate=places)
def test_a_larger_group_covers_no_less(
    build: Build, world: World, group: list[str], more: list[str], locate: str
) -> None:
    dataset = build(world)
    small, large = asked(dataset, group, locate), asked(dataset, list(dict.fromkeys([*group, *more])), locate)
    covered = [{(i.item.id, i.role) for i in a.covered} for a in (small, large)]
    assert covered[0] <= covered[1]
    assert (small.percent or 0) <= (large.percent or 0)
    assert (small.at_least or 0, small.at_most or 0) <= (large.at_least or 0, large.at_most or 0)
    alone = [{v.reading for v in a.alone if v.after} for a in (small, large)]
    if small.alone and large.alone:
        assert alone[0] <= alone[1]


# ---- shares -----------------------------------------------------------------------------------------------------------

SHARES = ("", "0", "10", "20", "25")
SEATS = ("", "CHN", "NLD", "USA")


@st.composite
def markets(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, dict[str, str]], dict[str, dict[str, str]]]:
    """Seats of firms, shares of firms and of countries by item (blank where not known); `various` is a pseudo-provider."""
    items = [f"part-{n}" for n in range(draw(st.integers(1, 4)))]
    shares = st.sampled_from(SHARES)
    seats = {firm: draw(st.sampled_from(SEATS)) for firm in FIRMS}
    firms = {i: draw(st.dictionaries(st.sampled_from((*FIRMS, "various")), shares, max_size=4)) for i in items}
    countries = {i: draw(st.dictionaries(st.sampled_from(COUNTRIES), shares, max_size=2)) for i in items}
    return seats, firms, countries


@settings(max_examples=200)
@given(market=markets(), group=st.sets(st.sampled_from((*COUNTRIES, *FIRMS)), min_size=1, max_size=3))
def test_the_value_is_the_mean_documented_share_of_supply(open_folder: Any, market: Any, group: set[str]) -> None:
    seats, firms, countries = market

    def fill(folder: FactsFolder) -> None:
        folder.entities("Company", *FIRMS)
        folder.entity("OrganisationGroup", "various")
        folder.entity("Alliance", "circle")
        folder.entity("ProcessStep", "step")
        folder.entities("Component", *firms)
        for firm, country in seats.items():
            if country:
                folder.plain(firm, "headquarteredIn", country)
        for member in sorted(group):
            folder.relation("Membership", alliance="circle", member=member)
        for item in firms:
            folder.relation("Requirement", item="step", requires=item, necessity="required")
            for firm, share in firms[item].items():
                folder.relation("Provision", item=item, provider=firm, share=share)
            for country, share in countries[item].items():
                folder.relation("CountryShare", item=item, country=country, share=share)

    answer = ask(open_folder(fill), "self-sufficiency", group="circle", item="step", measure="value", **TODAY).answer

    def is_home(actor: str) -> bool:
        return actor in group or seats.get(actor) in group

    found, least, most = [], [], []
    for item in firms:
        named = [f for f in firms[item] if f != "various"]
        by_firm = {f: float(s) for f, s in firms[item].items() if s}
        by_country = {c: float(s) for c, s in countries[item].items() if s}
        rolled = {f: s for f, s in by_firm.items() if f != "various" and seats[f]}
        own = {f: s for f, s in by_firm.items() if f != "various"}
        if group <= set(COUNTRIES):
            view = by_country or rolled
            apart = 0.0 if by_country else sum(by_firm.values()) - sum(rolled.values())
            if by_country and own == {}:
                apart = by_firm.get("various", 0.0)
        else:
            view, apart = own or by_country, by_firm.get("various", 0.0)
        placed = {a: s for a, s in view.items() if a in COUNTRIES or a in group or seats[a]}
        inside = sum(s for a, s in placed.items() if is_home(a))
        away = sum(placed.values()) - inside
        if not sum(placed.values()):
            least.append(0.0)
            most.append(100.0)
            continue
        makers = named or list(countries[item])
        silent = any(is_home(m) for m in makers) and not any(is_home(a) for a in placed)
        whole = max(100.0, sum(view.values()) + apart)
        if not silent:
            found.append(100 * inside / whole)
        least.append(0.0 if silent else 100 * inside / whole)
        most.append(100 * (whole - away) / whole)
    assert answer.percent == (pytest.approx(sum(found) / len(found), abs=1e-3) if found else None)
    (by_value,) = (m for m in answer.measures if m.measure == "value")
    assert (by_value.inputs, by_value.unknown) == (len(found), len(firms) - len(found))
    assert by_value.at_least == pytest.approx(sum(least) / len(firms), abs=1e-3)
    assert by_value.at_most == pytest.approx(sum(most) / len(firms), abs=1e-3)


# ---- closed forms -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seat", "percent", "after"), [("CHN", 100.0, True), ("NLD", 0.0, False)])
@given(size=st.integers(1, 6))
@settings(max_examples=6)
def test_all_at_home_is_everything_and_nobody_nothing(
    open_folder: Any, seat: str, percent: float, after: bool, size: int
) -> None:
    """A chain of parts, each made by a firm that holds its whole market."""

    def fill(folder: FactsFolder) -> None:
        parts = [f"part-{n}" for n in range(size)]
        folder.entities("Component", *parts)
        for n, part in enumerate(parts):
            folder.entity("Company", f"firm-{n}")
            folder.plain(f"firm-{n}", "headquarteredIn", seat)
            folder.relation("Provision", item=part, provider=f"firm-{n}", share="100")
        for tail, head in pairwise(parts):
            folder.relation("Requirement", item=tail, requires=head, necessity="required")

    dataset = open_folder(fill)
    for measure in ("count", "value"):
        answer = ask(dataset, "self-sufficiency", group="CHN", item="part-0", measure=measure, **TODAY).answer
        assert (answer.percent, answer.at_least, answer.at_most) == (percent, percent, percent)
        assert [v.after for v in answer.alone] == [after, after]
        assert (answer.covered_inputs, answer.gap_inputs) == ((size, 0) if after else (0, size))
