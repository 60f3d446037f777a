"""The first page, and the reference of the HTTP operations. Both work without script."""

from __future__ import annotations

from html import escape

from api.html import page
from kg.errors import BadArgument
from kg.operations import OPERATIONS, by_name, run
from kg.store.dataset import Dataset
from kg.terms import BASE

__all__ = ["docs_page", "home_page"]

_QUESTIONS = (
    ("Which tier is India in, and is the rule in force?", "/v1/tier?country=IND"),
    ("How does the Ascend 910C depend on the Netherlands?", "/v1/paths?source=huawei-ascend-910c&target=NLD"),
    ("Who leads the coalition of more than 2,000 companies, and who says so?", "/v1/claims?about=huawei-coalition"),
    ("CloudMatrix 384 against NVL72", "/v1/compare?ids=huawei-cloudmatrix-384&ids=nvidia-gb200-nvl72"),
    ("What is upstream of the H100?", "/v1/upstream?id=nvidia-h100-sxm&maxDepth=3"),
    ("What became of the rule on the H20?", "/v1/policy-state?policy=us-2025-04-h20"),
)


def home_page(dataset: Dataset | None, text: str) -> str:
    """Search, a few questions, and what the release holds. Without a dataset, `text` says why."""
    if dataset is None:
        return page("Chokepoint", f"<p>{escape(text)}</p>")
    found = ""
    if text.strip():
        try:
            answered = run(dataset, by_name("search"), {"text": text[:200], "limit": 20})
        except BadArgument as error:
            return page("Chokepoint", f"<p>{escape(error.message)}</p>" + _body(dataset, "", ""))
        rows = "".join(
            f'<tr><td><a href="/{escape(m.iri.removeprefix(BASE))}">{escape(m.label)}</a></td><td>{escape(m.class_)}</td><td>{escape(m.alias)}</td></tr>'
            for m in answered.answer.matches
        )
        found = f"<h2>Found</h2><table>{rows}</table>" if rows else "<p>Nothing has such a name.</p>"
    return page("Chokepoint", _body(dataset, text, found))


def _body(dataset: Dataset, text: str, found: str) -> str:
    manifest = dataset.release.manifest
    statements, status = sum(manifest["statements"].values()), manifest["status"]
    questions = "".join(f'<li><a href="{escape(link)}">{escape(question)}</a></li>' for question, link in _QUESTIONS)
    return f"""<p>Who depends on whom for AI chips, and which rule says no: every fact with its source, date and hedge.</p>
<form action="/" method="get" role="search"><label for="text">Search, in any script</label>
<input type="text" id="text" name="text" value="{escape(text)}" autofocus> <button>Search</button></form>{found}
<h2>Questions</h2><ul>{questions}</ul>
<h2>What is here</h2><p>{statements} statements ({status.get("verified", 0)} verified, {status.get("unverified", 0)} not yet checked,
{status.get("derived", 0)} derived) from {manifest["sources"]} sources; release <code>{dataset.release.id}</code>.</p>
<h2>Ways in</h2><ul><li><a href="/graphql">GraphQL</a></li><li><a href="/sparql">SPARQL 1.1</a></li>
<li><a href="/docs">HTTP operations</a> (<a href="/openapi.json">OpenAPI</a>)</li><li>the <code>chokepoint</code> command</li></ul>"""


def docs_page() -> str:
    """The operations with their arguments, read from the table."""
    parts = []
    for operation in OPERATIONS:
        rows = "".join(
            f"<tr><td><code>{a.camel}</code>{' (required)' if a.required else ''}</td><td>{escape(a.doc)}"
            + (f" One of {', '.join(a.choices)}." if a.choices else "")
            + (f" Default: {a.default}." if a.default not in (None, False, ()) else "")
            + "</td></tr>"
            for a in operation.all_arguments
        )
        parts.append(
            f'<h2 id="{operation.name}"><code>GET /v1/{operation.name}</code></h2><p>{escape(operation.doc)}</p><table>{rows}</table>'
        )
    intro = '<p>Answers are <code>{"answer": …, "meta": …}</code>; errors are problem documents (RFC 9457). <a href="/openapi.json">OpenAPI 3.1</a>.</p>'
    return page("HTTP operations", intro + "".join(parts))
