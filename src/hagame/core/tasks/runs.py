"""The life of a run in the database. Every change names the run, so that one that was taken over changes nothing.

All times are the database's: no clock of a worker matters. Should the database's own clock jump, a run may be taken
over too early, which costs work and changes no result, or a wait may last once more; nothing is done twice or stuck.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, Result, and_, delete, exists, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from hagame.core.tables import Outbox, Task
from hagame.core.tasks.enqueue import requeue


@dataclass(frozen=True, slots=True)
class Run:
    """One attempt at one task: the fence that every write of it must pass."""

    task_id: UUID
    attempt: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a worker has to know of the task that it has taken."""

    run: Run
    kind: str
    queue: str
    user_id: UUID | None
    parent_id: UUID | None
    payload: Mapping[str, Any]
    time_limit_s: int
    failures: int
    round: int
    kept: bytes | None
    asked_at: datetime


# The outbox row goes first. While the relay has it locked, this waits; when it is gone or not due, this is a message
# that came twice or too early, and nothing happens. A shard whose parent no longer waits is not begun.
CLAIM = text("""
WITH due AS (
    DELETE FROM outbox WHERE task_id = :id AND (due_at <= now() OR created_at > now()) RETURNING task_id
)
UPDATE tasks t SET state = 'running', attempt = attempt + 1, beat_at = now(), started_at = coalesce(started_at, now())
FROM due WHERE t.id = due.task_id AND t.state = 'queued'
    AND (t.parent_id IS NULL OR EXISTS (SELECT FROM tasks p WHERE p.id = t.parent_id AND p.state = 'waiting'))
RETURNING t.attempt, t.kind, t.queue, t.user_id, t.parent_id, t.payload, t.time_limit_s, t.failures, t.round, t.kept,
    t.created_at
""")

BEAT = text("""
UPDATE tasks t SET beat_at = now(), progress = greatest(progress, :progress), note = :note
WHERE id = :id AND attempt = :attempt AND state = 'running'
    AND (parent_id IS NULL OR EXISTS (SELECT FROM tasks p WHERE p.id = t.parent_id AND p.state = 'waiting'))
""")

# Alive is who gave a sign of life within the lease. One from the future tells of a clock that was set back.
LOST = text("""
UPDATE tasks SET state = 'queued', failures = failures + 1
WHERE id IN (
    SELECT id FROM tasks WHERE state = 'running'
        AND beat_at NOT BETWEEN now() - make_interval(secs => :lease) AND now() + make_interval(secs => :lease)
    ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED
)
RETURNING id, queue, kind
""")

# Each shard moves its parent an equal part of the way to where it wants to be when all are done.
SHARD_DONE = text("""
UPDATE tasks SET pending = pending - 1, progress = progress + (progress_goal - progress) / pending,
    state = CASE WHEN pending = 1 THEN 'queued' ELSE state END
WHERE id = :parent AND state = 'waiting' AND pending > 0
RETURNING pending, queue
""")


async def claim(session: AsyncSession, task_id: UUID) -> Claimed | None:
    """Take a queued task that is due; None when there is nothing to do, because it is taken, over or too early."""
    row = (await session.execute(CLAIM, {"id": task_id})).one_or_none()
    if row is None:
        return None
    return Claimed(Run(task_id, row.attempt), *row[1:])


async def beat(session: AsyncSession, run: Run, progress: float, note: str) -> bool:
    """Give a sign of life. False when the run is no longer the task's: cancelled, taken over, or not needed."""
    values = {"id": run.task_id, "attempt": run.attempt, "progress": progress, "note": note}
    return _changed(await session.execute(BEAT, values))


async def hold(session: AsyncSession, run: Run) -> Task | None:
    """Lock the task for the rest of the transaction; None when the run is no longer the task's."""
    query = select(Task).where(Task.id == run.task_id, Task.attempt == run.attempt, Task.state == "running")
    found = await session.scalars(query.with_for_update(), execution_options={"populate_existing": True})
    return found.one_or_none()


