"""Who waits for news is woken, and can be told to stop at any moment."""

from __future__ import annotations

import asyncio

import pytest

from hagame.core.events import Events, patiently
from hagame.core.tables import new_id

pytestmark = pytest.mark.anyio


async def test_who_is_told_to_stop_while_news_comes_stops() -> None:
    news = asyncio.Event()
    waiting = asyncio.create_task(patiently(news))
    await asyncio.sleep(0)
    news.set()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_news_between_two_looks_is_not_missed() -> None:
    events, match = Events(None), new_id()
    with events.listening(match) as news:
        events.publish(match)
        events.publish(new_id())
        await patiently(news, 60)
    events.publish(match)
    assert not events._waiting
