"""Two attempts side by side: a hedge against the one that takes long (Dean & Barroso 2013, "The tail at scale")."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TypeVar

T = TypeVar("T")


async def first_good(
    first: Coroutine[None, None, T], after_s: float, second: Callable[[], Coroutine[None, None, T] | None]
) -> T:
    """The result of `first`, or of `second`, which begins after `after_s`, if that comes earlier.

    The other one is cancelled. When both fail, the first failure is raised.
    """
    tasks = [asyncio.create_task(first)]
    try:
        await asyncio.wait(tasks, timeout=after_s)
        more = None if tasks[0].done() else second()
        if more is not None:
            tasks.append(asyncio.create_task(more))
        return await _first_result(tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _first_result(tasks: list[asyncio.Task[T]]) -> T:
    failure: BaseException | None = None
    running = set(tasks)
    while running:
        done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            if task.exception() is None:
                return task.result()
            failure = failure or task.exception()
    if failure is None:
        raise asyncio.CancelledError
    raise failure
