"""Which server a command talks to: the one named, else the running `hagame up` of the home, else a temporary one."""

from __future__ import annotations

import json
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx2

from hagame.cli.read_settings import read_settings
from hagame.errors import SetupFailed

START_TIMEOUT_S = 240.0
PROBE_TIMEOUT_S = 2.0
MANY = "1000000"
"""Guests per minute at a server of our own: nobody else calls it."""


@asynccontextmanager
async def reach(url: str | None, tell: Callable[[str], None]) -> AsyncIterator[str]:
    """The URL of a server that answers, for as long as the block lasts; `tell` is told which one it is.

    Raises `SetupFailed` when a temporary server does not start.
    """
    found = url or await running(read_settings().home)
    if found is not None:
        tell(f"Server: {found}")
        yield found
        return
    tell("No server is running: starting a temporary one with its own database.")
    async with temporary() as started:
        tell(f"Server: {started}, temporary")
        yield started


async def running(home: Path) -> str | None:
    """Where the `hagame up` of this home answers, or None when none does."""
    try:
        url = str(json.loads((home / "up.lock").read_text())["url"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not url.startswith("http"):
        return None
    async with httpx2.AsyncClient(timeout=PROBE_TIMEOUT_S) as http:
        return url if await answers(http, url) else None


async def answers(http: httpx2.AsyncClient, url: str) -> bool:
    """Whether a server is live at this URL."""
    try:
        return (await http.get(f"{url}/health/live")).is_success
    except httpx2.TransportError:
        return False


@asynccontextmanager
async def temporary() -> AsyncIterator[str]:
    """A server on a free port with an embedded database in a temporary home; all of it is gone after the block.

    It runs in a process of its own, so that it and its caller each have a core. Raises `SetupFailed`.
    """
    from hagame.local import guarded  # noqa: PLC0415 - only this needs the embedded services

    url = f"http://127.0.0.1:{_free_port()}"
    with tempfile.TemporaryDirectory(prefix="hagame-replay-") as folder:
        home = Path(folder)
        command = guarded.Command("The temporary server", _words(home, url), home / "server.log", home)
        async with AsyncExitStack() as stack:
            # One client for all probes: each new one reads the certificates of the system, a tenth of a second.
            http = await stack.enter_async_context(httpx2.AsyncClient(timeout=PROBE_TIMEOUT_S))
            try:
                await stack.enter_async_context(guarded.running(command, lambda: answers(http, url), START_TIMEOUT_S))
            except SetupFailed as error:
                raise SetupFailed(error.detail, remedy="Start `hagame up`, or name a server with --url.") from error
            yield url


def _words(home: Path, url: str) -> list[str]:
    """`hagame up` on nothing but its own home: a database that the environment names is left alone."""
    settings = {
        "HAGAME_HOME": str(home),
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "HAGAME_GUESTS_PER_MINUTE": MANY,
        "HAGAME_LOG_LEVEL": "warning",
        "HOME": os.environ.get("HOME", str(home)),
    }
    environment = [f"{name}={value}" for name, value in settings.items()]
    port = url.rpartition(":")[2]
    program = [sys.executable, "-c", "from hagame.cli import main; main()"]
    return ["env", *environment, *program, "up", "--home", str(home), "--port", port]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
