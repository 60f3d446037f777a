"""A server that starts with nothing kept: alive at once, ready later, and clear about it in between."""

from __future__ import annotations

import time
from pathlib import Path

import httpx

from tests.api.servers import launch, problem, stop


def test_not_ready_then_ready(tmp_path: Path) -> None:
    server = launch(tmp_path, tmp_path / "cache")
    early: list[httpx.Response] = []
    alive: list[int] = []
    elsewhere: dict[str, httpx.Response] = {}
    try:
        until = time.monotonic() + 90
        with httpx.Client(base_url=server.address, timeout=15) as client:
            while True:
                assert time.monotonic() < until, server.said()
                assert server.process.poll() is None, server.said()
                try:
                    ready = client.get("/readyz")
                except httpx.TransportError:
                    time.sleep(0.02)
                    continue
                if ready.status_code == 200:
                    break
                early.append(ready)
                alive.append(client.get("/healthz").status_code)
                if not elsewhere:
                    for path in (
                        "/v1/tier?country=IND",
                        "/",
                        "/schema.graphql",
                        "/sparql?query=ASK%7B%7D",
                        "/id/country/NLD",
                    ):
                        elsewhere[path] = client.get(path)
                    elsewhere["graphql"] = client.post("/graphql", json={"query": "{ __typename }"})
                time.sleep(0.1)
            assert early, "ready at once: there is nothing to test"
            for response in early:
                document = problem(response, 503, "not-ready")
                assert int(response.headers["retry-after"]) > 0
                assert response.headers["cache-control"] == "no-store"
                assert "opened" in str(document["detail"])
            assert set(alive) == {200}
            assert {path: response.status_code for path, response in elsewhere.items()} == dict.fromkeys(elsewhere, 503)
            assert [path for path, response in elsewhere.items() if "retry-after" not in response.headers] == []
            assert elsewhere["graphql"].json()["errors"][0]["extensions"]["code"] == "not-ready"

            assert ready.json()["status"] == "ready"
            assert ready.json()["statements"] > 0
            assert client.get("/healthz").json() == {"status": "ok"}
            meta = client.get("/v1/tier", params={"country": "IND"}).json()["meta"]
            assert meta["release"] == ready.json()["release"]
            assert client.get("/schema.graphql").status_code == 200
    finally:
        stop(server)
    assert server.process.returncode is not None
    assert "Traceback" not in server.said()


def test_a_release_that_cannot_be_opened_ends_the_server(tmp_path: Path) -> None:
    server = launch(tmp_path, tmp_path / "cache", release=str(tmp_path / "nothing"))
    try:
        assert server.process.wait(60) == 1
    finally:
        stop(server)
    assert "holds no release" in server.said()
    assert "Traceback" not in server.said()
