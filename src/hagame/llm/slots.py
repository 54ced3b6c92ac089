"""How many calls run at once: in this process, and for one person."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from hagame.errors import RateLimited

RETRY_AFTER_S = 2


class Slots:
    """Calls wait for their turn, first come first served, and give up when their time is over."""

    def __init__(self, in_all: int, per_user: int) -> None:
        self._all = asyncio.Semaphore(in_all)
        self._per_user = per_user
        self._users: dict[UUID, asyncio.Semaphore] = {}
        self._present: dict[UUID, int] = {}

    @asynccontextmanager
    async def of_user(self, user_id: UUID, patience_s: float) -> AsyncIterator[None]:
        """One of the person's slots. Raises `RateLimited` when none is free in time."""
        slots = self._users.setdefault(user_id, asyncio.Semaphore(self._per_user))
        self._present[user_id] = self._present.get(user_id, 0) + 1
        try:
            await _take(slots, patience_s, f"At most {self._per_user} of your calls may run at once.")
            try:
                yield
            finally:
                slots.release()
        finally:
            self._present[user_id] -= 1
            if not self._present[user_id]:
                del self._present[user_id], self._users[user_id]

    @asynccontextmanager
    async def of_process(self, patience_s: float) -> AsyncIterator[None]:
        """One of the process's slots. Raises `RateLimited` when none is free in time."""
        await _take(self._all, patience_s, "Too many calls are running on this server.")
        try:
            yield
        finally:
            self._all.release()


async def _take(slots: asyncio.Semaphore, patience_s: float, detail: str) -> None:
    try:
        async with asyncio.timeout(patience_s):
            await slots.acquire()
    except TimeoutError as error:
        raise RateLimited(detail, retry_after=RETRY_AFTER_S) from error
