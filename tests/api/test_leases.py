"""Leases: so many of something at once over all processes, which die, and lose Redis."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from uuid import uuid4

import pytest
from fastapi import FastAPI
from redis.asyncio import Redis

from hagame.core import leases
from hagame.core.leases import LEASE_S, PREFIX, Leases

pytestmark = pytest.mark.anyio


async def test_two_processes_count_together_and_what_is_given_back_is_free(app: FastAPI) -> None:
    one, other = (Leases(app.state.redis, "test") for _ in range(2))
    person = uuid4()
    async with AsyncExitStack() as stack:
        assert await stack.enter_async_context(one.one_more(person, 2))
        async with other.one_more(person, 2) as had:
            assert had
            for process in (one, other):
                async with process.one_more(person, 2) as had_a_third:
                    assert not had_a_third
            async with one.one_more(uuid4(), 2) as somebody_else:
                assert somebody_else
        assert await stack.enter_async_context(one.one_more(person, 2))
    assert await app.state.redis.zcard(f"{PREFIX}:test:{person}") == 0


async def test_what_a_dead_process_held_does_not_count(app: FastAPI) -> None:
    person = uuid4()
    now, _ = await app.state.redis.time()
    await app.state.redis.zadd(f"{PREFIX}:test:{person}", {"of the dead": now - 1})
    async with Leases(app.state.redis, "test").one_more(person, 1) as had:
        assert had


async def test_what_is_held_is_renewed_and_what_was_given_back_stays_so(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "RENEW_EVERY_S", 0.01)
    person, held = uuid4(), Leases(app.state.redis, "test")
    key, redis = f"{PREFIX}:test:{person}", app.state.redis
    running = asyncio.create_task(held.run())
    async with held.one_more(person, 1):
        (lease,) = await redis.zrange(key, 0, -1)
        now, _ = await redis.time()
        await redis.zadd(key, {lease: now + 5})
        async with asyncio.timeout(20):
            while await redis.zscore(key, lease) < now + LEASE_S:  # noqa: ASYNC110 - nobody tells of it
                await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    assert await redis.zcard(key) == 0
    running.cancel()


async def test_without_redis_nobody_is_refused() -> None:
    for redis in (None, Redis(host="127.0.0.1", port=1)):
        held = Leases(redis, "test")
        for _ in range(2):
            async with held.one_more(uuid4(), 0) as had:
                assert had
