"""The server and the SPARQL command."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.common import RELEASE, app, say
from kg.errors import BadArgument, KGError

__all__ = ["serve", "sparql"]


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (CHOKEPOINT_HOST; default 127.0.0.1).")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on (CHOKEPOINT_PORT; default 8000).", min=1, max=65535)
    ] = None,
    release: RELEASE = None,
) -> None:
    """Serve the graph over HTTP: GraphQL, SPARQL, REST and linked data."""
    import uvicorn

    for name, value in (("HOST", host), ("PORT", port), ("RELEASE", release)):
        if value is not None:
            os.environ[f"CHOKEPOINT_{name}"] = str(value)
    from importlib import import_module

    server = import_module("api.server")
    config = server.configuration(say)
    assert isinstance(config, uvicorn.Config)
    if not server.run(config):
        raise KGError("the server could not start; see the lines above")


@app.command()
def sparql(
    query: Annotated[
        str, typer.Argument(help="The query, a file of it with @ before its name, or - for standard input.")
    ],
    accept: Annotated[str, typer.Option(help="Media type of the result.")] = "text/csv",
    timeout: Annotated[float, typer.Option(help="Seconds it may take.", min=0.1, max=3600)] = 30.0,
    release: RELEASE = None,
) -> None:
    """Answer a SPARQL query, in a process of its own that ends at the deadline."""
    from kg.sparql import SparqlService, SparqlSettings
    from kg.store.opening import find_release

    try:
        text = (
            sys.stdin.read()
            if query == "-"
            else Path(query[1:]).read_text(encoding="utf-8")
            if query.startswith("@")
            else query
        )
    except OSError as error:
        raise BadArgument(f"query: {error.strerror}: {query[1:]}") from None
    folder = find_release(release).folder
    limits = SparqlSettings(timeout=timeout, workers=1)
    with SparqlService.for_release(folder, limits, extra="kg.policy.inferred:state_triples") as service:
        answer = service.query(text, accept=accept, timeout=timeout)
    sys.stdout.buffer.write(answer.body)
    sys.stdout.buffer.flush()
