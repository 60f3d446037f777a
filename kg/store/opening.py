"""Opening releases: the packaged seed, a folder, a hash.

Owns where releases are kept (the user's cache folder) and when the packaged seed is built anew. Must not know surfaces.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

from kg.errors import UnknownRelease
from kg.facts.mistakes import nearest
from kg.facts.reader import read_facts
from kg.schema import load_schema
from kg.store.dataset import Dataset
from kg.store.release import FORMAT, Release, build_release, read_release

__all__ = ["build_folder", "cache_folder", "find_release", "open_release", "packaged", "packaged_release"]


def packaged(name: str) -> Path:
    """The folder `ontology` or `seed_data`: beside the package in a checkout, inside it when installed."""
    inside = Path(__file__).resolve().parent.parent / "_data" / name
    return inside if inside.is_dir() else Path(__file__).resolve().parents[2] / name


def cache_folder() -> Path:
    """Where releases are kept: `CHOKEPOINT_CACHE`, else `$XDG_CACHE_HOME/chokepoint`, else `~/.cache/chokepoint`."""
    if os.environ.get("CHOKEPOINT_CACHE"):
        return Path(os.environ["CHOKEPOINT_CACHE"])
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "chokepoint"


def build_folder(folder: Path, into: Path | None = None, ontology: Path | None = None) -> Release:
    """Build a release from a folder of facts.

    Raises
    ------
    FactsRefused
        With every mistake; nothing is written.
    """
    ontology = ontology or packaged("ontology")
    facts = read_facts(folder, load_schema(ontology))
    return build_release(facts, ontology, into or cache_folder() / "releases")


def packaged_release(progress: Callable[[str], None] = lambda text: None, cache: Path | None = None) -> Release:
    """The release of the packaged seed, built on first use and kept in the cache folder."""
    cache = cache or cache_folder()
    mark = cache / f"seed-{_fingerprint()}.json"
    try:
        return read_release(cache / "releases" / json.loads(mark.read_text(encoding="utf-8"))["release"])
    except (OSError, ValueError, KeyError):
        pass
    except Exception:  # a broken release is built again
        progress("the kept release is broken; it is built again")
    progress("building the release of the packaged seed (first start only)")
    release = build_folder(packaged("seed_data"), cache / "releases")
    part = mark.with_suffix(f".part-{os.getpid()}")
    part.write_text(json.dumps({"release": release.id}), encoding="utf-8")
    os.replace(part, mark)
    progress(f"built release {release.id}")
    return release


def _fingerprint() -> str:
    """Hash of everything the packaged release is made of: facts, ontology and the code that reads them."""
    digest = hashlib.sha256(FORMAT.encode())
    code = Path(__file__).resolve().parent.parent
    files = [
        p
        for name in ("seed_data", "ontology")
        for p in packaged(name).rglob("*")
        if p.suffix in (".csv", ".yaml", ".ttl")
    ]
    files += [*(code / "facts").glob("*.py"), *(code / "store").glob("*.py"), code / "schema.py", code / "terms.py"]
    for path in sorted(files, key=lambda p: p.as_posix().rpartition("/seed_data/")[2].rpartition("/ontology/")[2]):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def find_release(
    name: str | None, cache: Path | None = None, progress: Callable[[str], None] = lambda text: None
) -> Release:
    """The release a name means: blank or `seed` the packaged one, a folder's path, or the beginning (at least 6 digits) of
    the hash of one that is kept.

    Raises
    ------
    UnknownRelease
        Nothing of that name is here; the nearest hashes are named.
    ReleaseBroken
        The folder is no readable release.
    """
    cache = cache or cache_folder()
    if not name or name == "seed":
        return packaged_release(progress, cache)
    if os.sep in name or name.startswith("."):
        return read_release(Path(name))
    kept = sorted(p.name for p in (cache / "releases").glob("*") if not p.name.startswith("."))
    found = [each for each in kept if len(name) >= 6 and (each.startswith(name[:16]))]
    if len(found) == 1:
        release = read_release(cache / "releases" / found[0])
        if release.hash.startswith(name):
            return release
    near = nearest(name, kept)
    raise UnknownRelease(
        f"no release {name[:64]!r} is kept here" + (f"; nearest: {', '.join(near)}" if near else ""),
        detail={"argument": "release", "value": name[:64], "nearest": list(near)},
    )


def open_release(name: str | Path | None = None, snapshots: int = 8) -> Dataset:
    """Open a release for questions.

    Parameters
    ----------
    name : a release's folder or hash; the packaged seed where left out.
    snapshots : how many snapshots stay in memory.

    Examples
    --------
    >>> from kg import open_release
    >>> snapshot = open_release().as_of()
    >>> snapshot.index.resolve("NLD").label
    'Netherlands'
    """
    return Dataset.open(find_release(str(name) if name else None), snapshots)
