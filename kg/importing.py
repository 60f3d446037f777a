"""Importing: a new release from an old one and a batch.

Owns the order of the work: read the files whole, compare with the former import, join, link records, write the release. The release
is written last and appears whole; whatever goes wrong before changes nothing. Must not know the command line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.facts.model import Facts
from kg.identity.links import IDENTITY, Decision, LinkResult, link_facts, reviewed
from kg.importers.collecting import Summary, collect
from kg.importers.records import Importer, Options, Progress
from kg.schema import Schema, load_schema
from kg.store.batches import batch_of, check_fall, with_batch, without_batch
from kg.store.opening import cache_folder, packaged
from kg.store.release import Release, build_release

__all__ = ["Imported", "import_paths", "relink", "remove_batch"]


@dataclass(frozen=True, slots=True)
class Imported:
    """A new release, what became of the rows of each path, the links between records, and of each path, group by group, how many
    statements its former import had and how many it has now (nothing where there was none)."""

    release: Release
    summaries: tuple[Summary, ...]
    links: LinkResult | None
    counts: tuple[Mapping[str, tuple[int, int]], ...] = ()


def import_paths(
    importer: Importer,
    paths: Sequence[Path],
    into: Release,
    options: Options,
    *,
    progress: Callable[[Path], Progress] = lambda path: Progress(),
    accept_fall: bool = False,
    decisions: Sequence[Decision] = (),
    link: bool = True,
    releases: Path | None = None,
) -> Imported:
    """Import files as batches, one a path, and build a new release.

    Parameters
    ----------
    importer : which data set it is.
    paths : its folders or files; several releases of one data set may be given together.
    into : the release the batches are joined to.
    options : what the files do not say.
    progress : makes the progress of a path.
    accept_fall : take a batch even if it is much smaller than the one it replaces.
    decisions : a person's judgements on links, beside the packaged ones.
    link : look for records that mean one thing.
    releases : folder of releases; the cache folder where left out.

    Raises
    ------
    ImportRefused
        A file is broken or does not fit; nothing was written.
    """
    schema = load_schema(packaged("ontology"))
    facts, kept = _unlinked(into.load()[1])
    summaries, counts = [], []
    for path in paths:
        counted = progress(path)
        reading = importer.function(schema, path, options, counted)
        batch, summary = collect(reading, counted)
        steepest = 1.0 if accept_fall else reading.steepest_fall
        compared = check_fall(facts, batch, reading.group, steepest)
        counts.append(compared if any(before for before, _ in compared.values()) else {})
        facts = with_batch(facts, batch)
        summaries.append(summary)
    links = None
    if link:
        facts, links = _linked(facts, schema, [*kept, *decisions])
    return Imported(_build(facts, releases), tuple(summaries), links, tuple(counts))


def remove_batch(release: Release, batch: str, releases: Path | None = None) -> Release:
    """A new release without a batch; links to its records go with it. Raises UnknownBatch."""
    facts = release.load()[1]
    if batch == IDENTITY or IDENTITY not in facts.batches:
        return _build(without_batch(facts, batch), releases)
    batch_of(facts, batch)
    bare, kept = _unlinked(facts)
    return _build(_linked(without_batch(bare, batch), load_schema(packaged("ontology")), kept)[0], releases)


def relink(
    release: Release, decisions: Sequence[Decision] = (), releases: Path | None = None
) -> tuple[Release, LinkResult]:
    """A new release with its records linked anew, after a person's decisions."""
    facts, kept = _unlinked(release.load()[1])
    facts, links = _linked(facts, load_schema(packaged("ontology")), [*kept, *decisions])
    return _build(facts, releases), links


def _unlinked(facts: Facts) -> tuple[Facts, tuple[Decision, ...]]:
    """The facts without their batch of links, and the judgements of persons that stand in it: they outlive it."""
    kept = reviewed(facts)
    return (without_batch(facts, IDENTITY) if IDENTITY in facts.batches else facts), kept


def _linked(facts: Facts, schema: Schema, decisions: Sequence[Decision]) -> tuple[Facts, LinkResult]:
    """The facts with a batch of links."""
    found = link_facts(facts, schema, decisions)
    return (with_batch(facts, found.facts) if found.facts.statements else facts), found


def _build(facts: Facts, releases: Path | None) -> Release:
    return build_release(facts, packaged("ontology"), releases or cache_folder() / "releases")
