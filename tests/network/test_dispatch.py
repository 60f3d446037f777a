"""Which version answers: small networks load no compiler, servers never wait for one, and nothing breaks where there is none."""

from __future__ import annotations

import importlib
import logging
import os
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from kg.network.kernels import dispatch
from kg.network.kernels.dispatch import MANY_EDGES, Loader, native, using

ROOT = Path(__file__).resolve().parents[2]


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code in a new process that has the kernels at hand as `reach` and a large graph as `csr`."""
    start = """
        import sys
        from kg.network.csr import Csr
        from kg.network.kernels import dispatch
        from kg.network.kernels.paths import simple_paths
        from kg.network.kernels.reach import reach
        csr = Csr.of(range(60_000), range(1, 60_001))
    """
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(start) + textwrap.dedent(code)],
        cwd=ROOT,
        env={**{k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"}, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_a_small_network_loads_no_compiler() -> None:
    code = f"""
import sys
from kg.network.csr import Csr
from kg.network.kernels.paths import simple_paths
from kg.network.kernels.reach import reach
csr = Csr.of(range({MANY_EDGES - 1}), range(1, {MANY_EDGES}))
reach(csr, [0]), simple_paths(csr, 0, 5, 9, 9)
print("numba" in sys.modules)
"""
    small = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert small.stdout == "False\n", small.stderr


def test_a_large_network_is_searched_by_compiled_code_kept_in_the_cache_folder(tmp_path: Path) -> None:
    done = run(
        """
        assert reach(csr, [0])[-1] == 60_000
        import numba
        print("numba's own setting:", repr(numba.config.CACHE_DIR))
        """,
        CHOKEPOINT_CACHE=str(tmp_path),
        HOME=str(tmp_path / "home"),
    )
    assert done.stdout == "numba's own setting: ''\n", done.stderr
    assert list((tmp_path / "kernels").rglob("*.nbc"))
    assert not (tmp_path / "home").exists()


def unwritable(tmp_path: Path) -> list[str]:
    """Places where no folder can be made, whoever asks."""
    file = tmp_path / "file"
    file.write_text("")
    return [str(file / "cache"), *(["/proc/none"] if Path("/proc").is_dir() else [])]


@pytest.mark.parametrize("place", [0, 1])
def test_where_nothing_can_be_written_the_twins_answer(place: int, tmp_path: Path) -> None:
    places = unwritable(tmp_path)
    folder = places[place % len(places)]
    done = run(
        """
        for _ in range(3):
            assert reach(csr, [0])[-1] == 60_000
            assert simple_paths(csr, 0, 5, 9, 9).paths == ((0, 1, 2, 3, 4, 5),)
        assert not dispatch.warm()
        print("answered")
        """,
        CHOKEPOINT_CACHE=folder,
        HOME=folder,
        XDG_CACHE_HOME=folder,
    )
    assert done.stdout == "answered\n", done.stderr
    assert done.stderr.count("Compiled kernels are not to be had") == 1


def test_without_numba_the_twins_answer() -> None:
    done = run("""
        sys.modules["numba"] = None  # as if it were not installed
        assert reach(csr, [0])[-1] == 60_000
        try:
            with dispatch.using(compiled=True):
                reach(csr, [0])
        except RuntimeError as error:
            print(error)
    """)
    assert done.stdout == "the compiled kernel reach cannot be had\n", done.stderr
    assert done.stderr.count("Compiled kernels are not to be had") == 1


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package of two compiled modules, of which one takes until the test lets it go on."""
    folder = tmp_path / "slow_kernels"
    folder.mkdir()
    (folder / "__init__.py").write_text("import threading\ngo, begun = threading.Event(), threading.Event()\n")
    (folder / "a.py").write_text("")
    (folder / "b.py").write_text("from slow_kernels import begun, go\nbegun.set()\nassert go.wait(60)\n")
    (folder / "broken.py").write_text("raise OSError('no space left')\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield "slow_kernels"
    for name in [n for n in sys.modules if n.split(".")[0] == "slow_kernels"]:
        del sys.modules[name]


def test_a_server_never_waits_for_a_compiler(package: str, tmp_path: Path) -> None:
    (tmp_path / package / "broken.py").unlink()
    loader = Loader(package)
    loader.in_background(lambda: MANY_EDGES)
    slow_kernels = importlib.import_module(package)
    assert slow_kernels.begun.wait(60)
    assert loader.get("b") is None  # while it is compiled
    assert loader.get("a") is not None
    assert not loader.wait(0)
    slow_kernels.go.set()
    assert loader.wait(60)
    assert loader.get("b") is sys.modules["slow_kernels.b"]


def test_a_server_of_a_small_network_loads_nothing_until_a_large_one_comes(package: str, tmp_path: Path) -> None:
    (tmp_path / package / "broken.py").unlink()
    loader = Loader(package)
    loader.in_background(lambda: MANY_EDGES - 1)
    assert loader.wait(60)
    assert "slow_kernels" not in sys.modules
    assert loader.get("a") is None  # a large one: it is loaded now, but this question does not wait
    while "slow_kernels" not in sys.modules or not hasattr(sys.modules["slow_kernels"], "go"):
        threading.Event().wait(0.01)
    sys.modules["slow_kernels"].go.set()
    assert loader.wait(60)
    assert loader.get("a") is not None


def test_what_cannot_be_loaded_is_said_once(package: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / package / "b.py").unlink()
    loader = Loader(package)
    with caplog.at_level(logging.WARNING, "chokepoint.kernels"):
        assert loader.get("broken") is None
        assert loader.get("broken") is loader.get("a") is None
        assert not loader.warm()
    (record,) = caplog.records
    assert "no space left" in record.getMessage()


def test_a_size_that_cannot_be_found_out_ends_no_server(package: str, caplog: pytest.LogCaptureFixture) -> None:
    loader = Loader(package)
    loader.in_background(lambda: 1 // 0)
    assert loader.wait(60)
    assert loader.get("a") is None
    assert len(caplog.records) == 1


def test_all_kernels_can_be_loaded_and_a_version_can_be_asked_for() -> None:
    assert dispatch.warm()
    assert native("reach", MANY_EDGES) is not None
    assert native("reach", MANY_EDGES - 1) is None
    with using(compiled=True):
        assert native("reach", 1) is not None
        with using(compiled=False):
            assert native("reach", MANY_EDGES) is None
    assert native("reach", 1) is None
