"""What every family of cognitive models promises."""

from __future__ import annotations

import numpy as np

from hagame.mind.cognition.family import Family
from hagame.mind.cognition.parameters import free, natural, prior_of
from hagame.mind.cognition.rows import LEGAL, Floats, Trials
from hagame.testing.common import TOLERANCE, generator, require


def check_family(family: Family, *, trials: int = 60, seed: int = 0) -> None:
    """Simulate a person and check every promise of `Family`.

    Parameters have bounds, a prior and a meaning, and go to the unbounded scale and back; predictions are distributions
    over legal actions and add up to the log-likelihood; a cloud of points gives what each point gives; nothing that
    comes later changes a prediction; the same generator makes the same person. Raises `ContractBroken`.
    """
    for name in ("key", "version", "title", "summary", "sources", "columns"):
        require(family, bool(getattr(family, name)), f"{name} is given", "nothing")
    for each in family.parameters:
        require(family, bool(each.meaning and each.source), f"{each.name} has a meaning and a source", each)
        require(family, each.sd > 0, f"the prior of {each.name} is proper", each.sd)
    mean, sd = prior_of(family.free)
    rng = generator(seed)
    z = mean + 0.5 * sd * rng.normal(size=len(mean))
    values = natural(family.free, z)
    back = float(np.abs(free(family.free, values.tolist()) - z).max())
    require(family, back < TOLERANCE, "parameters survive their transform", back)
    made = family.simulate(dict(zip(family.names, values.tolist(), strict=True)), generator(seed), trials)
    again = family.simulate(dict(zip(family.names, values.tolist(), strict=True)), generator(seed), trials)
    require(family, np.array_equal(made.rows, again.rows), "the same generator makes the same person", "another one")
    _check_likelihood(family, z, made)
    if not family.timed:
        _check_distribution(family, z, made)


def _check_likelihood(family: Family, z: Floats, made: Trials) -> None:
    logs = family.predict(z, made)
    total = float(logs[np.arange(len(made)), made.actions].sum())
    one = family.log_likelihood(z, made)
    require(family, abs(total - one) < TOLERANCE * len(made), "predictions add up to the log-likelihood", total - one)
    cloud = family.log_likelihoods(np.array([z, z * 0.5, z]), made)
    require(family, abs(cloud[0] - one) + abs(cloud[2] - one) < TOLERANCE, "a cloud gives what points give", cloud)
    half = len(made) // 2
    early = family.predict(z, Trials(made.rows[:half], made.n))
    require(family, np.array_equal(early, logs[:half]), "what comes later changes no prediction", "another one")


def _check_distribution(family: Family, z: Floats, made: Trials) -> None:
    p = np.exp(family.predict(z, made))
    legal = made.rows[:, LEGAL : LEGAL + made.n] > 0
    apart = float(np.abs(p.sum(axis=1) - 1).max())
    require(family, apart < TOLERANCE, "probabilities sum to 1", apart)
    require(family, bool((p[~legal] < 1e-200).all()), "illegal actions have no probability", "some")
