"""What is kept for a time is deleted by the schedule, and nothing else is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from httpx2 import AsyncClient
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tests.api.working import work_off

from hagame.core.partitions import first_id
from hagame.core.tables import LlmCall, LlmSpending, RefreshToken, Task
from hagame.core.tasks import enqueue
from hagame.settings import Settings
from hagame.worker import TASKS

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
Sessions = async_sessionmaker[AsyncSession]


async def test_everything_that_is_scheduled_is_there_to_be_done(settings: Settings) -> None:
    assert set(settings.schedule) <= set(TASKS)
    assert {"tasks.tidy", "llm.forget", "tokens.forget"} <= set(settings.schedule)


async def test_old_calls_of_language_models_are_forgotten_and_younger_ones_kept(
    client: AsyncClient, guest: Callable[[], Awaitable[Headers]], sessions: Sessions, settings: Settings
) -> None:
    me = await guest()
    call = (await client.post("/llm/call", json={"messages": [{"role": "user", "content": "Hm?"}]}, headers=me)).json()
    user_id = UUID((await client.get("/auth/me", headers=me)).json()["id"])
    old = await made_older(sessions, UUID(call["id"]), days=500)
    younger = await made_older(sessions, old, days=300, copy=True)
    async with sessions.begin() as session:
        session.add(LlmSpending(user_id=user_id, day=(datetime.now(UTC) - timedelta(days=500)).date()))
    done = await run("llm.forget", sessions, settings)
    assert done.result is not None
    assert done.result["calls"] >= 1
    async with sessions() as session:
        left = (await session.scalars(select(LlmCall.id).where(LlmCall.user_id == user_id))).all()
        assert list(left) == [younger]
        days = (await session.scalars(select(LlmSpending.day).where(LlmSpending.user_id == user_id))).all()
        assert all(day > (datetime.now(UTC) - timedelta(days=400)).date() for day in days)


async def test_the_log_is_kept_for_ever_where_that_is_set(
    client: AsyncClient, guest: Callable[[], Awaitable[Headers]], sessions: Sessions, settings: Settings
) -> None:
    me = await guest()
    call = (await client.post("/llm/call", json={"messages": [{"role": "user", "content": "Ah."}]}, headers=me)).json()
    old = await made_older(sessions, UUID(call["id"]), days=3000)
    await run("llm.forget", sessions, settings.model_copy(update={"llm_keep_calls_days": 0}))
    async with sessions.begin() as session:
        assert await session.get(LlmCall, old) is not None


async def test_refresh_tokens_that_expired_are_forgotten(
    client: AsyncClient, guest: Callable[[], Awaitable[Headers]], sessions: Sessions, settings: Settings
) -> None:
    gone, stays = [UUID((await client.get("/auth/me", headers=await guest())).json()["id"]) for _ in range(2)]
    async with sessions.begin() as session:
        expired = update(RefreshToken).where(RefreshToken.user_id == gone)
        await session.execute(expired.values(expires_at=func.now() - timedelta(seconds=1)))
    await run("tokens.forget", sessions, settings)
    async with sessions() as session:
        left = await session.scalars(select(RefreshToken.user_id).where(RefreshToken.user_id.in_([gone, stays])))
        assert left.all() == [stays]


async def made_older(sessions: Sessions, call_id: UUID, *, days: int, copy: bool = False) -> UUID:
    """The call, or a copy of it, as one that was made so many days ago; its new id."""
    begins = first_id(datetime.now(UTC) - timedelta(days=days))
    new = UUID(int=begins.int | (uuid4().int & (2**80 - 1)))
    async with sessions.begin() as session:
        call = await session.get_one(LlmCall, call_id)
        fields = {column.key: getattr(call, column.key) for column in LlmCall.__table__.columns}
        if not copy:
            await session.delete(call)
            await session.flush()
        session.add(LlmCall(**(fields | {"id": new})))
    return new


async def run(kind: str, sessions: Sessions, settings: Settings) -> Task:
    async with sessions.begin() as session:
        task = await enqueue(session, TASKS[kind][0], {}, user_id=None)
    await work_off(settings, task.id)
    async with sessions() as session:
        done = await session.get_one(Task, task.id)
        assert done.state == "done", done.problem
        return done
