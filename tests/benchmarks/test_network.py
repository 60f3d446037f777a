"""The network benchmark is honest: wrong answers end it, late or dead sides are shown, and requirements are read as they are written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import network, questions, turns
from benchmarks.measure import Wrong
from benchmarks.network_report import REQUIREMENTS, Line, verdicts, write_markdown
from benchmarks.questions import Ground, Question, about_bills, about_graphs
from benchmarks.sides import NETWORK_SIDES, OURS
from benchmarks.supply import Supply, supply_network, write_supply
from benchmarks.turns import Player, take_turns

ODD = "tests.benchmarks.odd_sides"


@pytest.fixture(scope="module")
def supply() -> Supply:
    return supply_network(2_000, seed=5)


@pytest.fixture(scope="module")
def file(supply: Supply, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("network") / "net.npz"
    write_supply(supply, path)
    return path


@pytest.fixture(scope="module")
def asked(supply: Supply) -> dict[str, Question]:
    """The questions by method; of those about paths, the ones that go to a company."""
    return {q.method: q for q in reversed(about_graphs(supply, 5))}


def _take(file: Path, asked: dict[str, Question], *names: str) -> dict[str, turns.Taken]:
    players = [Player(name, f"{ODD}:{name}", file, 0.5, grace=0.5) for name in names]
    try:
        taken, _ = take_turns(asked["closure"], players, lambda module, method: "", 2)
    finally:
        for player in players:
            player.close()
    return {t.side: t for t in taken}


# ---- sides --------------------------------------------------------------------------------------------------------------


def test_a_side_with_another_answer_ends_the_run(file: Path, asked: dict[str, Question]) -> None:
    with pytest.raises(Wrong, match="Honest and Wrong differ"):
        _take(file, asked, "Honest", "Wrong")


def test_an_answer_that_is_not_right_ends_the_run_even_if_nobody_differs(
    file: Path, asked: dict[str, Question]
) -> None:
    with pytest.raises(Wrong, match="can be reached"):
        _take(file, asked, "Wrong")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Slow", "not finished in 0 s"),
        ("Deaf", "not finished in 0 s"),
        ("Dying", "ended with code 3"),
        ("Failing", "MemoryError: no room"),
        ("Unbuilt", "ended with code 4"),
    ],
)
def test_a_side_without_an_answer_is_shown_with_the_reason(
    file: Path, asked: dict[str, Question], name: str, reason: str
) -> None:
    taken = _take(file, asked, name, "Honest")
    assert taken[name].failed == reason
    assert taken[name].samples == ()
    assert len(taken["Honest"].samples) == 2


def test_a_killed_side_answers_the_next_question(file: Path, asked: dict[str, Question]) -> None:
    player = Player("Deaf", f"{ODD}:Deaf", file, 0.3, grace=0.3)
    try:
        assert player.ask(asked["closure"]).failed
        again = Question("plain", "plain", ("removal", [True]), lambda answers: "")
        assert player.ask(again).failed == ""
    finally:
        player.close()


def test_a_side_that_was_asked_once_may_be_slow_but_not_left_out(
    file: Path, asked: dict[str, Question], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "_SLOW", -1.0)  # a first answer may take no measurable processor time
    assert len(_take(file, asked, "Honest")["Honest"].samples) == 1


# ---- answers ------------------------------------------------------------------------------------------------------------


def _right(supply: Supply, method: str, question: Question) -> Any:
    """The answer of the project's side, in the form compared."""
    from benchmarks.sides.project import Side

    side = Side()
    side.graph(supply)
    return questions.normal(method, side.plain(method, getattr(side, method)(*question.arguments)))


@pytest.mark.parametrize("method", ["closure", "dominators", "shortest", "k_shortest", "simple", "cut"])
def test_a_changed_answer_is_found_out(supply: Supply, asked: dict[str, Question], method: str) -> None:
    question = asked[method]
    right = _right(supply, method, question)
    assert question.check({"a": right, "b": right})
    for wrong in _changed(method, right):
        with pytest.raises(Wrong):
            question.check({"a": right, "b": wrong})


def _changed(method: str, right: Any) -> Iterator[Any]:
    if method == "closure":
        yield right[1:]
        yield np.append(right, right[-1] + 1)
    elif method == "dominators":
        for node in (int(np.flatnonzero(right >= 0)[-1]), int(np.flatnonzero(right < 0)[0])):
            wrong = right.copy()
            wrong[node] = node
            yield wrong
    elif method == "shortest":
        yield [(right[0][0], right[0][-1]), *right[1:]]  # no such edge
        yield [right[1], *right[1:]]  # other ends
    elif method == "k_shortest":
        yield [[*paths[:-1], paths[0]] for paths in right]  # one twice
        yield [paths[:-1] for paths in right]
        yield [paths[::-1] for paths in right]
    elif method == "simple":
        yield [paths[1:] for paths in right]
        yield [[*paths, paths[0]] for paths in right]
    elif method == "cut":
        yield [[*cut, 0] for cut in right]
        yield [[*cut[:-1], node] for cut, node in zip(right, (0,), strict=True)]  # as many, but not those


