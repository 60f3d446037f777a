"""The OpenAPI 3.1 document and the schemas of all answers, derived from the table of operations.

Owns nothing that is not read from the table. Both documents are committed (`api/openapi.json`,
`api/answers.schema.json`) and held against this module by a test.
"""

from __future__ import annotations

import json
import re
from typing import Any

from kg.answers.json import json_schema
from kg.answers.values import Meta
from kg.arguments import Argument
from kg.operations import OPERATIONS, Operation
from kg.schema import Schema
from kg.terms import BASE

__all__ = ["answer_schemas", "openapi"]

_STATUSES = {
    "400": "An argument cannot be used.",
    "404": "No such entity or release.",
    "409": "The id names several entities.",
    "503": "Not ready yet, or more work than is allowed.",
}

_PROBLEM = {
    "type": "object",
    "description": "A problem after RFC 9457; code is stable.",
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
    },
    "required": ["type", "title", "status", "detail", "code"],
}


def answer_schemas() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of the envelope of every operation; `$defs` holds all parts."""
    classes = [c for o in OPERATIONS for c in (o.answer, o.table) if c]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{BASE}answers.schema.json",
        "title": "Answers of Chokepoint",
        "type": "object",
        "properties": {o.name: _envelope(o, "#/$defs/") for o in OPERATIONS},
        "$defs": json_schema(*classes, Meta),
    }


def _envelope(operation: Operation, prefix: str) -> dict[str, Any]:
    answers = [{"$ref": prefix + c.__name__} for c in (operation.answer, operation.table) if c]
    return {
        "type": "object",
        "properties": {
            "answer": answers[0] if len(answers) == 1 else {"anyOf": answers},
            "meta": {"$ref": f"{prefix}Meta"},
        },
        "required": ["answer", "meta"],
        "additionalProperties": False,
    }


def openapi(schema: Schema, version: str) -> dict[str, Any]:
    """The OpenAPI document of the HTTP surface."""
    paths: dict[str, Any] = {f"/v1/{o.name}": {"get": _path(o, schema)} for o in OPERATIONS}
    paths |= {path: {"get": _page(path, text)} for path, text in _OTHERS.items()}
    paths["/graphql"]["post"] = _GRAPHQL_POST
    paths["/sparql"]["post"] = _SPARQL_POST
    classes = [c for o in OPERATIONS for c in (o.answer, o.table) if c]
    parts = json.loads(json.dumps(json_schema(*classes, Meta)).replace("#/$defs/", "#/components/schemas/"))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Chokepoint",
            "version": version,
            "summary": "Who depends on whom for AI chips, and which rule says no.",
            "description": "Each answer is {answer, meta}; meta says which release and dates it is of and what it rests on. Errors are problem documents after RFC 9457.",
            "license": {"name": "Apache-2.0 (code), CC BY 4.0 (curated facts)"},
        },
        "paths": paths,
        "components": {"schemas": {**parts, "Problem": _PROBLEM}},
    }


_OTHERS = {
    "/": "First page: search, questions, what the release holds.",
    "/docs": "This reference as a page.",
    "/openapi.json": "This document.",
    "/healthz": "Whether the process is alive.",
    "/readyz": "Whether the release is open; 503 until then.",
    "/graphql": "GraphQL over HTTP: query, variables and operationName as parameters; an editor for browsers.",
    "/schema.graphql": "The GraphQL schema in its definition language.",
    "/sparql": "SPARQL 1.1 Protocol: query, default-graph-uri, named-graph-uri; an editor for browsers.",
    "/id/{class}/{slug}": "An entity, as a page or as RDF by Accept.",
    "/statement/{hash}": "A statement and its source, as RDF.",
    "/source/{id}": "A source, as RDF.",
    "/ontology": "The ontology, as Turtle.",
}
"""The routes that are no operations."""

_GRAPHQL_POST = {
    "summary": "GraphQL over HTTP.",
    "operationId": "graphqlPost",
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "query": {"type": "string"},
                        "variables": {"type": ["object", "null"]},
                        "operationName": {"type": ["string", "null"]},
                        "extensions": {"type": ["object", "null"]},
                    },
                    "required": ["query"],
                }
            }
        },
    },
    "responses": {"200": {"description": "Data and errors."}, "400": {"description": "No GraphQL request."}},
}

_SPARQL_POST = {
    "summary": "SPARQL 1.1 Protocol, query by POST.",
    "operationId": "sparqlPost",
    "requestBody": {
        "required": True,
        "content": {
            "application/sparql-query": {"schema": {"type": "string"}},
            "application/x-www-form-urlencoded": {
                "schema": {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
            },
        },
    },
    "responses": {"200": {"description": "Results or a graph."}, "400": {"description": "No SPARQL query."}},
}


def _page(path: str, text: str) -> dict[str, Any]:
    """The description of a route that is no operation."""
    names = re.findall(r"{(\w+)}", path)
    name = re.sub(r"\W+", " ", path).title().replace(" ", "") or "Home"
    return {
        "summary": text,
        "operationId": f"get{name}",
        "parameters": [{"name": n, "in": "path", "required": True, "schema": {"type": "string"}} for n in names],
        "responses": {"200": {"description": text}, "503": {"description": "Not ready yet."}},
    }


def _path(operation: Operation, schema: Schema) -> dict[str, Any]:
    content = {"application/json": {"schema": _envelope(operation, "#/components/schemas/")}}
    responses: dict[str, Any] = {
        "200": {"description": operation.doc, "content": content},
        "304": {"description": "Not modified."},
    }
    for status, text in _STATUSES.items():
        responses[status] = {
            "description": text,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    release = {
        "name": "release",
        "in": "query",
        "description": "Hash (or its beginning, at least 6 digits) of the release to answer from; the current one where left out.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{6,64}$"},
    }
    return {
        "operationId": operation.camel,
        "summary": operation.doc,
        "parameters": [*(_parameter(a, schema) for a in operation.all_arguments), release],
        "responses": responses,
    }


def _parameter(argument: Argument, schema: Schema) -> dict[str, Any]:
    kind: dict[str, Any] = {
        "type": {"integer": "integer", "number": "number", "flag": "boolean"}.get(argument.kind, "string")
    }
    if argument.choices:
        kind["enum"] = list(argument.choices)
    elif argument.kind == "class":
        kind["enum"] = sorted(c.name for c in schema.of_kind("entity", "record"))
    elif argument.kind == "relation":
        kind["enum"] = list(schema.edge_relations)
    elif argument.kind == "date":
        kind["pattern"] = r"^\d{4}(-\d\d){0,2}$"
    elif kind["type"] == "string":
        kind |= {"maxLength": 500, "minLength": 1}
    if argument.minimum is not None:
        kind |= {"minimum": argument.minimum, "maximum": argument.maximum}
    if argument.default is not None and not argument.many:
        kind["default"] = argument.default
    found: dict[str, Any] = {"name": argument.camel, "in": "query", "description": argument.doc, "schema": kind}
    if argument.many:
        found["schema"] = {"type": "array", "items": kind, "maxItems": 100}
        found |= {"style": "form", "explode": True}
    return found | ({"required": True} if argument.required else {})
