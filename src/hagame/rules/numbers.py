"""Choices that are numbers: which are legal, and the bins in which models predict them."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from hagame.errors import IllegalAction

_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,9})?")
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Numbers:
    """Every `step` from `low` to `high`, in the unit `unit`.

    Models predict in which bin the number will be: bin i holds `edges[i]` <= x < `edges[i + 1]`, the last one also
    `high`. `edges` begin with `low`, rise, and end with `high`. A prediction is scored by the bin alone, so all numbers
    of a bin count as the same choice; the log keeps the number itself.
    """

    low: float
    high: float
    step: float
    edges: tuple[float, ...]
    unit: str = ""
    names: tuple[str, ...] = ()
    """What the bins are called where their numbers change from choice to choice; else by their numbers."""

    @classmethod
    def evenly(cls, low: float, high: float, step: float, bins: int = 10, unit: str = "") -> Numbers:
        """`bins` bins of the same width, which must be a multiple of `step`."""
        width = (high - low) / bins
        return cls(low, high, step, (*(round(low + i * width, _DIGITS) for i in range(bins)), high), unit)

    @property
    def labels(self) -> tuple[str, ...]:
        """The bins by their names, or else by their first and last number: `0 to 9`."""
        if self.names:
            return self.names
        last = [round(edge - self.step, _DIGITS) for edge in self.edges[1:-1]] + [self.high]
        spans = zip(self.edges, last, strict=False)
        return tuple(text_of(a) if a >= b else f"{text_of(a)} to {text_of(b)}" for a, b in spans)

    def value(self, action: str) -> float:
        """The number that `action` names. Raises `IllegalAction` unless it is legal and in its shortest form."""
        if _DECIMAL.fullmatch(action):
            value = float(action)
            steps = round((value - self.low) / self.step)
            on_a_step = abs(self.low + steps * self.step - value) <= 10.0**-_DIGITS
            if self.low <= value <= self.high and on_a_step and text_of(value) == action:
                return value
        raise IllegalAction(action, [f"{self}, written like {text_of(self.middle_of(0))}"])

    def __str__(self) -> str:
        return f"a number from {text_of(self.low)} to {text_of(self.high)} in steps of {text_of(self.step)}"

    def allows(self, action: str) -> bool:
        """Whether `action` names a legal number."""
        try:
            self.value(action)
        except IllegalAction:
            return False
        return True

    def text(self, value: float) -> str:
        """A legal number as actions name it."""
        return text_of(value)

    def index(self, action: str) -> int:
        """The bin of `action`. Raises `IllegalAction`."""
        return min(bisect_right(self.edges, self.value(action)), len(self.edges) - 1) - 1

    def middle_of(self, bin_: int) -> float:
        """The number on a step that is nearest to the middle of a bin."""
        middle = (self.edges[bin_] + self.edges[bin_ + 1]) / 2
        steps = int((middle - self.low) / self.step + 1e-9)
        return round(self.low + steps * self.step, _DIGITS)


def text_of(value: float) -> str:
    """The one way in which a number is written: the fewest decimals, at most nine, no exponent."""
    rounded = round(value, _DIGITS)
    if rounded == int(rounded):
        return str(int(rounded))
    return f"{rounded:.{_DIGITS}f}".rstrip("0")
