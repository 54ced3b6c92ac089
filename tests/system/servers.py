"""Servers of a test of faults: a database that can be stopped, a cache, and `hagame serve` on them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

from tests.figures import Figure
from tests.system.load import Books
from tests.system.processes import HAGAME, Process, process

from hagame.core.migrate import migrate
from hagame.local import Home, postgresql, valkey
from hagame.settings import Settings

OFTEN = "1000000"


class Servers:
    """A PostgreSQL that can be stopped and started on the same data, and a Valkey behind a door."""

    def __init__(self, home: Path) -> None:
        self.home = Home(home)
        self.url = ""
        self.redis_url = ""
        self.stack = AsyncExitStack()
        self._database = AsyncExitStack()

    async def start_database(self) -> None:
        url = await self._database.enter_async_context(postgresql(self.home))
        assert self.url in {"", url}
        self.url = url

    async def stop_database(self) -> None:
        await self._database.aclose()

    async def open(self) -> None:
        await self.start_database()
        self.stack.push_async_callback(self.stop_database)
        self.redis_url = await self.stack.enter_async_context(valkey(self.home))
        await migrate(Settings(database_url=self.url))


@contextmanager
def serving(servers: Servers, port: int, folder: Path, **env: str) -> Iterator[Process]:
    """`hagame serve` on these servers, and ready."""
    settings = {
        "DATABASE_URL": servers.url,
        "REDIS_URL": servers.redis_url,
        "SECRET_KEY": "k" * 40,
        "HAGAME_GUESTS_PER_MINUTE": OFTEN,
        "HAGAME_LOG_LEVEL": "warning",
        "HAGAME_MIGRATE_ON_START": "false",
    }
    words = [*HAGAME, "serve", "--port", str(port)]
    output = folder / f"serve-{secrets.token_hex(3)}.log"
    with process(words, output, f"http://127.0.0.1:{port}", **settings | env) as started:
        started.wait_until_ready()
        yield started


def tell(figure: Figure, books: Books, what: str) -> None:
    figure(f"acknowledged moves lost, of {books.acknowledged:,}, {what}", books.lost)
    figure(f"moves counted twice, of {books.acknowledged:,}, {what}", books.doubled)
    assert (books.lost, books.altered, books.doubled, books.gaps) == (0, 0, 0, 0)
