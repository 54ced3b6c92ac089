"""What administrators look at: everybody's tasks and keys, and a few numbers on how it goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.accounts.access_schemas import KeyOfOut, OverviewOut, TaskOfOut
from hagame.core.pagination import PageQuery, cut, page_of
from hagame.core.partitions import first_id
from hagame.core.schemas import Page
from hagame.core.tables import ApiKey, Task, User
from hagame.core.tasks.schemas import State

# People by the index of their kind, sessions and keys as many as there are; matches of a day by their ids, which begin
# with their time.
NUMBERS = text("""
SELECT p.*,
       (SELECT count(DISTINCT family_id) FROM refresh_tokens
        WHERE used_at IS NULL AND revoked_at IS NULL AND expires_at > now()) AS sessions,
       (SELECT count(*) FROM api_keys WHERE revoked_at IS NULL AND expires_at > now()) AS api_keys,
       (SELECT count(*) FROM game_instances WHERE id >= :day) AS matches_of_a_day,
       (SELECT count(*) FROM tasks WHERE state IN ('queued', 'running', 'waiting')) AS tasks_open,
       (SELECT count(*) FROM tasks WHERE id >= :day AND state = 'failed') AS tasks_failed_of_a_day,
       (SELECT count(*) FROM outbox WHERE published_at IS NULL AND due_at <= now()) AS outbox
FROM (SELECT count(*) FILTER (WHERE NOT is_guest) AS registered, count(*) FILTER (WHERE is_guest) AS guests,
             count(*) FILTER (WHERE NOT is_active) AS shut_out, count(*) FILTER (WHERE role = 'admin') AS administrators
      FROM users) AS p
""")
DAY = timedelta(days=1)


async def overview(session: AsyncSession) -> OverviewOut:
    """How many of everything there are."""
    day = first_id(datetime.now(UTC) - DAY)
    row = (await session.execute(NUMBERS, {"day": day})).mappings().one()
    return OverviewOut.model_validate(dict(row))


async def list_tasks(session: AsyncSession, paging: PageQuery, state: State | None) -> Page[TaskOfOut]:
    """Everybody's background work and the system's own, newest first; shards of a task are not told apart."""
    query = select(Task, User.username).outerjoin(User, User.id == Task.user_id).where(Task.parent_id.is_(None))
    if state is not None:
        query = query.where(Task.state == state)
    found = (await session.execute(page_of(query, Task.id, paging))).all()
    rows, cursor = cut(found, paging, [task.id for task, _ in found])
    return Page(items=[_task(task, username) for task, username in rows], next_cursor=cursor)


async def list_keys(session: AsyncSession, paging: PageQuery, user_id: UUID | None) -> Page[KeyOfOut]:
    """Keys of programs that are good now, newest first."""
    good = ApiKey.revoked_at.is_(None), ApiKey.expires_at > func.now()
    query = select(ApiKey, User.username).join(User, User.id == ApiKey.user_id).where(*good)
    if user_id is not None:
        query = query.where(ApiKey.user_id == user_id)
    found = (await session.execute(page_of(query, ApiKey.id, paging))).all()
    rows, cursor = cut(found, paging, [key.id for key, _ in found])
    return Page(items=[_key(key, username) for key, username in rows], next_cursor=cursor)


def _task(task: Task, username: str | None) -> TaskOfOut:
    shown = TaskOfOut.model_validate(task)
    return shown.model_copy(update={"username": username})


def _key(key: ApiKey, username: str) -> KeyOfOut:
    shown = KeyOfOut.model_validate(key)
    return shown.model_copy(update={"username": username})
