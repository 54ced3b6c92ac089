"""How well n predictions (n, k) of the actions (n,) that were taken did: proper scores and calibration."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

BINS = 10
"""Of equal width, for the calibration error."""


def hits(predictions: Floats, actions: Integers) -> Floats:
    """1 where the most probable action was taken, shape (n,); k equally probable ones count 1/k each."""
    best = predictions == predictions.max(axis=1, keepdims=True)
    return np.asarray(best[np.arange(len(actions)), actions] / best.sum(axis=1), dtype=np.float64)


def log_losses(predictions: Floats, actions: Integers) -> Floats:
    """-ln of the probability given to each action taken (Good 1952), nats, shape (n,)."""
    losses: Floats = -np.log(predictions[np.arange(len(actions)), actions])
    return losses


def briers(predictions: Floats, actions: Integers) -> Floats:
    """Squared distance of each prediction from the action taken, summed over actions (Brier 1950), shape (n,)."""
    taken = np.eye(predictions.shape[1])[actions]
    scores: Floats = ((predictions - taken) ** 2).sum(axis=1)
    return scores


def calibration_gaps(predictions: Floats, actions: Integers) -> Floats:
    """Sum of (hit - probability of the most probable action) in each of `BINS` bins of that probability, (BINS,)."""
    confidence = predictions.max(axis=1)
    bins = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    gaps = hits(predictions, actions) - confidence
    return np.bincount(bins, weights=gaps, minlength=BINS).astype(np.float64)
