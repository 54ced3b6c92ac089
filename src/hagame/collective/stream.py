"""The crowd's answer as it moves, and a match as it is played and forecast, for who watches them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from fastapi.sse import ServerSentEvent
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from hagame.collective.foresight import look
from hagame.collective.matches import find
from hagame.collective.questions import find_question, is_open
from hagame.collective.wisdom import aggregate
from hagame.core.events import Events
from hagame.core.tables import User
from hagame.errors import NotFound


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


async def follow_match(
    sessions: async_sessionmaker[AsyncSession], events: Events, user: User, watched_id: UUID
) -> AsyncIterator[ServerSentEvent]:
    """An event `match` now and after each change; `end` when it is over, or is not to be seen any more."""
    shown = None
    while True:
        async with sessions() as session:
            try:
                watched, found = await find(session, watched_id), await look(session, user, watched_id)
            except NotFound:
                yield ServerSentEvent(event="end", data={"status": "withdrawn"})
                return
        if found != shown:
            yield ServerSentEvent(event="match", data=found)
            shown = found
        if found.status != "active":
            yield ServerSentEvent(event="end", data={"status": found.status})
            return
        await events.wait(watched.instance_id)
