"""The database: one SQLAlchemy engine per process, one session and one transaction per request.

Moves go another way: one select and one writing statement straight on asyncpg, shared with those who move at the same
time (`batches`; `docs/decisions/0002-the-way-of-a-move.md` has the figures behind it).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from time import perf_counter
from typing import Annotated, Any, TypeAlias

import asyncpg
from fastapi import Depends
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from starlette.requests import HTTPConnection

from hagame.core.database_metrics import DIRECT, DIRECT_WAITS, WatchedPool, watch
from hagame.errors import Unavailable
from hagame.settings import Settings

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
_Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

STATEMENT_TIMEOUT_S = 5
POOL_TIMEOUT_S = 5
LOCK_TIMEOUT_S = 1
"""On the move path: who waits for a row that somebody holds has others behind in the same batch."""

_SERVER_SETTINGS = {
    "application_name": "hagame",
    "jit": "off",
    "statement_timeout": f"{STATEMENT_TIMEOUT_S}s",
    "timezone": "UTC",
}


def make_engine(settings: Settings) -> AsyncEngine:
    """An engine on `settings.database_url` with timeouts on everything that waits."""
    engine = create_async_engine(
        _url(settings),
        poolclass=WatchedPool,
        pool_size=settings.database_pool_size,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_S,
        # Parameters may be passwords and tokens, and errors are logged.
        hide_parameters=True,
        connect_args={
            "timeout": POOL_TIMEOUT_S,
            "command_timeout": STATEMENT_TIMEOUT_S,
            "server_settings": _SERVER_SETTINGS,
        },
    )
    watch(engine)
    return engine


def make_sessions(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """A factory of sessions whose objects stay readable after the commit."""
    return async_sessionmaker(engine, expire_on_commit=False)


async def make_pool(settings: Settings) -> Pool:
    """A pool for the move path. Its statements are whole transactions, so nothing is reset between two users."""
    return await asyncpg.create_pool(
        make_url(_url(settings)).set(drivername="postgresql").render_as_string(hide_password=False),
        min_size=1,
        max_size=settings.database_pool_size,
        timeout=POOL_TIMEOUT_S,
        command_timeout=STATEMENT_TIMEOUT_S,
        server_settings=_SERVER_SETTINGS | {"lock_timeout": f"{LOCK_TIMEOUT_S}s"},
        reset=_nothing_to_reset,
    )


class DirectConnection:
    """A connection of the move path. Every call raises `Unavailable` when the database does not answer in time."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection

    async def execute(self, query: str, *values: object) -> str:
        """The status of a statement."""
        with _answering(self._connection):
            status: str = await self._connection.execute(query, *values)
        return status

    async def fetch(self, query: str, *values: object) -> list[asyncpg.Record]:
        """All rows."""
        with _answering(self._connection):
            rows: list[asyncpg.Record] = await self._connection.fetch(query, *values)
        return rows

    async def fetchmany(self, query: str, values: Sequence[tuple[object, ...]]) -> list[asyncpg.Record]:
        """The rows of a statement that is run for each of these values, all in one transaction and one round trip.

        Raises `asyncpg.LockNotAvailableError` where one of them waits for a row that somebody else holds.
        """
        with _answering(self._connection, _AWAY):
            rows: list[asyncpg.Record] = await self._connection.fetchmany(query, values)
        return rows

    async def fetchrow(self, query: str, *values: object) -> asyncpg.Record | None:
        """The first row."""
        with _answering(self._connection):
            return await self._connection.fetchrow(query, *values)

    async def fetchval(self, query: str, *values: object) -> Any:
        """The first column of the first row."""
        with _answering(self._connection):
            return await self._connection.fetchval(query, *values)


@asynccontextmanager
async def direct(pool: Pool) -> AsyncIterator[DirectConnection]:
    """A connection of the move path. Raises `Unavailable` when there is none in time.

    What the block raises comes out as it is: it may be of other code than the database's.
    """
    # A timer costs as much as a statement; without a queue there is nothing to wait for.
    idle = pool.get_idle_size()
    asked = perf_counter()
    with _answering():
        connection = await pool.acquire(timeout=None if idle else POOL_TIMEOUT_S)
    try:
        if not idle:
            DIRECT_WAITS.observe(perf_counter() - asked)
        with DIRECT.track_inprogress():
            yield DirectConnection(connection)
    finally:
        with _answering():
            await pool.release(connection)


_AWAY = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.QueryCanceledError,
    asyncpg.TooManyConnectionsError,
    # The driver in the middle of a connection that the server is closing.
    asyncpg.InternalClientError,
)
_AWAY_OR_BUSY = (*_AWAY, asyncpg.LockNotAvailableError)


@contextmanager
def _answering(
    connection: _Connection | None = None, away: tuple[type[Exception], ...] = _AWAY_OR_BUSY
) -> Iterator[None]:
    try:
        yield
    except away as error:
        # The driver would wait as long again for a silent server to confirm that it cancels the statement.
        if connection is not None and isinstance(error, TimeoutError):
            connection.terminate()
        raise Unavailable("The database does not answer; try again in a moment.") from error


async def _nothing_to_reset(_: object) -> None:
    return


def _url(settings: Settings) -> str:
    if settings.database_url is None:
        raise ValueError("settings.database_url must be set before the database is opened")
    return settings.database_url


async def _session(connection: HTTPConnection) -> AsyncIterator[AsyncSession]:
    sessions: async_sessionmaker[AsyncSession] = connection.app.state.sessions
    async with sessions() as session, session.begin():
        yield session


# scope="function": the commit happens before the answer goes out, so nothing acknowledged can be lost.
Session = Annotated[AsyncSession, Depends(_session, scope="function")]
