"""Streams and sockets end soon after the session that opened them has.

One look tells of all that are open in a process: the rows of the people behind them, every `LOOK_EVERY_S` seconds, and
at once when there is news that a session has ended, here or in another process. So what it costs does not grow with the
events of a stream, nor in statements with the number of streams; without Redis it is as true, only slower.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

import structlog
from sqlalchemy import Uuid, any_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from hagame.core.events import Events, ended, goes_on, patiently, publish_after_commit
from hagame.core.security import Claims
from hagame.core.tables import ApiKey, User
from hagame.errors import Unavailable

LOOK_EVERY_S = 3.0
REST_S = 0.5
"""Least time between two looks, however many sessions end."""
NEWS = UUID("5e551045-0000-4000-8000-000000000000")
"""What is told to have changed when any session has ended; the looks find out which."""

T = TypeVar("T")
log = structlog.get_logger()


def tell_after_commit(session: AsyncSession) -> None:
    """Once this commits, every process looks whose session or key has ended."""
    publish_after_commit(session, NEWS)


class Standing:
    """What is open in this process, and by whose leave. `run` must be running."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], events: Events) -> None:
        self._sessions = sessions
        self._events = events
        self._open: dict[asyncio.Event, Callable[[], Claims]] = {}

    @contextmanager
    def watched(self, claims: Callable[[], Claims]) -> Iterator[asyncio.Event]:
        """An event that is set when the session or key of `claims` has ended, while the block lasts.

        `claims` is asked at each look, for a socket may renew its token.
        """
        over = asyncio.Event()
        self._open[over] = claims
        try:
            yield over
        finally:
            del self._open[over]

    async def while_it_stands(self, claims: Claims, source: AsyncIterator[T]) -> AsyncIterator[T]:
        """What `source` gives, until it ends or the session of `claims` does."""
        with self.watched(lambda: claims) as over:
            ending: asyncio.Task[Any] = asyncio.create_task(over.wait())
            coming = asyncio.create_task(_next(source))
            try:
                while True:
                    both: set[asyncio.Task[Any]] = {coming, ending}
                    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
                    if not coming.done():
                        return
                    try:
                        item = coming.result()
                    except StopAsyncIteration:
                        return
                    yield item
                    coming = asyncio.create_task(_next(source))
            finally:
                await ended([coming, ending])

    async def run(self) -> None:
        """Look until cancelled."""
        with self._events.listening(NEWS) as news:
            while goes_on():
                await patiently(news, LOOK_EVERY_S)
                news.clear()
                try:
                    await self.look()
                except (SQLAlchemyError, OSError, TimeoutError, Unavailable) as error:
                    # The next look tells; until then whoever was let in stays.
                    log.warning("standing.unknown", error=type(error).__name__)
                await asyncio.sleep(REST_S)

    async def look(self) -> None:
        """End what is open by leave of a session or key that has ended. No statement where nothing is open."""
        asked = {over: claims() for over, claims in self._open.items()}
        if not asked:
            return
        rows = await self._rows(list(asked.values()))
        for over, before in asked.items():
            claims = self._open.get(over)
            if claims is not None and claims() == before and not _stands(before, rows):
                over.set()

    async def _rows(self, claims: list[Claims]) -> Mapping[UUID, Any]:
        """By person: whether active, version and ended sessions; and those keys asked about that are good."""
        good = or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > func.now()), ApiKey.revoked_at.is_(None)
        keys = (
            select(func.array_agg(ApiKey.id))
            .where(ApiKey.user_id == User.id, ApiKey.id == any_(_ids({UUID(c.token_id) for c in claims if _is_key(c)})))
            .where(*good)
            .scalar_subquery()
        )
        query = select(User.id, User.is_active, User.session_version, User.ended_sessions, keys)
        async with self._sessions() as session:
            found = await session.execute(query.where(User.id == any_(_ids({c.user_id for c in claims}))))
            return {row[0]: row[1:] for row in found}


def _ids(ids: set[UUID]) -> Any:
    return literal(list(ids), ARRAY(Uuid))


def _is_key(claims: Claims) -> bool:
    return claims.session_id is None


def _stands(claims: Claims, rows: Mapping[UUID, Any]) -> bool:
    if claims.user_id not in rows:
        return False
    is_active, version, ended_sessions, keys = rows[claims.user_id]
    good = not _is_key(claims) or UUID(claims.token_id) in (keys or ())
    return good and claims.stand(is_active, version, ended_sessions)


async def _next(source: AsyncIterator[T]) -> T:
    return await anext(source)
