"""Importing, listing, removing, linking, comparing and fetching, by the real command."""

from __future__ import annotations

import csv
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kg.store.opening import build_folder
from kg.store.release import Release, read_release
from tests.cli.conftest import Run
from tests.helpers import FactsFolder

FIXTURES = Path(__file__).resolve().parents[1] / "importers" / "fixtures"
ATHENA, ETO, LISTS = FIXTURES / "athena", FIXTURES / "eto" / "2027-02", FIXTURES / "lists"


@pytest.fixture
def joined(call: Run, small_world: Release, tmp_path: Path) -> Callable[..., Release]:
    """Imports into a release, the small one where none is named, and opens what came of it."""

    def join(name: str, path: Path, *options: str, into: Release = small_world) -> Release:
        done = call("import", name, str(path), "--into", str(into.folder), *options, release=False)
        assert done.returncode == 0, done.stderr
        return read_release(Path(done.stdout.strip().splitlines()[-1]))

    return join


def batches(call: Run, release: Release) -> dict[str, dict[str, object]]:
    done = call("batches", "--release", str(release.folder), "--format", "json", release=False)
    return {b["id"]: b for b in json.loads(done.stdout)}


def test_an_import_makes_a_new_release_and_a_removal_the_old_one(
    call: Run, joined: Callable[..., Release], small_world: Release
) -> None:
    new = joined("athena", ATHENA)
    assert new.hash != small_world.hash
    found = batches(call, new)
    assert list(found)[:2] == ["athena", "test"] or {"athena", "test"} <= set(found)
    assert found["athena"]["licence"] == "CC-BY-4.0"
    assert int(str(found["athena"]["statements"])) > 10
    done = call("remove", "athena", "--from", str(new.folder), release=False)
    assert (done.returncode, Path(done.stdout.strip()).name) == (0, small_world.id)
    assert read_release(small_world.folder).hash == small_world.hash


def test_importing_twice_changes_nothing(call: Run, joined: Callable[..., Release]) -> None:
    once = joined("athena", ATHENA)
    done = call("import", "athena", str(ATHENA), "--into", str(once.folder), release=False)
    assert Path(done.stdout.strip()).name == once.id
    assert "nothing changed" in done.stderr


def test_several_data_sets_make_the_same_release_in_any_order(joined: Callable[..., Release]) -> None:
    one = joined("lists", LISTS, into=joined("athena", ATHENA))
    other = joined("athena", ATHENA, into=joined("lists", LISTS))
    assert one.hash == other.hash


