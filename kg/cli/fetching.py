"""Fetching a public data set from its publisher."""

from __future__ import annotations

import json
import sys
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from kg.cli.batches import join
from kg.cli.common import app, fail, say
from kg.importers.publishers import PUBLISHERS, Publisher
from kg.importers.records import Options
from kg.importers.registry import IMPORTERS
from kg.store.opening import cache_folder

__all__ = ["fetch"]


@app.command()
def fetch(
    name: Annotated[str, typer.Argument(help=f"Which data set: {', '.join(sorted(PUBLISHERS))}.")],
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Folder of downloads; in the cache folder where left out.")
    ] = None,
    address: Annotated[
        str, typer.Option(help="Address to download from in place of the publisher's (CHOKEPOINT_FETCH_<NAME>).")
    ] = "",
    accept_licence: Annotated[
        bool, typer.Option("--accept-licence", help="Accept the publisher's licence without being asked.")
    ] = False,
    download_only: Annotated[bool, typer.Option("--download-only", help="Download, and do not import.")] = False,
    edition: Annotated[str, typer.Option(help="Which issue it is, where neither files nor publisher tell.")] = "",
    into: Annotated[
        str | None,
        typer.Option(
            "--into", help="Release to join to; the packaged seed where left out.", envvar="CHOKEPOINT_RELEASE"
        ),
    ] = None,
    accept_fall: Annotated[
        bool, typer.Option("--accept-fall", help="Take it even if it is much smaller than the import before.")
    ] = False,
) -> None:
    """Show a publisher's licence, download the data set when it is accepted, and import it."""
    from dataclasses import replace

    from kg.fetching import fetch as download
    from kg.fetching import fetch_settings, publisher

    from_ = publisher(name)
    say(f"{from_.title}, {from_.homepage}")
    say(f"licence: {from_.licence}. {from_.terms}")
    settings = fetch_settings(name)
    if address:
        settings = replace(settings, address=address)
    if not accept_licence and sys.stdin.isatty():
        accept_licence = typer.confirm("Do you accept this licence?", err=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks = {each.name: bar.add_task(each.name, total=None, start=False) for each in from_.files}

        def show(file: str, done: int, whole: int | None) -> None:
            bar.start_task(tasks[file])
            bar.update(tasks[file], completed=done, total=whole)

        place = download(
            name,
            folder or cache_folder() / "downloads",
            accept_licence=accept_licence,
            settings=settings,
            progress=show,
        )
    say(f"downloaded to {place}")
    if download_only:
        print(place)
        return
    options = Options(edition=edition or _edition(from_, place))
    if name not in IMPORTERS:
        fail(f"there is no importer {name}", 1)
    join(IMPORTERS[name], [place], options, into, accept_fall)


def _edition(from_: Publisher, place: Path) -> str:
    """The issue that was fetched: what the publisher's address stands for, else the newest day its files were modified."""
    from kg.fetching import MANIFEST

    if from_.edition:
        return from_.edition
    files = json.loads((place / MANIFEST).read_text(encoding="utf-8"))["files"]
    days = []
    for file in files:
        try:
            days.append(parsedate_to_datetime(file["last_modified"]).date().isoformat())
        except (KeyError, ValueError, TypeError):
            continue
    return max(days, default="")
