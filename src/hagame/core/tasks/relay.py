"""Tells the broker about queued tasks after their transaction has committed, and looks after those nobody works at.

Any number of relays may run, in API processes and in workers: rows are locked while one of them is at it. A message is
sent at least once, and what it sets off is done once, because a worker must take the task in the database first.
"""

from __future__ import annotations

import asyncio
from time import monotonic

import structlog
from prometheus_client import Counter
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from hagame.core.events import goes_on, patiently
from hagame.core.tasks import runs
from hagame.core.tasks.broker import UNREACHABLE, Broker, Message
from hagame.settings import Settings

LOOK_S = 1.0
CARE_S = 5.0
BATCH = 50
LONGEST_PAUSE_S = 10.0

PUBLISHED = Counter("hagame_tasks_published_total", "Messages sent to the broker", ["queue"])
REPUBLISHED = Counter("hagame_tasks_republished_total", "Messages sent again because the broker lost them", ["queue"])
TAKEN_OVER = Counter("hagame_tasks_taken_over_total", "Runs whose worker gave no sign of life any more", ["kind"])

DATABASE_AWAY: tuple[type[Exception], ...] = (DBAPIError, PoolTimeout, OSError, TimeoutError)

NEIGHBOUR_AWAY = UNREACHABLE + DATABASE_AWAY

# Served by ix_outbox_due_at. A row from the future tells of a clock that was set back: better now than in an hour.
DUE = text("""
SELECT o.task_id, t.kind, o.queue, t.time_limit_s, t.traceparent FROM outbox o JOIN tasks t ON t.id = o.task_id
WHERE o.published_at IS NULL AND (o.due_at <= now() OR o.created_at > now())
ORDER BY o.due_at LIMIT :batch FOR UPDATE OF o SKIP LOCKED
""")
SENT = text("UPDATE outbox SET published_at = now() WHERE task_id = ANY(:ids)")

# Sent a while ago, and nobody has taken it. Served by ix_outbox_queue_published_at.
OLD = "published_at NOT BETWEEN now() - make_interval(secs => :patience) AND now() + make_interval(secs => :patience)"
UNTAKEN = text(f"SELECT queue, count(*) AS waiting FROM outbox WHERE {OLD} GROUP BY queue")  # noqa: S608
SEND_AGAIN = text(f"""
UPDATE outbox SET published_at = NULL WHERE task_id IN (
    SELECT task_id FROM outbox WHERE queue = :queue AND {OLD}
    ORDER BY published_at LIMIT :missing FOR UPDATE SKIP LOCKED
)
""")  # noqa: S608

log = structlog.get_logger()


class Relay:
    """One relay of a process. `run` runs until it is cancelled; `wake` makes it look at once."""

    def __init__(self, settings: Settings, sessions: async_sessionmaker[AsyncSession], broker: Broker) -> None:
        self._lease_s = settings.task_lease_s
        self._patience_s = settings.task_lease_s / 3
        self._sessions = sessions
        self._broker = broker
        self._something = asyncio.Event()
        self._care_at = 0.0
        self._failures = 0

    def wake(self) -> None:
        """There is something to send. To be called in the loop of `run`."""
        self._something.set()

    async def run(self) -> None:
        """Send and look after, for ever. While a neighbour is away it waits, and everything stays where it is."""
        while goes_on():
            await patiently(self._something, LOOK_S)
            self._something.clear()
            try:
                await self.step()
            except NEIGHBOUR_AWAY as error:
                await self._pause(error)
            else:
                self._failures = 0

    async def step(self) -> None:
        """Everything that is to be done now."""
        while await self.publish() == BATCH:
            pass
        if monotonic() >= self._care_at:
            await self.care()
            self._care_at = monotonic() + CARE_S

    async def publish(self) -> int:
        """Send one batch of what is due; returns how many. If it fails, or we die, the rows are still unsent."""
        async with self._sessions() as session, session.begin():
            rows = (await session.execute(DUE, {"batch": BATCH})).all()
            if rows:
                messages = [Message(*row) for row in rows]
                await asyncio.to_thread(self._broker.publish, messages)
                await session.execute(SENT, {"ids": [message.task_id for message in messages]})
                for message in messages:
                    PUBLISHED.labels(message.queue).inc()
        return len(rows)

    async def care(self) -> None:
        """Queue again what dead workers left, cancel what nobody waits for, send again what the broker lost."""
        async with self._sessions() as session, session.begin():
            for task_id, kind in await runs.take_over(session, self._lease_s):
                TAKEN_OVER.labels(kind).inc()
                log.warning("task.taken_over", task_id=str(task_id), kind=kind)
            await runs.drop_orphans(session)
        await self._send_lost_again()

    async def _send_lost_again(self) -> None:
        patience = {"patience": self._patience_s}
        async with self._sessions() as session:
            untaken = {row.queue: row.waiting for row in await session.execute(UNTAKEN, patience)}
        if not untaken:
            return
        lengths = await asyncio.to_thread(self._broker.lengths)
        async with self._sessions() as session, session.begin():
            for queue, count in untaken.items():
                missing = count - lengths.get(queue, 0)
                if missing > 0:
                    await session.execute(SEND_AGAIN, patience | {"queue": queue, "missing": missing})
                    REPUBLISHED.labels(queue).inc(missing)
                    log.warning("outbox.sent_again", queue=queue, messages=missing)
                    self._something.set()

    async def _pause(self, error: Exception) -> None:
        self._failures += 1
        if self._failures == 1:
            log.warning("outbox.waiting", error=type(error).__name__)
        await asyncio.sleep(min(0.5 * 2.0**self._failures, LONGEST_PAUSE_S))
