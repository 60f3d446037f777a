"""Connections that are kept open: idle ones are not cut under a client, and do not hold up the end of the server."""

from __future__ import annotations

import http.client
import signal
import time
from pathlib import Path

from tests.api.servers import Server, launch, stop

IDLE = 6.0
"""Seconds: longer than the 5 after which uvicorn closes by default, shorter than what pools and proxies wait (60)."""


def test_an_idle_connection_answers_again(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", "/healthz")
    assert connection.getresponse().read()
    before = connection.sock
    time.sleep(IDLE)
    connection.auto_open = 0
    connection.request("GET", "/healthz")
    assert connection.getresponse().status == 200
    assert connection.sock is before
    connection.close()


def test_an_idle_connection_does_not_hold_up_the_end(tmp_path: Path, seed_cache: Path) -> None:
    server = launch(tmp_path, seed_cache)
    until = time.monotonic() + 60
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        try:
            connection.request("GET", "/healthz")
        except ConnectionRefusedError:
            assert time.monotonic() < until, server.said()
            time.sleep(0.05)
        else:
            break
    assert connection.getresponse().read()
    stop(server)
    connection.close()
    assert server.process.returncode == -signal.SIGTERM, server.said()
