"""HTTP of matches whose next moves may be forecast: parse, call one service function, answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Depends, Request, status
from fastapi.sse import EventSourceResponse, ServerSentEvent

from hagame.collective import forecasts, foresight, matches, stream
from hagame.collective.schemas import AskIn
from hagame.collective.schemas_matches import ForecastIn, ForecastOut, WatchIn, WatchOut, WatchSummary
from hagame.core.bodies import JsonRoute
from hagame.core.database import Session
from hagame.core.events import Events
from hagame.core.pagination import Paging
from hagame.core.problems import responses
from hagame.core.schemas import Page
from hagame.core.security import Bearer, CurrentUser, PassingUser

router = APIRouter(
    prefix="/collective/matches",
    tags=["collective wisdom"],
    route_class=JsonRoute,
    responses=responses(401, 422, 503),
)


@router.get("")
async def list_matches(user: CurrentUser, session: Session, paging: Paging) -> Page[WatchSummary]:
    """Running matches whose next move you may forecast, newest first; your own are marked."""
    return await matches.list_matches(session, user, paging)


@router.post("", status_code=status.HTTP_201_CREATED, responses=responses(404, 410))
async def open_match(body: WatchIn, user: CurrentUser, session: Session) -> WatchSummary:
    """Let others forecast your next moves in a match: they see its turns, and what you see before each move."""
    return await matches.open_match(session, user, body)


@router.get("/{watched_id}", responses=responses(404))
async def get_match(watched_id: UUID, user: CurrentUser, session: Session) -> WatchOut:
    """A match: its open turn, forecasts of which are sealed, and past turns, of which all are opened and scored."""
    return await foresight.look(session, user, watched_id)


@router.delete("/{watched_id}", status_code=status.HTTP_204_NO_CONTENT, responses=responses(404))
async def withdraw(
    watched_id: UUID, user: CurrentUser, session: Session, request: Request, after: BackgroundTasks
) -> None:
    """Nobody may see or forecast this match of yours any more; what was forecast is deleted."""
    instance_id = await matches.withdraw(session, user, watched_id)
    after.add_task(_announce, request.app.state.events, instance_id)


@router.post("/{watched_id}/forecasts", responses=responses(403, 404, 409, 410))
async def forecast(
    watched_id: UUID, body: ForecastIn, user: CurrentUser, session: Session, request: Request, after: BackgroundTasks
) -> ForecastOut:
    """Say how probable each option of the open turn is; nobody else sees it before the player has moved."""
    instance_id, found = await forecasts.forecast(session, user, watched_id, body)
    after.add_task(_announce, request.app.state.events, instance_id)
    return found


@router.post("/{watched_id}/ask-model", responses=responses(403, 404, 409, 410, 429))
async def ask_model(
    watched_id: UUID, body: AskIn, user: PassingUser, request: Request, after: BackgroundTasks
) -> ForecastOut:
    """Let a language model forecast the open turn. It counts as one judge, under its own name. For researchers."""
    state = request.app.state
    instance_id, found = await forecasts.ask_model(state.sessions, state.llm, user, watched_id, body.model)
    after.add_task(_announce, state.events, instance_id)
    return found


async def _seen(watched_id: UUID, _user: CurrentUser, session: Session) -> UUID:
    await matches.find(session, watched_id)
    return watched_id


@router.get("/{watched_id}/events", response_class=EventSourceResponse, responses=responses(404))
async def follow(
    watched_id: Annotated[UUID, Depends(_seen, scope="function")], user: PassingUser, claims: Bearer, request: Request
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: the match whenever somebody has judged or the player has moved."""
    state = request.app.state
    news = stream.follow_match(state.sessions, state.events, user, watched_id)
    async for event in state.standing.while_it_stands(claims, news):
        yield event


async def _announce(events: Events, instance_id: UUID) -> None:
    events.publish(instance_id)
