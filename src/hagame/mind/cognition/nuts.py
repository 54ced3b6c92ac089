"""Full posteriors by the No-U-Turn sampler of numpyro (Hoffman & Gelman 2014; Phan et al. 2019): the extra `bayes`.

Every family can be sampled: the likelihood is the compiled one, called from within JAX, and its slope is a central
difference over a few points at once. Whatever is wrong with a slope slows the sampler and does not bend what it finds:
steps are accepted by the likelihood itself (Neal 2011, section 5.3). Jax and numpyro take some 600 MB, so they are not
among the dependencies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from math import inf, log, pi
from typing import Any

import numpy as np

from hagame.errors import InvalidInput
from hagame.mind.cognition import kernels
from hagame.mind.cognition.estimate import Fit, fit, posterior, told
from hagame.mind.cognition.family import Family
from hagame.mind.cognition.hierarchical import Group, Population, fit_group, joined
from hagame.mind.cognition.importance import Sample
from hagame.mind.cognition.parameters import Floats, prior_of
from hagame.mind.cognition.rows import Trials

NEEDS = "hagame[bayes]"
STEP = 1e-4
"""Of the central differences, on the unbounded scale."""
FLATTEST = 0.25
"""Least curvature that stands for itself when the scales of a posterior are evened out."""
DEEPEST = 7
"""Doublings of a path."""
WELL_MIXED, ENOUGH_DRAWS = 1.01, 400.0
"""R-hat at most, and effective draws at least (Vehtari et al. 2021)."""

Slope = Callable[[Floats], tuple[float, Floats]]
"""The potential (minus the log-posterior, nats) at a point (D,), and its gradient (D,)."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """How well the chains did for one parameter: R-hat (1 is right) and effective sample size."""

    r_hat: float
    ess: float


@dataclass(frozen=True, slots=True)
class Sampling:
    """How long, and from where: draws are per chain, after `warmup` steps that tune the sampler."""

    chains: int = 4
    warmup: int = 500
    draws: int = 500
    seed: int = 0


USUAL = Sampling()
WORST = "worst of all people"


@dataclass(frozen=True, slots=True, eq=False)
class Sampled:
    """A population as `fit_group` gives it, from draws of the posterior, and how the sampling went.

    `diagnoses` has the group's means (`mean of x`) and deviations (`sd of x`), and the worst of all people. Log
    evidences are those of a normal distribution with the draws' mean and covariance.
    """

    population: Population
    diagnoses: Mapping[str, Diagnosis]
    divergences: int
    draws: int


def missing() -> bool:
    """Whether the extra is not installed."""
    return find_spec("numpyro") is None


def sample_group(family: Family, people: Sequence[Trials], sampling: Sampling = Sampling()) -> Sampled:
    """People as draws from a group: z = mu + sigma e, mu as the prior, sigma half-normal of the prior's deviation.

    Raises `InvalidInput` without the extra, with fewer than two people, and for families of a population.
    """
    if family.level == "population":
        right = "its parameters are the population's, so there is no group of people to sample"
        raise InvalidInput(f"model: {family.key} cannot be sampled: {right}.", field="/model")
    _required()
    mode = fit_group(family, people)
    prior_mean, prior_sd = prior_of(family.free)
    p, count = len(prior_mean), len(people)
    mean = np.array([mode.groups[name].mean for name in family.names])
    sd = np.array([mode.groups[name].sd for name in family.names])
    eps = (np.array([each.z for each in mode.people]) - mean) / sd
    start = np.concatenate([mean, np.log(sd), np.clip(eps, -2, 2).ravel()])

    likelihoods = _likelihoods(family, people)

    def slope(u: Floats) -> tuple[float, Floats]:
        mu, sigma, e = u[:p], np.exp(np.clip(u[p : 2 * p], -20, 20)), u[2 * p :].reshape(count, p)
        value, rise = likelihoods(mu + sigma * e)
        off, wide = (mu - prior_mean) / prior_sd, sigma / prior_sd
        value -= 0.5 * float((off**2).sum() + (wide**2).sum() + (e**2).sum()) - float(u[p : 2 * p].sum())
        by_mu = rise.sum(axis=0) - off / prior_sd
        by_sigma = (rise * e).sum(axis=0) * sigma - wide**2 + 1.0
        return -value, -np.concatenate([by_mu, by_sigma, (rise * sigma - e).ravel()])

    draws, diverging = _chains(slope, start, sampling)
    mu, sigma = draws[..., :p], np.exp(draws[..., p : 2 * p])
    z = mu[..., None, :] + sigma[..., None, :] * draws[..., 2 * p :].reshape(*draws.shape[:2], count, p)
    diagnoses = _diagnoses(family, mu, sigma, z)
    warnings = _warnings(diagnoses, diverging)
    middle, wide = mu.reshape(-1, p).mean(axis=0), sigma.reshape(-1, p).mean(axis=0)
    fits = tuple(_fitted(family, each, z[:, :, i].reshape(-1, p), middle, wide) for i, each in enumerate(people))
    groups = {
        each.name: _group(mu[..., i].ravel(), sigma[..., i].ravel(), each.natural) for i, each in enumerate(family.free)
    }
    evidence = sum(each.log_evidence for each in fits)
    population = Population(
        family.key, groups, fits, evidence, sampling.warmup + sampling.draws, not warnings, warnings
    )
    return Sampled(population, diagnoses, diverging, draws.shape[0] * draws.shape[1])


def sample_people(family: Family, people: Sequence[Trials], sampling: Sampling, *, group: bool) -> Sampled:
    """A group as `sample_group` does, or each person under the family's prior. Raises `InvalidInput`."""
    if group:
        return sample_group(family, people, sampling)
    found = [sample_person(family, each, sampling) for each in people]
    worst = _worst([each for _, each, _ in found])
    diagnoses, diverging = {WORST: worst}, sum(count for _, _, count in found)
    warnings, fits = _warnings(diagnoses, diverging), tuple(fitted for fitted, _, _ in found)
    evidence, steps = sum(each.log_evidence for each in fits), sampling.warmup + sampling.draws
    population = Population(family.key, {}, fits, evidence, steps, not warnings, warnings)
    return Sampled(population, diagnoses, diverging, sampling.chains * sampling.draws)


