"""HTTP of watching a match by a link: parse, call one service function, answer.

The token comes in a header of its own, and in the part of the page's address that is never sent: addresses are kept by
proxies and logs.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Depends, Header, Request, status
from fastapi.sse import EventSourceResponse, ServerSentEvent

from hagame.core.bodies import JsonRoute
from hagame.core.database import Session
from hagame.core.events import Events
from hagame.core.problems import responses
from hagame.core.security import CurrentUser
from hagame.games import watch_links, watching
from hagame.games.routes import Owned
from hagame.games.schemas import MAX_TURN
from hagame.games.schemas_watch import NewWatchLinkOut, WatchedMatch, WatchLinkIn, WatchLinkOut

router = APIRouter(prefix="/games", tags=["watching"], route_class=JsonRoute, responses=responses(422, 503))

Token = Annotated[str, Header(alias="Watch-Token", max_length=128, description="Of a link that the player gave away")]


@router.get("/instances/{instance_id}/watch", responses=responses(401, 404))
async def get_watch_link(instance_id: Owned, session: Session) -> WatchLinkOut:
    """Whether there is a link by which others may watch this match of yours."""
    return await watch_links.get_link(session, instance_id)


@router.post("/instances/{instance_id}/watch", status_code=status.HTTP_201_CREATED, responses=responses(401, 404))
async def make_watch_link(
    instance_id: Owned, body: WatchLinkIn, user: CurrentUser, session: Session, request: Request, after: BackgroundTasks
) -> NewWatchLinkOut:
    """A link by which others may watch this match as it is played; one that was there before ends."""
    after.add_task(_announce, request.app.state.events, instance_id)
    return await watch_links.make_link(session, user.id, instance_id, body)


@router.delete("/instances/{instance_id}/watch", status_code=status.HTTP_204_NO_CONTENT, responses=responses(401, 404))
async def withdraw_watch_link(
    instance_id: Owned, user: CurrentUser, session: Session, request: Request, after: BackgroundTasks
) -> None:
    """Nobody may watch this match any more; who does is told so."""
    # After the answer, and so after the commit: who is woken must find what happened.
    after.add_task(_announce, request.app.state.events, instance_id)
    await watch_links.withdraw_link(session, user.id, instance_id)


@router.get("/watch", responses=responses(404))
async def watch(token: Token, session: Session) -> WatchedMatch:
    """A match as those may see it who hold its link: its opened turns, and never what is sealed or known of the player.

    Needs no account.
    """
    return await watching.look(session, token)


class _Seat(NamedTuple):
    """One who watches."""

    instance_id: UUID
    token: str


async def _seat(token: Token, request: Request) -> AsyncIterator[_Seat]:
    state = request.app.state
    async with state.sessions() as session:
        link = await watch_links.find(session, token)
    with state.spectators.one_more(link.instance.id):
        yield _Seat(link.instance.id, token)


@router.get("/watch/events", response_class=EventSourceResponse, responses=responses(404, 429))
async def follow_watched(
    seat: Annotated[_Seat, Depends(_seat)],
    request: Request,
    last_event_id: Annotated[int, Header(ge=0, le=MAX_TURN)] = 0,
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events for who holds the link: each opened turn once, in order; `end` when it is over or withdrawn.

    Needs no account; reconnect with Last-Event-ID to go on.
    """
    state = request.app.state
    async for event in watching.follow(
        state.sessions, state.events, state.spectators, seat.instance_id, seat.token, last_event_id
    ):
        yield event


async def _announce(events: Events, instance_id: UUID) -> None:
    events.publish(instance_id)
