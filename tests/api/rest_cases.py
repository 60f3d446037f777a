"""Requests with real ids for every operation over REST."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import httpx

Pairs = list[tuple[str, str]]

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
    """An operation's answer over REST."""
    return client.get(f"/v1/{name}?{urlencode(pairs)}", headers=headers)


def good(response: httpx.Response) -> dict[str, Any]:
    """The body of an answer that was given."""
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body
