"""The plain editor shown to a browser: works offline, asks no other host."""

from __future__ import annotations

from api.html import page

__all__ = ["PAGE"]

_EXAMPLE = """{
  tier(country: "IND", asOf: "2025-05-14") {
    tier { id label }
    state { codified enforced label explanation }
    meta { release asOf knownOn }
  }
}"""

_SCRIPT = """
const form = document.querySelector('form'), out = document.querySelector('pre');
form.addEventListener('submit', async event => {
  event.preventDefault();
  out.textContent = '…';
  const answer = await fetch('/graphql', {method: 'POST', headers: {'Content-Type': 'application/json'},
    body: JSON.stringify({query: form.query.value})});
  out.textContent = JSON.stringify(await answer.json(), null, 2);
});
"""

PAGE = page(
    "GraphQL",
    f"""<p>The schema: <a href="/schema.graphql">/schema.graphql</a>. Without script the form still answers, as JSON.</p>
<form method="get" action="/graphql"><label for="query">Query</label>
<textarea id="query" name="query" rows="14" spellcheck="false">{_EXAMPLE}</textarea>
<button>Ask</button></form><pre aria-live="polite"></pre><script>{_SCRIPT}</script>""",
)
