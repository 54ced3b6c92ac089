"""Estimates of one person: the posterior, looked for around its top, which is found from several starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import log, pi

import numpy as np

from hagame.mind.cognition.family import Family
from hagame.mind.cognition.importance import Sample, sample
from hagame.mind.cognition.parameters import Floats, natural, prior_of
from hagame.mind.cognition.rows import Trials
from hagame.mind.cognition.surface import Surface, Top, climb, spread_of

STARTS = 4
CLOUD = 256
"""Points of the prior among which starts are chosen."""
AT_BOUND = 3.0
"""z further than this many prior standard deviations from the prior mean: the estimate lies at the edge."""

UNKNOWN = 0.9
"""Posterior over prior deviation above which data are said to tell nothing."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """One parameter: value, posterior deviation, 95 % interval, and the first two on the unbounded scale.

    The value is that of the posterior mean of z; the interval lies between quantiles, so it need not be symmetric.
    """

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
    """At the top of the posterior, nats; so is `bic`."""
    log_evidence: float
    """Log marginal likelihood, nats."""
    bic: float
    converged: bool
    warnings: tuple[str, ...]
    z: Floats
    """Posterior mean, shape (P,)."""
    covariance: Floats
    """Posterior covariance of z, shape (P, P)."""

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
    """The posterior under the family's prior. Never raises for difficult data: see `Fit.warnings`."""
    mean, sd = prior_of(family.free)
    surface = posterior(family, trials, mean, sd, weights)
    return explored(family, trials, surface, highest(family, surface), sd)


def explored(family: Family, trials: Trials, surface: Surface, top: Top, prior_sd: Floats) -> Fit:
    """What is found around the top of a log-posterior."""
    found = sample(surface, top.z, spread_of(top.curvature, prior_sd))
    return told(family, trials, found, prior_sd, best=top.z, converged=top.converged)


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


def told(family: Family, trials: Trials, found: Sample, prior_sd: Floats, *, best: Floats, converged: bool) -> Fit:
    """A fit with everything that should be said about it; `best` (P,) is where the log-likelihood is told."""
    z, covariance = found.mean(found.points), found.covariance()
    likelihood, n = family.log_likelihood(best, trials), trials.choices
    estimates = _estimates(family, found, z, np.sqrt(np.diag(covariance)))
    values = family.complete({name: each.value for name, each in estimates.items()})
    return Fit(
        family=family.key,
        version=family.version,
        n=n,
        estimates=estimates,
        derived=family.derived(values) if family.derived else {},
        log_likelihood=likelihood,
        log_evidence=found.log_evidence,
        bic=len(z) * log(max(n, 1)) - 2 * likelihood,
        converged=converged,
        warnings=tuple(_warnings(family, n, found, covariance, prior_sd, converged=converged)),
        z=z,
        covariance=covariance,
    )


def _estimates(family: Family, found: Sample, z: Floats, errors: Floats) -> dict[str, Estimate]:
    x = natural(family.free, found.points)
    spread = np.sqrt(found.mean((x - found.mean(x)) ** 2))
    low, high = found.quantiles((0.025, 0.975))
    return {
        each.name: Estimate(
            each.natural(z[i]),
            float(spread[i]),
            each.natural(low[i]),
            each.natural(high[i]),
            float(z[i]),
            float(errors[i]),
        )
        for i, each in enumerate(family.free)
    }


def _warnings(
    family: Family, n: int, found: Sample, covariance: Floats, prior_sd: Floats, *, converged: bool
) -> list[str]:
    told = []
    if n < family.fewest:
        told.append(f"Only {n} trials; {family.fewest} or more are needed for estimates that can be trusted.")
    if not converged:
        told.append("The search did not settle: take the estimates as rough.")
    if not found.reliable:
        told.append(
            f"The posterior has corners that were not seen well: intervals are rough "
            f"(Pareto k {found.shape:.2f}, {found.effective:.0f} effective points)."
        )
    known = np.sqrt(np.diag(covariance)) / prior_sd
    for each, z, share in zip(family.free, found.mean(found.points).tolist(), known.tolist(), strict=True):
        if abs(z - each.mean) > AT_BOUND * each.sd and each.scale != "identity":
            told.append(f"{each.name} lies at the edge of what is possible, {each.natural(z):.3g}.")
        elif share > UNKNOWN:
            before = "the estimate is that of the prior, in a group that of the others"
            told.append(f"{each.name}: the data say next to nothing; {before}.")
    widest = np.linalg.eigvalsh(covariance / np.outer(prior_sd, prior_sd))[-1]
    if widest > UNKNOWN**2 and known.max() <= UNKNOWN:
        told.append("Of some parameters together the data say next to nothing, only of each alone.")
    return told