def sample_person(family: Family, trials: Trials, sampling: Sampling = USUAL) -> tuple[Fit, Diagnosis, int]:
    """One person under the family's prior: the fit, the worst diagnosis of its parameters, and divergent paths.

    Raises `InvalidInput` without the extra.
    """
    _required()
    mean, sd = prior_of(family.free)
    start = fit(family, trials).z
    likelihoods = _likelihoods(family, [trials])

    def slope(z: Floats) -> tuple[float, Floats]:
        value, rise = likelihoods(z[np.newaxis])
        away = (z - mean) / sd
        return -(value - 0.5 * float((away**2).sum())), -(rise[0] - away / sd)

    draws, diverging = _chains(slope, start, sampling)
    each = [_diagnosis(draws[..., i]) for i in range(len(mean))]
    return _fitted(family, trials, draws.reshape(-1, len(mean)), mean, sd), _worst(each), diverging


def _likelihoods(family: Family, people: Sequence[Trials]) -> Callable[[Floats], tuple[float, Floats]]:
    """A function of z (I, P): the summed log-likelihood of the people there, and its slope (I, P)."""
    together = joined(people)
    rows, ends = together.rows, np.cumsum([len(each) for each in people])
    p, size = len(family.free), max(family.memory(together.n), 1)
    shifts = np.vstack([np.zeros((1, p)), STEP * np.eye(p), -STEP * np.eye(p)])
    steps = family.steps

    def at(z: Floats) -> tuple[float, Floats]:
        thetas = np.ascontiguousarray(family.thetas(z[:, np.newaxis] + shifts))
        values = kernels.people_likelihoods(*steps, thetas, rows, ends, size, together.n)
        return float(values[:, 0].sum()), (values[:, 1 : p + 1] - values[:, p + 1 :]) / (2 * STEP)

    return at


def _whitened(slope: Slope, start: Floats) -> Floats:
    """A (D, D) with which u = start + A v is about standard normal in v: from the curvature at `start`."""
    d, h = len(start), 1e-3
    rises = [(slope(start + h * each)[1] - slope(start - h * each)[1]) / (2 * h) for each in np.eye(d)]
    curvature = np.array(rises)
    values, vectors = np.linalg.eigh((curvature + curvature.T) / 2)
    found: Floats = vectors / np.sqrt(np.maximum(values, FLATTEST))
    return found


