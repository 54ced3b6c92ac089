"""Threads for opponents and predictors that take their time."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from hagame.match import Match

AT_ONCE = 2
"""Slow ones that think at once in a process: the others wait, and everybody else has all other threads."""

T = TypeVar("T")


def is_slow(match: Match) -> bool:
    """Whether a turn may take more than about a millisecond."""
    return match.opponent.info.slow or match.predictor.info.slow


async def think(match: Match, function: Callable[..., T], *arguments: object) -> T:
    """Call it in a thread, where the match is slow in one of the few for such."""
    return await to_thread.run_sync(function, *arguments, limiter=_few() if is_slow(match) else None)


@cache
def _few() -> CapacityLimiter:
    return CapacityLimiter(AT_ONCE)
