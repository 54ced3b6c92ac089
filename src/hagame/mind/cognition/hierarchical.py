"""Estimates of a whole population: hierarchical empirical Bayes, and one set of parameters for all.

Each person's z is a draw from a normal distribution with a diagonal covariance. EM with a Laplace approximation finds
its mean and standard deviation (Huys et al. 2011, PLoS Computational Biology 7, e1002028, appendix).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TypeVar

import numpy as np

from hagame.errors import InvalidInput
from hagame.mind.cognition.estimate import Estimate, Fit, explored, fit, highest, posterior
from hagame.mind.cognition.family import Family
from hagame.mind.cognition.parameters import Floats, prior_of
from hagame.mind.cognition.rows import Trials
from hagame.mind.cognition.surface import climb, spread_of

MOST_ROUNDS = 100
CLOSE = 1e-3
"""Largest move of a group mean or deviation, in prior standard deviations, at which the search ends."""
LEAST_SD = 0.05
"""Of a group, in prior standard deviations: below it a spread cannot be told from none."""

BEGUN, FOUND = 0.2, 0.7
"""Progress when everybody is seen alone, and at most when the group is found; then posteriors are sampled."""

Report = Callable[[float], None]
"""Is told how far the work is, 0 to 1, person by person; what it raises ends the work."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Group:
    """The group's distribution of one parameter on the unbounded scale, with standard errors; `value` is its median."""

    mean: float
    mean_se: float
    sd: float
    sd_se: float
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """Everybody's fit, shrunk towards the group, and the group itself."""

    family: str
    groups: Mapping[str, Group]
    people: tuple[Fit, ...]
    log_evidence: float
    rounds: int
    converged: bool
    warnings: tuple[str, ...]


def fit_group(family: Family, people: Sequence[Trials], report: Report = lambda _part: None) -> Population:
    """EM until the group moves no more. Raises `InvalidInput` with fewer than two people."""
    if len(people) < 2:
        raise InvalidInput("people: a group needs at least two.", field="/people")
    prior_mean, prior_sd = prior_of(family.free)
    tops = [
        highest(family, posterior(family, each, prior_mean, prior_sd)) for each in _reported(people, report, 0.0, BEGUN)
    ]
    mean, sd = prior_mean, prior_sd
    rounds, moved = 0, np.inf
    for rounds in range(1, MOST_ROUNDS + 1):
        spreads = [spread_of(top.curvature, sd) for top in tops]
        new_mean, new_sd = _group_of(np.array([top.z for top in tops]), spreads, prior_sd)
        moved = max(np.abs((new_mean - mean) / prior_sd).max(), np.abs((new_sd - sd) / prior_sd).max())
        mean, sd = new_mean, new_sd
        if moved < CLOSE:
            break
        done = BEGUN + (FOUND - BEGUN) * rounds / MOST_ROUNDS
        tops = [
            climb(posterior(family, each, mean, sd), top.z, most=12)
            for each, top in _reported(list(zip(people, tops, strict=True)), report, done, done)
        ]
    fits = tuple(
        explored(family, each, posterior(family, each, mean, sd), top, sd)
        for each, top in _reported(list(zip(people, tops, strict=True)), report, FOUND, 1.0)
    )
    return _population(family, fits, mean, sd, prior_sd, rounds, converged=bool(moved < CLOSE))


def fit_pooled(family: Family, people: Sequence[Trials]) -> Fit:
    """One set of parameters for all: the posterior of the summed log-likelihood.

    For families of level `population` this is the published estimator (e.g. Dal Bó & Fréchette 2011).
    """
    if not people:
        raise InvalidInput("people: at least one is needed.", field="/people")
    if len(people) == 1:
        return fit(family, people[0])
    together = joined(people)
    mean, sd = prior_of(family.free)
    surface = posterior(family, together, mean, sd)
    return explored(family, together, surface, highest(family, surface), sd)


def joined(people: Sequence[Trials]) -> Trials:
    """All rows, person after person; the first row of each begins anew, so log-likelihoods add up."""
    n = {each.n for each in people}
    if len(n) > 1:
        raise InvalidInput("people: all need the same number of actions.", field="/people")
    return Trials(np.vstack([each.rows for each in people]), n.pop())


def _reported(items: Sequence[T], report: Report, begin: float, end: float) -> Iterator[T]:
    """The items, and after each of them how far the work is."""
    for i, item in enumerate(items, 1):
        yield item
        report(begin + (end - begin) * i / len(items))


def _group_of(z: Floats, spreads: Sequence[Floats], prior_sd: Floats) -> tuple[Floats, Floats]:
    """The M-step: mean of the modes; variance of the modes and of what is not known of each."""
    mean = z.mean(axis=0)
    unknown = np.array([np.diag(spread) for spread in spreads])
    variance = (z**2 + unknown).mean(axis=0) - mean**2
    return mean, np.sqrt(np.maximum(variance, (LEAST_SD * prior_sd) ** 2))


def _population(
    family: Family, fits: tuple[Fit, ...], mean: Floats, sd: Floats, prior_sd: Floats, rounds: int, *, converged: bool
) -> Population:
    groups, warnings = {}, []
    for i, each in enumerate(family.free):
        # What each person tells of the group: less, the less is known of the person (Louis 1982).
        unknown = np.array([fitted.covariance[i, i] for fitted in fits])
        informed = np.maximum(1.0 - unknown / sd[i] ** 2, 1e-3)
        mean_se = sd[i] / sqrt(float(informed.sum()))
        sd_se = sd[i] / sqrt(2.0 * float((informed**2).sum()))
        values = (each.natural(mean[i]), each.natural(mean[i] - 1.96 * mean_se), each.natural(mean[i] + 1.96 * mean_se))
        groups[each.name] = Group(float(mean[i]), float(mean_se), float(sd[i]), float(sd_se), *values)
        if sd[i] <= 1.01 * LEAST_SD * prior_sd[i]:
            warnings.append(f"{each.name}: people cannot be told apart; the spread of the group is held at its least.")
    few = sum(any("Only" in warning for warning in fitted.warnings) for fitted in fits)
    if few:
        warnings.append(f"{few} of {len(fits)} people have fewer trials than {family.fewest}.")
    if not converged:
        warnings.append(f"The group still moved after {rounds} rounds.")
    evidence = sum(fitted.log_evidence for fitted in fits)
    return Population(family.key, groups, fits, evidence, rounds, converged, tuple(warnings))


__all__ = ["Estimate", "Group", "Population", "fit_group", "fit_pooled", "joined"]
