"""Plain pages: one layout, no script needed, nothing from another host."""

from __future__ import annotations

from html import escape

__all__ = ["page"]

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8882; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
nav a { margin-right: 1rem; } table { border-collapse: collapse; width: 100%; }
td, th { border-bottom: 1px solid var(--line); padding: .3rem .6rem .3rem 0; text-align: left; vertical-align: top; }
textarea { width: 100%; font: 14px/1.4 ui-monospace, monospace; box-sizing: border-box; }
input[type=text] { width: 24rem; max-width: 100%; } code, pre { font: 14px/1.4 ui-monospace, monospace; }
pre { background: var(--soft); padding: .6rem; overflow-x: auto; white-space: pre-wrap; } label { display: block; }
small { opacity: .75; }
"""

_NAV = '<nav><a href="/">Chokepoint</a><a href="/graphql">GraphQL</a><a href="/sparql">SPARQL</a><a href="/docs">HTTP</a></nav>'


def page(title: str, body: str) -> str:
    """A page; `body` is HTML, `title` text."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<link rel="icon" href="data:,"><title>{escape(title)} · Chokepoint</title><style>{_STYLE}</style></head>'
        f"<body>{_NAV}<main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
