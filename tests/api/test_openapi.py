"""The OpenAPI document, and the derived documents that are committed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx
import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from api.derived import ROOT, derived_documents
from kg.operations import OPERATIONS
from tests.api.rest_cases import CASES, get


@pytest.fixture(scope="module")
def derived() -> Mapping[str, str]:
    return derived_documents()


@pytest.fixture(scope="module")
def document(client: httpx.Client) -> dict[str, Any]:
    response = client.get("/openapi.json")
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


def test_valid_against_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert [str(e) for e in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_the_validator_can_fail(document: dict[str, Any]) -> None:
    broken = json.loads(json.dumps(document))
    broken["paths"]["/v1/tier"]["get"]["parameters"][0]["in"] = "nowhere"
    assert list(OpenAPIV31SpecValidator(broken).iter_errors())


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    described = {path for path in document["paths"] if path.startswith("/v1/")}
    assert described == {f"/v1/{o.name}" for o in OPERATIONS}
    ids = [o["operationId"] for path in document["paths"].values() for o in path.values() if "operationId" in o]
    assert len(ids) == len(set(ids))
    for operation in OPERATIONS:
        entry = document["paths"][f"/v1/{operation.name}"]["get"]
        parameters = {p["name"]: p for p in entry["parameters"]}
        assert set(parameters) == {a.camel for a in operation.all_arguments} | {"release"}
        for argument in operation.all_arguments:
            found = parameters[argument.camel]
            assert found.get("required", False) is argument.required
            assert found["description"] == argument.doc
            assert (found["schema"]["type"] == "array") is argument.many
        assert entry["summary"]
        assert {"200", "304", "400", "404", "409", "503"} <= set(entry["responses"])
        for status, response in entry["responses"].items():
            assert response["description"]
            if status.startswith(("4", "5")):
                assert list(response["content"]) == ["application/problem+json"]


def test_every_route_is_described(document: dict[str, Any]) -> None:
    """Programs find the whole surface in the document, not the operations alone."""
    for path in ("/graphql", "/schema.graphql", "/sparql", "/ontology", "/healthz", "/readyz"):
        assert path in document["paths"], path
    for beginning in ("/id/", "/statement/", "/source/"):
        assert any(path.startswith(beginning) for path in document["paths"]), beginning


def test_references_lead_somewhere(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    text = json.dumps(document)
    for part in text.split('"$ref": "')[1:]:
        reference = part.partition('"')[0]
        assert reference.startswith("#/components/schemas/")
        assert reference.rpartition("/")[2] in schemas
    assert "#/$defs/" not in text


@pytest.mark.parametrize("name", [o.name for o in OPERATIONS])
def test_answers_fit_the_document(client: httpx.Client, document: dict[str, Any], name: str) -> None:
    """The schema a program reads from /openapi.json is the one answers are of."""
    schema = document["paths"][f"/v1/{name}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    whole = {**schema, "components": document["components"]}
    for pairs in CASES[name]:
        jsonschema.Draft202012Validator(whole).validate(get(client, name, pairs).json())


def test_problems_fit_the_document(client: httpx.Client, document: dict[str, Any]) -> None:
    validator = jsonschema.Draft202012Validator(document["components"]["schemas"]["Problem"])
    for query in ("country=asml", "country=nope", "asOf=x", "x=1", "country=IND&country=CHN"):
        validator.validate(client.get(f"/v1/tier?{query}").json())
    assert not validator.is_valid({"status": 400, "detail": "x"})


@pytest.mark.parametrize(
    "name", ["api/openapi.json", "api/answers.schema.json", "api/schema.graphql", "ontology/context.jsonld"]
)
def test_committed_documents_are_as_derived(derived: Mapping[str, str], name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == derived[name], "run python -m api.derived"


def test_the_server_shows_the_committed_schema(client: httpx.Client, document: dict[str, Any]) -> None:
    committed = json.loads((ROOT / "api/openapi.json").read_text(encoding="utf-8"))
    assert document["paths"] == committed["paths"]
    assert document["components"] == committed["components"]
    shown = client.get("/schema.graphql")
    assert shown.headers["content-type"].startswith("text/plain")
    assert shown.text == (ROOT / "api/schema.graphql").read_text(encoding="utf-8")
