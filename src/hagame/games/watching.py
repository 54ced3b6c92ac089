"""What who watches a match hears and sees: its turns as they are opened, and how it stands."""

from __future__ import annotations

import asyncio
from collections import Counter as Tally
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast
from uuid import UUID

from fastapi.sse import ServerSentEvent
from prometheus_client import Gauge
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from hagame import match as matches
from hagame import plugins
from hagame.core.events import Events, patiently
from hagame.core.tables import Decision, GameInstance
from hagame.errors import NotFound, RateLimited
from hagame.games import answers, watched
from hagame.games.instances import SOLITARY, match_of
from hagame.games.schemas import Score, Status
from hagame.games.schemas_watch import WatchedGame, WatchedMatch, WatchedNext, WatchedOpponent, WatchedTurn
from hagame.games.watch_links import Link, find

SHOWN = 100
"""Turns that are told at once."""
LOOKS_AT_ONCE = 2
RETRY_AFTER_S = 30

SPECTATORS = Gauge("hagame_spectators", "Open streams of those who watch by a link", multiprocess_mode="livesum")


class Spectators:
    """Counts who watches each match in this process."""

    def __init__(self, most: int) -> None:
        self.looking = asyncio.Semaphore(LOOKS_AT_ONCE)
        """Held while one of them looks for turns: many leave the other connections to those who play."""
        self._most = most
        self._watching: Tally[UUID] = Tally()

    @contextmanager
    def one_more(self, instance_id: UUID) -> Iterator[None]:
        """One who watches while the block lasts. Raises `RateLimited`."""
        if self._watching[instance_id] >= self._most:
            raise RateLimited(
                f"At most {self._most} may watch this match at once.", retry_after=RETRY_AFTER_S, limit=self._most
            )
        self._watching[instance_id] += 1
        SPECTATORS.inc()
        try:
            yield
        finally:
            SPECTATORS.dec()
            self._watching[instance_id] -= 1
            if not self._watching[instance_id]:
                del self._watching[instance_id]


async def look(session: AsyncSession, token: str) -> WatchedMatch:
    """The match as it stands, with its latest turns. Raises `NotFound`."""
    link = await find(session, token)
    instance, rival = link.instance, plugins.opponent_info(link.instance.opponent)
    answered = await _answers(session, instance, max(instance.turn - 1 - SHOWN, 0))
    return WatchedMatch(
        game=WatchedGame.model_validate(link.definition, from_attributes=True),
        opponent=WatchedOpponent(key=rival.key, title=rival.title, summary=rival.summary),
        player=link.player,
        private=link.game.facts.private,
        status=cast("Status", instance.status),
        turn=instance.turn,
        score=Score(
            player=instance.player_score, opponent=None if instance.opponent == SOLITARY else instance.opponent_score
        ),
        next=await _open_turn(session, link, answered),
        turns=[WatchedTurn.model_validate(turn) for turn in _told(link, answered)],
    )


async def follow(
    sessions: async_sessionmaker[AsyncSession],
    events: Events,
    spectators: Spectators,
    instance_id: UUID,
    token: str,
    after: int,
) -> AsyncIterator[ServerSentEvent]:
    """Each turn after `after` once, in order, as event `turn`; `end` with the status, or `withdrawn`, closes it.

    Event ids are turn numbers, so a client that reconnects with `Last-Event-ID` misses nothing.
    """
    with events.listening(instance_id) as news:
        while True:
            news.clear()
            async with spectators.looking:
                status, turns = await _turns_after(sessions, token, after)
            for turn in turns:
                yield ServerSentEvent(event="turn", id=str(turn["turn"]), data=turn)
                after = turn["turn"]
            if status != "active" and len(turns) < SHOWN:
                yield ServerSentEvent(event="end", data={"status": status})
                return
            if not turns:
                await patiently(news)


async def _turns_after(
    sessions: async_sessionmaker[AsyncSession], token: str, after: int
) -> tuple[str, Sequence[Mapping[str, Any]]]:
    """How the match stands, or that it may not be watched any more, and at most `SHOWN` turns."""
    async with sessions() as session:
        try:
            link = await find(session, token)
        except NotFound:
            return "withdrawn", ()
        return link.instance.status, _told(link, await _answers(session, link.instance, after))


async def _answers(session: AsyncSession, instance: GameInstance, after: int) -> Sequence[dict[str, Any]]:
    """At most `SHOWN` answers to moves after that of turn `after`, in order. No statement where there is none."""
    if instance.turn - 1 <= after:
        return ()
    query = select(Decision.answer).where(Decision.instance_id == instance.id, Decision.turn > after)
    # A move that comes in meanwhile has no place in what is being told.
    return (
        await session.scalars(query.where(Decision.turn < instance.turn).order_by(Decision.turn).limit(SHOWN))
    ).all()


def _told(link: Link, answered: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    game = link.game
    return [watched.turn(game, answer) for answer in answered] if watched.may_tell(game, link.instance.status) else ()


async def _open_turn(session: AsyncSession, link: Link, answered: Sequence[dict[str, Any]]) -> WatchedNext | None:
    instance = link.instance
    if instance.status != "active":
        return None
    coming = answered[-1]["next"] if answered else None
    if coming is None:
        # Before the first move nothing has been answered yet.
        state = await session.scalar(select(GameInstance.state).where(GameInstance.id == instance.id))
        match = await match_of(session, instance, link.definition)
        coming = answers.next_turn(match, matches.load(match, state or b""))
    return None if coming is None else WatchedNext.model_validate(watched.open_turn(link.game, coming))
