"""The turns of a match as they come, for who watches it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from fastapi.sse import ServerSentEvent
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from hagame.core.events import Events
from hagame.core.tables import Decision, GameInstance

BATCH = 100


async def follow(
    sessions: async_sessionmaker[AsyncSession], events: Events, instance_id: UUID, after: int
) -> AsyncIterator[ServerSentEvent]:
    """Each turn after `after` once, in order, as event `turn` with its answer; `end` with the status closes it.

    Event ids are turn numbers, so a client that reconnects with `Last-Event-ID` misses nothing.
    """
    while True:
        async with sessions() as session:
            status = await session.scalar(select(GameInstance.status).where(GameInstance.id == instance_id))
            query = select(Decision.turn, Decision.answer).where(Decision.instance_id == instance_id)
            later = query.where(Decision.turn > after).order_by(Decision.turn).limit(BATCH)
            rows = (await session.execute(later)).all()
        for turn, answer in rows:
            yield ServerSentEvent(event="turn", id=str(turn), data=answer)
            after = turn
        if status != "active" and len(rows) < BATCH:
            yield ServerSentEvent(event="end", data={"status": status})
            return
        if not rows:
            await events.wait(instance_id)
