"""What is done by itself, and when: at each tick the last time that has passed is asked for, once, by its key.

So several beats at once do no harm, a time that was slept through is made up for (the last one of each), and a clock
that is set back repeats nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import structlog
from celery.schedules import ParseException, crontab
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from hagame.core.tasks.enqueue import enqueue
from hagame.core.tasks.registry import Tasks

MINUTES_BACK = 8 * 24 * 60
"""A time longer ago than this is not made up for."""

log = structlog.get_logger()


async def enqueue_due(sessions: async_sessionmaker[AsyncSession], tasks: Tasks, schedule: Mapping[str, str]) -> None:
    """Ask for what is due by the database's clock and has not been asked for. Unknown kinds are told in the log."""
    for name, times in schedule.items():
        if not times:
            continue
        if name not in tasks:
            log.error("schedule.unknown_kind", kind=name)
            continue
        async with sessions() as session, session.begin():
            slot = last_slot(times, (await session.scalars(select(func.now()))).one())
            if slot is not None:
                await enqueue(session, tasks[name][0], {"slot": slot.isoformat()}, user_id=None, key=slot.isoformat())


def last_slot(times: str, now: datetime) -> datetime | None:
    """The last minute up to `now` that fits cron's five fields, in UTC. Raises `ValueError` for other fields."""
    try:
        cron = crontab.from_string(times)
    except (ParseException, ValueError) as error:
        raise ValueError(f"{times!r} is not what cron knows as a time, such as '30 3 * * *'") from error
    minute = now.astimezone(UTC).replace(second=0, microsecond=0)
    for _ in range(MINUTES_BACK):
        if _fits(cron, minute):
            return minute
        minute -= timedelta(minutes=1)
    return None


def _fits(cron: crontab, minute: datetime) -> bool:
    return (
        minute.minute in cron.minute
        and minute.hour in cron.hour
        and minute.day in cron.day_of_month
        and minute.month in cron.month_of_year
        and minute.isoweekday() % 7 in cron.day_of_week
    )
