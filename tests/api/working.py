"""Does background work at once, as a worker process would do it."""

from __future__ import annotations

import asyncio
from uuid import UUID

from hagame.core.tasks.work import Worker
from hagame.settings import Settings
from hagame.worker import TASKS


async def work_off(settings: Settings, *task_ids: str | UUID) -> None:
    """Take these tasks, one after the other."""

    def work() -> None:
        worker = Worker(settings, TASKS, lambda: False)
        try:
            for task_id in task_ids:
                worker.work(UUID(str(task_id)))
        finally:
            worker.close()

    await asyncio.to_thread(work)
