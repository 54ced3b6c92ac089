"""Starts what the settings leave open: an embedded PostgreSQL and an embedded Valkey."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from hagame.local.home import Home
from hagame.local.postgresql import postgresql
from hagame.local.valkey import valkey
from hagame.settings import Settings


@asynccontextmanager
async def services(settings: Settings, *, url: str = "uvicorn", durable: bool = True) -> AsyncIterator[Settings]:
    """Settings with a database and a cache, for as long as the block lasts. What was set is used as it is.

    Holds the home meanwhile. `durable=False` does not wait for the disk: for tests alone. Raises `SetupFailed`.
    """
    if settings.database_url is not None and settings.redis_url is not None:
        yield settings
        return
    home = Home(settings.home)
    async with AsyncExitStack() as stack:
        stack.enter_context(home.lock(url))
        settings = home.with_key(settings)
        if settings.database_url is None:
            database = await stack.enter_async_context(postgresql(home, durable=durable))
            settings = settings.model_copy(update={"database_url": database})
        if settings.redis_url is None:
            settings = settings.model_copy(update={"redis_url": await stack.enter_async_context(valkey(home))})
        yield settings
