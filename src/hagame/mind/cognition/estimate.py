"""Estimates of one person: the maximum a posteriori from several starts, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import log, pi

import numpy as np

from hagame.mind.cognition.family import Family
from hagame.mind.cognition.parameters import Floats, prior_of
from hagame.mind.cognition.rows import Trials
from hagame.mind.cognition.surface import Surface, Top, climb, spread_of

STARTS = 4
CLOUD = 256
"""Points of the prior among which starts are chosen."""
AT_BOUND = 3.0
"""z further than this many prior standard deviations from the prior mean: the estimate lies at the edge."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """One parameter: value, standard error, 95 % interval, and the same on the unbounded scale."""

    value: float
    se: float
    low: float
    high: float
    z: float
    z_se: float


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """What trials say of one person's parameters. `warnings` says in words what should not be overlooked."""

    family: str
    version: str
    n: int
    estimates: Mapping[str, Estimate]
    derived: Mapping[str, float]
    log_likelihood: float
    log_evidence: float
    """Laplace approximation of the log marginal likelihood, nats."""
    bic: float
    converged: bool
    warnings: tuple[str, ...]
    z: Floats
    covariance: Floats
    """Of z, shape (P, P)."""

    @property
    def values(self) -> dict[str, float]:
        """Estimates by name."""
        return {name: each.value for name, each in self.estimates.items()}


def posterior(family: Family, trials: Trials, mean: Floats, sd: Floats, weights: Floats | None = None) -> Surface:
    """The log-posterior of z under a normal prior, up to its constant being included (nats)."""
    constant = -float(np.log(sd).sum()) - 0.5 * len(sd) * log(2 * pi)

    def surface(z: Floats) -> Floats:
        away = (z - mean) / sd
        found: Floats = family.log_likelihoods(z, trials, weights) - 0.5 * (away**2).sum(axis=1) + constant
        return found

    return surface


@lru_cache(maxsize=256)
def cloud(family: Family, count: int) -> Floats:
    """Scrambled Sobol points of the prior of z, shape (count, free), the same in every process (Owen 1998)."""
    from scipy.special import ndtri  # type: ignore[import-untyped]
    from scipy.stats.qmc import Sobol  # type: ignore[import-untyped]

    mean, sd = prior_of(family.free)
    points = Sobol(len(mean), scramble=True, rng=np.random.default_rng(71)).random(count)
    found: Floats = mean + sd * ndtri(np.clip(points, 1e-6, 1 - 1e-6))
    found.setflags(write=False)
    return found


def fit(family: Family, trials: Trials, *, weights: Floats | None = None) -> Fit:
    """The maximum a posteriori. Never raises for difficult data: see `Fit.warnings`."""
    mean, sd = prior_of(family.free)
    top = highest(family, posterior(family, trials, mean, sd, weights))
    return told(family, trials, top, sd)


def highest(family: Family, surface: Surface) -> Top:
    """The best top from the best points of a cloud, which lie apart, and from the middle of the prior."""
    mean, sd = prior_of(family.free)
    points = np.vstack([mean, cloud(family, CLOUD)])
    values = surface(points)
    starts: list[Floats] = []
    for i in np.argsort(-values):
        if len(starts) < STARTS and all(np.abs((points[i] - each) / sd).max() > 0.5 for each in starts):
            starts.append(points[i])
    return max((climb(surface, start) for start in starts), key=lambda top: top.value)


def told(family: Family, trials: Trials, top: Top, prior_sd: Floats) -> Fit:
    """A fit with everything that should be said about it."""
    covariance, proper = spread_of(top.curvature, prior_sd)
    errors = np.sqrt(np.diag(covariance))
    likelihood = family.log_likelihood(top.z, trials)
    determinant = float(np.linalg.slogdet(covariance)[1])
    evidence = top.value + 0.5 * len(top.z) * log(2 * pi) + 0.5 * determinant
    estimates = {
        each.name: Estimate(
            each.natural(z), abs(each.slope(z)) * se, each.natural(z - 1.96 * se), each.natural(z + 1.96 * se), z, se
        )
        for each, z, se in zip(family.free, top.z.tolist(), errors.tolist(), strict=True)
    }
    n = trials.choices
    values = {**family.fixed, **{name: each.value for name, each in estimates.items()}}
    return Fit(
        family=family.key,
        version=family.version,
        n=n,
        estimates=estimates,
        derived=family.derived(values) if family.derived else {},
        log_likelihood=likelihood,
        log_evidence=evidence,
        bic=len(top.z) * log(max(n, 1)) - 2 * likelihood,
        converged=top.converged,
        warnings=tuple(_warnings(family, n, top, errors, proper=proper)),
        z=top.z,
        covariance=covariance,
    )


def _warnings(family: Family, n: int, top: Top, errors: Floats, *, proper: bool) -> list[str]:
    found = []
    mean, sd = prior_of(family.free)
    if n < family.fewest:
        found.append(f"Only {n} trials; {family.fewest} or more are needed for estimates that can be trusted.")
    if not top.converged:
        found.append("The search did not settle: take the estimates as rough.")
    if not proper:
        found.append("In some direction the data say nothing: standard errors there are those of the prior.")
    for each, z, se, middle, wide in zip(
        family.free, top.z.tolist(), errors.tolist(), mean.tolist(), sd.tolist(), strict=True
    ):
        if abs(z - middle) > AT_BOUND * wide and each.scale != "identity":
            found.append(f"{each.name} lies at the edge of what is possible, {each.natural(z):.3g}.")
        elif se > 0.9 * wide:
            found.append(f"{each.name}: the data say next to nothing; the estimate is that of the prior.")
    return found
