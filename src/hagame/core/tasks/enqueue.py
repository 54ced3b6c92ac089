"""Asking for work, in the caller's own transaction: either both are committed, the cause and the task, or neither."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import structlog
from pydantic import JsonValue
from sqlalchemy import event, func, insert, literal, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.core import tracing
from hagame.core.tables import Outbox, Task, User, new_id
from hagame.core.tasks.kinds import Kind
from hagame.errors import Conflict, RateLimited

UNFINISHED = ("queued", "running", "waiting")
WAKE = "wake_relay"
"""Under this name the sessions of a process carry what wakes its relay."""

TRY_AGAIN_S = 60

log = structlog.get_logger()


async def enqueue(
    session: AsyncSession,
    kind: Kind,
    payload: Mapping[str, JsonValue],
    *,
    user_id: UUID | None,
    key: str | None = None,
) -> Task:
    """A task of this kind: done soon after the session commits, and never if it does not.

    The same `key` again, of the same person and kind, gives the task that is there already, finished or not. Without
    a person the task is the system's own. `payload` must hold no secrets. Raises `Conflict` when the key was used for
    another payload, and `RateLimited` when the person has `kind.at_once` unfinished tasks of this kind.
    """
    row = _row(kind, payload) | {"id": new_id(), "user_id": user_id, "key": key}
    made = (
        upsert(Task)
        .values(row)
        .on_conflict_do_nothing(index_elements=[Task.user_id, Task.kind, Task.key], index_where=Task.key.is_not(None))
    )
    task_id = await session.scalar(made.returning(Task.id))
    if task_id is None:
        return await _existing(session, kind, payload, user_id, key)
    if user_id is not None:
        await _check_room(session, kind, user_id)
    await session.execute(insert(Outbox).values(task_id=task_id, queue=kind.queue, due_at=func.now()))
    wake_after_commit(session)
    log.info("task.queued", task_id=str(task_id), kind=kind.name, user_id=None if user_id is None else str(user_id))
    return (await session.scalars(select(Task).where(Task.id == task_id))).one()


async def enqueue_shards(
    session: AsyncSession, parent: Task, kind: Kind, payloads: Sequence[Mapping[str, JsonValue]]
) -> None:
    """The shards of a task that waits for them. `Job.scatter` is how to ask for them."""
    of_parent = {"user_id": parent.user_id, "parent_id": parent.id}
    rows = [_row(kind, payload) | of_parent | {"id": new_id(), "shard": n} for n, payload in enumerate(payloads)]
    await session.execute(insert(Task), rows)
    due = select(Task.id, Task.queue, func.now()).where(Task.parent_id == parent.id)
    await session.execute(insert(Outbox).from_select(["task_id", "queue", "due_at"], due))
    wake_after_commit(session)


async def requeue(session: AsyncSession, task_id: UUID, queue: str, wait_s: float = 0.0) -> None:
    """Tell the broker about a queued task, `wait_s` from now."""
    due_at = func.now() + func.make_interval(0, 0, 0, 0, 0, 0, literal(wait_s))
    row = upsert(Outbox).values(task_id=task_id, queue=queue, due_at=due_at)
    # A row that is there already is one that was published: the task is to be published again.
    again = {"due_at": row.excluded.due_at, "created_at": func.now(), "published_at": None}
    await session.execute(row.on_conflict_do_update(index_elements=[Outbox.task_id], set_=again))
    wake_after_commit(session)


def wake_after_commit(session: AsyncSession) -> None:
    """Let the relay of this process look at once; it looks every second anyway."""
    wake: Callable[[], None] | None = session.info.get(WAKE)
    if wake is not None:
        event.listen(session.sync_session, "after_commit", lambda _: wake(), once=True)


def _row(kind: Kind, payload: Mapping[str, JsonValue]) -> dict[str, object]:
    return {
        "kind": kind.name,
        "queue": kind.queue,
        "payload": dict(payload),
        "time_limit_s": kind.time_limit_s,
        "traceparent": tracing.traceparent(),
    }


async def _existing(
    session: AsyncSession, kind: Kind, payload: Mapping[str, JsonValue], user_id: UUID | None, key: str | None
) -> Task:
    query = select(Task).where(Task.user_id.is_not_distinct_from(user_id), Task.kind == kind.name, Task.key == key)
    task = (await session.scalars(query)).one()
    if task.payload != dict(payload):
        raise Conflict(f"This key was used for another task of the kind {kind.name}.", task_id=str(task.id))
    return task


async def _check_room(session: AsyncSession, kind: Kind, user_id: UUID) -> None:
    # One after the other, so that the number is kept: of two at once neither would see the other's task.
    await session.scalar(select(User.id).where(User.id == user_id).with_for_update(key_share=True))
    theirs = select(func.count()).where(Task.user_id == user_id, Task.kind == kind.name, Task.parent_id.is_(None))
    if (await session.scalar(theirs.where(Task.state.in_(UNFINISHED))) or 0) > kind.at_once:
        raise RateLimited(
            f"At most {kind.at_once} unfinished tasks of the kind {kind.name}; wait for one to end, or cancel one.",
            retry_after=TRY_AGAIN_S,
        )
