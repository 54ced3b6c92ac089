"""Background work of the gateway."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hagame.core.tasks import Job, Kind, Result, Tasks
from hagame.llm.log import forget, forget_calls

FORGET = Kind("llm.forget", time_limit_s=1800)

tasks = Tasks()


@tasks.runs(FORGET)
async def forget_contents(job: Job) -> Result:
    """Delete the contents of calls whose time is over, and calls that are older than the settings say, part by part."""
    now, keep, gone = datetime.now(UTC), timedelta(days=job.settings.llm_keep_calls_days), 0
    while keep:
        async with job.transaction() as session:
            some = await forget_calls(session, now - keep)
        if not some:
            break
        gone += some
        job.report(0.5, f"{gone} calls")
    async with job.finishing() as end:
        end.result = {"contents": await forget(end.session, now), "calls": gone}
    return None