def _chains(slope: Slope, start: Floats, sampling: Sampling) -> tuple[Floats, int]:
    """Draws (chains, draws, D), and how many of them came from a diverging path."""
    jax, infer = import_module("jax"), import_module("numpyro.infer")
    # A callback waits for its argument, and must not wait for itself.
    jax.config.update("jax_cpu_enable_async_dispatch", False)
    jax.config.update("jax_enable_x64", True)
    d, spread = len(start), _whitened(slope, start)

    def white(v: Floats) -> tuple[float, Floats]:
        value, rise = slope(start + spread @ v)
        return value, spread.T @ rise

    shapes = (jax.ShapeDtypeStruct((), np.float64), jax.ShapeDtypeStruct((d,), np.float64))

    def call(u: Any) -> Any:
        return jax.pure_callback(lambda at: _as_arrays(white, at), shapes, u)

    potential = jax.custom_vjp(lambda u: call(u)[0])
    potential.defvjp(call, lambda rise, weight: (weight * rise,))
    sampler = infer.MCMC(
        infer.NUTS(potential_fn=potential, target_accept_prob=0.8, max_tree_depth=DEEPEST),
        num_warmup=sampling.warmup,
        num_samples=sampling.draws,
        num_chains=sampling.chains,
        chain_method="sequential",
        progress_bar=False,
    )
    jitter = np.random.default_rng(sampling.seed).normal(0, 0.5, (sampling.chains, d))
    begin = jitter if sampling.chains > 1 else jitter[0]
    sampler.run(jax.random.PRNGKey(sampling.seed), init_params=jax.numpy.asarray(begin), extra_fields=("diverging",))
    draws = start + np.asarray(sampler.get_samples(group_by_chain=True), dtype=np.float64) @ spread.T
    return draws, int(np.asarray(sampler.get_extra_fields()["diverging"]).sum())


def _as_arrays(slope: Slope, at: Any) -> tuple[Any, Floats]:
    value, rise = slope(np.asarray(at, dtype=np.float64))
    return np.float64(value), np.nan_to_num(rise)


def _diagnoses(family: Family, mu: Floats, sigma: Floats, z: Floats) -> dict[str, Diagnosis]:
    told = {}
    for i, name in enumerate(family.names):
        told[f"mean of {name}"] = _diagnosis(mu[..., i])
        told[f"sd of {name}"] = _diagnosis(np.log(sigma[..., i]))
    each = [_diagnosis(z[:, :, k, i]) for k in range(z.shape[2]) for i in range(z.shape[3])]
    return told | {WORST: _worst(each)}


def _worst(each: Sequence[Diagnosis]) -> Diagnosis:
    return Diagnosis(max(d.r_hat for d in each), min(d.ess for d in each))


def _diagnosis(draws: Floats) -> Diagnosis:
    """Of draws (chains, draws)."""
    diagnostics = import_module("numpyro.diagnostics")
    return Diagnosis(float(diagnostics.split_gelman_rubin(draws)), float(diagnostics.effective_sample_size(draws)))


def _warnings(diagnoses: Mapping[str, Diagnosis], diverging: int) -> tuple[str, ...]:
    found = [
        f"{name}: the chains have not mixed (R-hat {each.r_hat:.3f}, {each.ess:.0f} effective draws)."
        for name, each in diagnoses.items()
        if not (each.r_hat <= WELL_MIXED and each.ess >= ENOUGH_DRAWS)
    ]
    if diverging:
        found.append(f"{diverging} paths diverged: the posterior has corners that were not seen well.")
    return tuple(found)


def _fitted(family: Family, trials: Trials, z: Floats, mean: Floats, sd: Floats) -> Fit:
    """A fit from draws (N, P); `mean` and `sd` are what was known of z before.

    Its evidence is that of a normal distribution with the mean and covariance of the draws.
    """
    centre, covariance = z.mean(axis=0), np.atleast_2d(np.cov(z.T))
    value = float(posterior(family, trials, mean, sd)(centre[np.newaxis])[0])
    evidence = value + 0.5 * len(centre) * log(2 * pi) + 0.5 * float(np.linalg.slogdet(covariance)[1])
    found = Sample(z, np.full(len(z), 1.0 / len(z)), evidence, -inf, float(len(z)))
    return told(family, trials, found, sd, best=centre, converged=True)


def _group(mu: Floats, sigma: Floats, natural: Callable[[float], float]) -> Group:
    low, high = np.percentile(mu, (2.5, 97.5)).tolist()
    mean = float(mu.mean())
    return Group(
        mean, float(mu.std()), float(sigma.mean()), float(sigma.std()), natural(mean), natural(low), natural(high)
    )


def _required() -> None:
    if missing():
        raise InvalidInput(f"estimator: nuts needs {NEEDS}: pip install '{NEEDS}'.", field="/estimator")
