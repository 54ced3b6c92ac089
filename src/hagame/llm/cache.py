"""Answers kept in Redis for a while, and equal calls at once made one, in this process and across all.

Keys hold all that matters and whose answer it is (`Plan.key`), so nobody gets what another was answered, unless the
prompt is public. While Redis is away nothing is kept, and calls go on.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from time import monotonic
from typing import Generic, TypeVar

import structlog
from pydantic import BaseModel, JsonValue, ValidationError
from redis.asyncio import Redis
from redis.exceptions import RedisError

from hagame.llm.schemas import Finish

PREFIX = "hagame:llm:answer:"
LOCK_PREFIX = "hagame:llm:asking:"
LOOK_S = 0.05
"""How often an answer that another process waits for is looked for."""
RETRY_REDIS_S = 5.0
MAX_KEPT_BYTES = 256 * 1024

# Only its own lock is taken off: the time of an older one may have run out meanwhile.
_UNLOCK = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"

T = TypeVar("T")
R = TypeVar("R")

log = structlog.get_logger()


class Kept(BaseModel):
    """An answer as it is kept."""

    text: str
    output: JsonValue = None
    finish: Finish
    provider: str
    model: str
    offline: bool


class Cache:
    """Exact answers by key. `ttl_s` 0 keeps nothing."""

    def __init__(self, redis: Redis | None, ttl_s: int, lock_s: float, clock: Callable[[], float] = monotonic) -> None:
        self._redis = redis
        self._ttl_s = ttl_s
        self._lock_ms = int(lock_s * 1000)
        self._clock = clock
        self._again_at = 0.0
        self._away = False

    @property
    def on(self) -> bool:
        """Whether anything may be kept."""
        return self._redis is not None and self._ttl_s > 0

    async def get(self, key: str) -> Kept | None:
        """What was answered to this before."""
        found = await self._try(lambda redis: redis.get(PREFIX + key), None)
        if found is None:
            return None
        try:
            return Kept.model_validate_json(found)
        except ValidationError:
            # Written by another version of this program.
            return None

    async def put(self, key: str, kept: Kept) -> None:
        """Keep an answer, unless it is very large."""
        body = kept.model_dump_json()
        if self._ttl_s and len(body) <= MAX_KEPT_BYTES:
            await self._try(lambda redis: redis.set(PREFIX + key, body, ex=self._ttl_s), None)

    @asynccontextmanager
    async def turn(self, key: str, patience_s: float) -> AsyncIterator[Kept | None]:
        """Wait while another process asks the same; gives its answer, or None to whose turn it is to ask.

        After `patience_s`, or when Redis is away, everybody may ask.
        """
        token = secrets.token_hex(8)
        until = self._clock() + patience_s
        while not await self._lock(key, token) and self._clock() < until:
            await asyncio.sleep(LOOK_S)
            kept = await self.get(key)
            if kept is not None:
                yield kept
                return
        try:
            # It may have come between the first look and the lock.
            yield await self.get(key)
        finally:
            await self._try(lambda redis: redis.eval(_UNLOCK, 1, LOCK_PREFIX + key, token), None)

    async def _lock(self, key: str, token: str) -> bool:
        return bool(await self._try(lambda redis: redis.set(LOCK_PREFIX + key, token, nx=True, px=self._lock_ms), True))

    async def _try(self, command: Callable[[Redis], Awaitable[T]], otherwise: T) -> T:
        if self._redis is None or not self._ttl_s or self._clock() < self._again_at:
            return otherwise
        try:
            found = await command(self._redis)
        except (RedisError, OSError) as error:
            self._again_at = self._clock() + RETRY_REDIS_S
            if not self._away:
                self._away = True
                log.warning("llm.cache_away", error=type(error).__name__)
            return otherwise
        if self._away:
            self._away = False
            log.info("llm.cache_back")
        return found


class _Flight(Generic[R]):
    def __init__(self, task: asyncio.Future[R]) -> None:
        self.task = task
        self.waiting = 0


class Flights(Generic[R]):
    """Equal calls of one process at once become one, which ends early only when nobody waits for it any more."""

    def __init__(self) -> None:
        self._flying: dict[str, _Flight[R]] = {}

    async def join(self, key: str, lead: Callable[[], Awaitable[R]]) -> tuple[R, bool]:
        """The result of `lead`, or of the equal one that runs; and whether it was another's."""
        flight = self._flying.get(key)
        joined = flight is not None
        if flight is None:
            flight = self._flying[key] = _Flight(asyncio.ensure_future(lead()))
            flight.task.add_done_callback(partial(self._forget, key, flight))
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task), joined
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.task.done():
                # Whoever asks from now on begins anew: this one dies.
                self._forget(key, flight)
                flight.task.cancel()

    def _forget(self, key: str, flight: _Flight[R], _: object = None) -> None:
        if self._flying.get(key) is flight:
            del self._flying[key]
