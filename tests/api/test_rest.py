"""REST: every operation with real ids, conditional requests, pinned releases, all that can be wrong with a request."""

from __future__ import annotations

import json
import re
import socket
from typing import Any
from urllib.parse import quote, quote_from_bytes, urlencode

import httpx
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.rest.openapi import answer_schemas
from kg.operations import OPERATIONS
from kg.store.release import Release
from tests.api.servers import Server, no_trace, problem

Pairs = list[tuple[str, str]]

pytestmark = pytest.mark.usefixtures("quiet")

CASES: dict[str, list[Pairs]] = {
    "search": [[("text", "Ascend")], [("text", "华为")], [("text", "asml"), ("class", "Company"), ("limit", "3")]],
    "list": [
        [("class", "Chip"), ("where", "dieArea > 700"), ("order", "-dieArea"), ("first", "5")],
        [("class", "Organisation"), ("where", "headquarteredIn = NLD")],
    ],
    "entity": [[("id", "asml")], [("id", "company/huawei")], [("id", "https://w3id.org/chokepoint/id/country/NLD")]],
    "claims": [[("about", "huawei-coalition")], [("kind", "forecast"), ("limit", "5")]],
    "paths": [
        [("source", "huawei-ascend-910c"), ("target", "NLD")],
        [("source", "nvidia-h100-sxm"), ("target", "asml"), ("mode", "k-shortest"), ("k", "3"), ("minShare", "0.5")],
        [("source", "NLD"), ("target", "huawei-coalition")],
        [("source", "huawei-ascend-910c"), ("target", "NLD"), ("rules", "true"), ("buyer", "huawei")],
    ],
    "upstream": [[("id", "nvidia-h100-sxm"), ("maxDepth", "3")], [("id", "hbm3"), ("class", "Company")]],
    "downstream": [[("id", "asml"), ("maxDepth", "2"), ("relation", "Provision"), ("relation", "Requirement")]],
    "compare": [[("ids", "huawei-cloudmatrix-384"), ("ids", "nvidia-gb200-nvl72")]],
    "chokepoints": [
        [
            ("source", "nvidia-h100-sxm"),
            ("target", "DEU"),
            ("relation", "Fabrication"),
            ("relation", "Supply"),
            ("relation", "headquarteredIn"),
        ],
        [("source", "euv-scanner"), ("target", "nvidia-h100-sxm")],
        [("item", "hbm3"), ("by", "country"), ("locate", "site")],
    ],
    "feasibility": [
        [("item", "nvidia-h100-sxm"), ("removed", "NLD"), ("removed", "hbm3")],
        [("item", "huawei-ascend-910c"), ("removed", "TWN"), ("locate", "site")],
        [("item", "smic-n-plus-2"), ("policy", "nl-2023"), ("policy", "jp-2023"), ("buyer", "smic")],
    ],
    "cut-sets": [[("item", "nvidia-h100-sxm"), ("by", "country"), ("maxSize", "1")]],
    "criticality": [[("item", "hbm3"), ("by", "company"), ("limit", "5")]],
    "concentration": [[("item", "hbm3e"), ("by", "country")], [("item", "germanium-gallium")], [("first", "5")]],
    "self-sufficiency": [
        [("group", "CHN"), ("item", "huawei-ascend-910c"), ("also", "HKG"), ("limit", "5")],
        [("group", "chip-4"), ("item", "nvidia-h100-sxm"), ("measure", "value"), ("locate", "site"), ("limit", "3")],
        [("group", "huawei-coalition"), ("first", "3")],
    ],
    "exposure": [
        [("organisation", "nvidia"), ("to", "asml")],
        [("organisation", "huawei"), ("to", "us-2022-10"), ("maxDepth", "1"), ("limit", "3")],
    ],
    "common-suppliers": [[("ids", "nvidia-h100-sxm"), ("ids", "amd-mi300x"), ("maxDepth", "2")]],
    "tier": [[("country", "IND"), ("asOf", "2025-01-20")], [("first", "5")]],
    "coverage": [[("id", "huawei-ascend-910c")], [("id", "NLD"), ("verifiedOnly", "true")]],
    "disagreements": [[("class", "Chip")], [("id", "huawei-ascend-910c")]],
    "changes": [
        [("from", "2025-01-01"), ("to", "2025-06-01")],
        [("from", "2024"), ("to", "2025")],
    ],
    "policy-state": [[("policy", "us-ai-diffusion-framework")], [("first", "5")]],
    "classify": [
        [("chip", "nvidia-h100-sxm"), ("asOf", "2026-02-01")],
        [("chip", "nvidia-dgx-h100")],
        [("chip", "huawei-ascend-910"), ("tpp", "4800"), ("market", "other")],
        [("first", "5"), ("asOf", "2024-06-01")],
    ],
    "licence": [
        [("item", "nvidia-h200-sxm"), ("destination", "CHN"), ("asOf", "2026-02-01")],
        [("item", "nvidia-b200"), ("destination", "SGP"), ("endUser", "huawei"), ("asOf", "2025-06-01")],
        [("item", "nvidia-h100-sxm"), ("first", "5")],
        [("destination", "MAC"), ("first", "5"), ("asOf", "2024-06-01")],
        [("first", "3")],
    ],
    "status-changes": [[("from", "2022-10-07"), ("to", "2023-11-17")]],
    "cap": [[("chip", "nvidia-h100-sxm"), ("limit", "790000000")], [("limit", "1000000"), ("first", "5")]],
    "restricted-parties": [
        [],
        [("by", "USA"), ("by", "TWN"), ("asOf", "2025-07-01")],
        [("by", "CHN"), ("first", "2")],
        [("by", "FRA"), ("by", "USA")],
    ],
}
ALL = [(name, pairs) for name, cases in CASES.items() for pairs in cases]


