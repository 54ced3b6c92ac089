"""What the function of a task is given: its payload, and the way to tell, to keep, to share out and to end.

A function may be run more than once: its worker may die, and then another one begins it again with what was kept. So
whatever it changes, it changes in `finishing()` or in `transaction()`, which let only the run through that owns the
task: then everything is there once, whatever happens. Work that takes long tells how far it is with `report`, which
also is the place where it stops when it was cancelled, and stores what it would not like to do again with `keep`.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal, ParamSpec, TypeAlias, TypeVar

from anyio import to_thread
from pydantic import JsonValue
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import undefer

from hagame.core.tables import Task
from hagame.core.tasks import runs
from hagame.core.tasks.enqueue import enqueue_shards
from hagame.core.tasks.kinds import Kind
from hagame.core.tasks.runs import Claimed, Run
from hagame.settings import Settings

MOST_KEPT_BYTES = 64 * 1024 * 1024
MOST_SHARDS = 10_000

Why: TypeAlias = Literal["not wanted", "draining", "time limit"]
"""Why a run shall not go on: cancelled or taken over, the worker is going down, or it took too long."""

Result: TypeAlias = Mapping[str, JsonValue] | None
P = ParamSpec("P")
T = TypeVar("T")


class Stopped(BaseException):
    """The run shall not go on: the task was cancelled or taken over, or the worker is going down.

    No `Exception`, so that no function takes it for a failure of its work.
    """


@dataclass(frozen=True, slots=True)
class Shard:
    """What one shard of a task gave: the result that its function returned, and the bytes it kept."""

    number: int
    result: Mapping[str, Any]
    kept: bytes | None


class Job:
    """One run of one task."""

    def __init__(
        self, claimed: Claimed, sessions: async_sessionmaker[AsyncSession], settings: Settings, signals: Signals
    ) -> None:
        self.id = claimed.run.task_id
        self.user_id = claimed.user_id
        self.payload: Mapping[str, Any] = claimed.payload
        self.kept = claimed.kept
        """The last checkpoint of earlier runs or rounds."""
        self.round = claimed.round
        """How often the task has scattered; 0 at first."""
        self.asked_at = claimed.asked_at
        self.sessions = sessions
        self.settings = settings
        self.ended: Literal["done", "waiting"] | None = None
        """How this run has ended, once it has."""
        self._claimed = claimed
        self._signals = signals

    @property
    def run(self) -> Run:
        """The fence of this run."""
        return self._claimed.run

    def report(self, progress: float, note: str = "") -> None:
        """Say how far the work is, 0 to 1, and in a few words at what. Costs nothing; may be called from any thread.

        Raises `Stopped` when the work is no longer wanted here.
        """
        self._signals.progress = min(max(progress, 0.0), 1.0)
        self._signals.note = note[:200]
        if self._signals.stop.is_set():
            raise Stopped

    async def keep(self, data: bytes) -> None:
        """Store a checkpoint; another run would find it in `kept`. Raises `Stopped` and `ValueError`."""
        if len(data) > MOST_KEPT_BYTES:
            raise ValueError(f"a checkpoint may have at most {MOST_KEPT_BYTES} bytes, this one has {len(data)}")
        async with self.sessions() as session, session.begin():
            if not await runs.keep(session, self.run, data):
                raise Stopped
        self.kept = data
        if self._signals.stop.is_set():
            raise Stopped

    async def compute(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The value of a long computation, made in a thread. It should call `report` now and then."""
        return await to_thread.run_sync(lambda: function(*args, **kwargs))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A transaction that commits only if this run still owns the task. Raises `Stopped` if it does not."""
        async with self.sessions() as session, session.begin():
            if await runs.hold(session, self.run) is None:
                raise Stopped
            yield session

    @asynccontextmanager
    async def finishing(self) -> AsyncIterator[Ending]:
        """The last transaction: what is written in it and the end of the task are committed together, or neither.

        async with job.finishing() as end:
            report_id = await reports.store(end.session, job.user_id, pages)
            end.result = {"report_id": str(report_id)}
        """
        async with self.transaction() as session:
            ending = Ending(session)
            yield ending
            if not await runs.finish(session, self.run, ending.result, self._claimed.parent_id):
                raise Stopped
        self.ended = "done"

    async def scatter(
        self,
        kind: Kind,
        payloads: Sequence[Mapping[str, JsonValue]],
        *,
        keep: bytes | None = None,
        progress: float = 0.9,
    ) -> None:
        """Share the work out: one shard of `kind` per payload, done by any workers in any order. Then return.

        When all are done, the function of this task is called again, with `round` one higher, and reduces what
        `shards()` gives, which is in the order of the payloads, so that the result does not depend on who did what.
        It may then scatter again (one step of an iterative fit, say; `keep` is what it wants to find in `kept`) or
        end. If a shard fails, the task fails; if the task is cancelled, so are its shards. The progress of the task
        moves to `progress` as shards are done.

            @tasks.runs(FIT)
            async def fit(job: Job) -> Result:
                if job.round == 0:
                    await job.scatter(FIT_SHARD, [{"first": n, "count": 50} for n in range(0, 1000, 50)])
                    return None
                estimates = [shard.result["estimate"] for shard in await job.shards()]
                async with job.finishing() as end:
                    end.result = {"mean": fsum(estimates) / len(estimates)}
                return None

            @tasks.runs(FIT_SHARD)
            async def fit_shard(job: Job) -> Result:
                return {"estimate": await job.compute(estimate, job.payload["first"], job.payload["count"])}

        Shards run by the rules of their own kind. Raises `Stopped`, and `ValueError` for no payloads or too many.
        """
        if not 0 < len(payloads) <= MOST_SHARDS:
            raise ValueError(f"a task has 1 to {MOST_SHARDS} shards, not {len(payloads)}")
        async with self.sessions() as session, session.begin():
            task = await runs.hold(session, self.run)
            if task is None:
                raise Stopped
            await runs.forget_shards(session, self.id)
            task.state, task.round, task.pending = "waiting", self.round + 1, len(payloads)
            task.kept, task.progress_goal = keep, max(progress, task.progress)
            await enqueue_shards(session, task, kind, payloads)
        self.ended = "waiting"

    async def shards(self) -> list[Shard]:
        """What the shards of this round gave, in the order of their payloads."""
        query = select(Task).where(Task.parent_id == self.id).order_by(Task.shard).options(undefer(Task.kept))
        async with self.sessions() as session:
            return [Shard(task.shard or 0, task.result or {}, task.kept) for task in await session.scalars(query)]


class Ending:
    """The end of a task: the session of its last transaction, and the result that will be shown."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.result: Result = None


class Signals:
    """What a run and the thread that gives its signs of life tell each other."""

    def __init__(self) -> None:
        self.progress = 0.0
        self.note = ""
        self.stop = threading.Event()
        self.why: Why = "not wanted"
