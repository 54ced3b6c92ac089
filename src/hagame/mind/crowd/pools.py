"""Pools of probabilities: several judges' distributions over the same options made one.

Every pool takes judgments (judges, options) and weights (judges,), and gives a distribution (options,).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from hagame.errors import InvalidInput
from hagame.mind.crowd.checks import Judgments, Weights, checked_judgments, checked_weights

Distribution = NDArray[np.float64]
"""Shape (options,), sums to 1."""

LEAST = 1e-4
"""Probabilities below are raised to it before a logarithm: one judge's 0 shall not be a veto."""
EXTREMISING = 2.5
"""Exponent of `extremised`: what Baron et al. (2014) found for forecasts of world events."""


def linear(judgments: Judgments, weights: Weights) -> Distribution:
    """The weighted mean (Stone 1961)."""
    found: Distribution = weights @ judgments
    return found


def logarithmic(judgments: Judgments, weights: Weights) -> Distribution:
    """The weighted geometric mean, normalised: externally Bayesian (Genest & Zidek 1986)."""
    return _normalised(np.exp(weights @ np.log(np.maximum(judgments, LEAST))))


def median_pool(judgments: Judgments, weights: Weights) -> Distribution:
    """The weighted median of each option, normalised; far-off judges do not move it."""
    order = np.argsort(judgments, axis=0, kind="stable")
    sorted_values = np.take_along_axis(judgments, order, axis=0)
    reached = np.cumsum(weights[order], axis=0)
    columns = np.arange(judgments.shape[1])
    lower = sorted_values[(reached >= 0.5 - 1e-12).argmax(0), columns]
    upper = sorted_values[(reached > 0.5 + 1e-12).argmax(0), columns]
    return _normalised((lower + upper) / 2)


def extremised(judgments: Judgments, weights: Weights, exponent: float = EXTREMISING) -> Distribution:
    """The mean pushed away from even: p^a / sum p^a (Satopaa et al. 2014; Baron et al. 2014).

    Judges hold pieces of evidence that a mean counts once only, so the mean of a crowd is too timid where they are
    independent, and too bold where they copied from each other.
    """
    return _normalised(np.maximum(linear(judgments, weights), LEAST) ** exponent)


POOLS: Mapping[str, Callable[[Judgments, Weights], Distribution]] = {
    "linear": linear,
    "logarithmic": logarithmic,
    "median": median_pool,
    "extremised": extremised,
}
"""By name. Weights learnt from settled questions (`weights`) make each of them a weighted one."""


def pool(
    judgments: Sequence[Sequence[float]] | Judgments,
    weights: Sequence[float] | Weights | None = None,
    method: str = "linear",
) -> Distribution:
    """Join the judgments by a method of `POOLS`. Raises `InvalidInput` that names what is wrong."""
    if method not in POOLS:
        raise InvalidInput(f"method must be one of {', '.join(POOLS)}.", field="/method")
    given = checked_judgments(judgments)
    return POOLS[method](given, checked_weights(weights, len(given)))


def _normalised(values: NDArray[np.float64]) -> Distribution:
    total = values.sum()
    # A median may give every option 0 when judges are at odds about all of them.
    return values / total if total > 0 else np.full(len(values), 1 / len(values))
