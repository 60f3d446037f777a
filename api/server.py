"""The server process: uvicorn over the application, with progress for people and the address when it is ready."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import Callable

import uvicorn

from api.app import create_app
from api.settings import read_settings
from kg.errors import BadArgument

__all__ = ["configuration", "run"]

# Longer than the idle time of the usual proxies and pools (60 s), so that it is they who close: a server that closes first
# cuts a request that was already on its way.
KEEP_ALIVE = 75


def configuration(say: Callable[[str], None]) -> uvicorn.Config:
    """uvicorn's configuration from the settings in the environment."""
    settings = read_settings()
    app = create_app(settings, say)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        lifespan="on",
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
    )
    config.say = say  # type: ignore[attr-defined]
    return config


class _Server(uvicorn.Server):
    """A server that says when the release is open."""

    def __init__(self, config: uvicorn.Config, say: Callable[[str], None]) -> None:
        super().__init__(config)
        self._say = say
        self.good = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then announce readiness once the release is open."""
        await super().startup(sockets)
        self._waiting = asyncio.create_task(self._announce())

    async def _announce(self) -> None:
        library = self.config.app.state.library  # type: ignore[union-attr]
        if await asyncio.to_thread(library.wait):
            self.good = True
            host = f"[{self.config.host}]" if ":" in self.config.host else self.config.host
            self._say(f"ready: http://{host}:{self.config.port}/")
        else:
            self.should_exit = True


def run(config: uvicorn.Config) -> bool:
    """Serve until stopped; False if the release could not be opened.

    Raises
    ------
    BadArgument
        The address cannot be listened on.
    """
    say: Callable[[str], None] = config.say  # type: ignore[attr-defined]
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    probe = socket.socket(family, socket.SOCK_STREAM)
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((config.host, config.port))
    except OSError as error:
        reason = (
            "is in use; choose another with --port"
            if error.errno == errno.EADDRINUSE
            else f"cannot be used: {error.strerror or error}"
        )
        raise BadArgument(f"address {config.host}:{config.port} {reason}", detail={"argument": "port"}) from None
    server = _Server(config, say)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[probe])
    return server.good
