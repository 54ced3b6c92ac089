"""A worker with tasks made for tests, as a process of its own: `python -m tests.system.task_worker CONCURRENCY`.

Their effects are rows in the table `effects`, which has no unique key: what is done twice is there twice.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from math import fsum

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.core.tasks import Job, Kind, Result, Tasks
from hagame.errors import InvalidInput, Unavailable
from hagame.settings import Settings

EFFECTS = "CREATE TABLE IF NOT EXISTS effects (task_id uuid NOT NULL, what text NOT NULL)"

MARK = Kind("test.mark", attempts=10, backoff_s=0.1, at_once=1000)
STEPS = Kind("test.steps", attempts=10, backoff_s=0.1, at_once=1000)
SPIN = Kind("test.spin", time_limit_s=1, attempts=1)
KILLER = Kind("test.killer", attempts=2, backoff_s=0.1)
FLAKY = Kind("test.flaky", attempts=3, backoff_s=0.1)
WRONG = Kind("test.wrong")
SUM = Kind("test.sum", queue="training", at_once=1000)
SUM_SHARD = Kind("test.sum.shard", queue="training", attempts=10, backoff_s=0.1)

tasks = Tasks()


@tasks.runs(MARK)
async def mark(job: Job) -> Result:
    """One effect, after a while."""
    await asyncio.sleep(job.payload.get("seconds", 0.0))
    async with job.finishing() as end:
        await _add(end.session, job, "mark")
        end.result = {"marked": True}
    return None


@tasks.runs(STEPS)
async def steps(job: Job) -> Result:
    """Steps that are kept one by one; each leaves an effect, and so does the end."""
    first = int(job.kept or b"0")
    for step in range(first, job.payload["steps"]):
        job.report(step / job.payload["steps"], f"step {step}")
        await asyncio.sleep(job.payload["seconds"])
        async with job.sessions() as session, session.begin():
            await _add(session, job, f"began {step} in attempt {job.run.attempt}")
        await job.keep(b"%d" % (step + 1))
    async with job.finishing() as end:
        await _add(end.session, job, "finished")
        end.result = {"began_at": first}
    return None


@tasks.runs(SPIN)
async def spin(job: Job) -> Result:
    """Computes for ever, and reports."""

    def compute() -> None:
        while True:
            time.sleep(0.01)
            job.report(0.5)

    await job.compute(compute)
    return None


@tasks.runs(KILLER)
async def killer(job: Job) -> Result:
    """Takes its worker with it."""
    async with job.sessions() as session, session.begin():
        await _add(session, job, "killed")
    os.kill(os.getpid(), signal.SIGKILL)
    return None


@tasks.runs(FLAKY)
async def flaky(job: Job) -> Result:
    """Fails until its last attempt."""
    if job.run.attempt < FLAKY.attempts:
        raise Unavailable("not yet")
    return {"attempt": job.run.attempt}


@tasks.runs(WRONG)
async def wrong(_: Job) -> Result:
    """Fails for good."""
    raise InvalidInput("n: must be even.", field="/n")


@tasks.runs(SUM)
async def sum_all(job: Job) -> Result:
    """Shares out, twice, and adds up."""
    if job.round < 2:
        before = [shard.result["value"] for shard in await job.shards()]
        offset = fsum(before)
        payloads = [{"value": offset + n / 7, "seconds": job.payload["seconds"]} for n in range(job.payload["shards"])]
        await job.scatter(SUM_SHARD, payloads, progress=0.4 * (job.round + 1))
        return None
    shards = await job.shards()
    async with job.finishing() as end:
        await _add(end.session, job, "sum")
        end.result = {
            "sum": sum(shard.result["value"] for shard in shards),
            "kept": [None if shard.kept is None else shard.kept.decode() for shard in shards],
        }
    return None


@tasks.runs(SUM_SHARD)
async def sum_shard(job: Job) -> Result:
    """Part of a sum."""
    await asyncio.sleep(job.payload["seconds"])
    await job.keep(str(job.payload["value"]).encode())
    async with job.finishing() as end:
        await _add(end.session, job, "shard")
        end.result = {"value": job.payload["value"] * 1.1}
    return None


async def _add(session: AsyncSession, job: Job, what: str) -> None:
    await session.execute(text("INSERT INTO effects VALUES (:id, :what)"), {"id": job.id, "what": what})


def main() -> None:
    from hagame.worker import create_worker

    worker = create_worker(Settings(), tasks).Worker(concurrency=int(sys.argv[1]), loglevel="INFO", quiet=True)
    worker.start()
    sys.exit(worker.exitcode)


if __name__ == "__main__":
    main()
