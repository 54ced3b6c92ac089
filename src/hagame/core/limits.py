"""How often things may be tried in some minutes, by whom: counted in memory and, for all processes, in Redis."""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from fastapi import Request
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter, RateLimiter
from prometheus_client import Counter
from redis.asyncio import Redis
from redis.exceptions import RedisError

from hagame.core.cache import make_redis
from hagame.errors import RateLimited
from hagame.settings import Settings

RETRY_REDIS_S = 5.0
"""How long Redis is left alone after it failed; then it is tried again."""
PREFIX = "hagame:limits"

LIMITED = Counter("hagame_limited_total", "Requests refused because they came too often", ["limit"])

log = structlog.get_logger()


class Limiter:
    """Counts what happened in the last minutes, per limit and per caller.

    This process counts first, so a flood costs no more than a look into a dictionary; then Redis, which knows what the
    other processes counted. While Redis is away the first count holds alone.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = make_redis(settings)
        self._redis = _windows_in(self._client)
        self._memory = FixedWindowRateLimiter(MemoryStorage())
        self._clock = clock
        self._redis_again_at = 0.0
        self._away = False

    async def hit(self, limit: str, most: int, who: str, *, minutes: int = 1) -> None:
        """Count one attempt of `who`, of `most` in so many minutes.

        Raises `RateLimited` with the seconds to wait when they are used up.
        """
        item = RateLimitItemPerMinute(most, minutes, namespace="hagame")
        wait_s = await _take(self._memory, item, limit, who) or await self._ask_redis(item, limit, who)
        if wait_s is None:
            return
        LIMITED.labels(limit).inc()
        log.warning("limit.reached", limit=limit, most=most, minutes=minutes)
        span = "minute" if minutes == 1 else f"{minutes} minutes"
        raise RateLimited(f"At most {most} per {span}; try again in {wait_s} s.", retry_after=wait_s, limit=most)

    async def aclose(self) -> None:
        """Close the connections to Redis."""
        if self._client is not None:
            await self._client.aclose()

    async def _ask_redis(self, item: RateLimitItemPerMinute, limit: str, who: str) -> int | None:
        if self._redis is None or self._clock() < self._redis_again_at:
            return None
        try:
            wait_s = await _take(self._redis, item, limit, who)
        except (RedisError, OSError) as error:
            self._redis_failed(error)
            return None
        if self._away:
            self._away = False
            log.info("limits.redis_back")
        return wait_s

    def _redis_failed(self, error: Exception) -> None:
        self._redis_again_at = self._clock() + RETRY_REDIS_S
        if not self._away:
            self._away = True
            log.warning("limits.redis_away", error=type(error).__name__)


def per_address(limit: str, per_minute: Callable[[Settings], int]) -> Callable[[Request], Awaitable[None]]:
    """A dependency that counts each call of an address against `limit`."""

    async def check(request: Request) -> None:
        state = request.app.state
        await state.limiter.hit(limit, per_minute(state.settings), address_of(request))

    return check


def address_of(request: Request) -> str:
    """Who calls, as far as limits go: an IPv4 address, or an IPv6 network of 64 bits, which one household has."""
    host = request.client.host if request.client is not None else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "local"
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))


async def _take(windows: RateLimiter, item: RateLimitItemPerMinute, limit: str, who: str) -> int | None:
    """None when the attempt was counted, else the whole seconds until one is free: at most the window."""
    if await windows.hit(item, limit, who):
        return None
    wait_s = await _wait_s(windows, item, limit, who)
    window_s = item.get_expiry()
    if wait_s <= window_s:
        return wait_s
    # Counted at a time that is still to come: the clock was set back, and nobody shall be shut out until then.
    await windows.clear(item, limit, who)
    return None if await windows.hit(item, limit, who) else min(await _wait_s(windows, item, limit, who), window_s)


async def _wait_s(windows: RateLimiter, item: RateLimitItemPerMinute, limit: str, who: str) -> int:
    stats = await windows.get_window_stats(item, limit, who)
    return max(1, math.ceil(stats.reset_time - time.time()))


def _windows_in(client: Redis | None) -> MovingWindowRateLimiter | None:
    if client is None:
        return None
    # The pool knows the address; the one given here is not read.
    pool: Any = client.connection_pool
    storage = RedisStorage("async+redis://", implementation="redispy", key_prefix=PREFIX, connection_pool=pool)
    return MovingWindowRateLimiter(storage)
