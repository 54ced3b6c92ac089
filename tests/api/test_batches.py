"""Statements that are sent together, on the real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextvars import ContextVar
from operator import itemgetter

import asyncpg
import pytest
from fastapi import FastAPI

from hagame.core import batches
from hagame.core.batches import AT_ONCE, MOST, Batched
from hagame.core.database import Pool, direct
from hagame.errors import Unavailable

pytestmark = pytest.mark.anyio

MANY = 100
PATIENCE_S = 10
COUNT_UP = "UPDATE counted SET n = n + 1 WHERE id = $1 AND n = $2 RETURNING id, n, 10 / ($3::int) AS share"


@pytest.fixture
async def pool(app: FastAPI) -> AsyncIterator[Pool]:
    found: Pool = app.state.pool
    async with direct(found) as connection:
        await connection.execute("CREATE TABLE counted (id int PRIMARY KEY, n int NOT NULL)")
        await connection.execute("INSERT INTO counted SELECT k, 0 FROM generate_series(1, 100) k")
    yield found
    async with direct(found) as connection:
        await connection.execute("DROP TABLE counted")


def before_each(monkeypatch: pytest.MonkeyPatch, do: Callable[[list[object]], None]) -> None:
    """Call this with what is sent, before it is."""
    together = asyncpg.Connection._executemany

    async def after_that(
        self: asyncpg.Connection, query: str, args: list[object], *more: object, **options: object
    ) -> object:
        do(args)
        return await together(self, query, args, *more, **options)

    monkeypatch.setattr(asyncpg.Connection, "_executemany", after_that)


async def test_everybody_gets_the_row_of_their_own_values(pool: Pool) -> None:
    batched = Batched(pool, COUNT_UP, itemgetter("id"))
    rows = await asyncio.gather(*(batched.fetchrow(k, k, 0, k) for k in range(1, MANY + 1)))
    assert [row["id"] for row in rows if row is not None] == list(range(1, MANY + 1))
    assert [row["share"] for row in rows if row is not None] == [10 // k for k in range(1, MANY + 1)]
    assert await batched.fetchrow(1000, 1000, 0, 1) is None


async def test_of_equal_keys_at_once_each_is_told_what_became_of_its_own(pool: Pool) -> None:
    batched = Batched(pool, COUNT_UP, itemgetter("id"))
    rows = await asyncio.gather(*(batched.fetchrow(7, 7, 0, 1) for _ in range(MANY)))
    assert sum(row is not None for row in rows) == 1


async def test_who_is_to_blame_for_an_error_has_it_alone(pool: Pool) -> None:
    batched = Batched(pool, COUNT_UP, itemgetter("id"))
    asked = (batched.fetchrow(k, k, 0, 0 if k == 5 else 1) for k in range(1, MOST + 1))
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert [k for k, each in enumerate(found, 1) if isinstance(each, BaseException)] == [5]
    assert isinstance(found[4], asyncpg.DivisionByZeroError)
    async with direct(pool) as connection:
        assert await connection.fetchval("SELECT sum(n) FROM counted WHERE id <= $1", MOST) == MOST - 1


async def test_fewer_statements_are_sent_than_asked_for(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    before_each(monkeypatch, lambda args: sent.append(len(args)))
    batched = Batched(pool, COUNT_UP, itemgetter("id"))
    await asyncio.gather(*(batched.fetchrow(k, k, 0, 1) for k in range(1, MANY + 1)))
    assert sum(sent) == MANY
    assert max(sent) == MOST
    assert len(sent) < MANY / 4


async def test_who_asks_at_the_very_moment_of_an_answer_is_not_left_waiting(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the task that answered has nothing more to do, but is not done yet."""
    monkeypatch.setattr(batches, "AT_ONCE", 1)
    batched = Batched(pool, COUNT_UP, itemgetter("id"))
    async with asyncio.timeout(PATIENCE_S):
        for n in range(20):
            row = await batched.fetchrow(1, 1, n, 1)
            assert row is not None


async def test_who_has_gone_keeps_nobody_waiting(pool: Pool) -> None:
    batched = Batched(pool, COUNT_UP, itemgetter("id"))
    gone = [asyncio.create_task(batched.fetchrow(k, k, 0, 1)) for k in range(1, 11)]
    await asyncio.sleep(0)
    for task in gone:
        task.cancel()
    row = await batched.fetchrow(50, 50, 0, 1)
    assert row is not None
    assert row["n"] == 1


async def test_without_a_connection_everybody_hears_so(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    async def away(*_: object, **__: object) -> object:
        calls.append(1)
        await asyncio.sleep(0.05)
        raise OSError("away")

    monkeypatch.setattr(asyncpg.Connection, "_executemany", away)
    batched = Batched(pool, COUNT_UP, itemgetter("id"))
    found = await asyncio.gather(*(batched.fetchrow(k, k, 0, 1) for k in range(1, MANY + 1)), return_exceptions=True)
    assert all(isinstance(each, Unavailable) for each in found)
    assert len({id(each) for each in found}) == len(found)
    assert len(calls) <= AT_ONCE, "nobody waits for an answer that others have waited for in vain"


async def test_a_row_that_somebody_holds_costs_those_alone_who_ask_for_it(pool: Pool) -> None:
    batched = Batched(pool, COUNT_UP, itemgetter("id"))
    async with pool.acquire() as other, other.transaction():
        await other.execute("SELECT * FROM counted WHERE id = 3 FOR UPDATE")
        asked = (batched.fetchrow(k, k, 0, 1) for k in range(1, MANY + 1))
        found = await asyncio.gather(*asked, return_exceptions=True)
    assert [k for k, each in enumerate(found, 1) if isinstance(each, BaseException)] == [3]
    assert isinstance(found[2], Unavailable)


async def test_nobody_waits_again_for_a_database_that_has_gone_while_it_went_one_by_one(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []

    def then_away(args: list[object]) -> None:
        sent.append(len(args))
        if len(sent) > 1:
            raise ConnectionResetError

    before_each(monkeypatch, then_away)
    batched = Batched(pool, COUNT_UP, itemgetter("id"))
    asked = (batched.fetchrow(k, k, 0, 0 if k == 5 else 1) for k in range(1, MOST + 1))
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(each, Unavailable) for each in found)
    assert sent == [MOST, 1]


async def test_a_batch_is_not_in_the_context_of_who_asked_first(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    request = ContextVar("request", default="none")
    before_each(monkeypatch, lambda _: seen.append(request.get()))
    request.set("mine")
    await Batched(pool, COUNT_UP, itemgetter("id")).fetchrow(1, 1, 0, 1)
    assert seen == ["none"]
