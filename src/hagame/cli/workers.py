"""The workers of `hagame up`: started when the API is ready, started again when one dies, ended with us."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from time import monotonic

import structlog

from hagame.local import Home, guarded
from hagame.local.guarded import Command
from hagame.settings import Settings

PAUSES_S = (1.0, 60.0)
"""Before a worker is started again: at first, and at most when it dies again and again."""
HEALTHY_S = 30.0
LOG_BYTES = 10_000_000

log = structlog.get_logger()


@asynccontextmanager
async def workers(settings: Settings, home: Home, number: int) -> AsyncIterator[None]:
    """So many worker processes as long as the block lasts; the first one also keeps the schedule."""
    async with AsyncExitStack() as stack:
        for n in range(number):
            keeping = asyncio.create_task(_keep(_command(settings, home, n)))
            stack.push_async_callback(_end, keeping)
        yield


async def _keep(command: Command) -> None:
    pause_s = PAUSES_S[0]
    while True:
        began = monotonic()
        process = guarded.start(command)
        try:
            code = await asyncio.to_thread(process.wait)
        finally:
            await asyncio.shield(guarded.stop(process))
        pause_s = PAUSES_S[0] if monotonic() - began > HEALTHY_S else min(2.0 * pause_s, PAUSES_S[1])
        log.warning("worker.ended", exit_code=code, again_in_s=pause_s)
        await asyncio.sleep(pause_s)


async def _end(keeping: asyncio.Task[None]) -> None:
    keeping.cancel()
    with suppress(asyncio.CancelledError):
        await keeping


def _command(settings: Settings, home: Home, number: int) -> Command:
    """What is set for us is set for the worker; in the environment, because everybody can read a command line."""
    log_file = home.path / f"worker-{number + 1}.log"
    if log_file.exists() and log_file.stat().st_size > LOG_BYTES:
        log_file.replace(log_file.with_suffix(".log.old"))
    ours = {"HAGAME_HOME": str(home.path), "HAGAME_LOG_FORMAT": "json"}
    urls = {"DATABASE_URL": settings.database_url or "", "REDIS_URL": settings.redis_url or ""}
    words = [sys.executable, "-c", "from hagame.cli import main; main()", "worker"]
    return Command(
        f"Worker {number + 1}",
        [*words, "--beat"] if number == 0 else words,
        log_file,
        Path.cwd(),
        environment={**os.environ, **ours, **urls},
    )
