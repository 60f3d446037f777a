"""The work budget: what it stops, what it costs to show evidence, and that the answers of one request share it."""

from __future__ import annotations

import pytest

from kg.analysis.desk import Budget
from kg.errors import OverBudget
from kg.operations import by_name, run
from kg.store.dataset import Dataset
from tests.helpers import ask

TODAY = {"asOf": "2026-11-24", "knownOn": "2026-11-24"}
FAR = {"source": "nvidia-h100-sxm", "target": "CHN", "mode": "all", "max_length": 8, "limit": 1000, **TODAY}


def test_the_budget_bounds_what_is_shown(seed: Dataset) -> None:
    """Regression: only the search was bounded, and an answer of a thousand paths cited without end."""
    whole = ask(seed, "paths", **{**FAR, "max_length": 5})
    less = ask(seed, "paths", budget=20_000, **{**FAR, "max_length": 5})
    assert less.meta.truncated
    assert any("work budget" in n for n in less.meta.notices)
    assert len(less.answer.paths) < len(whole.answer.paths)
    assert less.answer.paths == whole.answer.paths[: len(less.answer.paths)]


def test_a_limit_is_told_apart_from_the_budget(seed: Dataset) -> None:
    few = ask(seed, "list", **{"class": "Chip", "first": 2, **TODAY})
    assert not any("work budget" in n for n in few.meta.notices)
    cut = ask(seed, "claims", limit=2, **TODAY)
    assert cut.meta.truncated
    assert any(n.startswith("2 are shown of ") for n in cut.meta.notices)
    assert not any("work budget" in n for n in cut.meta.notices)


def test_answers_of_one_request_share_a_budget(seed: Dataset) -> None:
    """Regression: each field of a GraphQL request had a budget of its own, so that aliases multiplied the work."""
    shared = Budget(45_000)
    asked = []

    def ask_twenty() -> None:
        for _ in range(20):
            asked.append(run(seed, by_name("entity"), {"id": "asml", **TODAY}, shared))

    with pytest.raises(OverBudget) as refused:
        ask_twenty()
    assert 0 < len(asked) < 5
    assert "several requests" in str(refused.value)


def test_a_hop_carries_its_hedge(seed: Dataset) -> None:
    """Regression: a path read "requires" where the row says optional, or one of several."""
    answered = ask(seed, "paths", **{**FAR, "max_length": 4})
    hops = [h for p in answered.answer.paths for h in p.hops]
    by_iri = seed.as_of(*2 * (answered.snapshot.key.as_of,)).statements
    required = [h for h in hops if h.relations == ("Requirement",)]
    assert required
    for hop in required:
        said = {by_iri[s.iri].text("necessity") for s in hop.statements}
        assert hop.necessity in said


def test_the_state_of_a_policy_names_what_it_is_tied_to(seed: Dataset) -> None:
    answered = ask(seed, "policy-state", policy="us-2025-07-h20", **TODAY)
    assert "us-2025-04-h20" in {f.value.entity.id for f in answered.answer.related if f.value.entity}
