"""Plans of feasibility answers, replayed by a checker that shares no code with the package: on the packaged seed, and on planted faults."""

from __future__ import annotations

import copy
import csv
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.answers.json import to_json
from kg.store.dataset import Dataset
from tests.helpers import ask
from tests.properties.feasible_worlds import TODAY
from tests.properties.witness import Witness

SEED = Path(__file__).resolve().parents[2] / "seed_data"
REMOVED: tuple[tuple[str, ...], ...] = ((), ("NLD",), ("JPN",), ("TWN",), ("CHN",))


@pytest.fixture(scope="module")
def witness() -> Witness:
    return Witness(SEED)


def chips(number: int) -> list[str]:
    """A sample of the seed's chips, the same every time; the two of question D15 among them."""
    with (SEED / "entities" / "Chip.csv").open(encoding="utf-8", newline="") as file:
        every = sorted(row["id"] for row in csv.DictReader(file))
    known = ["huawei-ascend-910c", "nvidia-h100-sxm"]
    return known + random.Random(5).sample([c for c in every if c not in known], number - len(known))


def plans(seed: Dataset, chip: str) -> Iterator[dict[str, Any]]:
    """The answers about a chip that say it can be had, as JSON."""
    for removed in REMOVED:
        answer = to_json(ask(seed, "feasibility", item=chip, removed=list(removed), **TODAY).answer)
        if answer["planReading"]:
            yield answer


@pytest.mark.parametrize("chip", chips(15))
def test_every_plan_of_the_seed_can_be_replayed(seed: Dataset, witness: Witness, chip: str) -> None:
    for answer in plans(seed, chip):
        assert witness.faults(answer) == [], answer["removed"]


def test_a_wrong_plan_is_found_wrong(seed: Dataset, witness: Witness) -> None:
    """Each step that is left out of a sample is missed, and so is a firm that is gone."""
    (answer,) = (a for a in plans(seed, "huawei-ascend-910c") if [r["id"] for r in a["removed"]] == ["TWN"])
    for number in random.Random(7).sample(range(len(answer["plan"])), 20):
        less = {**answer, "plan": [s for n, s in enumerate(answer["plan"]) if n != number]}
        assert witness.faults(less), answer["plan"][number]
    maker = next(s for s in answer["plan"] if s["kind"] == "maker")["choice"]
    assert witness.faults({**answer, "removed": [maker]})
    bare = copy.deepcopy(answer)
    next(s for s in bare["plan"] if s["kind"] == "maker")["statements"] = []
    assert witness.faults(bare)
