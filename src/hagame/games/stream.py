"""The turns of a match as they come, for who watches it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from fastapi.sse import ServerSentEvent
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from hagame.core.events import Events, patiently
from hagame.core.tables import Decision, GameInstance

BATCH = 100


class Look(NamedTuple):
    """What one look at a match found."""

    status: str | None
    """None when the match is gone."""
    turns: Sequence[tuple[int, dict[str, Any]]]
    """At most `BATCH` turns with their answers, in order."""

    @property
    def over(self) -> bool:
        """Whether nothing comes after these turns."""
        return self.status != "active" and len(self.turns) < BATCH


async def look(sessions: async_sessionmaker[AsyncSession], instance_id: UUID, after: int) -> Look:
    """How the match stands, and its turns after `after`. One statement by a primary key where there is none."""
    stands = select(GameInstance.status, GameInstance.turn).where(GameInstance.id == instance_id)
    query = select(Decision.turn, Decision.answer).where(Decision.instance_id == instance_id)
    async with sessions() as session:
        found = (await session.execute(stands)).one_or_none()
        if found is None:
            return Look(None, ())
        status, open_turn = found
        turns: Sequence[Any] = ()
        if open_turn - 1 > after:
            later = query.where(Decision.turn > after).order_by(Decision.turn).limit(BATCH)
            turns = (await session.execute(later)).all()
    return Look(status, turns)


async def follow(
    sessions: async_sessionmaker[AsyncSession], events: Events, instance_id: UUID, after: int
) -> AsyncIterator[ServerSentEvent]:
    """Each turn after `after` once, in order, as event `turn` with its answer; `end` with the status closes it.

    Event ids are turn numbers, so a client that reconnects with `Last-Event-ID` misses nothing.
    """
    with events.listening(instance_id) as news:
        while True:
            news.clear()
            found = await look(sessions, instance_id, after)
            for turn, answer in found.turns:
                yield ServerSentEvent(event="turn", id=str(turn), data=answer)
                after = turn
            if found.over:
                yield ServerSentEvent(event="end", data={"status": found.status})
                return
            if not found.turns:
                await patiently(news)
