"""Runs the real command in a process of its own, against a small release."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.cli import main
from kg.store.opening import build_folder
from kg.store.release import Release
from tests.api.servers import COMMAND, environment
from tests.helpers import FactsFolder

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def small_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder with nothing but the small release."""
    return tmp_path_factory.mktemp("cli-cache")


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory, small_cache: Path) -> Release:
    """A chip, its maker, a country with a tier, a policy, a claim."""
    folder = FactsFolder(tmp_path_factory.mktemp("cli") / "facts")
    folder.entity("Country", "NLD", "Netherlands", "Nederland")
    folder.entity("Country", "IND", "India")
    folder.entities("Chip", "chip-a", "chip-b")
    folder.entity("Company", "acme", "Acme, Inc.", "阿克米")
    folder.entity("Policy", "rule", "Rule")
    folder.entity("Tier", "rule-tier-1", "Tier 1")
    folder.relation("Provision", item="chip-a", provider="acme", share="62.5")
    folder.plain("acme", "headquarteredIn", "NLD")
    folder.plain("chip-a", "dieArea", "814")
    folder.plain("chip-b", "dieArea", "600", status="unverified")
    folder.plain("rule-tier-1", "tierOf", "rule")
    folder.relation("TierMembership", country="NLD", tier="rule-tier-1", valid_from="2025-01-13")
    folder.relation("PolicyEvent", policy="rule", event_kind="effective", event_date="2025-01-13")
    folder.claim("k1", "acme", metric="share", value="70", unit="%")
    return build_folder(folder.write(), small_cache / "releases")


@pytest.fixture(scope="session")
def run(small_cache: Path, small_world: Release, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs the command with arguments; `release=True` adds the small release."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    def command(*arguments: str, release: bool = True, stdin: str | None = None, cache: Path | None = None):  # type: ignore[no-untyped-def]
        more = ("--release", str(small_world.folder)) if release else ()
        return subprocess.run(
            [*COMMAND, *arguments, *more],
            cwd=elsewhere,
            env=environment(cache or small_cache),
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )

    return command


@pytest.fixture
def call(
    small_cache: Path, small_world: Release, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """The same without a process of its own, for the many cases where only words and exit codes matter."""
    monkeypatch.delenv("CHOKEPOINT_RELEASE", raising=False)

    def command(*arguments: str, release: bool = True, cache: Path | None = None) -> subprocess.CompletedProcess[str]:
        more = ("--release", str(small_world.folder)) if release else ()
        monkeypatch.setenv("CHOKEPOINT_CACHE", str(cache or small_cache))
        monkeypatch.setattr(sys, "argv", ["chokepoint", *arguments, *more])
        capsys.readouterr()
        code: object = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code or 0
        assert isinstance(code, int)
        printed = capsys.readouterr()
        return subprocess.CompletedProcess(sys.argv, code, printed.out, printed.err)

    return command


@pytest.fixture
def folder_of_mistakes(tmp_path: Path) -> FactsFolder:
    """Four rows that cannot be read, in three files."""
    folder = FactsFolder(tmp_path / "mistaken")
    folder.entity("Country", "NLD", "Netherlands")
    folder.entity("Company", "acme", "Acme")
    folder.entity("Company", "not an id", "Nobody")
    folder.plain("acme", "headquarteredIn", "NLX")
    folder.plain("acme", "headquarterdIn", "NLD")
    folder.plain("acme", "headquarteredIn", "NLD", valid_from="2025-13")
    return folder