def test_a_batch_that_is_mostly_wrong_is_refused(call: Run, small_world: Release) -> None:
    done = call("import", "eto", str(ETO), "--edition", "2027-02", "--into", str(small_world.folder), release=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "17 of 67 rows are wrong, more than 10%; nothing was imported" in done.stderr


def test_the_summary_names_what_was_refused(call: Run, small_world: Release) -> None:
    done = call("import", "athena", str(ATHENA), "--into", str(small_world.folder), release=False)
    assert "athena: refused: nodes.csv:8: country 'ZZ' is no code of ISO 3166-1" in done.stderr
    assert "athena: refused: edges.csv:10: relation 'hugs' is none of" in done.stderr
    assert f"serve it with: chokepoint serve --release {Path(done.stdout.strip()).name}" in " ".join(
        done.stderr.split()
    )
    for word in ("json", "csv"):
        again = call(
            "import", "athena", str(ATHENA), "--into", str(small_world.folder), "--format", word, release=False
        )
        body = again.stdout.rpartition("/")[0].rpartition("\n")[0]
        if word == "json":
            (summary,) = json.loads(body)
            assert (summary["batch"], summary["rows"], len(summary["refused"])) == ("athena", 16, 3)
        else:
            rows = list(csv.DictReader(body.splitlines()))
            assert [(r["file"], r["line"]) for r in rows if r["what"] == "refused"] == [
                ("nodes.csv", "8"),
                ("edges.csv", "9"),
                ("edges.csv", "10"),
            ]


def _cut(folder: Path) -> None:
    text = (folder / "edges.csv").read_bytes()
    (folder / "edges.csv").write_bytes(text[: len(text) // 2])


def _encoded(folder: Path) -> None:
    text = (folder / "nodes.csv").read_text(encoding="utf-8").replace("Brook Foundry", "Brüük Foundry")
    (folder / "nodes.csv").write_bytes(text.encode("latin-1"))


def _renamed(folder: Path) -> None:
    text = (folder / "edges.csv").read_text(encoding="utf-8")
    (folder / "edges.csv").write_text(text.replace("relation", "relatoin", 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        pytest.param(_cut, ("edges.csv", "cut short"), id="cut short"),
        pytest.param(_encoded, ("nodes.csv:2", "not UTF-8"), id="another encoding"),
        pytest.param(_renamed, ("edges.csv:1", "'relation' is missing", "nearest: relatoin"), id="another column"),
        pytest.param(lambda f: (f / "edges.csv").unlink(), ("edges.csv is missing",), id="a file missing"),
        pytest.param(lambda f: (f / "nodes.csv").write_bytes(b""), ("nodes.csv", "empty"), id="an empty file"),
    ],
)
def test_a_broken_file_changes_nothing(
    call: Run,
    small_world: Release,
    small_cache: Path,
    tmp_path: Path,
    spoil: Callable[[Path], object],
    words: tuple[str, ...],
) -> None:
    shutil.copytree(ATHENA, tmp_path / "athena")
    spoil(tmp_path / "athena")
    before = sorted(small_cache.rglob("*"))
    done = call("import", "athena", str(tmp_path / "athena"), "--into", str(small_world.folder), release=False)
    assert (done.returncode, done.stdout) == (1, "")
    for word in (*words, "nothing was imported"):
        assert word in done.stderr
    assert sorted(small_cache.rglob("*")) == before


def test_a_batch_that_shrinks_is_refused_until_it_is_accepted(
    call: Run, joined: Callable[..., Release], tmp_path: Path
) -> None:
    shutil.copytree(ATHENA, tmp_path / "athena")
    nodes, edges = tmp_path / "athena" / "nodes.csv", tmp_path / "athena" / "edges.csv"
    more = "".join(f"extra-{n},Extra {n},foundry,specialty,TW,,,2000,x,s1\n" for n in range(40))
    whole = nodes.read_text(encoding="utf-8")
    nodes.write_text(whole + more, encoding="utf-8")
    large = joined("athena", tmp_path / "athena")
    nodes.write_text(whole, encoding="utf-8")
    arguments = ("import", "athena", str(tmp_path / "athena"), "--into", str(large.folder))
    done = call(*arguments, release=False)
    assert done.returncode == 1
    assert "in the import before: more than 25% are gone; nothing was imported" in done.stderr
    accepted = call(*arguments, "--accept-fall", release=False)
    assert accepted.returncode == 0
    assert "in the import before" in accepted.stderr
    assert edges.exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("import", "athna", str(ATHENA)), 2, "no importer 'athna'; expected one of athena"),
        (("import", "athena", "/nowhere"), 1, "there is no such file or folder"),
        (("remove", "athna"), 1, "no batch 'athna' in this release"),
        (("diff", "seed", "123456"), 1, "no release '123456' is kept here"),
        (("fetch", "etoo"), 2, "nearest: eto"),
    ],
)
def test_bad_words_are_named_with_the_nearest(
    call: Run, small_world: Release, arguments: tuple[str, ...], code: int, words: str
) -> None:
    where = {"import": ("--into",), "remove": ("--from",)}.get(arguments[0], ())
    if arguments[0] == "diff":
        arguments = ("diff", str(small_world.folder), arguments[2])
    done = call(*arguments, *(part for name in where for part in (name, str(small_world.folder))), release=False)
    assert done.returncode == code
    assert words in " ".join(done.stderr.split())


