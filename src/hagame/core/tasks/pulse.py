"""The signs of life of a worker process, from a thread that no computation holds up; it also runs a relay."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from hagame.core import events
from hagame.core.cache import make_redis
from hagame.core.database import make_engine, make_sessions
from hagame.core.tasks import runs
from hagame.core.tasks.broker import Broker
from hagame.core.tasks.job import Signals, Why
from hagame.core.tasks.relay import DATABASE_AWAY, Relay
from hagame.core.tasks.runs import Run
from hagame.settings import Settings

TICK_S = 0.25
BEATS_PER_LEASE = 5
DRAIN_GRACE_S = 3.0
"""So long a run may go on to its end when the worker goes down."""
CONNECTIONS = 3
STOP_TIMEOUT_S = 10.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Watched:
    """A run, what its function says, its limit, and how to interrupt it from another thread."""

    run: Run
    signals: Signals
    time_limit_s: float
    interrupt: Callable[[], None]


class Pulse:
    """A thread with a loop and connections of its own. `draining` says whether the worker is going down."""

    def __init__(self, settings: Settings, draining: Callable[[], bool]) -> None:
        self._settings = settings
        self._draining = draining
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="pulse", daemon=True)
        self._sessions: async_sessionmaker[AsyncSession]
        self._redis: Redis | None = None
        self._telling = asyncio.Lock()
        self._relay: Relay
        self._relaying: Future[None]

    def start(self) -> None:
        """Open connections and begin to relay."""
        self._thread.start()
        opened = threading.Event()
        self._relaying = self._soon(self._run(opened))
        opened.wait(STOP_TIMEOUT_S)

    def stop(self) -> None:
        """Close the connections and end the thread."""
        self._relaying.cancel()
        self._soon(_others_ended()).result(STOP_TIMEOUT_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(STOP_TIMEOUT_S)
        self._loop.close()

    def watch(self, watched: Watched) -> Future[None]:
        """Give signs of life for this run until the future is cancelled; interrupt it when it shall not go on."""
        return self._soon(self._watch(watched))

    def wake(self) -> None:
        """There is something to relay."""
        self._loop.call_soon_threadsafe(self._relay.wake)

    def announce(self, task_id: UUID) -> None:
        """Wake who follows this task."""
        self._soon(self._tell(task_id))

    def _soon(self, job: Coroutine[None, None, None]) -> Future[None]:
        return asyncio.run_coroutine_threadsafe(job, self._loop)

    async def _run(self, opened: threading.Event) -> None:
        engine = make_engine(self._settings.model_copy(update={"database_pool_size": CONNECTIONS}))
        broker = Broker(self._settings)
        self._sessions = make_sessions(engine)
        self._redis = make_redis(self._settings)
        self._relay = Relay(self._settings, self._sessions, broker)
        opened.set()
        try:
            await self._relay.run()
        finally:
            broker.close()
            async with self._telling:
                redis, self._redis = self._redis, None
            if redis is not None:
                await redis.aclose()
            await engine.dispose()

    async def _watch(self, watched: Watched) -> None:
        signals = watched.signals
        limit_at = monotonic() + watched.time_limit_s
        drained_at: float | None = None
        told, beat_at = (0.0, ""), monotonic()
        while True:
            await asyncio.sleep(TICK_S)
            now, news = monotonic(), (signals.progress, signals.note)
            if self._draining() and drained_at is None:
                drained_at = now + DRAIN_GRACE_S
            if now >= limit_at:
                return _stop(watched, "time limit")
            if drained_at is not None and now >= drained_at:
                return _stop(watched, "draining")
            if news == told and now < beat_at + self._settings.task_lease_s / BEATS_PER_LEASE:
                continue
            told, beat_at = news, now
            if not await self._beat(watched, *news):
                return _stop(watched, "not wanted")

    async def _beat(self, watched: Watched, progress: float, note: str) -> bool:
        """False when the run is no longer the task's. A database that does not answer now may answer next time."""
        try:
            async with self._sessions() as session, session.begin():
                alive = await runs.beat(session, watched.run, progress, note)
        except DATABASE_AWAY as error:
            log.warning("task.beat_missed", task_id=str(watched.run.task_id), error=type(error).__name__)
            return True
        await self._tell(watched.run.task_id)
        return alive

    async def _tell(self, task_id: UUID) -> None:
        # Nobody may be telling while the connection is closed.
        async with self._telling:
            if self._redis is not None:
                with suppress(RedisError, OSError):
                    await events.tell(self._redis, [task_id])


def _stop(watched: Watched, why: Why) -> None:
    watched.signals.why = why
    watched.signals.stop.set()
    watched.interrupt()


async def _others_ended() -> None:
    """Wait for everything else in this loop to end, as it was told to."""
    others = asyncio.all_tasks() - {task for task in [asyncio.current_task()] if task is not None}
    await asyncio.gather(*others, return_exceptions=True)
