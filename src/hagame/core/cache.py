"""The cache: one client of Redis or Valkey per process. Nothing that must last is kept there."""

from __future__ import annotations

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from hagame.settings import Settings

CONNECT_TIMEOUT_S = 1.0
COMMAND_TIMEOUT_S = 2.0
HEALTH_CHECK_S = 30
MAX_CONNECTIONS = 32


def make_redis(settings: Settings) -> Redis | None:
    """A client on `settings.redis_url`, or None when there is none. It connects when it is first used."""
    if settings.redis_url is None:
        return None
    # A burst of requests waits for a connection rather than opening hundreds.
    pool = BlockingConnectionPool.from_url(
        settings.redis_url,
        max_connections=MAX_CONNECTIONS,
        timeout=COMMAND_TIMEOUT_S,
        socket_connect_timeout=CONNECT_TIMEOUT_S,
        socket_timeout=COMMAND_TIMEOUT_S,
        health_check_interval=HEALTH_CHECK_S,
        # A connection may have died while it rested, so once more at once; nobody waits for a server that is away.
        retry=Retry(NoBackoff(), 1),
    )
    return Redis.from_pool(pool)
