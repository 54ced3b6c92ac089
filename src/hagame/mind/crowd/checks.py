"""What all pools ask of their input, said once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hagame.errors import InvalidInput

Judgments = NDArray[np.float64]
"""Shape (judges, options): each row is one judge's probabilities and sums to 1."""
Weights = NDArray[np.float64]
"""Shape (judges,), sums to 1."""


def checked_judgments(judgments: Sequence[Sequence[float]] | Judgments) -> Judgments:
    """As an array. Raises `InvalidInput` unless there is a judge, at least two options, and every row sums to 1."""
    try:
        given = np.array(judgments, dtype=np.float64)
    except ValueError as error:
        raise InvalidInput(
            "judgments: every judge must give a probability to every option.", field="/judgments"
        ) from error
    if given.ndim != 2 or given.shape[0] < 1 or given.shape[1] < 2:
        raise InvalidInput("judgments must have at least one judge and two options.", field="/judgments")
    if not np.isfinite(given).all() or (given < 0).any() or (np.abs(given.sum(1) - 1) > 1e-6).any():
        raise InvalidInput("judgments: each judge's probabilities must be at least 0 and sum to 1.", field="/judgments")
    return given


def checked_weights(weights: Sequence[float] | Weights | None, judges: int) -> Weights:
    """As shares that sum to 1; equal ones for None. Raises `InvalidInput` unless one per judge and one above 0."""
    if weights is None:
        return np.full(judges, 1 / judges)
    given = np.array(weights, dtype=np.float64)
    if given.shape != (judges,) or not np.isfinite(given).all() or (given < 0).any() or given.sum() <= 0:
        raise InvalidInput(f"weights must be {judges} numbers of at least 0, not all 0.", field="/weights")
    shares: Weights = given / given.sum()
    return shares
