"""Made-up supply networks: the kept figures are the seed's, the networks have them, and the AND/OR side says what the edges say."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest

from benchmarks.seed_profile import ROLES, Profile, market_skew, profile, read_profile, tail_exponent, tiers
from benchmarks.supply import Supply, read_supply, supply_network, write_supply
from kg.network import Network
from kg.store.dataset import Dataset

NODES = 20_000


@pytest.fixture(scope="module")
def kept() -> Profile:
    return read_profile()


@pytest.fixture(scope="module")
def made() -> Supply:
    return supply_network(NODES, seed=7)


def _mix(found: Profile) -> dict[str, float]:
    mix: dict[str, float] = defaultdict(float)
    for relation, _, _, share in found.blocks:
        mix[relation] += share
    return mix


# ---- the kept figures ---------------------------------------------------------------------------------------------------


def test_the_kept_figures_are_those_of_the_packaged_seed(seed: Dataset, kept: Profile) -> None:
    """Within what some hundred rows more may change; after that, `python -m benchmarks.seed_profile`."""
    day = dt.date.fromisoformat(kept.measured)
    found = profile(Network.of(seed.as_of(day, day)))
    assert found.nodes == pytest.approx(kept.nodes, rel=0.1)
    assert found.edges == pytest.approx(kept.edges, rel=0.1)
    assert _mix(found) == pytest.approx(_mix(kept), abs=0.02)
    assert found.classes == pytest.approx(kept.classes, abs=0.02)
    assert found.tails == pytest.approx(kept.tails, rel=0.1)
    assert found.sole == pytest.approx(kept.sole, abs=0.1)
    assert found.shared == pytest.approx(kept.shared, abs=0.05)
    assert found.countries[:5] == pytest.approx(kept.countries[:5], abs=0.03)
    assert (found.core, found.stay) == pytest.approx((kept.core, kept.stay), abs=0.08)
    assert (found.skew, found.spread) == pytest.approx((kept.skew, kept.spread), rel=0.15)
    assert abs(max(map(len, found.items.values())) - max(map(len, kept.items.values()))) <= 2


def test_tiers_are_longest_chains_and_a_cycle_is_one_place() -> None:
    # 0 → 1 → 2 → 4, 0 → 4; 2 ↔ 3; 5 alone
    tails, heads = np.array([0, 1, 2, 0, 2, 3], np.int32), np.array([1, 2, 4, 4, 3, 2], np.int32)
    tier, member = tiers(6, tails, heads)
    assert tier.tolist() == [0, 1, 2, 2, 3, 0]
    assert member[2] == member[3]
    assert len(set(member.tolist())) == 5


def test_the_tail_exponent_of_a_pareto_sample_is_found() -> None:
    sample = np.random.default_rng(1).pareto(1.5, 50_000) + 1  # density ~ x^-2.5
    assert tail_exponent(sample) == pytest.approx(2.5, abs=0.05)
    assert tail_exponent(sample * 40) == pytest.approx(tail_exponent(sample))


def test_the_skew_of_ln_normal_markets_is_found() -> None:
    random = np.random.default_rng(2)
    markets, shares = np.repeat(np.arange(5_000), 4), np.exp(0.8 * random.standard_normal(20_000))
    shares *= np.repeat(random.random(5_000) + 0.1, 4)  # another sum in each market changes nothing
    assert market_skew(markets, shares) == pytest.approx(0.8, abs=0.02)


# ---- networks -----------------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_network_and_another_seed_another(made: Supply) -> None:
    again, other = supply_network(NODES, seed=7), supply_network(NODES, seed=8)
    for name in ("classes", "tails", "heads", "relations", "shares", "groups", "seats"):
        assert np.array_equal(getattr(made, name), getattr(again, name), equal_nan=name == "shares")
    assert not np.array_equal(made.heads[:1000], other.heads[:1000])


def test_edges_are_sorted_unique_and_ten_a_node(made: Supply) -> None:
    keys = list(zip(made.tails.tolist(), made.heads.tolist(), made.relations.tolist(), strict=True))
    assert keys == sorted(set(keys))
    assert made.nodes == NODES
    assert len(keys) == pytest.approx(10 * NODES, rel=0.02)
    assert not (made.tails == made.heads).any()


def test_relations_and_the_classes_at_their_ends_are_mixed_as_in_the_seed(made: Supply, kept: Profile) -> None:
    names = np.array(made.class_names)[made.classes]
    relation = np.array(made.relation_names)[made.relations]
    blocks = Counter(zip(relation.tolist(), names[made.tails].tolist(), names[made.heads].tolist(), strict=True))
    wanted = {block[:3]: block[3] for block in kept.blocks}
    assert set(blocks) <= set(wanted)
    assert {k: n / len(relation) for k, n in blocks.items()} == pytest.approx({k: wanted[k] for k in blocks}, abs=0.005)
    mix = {k: n / len(relation) for k, n in Counter(relation.tolist()).items()}
    assert mix == pytest.approx(_mix(kept), abs=0.01)
    counts = {k: n / NODES for k, n in Counter(names.tolist()).items()}
    wanted_classes = {**kept.classes, "Country": counts["Country"], "Company": counts["Company"]}
    assert counts == pytest.approx(wanted_classes, abs=0.001)
    assert counts["Country"] * NODES == pytest.approx(kept.classes["Country"] * kept.nodes, abs=0.5)


def test_degrees_have_the_seeds_tails(made: Supply, kept: Profile) -> None:
    for relation in ("Provision", "Requirement"):
        degree = np.bincount(made.heads[made.of_relation(relation)])
        assert tail_exponent(degree[degree > 0]) == pytest.approx(kept.tails[relation], abs=0.25)
    seats = np.bincount(made.seats[made.seats >= 0])
    ranked = np.sort(seats[seats > 0])[::-1] / seats.sum()
    assert ranked[:5] == pytest.approx(kept.countries[:5], abs=0.03)


def test_items_have_the_seeds_depth_and_core(made: Supply, kept: Profile) -> None:
    needs = made.of_relation("Requirement", "Variant")
    tier, member = tiers(NODES, made.tails[needs], made.heads[needs])
    assert tier.max() + 1 == pytest.approx(max(map(len, kept.items.values())), abs=1)
    items = made.of_class(*kept.items)
    assert Counter(member[items].tolist()).most_common(1)[0][1] / len(items) == pytest.approx(kept.core, abs=0.05)
    deep = np.bincount(tier[items], minlength=14) / len(items)
    assert deep[0] == pytest.approx(0.178, abs=0.06)


def test_shares_have_the_seeds_skew_and_no_market_more_than_all_of_it(made: Supply, kept: Profile) -> None:
    known = made.shares > 0
    market = made.tails.astype(np.int64) * 256 + made.relations
    _, place = np.unique(market[known], return_inverse=True)
    assert np.bincount(place, made.shares[known]).max() <= 100
    assert market_skew(market[known], made.shares[known]) == pytest.approx(kept.skew, rel=0.1)
    for relation, share in kept.shared.items():
        assert known[made.of_relation(relation)].mean() == pytest.approx(share, abs=0.04)
    assert not known[~made.of_relation(*kept.shared)].any()


def test_as_many_items_as_in_the_seed_have_one_provider(made: Supply, kept: Profile) -> None:
    degree = np.bincount(made.tails[made.of_relation("Provision")])
    assert (degree == 1).sum() / (degree > 0).sum() == pytest.approx(kept.sole["Provision"], abs=0.05)


def test_a_network_too_small_for_all_classes_is_refused() -> None:
    with pytest.raises(ValueError, match="2000"):
        supply_network(100)


def test_a_network_is_read_as_it_was_written(made: Supply, tmp_path: Path) -> None:
    write_supply(made, tmp_path / "net.npz")
    again = read_supply(tmp_path / "net.npz")
    assert (again.class_names, again.relation_names) == (made.class_names, made.relation_names)
    assert np.array_equal(again.heads, made.heads)


# ---- AND/OR -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spare", [True, False])
def test_clauses_say_what_the_edges_say(spare: bool) -> None:
    """Clauses worked out one edge at a time."""
    supply = supply_network(2_500, seed=3, spare=spare)
    found = supply.and_or()
    wanted: dict[int, dict[tuple[str, int], set[int]]] = defaultdict(lambda: defaultdict(set))
    for tail, head, relation, group in zip(
        supply.tails.tolist(), supply.heads.tolist(), supply.relations.tolist(), supply.groups.tolist(), strict=True
    ):
        name = supply.relation_names[relation]
        if name == "Requirement":
            wanted[tail]["", group].add(head)
            wanted[head]  # an item even where nothing is known of it
        elif name in ROLES:
            wanted[tail][name, 0].add(head)
    assert found.items.tolist() == sorted(wanted)
    for number, item in enumerate(found.items.tolist()):
        clauses = []
        for clause in range(found.clause_offsets[number], found.clause_offsets[number + 1]):
            literals = found.literals[found.literal_offsets[clause] : found.literal_offsets[clause + 1]].tolist()
            assert literals == sorted(set(literals))
            clauses.append(sorted(int(found.items[x]) if x >= 0 else int(found.sources[~x]) for x in literals))
        assert sorted(clauses) == sorted(sorted(c) for c in wanted[item].values())
    assert len(found.literals) == found.literal_offsets[-1]
    if not spare:
        assert all(len(c) == 1 for groups in wanted.values() for (name, _), c in groups.items() if not name)


def test_an_organisations_first_seat_is_one_of_its_edges(made: Supply) -> None:
    seat = made.of_relation("headquarteredIn")
    edges = set(zip(made.tails[seat].tolist(), made.heads[seat].tolist(), strict=True))
    found = made.and_or()
    assert set(zip(found.sources.tolist(), found.countries.tolist(), strict=True)) <= edges
    assert set(np.flatnonzero(made.seats >= 0).tolist()) == {tail for tail, _ in edges}


def test_an_item_keeps_the_number_of_its_requirement_groups(made: Supply, kept: Profile) -> None:
    needs = made.of_relation("Requirement")
    pairs = np.unique(made.tails[needs].astype(np.int64) * 1000 + made.groups[needs])
    groups = np.bincount(pairs // 1000)
    mean = sum((n + 1) * share for n, share in enumerate(kept.groups))
    assert groups[groups > 0].mean() == pytest.approx(mean, abs=0.5)
    assert (made.groups[~needs] == -1).all()