def test_the_difference_of_two_releases(call: Run, joined: Callable[..., Release], small_world: Release) -> None:
    new = joined("athena", ATHENA)
    lines = call("diff", str(small_world.folder), str(new.folder), "--format", "json", release=False)
    rows = json.loads(lines.stdout)
    assert {(r["batch"], r["class_name"]) for r in rows} >= {("athena", "Supply"), ("athena", "plain")}
    assert sum(r["came"] for r in rows) == sum(new.manifest["statements"].values()) - sum(
        small_world.manifest["statements"].values()
    )
    listed = call("diff", str(new.folder), str(small_world.folder), "--statements", "--format", "csv", release=False)
    told = list(csv.DictReader(listed.stdout.splitlines()))
    assert {r["change"] for r in told} == {"went"}
    assert len(told) == sum(r["came"] for r in rows)


def test_an_old_release_is_answered_by_its_hash(
    call: Run, joined: Callable[..., Release], small_world: Release
) -> None:
    new = joined("athena", ATHENA)
    for release, code in ((new, 0), (small_world, 1)):
        done = call("entity", "athena-elm-tools", "--release", release.hash[:12], "--format", "json", release=False)
        assert done.returncode == code


# ---- links ------------------------------------------------------------------------------------------------------------------


def test_records_are_linked_reviewed_and_taken_apart(
    call: Run, tmp_path: Path, small_cache: Path, joined: Callable[..., Release]
) -> None:
    seed = FactsFolder(tmp_path / "seed", batch="seed")
    seed.entity("Country", "NLD", "Netherlands")
    seed.entity("Company", "acme", "Acme")
    seed.plain("acme", "headquarteredIn", "NLD")
    base = build_folder(seed.write(), small_cache / "releases")
    shutil.copytree(ATHENA, tmp_path / "athena")
    nodes = tmp_path / "athena" / "nodes.csv"
    nodes.write_text(nodes.read_text(encoding="utf-8").replace("Elm Tools", "Acme Inc"), encoding="utf-8")
    linked = joined("athena", tmp_path / "athena", into=base)

    def answer(release: Release) -> str:
        done = call("entity", "athena-elm-tools", "--release", str(release.folder), "--format", "json", release=False)
        return str(json.loads(done.stdout)["answer"]["entity"]["id"])

    assert answer(linked) == "acme"
    decisions = tmp_path / "decisions.csv"
    decisions.write_text(
        "record,identified_with,decision,evidence\ncompany/athena-elm-tools,company/acme,different,another Acme\n",
        encoding="utf-8",
    )
    done = call("link", "--into", str(linked.folder), "--decisions", str(decisions), release=False)
    assert done.returncode == 0, done.stderr
    apart = read_release(Path(done.stdout.strip()))
    assert answer(apart) == "athena-elm-tools"
    again = joined("athena", tmp_path / "athena", into=apart)
    assert answer(again) == "athena-elm-tools"  # a person's word outlives the next import
    assert again.hash == apart.hash


# ---- fetching ---------------------------------------------------------------------------------------------------------------


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def publisher() -> Iterator[str]:
    """A server on this machine that gives the made-up data set."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(ATHENA)))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_fetching_asks_for_the_licence_and_imports(
    run: Run, publisher: str, small_world: Release, tmp_path: Path
) -> None:
    into = ("--into", str(small_world.folder), "--folder", str(tmp_path / "downloads"), "--address", publisher)
    refused = run("fetch", "athena", *into, release=False)
    assert refused.returncode == 1
    assert "licence: CC-BY-4.0" in refused.stderr
    assert "the licence was not accepted (--accept-licence); nothing was fetched" in refused.stderr
    assert not (tmp_path / "downloads").exists()
    done = run("fetch", "athena", *into, "--accept-licence", release=False)
    assert done.returncode == 0, done.stderr
    assert read_release(Path(done.stdout.strip())).hash != small_world.hash
    assert (tmp_path / "downloads" / "athena" / "fetched.json").is_file()


def test_fetching_without_a_network_says_how_to_do_it_by_hand(run: Run, small_world: Release, tmp_path: Path) -> None:
    done = run(
        "fetch", "athena", "--address", "http://127.0.0.1:9/", "--accept-licence", "--folder", str(tmp_path), release=False
    )  # fmt: skip
    assert done.returncode == 1
    assert "chokepoint import athena FOLDER" in done.stderr
    assert list(tmp_path.iterdir()) == []
