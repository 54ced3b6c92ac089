"""Who waits for news of a match or a task is woken, in this process and, through Redis, in all others.

Only its id travels; what happened is read from the database. So a lost message costs a wait of a few
seconds, and never an event.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import UUID

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

CHANNEL = "hagame:moves"
PUBLISH = "publish"
"""Under this name the sessions of a process carry what wakes its waiters."""
PATIENCE_S = 5.0
GATHER_S = 0.1
"""How long news is gathered before it is sent to other processes: one message for all moves of that time."""
ID_BYTES = 16
CANCEL_AGAIN_S = 5.0

log = structlog.get_logger()


async def tell(redis: Redis, ids: Iterable[UUID]) -> None:
    """Wake all who wait for these, in all processes. Raises what Redis raises."""
    await redis.publish(CHANNEL, b"".join(i.bytes for i in ids))


def publish_after_commit(session: AsyncSession, subject: UUID) -> None:
    """Say that something happened to this, once the session commits; nothing where its sessions carry no `PUBLISH`."""
    publish: Callable[[UUID], None] | None = session.info.get(PUBLISH)
    if publish is not None:
        event.listen(session.sync_session, "after_commit", lambda _: publish(subject), once=True)


async def patiently(news: asyncio.Event, patience_s: float = PATIENCE_S) -> None:
    """Return when there is news, or after so long for a look of one's own."""
    # Not `wait_for`, which in Python 3.11 forgets that it was cancelled when there is news at that moment.
    with suppress(TimeoutError):
        async with asyncio.timeout(patience_s):
            await news.wait()


def goes_on() -> bool:
    """Whether nobody has cancelled this task; to be asked by loops that have no other end.

    `wait_for` in Python 3.11, which the driver of Redis waits by, forgets a cancellation that comes as it is done.
    """
    task = asyncio.current_task()
    return task is None or not task.cancelling()


async def ended(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel these until each has ended, for the reason that `goes_on` gives."""
    waiting = set(tasks)
    while waiting:
        for task in waiting:
            task.cancel()
        _, waiting = await asyncio.wait(waiting, timeout=CANCEL_AGAIN_S)
    await asyncio.gather(*tasks, return_exceptions=True)


class Events:
    """Wakes waiters. `run` must be running for other processes to hear and to be heard."""

    def __init__(self, redis: Redis | None) -> None:
        self._redis = redis
        self._waiting: defaultdict[UUID, set[asyncio.Event]] = defaultdict(set)
        self._unsent: list[UUID] = []
        self._something = asyncio.Event()

    def publish(self, instance_id: UUID) -> None:
        """Say that something happened in this match. Never waits and never fails."""
        self._wake(instance_id)
        if self._redis is not None:
            self._unsent.append(instance_id)
            self._something.set()

    @contextmanager
    def listening(self, instance_id: UUID) -> Iterator[asyncio.Event]:
        """An event that is set whenever something happens in this match while the block lasts."""
        news = asyncio.Event()
        self._waiting[instance_id].add(news)
        try:
            yield news
        finally:
            self._waiting[instance_id].discard(news)
            if not self._waiting[instance_id]:
                del self._waiting[instance_id]

    async def wait(self, instance_id: UUID) -> None:
        """Return at the next event of this match, or after `PATIENCE_S` for a look of one's own."""
        with self.listening(instance_id) as news:
            await patiently(news)

    async def run(self) -> None:
        """Send and receive until cancelled."""
        if self._redis is None:
            return
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._send(self._redis))
            tasks.create_task(self._receive(self._redis))

    async def _send(self, redis: Redis) -> None:
        while goes_on():
            await self._something.wait()
            await asyncio.sleep(GATHER_S)
            self._something.clear()
            batch, self._unsent = self._unsent, []
            try:
                await tell(redis, batch)
            except (RedisError, OSError):
                # Listeners elsewhere look for themselves every PATIENCE_S.
                await asyncio.sleep(1.0)

    async def _receive(self, redis: Redis) -> None:
        while goes_on():
            try:
                async with redis.pubsub(ignore_subscribe_messages=True) as channel:
                    await channel.subscribe(CHANNEL)
                    async for message in channel.listen():
                        self._spread(message["data"])
            except (RedisError, OSError) as error:
                log.warning("events.redis_away", error=type(error).__name__)
                await asyncio.sleep(1.0)

    def _spread(self, ids: bytes) -> None:
        for start in range(0, len(ids), ID_BYTES):
            self._wake(UUID(bytes=ids[start : start + ID_BYTES]))

    def _wake(self, instance_id: UUID) -> None:
        for news in self._waiting.get(instance_id, ()):
            news.set()
