"""The page about benchmarks: its commands are commands, its table is of the questions that are asked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks import network, supply
from benchmarks.network_report import REQUIREMENTS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")


def _commands() -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return [line.partition("#")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


def test_the_page_names_the_commands() -> None:
    assert {c.split()[2] for c in _commands() if c.startswith("python -m")} >= {
        "benchmarks.run",
        "benchmarks.network",
        "benchmarks.supply",
        "benchmarks.seed_profile",
    }


@pytest.mark.parametrize("command", [c for c in _commands() if c.startswith("python -m benchmarks.network")])
def test_options_of_the_page_are_understood(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        network.main([*command.split()[3:], "--help"])
    assert ended.value.code == 0
    words = [w for w in command.split()[3:] if w.startswith("--")]
    told = capsys.readouterr().out
    assert [w for w in words if w not in told] == []


def test_the_page_makes_a_network_as_it_says(tmp_path: Path) -> None:
    command = next(c for c in _commands() if c.startswith("python -m benchmarks.supply"))
    words = [
        str(tmp_path / "net.npz") if w.endswith(".npz") else "2000" if w.isdigit() else w for w in command.split()[3:]
    ]
    assert supply.main(words) == 0
    assert supply.read_supply(tmp_path / "net.npz").nodes == 2000


def test_each_requirement_stands_in_the_table_with_its_outcome() -> None:
    for need in REQUIREMENTS:
        assert re.search(rf"{re.escape(need.text)}: (reached|not reached|open)", PAGE), need.text
