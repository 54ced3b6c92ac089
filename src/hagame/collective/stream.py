"""The crowd's answer as it moves, for who watches it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from fastapi.sse import ServerSentEvent
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from hagame.collective.questions import find_question, is_open
from hagame.collective.wisdom import aggregate
from hagame.core.events import Events
from hagame.core.tables import User


async def follow(
    sessions: async_sessionmaker[AsyncSession], events: Events, user: User, question_id: UUID
) -> AsyncIterator[ServerSentEvent]:
    """An event `aggregate` now and after each change; `end` when the question is resolved or has closed."""
    shown = None
    while True:
        async with sessions() as session:
            question = await find_question(session, question_id)
            found = await aggregate(session, user, question_id)
        if found != shown:
            yield ServerSentEvent(event="aggregate", data=found)
            shown = found
        if not is_open(question):
            yield ServerSentEvent(event="end", data={"resolved": question.resolved_at is not None})
            return
        await events.wait(question_id)
