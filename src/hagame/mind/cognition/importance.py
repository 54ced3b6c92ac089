"""A posterior by importance sampling: weighted points of Student's t around the top, smoothed, moved where they miss.

Rounds of points are weighed by the mixture of all that were proposed (adaptive multiple importance sampling, Cornuet,
Marin, Mira & Robert 2012, Scandinavian J. Statistics 39, 798-812). The largest weights are replaced by quantiles of a
generalised Pareto distribution fitted to them, whose shape says whether they can be trusted (Vehtari, Simpson, Gelman,
Yao & Gabry 2024, JMLR 25(72), 1-58).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import lgamma, log, pi, sqrt

import numpy as np

from hagame.mind.cognition.parameters import Floats
from hagame.mind.cognition.surface import Surface

POINTS = 1024
"""Of a round."""
ROUNDS = 5
DEGREES = 5.0
"""Of freedom of the proposals: tails heavier than those of nearly all posteriors."""
ENOUGH = 0.3
"""Share of a round's points that must count; then no further round is drawn."""
UNRELIABLE = 0.7
"""Pareto shape above which weights are not to be trusted (Vehtari et al. 2024, equation 13)."""
FEW = 100.0
"""Effective points below which quantiles are rough."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Points (N, d) with weights (N,) that sum to 1; `shape` is the Pareto k of the largest weights."""

    points: Floats
    weights: Floats
    log_evidence: float
    """Log of the integral of exp(surface), nats."""
    shape: float
    effective: float
    """Equally weighted points that would say as much (Kish)."""

    @property
    def reliable(self) -> bool:
        """Whether its moments and quantiles can be trusted."""
        return self.shape <= UNRELIABLE and self.effective >= FEW

    def mean(self, values: Floats) -> Floats:
        """Of values at the points, (N, ...)."""
        found: Floats = self.weights @ values
        return found

    def covariance(self) -> Floats:
        """Of the points, shape (d, d)."""
        away = self.points - self.mean(self.points)
        found: Floats = (away * self.weights[:, np.newaxis]).T @ away
        return found

    def quantiles(self, levels: Sequence[float]) -> Floats:
        """Of each coordinate, shape (levels, d)."""
        found = np.empty((len(levels), self.points.shape[1]))
        for i, column in enumerate(self.points.T):
            order = np.argsort(column)
            below = np.cumsum(self.weights[order]) - 0.5 * self.weights[order]
            found[:, i] = np.interp(levels, below, column[order])
        return found


def sample(surface: Surface, centre: Floats, covariance: Floats) -> Sample:
    """Weighted points of the distribution whose log-density is `surface` up to a constant.

    `centre` (d,) and `covariance` (d, d) say where to look first. The same surface always gives the same points.
    """
    d = len(centre)
    proposals: list[tuple[Floats, Floats]] = []
    points, values = np.empty((0, d)), np.empty(0)
    for k in range(ROUNDS):
        root: Floats = np.asarray(np.linalg.cholesky(covariance), dtype=np.float64)
        proposals.append((centre, root))
        drawn = centre + _lots(d)[k * POINTS : (k + 1) * POINTS] @ root.T
        points, values = np.vstack([points, drawn]), np.concatenate([values, surface(drawn)])
        proposed = np.logaddexp.reduce([_student(points, *each) for each in proposals], axis=0) - log(len(proposals))
        found = _weighed(points, values - proposed)
        if found.effective >= ENOUGH * POINTS and found.shape <= UNRELIABLE:
            break
        centre, covariance = found.mean(points), _widened(found, covariance)
    return found


def _weighed(points: Floats, logs: Floats) -> Sample:
    smooth, shape = smoothed(logs)
    top = float(smooth.max())
    weights = np.exp(smooth - top)
    total = float(weights.sum())
    weights /= total
    evidence = top + log(total / len(logs))
    return Sample(points, weights, evidence, shape, float(1.0 / (weights**2).sum()))


def _widened(found: Sample, before: Floats) -> Floats:
    """Covariance of the next proposal: that of the points, the less of it the fewer count."""
    d = before.shape[0]
    trust = found.effective / (found.effective + 2.0 * d)
    blended: Floats = trust * found.covariance() + (1.0 - trust) * before
    return blended


def _student(points: Floats, centre: Floats, root: Floats) -> Floats:
    """Log-density of the multivariate t distribution, shape (N,)."""
    d = len(centre)
    away = np.linalg.solve(root, (points - centre).T)
    constant = lgamma((DEGREES + d) / 2) - lgamma(DEGREES / 2) - d / 2 * log(DEGREES * pi)
    constant -= float(np.log(np.diag(root)).sum())
    found: Floats = constant - (DEGREES + d) / 2 * np.log1p((away**2).sum(axis=0) / DEGREES)
    return found


@lru_cache(maxsize=32)
def _lots(d: int) -> Floats:
    """Scrambled Sobol points of the standard t distribution, shape (ROUNDS * POINTS, d)."""
    from scipy.special import gammaincinv, ndtri  # type: ignore[import-untyped]
    from scipy.stats.qmc import Sobol  # type: ignore[import-untyped]

    rng = np.random.default_rng(72)
    even = np.vstack([Sobol(d + 1, scramble=True, rng=rng).random(POINTS) for _ in range(ROUNDS)])
    even = np.clip(even, 1e-9, 1 - 1e-9)
    chi2 = 2.0 * gammaincinv(DEGREES / 2, even[:, -1:])
    found: Floats = ndtri(even[:, :-1]) * np.sqrt(DEGREES / chi2)
    found.setflags(write=False)
    return found


def smoothed(logs: Floats) -> tuple[Floats, float]:
    """Log-weights (N,) with the largest replaced by what a Pareto tail expects of them, and its shape k.

    Vehtari et al. (2024), section 3; none is made larger than the largest.
    """
    count = min(len(logs) // 5, int(3 * sqrt(len(logs))))
    order = np.argsort(logs)
    tail, cut = order[-count:], float(logs[order[-count - 1]])
    top = float(logs.max())
    above = np.exp(logs[tail] - top) - np.exp(cut - top)
    if above[-1] <= 0.0:
        return logs, -np.inf
    k, sigma = _pareto(above)
    steps = (np.arange(count) + 0.5) / count
    expected = sigma * (-np.log1p(-steps) if abs(k) < 1e-9 else np.expm1(-k * np.log1p(-steps)) / k)
    found = logs.copy()
    found[tail] = np.minimum(np.log(expected + np.exp(cut - top)), 0.0) + top
    return found, k


def _pareto(x: Floats) -> tuple[float, float]:
    """Shape and scale of a generalised Pareto distribution of sorted exceedances (Zhang & Stephens 2009).

    The shape is drawn towards 1/2 as if ten more values had been seen (Vehtari et al. 2024, appendix G).
    """
    n = len(x)
    grid = 30 + int(sqrt(n))
    quarter = max(float(x[int(n / 4 + 0.5) - 1]), 1e-300)
    theta = 1.0 / x[-1] + (1.0 - np.sqrt(grid / (np.arange(1, grid + 1) - 0.5))) / (3.0 * quarter)
    shapes = np.log1p(-theta[:, np.newaxis] * x).mean(axis=1)
    fits = n * (np.log(-theta / shapes) - shapes - 1.0)
    weights = np.exp(fits - fits.max())
    best = float((theta * weights).sum() / weights.sum())
    k = float(np.log1p(-best * x).mean())
    sigma = -k / best
    return (n * k + 10 * 0.5) / (n + 10), sigma
