"""The derived documents that are committed: `python -m api.derived` writes them, `--check` compares.

Owns nothing: each document is read off the ontology or the table of operations. A difference fails the check and a test.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from api.graphql.build import build_schema
from api.rest.openapi import answer_schemas, openapi
from kg.export.context import jsonld_context
from kg.export.report import data_page
from kg.facts.reader import read_facts
from kg.schema import load_schema
from kg.store.dataset import Dataset
from kg.store.release import build_release

__all__ = ["derived_documents", "main"]

ROOT = Path(__file__).resolve().parent.parent
VERSION = "1"
"""Version of the HTTP interface in the committed OpenAPI document."""


def derived_documents() -> Mapping[str, str]:
    """Text of each document by its path in the repository."""
    schema = load_schema(ROOT / "ontology")

    def pretty(value: object) -> str:
        return json.dumps(value, indent=1, ensure_ascii=False) + "\n"

    return {
        "api/answers.schema.json": pretty(answer_schemas()),
        "api/openapi.json": pretty(openapi(schema, VERSION)),
        "api/schema.graphql": build_schema(schema).as_str() + "\n",
        "docs/data.md": _data_page(),
        "ontology/context.jsonld": pretty(jsonld_context(schema)),
    }


def _data_page() -> str:
    """The page on the packaged facts, as of the day they were recorded."""
    ontology = ROOT / "ontology"
    facts = read_facts(ROOT / "seed_data", load_schema(ontology))
    with tempfile.TemporaryDirectory() as place:
        dataset = Dataset.open(build_release(facts, ontology, Path(place)))
        day = max(b.recorded for b in facts.batches.values())
        return data_page(dataset.as_of(day, known_on=day))


def main(arguments: list[str]) -> int:
    """Write the documents, or with `--check` name those that differ; the exit code says whether all is as derived."""
    stale = []
    for name, text in derived_documents().items():
        path = ROOT / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--check" not in arguments:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
                print(f"wrote {name}")
    if "--check" in arguments and stale:
        print(f"not as derived: {', '.join(stale)}; run python -m api.derived", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
