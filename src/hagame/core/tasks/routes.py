"""HTTP of background work: parse, call one service function, answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Depends, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from hagame.core.bodies import JsonRoute
from hagame.core.database import Session
from hagame.core.events import Events
from hagame.core.pagination import Paging
from hagame.core.problems import responses
from hagame.core.schemas import Page
from hagame.core.security import Bearer, CurrentUser
from hagame.core.tasks import service
from hagame.core.tasks.schemas import State, TaskOut

router = APIRouter(prefix="/tasks", tags=["tasks"], route_class=JsonRoute, responses=responses(401, 422, 503))


@router.get("")
async def list_tasks(
    user: CurrentUser,
    session: Session,
    paging: Paging,
    state: Annotated[State | None, Query()] = None,
    kind: Annotated[str | None, Query(max_length=64)] = None,
) -> Page[TaskOut]:
    """Your background work, newest first."""
    return await service.list_tasks(session, user.id, paging, state=state, kind=kind)


@router.get("/{task_id}", responses=responses(404))
async def get_task(task_id: UUID, user: CurrentUser, session: Session) -> TaskOut:
    """How far a task is, and what came of it."""
    return await service.get_task(session, user.id, task_id)


@router.delete("/{task_id}", responses=responses(404, 410))
async def cancel_task(
    task_id: UUID, user: CurrentUser, session: Session, request: Request, after: BackgroundTasks
) -> TaskOut:
    """Cancel a task. Nothing of it that is not there yet will be; who works at it stops within seconds."""
    # After the answer, and so after the commit: who is woken must find what happened.
    after.add_task(_announce, request.app.state.events, task_id)
    return await service.cancel_task(session, user.id, task_id)


async def _announce(events: Events, task_id: UUID) -> None:
    events.publish(task_id)


async def _owned(task_id: UUID, user: CurrentUser, session: Session) -> UUID:
    await service.check_owner(session, user.id, task_id)
    return task_id


@router.get("/{task_id}/events", response_class=EventSourceResponse, responses=responses(404))
async def follow(
    task_id: Annotated[UUID, Depends(_owned, scope="function")], claims: Bearer, request: Request
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: the task whenever it has changed (`progress`), and how it ended (`end`)."""
    state = request.app.state
    progress = service.follow(state.sessions, state.events, task_id)
    async for event in state.standing.while_it_stands(claims, progress):
        yield event