def get(client: httpx.Client, name: str, pairs: Pairs, **headers: str) -> httpx.Response:
    return client.get(f"/v1/{name}?{urlencode(pairs)}", headers=headers)


def good(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


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


# ---- what can be wrong with an argument ----------------------------------------------------------------------------------

BIG = "9" * 400
WRONG: list[tuple[str, str, int, str]] = [
    # ids
    ("entity", "id=amsl", 404, "unknown-id"),
    ("entity", "id=ASML", 404, "unknown-id"),
    ("entity", "id=company/asmll", 404, "unknown-id"),
    ("entity", "id=compny/asml", 404, "unknown-id"),
    ("entity", "id=https://example.org/asml", 404, "unknown-id"),
    ("entity", "id=/", 404, "unknown-id"),
    ("entity", "id=" + "a" * 500, 404, "unknown-id"),
    ("compare", "ids=nvidia-h100-sxm&ids=nothing-like-it", 404, "unknown-id"),
    ("claims", "about=nobody-knows", 404, "unknown-id"),
    ("tier", "country=asml", 400, "wrong-class"),
    ("tier", "country=IND&policy=IND", 400, "wrong-class"),
    ("policy-state", "policy=NLD", 400, "wrong-class"),
    # dates
    ("tier", "country=IND&asOf=2025-13", 400, "bad-date"),
    ("tier", "country=IND&asOf=2025-02-30", 400, "bad-date"),
    ("tier", "country=IND&asOf=2025-1-1", 400, "bad-date"),
    ("tier", "country=IND&asOf=0000", 400, "bad-date"),
    ("tier", "country=IND&asOf=10000-01-01", 400, "bad-date"),
    ("tier", "country=IND&asOf=yesterday", 400, "bad-date"),
    ("tier", "country=IND&asOf=2025-01-20T00:00", 400, "bad-date"),
    ("tier", "country=IND&asOf=2025-33", 400, "bad-date"),
    ("tier", "country=IND&asOf=" + quote("２０２５-01-01"), 400, "bad-date"),
    ("tier", "country=IND&knownOn=31.12.2025", 400, "bad-date"),
    ("entity", "id=asml&knownOn=2025-00", 400, "bad-date"),
    # numbers
    ("upstream", "id=asml&maxDepth=three", 400, "bad-argument"),
    ("upstream", "id=asml&maxDepth=2.5", 400, "bad-argument"),
    ("upstream", "id=asml&maxDepth=1e1", 400, "bad-argument"),
    ("upstream", "id=asml&maxDepth=1_0", 400, "bad-argument"),
    ("upstream", "id=asml&maxDepth=" + quote("٣"), 400, "bad-argument"),
    ("upstream", "id=asml&maxDepth=0", 400, "out-of-range"),
    ("upstream", "id=asml&maxDepth=-1", 400, "out-of-range"),
    ("upstream", "id=asml&maxDepth=51", 400, "out-of-range"),
    ("upstream", "id=asml&maxDepth=" + BIG, 400, "out-of-range"),
    ("search", "text=asml&limit=0", 400, "out-of-range"),
    ("list", "class=Chip&first=501", 400, "out-of-range"),
    ("paths", "source=huawei-ascend-910c&target=NLD&minShare=101", 400, "out-of-range"),
    ("paths", "source=huawei-ascend-910c&target=NLD&minShare=-0.1", 400, "out-of-range"),
    ("paths", "source=huawei-ascend-910c&target=NLD&minShare=nan", 400, "bad-argument"),
    ("paths", "source=huawei-ascend-910c&target=NLD&minShare=inf", 400, "bad-argument"),
    ("paths", "source=huawei-ascend-910c&target=NLD&minShare=1e999", 400, "bad-argument"),
    ("paths", "source=huawei-ascend-910c&target=NLD&minShare=half", 400, "bad-argument"),
    # words, flags, classes, relations, conditions
    ("paths", "source=huawei-ascend-910c&target=NLD&mode=shortst", 400, "bad-argument"),
    ("paths", "source=huawei-ascend-910c&target=NLD&buyer=smic", 400, "conflicting-arguments"),
    ("feasibility", "item=smic-n-plus-2&policy=nl-2023", 400, "conflicting-arguments"),
    ("feasibility", "item=smic-n-plus-2&policy=asml&buyer=smic", 400, "wrong-class"),
    ("paths", "source=huawei-ascend-910c&target=NLD&rules=true&buyer=hbm3", 400, "wrong-class"),
    ("paths", "source=huawei-ascend-910c&target=NLD&relation=Provisions", 400, "bad-argument"),
    ("claims", "kind=Forecasts", 400, "bad-argument"),
    ("tier", "country=IND&verifiedOnly=maybe", 400, "bad-argument"),
    ("tier", "country=IND&dataLicence=MIT", 400, "bad-argument"),
    ("list", "class=Chips", 400, "bad-argument"),
    ("list", "class=Statement", 400, "bad-argument"),
    ("list", "class=Chip&where=dieArea", 400, "bad-argument"),
    ("list", "class=Chip&where=dieArea+%3E", 400, "bad-argument"),
    ("list", "class=Chip&where=dieArea+%3E+big", 400, "bad-argument"),
    ("list", "class=Chip&where=dieArea+%3C+nan", 400, "bad-argument"),
    ("list", "class=Chip&where=dieAera+%3E+5", 400, "bad-argument"),
    ("list", "class=Company&where=headquarteredIn+%3E+NLD", 400, "bad-argument"),
    ("list", "class=Company&where=headquarteredIn+%3D+NLDD", 404, "unknown-id"),
    ("list", "class=Company&where=headquarteredIn+%3D+asml", 400, "wrong-class"),
    ("list", "class=Chip&order=dieAera", 400, "bad-argument"),
    ("search", "text=" + quote("!?…"), 400, "bad-argument"),
    # how arguments are given
    ("entity", "", 400, "missing-argument"),
    ("entity", "id=", 400, "missing-argument"),
    ("entity", "id", 400, "missing-argument"),
    ("compare", "metrics=dieArea", 400, "missing-argument"),
    ("tier", "country=IND&country=CHN", 400, "bad-argument"),
    ("tier", "country=IND&asOf=2025&asOf=2025", 400, "bad-argument"),
    ("compare", "&".join(f"ids=x{n}" for n in range(101)), 400, "bad-argument"),
    ("upstream", "id=asml&maxdepth=3", 400, "unknown-argument"),
    ("upstream", "id=asml&max_deph=3", 400, "unknown-argument"),
    ("tier", "=IND", 400, "unknown-argument"),
    ("tier", "%00=IND", 400, "unknown-argument"),
    ("tier", "country=IND&" + "x" * 300 + "=1", 400, "unknown-argument"),
    ("search", "text=" + "a" * 501, 400, "too-long"),
    ("tier", "country=" + "a" * 8000, 400, "too-long"),
    # bytes
    ("search", "text=a%00b", 400, "bad-argument"),
    ("search", "text=a%0Ab", 400, "bad-argument"),
    ("entity", "id=%1B%5B31masml", 400, "bad-argument"),
    ("claims", "text=%07", 400, "bad-argument"),
    ("tier", "country=IND&dataLicence=%01", 400, "bad-argument"),
    ("tier", "country=%ff%fe", 404, "unknown-id"),
    ("tier", "country=%c3", 404, "unknown-id"),
    ("tier", "country=%ed%a0%80", 404, "unknown-id"),
    ("tier", "country=%zz", 404, "unknown-id"),
    ("tier", "country=%", 404, "unknown-id"),
    ("tier", "country=%u0049ND", 404, "unknown-id"),
]


@pytest.mark.parametrize(("name", "query", "status", "code"), WRONG, ids=[f"{n}?{q}"[:60] for n, q, _, _ in WRONG])
def test_bad_input(client: httpx.Client, name: str, query: str, status: int, code: str) -> None:
    response = client.get(f"/v1/{name}?{query}")
    document = problem(response, status, code)
    assert len(document["detail"]) < 3000


NEAREST = [
    ("entity", "id=amsl", "asml"),
    ("entity", "id=company/huawey", "huawei"),
    ("tier", "country=NLX", "NLD"),
    ("upstream", "id=asml&maxdepth=3", "maxDepth"),
    ("tier", "country=IND&asof=2025", "asOf"),
    ("list", "class=Chips", "Chip"),
    ("paths", "source=asml&target=NLD&mode=shortst", "shortest"),
    ("paths", "source=asml&target=NLD&relation=Provisions", "Provision"),
    ("list", "class=Chip&where=dieAera+%3E+5", "dieArea"),
    ("list", "class=Chip&order=-dieAera", "dieArea"),
    ("tier", "country=IND&dataLicence=CC-BY", "CC-BY-4.0"),
]


@pytest.mark.parametrize(("name", "query", "expected"), NEAREST)
def test_the_nearest_choice_is_named(client: httpx.Client, name: str, query: str, expected: str) -> None:
    document = client.get(f"/v1/{name}?{query}").json()
    assert expected in document["nearest"]
    assert expected in document["detail"]


def test_the_argument_at_fault_is_named(client: httpx.Client) -> None:
    for query, argument in (
        ("country=asml", "country"),
        ("country=IND&policy=nope", "policy"),
        ("country=IND&asOf=x", "asOf"),
        ("country=IND&verifiedOnly=x", "verifiedOnly"),
        ("first=0", "first"),
        ("country=IND&dataLicence=x", "dataLicence"),
    ):
        document = client.get(f"/v1/tier?{query}").json()
        assert document["argument"] == argument
        assert document["detail"].startswith(f"{argument}: ")


def test_ambiguous_id(small_client: httpx.Client) -> None:
    document = problem(small_client.get("/v1/entity?id=orion"), 409, "ambiguous-id")
    assert document["candidates"] == ["chip/orion", "company/orion", "tool/orion"]
    for candidate in document["candidates"]:
        entity = good(small_client.get("/v1/entity", params={"id": candidate}))["answer"]["entity"]
        assert entity["id"] == candidate


def test_a_class_settles_what_an_id_leaves_open(small_client: httpx.Client) -> None:
    where = [("class", "Company"), ("where", "headquarteredIn = NLD")]
    assert [e["id"] for e in good(get(small_client, "list", where))["answer"]["entities"]] == ["company/orion"]
    path = good(get(small_client, "paths", [("source", "chip/orion"), ("target", "country/NLD")]))["answer"]["paths"][0]
    assert [n["id"] for n in path["nodes"]] == ["chip/orion", "company/orion", "country/NLD"]
    assert path["hops"][0]["share"] == 62.5
    problem(small_client.get("/v1/entity?id=NLD"), 409, "ambiguous-id")


def test_a_date_before_any_data(client: httpx.Client) -> None:
    for name, pairs in (
        ("tier", [("country", "IND")]),
        ("entity", [("id", "asml")]),
        ("policy-state", [("first", "3")]),
    ):
        body = good(get(client, name, [*pairs, ("asOf", "0001-01-01")]))
        assert body["meta"]["asOf"] == "0001-01-01"
        assert any("before the first dated statement" in notice for notice in body["meta"]["notices"])
        late = good(get(client, name, [*pairs, ("asOf", "9999-12-31")]))
        assert not any("before the first dated statement" in notice for notice in late["meta"]["notices"])
    unknown = good(get(client, "entity", [("id", "asml"), ("knownOn", "0001-01-01")]))
    assert unknown["answer"]["facts"] == unknown["answer"]["relations"] == []
    assert any("Nothing is held" in notice for notice in unknown["meta"]["notices"])


def test_partial_dates_mean_their_last_day(client: httpx.Client) -> None:
    for given_, meant in (("2025", "2025-12-31"), ("2024-02", "2024-02-29"), ("2025-01-20", "2025-01-20")):
        assert good(get(client, "tier", [("country", "IND"), ("asOf", given_)]))["meta"]["asOf"] == meant


def test_unconnected_nodes_are_undocumented_with_coverage(client: httpx.Client) -> None:
    body = good(get(client, "paths", [("source", "NLD"), ("target", "huawei-coalition")]))
    answer, meta = body["answer"], body["meta"]
    assert (answer["verdict"], answer["paths"], answer["shortest"]) == ("undocumented", [], None)
    assert {c["node"]["id"] for c in meta["coverage"]} == {"NLD", "huawei-coalition"}
    assert any("undocumented" in n or "documented" in n for n in meta["notices"])
    reverse = good(get(client, "paths", [("source", "NLD"), ("target", "asml")]))
    assert reverse["answer"]["reverse"] is True


def test_raw_bytes_in_the_request_line(server: Server) -> None:
    """What no client library would send."""
    lines = {
        b"GET /v1/tier?country=\xff\xfe HTTP/1.1": None,
        b"GET /v1/tier?country=\xe4\xb8\xad HTTP/1.1": None,
        b"GET /v1/tier?country=IND#x HTTP/1.1": None,
        b"GET //v1//tier HTTP/1.1": None,
        b"GET /v1/tier?country=%ZZ%%% HTTP/1.1": None,
        b"GET * HTTP/1.1": None,
        b"GET /v1/\x00 HTTP/1.1": None,
        b"BREW /v1/tier HTTP/1.1": None,
    }
    for line in lines:
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as raw:
            raw.sendall(line + b"\r\nHost: x\r\nConnection: close\r\n\r\n")
            answer = b""
            while part := raw.recv(65536):
                answer += part
        status = int(answer.split(b" ", 2)[1]) if answer else 400
        assert 200 <= status < 500, (line, answer[:300])
        assert b"Traceback" not in answer


_NAMES = st.sampled_from(
    [a.camel for o in OPERATIONS for a in o.all_arguments] + ["release", "", "x", "id[]", "__proto__"]
)
_VALUES = st.one_of(
    st.sampled_from(["asml", "NLD", "2025", "-1", "Chip", "1e5", "true", "null", "huawei-ascend-910c", "''", "%"]),
    st.binary(max_size=12).map(quote_from_bytes),
    st.text(max_size=12).map(lambda t: quote(t.encode("utf-8", "surrogatepass"))),
    st.text(alphabet="%&=+;#/?.\\\"'<>{}|^`~ab09", max_size=12).map(lambda t: t.replace("#", "").replace(" ", "+")),
)
_QUERIES = st.lists(st.tuples(_NAMES, _VALUES), max_size=5).map(lambda ps: "&".join(f"{n}={v}" for n, v in ps))


@settings(max_examples=80)
@given(name=st.sampled_from([o.name for o in OPERATIONS]), query=_QUERIES)
def test_no_query_string_breaks_the_server(client: httpx.Client, server: Server, name: str, query: str) -> None:
    response = client.get(
        httpx.URL(server.address).copy_with(raw_path=f"/v1/{name}?{query}".encode("ascii", "replace"))
    )
    no_trace(response.text)
    if response.status_code == 200:
        assert set(response.json()) == {"answer", "meta"}
    else:
        assert response.status_code in (400, 404, 409, 503), response.text
        document = response.json()
        assert response.headers["content-type"] == "application/problem+json"
        assert document["code"]


def test_answers_are_json_without_surprises(client: httpx.Client) -> None:
    """Scripts stay as they are, and no NaN or infinity is written."""
    text = get(client, "search", [("text", "华为")]).text
    assert "华为" in text

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    for name, pairs in ALL:
        json.loads(get(client, name, pairs).text, parse_constant=refuse)
