"""Proper scores: what a probability was worth, once the truth is known."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import numpy as np
from numpy.typing import NDArray

LEAST = 1e-6
"""A probability of 0 scores as this, so that no score is infinite."""


def brier(probabilities: Sequence[float] | NDArray[np.float64], truth: int) -> float:
    """Multi-option quadratic score (Brier 1950), 0 best to 2 worst."""
    given = np.asarray(probabilities, dtype=np.float64)
    return float((given**2).sum() - 2 * given[truth] + 1.0)


def log_score(probabilities: Sequence[float] | NDArray[np.float64], truth: int) -> float:
    """Minus the log of what the truth was given (Good 1952), in nats; 0 is best."""
    return -log(max(float(np.asarray(probabilities)[truth]), LEAST))


def calibration_error(probabilities: Sequence[float], happened: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error: mean distance of probability and frequency over bins, weighted by their size."""
    given, true = np.asarray(probabilities, dtype=np.float64), np.asarray(happened, dtype=np.float64)
    where = np.minimum((given * bins).astype(np.int64), bins - 1)
    sizes = np.bincount(where, minlength=bins)
    gaps = np.abs(np.bincount(where, given, bins) - np.bincount(where, true, bins))
    return float(gaps.sum() / sizes.sum())
