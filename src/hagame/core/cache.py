"""The cache: one client of Redis or Valkey per process. Nothing that must last is kept there."""

from __future__ import annotations

from redis.asyncio import Redis

from hagame.settings import Settings

CONNECT_TIMEOUT_S = 1.0
COMMAND_TIMEOUT_S = 2.0
HEALTH_CHECK_S = 30


def make_redis(settings: Settings) -> Redis | None:
    """A client on `settings.redis_url`, or None when there is none. It connects when it is first used."""
    if settings.redis_url is None:
        return None
    return Redis.from_url(
        settings.redis_url,
        socket_connect_timeout=CONNECT_TIMEOUT_S,
        socket_timeout=COMMAND_TIMEOUT_S,
        health_check_interval=HEALTH_CHECK_S,
    )
