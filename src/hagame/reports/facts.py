"""What a report says, computed from decisions. Pure.

Predictability is told in bits per decision: log2(legal actions) + log2(probability that the sealed prediction gave to
the action). 0 is what somebody who guesses evenly knows. Choices are decisions with more than one legal action.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log, sqrt
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from hagame.mind.cognition import Trait

WIDTH = 1.96
"""Standard errors on each side of a 95 % interval of a mean."""
LEAST_TO_COMPARE = 30
"""Choices in each half below which no change is told."""
WINDOW = 25
"""Choices over which the curve of predictability is smoothed."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One decision of the log. `log_loss` in nats; `opponent_payoff` is None where nobody answers."""

    at: datetime
    instance_id: UUID
    game: str
    title: str
    opponent: str
    n_legal: int
    log_loss: float
    hit: bool
    payoff: float
    opponent_payoff: float | None
    response_time_ms: int | None

    @property
    def bits(self) -> float:
        """What the AI knew of it."""
        return (log(self.n_legal) - self.log_loss) / log(2.0)


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean with the ends of its 95 % interval and the number of observations."""

    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class GameLine:
    """One game in the report. `margin` is the mean of own payoff minus the opponent's, None where nobody answers."""

    title: str
    matches: int
    decisions: int
    foreseen: float
    chance: float
    bits: float
    payoff: float
    margin: float | None


@dataclass(frozen=True, slots=True)
class Facts:
    """A report in numbers and sentences."""

    first: datetime
    last: datetime
    matches: int
    decisions: int
    choices: int
    foreseen: float
    chance: float
    bits: Mean | None
    change: Mean | None
    change_sentence: str
    games: tuple[GameLine, ...]
    strengths: tuple[str, ...]
    patterns: tuple[str, ...]
    advice: tuple[str, ...]
    median_response_s: float | None


def gather(
    decisions: Sequence[Choice], traits: Mapping[str, Trait], patterns: Sequence[str], advice: Sequence[str]
) -> Facts:
    """The facts of these decisions (at least one), in the order of time."""
    choices = [d for d in decisions if d.n_legal > 1]
    bits = np.array([c.bits for c in choices])
    change = _change(bits)
    times = [d.response_time_ms for d in decisions if d.response_time_ms is not None]
    return Facts(
        first=decisions[0].at,
        last=decisions[-1].at,
        matches=len({d.instance_id for d in decisions}),
        decisions=len(decisions),
        choices=len(choices),
        foreseen=_share([c.hit for c in choices]),
        chance=_share([1.0 / c.n_legal for c in choices]),
        bits=_mean(bits),
        change=change,
        change_sentence=_change_sentence(change),
        games=_games(decisions),
        strengths=tuple(_strengths(decisions, _mean(bits), change, traits)),
        patterns=tuple(patterns),
        advice=tuple(advice),
        median_response_s=float(np.median(times)) / 1000.0 if times else None,
    )


def curve(decisions: Sequence[Choice]) -> NDArray[np.float64]:
    """Moving mean of the bits over up to `WINDOW` choices before and with each; shape (choices,)."""
    bits = np.array([d.bits for d in decisions if d.n_legal > 1])
    sums = np.concatenate([[0.0], np.cumsum(bits)])
    ends = np.arange(1, bits.size + 1)
    starts = np.maximum(ends - WINDOW, 0)
    means: NDArray[np.float64] = (sums[ends] - sums[starts]) / (ends - starts)
    return means


def _share(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else 0.0


def _mean(values: NDArray[np.float64]) -> Mean | None:
    if values.size < 2:
        return None
    mean, error = float(values.mean()), float(values.std(ddof=1)) / sqrt(values.size)
    return Mean(mean, mean - WIDTH * error, mean + WIDTH * error, int(values.size))


def _change(bits: NDArray[np.float64]) -> Mean | None:
    """Second half minus first half; the standard error is that of two independent means (Welch 1947)."""
    half = bits.size // 2
    if half < LEAST_TO_COMPARE:
        return None
    early, late = bits[:half], bits[half:]
    error = sqrt(early.var(ddof=1) / early.size + late.var(ddof=1) / late.size)
    mean = float(late.mean() - early.mean())
    return Mean(mean, mean - WIDTH * error, mean + WIDTH * error, int(bits.size))


def _change_sentence(change: Mean | None) -> str:
    if change is None:
        return f"Too few choices to tell a change: at least {2 * LEAST_TO_COMPARE} are needed."
    if change.high < 0:
        return f"You became harder to foresee: {-change.mean:.2f} bits less per choice in the second half."
    if change.low > 0:
        return f"The AI came to know you better: {change.mean:.2f} bits more per choice in the second half."
    return "No change that stands out from chance between the first and the second half."


def _games(decisions: Sequence[Choice]) -> tuple[GameLine, ...]:
    by_game: dict[str, list[Choice]] = {}
    for decision in decisions:
        by_game.setdefault(decision.game, []).append(decision)
    lines = [_line(group) for group in by_game.values()]
    return tuple(sorted(lines, key=lambda line: -line.decisions))


def _line(group: Sequence[Choice]) -> GameLine:
    choices = [d for d in group if d.n_legal > 1]
    margins = [d.payoff - d.opponent_payoff for d in group if d.opponent_payoff is not None]
    return GameLine(
        title=group[0].title,
        matches=len({d.instance_id for d in group}),
        decisions=len(group),
        foreseen=_share([c.hit for c in choices]),
        chance=_share([1.0 / c.n_legal for c in choices]),
        bits=_share([c.bits for c in choices]),
        payoff=_share([d.payoff for d in group]),
        margin=_share(margins) if len(margins) == len(group) else None,
    )


def _strengths(
    decisions: Sequence[Choice], bits: Mean | None, change: Mean | None, traits: Mapping[str, Trait]
) -> list[str]:
    """Only what stands out from chance."""
    found = []
    if bits is not None and bits.n >= LEAST_TO_COMPARE and bits.low <= 0:
        found.append("The AI knew nothing of your next move that could be told from guessing.")
    if change is not None and change.high < 0:
        found.append("You adapted: the AI knew less of you in the end than in the beginning.")
    margin = _mean(np.array([d.payoff - d.opponent_payoff for d in decisions if d.opponent_payoff is not None]))
    if margin is not None and margin.low > 0:
        found.append(f"You scored {margin.mean:.2f} more per round than your opponents, beyond chance.")
    for key, sentence in (
        ("best_response", "You answered the last move of your opponent with the best response more often than not."),
        ("cooperation", "You cooperated more often than not where defecting would have paid you more."),
    ):
        trait = traits.get(key)
        if trait is not None and trait.low > 0.5:
            found.append(sentence)
    return found
