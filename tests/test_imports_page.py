"""The commands of docs/imports.md are run, one after the other, on the real data sets."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kg.store.release import Release, read_release
from tests.questions.projection import DATA

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "imports.md"
_COMMAND = 'chokepoint() { "$PYTHON" -W ignore -c "from kg.cli import main; main()" "$@"; }\n'


def test_every_command_of_the_page_works(seed_release: Release, seed_cache: Path, tmp_path: Path) -> None:
    scripts = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    folders = set(re.findall(r"\$DATA/([a-z0-9-]+)", "".join(scripts)))
    absent = sorted(f for f in folders if not (DATA / f).is_dir())
    if absent:
        pytest.skip(f"the data sets {', '.join(absent)} are not here (CHOKEPOINT_DATA names their folder)")
    if shutil.which("bash") is None:
        pytest.skip("bash is not here")
    assert len(scripts) == 5
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHOKEPOINT_")}
    environment = {
        **kept,
        "CHOKEPOINT_CACHE": str(seed_cache),
        "PYTHONPATH": str(ROOT),
        "PYTHON": sys.executable,
        "DATA": str(DATA),
        "COLUMNS": "200",
    }
    script = "set -euo pipefail\n" + _COMMAND + "".join(scripts) + 'echo "END $R $WITHOUT $MINE"\n'
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", timeout=900
    )
    assert done.returncode == 0, done.stderr
    _, last, without, mine = done.stdout.splitlines()[-1].split()
    batches = {b["id"] for b in read_release(Path(last)).manifest["batches"]}
    assert batches == {"seed", "identity", "athena", "csl", "ear", "epoch", "eto-2022", "eto-2025-07", "eto-2026-08", "lists"}  # fmt: skip
    assert {b["id"] for b in read_release(Path(without)).manifest["batches"]} == batches - {"lists"}
    assert "rdf-my-notes" in {b["id"] for b in read_release(Path(mine)).manifest["batches"]}
    for words in ("shanghai-micro-electronics-equipment", "https://example.org/a", "came,"):
        assert words in done.stdout + done.stderr, words
    assert (tmp_path / "doubtful.csv").read_text(encoding="utf-8").startswith("record,identified_with,")
