"""What stands in the database about work and play, as metrics; asked for at each scrape, by whichever process."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import asyncpg
import structlog
from prometheus_client import Gauge

from hagame.core.database import Pool, direct
from hagame.core.partitions import first_id
from hagame.core.tasks.broker import UNREACHABLE, Broker
from hagame.errors import Unavailable

PATIENCE_S = 3.0

# Served by ix_tasks_state: those that are over are not looked at.
STATES = """
SELECT kind, state, count(*) AS n FROM tasks
WHERE state IN ('queued', 'running', 'waiting') GROUP BY kind, state
"""
QUEUES = """
SELECT queue, count(*) FILTER (WHERE published_at IS NULL AND due_at <= now()) AS unsent,
       coalesce(extract(epoch FROM now() - min(greatest(due_at, created_at)) FILTER (WHERE due_at <= now())), 0) AS age
FROM outbox GROUP BY queue
"""

# Served by the primary key: ids begin with their time. Older ones that are open have been left, most of them.
ACTIVE = "SELECT count(*) FROM game_instances WHERE id >= $1 AND status = 'active'"
RECENT = timedelta(hours=1)

_NOW: dict[str, Any] = {"multiprocess_mode": "mostrecent"}
UNFINISHED = Gauge("hagame_tasks", "Unfinished tasks by state", ["kind", "state"], **_NOW)
QUEUE_LENGTH = Gauge("hagame_task_queue_length", "Messages in the broker", ["queue"], **_NOW)
OLDEST_AGE = Gauge("hagame_task_oldest_age_seconds", "Age of the oldest task that nobody took", ["queue"], **_NOW)
ACTIVE_INSTANCES = Gauge("hagame_active_instances", "Matches begun within an hour and not over", **_NOW)
BACKLOG = Gauge("hagame_outbox_backlog", "Due tasks that the broker was not told about", ["queue"], **_NOW)

Series: TypeAlias = tuple[Gauge, tuple[str, ...]]

log = structlog.get_logger()


class TaskMetrics:
    """Sets the gauges; what is no longer there is set to 0."""

    def __init__(self, pool: Pool, broker: Broker | None) -> None:
        self._pool = pool
        self._broker = broker
        self._seen: set[Series] = set()

    async def refresh(self) -> None:
        """Ask the database and the broker. What does not answer keeps its last value."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                found = await self._of_database() | await self._of_broker()
        except (Unavailable, TimeoutError, asyncpg.PostgresError, *UNREACHABLE) as error:
            log.warning("metrics.incomplete", error=type(error).__name__)
            return
        for gauge, labels in self._seen - found.keys():
            gauge.labels(*labels).set(0)
        for (gauge, labels), value in found.items():
            gauge.labels(*labels).set(value)
        self._seen |= found.keys()

    async def _of_database(self) -> dict[Series, float]:
        async with direct(self._pool) as connection:
            states, queues = await connection.fetch(STATES), await connection.fetch(QUEUES)
            ACTIVE_INSTANCES.set(await connection.fetchval(ACTIVE, first_id(datetime.now(UTC) - RECENT)))
        found: dict[Series, float] = {(UNFINISHED, (row["kind"], row["state"])): float(row["n"]) for row in states}
        for row in queues:
            found[OLDEST_AGE, (row["queue"],)] = float(row["age"])
            found[BACKLOG, (row["queue"],)] = float(row["unsent"])
        return found

    async def _of_broker(self) -> dict[Series, float]:
        if self._broker is None:
            return {}
        lengths = await asyncio.to_thread(self._broker.lengths)
        return {(QUEUE_LENGTH, (queue,)): float(length) for queue, length in lengths.items()}
