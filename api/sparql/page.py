"""The page a browser gets at the SPARQL endpoint: a form and two example queries, without script.

It owns the markup only. Nothing is loaded from anywhere.
"""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

__all__ = ["PAGE_POLICY", "query_page"]

PAGE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy of the page."""

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; }
textarea { width: 100%; min-height: 16rem; font: 0.95rem/1.4 ui-monospace, monospace; box-sizing: border-box; }
pre { background: #f4f4f4; padding: 1rem; overflow-x: auto; }
label { display: inline-block; margin: 0.5rem 1rem 0.5rem 0; }
"""


def query_page(base: str) -> str:
    """The page, for data under a base IRI."""
    examples = "\n".join(_example(title, query) for title, query in _examples(base))
    first = escape(_examples(base)[0][1])
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>SPARQL · Chokepoint</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>SPARQL</h1>
<p>Queries over the AI-chip supply chain and its export controls, as valid today or on a day of your choice. The address
of this page is a SPARQL 1.1 endpoint; it describes itself in RDF to clients that ask for Turtle.</p>
<form method="get" action="">
<label for="query">Query</label>
<textarea id="query" name="query" spellcheck="false" required>{first}</textarea>
<label>Format of a table
<select name="format"><option value="">by default</option><option>json</option><option>xml</option><option>csv</option>
<option>tsv</option></select></label>
<label>As of <input type="date" name="asOf"></label>
<button type="submit">Run</button>
</form>
<h2>Examples</h2>
{examples}
</main>
</body>
</html>
"""


def _example(title: str, query: str) -> str:
    link = escape("?" + urlencode({"query": query, "format": "json"}))
    return f'<h3>{escape(title)}</h3>\n<pre>{escape(query)}</pre>\n<p><a href="{link}">Run this query</a></p>'


def _examples(base: str) -> tuple[tuple[str, str], ...]:
    prefixes = f"PREFIX ck: <{base}ontology#>\nPREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
    providers = (
        f"{prefixes}SELECT ?item ?provider ?country WHERE {{\n"
        "  ?i ck:providedBy ?p ; rdfs:label ?item .\n"
        "  ?p rdfs:label ?provider .\n"
        "  OPTIONAL { ?p ck:headquarteredIn/rdfs:label ?country }\n"
        "}\nORDER BY ?item ?provider\nLIMIT 100"
    )
    before, after = f"<{base}as-of/2022-10-01>", f"<{base}as-of/2025-01-20>"
    compared = (
        f"{prefixes}SELECT ?item ?provider\nFROM NAMED {before}\nFROM NAMED {after}\nWHERE {{\n"
        f"  GRAPH {after} {{ ?i ck:providedBy ?p ; rdfs:label ?item . ?p rdfs:label ?provider }}\n"
        f"  FILTER NOT EXISTS {{ GRAPH {before} {{ ?i ck:providedBy ?p }} }}\n"
        "}\nORDER BY ?item ?provider\nLIMIT 100"
    )
    return (
        ("Who provides what, and from which country", providers),
        ("Providers that are new between two days", compared),
    )
