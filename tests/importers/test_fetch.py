"""Fetching from a publisher, here a server on this machine: what is whole is kept, what is not leaves nothing."""

from __future__ import annotations

import gzip
import hashlib
import json
import resource
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import kg.fetching as fetching
from kg.errors import BadArgument, FetchFailed
from kg.fetching import MANIFEST, FetchSettings, fetch, fetch_settings, publisher
from kg.importers.publishers import PUBLISHERS, Download, Publisher
from kg.importers.registry import IMPORTERS

Answer = Callable[[BaseHTTPRequestHandler], None]

CSV = b"Name of the hardware,TPP\nmade-up chip,4800\n"


def sent(body: bytes, kind: str = "text/csv", status: int = 200, length: int | None = None, **headers: str) -> Answer:
    """An answer with a body; `length` tells another than its own."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def moved(to: str, status: int = 302) -> Answer:
    """A redirect."""
    return sent(b"", status=status, Location=to)


class Site:
    """A publisher's server on this machine: answers by path, and what was asked for."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                site.answers.get(self.path, sent(b"nothing here", "text/plain", 404))(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A server; no proxy stands between."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    found = Site()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def get(site: Site, tmp_path: Path) -> Callable[..., Path]:
    """Fetches from the server into `downloads`."""

    def fetched(name: str = "epoch", **settings: object) -> Path:
        found = FetchSettings(**{"address": site.address, "timeout": 5.0, **settings})  # type: ignore[arg-type]
        return fetch(name, tmp_path / "downloads", accept_licence=True, settings=found)

    return fetched


def refused(get: Callable[..., Path], tmp_path: Path, *words: str, **settings: object) -> FetchFailed:
    """Fetching fails with these words in the message, and leaves nothing."""
    with pytest.raises(FetchFailed) as raised:
        get(**settings)
    for word in words:
        assert word in raised.value.message
    assert left(tmp_path / "downloads") == []
    return raised.value


