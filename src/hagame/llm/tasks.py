"""Background work of the gateway."""

from __future__ import annotations

from datetime import UTC, datetime

from hagame.core.tasks import Job, Kind, Result, Tasks
from hagame.llm.log import forget

FORGET = Kind("llm.forget")

tasks = Tasks()


@tasks.runs(FORGET)
async def forget_contents(job: Job) -> Result:
    """Delete the contents of calls whose time is over."""
    async with job.finishing() as end:
        end.result = {"calls": await forget(end.session, datetime.now(UTC))}
    return None
