"""The decision log by months: which partition holds which ids, and making those to come.

Ids of matches are UUIDv7 (RFC 9562): their first 48 bits are the Unix time in milliseconds, so the ids of a month are
one range. Ids outside every month (an old clock, a foreign id) fall into the default partition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import structlog
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

TABLE = "user_decision_logs"
DEFAULT = f"{TABLE}_default"

_LOCK = 0x4A6B
_PARTITION = re.compile(rf"{TABLE}_(default|\d{{4}}_\d{{2}})")

log = structlog.get_logger()


def is_partition(name: str) -> bool:
    """Whether a table of this name is a partition of the decision log."""
    return _PARTITION.fullmatch(name) is not None


def first_id(moment: datetime) -> UUID:
    """The smallest id that a match begun at `moment` (with a time zone) can have."""
    return UUID(int=round(moment.timestamp() * 1000) << 80)


def months(now: datetime, ahead: int) -> Iterator[tuple[datetime, datetime]]:
    """Start and end of the current month and of `ahead` more, in UTC."""
    first = now.astimezone(UTC)
    for offset in range(ahead + 1):
        yield _month(first, offset), _month(first, offset + 1)


async def ensure_partitions(connection: AsyncConnection, now: datetime, months_ahead: int = 12) -> list[str]:
    """Make what is missing of the current month and the next `months_ahead`. Returns the names of those made.

    Safe when several processes start at once: the lock is held until the caller's transaction ends.
    """
    await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    return [
        name for start, end in months(now, months_ahead) if (name := await _ensure(connection, start, end)) is not None
    ]


async def _ensure(connection: AsyncConnection, start: datetime, end: datetime) -> str | None:
    name = f"{TABLE}_{start:%Y_%m}"
    if await connection.scalar(text("SELECT to_regclass(:name)"), {"name": name}) is not None:
        return None
    bounds = {"low": first_id(start), "high": first_id(end)}
    taken = text(f"SELECT EXISTS (SELECT FROM {DEFAULT} WHERE instance_id >= :low AND instance_id < :high)")  # noqa: S608
    if await connection.scalar(taken, bounds):
        # PostgreSQL refuses a partition whose rows lie in the default one; they are as safe and as quick to find there.
        log.warning("partition.skipped", partition=name, reason="the default partition already holds such rows")
        return None
    await connection.execute(
        text(f"CREATE TABLE {name} PARTITION OF {TABLE} FOR VALUES FROM ('{bounds['low']}') TO ('{bounds['high']}')")
    )
    return name


def _month(moment: datetime, offset: int) -> datetime:
    years, month = divmod(moment.month - 1 + offset, 12)
    return datetime(moment.year + years, month + 1, 1, tzinfo=UTC)
