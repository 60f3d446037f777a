"""REST: every operation with real ids, conditional requests, pinned releases."""

from __future__ import annotations

import re

import httpx
import jsonschema
import pytest

from api.rest.openapi import answer_schemas
from kg.operations import OPERATIONS
from kg.store.release import Release
from tests.api.rest_cases import ALL, CASES, Pairs, get, good
from tests.api.servers import problem

pytestmark = pytest.mark.usefixtures("quiet")


@pytest.fixture(scope="module")
def validators() -> dict[str, jsonschema.Draft202012Validator]:
    schemas = answer_schemas()
    jsonschema.Draft202012Validator.check_schema(schemas)
    return {
        name: jsonschema.Draft202012Validator({"$defs": schemas["$defs"], **envelope})
        for name, envelope in schemas["properties"].items()
    }


# ---- answers ----------------------------------------------------------------------------------------------------------------


def test_every_operation_has_a_case() -> None:
    assert set(CASES) == {o.name for o in OPERATIONS}


@pytest.mark.parametrize(("name", "pairs"), ALL)
def test_answers_fit_their_schema(
    client: httpx.Client, validators: dict[str, jsonschema.Draft202012Validator], name: str, pairs: Pairs
) -> None:
    body = good(get(client, name, pairs))
    validators[name].validate(body)
    assert set(body) == {"answer", "meta"}
    assert body["meta"]["release"] == client.get("/readyz").json()["release"]


@pytest.mark.parametrize("name", list(CASES))
def test_schemas_refuse_what_lacks_or_adds_something(
    client: httpx.Client, validators: dict[str, jsonschema.Draft202012Validator], name: str
) -> None:
    body = good(get(client, name, CASES[name][0]))
    key = next(iter(body["answer"]))
    less = {**body, "answer": {k: v for k, v in body["answer"].items() if k != key}}
    assert not validators[name].is_valid(less)
    assert not validators[name].is_valid({**body, "answer": {**body["answer"], "extra": 1}})
    assert not validators[name].is_valid({"answer": body["answer"]})


def test_what_is_asked_for_comes(client: httpx.Client) -> None:
    """The cases really reach facts, so that the schemas are held against more than empty lists."""
    answers = {n: good(get(client, n, cases[0]))["answer"] for n, cases in CASES.items()}
    assert answers["search"]["matches"][0]["label"]
    assert 0 < len(answers["list"]["entities"]) <= 5 <= answers["list"]["total"]
    assert answers["entity"]["entity"]["label"] == "ASML"
    assert answers["claims"]["claims"]
    assert answers["paths"]["verdict"] == "documented"
    assert answers["paths"]["paths"][0]["hops"][0]["statements"]
    assert answers["upstream"]["nodes"]
    assert answers["downstream"]["nodes"]
    assert answers["compare"]["figures"]
    assert answers["tier"]["tier"]["id"] == "ai-diffusion-tier-2"
    assert answers["policy-state"]["events"]


def test_tables_page_through_the_whole_class_once(client: httpx.Client) -> None:
    seen: list[str] = []
    pairs: Pairs = [("first", "60")]
    for _ in range(10):
        answer = good(get(client, "tier", pairs))["answer"]
        seen += [row["country"]["id"] for row in answer["rows"]]
        if answer["next"] is None:
            break
        pairs = [("first", "60"), ("after", answer["next"])]
    countries = good(get(client, "list", [("class", "Country"), ("first", "500")]))["answer"]
    assert seen == [line["id"] for line in countries["entities"]]
    assert len(seen) == answer["total"] == countries["total"] == len(set(seen))


@pytest.mark.parametrize("cursor", ["junk", "é", "%%%", "YQ==", "=" * 40, "A" * 499])
def test_cursors_that_were_not_given_out(client: httpx.Client, cursor: str) -> None:
    problem(get(client, "tier", [("after", cursor)]), 400, "bad-cursor")


def test_a_cursor_of_another_list(client: httpx.Client) -> None:
    cursor = good(get(client, "tier", [("first", "5")]))["answer"]["next"]
    assert good(get(client, "tier", [("first", "5"), ("after", cursor)]))
    problem(get(client, "policy-state", [("after", cursor)]), 400, "bad-cursor")
    problem(get(client, "list", [("class", "Country"), ("after", cursor)]), 400, "bad-cursor")


