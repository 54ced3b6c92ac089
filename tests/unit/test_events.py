"""News of matches: what sends them ends when it is told to, whatever its driver forgets."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest

from hagame.core.events import Events


class Forgetful:
    """A Redis whose calls end well when they are cancelled, as `wait_for` of Python 3.11 lets them."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def publish(self, *_: Any) -> None:
        self.asked.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return

    @asynccontextmanager
    async def pubsub(self, **_: Any) -> Any:
        yield self

    async def subscribe(self, *_: Any) -> None:
        await asyncio.sleep(60)


@pytest.mark.anyio
async def test_what_sends_news_ends_though_its_driver_forgets_that_it_was_cancelled() -> None:
    redis: Any = Forgetful()
    events = Events(redis)
    running = asyncio.create_task(events.run())
    events.publish(uuid4())
    await redis.asked.wait()
    running.cancel()
    ended, _ = await asyncio.wait([running], timeout=10)
    assert ended
