"""The broker: which queues there are, how messages are sent, and whether it answers.

Redis, Valkey or RabbitMQ, by `HAGAME_BROKER_URL` alone. A message holds the id of a task and, where traces are on, that
of the span that asked for it; what is to be done stands in the database. So a message may be lost or come twice without
harm, and nobody can read anything in it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from celery import Celery
from kombu import Connection, Exchange, Queue
from kombu.exceptions import OperationalError

from hagame.core.tasks.kinds import QUEUES
from hagame.core.tracing import TRACEPARENT
from hagame.settings import Settings

RUN = "hagame.run"
TICK = "hagame.tick"
DEAD = "dead"
"""The queue of messages that nobody could read, for a person to look at."""

CONNECT_TIMEOUT_S = 2.0
SOCKET_TIMEOUT_S = 5.0
HARD_LIMIT_GRACE_S = 60
"""A run that does not stop at its limit is killed so much later."""
VISIBILITY_S = 24 * 3600
TICK_S = 60.0

UNREACHABLE: tuple[type[Exception], ...] = (OperationalError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: that this task may be taken, and which span asked for it."""

    task_id: UUID
    kind: str
    queue: str
    time_limit_s: int
    traceparent: str | None = None


def make_celery(settings: Settings, *, publishing: bool) -> Celery:
    """The Celery application of this installation, without any function in it.

    `publishing`: of a process that only sends; it would rather fail than wait for a broker that hangs.
    """
    url = broker_url(settings)
    app = Celery("hagame", broker=url, set_as_current=not publishing)
    rabbit = url.startswith("amqp")
    app.conf.update(
        task_queues=[_queue(settings, name, quorum=rabbit) for name in QUEUES],
        task_default_queue=queue_name(settings, "default"),
        task_create_missing_queues=False,
        result_backend=None,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_consumer="hagame.core.tasks.consumer:Consumer",
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_timeout=CONNECT_TIMEOUT_S,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options=_transport_options(settings, rabbit=rabbit, publishing=publishing),
        beat_scheduler="celery.beat:Scheduler",
        beat_schedule={"tick": {"task": TICK, "schedule": TICK_S, "options": {"expires": 5 * TICK_S}}},
        enable_utc=True,
    )
    return app


def broker_url(settings: Settings) -> str:
    """Where the broker is, as Celery names it. Raises `ValueError` when neither it nor Redis is set."""
    url = settings.broker_url or settings.redis_url
    if url is None:
        raise ValueError("settings.broker_url or settings.redis_url must be set before tasks are sent")
    if url.startswith("unix://"):
        return f"redis+socket://{unquote(url.removeprefix('unix://'))}"
    return url


def queue_name(settings: Settings, queue: str) -> str:
    """What the queue is called in the broker."""
    return f"{settings.queue_prefix}{queue}"


class Broker:
    """Sends, measures and probes. All calls block: use a thread. They raise one of `UNREACHABLE`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._app = make_celery(settings, publishing=True)
        # One at a time: the connection is shared by the threads that come and go.
        self._lock = threading.Lock()
        self._kept: Connection | None = None
        self._closed = False

    def publish(self, messages: Iterable[Message]) -> None:
        """Send all of them; after an error some may have been sent."""
        with self._lock:
            # A thread that was given up may come here after all others have gone.
            if self._closed:
                raise ConnectionError("the connection to the broker is closed")
            try:
                if self._kept is None:
                    self._kept = self._connection()
                producer = self._kept.Producer()
                for message in messages:
                    self._send(producer, message)
            except BaseException:
                # The next call begins with a new connection. A polite end would wait for an answer; this does not.
                if self._kept is not None:
                    self._kept.collect()
                self._kept = None
                raise

    def lengths(self) -> dict[str, int]:
        """How many messages lie in each queue, not counting those that a worker holds."""
        with self._lock, self._connection() as connection:
            return {queue: self._length(connection, queue) for queue in QUEUES}

    def ping(self) -> None:
        """Return when the broker answers."""
        with self._connection() as connection:
            connection.ensure_connection(max_retries=1, timeout=CONNECT_TIMEOUT_S)
            connection.default_channel  # noqa: B018 - opening a channel asks the server something

    def close(self) -> None:
        """Close the connection; nothing can be sent any more."""
        with self._lock:
            self._closed = True
            self._forget()
            self._app.close()

    def _send(self, producer: Any, message: Message) -> None:
        self._app.send_task(
            RUN,
            (str(message.task_id),),
            queue=queue_name(self._settings, message.queue),
            time_limit=message.time_limit_s + HARD_LIMIT_GRACE_S,
            shadow=message.kind,
            producer=producer,
            retry=False,
            headers={} if message.traceparent is None else {TRACEPARENT: message.traceparent},
        )

    def _forget(self) -> None:
        if self._kept is not None:
            self._kept.release()
            self._kept = None

    def _connection(self) -> Connection:
        connection: Connection = self._app.connection_for_write(connect_timeout=CONNECT_TIMEOUT_S)
        return connection

    def _length(self, connection: Connection, queue: str) -> int:
        bound = self._app.amqp.queues[queue_name(self._settings, queue)](connection.default_channel)
        return int(bound.queue_declare().message_count)


def _queue(settings: Settings, name: str, *, quorum: bool) -> Queue:
    full = queue_name(settings, name)
    # The default exchange cannot be forgotten by a broker that lost its memory. An unlimited delivery count is safe:
    # the database counts the failures of a task.
    arguments = {"x-queue-type": "quorum", "x-consumer-timeout": VISIBILITY_S * 1000} if quorum else None
    return Queue(full, Exchange("", type="direct"), routing_key=full, durable=True, queue_arguments=arguments)


def _transport_options(settings: Settings, *, rabbit: bool, publishing: bool) -> dict[str, object]:
    if rabbit:
        waiting = {"read_timeout": SOCKET_TIMEOUT_S, "write_timeout": SOCKET_TIMEOUT_S} if publishing else {}
        return {"confirm_publish": True, **waiting}
    prefix = settings.queue_prefix
    return {
        "visibility_timeout": VISIBILITY_S,
        "unacked_key": f"{prefix}unacked",
        "unacked_index_key": f"{prefix}unacked_index",
        "unacked_mutex_key": f"{prefix}unacked_mutex",
        "socket_connect_timeout": CONNECT_TIMEOUT_S,
        "socket_timeout": SOCKET_TIMEOUT_S,
        "socket_keepalive": True,
        "health_check_interval": 25,
    }
