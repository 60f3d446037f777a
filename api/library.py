"""The library: which releases this server has open, and whether it is ready.

Owns opening in the background, the current release and those asked for by hash (`release=`). A request takes one dataset at
its start and keeps it. Must not know surfaces.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from api.settings import Settings
from kg.errors import KGError, UnknownRelease
from kg.sparql import SparqlService, SparqlSettings
from kg.store.dataset import Dataset
from kg.store.opening import find_release

__all__ = ["Library", "NotReady"]

_KEPT = 2
_HASH = re.compile(r"[0-9a-f]{6,64}\Z")


class NotReady(KGError):
    """The release is still being opened."""

    code = "not-ready"
    http_status = 503
    title = "Not ready yet"


class Library:
    """Datasets by release, opened once.

    Parameters
    ----------
    settings : which release is current, and how many snapshots stay in memory.
    progress : called with a line for people whenever something took or takes time.
    """

    def __init__(self, settings: Settings, progress: Callable[[str], None] = lambda text: None) -> None:
        self.settings = settings
        self._progress = progress
        self._current: Dataset | None = None
        self._sparql: SparqlService | None = None
        self._others: OrderedDict[str, Dataset] = OrderedDict()
        self._failure: str | None = None
        self._lock = threading.Lock()
        self._done = threading.Event()

    def start(self, warm: Callable[[Dataset], object] = lambda dataset: None) -> None:
        """Open the current release in the background; `warm` is called with it before it counts as ready."""
        threading.Thread(target=self._open, args=(warm,), name="open release", daemon=True).start()

    def _open(self, warm: Callable[[Dataset], object]) -> None:
        try:
            release = find_release(self.settings.release or None, progress=self._progress)
            self._progress(f"opening release {release.id}")
            sparql = start_sparql(release.folder, self.settings)
            dataset = Dataset.open(release, self.settings.snapshots)
            dataset.as_of()
            warm(dataset)
            with self._lock:
                self._sparql, self._current = sparql, dataset
            counts = dataset.release.manifest
            self._progress(
                f"release {release.id}: {sum(counts['statements'].values())} statements, {counts['sources']} sources"
            )
        except KGError as error:
            self._failure = error.message
            self._progress(f"the release cannot be opened: {error.message}")
        except Exception as error:
            self._failure = f"{type(error).__name__}: {error}"
            self._progress(f"the release cannot be opened: {self._failure}")
        finally:
            self._done.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until opening is over; whether it went well."""
        self._done.wait(seconds)
        return self._current is not None

    @property
    def failure(self) -> str | None:
        """Why the release could not be opened."""
        return self._failure

    def dataset(self, release: str | None = None) -> Dataset:
        """The current release, or the one with that hash.

        Raises
        ------
        NotReady
            It is still being opened, or could not be.
        UnknownRelease
            None with that hash is kept here.
        """
        current = self._current
        if current is None:
            raise NotReady(
                self._failure or "The release is being opened; try again in a few seconds.", detail={"retryAfter": 2}
            )
        if not release or (len(release) >= 6 and current.release.hash.startswith(release)):
            return current
        if not _HASH.match(release):
            raise UnknownRelease(
                f"release: {release[:64]!r} is no hash of a release (6 to 64 hexadecimal digits)",
                detail={"argument": "release", "value": release[:64], "nearest": [current.release.id]},
            )
        with self._lock:
            for hash_, dataset in self._others.items():
                if len(release) >= 6 and hash_.startswith(release):
                    return dataset
        opened = Dataset.open(find_release(release), self.settings.snapshots)
        with self._lock:
            self._others[opened.release.hash] = opened
            while len(self._others) > _KEPT:
                self._others.popitem(last=False)
        return opened

    @property
    def sparql(self) -> SparqlService:
        """The SPARQL process of the current release. Raises NotReady."""
        if self._sparql is None:
            raise NotReady(
                self._failure or "The release is being opened; try again in a few seconds.", detail={"retryAfter": 2}
            )
        return self._sparql

    def close(self) -> None:
        """Stop the SPARQL process."""
        self._done.wait(30)
        if self._sparql is not None:
            self._sparql.stop()


def start_sparql(folder: Path, settings: Settings) -> SparqlService:
    """Start the SPARQL process of a release."""
    limits = SparqlSettings(
        timeout=settings.query_timeout,
        memory_mb=settings.query_memory_mb,
        workers=settings.workers,
        snapshots=settings.snapshots,
    )
    service = SparqlService.for_release(folder, limits, extra="kg.policy.inferred:state_triples")
    service.start()
    return service
