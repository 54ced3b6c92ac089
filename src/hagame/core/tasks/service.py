"""What people see of their tasks: look, list, cancel, follow."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import structlog
from fastapi.sse import ServerSentEvent
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from hagame.core.events import Events
from hagame.core.pagination import PageQuery, cut, page_of
from hagame.core.schemas import Page
from hagame.core.tables import Task
from hagame.core.tasks import runs
from hagame.core.tasks.schemas import State, TaskOut
from hagame.errors import Gone, NotFound

ENDED = ("done", "failed", "cancelled")

log = structlog.get_logger()


async def get_task(session: AsyncSession, user_id: UUID, task_id: UUID) -> TaskOut:
    """One task. Raises `NotFound` when it is not this person's."""
    return TaskOut.model_validate(await _owned(session, user_id, task_id))


async def list_tasks(
    session: AsyncSession, user_id: UUID, paging: PageQuery, *, state: State | None, kind: str | None
) -> Page[TaskOut]:
    """Tasks of one person, newest first; the shards of a task are not told apart."""
    query = _of(user_id)
    if state is not None:
        query = query.where(Task.state == state)
    if kind is not None:
        query = query.where(Task.kind == kind)
    found = (await session.scalars(page_of(query, Task.id, paging))).all()
    rows, cursor = cut(found, paging, [task.id for task in found])
    return Page(items=[TaskOut.model_validate(task) for task in rows], next_cursor=cursor)


async def cancel_task(session: AsyncSession, user_id: UUID, task_id: UUID) -> TaskOut:
    """End a task before its end; nothing that it has not committed will be. Raises `NotFound` and `Gone`."""
    task = await _owned(session, user_id, task_id)
    if not await runs.cancel(session, task_id):
        await session.refresh(task)
        raise Gone(f"This task is {task.state}.", state=task.state)
    await session.refresh(task)
    log.info("task.cancelled", task_id=str(task_id), kind=task.kind, user_id=str(user_id))
    return TaskOut.model_validate(task)


async def check_owner(session: AsyncSession, user_id: UUID, task_id: UUID) -> None:
    """Raises `NotFound` when the task is not this person's."""
    await _owned(session, user_id, task_id)


async def follow(
    sessions: async_sessionmaker[AsyncSession], events: Events, task_id: UUID
) -> AsyncIterator[ServerSentEvent]:
    """Event `progress` with the task whenever it has changed; `end` with how it ended closes the stream.

    Each event tells all there is, so a client that reconnects misses nothing.
    """
    told: TaskOut | None = None
    while True:
        async with sessions() as session:
            row = await session.get(Task, task_id)
        now = None if row is None else TaskOut.model_validate(row)
        if now is None or now.state in ENDED:
            yield ServerSentEvent(event="end", data=None if now is None else now.model_dump(mode="json"))
            return
        if now != told:
            yield ServerSentEvent(event="progress", data=now.model_dump(mode="json"))
            told = now
        await events.wait(task_id)


def _of(user_id: UUID) -> Select[Task]:
    return select(Task).where(Task.user_id == user_id, Task.parent_id.is_(None))


async def _owned(session: AsyncSession, user_id: UUID, task_id: UUID) -> Task:
    task = (await session.scalars(_of(user_id).where(Task.id == task_id))).one_or_none()
    if task is None:
        raise NotFound(f"There is no task {task_id} of yours.")
    return task
