"""A port in front of a server that can be shut, go silent, or be slow: faults of the way, made without touching it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import make_url

CHUNK = 65536
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Door:
    """Forwards to `target` (host and port, or the path of a socket) from `port`, in a thread of its own.

    `delay_s` is waited before each piece of data; `silent` lets connections stand and passes nothing.
    """

    def __init__(self, target: tuple[str, int] | str) -> None:
        self.delay_s = 0.0
        self.silent = False
        self._target = target
        self._open = True
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        server = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._serve, "127.0.0.1", 0), self._loop)
        self._server = server.result()
        self.port: int = self._server.sockets[0].getsockname()[1]

    def shut(self) -> None:
        """Cut all connections, and every new one at once."""
        self._open = False
        self._loop.call_soon_threadsafe(self._cut)

    def open(self) -> None:
        """Let pass again."""
        self._open, self.silent, self.delay_s = True, False, 0.0

    def close(self) -> None:
        """End it."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _end(self) -> None:
        self._open = self.silent = False
        self._server.close()
        self._cut()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        # A transport that was aborted closes its socket at the next turn of the loop.
        await asyncio.sleep(0.05)

    def _cut(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    async def _serve(self, *outer: Any) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(outer[1])
        try:
            if self._open:
                inner = await self._reach()
                self._writers.add(inner[1])
                try:
                    await asyncio.gather(self._pass(outer[0], inner[1]), self._pass(inner[0], outer[1]))
                finally:
                    inner[1].transport.abort()
                    self._writers.discard(inner[1])
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            outer[1].transport.abort()
            self._writers.discard(outer[1])
            self._tasks.discard(task)

    async def _reach(self) -> Streams:
        if isinstance(self._target, str):
            return await asyncio.open_unix_connection(self._target)
        return await asyncio.open_connection(*self._target)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                while self.silent:  # noqa: ASYNC110 - another thread sets it
                    await asyncio.sleep(0.02)
                if self.delay_s:
                    await asyncio.sleep(self.delay_s)
                writer.write(data)
                await writer.drain()
        writer.transport.abort()


@contextmanager
def door_to(target: tuple[str, int] | str) -> Iterator[Door]:
    """A door, for as long as the block lasts."""
    door = Door(target)
    try:
        yield door
    finally:
        door.close()


def socket_of_postgresql(url: str) -> tuple[str, int] | str:
    """Where the PostgreSQL of this URL listens."""
    parsed = make_url(url)
    folder = parsed.query.get("host")
    if isinstance(folder, str) and folder.startswith("/"):
        return f"{folder}/.s.PGSQL.5432"
    return parsed.host or "127.0.0.1", parsed.port or 5432
