"""Which WebSockets are open, how many of one person, and what they did."""

from __future__ import annotations

import asyncio
from collections import Counter as Tally
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from urllib.parse import urlsplit
from uuid import UUID

from prometheus_client import Counter, Gauge
from starlette.datastructures import Headers

from hagame.core.leases import Leases
from hagame.errors import RateLimited

OPEN = Gauge("hagame_sockets", "Open WebSockets of people who are known", multiprocess_mode="livesum")
CLOSED = Counter("hagame_sockets_closed_total", "WebSockets that ended, by their close code", ["code"])
MESSAGES = Counter("hagame_socket_messages_total", "Messages over WebSockets", ["type", "status"])
RETRY_AFTER_S = 10
LOOKS_AT_ONCE = 2


class Sockets:
    """Counts the sockets of each person: those in this process by itself, those in all by leases."""

    def __init__(self, most: int, leases: Leases) -> None:
        self.looking = asyncio.Semaphore(LOOKS_AT_ONCE)
        """Held while a socket looks for turns: thousands of them leave the other connections to those who play."""
        self._most = most
        self._leases = leases
        self._open: Tally[UUID] = Tally()

    @asynccontextmanager
    async def one_more(self, user_id: UUID) -> AsyncIterator[None]:
        """A socket of this person, open while the block lasts. Raises `RateLimited`."""
        with self._one_more_here(user_id):
            async with self._leases.one_more(user_id, self._most) as had:
                if not had:
                    raise self._too_many()
                with OPEN.track_inprogress():
                    yield

    @contextmanager
    def _one_more_here(self, user_id: UUID) -> Iterator[None]:
        if self._open[user_id] >= self._most:
            raise self._too_many()
        self._open[user_id] += 1
        try:
            yield
        finally:
            self._open[user_id] -= 1
            if not self._open[user_id]:
                del self._open[user_id]

    def _too_many(self) -> RateLimited:
        return RateLimited(
            f"At most {self._most} WebSockets may be open at once; close one.",
            retry_after=RETRY_AFTER_S,
            limit=self._most,
        )


def is_welcome(headers: Headers, origins: Sequence[str]) -> bool:
    """Whether a page of this origin may connect (RFC 6455, 10.2): ours, or one of `origins`; programs name none."""
    origin = headers.get("origin")
    if origin is None or origin in origins or "*" in origins:
        return True
    return urlsplit(origin).netloc == headers.get("host")
