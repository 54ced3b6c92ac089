"""The door for background work: the functions of all rooms are joined here, and Celery calls them.

Celery brings messages to processes and keeps processes alive. What a task is, whether it may be taken and what came
of it stands in PostgreSQL; so Celery's results, retries and groups are not used.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from celery import Celery, current_task, signals
from prometheus_client import CollectorRegistry, multiprocess, start_http_server

from hagame.accounts import tasks as accounts
from hagame.aimodels.tasks import tasks as ai_models
from hagame.core import telemetry, tracing
from hagame.core.tasks import Tasks, maintenance
from hagame.core.tasks.broker import RUN, TICK, make_celery
from hagame.core.tasks.consumer import park
from hagame.core.tasks.work import Worker
from hagame.errors import SetupFailed
from hagame.games import tasks as games
from hagame.llm import tasks as llm
from hagame.reports import tasks as reports
from hagame.settings import Settings

TASKS = Tasks(maintenance.tasks, accounts.tasks, ai_models, games.tasks, reports.tasks, llm.tasks)
"""Everything that can be done in the background."""

log = structlog.get_logger()


def create_worker(settings: Settings, tasks: Tasks = TASKS) -> Celery:
    """The Celery application with its functions. Nothing is opened before a worker starts. Raises `SetupFailed`."""
    if settings.database_url is None or (settings.broker_url or settings.redis_url) is None:
        raise SetupFailed(
            "A worker needs a database and a broker.",
            remedy="Set DATABASE_URL, and REDIS_URL or HAGAME_BROKER_URL; `hagame up` starts a worker by itself.",
        )
    app = make_celery(settings, publishing=False)
    process = _Process(app, settings, tasks)
    app.task(name=RUN, shared=False)(process.run)
    # Celery checks what beat sends against the signature, and counts the `self` of a method in.
    app.task(name=TICK, shared=False, typing=False)(process.tick)
    # Strong references: nobody else holds these methods.
    signals.setup_logging.connect(process.set_up_logging, weak=False)
    signals.worker_ready.connect(process.show_metrics, weak=False)
    signals.worker_process_init.connect(process.open, weak=False)
    signals.worker_process_shutdown.connect(process.close, weak=False)
    signals.worker_shutting_down.connect(process.drain, weak=False)
    return app


class _Process:
    """What a process of a worker has; its children get a copy of it before they open anything."""

    def __init__(self, app: Celery, settings: Settings, tasks: Tasks) -> None:
        self._app = app
        self._settings = settings
        self._tasks = tasks
        self._worker: Worker | None = None
        self._end_tracing: Callable[[], None] = lambda: None
        # Shared with the children. Without a lock: it is set in a signal handler, which must not wait for one.
        self._draining: Any = multiprocessing.RawValue(ctypes.c_bool, False)

    def run(self, *args: object) -> None:
        """Do the task of a message. Never raises: whatever went wrong, the database knows what is still to be done."""
        try:
            task_id = UUID(str(args[0]))
        except (IndexError, ValueError):
            log.error("task.parked", why="no id")  # noqa: TRY400 - a strange message is told, not how it was read
            park(self._app, repr(args), "no id")
            return
        try:
            self._open().work(task_id, current_task.request.headers)
        except Exception:
            # The next message must find a worker.
            log.exception("task.interrupted", task_id=str(task_id))

    def tick(self) -> None:
        """Ask for what the schedule says."""
        try:
            self._open().tick()
        except Exception:
            # There is another tick in a minute.
            log.exception("schedule.failed")

    def open(self, **_: object) -> None:
        """In a child, before its first task."""
        self._end_tracing = tracing.configure(self._settings, "hagame-worker")
        self._open()

    def close(self, **_: object) -> None:
        """In a child, after its last task."""
        if self._worker is not None:
            self._worker.close()
        self._end_tracing()

    def drain(self, **_: object) -> None:
        """In the parent, when it is told to end: runs are given a moment, then they go back."""
        self._draining.value = True

    def set_up_logging(self, **_: object) -> None:
        """Instead of Celery's own."""
        telemetry.configure_logging(self._settings)
        telemetry.adopt_standard_logging(self._settings)

    def show_metrics(self, **_: object) -> None:
        """In the parent: the metrics of all children, if a port is set."""
        if self._settings.worker_metrics_port and "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # untyped there
            start_http_server(self._settings.worker_metrics_port, registry=registry)

    def _open(self) -> Worker:
        if self._worker is None:
            self._worker = Worker(self._settings, self._tasks, lambda: bool(self._draining.value))
        return self._worker