async def keep(session: AsyncSession, run: Run, kept: bytes | None) -> bool:
    """Store a checkpoint. False when the run is no longer the task's."""
    return await _change(session, run, kept=kept, beat_at=func.now())


async def finish(session: AsyncSession, run: Run, result: Mapping[str, Any] | None, parent_id: UUID | None) -> bool:
    """The task is done. The last shard wakes its parent. False when the run is no longer the task's."""
    # What a shard keeps is what its parent will ask for.
    kept = {} if parent_id is not None else {"kept": None}
    done = {"state": "done", "progress": 1.0, "result": result, "finished_at": func.now()}
    if not await _change(session, run, **done, **kept):
        return False
    await forget_shards(session, run.task_id)
    if parent_id is None:
        return True
    parent = (await session.execute(SHARD_DONE, {"parent": parent_id})).one_or_none()
    if parent is not None and parent.pending == 0:
        await requeue(session, parent_id, parent.queue)
    return True


async def fail(session: AsyncSession, run: Run, problem: Mapping[str, Any], parent_id: UUID | None) -> bool:
    """The task has failed for good; so has the parent that waits for it. False when the run is not the task's."""
    failed = {"state": "failed", "problem": dict(problem), "finished_at": func.now()}
    if not await _change(session, run, **failed):
        return False
    if parent_id is not None:
        await session.execute(update(Task).where(Task.id == parent_id, Task.state == "waiting").values(failed))
    return True


async def try_again(session: AsyncSession, run: Run, queue: str, *, wait_s: float, failed: bool) -> bool:
    """Give the task back, to be taken after `wait_s`. False when the run is no longer the task's."""
    if not await _change(session, run, state="queued", failures=Task.failures + int(failed)):
        return False
    await requeue(session, run.task_id, queue, wait_s)
    return True


async def take_over(session: AsyncSession, lease_s: float) -> list[tuple[UUID, str]]:
    """Queue again every running task whose worker has given no sign of life for `lease_s`: its id and kind."""
    rows = (await session.execute(LOST, {"lease": lease_s})).all()
    for row in rows:
        await requeue(session, row.id, row.queue)
    return [(row.id, row.kind) for row in rows]


async def cancel(session: AsyncSession, task_id: UUID) -> bool:
    """End a task that is not over; whoever runs it finds that out at the next sign of life. False when it is over.

    Shards follow by themselves: those that run stop, those that do not are not begun.
    """
    changed = await session.execute(
        update(Task)
        .where(Task.id == task_id, Task.state.in_(("queued", "running", "waiting")))
        .values(state="cancelled", finished_at=func.now())
        .execution_options(synchronize_session=False)
    )
    await session.execute(delete(Outbox).where(Outbox.task_id == task_id))
    return _changed(changed)


async def forget_shards(session: AsyncSession, parent_id: UUID) -> None:
    """Delete the shards of a task that has used what they gave."""
    await session.execute(delete(Task).where(Task.parent_id == parent_id))


async def drop_orphans(session: AsyncSession) -> None:
    """Cancel shards whose parent waits no longer, because it was cancelled or another shard has failed."""
    parent = aliased(Task)
    waiting = exists().where(parent.id == Task.parent_id, parent.state == "waiting")
    lost = and_(Task.parent_id.is_not(None), Task.state.in_(("queued", "running")), ~waiting)
    ended = {"state": "cancelled", "finished_at": func.now()}
    await session.execute(update(Task).where(lost).values(ended).execution_options(synchronize_session=False))


async def _change(session: AsyncSession, run: Run, **values: object) -> bool:
    mine = and_(Task.id == run.task_id, Task.attempt == run.attempt, Task.state == "running")
    statement = update(Task).where(mine).values(values).execution_options(synchronize_session=False)
    return _changed(await session.execute(statement))


def _changed(result: Result[Any]) -> bool:
    return cast("CursorResult[Any]", result).rowcount > 0
