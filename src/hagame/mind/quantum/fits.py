"""What every fitted model of judgment reports, so that rivals can be compared on the same data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

CLIMBED = 6
"""Of all starts, so many of the best are climbed from; more found nothing higher in the published tables."""
DECISIVE = 2.0
"""Difference in BIC below which two models do equally well (Raftery 1995: 'not worth more than a bare mention')."""
LEAST_PROBABILITY = 1e-12
"""Probabilities below are raised to it before a logarithm."""

Parameters = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fit:
    """A model at its maximum likelihood.

    `log_likelihood` is in nats over all answers, without the multinomial coefficient, which no model can change.
    `predicted` are probabilities in the order of the data. BIC = k ln n - 2 log-likelihood; lower is better.
    """

    model: str
    parameters: dict[str, float]
    log_likelihood: float
    bic: float
    predicted: tuple[float, ...]


def better(rivals: Sequence[Fit]) -> str:
    """One sentence: which of these fits explains the data best, or that they do equally well."""
    first, second = sorted(rivals, key=lambda fit: fit.bic)[:2]
    lead = second.bic - first.bic
    if lead < DECISIVE:
        return f"{first.model} and {second.model} do equally well: their BIC differs by {lead:.1f} only."
    return f"{first.model} does better than {second.model}: its BIC is lower by {lead:.1f}."


def maximum_likelihood(
    model: str,
    names: Sequence[str],
    predict: Callable[[Parameters], NDArray[np.float64]],
    counts: NDArray[np.float64],
    starts: Sequence[Sequence[float]],
    bounds: Sequence[tuple[float, float]],
) -> Fit:
    """Fit `predict(parameters)`, probabilities (cells,), to `counts` (cells,), from several starts."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]  # slow to import

    def loss(parameters: Parameters) -> float:
        return -_log_likelihood(predict(parameters), counts)

    best = sorted((np.array(start) for start in starts), key=loss)[:CLIMBED]
    found = min(
        (minimize(loss, start, method="L-BFGS-B", bounds=list(bounds)) for start in best),
        key=lambda result: float(result.fun),
    )
    parameters = dict(zip(names, (float(x) for x in found.x), strict=True))
    return made(model, parameters, predict(found.x), counts)


def made(model: str, parameters: dict[str, float], predicted: NDArray[np.float64], counts: NDArray[np.float64]) -> Fit:
    """The fit with these parameters and predictions."""
    log_likelihood = _log_likelihood(predicted, counts)
    bic = len(parameters) * log(float(counts.sum())) - 2 * log_likelihood
    return Fit(model, parameters, log_likelihood, bic, tuple(float(p) for p in predicted))


def _log_likelihood(predicted: NDArray[np.float64], counts: NDArray[np.float64]) -> float:
    seen = counts > 0
    return float(counts[seen] @ np.log(np.clip(predicted[seen], LEAST_PROBABILITY, None)))
