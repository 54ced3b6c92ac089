"""Estimates of a number: robust means of a crowd, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hagame.errors import InvalidInput

TRIMMED = 0.1
"""Share cut off at each end by the trimmed mean."""
RESAMPLES = 2000

Estimates = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NumberPool:
    """One number for many. `interval` is a 95 % percentile bootstrap over judges; None for a single judge."""

    value: float
    interval: tuple[float, float] | None
    n: int


def _median(values: Estimates) -> Estimates:
    found: Estimates = np.median(values, axis=-1)
    return found


def _mean(values: Estimates) -> Estimates:
    found: Estimates = values.mean(-1)
    return found


def _geometric(values: Estimates) -> Estimates:
    found: Estimates = np.exp(np.log(values).mean(-1))
    return found


def _trimmed(values: Estimates) -> Estimates:
    from scipy.stats import trim_mean  # type: ignore[import-untyped]  # slow to import

    return np.asarray(trim_mean(values, TRIMMED, axis=-1), dtype=np.float64)


METHODS: Mapping[str, Callable[[Estimates], Estimates]] = {
    "median": _median,
    "mean": _mean,
    "trimmed_mean": _trimmed,
    "geometric_mean": _geometric,
}
"""By name, along the last axis. The geometric mean suits quantities people misjudge by factors (Lorenz et al. 2011)."""


def pool_numbers(estimates: Sequence[float], method: str, rng: np.random.Generator) -> NumberPool:
    """Join estimates by a method of `METHODS`. Raises `InvalidInput` that names what is wrong."""
    if method not in METHODS:
        raise InvalidInput(f"method must be one of {', '.join(METHODS)}.", field="/method")
    given = np.array(estimates, dtype=np.float64)
    if given.ndim != 1 or given.size == 0 or not np.isfinite(given).all():
        raise InvalidInput("estimates must be at least one finite number.", field="/estimates")
    if method == "geometric_mean" and (given <= 0).any():
        raise InvalidInput("The geometric mean needs estimates above 0.", field="/estimates")
    joined = METHODS[method]
    value = float(joined(given))
    if given.size == 1:
        return NumberPool(value, None, 1)
    drawn = joined(rng.choice(given, size=(RESAMPLES, given.size)))
    low, high = np.quantile(drawn, (0.025, 0.975))
    return NumberPool(value, (float(low), float(high)), int(given.size))
