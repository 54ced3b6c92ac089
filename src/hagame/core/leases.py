"""How many of something each person has at once, over all processes: leases in Redis that are renewed while they last.

A process that dies renews nothing, and what it held is free after `LEASE_S`. While Redis is away each process counts
for itself alone, as its caller does anyway.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from hagame.core.events import goes_on

LEASE_S = 60
RENEW_EVERY_S = 20.0
RETRY_REDIS_S = 5.0
"""How long Redis is left alone after it failed; then it is tried again."""
BATCH = 500
PREFIX = "hagame:leases"

# The clock of Redis alone counts, whatever those of the processes say.
_TAKE = """
local now = tonumber(redis.call('TIME')[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
"""

log = structlog.get_logger()


class Leases:
    """What is held in this process of one kind of thing. `run` must be running, or leases end too early."""

    def __init__(self, redis: Redis | None, kind: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis = redis
        self._kind = kind
        self._clock = clock
        self._again_at = 0.0
        self._held: dict[str, str] = {}
        """Key by lease."""

    @asynccontextmanager
    async def one_more(self, owner: UUID, most: int) -> AsyncIterator[bool]:
        """Whether one more may be had of `most`; if so it is held while the block lasts."""
        lease, key = uuid4().hex, f"{PREFIX}:{self._kind}:{owner}"
        if await self._asked(lambda redis: redis.eval(_TAKE, 1, key, most, LEASE_S, lease)) == 0:
            yield False
            return
        self._held[lease] = key
        try:
            yield True
        finally:
            del self._held[lease]
            await self._asked(lambda redis: redis.zrem(key, lease))

    async def run(self) -> None:
        """Renew what is held until cancelled."""
        while goes_on():
            await asyncio.sleep(RENEW_EVERY_S)
            held = list(self._held.items())
            for start in range(0, len(held), BATCH):
                batch = held[start : start + BATCH]
                await self._asked(partial(_renew, held=batch))

    async def _asked(self, ask: Callable[[Redis], Any]) -> Any:
        """What Redis answers; None while it is away."""
        if self._redis is None or self._clock() < self._again_at:
            return None
        try:
            return await ask(self._redis)
        except (RedisError, OSError) as error:
            self._again_at = self._clock() + RETRY_REDIS_S
            log.warning("leases.redis_away", kind=self._kind, error=type(error).__name__)
            return None


async def _renew(redis: Redis, held: list[tuple[str, str]]) -> None:
    now, _ = await redis.time()
    async with redis.pipeline(transaction=False) as pipe:
        for lease, key in held:
            # Only what is still there: what was given back meanwhile shall not come to life again.
            pipe.zadd(key, {lease: now + LEASE_S}, xx=True)
            pipe.expire(key, LEASE_S)
        await pipe.execute()
