"""One statement of many requests, sent together: one round trip and one transaction for all that are waiting."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextvars import Context
from typing import Any

import asyncpg
import msgspec

from hagame.core.database import Pool, direct
from hagame.errors import Unavailable

AT_ONCE = 2
"""Batches of one statement that are under way at once: while one is answered the next one is sent."""
MOST = 16
"""Requests in a batch; what they hold is locked until all of them are done."""


class _Asked(msgspec.Struct, frozen=True):
    key: Any
    values: tuple[object, ...]
    found: asyncio.Future[asyncpg.Record | None]


class Batched:
    """A statement that gives at most one row for its values, by whose `key` it is known among others.

    Keys can be hashed and have an order.

    Nobody waits for company: a request goes out at once with all that came in the same moment, or with the next batch
    where `AT_ONCE` are under way. Equal keys never meet in a batch, so each gets the row of its own values. Keys are
    taken in order, so that batches that lock the same rows cannot lock each other out. When the database does not
    answer a batch, everybody who waits hears so.
    """

    def __init__(self, pool: Pool, query: str, key: Callable[[asyncpg.Record], Any]) -> None:
        self._pool = pool
        self._query = query
        self._key = key
        self._asked: deque[_Asked] = deque()
        self._running = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def fetchrow(self, key: Any, *values: object) -> asyncpg.Record | None:
        """The row of these values, committed; None where there is none.

        Raises `Unavailable`, and `asyncpg.PostgresError` where the statement fails for these values.
        """
        asked = _Asked(key, values, asyncio.get_running_loop().create_future())
        self._asked.append(asked)
        if self._running < AT_ONCE:
            # Counted by itself: a task that has found nothing more to do counts no longer, though it is not done yet.
            self._running += 1
            # It serves others, too: what they do is not done in the name of this request.
            task = asyncio.create_task(self._run(), context=Context())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await asked.found

    async def _run(self) -> None:
        batch: Sequence[_Asked] = ()
        try:
            while batch := self._next():
                await self._answer(batch)
        finally:
            self._running -= 1
            for each in batch:
                # Only where this task was cancelled; its requests are then, too.
                each.found.cancel()

    def _next(self) -> list[_Asked]:
        """The oldest requests with different keys, in the order of these."""
        batch: dict[Any, _Asked] = {}
        later: list[_Asked] = []
        while self._asked and len(batch) < MOST:
            each = self._asked.popleft()
            if each.key in batch:
                later.append(each)
            elif not each.found.done():
                batch[each.key] = each
        self._asked.extendleft(reversed(later))
        return [batch[key] for key in sorted(batch)]

    async def _answer(self, batch: Sequence[_Asked]) -> Unavailable | None:
        """Why the database does not answer, if so; then all who wait have been told."""
        try:
            async with direct(self._pool) as connection:
                rows = await connection.fetchmany(self._query, [each.values for each in batch])
        except asyncpg.PostgresError as error:
            return await self._one_by_one(batch, error)
        except Unavailable as error:
            # Who waits behind this batch would wait as long again for the same answer.
            _fail((*batch, *self._asked), error)
            self._asked.clear()
            return error
        except Exception as error:  # noqa: BLE001 - handed to those who wait
            _fail(batch, error)
        else:
            found = {self._key(row): row for row in rows}
            for each in batch:
                if not each.found.done():
                    each.found.set_result(found.get(each.key))
        return None

    async def _one_by_one(self, batch: Sequence[_Asked], error: asyncpg.PostgresError) -> Unavailable | None:
        """A batch that failed has changed nothing: those who are not to blame for it get their answers."""
        if len(batch) == 1:
            _fail(batch, _busy(error) if isinstance(error, asyncpg.LockNotAvailableError) else error)
            return None
        for place, each in enumerate(batch, 1):
            away = await self._answer([each])
            if away is not None:
                _fail(batch[place:], away)
                return away
        return None


def _busy(error: Exception) -> Unavailable:
    busy = Unavailable("Somebody else is changing this just now; try again in a moment.")
    busy.__cause__ = error
    return busy


def _fail(several: Iterable[_Asked], error: Exception) -> None:
    """Everybody gets an error of their own: what is raised collects where it has been."""
    for asked in several:
        if not asked.found.done():
            own = Unavailable(error.detail) if isinstance(error, Unavailable) else error
            own.__cause__ = error.__cause__
            asked.found.set_exception(own)
