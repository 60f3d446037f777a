"""Public data sets: import, fetch, list, remove, link, diff."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table

from kg.cli.common import RELEASE, Format, app, say
from kg.errors import BadArgument
from kg.facts.mistakes import nearest
from kg.importers.collecting import Summary
from kg.importers.records import Importer, Options, Progress
from kg.importers.registry import IMPORTERS
from kg.store.merging import SEED
from kg.store.opening import find_release
from kg.store.release import Release

__all__ = ["batches", "diff", "import_", "join", "link", "remove"]

_INTO = Annotated[
    str | None,
    typer.Option(
        "--into",
        help="Folder or hash of the release to join to; the packaged seed where left out.",
        envvar="CHOKEPOINT_RELEASE",
    ),
]
_DECISIONS = Annotated[
    list[Path] | None,
    typer.Option("--decisions", help="A reviewed file of links (CSV). Repeatable.", exists=True, dir_okay=False),
]
_REVIEW = Annotated[
    Path | None, typer.Option("--review", help="Write the doubtful links here, for a person to decide (CSV).")
]
_SHOWN = 20


class _Shown(Progress):
    """A progress bar for one path."""

    def __init__(self, bar: Bar, path: Path) -> None:
        super().__init__()
        self._bar, self._task = bar, bar.add_task(path.name, total=None)

    def __call__(self, done: int, whole: int | None) -> None:
        self._bar.update(self._task, completed=done, total=whole)


def _bar() -> Bar:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    return Bar(*columns, console=Console(stderr=True), transient=True)


def _importer(name: str) -> Importer:
    if name not in IMPORTERS:
        near = nearest(name, IMPORTERS)
        hint = f"; nearest: {', '.join(near)}" if near else ""
        raise BadArgument(f"name: no importer {name[:40]!r}; expected one of {', '.join(sorted(IMPORTERS))}{hint}")
    return IMPORTERS[name]


@app.command("import")
def import_(
    name: Annotated[str, typer.Argument(help=f"Which data set: {', '.join(sorted(IMPORTERS))}.")],
    paths: Annotated[list[Path], typer.Argument(help="Its folders or files, as the publisher gives them.")],
    into: _INTO = None,
    edition: Annotated[
        str, typer.Option(help="Which issue it is (YYYY-MM-DD or YYYY-MM), where the files do not tell.")
    ] = "",
    title: Annotated[str, typer.Option(help="Title of the document (rdf).")] = "",
    licence: Annotated[str, typer.Option(help="Licence of the document, an SPDX id (rdf).")] = "",
    published: Annotated[str, typer.Option(help="Day, month or year of publication (rdf).")] = "",
    url: Annotated[str, typer.Option(help="Address of the document (rdf).")] = "",
    batch: Annotated[str, typer.Option(help="Id of the batch (rdf).")] = "",
    mapping: Annotated[
        Path | None,
        typer.Option(help="A SPARQL CONSTRUCT query that lifts the triples into the ontology (rdf).", exists=True),
    ] = None,
    accept_fall: Annotated[
        bool, typer.Option("--accept-fall", help="Take it even if it is much smaller than the import before.")
    ] = False,
    no_links: Annotated[bool, typer.Option("--no-links", help="Do not look for records that mean one thing.")] = False,
    decisions: _DECISIONS = None,
    review: _REVIEW = None,
    format_: Annotated[Format, typer.Option("--format", help="How to print the summary.")] = Format.table,
) -> None:
    """Import a public data set: a new release from the old one and the batch. A broken file changes nothing."""
    options = Options(edition, title, licence, published, url, mapping, batch)
    declared = {
        "title": title,
        "licence": licence,
        "published": published,
        "url": url,
        "batch": batch,
        "mapping": mapping,
    }
    if name != "rdf" and any(declared.values()):
        given = ", ".join(f"--{word}" for word, value in declared.items() if value)
        raise BadArgument(f"{given}: only for rdf; the data set {name} has its own", detail={"argument": given})
    join(_importer(name), paths, options, into, accept_fall, not no_links, decisions, review, format_)


def join(
    importer: Importer,
    paths: Sequence[Path],
    options: Options,
    into: str | None,
    accept_fall: bool = False,
    link: bool = True,
    decisions: Sequence[Path] | None = None,
    review: Path | None = None,
    format_: Format = Format.table,
) -> None:
    """Import paths into a release and say what became of them."""
    from kg.importing import import_paths

    release = find_release(into, progress=say)
    with _bar() as bar:
        done = import_paths(
            importer,
            paths,
            release,
            options,
            progress=lambda path: _Shown(bar, path),
            accept_fall=accept_fall,
            decisions=_decided(decisions),
            link=link,
        )
    _print_summaries(done.summaries, format_)
    for summary, compared in zip(done.summaries, done.counts, strict=True):
        for group, (before, now) in compared.items():
            if before != now:
                say(f"{summary.batch.id}: {group}: {now} statements, {before} in the import before")
    _say_idle(done.release, decisions)
    if done.links is not None:
        _say_links(done.links, review)
    _say_release(release, done.release)


def _decided(files: Sequence[Path] | None) -> list[Any]:
    from kg.identity.decisions import read_decisions

    return [d for path in files or () for d in read_decisions(path)]


def _say_idle(release: Release, files: Sequence[Path] | None) -> None:
    """Name the decisions of a user that speak of nothing in the release, or of two curated entities."""
    given = _decided(files)
    if not given:
        return
    facts = release.load()[1]
    here = {iri.partition("/id/")[2]: entity for iri, entity in facts.entities.items()}
    lost = [d for d in given if d.record not in here or d.identified_with not in here]
    both = [d for d in given if d not in lost and here[d.record].batch == here[d.identified_with].batch == SEED]
    for found, what in (
        (lost, "speak of what is not in this release"),
        (both, "join two curated entities, which is not done"),
    ):
        if found:
            names = ", ".join(f"{d.record} = {d.identified_with}" for d in found[:5])
            say(f"{len(found)} decisions {what}: {names}{' …' if len(found) > 5 else ''}")


def _say_links(links: Any, review: Path | None) -> None:
    from kg.identity.decisions import write_review

    say(f"links between records: {len(links.links)}; to be reviewed: {len(links.review)}")
    if review is not None:
        write_review(review, links.review)
        say(
            f"doubtful links are in {review}; fill in its column 'decision' (same, different) and give it with --decisions"
        )


def _say_release(before: Release, after: Release) -> None:
    print(after.folder)
    if after.hash == before.hash:
        say(f"nothing changed: release {after.id}")
    else:
        say(f"release {after.id}; serve it with: chokepoint serve --release {after.id}")


def _print_summaries(summaries: Iterable[Summary], format_: Format) -> None:
    if format_ is Format.json:
        shown = [{**asdict(s), "batch": s.batch.id, "licence": s.batch.licence} for s in summaries]
        print(json.dumps(shown, ensure_ascii=False, indent=1))
        return
    if format_ is Format.csv:
        rows = csv.writer(sys.stdout, lineterminator="\n")
        rows.writerow(("batch", "what", "count", "file", "line", "reason"))
        for s in summaries:
            rows.writerow((s.batch.id, "rows read", s.rows, "", "", ""))
            rows.writerows((s.batch.id, f"statements: {kind}", n, "", "", "") for kind, n in s.statements.items())
            rows.writerows((s.batch.id, f"passed: {kind}", n, "", "", "") for kind, n in s.passed.items())
            rows.writerows((s.batch.id, "refused", "", r.file, r.line or "", r.reason) for r in s.refused)
        return
    table = Table("batch", "licence", "rows read", "statements", "entities", "passed over", "refused")
    for s in summaries:
        counts = (s.rows, sum(s.statements.values()) + s.foreign, s.entities, sum(s.passed.values()), len(s.refused))
        table.add_row(s.batch.id, s.batch.licence, *map(str, counts))
    Console(stderr=True, highlight=False).print(table)
    for s in summaries:
        for kind, count in s.passed.items():
            say(f"{s.batch.id}: passed over, {kind}: {count}")
        for refused in s.refused[:_SHOWN]:
            say(f"{s.batch.id}: refused: {refused}")
        if len(s.refused) > _SHOWN:
            say(f"{s.batch.id}: {len(s.refused) - _SHOWN} more rows were refused; --format csv or json lists all")


@app.command()
def batches(
    release: RELEASE = None,
    format_: Annotated[Format, typer.Option("--format", help="How to print them.")] = Format.table,
) -> None:
    """List the batches a release is made of."""
    from kg.store.batches import list_batches

    lines = list_batches(find_release(release, progress=say).load()[1])
    _rows([asdict(line) for line in lines], format_)


def _rows(rows: Sequence[dict[str, Any]], format_: Format) -> None:
    if format_ is Format.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    elif format_ is Format.csv:
        writer = csv.DictWriter(sys.stdout, list(rows[0]) if rows else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    else:
        table = Table(*(rows[0] if rows else ()))
        for row in rows:
            table.add_row(*map(str, row.values()))
        Console(highlight=False).print(table)


@app.command()
def remove(
    batch: Annotated[str, typer.Argument(help="Id of the batch, as `chokepoint batches` lists it.")],
    release: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="Folder or hash of the release; the packaged seed where left out.",
            envvar="CHOKEPOINT_RELEASE",
        ),
    ] = None,
) -> None:
    """Make a new release without a batch; nothing else changes."""
    from kg.importing import remove_batch

    before = find_release(release, progress=say)
    _say_release(before, remove_batch(before, batch))


@app.command()
def link(
    into: _INTO = None,
    decisions: _DECISIONS = None,
    review: _REVIEW = None,
) -> None:
    """Link records that mean one thing anew, after the decisions of a person; a decision 'different' takes a link apart."""
    from kg.importing import relink

    before = find_release(into, progress=say)
    after, links = relink(before, _decided(decisions))
    _say_idle(after, decisions)
    _say_links(links, review)
    _say_release(before, after)


@app.command()
def diff(
    before: Annotated[str, typer.Argument(help="Folder or hash of a release, or 'seed'.")],
    after: Annotated[str, typer.Argument(help="Folder or hash of another.")],
    statements: Annotated[bool, typer.Option("--statements", help="List the statements themselves.")] = False,
    format_: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.table,
) -> None:
    """Say which statements came, went or changed from one release to another, by batch, source and class."""
    from kg.store.difference import difference

    first, second = (find_release(name, progress=say) for name in (before, after))
    one, other = first.load()[1], second.load()[1]
    found = difference(one, other)
    if statements:
        groups = (
            ("came", found.came),
            ("went", found.went),
            ("changed", {i: other.statements[i] for i in found.changed}),
        )
        _rows(
            [
                {
                    "change": kind,
                    "statement": iri,
                    "batch": s.batch,
                    "source": s.source.rpartition("/")[2],
                    "class": s.class_name or "plain",
                    "passage": s.passage,
                    "fields": ", ".join(found.changed.get(iri, ())) if kind == "changed" else "",
                }
                for kind, group in groups
                for iri, s in group.items()
            ],
            format_,
        )
    else:
        _rows([asdict(line) for line in found.lines], format_)
    say(f"{len(found.came)} came, {len(found.went)} went, {len(found.changed)} changed")
    for name in sorted({*one.foreign, *other.foreign}):
        old, new = set(one.foreign.get(name, ())), set(other.foreign.get(name, ()))
        if old != new:
            say(f"{name}: {len(new - old)} triples of other vocabularies came, {len(old - new)} went")
    for what, left, right in (("entities", one.entities, other.entities), ("sources", one.sources, other.sources)):
        came, went = len(right.keys() - left.keys()), len(left.keys() - right.keys())
        changed = sum(left[i] != right[i] for i in left.keys() & right.keys())
        if came or went or changed:
            say(f"{what}: {came} came, {went} went, {changed} changed")
    if first.hash != second.hash and not (
        found.lines or one.foreign != other.foreign or one.entities != other.entities
    ):
        say("no statement differs: the releases differ in sources, batches or the ontology they were built with")
