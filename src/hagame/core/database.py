"""The database: one engine per process, one session per request, one transaction per request."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from starlette.requests import HTTPConnection

from hagame.settings import Settings

STATEMENT_TIMEOUT_S = 5
POOL_TIMEOUT_S = 5


def make_engine(settings: Settings) -> AsyncEngine:
    """An engine on `settings.database_url` with timeouts on everything that waits."""
    if settings.database_url is None:
        raise ValueError("settings.database_url must be set before an engine is made")
    return create_async_engine(
        settings.database_url,
        pool_size=settings.database_pool_size,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_S,
        pool_pre_ping=False,
        connect_args={
            "timeout": POOL_TIMEOUT_S,
            "command_timeout": STATEMENT_TIMEOUT_S,
            "server_settings": {
                "application_name": "hagame",
                "jit": "off",
                "statement_timeout": f"{STATEMENT_TIMEOUT_S}s",
                "timezone": "UTC",
            },
        },
    )


def make_sessions(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """A factory of sessions whose objects stay readable after the commit."""
    return async_sessionmaker(engine, expire_on_commit=False)


async def _session(connection: HTTPConnection) -> AsyncIterator[AsyncSession]:
    sessions: async_sessionmaker[AsyncSession] = connection.app.state.sessions
    async with sessions() as session, session.begin():
        yield session


# scope="function": the commit happens before the answer goes out, so nothing acknowledged can be lost.
Session = Annotated[AsyncSession, Depends(_session, scope="function")]
