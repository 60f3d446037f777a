"""The `chokepoint` command.

`questions` makes the commands that are operations from the table; `serving` starts the server and answers SPARQL; `facts` builds and
checks; `fetching` downloads public data sets, `batches` imports them, links them and takes releases apart. Exit codes: 0 answered, 1 refused or failed, 2 wrong
usage.
"""

from __future__ import annotations

from kg.cli import batches, facts, fetching, questions, serving
from kg.cli.common import app, main

__all__ = ["app", "batches", "facts", "fetching", "main", "questions", "serving"]
