"""Serving HTTP from a process that has more to end than HTTP."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from hagame.cli.connections import Connection, Socket
from hagame.errors import SetupFailed
from hagame.games.websocket import MAX_MESSAGE_BYTES
from hagame.settings import Settings

GRACE_S = 10


class Server(uvicorn.Server):
    """uvicorn that leaves signals to `Stop`, and says when it listens."""

    def __init__(self, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets=sockets)
        if self.started:
            self._on_started()


class Stop:
    """Ends us on SIGINT, SIGTERM and SIGHUP: a start is cancelled, a server drains; asked again, it hurries."""

    def __init__(self) -> None:
        self.server: Server | None = None
        self._task = asyncio.current_task()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self)
        # Under nohup it is ignored, and shall be.
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            loop.add_signal_handler(signal.SIGHUP, self)

    def __call__(self) -> None:
        """Take one signal."""
        if self.server is None:
            if self._task is not None:
                self._task.cancel()
        elif self.server.should_exit:
            self.server.force_exit = True
        else:
            self.server.should_exit = True


def config(app: FastAPI | str, settings: Settings, **more: object) -> uvicorn.Config:
    """How HAGAME is served: no access log (our own events tell more), ten seconds to finish answers."""
    return uvicorn.Config(app, **options(settings), **more)  # type: ignore[arg-type]


def options(settings: Settings) -> dict[str, object]:
    """What all our servers have in common, as arguments of uvicorn."""
    return {
        "http": Connection,
        "ws": Socket,
        "ws_max_size": MAX_MESSAGE_BYTES,
        # It would cost memory for each connection, and messages are small.
        "ws_per_message_deflate": False,
        "access_log": False,
        "log_config": None,
        "proxy_headers": True,
        "forwarded_allow_ips": settings.trusted_proxies,
        "server_header": False,
        "timeout_graceful_shutdown": GRACE_S,
    }


def bind(host: str, port: int) -> socket.socket:
    """A socket that holds the port and does not listen yet. Raises `SetupFailed`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise SetupFailed(f"{host} is no address: {error}.", remedy="Use --host 127.0.0.1") from error
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
    except OSError as error:
        bound.close()
        raise _not_bound(host, port, error) from error
    return bound


def _not_bound(host: str, port: int, error: OSError) -> SetupFailed:
    if error.errno == errno.EADDRINUSE:
        return SetupFailed(
            f"Port {port} of {host} is in use.", remedy=f"Choose another one, for example --port {port + 1}"
        )
    return SetupFailed(f"Cannot listen at {host}, port {port}: {error.strerror}.", remedy="Choose --host and --port.")