def test_head_and_wrong_methods(client: httpx.Client) -> None:
    head = client.head("/v1/tier", params={"country": "IND"})
    assert head.status_code == 200
    assert head.content == b""
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        refused = client.request(method, "/v1/tier", params={"country": "IND"})
        problem(refused, 405, "method-not-allowed")
        assert "GET" in refused.headers["allow"]
    for path in ("/v1/nothing", "/v1", "/nothing", "/v1/tier/x", "/v1/%74ier%00"):
        problem(client.get(path), 404, "not-found")


# ---- conditional requests and pinned releases ----------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "pairs"), ALL)
def test_etag(client: httpx.Client, name: str, pairs: Pairs) -> None:
    first = get(client, name, pairs)
    tag = first.headers["etag"]
    assert re.fullmatch(r'"[0-9a-f]+"', tag)
    assert get(client, name, pairs).headers["etag"] == tag
    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        again = get(client, name, pairs, **{"If-None-Match": known})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == tag
    assert get(client, name, pairs, **{"If-None-Match": '"other"'}).status_code == 200


def test_if_none_match_of_anything(client: httpx.Client) -> None:
    """RFC 9110, 13.1.2: `*` is met by any current representation."""
    assert get(client, "tier", [("country", "IND")], **{"If-None-Match": "*"}).status_code == 304


def test_etag_tells_dates_and_licences_apart(client: httpx.Client) -> None:
    variants: list[Pairs] = [
        [("country", "IND")],
        [("country", "IND"), ("asOf", "2025-01-20")],
        [("country", "IND"), ("asOf", "2025-05-14")],
        [("country", "IND"), ("asOf", "2025-05-14"), ("knownOn", "2025-05-01")],
        [("country", "IND"), ("verifiedOnly", "true")],
        [("country", "IND"), ("dataLicence", "CC-BY-4.0")],
        [("country", "CHN")],
    ]
    assert len({get(client, "tier", v).headers["etag"] for v in variants}) == len(variants)


def test_pinned_release(client: httpx.Client, seed_release: Release, small_release: Release) -> None:
    for release in (seed_release, small_release):
        for pin in (release.hash, release.id, release.hash[:6], release.hash[:20]):
            body = good(get(client, "search", [("text", "Netherlands"), ("release", pin)]))
            assert body["meta"]["release"] == release.id
            assert body["answer"]["matches"][0]["id"].endswith("NLD")
    pinned = get(client, "entity", [("id", "chip/orion"), ("release", small_release.id)])
    assert good(pinned)["answer"]["entity"]["label"] == "Orion (chip)"
    problem(get(client, "entity", [("id", "chip/orion")]), 404, "unknown-id")
    wide = get(client, "list", [("class", "Country"), ("release", small_release.hash)])
    assert good(wide)["answer"]["total"] == 1
    assert wide.headers["etag"] != get(client, "list", [("class", "Country")]).headers["etag"]


def test_unknown_release(client: httpx.Client, seed_release: Release) -> None:
    wrong = seed_release.hash[:15] + ("0" if seed_release.hash[15] != "0" else "1")
    document = problem(get(client, "tier", [("release", wrong)]), 404, "unknown-release")
    assert seed_release.id in document["nearest"]
    longer = seed_release.hash[:60] + "xxxx"
    others = ["f" * 64, longer, seed_release.hash[:5], ".", "..", "/etc", "../releases", "\x00", "é", "x" * 600, "*"]
    for pin in others:
        document = problem(get(client, "tier", [("country", "IND"), ("release", pin)]), 404, "unknown-release")
        assert len(document["detail"]) < 400
    problem(get(client, "tier", [("release", seed_release.id), ("release", seed_release.id)]), 400, "bad-argument")


def test_release_over_http_is_a_hash_and_nothing_else(small_client: httpx.Client) -> None:
    """The words of the command line would make a server build or open what its operator did not choose."""
    for word in ("seed", "SEED", "latest", "current"):
        problem(small_client.get("/v1/search", params={"text": "orion", "release": word}), 404, "unknown-release")