def test_a_longer_path_is_not_a_shortest(supply: Supply, asked: dict[str, Question]) -> None:
    longer = [paths[-1] for paths in _right(supply, "k_shortest", asked["k_shortest"])]
    with pytest.raises(Wrong, match="the least are"):
        asked["shortest"].check({"a": longer})


def test_another_loss_is_found_out(supply: Supply) -> None:
    for question in about_bills(supply.and_or()):
        right = np.zeros(len(supply.and_or().items), dtype=np.int64)
        wrong = right.copy()
        wrong[3] = 1
        with pytest.raises(Wrong):
            question.check(
                {"a": right.astype(bool), "b": wrong.astype(bool)} if question.arguments else {"a": right, "b": wrong}
            )


def test_the_ground_knows_distances_and_paths(supply: Supply) -> None:
    import networkx as nx

    ground = Ground(supply)
    graph = nx.DiGraph(zip(supply.tails.tolist(), supply.heads.tolist(), strict=True))
    source = int(supply.of_class("System")[0])
    wanted = nx.single_source_shortest_path_length(graph, source)
    found = ground.distances(source)
    assert {n: d for n, d in enumerate(found.tolist()) if d >= 0} == wanted
    path = nx.shortest_path(graph, source, max(wanted, key=lambda n: wanted[n]))
    assert ground.is_path(path)
    assert not ground.is_path([*path, path[0]])


# ---- the table ----------------------------------------------------------------------------------------------------------


def _line(
    name: str, nodes: int, ours: float | None, theirs: float | None, state: str = "5 samples", **more: float
) -> Line:
    values = {OURS: ours, "networkx": theirs, **more}
    return Line(name, nodes, "", "ms", values, {**dict.fromkeys(values, "5 samples"), "networkx": state})


def test_requirements_are_read_as_they_are_written() -> None:
    name, nodes = "dominators", 1_000_000  # at least 15 times as fast
    assert verdicts(_line(name, nodes, 1.0, 15.0)) == [("≥ 15 × networkx", "reached")]
    assert verdicts(_line(name, nodes, 1.0, 14.9)) == [("≥ 15 × networkx", "not reached")]
    assert verdicts(_line(name, nodes, None, 14.9)) == [("≥ 15 × networkx", "not reached")]
    assert verdicts(_line(name, nodes, 1_000.0, None, "not finished in 60 s")) == [("≥ 15 × networkx", "reached")]
    assert verdicts(_line(name, nodes, 10_000.0, None, "not finished in 60 s")) == [("≥ 15 × networkx", "open")]
    assert verdicts(_line(name, nodes, 1.0, None, "not installed")) == [("≥ 15 × networkx", "open")]
    assert verdicts(_line(name, 10_000, 1.0, 1.0)) == []
    near = verdicts(_line("everything upstream", nodes, 1.4, 50.0, igraph=3.0, scipy=1.0))
    assert near == [("≥ 30 × networkx", "reached"), ("≤ 1.3 × the fastest native", "not reached")]
    assert verdicts(_line("bytes an edge", 10, 16.1, 400.0)) == [("≤ 16", "not reached")]


def test_every_requirement_is_about_a_line_that_there_is(supply: Supply) -> None:
    asked = [q.name for q in (*about_graphs(supply, 5), *about_bills(supply.and_or()))]
    asked += ["bytes an edge", "all single removals beside one", "first query after a start"]
    for need in REQUIREMENTS:
        assert any(name.startswith(need.name) for name in asked), need


def test_a_side_that_did_not_finish_stands_in_the_table_with_a_bound(tmp_path: Path) -> None:
    line = _line("dominators", 1_000_000, 1_000.0, None, "not finished in 60 s")
    write_markdown(
        tmp_path / "table.md", [line], {"packages": {}, "python": "", "platform": "", "cores": 2, "load_before": 0}, 1
    )
    assert "not finished in 60 s (> 60 ×)" in (tmp_path / "table.md").read_text(encoding="utf-8")


def test_a_small_run_has_a_line_for_every_question_and_a_cell_for_every_side(
    supply: Supply, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHOKEPOINT_CACHE", str(tmp_path))
    assert (
        network.main(["--size", "2000", "--repeat", "1", "--allowance", "30", "--json", str(tmp_path / "run.json")])
        == 0
    )
    found = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["lines"]
    names = {line["name"] for line in found}
    assert names > {q.name for q in (*about_graphs(supply, 0), *about_bills(supply.and_or()))}
    assert names > {
        "build the graph",
        "bytes an edge",
        "peak memory",
        "all single removals beside one",
        "first query after a start",
    }
    for line in found:
        assert line["values"][OURS] is not None, line
        if line["name"] != "first query after a start":
            assert set(line["values"]) == set(line["states"]) == set(NETWORK_SIDES)
        for side, value in line["values"].items():
            assert value is not None or line["states"][side] in ("-", "not installed"), line
