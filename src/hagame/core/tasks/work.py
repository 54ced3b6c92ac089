"""Takes tasks and does them: one loop, one engine and one thread of signs of life per worker process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any, Literal, TypeAlias
from uuid import UUID

import structlog
from prometheus_client import Counter, Histogram

from hagame.core import tracing
from hagame.core.database import make_engine, make_sessions
from hagame.core.problems import OUR_FAULT, TYPE_PREFIX
from hagame.core.tasks import runs
from hagame.core.tasks.enqueue import WAKE
from hagame.core.tasks.job import Job, Result, Signals, Stopped
from hagame.core.tasks.kinds import Kind
from hagame.core.tasks.pulse import Pulse, Watched
from hagame.core.tasks.registry import Function, Tasks
from hagame.core.tasks.runs import Claimed
from hagame.core.tasks.schedule import enqueue_due
from hagame.errors import HagameError, RateLimited
from hagame.settings import Settings

Outcome: TypeAlias = Literal["done", "waiting", "failed", "retried", "returned", "stopped"]

CONNECTIONS = 5
PATIENCE_WITH_UNKNOWN = 10
"""Attempts at a kind of task that no worker knows: some 17 minutes, in which workers are replaced by newer ones."""

SECONDS = Histogram(
    "hagame_task_seconds",
    "Time of one run of a task",
    ["kind", "outcome"],
    buckets=(0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 1800.0, 7200.0),
)
IDLE = Counter("hagame_tasks_idle_messages_total", "Messages that came twice, too early or too late")

GAVE_UP = HagameError("The task was given up: its worker died again and again.")

log = structlog.get_logger()


class Worker:
    """Does one task at a time, in the thread that made it."""

    def __init__(self, settings: Settings, tasks: Tasks, draining: Callable[[], bool]) -> None:
        self._settings = settings
        self._tasks = tasks
        self._engine = make_engine(settings.model_copy(update={"database_pool_size": CONNECTIONS}))
        self._sessions = make_sessions(self._engine)
        self._runner = asyncio.Runner()
        self._pulse = Pulse(settings, draining)
        self._pulse.start()
        self._sessions.configure(info={WAKE: self._pulse.wake})

    def work(self, task_id: UUID, headers: Mapping[str, str] | None = None) -> None:
        """Take this task, if it is there to be taken, and do it. Whatever happens is written into its row.

        `headers` are those of the message; its run belongs to the trace that they name.
        """
        self._runner.run(self._work(task_id, headers))

    def tick(self) -> None:
        """Ask for what the schedule says is due."""
        self._runner.run(enqueue_due(self._sessions, self._tasks, self._settings.schedule))

    def close(self) -> None:
        """End the thread and the connections."""
        self._runner.run(self._engine.dispose())
        self._runner.close()
        self._pulse.stop()

    async def _work(self, task_id: UUID, headers: Mapping[str, str] | None) -> None:
        async with self._sessions() as session, session.begin():
            claimed = await runs.claim(session, task_id)
        if claimed is None:
            IDLE.inc()
            return
        began = perf_counter()
        with tracing.span(f"task {claimed.kind}", "consumer", headers, hagame__task__id=str(task_id)):
            tracing.name_in_log()
            outcome = await self._attempt(claimed)
        self._pulse.announce(claimed.parent_id or task_id)
        seconds = perf_counter() - began
        SECONDS.labels(claimed.kind if claimed.kind in self._tasks else "unknown", outcome).observe(seconds)
        log.info(
            f"task.{outcome}",
            task_id=str(task_id),
            kind=claimed.kind,
            user_id=None if claimed.user_id is None else str(claimed.user_id),
            attempt=claimed.run.attempt,
            duration_ms=round(seconds * 1000, 3),
        )

    async def _attempt(self, claimed: Claimed) -> Outcome:
        if claimed.kind not in self._tasks:
            # A newer worker may know it.
            kind = Kind(claimed.kind, attempts=PATIENCE_WITH_UNKNOWN)
            return await self._failed(kind, claimed, HagameError("No worker knows this kind of task."))
        kind, function = self._tasks[claimed.kind]
        if claimed.failures >= kind.attempts:
            return await self._give_up(claimed, GAVE_UP)
        signals = Signals()
        job = Job(claimed, self._sessions, self._settings, signals)
        try:
            result = await self._watched(function, job, signals, claimed)
        except (Stopped, asyncio.CancelledError):
            return await self._stopped(kind, claimed, signals)
        except Exception as error:  # noqa: BLE001 - whatever a task raises is told in its row
            return await self._failed(kind, claimed, error)
        return await self._finished(job, claimed, result)

    async def _watched(self, function: Function, job: Job, signals: Signals, claimed: Claimed) -> Result:
        loop = asyncio.get_running_loop()
        # A task of its own, so that to cancel it is not to cancel us.
        running = asyncio.ensure_future(function(job))

        def interrupt() -> None:
            loop.call_soon_threadsafe(running.cancel)

        watch = self._pulse.watch(Watched(claimed.run, signals, claimed.time_limit_s, interrupt))
        try:
            return await running
        finally:
            watch.cancel()

    async def _finished(self, job: Job, claimed: Claimed, result: Result) -> Outcome:
        if job.ended is not None:
            return job.ended
        async with self._sessions() as session, session.begin():
            mine = await runs.finish(session, claimed.run, result, claimed.parent_id)
        return "done" if mine else "stopped"

    async def _stopped(self, kind: Kind, claimed: Claimed, signals: Signals) -> Outcome:
        if signals.why == "time limit":
            error = HagameError(f"The task took longer than its limit of {claimed.time_limit_s} s.")
            return await self._failed(kind, claimed, error)
        if signals.why != "draining":
            return "stopped"
        async with self._sessions() as session, session.begin():
            returned = await runs.try_again(session, claimed.run, claimed.queue, wait_s=0.0, failed=False)
        return "returned" if returned else "stopped"

    async def _failed(self, kind: Kind, claimed: Claimed, error: Exception) -> Outcome:
        wait_s = _wait_s(kind, claimed.failures + 1, error)
        if wait_s is None:
            return await self._give_up(claimed, error)
        log.warning("task.failing", task_id=str(claimed.run.task_id), kind=kind.name, exc_info=error)
        async with self._sessions() as session, session.begin():
            mine = await runs.try_again(session, claimed.run, claimed.queue, wait_s=wait_s, failed=True)
        return "retried" if mine else "stopped"

    async def _give_up(self, claimed: Claimed, error: Exception) -> Outcome:
        log.error("task.given_up", task_id=str(claimed.run.task_id), kind=claimed.kind, exc_info=error)
        async with self._sessions() as session, session.begin():
            mine = await runs.fail(session, claimed.run, _problem(error), claimed.parent_id)
        return "failed" if mine else "stopped"


def _wait_s(kind: Kind, failures: int, error: Exception) -> float | None:
    """Seconds until the next attempt; None when there is none, because it would end in the same way."""
    if isinstance(error, RateLimited):
        wait_s = max(float(error.retry_after), kind.wait_s(failures))
    elif isinstance(error, HagameError) and error.status < 500:
        return None
    else:
        wait_s = kind.wait_s(failures)
    return wait_s if failures < kind.attempts else None


def _problem(error: Exception) -> Mapping[str, Any]:
    """What the person is told, as RFC 9457 has it. What was not raised to be shown is not shown."""
    shown = error if isinstance(error, HagameError) else HagameError(OUR_FAULT)
    return {"type": TYPE_PREFIX + shown.slug, "title": shown.title, "status": shown.status, "detail": shown.detail}
