"""`/id/…`, `/statement/…`, `/source/…` and `/ontology`: the thing behind an IRI, as a page or as RDF.

Owns content negotiation between HTML, Turtle, N-Triples, RDF/XML and JSON-LD. Dates and licence are taken from the query
string as everywhere. Must not know operations beyond `entity`.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from api.html import page
from api.library import Library
from api.problems import problem, problem_of
from kg.answers.shapes import EntityAnswer, Fact, Value
from kg.answers.values import StatementInfo
from kg.errors import KGError
from kg.operations import Answered, by_name, run, snapshot_of
from kg.sparql.formats import parse_accept
from kg.store.description import FORMATS, describe_rdf
from kg.terms import BASE

__all__ = ["linked_data_routes"]


def linked_data_routes(library: Library) -> list[Route]:
    """The routes of the project's IRIs on this host."""
    surface = _LinkedData(library)
    return [
        Route("/id/{rest:path}", surface.resource, methods=["GET"]),
        Route("/statement/{rest:path}", surface.resource, methods=["GET"]),
        Route("/source/{rest:path}", surface.resource, methods=["GET"]),
        Route("/ontology", surface.ontology, methods=["GET"]),
    ]


def _wanted(request: Request) -> str | None:
    """The RDF media type preferred by the Accept header (RFC 9110, 12.5.1); None for a page."""
    ranges = parse_accept(request.headers.get("accept", ""))
    best: tuple[float, int, str | None] = (0.0, 0, None)
    offers: tuple[str | None, ...] = (None, *FORMATS)
    for rank, offer in enumerate(offers):
        name = offer or "text/html"
        found = [(s, q) for r, q in ranges if (s := _specificity(r, name)) >= 0]
        quality = max(found)[1] if found else (0.0 if ranges else 1.0)
        if quality > best[0]:
            best = (quality, -rank, offer)
    return best[2] if best[0] > 0 else "text/turtle"


def _specificity(media_range: str, name: str) -> int:
    """2 for the type itself, 1 for its major type, 0 for any, -1 where the range does not cover it."""
    return {name: 2, f"{name.partition('/')[0]}/*": 1, "*/*": 0}.get(media_range, -1)


class _LinkedData:
    def __init__(self, library: Library) -> None:
        self.library = library

    async def resource(self, request: Request) -> Response:
        try:
            return await run_in_threadpool(self._resource, request)
        except KGError as error:
            return problem_of(error)

    def _resource(self, request: Request) -> Response:
        dataset = self.library.dataset(request.query_params.get("release"))
        iri = BASE + request.url.path.lstrip("/")
        dates = {
            k: v for k, v in request.query_params.items() if k in ("asOf", "knownOn", "dataLicence", "verifiedOnly")
        }
        kind = _wanted(request)
        vary = {"Vary": "Accept"}
        if kind is None and request.url.path.startswith("/id/"):
            answered = run(dataset, by_name("entity"), {"id": iri, **dates}, self.library.settings.work_budget)
            return HTMLResponse(_entity_page(answered), headers=vary)
        snapshot = snapshot_of(dataset, dates)
        body = describe_rdf(snapshot, iri, kind or "text/turtle")
        if body is None:
            return problem(
                404, "unknown-id", "No such entity or release", f"Nothing is held of <{iri[:200]}> on these dates."
            )
        shown = "text/plain; charset=utf-8" if kind is None else kind
        return Response(body, headers=vary, media_type=shown)

    async def ontology(self, request: Request) -> Response:
        """The ontology as Turtle."""
        try:
            folder: Path = self.library.dataset().release.folder
        except KGError as error:
            return problem_of(error)
        return Response((folder / "ontology" / "kg.ttl").read_bytes(), media_type="text/turtle; charset=utf-8")


def _entity_page(answered: Answered) -> str:
    answer: EntityAnswer = answered.answer
    meta = answered.meta
    rows = "".join(_fact_row(f) for f in (*answer.facts, *answer.inverse))
    for relation in answer.relations:
        others = ", ".join(_value(f.value) for f in relation.others)
        details = "; ".join(f"{escape(f.label)}: {_value(f.value)}" for f in relation.details)
        evidence = "".join(_evidence(s) for s in relation.statements)
        rows += f"<tr><td>{escape(relation.label)} ({escape(relation.end)})</td><td>{others}<br><small>{details}</small></td><td>{evidence}</td></tr>"
    aliases = f"<p>Also: {escape(', '.join(answer.entity.aliases))}</p>" if answer.entity.aliases else ""
    notices = "".join(f"<p><em>{escape(n)}</em></p>" for n in meta.notices)
    head = f"<p>{escape(answer.entity.class_)} <code>{escape(answer.entity.id)}</code> · as of {meta.as_of}, known on {meta.known_on} · release {meta.release}</p>"
    table = f"<table><tr><th>Property</th><th>Value</th><th>Evidence</th></tr>{rows}</table>" if rows else ""
    return page(answer.entity.label, head + aliases + notices + table)


def _fact_row(fact: Fact) -> str:
    evidence = "".join(_evidence(s) for s in fact.statements)
    return f"<tr><td>{escape(fact.label)}</td><td>{_value(fact.value)}</td><td>{evidence}</td></tr>"


def _value(value: Value) -> str:
    if value.entity is not None:
        return f'<a href="/{escape(value.entity.iri.removeprefix(BASE))}">{escape(value.text)}</a>'
    return escape(f"{value.text} {value.unit}".strip())


def _evidence(statement: StatementInfo) -> str:
    link = f'<a href="/{escape(statement.iri.removeprefix(BASE))}">{escape(statement.status)}</a>'
    source = statement.source.title if statement.source else f"to check in: {statement.to_check_in}"
    dated = f", {statement.source.published}" if statement.source and statement.source.published else ""
    note = f" · {statement.note}" if statement.note else ""
    return f"<div>{link}: {escape(statement.passage)} <small>{escape(source + dated + note)}</small></div>"
