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
from hagame.reports.words import Words

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
    decisions: Sequence[Choice],
    traits: Mapping[str, Trait],
    patterns: Sequence[str],
    advice: Sequence[str],
    words: Words,
) -> Facts:
    """The facts of these decisions (at least one), in the order of time, in words of one language."""
    choices = [d for d in decisions if d.n_legal > 1]
    bits = np.array([c.bits for c in choices])
    change = _change(bits)
    found = _strengths(decisions, _mean(bits), change, traits, words)
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
        change_sentence=_change_sentence(change, words),
        games=_games(decisions, words),
        strengths=tuple(words.say(f"strength.{name}", **places) for name, places in found.items()),
        patterns=tuple(words.text(pattern) for pattern in patterns),
        advice=tuple(words.text(each) for each in advice),
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


def _change_sentence(change: Mean | None, words: Words) -> str:
    if change is None:
        return words.say("changed.few", least=2 * LEAST_TO_COMPARE)
    if change.high < 0:
        return words.say("changed.harder", bits=words.number(-change.mean))
    if change.low > 0:
        return words.say("changed.easier", bits=words.number(change.mean))
    return words.say("changed.not")


def _games(decisions: Sequence[Choice], words: Words) -> tuple[GameLine, ...]:
    by_game: dict[str, list[Choice]] = {}
    for decision in decisions:
        by_game.setdefault(decision.game, []).append(decision)
    lines = [_line(group, words) for group in by_game.values()]
    return tuple(sorted(lines, key=lambda line: -line.decisions))


def _line(group: Sequence[Choice], words: Words) -> GameLine:
    choices = [d for d in group if d.n_legal > 1]
    margins = [d.payoff - d.opponent_payoff for d in group if d.opponent_payoff is not None]
    return GameLine(
        title=words.text(group[0].title),
        matches=len({d.instance_id for d in group}),
        decisions=len(group),
        foreseen=_share([c.hit for c in choices]),
        chance=_share([1.0 / c.n_legal for c in choices]),
        bits=_share([c.bits for c in choices]),
        payoff=_share([d.payoff for d in group]),
        margin=_share(margins) if len(margins) == len(group) else None,
    )


def _strengths(
    decisions: Sequence[Choice], bits: Mean | None, change: Mean | None, traits: Mapping[str, Trait], words: Words
) -> dict[str, dict[str, str]]:
    """Only what stands out from chance: by name, with what its sentence tells."""
    found: dict[str, dict[str, str]] = {}
    if bits is not None and bits.n >= LEAST_TO_COMPARE and bits.low <= 0:
        found["unread"] = {}
    if change is not None and change.high < 0:
        found["adapted"] = {}
    margin = _mean(np.array([d.payoff - d.opponent_payoff for d in decisions if d.opponent_payoff is not None]))
    if margin is not None and margin.low > 0:
        found["margin"] = {"margin": words.number(margin.mean)}
    for key in ("best_response", "cooperation"):
        trait = traits.get(key)
        if trait is not None and trait.low > 0.5:
            found[key] = {}
    return found
