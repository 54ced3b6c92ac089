"""Whom to trust, learnt from questions that are settled; never from the one that is asked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hagame.errors import InvalidInput
from hagame.mind.crowd.checks import Judgments, Weights
from hagame.mind.crowd.scores import brier

PRIOR_QUESTIONS = 3.0
"""Settled questions of average skill that each judge is taken to have answered before the first."""

Settled = tuple[Judgments, Sequence[int], int]
"""Judgments (judges, options) of a settled question, which judges gave them, and the option that came true."""


def performance_weights(settled: Sequence[Settled], judges: int, sharpness: float = 4.0) -> Weights:
    """Weights by past accuracy: proportional to exp(-sharpness x mean Brier), shrunk to the crowd's mean.

    Judges without a settled question weigh as much as an average one. Shape (judges,), sums to 1.
    """
    totals, counts = np.zeros(judges), np.zeros(judges)
    for judgments, who, truth in settled:
        scores = [brier(row, truth) for row in judgments]
        np.add.at(totals, _checked(who, judges), scores)
        np.add.at(counts, np.asarray(who), 1.0)
    average = totals.sum() / counts.sum() if counts.sum() else 0.0
    mean = (totals + PRIOR_QUESTIONS * average) / (counts + PRIOR_QUESTIONS)
    raw = np.exp(-sharpness * (mean - mean.min()))
    weights: Weights = raw / raw.sum()
    return weights


def contribution_weights(settled: Sequence[Settled], judges: int) -> Weights:
    """Weights by what a judge adds to the crowd's mean (Budescu & Chen 2015, Management Science 61:267).

    A judge's contribution is the mean, over settled questions, of how much worse the crowd's Brier score is without
    them. Judges who do not help weigh nothing; if nobody helps, all weigh the same.
    """
    totals, counts = np.zeros(judges), np.zeros(judges)
    for judgments, who, truth in settled:
        if len(judgments) > 1:
            np.add.at(totals, _checked(who, judges), _contributions(judgments, truth))
            np.add.at(counts, np.asarray(who), 1.0)
    helped = np.maximum(totals / (counts + PRIOR_QUESTIONS), 0.0)
    total = helped.sum()
    return helped / total if total > 0 else np.full(judges, 1 / judges)


def _contributions(judgments: Judgments, truth: int) -> NDArray[np.float64]:
    n = len(judgments)
    whole = judgments.mean(0)
    without = (n * whole - judgments) / (n - 1)
    return np.array([brier(row, truth) for row in without]) - brier(whole, truth)


def _checked(who: Sequence[int], judges: int) -> NDArray[np.int64]:
    found = np.asarray(who, dtype=np.int64)
    if (found < 0).any() or (found >= judges).any():
        raise InvalidInput(f"Each judgment must be by one of {judges} judges.", field="/settled")
    return found
