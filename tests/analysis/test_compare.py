"""Compare: ratios worked out by hand from the published figures of two systems."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.errors import BadArgument
from kg.store.dataset import Dataset
from tests.helpers import FactsFolder, ask

SYSTEMS = ["huawei-cloudmatrix-384", "nvidia-gb200-nvl72"]
TODAY = {"asOf": "2026-11-24", "knownOn": "2026-11-24"}


@pytest.fixture(scope="module")
def figures(seed: Dataset) -> dict[str, object]:
    return {f.metric: f for f in ask(seed, "compare", ids=SYSTEMS, **TODAY).answer.figures}


@pytest.mark.parametrize(
    ("metric", "first", "second", "ratio"),
    [
        ("denseFp16Throughput", 300_000, 180_000, 1.666667),
        ("memoryCapacity", 49_152, 13_824, 3.555556),
        ("memoryBandwidth", 1_229_000, 576_000, 2.133681),
        ("thermalDesignPower", 560_000, 145_000, 3.862069),
        ("chipCount", 384, 72, 5.333333),
        ("denseFp16Throughput/chipCount", 781.25, 2500, 0.3125),
        ("denseFp16Throughput/thermalDesignPower", 0.535714, 1.241379, 0.431547),
    ],
)
def test_figures(metric: str, first: float, second: float, ratio: float, figures: dict[str, object]) -> None:
    figure = figures[metric]
    assert [e.values[0].value.number for e in figure.entities] == pytest.approx([first, second], abs=1e-6)
    assert figure.ratio == pytest.approx(ratio, abs=1e-6)
    assert figure.computed == ("/" in metric)
    assert [e.entity.id for e in figure.entities] == SYSTEMS
    assert all(e.values[0].statements for e in figure.entities)


def test_a_figure_of_one_only_has_no_ratio(figures: dict[str, object]) -> None:
    figure = figures["denseFp8Throughput"]
    assert figure.ratio is None
    assert [len(e.values) for e in figure.entities] == [0, 1]


def test_computed_figures_name_their_inputs(figures: dict[str, object]) -> None:
    computed, above, below = (figures[m] for m in ("denseFp16Throughput/chipCount", "denseFp16Throughput", "chipCount"))
    for n in (0, 1):
        inputs = {s.iri for f in (above, below) for s in f.entities[n].values[0].statements}
        assert {s.iri for s in computed.entities[n].values[0].statements} == inputs
    assert computed.unit == "TFLOPS each"
    assert figures["denseFp16Throughput/thermalDesignPower"].unit == "TFLOPS/W"


def test_claims_that_compare_the_two_stand_beside_them(seed: Dataset) -> None:
    answer = ask(seed, "compare", ids=SYSTEMS, **TODAY).answer
    assert answer.claims
    for claim in answer.claims:
        assert {claim.about.id, claim.compared_with.id} == set(SYSTEMS)
    assert 1.7 in {c.value for c in answer.claims}


def test_turned_round_the_ratio_is_turned_too(seed: Dataset) -> None:
    (figure,) = (
        f
        for f in ask(seed, "compare", ids=SYSTEMS[::-1], metrics="memoryCapacity", **TODAY).answer.figures
        if not f.computed
    )
    assert figure.ratio == pytest.approx(0.28125)


def test_differing_sources_all_stand_and_nothing_is_averaged(
    folder: FactsFolder, opened: Callable[[FactsFolder], Dataset]
) -> None:
    folder.entities("Chip", "a", "b")
    folder.source("other")
    for source, area in (("report", "100"), ("other", "120")):
        folder.plain("a", "dieArea", area, source=source)
    folder.plain("b", "dieArea", "50")
    (figure,) = ask(opened(folder), "compare", ids=["a", "b"]).answer.figures
    assert [v.value.number for v in figure.entities[0].values] == [100, 120]
    assert figure.ratio is None


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"ids": ["huawei-ascend-910c"]}, "two different"),
        ({"ids": ["huawei-ascend-910c"] * 2}, "two different"),
        ({"ids": SYSTEMS, "metrics": "denseFp61Throughput"}, "denseFp16Throughput"),
        ({"ids": []}, "missing"),
    ],
    ids=str,
)
def test_what_compare_refuses(raw: dict[str, object], words: str, seed: Dataset) -> None:
    with pytest.raises(BadArgument, match=words):
        ask(seed, "compare", **raw)
