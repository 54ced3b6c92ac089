"""A consumer of messages that loses none of those it cannot read: they are parked for a person to look at."""

from __future__ import annotations

from typing import Any

import structlog
from celery.worker.consumer import Consumer as CeleryConsumer
from kombu import Queue
from prometheus_client import Counter

from hagame.core.tasks.broker import DEAD, UNREACHABLE

PARKED = Counter("hagame_tasks_parked_total", "Messages that nobody could read, put aside", ["why"])
MOST_BYTES = 64 * 1024
# A process that is forked closes what it inherits, and with AMQP that ends the connection of its parent, too. So the
# first attempt may find a connection that is no more; the next one has its own.
AGAIN = {"max_retries": 3, "interval_start": 0, "interval_step": 0.5, "interval_max": 1.0}

log = structlog.get_logger()


class Consumer(CeleryConsumer):  # type: ignore[misc]  # Celery has no types
    """Celery's, with a place for poison: the queue `dead`, on every broker."""

    def on_decode_error(self, message: Any, exc: Exception) -> None:
        """A body that is not what it claims to be."""
        self._park(message, "undecodable")
        super().on_decode_error(message, exc)

    def on_unknown_message(self, body: Any, message: Any) -> None:
        """A message that names no task."""
        self._park(message, "no task")
        super().on_unknown_message(body, message)

    def on_unknown_task(self, body: Any, message: Any, exc: Exception) -> None:
        """A task that is not ours."""
        self._park(message, "unknown task")
        super().on_unknown_task(body, message, exc)

    def on_invalid_task(self, body: Any, message: Any, exc: Exception) -> None:
        """A task whose arguments cannot be read."""
        self._park(message, "invalid task")
        super().on_invalid_task(body, message, exc)

    def _park(self, message: Any, why: str) -> None:
        PARKED.labels(why).inc()
        log.error("task.parked", why=why, bytes=len(message.body or b""))
        park(self.app, message.body, why)


def park(app: Any, body: bytes | str, why: str) -> None:
    """Put a copy of a message into the queue `dead`, with the reason."""
    prefix = app.conf.task_default_queue.removesuffix("default")
    queue = Queue(f"{prefix}{DEAD}", durable=True, max_length=10_000)
    data = body.encode() if isinstance(body, str) else bytes(body or b"")
    try:
        with app.producer_pool.acquire(block=True) as producer:
            producer.publish(
                data[:MOST_BYTES],
                routing_key=queue.name,
                exchange="",
                declare=[queue],
                content_type="application/octet-stream",
                content_encoding="binary",
                headers={"why": why},
                retry=True,
                retry_policy=AGAIN,
            )
    except UNREACHABLE as error:
        log.error("task.parked_nowhere", why=why, error=type(error).__name__)  # noqa: TRY400 - the traceback says no more
