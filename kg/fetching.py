"""Fetching a data set from its publisher.

Owns downloading: consent, addresses, redirects, and the checks that what came is the whole file. A data set is fetched whole into a
temporary folder beside its place and renamed there, with `fetched.json` (address, SHA-256, size, entity tag and date of each file)
beside its files; whatever goes wrong before leaves nothing behind, and an earlier download as it was. Must not know importers or the
command line.

Settings, from the environment: `CHOKEPOINT_FETCH_<NAME>` is the address to fetch a data set from in place of its publisher's
(`CHOKEPOINT_FETCH_ETO=http://127.0.0.1:8080/`), `CHOKEPOINT_FETCH_TIMEOUT` the seconds to wait for an answer or for the next piece.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from kg.errors import BadArgument, FetchFailed
from kg.facts.mistakes import nearest
from kg.importers.publishers import PUBLISHERS, Download, Publisher

__all__ = ["MANIFEST", "FetchSettings", "fetch", "fetch_settings", "publisher"]

MANIFEST = "fetched.json"
"""What is written beside the files."""

FetchProgress = Callable[[str, int, int | None], None]
"""Called with the file, the bytes of it that came and its size (None where the publisher does not say)."""

_HEAD = 512
_AGENT = "chokepoint (https://w3id.org/chokepoint/)"


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How to fetch.

    Attributes
    ----------
    address : to fetch from in place of the publisher's address; blank for that.
    timeout : seconds to wait for a connection, an answer, or the next piece of a file.
    redirects : how many may follow one another.
    most_bytes : the size above which a file is not taken.
    """

    address: str = ""
    timeout: float = 30.0
    redirects: int = 5
    most_bytes: int = 1 << 30


def fetch_settings(name: str, environ: Mapping[str, str] = os.environ) -> FetchSettings:
    """The settings of a data set as the environment has them. Raises BadArgument."""
    text = environ.get("CHOKEPOINT_FETCH_TIMEOUT", "")
    try:
        timeout = float(text) if text else FetchSettings().timeout
        if not 0 < timeout <= 3600:
            raise ValueError
    except ValueError:
        raise BadArgument(
            f"CHOKEPOINT_FETCH_TIMEOUT: {text[:40]!r} is no number of seconds between 0 and 3600",
            detail={"argument": "CHOKEPOINT_FETCH_TIMEOUT", "value": text[:40]},
        ) from None
    return FetchSettings(environ.get(f"CHOKEPOINT_FETCH_{name.upper().replace('-', '_')}", ""), timeout)


def publisher(name: str) -> Publisher:
    """The publisher of a data set: its `terms` are to be shown before anything is fetched. Raises BadArgument."""
    if name in PUBLISHERS:
        return PUBLISHERS[name]
    near = nearest(name, PUBLISHERS)
    hint = f"nearest: {', '.join(near)}" if near else f"expected one of {', '.join(PUBLISHERS)}"
    raise BadArgument(
        f"no data set {name[:40]!r} can be fetched; {hint}",
        detail={"argument": "name", "value": name[:40], "nearest": list(near)},
    )


def fetch(
    name: str,
    into: Path,
    *,
    accept_licence: bool = False,
    settings: FetchSettings | None = None,
    progress: FetchProgress = lambda file, done, whole: None,
) -> Path:
    """Fetch a data set into the folder `into/<name>`, which takes the place of an earlier download, and answer that folder.

    Parameters
    ----------
    name : of the data set, as of its importer.
    into : the folder of downloads.
    accept_licence : whether the user has agreed to `publisher(name).terms`.
    settings : as `fetch_settings` reads them where left out.
    progress : told how far each file is.

    Raises
    ------
    BadArgument
        There is no such data set, or the address is none.
    FetchFailed
        The licence was not accepted (code `licence-not-accepted`), or a file could not be had whole; nothing was kept.
    """
    from_ = publisher(name)
    settings = settings or fetch_settings(name)
    address = _address(settings.address or from_.address)
    if not accept_licence:
        raise FetchFailed(
            f"{from_.title}: the licence was not accepted (--accept-licence); nothing was fetched. {from_.terms}",
            code="licence-not-accepted",
            detail={"name": name, "licence": from_.licence, "terms": from_.terms},
        )
    target = into / name
    if target.exists() and not (target / MANIFEST).is_file():
        raise FetchFailed(
            f"{target} is there and was not fetched (it has no {MANIFEST}): nothing was fetched; move it or fetch into another folder",
            detail={"name": name, "folder": str(target)},
        )
    part = None
    try:
        into.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=into))
        with httpx.Client(timeout=settings.timeout, headers={"User-Agent": _AGENT}) as client:
            fetching = _Fetching(client, from_, settings, part, progress)
            files = [fetching.file(each, urljoin(address, each.at)) for each in from_.files]
        about = {"name": name, "title": from_.title, "licence": from_.licence, "edition": from_.edition, "files": files}
        (part / MANIFEST).write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        part.chmod(0o755)
        _put(part, target)
    except OSError as error:
        raise FetchFailed(
            f"{target}: the files cannot be written ({error.strerror or error}); nothing was kept",
            detail={"name": name, "folder": str(target)},
        ) from error
    finally:
        if part is not None:
            shutil.rmtree(part, ignore_errors=True)
    return target


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.netloc)
    except ValueError:
        good = False
    if not good:
        raise BadArgument(
            f"{text[:80]!r} is no address to fetch from; expected one that begins with https:// or http://",
            detail={"argument": "address", "value": text[:80]},
        )
    return text if text.endswith("/") else f"{text}/"


