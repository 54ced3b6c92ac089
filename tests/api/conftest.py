"""Who plays, who may make models and games, and a worker that trains models."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tests.serving import served

from hagame.aimodels.tasks import tasks as trainings
from hagame.core.tables import Outbox, User
from hagame.core.tasks.work import Worker
from hagame.settings import Settings

Headers = dict[str, str]
Person = Callable[[], Awaitable[Headers]]
Work = Callable[[], Awaitable[int]]


@pytest.fixture(scope="module")
async def port(app: FastAPI, settings: Settings) -> AsyncIterator[int]:
    """Where the application is served, for what a client of the test itself cannot speak."""
    async with served(app, settings) as port:
        yield port


@pytest.fixture
async def me(guest: Person) -> Headers:
    return await guest()


@pytest.fixture
async def researcher(player: Person, sessions: async_sessionmaker[AsyncSession], client: AsyncClient) -> Headers:
    return await promoted(await player(), sessions, client)


async def promoted(who: Headers, sessions: async_sessionmaker[AsyncSession], client: AsyncClient) -> Headers:
    user_id = (await client.get("/auth/me", headers=who)).json()["id"]
    async with sessions() as session, session.begin():
        await session.execute(update(User).where(User.id == UUID(user_id)).values(role="researcher"))
    return who


@pytest.fixture(scope="module")
def worker(settings: Settings) -> Iterator[Callable[[UUID], None]]:
    """`worker(task_id)`: a worker takes a task and does it."""
    # Nobody follows these tasks, so nobody need be told of them.
    quiet = settings.model_copy(update={"broker_url": settings.redis_url, "redis_url": None})
    with ThreadPoolExecutor(1) as thread:
        made = thread.submit(Worker, quiet, trainings, lambda: False).result()
        yield lambda task_id: thread.submit(made.work, task_id).result()
        thread.submit(made.close).result()


@pytest.fixture
def work(worker: Callable[[UUID], None], sessions: async_sessionmaker[AsyncSession]) -> Work:
    """`await work()`: all trainings and predictions that are asked for are done; how many runs it took."""

    async def until_done() -> int:
        runs = 0
        while True:
            async with sessions() as session:
                waiting = list(await session.scalars(select(Outbox.task_id).where(Outbox.queue == "training")))
            if not waiting:
                return runs
            runs += len(waiting)
            for task_id in waiting:
                await asyncio.to_thread(worker, task_id)

    return until_done