def left(folder: Path) -> list[str]:
    """Everything in a folder of downloads."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*"))


# ---- what goes well ---------------------------------------------------------------------------------------------------------


def test_a_data_set_is_fetched_whole_with_its_manifest(site: Site, get: Callable[..., Path], tmp_path: Path) -> None:
    site.answers["/ml_hardware.csv"] = sent(CSV, ETag='"e1"', Last_Modified="Sat, 15 Nov 2025 00:00:00 GMT")
    folder = get()
    assert folder == tmp_path / "downloads" / "epoch"
    assert left(folder) == [MANIFEST, "ml_hardware.csv"]
    assert (folder / "ml_hardware.csv").read_bytes() == CSV
    assert folder.stat().st_mode & 0o777 == 0o755
    told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    assert (told["name"], told["licence"]) == ("epoch", "CC-BY-4.0")
    assert told["files"] == [
        {
            "file": "ml_hardware.csv",
            "url": f"{site.address}ml_hardware.csv",
            "from": f"{site.address}ml_hardware.csv",
            "bytes": len(CSV),
            "sha256": hashlib.sha256(CSV).hexdigest(),
            "etag": '"e1"',
            "last_modified": "Sat, 15 Nov 2025 00:00:00 GMT",
        }
    ]


def test_paths_of_the_publisher_become_the_names_the_importer_reads(site: Site, get: Callable[..., Path]) -> None:
    site.answers["/cn/sanctions/sanctions.csv"] = sent(b"Type,Name\nOrganization,made up\n")
    site.answers["/us/dod_chinese_milcorps/sanctions.csv"] = sent(b"Name\nmade up\n")
    folder = get("lists")
    assert (folder / "cn_sanctions.csv").read_text(encoding="utf-8").startswith("Type,")
    assert (folder / "us_dod_1260H.csv").read_text(encoding="utf-8").startswith("Name\n")


def test_the_address_is_a_setting(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHOKEPOINT_FETCH_EPOCH", f"{site.address}mirror")
    site.answers["/mirror/ml_hardware.csv"] = sent(CSV)
    assert (fetch("epoch", tmp_path, accept_licence=True) / "ml_hardware.csv").read_bytes() == CSV


def test_progress_is_told(site: Site, tmp_path: Path) -> None:
    body = b"a,b\n" + b"1,2\n" * 100_000
    site.answers["/ml_hardware.csv"] = sent(body)
    told: list[tuple[str, int, int | None]] = []
    settings = FetchSettings(site.address)
    fetch("epoch", tmp_path, accept_licence=True, settings=settings, progress=lambda *each: told.append(each))
    assert told[-1] == ("ml_hardware.csv", len(body), len(body))
    assert [done for _, done, _ in told] == sorted({done for _, done, _ in told})


def test_a_redirect_is_followed_and_noted(site: Site, get: Callable[..., Path]) -> None:
    site.answers["/ml_hardware.csv"] = moved("/elsewhere/x.csv", 301)
    site.answers["/elsewhere/x.csv"] = moved(f"{site.address}third.csv", 307)
    site.answers["/third.csv"] = sent(CSV)
    told = json.loads((get() / MANIFEST).read_text(encoding="utf-8"))["files"][0]
    assert (told["url"], told["from"]) == (f"{site.address}ml_hardware.csv", f"{site.address}third.csv")


def test_a_packed_answer_is_unpacked_and_its_length_is_that_on_the_way(site: Site, get: Callable[..., Path]) -> None:
    body = CSV * 1000
    site.answers["/ml_hardware.csv"] = sent(gzip.compress(body), Content_Encoding="gzip")
    assert (get() / "ml_hardware.csv").read_bytes() == body


def test_fetching_again_replaces_the_earlier_download_whole(site: Site, get: Callable[..., Path]) -> None:
    site.answers["/ml_hardware.csv"] = sent(CSV)
    (get() / "note.txt").write_text("mine", encoding="utf-8")
    site.answers["/ml_hardware.csv"] = sent(CSV + b"another,1\n")
    folder = get()
    assert left(folder.parent) == ["epoch", f"epoch/{MANIFEST}", "epoch/ml_hardware.csv"]
    assert (folder / "ml_hardware.csv").read_bytes().endswith(b"another,1\n")


def test_a_failed_fetch_leaves_the_earlier_download_as_it_was(site: Site, get: Callable[..., Path]) -> None:
    site.answers["/ml_hardware.csv"] = sent(CSV)
    folder = get()
    del site.answers["/ml_hardware.csv"]
    with pytest.raises(FetchFailed, match="404"):
        get()
    assert left(folder.parent) == ["epoch", f"epoch/{MANIFEST}", "epoch/ml_hardware.csv"]
    assert (folder / "ml_hardware.csv").read_bytes() == CSV


# ---- consent and arguments --------------------------------------------------------------------------------------------------


def test_without_consent_nothing_is_asked_for(site: Site, tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match="was not accepted") as raised:
        fetch("eto", tmp_path / "downloads", settings=FetchSettings(site.address))
    assert raised.value.error_code == "licence-not-accepted"
    assert "CC BY-NC 4.0" in raised.value.message
    assert raised.value.detail["terms"] == publisher("eto").terms
    assert site.asked == []
    assert not (tmp_path / "downloads").exists()


def test_an_unknown_data_set_names_the_nearest() -> None:
    with pytest.raises(BadArgument, match="nearest: epoch"):
        publisher("epohc")


@pytest.mark.parametrize("address", ["file:///etc/", "ftp://127.0.0.1/", "/tmp", "http://", "http://[", "javascript:1"])
def test_an_address_of_another_scheme_is_refused(address: str, tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="no address to fetch from"):
        fetch("epoch", tmp_path, accept_licence=True, settings=FetchSettings(address))


def test_settings_are_read_from_the_environment() -> None:
    found = fetch_settings("my-set", {"CHOKEPOINT_FETCH_MY_SET": "http://a/", "CHOKEPOINT_FETCH_TIMEOUT": "2.5"})
    assert (found.address, found.timeout) == ("http://a/", 2.5)
    assert fetch_settings("eto", {}) == FetchSettings()
    for text in ("soon", "0", "-1", "nan", "inf"):
        with pytest.raises(BadArgument, match="CHOKEPOINT_FETCH_TIMEOUT"):
            fetch_settings("eto", {"CHOKEPOINT_FETCH_TIMEOUT": text})


def test_a_folder_of_ones_own_is_not_replaced(site: Site, get: Callable[..., Path], tmp_path: Path) -> None:
    mine = tmp_path / "downloads" / "epoch"
    mine.mkdir(parents=True)
    (mine / "work.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FetchFailed, match=r"was not fetched \(it has no fetched.json\)"):
        get()
    assert left(tmp_path / "downloads") == ["epoch", "epoch/work.txt"]
    assert site.asked == []


# ---- what is not the file ---------------------------------------------------------------------------------------------------


def test_a_file_that_is_not_there(get: Callable[..., Path], tmp_path: Path) -> None:
    refused(get, tmp_path, "ml_hardware.csv", "the answer is 404 Not Found")


def test_the_second_of_two_files_missing_leaves_nothing(site: Site, get: Callable[..., Path], tmp_path: Path) -> None:
    site.answers["/cn/sanctions/sanctions.csv"] = sent(b"Type,Name\n")
    refused(lambda: get("lists"), tmp_path, "us_dod_1260H.csv", "404")


def test_a_truncated_file(site: Site, get: Callable[..., Path], tmp_path: Path) -> None:
    site.answers["/ml_hardware.csv"] = sent(CSV, length=len(CSV) + 100)
    refused(get, tmp_path, "cut short", "By hand: save ml_hardware.csv", "chokepoint import epoch FOLDER")


def test_a_truncated_packed_file(site: Site, get: Callable[..., Path], tmp_path: Path) -> None:
    packed = gzip.compress(CSV * 1000)
    site.answers["/ml_hardware.csv"] = sent(packed[: len(packed) // 2], length=len(packed), Content_Encoding="gzip")
    refused(get, tmp_path, "cut short")


def test_a_piecewise_answer_that_ends_before_its_last_piece(
    site: Site, get: Callable[..., Path], tmp_path: Path
) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.protocol_version = "HTTP/1.1"
        handler.send_response(200)
        handler.send_header("Content-Type", "text/csv")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(f"{len(CSV):x}\r\n".encode() + CSV + b"\r\n")

    site.answers["/ml_hardware.csv"] = answer
    refused(get, tmp_path, "cut short")


@pytest.mark.parametrize(
    ("body", "kind", "word"),
    [
        (b"<!doctype html><title>Sign in</title>", "text/html; charset=utf-8", "a web page (text/html)"),
        (b"  <!DOCTYPE html><title>Sign in</title>", "text/csv", "a web page"),
        (b"\xef\xbb\xbf<html></html>", "text/plain", "a web page"),
        (b"", "text/csv", "empty"),
        (b"a,b\0c", "text/csv", "no text"),
        (gzip.compress(CSV), "text/csv", "no text"),
    ],
)
def test_wrong_content(body: bytes, kind: str, word: str, site: Site, get: Callable[..., Path], tmp_path: Path) -> None:
    site.answers["/ml_hardware.csv"] = sent(body, kind)
    refused(get, tmp_path, f"the answer is {word}")


def test_a_text_in_place_of_json(site: Site, get: Callable[..., Path], tmp_path: Path) -> None:
    site.answers["/consolidated.json"] = sent(b"source,name\n", "application/json")
    refused(lambda: get("csl"), tmp_path, "the answer is no JSON")


def test_a_checksum_that_does_not_agree(
    site: Site, get: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pinned(sha256: str) -> None:
        made = Publisher(
            "made", "Made up", site.address, "CC0-1.0", "none", site.address, (Download("a.csv", "a.csv", sha256),)
        )
        monkeypatch.setattr(fetching, "PUBLISHERS", {"made": made})

    site.answers["/a.csv"] = sent(CSV)
    pinned("0" * 64)
    refused(lambda: get("made"), tmp_path, f"its SHA-256 is {hashlib.sha256(CSV).hexdigest()}", "0" * 64)
    pinned(hashlib.sha256(CSV).hexdigest())
    assert (get("made") / "a.csv").read_bytes() == CSV


def test_a_file_above_the_allowed_size(site: Site, get: Callable[..., Path], tmp_path: Path) -> None:
    site.answers["/ml_hardware.csv"] = sent(CSV * 100)
    refused(get, tmp_path, "bytes or more, and 100 are allowed", most_bytes=100)

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/csv")
        handler.end_headers()
        try:
            for _ in range(10_000):
                handler.wfile.write(CSV * 1000)
        except OSError:
            pass  # the client has enough

    site.answers["/ml_hardware.csv"] = endless
    refused(get, tmp_path, "100000 are allowed", most_bytes=100_000)


# ---- redirects --------------------------------------------------------------------------------------------------------------


def test_a_redirect_loop(site: Site, get: Callable[..., Path], tmp_path: Path) -> None:
    site.answers["/ml_hardware.csv"] = moved("/ml_hardware.csv")
    refused(get, tmp_path, "more than 5 redirects")
    assert len(site.asked) == 6


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://127.0.0.1/x", "http://[", "chrome://x"])
def test_a_redirect_to_another_scheme(to: str, site: Site, get: Callable[..., Path], tmp_path: Path) -> None:
    site.answers["/ml_hardware.csv"] = moved(to)
    refused(get, tmp_path, f"it redirects to {to}", "not followed")


def test_a_redirect_to_what_is_no_address(site: Site, get: Callable[..., Path], tmp_path: Path) -> None:
    site.answers["/ml_hardware.csv"] = moved("data:text/csv,a")
    refused(get, tmp_path, "it redirects to what is no address")


@pytest.mark.parametrize(("at", "to", "followed"), [
    ("https://a/x", "http://a/x", False),
    ("https://a/x", "file:///x", False),
    ("https://a/x", "https://b/y", True),
    ("https://a/x", "//b/y", True),
    ("https://a/x", "/y", True),
    ("http://a/x", "https://a/x", True),
])  # fmt: skip
def test_where_a_redirect_may_lead(at: str, to: str, followed: bool, tmp_path: Path) -> None:
    with fetching.httpx.Client() as client:
        one = fetching._Fetching(client, publisher("epoch"), FetchSettings(), tmp_path, lambda *_: None)
        if followed:
            assert one._next(Download("a.csv", "a.csv"), at, to).startswith("https://")
        else:
            with pytest.raises(FetchFailed, match="not followed"):
                one._next(Download("a.csv", "a.csv"), at, to)


# ---- no network, no room ----------------------------------------------------------------------------------------------------


def test_nobody_listens(get: Callable[..., Path], tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        refused(get, tmp_path, "no connection", "By hand", PUBLISHERS["epoch"].homepage, address=address)


def test_a_name_that_no_host_has(get: Callable[..., Path], tmp_path: Path) -> None:
    refused(get, tmp_path, "no connection", address="http://nobody.invalid/")


def test_a_server_that_does_not_answer_in_time(site: Site, get: Callable[..., Path], tmp_path: Path) -> None:
    site.answers["/ml_hardware.csv"] = lambda handler: time.sleep(1.0)
    refused(get, tmp_path, "no answer within 0.2 seconds", timeout=0.2)


def test_a_server_that_stops_in_the_middle(site: Site, get: Callable[..., Path], tmp_path: Path) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        sent(CSV, length=10_000)(handler)
        handler.wfile.flush()
        time.sleep(1.0)

    site.answers["/ml_hardware.csv"] = answer
    refused(get, tmp_path, "no answer within 0.2 seconds", timeout=0.2)


def test_a_file_that_cannot_be_written_whole(site: Site, get: Callable[..., Path], tmp_path: Path) -> None:
    """The system refuses the write, as on a full disk."""
    site.answers["/ml_hardware.csv"] = sent(CSV * 10_000)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        refused(get, tmp_path, "cannot be written (File too large)", "nothing was kept")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_without_room_is_seen_before(
    site: Site, get: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.answers["/ml_hardware.csv"] = sent(CSV)
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(fetching.shutil, "disk_usage", lambda path: usage._replace(free=10))
    refused(get, tmp_path, f"it has {len(CSV)} bytes, and 10 are free")


def test_a_place_that_is_a_file(site: Site, tmp_path: Path) -> None:
    (tmp_path / "downloads").write_text("x", encoding="utf-8")
    with pytest.raises(FetchFailed, match="cannot be written"):
        fetch("epoch", tmp_path / "downloads", accept_licence=True, settings=FetchSettings(site.address))
    assert (tmp_path / "downloads").read_text(encoding="utf-8") == "x"


# ---- the table --------------------------------------------------------------------------------------------------------------


def test_publishers_are_told_in_full() -> None:
    for name, found in PUBLISHERS.items():
        assert found.name == name
        assert found.address.startswith("https://")
        assert found.address.endswith("/")
        assert len(found.terms) > 60
        assert found.files
        assert len({each.name for each in found.files}) == len(found.files)
        for each in found.files:
            assert "/" not in each.name
            assert ".." not in each.at


def test_what_is_fetched_is_what_the_importer_reads() -> None:
    """Every data set that has files of its own can be fetched, and is told under the licence it is imported under."""
    assert {name for name, each in IMPORTERS.items() if each.files} == set(PUBLISHERS)
    for name, found in PUBLISHERS.items():
        assert set(IMPORTERS[name].files) == {each.name for each in found.files}
        assert IMPORTERS[name].licence == found.licence
