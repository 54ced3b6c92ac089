"""Tidying up after background work itself."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func

from hagame.core.tables import Task
from hagame.core.tasks.enqueue import UNFINISHED
from hagame.core.tasks.job import Job, Result
from hagame.core.tasks.kinds import Kind
from hagame.core.tasks.registry import Tasks

TIDY = Kind("tasks.tidy")

tasks = Tasks()


@tasks.runs(TIDY)
async def tidy(job: Job) -> Result:
    """Forget tasks that ended longer ago than `HAGAME_TASKS_KEEP_DAYS`."""
    old = func.now() - timedelta(days=job.settings.tasks_keep_days)
    async with job.finishing() as end:
        gone = delete(Task).where(Task.state.not_in(UNFINISHED), Task.finished_at < old).returning(Task.id)
        end.result = {"forgotten": len((await end.session.scalars(gone)).all())}
    return None