def _put(part: Path, target: Path) -> None:
    """Rename a whole download into its place; the earlier one stays there if that fails."""
    if not target.exists():
        os.replace(part, target)
        return
    old = Path(tempfile.mkdtemp(prefix=".old-", dir=target.parent))
    os.replace(target, old / target.name)
    try:
        os.replace(part, target)
    except OSError:
        os.replace(old / target.name, target)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Fetching:
    """The download of one data set."""

    client: httpx.Client
    publisher: Publisher
    settings: FetchSettings
    folder: Path
    progress: FetchProgress

    def file(self, file: Download, url: str) -> dict[str, Any]:
        """Fetch one file and answer what the manifest says of it."""
        at = url
        for _ in range(self.settings.redirects + 1):
            try:
                with self.client.stream("GET", at) as response:
                    onward = response.headers.get("Location") if response.is_redirect else None
                    if onward is None:
                        return self._taken(file, url, response)
                    at = self._next(file, at, onward)
            except (httpx.TimeoutException, httpx.TransportError, httpx.InvalidURL, httpx.DecodingError) as error:
                raise self._unreachable(at, error) from error
        raise self._failed(file, url, f"more than {self.settings.redirects} redirects follow one another")

    def _next(self, file: Download, at: str, onward: str) -> str:
        """The address a redirect leads to: another one of http, and never out of https."""
        try:
            url = urljoin(at, onward)
            scheme = urlsplit(url).scheme
        except ValueError:
            url, scheme = onward, ""
        if scheme not in ("http", "https") or (scheme == "http" and at.startswith("https:")):
            raise self._failed(file, at, f"it redirects to {url[:200]}, which is not followed")
        return url

    def _taken(self, file: Download, url: str, response: httpx.Response) -> dict[str, Any]:
        """Write the answer if it is the file; one shorter than its Content-Length is a RemoteProtocolError of httpx."""
        at = str(response.url)
        if response.status_code != 200:
            raise self._failed(file, at, f"the answer is {response.status_code} {response.reason_phrase}".rstrip())
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind in ("text/html", "application/xhtml+xml"):
            raise self._failed(
                file, at, f"the answer is a web page ({kind}) and no {Path(file.name).suffix[1:].upper()}"
            )
        text = response.headers.get("Content-Length", "")
        whole = int(text) if text.isdigit() else None
        self._check_size(file, at, whole or 0)
        digest, head, done = hashlib.sha256(), b"", 0
        with (self.folder / file.name).open("wb") as out:
            for piece in response.iter_bytes():
                out.write(piece)
                digest.update(piece)
                head += piece[: _HEAD - len(head)]
                done += len(piece)
                if done > self.settings.most_bytes:
                    self._check_size(file, at, done)
                self.progress(file.name, response.num_bytes_downloaded, whole)
        wrong = _wrong(file.name, head)
        if wrong:
            raise self._failed(file, at, f"the answer is {wrong}")
        sha256 = digest.hexdigest()
        if file.sha256 and sha256 != file.sha256:
            raise self._failed(file, at, f"its SHA-256 is {sha256}, and {file.sha256} was expected")
        return {
            "file": file.name,
            "url": url,
            "from": at,
            "bytes": done,
            "sha256": sha256,
            "etag": response.headers.get("ETag", ""),
            "last_modified": response.headers.get("Last-Modified", ""),
        }

    def _check_size(self, file: Download, at: str, size: int) -> None:
        if size > self.settings.most_bytes:
            raise self._failed(file, at, f"it has {size} bytes or more, and {self.settings.most_bytes} are allowed")
        free = shutil.disk_usage(self.folder).free
        if size > free:
            raise self._failed(file, at, f"it has {size} bytes, and {free} are free on the disk")

    def _failed(self, file: Download, at: str, problem: str) -> FetchFailed:
        return FetchFailed(
            f"{file.name} of {self.publisher.title}: {at}: {problem}; nothing was kept",
            detail={"name": self.publisher.name, "file": file.name, "url": at},
        )

    def _unreachable(self, at: str, error: Exception) -> FetchFailed:
        """No connection, a broken one, or none in time; with the way round it."""
        kinds: tuple[tuple[type[Exception], str], ...] = (
            (httpx.TimeoutException, f"no answer within {self.settings.timeout:g} seconds"),
            (httpx.ConnectError, "no connection"),
            (httpx.RemoteProtocolError, "the connection was closed before the file was whole (it was cut short)"),
            (httpx.ReadError, "the connection broke off before the file was whole"),
            (httpx.InvalidURL, "it redirects to what is no address"),
            (httpx.DecodingError, "the answer cannot be unpacked (it was cut short or altered)"),
        )
        what = next((text for kind, text in kinds if isinstance(error, kind)), type(error).__name__)
        names = ", ".join(each.name for each in self.publisher.files)
        return FetchFailed(
            f"{at}: {what} ({error}); nothing was kept. By hand: save {names} from {self.publisher.homepage} into a folder and run "
            f"`chokepoint import {self.publisher.name} FOLDER`",
            detail={"name": self.publisher.name, "url": at},
        )


def _wrong(name: str, head: bytes) -> str:
    """What a file is, by its first bytes, if it is not what its name says; blank if it may be."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not text:
        return "empty"
    if text.startswith((b"<!doctype", b"<html", b"<head", b"<?xml")):
        return "a web page"
    if b"\0" in head or head.startswith((b"\x1f\x8b", b"PK\x03\x04")):
        return "no text"
    if name.endswith(".json") and not text.startswith((b"{", b"[")):
        return "no JSON"
    return ""
