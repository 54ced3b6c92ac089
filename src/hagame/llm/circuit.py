"""When a model is left alone: after many failures in a row, or for as long as its provider asked.

closed: calls go through. open: they do not, for `rest_s`. half-open: one call tries; its end closes or opens again.
One circuit for each provider and model, in each process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from hagame.llm.provider import ILL, ProviderFailed

State = Literal["closed", "half-open", "open"]


class Circuit:
    """Counts failures in a row. `clock` is monotonic, in seconds."""

    def __init__(self, failures: int, rest_s: float, clock: Callable[[], float]) -> None:
        self._most = failures
        self._rest_s = rest_s
        self._clock = clock
        self._failures = 0
        self._open_until = 0.0
        self._held_until = 0.0
        self._probing = False

    @property
    def state(self) -> State:
        """Where it stands now."""
        if self._failures < self._most:
            return "closed"
        return "open" if self._clock() < self._open_until else "half-open"

    @property
    def held_s(self) -> float:
        """Seconds for which the provider asked not to be called."""
        return max(0.0, self._held_until - self._clock())

    def lets_in(self) -> bool:
        """Whether a call may go through now. If so, `ended` must be told how it went."""
        state = self.state
        if state == "open" or (state == "half-open" and self._probing):
            return False
        self._probing = state == "half-open"
        return True

    def ended(self, failure: ProviderFailed | None, *, told: bool = True) -> None:
        """A call that was let in has ended. `told` is False when it was given up and so says nothing."""
        self._probing = False
        if not told:
            return
        if failure is not None and failure.retry_after_s is not None:
            self._held_until = self._clock() + failure.retry_after_s
        if failure is None or failure.kind not in ILL:
            # It answered, if only to refuse: it is alive.
            self._failures = 0
            return
        self._failures += 1
        if self._failures >= self._most:
            self._open_until = self._clock() + self._rest_s
