"""What is done by the schedule while the machine's clock jumps: each time is asked for once, whoever looks and when."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from tests.system import task_worker as work
from tests.system.task_world import database

from hagame.core.database import make_sessions
from hagame.core.migrate import migrate
from hagame.core.tasks.schedule import enqueue_due
from hagame.settings import Settings

pytestmark = pytest.mark.anyio

CLOCK = """
CREATE SCHEMA jumping;
CREATE TABLE jumping.clock (at timestamptz NOT NULL);
INSERT INTO jumping.clock VALUES ('2030-01-01T00:00:00Z');
CREATE FUNCTION jumping.now() RETURNS timestamptz STABLE LANGUAGE sql AS 'SELECT at FROM jumping.clock'
"""
"""A clock that tells what it is told; found before that of PostgreSQL by who looks here first."""
Tick = Callable[[str, int], Awaitable[list[str]]]


@pytest.fixture
async def tick(settings: Settings) -> AsyncIterator[Tick]:
    """`await tick("12:02", 3)`: three beats at once at this time; the slots of all that has been asked for so far."""
    async with database(settings) as url:
        own = settings.model_copy(update={"database_url": url})
        await migrate(own)
        path = {"server_settings": {"search_path": "jumping, pg_catalog, public"}}
        address = url.replace("postgresql://", "postgresql+asyncpg://", 1)
        engine = create_async_engine(address, connect_args=path)
        async with engine.begin() as connection:
            for statement in CLOCK.split(";"):
                await connection.execute(text(statement))
        sessions = make_sessions(engine)

        async def at(time: str, beats: int = 1) -> list[str]:
            hour, minute = map(int, time.split(":"))
            async with engine.begin() as connection:
                moment = datetime(2030, 1, 1, hour, minute, 30, tzinfo=UTC)
                await connection.execute(text("UPDATE jumping.clock SET at = :at"), {"at": moment})
            schedule = {work.MARK.name: "*/5 * * * *"}
            await asyncio.gather(*(enqueue_due(sessions, work.tasks, schedule) for _ in range(beats)))
            async with engine.begin() as connection:
                slots = await connection.scalars(text("SELECT payload ->> 'slot' FROM tasks ORDER BY 1"))
                return [slot[11:16] for slot in slots]

        yield at
        await engine.dispose()


async def test_a_clock_that_jumps_asks_for_each_time_once(tick: Tick) -> None:
    assert await tick("12:02", 1) == ["12:00"]
    assert await tick("12:04", 3) == ["12:00"]
    assert await tick("12:05", 5) == ["12:00", "12:05"], "several beats at once do no harm"
    assert await tick("15:07", 2) == ["12:00", "12:05", "15:05"], "of what was slept through, the last"
    assert await tick("12:09", 2) == ["12:00", "12:05", "15:05"], "a clock that is set back repeats nothing"
    assert await tick("15:09", 1) == ["12:00", "12:05", "15:05"]
    assert await tick("15:10", 1) == ["12:00", "12:05", "15:05", "15:10"], "and nothing is held up"
