"""Whether, and after which pause, a call that failed is tried again."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2

TOO_MANY, BUSY = 429, 503
GATEWAYS = frozenset({502, 504})
"""A proxy's words for a server that did not answer; it may have done the call."""

NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


@dataclass(frozen=True, slots=True)
class Retry:
    """How patient a client is with one call.

    `budget_s` limits a call with all its attempts and pauses; `attempts` does not count those that were answered by
    "too many requests", which end with the budget alone. Pauses are drawn evenly from 0 to `base_s` doubled each time,
    at most `cap_s` ("full jitter", Brooker 2015, Exponential backoff and jitter); what the server asks for is added.
    """

    attempts: int = 5
    budget_s: float = 60.0
    base_s: float = 0.25
    cap_s: float = 8.0


@dataclass(slots=True)
class Patience:
    """The state of one call: since when, and how often it failed. `repeatable`: twice is the same as once."""

    policy: Retry
    repeatable: bool
    clock: Callable[[], float]
    rng: random.Random
    failures: int = 0
    waits: int = 0
    _until: float = field(init=False)

    def __post_init__(self) -> None:
        self._until = self.clock() + self.policy.budget_s

    @property
    def left_s(self) -> float:
        """Seconds until the budget is spent; never negative."""
        return max(0.0, self._until - self.clock())

    def after_break(self, error: httpx2.TransportError) -> float | None:
        """Seconds to wait after the connection broke; None to give up."""
        return self._pause(0.0) if self.repeatable or isinstance(error, NEVER_SENT) else None

    def after_answer(self, response: httpx2.Response) -> float | None:
        """Seconds to wait after an answer that may become another one; None when this one stands."""
        status = response.status_code
        if status == TOO_MANY:
            # It was refused before anything was done.
            return self._pause(max(retry_after(response), 1.0), counts=False)
        if self.repeatable and (status == BUSY or status in GATEWAYS):
            return self._pause(retry_after(response))
        return None

    def _pause(self, asked_s: float, *, counts: bool = True) -> float | None:
        self.failures += counts
        if self.failures >= self.policy.attempts:
            return None
        most = min(self.policy.cap_s, self.policy.base_s * 2.0 ** min(self.waits, 30))
        self.waits += 1
        pause = asked_s + self.rng.uniform(0.0, most)
        return pause if pause < self.left_s else None


def retry_after(response: httpx2.Response) -> float:
    """Seconds that the server asks to wait, told as a number or a date (RFC 9110, 10.2.3); 0 when it does not."""
    told = response.headers.get("Retry-After", "")
    if told.isdigit():
        return float(told)
    try:
        at = parsedate_to_datetime(told)
    except ValueError:
        return 0.0
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
