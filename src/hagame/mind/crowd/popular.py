"""Votes with predictions of votes: the answer that is more popular than people expect tends to be right.

Prelec, Seung & McCoy (2017, Nature 541:532). Somebody who knows the truth also knows that many do not; so the right
answer gets more votes than predicted, even where the majority is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hagame.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's vote: index of an option, what share of all they expect for each option, and how sure they are.

    `expected` sums to 1 over the options; `confidence` is in 0..1, None where it was not asked.
    """

    choice: int
    expected: tuple[float, ...] = ()
    confidence: float | None = None


def majority_vote(votes: Sequence[Vote], options: int) -> tuple[int, ...]:
    """The options with most votes: more than one in a tie. Raises `InvalidInput` without votes."""
    return _most(_counted(votes, options, np.ones(len(votes))))


def confidence_weighted(votes: Sequence[Vote], options: int) -> tuple[int, ...]:
    """The options with most confidence behind them. Raises `InvalidInput` where a confidence is missing."""
    return _most(_counted(votes, options, _confidences(votes)))


def max_confidence(votes: Sequence[Vote], options: int) -> tuple[int, ...]:
    """The options whose voters are surest on average. Raises `InvalidInput` where a confidence is missing."""
    sums, numbers = _counted(votes, options, _confidences(votes)), _counted(votes, options, np.ones(len(votes)))
    return _most(np.divide(sums, numbers, out=np.zeros(options), where=numbers > 0))


def surprisingly_popular(votes: Sequence[Vote], options: int) -> tuple[int, ...]:
    """The options whose share of votes exceeds its mean prediction by most.

    With two options that is the published rule. With more it is the same rule per option, simpler than the general
    one of the paper, which also asks who predicts whom. Raises `InvalidInput` where a prediction is missing.
    """
    if any(len(vote.expected) != options for vote in votes):
        raise InvalidInput(f"Each vote must predict the shares of all {options} options.", field="/votes")
    actual = _counted(votes, options, np.ones(len(votes))) / len(votes)
    return _most(actual - np.array([vote.expected for vote in votes]).mean(0))


def credit(chosen: Sequence[int], truth: int) -> float:
    """1 if right, 0 if wrong, and an even share of 1 in a tie that holds the truth."""
    return (truth in chosen) / len(chosen)


def _counted(votes: Sequence[Vote], options: int, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    if not votes:
        raise InvalidInput("There must be at least one vote.", field="/votes")
    if any(not 0 <= vote.choice < options for vote in votes):
        raise InvalidInput(f"Each vote must name one of {options} options.", field="/votes")
    return np.bincount([vote.choice for vote in votes], weights=weights, minlength=options).astype(np.float64)


def _confidences(votes: Sequence[Vote]) -> NDArray[np.float64]:
    if any(vote.confidence is None for vote in votes):
        raise InvalidInput("Each vote must say how sure it is.", field="/votes")
    return np.array([vote.confidence for vote in votes], dtype=np.float64)


def _most(values: NDArray[np.float64]) -> tuple[int, ...]:
    return tuple(int(i) for i in np.flatnonzero(values >= values.max() - 1e-12))
